/* measure_test.c: a kernel made for tests is measured, disturbed, cancelled. */
#include <omp.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "cpu.h"
#include "kernel.h"
#include "meter/measure.h"
#include "team.h"

/*
 * A kernel that sums n numbers in tiles, and remembers how it was treated. Everything that measures
 * is real; only the arithmetic is small.
 */
enum { TILE = 1000 };

static struct {
    int prepared, released, executed, verified;
    bool was_running_while_unprepared;
    cpu_set_t mask[MW_THREADS_MAX];
    uint64_t drift;       /* further FLOPs of each later execution: a broken kernel */
    mw_status execute_as; /* what execute answers */
    double pause;         /* seconds of sleep per execution */
    double verify_worst;
} seen;

static volatile double sink;

static mw_work work(const mw_kernel *kernel, const mw_args *args)
{
    uint64_t n = (uint64_t)mw_arg(kernel, args, "n");
    return (mw_work){.flops = n, .load_bytes = 8 * n, .store_bytes = 0};
}

static uint64_t compulsory(const mw_kernel *kernel, const mw_args *args)
{
    return 8 * (uint64_t)mw_arg(kernel, args, "n");
}

static uint64_t footprint(const mw_kernel *kernel, const mw_args *args)
{
    (void)kernel, (void)args;
    return 0;
}

static mw_status prepare(mw_run *run, mw_error *error)
{
    (void)run, (void)error;
    seen.prepared++;
    return MW_OK;
}

static bool sum_share(void *context, int thread, int threads, mw_tally *tally)
{
    mw_run *run = context;
    mw_range range = mw_team_share((uint64_t)mw_arg(run->kernel, &run->args, "n"), thread, threads);
    sched_getaffinity(0, sizeof seen.mask[thread], &seen.mask[thread]);
    double sum = 0;
    for (uint64_t i = range.begin; i < range.end; i += TILE) {
        uint64_t count = range.end - i < TILE ? range.end - i : TILE;
        for (uint64_t k = 0; k < count; k++)
            sum += (double)k;
        if (!mw_ledger_tile(tally->ledger, thread,
                            (mw_work){.flops = count, .load_bytes = 8 * count, .store_bytes = 0}))
            return false;
    }
    sink = sum;
    return true;
}

static mw_status execute(mw_run *run)
{
    seen.was_running_while_unprepared |= seen.prepared <= seen.released;
    seen.executed++;
    if (seen.drift)
        mw_ledger_tile(run->ledger, 0, (mw_work){.flops = seen.drift * (uint64_t)seen.executed});
    if (seen.pause > 0) {
        struct timespec nap = {.tv_nsec = (long)(seen.pause * 1e9)};
        nanosleep(&nap, NULL);
    }
    if (seen.execute_as != MW_OK)
        return seen.execute_as;
    int threads = (int)mw_arg(run->kernel, &run->args, "threads");
    return mw_team_run(run->ledger, threads, sum_share, run);
}

static mw_status verify(mw_run *run, mw_verification *verification, mw_error *error)
{
    (void)run, (void)error;
    seen.verified++;
    *verification = (mw_verification){.passed = seen.verify_worst <= 1, .worst = seen.verify_worst};
    return MW_OK;
}

static void release(mw_run *run)
{
    (void)run;
    seen.released++;
}

static const mw_param params[] = {
    {"n", "elements", "how many numbers", 1, 1 << 30, 100000, NULL},
    {"threads", "threads", "how many threads", 1, MW_THREADS_MAX, 1, NULL},
};

static const mw_kernel summing = {
    .family = "test",
    .variant = "sum",
    .summary = "sums numbers",
    .params = params,
    .param_count = 2,
    .work = work,
    .compulsory_bytes = compulsory,
    .footprint = footprint,
    .prepare = prepare,
    .execute = execute,
    .verify = verify,
    .release = release,
};

