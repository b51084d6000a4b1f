/* Lines come out in the glyphs of the charset, and nothing is drawn outside the canvas. */
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "grid_text.h"
#include "tui/grid/canvas.h"

static mw_grid grid;
static const mw_style plain = {0};

static int fresh_grid(void **state)
{
    (void)state;
    setlocale(LC_ALL, "C.UTF-8");
    return mw_grid_resize(&grid, 12, 6) ? 0 : -1;
}

static int drop_grid(void **state)
{
    (void)state;
    mw_grid_free(&grid);
    return 0;
}

/* A diagonal from the upper left to the lower right dot of 4 x 2 cells. */
static void draw_diagonal(mw_charset charset)
{
    grid.charset = charset;
    mw_canvas *canvas = mw_canvas_new(charset, 4, 2);
    assert_non_null(canvas);
    mw_canvas_line(canvas, 0, 0, mw_canvas_width(canvas) - 1, mw_canvas_height(canvas) - 1, plain);
    mw_canvas_blit(canvas, &grid, 0, 0);
    mw_canvas_free(canvas);
}

static void a_diagonal_in_braille(void **state)
{
    (void)state;
    draw_diagonal(MW_CHARSET_BRAILLE);
    assert_string_equal(row_text(&grid, 0), "⠑⢄");
    assert_string_equal(row_text(&grid, 1), "  ⠑⢄");
}

static void a_diagonal_in_quadrants(void **state)
{
    (void)state;
    draw_diagonal(MW_CHARSET_QUADRANT);
    assert_string_equal(row_text(&grid, 0), "▀▄");
    assert_string_equal(row_text(&grid, 1), "  ▀▄");
}

static void a_diagonal_in_ascii(void **state)
{
    (void)state;
    draw_diagonal(MW_CHARSET_ASCII);
    for (int y = 0; y < 2; y++) {
        for (const char *c = row_text(&grid, y); *c; c++)
            assert_true(*c >= ' ' && *c < 0x7f);
    }
    assert_string_not_equal(row_text(&grid, 0), "");
    assert_string_not_equal(row_text(&grid, 1), "");
}

static void ascii_strokes_follow_the_slope(void **state)
{
    (void)state;
    grid.charset = MW_CHARSET_ASCII;
    mw_canvas *canvas = mw_canvas_new(MW_CHARSET_ASCII, 12, 6);
    mw_canvas_line(canvas, 0, 0, 3, 0, plain);
    mw_canvas_line(canvas, 5, 0, 5, 2, plain);
    mw_canvas_line(canvas, 7, 2, 9, 0, plain);
    mw_canvas_line(canvas, 7, 3, 9, 5, plain);
    mw_canvas_blit(canvas, &grid, 0, 0);
    mw_canvas_free(canvas);
    assert_string_equal(row_text(&grid, 0), "---- |   /");
    assert_string_equal(row_text(&grid, 1), "     |  /");
    assert_string_equal(row_text(&grid, 2), "     | /");
    assert_string_equal(row_text(&grid, 4), "        \\");
}

static void a_far_or_impossible_line_is_clipped_and_ends(void **state)
{
    (void)state;
    grid.charset = MW_CHARSET_BRAILLE;
    mw_canvas *canvas = mw_canvas_new(MW_CHARSET_BRAILLE, 12, 6);
    mw_canvas_line(canvas, -1e300, -1e300, -1e299, 5, plain);
    mw_canvas_line(canvas, NAN, 0, 5, 5, plain);
    mw_canvas_line(canvas, 0, 0, INFINITY, 5, plain);
    mw_canvas_dot(canvas, -1, 0, plain);
    mw_canvas_dot(canvas, 24, 24, plain);
    mw_canvas_blit(canvas, &grid, 0, 0);
    for (int y = 0; y < 6; y++)
        assert_string_equal(row_text(&grid, y), "");
    /* A million dots to the left, and still exact where it is seen. */
    mw_canvas_line(canvas, -1e6, 12, 1e6, 12, plain);
    mw_canvas_blit(canvas, &grid, 0, 0);
    assert_string_equal(row_text(&grid, 3), "⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉");
    mw_canvas_free(canvas);
}

