/* pair.c: one target of the table: its rungs race, and the fastest is measured in turns with its
 * rival. */
#include "labs/bench/pair.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/bench/row.h"
#include "labs/bench/rungs.h"
#include "labs/engine/wire/member.h"
#include "model/number.h"
#include "model/verdict.h"

#define TRIAL_BUDGET 0.15 /* of each rung and round, to find the fastest */
#define TRIAL_NEAR   1.3  /* times the least: such rungs stay in the race beyond the first rounds */
enum { TRIAL_FIRST = 2, TRIAL_ROUNDS = 5, TRIAL_RUNGS = 8 };

/* ---- rows ---- */

static void target_words(const mw_target *target, char *text, size_t size)
{
    bool exact = target->sense == MW_SENSE_COUNTED;
    snprintf(text, size, "%s %.3g %s %s", exact ? "=" : "≥", target->wanted, "of", target->against);
}

static json_t *row_of(const mw_target *target, const mw_number *value, mw_verdict verdict,
                      const char *note)
{
    char words[96];
    target_words(target, words, sizeof words);
    json_t *row = mw_bench_row(target->label, value, words, verdict, note);
    json_object_set_new(row, "wanted", json_real(target->wanted));
    if (target->goal > 0)
        json_object_set_new(row, "goal", json_real(target->goal));
    json_object_set_new(row, "against", json_string(target->against));
    return row;
}

json_t *mw_pair_row(const mw_target *target, const mw_pair_value *value, const char *note)
{
    bool counted = target->sense == MW_SENSE_COUNTED;
    mw_kind kind = counted                              ? MW_COUNTED
                   : target->sense == MW_SENSE_MODELLED ? MW_MODELLED
                                                        : MW_MEASURED;
    mw_number number =
        mw_number_with_spread(value->median, value->low, value->high, MW_UNIT_ONE, kind);
    mw_verdict verdict =
        mw_verdict_of(value->median, value->low, value->high, target->wanted, value->noisy);
    /* What was counted is right or it is not. */
    if (counted && verdict != MW_VERDICT_ABSENT)
        verdict = value->median == target->wanted ? MW_VERDICT_MET : MW_VERDICT_MISSED;
    return row_of(target, &number, verdict, note);
}

json_t *mw_pair_absent(const mw_target *target, mw_reason reason)
{
    mw_number none = mw_number_absent(MW_UNIT_ONE, MW_MEASURED, reason);
    return row_of(target, &none, MW_VERDICT_ABSENT, NULL);
}

/* ---- which rungs, and with what ---- */

/* "m=512 n=512|…": the alternative of that index as an object; NULL beyond the last. */
static json_t *read_args(const char *text, size_t index)
{
    for (; index > 0; index--) {
        text = strchr(text, '|');
        if (!text)
            return NULL;
        text++;
    }
    json_t *args = json_object();
    size_t length = strcspn(text, "|");
    char copy[256];
    snprintf(copy, sizeof copy, "%.*s", (int)length, text);
    char *rest = NULL;
    for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        char *equals = strchr(word, '=');
        if (!equals)
            continue;
        *equals = '\0';
        json_object_set_new(args, word, mw_argument_value(equals + 1));
    }
    return args;
}

static size_t count_alternatives(const char *text)
{
    size_t count = 1;
    for (; (text = strchr(text, '|')); text++)
        count++;
    return count;
}

/* Only what the rung takes: "threads" says nothing to a kernel that has one. */
static json_t *args_for(const mw_pair_setting *setting, const char *kernel, const json_t *args)
{
    json_t *taken = json_object();
    mw_rung_share(setting->kernels, kernel, kernel, args, taken, NULL);
    return taken;
}

/* The least time of a rung in a moment, for what disturbs a run only adds to it. */
static double try_rung(mw_attempt *a, const char *name, const json_t *given)
{
    json_t *args = args_for(a->setting, name, given);
    double budget = a->budget < TRIAL_BUDGET ? a->budget : TRIAL_BUDGET;
    json_t *answer = mw_attempt_ask(a, "measure", mw_attempt_body(a, name, args, budget));
    double seconds = mw_json_number(json_object_get(answer, "seconds"), "min", INFINITY);
    json_decref(answer);
    json_decref(args);
    return seconds;
}

/* All in turn, and those that are near the fastest again: a rung that a neighbour disturbed once
 * must not lose to a slower one. Returns the place of the fastest; `count` when nothing ran. */
static size_t race(mw_attempt *a, char (*rungs)[MW_RUNG_NAME], size_t count, const json_t *args)
{
    double least[TRIAL_RUNGS];
    size_t best = count;
    for (size_t i = 0; i < count; i++)
        least[i] = INFINITY;
    for (size_t round = 0; round < TRIAL_ROUNDS; round++) {
        bool all = round < TRIAL_FIRST || best == count;
        double near = all ? INFINITY : TRIAL_NEAR * least[best];
        for (size_t i = 0; i < count; i++) {
            if (mw_bench_stopped(a->setting->listener))
                return count;
            if (!all && least[i] > near)
                continue;
            least[i] = fmin(least[i], try_rung(a, rungs[i], args));
            if (isfinite(least[i]) && (best == count || least[i] < least[best]))
                best = i;
        }
    }
    return best;
}

