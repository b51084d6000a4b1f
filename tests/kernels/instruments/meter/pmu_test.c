/*
 * The choice of hardware events, against a recorded table of processors, and against a PAPI that
 * fails at every call with every error. No machine has all of this; the functions behind the table
 * are ours here.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "meter/pmu.h"

/*
 * Events that exist, by processor: presets as in papi_events.csv of PAPI 7.0.0, natives as in
 * libpfm 4.13; then what must be chosen for FLOP f32, FLOP f64, L1, L2 and DRAM bytes.
 */
typedef struct recorded {
    const char *name;
    int maker, family, model;
    const char *events;
    const char *chosen[MW_EVENT_QUANTITIES];
} recorded;

#define CACHES "PAPI_L1_DCM PAPI_L2_DCM PAPI_L2_TCM PAPI_L3_TCM "
#define FLOPS  "PAPI_SP_OPS PAPI_DP_OPS "
#define FP_ARITH                                                                                   \
    "FP_ARITH:SCALAR_SINGLE FP_ARITH:128B_PACKED_SINGLE FP_ARITH:256B_PACKED_SINGLE "              \
    "FP_ARITH:SCALAR_DOUBLE FP_ARITH:128B_PACKED_DOUBLE FP_ARITH:256B_PACKED_DOUBLE "
#define INST(type)                                                                                 \
    "FP_ARITH_INST_RETIRED:SCALAR_" type " FP_ARITH_INST_RETIRED:128B_PACKED_" type                \
    " FP_ARITH_INST_RETIRED:256B_PACKED_" type " FP_ARITH_INST_RETIRED:512B_PACKED_" type " "
#define INST_RETIRED  INST("SINGLE") INST("DOUBLE")
#define IMC(pmu, n)   pmu #n "::UNC_M_CAS_COUNT:RD " pmu #n "::UNC_M_CAS_COUNT:WR "
#define NATIVE_CACHES "L1D:REPLACEMENT L2_LINES_IN:ALL LONGEST_LAT_CACHE:MISS "

#define SP      "PAPI_SP_OPS"
#define DP      "PAPI_DP_OPS"
#define FP      "PAPI_FP_OPS"
#define ISSUED  " (issued)"
#define L1      "PAPI_L1_DCM (thread)"
#define L2      "PAPI_L2_TCM (thread)"
#define L2_DATA "PAPI_L2_DCM (thread)"
#define L3      "PAPI_L3_TCM (thread)"
#define SOCKET  "UNC_M_CAS_COUNT (socket)"

