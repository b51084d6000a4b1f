/* status_test.c: errors that quote bytes that are no UTF-8, or are too long. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/status.h"

static void a_message_is_utf8_whatever_it_quotes(void **state)
{
    (void)state;
    static const struct {
        const char *quoted, *shown;
    } cases[] = {
        {"plain", "plain"},
        {"n=\xc3\xa9\xe2\x80\xa6\xf0\x9f\x98\x80", "n=\xc3\xa9\xe2\x80\xa6\xf0\x9f\x98\x80"},
        {"cut \xc3", "cut ?"},
        {"cut \xe2\x80", "cut ??"},
        {"cut \xe2\x80 then on", "cut ?? then on"},
        {"stray \x80 \xff", "stray ? ?"},
        {"overlong \xc0\xaf \xe0\x80\xaf", "overlong ?? ???"},
        {"surrogate \xed\xa0\x80", "surrogate ???"},
        {"beyond \xf4\x90\x80\x80", "beyond ????"},
        {"a line\nand \x1b[31m", "a line?and ?[31m"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        mw_error error;
        assert_int_equal(mw_fail(&error, MW_INVALID, "%s", cases[i].quoted), MW_INVALID);
        assert_string_equal(error.message, cases[i].shown);
    }
}

static void a_message_too_long_is_cut_between_letters(void **state)
{
    (void)state;
    char text[2 * sizeof(((mw_error *)0)->message)] = "x";
    for (size_t i = 1; i + 2 < sizeof text; i += 2)
        memcpy(text + i, "\xc3\xa9", 3);
    mw_error error;
    mw_fail(&error, MW_IO, "%s", text);
    size_t length = strlen(error.message);
    assert_int_equal(length, sizeof error.message - 1);
    assert_int_equal((unsigned char)error.message[length - 1], 0xa9);
    mw_fail(&error, MW_IO, "y%s", text);
    assert_int_equal(error.message[strlen(error.message) - 1], '?');
    assert_int_equal(mw_fail(NULL, MW_IO, "nobody listens"), MW_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_is_utf8_whatever_it_quotes),
        cmocka_unit_test(a_message_too_long_is_cut_between_letters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
