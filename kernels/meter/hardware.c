#include "meter/hardware.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <papi.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "meter/sde.h"

enum { TERMS_MAX = 12, LINE_BYTES = 64 };

/* A quantity as a weighted sum of events that fit one set together. */
typedef struct recipe {
    const char *label;
    struct {
        const char *event;
        int weight;
    } term[TERMS_MAX];
} recipe;

/* In order of preference, for one element type each. PAPI 7.0.0 has presets up to Ice Lake and Zen
 * 3; ARM's VFP_SPEC is speculative and no count of FLOPs, so it is not here. */
static const recipe flops_f32[] = {
    {"PAPI_SP_OPS", {{"PAPI_SP_OPS", 1}}},
    {"PAPI_FP_OPS", {{"PAPI_FP_OPS", 1}}},
    {"FP_ARITH_INST_RETIRED",
     {{"FP_ARITH_INST_RETIRED:SCALAR_SINGLE", 1},
      {"FP_ARITH_INST_RETIRED:128B_PACKED_SINGLE", 4},
      {"FP_ARITH_INST_RETIRED:256B_PACKED_SINGLE", 8},
      {"FP_ARITH_INST_RETIRED:512B_PACKED_SINGLE", 16}}},
    {"RETIRED_SSE_AVX_FLOPS", {{"RETIRED_SSE_AVX_FLOPS:ANY", 1}}},
};

static const recipe flops_f64[] = {
    {"PAPI_DP_OPS", {{"PAPI_DP_OPS", 1}}},
    {"PAPI_FP_OPS", {{"PAPI_FP_OPS", 1}}},
    {"FP_ARITH_INST_RETIRED",
     {{"FP_ARITH_INST_RETIRED:SCALAR_DOUBLE", 1},
      {"FP_ARITH_INST_RETIRED:128B_PACKED_DOUBLE", 2},
      {"FP_ARITH_INST_RETIRED:256B_PACKED_DOUBLE", 4},
      {"FP_ARITH_INST_RETIRED:512B_PACKED_DOUBLE", 8}}},
    {"RETIRED_SSE_AVX_FLOPS", {{"RETIRED_SSE_AVX_FLOPS:ANY", 1}}},
};

#define CHANNEL(n)                                                                                 \
    {"skx_unc_imc" #n "::UNC_M_CAS_COUNT:RD", LINE_BYTES},                                         \
    {                                                                                              \
        "skx_unc_imc" #n "::UNC_M_CAS_COUNT:WR", LINE_BYTES                                        \
    }

static const recipe bytes_any[] = {
    {"UNC_M_CAS_COUNT (socket)",
     {CHANNEL(0), CHANNEL(1), CHANNEL(2), CHANNEL(3), CHANNEL(4), CHANNEL(5)}},
    {"PAPI_L3_TCM (thread)", {{"PAPI_L3_TCM", LINE_BYTES}}},
};

static struct {
    pthread_once_t once;
    mw_hardware hardware;
    const recipe *flops[2], *bytes; /* flops by mw_dtype */
} probe = {.once = PTHREAD_ONCE_INIT};

static size_t terms_of(const recipe *r)
{
    size_t count = 0;
    while (count < TERMS_MAX && r->term[count].event)
        count++;
    return count;
}

/* A started event set, or PAPI_NULL. Querying an event proves nothing: only add + start does. */
static int start(const recipe *r)
{
    int set = PAPI_NULL;
    if (PAPI_create_eventset(&set) != PAPI_OK)
        return PAPI_NULL;
    bool ok = true;
    for (size_t i = 0; i < terms_of(r) && ok; i++)
        ok = PAPI_add_named_event(set, r->term[i].event) == PAPI_OK;
    if (ok && PAPI_start(set) == PAPI_OK)
        return set;
    PAPI_cleanup_eventset(set);
    PAPI_destroy_eventset(&set);
    return PAPI_NULL;
}

/* Stops the set and returns the weighted sum, or -1. */
static double stop(const recipe *r, int set)
{
    long long values[TERMS_MAX] = {0};
    double sum = 0;
    bool ok = PAPI_stop(set, values) == PAPI_OK;
    for (size_t i = 0; i < terms_of(r); i++) {
        ok = ok && values[i] >= 0;
        sum += (double)values[i] * r->term[i].weight;
    }
    PAPI_cleanup_eventset(set);
    PAPI_destroy_eventset(&set);
    return ok ? sum : -1;
}

static const recipe *first_that_works(const recipe *recipes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int set = start(&recipes[i]);
        if (set != PAPI_NULL) {
            stop(&recipes[i], set);
            return &recipes[i];
        }
    }
    return NULL;
}

