/* The grid is the gate: nothing but harmless, whole glyphs gets into a cell. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "grid_text.h"

static mw_grid grid;
static const mw_style plain = {0};

static int fresh_grid(void **state)
{
    (void)state;
    setlocale(LC_ALL, "C.UTF-8");
    grid.charset = MW_CHARSET_BRAILLE;
    return mw_grid_resize(&grid, 20, 4) ? 0 : -1;
}

static int drop_grid(void **state)
{
    (void)state;
    mw_grid_free(&grid);
    return 0;
}

static void control_characters_never_reach_a_cell(void **state)
{
    (void)state;
    assert_int_equal(mw_grid_text(&grid, 0, 0, 20, plain, "a\x1b[31m\tb\n\x7f"), 10);
    assert_string_equal(row_text(&grid, 0), "a�[31m�b��");
    /* C1 controls are escape sequences too. */
    mw_grid_text(&grid, 0, 1, 20, plain,
                 "x\xc2\x9b"
                 "31m");
    assert_string_equal(row_text(&grid, 1), "x�31m");
    mw_grid_put(&grid, 0, 2, 0x1b, plain);
    mw_grid_put(&grid, 1, 2, 0x9b, plain);
    mw_grid_put(&grid, 2, 2, 0xd800, plain);
    assert_string_equal(row_text(&grid, 2), "���");
}

static void every_byte_alone_and_every_pair_leaves_only_printable_cells(void **state)
{
    (void)state;
    char text[3] = {0};
    for (int first = 1; first < 256; first++) {
        for (int second = 0; second < 256; second++) {
            text[0] = (char)first;
            text[1] = (char)second;
            mw_grid_clear(&grid);
            mw_grid_text(&grid, 0, 0, 20, plain, text);
            for (int x = 0; x < grid.width; x++) {
                const mw_cell *cell = mw_grid_at(&grid, x, 0);
                assert_true(cell->glyph == 0 || mw_utf8_printable(cell->glyph));
            }
        }
    }
}

static void malformed_bytes_are_replaced_one_by_one(void **state)
{
    (void)state;
    mw_grid_text(&grid, 0, 0, 20, plain, "a\xff\xc3z"); /* alone, cut short */
    assert_string_equal(row_text(&grid, 0), "a��z");
    mw_grid_text(&grid, 0, 1, 20, plain, "\xc0\xaf|\xed\xa0\x80"); /* overlong, surrogate */
    assert_string_equal(row_text(&grid, 1), "��|���");
    mw_grid_text(&grid, 0, 2, 20, plain, "\xf4\x90\x80\x80"); /* beyond Unicode */
    assert_string_equal(row_text(&grid, 2), "����");
    mw_grid_text(&grid, 0, 3, 20, plain, "end\xe4\xb8");
    assert_string_equal(row_text(&grid, 3), "end��");
}

static void direction_overrides_and_invisible_characters_change_nothing(void **state)
{
    (void)state;
    mw_grid_text(&grid, 0, 0, 20, plain, "a\xe2\x80\xaeZ");
    assert_string_equal(row_text(&grid, 0), "a�Z");
    assert_int_equal(mw_grid_text(&grid, 0, 1, 20, plain,
                                  "a\xe2\x80\x8d\xef\xb8\x8f"
                                  "b"),
                     2);
    assert_string_equal(row_text(&grid, 1), "ab");
}

static void a_wide_glyph_is_clipped_whole(void **state)
{
    (void)state;
    assert_int_equal(mw_grid_text(&grid, 0, 0, 5, plain, "内存墙"), 4);
    assert_string_equal(row_text(&grid, 0), "内存");
    assert_int_equal(mw_grid_text(&grid, 17, 1, 20, plain, "内存"), 2);
    assert_int_equal(mw_grid_at(&grid, 17, 1)->glyph, 0x5185);
    assert_int_equal(mw_grid_at(&grid, 18, 1)->glyph, 0);
    assert_int_equal(mw_grid_at(&grid, 19, 1)->glyph, ' ');
    mw_grid_put(&grid, 19, 2, 0x5185, plain);
    assert_int_equal(mw_grid_at(&grid, 19, 2)->glyph, ' ');
}

