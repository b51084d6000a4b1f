/* Text for people passes one gate: nothing that reaches a terminal or a pipe can act upon it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first. */
#include <cmocka.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tui/plain/lines.h"
#include "tui/plain/markdown.h"
#include "tui/plain/reader.h"

static char *text;
static size_t size;

static mw_lines open_lines(bool utf8, int width)
{
    free(text);
    text = NULL;
    return (mw_lines){.file = open_memstream(&text, &size), .utf8 = utf8, .width = width};
}

static void escape_codes_and_other_controls_do_not_pass(void **state)
{
    (void)state;
    mw_lines lines = open_lines(true, 80);
    mw_lines_print(&lines, "a\x1b[31mb\x07\x08\x7f\xc2\x9b"
                           "c\xe2\x80\xae"
                           "d\r");
    fclose(lines.file);
    assert_null(strpbrk(text, "\x1b\x07\x08\x7f\r"));
    assert_null(strstr(text, "\xc2\x9b"));     /* CSI as one C1 character */
    assert_null(strstr(text, "\xe2\x80\xae")); /* right-to-left override */
    assert_non_null(strstr(text, "b"));
    assert_int_equal(text[size - 1], '\n');
}

static void malformed_bytes_become_replacement_characters(void **state)
{
    (void)state;
    mw_lines lines = open_lines(true, 80);
    mw_lines_print(&lines, "%s", "\xff x \xc3 y \xed\xa0\x80 z \xc0\xaf \xf4\x90\x80\x80 \xe2\x82");
    fclose(lines.file);
    assert_non_null(strstr(text, "\xef\xbf\xbd x \xef\xbf\xbd y "));
    assert_null(strstr(text, "\xc0\xaf"));
    assert_null(strchr(text, '\xff'));
}

static void signs_are_spelled_out_where_the_locale_has_no_utf8(void **state)
{
    (void)state;
    mw_lines lines = open_lines(false, 80);
    mw_lines_print(&lines, "20.9 ms ±1 %%, n ≥ 5 × 2 – 中");
    fclose(lines.file);
    assert_string_equal(text, "20.9 ms +-1 %, n >= 5 x 2 - ?\n");
}

static void paragraphs_wrap_within_the_width_and_lose_no_word(void **state)
{
    (void)state;
    const char *words = "one two three four five six seven eight nine ten eleven twelve";
    mw_lines lines = open_lines(true, 20);
    mw_lines_wrap(&lines, 4, "- ", words);
    fclose(lines.file);
    char joined[256] = "";
    char *rest = text;
    for (char *line = strsep(&rest, "\n"); rest; line = strsep(&rest, "\n")) {
        assert_true(mw_lines_width(line) <= 20);
        assert_true(strncmp(line, "  - ", 4) == 0 || strncmp(line, "    ", 4) == 0);
        strcat(strcat(joined, *joined ? " " : ""), line + 4);
    }
    assert_string_equal(joined, words);
}

static void chinese_wraps_between_characters(void **state)
{
    (void)state;
    mw_lines lines = open_lines(true, 20);
    mw_lines_wrap(&lines, 0, "", "权重矩阵放在内存里，因此每一步都要重新读取一遍。");
    fclose(lines.file);
    char *rest = text;
    int count = 0;
    for (char *line = strsep(&rest, "\n"); rest; line = strsep(&rest, "\n"), count++)
        assert_true(mw_lines_width(line) <= 22); /* closing punctuation may hang by one */
    assert_true(count >= 2);
}

static void tables_align_by_what_is_written(void **state)
{
    (void)state;
    for (int utf8 = 0; utf8 <= 1; utf8++) {
        mw_lines lines = open_lines(utf8 != 0, 80);
        mw_table *table = mw_table_new("lrl");
        mw_table_row(table, "time", "20 ms ±1 %", "|");
        mw_table_row(table, "a longer name", "1", "|");
        mw_table_row(table, NULL, "", "|");
        mw_table_print(table, &lines, 2);
        mw_table_free(table);
        fclose(lines.file);
        int columns[3], row = 0;
        char *rest = text;
        for (char *line = strsep(&rest, "\n"); rest; line = strsep(&rest, "\n")) {
            *strchr(line, '|') = '\0';
            columns[row++] = mw_lines_width(line);
        }
        assert_int_equal(row, 3);
        assert_int_equal(columns[0], columns[1]);
        assert_int_equal(columns[0], columns[2]);
    }
}

