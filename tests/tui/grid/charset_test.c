/* The glyphs follow what the terminal can be trusted with, unless somebody says otherwise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tui/grid/charset.h"

static void a_wish_outranks_the_environment_and_both_the_guess(void **state)
{
    (void)state;
    unsetenv("MEMWALL_CHARSET");
    assert_int_equal(mw_charset_choose(NULL, true, "xterm"), MW_CHARSET_BRAILLE);
    assert_int_equal(mw_charset_choose(NULL, true, "linux"), MW_CHARSET_ASCII);
    setenv("MEMWALL_CHARSET", "quadrant", 1);
    assert_int_equal(mw_charset_choose(NULL, true, "linux"), MW_CHARSET_QUADRANT);
    assert_int_equal(mw_charset_choose("ascii", true, "xterm"), MW_CHARSET_ASCII);
    setenv("MEMWALL_CHARSET", "nonsense", 1);
    assert_int_equal(mw_charset_choose(NULL, true, "xterm"), MW_CHARSET_BRAILLE);
}

static void without_utf8_only_ascii_is_drawn(void **state)
{
    (void)state;
    setenv("MEMWALL_CHARSET", "braille", 1);
    assert_int_equal(mw_charset_choose("braille", false, "xterm"), MW_CHARSET_ASCII);
}

static void texts_are_kept_where_the_terminal_has_glyphs_for_them(void **state)
{
    (void)state;
    assert_true(mw_charset_keeps_texts(true, "xterm"));
    assert_false(mw_charset_keeps_texts(false, "xterm"));
    assert_false(mw_charset_keeps_texts(true, "linux"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wish_outranks_the_environment_and_both_the_guess),
        cmocka_unit_test(without_utf8_only_ascii_is_drawn),
        cmocka_unit_test(texts_are_kept_where_the_terminal_has_glyphs_for_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
