/* machine_test.c: the machine screen: tables, pictures, and what is being measured. */
#include "screen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static json_t *level(const char *name, double rate, double holds, double nominal)
{
    return json_pack("{s:s, s:f, s:f, s:f, s:f, s:f, s:{s:f}}", "name", name, "bytes_per_second",
                     rate, "low", rate * 0.9, "high", rate * 1.1, "effective_bytes", holds,
                     "nominal_bytes", nominal, "all_cores", "bytes_per_second", rate * 1.5);
}

static mw_model *machine_model(void)
{
    mw_model *model = screen_model(NULL);
    model->screen = MW_SCREEN_MACHINE;
    json_t *sweep = json_array();
    for (int i = 12; i < 28; i++)
        json_array_append_new(sweep, json_pack("{s:f, s:f}", "bytes", (double)(1 << i),
                                               "bytes_per_second", 400e9 / (i - 10)));
    model->machine = json_pack(
        "{s:[o, o], s:[{s:s, s:s, s:s, s:i, s:f, s:f, s:f}, {s:s, s:s, s:s, s:i, s:f, s:f, s:f}],"
        " s:[{s:s, s:s, s:f, s:f}], s:o, s:s, s:[s], s:f, s:s}",
        "levels", level("L1", 400e9, 49152, 49152), level("DRAM", 15.8e9, 0, 0), "compute", "isa",
        "avx2", "dtype", "f32", "op", "fma", "threads", 1, "flops_per_second", 96e9, "low", 95e9,
        "high", 97e9, "isa", "avx2", "dtype", "f64", "op", "fma", "threads", 1, "flops_per_second",
        48e9, "low", 47e9, "high", 49e9, "mix", "level", "DRAM", "op", "copy", "bytes_per_second",
        10e9, "bus_bytes_per_byte", 1.5, "sweep", sweep, "verdict", "noisy", "reasons",
        "the clock moved", "seconds", 4.5, "brand", "Example CPU");
    model->machine_known = true;
    model->machine_age = 7300;
    assert_non_null(model->machine);
    return model;
}

static void levels_roofs_and_traffic_stand_in_tables(void **state)
{
    (void)state;
    mw_model *model = machine_model();
    screen_draw(model, 120, 40, MW_CHARSET_BRAILLE);
    static const char *const wanted[] = {"Example CPU",
                                         "noisy, measured 2 h ago",
                                         "the clock moved",
                                         "400 GB/s",
                                         "360–440",
                                         "600 GB/s",
                                         "48 KiB",
                                         "avx2 fma",
                                         "96 G",
                                         "48 G",
                                         "DRAM copy",
                                         "15 GB/s",
                                         "1.5",
                                         "ridge 6.08",
                                         "Read bandwidth against size",
                                         "bytes read"};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if (!screen_shows(wanted[i]))
            fail_msg("\"%s\" is missing", wanted[i]);
    screen_free(model);
}

static void a_row_that_is_unsure_carries_a_question_mark(void **state)
{
    (void)state;
    mw_model *model = machine_model();
    static const char *const lists[] = {"levels", "compute", "mix"};
    static const char *const wanted[] = {"400 GB/s ?", "96 G ?", "10 GB/s ?"};
    for (size_t i = 0; i < 3; i++) {
        screen_draw(model, 120, 40, MW_CHARSET_BRAILLE);
        assert_false(screen_shows(wanted[i]));
        json_t *row = json_array_get(json_object_get(model->machine, lists[i]), 0);
        json_object_set_new(row, "verdict", json_string("unsure"));
        screen_draw(model, 120, 40, MW_CHARSET_BRAILLE);
        assert_true(screen_shows(wanted[i]));
    }
    screen_free(model);
}

static bool has_dots(const mw_grid *grid, int x, int y)
{
    uint32_t glyph = grid->cells[y * grid->width + x].glyph;
    return glyph > 0x2800 && glyph <= 0x28FF;
}

static bool stands_at(const mw_grid *grid, const char *text, int x, int y)
{
    for (int i = 0; text[i]; i++)
        if (x + i >= grid->width || grid->cells[y * grid->width + x + i].glyph != (uint32_t)text[i])
            return false;
    return true;
}

