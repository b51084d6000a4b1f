/*
 * An attempt that was begun with another version of its lab: said, replayed as far as it fits, its
 * points kept, and going on or beginning anew offered, by every front end.
 */
#include "tests/host/kept.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/harness/vt.h"

enum { PATIENCE = 20000 };

static const char said[] = "This attempt was begun with version 1.0";

/* Version 2 asks for half of the FLOP in its first step, and has renamed a step. */
static int begin(void **state)
{
    if (kept_begin(state))
        return -1;
    setenv("MEMWALL_COURSES", kept_courses_copy(), 1);
    kept_change("lab.lua", "version = \"1.0\"", "version = \"2.0\"");
    kept_change("lab.lua", "\"2*n*n\" }", "\"n*n\" }");
    kept_change("lab.lua", "\"share\"", "\"shared\"");
    kept_change("lab.lua", "share = 2", "shared = 2");
    kept_change("text/en.md", "## share", "## shared");
    return 0;
}

static outcome run_plain(const char *input)
{
    return program_run(input, MEMWALL, "run", "04", "--plain", "--measurements", KEPT_RECORDING,
                       NULL);
}

static void holds(const outcome *result, const char *text)
{
    if (!strstr(result->out, text) && !strstr(result->err, text))
        fail_msg("'%s' is not said; out: %s err: %s", text, result->out, result->err);
}

static void plain_lines_say_it_until_something_is_done_and_go_on(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        outcome looked = run_plain("quit\n");
        holds(&looked, said);
        holds(&looked, "type 'anew' twice");
        holds(&looked, "Score: 1 of 10 points");
        program_free(&looked);
    }
    outcome worked = run_plain("hint\nquit\n");
    program_free(&worked);
    outcome again = run_plain("quit\n");
    assert_null(strstr(again.out, "type 'anew' twice"));
    program_free(&again);
}

static void anew_said_twice_begins_another_attempt_and_keeps_the_old_one(void **state)
{
    (void)state;
    outcome once = run_plain("anew\nsteps\nanew\nquit\n");
    holds(&once, "Score: 1 of 10 points");
    program_free(&once);
    long long kept = kept_number("SELECT count(*) FROM event WHERE attempt <= 2");
    outcome twice = run_plain("anew\nanew\nquit\n");
    holds(&twice, "Score: 0 of 10 points");
    program_free(&twice);
    assert_int_equal(kept_number("SELECT max(id) FROM attempt"), 3);
    assert_int_equal(kept_number("SELECT count(*) FROM event WHERE attempt <= 2"), kept);
}

static void a_step_that_is_gone_keeps_its_points_and_is_said_once(void **state)
{
    (void)state;
    kept_finished();
    outcome first = run_plain("quit\n");
    holds(&first, "left out: 1; the first because there is no step 'share' in this lab");
    holds(&first, "Score: 9 of 10 points");
    program_free(&first);
    assert_int_equal(kept_number("SELECT count(*) FROM dropped"), 1);
    outcome second = run_plain("quit\n");
    assert_null(strstr(second.out, "left out:"));
    holds(&second, "Score: 9 of 10 points");
    program_free(&second);
}

static void answers_from_a_file_go_on_and_say_how_to_begin_anew(void **state)
{
    (void)state;
    const char *answers = program_file("answers.json", "{\"point\": {\"point\": {\"x\": 0.5, "
                                                       "\"y\": 8e9}}}");
    outcome result = program_run("", MEMWALL, "run", "04", "--answers", answers, "--measurements",
                                 KEPT_RECORDING, NULL);
    holds(&result, said);
    holds(&result, "--fresh begins anew");
    holds(&result, "Answer: ");
    program_free(&result);
    outcome json =
        program_run("", MEMWALL, "run", "04", "--json", "--measurements", KEPT_RECORDING, NULL);
    assert_non_null(strstr(json.err, said));
    json_t *summary = kept_summary(json.out);
    assert_string_equal(json_string_value(json_object_get(summary, "version")), "2.0");
    json_decref(summary);
    program_free(&json);
}

