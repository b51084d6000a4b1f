/*
 * What students had before this program was built: their progress, a recording and a remembered
 * machine, opened by it.
 */
#include "tests/host/kept.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static double earned_of(const json_t *summary)
{
    return json_number_value(json_object_get(json_object_get(summary, "score"), "earned"));
}

static json_t *summary_of_run(const char *input)
{
    outcome result =
        program_run(input, MEMWALL, "run", "04", "--json", "--measurements", KEPT_RECORDING, NULL);
    if (result.code != 0 && result.code != 1)
        fail_msg("code %d signal %d: %s", result.code, result.signal, result.err);
    json_t *summary = kept_summary(result.out);
    program_free(&result);
    return summary;
}

static void the_course_map_knows_where_a_lab_was_left(void **state)
{
    (void)state;
    outcome result = program_run("", MEMWALL, "course", "--json", NULL);
    assert_int_equal(result.code, 0);
    assert_non_null(strstr(result.out, "\"state\": \"open\""));
    assert_non_null(strstr(result.out, "\"step\": \"point\""));
    program_free(&result);
}

static void an_attempt_goes_on_where_it_was_left(void **state)
{
    (void)state;
    setenv("MEMWALL_COURSES", KEPT_COURSES, 1);
    json_t *summary = summary_of_run("");
    assert_float_equal(earned_of(summary), 1, 1e-9);
    const json_t *steps = json_object_get(summary, "steps");
    assert_string_equal(json_string_value(json_object_get(json_array_get(steps, 0), "state")),
                        "committed");
    assert_string_equal(json_string_value(json_object_get(json_array_get(steps, 1), "state")),
                        "open");
    json_decref(summary);
    assert_int_equal(kept_number("SELECT count(*) FROM event WHERE attempt = 2 AND event NOT LIKE "
                                 "'{\"e\":\"machine\"%'"),
                     3);
}

static void a_finished_attempt_is_finished_with_all_its_points(void **state)
{
    (void)state;
    setenv("MEMWALL_COURSES", KEPT_COURSES, 1);
    kept_finished();
    json_t *summary = summary_of_run("");
    assert_float_equal(earned_of(summary), 9, 1e-9);
    assert_true(json_is_true(json_object_get(summary, "finished")));
    json_decref(summary);
}

static void the_labs_of_today_open_it_and_keep_its_points(void **state)
{
    (void)state;
    kept_finished();
    json_t *summary = summary_of_run("");
    assert_float_equal(earned_of(summary), 9, 1e-9);
    json_decref(summary);
}

static void a_recording_and_a_machine_are_drawn(void **state)
{
    (void)state;
    setenv("MEMWALL_COURSES", KEPT_COURSES, 1);
    static const char *const figures[][4] = {{"sweep", KEPT_RECORDING, NULL, NULL},
                                             {"roofline", KEPT_MACHINE, "machine", NULL},
                                             {"sweep", "last", NULL, NULL}};
    kept_finished();
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        const char *path = program_file("figure.json", "");
        outcome result = program_run("", MEMWALL, "export", figures[i][0], "--from", figures[i][1],
                                     "-o", path, figures[i][2], NULL);
        if (result.code != 0)
            fail_msg("%s: code %d: %s", figures[i][1], result.code, result.err);
        program_free(&result);
        json_t *figure = json_load_file(path, 0, NULL);
        assert_true(json_array_size(json_object_get(figure, "rows")) > 4);
        json_decref(figure);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define KEPT(name) cmocka_unit_test_setup_teardown(name, kept_begin, kept_end)
        KEPT(the_course_map_knows_where_a_lab_was_left),
        KEPT(an_attempt_goes_on_where_it_was_left),
        KEPT(a_finished_attempt_is_finished_with_all_its_points),
        KEPT(the_labs_of_today_open_it_and_keep_its_points),
        KEPT(a_recording_and_a_machine_are_drawn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
