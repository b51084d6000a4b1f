/* quiet_test.c: waiting with a /proc of the test's own, and stopping it. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "meter/quiet.h"

static mw_cpu_times before[CPU_SETSIZE], after[CPU_SETSIZE];

static cpu_set_t two_cpus(void)
{
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    CPU_SET(0, &cpus);
    CPU_SET(1, &cpus);
    return cpus;
}

static void a_busy_cpu_among_ours_is_not_quiet_and_one_elsewhere_is(void **state)
{
    (void)state;
    cpu_set_t cpus = two_cpus();
    long second = sysconf(_SC_CLK_TCK);
    after[0].busy = second / 50;
    assert_true(mw_quiet_between(before, after, &cpus, 1));
    after[3].busy = second;
    assert_true(mw_quiet_between(before, after, &cpus, 1));
    after[1].busy = second / 5;
    assert_false(mw_quiet_between(before, after, &cpus, 1));
    after[1].busy = 0;
    after[1].steal = second / 5; /* the host gave it to somebody else */
    assert_false(mw_quiet_between(before, after, &cpus, 1));
}

static char root[64];

static int make_root(void **state)
{
    (void)state;
    char path[128];
    snprintf(root, sizeof root, "/tmp/memwall-quiet-XXXXXX");
    if (!mkdtemp(root))
        return -1;
    snprintf(path, sizeof path, "%s/proc", root);
    if (mkdir(path, 0700))
        return -1;
    snprintf(path, sizeof path, "%s/proc/stat", root);
    FILE *file = fopen(path, "w");
    return file && fputs("cpu0 1 2 3 4 5 6 7 8\ncpu1 1 2 3 4 5 6 7 8\n", file) >= 0 &&
                   fclose(file) == 0
               ? 0
               : -1;
}

static int drop_root(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -r '%s'", root);
    return system(command);
}

static void where_nothing_runs_the_wait_ends(void **state)
{
    (void)state;
    bool quiet = false;
    mw_error error = {0};
    cpu_set_t cpus = two_cpus();
    mw_ledger_rearm(mw_ledger_process());
    assert_int_equal(mw_quiet_wait(root, mw_ledger_process(), &cpus, 600, &quiet, &error), MW_OK);
    assert_true(quiet);
}

static void without_books_there_is_nothing_to_wait_for(void **state)
{
    (void)state;
    bool quiet = true;
    mw_error error = {0};
    cpu_set_t cpus = two_cpus();
    assert_int_equal(mw_quiet_wait("/nowhere", mw_ledger_process(), &cpus, 600, &quiet, &error),
                     MW_OK);
    assert_false(quiet);
}

static void *cancel_soon(void *context)
{
    struct timespec moment = {.tv_nsec = 50 * 1000 * 1000};
    nanosleep(&moment, NULL);
    mw_ledger_cancel(context);
    return NULL;
}

static void a_wait_can_be_stopped(void **state)
{
    (void)state;
    bool quiet = false;
    mw_error error = {0};
    cpu_set_t cpus = two_cpus();
    pthread_t thread;
    mw_ledger_rearm(mw_ledger_process());
    assert_int_equal(pthread_create(&thread, NULL, cancel_soon, mw_ledger_process()), 0);
    mw_status status = mw_quiet_wait(root, mw_ledger_process(), &cpus, 600, &quiet, &error);
    pthread_join(thread, NULL);
    mw_ledger_rearm(mw_ledger_process());
    assert_int_equal(status, MW_CANCELLED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_busy_cpu_among_ours_is_not_quiet_and_one_elsewhere_is),
        cmocka_unit_test_setup_teardown(where_nothing_runs_the_wait_ends, make_root, drop_root),
        cmocka_unit_test(without_books_there_is_nothing_to_wait_for),
        cmocka_unit_test_setup_teardown(a_wait_can_be_stopped, make_root, drop_root),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