static void a_dashed_line_has_gaps_and_a_cell_keeps_the_last_style(void **state)
{
    (void)state;
    grid.charset = MW_CHARSET_BRAILLE;
    mw_canvas *canvas = mw_canvas_new(MW_CHARSET_BRAILLE, 12, 1);
    mw_canvas_dashed(canvas, 0, 0, 23, 0, mw_style_of(MW_ROLE_ROOF));
    mw_canvas_dot(canvas, 0, 3, mw_style_of(MW_ROLE_MEASURED));
    mw_canvas_blit(canvas, &grid, 0, 0);
    mw_canvas_free(canvas);
    assert_string_equal(row_text(&grid, 0), "⡉⠁ ⠉⠁ ⠉⠁ ⠉⠁");
    assert_int_equal(mw_grid_at(&grid, 0, 0)->style.role, MW_ROLE_MEASURED);
    assert_int_equal(mw_grid_at(&grid, 1, 0)->style.role, MW_ROLE_ROOF);
}

static void empty_cells_leave_the_grid_alone(void **state)
{
    (void)state;
    grid.charset = MW_CHARSET_BRAILLE;
    mw_grid_text(&grid, 0, 0, 12, plain, "roofs");
    mw_canvas *canvas = mw_canvas_new(MW_CHARSET_BRAILLE, 12, 1);
    mw_canvas_dot(canvas, 2, 0, plain);
    mw_canvas_blit(canvas, &grid, 0, 0);
    mw_canvas_free(canvas);
    assert_string_equal(row_text(&grid, 0), "r⠁ofs");
}

static void dots_keep_off_wide_characters(void **state)
{
    (void)state;
    grid.charset = MW_CHARSET_BRAILLE;
    mw_canvas *canvas = mw_canvas_new(MW_CHARSET_BRAILLE, 12, 1);
    mw_canvas_line(canvas, 0, 0, 23, 0, plain);
    mw_canvas_blit(canvas, &grid, 0, 0);
    mw_canvas_free(canvas);
    mw_grid_text(&grid, 3, 0, 12, plain, "你L");
    mw_grid_text(&grid, 8, 0, 12, plain, "L2");
    mw_canvas_part_words(&grid, (mw_rect){0, 0, 12, 1});
    assert_string_equal(row_text(&grid, 0), "⠉⠉ 你L⠉⠉L2⠉⠉");
    mw_grid_text(&grid, 4, 0, 12, plain, "你");
    mw_canvas_part_words(&grid, (mw_rect){0, 0, 12, 1});
    assert_string_equal(row_text(&grid, 0), "⠉⠉  你 ⠉L2⠉⠉");
}

static void a_canvas_without_a_size_is_refused(void **state)
{
    (void)state;
    assert_null(mw_canvas_new(MW_CHARSET_ASCII, 0, 5));
    assert_null(mw_canvas_new(MW_CHARSET_ASCII, 5, -1));
}

#define ON_GRID(test) cmocka_unit_test_setup_teardown(test, fresh_grid, drop_grid)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_GRID(a_diagonal_in_braille),
        ON_GRID(a_diagonal_in_quadrants),
        ON_GRID(a_diagonal_in_ascii),
        ON_GRID(ascii_strokes_follow_the_slope),
        ON_GRID(a_far_or_impossible_line_is_clipped_and_ends),
        ON_GRID(a_dashed_line_has_gaps_and_a_cell_keeps_the_last_style),
        ON_GRID(empty_cells_leave_the_grid_alone),
        ON_GRID(dots_keep_off_wide_characters),
        ON_GRID(a_canvas_without_a_size_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
