/* The interface's language follows our own setting, also where the system has no such locale. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "labs/locale/locale.h"

/* Each environment is tried in a process of its own. */
typedef struct outcome {
    char language[16];
    char word[64];
    char number[16];
    char problem[128];
    bool utf8, fell_back;
} outcome;

static outcome in_environment(const char *lc_all, const char *lang, const char *languages,
                              const char *setting)
{
    int fds[2];
    outcome result = {0};
    assert_int_equal(pipe(fds), 0);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        unsetenv("LC_CTYPE");
        unsetenv("LC_MESSAGES");
        lc_all != NULL ? setenv("LC_ALL", lc_all, 1) : unsetenv("LC_ALL");
        lang != NULL ? setenv("LANG", lang, 1) : unsetenv("LANG");
        languages != NULL ? setenv("LANGUAGE", languages, 1) : unsetenv("LANGUAGE");
        const mw_locale locale = mw_locale_init(setting);
        outcome mine = {.utf8 = locale.utf8, .fell_back = locale.fell_back};
        snprintf(mine.language, sizeof(mine.language), "%s", locale.language);
        snprintf(mine.word, sizeof(mine.word), "%s", mw_locale_name());
        snprintf(mine.number, sizeof(mine.number), "%.1f", 1.5);
        snprintf(mine.problem, sizeof(mine.problem), "%s", mw_locale_problem());
        const ssize_t written = write(fds[1], &mine, sizeof(mine));
        _exit(written == (ssize_t)sizeof(mine) ? 0 : 1);
    }
    close(fds[1]);
    assert_int_equal(read(fds[0], &result, sizeof(result)), sizeof(result));
    close(fds[0]);
    int status = 0;
    waitpid(child, &status, 0);
    return result;
}

static void a_setting_outranks_the_environment(void **state)
{
    (void)state;
    const outcome chinese = in_environment("C.UTF-8", NULL, NULL, "zh_CN");
    assert_string_equal(chinese.language, "zh_CN");
    assert_string_equal(chinese.word, "简体中文");
    const outcome english = in_environment("zh_CN.UTF-8", NULL, "zh_CN", "en");
    assert_string_equal(english.language, "en");
    assert_string_equal(english.word, "English");
}

static void a_locale_that_was_never_generated_still_gives_utf8_and_its_language(void **state)
{
    (void)state;
    const outcome chinese = in_environment("zh_CN.UTF-8@nowhere", NULL, NULL, NULL);
    assert_true(chinese.fell_back);
    assert_true(chinese.utf8);
    assert_string_equal(chinese.word, "简体中文");
    const outcome unknown = in_environment("xx_YY.UTF-8", NULL, NULL, NULL);
    assert_true(unknown.fell_back);
    assert_true(unknown.utf8);
    assert_string_equal(unknown.language, "en");
}

static void the_plain_c_locale_gives_ascii_and_english(void **state)
{
    (void)state;
    const outcome plain = in_environment("C", NULL, "zh_CN", "zh_CN");
    assert_false(plain.utf8);
    assert_false(plain.fell_back);
    assert_string_equal(plain.word, "English");
}

static void another_codeset_is_not_answered_with_utf8(void **state)
{
    (void)state;
    const outcome other = in_environment("zh_CN.GB18030", NULL, NULL, NULL);
    assert_false(other.utf8);
    assert_string_equal(other.language, "en");
}

static void the_list_of_languages_is_searched_in_order(void **state)
{
    (void)state;
    assert_string_equal(in_environment(NULL, "C.UTF-8", "fr:zh_CN:en", NULL).language, "zh_CN");
    assert_string_equal(in_environment(NULL, "C.UTF-8", "fr", NULL).language, "en");
}

static void numbers_keep_their_point(void **state)
{
    (void)state;
    assert_string_equal(in_environment("de_DE.UTF-8", NULL, NULL, NULL).number, "1.5");
}

static void the_language_changes_while_the_program_runs(void **state)
{
    (void)state;
    setenv("LC_ALL", "C.UTF-8", 1);
    mw_locale_init("en");
    assert_string_equal(mw_locale_name(), "English");
    mw_locale_init("zh_CN");
    assert_string_equal(mw_locale_name(), "简体中文");
    mw_locale_init("en");
    assert_string_equal(mw_locale_name(), "English");
}

static void a_text_stays_when_the_language_changes(void **state)
{
    (void)state;
    setenv("LC_ALL", "C.UTF-8", 1);
    mw_locale_init("zh_CN");
    const char *text = mw_locale_name();
    mw_locale_init("en");
    mw_locale_init("zh_CN");
    assert_ptr_equal(mw_locale_name(), text);
    mw_locale_init("en");
    assert_string_equal(text, "简体中文");
}

static void a_count_is_said_as_the_language_does(void **state)
{
    (void)state;
    setenv("LC_ALL", "C.UTF-8", 1);
    mw_locale_init("en");
    assert_string_equal(ngettext("%d line", "%d lines", 1), "%d line");
    assert_string_equal(ngettext("%d line", "%d lines", 2), "%d lines");
    mw_locale_init("zh_CN");
    assert_string_equal(ngettext("%d line", "%d lines", 1), "%d 行");
    assert_string_equal(ngettext("%d line", "%d lines", 2), "%d 行");
    assert_string_equal(_(""), "");
    mw_locale_init("en");
}

/* Before this process opens the catalogue: it stays open. */
static void a_missing_catalogue_leaves_english_and_says_so(void **state)
{
    (void)state;
    setenv("MEMWALL_LOCALEDIR", "/nowhere", 1);
    const outcome without = in_environment("C.UTF-8", NULL, NULL, "zh_CN");
    unsetenv("MEMWALL_LOCALEDIR");
    assert_string_equal(without.language, "zh_CN");
    assert_string_equal(without.word, "English");
    assert_string_equal(without.problem,
                        "/nowhere/zh_CN/LC_MESSAGES/memwall.mo: No such file or directory");
    assert_string_equal(in_environment("C.UTF-8", NULL, NULL, "zh_CN").problem, "");
    assert_string_equal(in_environment("C.UTF-8", NULL, NULL, "en").problem, "");
}

static void names_of_languages_are_matched_by_their_meaning(void **state)
{
    (void)state;
    assert_string_equal(mw_locale_match("zh_CN.UTF-8"), "zh_CN");
    assert_string_equal(mw_locale_match("zh-Hans"), "zh_CN");
    assert_string_equal(mw_locale_match("zh"), "zh_CN");
    assert_string_equal(mw_locale_match("en_GB"), "en");
    assert_string_equal(mw_locale_match("POSIX"), "en");
    assert_null(mw_locale_match("zh_TW.UTF-8"));
    assert_null(mw_locale_match("zhx"));
    assert_null(mw_locale_match("de"));
    assert_null(mw_locale_match(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_missing_catalogue_leaves_english_and_says_so),
        cmocka_unit_test(a_setting_outranks_the_environment),
        cmocka_unit_test(a_locale_that_was_never_generated_still_gives_utf8_and_its_language),
        cmocka_unit_test(the_plain_c_locale_gives_ascii_and_english),
        cmocka_unit_test(another_codeset_is_not_answered_with_utf8),
        cmocka_unit_test(the_list_of_languages_is_searched_in_order),
        cmocka_unit_test(numbers_keep_their_point),
        cmocka_unit_test(the_language_changes_while_the_program_runs),
        cmocka_unit_test(a_text_stays_when_the_language_changes),
        cmocka_unit_test(a_count_is_said_as_the_language_does),
        cmocka_unit_test(names_of_languages_are_matched_by_their_meaning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