static void export_says_it_and_draws(void **state)
{
    (void)state;
    kept_finished();
    const char *path = program_file("figure.json", "");
    outcome result = program_run("", MEMWALL, "export", "sweep", "-o", path, NULL);
    assert_int_equal(result.code, 0);
    assert_non_null(strstr(result.err, said));
    program_free(&result);
}

static mw_vt *open_screen(int columns, int rows)
{
    char data[300], cache[300], courses[300];
    snprintf(data, sizeof data, "XDG_DATA_HOME=%s", getenv("XDG_DATA_HOME"));
    snprintf(cache, sizeof cache, "XDG_CACHE_HOME=%s", getenv("XDG_CACHE_HOME"));
    snprintf(courses, sizeof courses, "MEMWALL_COURSES=%s", getenv("MEMWALL_COURSES"));
    const char *argv[] = {MEMWALL, "run", "04", "--measurements", KEPT_RECORDING, NULL};
    const char *environment[] = {data, cache, courses, NULL};
    mw_vt *vt = mw_vt_start(&(mw_vt_options){
        .argv = argv, .columns = columns, .rows = rows, .environment = environment});
    assert_non_null(vt);
    return vt;
}

static void the_screen_says_what_was_left_out_and_offers_both(void **state)
{
    (void)state;
    kept_finished();
    mw_vt *vt = open_screen(120, 40);
    assert_true(mw_vt_wait_text(vt, "Go on, or press v twice", PATIENCE));
    assert_true(mw_vt_wait_text(vt, "left out: 1; the first because there is no step", PATIENCE));
    mw_vt_free(vt);
}

static int times(const char *text, const char *wanted)
{
    int count = 0;
    for (const char *at = strstr(text, wanted); at; at = strstr(at + 1, wanted))
        count++;
    return count;
}

static void the_screen_offers_to_begin_anew_once_where_it_can_be_seen(void **state)
{
    (void)state;
    static const int sizes[][2] = {{120, 40}, {80, 24}, {60, 20}};
    for (int i = 0; i < 3; i++) {
        mw_vt *vt = open_screen(sizes[i][0], sizes[i][1]);
        assert_true(mw_vt_wait_text(vt, "v twice", PATIENCE));
        assert_true(mw_vt_wait_quiet(vt, 500, PATIENCE));
        char *text = mw_vt_text(vt);
        if (times(text, "v twice") != 1)
            fail_msg("at %dx%d it stands twice:\n%s", sizes[i][0], sizes[i][1], text);
        free(text);
        mw_vt_free(vt);
    }
}

static void the_screen_says_it_and_v_twice_begins_anew(void **state)
{
    (void)state;
    mw_vt *vt = open_screen(120, 40);
    assert_true(mw_vt_wait_text(vt, "This attempt was begun with version", PATIENCE));
    assert_true(mw_vt_wait_text(vt, "Go on, or press v twice", PATIENCE));
    assert_true(mw_vt_keys(vt, "Escape v v"));
    assert_true(mw_vt_wait_text(vt, "Count before you run", PATIENCE));
    assert_true(mw_vt_wait_no_text(vt, "This attempt was begun", PATIENCE));
    int status;
    assert_true(mw_vt_keys(vt, "Escape C-c"));
    assert_true(mw_vt_wait_exit(vt, &status, PATIENCE));
    mw_vt_free(vt);
    assert_int_equal(kept_number("SELECT max(id) FROM attempt"), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define KEPT(name) cmocka_unit_test_setup_teardown(name, begin, kept_end)
        KEPT(plain_lines_say_it_until_something_is_done_and_go_on),
        KEPT(anew_said_twice_begins_another_attempt_and_keeps_the_old_one),
        KEPT(a_step_that_is_gone_keeps_its_points_and_is_said_once),
        KEPT(answers_from_a_file_go_on_and_say_how_to_begin_anew),
        KEPT(export_says_it_and_draws),
        KEPT(the_screen_says_what_was_left_out_and_offers_both),
        KEPT(the_screen_offers_to_begin_anew_once_where_it_can_be_seen),
        KEPT(the_screen_says_it_and_v_twice_begins_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
