#include "tui/commands/bench_pair.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/number.h"
#include "model/verdict.h"
#include "tui/commands/arguments.h"
#include "tui/commands/bench.h"
#include "tui/commands/bench_peers.h"
#include "tui/commands/bound.h"
#include "tui/commands/console.h"
#include "tui/commands/rungs.h"

enum { LIKWID_PAIRS = 7, NAME_SIZE = 64 };

#define MODEL_SECONDS 60.0 /* that a simulation may take */
#define TRIAL_BUDGET  0.15 /* of each rung, to find the fastest */
#define LIKWID_SPREAD 0.10 /* between the pairs, above which they say nothing */

/* One target on its way. */
typedef struct attempt {
    const mw_pair_setting *setting;
    const mw_target *target;
    char kernel[NAME_SIZE], rival[NAME_SIZE];
    json_t *args, *rival_args;
    double budget;
    mw_pair_value value;
    char note[320];
    mw_error error;
} attempt;

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
    json_t *row = mw_bench_row(target->label, value, words, mw_verdict_name(verdict), note);
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

json_t *mw_pair_absent(const mw_target *target, const char *reason)
{
    mw_number none = mw_number_absent(MW_UNIT_ONE, MW_MEASURED, reason);
    return row_of(target, &none, MW_VERDICT_ABSENT, reason);
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

mw_pair_value mw_pair_median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, ascending);
    double median = count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
    return (mw_pair_value){median, values[0], values[count - 1], false};
}

/* ---- requests ---- */

static bool go_on(void *context, double fraction, const char *what, const json_t *partial)
{
    (void)context, (void)fraction, (void)what, (void)partial;
    return !mw_console_interrupted();
}

/* The answer, or NULL with the error; steals `body`. */
static json_t *ask(attempt *a, const char *name, json_t *body)
{
    json_t *answer = NULL;
    a->error = (mw_error){.code = MW_OK};
    mw_status status = mw_host_call(a->setting->host, name, body, go_on, NULL, &answer, &a->error);
    if (status == MW_OK)
        return answer;
    a->error.code = status;
    return NULL;
}

static json_t *measure_body(const char *kernel, json_t *args, double budget)
{
    return json_pack("{s:s, s:O, s:f, s:b}", "kernel", kernel, "args", args, "budget", budget,
                     "verify", 0);
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
    mw_rung_share(setting->kernels, kernel, args, taken);
    return taken;
}

/* Whether several of the rungs are there; if so, each is tried for a moment on the smallest
 * arguments and `best` is the fastest. False with the error when none is there. */
static bool choose(attempt *a, const char *rungs, const char *args_text, char best[NAME_SIZE])
{
    char copy[256], *rest = NULL;
    double least = INFINITY;
    size_t known = 0;
    snprintf(copy, sizeof copy, "%s", rungs);
    *best = '\0';
    for (char *name = strtok_r(copy, " ", &rest); name; name = strtok_r(NULL, " ", &rest)) {
        if (!mw_rung_find(a->setting->kernels, name))
            continue;
        if (known++ == 0)
            snprintf(best, NAME_SIZE, "%s", name);
    }
    if (known == 0) {
        mw_fail(&a->error, MW_UNSUPPORTED, "there is no kernel %.*s here", (int)strcspn(rungs, " "),
                rungs);
        return false;
    }
    if (known == 1)
        return true;
    json_t *smallest = read_args(args_text, count_alternatives(args_text) - 1);
    snprintf(copy, sizeof copy, "%s", rungs);
    for (char *name = strtok_r(copy, " ", &rest); name; name = strtok_r(NULL, " ", &rest)) {
        if (!mw_rung_find(a->setting->kernels, name) || mw_console_interrupted())
            continue;
        json_t *args = args_for(a->setting, name, smallest);
        double budget = a->budget < TRIAL_BUDGET ? a->budget : TRIAL_BUDGET;
        json_t *answer = ask(a, "measure", measure_body(name, args, budget));
        double seconds = mw_json_number(json_object_get(answer, "seconds"), "median", INFINITY);
        if (seconds < least) {
            least = seconds;
            snprintf(best, NAME_SIZE, "%s", name);
        }
        json_decref(answer);
        json_decref(args);
    }
    json_decref(smallest);
    return !mw_console_interrupted() && isfinite(least);
}

