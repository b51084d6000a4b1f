/* Reasons in the reader's language: every row in every language, through JSON and back, and in the
 * texts of a view. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "labs/engine/wire/wire.h"
#include "labs/locale/locale.h"
#include "labs/locale/reason.h"

/* A figure of each kind, and how it is written. */
static const struct {
    mw_reason_figure figure;
    const char *written;
} samples[] = {
    [MW_AS_WHOLE] = {{.number = 35.4823}, "35"},
    [MW_AS_TENTHS] = {{.number = 2.5623}, "2.6"},
    [MW_AS_HUNDREDTHS] = {{.number = 3.1415}, "3.14"},
    [MW_AS_SHORT] = {{.number = 0.00012345}, "0.000123"},
    [MW_AS_LEVEL] = {{.word = "L2"}, "L2"},
    [MW_AS_WORD] = {{.word = "{2} \"PAPI\" }}"}, "{2} \"PAPI\" }}"},
    [MW_AS_TEXT] = {{.word = "somebody's own words"}, "somebody's own words"},
};

static mw_reason sample_of(mw_reason_id id)
{
    mw_reason_figure figures[MW_REASON_FIGURES] = {{.number = 0}};
    for (size_t i = 0; i < mw_reason_figures(id); i++)
        figures[i] = samples[mw_reason_kind(id, i)].figure;
    return mw_reason_of(id, figures);
}

static void speak(const char *language)
{
    assert_string_equal(mw_locale_init(language).language, language);
}

/* How often a figure stands in a sentence. */
static size_t places(const char *sentence, size_t index)
{
    char place[8];
    size_t count = 0;
    snprintf(place, sizeof place, "{%zu}", index + 1);
    for (const char *at = sentence; (at = strstr(at, place)); at++)
        count++;
    return count;
}

static mw_reason through_json(const mw_reason *reason)
{
    json_t *json = mw_reason_to_json(reason);
    char *text = json_dumps(json, JSON_ENCODE_ANY);
    json_t *again = json_loads(text, JSON_DECODE_ANY, NULL);
    mw_reason back = mw_reason_from_json(again);
    json_t *same = mw_reason_to_json(&back);
    assert_true(json_equal(json, same));
    json_decref(json);
    json_decref(again);
    json_decref(same);
    free(text);
    return back;
}

static void check_row(mw_reason_id id, bool english)
{
    const char *sentence = mw_reason_sentence(id), *said = english ? sentence : _(sentence);
    if (!english && id != MW_REASON_TOLD && said == sentence)
        fail_msg("nobody can translate '%s'", sentence);
    for (size_t i = 0; i < MW_REASON_FIGURES; i++)
        if (places(said, i) != (i < mw_reason_figures(id)))
            fail_msg("'%s' does not hold figure %zu once", said, i + 1);
    mw_reason reason = sample_of(id), back = through_json(&reason);
    assert_int_equal(back.id, id);
    char before[MW_REASON_TEXT], after[MW_REASON_TEXT];
    mw_reason_said(&reason, before);
    assert_string_equal(mw_reason_said(&back, after), before);
    for (size_t i = 0; i < mw_reason_figures(id); i++)
        if (!strstr(before, samples[mw_reason_kind(id, i)].written))
            fail_msg("'%s' does not say figure %zu", before, i + 1);
    if (english)
        assert_string_equal(mw_reason_english(&reason, after), before);
}

static void every_row_is_said_in_every_language_and_comes_back_from_json(void **state)
{
    (void)state;
    const char *const *languages = mw_locale_languages();
    for (size_t l = 0; languages[l]; l++) {
        speak(languages[l]);
        for (mw_reason_id id = MW_REASON_NONE + 1; id < MW_REASONS; id++)
            check_row(id, l == 0);
    }
}

static void every_row_has_an_id_of_its_own(void **state)
{
    (void)state;
    for (mw_reason_id id = MW_REASON_NONE + 1; id < MW_REASONS; id++) {
        const char *name = mw_reason_name(id);
        assert_int_equal(mw_reason_parse(name), id);
        assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-"), strlen(name));
        for (mw_reason_id other = MW_REASON_NONE + 1; other < id; other++)
            assert_string_not_equal(mw_reason_sentence(id), mw_reason_sentence(other));
    }
    assert_int_equal(mw_reason_parse("no-such-reason"), MW_REASON_NONE);
    assert_int_equal(mw_reason_parse(""), MW_REASON_NONE);
    assert_int_equal(mw_reason_parse(NULL), MW_REASON_NONE);
}

