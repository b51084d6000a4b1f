/*
 * Lab 04 whole, by keys, on a terminal: first with real kernels, then from the recording of a real
 * run made by this very test, whose events and verdicts must be those of the plain lines. The same
 * recording is shown at many sizes, in three charsets and two languages.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first. */
#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "tests/harness/program.h"
#include "tests/harness/vt.h"
#include "tests/labs/transcript.h"

enum { SOON = 15000, RUN = 90000 };

static const char *home;
static char recording[512];
static json_t *plain; /* [{"event","verdicts"?}] of the run in plain lines */

static int record_a_real_run(void **state)
{
    (void)state;
    setenv("LC_ALL", "C.UTF-8", 1);
    home = program_home();
    if (!home)
        return -1;
    snprintf(recording, sizeof recording, "%s/recording.json", home);
    outcome run = program_run("", MEMWALL, "run", "04", "--answers", ANSWERS, "--record", recording,
                              "--seed", "keys", "--json", NULL);
    if (run.code != 0) {
        fprintf(stderr, "the plain run ended with %d: %s\n", run.code, run.err);
        return -1;
    }
    plain = transcript_of_lines(run.out);
    program_free(&run);
    return 0;
}

static int end_home(void **state)
{
    (void)state;
    json_decref(plain);
    program_home_remove();
    return 0;
}

/* A home of its own for one terminal, which starts without progress. */
static const char *fresh_home(const char *name)
{
    static char path[600];
    snprintf(path, sizeof path, "%s/%s", home, name);
    mkdir(path, 0700);
    return path;
}

static mw_vt *start(const char *folder, int columns, int rows, const char *const *environment,
                    const char *const *argv)
{
    mw_vt *vt = mw_vt_start(&(mw_vt_options){.argv = argv,
                                             .columns = columns,
                                             .rows = rows,
                                             .home = folder,
                                             .environment = environment});
    assert_non_null(vt);
    return vt;
}

static mw_vt *start_replay(const char *folder, int columns, int rows,
                           const char *const *environment)
{
    const char *const argv[] = {MEMWALL,   "run",    "04",   "--measurements",
                                recording, "--seed", "keys", NULL};
    return start(folder, columns, rows, environment, argv);
}

static void see(mw_vt *vt, const char *text, int timeout_ms)
{
    if (!mw_vt_wait_text(vt, text, timeout_ms))
        fail_msg("the screen never showed '%s'", text);
}

static void step_is(mw_vt *vt, int number)
{
    char text[40];
    snprintf(text, sizeof text, "step %d of 10", number);
    see(vt, text, SOON);
}

static void key(mw_vt *vt, const char *name)
{
    assert_true(mw_vt_key(vt, name));
}

/* Gives the answer; the footer offers to go on when it was taken. */
static void give(mw_vt *vt, const char *by)
{
    key(vt, by);
    assert_true(mw_vt_wait_no_text(vt, "Enter answer", SOON));
    see(vt, "Enter continue", SOON);
}

/* Types only when the footer says that an answer is wanted. */
static void answer(mw_vt *vt, const char *text)
{
    see(vt, "Enter answer", SOON);
    assert_true(mw_vt_type(vt, text));
    give(vt, "Enter");
}

static void go_on(mw_vt *vt, int number)
{
    key(vt, "Enter");
    step_is(vt, number);
}

/* Starts what the step runs, as the footer offers it ("s sweep"), and waits for its end. */
static void run_it(mw_vt *vt, const char *offer)
{
    char name[2] = {offer[0], '\0'};
    see(vt, offer, SOON);
    key(vt, name);
    see(vt, "Enter continue", RUN);
    assert_true(mw_vt_wait_no_text(vt, "stop run", RUN));
}

/* Steps 1 to 6, up to the end of the sweep. */
static void play_to_the_sweep(mw_vt *vt)
{
    step_is(vt, 1);
    see(vt, "Enter answer", SOON);
    assert_true(mw_vt_type(vt, "2*n^2"));
    key(vt, "Tab");
    answer(vt, "4*n^2 + 4*(n + n)");
    go_on(vt, 2);
    answer(vt, "0.5, 8 GFLOP/s");
    go_on(vt, 3);
    run_it(vt, "r run");
    go_on(vt, 4);
    answer(vt, "4*n^2 + 4*b*(n + n)");
    go_on(vt, 5);
    answer(vt, "21");
    go_on(vt, 6);
    run_it(vt, "s sweep");
}