/* ---- the pairs ---- */

static void tell(const attempt *a, const json_t *side, char *text, size_t size)
{
    double median = mw_json_number(json_object_get(side, "seconds"), "median", 0);
    double bytes = mw_json_number(side, "load_bytes", 0) + mw_json_number(side, "store_bytes", 0);
    switch (a->target->telling) {
    case MW_TELL_FLOPS:
        mw_value_format(1e9 * mw_json_number(side, "gflops", 0), MW_UNIT_FLOP_PER_SECOND, 4, text,
                        size);
        return;
    case MW_TELL_BYTES:
        if (a->target->sense == MW_SENSE_COUNTED)
            mw_value_format(bytes, MW_UNIT_BYTE, 4, text, size);
        else
            mw_value_format(1e9 * mw_json_number(side, "gbytes_per_second", 0),
                            MW_UNIT_BYTE_PER_SECOND, 4, text, size);
        return;
    case MW_TELL_SECONDS:
        mw_value_format(median, MW_UNIT_SECOND, 4, text, size);
        return;
    }
}

static void note_sides(attempt *a, const char *kernel_rate, const char *rival, const char *rate,
                       const char *why_noisy)
{
    snprintf(a->note, sizeof a->note, "%s %s; %s %s%s%s", a->kernel, kernel_rate, rival, rate,
             *why_noisy ? "; " : "", why_noisy);
}

static const char *why_noisy(const json_t *side)
{
    return mw_json_text(json_object_get(side, "reasons"), "verdict");
}

static double program_bytes(const json_t *side)
{
    return mw_json_number(side, "load_bytes", 0) + mw_json_number(side, "store_bytes", 0);
}

/* What the roofline of the remembered machine says of our side: max(FLOP/peak, bytes/roof). */
static void note_model(attempt *a, const json_t *side)
{
    json_t *machine = mw_host_machine_load(a->setting->host, NULL);
    const char *dtype = mw_json_text(json_object_get(side, "args"), "dtype");
    double bytes = mw_json_number(side, "compulsory_bytes", 0);
    mw_roofs roofs;
    if (machine && mw_roofs_find(machine, bytes, *dtype ? dtype : "f32", false, &roofs)) {
        double seconds =
            fmax(mw_json_number(side, "flops", 0) / roofs.compute, bytes / roofs.memory);
        char text[48];
        size_t used = strlen(a->note);
        mw_value_format(seconds, MW_UNIT_SECOND, 3, text, sizeof text);
        snprintf(a->note + used, sizeof a->note - used, "; the roofs allow %s", text);
    }
    json_decref(machine);
}

/* Another kernel, interleaved. */
static bool pair_kernels(attempt *a)
{
    json_t *body = measure_body(a->kernel, a->args, a->budget);
    json_object_set_new(body, "vs", json_string(a->rival));
    json_object_set(body, "vs_args", a->rival_args);
    json_t *answer = ask(a, "measure", body);
    if (!answer)
        return false;
    const json_t *ratio = json_object_get(answer, "ratio"), *vs = json_object_get(answer, "vs");
    double scale = 1;
    if (a->target->sense == MW_SENSE_RATE)
        scale = mw_json_number(answer, "compulsory_bytes", 0) /
                mw_json_number(vs, "compulsory_bytes", 0);
    a->value = (mw_pair_value){
        .median = scale * mw_json_number(ratio, "median", NAN),
        .low = scale * mw_json_number(ratio, "low", NAN),
        .high = scale * mw_json_number(ratio, "high", NAN),
        /* A wide interval of the times says nothing here: that of the ratio is what counts. */
        .noisy = json_is_true(json_object_get(answer, "disturbed")) ||
                 json_is_true(json_object_get(vs, "disturbed")),
    };
    if (a->target->sense == MW_SENSE_COUNTED) {
        double quotient = program_bytes(vs) / program_bytes(answer);
        a->value = (mw_pair_value){quotient, quotient, quotient, false};
    }
    char ours[48], theirs[48];
    tell(a, answer, ours, sizeof ours);
    tell(a, vs, theirs, sizeof theirs);
    const char *why = !a->value.noisy ? "" : *why_noisy(answer) ? why_noisy(answer) : why_noisy(vs);
    note_sides(a, ours, a->rival, theirs, why);
    if (a->target->telling == MW_TELL_SECONDS)
        note_model(a, answer);
    json_decref(answer);
    return true;
}