static void the_name_of_a_level_touches_one_line(void **state)
{
    (void)state;
    mw_model *model = machine_model();
    json_object_set_new(model->machine, "levels",
                        json_pack("[o, o, o, o]", level("L1", 473e9, 65e3, 49152),
                                  level("L2", 169e9, 2e6, 2097152),
                                  level("LLC", 28.1e9, 6e6, 480e6), level("DRAM", 21.4e9, 0, 0)));
    int named = 0;
    for (int width = 112; width < 180; width++) {
        screen_draw(model, width, 40, MW_CHARSET_BRAILLE);
        const mw_grid *grid = screen_grid();
        for (int i = 68; i < width * 40; i++) {
            int x = i % width, y = i / width;
            if (x < 68 || !stands_at(grid, "LLC", x, y))
                continue;
            int end = x + (stands_at(grid, "LLC 28.1", x, y) ? 8 : 3);
            bool before = has_dots(grid, x - 1, y), behind = has_dots(grid, end, y);
            if (before && behind)
                fail_msg("at %d columns, LLC at %d, %d touches two lines", width, x, y);
            named += before || behind;
        }
    }
    assert_true(named > 68); /* in both pictures */
    screen_free(model);
}

static void roofs_appear_one_by_one_while_they_are_measured(void **state)
{
    (void)state;
    mw_model *model = machine_model();
    json_array_clear(json_object_get(model->machine, "compute"));
    json_array_remove(json_object_get(model->machine, "levels"), 1);
    model->calibrating = true;
    model->calibration_fraction = 0.4;
    snprintf(model->calibration_what, sizeof model->calibration_what, "L2");
    screen_draw(model, 120, 40, MW_CHARSET_BRAILLE);
    assert_true(screen_shows("Measuring  L2") && screen_shows("L1 400") &&
                !screen_shows("avx2 fma"));
    json_decref(model->machine);
    model->machine = NULL;
    screen_draw(model, 120, 40, MW_CHARSET_BRAILLE);
    assert_true(screen_shows("Measuring  L2"));
    screen_free(model);
}

static void an_unmeasured_machine_says_what_to_press(void **state)
{
    (void)state;
    mw_model *model = screen_model(NULL);
    model->screen = MW_SCREEN_MACHINE;
    screen_draw(model, 80, 24, MW_CHARSET_BRAILLE);
    assert_true(screen_shows("was not measured yet"));
    screen_free(model);
}

static void hardware_counters_say_why_they_are_absent(void **state)
{
    (void)state;
    mw_model *model = machine_model();
    snprintf(model->hardware, sizeof model->hardware, "absent: no PMU in this guest");
    screen_draw(model, 80, 24, MW_CHARSET_BRAILLE);
    assert_true(screen_shows("Hardware counters  absent: no PMU in this guest"));
    screen_free(model);
}

static void tables_scroll_to_their_end(void **state)
{
    (void)state;
    mw_model *model = machine_model();
    json_t *mix = json_object_get(model->machine, "mix");
    for (int i = 0; i < 8; i++)
        json_array_insert_new(mix, 0,
                              json_pack("{s:s, s:s, s:f, s:f}", "level", "L1", "op", "read",
                                        "bytes_per_second", 1e11, "bus_bytes_per_byte", 1.0));
    screen_draw(model, 60, 20, MW_CHARSET_BRAILLE);
    assert_true(screen_shows("Read roofs") && screen_shows("▼") && !screen_shows("DRAM copy"));
    model->machine_scroll = 1000;
    screen_draw(model, 60, 20, MW_CHARSET_BRAILLE);
    assert_true(screen_shows("DRAM copy") && screen_shows("▲"));
    screen_free(model);
}

static void the_course_map_sums_the_machine_up(void **state)
{
    (void)state;
    mw_model *model = machine_model();
    model->screen = MW_SCREEN_COURSE;
    screen_draw(model, 80, 24, MW_CHARSET_BRAILLE);
    assert_true(screen_shows("f32 96 GFLOP/s   L1 400   DRAM 15.8 GB/s   ridge 6.08"));
    json_object_set_new(json_array_get(json_object_get(model->machine, "levels"), 1), "verdict",
                        json_string("unsure"));
    screen_draw(model, 80, 24, MW_CHARSET_BRAILLE);
    assert_true(screen_shows("f32 96 GFLOP/s   L1 400   DRAM 15.8 GB/s ?   ridge 6.08 ?"));
    screen_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_roofs_and_traffic_stand_in_tables),
        cmocka_unit_test(a_row_that_is_unsure_carries_a_question_mark),
        cmocka_unit_test(the_name_of_a_level_touches_one_line),
        cmocka_unit_test(roofs_appear_one_by_one_while_they_are_measured),
        cmocka_unit_test(an_unmeasured_machine_says_what_to_press),
        cmocka_unit_test(hardware_counters_say_why_they_are_absent),
        cmocka_unit_test(tables_scroll_to_their_end),
        cmocka_unit_test(the_course_map_sums_the_machine_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
