/* program_test.c: the toys in the whole program. A kind of step and one of field are a Lua file, a
 * C file and their lines in the lists, and can be played on plain lines and on the full screen; a
 * program whose list lacks the kind of field, as one that is older than its worker, says so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first. */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "tests/harness/program.h"
#include "tests/harness/vt.h"

enum { SOON = 30000, PATH = 512 }; /* milliseconds; bytes */

#define LAB     HERE "/lab"
#define UNKNOWN "Word: only a newer memwall can show this (its kind is 'word')"

static const char *home;
static char scripts[PATH];

/* The authoring library with a line for each toy. */
static bool add_toys(void)
{
    char command[8 * PATH];
    snprintf(command, sizeof command,
             "cp -r '" SCRIPTS "' '%s' && cd '%s' && cp '" HERE "/recall.lua' memwall/kinds/ && "
             "cp '" HERE "/word.lua' memwall/fields/ && "
             "sed -i 's/^M.kinds = {/&recall = require \"memwall.kinds.recall\",/;"
             " s/^M.fields = {/&word = require \"memwall.fields.word\",/' memwall/registry.lua && "
             "sed -i 's/^mw.read = .*/& mw.recall = constructor \"recall\"/' memwall.lua",
             scripts, scripts);
    return system(command) == 0;
}

static int begin(void **state)
{
    (void)state;
    setenv("LC_ALL", "C.UTF-8", 1);
    home = program_home();
    if (!home)
        return -1;
    /* The folders that a terminal of the tests gives its program. */
    static const char *const folders[][2] = {
        {"XDG_DATA_HOME", "data"}, {"XDG_CACHE_HOME", "cache"}, {"XDG_CONFIG_HOME", "config"}};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        char path[PATH];
        snprintf(path, sizeof path, "%s/%s", home, folders[i][1]);
        setenv(folders[i][0], path, 1);
    }
    snprintf(scripts, sizeof scripts, "%s/scripts", home);
    setenv("MEMWALL_SCRIPTS", scripts, 1);
    return add_toys() ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    program_home_remove();
    return 0;
}

static void shows(mw_vt *vt, const char *text)
{
    if (!mw_vt_wait_text(vt, text, SOON))
        fail_msg("\"%s\" never came", text);
}

/* The lab on the full screen. The machine was measured before, or that is skipped. */
static bool measures_or_shows(mw_vt *vt, void *text)
{
    return mw_vt_shows(vt, "skip") || mw_vt_shows(vt, text);
}

static mw_vt *open_screen(const char *program)
{
    char setting[PATH + 32];
    snprintf(setting, sizeof setting, "MEMWALL_SCRIPTS=%s", scripts);
    const char *argv[] = {program, "run", LAB, "--fresh", NULL};
    const char *environment[] = {setting, NULL};
    const mw_vt_options options = {
        .argv = argv, .columns = 100, .rows = 30, .home = home, .environment = environment};
    mw_vt *vt = mw_vt_start(&options);
    assert_non_null(vt);
    assert_true(mw_vt_wait(vt, measures_or_shows, "Which wall?", SOON));
    if (!mw_vt_shows(vt, "Which wall?"))
        assert_true(mw_vt_key(vt, "Escape"));
    shows(vt, "Which wall?");
    return vt;
}

static void leave(mw_vt *vt)
{
    int status = 0;
    mw_vt_keys(vt, "Escape Q");
    assert_true(mw_vt_wait_exit(vt, &status, SOON));
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    mw_vt_free(vt);
}

static void toys_are_played_on_plain_lines(void **state)
{
    (void)state;
    outcome run = program_run("Berlin\nMEMORY\n\n", TOYS, "run", LAB, "--plain", "--fresh", NULL);
    const char *said[] = {"(recall)",       "One word of 6 letters.", "Word (letters):",
                          "That one fell.", "Verdict: Word: right",   "After 2 tries."};
    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        if (!strstr(run.out, said[i]))
            fail_msg("\"%s\" is not in:\n%s%s", said[i], run.out, run.err);
    assert_int_equal(run.code, 0);
    program_free(&run);
}

static void toys_are_played_on_the_full_screen(void **state)
{
    (void)state;
    mw_vt *vt = open_screen(TOYS);
    shows(vt, "_ _ _ _ _ _");
    mw_vt_type(vt, "Berl");
    shows(vt, "b e r l _ _");
    mw_vt_type(vt, "in");
    mw_vt_key(vt, "Enter");
    shows(vt, "That one fell.");
    mw_vt_key(vt, "C-u");
    shows(vt, "_ _ _ _ _ _");
    mw_vt_type(vt, "memory");
    mw_vt_key(vt, "Enter");
    shows(vt, "continue");
    mw_vt_key(vt, "Enter");
    shows(vt, "After 2 tries.");
    leave(vt);
}

static void a_program_without_the_kind_says_so_and_goes_on(void **state)
{
    (void)state;
    mw_vt *vt = open_screen(MEMWALL);
    shows(vt, "only a newer memwall can show this");
    mw_vt_type(vt, "x");
    mw_vt_key(vt, "Enter");
    shows(vt, "Choose one of the options."); /* what the lab says to no answer */
    leave(vt);

    outcome run = program_run("\nquit\n", MEMWALL, "run", LAB, "--plain", "--fresh", NULL);
    assert_non_null(strstr(run.out, UNKNOWN));
    assert_null(strstr(run.out, "letters"));
    assert_int_equal(run.code, 1);
    program_free(&run);

    const char *answers = program_file("answers.json", "{\"wall\": {\"word\": \"memory\"}}");
    run = program_run("", MEMWALL, "run", LAB, "--plain", "--fresh", "--answers", answers, NULL);
    assert_non_null(strstr(run.err, "field 'word' in step 'wall' is of a kind that only a newer"));
    assert_int_equal(run.code, 2);
    program_free(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(toys_are_played_on_plain_lines),
        cmocka_unit_test(toys_are_played_on_the_full_screen),
        cmocka_unit_test(a_program_without_the_kind_says_so_and_goes_on),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
