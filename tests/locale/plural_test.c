/* The rule of a catalogue chooses the form that its language uses for a count. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "labs/locale/plural.h"

static unsigned form(const char *rule, unsigned long n)
{
    mw_plural plural;
    if (!mw_plural_read(rule, &plural))
        fail_msg("not read: %s", rule);
    return mw_plural_form(&plural, n);
}

static void a_language_without_plurals_has_one_form(void **state)
{
    (void)state;
    assert_int_equal(form(" nplurals=1; plural=0;\n", 0), 0);
    assert_int_equal(form(" nplurals=1; plural=0;\n", 7), 0);
}

static void rules_of_other_languages_are_worked_out(void **state)
{
    (void)state;
    const char *english = "nplurals=2; plural=n != 1;", *french = "nplurals=2; plural=(n > 1);";
    assert_int_equal(form(english, 0), 1);
    assert_int_equal(form(english, 1), 0);
    assert_int_equal(form(french, 0), 0);
    assert_int_equal(form(french, 2), 1);
    const char *polish = "nplurals=3; plural=n==1 ? 0 : n%10>=2 && n%10<=4 && "
                         "(n%100<10 || n%100>=20) ? 1 : 2;";
    static const unsigned expected[] = {2, 0, 1, 1, 1, 2};
    for (unsigned long n = 0; n < 6; n++)
        assert_int_equal(form(polish, n), expected[n]);
    assert_int_equal(form(polish, 12), 2);
    assert_int_equal(form(polish, 22), 1);
    assert_int_equal(form(polish, 112), 2);
}

static void operators_bind_as_in_c(void **state)
{
    (void)state;
    assert_int_equal(form("nplurals=8; plural=1 + 2 * 3", 0), 7);
    assert_int_equal(form("nplurals=8; plural=7 - 2 - 1", 0), 4);
    assert_int_equal(form("nplurals=8; plural=(1 + 2) * 2", 0), 6);
    assert_int_equal(form("nplurals=8; plural=1 || 0 && 0", 0), 1);
    assert_int_equal(form("nplurals=8; plural=!0 + !n", 5), 1);
    assert_int_equal(form("nplurals=8; plural=2 < 3 == 1", 0), 1);
    assert_int_equal(form("nplurals=8; plural=n ? 3 : n ? 4 : 5", 0), 5);
    assert_int_equal(form("nplurals=8; plural=7 / 2", 0), 3);
    assert_int_equal(form("nplurals=8; plural=((((((((5))))))))", 0), 5);
}

static void what_names_no_form_is_the_first(void **state)
{
    (void)state;
    assert_int_equal(form("nplurals=2; plural=n;", 5), 0);
    assert_int_equal(form("nplurals=2; plural=1 + n / 0;", 5), 1);
}

static void a_malformed_rule_is_refused_and_changes_nothing(void **state)
{
    (void)state;
    static const char *const rules[] = {
        "",
        "plural=0;",
        "nplurals=0; plural=0;",
        "nplurals=9; plural=0;",
        "nplurals=12; plural=0;",
        "nplurals=-1; plural=0;",
        "nplurals=1; plural=;",
        "nplurals=1; plural=(n;",
        "nplurals=1; plural=n);",
        "nplurals=1; plural=n ? 1;",
        "nplurals=1; plural=n | 1;",
        "nplurals=1; plural=n = 1;",
        "nplurals=1; plural=m;",
        "nplurals=1; plural=n n;",
    };
    mw_plural plural = {.forms = 5, .rule = "0"};
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        if (mw_plural_read(rules[i], &plural))
            fail_msg("read: %s", rules[i]);
    }
    char deep[500] = "nplurals=1; plural=", longer[MW_PLURAL_TEXT + 40] = "nplurals=1; plural=";
    size_t begin = strlen(deep);
    memset(deep + begin, '(', 200);
    deep[begin + 200] = 'n';
    memset(deep + begin + 201, ')', 200);
    memset(longer + strlen(longer), '1', MW_PLURAL_TEXT);
    assert_false(mw_plural_read(deep, &plural));
    assert_false(mw_plural_read(longer, &plural));
    assert_int_equal(plural.forms, 5);
    assert_string_equal(plural.rule, "0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_language_without_plurals_has_one_form),
        cmocka_unit_test(rules_of_other_languages_are_worked_out),
        cmocka_unit_test(operators_bind_as_in_c),
        cmocka_unit_test(what_names_no_form_is_the_first),
        cmocka_unit_test(a_malformed_rule_is_refused_and_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