static void overwriting_half_a_wide_glyph_blanks_the_other_half(void **state)
{
    (void)state;
    mw_grid_text(&grid, 0, 0, 20, plain, "内存墙");
    mw_grid_put(&grid, 1, 0, 'x', plain);
    mw_grid_put(&grid, 2, 0, 'y', plain);
    assert_string_equal(row_text(&grid, 0), " xy 墙");
    mw_grid_put(&grid, 3, 0, 0x5185, plain);
    assert_string_equal(row_text(&grid, 0), " xy内");
    assert_int_equal(mw_grid_at(&grid, 5, 0)->glyph, ' ');
}

static void combining_marks_stay_on_their_base_and_never_start_a_text(void **state)
{
    (void)state;
    mw_grid_text(&grid, 0, 0, 20, plain, "a");
    assert_int_equal(mw_grid_text(&grid, 1, 0, 20, plain,
                                  "\xcc\x81"
                                  "e\xcc\x81o"),
                     2);
    assert_int_equal(mw_grid_at(&grid, 0, 0)->combining, 0);
    assert_int_equal(mw_grid_at(&grid, 1, 0)->combining, 0x301);
}

static void text_outside_the_grid_is_clipped(void **state)
{
    (void)state;
    mw_grid_text(&grid, -2, 0, 20, plain, "abcd");
    assert_string_equal(row_text(&grid, 0), "cd");
    mw_grid_text(&grid, 0, -1, 20, plain, "no");
    mw_grid_text(&grid, 0, 4, 20, plain, "no");
    mw_grid_text(&grid, 30, 1, 20, plain, "no");
    mw_grid_text(&grid, 0, 1, -3, plain, "no");
    mw_grid_text(&grid, 0, 1, 2000000000, plain, "0123456789012345678901234");
    assert_string_equal(row_text(&grid, 1), "01234567890123456789");
    mw_grid_fill(&grid, (mw_rect){-5, -5, 100, 100}, '#', plain);
    assert_string_equal(row_text(&grid, 3), "####################");
    mw_grid_frame(&grid, (mw_rect){18, 2, 10, 10}, "title", plain);
}

static void ascii_draws_ascii_only_and_takes_the_same_cells(void **state)
{
    (void)state;
    const char *text = "2n² ≤ 15.8 ±0.9 – 内";
    const int width = mw_text_width(text);
    grid.charset = MW_CHARSET_ASCII;
    assert_int_equal(mw_grid_text(&grid, 0, 0, 20, plain, text), width);
    assert_string_equal(row_text(&grid, 0), "2n2 < 15.8 +0.9 - ??");
    mw_grid_frame(&grid, (mw_rect){0, 1, 12, 3}, "box", plain);
    assert_string_equal(row_text(&grid, 1), "+- box ----+");
    for (int i = 0; i < MW_GLYPH_COUNT; i++) {
        const uint32_t glyph = mw_grid_glyph(&grid, (mw_glyph)i);
        assert_true(glyph > ' ' && glyph < 0x7f);
    }
}

static void an_ascii_charset_leaves_texts_alone_where_they_can_be_shown(void **state)
{
    (void)state;
    grid.charset = MW_CHARSET_ASCII;
    grid.unicode_text = true;
    mw_grid_text(&grid, 0, 0, 30, plain, "内存墙 n² – ★ │ ●");
    assert_string_equal(row_text(&grid, 0), "内存墙 n² – * | T");
    mw_grid_frame(&grid, (mw_rect){0, 1, 12, 3}, "屋顶", plain);
    assert_string_equal(row_text(&grid, 1), "+- 屋顶 ---+");
    grid.unicode_text = false;
}

static void every_glyph_of_the_chrome_takes_one_cell(void **state)
{
    (void)state;
    for (int i = 0; i < MW_GLYPH_COUNT; i++)
        assert_int_equal(mw_utf8_width(mw_grid_glyph(&grid, (mw_glyph)i)), 1);
}

