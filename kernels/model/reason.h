/*
 * reason.h: why a number is absent, what disturbed a run, why an instrument refuses.
 *
 * A reason is an id and its figures; the sentence stands once, in reason.def, and is translated by
 * the catalogues of the front end. The wire and recordings carry ids and figures
 * (labs/engine/wire/wire.h), so that nobody has to take a sentence apart.
 */
#ifndef MW_MODEL_REASON_H
#define MW_MODEL_REASON_H

#include <stdbool.h>
#include <stddef.h>

typedef enum mw_reason_id {
    MW_REASON_NONE = 0, /* there is no reason: nothing is absent, nothing disturbed */
#define MW_REASON(id, name, english, ...) MW_REASON_##id,
#include "model/reason.def"
#undef MW_REASON
    MW_REASONS
} mw_reason_id;

/* How a figure is written. */
typedef enum mw_reason_figure_kind {
    MW_AS_NONE = 0,   /* the row has no such figure */
    MW_AS_WHOLE,      /* a number without decimals */
    MW_AS_TENTHS,     /* with one */
    MW_AS_HUNDREDTHS, /* with two */
    MW_AS_SHORT,      /* three significant digits */
    MW_AS_LEVEL,      /* the name of a memory level, which a language may have a word for */
    MW_AS_WORD,       /* a name or a word, the same in every language */
    MW_AS_TEXT        /* words of others, longer */
} mw_reason_figure_kind;

/* A figure as it is given: a number, or a word (borrowed, cut to what a reason holds). */
typedef struct mw_reason_figure {
    double number;
    const char *word;
} mw_reason_figure;

enum {
    MW_REASON_FIGURES = 3,      /* at most, of one reason */
    MW_REASON_WORD_BYTES = 128, /* of a word, with its final 0 */
    MW_REASON_TOLD_BYTES = 320,
    MW_REASON_TEXT = 448 /* room for every sentence with its figures, in every language */
};

/* Owns all that is in it; a zeroed one is no reason. */
typedef struct mw_reason {
    mw_reason_id id;
    double number[MW_REASON_FIGURES];
    union { /* a row with MW_AS_TEXT has no other figure */
        char word[MW_REASON_FIGURES][MW_REASON_WORD_BYTES];
        char told[MW_REASON_TOLD_BYTES];
    };
} mw_reason;

/* `figures` may be NULL for a row without any; else there is one for each {} of the row. */
mw_reason mw_reason_of(mw_reason_id id, const mw_reason_figure *figures);

/* MW_BECAUSE(SWITCHED, {.number = 35}): a row that does not exist does not compile. */
#define MW_BECAUSE(id, ...)                                                                        \
    mw_reason_of(MW_REASON_##id, (const mw_reason_figure[MW_REASON_FIGURES]){__VA_ARGS__})

/* Words of others; no reason when `text` is NULL or empty. */
mw_reason mw_reason_told(const char *text);

static inline bool mw_reason_is(const mw_reason *reason)
{
    return reason->id != MW_REASON_NONE;
}

/* Whether both give the same row with the same figures. */
bool mw_reason_same(const mw_reason *a, const mw_reason *b);

/* Of a row: its id on the wire, its English sentence, how many figures it has, and the kind of the
 * one at `index` from 0. "" and MW_AS_NONE for no row. */
const char *mw_reason_name(mw_reason_id id);
const char *mw_reason_sentence(mw_reason_id id);
size_t mw_reason_figures(mw_reason_id id);
mw_reason_figure_kind mw_reason_kind(mw_reason_id id, size_t index);
bool mw_reason_has_number(mw_reason_id id, size_t index); /* else a word stands there */

/* Back from the id on the wire; MW_REASON_NONE for one that is not known. */
mw_reason_id mw_reason_parse(const char *name);

/*
 * A sentence in which words stand at the places {1} to {9}, counted from 0; a place for which there
 * is NULL stays as it is. What does not fit into `size` bytes is cut between characters.
 */
typedef const char *mw_place_word(void *context, size_t place);
void mw_places_write(const char *sentence, mw_place_word *word_at, void *context, char *text,
                     size_t size);

/*
 * The reason in words: `sentence` is that of its row in any language, where the figures may stand
 * in another order, and `level` gives a level's name in it (NULL: as it is). What does not fit
 * into MW_REASON_TEXT bytes is cut between characters. Returns `text`.
 */
const char *mw_reason_write(const mw_reason *reason, const char *sentence,
                            const char *(*level)(const char *name), char text[MW_REASON_TEXT]);

/* In English; "" for none. Returns `text`. */
const char *mw_reason_english(const mw_reason *reason, char text[MW_REASON_TEXT]);

#endif