/* Which of the rungs are there; if several, they race on the smallest arguments (`over` goes before
 * them), and `best` is the fastest. False with the error when none is there. */
static bool choose(mw_attempt *a, const char *rungs, const char *args_text, const char *over,
                   char best[MW_RUNG_NAME])
{
    char copy[256], known[TRIAL_RUNGS][MW_RUNG_NAME], *rest = NULL;
    size_t count = 0;
    snprintf(copy, sizeof copy, "%s", rungs);
    for (char *name = strtok_r(copy, " ", &rest); name; name = strtok_r(NULL, " ", &rest)) {
        if (mw_rung_find(a->setting->kernels, name) && count < TRIAL_RUNGS)
            snprintf(known[count++], MW_RUNG_NAME, "%s", name);
    }
    if (count == 0) {
        mw_fail(&a->error, MW_UNSUPPORTED, "there is no kernel %.*s here", (int)strcspn(rungs, " "),
                rungs);
        return false;
    }
    snprintf(best, MW_RUNG_NAME, "%s", known[0]);
    if (count == 1)
        return true;
    json_t *smallest = read_args(args_text, count_alternatives(args_text) - 1);
    json_t *own = over ? read_args(over, 0) : NULL;
    json_object_update(smallest, own);
    json_decref(own);
    size_t fastest = race(a, known, count, smallest);
    json_decref(smallest);
    if (fastest < count)
        snprintf(best, MW_RUNG_NAME, "%s", known[fastest]);
    return fastest < count;
}

/* Arguments of the given alternative for both sides. */
static bool set_args(mw_attempt *a, size_t alternative)
{
    json_decref(a->args);
    json_decref(a->rival_args);
    a->args = a->rival_args = NULL;
    json_t *args = read_args(a->target->args, alternative);
    if (!args)
        return false;
    a->args = args_for(a->setting, a->kernel, args);
    json_t *theirs = a->target->rival_args ? read_args(a->target->rival_args, 0) : json_object();
    a->rival_args = theirs;
    bool same = !*a->rival ||
                mw_rung_share(a->setting->kernels, a->kernel, a->rival, args, theirs, &a->error);
    json_decref(args);
    return same;
}

/* From the largest arguments to the smallest that this machine's memory holds. */
static bool measure_largest(mw_attempt *a)
{
    for (size_t i = 0; set_args(a, i); i++) {
        if (mw_attempt_measure(a)) {
            if (i > 0) {
                size_t used = strlen(a->note);
                snprintf(a->note + used, sizeof a->note - used,
                         "; smaller than wanted, for lack of memory");
            }
            return true;
        }
        if (a->error.code != MW_NO_MEMORY)
            return false;
    }
    return false;
}

static bool is_noisy(const mw_attempt *a)
{
    return mw_verdict_of(a->value.median, a->value.low, a->value.high, a->target->wanted,
                         a->value.noisy) == MW_VERDICT_NOISY;
}

/* What was noisy gets a second chance of twice the length; the better of the two is kept. */
static bool measure_well(mw_attempt *a)
{
    if (!measure_largest(a))
        return false;
    if (!is_noisy(a) || a->setting->budget > 0)
        return true;
    mw_attempt first = *a;
    a->budget *= 2;
    bool again = measure_largest(a);
    double before = first.value.high - first.value.low, now = a->value.high - a->value.low;
    if (!again || (is_noisy(a) && before < now)) {
        a->value = first.value;
        memcpy(a->note, first.note, sizeof a->note);
    }
    return again || a->error.code != MW_CANCELLED;
}

json_t *mw_pair_measure(const mw_pair_setting *setting, const mw_target *target)
{
    mw_attempt a = {.setting = setting, .target = target};
    bool rival_is_rung = !strchr(target->rival, ':');
    a.budget = setting->budget > 0 ? setting->budget : target->budget;
    bool good =
        choose(&a, target->kernels, target->args, NULL, a.kernel) &&
        (!rival_is_rung || choose(&a, target->rival, target->args, target->rival_args, a.rival)) &&
        measure_well(&a);
    json_t *row = NULL;
    if (good)
        row = mw_pair_row(target, &a.value, a.note);
    else if (!mw_bench_stopped(setting->listener))
        row = mw_pair_absent(target, *a.error.message ? mw_reason_told(a.error.message)
                                                      : mw_reason_of(MW_REASON_PAIR_NOT_RUN, NULL));
    if (row && good) {
        json_object_set_new(row, "kernel", json_string(a.kernel));
        json_object_set(row, "args", a.args);
        json_object_set_new(row, "rival", json_string(*a.rival ? a.rival : target->rival));
    }
    json_decref(a.args);
    json_decref(a.rival_args);
    return row;
}