static void expect_json(const char *text, mw_reason_id id, const char *said)
{
    char found[MW_REASON_TEXT];
    json_t *json = json_loads(text, JSON_DECODE_ANY, NULL);
    assert_non_null(json);
    assert_int_equal(mw_reason_from_json(json).id, id);
    assert_string_equal(mw_json_said(json, found), said);
    json_decref(json);
}

static void old_recordings_are_shown_as_they_are(void **state)
{
    (void)state;
    speak("zh_CN");
    expect_json("\"no PMU here\"", MW_REASON_TOLD, "no PMU here");
    expect_json("\"only {1} of 40 pairs\"", MW_REASON_TOLD, "only {1} of 40 pairs");
    expect_json("\"\"", MW_REASON_NONE, "");
}

static void what_is_no_reason_says_little_and_breaks_nothing(void **state)
{
    (void)state;
    speak("en");
    static const char *const nothing[] = {
        "null", "7", "[]", "{}", "{\"id\":\"moved\"}", "{\"id\":7,\"figures\":[]}"};
    for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++)
        expect_json(nothing[i], MW_REASON_NONE, "");
    expect_json("{\"id\":\"from-a-newer-program\",\"figures\":[1,2]}", MW_REASON_TOLD,
                "from-a-newer-program");
    expect_json("{\"id\":\"moved\",\"figures\":[]}", MW_REASON_TOLD, "moved");
    expect_json("{\"id\":\"moved\",\"figures\":[\"7\"]}", MW_REASON_TOLD, "moved");
    expect_json("{\"id\":\"not-instrumented\",\"figures\":[7]}", MW_REASON_TOLD,
                "not-instrumented");
    expect_json("{\"id\":\"told\",\"figures\":[\"x\"]}", MW_REASON_TOLD, "told");
    assert_int_equal(mw_reason_from_json(NULL).id, MW_REASON_NONE);
}

static void figures_that_are_not_finite_come_back(void **state)
{
    (void)state;
    speak("en");
    char text[MW_REASON_TEXT];
    mw_reason reason = MW_BECAUSE(WIDE, {.number = INFINITY}, {.number = 1});
    mw_reason back = through_json(&reason);
    assert_string_equal(mw_reason_said(&back, text),
                        "the median is known to ±inf % only, ±1.0 % was wanted");
}

static void a_language_moves_the_figures_and_has_its_words_for_levels(void **state)
{
    (void)state;
    speak("zh_CN");
    char text[MW_REASON_TEXT];
    mw_reason scattered = MW_BECAUSE(SIZES_SCATTER, {.number = 18}, {.number = 69}, {.number = 10});
    assert_string_equal(mw_reason_said(&scattered, text), "69 个工作集中有 18 个的离散超过 10 %");
    mw_reason slower = MW_BECAUSE(LEVEL_SLOWER, {.word = "L2"}, {.number = 26});
    assert_string_equal(mw_reason_said(&slower, text), "L2 比记住的慢 26 %");
    slower = MW_BECAUSE(LEVEL_SLOWER, {.word = "main memory"}, {.number = 26});
    assert_null(strstr(mw_reason_said(&slower, text), "memory"));
    assert_string_equal(mw_level_word("L2"), "L2");
    assert_string_equal(mw_level_word("largest tested"), "测过的最大范围");
}

static void words_that_are_too_long_end_between_characters(void **state)
{
    (void)state;
    speak("en");
    char endless[4 * MW_REASON_TEXT] = "", text[MW_REASON_TEXT];
    for (size_t i = 0; i + 4 < sizeof endless; i += 3)
        memcpy(endless + i, "存", sizeof "存");
    mw_reason reason =
        MW_BECAUSE(NOT_RECORDED, {.word = endless}, {.word = endless}, {.word = endless});
    assert_int_equal((strlen(reason.word[0]) + 1) / 3, MW_REASON_WORD_BYTES / 3);
    assert_int_equal(strlen(reason.word[0]) % 3, 0);
    assert_true(strlen(mw_reason_said(&reason, text)) < MW_REASON_TEXT);
    reason = mw_reason_told(endless);
    assert_int_equal(strlen(reason.told) % 3, 0);
    json_t *json = mw_reason_to_json(&reason);
    assert_non_null(json); /* no half characters, which JSON would not take */
    json_decref(json);
}

