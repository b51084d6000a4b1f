/* words.c: a translation for each row, and the marks that go with it. */
#include "labs/locale/words.h"

#include <string.h>

#include "labs/engine/wire/member.h"
#include "labs/locale/locale.h"
#include "labs/locale/reason.h"
#include "model/verdict.h"

const char *mw_kind_word(mw_kind kind)
{
    return _(mw_kind_name(kind));
}

const char *mw_kind_word_of(const char *name)
{
    mw_kind kind;
    return mw_kind_parse(name, &kind) ? mw_kind_word(kind) : name;
}

const char *mw_verdict_word(const char *name)
{
    mw_verdict verdict;
    return mw_verdict_parse(name, &verdict) ? mw_locale_text_in("verdict", name) : name;
}

const char *mw_run_verdict_word(const char *name)
{
    mw_run_verdict verdict;
    return mw_run_verdict_parse(name, &verdict) ? mw_locale_text_in("verdict", name) : name;
}

const char *mw_unsure_mark(bool unsure)
{
    return unsure ? " ?" : "";
}

void mw_mark_append(char *text, size_t size, const char *mark)
{
    size_t used = strlen(text);
    if (used < size)
        snprintf(text + used, size - used, "%s", mark);
}

const char *mw_row_mark(const json_t *row)
{
    mw_row_word word;
    if (!mw_row_word_parse(mw_json_text(row, "verdict"), &word))
        return "";
    return word == MW_ROW_IS_IMPOSSIBLE ? " !" : mw_unsure_mark(word == MW_ROW_IS_UNSURE);
}

const char *mw_count_word(const char *unit)
{
    static const char *const words[] = {N_("elements"), N_("layers"), N_("threads")};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(unit, words[i]) == 0)
            return _(words[i]);
    return strcmp(unit, "1") == 0 ? "" : unit;
}

/* {1} is where bytes come from, {2} where they go. */
static const char *end_of(void *row, size_t place)
{
    static const char *const ends[] = {"from", "to"};
    return place < 2 ? mw_level_word(mw_json_text(row, ends[place])) : NULL;
}

const char *mw_counter_label(const json_t *row, char text[MW_LABEL_TEXT])
{
    const char *id = mw_json_text(row, "id");
    mw_quantity quantity;
    const char *label = mw_quantity_find(id, &quantity) ? mw_quantity_of(quantity)->label : "";
    mw_places_write(*label ? _(label) : id, end_of, (json_t *)row, text, MW_LABEL_TEXT);
    return text;
}

const char *mw_range_said(const json_t *of, mw_unit unit, char text[MW_RANGE_TEXT])
{
    const json_t *low = json_object_get(of, "low"), *high = json_object_get(of, "high");
    char from[40], to[40];
    text[0] = '\0';
    if (!json_is_number(low) || !json_is_number(high))
        return text;
    mw_value_format(json_number_value(low), unit, 4, from, sizeof from);
    mw_value_format(json_number_value(high), unit, 4, to, sizeof to);
    snprintf(text, MW_RANGE_TEXT, _(" (%s to %s)"), from, to);
    return text;
}

void mw_ascii_spread(char *text)
{
    for (char *sign = text; (sign = strstr(sign, "±")) != NULL; sign += 2) {
        sign[0] = '+';
        sign[1] = '-';
    }
    for (char *dash = text; (dash = strstr(dash, "–")) != NULL; dash++) {
        *dash = '-';
        memmove(dash + 1, dash + 3, strlen(dash + 3) + 1);
    }
}
