/* The worker's sentences in the reader's language: figures keep their values, and what the worker
 * really says is known. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "meter/hardware.h"
#include "meter/noise.h"
#include "tui/locale/locale.h"
#include "tui/locale/reason.h"

static void expect_said(const char *english, const char *said)
{
    char text[MW_REASON_TEXT];
    assert_string_equal(mw_reason(english, text), said);
}

static void figures_and_levels_are_looked_up_as_places(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"", ""},
        {"no PMU here", "no PMU here"},
        {"18 of 69 working sets", "{} of {} working sets"},
        {"±16.2 % only", "±{} % only"},
        {"fitted into 1e-05 s.", "fitted into {} s."},
        {"LLC is 3 % slower, L1 is not, DRAM2 and f32 stay",
         "{} is {} % slower, {} is not, DRAM2 and f32 stay"},
        {"main memory is 3 % slower", "{} is {} % slower"},
        {"steady: main memory is the best", "steady: main memory is the best"},
        {"ends with 7.", "ends with {}."},
        {"1 2 3 4 5 6 7 8 9", "{} {} {} {} {} {} {} {} 9"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char key[MW_REASON_TEXT];
        mw_reason_key(cases[i][0], key);
        assert_string_equal(key, cases[i][1]);
    }
}

static void a_translation_may_move_the_figures(void **state)
{
    (void)state;
    expect_said("no PMU here", "这里没有 PMU");
    expect_said("L2 is 26 % slower than remembered", "L2 比记住的慢 26 %");
    char text[MW_REASON_TEXT];
    assert_null(strstr(mw_reason("main memory is 26 % slower than remembered", text), "memory"));
    expect_said("18 of 69 working sets scatter by more than 10 %",
                "69 个工作集中有 18 个的离散超过 10 %");
}

static void what_is_not_known_stays_as_it_is(void **state)
{
    (void)state;
    expect_said("", "");
    expect_said("12 lines of a lab {2} {}", "12 lines of a lab {2} {}");
    char endless[2 * MW_REASON_TEXT], text[MW_REASON_TEXT];
    memset(endless, '7', sizeof endless);
    endless[sizeof endless - 1] = '\0';
    assert_int_equal(strlen(mw_reason(endless, text)), MW_REASON_TEXT - 1);
    for (size_t i = 0; i + 1 < sizeof endless; i++)
        endless[i] = i % 2 ? ' ' : '1';
    assert_int_equal(strlen(mw_reason(endless, text)), MW_REASON_TEXT - 1);
}

static void a_level_has_its_word(void **state)
{
    (void)state;
    assert_string_equal(mw_level_word("L2"), "L2");
    assert_string_equal(mw_level_word("largest tested"), "测过的最大范围");
}

static void expect_known(const char *english)
{
    char key[MW_REASON_TEXT];
    mw_reason_key(english, key);
    for (const char *const *each = mw_reason_list(); *each; each++) {
        if (strcmp(*each, key) == 0)
            return;
    }
    fail_msg("nobody can translate '%s'", key);
}

static void what_the_worker_says_is_known(void **state)
{
    (void)state;
    static const mw_noise disturbed[] = {
        {.wall_seconds = 1, .cpu_seconds = 1, .span_seconds = 1, .steal_ticks = 90},
        {.wall_seconds = 1, .cpu_seconds = 1, .span_seconds = 1, .switches = 90},
        {.wall_seconds = 2, .cpu_seconds = 1, .span_seconds = 2},
    };
    char reason[160];
    for (size_t i = 0; i < sizeof disturbed / sizeof *disturbed; i++) {
        assert_false(mw_noise_is_clean(&disturbed[i], reason, sizeof reason));
        expect_known(reason);
    }
    static const struct {
        int error, paranoid;
    } refusals[] = {{ENOENT, 2}, {EACCES, 3}, {EPERM, 1}, {ENOSYS, 2}};
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        mw_hardware hardware = {0};
        mw_hardware_classify(refusals[i].error, refusals[i].paranoid, &hardware);
        expect_known(hardware.short_reason);
        expect_known(hardware.reason);
    }
}

static int speak_chinese(void **state)
{
    (void)state;
    return strcmp(mw_locale_init("zh_CN").language, "zh_CN") == 0 ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_and_levels_are_looked_up_as_places),
        cmocka_unit_test(a_translation_may_move_the_figures),
        cmocka_unit_test(what_is_not_known_stays_as_it_is),
        cmocka_unit_test(a_level_has_its_word),
        cmocka_unit_test(what_the_worker_says_is_known),
    };
    return cmocka_run_group_tests(tests, speak_chinese, NULL);
}