static void a_bar_fills_by_its_fraction_and_survives_nonsense(void **state)
{
    (void)state;
    mw_grid_bar(&grid, 0, 0, 8, 0.5, plain, plain);
    assert_string_equal(row_text(&grid, 0), "━━━━────");
    mw_grid_bar(&grid, 0, 1, 4, 1e9, plain, plain);
    assert_string_equal(row_text(&grid, 1), "━━━━");
    mw_grid_bar(&grid, 0, 2, 4, __builtin_nan(""), plain, plain);
    assert_string_equal(row_text(&grid, 2), "────");
}

static void a_rule_carries_its_title(void **state)
{
    (void)state;
    mw_grid_rule(&grid, 0, 0, 16, "machine", plain);
    assert_string_equal(row_text(&grid, 0), "── machine ─────");
    mw_grid_rule(&grid, 0, 1, 10, "much too long", plain);
    assert_string_equal(row_text(&grid, 1), "── much  ─");
    mw_grid_rule(&grid, 0, 2, 4, "x", plain);
    assert_string_equal(row_text(&grid, 2), "────");
}

static void a_grid_takes_any_size(void **state)
{
    (void)state;
    assert_true(mw_grid_resize(&grid, 0, -4));
    assert_int_equal(grid.width, 1);
    assert_true(mw_grid_resize(&grid, 100000, 1));
    assert_true(grid.width <= 2000);
    mw_grid_text(&grid, 0, 0, 20, plain, "still here");
    assert_string_equal(row_text(&grid, 0), "still here");
}

static void stepping_through_text_keeps_characters_whole(void **state)
{
    (void)state;
    const char *text = "a内e\xcc\x81\xff";
    assert_int_equal(mw_utf8_after(text, 0), 1);
    assert_int_equal(mw_utf8_after(text, 1), 4);
    assert_int_equal(mw_utf8_after(text, 4), 7);
    assert_int_equal(mw_utf8_after(text, 7), 8);
    assert_int_equal(mw_utf8_after(text, 8), 8);
    assert_int_equal(mw_utf8_before(text, 8), 7);
    assert_int_equal(mw_utf8_before(text, 7), 4);
    assert_int_equal(mw_utf8_before(text, 4), 1);
    assert_int_equal(mw_utf8_before(text, 1), 0);
    assert_int_equal(mw_utf8_before(text, 0), 0);
}

static void what_is_encoded_is_decoded(void **state)
{
    (void)state;
    for (uint32_t scalar = 1; scalar < 0x110000; scalar += 7) {
        char bytes[5] = {0};
        const size_t length = mw_utf8_encode(scalar, bytes);
        if (length == 0) {
            assert_true(scalar >= 0xd800 && scalar <= 0xdfff);
            continue;
        }
        const char *end = bytes;
        assert_int_equal(mw_utf8_next(&end), scalar);
        assert_int_equal(end - bytes, length);
    }
}

#define ON_GRID(test) cmocka_unit_test_setup_teardown(test, fresh_grid, drop_grid)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_GRID(control_characters_never_reach_a_cell),
        ON_GRID(every_byte_alone_and_every_pair_leaves_only_printable_cells),
        ON_GRID(malformed_bytes_are_replaced_one_by_one),
        ON_GRID(direction_overrides_and_invisible_characters_change_nothing),
        ON_GRID(a_wide_glyph_is_clipped_whole),
        ON_GRID(overwriting_half_a_wide_glyph_blanks_the_other_half),
        ON_GRID(combining_marks_stay_on_their_base_and_never_start_a_text),
        ON_GRID(text_outside_the_grid_is_clipped),
        ON_GRID(ascii_draws_ascii_only_and_takes_the_same_cells),
        ON_GRID(an_ascii_charset_leaves_texts_alone_where_they_can_be_shown),
        ON_GRID(every_glyph_of_the_chrome_takes_one_cell),
        ON_GRID(a_bar_fills_by_its_fraction_and_survives_nonsense),
        ON_GRID(a_rule_carries_its_title),
        ON_GRID(a_grid_takes_any_size),
        ON_GRID(stepping_through_text_keeps_characters_whole),
        ON_GRID(what_is_encoded_is_decoded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
