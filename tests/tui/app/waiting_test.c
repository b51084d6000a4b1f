/* A worker that has not spoken yet: the screen hears keys, says that it waits, and goes on then. */
#include "tests/tui/app/app_scene.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Below the twenty seconds after which the worker is given up. */
enum { SOON = 10000 };

/* Stopped before its first word. */
static const char *const stopped_worker =
    "if mkdir $home/stopped 2>/dev/null; then echo $$ > $home/pid; kill -STOP $$; fi";

static void let_the_worker_go_on(void)
{
    char path[128];
    int pid = 0;
    snprintf(path, sizeof path, "%s/pid", app_home);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%d", &pid), 1);
    fclose(file);
    assert_int_equal(kill(pid, SIGCONT), 0);
}

static mw_vt *start_waiting(const char *lab)
{
    const char *with_lab[] = {"run", lab, NULL}, *without[] = {NULL};
    mw_vt *vt = app_start(lab ? with_lab : without, app_worker_after(stopped_worker), 110, 34);
    if (!mw_vt_wait_text(vt, "which has not spoken yet", SOON))
        fail_msg("nothing says that memwall waits");
    return vt;
}

static void leaves_soon(mw_vt *vt, int expected)
{
    int status = 0;
    assert_true(mw_vt_wait_exit(vt, &status, SOON));
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), expected);
    assert_true(mw_vt_cooked(vt));
    mw_vt_free(vt);
}

static void a_screen_that_waits_for_its_worker_can_be_left(void **state)
{
    (void)state;
    mw_vt *vt = start_waiting(NULL);
    app_keys(vt, "?");
    assert_true(mw_vt_wait_text(vt, "find a lab by its title", SOON));
    app_keys(vt, "Escape q");
    leaves_soon(vt, 0);
}

static void ctrl_c_leaves_a_lab_that_waits_for_its_worker(void **state)
{
    (void)state;
    mw_vt *vt = start_waiting(MW_LABS "/keys");
    app_keys(vt, "C-c");
    leaves_soon(vt, 130);
}

static void what_was_chosen_meanwhile_is_opened_when_the_worker_speaks(void **state)
{
    (void)state;
    mw_vt *vt = start_waiting(NULL);
    app_keys(vt, "/");
    assert_true(mw_vt_type(vt, "ONE USER"));
    app_keys(vt, "Enter Enter");
    app_gone(vt, "The Memory Wall");
    let_the_worker_go_on();
    app_skip(vt, "Count before you run");
    app_keys(vt, "Escape Q");
    app_leave(vt, 0);
}

static void a_lab_that_was_left_meanwhile_stays_closed(void **state)
{
    (void)state;
    mw_vt *vt = start_waiting(MW_LABS "/keys");
    app_keys(vt, "q");
    app_shows(vt, "The Memory Wall");
    let_the_worker_go_on();
    app_skip(vt, "q leads to the labs");
    app_keys(vt, "q");
    app_shows(vt, "The Memory Wall");
    app_keys(vt, "q");
    app_leave(vt, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        AT_HOME(a_screen_that_waits_for_its_worker_can_be_left),
        AT_HOME(ctrl_c_leaves_a_lab_that_waits_for_its_worker),
        AT_HOME(what_was_chosen_meanwhile_is_opened_when_the_worker_speaks),
        AT_HOME(a_lab_that_was_left_meanwhile_stays_closed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
