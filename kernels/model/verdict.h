/*
 * verdict.h: whether a measured value reaches its target, judged by its median and the 95 %
 * interval of that median. Speed is never judged by one number.
 */
#ifndef MW_MODEL_VERDICT_H
#define MW_MODEL_VERDICT_H

#include <stdbool.h>

/* Of a value and its target; words.def says what each means. */
typedef enum mw_verdict {
#define MW_TARGET_VERDICT(ID, name) MW_VERDICT_##ID,
#include "model/words.def"
} mw_verdict;

/* Of a measurement, a ratio or a machine. */
typedef enum mw_run_verdict {
#define MW_RUN_VERDICT(ID, name) MW_RUN_##ID,
#include "model/words.def"
} mw_run_verdict;

/* Of the roof in a row of a machine; what one means more closely, machine/calibration.h knows. */
typedef enum mw_row_word {
#define MW_ROW_VERDICT(ID, name) MW_ROW_IS_##ID,
#include "model/words.def"
} mw_row_word;

/* More is better. What is no number, or an interval that does not hold its median, is absent. */
mw_verdict mw_verdict_of(double median, double low, double high, double target, bool noisy);

/* "met", "close", …; "clean", "noisy", "nominal"; "good", "unsure", "impossible". The _parse
 * functions return false for an unknown word, and for NULL. */
const char *mw_verdict_name(mw_verdict verdict);
bool mw_verdict_parse(const char *name, mw_verdict *verdict);
const char *mw_run_verdict_name(mw_run_verdict verdict);
bool mw_run_verdict_parse(const char *name, mw_run_verdict *verdict);
const char *mw_row_word_name(mw_row_word word);
bool mw_row_word_parse(const char *name, mw_row_word *word);

#endif
