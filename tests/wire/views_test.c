/* views_test.c: views that are too large are named and cut; numbers come back as sent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "labs/engine/wire/wire.h"

static json_t *view_with_series(size_t points)
{
    json_t *list = json_array();
    for (size_t i = 0; i < points; i++)
        json_array_append_new(list, json_pack("[i, i]", (int)i, 1));
    return json_pack("{s:[{s:[{s:s, s:o}]}]}", "pictures", "series", "id", "time", "points", list);
}

static void a_series_of_512_points_passes_and_one_of_513_is_named(void **state)
{
    (void)state;
    mw_error error;
    json_t *good = view_with_series(512), *bad = view_with_series(513);
    assert_int_equal(mw_view_check(good, &error), MW_OK);
    assert_int_equal(mw_view_check(bad, &error), MW_INVALID);
    assert_non_null(strstr(error.message, "pictures[0].series[0].points"));
    assert_non_null(strstr(error.message, "513"));
    json_decref(good);
    json_decref(bad);
}

static void a_view_that_does_not_fit_a_packet_names_the_field(void **state)
{
    (void)state;
    mw_error error;
    char *text = malloc(MW_WIRE_MAX + 1);
    memset(text, 'x', MW_WIRE_MAX);
    text[MW_WIRE_MAX] = 0;
    json_t *view = json_pack("{s:i, s:{s:s}}", "a", 1, "lab", "text", text);
    assert_int_equal(mw_view_check(view, &error), MW_INVALID);
    assert_non_null(strstr(error.message, "lab.text"));
    json_decref(view);
    free(text);
}

/* What passes the check can be sent, at the very edge too. */
static void every_view_that_passes_fits_its_message(void **state)
{
    (void)state;
    mw_error error;
    char *text = malloc(MW_WIRE_MAX + 1);
    memset(text, 'x', MW_WIRE_MAX);
    for (size_t size = MW_WIRE_MAX - 300; size < MW_WIRE_MAX; size++) {
        json_t *view = json_pack("{s:s%}", "text", text, size);
        if (mw_view_check(view, &error) == MW_OK) {
            json_t *message =
                json_pack("{s:s, s:I, s:I, s:O}", "t", "view", "n", (json_int_t)INT64_MAX, "after",
                          (json_int_t)INT64_MAX, "view", view);
            assert_true(json_dumpb(message, NULL, 0, JSON_COMPACT) <= MW_WIRE_MAX);
            json_decref(message);
        }
        json_decref(view);
    }
    free(text);
}

static void a_view_nested_without_end_is_refused(void **state)
{
    (void)state;
    mw_error error;
    json_t *view = json_object();
    for (int i = 0; i < 100; i++)
        view = json_pack("{s:o}", "in", view);
    assert_int_equal(mw_view_check(view, &error), MW_INVALID);
    json_decref(view);
}

/* A view whose members are as large as they come; only those without which nobody could go on are
 * small. */
