/*
 * words.h: the words of model/words.def and model/quantity.def in the interface's language.
 */
#ifndef MW_LABS_WORDS_H
#define MW_LABS_WORDS_H

#include <jansson.h>

#include "model/number.h"
#include "model/quantity.h"

enum { MW_LABEL_TEXT = 96, MW_RANGE_TEXT = 96 };

/* "counted"; and by its name in JSON. A name that is not known stays as it is. */
const char *mw_kind_word(mw_kind kind);
const char *mw_kind_word_of(const char *name);

/* By their names in JSON: "missed", of a target; "noisy", of a measurement, a ratio, a machine. */
const char *mw_verdict_word(const char *name);
const char *mw_run_verdict_word(const char *name);

/* What stands behind the roof of a machine's row: " !" where others contradict it, " ?" where it is
 * unsure, else "". */
const char *mw_row_mark(const json_t *row);
/* The same behind what is worked out from such roofs. */
const char *mw_unsure_mark(bool unsure);
/* Puts either behind a text, as far as it has room. */
void mw_mark_append(char *text, size_t size, const char *mark);

/* What a parameter of a kernel or a control counts, behind its value: "elements"; "" for plain
 * numbers, units as they are. */
const char *mw_count_word(const char *unit);

/* What stands before a row of a view's counters, by the row's id: "bytes loaded", "bytes, L1 to
 * L2". A row that is not known is called by its id. Returns `text`. */
const char *mw_counter_label(const json_t *row, char text[MW_LABEL_TEXT]);

/* " (0.125 to 64 FLOP/B)": the range of a field of a view, or of an axis of it, with `low` and
 * `high` in base units; "" where it has none. Returns `text`. */
const char *mw_range_said(const json_t *of, mw_unit unit, char text[MW_RANGE_TEXT]);

/* "±" as "+-" and "–" as "-", for where only ASCII can be drawn. */
void mw_ascii_spread(char *text);

#endif