/* clang-format off */
static const recorded table[] = {
    {"Nehalem", 1, 6, 26, FLOPS FP " " CACHES, {SP ISSUED, DP ISSUED, L1, L2, L3}},
    {"Sandy Bridge", 1, 6, 42, FLOPS FP " " CACHES, {SP ISSUED, DP ISSUED, L1, L2, L3}},
    {"Sandy Bridge-EP, root", 1, 6, 45, FLOPS FP " " CACHES IMC("snbep_unc_imc", 0)
     IMC("snbep_unc_imc", 1) IMC("snbep_unc_imc", 2) IMC("snbep_unc_imc", 3),
     {SP ISSUED, DP ISSUED, L1, L2, SOCKET}},
    {"Ivy Bridge-EP, four channels of eight", 1, 6, 62, FLOPS FP " " CACHES IMC("ivbep_unc_imc", 0)
     IMC("ivbep_unc_imc", 1) IMC("ivbep_unc_imc", 4) IMC("ivbep_unc_imc", 5),
     {SP ISSUED, DP ISSUED, L1, L2, SOCKET}},
    {"Haswell", 1, 6, 60, CACHES, {NULL, NULL, L1, L2, L3}},
    {"Haswell-EP, root", 1, 6, 63, CACHES IMC("hswep_unc_imc", 0) IMC("hswep_unc_imc", 1),
     {NULL, NULL, L1, L2, SOCKET}},
    {"Broadwell", 1, 6, 61, FLOPS CACHES FP_ARITH, {SP, DP, L1, L2, L3}},
    {"Broadwell-EP, root", 1, 6, 79, FLOPS CACHES FP_ARITH IMC("bdx_unc_imc", 0)
     IMC("bdx_unc_imc", 2) IMC("bdx_unc_imc", 4) IMC("bdx_unc_imc", 6), {SP, DP, L1, L2, SOCKET}},
    {"Skylake", 1, 6, 94, FLOPS CACHES FP_ARITH, {SP, DP, L1, L2, L3}},
    {"Kaby Lake, which lacks the presets of FLOPs", 1, 6, 158, CACHES FP_ARITH,
     {"FP_ARITH", "FP_ARITH", L1, L2, L3}},
    {"Skylake-SP", 1, 6, 85, FLOPS CACHES FP_ARITH INST_RETIRED, {SP, DP, L1, L2, L3}},
    {"Skylake-SP, root", 1, 6, 85, FLOPS CACHES FP_ARITH INST_RETIRED IMC("skx_unc_imc", 0)
     IMC("skx_unc_imc", 1) IMC("skx_unc_imc", 2) IMC("skx_unc_imc", 3) IMC("skx_unc_imc", 4)
     IMC("skx_unc_imc", 5), {SP, DP, L1, L2, SOCKET}},
    {"Ice Lake-SP", 1, 6, 106, FLOPS CACHES INST_RETIRED NATIVE_CACHES, {SP, DP, L1, L2, L3}},
    {"Rocket Lake", 1, 6, 167, INST_RETIRED NATIVE_CACHES,
     {"FP_ARITH_INST_RETIRED", "FP_ARITH_INST_RETIRED", "L1D:REPLACEMENT (thread)",
      "L2_LINES_IN:ALL (thread)", "LONGEST_LAT_CACHE:MISS (thread)"}},
    {"Sapphire Rapids", 1, 6, 143, INST_RETIRED NATIVE_CACHES,
     {"FP_ARITH_INST_RETIRED", "FP_ARITH_INST_RETIRED", "L1D:REPLACEMENT (thread)",
      "L2_LINES_IN:ALL (thread)", "LONGEST_LAT_CACHE:MISS (thread)"}},
    {"Granite Rapids", 1, 6, 173, "", {NULL, NULL, NULL, NULL, NULL}},
    {"Zen 1", 2, 23, 1, FLOPS FP " PAPI_L2_DCM ", {SP, DP, NULL, L2_DATA, NULL}},
    {"Zen 2", 2, 23, 49, FP " PAPI_L2_DCM RETIRED_SSE_AVX_FLOPS:ANY ", {FP, FP, NULL, L2_DATA, NULL}},
    {"Zen 3", 2, 25, 33, FP " PAPI_L1_DCM PAPI_L2_DCM RETIRED_SSE_AVX_FLOPS:ANY ",
     {FP, FP, L1, L2_DATA, NULL}},
    {"Zen 4", 2, 25, 97, "RETIRED_SSE_AVX_FLOPS:ANY ",
     {"RETIRED_SSE_AVX_FLOPS", "RETIRED_SSE_AVX_FLOPS", NULL, NULL, NULL}},
    {"Zen 5", 2, 26, 2, "", {NULL, NULL, NULL, NULL, NULL}},
    {"A64FX", 0x46, 8, 1, FLOPS FP " PAPI_L1_DCM PAPI_L2_DCM PAPI_L2_TCM ",
     {SP, DP, L1, NULL, "PAPI_L2_TCM (thread)"}},
    {"ThunderX2", 0x43, 8, 0xaf, "PAPI_L1_DCM PAPI_L2_DCM PAPI_FP_INS VFP_SPEC ",
     {NULL, NULL, L1, L2_DATA, NULL}},
    {"Neoverse N1", 0x41, 8, 0xd0c, "PAPI_FP_INS VFP_SPEC ", {NULL, NULL, NULL, NULL, NULL}},
    {"something new that PAPI's presets know", 1, 6, 250, FLOPS CACHES, {SP, DP, L1, L2, L3}},
    {"older Intel, whose PAPI_FP_OPS counts instructions", 1, 6, 23, FP " ",
     {NULL, NULL, NULL, NULL, NULL}},
};
/* clang-format on */

enum { CALLS_PER_KIND = 64, VERSION = 0x07000000 };

/* The machine behind the functions. */
static struct {
    const recorded *cpu;
    int fail_at, code; /* the fail_at-th call answers code; 0: none */
    int calls;
    int sets; /* event sets that were made and not destroyed */
    int counting, added[CALLS_PER_KIND];
    long long count; /* every event counts so much */
    int open_errno, paranoid, version;
    int initialized;
} fake;

static int answer(void)
{
    return ++fake.calls == fake.fail_at ? fake.code : 0;
}

static int open_cycles(void)
{
    return fake.open_errno;
}

static int paranoid(void)
{
    return fake.paranoid;
}

static int is_initialized(void)
{
    return fake.initialized;
}

