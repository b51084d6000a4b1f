/* markdown_test.c: lab text in lines: wrapping, Chinese, lists, tables, any width. */
#include "tui/markdown/markdown.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "labs/locale/locale.h"
#include "tui/export/export.h"
#include "tui/markdown/wrap.h"

static mw_grid grid = {.charset = MW_CHARSET_BRAILLE};
static char *text;

static int lay(const char *source, int width)
{
    mw_locale_init("en");
    mw_markdown *markdown = mw_markdown_layout(source, width);
    assert_non_null(markdown);
    int lines = mw_markdown_lines(markdown);
    assert_true(mw_grid_resize(&grid, width, lines > 0 ? lines : 1));
    mw_markdown_draw(markdown, &grid, 0, 0, 0, lines);
    mw_markdown_free(markdown);
    free(text);
    text = mw_grid_to_text(&grid);
    return lines;
}

static mw_style style_of(const char *wanted)
{
    const char *found = strstr(text, wanted);
    assert_non_null(found);
    int x = 0, y = 0;
    for (const char *c = text; c < found; c++) {
        x = *c == '\n' ? 0 : x + ((*c & 0xC0) != 0x80);
        y += *c == '\n';
    }
    return grid.cells[y * grid.width + x].style;
}

static void paragraphs_wrap_at_words_with_a_blank_line_between(void **state)
{
    (void)state;
    assert_int_equal(
        lay("You predicted that a step\nstarts to take longer.\n\nMove the slider.", 16), 6);
    assert_string_equal(
        text, "You predicted\nthat a step\nstarts to take\nlonger.\n\nMove the slider.\n");
}

static void emphasis_and_code_have_their_styles(void **state)
{
    (void)state;
    lay("plain *lean* **strong** `code` [link](x)", 60);
    assert_string_equal(text, "plain lean strong code link\n");
    assert_int_equal(style_of("plain").attrs, 0);
    assert_int_equal(style_of("lean").attrs, MW_ATTR_ITALIC);
    assert_int_equal(style_of("strong").attrs, MW_ATTR_BOLD);
    assert_int_equal(style_of("code").role, MW_ROLE_TITLE);
    assert_int_equal(style_of("link").attrs, MW_ATTR_UNDERLINE);
}

static void lists_hang_under_their_words(void **state)
{
    (void)state;
    lay("* one two three\n* four\n  1. inner words\n  2. last", 10);
    assert_string_equal(text, "• one two\n  three\n• four\n  1. inner\n     words\n  2. last\n");
}

static void chinese_breaks_anywhere_but_before_a_full_stop(void **state)
{
    (void)state;
    lay("一个用户还是许多用户。再来", 20);
    assert_string_equal(text, "一个用户还是许多用\n户。再来\n");
    lay("权重 W 是 256 MiB，在内存里", 12);
    for (const char *line = text; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
        assert_true(strncmp(line, "，", strlen("，")) != 0);
}

static void a_line_end_in_chinese_source_is_no_space(void **state)
{
    (void)state;
    lay("第一行\n第二行", 40);
    assert_string_equal(text, "第一行第二行\n");
}

static void code_blocks_keep_their_lines(void **state)
{
    (void)state;
    lay("Before\n\n```\nfor i\n  sum += a[i]\n```\n\nAfter", 30);
    assert_string_equal(text, "Before\n\n  for i\n    sum += a[i]\n\nAfter\n");
}

static void tables_stand_in_columns(void **state)
{
    (void)state;
    lay("| level | GB/s |\n|---|---|\n| L1 | 412 |\n| DRAM | 15.8 |", 40);
    assert_string_equal(text, "level  GB/s\nL1     412\nDRAM   15.8\n");
}

static void a_table_wider_than_the_page_is_broken_in_its_cells_and_loses_nothing(void **state)
{
    (void)state;
    static const char table[] =
        "| what grows | dots | in twenty years |\n|---|---|---|\n"
        "| bandwidth of its memory | 12 | 100 times |\n| 内存的带宽 | 10 | 30 |";
    lay(table, 30);
    assert_string_equal(text, "what grows   dots  in twenty\n"
                              "                   years\n"
                              "bandwidth    12    100 times\n"
                              "of its\n"
                              "memory\n"
                              "内存的带宽   10    30\n");
    for (int width = 30; width < 60; width++) {
        static const char *const words[] = {"grows",  "dots", "twenty", "years", "bandwidth",
                                            "memory", "12",   "100",    "times", "30"};
        lay(table, width);
        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
            if (!strstr(text, words[i]))
                fail_msg("'%s' is lost at %d cells:\n%s", words[i], width, text);
    }
}

static void escapes_and_markup_of_other_kinds_stay_text(void **state)
{
    (void)state;
    lay("a \x1b[31m red <b>bold</b> &times; 3", 60);
    assert_null(strchr(text, '\x1b'));
    assert_non_null(strstr(text, "<b>bold</b> × 3"));
}

static void every_width_and_depth_is_laid_out(void **state)
{
    (void)state;
    static const char source[] = "# Heading\n\n> quote\n> > deeper\n\n* a\n  * b\n    * c\n      * "
                                 "d\n        * e\n          * f\n"
                                 "            * g\n              * h\n                * i\n        "
                                 "          * j\n\n中文 mixed "
                                 "averyveryverylongwordthatneverends\n\n| a | b | c "
                                 "|\n|---|---|---|\n| 1 | 2 | 3 |\n\n---\n";
    for (int width = 1; width <= 80; width++)
        assert_true(lay(source, width) > 10);
}

static void plain_text_is_split_without_losing_a_letter(void **state)
{
    (void)state;
    assert_int_equal(mw_wrap_text("", 10, NULL, NULL), 0);
    assert_int_equal(mw_wrap_text("one two", 3, NULL, NULL), 2);
    assert_int_equal(mw_wrap_text("abcdefgh", 3, NULL, NULL), 3);
    assert_int_equal(mw_wrap_text("a\n\nb", 3, NULL, NULL), 3);
    assert_int_equal(mw_wrap_text("中文", 1, NULL, NULL), 2);
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8"); /* widths of glyphs come from the locale */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paragraphs_wrap_at_words_with_a_blank_line_between),
        cmocka_unit_test(emphasis_and_code_have_their_styles),
        cmocka_unit_test(lists_hang_under_their_words),
        cmocka_unit_test(chinese_breaks_anywhere_but_before_a_full_stop),
        cmocka_unit_test(a_line_end_in_chinese_source_is_no_space),
        cmocka_unit_test(code_blocks_keep_their_lines),
        cmocka_unit_test(tables_stand_in_columns),
        cmocka_unit_test(a_table_wider_than_the_page_is_broken_in_its_cells_and_loses_nothing),
        cmocka_unit_test(escapes_and_markup_of_other_kinds_stay_text),
        cmocka_unit_test(every_width_and_depth_is_laid_out),
        cmocka_unit_test(plain_text_is_split_without_losing_a_letter),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    mw_grid_free(&grid);
    free(text);
    return failed;
}