static void play_to_the_end(mw_vt *vt)
{
    go_on(vt, 7);
    run_it(vt, "c compare");
    go_on(vt, 8);
    answer(vt, "20");
    go_on(vt, 9);
    see(vt, "Enter answer", SOON);
    assert_true(mw_vt_keys(vt, "Down Space Tab"));
    assert_true(mw_vt_type(vt, "Every weight that is read once serves all the vectors, so the time "
                               "to read W is shared and the idle arithmetic is used."));
    give(vt, "C-d");
    go_on(vt, 10);
    see(vt, "Enter answer", SOON);
    assert_true(mw_vt_type(vt, "w*6"));
    key(vt, "Enter");
    see(vt, "You have done this lab", SOON);
}

static void leave(mw_vt *vt)
{
    int status;
    key(vt, "C-c");
    assert_true(mw_vt_wait_exit(vt, &status, SOON));
    assert_true(WIFEXITED(status));
    assert_true(mw_vt_cooked(vt));
    assert_false(mw_vt_alternate(vt));
    mw_vt_free(vt);
}

static void by_keys_the_events_and_verdicts_are_those_of_plain_lines(void **state)
{
    (void)state;
    const char *folder = fresh_home("replay");
    mw_vt *vt = start_replay(folder, 120, 40, NULL);
    play_to_the_sweep(vt);
    play_to_the_end(vt);
    leave(vt);
    json_t *kept = transcript_of_store(folder);
    transcript_assert_same(kept, plain);
    json_decref(kept);
}

static bool shows_a_verdict(mw_vt *vt, void *context)
{
    (void)context;
    return mw_vt_shows(vt, "clean") || mw_vt_shows(vt, "oisy");
}

/* The first screens and a run of lab 04 with kernels that run while the test looks. */
static void a_real_run_ends_with_its_verdict(void **state)
{
    (void)state;
    const char *const argv[] = {MEMWALL, "run", "04", "--seed", "keys", NULL};
    mw_vt *vt = start(fresh_home("live"), 120, 40, NULL, argv);
    if (!mw_vt_wait_text(vt, "step 1 of 10", RUN)) /* measures the machine first */
        fail_msg("the lab never opened");
    assert_true(mw_vt_type(vt, "2*n^2"));
    key(vt, "Tab");
    answer(vt, "4*n^2 + 4*(n + n)");
    go_on(vt, 2);
    answer(vt, "0.5, 8 GFLOP/s");
    go_on(vt, 3);
    run_it(vt, "r run");
    assert_true(mw_vt_wait(vt, shows_a_verdict, NULL, SOON));
    leave(vt);
}

static void a_killed_laboratory_comes_back_where_it_was(void **state)
{
    (void)state;
    const char *folder = fresh_home("killed");
    mw_vt *vt = start_replay(folder, 100, 30, NULL);
    play_to_the_sweep(vt);
    char *before = mw_vt_text(vt);
    assert_int_equal(kill(mw_vt_pid(vt), SIGKILL), 0);
    int status;
    assert_true(mw_vt_wait_exit(vt, &status, SOON));
    assert_int_equal(WTERMSIG(status), SIGKILL);
    mw_vt_free(vt);
    vt = start_replay(folder, 100, 30, NULL);
    step_is(vt, 6);
    see(vt, "Enter continue", SOON);
    assert_true(mw_vt_wait_quiet(vt, 500, SOON));
    char *after = mw_vt_text(vt);
    assert_string_equal(after, before);
    free(before);
    free(after);
    leave(vt);
}

typedef struct look {
    const char *name;
    int columns, rows;
    const char *environment[3];
    const char *charset;  /* that this terminal gets */
    const char *language; /* asked for */
} look;

static const look looks[] = {
    {"wide", 120, 40, {NULL}, "braille", "en"},
    {"common", 80, 24, {NULL}, "braille", "en"},
    {"small", 60, 20, {NULL}, "braille", "en"},
    {"narrow", 40, 12, {NULL}, "braille", "en"},
    {"column", 20, 24, {NULL}, "braille", "en"},
    {"C locale", 80, 24, {"LC_ALL=C", NULL}, "ascii", "en"},
    {"mono", 120, 40, {"NO_COLOR=1", NULL}, "braille", "en"},
    {"quadrants", 100, 30, {"MEMWALL_CHARSET=quadrant", NULL}, "quadrant", "en"},
    {"ungenerated locale", 80, 24, {"LC_ALL=xx_YY.UTF-8", NULL}, "braille", "en"},
    {"Chinese", 120, 40, {NULL}, "braille", "zh_CN"},
    {"small Chinese", 80, 24, {NULL}, "braille", "zh_CN"},
};