/* A roof of this machine, measured beside by the worker. */
static bool pair_roof(attempt *a, const char *roof)
{
    json_t *body = measure_body(a->kernel, a->args, a->budget);
    json_object_set_new(body, "suite", json_string("roof"));
    json_object_set_new(body, "roof", json_string(roof));
    json_t *answer = ask(a, "bench", body);
    if (!answer)
        return false;
    mw_number ratio, rate, above;
    bool read = mw_number_from_json(json_object_get(answer, "ratio"), &ratio) &&
                mw_number_from_json(json_object_get(answer, "rate"), &rate) &&
                mw_number_from_json(json_object_get(answer, "roof_rate"), &above);
    if (read) {
        a->value = (mw_pair_value){ratio.value, ratio.low, ratio.high,
                                   strcmp(mw_json_text(answer, "verdict"), "noisy") == 0};
        char ours[48], theirs[48];
        mw_value_format(rate.value, rate.unit, 4, ours, sizeof ours);
        mw_value_format(above.value, above.unit, 4, theirs, sizeof theirs);
        note_sides(a, ours, a->target->against, theirs, mw_json_text(answer, "reason"));
    } else {
        mw_fail(&a->error, MW_PROTOCOL, "the worker's answer has no rates");
    }
    json_decref(answer);
    return read;
}

/* likwid's name for the widest vectors that the kernels use. */
static const char *vector_suffix(const json_t *kernels)
{
    size_t i;
    json_t *kernel;
    json_array_foreach(json_object_get(kernels, "kernels"), i, kernel)
    {
        const char *isa = mw_json_text(kernel, "isa");
        if (strcmp(isa, "avx512") == 0)
            return "_avx512";
        if (strcmp(isa, "avx2") == 0)
            return "_avx";
    }
    return "";
}

/* Another program cannot be interleaved sample by sample: a short measurement of ours, then its
 * own, several times over. Both sides count program bytes. */
static bool pair_likwid(attempt *a, const char *test)
{
    char name[64];
    double ratios[LIKWID_PAIRS], ours_sum = 0, theirs_sum = 0;
    if (!mw_console_installed("likwid-bench")) {
        mw_fail(&a->error, MW_UNSUPPORTED, "likwid-bench is not installed (package likwid)");
        return false;
    }
    snprintf(name, sizeof name, "%s%s", test, vector_suffix(a->setting->kernels));
    for (int i = 0; i < LIKWID_PAIRS; i++) {
        json_t *answer =
            ask(a, "measure", measure_body(a->kernel, a->args, a->budget / LIKWID_PAIRS));
        if (!answer)
            return false;
        double bytes = program_bytes(answer);
        double ours = bytes / mw_json_number(json_object_get(answer, "seconds"), "median", 0);
        json_decref(answer);
        double theirs = mw_likwid_rate(name, bytes, MW_LIKWID_BYTES);
        if (mw_console_interrupted() || !(theirs > 0)) {
            mw_fail(&a->error, mw_console_interrupted() ? MW_CANCELLED : MW_UNSUPPORTED,
                    "likwid-bench does not run %s here", name);
            return false;
        }
        ratios[i] = ours / theirs;
        ours_sum += ours / LIKWID_PAIRS;
        theirs_sum += theirs / LIKWID_PAIRS;
    }
    a->value = mw_pair_median(ratios, LIKWID_PAIRS);
    a->value.noisy = a->value.high - a->value.low > LIKWID_SPREAD * a->value.median;
    char ours[48], theirs[48];
    mw_value_format(ours_sum, MW_UNIT_BYTE_PER_SECOND, 4, ours, sizeof ours);
    mw_value_format(theirs_sum, MW_UNIT_BYTE_PER_SECOND, 4, theirs, sizeof theirs);
    note_sides(a, ours, name, theirs, a->value.noisy ? "the pairs differ" : "");
    return true;
}

/* Bytes over the link to memory by the cache simulator, in this machine's caches; negative with the
 * error. */