/* Counts this thread's user-mode cycles, as PAPI would; 0 or the errno. */
static int try_cycles(void)
{
    struct perf_event_attr attributes = {
        .type = PERF_TYPE_HARDWARE,
        .size = sizeof attributes,
        .config = PERF_COUNT_HW_CPU_CYCLES,
        .exclude_kernel = 1,
        .exclude_hv = 1,
    };
    long fd = syscall(SYS_perf_event_open, &attributes, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
    if (fd < 0)
        return errno;
    close((int)fd);
    return 0;
}

static int paranoid_level(void)
{
    int level = 2;
    FILE *file = fopen("/proc/sys/kernel/perf_event_paranoid", "re");
    if (!file)
        return level;
    if (fscanf(file, "%d", &level) != 1)
        level = 2;
    fclose(file);
    return level;
}

static unsigned long this_thread(void)
{
    return (unsigned long)pthread_self();
}

static bool papi_ready(void)
{
    if (PAPI_is_initialized() == PAPI_NOT_INITED &&
        PAPI_library_init(PAPI_VER_CURRENT) != PAPI_VER_CURRENT)
        return false;
    return PAPI_thread_init(this_thread) == PAPI_OK;
}

static void probe_once(void)
{
    mw_hardware *h = &probe.hardware;
    mw_hardware_classify(try_cycles(), paranoid_level(), h);
    if (h->state != MW_HARDWARE_PRESENT)
        return;
    if (!papi_ready()) {
        h->state = MW_HARDWARE_FAILED;
        snprintf(h->reason, sizeof h->reason, "PAPI does not start");
        snprintf(h->short_reason, sizeof h->short_reason, "PAPI failed");
        return;
    }
#define COUNT(array) (sizeof(array) / sizeof *(array))
    probe.flops[MW_F32] = first_that_works(flops_f32, COUNT(flops_f32));
    probe.flops[MW_F64] = first_that_works(flops_f64, COUNT(flops_f64));
    probe.bytes = first_that_works(bytes_any, COUNT(bytes_any));
    if (!probe.flops[MW_F32] && !probe.flops[MW_F64] && !probe.bytes) {
        h->state = MW_HARDWARE_UNKNOWN_CPU;
        snprintf(h->reason, sizeof h->reason, "PAPI %d.%d.%d does not know this CPU's events",
                 PAPI_VERSION_MAJOR(PAPI_VERSION), PAPI_VERSION_MINOR(PAPI_VERSION),
                 PAPI_VERSION_REVISION(PAPI_VERSION));
        snprintf(h->short_reason, sizeof h->short_reason, "CPU unknown to PAPI");
        return;
    }
    const recipe *single = probe.flops[MW_F32], *both = probe.flops[MW_F64];
    snprintf(h->flops_event, sizeof h->flops_event, "%s%s%s", single ? single->label : "",
             single && both && single != both ? "+" : "",
             both && both != single ? both->label : "");
    snprintf(h->bytes_event, sizeof h->bytes_event, "%s", probe.bytes ? probe.bytes->label : "");
    snprintf(h->reason, sizeof h->reason, "FLOPs: %s; bytes: %s",
             *h->flops_event ? h->flops_event : "none", *h->bytes_event ? h->bytes_event : "none");
}

const mw_hardware *mw_hardware_probe(void)
{
    pthread_once(&probe.once, probe_once);
    return &probe.hardware;
}

static mw_number measure_one(mw_run *run, const recipe *r, mw_unit unit)
{
    if (!r)
        return mw_number_absent(unit, MW_MEASURED, "no event for this on this CPU");
    int set = start(r);
    if (set == PAPI_NULL)
        return mw_number_absent(unit, MW_MEASURED, "the event did not start");
    mw_status status = run->kernel->execute(run);
    double sum = stop(r, set);
    if (status || sum < 0)
        return mw_number_absent(unit, MW_MEASURED, "the event could not be read");
    return mw_number_of(sum, unit, MW_MEASURED);
}

void mw_hardware_measure(mw_run *run, mw_number *flops, mw_number *bytes)
{
    const mw_hardware *h = mw_hardware_probe();
    const char *reason = h->state == MW_HARDWARE_PRESENT ? NULL : h->short_reason;
    int threads = mw_param_index(run->kernel, "threads");
    if (!reason && threads >= 0 && run->args.value[threads] > 1)
        reason = "hardware events are counted on one thread only";
    if (reason) {
        *flops = mw_number_absent(MW_UNIT_FLOP, MW_MEASURED, reason);
        *bytes = mw_number_absent(MW_UNIT_BYTE, MW_MEASURED, reason);
        return;
    }
    int dtype = mw_param_index(run->kernel, "dtype");
    bool f64 = dtype >= 0 && run->args.value[dtype] == MW_F64;
    *flops = measure_one(run, probe.flops[f64 ? MW_F64 : MW_F32], MW_UNIT_FLOP);
    *bytes = measure_one(run, probe.bytes, MW_UNIT_BYTE);
}

static struct {
    pthread_once_t once;
    bool done;
} registration = {.once = PTHREAD_ONCE_INIT};

/* libsde 7.0.0 forgets the names it copied; a leak checker must not blame us for them. */
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#else
#define __lsan_disable() (void)0
#define __lsan_enable()  (void)0
#endif

static void register_once(void)
{
    papi_sde_fptr_struct_t sde;
    POPULATE_SDE_FPTR_STRUCT(sde);
    __lsan_disable();
    registration.done = mw_sde_table_register(&sde) != NULL;
    __lsan_enable();
}

mw_status mw_sde_register(mw_error *error)
{
    pthread_once(&registration.once, register_once);
    return registration.done
               ? MW_OK
               : mw_fail(error, MW_UNSUPPORTED, "libsde refused the events sde:::MEMWALL::*");
}