static void the_texts_of_a_view_hold_reasons(void **state)
{
    (void)state;
    char place[MW_REASON_PLACE], noisy[MW_REASON_PLACE + 64];
    mw_reason word = MW_BECAUSE(NOT_INSTRUMENTED, {.word = "{{\"}}"}),
              few = mw_reason_of(MW_REASON_KNEE_FEW, NULL), told = mw_reason_told("as it is");
    snprintf(noisy, sizeof noisy, "Noisy: %s. So. {{x}} {1}", mw_reason_place(&few, place));
    json_t *view = json_pack(
        "{s:[{s:s, s:o}], s:{s:o, s:s, s:s, s:s}}", "feedback", "text", noisy, "reason",
        mw_reason_to_json(&few), "more", "reason", mw_reason_to_json(&told), "id", "knee-few",
        "note", mw_reason_place(&word, place), "open", "{{{\"id\":\"knee-few\",\"figures\":[]}");
    assert_string_equal(mw_reason_place(&told, place), "as it is");
    json_t *chinese = json_deep_copy(view);
    speak("en");
    view = mw_view_said(view);
    json_t *wanted =
        json_pack("{s:[{s:s, s:s}], s:{s:s, s:s, s:s, s:s}}", "feedback", "text",
                  "Noisy: too few samples. So. {{x}} {1}", "reason", "too few samples", "more",
                  "reason", "as it is", "id", "knee-few", "note", "{{\"}} is not instrumented",
                  "open", "{{{\"id\":\"knee-few\",\"figures\":[]}");
    assert_true(json_equal(view, wanted));
    speak("zh_CN");
    chinese = mw_view_said(chinese);
    const json_t *feedback = json_array_get(json_object_get(chinese, "feedback"), 0);
    assert_string_equal(json_string_value(json_object_get(feedback, "reason")), "样本太少");
    assert_string_equal(json_string_value(json_object_get(feedback, "text")),
                        "Noisy: 样本太少. So. {{x}} {1}");
    assert_null(mw_view_said(NULL));
    json_decref(view);
    json_decref(chinese);
    json_decref(wanted);
}

static void an_error_says_the_reasons_that_stand_in_it(void **state)
{
    (void)state;
    char place[MW_REASON_PLACE], message[MW_REASON_PLACE + 64], text[MW_REASON_TEXT];
    mw_reason few = mw_reason_of(MW_REASON_KNEE_FEW, NULL);
    snprintf(message, sizeof message, "m: %s.", mw_reason_place(&few, place));
    json_t *error = json_pack("{s:s}", "message", message);
    speak("zh_CN");
    assert_string_equal(mw_reason_of_error(error, text), "m: 样本太少.");
    speak("en");
    assert_string_equal(mw_reason_of_error(error, text), "m: too few samples.");
    json_object_set_new(error, "left_out", json_integer(3));
    assert_non_null(
        strstr(mw_reason_of_error(error, text), "left out: 3; the first because m: too"));
    json_decref(error);
    assert_string_equal(mw_reason_of_error(NULL, text), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_said_in_every_language_and_comes_back_from_json),
        cmocka_unit_test(every_row_has_an_id_of_its_own),
        cmocka_unit_test(old_recordings_are_shown_as_they_are),
        cmocka_unit_test(what_is_no_reason_says_little_and_breaks_nothing),
        cmocka_unit_test(figures_that_are_not_finite_come_back),
        cmocka_unit_test(a_language_moves_the_figures_and_has_its_words_for_levels),
        cmocka_unit_test(words_that_are_too_long_end_between_characters),
        cmocka_unit_test(the_texts_of_a_view_hold_reasons),
        cmocka_unit_test(an_error_says_the_reasons_that_stand_in_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