static int library_init(int version)
{
    int code = answer();
    return code ? code : fake.version ? fake.version : version;
}

static int thread_init(unsigned long (*id)(void))
{
    assert_true(id() != 0);
    return answer();
}

static int processor(mw_pmu_processor *p)
{
    *p = (mw_pmu_processor){fake.cpu->maker, fake.cpu->family, fake.cpu->model};
    return answer();
}

static int create_eventset(int *set)
{
    assert_int_equal(*set, -1); /* PAPI refuses anything else */
    int code = answer();
    if (code)
        return code;
    *set = ++fake.sets;
    fake.added[*set] = 0;
    return 0;
}

/* Whether the word stands in the list. */
static int exists(const char *list, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = list; (at = strstr(at, word)); at += length)
        if ((at == list || at[-1] == ' ') && at[length] == ' ')
            return 1;
    return 0;
}

static int add_named_event(int set, const char *name)
{
    int code = answer();
    assert_true(set == fake.sets && set > 0);
    if (code)
        return code;
    if (!exists(fake.cpu->events, name))
        return -7;
    fake.added[set]++;
    return 0;
}

static int start(int set)
{
    int code = answer();
    assert_true(fake.added[set] > 0);
    assert_int_equal(fake.counting, 0);
    if (!code)
        fake.counting = set;
    return code;
}

static int stop_counting(int set, long long *values)
{
    int code = answer();
    assert_int_equal(fake.counting, set);
    fake.counting = 0;
    for (int i = 0; i < fake.added[set] && !code; i++)
        values[i] = fake.count;
    return code;
}

static int cleanup_eventset(int set)
{
    assert_int_equal(set, fake.sets);
    return answer();
}

static int destroy_eventset(int *set)
{
    assert_int_equal(*set, fake.sets);
    fake.sets--;
    *set = -1;
    return answer();
}

static const mw_pmu_calls calls = {VERSION,         open_cycles, paranoid,      is_initialized,
                                   library_init,    thread_init, processor,     create_eventset,
                                   add_named_event, start,       stop_counting, cleanup_eventset,
                                   destroy_eventset};

static void boot(const recorded *cpu, int fail_at, int code)
{
    memset(&fake, 0, sizeof fake);
    fake.cpu = cpu;
    fake.fail_at = fail_at;
    fake.code = code;
    fake.count = 1000;
    fake.paranoid = 2;
}

static mw_status work(void *context)
{
    ++*(int *)context;
    return MW_OK;
}

static mw_status broken_work(void *context)
{
    ++*(int *)context;
    return MW_CANCELLED;
}

static void each_processor_gets_the_best_events_it_has(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        mw_hardware hardware = {0};
        mw_pmu pmu;
        bool any = false;
        boot(&table[i], 0, 0);
        mw_pmu_probe(&pmu, &calls, &hardware);
        for (int q = 0; q < MW_EVENT_QUANTITIES; q++) {
            const char *label = pmu.chosen[q] ? pmu.chosen[q]->label : "nothing";
            const char *wanted = table[i].chosen[q] ? table[i].chosen[q] : "nothing";
            if (strcmp(label, wanted) != 0)
                fail_msg("%s, %s: %s instead of %s", table[i].name,
                         mw_event_quantity_name((mw_event_quantity)q), label, wanted);
            if (!pmu.chosen[q])
                assert_true(mw_reason_is(&pmu.why_not[q]));
            any = any || pmu.chosen[q];
        }
        assert_int_equal(hardware.state, any ? MW_HARDWARE_PRESENT : MW_HARDWARE_UNKNOWN_CPU);
        assert_true(mw_reason_is(&hardware.reason));
        assert_int_equal(fake.sets, 0);
    }
}

static const recorded *find(const char *name)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(table[i].name, name) == 0)
            return &table[i];
    fail_msg("no processor %s", name);
    return NULL;
}

