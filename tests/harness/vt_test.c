/* The terminal for tests shows what programs draw, and programs hear what tests type. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/harness/vt.h"

enum { PATIENCE = 10000 };

static mw_vt *run_shell(const char *script)
{
    const char *const argv[] = {"sh", "-c", script, NULL};
    mw_vt *vt = mw_vt_start(&(mw_vt_options){.argv = argv, .columns = 60, .rows = 5});
    assert_non_null(vt);
    return vt;
}

static void text_and_its_place_are_seen(void **state)
{
    (void)state;
    mw_vt *vt = run_shell("printf 'one\\r\\n  你好 two'; sleep 30");
    int x = -1, y = -1;
    assert_true(mw_vt_wait_text(vt, "two", PATIENCE));
    assert_true(mw_vt_find(vt, "two", &x, &y));
    assert_int_equal(x, 7);
    assert_int_equal(y, 1);
    char *row = mw_vt_row(vt, 1);
    assert_string_equal(row, "  你好 two");
    free(row);
    assert_int_equal(mw_vt_at(vt, 2, 1).width, 2);
    assert_string_equal(mw_vt_at(vt, 3, 1).text, "");
    char *text = mw_vt_text(vt);
    assert_string_equal(text, "one\n  你好 two\n\n\n\n");
    free(text);
    mw_vt_free(vt);
}

static void attributes_and_colours_are_seen(void **state)
{
    (void)state;
    mw_vt *vt = run_shell(
        "printf 'p\\033[1;31mb\\033[0;7;38;5;200mr\\033[0;48;2;1;2;3mt\\033[0m.'; sleep 30");
    assert_true(mw_vt_wait_text(vt, "pbrt.", PATIENCE));
    assert_int_equal(mw_vt_at(vt, 0, 0).foreground.kind, MW_VT_DEFAULT);
    assert_false(mw_vt_at(vt, 0, 0).bold);
    assert_true(mw_vt_at(vt, 1, 0).bold);
    assert_int_equal(mw_vt_at(vt, 1, 0).foreground.kind, MW_VT_INDEXED);
    assert_true(mw_vt_at(vt, 2, 0).reverse);
    assert_int_equal(mw_vt_at(vt, 2, 0).foreground.index, 200);
    const mw_vt_colour colour = mw_vt_at(vt, 3, 0).background;
    assert_int_equal(colour.kind, MW_VT_RGB);
    assert_int_equal(colour.red * 10000 + colour.green * 100 + colour.blue, 10203);
    mw_vt_free(vt);
}

static void keys_arrive_as_a_terminal_sends_them(void **state)
{
    (void)state;
    mw_vt *vt =
        run_shell("stty raw -echo; printf ready; dd bs=1 count=14 2>/dev/null | od -An -w32 -tx1");
    assert_true(mw_vt_wait_text(vt, "ready", PATIENCE));
    assert_true(mw_vt_keys(vt, "a C-l Escape Up Enter Space 你"));
    assert_true(mw_vt_type(vt, "xyz"));
    assert_true(mw_vt_wait_text(vt, "61 0c 1b 1b 5b 41 0d 20 e4 bd a0 78", PATIENCE));
    assert_false(mw_vt_key(vt, "NoSuchKey"));
    mw_vt_free(vt);
}

static void a_program_hears_of_a_new_size(void **state)
{
    (void)state;
    mw_vt *vt = run_shell("trap 'stty size' WINCH; echo ready; while :; do sleep 0.05; done");
    int columns = 0, rows = 0;
    assert_true(mw_vt_wait_text(vt, "ready", PATIENCE));
    mw_vt_resize(vt, 70, 7);
    assert_true(mw_vt_wait_text(vt, "7 70", PATIENCE));
    mw_vt_size(vt, &columns, &rows);
    assert_int_equal(columns, 70);
    mw_vt_free(vt);
}

static void the_end_of_a_program_is_told_with_its_last_words(void **state)
{
    (void)state;
    int status = 0;
    mw_vt *vt = run_shell("printf last; exit 3");
    assert_true(mw_vt_wait_exit(vt, &status, PATIENCE));
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 3);
    assert_true(mw_vt_shows(vt, "last"));
    assert_int_equal(mw_vt_written(vt), 4);
    assert_true(mw_vt_cooked(vt));
    mw_vt_free(vt);

    vt = run_shell("kill -TERM $$");
    assert_true(mw_vt_wait_exit(vt, &status, PATIENCE));
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
    mw_vt_free(vt);
}

static void modes_of_the_terminal_are_seen(void **state)
{
    (void)state;
    int x = 0, y = 0;
    bool visible = true;
    mw_vt *vt =
        run_shell("stty raw -echo; printf '\\033[?1049h\\033[?25l\\033[2;3Hdeep'; sleep 30");
    assert_true(mw_vt_wait_text(vt, "deep", PATIENCE));
    assert_true(mw_vt_alternate(vt));
    assert_false(mw_vt_cooked(vt));
    mw_vt_cursor(vt, &x, &y, &visible);
    assert_false(visible);
    assert_int_equal(x, 6);
    assert_int_equal(y, 1);
    mw_vt_free(vt);
}

static void the_environment_is_the_one_asked_for(void **state)
{
    (void)state;
    const char *const argv[] = {"sh", "-c", "echo $TERM $LC_ALL $MINE $XDG_DATA_HOME ${USER-none}.",
                                NULL};
    const char *const environment[] = {"TERM=vt100", "MINE=1", "LC_ALL", NULL};
    mw_vt *vt = mw_vt_start(&(mw_vt_options){
        .argv = argv, .columns = 60, .rows = 3, .home = "/nowhere", .environment = environment});
    assert_non_null(vt);
    assert_true(mw_vt_wait_text(vt, "vt100 1 /nowhere/data none.", PATIENCE));
    mw_vt_free(vt);
}

static void a_shell_can_suspend_and_resume_what_runs_in_it(void **state)
{
    (void)state;
    const char *const argv[] = {"sh", "-i", NULL};
    const char *const environment[] = {"PS1=$ ", NULL};
    mw_vt *vt = mw_vt_start(
        &(mw_vt_options){.argv = argv, .columns = 60, .rows = 12, .environment = environment});
    assert_non_null(vt);
    assert_true(mw_vt_wait_text(vt, "$", PATIENCE));
    assert_true(mw_vt_type(vt, "cat"));
    assert_true(mw_vt_key(vt, "Enter"));
    assert_true(mw_vt_type(vt, "mirror"));
    assert_true(mw_vt_key(vt, "Enter"));
    assert_true(mw_vt_wait_quiet(vt, 200, PATIENCE));
    assert_true(mw_vt_key(vt, "C-z"));
    assert_true(mw_vt_wait_text(vt, "Stopped", PATIENCE));
    assert_true(mw_vt_type(vt, "fg"));
    assert_true(mw_vt_keys(vt, "Enter e c h o Enter"));
    assert_true(mw_vt_wait_text(vt, "echo", PATIENCE));
    mw_vt_free(vt);
}

static void a_quiet_program_counts_no_bytes(void **state)
{
    (void)state;
    mw_vt *vt = run_shell("printf once; sleep 30");
    assert_true(mw_vt_wait_text(vt, "once", PATIENCE));
    assert_true(mw_vt_wait_quiet(vt, 100, PATIENCE));
    assert_int_equal(mw_vt_written(vt), 4);
    mw_vt_free(vt);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_and_its_place_are_seen),
        cmocka_unit_test(attributes_and_colours_are_seen),
        cmocka_unit_test(keys_arrive_as_a_terminal_sends_them),
        cmocka_unit_test(a_program_hears_of_a_new_size),
        cmocka_unit_test(the_end_of_a_program_is_told_with_its_last_words),
        cmocka_unit_test(modes_of_the_terminal_are_seen),
        cmocka_unit_test(the_environment_is_the_one_asked_for),
        cmocka_unit_test(a_shell_can_suspend_and_resume_what_runs_in_it),
        cmocka_unit_test(a_quiet_program_counts_no_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
