/* rival.c: both sides of one pair, measured once. */
#include "labs/bench/rival.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "labs/bench/bound.h"
#include "labs/bench/peers.h"
#include "labs/engine/wire/member.h"
#include "labs/engine/wire/verdict.h"
#include "labs/engine/wire/wire.h"
#include "labs/locale/locale.h"
#include "labs/locale/reason.h"
#include "model/number.h"

enum { LIKWID_PAIRS = 7 };

#define MODEL_SECONDS 60.0 /* that a simulation may take */
#define LIKWID_SPREAD 0.10 /* between the pairs, above which they say nothing */

/* What the row is about stands there already. */
static bool go_on(void *context, double fraction, const char *what, const json_t *partial)
{
    const mw_attempt *a = context;
    (void)fraction, (void)what, (void)partial;
    return !mw_bench_stopped(a->setting->listener);
}

json_t *mw_attempt_ask(mw_attempt *a, const char *name, json_t *body)
{
    json_t *answer = NULL;
    a->error = (mw_error){.code = MW_OK};
    mw_status status = mw_host_call(a->setting->host, name, body, go_on, a, &answer, &a->error);
    if (status == MW_OK)
        return answer;
    a->error.code = status;
    return NULL;
}

json_t *mw_attempt_body(const mw_attempt *a, const char *kernel, json_t *args, double budget)
{
    return json_pack("{s:s, s:O, s:f, s:b, s:i, s:O*}", "kernel", kernel, "args", args, "budget",
                     budget, "verify", 0, "model", 0, "machine", a->setting->machine);
}

static void tell(const mw_attempt *a, const json_t *side, char *text, size_t size)
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

static void note_sides(mw_attempt *a, const char *kernel_rate, const char *rival, const char *rate,
                       const char *why_noisy)
{
    snprintf(a->note, sizeof a->note, "%s %s; %s %s%s%.300s", a->kernel, kernel_rate, rival, rate,
             *why_noisy ? "; " : "", why_noisy);
}

static double program_bytes(const json_t *side)
{
    return mw_json_number(side, "load_bytes", 0) + mw_json_number(side, "store_bytes", 0);
}

/* What the roofline of the remembered machine says of our side. */
static void note_model(mw_attempt *a, const json_t *side, const json_t *beside)
{
    mw_measured_run run;
    mw_measured_run_read(a->setting->machine, side, beside, &run);
    double seconds = mw_roofs_seconds(&run.roofs, &run.work);
    if (!isnan(seconds)) {
        char text[48];
        size_t used = strlen(a->note);
        mw_value_format(seconds, MW_UNIT_SECOND, 3, text, sizeof text);
        snprintf(a->note + used, sizeof a->note - used, _("; the roofs allow %s"), text);
    }
}

/* "gemm/openblas (OpenBLAS 0.3.21, Haswell kernels)": a rival is what it is built of. */
static void name_rival(const mw_attempt *a, const json_t *vs, char *text, size_t size)
{
    const char *library = mw_json_text(vs, "library");
    if (*library)
        snprintf(text, size, "%s (%.80s)", a->rival, library);
    else
        snprintf(text, size, "%s", a->rival);
}

/* Another kernel, interleaved. */
static bool pair_kernels(mw_attempt *a)
{
    json_t *body = mw_attempt_body(a, a->kernel, a->args, a->budget);
    json_object_set_new(body, "vs", json_string(a->rival));
    json_object_set(body, "vs_args", a->rival_args);
    json_t *answer = mw_attempt_ask(a, "measure", body);
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
        /* A wide interval is held against the target: only what spoils it makes it noisy. */
        .noisy = json_is_true(json_object_get(ratio, "disturbed")),
    };
    if (a->target->sense == MW_SENSE_COUNTED) {
        double quotient = program_bytes(vs) / program_bytes(answer);
        a->value = (mw_pair_value){quotient, quotient, quotient, false};
    }
    char ours[48], theirs[48];
    tell(a, answer, ours, sizeof ours);
    tell(a, vs, theirs, sizeof theirs);
    char why[MW_REASON_TEXT];
    mw_json_said(a->value.noisy ? json_object_get(ratio, "reason") : NULL, why);
    char rival[160];
    name_rival(a, vs, rival, sizeof rival);
    note_sides(a, ours, rival, theirs, why);
    if (a->target->telling == MW_TELL_SECONDS)
        note_model(a, answer, vs);
    json_decref(answer);
    return true;
}

