/* character_test.c: foreign text made fit for terminals, files and JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first. */
#include <cmocka.h>
#include <string.h>

#include "model/character.h"

static void foreign_text_keeps_its_letters_and_loses_its_powers(void **state)
{
    (void)state;
    static const struct {
        const char *foreign, *harmless;
    } texts[] = {
        {"plain", "plain"},
        {"tab\there", "tab here"},
        {"\033]52;c;aGk=\007", "?]52;c;aGk=?"},
        {"β ≤ 2 中文", "β ≤ 2 中文"},
        {"\xc2\x9b"
         "31m",
         "?31m"}, /* C1 CSI */
        {"a\xe2\x80\xae"
         "b",
         "a?b"},                           /* right-to-left override */
        {"\xff\xc3", "??"},                /* no UTF-8, and a character cut off */
        {"\xc0\xaf\xed\xa0\x80", "?????"}, /* overlong; a surrogate */
        {"\xf4\x90\x80\x80", "????"},      /* beyond the last code point */
        {"", ""},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char text[64];
        strcpy(text, texts[i].foreign);
        mw_character_clean(text, strlen(text), "?", false, text, sizeof text);
        assert_string_equal(text, texts[i].harmless);
    }
}

static void text_is_cleaned_character_by_character(void **state)
{
    (void)state;
    const struct {
        const char *given, *wanted;
    } cases[] = {
        {"plain \xe5\x86\x85\xe5\xad\x98", "plain \xe5\x86\x85\xe5\xad\x98"},
        {"two\nlines\tand a tab", "two\nlines and a tab"},
        {"\x1b[31m", "\xef\xbf\xbd[31m"},
        {"\x7f\xc2\x85", "\xef\xbf\xbd\xef\xbf\xbd"},
        {"cut \xe5\x86", "cut \xef\xbf\xbd\xef\xbf\xbd"},
        {"long form \xc0\xaf", "long form \xef\xbf\xbd\xef\xbf\xbd"},
        {"half \xed\xa0\x80", "half \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        {"\xe2\x81\xa6x", "\xef\xbf\xbdx"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char clean[128];
        size_t length = mw_character_clean(cases[i].given, strlen(cases[i].given),
                                           MW_CHARACTER_REPLACEMENT, true, clean, sizeof clean);
        assert_string_equal(clean, cases[i].wanted);
        assert_int_equal(length, strlen(clean));
    }
}

/* A title cut in the middle of a character is no text any more. */
static void what_does_not_fit_is_cut_before_a_character(void **state)
{
    (void)state;
    const char *text = "ab\xe5\x86\x85\nc";
    char clean[8];
    assert_int_equal(mw_character_clean(text, strlen(text), "", false, clean, 5), 2);
    assert_string_equal(clean, "ab");
    assert_int_equal(mw_character_clean(text, strlen(text), "", false, clean, sizeof clean), 7);
    assert_string_equal(clean, "ab\xe5\x86\x85 c");
    assert_int_equal(mw_character_clean("\033x", 2, "", false, clean, sizeof clean), 1);
    assert_string_equal(clean, "x");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(foreign_text_keeps_its_letters_and_loses_its_powers),
        cmocka_unit_test(text_is_cleaned_character_by_character),
        cmocka_unit_test(what_does_not_fit_is_cut_before_a_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