/* The sweep as it is drawn without any terminal, from the same recording. */
static char *drawn(const look *now)
{
    char path[600], size[32];
    snprintf(path, sizeof path, "%s/drawn.txt", home);
    snprintf(size, sizeof size, "%dx%d", now->columns, now->rows);
    bool plain_c = strcmp(now->name, "C locale") == 0; /* where texts too are spelled in ASCII */
    if (plain_c)
        setenv("LC_ALL", "C", 1);
    outcome run = program_run("", MEMWALL, "screen", "04", "--step", "serve", "--seed", "keys",
                              "--measurements", recording, "--size", size, "--charset",
                              now->charset, "--lang", now->language, "--output", path, NULL);
    if (plain_c)
        setenv("LC_ALL", "C.UTF-8", 1);
    if (run.code != 0)
        fail_msg("%s: %s", now->name, run.err);
    program_free(&run);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    char *text = calloc(1, 64 * 1024);
    assert_true(fread(text, 1, 64 * 1024 - 1, file) > 0);
    fclose(file);
    return text;
}

/* All lines agree but for blanks at their ends. */
static void same_screen(const look *now, char *expected, char *shown)
{
    for (int row = 0; row < now->rows; row++) {
        char *mine = strsep(&shown, "\n"), *theirs = strsep(&expected, "\n");
        size_t m = mine ? strlen(mine) : 0, t = theirs ? strlen(theirs) : 0;
        while (m && mine[m - 1] == ' ')
            m--;
        while (t && theirs[t - 1] == ' ')
            t--;
        if (m != t || (m && memcmp(mine, theirs, m) != 0))
            fail_msg("%s, row %d\n on the terminal: %.*s\n as drawn:        %.*s", now->name, row,
                     (int)m, mine ? mine : "", (int)t, theirs ? theirs : "");
    }
}

/* The place that the killed laboratory left is shown at once, cell for cell, on any terminal. */
static void every_terminal_shows_the_sweep_as_it_is_drawn(void **state)
{
    (void)state;
    char folder[600];
    snprintf(folder, sizeof folder, "%s/killed", home);
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++) {
        const look *now = &looks[i];
        const char *const argv[] = {MEMWALL,   "run",    "04",          "--measurements",
                                    recording, "--lang", now->language, NULL};
        mw_vt *vt = start(folder, now->columns, now->rows, now->environment, argv);
        assert_true(mw_vt_wait_quiet(vt, 700, SOON));
        char *shown = mw_vt_text(vt), *expected = drawn(now);
        same_screen(now, expected, shown);
        if (strcmp(now->charset, "ascii") == 0) {
            for (const char *c = shown; *c; c++)
                assert_true((unsigned char)*c < 128);
        }
        free(shown);
        free(expected);
        leave(vt);
    }
}

static bool has_colour(mw_vt *vt)
{
    int columns, rows;
    mw_vt_size(vt, &columns, &rows);
    for (int y = 0; y < rows; y++) {
        for (int x = 0; x < columns; x++) {
            mw_vt_cell cell = mw_vt_at(vt, x, y);
            if (cell.foreground.kind != MW_VT_DEFAULT || cell.background.kind != MW_VT_DEFAULT)
                return true;
        }
    }
    return false;
}

static void no_color_leaves_no_colour_and_a_resize_keeps_the_step(void **state)
{
    (void)state;
    char folder[600];
    snprintf(folder, sizeof folder, "%s/killed", home);
    const char *const environment[] = {"NO_COLOR=1", NULL};
    mw_vt *vt = start_replay(folder, 120, 40, environment);
    step_is(vt, 6);
    assert_true(mw_vt_wait_quiet(vt, 400, SOON));
    assert_false(has_colour(vt));
    mw_vt_resize(vt, 30, 10);
    assert_true(mw_vt_wait_no_text(vt, "step 6 of 10", SOON));
    mw_vt_resize(vt, 100, 30);
    step_is(vt, 6);
    leave(vt);
    vt = start_replay(folder, 120, 40, NULL);
    step_is(vt, 6);
    assert_true(mw_vt_wait_quiet(vt, 400, SOON));
    assert_true(has_colour(vt));
    leave(vt);
}

static void a_second_laboratory_says_that_it_only_reads(void **state)
{
    (void)state;
    char folder[600];
    snprintf(folder, sizeof folder, "%s/killed", home);
    mw_vt *first = start_replay(folder, 120, 40, NULL);
    step_is(first, 6);
    mw_vt *second = start_replay(folder, 120, 40, NULL);
    step_is(second, 6);
    see(second, "another memwall is open", SOON);
    leave(second);
    leave(first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_keys_the_events_and_verdicts_are_those_of_plain_lines),
        cmocka_unit_test(a_real_run_ends_with_its_verdict),
        cmocka_unit_test(a_killed_laboratory_comes_back_where_it_was),
        cmocka_unit_test(every_terminal_shows_the_sweep_as_it_is_drawn),
        cmocka_unit_test(no_color_leaves_no_colour_and_a_resize_keeps_the_step),
        cmocka_unit_test(a_second_laboratory_says_that_it_only_reads),
    };
    return cmocka_run_group_tests(tests, record_a_real_run, end_home);
}
