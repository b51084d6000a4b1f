/* verdict.c: compares an interval with a target, and spells verdicts as in words.def. */
#include "model/verdict.h"

#include <math.h>
#include <string.h>

mw_verdict mw_verdict_of(double median, double low, double high, double target, bool noisy)
{
    if (!isfinite(median) || !isfinite(low) || !isfinite(high) || !(low <= median) ||
        !(median <= high))
        return MW_VERDICT_ABSENT;
    if (low >= target)
        return MW_VERDICT_MET; /* a disturbance makes no kernel faster */
    if (noisy)
        return MW_VERDICT_NOISY;
    return median >= target ? MW_VERDICT_MET
           : high >= target ? MW_VERDICT_CLOSE
                            : MW_VERDICT_MISSED;
}

#define NC_(context, text) text
static const char *const names[] = {
#define MW_TARGET_VERDICT(ID, name) [MW_VERDICT_##ID] = name,
#include "model/words.def"
};
static const char *const run_names[] = {
#define MW_RUN_VERDICT(ID, name) [MW_RUN_##ID] = name,
#include "model/words.def"
};
static const char *const row_names[] = {
#define MW_ROW_VERDICT(ID, name) [MW_ROW_IS_##ID] = name,
#include "model/words.def"
};
enum {
    NAMES = sizeof names / sizeof *names,
    RUN_NAMES = sizeof run_names / sizeof *run_names,
    ROW_NAMES = sizeof row_names / sizeof *row_names
};

/* The place of a word in a list, or -1. */
static int place_of(const char *word, const char *const *list, int count)
{
    for (int i = 0; word && i < count; i++) {
        if (strcmp(word, list[i]) == 0)
            return i;
    }
    return -1;
}

const char *mw_verdict_name(mw_verdict verdict)
{
    return names[verdict];
}

bool mw_verdict_parse(const char *name, mw_verdict *verdict)
{
    int place = place_of(name, names, NAMES);
    if (place >= 0)
        *verdict = (mw_verdict)place;
    return place >= 0;
}

const char *mw_run_verdict_name(mw_run_verdict verdict)
{
    return run_names[verdict];
}

bool mw_run_verdict_parse(const char *name, mw_run_verdict *verdict)
{
    int place = place_of(name, run_names, RUN_NAMES);
    if (place >= 0)
        *verdict = (mw_run_verdict)place;
    return place >= 0;
}

const char *mw_row_word_name(mw_row_word word)
{
    return row_names[word];
}

bool mw_row_word_parse(const char *name, mw_row_word *word)
{
    int place = place_of(name, row_names, ROW_NAMES);
    if (place >= 0)
        *word = (mw_row_word)place;
    return place >= 0;
}
