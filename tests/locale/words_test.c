/* Every row of model/words.def and model/quantity.def, in every language that we speak, and through
 * JSON and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "labs/engine/wire/quantity.h"
#include "labs/engine/wire/wire.h"
#include "labs/locale/locale.h"
#include "labs/locale/words.h"
#include "model/verdict.h"
#include "tui/grid/grid.h"

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

/* Places in another order are as good. */
static void expect_same_places(const char *english_text, const char *said)
{
    for (char place[] = "{1}"; place[1] <= '9'; place[1]++)
        assert_int_equal(!strstr(english_text, place), !strstr(said, place));
}

/* A text of a row; NULL and "" are no texts. A unit is spelled the same everywhere. */
static void expect_text(const char *language, const char *text, mw_unit unit)
{
    if (!text || !*text)
        return;
    const char *said = _(text);
    if (strcmp(text, mw_unit_name(unit)) == 0)
        assert_true(*said);
    else
        expect_word(language, text, said);
    expect_same_places(text, said);
}

/* Half of what 80 columns leave to the numbers. */
enum { LABEL_CELLS = 19 };

static void every_quantity_has_its_texts_in_every_language(void **state)
{
    (void)state;
    for (const char *const *language = mw_locale_languages(); *language; language++) {
        mw_locale_init(*language);
        for (int i = 0; i < MW_QUANTITIES; i++) {
            const mw_quantity_row *row = mw_quantity_of((mw_quantity)i);
            bool shown = row->place == MW_OF_RUN || row->place == MW_OF_COUNTERS;
            mw_quantity found;
            char label[MW_LABEL_TEXT], id[64];
            assert_true(*row->name && *row->doc && shown == !!*row->label);
            assert_true(shown || row->rank == 0);
            assert_true(mw_quantity_find(row->name, &found) && (int)found == i);
            snprintf(id, sizeof id, "%s:2", row->name);
            assert_true(mw_quantity_find(id, &found) && (int)found == i);
            expect_text(*language, row->label, row->unit);
            expect_text(*language, row->heading, row->unit);
            expect_text(*language, row->note, row->unit);
            json_t *json = json_pack("{s:s, s:s, s:s}", "id", id, "from", "L2", "to", "LLC");
            mw_counter_label(json, label);
            assert_null(strchr(label, '{'));
            assert_true(!shown || (*label && strcmp(label, id) != 0));
            if (shown && mw_text_width(label) > LABEL_CELLS)
                fail_msg("%s: '%s' has no room on 80 columns", *language, label);
            assert_true(i != MW_QUANTITY_LINK || (strstr(label, "L2") && strstr(label, "LLC")));
            json_decref(json);
        }
    }
    mw_quantity none;
    assert_false(mw_quantity_find(NULL, &none) || mw_quantity_find("", &none) ||
                 mw_quantity_find("flop", &none) || mw_quantity_find("flopsy:1", &none));
    json_t *json = json_pack("{s:s}", "id", "unheard");
    char label[MW_LABEL_TEXT];
    assert_string_equal(mw_counter_label(json, label), "unheard");
    json_decref(json);
}

static void expect_label(const char *id, const char *label)
{
    char text[MW_LABEL_TEXT];
    json_t *row = json_pack("{s:s}", "id", id);
    assert_string_equal(mw_counter_label(row, text), label);
    json_decref(row);
}

/* The one is no quotient of the other: its label must not say so. */
static void the_part_of_a_roof_is_said_to_be_one_of_pairs(void **state)
{
    (void)state;
    mw_locale_init("en");
    expect_label("roof", "best roof beside");
    expect_label("reached", "part, try by try");
}

static json_t *measurement(void)
{
    return json_pack("{s:{}, s:{}}", "kinds", "reasons");
}

static void every_quantity_of_a_measurement_comes_back_from_json(void **state)
{
    (void)state;
    static const double values[] = {0, 1, 2147483648.0, 0.1875, 3e17};
    for (int i = 0; i < MW_QUANTITIES; i++) {
        const mw_quantity quantity = (mw_quantity)i;
        const mw_quantity_row *row = mw_quantity_of(quantity);
        mw_number got,
            sent = mw_number_absent(row->unit, MW_MODELLED, mw_reason_of(MW_REASON_NO_PMU, NULL));
        json_t *json = measurement();
        assert_false(mw_quantity_from_json(json, quantity, &got));
        if (!row->member) {
            json_decref(json);
            continue;
        }
        mw_quantity_to_json(json, quantity, &sent);
        assert_true(json_is_null(json_object_get(json, row->member)));
        assert_true(mw_quantity_from_json(json, quantity, &got));
        assert_true(got.absent && got.kind == MW_MODELLED && got.unit == row->unit);
        assert_int_equal(got.reason.id, MW_REASON_NO_PMU);
        json_decref(json);
        for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
            json = measurement();
            sent = mw_number_of(values[v], row->unit, row->kind);
            mw_quantity_to_json(json, quantity, &sent);
            char *text = json_dumps(json, JSON_SORT_KEYS);
            json_decref(json);
            json = json_loads(text, 0, NULL);
            assert_true(mw_quantity_from_json(json, quantity, &got));
            assert_false(got.absent);
            assert_true(got.value >= values[v] * (1 - 1e-15) &&
                        got.value <= values[v] * (1 + 1e-15));
            assert_true(got.kind == row->kind && got.unit == row->unit);
            free(text);
            json_decref(json);
        }
        json = measurement();
        json_object_set_new(json, row->member, json_string("many"));
        assert_false(mw_quantity_from_json(json, quantity, &got));
        json_decref(json);
    }
}