static const mw_kernel borrowed = {
    .family = "test",
    .variant = "borrowed",
    .summary = "as from a library",
    .library = "Somelib",
    .params = params,
    .param_count = 2,
    .work = work,
    .compulsory_bytes = compulsory,
    .footprint = footprint,
    .prepare = prepare,
    .execute = execute,
    .verify = verify,
    .release = release,
};

static const mw_measure_options brief = {.budget_seconds = 0.05, .max_samples = 40};

static int set_up(void **state)
{
    (void)state;
    memset(&seen, 0, sizeof seen);
    mw_ledger_rearm(mw_ledger_process());
    mw_error error;
    return mw_cpu_init(&error) == MW_OK ? 0 : -1;
}

static mw_args args_of(int64_t n, int64_t threads)
{
    return (mw_args){.value = {n, threads}};
}

/* A brief measurement of the sum of n numbers. */
static mw_status sum(int64_t n, mw_measurement *m, mw_error *error)
{
    mw_args args = args_of(n, 1);
    *error = (mw_error){0};
    return mw_measure(&summing, &args, &brief, mw_ledger_process(), m, error);
}

static void counts_are_those_of_one_execution(void **state)
{
    (void)state;
    mw_measurement m;
    mw_error error;
    assert_int_equal(sum(12345, &m, &error), MW_OK);
    assert_true(m.flops.value == 12345 && m.flops.kind == MW_COUNTED);
    assert_true(m.load_bytes.value == 8 * 12345 && m.load_bytes.kind == MW_COUNTED);
    assert_true(m.store_bytes.value == 0 && !m.store_bytes.absent);
    assert_true(m.compulsory_bytes.value == 8 * 12345 && m.compulsory_bytes.kind == MW_MODELLED);
    assert_true(m.seconds.samples >= 1 && m.seconds.samples <= 40);
    assert_true(m.seconds.min > 0 && m.seconds.min <= m.seconds.low);
    assert_true(m.seconds.low <= m.seconds.median && m.seconds.median <= m.seconds.high);
    assert_int_equal(seen.prepared, 1);
    assert_int_equal(seen.released, 1);
    assert_false(seen.was_running_while_unprepared);
    assert_int_equal(seen.verified, 0);
    assert_true(m.noisy == mw_reason_is(&m.reason));
}

static void a_library_rung_has_modelled_flops_and_no_bytes(void **state)
{
    (void)state;
    mw_measurement m;
    mw_error error = {0};
    mw_args args = args_of(1000, 1);
    assert_int_equal(mw_measure(&borrowed, &args, &brief, mw_ledger_process(), &m, &error), MW_OK);
    assert_true(m.flops.kind == MW_MODELLED && m.flops.value == 1000);
    assert_true(m.load_bytes.absent && m.store_bytes.absent);
    assert_int_equal(m.load_bytes.reason.id, MW_REASON_NOT_INSTRUMENTED);
    assert_string_equal(m.load_bytes.reason.word[0], "Somelib");
}

static void verification_is_reported_when_asked_for(void **state)
{
    (void)state;
    mw_measurement m;
    mw_error error = {0};
    mw_args args = args_of(1000, 1);
    mw_measure_options options = brief;
    options.verify = true;
    seen.verify_worst = 0.25;
    assert_int_equal(mw_measure(&summing, &args, &options, mw_ledger_process(), &m, &error), MW_OK);
    assert_true(m.verify_asked && m.verified && m.worst_error == 0.25);
    seen.verify_worst = 3;
    assert_int_equal(mw_measure(&summing, &args, &options, mw_ledger_process(), &m, &error), MW_OK);
    assert_true(m.verify_asked && !m.verified);
}

static void arguments_out_of_range_are_refused_before_anything_is_prepared(void **state)
{
    (void)state;
    mw_measurement m;
    mw_error error;
    assert_int_equal(sum(0, &m, &error), MW_INVALID);
    assert_non_null(strstr(error.message, "n"));
    assert_int_equal(seen.prepared, 0);
}

