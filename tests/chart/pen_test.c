/* The pen for paper: what each of its strokes leaves in an SVG. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/chart/paper_scene.h"

static double planned_width, planned_height;

static void plan(mw_drawing *drawing, double width, double height)
{
    (void)drawing;
    planned_width = width;
    planned_height = height;
}

static char *svg_of(void (*draw)(const mw_drawing *, mw_pen *))
{
    mw_paper paper = paper_of(MW_PAPER_SVG, 300, 200);
    mw_drawing drawing = {.plan = plan, .draw = draw};
    mw_bytes bytes;
    mw_error error;
    paper.note = "";
    if (mw_paper_draw(&paper, &drawing, &bytes, &error) != MW_OK)
        fail_msg("%s", error.message);
    char *text = calloc(1, bytes.size + 1);
    memcpy(text, bytes.data, bytes.size);
    free(bytes.data);
    return text;
}

static int count_of(const char *text, const char *piece)
{
    int count = 0;
    while ((text = strstr(text, piece)) != NULL) {
        count++;
        text++;
    }
    return count;
}

static const char counted[] = "rgb(0%,44.705882%,69.803922%)";

static void draw_fills(const mw_drawing *drawing, mw_pen *pen)
{
    (void)drawing;
    const mw_spot corners[] = {{0, 0}, {10, 0}, {10, 4}};
    pen->area(pen, corners, 3, mw_ink_of_kind(MW_COUNTED), 0);
    pen->bar(pen, &(mw_box){.x = 20, .y = 5, .width = 10, .height = 30},
             mw_ink_of_kind(MW_COUNTED));
    pen->shade(pen, &(mw_box){.x = 40, .y = 5, .width = 10, .height = 10},
               mw_ink_of_kind(MW_COUNTED), 0.5);
}

static void what_is_filled_has_its_ink_and_a_shade_its_level(void **state)
{
    (void)state;
    char *svg = svg_of(draw_fills);
    assert_int_equal(count_of(svg, counted), 3);
    assert_int_equal(count_of(svg, "fill-opacity:0.5"), 1);
    assert_true(planned_width > 200 && planned_width < 300 && planned_height < 200);
    free(svg);
}

static void draw_gap(const mw_drawing *drawing, mw_pen *pen)
{
    (void)drawing;
    static const double dash[2] = {3, 2};
    const mw_spot spots[] = {{0, 1}, {5, 2}, {NAN, 1}, {7, 1}, {9, 3}};
    pen->curve(pen, spots, 5, &(mw_stroke){.ink = MW_INK_ROOF, .width = 1, .dash = dash});
    pen->line(pen, 0, 50, 100, 50, &(mw_stroke){.ink = MW_INK_ROOF, .width = 1});
}

static void a_curve_has_gaps_and_leaves_no_dashes_behind(void **state)
{
    (void)state;
    char *svg = svg_of(draw_gap);
    const char *curve = strstr(svg, "stroke-dasharray");
    assert_non_null(curve);
    assert_int_equal(count_of(svg, "stroke-dasharray"), 1);
    const char *path = strstr(curve, " d=\"");
    char *moves = strndup(path, 4 + strcspn(path + 4, "\""));
    assert_int_equal(count_of(moves, "M "), 2);
    free(moves);
    free(svg);
}

static void draw_words(const mw_drawing *drawing, mw_pen *pen)
{
    (void)drawing;
    pen->text(pen, 0, 0, "as long as it is", &(mw_words){.ink = MW_INK_TEXT});
    pen->text(pen, 0, 30, "much too long for its room",
              &(mw_words){.ink = MW_INK_TEXT, .room = 30});
}

static void words_stand_in_the_frame_and_are_shortened_to_their_room(void **state)
{
    (void)state;
    drawn_count = 0;
    free(svg_of(draw_words));
    assert_int_equal(drawn_count, 3); /* the title above */
    assert_string_equal(drawn[1].text, "as long as it is");
    assert_true(drawn[1].ink.y > drawn[0].ink.y + 5);
    assert_non_null(strstr(drawn[2].text, "…"));
    assert_true(drawn[2].ink.width <= 30.1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_filled_has_its_ink_and_a_shade_its_level),
        cmocka_unit_test(a_curve_has_gaps_and_leaves_no_dashes_behind),
        cmocka_unit_test(words_stand_in_the_frame_and_are_shortened_to_their_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
