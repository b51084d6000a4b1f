/* The pen for cells: what each of its strokes leaves on a grid. */
#include "screen.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tui/view/kinds.h"
#include "tui/view/pen.h"

enum { WIDTH = 20, HEIGHT = 8 };

static const mw_rect inner = {5, 2, 10, 4};
static mw_grid grid;
static mw_cell_pen pen;

static void begin(mw_charset charset)
{
    grid.charset = charset;
    assert_true(mw_grid_resize(&grid, WIDTH, HEIGHT));
    mw_grid_clear(&grid);
    mw_cell_pen_begin(&pen, &grid, inner, &mw_medium_cells);
}

static uint32_t glyph(int column, int row)
{
    return mw_grid_at(&grid, inner.x + column, inner.y + row)->glyph;
}

static int cells_used(void)
{
    int used = 0;
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            bool inside = x >= inner.x && x < inner.x + inner.width && y >= inner.y &&
                          y < inner.y + inner.height;
            bool full = mw_grid_at(&grid, x, y)->glyph != ' ';
            assert_true(inside || !full); /* nothing leaves the plot */
            used += full;
        }
    return used;
}

static void lines_lie_behind_what_comes_later_and_at_the_far_edges_too(void **state)
{
    (void)state;
    const mw_stroke stroke = {.ink = MW_INK_ROOF, .width = 1};
    const mw_mark mark = {.kind = MW_MEASURED, .strong = true};
    begin(MW_CHARSET_BRAILLE);
    pen.pen.line(&pen.pen, 0, 4, 10, 4, &stroke);
    pen.pen.mark(&pen.pen, 3, 3, &mark, 1);
    mw_cell_pen_end(&pen);
    assert_int_equal(cells_used(), 10);
    assert_int_equal(glyph(3, 3), mw_grid_glyph(&grid, MW_GLYPH_MEASURED));
    assert_true(glyph(9, 3) > 0x2800);
}

static void a_gap_in_a_curve_stays_empty(void **state)
{
    (void)state;
    const mw_stroke stroke = {.ink = MW_INK_TEXT, .width = 1};
    const mw_spot spots[] = {{0.5, 1}, {2.5, 1}, {NAN, 1}, {7.5, 1}, {9.5, 1}};
    begin(MW_CHARSET_BRAILLE);
    pen.pen.curve(&pen.pen, spots, 5, &stroke);
    mw_cell_pen_end(&pen);
    assert_int_equal(cells_used(), 6);
    assert_int_equal(glyph(5, 1), ' ');
}

static void an_area_fills_its_inside_and_a_band_only_its_edges(void **state)
{
    (void)state;
    const mw_spot corners[] = {{0, 0}, {10, 0}, {10, 4}, {0, 4}};
    const mw_spot low[] = {{0, 3.9}, {10, 3.9}}, high[] = {{0, 0.1}, {10, 0.1}};
    begin(MW_CHARSET_BRAILLE);
    pen.pen.area(&pen.pen, corners, 4, mw_ink_of_kind(MW_COUNTED), 0);
    mw_cell_pen_end(&pen);
    assert_int_equal(cells_used(), 40);
    assert_int_equal(glyph(4, 2), 0x28FF);
    begin(MW_CHARSET_BRAILLE);
    pen.pen.band(&pen.pen, low, high, 2, MW_INK_ROOF, 0.2);
    mw_cell_pen_end(&pen);
    assert_true(glyph(4, 0) != ' ' && glyph(4, 3) != ' ' && glyph(4, 1) == ' ');
}

static void a_bar_ends_between_cells_where_these_can_show_it(void **state)
{
    (void)state;
    const mw_box box = {.x = 2, .y = 1.5, .width = 3, .height = 2.5};
    begin(MW_CHARSET_BRAILLE);
    pen.pen.bar(&pen.pen, &box, mw_ink_of_kind(MW_COUNTED));
    mw_cell_pen_end(&pen);
    assert_int_equal(cells_used(), 9);
    assert_true(glyph(2, 1) == 0x2584 && glyph(4, 3) == 0x2588 && glyph(5, 3) == ' ');
    begin(MW_CHARSET_ASCII);
    pen.pen.bar(&pen.pen, &box, mw_ink_of_kind(MW_COUNTED));
    mw_cell_pen_end(&pen);
    assert_true(glyph(2, 2) == '#' && glyph(2, 0) == ' ');
}

static void a_shade_is_darker_for_more(void **state)
{
    (void)state;
    begin(MW_CHARSET_BRAILLE);
    for (int i = 0; i < 5; i++)
        pen.pen.shade(&pen.pen, &(mw_box){.x = 2 * i, .width = 2, .height = 4}, MW_INK_TEXT,
                      i / 4.0);
    pen.pen.shade(&pen.pen, &(mw_box){.x = -50, .y = -50, .width = 1e6, .height = 49}, MW_INK_TEXT,
                  NAN);
    mw_cell_pen_end(&pen);
    assert_int_equal(cells_used(), 32);
    assert_true(glyph(0, 0) == ' ' && glyph(2, 0) == 0x2591 && glyph(9, 3) == 0x2588);
}

static void words_are_cut_to_their_room_and_stand_where_they_are_told(void **state)
{
    (void)state;
    begin(MW_CHARSET_BRAILLE);
    pen.pen.text(&pen.pen, 5, 1, "abcdefgh",
                 &(mw_words){.ink = MW_INK_TEXT, .align = 0.5, .room = 4});
    pen.pen.text(&pen.pen, 10, 2, "xyz", &(mw_words){.ink = MW_INK_DIM, .align = 1});
    mw_cell_pen_end(&pen);
    assert_true(glyph(3, 1) == 'a' && glyph(6, 1) == 'd' && glyph(7, 1) == ' ');
    assert_true(glyph(7, 2) == 'x' && glyph(9, 2) == 'z');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_lie_behind_what_comes_later_and_at_the_far_edges_too),
        cmocka_unit_test(a_gap_in_a_curve_stays_empty),
        cmocka_unit_test(an_area_fills_its_inside_and_a_band_only_its_edges),
        cmocka_unit_test(a_bar_ends_between_cells_where_these_can_show_it),
        cmocka_unit_test(a_shade_is_darker_for_more),
        cmocka_unit_test(words_are_cut_to_their_room_and_stand_where_they_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
