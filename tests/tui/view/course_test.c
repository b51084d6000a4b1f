/* course_test.c: the course map: states, cursor, search, scrolling, and no course at all. */
#include "screen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static mw_model *course_model(void)
{
    mw_model *model = screen_model(NULL);
    model->screen = MW_SCREEN_COURSE;
    model->courses = json_pack(
        "[{s:s, s:s, s:[{s:s, s:i, s:s, s:s, s:s, s:i, s:i, s:i}, {s:s, s:i, s:s, s:s, s:s, s:s, "
        "s:i, s:i, s:b},"
        " {s:s, s:i, s:s, s:s, s:s, s:[ii], s:b}, {s:s, s:i, s:s, s:s, s:s, s:i}]}]",
        "id", "memory-wall", "title", "The Memory Wall", "labs", "id", "wall", "number", 1, "unit",
        "The wall", "title", "Three exponentials", "state", "done", "minutes", 12, "earned", 5,
        "possible", 5, "id", "roofline", "number", 3, "unit", "The wall", "title",
        "Where can a kernel go?", "state", "open", "step", "what if?", "earned", 4, "possible", 9,
        "core", 1, "id", "gemv-gemm", "number", 4, "unit", "The wall", "title", "One user or many",
        "state", "new", "minutes", 15, 25, "core", 1, "id", "loops", "number", 5, "unit",
        "Matrices", "title", "Six loops", "state", "absent", "minutes", 15);
    assert_non_null(model->courses);
    return model;
}

static void the_map_shows_states_minutes_and_points(void **state)
{
    (void)state;
    mw_model *model = course_model();
    screen_draw(model, 80, 24, MW_CHARSET_BRAILLE);
    assert_int_equal(screen_find("1 of 4 labs   9 / 14 pts"), 0);
    int unit = screen_find("The wall"), lab = screen_find("✓  01 Three exponentials");
    assert_true(unit > 0 && lab == unit + 1);
    assert_true(screen_shows("◐  03 Where can a kernel go?") && screen_shows("at step what if?"));
    assert_true(screen_shows("5/5") && screen_shows("4/9") && screen_shows("15–25 min"));
    assert_true(screen_find("Matrices") < screen_find("05 Six loops"));
    screen_free(model);
}

/* Nothing there may read as if it had to be begun. */
static void what_cannot_be_read_is_unknown_and_not_new(void **state)
{
    (void)state;
    mw_model *model = course_model();
    json_t *labs = json_object_get(json_array_get(model->courses, 0), "labs");
    for (size_t i = 0; i < 3; i++) {
        json_t *lab = json_array_get(labs, i);
        json_object_set_new(lab, "state", json_string("unknown"));
        json_object_del(lab, "earned");
        json_object_del(lab, "possible");
    }
    screen_draw(model, 80, 24, MW_CHARSET_BRAILLE);
    assert_true(screen_shows("progress unknown") && screen_shows("unknown"));
    assert_false(screen_shows("of 4 labs"));
    assert_false(screen_shows("next"));
    screen_free(model);
}

static void the_cursor_is_seen_without_colour(void **state)
{
    (void)state;
    mw_model *model = course_model();
    model->course_row = 2;
    screen_draw(model, 80, 24, MW_CHARSET_ASCII);
    assert_true(screen_shows(">    04 One user or many"));
    screen_free(model);
}

static void labs_without_content_are_dim(void **state)
{
    (void)state;
    mw_model *model = course_model();
    screen_draw(model, 80, 24, MW_CHARSET_BRAILLE);
    int line = screen_find("Six loops");
    const mw_grid *grid = screen_grid();
    assert_int_equal(grid->cells[line * grid->width + 9].style.role, MW_ROLE_DIM);
    assert_int_equal(grid->cells[screen_find("One user") * grid->width + 9].style.role,
                     MW_ROLE_TEXT);
    screen_free(model);
}

static void a_search_marks_what_it_finds_or_says_that_nothing_is(void **state)
{
    (void)state;
    mw_model *model = course_model();
    model->searching = true;
    snprintf(model->search, sizeof model->search, "USER");
    screen_draw(model, 80, 24, MW_CHARSET_BRAILLE);
    const mw_grid *grid = screen_grid();
    const mw_cell *hit = &grid->cells[screen_find("One user") * grid->width + 13];
    assert_int_equal(hit->glyph, 'u');
    assert_true(hit->style.attrs & MW_ATTR_UNDERLINE);
    assert_true(grid->cursor_visible && grid->cursor_y == 22);
    snprintf(model->search, sizeof model->search, "zebra");
    screen_draw(model, 80, 24, MW_CHARSET_BRAILLE);
    assert_true(screen_shows("no title has this"));
    screen_free(model);
}

static void long_maps_scroll_with_the_cursor(void **state)
{
    (void)state;
    mw_model *model = course_model();
    json_t *labs = json_object_get(json_array_get(model->courses, 0), "labs");
    for (int i = 0; i < 60; i++)
        json_array_append_new(labs,
                              json_pack("{s:s, s:s, s:s+, s:s}", "id", "x", "unit", "More", "title",
                                        "Lab ", i % 2 ? "odd" : "even", "state", "new"));
    for (model->course_row = 0; model->course_row < 64; model->course_row++) {
        screen_draw(model, 60, 20, MW_CHARSET_BRAILLE);
        assert_true(screen_shows("▸"));
    }
    screen_free(model);
}

static void no_course_says_what_to_do(void **state)
{
    (void)state;
    mw_model *model = screen_model(NULL);
    model->screen = MW_SCREEN_COURSE;
    screen_draw(model, 80, 24, MW_CHARSET_BRAILLE);
    assert_true(screen_shows("No course was found"));
    screen_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_map_shows_states_minutes_and_points),
        cmocka_unit_test(what_cannot_be_read_is_unknown_and_not_new),
        cmocka_unit_test(the_cursor_is_seen_without_colour),
        cmocka_unit_test(labs_without_content_are_dim),
        cmocka_unit_test(a_search_marks_what_it_finds_or_says_that_nothing_is),
        cmocka_unit_test(long_maps_scroll_with_the_cursor),
        cmocka_unit_test(no_course_says_what_to_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