static void counts_are_weighted_and_lines_become_bytes(void **state)
{
    (void)state;
    static const struct {
        const char *cpu;
        mw_event_quantity quantity;
        double expected;
    } counts[] = {
        {"Skylake-SP", MW_EVENT_FLOPS_F32, 1000},
        {"Sapphire Rapids", MW_EVENT_FLOPS_F32, 1000 * (1 + 4 + 8 + 16)},
        {"Sapphire Rapids", MW_EVENT_FLOPS_F64, 1000 * (1 + 2 + 4 + 8)},
        {"Kaby Lake, which lacks the presets of FLOPs", MW_EVENT_FLOPS_F32, 1000 * (1 + 4 + 8)},
        {"Skylake-SP", MW_EVENT_L1_BYTES, 64 * 1000},
        {"Skylake-SP, root", MW_EVENT_DRAM_BYTES, 64 * 12 * 1000},
        {"Ivy Bridge-EP, four channels of eight", MW_EVENT_DRAM_BYTES, 64 * 8 * 1000},
        {"A64FX", MW_EVENT_DRAM_BYTES, 256 * 1000},
        {"something new that PAPI's presets know", MW_EVENT_L2_BYTES, 64 * 1000},
    };
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        mw_hardware hardware = {0};
        mw_pmu pmu;
        int runs = 0;
        boot(find(counts[i].cpu), 0, 0);
        mw_pmu_probe(&pmu, &calls, &hardware);
        mw_number number = mw_pmu_count(&pmu, counts[i].quantity, work, &runs);
        assert_false(number.absent);
        assert_int_equal(number.kind, MW_MEASURED);
        assert_true(number.value == counts[i].expected);
        assert_int_equal(runs, 1);
    }
}

/* What a person would read is there, whatever happened. */
static void check_answers(const mw_pmu *pmu, const mw_hardware *hardware)
{
    assert_true(mw_reason_is(&hardware->reason));
    assert_true(strlen(hardware->reason.told) < sizeof hardware->reason.told - 1);
    assert_int_equal(mw_reason_is(&hardware->brief), hardware->state != MW_HARDWARE_PRESENT);
    for (int q = 0; q < MW_EVENT_QUANTITIES; q++) {
        int runs = 0;
        mw_number number = mw_pmu_count(pmu, (mw_event_quantity)q, work, &runs);
        assert_true(number.absent ? mw_reason_is(&number.reason) : number.value >= 0);
        assert_true(runs <= 1);
    }
    assert_int_equal(fake.sets, 0);
    assert_int_equal(fake.counting, 0);
}

static void every_call_may_fail_with_every_error(void **state)
{
    (void)state;
    static const char *const cpus[] = {"Skylake-SP, root", "Sapphire Rapids", "Zen 2", "Zen 5"};
    for (size_t c = 0; c < sizeof cpus / sizeof *cpus; c++) {
        const recorded *cpu = find(cpus[c]);
        mw_hardware hardware = {0};
        mw_pmu pmu;
        boot(cpu, 0, 0);
        mw_pmu_probe(&pmu, &calls, &hardware);
        check_answers(&pmu, &hardware);
        int total = fake.calls;
        assert_true(total > 10);
        for (int at = 1; at <= total; at++) {
            for (int code = -1; code >= -28; code--) {
                memset(&hardware, 0, sizeof hardware);
                boot(cpu, at, code);
                mw_pmu_probe(&pmu, &calls, &hardware);
                check_answers(&pmu, &hardware);
            }
        }
    }
}

static void the_reason_names_the_event_and_what_happened_to_it(void **state)
{
    (void)state;
    char text[MW_REASON_TEXT];
    const recorded *cpu = find("Granite Rapids");
    mw_hardware hardware = {0};
    mw_pmu pmu;
    boot(cpu, 0, 0);
    mw_pmu_probe(&pmu, &calls, &hardware);
    assert_string_equal(mw_reason_english(&hardware.reason, text),
                        "PAPI 7.0.0 does not know this CPU's events (Granite Rapids)");
    assert_string_equal(mw_reason_english(&pmu.why_not[MW_EVENT_FLOPS_F32], text),
                        "PAPI_SP_OPS does not exist here");

    /* A count that fails later is absent alone. */
    int runs = 0;
    boot(find("Skylake-SP"), 0, 0);
    mw_pmu_probe(&pmu, &calls, &hardware);
    fake.fail_at = fake.calls + 3; /* create, add, start */
    fake.code = -10;
    mw_number number = mw_pmu_count(&pmu, MW_EVENT_FLOPS_F32, work, &runs);
    assert_true(number.absent);
    assert_string_equal(mw_reason_english(&number.reason, text),
                        "PAPI_SP_OPS is counted by someone else");
    assert_int_equal(runs, 0);
    assert_false(mw_pmu_count(&pmu, MW_EVENT_FLOPS_F32, work, &runs).absent);
}

