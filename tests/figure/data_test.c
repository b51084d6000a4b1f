/* The data of figures: the numbers of the view and nothing else, as JSON and as CSV. */
#include "labs/figure/figure.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/figure/figures.h"
#include "tests/tui/view/screen.h"

static void same(const json_t *row, const char *member, const json_t *expected)
{
    const json_t *value = json_object_get(row, member);
    assert_non_null(value); /* every row has every member */
    if (expected && !json_is_null(expected))
        assert_true(json_equal(value, expected));
    else
        assert_true(json_is_null(value));
}

static void check_roofs(const json_t *data, const json_t *view, const char *key, const char *what)
{
    json_t *rows = rows_of(data, "what", what);
    const json_t *roofs = json_object_get(picture_of(view, "roofline"), key);
    assert_int_equal(json_array_size(rows), json_array_size(roofs));
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i), *roof = json_array_get(roofs, i);
        static const char *const members[] = {"value", "low", "high", "unit", "kind"};
        same(row, "label", json_object_get(roof, "label"));
        for (size_t m = 0; m < 5; m++)
            same(row, members[m], get(roof, "number", members[m]));
    }
    json_decref(rows);
}

static void the_data_of_a_roofline_are_the_numbers_of_the_view(void **state)
{
    (void)state;
    json_t *view = screen_fixture("15-serve-done");
    json_t *data = mw_figure_data("roofline", view);
    check_roofs(data, view, "memory", "memory roof");
    check_roofs(data, view, "compute", "compute roof");
    json_t *rows = rows_of(data, "what", "point");
    const json_t *points = json_object_get(picture_of(view, "roofline"), "points");
    assert_true(json_array_size(points) > 5);
    assert_int_equal(json_array_size(rows), json_array_size(points));
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i), *point = json_array_get(points, i);
        same(row, "id", json_object_get(point, "id"));
        same(row, "x", json_object_get(point, "x"));
        same(row, "value", json_object_get(point, "y"));
        same(row, "kind", json_object_get(point, "kind"));
    }
    const json_t *trail = json_object_get(picture_of(view, "roofline"), "trail");
    assert_true(json_array_size(trail) > 2);
    for (size_t t = 0; t < json_array_size(trail); t++) {
        bool found = false;
        for (size_t i = 0; i < json_array_size(rows); i++) {
            const json_t *row = json_array_get(rows, i);
            found =
                found || (json_equal(json_object_get(row, "id"), json_array_get(trail, t)) &&
                          json_integer_value(json_object_get(row, "order")) == (json_int_t)t + 1);
        }
        assert_true(found);
    }
    json_decref(rows);
    json_decref(data);
    json_decref(view);
}

static void a_roof_that_is_unsure_says_so_in_its_row(void **state)
{
    (void)state;
    json_t *view = screen_fixture("15-serve-done");
    json_t *roofs = json_object_get(picture_of(view, "roofline"), "memory");
    json_object_set_new(json_array_get(roofs, 3), "unsure", json_true());
    json_t *data = mw_figure_data("roofline", view);
    json_t *rows = rows_of(data, "verdict", "unsure");
    assert_int_equal(json_array_size(rows), 1);
    assert_string_equal(json_string_value(json_object_get(json_array_get(rows, 0), "label")),
                        "DRAM (now)");
    json_decref(rows);
    json_decref(data);
    json_decref(view);
}

static void the_places_of_a_point_by_level_are_rows_of_their_own(void **state)
{
    (void)state;
    json_t *view = screen_fixture("15-serve-done");
    json_t *points = json_object_get(picture_of(view, "roofline"), "points");
    json_t *last = json_array_get(points, json_array_size(points) - 1);
    json_object_set_new(last, "places",
                        json_pack("[{s:s,s:f,s:s},{s:s,s:f,s:s}]", "level", "L1", "x", 0.5, "kind",
                                  "counted", "level", "L2", "x", 8.25, "kind", "modelled"));
    json_t *data = mw_figure_data("roofline", view);
    json_t *rows = rows_of(data, "what", "place");
    assert_int_equal(json_array_size(rows), 2);
    for (size_t i = 0; i < 2; i++) {
        const json_t *row = json_array_get(rows, i),
                     *place = json_array_get(json_object_get(last, "places"), i);
        same(row, "id", json_object_get(last, "id"));
        same(row, "label", json_object_get(place, "level"));
        same(row, "x", json_object_get(place, "x"));
        same(row, "value", json_object_get(last, "y"));
        same(row, "kind", json_object_get(place, "kind"));
    }
    json_decref(rows);
    json_decref(data);
    json_decref(view);
}

static void the_data_of_a_sweep_are_the_numbers_of_the_view(void **state)
{
    (void)state;
    json_t *view = screen_fixture("15-serve-done");
    json_t *data = mw_figure_data("sweep", view), *series, *point;
    json_t *rows = rows_of(data, "what", "point");
    size_t s, p, row = 0;
    json_array_foreach(json_object_get(picture_of(view, "sweep"), "series"), s, series)
    {
        json_array_foreach(json_object_get(series, "points"), p, point)
        {
            const json_t *r = json_array_get(rows, row++);
            same(r, "id", json_object_get(series, "id"));
            same(r, "kind", json_object_get(series, "kind"));
            same(r, "x", json_array_get(point, 0));
            same(r, "value", json_array_get(point, 1));
            same(r, "low", json_array_get(point, 2));
            same(r, "high", json_array_get(point, 3));
            same(r, "unit",
                 json_object_get(json_object_get(picture_of(view, "sweep"), "y"), "unit"));
        }
    }
    assert_true(row > 10);
    assert_int_equal(row, json_array_size(rows));
    json_t *marks = rows_of(data, "what", "mark");
    assert_int_equal(json_array_size(marks),
                     json_array_size(json_object_get(picture_of(view, "sweep"), "marks")));
    json_decref(marks);
    json_decref(rows);
    json_decref(data);
    json_decref(view);
}