/* A roof of this machine, measured beside by the worker. */
static bool pair_roof(mw_attempt *a, const char *roof)
{
    json_t *body = mw_attempt_body(a, a->kernel, a->args, a->budget);
    json_object_set_new(body, "suite", json_string("roof"));
    json_object_set_new(body, "roof", json_string(roof));
    json_t *answer = mw_attempt_ask(a, "bench", body);
    if (!answer)
        return false;
    mw_number ratio, rate, above;
    bool read = mw_number_from_json(json_object_get(answer, "ratio"), &ratio) &&
                mw_number_from_json(json_object_get(answer, "rate"), &rate) &&
                mw_number_from_json(json_object_get(answer, "roof_rate"), &above);
    if (read) {
        a->value = (mw_pair_value){ratio.value, ratio.low, ratio.high,
                                   mw_json_has_run_verdict(answer, MW_RUN_NOISY)};
        char ours[48], theirs[48], why[MW_REASON_TEXT];
        mw_value_format(rate.value, rate.unit, 4, ours, sizeof ours);
        mw_value_format(above.value, above.unit, 4, theirs, sizeof theirs);
        note_sides(a, ours, a->target->against, theirs,
                   mw_json_said(json_object_get(answer, "reason"), why));
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
static bool pair_likwid(mw_attempt *a, const char *test)
{
    char name[64];
    double ratios[LIKWID_PAIRS], ours_sum = 0, theirs_sum = 0;
    if (!mw_likwid_installed()) {
        mw_fail(&a->error, MW_UNSUPPORTED, "likwid-bench is not installed (package likwid)");
        return false;
    }
    snprintf(name, sizeof name, "%s%s", test, vector_suffix(a->setting->kernels));
    for (int i = 0; i < LIKWID_PAIRS; i++) {
        json_t *answer = mw_attempt_ask(
            a, "measure", mw_attempt_body(a, a->kernel, a->args, a->budget / LIKWID_PAIRS));
        if (!answer)
            return false;
        double bytes = program_bytes(answer);
        double ours = bytes / mw_json_number(json_object_get(answer, "seconds"), "median", 0);
        json_decref(answer);
        double theirs = mw_likwid_rate(name, bytes, MW_LIKWID_BYTES);
        if (mw_bench_stopped(a->setting->listener) || !(theirs > 0)) {
            mw_fail(&a->error,
                    mw_bench_stopped(a->setting->listener) ? MW_CANCELLED : MW_UNSUPPORTED,
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
    note_sides(a, ours, name, theirs, a->value.noisy ? _("the pairs differ") : "");
    return true;
}

/* Bytes over the link to memory by the cache simulator, in this machine's caches; negative with the
 * error. */
static double modelled_bytes(mw_attempt *a, const char *kernel, json_t *args, bool *sampled)
{
    json_t *body =
        json_pack("{s:s, s:O, s:b, s:f, s:O*}", "kernel", kernel, "args", args, "classify", 0,
                  "within", MODEL_SECONDS, "machine", a->setting->machine);
    json_t *answer = mw_attempt_ask(a, "model", body);
    const json_t *levels = json_object_get(answer, "levels");
    const json_t *last = json_array_get(levels, json_array_size(levels) - 1);
    double bytes = mw_json_number(json_object_get(last, "link"), "bytes", -1);
    *sampled = *sampled || json_is_true(json_object_get(answer, "sampled"));
    json_decref(answer);
    return bytes;
}

static bool pair_modelled(mw_attempt *a)
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
    note_sides(a, mine, a->rival, other, sampled ? _("sampled") : "");
    return true;
}

bool mw_attempt_measure(mw_attempt *a)
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
