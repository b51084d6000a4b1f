/*
 * words.h: the words of model/words.def and model/quantity.def in the interface's language.
 */
#ifndef MW_TUI_WORDS_H
#define MW_TUI_WORDS_H

#include "model/number.h"

/* "counted"; and by its name in JSON. A name that is not known stays as it is. */
const char *mw_kind_word(mw_kind kind);
const char *mw_kind_word_of(const char *name);

/* By their names in JSON: "missed", of a target; "noisy", of a measurement, a ratio, a machine. */
const char *mw_verdict_word(const char *name);
const char *mw_run_verdict_word(const char *name);

#endif