static void markdown_keeps_its_structure_without_marks(void **state)
{
    (void)state;
    mw_lines lines = open_lines(true, 40);
    mw_markdown_print(
        &lines, "# Title\n\nA *soft* `n` [link](x).\nSecond line.\n\n- one\n- two\n  - inner\n\n"
                "1. first\n2. second\n\n    code  here\n\n| a | b |\n|---|---|\n| 1 | 22 |\n");
    fclose(lines.file);
    assert_non_null(strstr(text, "Title\n\nA soft n link. Second line.\n"));
    assert_non_null(strstr(text, " - one\n"));
    assert_non_null(strstr(text, "    - inner\n"));
    assert_non_null(strstr(text, "1. first\n"));
    assert_non_null(strstr(text, "2. second\n"));
    assert_non_null(strstr(text, "code  here\n"));
    assert_non_null(strstr(text, "  a  b\n  1  22\n"));
    assert_null(strpbrk(text, "*`#|["));
}

static void lines_that_end_by_themselves_stay_lines(void **state)
{
    (void)state;
    mw_lines lines = open_lines(true, 80);
    mw_markdown_print(&lines, "FLOP: 2 = 1 + 1  \nbytes: 8 = 4 + 4\n\n- one  \n  more");
    fclose(lines.file);
    assert_non_null(strstr(text, "FLOP: 2 = 1 + 1\nbytes: 8 = 4 + 4\n"));
    assert_non_null(strstr(text, "- one\n"));
    assert_non_null(strstr(text, "  more\n"));
}

static void nothing_is_written_without_a_file(void **state)
{
    (void)state;
    mw_lines lines = {.file = NULL, .width = 80};
    mw_lines_print(&lines, "%d", 1);
    mw_lines_wrap(&lines, 2, "", "text");
    mw_lines_blank(&lines);
    mw_markdown_print(&lines, "# text\n\n| a |\n|---|\n| 1 |\n");
}

static void lines_are_read_whole_and_the_last_needs_no_end(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    mw_reader reader;
    mw_reader_open(&reader, ends[0]);
    assert_true(write(ends[1], "one\r\ntw", 7) == 7);
    mw_reader_fill(&reader);
    char *line = mw_reader_line(&reader);
    assert_string_equal(line, "one");
    free(line);
    assert_null(mw_reader_line(&reader));
    assert_true(write(ends[1], "o\n\nlast", 7) == 7);
    close(ends[1]);
    mw_reader_fill(&reader);
    line = mw_reader_line(&reader);
    assert_string_equal(line, "two");
    free(line);
    line = mw_reader_line(&reader);
    assert_string_equal(line, "");
    free(line);
    assert_null(mw_reader_line(&reader));
    mw_reader_fill(&reader);
    assert_true(reader.ended);
    line = mw_reader_line(&reader);
    assert_string_equal(line, "last");
    free(line);
    assert_null(mw_reader_line(&reader));
    mw_reader_close(&reader);
    close(ends[0]);
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(escape_codes_and_other_controls_do_not_pass),
        cmocka_unit_test(malformed_bytes_become_replacement_characters),
        cmocka_unit_test(signs_are_spelled_out_where_the_locale_has_no_utf8),
        cmocka_unit_test(paragraphs_wrap_within_the_width_and_lose_no_word),
        cmocka_unit_test(chinese_wraps_between_characters),
        cmocka_unit_test(tables_align_by_what_is_written),
        cmocka_unit_test(markdown_keeps_its_structure_without_marks),
        cmocka_unit_test(lines_that_end_by_themselves_stay_lines),
        cmocka_unit_test(nothing_is_written_without_a_file),
        cmocka_unit_test(lines_are_read_whole_and_the_last_needs_no_end),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    free(text);
    return failed;
}