/* FLOP and bytes are whole in JSON, a rate stands in 10^9, a time keeps its interval. */
static void a_number_stands_in_json_as_its_row_says(void **state)
{
    (void)state;
    json_t *json = measurement();
    mw_number flops = mw_number_of(4096, MW_UNIT_FLOP, MW_COUNTED), got,
              rate = mw_number_of(2e9, MW_UNIT_FLOP_PER_SECOND, MW_MEASURED),
              time = mw_number_with_spread(2, 1, 3, MW_UNIT_SECOND, MW_MEASURED);
    mw_quantity_to_json(json, MW_QUANTITY_FLOPS, &flops);
    mw_quantity_to_json(json, MW_QUANTITY_RATE, &rate);
    mw_quantity_to_json(json, MW_QUANTITY_SECONDS, &time);
    assert_true(json_is_integer(json_object_get(json, "flops")));
    assert_true(json_real_value(json_object_get(json, "gflops")) == 2);
    assert_true(mw_quantity_from_json(json, MW_QUANTITY_SECONDS, &got));
    assert_true(got.value == 2 && got.low == 1 && got.high == 3);
    json_decref(json);
}

/* What moves while a kernel runs is read from the field that the row names. */
static void live_quantities_are_those_of_the_counter_block(void **state)
{
    (void)state;
    const mw_counters counters = {
        .run = 9, .flops = 11, .load_bytes = 22, .store_bytes = 33, .kernel_ns = 2000000000};
    static const struct {
        mw_quantity quantity;
        double now;
    } expected[] = {{MW_QUANTITY_FLOPS, 11},
                    {MW_QUANTITY_LOAD_BYTES, 22},
                    {MW_QUANTITY_STORE_BYTES, 33},
                    {MW_QUANTITY_SECONDS, 2}};
    mw_number number;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        assert_true(mw_quantity_live(expected[i].quantity, &counters, &number));
        assert_true(number.value == expected[i].now && !number.absent);
        assert_int_equal(number.kind, mw_quantity_of(expected[i].quantity)->kind);
    }
    assert_false(mw_quantity_live(MW_QUANTITY_BYTES, &counters, &number));
}

static void the_row_of_a_roof_has_a_mark_where_it_cannot_be_trusted(void **state)
{
    (void)state;
    static const struct {
        const char *row, *mark;
    } cases[] = {{"{\"verdict\":\"good\"}", ""},
                 {"{\"verdict\":\"unsure\"}", " ?"},
                 {"{\"verdict\":\"impossible\"}", " !"},
                 {"{\"verdict\":\"else\"}", ""},
                 {"{}", ""}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *row = json_loads(cases[i].row, 0, NULL);
        assert_string_equal(mw_row_mark(row), cases[i].mark);
        json_decref(row);
    }
}

/* An id that no quantity has is shown as it is, with the places that it names. */
static void a_label_keeps_the_places_for_which_it_has_no_word(void **state)
{
    (void)state;
    char text[MW_LABEL_TEXT];
    json_t *row = json_pack("{s:s, s:s, s:s}", "id", "{1} {2} {3} {x} {", "from", "L1", "to", "L2");
    assert_string_equal(mw_counter_label(row, text), "L1 L2 {3} {x} {");
    json_decref(row);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_has_a_word_and_comes_back_from_json),
        cmocka_unit_test(every_verdict_has_a_word_and_is_read_back),
        cmocka_unit_test(a_word_is_translated_in_its_context),
        cmocka_unit_test(every_quantity_has_its_texts_in_every_language),
        cmocka_unit_test(the_part_of_a_roof_is_said_to_be_one_of_pairs),
        cmocka_unit_test(every_quantity_of_a_measurement_comes_back_from_json),
        cmocka_unit_test(a_number_stands_in_json_as_its_row_says),
        cmocka_unit_test(live_quantities_are_those_of_the_counter_block),
        cmocka_unit_test(the_row_of_a_roof_has_a_mark_where_it_cannot_be_trusted),
        cmocka_unit_test(a_label_keeps_the_places_for_which_it_has_no_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