static void the_data_of_the_counters_keep_their_kinds_and_reasons(void **state)
{
    (void)state;
    json_t *view = screen_fixture("15-serve-done");
    json_t *data = mw_figure_data(MW_FIGURE_COUNTERS, view), *counter;
    const json_t *rows = json_object_get(data, "rows");
    static const char *const columns[] = {"predicted", "counted", "modelled", "measured"};
    size_t c, row = 0, absent = 0;
    json_array_foreach(json_object_get(view, "counters"), c, counter)
    {
        for (size_t k = 0; k < 4; k++) {
            const json_t *number = json_object_get(counter, columns[k]);
            if (!number || json_is_null(number))
                continue;
            const json_t *r = json_array_get(rows, row++);
            assert_string_equal(json_string_value(json_object_get(r, "column")), columns[k]);
            same(r, "id", json_object_get(counter, "id"));
            if (strcmp(json_string_value(json_object_get(r, "id")), "load_bytes") == 0)
                assert_string_equal(json_string_value(json_object_get(r, "label")), "bytes loaded");
            bool given = !json_is_true(json_object_get(number, "absent"));
            same(r, "value", given ? json_object_get(number, "value") : NULL);
            same(r, "unit", json_object_get(number, "unit"));
            same(r, "kind", json_object_get(number, "kind"));
            same(r, "reason", json_object_get(number, "reason"));
            absent += !given;
        }
    }
    assert_true(row > 8 && absent > 0);
    assert_int_equal(row, json_array_size(rows));
    json_decref(data);
    json_decref(view);
}

/* Reads one field of RFC 4180; returns where the next begins. */
static const char *next_field(const char *at, char *field)
{
    bool quoted = *at == '"';
    for (at += quoted; *at; at++) {
        if (quoted && *at == '"') {
            if (at[1] != '"') {
                at++;
                break;
            }
            at++;
        } else if (!quoted && (*at == ',' || *at == '\r')) {
            break;
        }
        *field++ = *at;
    }
    *field = '\0';
    return at;
}

static void check_field(const char *field, const json_t *value)
{
    if (json_is_string(value))
        assert_string_equal(field, json_string_value(value));
    else if (json_is_number(value))
        assert_true(strtod(field, NULL) == json_number_value(value));
    else if (json_is_boolean(value))
        assert_string_equal(field, json_is_true(value) ? "true" : "false");
    else
        assert_string_equal(field, "");
}

static void check_csv(json_t *data)
{
    size_t size, i, column;
    char *csv = mw_figure_csv(data, &size), field[2048];
    assert_non_null(csv);
    assert_int_equal(strlen(csv), size);
    const char *at = csv, *name;
    json_t *row, *value;
    json_object_foreach(json_array_get(json_object_get(data, "rows"), 0), name, value)
    {
        at = next_field(at, field);
        assert_string_equal(field, name);
        at += *at == ',';
    }
    static const char *const shared[] = {"machine", "measured",    "memwall",
                                         "lab",     "lab_version", "seed"};
    const json_t *values[] = {get(data, "machine", "brand"),    json_object_get(data, "measured"),
                              json_object_get(data, "memwall"), get(data, "lab", "id"),
                              get(data, "lab", "version"),      get(data, "lab", "seed")};
    for (size_t k = 0; k < sizeof shared / sizeof *shared; k++) {
        at = next_field(at, field);
        assert_string_equal(field, shared[k]);
        at += *at == ',';
    }
    json_array_foreach(json_object_get(data, "rows"), i, row)
    {
        assert_memory_equal(at, "\r\n", 2);
        at += 2;
        column = 0;
        json_object_foreach(row, name, value)
        {
            at += column++ > 0;
            at = next_field(at, field);
            check_field(field, value);
        }
        for (size_t k = 0; k < sizeof shared / sizeof *shared; k++) {
            at = next_field(at + 1, field);
            check_field(field, values[k]);
        }
    }
    assert_string_equal(at, "\r\n");
    free(csv);
    json_decref(data);
}

static void the_csv_reads_back_as_the_json(void **state)
{
    (void)state;
    json_t *view = screen_fixture("15-serve-done");
    for (int i = 0; mw_figure_at(i); i++)
        check_csv(mw_figure_data(mw_figure_at(i), view));
    note_origin(view);
    for (int i = 0; mw_figure_at(i); i++)
        check_csv(mw_figure_data(mw_figure_at(i), view));
    json_decref(view);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_data_of_a_roofline_are_the_numbers_of_the_view),
        cmocka_unit_test(a_roof_that_is_unsure_says_so_in_its_row),
        cmocka_unit_test(the_places_of_a_point_by_level_are_rows_of_their_own),
        cmocka_unit_test(the_data_of_a_sweep_are_the_numbers_of_the_view),
        cmocka_unit_test(the_data_of_the_counters_keep_their_kinds_and_reasons),
        cmocka_unit_test(the_csv_reads_back_as_the_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
