/* Load that is made on purpose: one process per CPU and one more, and none of them outlives its
 * order, its maker or its time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first. */
#include <cmocka.h>
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "labs/bench/load.h"

enum { PATIENCE_MS = 20000, STEP_MS = 10 };

static bool is_gone(pid_t pid)
{
    return kill(pid, 0) != 0 && errno == ESRCH;
}

static bool goes(pid_t pid)
{
    for (int waited = 0; waited < PATIENCE_MS; waited += STEP_MS) {
        while (waitpid(-1, NULL, WNOHANG) > 0)
            ;
        if (is_gone(pid))
            return true;
        poll(NULL, 0, STEP_MS);
    }
    return false;
}

static void each_cpu_gets_a_process_and_all_end_when_told(void **state)
{
    (void)state;
    cpu_set_t allowed;
    mw_bench_load load;
    pid_t pids[MW_LOAD_PROCESSES];
    assert_int_equal(sched_getaffinity(0, sizeof allowed, &allowed), 0);
    assert_true(mw_bench_load_start(&load, 3600));
    size_t count = load.count;
    assert_int_equal(count, CPU_COUNT(&allowed) + 1);
    memcpy(pids, load.pids, sizeof pids);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(kill(pids[i], 0), 0);
    mw_bench_load_stop(&load);
    assert_int_equal(load.count, 0);
    for (size_t i = 0; i < count; i++)
        assert_true(is_gone(pids[i]));
    mw_bench_load_stop(&load);
}

/* The maker is killed, so that nothing of it can tidy up. */
static void they_end_with_the_process_that_made_them(void **state)
{
    (void)state;
    int ends[2];
    mw_bench_load load;
    assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
    assert_int_equal(pipe(ends), 0);
    pid_t maker = fork();
    if (maker == 0) {
        if (!mw_bench_load_start(&load, 60) ||
            write(ends[1], &load, sizeof load) != (ssize_t)sizeof load)
            _exit(1);
        pause();
    }
    assert_int_equal(read(ends[0], &load, sizeof load), sizeof load);
    kill(maker, SIGKILL);
    assert_int_equal(waitpid(maker, NULL, 0), maker);
    assert_true(load.count >= 2);
    for (size_t i = 0; i < load.count; i++)
        assert_true(goes(load.pids[i]));
    close(ends[0]);
    close(ends[1]);
}

static void they_end_by_themselves_when_their_time_is_over(void **state)
{
    (void)state;
    mw_bench_load load;
    assert_true(mw_bench_load_start(&load, 1));
    for (size_t i = 0; i < load.count; i++)
        assert_true(goes(load.pids[i]));
}

static void what_others_use_is_a_share(void **state)
{
    (void)state;
    double share = mw_bench_load_outside(0.05);
    assert_true(share >= 0 && share <= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_cpu_gets_a_process_and_all_end_when_told),
        cmocka_unit_test(they_end_with_the_process_that_made_them),
        cmocka_unit_test(they_end_by_themselves_when_their_time_is_over),
        cmocka_unit_test(what_others_use_is_a_share),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