static void a_kernel_that_tallies_differently_each_time_is_an_error(void **state)
{
    (void)state;
    mw_measurement m;
    mw_error error;
    seen.drift = 1;
    assert_int_equal(sum(1000, &m, &error), MW_INTERNAL);
    assert_non_null(strstr(error.message, "test/sum"));
    assert_int_equal(seen.released, 1);
}

static void a_failing_kernel_is_released_and_named(void **state)
{
    (void)state;
    mw_measurement m;
    mw_error error;
    seen.execute_as = MW_UNSUPPORTED;
    assert_int_equal(sum(1000, &m, &error), MW_UNSUPPORTED);
    assert_non_null(strstr(error.message, "test/sum"));
    assert_int_equal(seen.released, 1);
}

static void an_execution_longer_than_the_budget_is_the_only_sample(void **state)
{
    (void)state;
    mw_measurement m;
    mw_error error;
    seen.pause = 0.08;
    assert_int_equal(sum(1000, &m, &error), MW_OK);
    assert_int_equal(m.seconds.samples, 1);
    assert_int_equal(seen.executed, 1);
    assert_true(m.noisy);
}

static void *cancel_soon(void *context)
{
    struct timespec nap = {.tv_nsec = 30 * 1000 * 1000};
    nanosleep(&nap, NULL);
    mw_ledger_cancel(context);
    return NULL;
}

static void a_cancelled_measurement_says_so_and_releases(void **state)
{
    (void)state;
    mw_measurement m;
    mw_error error = {0};
    mw_args args = args_of(1 << 30, 1); /* seconds of work in one execution */
    mw_measure_options options = {.budget_seconds = 100};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, cancel_soon, mw_ledger_process()), 0);
    mw_status status = mw_measure(&summing, &args, &options, mw_ledger_process(), &m, &error);
    pthread_join(thread, NULL);
    assert_int_equal(status, MW_CANCELLED);
    assert_int_equal(seen.executed, 1);
    assert_int_equal(seen.released, 1);
}

static void a_pair_is_interleaved_and_keeps_its_counts_apart(void **state)
{
    (void)state;
    mw_pair pair;
    mw_error error = {0};
    mw_args args = args_of(1000000, 1), beside = args_of(3000000, 1);
    mw_block *block = aligned_alloc(4096, mw_block_size());
    assert_non_null(block);
    mw_block_init(block);
    mw_ledger_attach(mw_ledger_process(), block, 9);
    assert_int_equal(mw_measure_pair(&summing, &args, &summing, &beside, &brief,
                                     mw_ledger_process(), &pair, &error),
                     MW_OK);
    mw_counters counters;
    assert_true(mw_block_read(block, &counters));
    mw_ledger_attach(mw_ledger_process(), NULL, 0);
    free(block);
    assert_true(pair.kernel.flops.value == 1000000 && pair.beside.flops.value == 3000000);
    assert_int_equal(pair.kernel.seconds.samples, pair.beside.seconds.samples);
    assert_int_equal(pair.ratio.value.samples, pair.kernel.seconds.samples);
    assert_true(pair.ratio.value.low <= pair.ratio.value.median &&
                pair.ratio.value.median <= pair.ratio.value.high);
    /* The shared block holds the kernel's own work only. */
    assert_int_equal(counters.run, 9);
    assert_int_equal(counters.phase, MW_PHASE_IDLE);
    assert_int_equal(counters.flops, counters.executions * 1000000);
    assert_int_equal(counters.progress_ppm, 1000000);
    assert_int_equal(seen.prepared, 2);
    assert_int_equal(seen.released, 2);
}