static void a_count_below_zero_or_of_a_broken_run_is_absent(void **state)
{
    (void)state;
    mw_hardware hardware = {0};
    mw_pmu pmu;
    int runs = 0;
    boot(find("Skylake-SP"), 0, 0);
    mw_pmu_probe(&pmu, &calls, &hardware);
    fake.count = -5;
    mw_number number = mw_pmu_count(&pmu, MW_EVENT_L1_BYTES, work, &runs);
    assert_true(number.absent);
    assert_int_equal(number.reason.id, MW_REASON_EVENT_NEGATIVE);
    fake.count = 5;
    number = mw_pmu_count(&pmu, MW_EVENT_L1_BYTES, broken_work, &runs);
    assert_true(number.absent);
    assert_int_equal(number.reason.id, MW_REASON_COUNTED_RUN_FAILED);
    assert_int_equal(fake.counting, 0);
}

static void a_machine_without_counters_never_asks_papi(void **state)
{
    (void)state;
    static const int errors[] = {ENOENT, EACCES, EPERM, ENOSYS, EMFILE};
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
        mw_hardware hardware = {0};
        mw_pmu pmu;
        boot(find("Skylake-SP"), 0, 0);
        fake.open_errno = errors[i];
        mw_pmu_probe(&pmu, &calls, &hardware);
        assert_int_equal(fake.calls, 0);
        assert_int_not_equal(hardware.state, MW_HARDWARE_PRESENT);
        check_answers(&pmu, &hardware);
    }
}

static void another_version_of_papi_is_said(void **state)
{
    (void)state;
    mw_hardware hardware = {0};
    mw_pmu pmu;
    boot(find("Skylake-SP"), 0, 0);
    fake.version = VERSION + 1;
    mw_pmu_probe(&pmu, &calls, &hardware);
    assert_int_equal(hardware.state, MW_HARDWARE_FAILED);
    assert_int_equal(hardware.reason.id, MW_REASON_PAPI_OTHER_VERSION);
    check_answers(&pmu, &hardware);
    /* Somebody has started PAPI already: then it is used as it is. */
    boot(find("Skylake-SP"), 0, 0);
    fake.initialized = 1;
    fake.version = VERSION + 1;
    mw_pmu_probe(&pmu, &calls, &hardware);
    assert_int_equal(hardware.state, MW_HARDWARE_PRESENT);
}

static void every_error_has_words(void **state)
{
    (void)state;
    char text[MW_REASON_TEXT];
    for (int code = -40; code <= 40; code++) {
        mw_reason_id id = mw_pmu_reason(code);
        mw_reason reason = mw_reason_of(id, (const mw_reason_figure[]){{.word = "PAPI_TOT_CYC"}});
        assert_true(strlen(mw_reason_english(&reason, text)) > strlen("PAPI_TOT_CYC") + 5);
        assert_int_equal(strncmp(text, "PAPI_TOT_CYC ", 13), 0);
    }
    assert_int_equal(mw_pmu_reason(-15), MW_REASON_EVENT_REFUSED);
    assert_int_equal(mw_pmu_reason(-99), MW_REASON_EVENT_UNKNOWN);
}

static void processors_do_not_overlap_and_recipes_hold_together(void **state)
{
    (void)state;
    for (int maker = 0; maker <= 0x51; maker++) {
        for (int family = 6; family <= 26; family++) {
            const mw_event_cpu *cpu = mw_event_cpu_find(maker, family, 85);
            if (cpu)
                assert_true(cpu->maker == maker && cpu->family == family);
        }
    }
    size_t count;
    const mw_event_recipe *recipes = mw_event_recipes(&count);
    for (size_t i = 0; i < count; i++) {
        bool flops = recipes[i].quantity <= MW_EVENT_FLOPS_F64;
        assert_true(recipes[i].term[0].event && recipes[i].term[0].weight > 0);
        assert_true(recipes[i].per_line == !flops);
        /* Bytes say whose they are. */
        assert_true(flops || strstr(recipes[i].label, "(thread)") ||
                    strstr(recipes[i].label, "(socket)"));
        assert_true(strlen(recipes[i].label) < 48);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_processor_gets_the_best_events_it_has),
        cmocka_unit_test(counts_are_weighted_and_lines_become_bytes),
        cmocka_unit_test(every_call_may_fail_with_every_error),
        cmocka_unit_test(the_reason_names_the_event_and_what_happened_to_it),
        cmocka_unit_test(a_count_below_zero_or_of_a_broken_run_is_absent),
        cmocka_unit_test(a_machine_without_counters_never_asks_papi),
        cmocka_unit_test(another_version_of_papi_is_said),
        cmocka_unit_test(every_error_has_words),
        cmocka_unit_test(processors_do_not_overlap_and_recipes_hold_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