static json_t *large_view(void)
{
    char *words = malloc(150001);
    memset(words, 'x', 150000);
    words[150000] = '\0';
    json_t *view = json_pack("{s:{s:s}, s:[s,s], s:{s:i}, s:b}", "step", "id", "one", "actions",
                             "submit", "next", "score", "earned", 3, "finished", 0);
    static const char *const texts[] = {"text",  "counters", "feedback", "fields",  "notices",
                                        "steps", "controls", "attempt",  "pictures"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        json_object_set_new(view, texts[i], json_string(words));
    json_object_set_new(view, "hint", json_pack("{s:i, s:[s]}", "shown", 1, "texts", words));
    free(words);
    return view;
}

static void what_is_too_large_is_cut_and_what_leads_on_stays(void **state)
{
    (void)state;
    mw_error error = {MW_OK, ""};
    json_t *view = large_view(), *cut = mw_view_cut(view, &error);
    assert_non_null(cut);
    assert_non_null(strstr(error.message, "is too large"));
    assert_int_equal(mw_view_check(cut, &error), MW_OK);
    static const char *const stay[] = {"step", "actions", "score", "finished"};
    for (size_t i = 0; i < sizeof stay / sizeof *stay; i++)
        assert_true(json_equal(json_object_get(cut, stay[i]), json_object_get(view, stay[i])));
    const char *notice = json_string_value(json_array_get(json_object_get(cut, "notices"), 0));
    assert_non_null(strstr(notice, "in part only"));
    assert_int_equal(strlen(json_string_value(json_object_get(view, "text"))),
                     150000); /* as it was */
    json_decref(cut);
    json_object_set(view, "actions", json_object_get(view, "text"));
    assert_null(mw_view_cut(view, &error));
    json_decref(view);
    view = json_pack("{s:{s:s}, s:s}", "step", "id", "one", "text", "short");
    cut = mw_view_cut(view, &error);
    assert_ptr_equal(cut, view);
    json_decref(cut);
    json_decref(view);
}

/* What a place needs of its picture are the axes. */
static void a_picture_that_is_too_large_keeps_its_axes(void **state)
{
    (void)state;
    mw_error error = {MW_OK, ""};
    char *words = malloc(MW_WIRE_MAX);
    memset(words, 'x', MW_WIRE_MAX - 1);
    words[MW_WIRE_MAX - 1] = '\0';
    json_t *view = json_pack("{s:{s:s}, s:[{s:s, s:{s:i}, s:[s]}, {s:s}], s:s}", "step", "id",
                             "one", "pictures", "id", "first", "x", "low", 1, "points", words, "id",
                             "second", "text", "short");
    json_t *cut = mw_view_cut(view, &error);
    assert_non_null(cut);
    const json_t *pictures = json_object_get(cut, "pictures"), *first = json_array_get(pictures, 0);
    assert_int_equal(json_array_size(pictures), 1);
    assert_int_equal(json_integer_value(json_object_get(json_object_get(first, "x"), "low")), 1);
    assert_int_equal(json_array_size(json_object_get(first, "points")), 0);
    assert_string_equal(json_string_value(json_object_get(cut, "text")), "short");
    json_decref(cut);
    json_decref(view);
    free(words);
}

static void a_number_comes_back_as_it_was(void **state)
{
    (void)state;
    mw_number numbers[] = {
        mw_number_of(2147483648.0, MW_UNIT_FLOP, MW_COUNTED),
        mw_number_with_spread(15.8e9, 15.1e9, 16.2e9, MW_UNIT_BYTE_PER_SECOND, MW_MEASURED),
        mw_number_absent(MW_UNIT_BYTE, MW_COUNTED,
                         MW_BECAUSE(NOT_INSTRUMENTED, {.word = "OpenBLAS"})),
        mw_number_absent(MW_UNIT_BYTE, MW_COUNTED, mw_reason_told("as it was said once")),
        mw_number_of(0.1, MW_UNIT_FLOP_PER_BYTE, MW_PREDICTED),
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        json_t *json = mw_number_to_json(&numbers[i]);
        char *text = json_dumps(json, 0);
        json_t *parsed = json_loads(text, 0, NULL);
        mw_number back;
        assert_true(mw_number_from_json(parsed, &back));
        assert_int_equal(back.kind, numbers[i].kind);
        assert_int_equal(back.unit, numbers[i].unit);
        assert_int_equal(back.absent, numbers[i].absent);
        if (numbers[i].absent) {
            assert_true(mw_reason_same(&back.reason, &numbers[i].reason));
        } else {
            assert_true(back.value == numbers[i].value);
            assert_true(back.low == numbers[i].low && back.high == numbers[i].high);
        }
        free(text);
        json_decref(json);
        json_decref(parsed);
    }
}

static void a_number_that_is_not_finite_is_absent_with_a_reason(void **state)
{
    (void)state;
    mw_number number = mw_number_of(1, MW_UNIT_ONE, MW_MEASURED);
    number.value = NAN;
    json_t *json = mw_number_to_json(&number);
    assert_true(json_is_null(json_object_get(json, "value")));
    assert_true(json_is_true(json_object_get(json, "absent")));
    assert_int_equal(mw_reason_from_json(json_object_get(json, "reason")).id, MW_REASON_NOT_FINITE);
    json_decref(json);
}

static void what_is_no_number_is_not_read_as_one(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "{}",
        "[]",
        "{\"value\":1,\"unit\":\"B\"}",
        "{\"value\":1,\"unit\":\"furlong\",\"kind\":\"counted\"}",
        "{\"value\":1,\"unit\":\"B\",\"kind\":\"guessed\"}",
        "{\"value\":\"1\",\"unit\":\"B\",\"kind\":\"counted\"}",
        "{\"value\":1,\"low\":\"0\",\"unit\":\"B\",\"kind\":\"counted\"}",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        mw_number number;
        json_t *json = json_loads(bad[i], 0, NULL);
        assert_false(mw_number_from_json(json, &number));
        json_decref(json);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_series_of_512_points_passes_and_one_of_513_is_named),
        cmocka_unit_test(a_view_that_does_not_fit_a_packet_names_the_field),
        cmocka_unit_test(every_view_that_passes_fits_its_message),
        cmocka_unit_test(a_view_nested_without_end_is_refused),
        cmocka_unit_test(what_is_too_large_is_cut_and_what_leads_on_stays),
        cmocka_unit_test(a_picture_that_is_too_large_keeps_its_axes),
        cmocka_unit_test(a_number_comes_back_as_it_was),
        cmocka_unit_test(a_number_that_is_not_finite_is_absent_with_a_reason),
        cmocka_unit_test(what_is_no_number_is_not_read_as_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
