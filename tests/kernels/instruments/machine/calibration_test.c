/* calibration_test.c: one real calibration: bands, verdicts, cancelling. */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "cpu.h"
#include "machine/spot_check.h"

/* One real calibration of this machine serves several tests; none of them asserts a speed. */
static mw_calibration machine;
static struct {
    size_t calls;
    double last;
    bool backwards;
    size_t levels_before_the_end;
} told;

static void progress(void *context, double fraction, const char *what, const mw_calibration *so_far)
{
    (void)context;
    assert_non_null(what);
    told.calls++;
    told.backwards |= fraction < told.last;
    told.last = fraction;
    if (fraction < 0.5 && so_far->level_count > told.levels_before_the_end)
        told.levels_before_the_end = so_far->level_count;
}

static int calibrate(void **state)
{
    (void)state;
    mw_error error = {0};
    mw_ledger_rearm(mw_ledger_process());
    if (mw_cpu_init(&error) != MW_OK)
        return -1;
    return mw_calibrate(mw_ledger_process(), progress, NULL, &machine, &error) == MW_OK ? 0 : -1;
}

static void assert_band(mw_band band)
{
    assert_true(band.value > 0);
    assert_true(band.low > 0 && band.low <= band.value);
    assert_true(band.high >= band.value);
}

static bool is_said(mw_reason_id reason)
{
    for (size_t i = 0; i < machine.reason_count; i++)
        if (machine.reasons[i].id == reason)
            return true;
    return false;
}

static void what_was_left_out_is_said(void **state)
{
    (void)state;
    bool all_peaks = machine.cpus < 2, all_levels = machine.cpus < 2;
    for (size_t i = 0; i < machine.compute_count; i++)
        all_peaks |= machine.compute[i].threads > 1;
    for (size_t i = 0; i < machine.level_count; i++)
        all_levels |= machine.levels[i].all_cores.value > 0;
    assert_true(all_peaks || is_said(MW_REASON_PEAKS_LEFT_OUT) || is_said(MW_REASON_THREADS_SHORT));
    assert_true(all_levels || machine.level_count == 0 || is_said(MW_REASON_ALL_CORES_LEFT_OUT) ||
                is_said(MW_REASON_THREADS_SHORT));
    assert_true(machine.mix_count >= 4 * machine.level_count || is_said(MW_REASON_MIX_LEFT_OUT));
}

static void every_roof_has_a_band(void **state)
{
    (void)state;
    for (size_t i = 0; i < machine.level_count; i++)
        assert_band(machine.levels[i].bytes_per_second);
    for (size_t i = 0; i < machine.compute_count; i++)
        assert_band(machine.compute[i].flops_per_second);
    for (size_t i = 0; i < machine.mix_count; i++) {
        assert_band(machine.mix[i].bytes_per_second);
        assert_true(machine.mix[i].bus_bytes_per_byte >= 1);
    }
    assert_true(machine.compute_count >= 2);
    assert_true(machine.sweep_count >= 40 || is_said(MW_REASON_SIZES_LEFT_OUT));
    for (size_t i = 1; i < machine.sweep_count; i++)
        assert_true(machine.sweep[i].bytes > machine.sweep[i - 1].bytes);
    assert_int_equal(machine.cpus, mw_cpu_count());
}

static void it_is_unsure_exactly_when_the_plateaus_make_no_sense(void **state)
{
    (void)state;
    bool sensible = machine.level_count >= 2 && machine.level_count <= 5;
    bool steady =
        !machine.level_count || machine.levels[machine.level_count - 1].verdict != MW_ROW_UNSURE;
    assert_int_equal(machine.unsure, !sensible || !steady);
    if (machine.clean && !machine.unsure)
        assert_int_equal(machine.reason_count, 0);
    if (!machine.clean)
        assert_true(machine.reason_count > 0);
}

static void a_roof_that_is_kept_up_is_no_higher_than_a_burst(void **state)
{
    (void)state;
    size_t sustained = 0;
    for (size_t i = 0; i < machine.compute_count; i++) {
        const mw_compute *c = &machine.compute[i];
        if (!(c->sustained.value > 0))
            continue;
        sustained++;
        assert_int_equal(c->threads, 1);
        assert_band(c->sustained);
        assert_true(c->sustained.value <= c->flops_per_second.value);
    }
    assert_int_equal(sustained, 2); /* f32 and f64 */
}

static void no_row_that_is_used_contradicts_another(void **state)
{
    (void)state;
    for (size_t i = 0; i < machine.level_count; i++) {
        const mw_level *l = &machine.levels[i];
        if (mw_row_usable(l->all_cores_verdict) && l->all_cores.value > 0)
            assert_true(l->all_cores.high >= l->bytes_per_second.low);
        if (i + 1 < machine.level_count && mw_row_usable(l->verdict) && mw_row_usable(l[1].verdict))
            assert_true(l->bytes_per_second.high >= l[1].bytes_per_second.low);
    }
}