static void the_measuring_thread_stays_on_one_cpu_and_gets_its_mask_back(void **state)
{
    (void)state;
    cpu_set_t before, after;
    assert_int_equal(sched_getaffinity(0, sizeof before, &before), 0);
    mw_measurement m;
    mw_error error;
    assert_int_equal(sum(1000, &m, &error), MW_OK);
    assert_int_equal(CPU_COUNT(&seen.mask[0]), 1);
    assert_int_equal(sched_getaffinity(0, sizeof after, &after), 0);
    assert_true(CPU_EQUAL(&before, &after));
}

static void on_all_cores_each_thread_has_a_cpu_of_its_own(void **state)
{
    (void)state;
    int cpus = mw_cpu_count();
    cpu_set_t before, after, all;
    assert_int_equal(sched_getaffinity(0, sizeof before, &before), 0);
    mw_measurement m;
    mw_error error = {0};
    /* A measurement on one CPU comes first: it must not leave its mask to the pool. */
    mw_args alone = args_of(1000, 1), args = args_of(1000000, cpus);
    assert_int_equal(mw_measure(&summing, &alone, &brief, mw_ledger_process(), &m, &error), MW_OK);
    assert_int_equal(mw_measure(&summing, &args, &brief, mw_ledger_process(), &m, &error), MW_OK);
    CPU_ZERO(&all);
    for (int i = 0; i < cpus; i++) {
        assert_int_equal(CPU_COUNT(&seen.mask[i]), 1);
        CPU_OR(&all, &all, &seen.mask[i]);
    }
    assert_int_equal(CPU_COUNT(&all), cpus);
    assert_true(CPU_EQUAL(&all, &before));
    assert_int_equal(sched_getaffinity(0, sizeof after, &after), 0);
    assert_true(CPU_EQUAL(&before, &after));
    assert_true(m.flops.value == 1000000);
}

static void threads_that_the_system_did_not_give_are_not_reported(void **state)
{
    (void)state;
    if (mw_cpu_count() < 2)
        skip();
    mw_measurement m;
    mw_error error = {0};
    mw_args args = args_of(1000000, 2);
    int levels = omp_get_max_active_levels();
    omp_set_max_active_levels(0);
    mw_status status = mw_measure(&summing, &args, &brief, mw_ledger_process(), &m, &error);
    omp_set_max_active_levels(levels);
    assert_int_equal(status, MW_OK);
    assert_int_equal(m.threads_asked, 2);
    assert_int_equal(m.threads_had, 1);
    assert_true(m.noisy && m.disturbed);
    assert_int_equal(m.reason.id, MW_REASON_FEWER_THREADS);
    assert_true(m.reason.number[0] == 1 && m.reason.number[1] == 2);
    assert_int_equal(mw_measure(&summing, &args, &brief, mw_ledger_process(), &m, &error), MW_OK);
    assert_int_equal(m.threads_had, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(counts_are_those_of_one_execution, set_up),
        cmocka_unit_test_setup(a_library_rung_has_modelled_flops_and_no_bytes, set_up),
        cmocka_unit_test_setup(verification_is_reported_when_asked_for, set_up),
        cmocka_unit_test_setup(arguments_out_of_range_are_refused_before_anything_is_prepared,
                               set_up),
        cmocka_unit_test_setup(a_kernel_that_tallies_differently_each_time_is_an_error, set_up),
        cmocka_unit_test_setup(a_failing_kernel_is_released_and_named, set_up),
        cmocka_unit_test_setup(an_execution_longer_than_the_budget_is_the_only_sample, set_up),
        cmocka_unit_test_setup(a_cancelled_measurement_says_so_and_releases, set_up),
        cmocka_unit_test_setup(a_pair_is_interleaved_and_keeps_its_counts_apart, set_up),
        cmocka_unit_test_setup(the_measuring_thread_stays_on_one_cpu_and_gets_its_mask_back,
                               set_up),
        cmocka_unit_test_setup(on_all_cores_each_thread_has_a_cpu_of_its_own, set_up),
        cmocka_unit_test_setup(threads_that_the_system_did_not_give_are_not_reported, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
