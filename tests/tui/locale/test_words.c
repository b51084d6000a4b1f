/* Every row of model/words.def, in every language that we speak, and through JSON and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "labs/engine/wire/wire.h"
#include "model/verdict.h"
#include "tui/locale/locale.h"
#include "tui/locale/words.h"

static bool english(const char *language)
{
    return strcmp(language, mw_locale_languages()[0]) == 0;
}

/* In English the word itself, elsewhere another one. */
static void expect_word(const char *language, const char *name, const char *word)
{
    assert_true(*word);
    if (english(language))
        assert_string_equal(word, name);
    else if (strcmp(word, name) == 0)
        fail_msg("'%s' has no translation in %s", name, language);
}

static void every_kind_has_a_word_and_comes_back_from_json(void **state)
{
    (void)state;
    for (const char *const *language = mw_locale_languages(); *language; language++) {
        mw_locale_init(*language);
        for (int k = 0; k < MW_KINDS; k++) {
            const char *name = mw_kind_name((mw_kind)k);
            expect_word(*language, name, mw_kind_word((mw_kind)k));
            assert_string_equal(mw_kind_word_of(name), mw_kind_word((mw_kind)k));
            mw_number sent = mw_number_of(1.5, MW_UNIT_SECOND, (mw_kind)k), got;
            json_t *json = mw_number_to_json(&sent);
            assert_true(mw_number_from_json(json, &got));
            assert_int_equal(got.kind, k);
            json_decref(json);
        }
    }
    assert_string_equal(mw_kind_word_of("guessed"), "guessed");
}

static void every_verdict_has_a_word_and_is_read_back(void **state)
{
    (void)state;
    for (const char *const *language = mw_locale_languages(); *language; language++) {
        mw_locale_init(*language);
#define MW_TARGET_VERDICT(ID, name)                                                                \
    {                                                                                              \
        mw_verdict read;                                                                           \
        expect_word(*language, name, mw_verdict_word(name));                                       \
        assert_string_equal(mw_verdict_name(MW_VERDICT_##ID), name);                               \
        assert_true(mw_verdict_parse(name, &read) && read == MW_VERDICT_##ID);                     \
    }
#define MW_RUN_VERDICT(ID, name)                                                                   \
    {                                                                                              \
        mw_run_verdict read;                                                                       \
        expect_word(*language, name, mw_run_verdict_word(name));                                   \
        assert_string_equal(mw_run_verdict_name(MW_RUN_##ID), name);                               \
        assert_true(mw_run_verdict_parse(name, &read) && read == MW_RUN_##ID);                     \
    }
#include "model/words.def"
    }
    mw_verdict verdict = MW_VERDICT_MET;
    mw_run_verdict run = MW_RUN_CLEAN;
    assert_false(mw_verdict_parse("clean", &verdict) || mw_verdict_parse(NULL, &verdict));
    assert_false(mw_run_verdict_parse("met", &run) || mw_run_verdict_parse("", &run));
    assert_string_equal(mw_verdict_word("unheard"), "unheard");
}

/* "close" is also what one does to a page. */
static void a_word_is_translated_in_its_context(void **state)
{
    (void)state;
    mw_locale_init("zh_CN");
    assert_string_equal(mw_verdict_word("close"), "接近");
    assert_string_equal(_("close"), "关闭");
    assert_string_equal(mw_locale_text_in("nowhere", "close"), "close");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_has_a_word_and_comes_back_from_json),
        cmocka_unit_test(every_verdict_has_a_word_and_is_read_back),
        cmocka_unit_test(a_word_is_translated_in_its_context),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