static void the_clock_is_a_band(void **state)
{
    (void)state;
    if (!(machine.clock_hz > 0))
        skip();
    assert_true(machine.clock.low > 0 && machine.clock.low <= machine.clock_hz);
    assert_true(machine.clock.high >= machine.clock_hz);
}

static void roofs_appear_one_by_one(void **state)
{
    (void)state;
    assert_true(told.calls > 20);
    assert_false(told.backwards);
    assert_true(told.last <= 1);
    assert_true(machine.unsure || told.levels_before_the_end >= 1);
}

static void no_roof_is_wider_than_the_chosen_instruction_set(void **state)
{
    (void)state;
    bool wide = false;
    for (size_t i = 0; i < machine.compute_count; i++)
        wide |= strcmp(machine.compute[i].isa, "avx512") == 0;
    assert_int_equal(wide, mw_cpu_isa() == MW_ISA_AVX512);
}

/* Roofs a hundred times as high: whatever disturbs this run, they do not pass for the present ones,
 * and what is stated as a fact is about them. */
static void the_spot_check_sees_that_the_compute_roof_is_another(void **state)
{
    (void)state;
    mw_error error = {0};
    mw_spot_check check;
    mw_calibration wrong = machine;
    wrong.level_count = 0;
    for (size_t i = 0; i < wrong.compute_count; i++) {
        wrong.compute[i].verdict = MW_ROW_GOOD;
        wrong.compute[i].flops_per_second = (mw_band){
            100 * machine.compute[i].flops_per_second.value,
            100 * machine.compute[i].flops_per_second.low,
            100 * machine.compute[i].flops_per_second.high,
        };
    }
    assert_int_equal(mw_calibration_spot_check(&wrong, mw_ledger_process(), &check, &error), MW_OK);
    assert_int_not_equal(check.state, MW_SPOT_SAME);
    assert_true(check.largest_change > 0.9);
    if (check.state == MW_SPOT_CHANGED)
        assert_int_equal(check.what.id, MW_REASON_PEAK_SLOWER);
}

static void a_machine_remembered_without_its_sweep_is_checked_all_the_same(void **state)
{
    (void)state;
    mw_error error = {0};
    mw_spot_check check;
    mw_calibration remembered = machine;
    remembered.sweep_count = 0;
    remembered.compute_count = 0;
    for (size_t i = 0; i < remembered.level_count; i++) {
        mw_band *band = &remembered.levels[i].bytes_per_second;
        *band = (mw_band){band->value * 100, band->low * 100, band->high * 100};
    }
    assert_int_equal(mw_calibration_spot_check(&remembered, mw_ledger_process(), &check, &error),
                     MW_OK);
    assert_true(machine.level_count == 0 || check.largest_change > 0.9);
}

static void *cancel_soon(void *context)
{
    struct timespec nap = {.tv_nsec = 150 * 1000 * 1000};
    nanosleep(&nap, NULL);
    mw_ledger_cancel(context);
    return NULL;
}

static void a_cancelled_calibration_gives_the_thread_its_mask_back(void **state)
{
    (void)state;
    static mw_calibration unfinished;
    mw_error error = {0};
    cpu_set_t before, after;
    sched_getaffinity(0, sizeof before, &before);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, cancel_soon, mw_ledger_process()), 0);
    mw_status status = mw_calibrate(mw_ledger_process(), NULL, NULL, &unfinished, &error);
    pthread_join(thread, NULL);
    assert_int_equal(status, MW_CANCELLED);
    sched_getaffinity(0, sizeof after, &after);
    assert_true(CPU_EQUAL(&before, &after));
    mw_ledger_rearm(mw_ledger_process());
}

static void the_key_is_stable_and_depends_on_the_instruction_set(void **state)
{
    (void)state;
    char one[256], two[256];
    mw_calibration_key(one, sizeof one);
    mw_calibration_key(two, sizeof two);
    assert_string_equal(one, two);
    assert_non_null(strstr(one, mw_isa_name(mw_cpu_isa())));
    assert_non_null(strstr(one, mw_cpu_brand()));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_roof_has_a_band),
        cmocka_unit_test(what_was_left_out_is_said),
        cmocka_unit_test(it_is_unsure_exactly_when_the_plateaus_make_no_sense),
        cmocka_unit_test(a_roof_that_is_kept_up_is_no_higher_than_a_burst),
        cmocka_unit_test(no_row_that_is_used_contradicts_another),
        cmocka_unit_test(the_clock_is_a_band),
        cmocka_unit_test(roofs_appear_one_by_one),
        cmocka_unit_test(no_roof_is_wider_than_the_chosen_instruction_set),
        cmocka_unit_test(the_spot_check_sees_that_the_compute_roof_is_another),
        cmocka_unit_test(a_machine_remembered_without_its_sweep_is_checked_all_the_same),
        cmocka_unit_test(a_cancelled_calibration_gives_the_thread_its_mask_back),
        cmocka_unit_test(the_key_is_stable_and_depends_on_the_instruction_set),
    };
    return cmocka_run_group_tests(tests, calibrate, NULL);
}
