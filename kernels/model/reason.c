/* reason.c: the rows of reason.def, and figures put into the places of a sentence. */
#include "model/reason.h"

#include <stdio.h>
#include <string.h>

enum {
    NONE = MW_AS_NONE,
    WHOLE = MW_AS_WHOLE,
    TENTHS = MW_AS_TENTHS,
    HUNDREDTHS = MW_AS_HUNDREDTHS,
    SHORT = MW_AS_SHORT,
    LEVEL = MW_AS_LEVEL,
    WORD = MW_AS_WORD,
    TEXT = MW_AS_TEXT
};

static const struct {
    const char *name, *sentence;
    unsigned char figure[MW_REASON_FIGURES];
} rows[MW_REASONS] = {
    [MW_REASON_NONE] = {"", "", {NONE}},
#define MW_REASON(id, name, english, ...) [MW_REASON_##id] = {name, english, {__VA_ARGS__}},
#include "model/reason.def"
#undef MW_REASON
};

static mw_reason_id known(mw_reason_id id)
{
    return (unsigned)id < MW_REASONS ? id : MW_REASON_NONE;
}

const char *mw_reason_name(mw_reason_id id)
{
    return rows[known(id)].name;
}

const char *mw_reason_sentence(mw_reason_id id)
{
    return rows[known(id)].sentence;
}

mw_reason_figure_kind mw_reason_kind(mw_reason_id id, size_t index)
{
    return index < MW_REASON_FIGURES ? (mw_reason_figure_kind)rows[known(id)].figure[index]
                                     : MW_AS_NONE;
}

size_t mw_reason_figures(mw_reason_id id)
{
    size_t count = 0;
    while (mw_reason_kind(id, count) != MW_AS_NONE)
        count++;
    return count;
}

bool mw_reason_has_number(mw_reason_id id, size_t index)
{
    mw_reason_figure_kind kind = mw_reason_kind(id, index);
    return kind >= MW_AS_WHOLE && kind <= MW_AS_SHORT;
}

mw_reason_id mw_reason_parse(const char *name)
{
    for (unsigned id = MW_REASON_NONE + 1; name && id < MW_REASONS; id++)
        if (strcmp(name, rows[id].name) == 0)
            return (mw_reason_id)id;
    return MW_REASON_NONE;
}

/* The longest beginning of `text` that fits and does not end inside a character. */
static void copy(char *to, size_t size, const char *text)
{
    size_t length = strlen(text);
    if (length >= size) {
        length = size - 1;
        while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
            length--;
    }
    memcpy(to, text, length);
    to[length] = '\0';
}

mw_reason mw_reason_of(mw_reason_id id, const mw_reason_figure *figures)
{
    mw_reason reason = {.id = known(id)};
    for (size_t i = 0; figures && i < mw_reason_figures(id); i++) {
        const char *word = figures[i].word ? figures[i].word : "";
        if (mw_reason_has_number(id, i))
            reason.number[i] = figures[i].number;
        else if (mw_reason_kind(id, i) == MW_AS_TEXT)
            copy(reason.told, sizeof reason.told, word);
        else
            copy(reason.word[i], sizeof reason.word[i], word);
    }
    return reason;
}

mw_reason mw_reason_told(const char *text)
{
    static const mw_reason none;
    return text && *text ? MW_BECAUSE(TOLD, {.word = text}) : none;
}

bool mw_reason_same(const mw_reason *a, const mw_reason *b)
{
    bool same = a->id == b->id;
    for (size_t i = 0; same && i < mw_reason_figures(a->id); i++)
        same = mw_reason_has_number(a->id, i)           ? a->number[i] == b->number[i]
               : mw_reason_kind(a->id, i) == MW_AS_TEXT ? strcmp(a->told, b->told) == 0
                                                        : strcmp(a->word[i], b->word[i]) == 0;
    return same;
}

void mw_places_write(const char *sentence, mw_place_word *word_at, void *context, char *text,
                     size_t size)
{
    size_t used = 0;
    while (*sentence && used + 1 < size) {
        bool place =
            sentence[0] == '{' && sentence[1] >= '1' && sentence[1] <= '9' && sentence[2] == '}';
        const char *word = place ? word_at(context, (size_t)(sentence[1] - '1')) : NULL;
        if (word) {
            copy(text + used, size - used, word);
            used += strlen(text + used);
            sentence += 3;
            continue;
        }
        size_t length = 1;
        while (((unsigned char)sentence[length] & 0xc0) == 0x80)
            length++;
        if (used + length >= size)
            break;
        memcpy(text + used, sentence, length);
        used += length;
        sentence += length;
    }
    text[used] = '\0';
}

typedef struct figures {
    const mw_reason *reason;
    const char *(*level)(const char *name);
    char digits[340]; /* the longest double without decimals has 309 */
} figures;

static const char *write_number(const char *format, double number, figures *f)
{
    snprintf(f->digits, sizeof f->digits, format, number);
    return f->digits;
}

static const char *figure_at(void *context, size_t index)
{
    figures *f = context;
    const char *word = f->reason->word[index < MW_REASON_FIGURES ? index : 0];
    double number = f->reason->number[index < MW_REASON_FIGURES ? index : 0];
    switch (mw_reason_kind(f->reason->id, index)) {
    case MW_AS_WHOLE:
        return write_number("%.0f", number, f);
    case MW_AS_TENTHS:
        return write_number("%.1f", number, f);
    case MW_AS_HUNDREDTHS:
        return write_number("%.2f", number, f);
    case MW_AS_SHORT:
        return write_number("%.3g", number, f);
    case MW_AS_LEVEL:
        return f->level ? f->level(word) : word;
    case MW_AS_WORD:
        return word;
    case MW_AS_TEXT:
        return f->reason->told;
    case MW_AS_NONE:
        break;
    }
    return NULL;
}

const char *mw_reason_write(const mw_reason *reason, const char *sentence,
                            const char *(*level)(const char *name), char text[MW_REASON_TEXT])
{
    figures f = {.reason = reason, .level = level};
    mw_places_write(sentence, figure_at, &f, text, MW_REASON_TEXT);
    return text;
}

const char *mw_reason_english(const mw_reason *reason, char text[MW_REASON_TEXT])
{
    return mw_reason_write(reason, mw_reason_sentence(reason->id), NULL, text);
}