static double modelled_bytes(attempt *a, const char *kernel, json_t *args, bool *sampled)
{
    json_t *body = json_pack("{s:s, s:O, s:b, s:f}", "kernel", kernel, "args", args, "classify", 0,
                             "within", MODEL_SECONDS);
    json_t *machine = mw_host_machine_load(a->setting->host, NULL);
    if (machine)
        json_object_set_new(body, "machine", machine);
    json_t *answer = ask(a, "model", body);
    const json_t *levels = json_object_get(answer, "levels");
    const json_t *last = json_array_get(levels, json_array_size(levels) - 1);
    double bytes = mw_json_number(json_object_get(last, "link"), "bytes", -1);
    *sampled = *sampled || json_is_true(json_object_get(answer, "sampled"));
    json_decref(answer);
    return bytes;
}

static bool pair_modelled(attempt *a)
{
    bool sampled = false;
    double ours = modelled_bytes(a, a->kernel, a->args, &sampled);
    double theirs = ours > 0 ? modelled_bytes(a, a->rival, a->rival_args, &sampled) : -1;
    if (!(ours > 0) || !(theirs > 0))
        return false;
    a->value = (mw_pair_value){theirs / ours, theirs / ours, theirs / ours, false};
    char mine[48], other[48];
    mw_value_format(ours, MW_UNIT_BYTE, 4, mine, sizeof mine);
    mw_value_format(theirs, MW_UNIT_BYTE, 4, other, sizeof other);
    note_sides(a, mine, a->rival, other, sampled ? "sampled" : "");
    return true;
}

static bool measure_once(attempt *a)
{
    const char *rival = a->target->rival;
    if (a->target->sense == MW_SENSE_MODELLED)
        return pair_modelled(a);
    if (strncmp(rival, "roof:", 5) == 0)
        return pair_roof(a, rival + 5);
    if (strncmp(rival, "likwid:", 7) == 0)
        return pair_likwid(a, rival + 7);
    return pair_kernels(a);
}

/* Arguments of the given alternative for both sides. */
static bool set_args(attempt *a, size_t alternative)
{
    json_decref(a->args);
    json_decref(a->rival_args);
    a->args = a->rival_args = NULL;
    json_t *args = read_args(a->target->args, alternative);
    if (!args)
        return false;
    a->args = args_for(a->setting, a->kernel, args);
    json_t *theirs = a->target->rival_args ? read_args(a->target->rival_args, 0) : json_object();
    if (*a->rival)
        mw_rung_share(a->setting->kernels, a->rival, args, theirs);
    a->rival_args = theirs;
    json_decref(args);
    return true;
}

/* From the largest arguments to the smallest that this machine's memory holds. */
static bool measure_largest(attempt *a)
{
    for (size_t i = 0; set_args(a, i); i++) {
        if (measure_once(a)) {
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

static bool is_noisy(const attempt *a)
{
    return mw_verdict_of(a->value.median, a->value.low, a->value.high, a->target->wanted,
                         a->value.noisy) == MW_VERDICT_NOISY;
}

/* What was noisy gets a second chance of twice the length; the better of the two is kept. */
static bool measure_well(attempt *a)
{
    if (!measure_largest(a))
        return false;
    if (!is_noisy(a) || a->setting->budget > 0)
        return true;
    attempt first = *a;
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
    attempt a = {.setting = setting, .target = target};
    bool rival_is_rung = !strchr(target->rival, ':');
    a.budget = setting->budget > 0 ? setting->budget : target->budget;
    mw_console_catch_interrupt();
    bool good = choose(&a, target->kernels, target->args, a.kernel) &&
                (!rival_is_rung || choose(&a, target->rival, target->args, a.rival)) &&
                measure_well(&a);
    json_t *row = NULL;
    if (good)
        row = mw_pair_row(target, &a.value, a.note);
    else if (!mw_console_interrupted())
        row = mw_pair_absent(target, *a.error.message ? a.error.message : "it could not be run");
    if (row && good) {
        json_object_set_new(row, "kernel", json_string(a.kernel));
        json_object_set(row, "args", a.args);
        json_object_set_new(row, "rival", json_string(*a.rival ? a.rival : target->rival));
    }
    json_decref(a.args);
    json_decref(a.rival_args);
    return row;
}
