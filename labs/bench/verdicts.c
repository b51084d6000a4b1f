/*
 * verdicts.c: pairs whose ratio is known, measured in blocks by turns on the machine as it is
 * and beside a load of our own; and roofs measured under that load.
 */
#include "labs/bench/verdicts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/bench/load.h"
#include "labs/bench/session.h"
#include "labs/engine/wire/member.h"
#include "labs/engine/wire/verdict.h"
#include "labs/engine/wire/wire.h"
#include "labs/locale/locale.h"

enum {
    BLOCKS = 20, /* quiet and loaded by turns */
    ROOFS = 4,   /* calibrations: quiet and loaded by turns */
    PIECES = ROOFS + BLOCKS,
    CLEAN_LEAST = 20,   /* of each half */
    LOAD_SECONDS = 300, /* the load ends by itself after so long, whatever became of us */
};

#define BUDGET        0.4  /* seconds of samples of one measurement */
#define LOOK_SECONDS  0.2  /* how long a block looks at what others do before it begins */
#define OUTSIDE_MOST  0.10 /* of the CPUs' time: above it a quiet block is none */
#define ROOF_FACTOR   1.5
#define BLOCK_SECONDS 13.0 /* about, for the time left */
#define ROOF_SECONDS  10.0

typedef struct known_pair {
    const char *label, *kernel, *args, *beside_args;
    double truth; /* work of the other side over that of the kernel */
} known_pair;

/* Each against itself and against twice its work. */
#define KNOWN(label, kernel, once, twice)                                                          \
    {label ", itself", kernel, once, once, 1},                                                     \
    {                                                                                              \
        label ", twice", kernel, once, twice, 2                                                    \
    }

static const known_pair pairs[] = {
    KNOWN("gemv/prefetch, 128 KiB", "gemv/prefetch", "{\"m\":128,\"n\":256}",
          "{\"m\":256,\"n\":256}"),
    KNOWN("gemv/prefetch, 128 MiB", "gemv/prefetch", "{\"m\":4096,\"n\":8192}",
          "{\"m\":8192,\"n\":8192}"),
    KNOWN("gemm/tile, 192", "gemm/tile", "{\"m\":192,\"n\":192,\"k\":192}",
          "{\"m\":384,\"n\":192,\"k\":192}"),
    KNOWN("stream/triad, 96 KiB", "stream/triad", "{\"n\":8192}", "{\"n\":16384}"),
    KNOWN("chase/latency, 128 KiB", "chase/latency", "{\"n\":2048,\"steps\":32768}",
          "{\"n\":2048,\"steps\":65536}"),
};

enum { PAIRS = sizeof pairs / sizeof *pairs };

/* ---- measuring ---- */

typedef struct course {
    const mw_suite *suite;
    mw_bench_session *session;
    double begin, spent, total; /* seconds by the table that are behind us, and all */
    char what[64];
    mw_error error;
} course;

static bool show(void *context, double fraction, const char *what, const json_t *partial)
{
    (void)fraction, (void)what;
    const course *c = context;
    char text[128], left[48];
    double stretch = c->spent > 0 ? (mw_bench_now() - c->begin) / c->spent : 1;
    mw_bench_time_left((c->total - c->spent) * stretch, left, sizeof left);
    snprintf(text, sizeof text, "%s: %s", left, c->what);
    (void)partial;
    return mw_bench_tell(c->session, c->total > 0 ? c->spent / c->total : 0, text);
}

static json_t *ask(course *c, const char *name, json_t *body)
{
    json_t *answer = NULL;
    c->error = (mw_error){.code = MW_OK};
    mw_status status =
        mw_host_call(c->session->setting.host, name, body, show, c, &answer, &c->error);
    c->error.code = status;
    return status == MW_OK ? answer : NULL;
}

static json_t *counts_of(const json_t *answer)
{
    const json_t *vs = json_object_get(answer, "vs");
    return json_pack("[O, O, O, O, O, O]", json_object_get(answer, "flops"),
                     json_object_get(answer, "load_bytes"), json_object_get(answer, "store_bytes"),
                     json_object_get(vs, "flops"), json_object_get(vs, "load_bytes"),
                     json_object_get(vs, "store_bytes"));
}

/* One measurement of a pair as a record; NULL with the error. */
static json_t *measure_pair(course *c, const known_pair *pair, bool loaded)
{
    json_t *body = json_pack("{s:s, s:o, s:s, s:o, s:f, s:b, s:i}", "kernel", pair->kernel, "args",
                             json_loads(pair->args, 0, NULL), "vs", pair->kernel, "vs_args",
                             json_loads(pair->beside_args, 0, NULL), "budget", BUDGET, "verify", 0,
                             "model", 0);
    json_t *answer = ask(c, "measure", body);
    if (!answer)
        return NULL;
    const json_t *ratio = json_object_get(answer, "ratio");
    mw_reason reason = mw_reason_from_json(json_object_get(ratio, "reason"));
    json_t *record = json_pack(
        "{s:s, s:f, s:b, s:b, s:O, s:O, s:O, s:o, s:o, s:O, s:O}", "pair", pair->label, "truth",
        pair->truth, "loaded", loaded, "clean", mw_json_has_run_verdict(ratio, MW_RUN_CLEAN),
        "median", json_object_get(ratio, "median"), "low", json_object_get(ratio, "low"), "high",
        json_object_get(ratio, "high"), "counts", counts_of(answer), "reason",
        mw_reason_to_json(&reason), "pairs", json_object_get(ratio, "pairs"), "disturbed_pairs",
        json_object_get(ratio, "disturbed_pairs"));
    if (record) {
        json_object_set(record, "seconds", json_object_get(answer, "seconds"));
        json_object_set(record, "verdict", json_object_get(answer, "verdict"));
    }
    json_decref(answer);
    if (!record)
        mw_fail(&c->error, MW_INTERNAL, "%s gave no ratio", pair->label);
    return record;
}

/* Every pair once: {"outside","records"}; NULL with the error. */
static json_t *measure_block(course *c, bool loaded)
{
    json_t *records = json_array();
    for (size_t i = 0; i < PAIRS; i++) {
        snprintf(c->what, sizeof c->what, "%s: %s", loaded ? _("under load") : _("quiet"),
                 pairs[i].label);
        json_t *record = measure_pair(c, &pairs[i], loaded);
        if (!record) {
            json_decref(records);
            return NULL;
        }
        json_array_append_new(records, record);
        c->spent += BLOCK_SECONDS / PAIRS;
    }
    return records;
}

static json_t *measure_roofs(course *c, bool loaded)
{
    snprintf(c->what, sizeof c->what, "%s: %s", loaded ? _("under load") : _("quiet"), _("roofs"));
    json_t *machine = ask(c, "calibrate", json_object());
    c->spent += ROOF_SECONDS;
    return machine;
}

/* First the roofs, then the blocks; odd ones stand under load. */
static bool is_loaded(int piece)
{
    return piece % 2 == 1;
}

static void piece_name(int piece, char *name, size_t size)
{
    bool roof = piece < ROOFS;
    snprintf(name, size, "%s %d", roof ? "roofs" : "block", roof ? piece : piece - ROOFS);
}

/* Whoever has written the file: a calibration has levels, a block all pairs, each with a ratio. */
static bool is_piece(const json_t *piece, int number)
{
    const json_t *found = json_object_get(piece, "found");
    bool good = json_is_number(json_object_get(piece, "outside"));
    if (number < ROOFS)
        return good && json_is_array(json_object_get(found, "levels"));
    good = good && json_array_size(found) == PAIRS;
    for (size_t i = 0; good && i < PAIRS; i++) {
        const json_t *record = json_array_get(found, i);
        good = strcmp(mw_json_text(record, "pair"), pairs[i].label) == 0 &&
               json_is_number(json_object_get(record, "median")) &&
               json_is_number(json_object_get(record, "low")) &&
               json_is_number(json_object_get(record, "high"));
    }
    return good;
}

/* A piece of the suite from what was kept or from now: {"outside","found"}; NULL with the error. */
static json_t *take_piece(course *c, int number)
{
    char name[32];
    bool loaded = is_loaded(number);
    piece_name(number, name, sizeof name);
    json_t *kept = mw_bench_piece(c->session, c->suite, name);
    if (is_piece(kept, number)) {
        c->total -= number < ROOFS ? ROOF_SECONDS : BLOCK_SECONDS;
        return json_incref(kept);
    }
    double before = mw_bench_load_outside(LOOK_SECONDS);
    mw_bench_load load;
    if (loaded && !mw_bench_load_start(&load, LOAD_SECONDS)) {
        mw_fail(&c->error, MW_UNSUPPORTED, "the processes of the load could not be started");
        return NULL;
    }
    json_t *found = number < ROOFS ? measure_roofs(c, loaded) : measure_block(c, loaded);
    if (loaded)
        mw_bench_load_stop(&load);
    if (!found)
        return NULL;
    double outside = fmax(before, mw_bench_load_outside(LOOK_SECONDS));
    json_t *piece = json_pack("{s:f, s:o}", "outside", outside, "found", found);
    if (piece)
        mw_bench_piece_keep(c->session, c->suite, name, piece);
    return piece;
}

/* ---- rows ---- */

static void add_count(json_t *rows, const char *label, double value, bool good, const char *target,
                      const char *note)
{
    const mw_number number = mw_number_of(value, MW_UNIT_ONE, MW_COUNTED);
    json_array_append_new(rows, mw_bench_row(label, &number, target,
                                             good ? MW_VERDICT_MET : MW_VERDICT_MISSED, note));
}

static void add_half(json_t *rows, const mw_verdicts_half *half, bool loaded)
{
    char note[256];
    snprintf(note, sizeof note, _("of %zu clean ones%s%s; %zu beside the ratio of their work"),
             half->clean, *half->worst ? "; " : "", half->worst, half->untruly);
    add_count(rows, loaded ? N_("wrong verdicts under load") : N_("wrong verdicts, quiet"),
              (double)half->wrong, half->wrong == 0, "0", note);
    snprintf(note, sizeof note, _("of %zu; something else ran in %.0f %% of the pairs of samples"),
             half->count, 100 * half->disturbed_pairs / fmax(half->pairs, 1));
    add_count(rows, loaded ? N_("clean verdicts under load") : N_("clean verdicts, quiet"),
              (double)half->clean, half->clean >= CLEAN_LEAST, N_("at least 20"), note);
}

/* Quiet blocks during which others worked: what they say is not what a quiet machine would. */
static void add_outside(json_t *rows, const json_t *outside)
{
    int disturbed = 0;
    double most = 0, loads[1];
    char note[240];
    size_t i;
    json_t *share;
    json_array_foreach(outside, i, share)
    {
        disturbed += json_number_value(share) > OUTSIDE_MOST;
        most = fmax(most, json_number_value(share));
    }
    const mw_number number = mw_number_of(disturbed, MW_UNIT_ONE, MW_MEASURED);
    bool known = getloadavg(loads, 1) == 1;
    snprintf(note, sizeof note,
             _("of %zu; others took up to %.0f %% of the processors' time; load average %.2g"),
             json_array_size(outside), 100 * most, known ? loads[0] : NAN);
    json_array_append_new(rows, mw_bench_row(N_("quiet blocks that others disturbed"), &number, "0",
                                             disturbed ? MW_VERDICT_NOISY : MW_VERDICT_MET, note));
}

/* `remembered` may be NULL. */
static void add_roofs(json_t *rows, const json_t *roofs, json_t *remembered)
{
    const char *label = N_("largest factor of a roof under load"), *target = N_("at most 1.5");
    char name[160] = "", which[160], note[256];
    double largest = 0;
    int unsure = 0, loaded = 0;
    size_t i;
    json_t *machine, *references = json_array();
    for (i = 0; i < json_array_size(roofs); i += 2)
        if (!json_is_true(json_object_get(json_array_get(roofs, i), "unsure")))
            json_array_append(references, json_array_get(roofs, i));
    if (json_array_size(references) == 0 && remembered)
        json_array_append(references, remembered);
    for (i = 1; i < json_array_size(roofs); i += 2) {
        machine = json_array_get(roofs, i);
        unsure += json_is_true(json_object_get(machine, "unsure"));
        loaded++;
        double factor = mw_verdicts_roof_factor(machine, references, which, sizeof which);
        if (factor > largest) {
            largest = factor;
            snprintf(name, sizeof name, "%s", which);
        }
    }
    json_decref(references);
    if (!(largest > 0)) {
        mw_bench_add_absent(rows, label, MW_UNIT_ONE, target,
                            mw_reason_of(MW_REASON_NO_ROOF_TWICE, NULL));
        return;
    }
    snprintf(note, sizeof note, _("%s%s%d of %d unsure as a whole"), name, *name ? "; " : "",
             unsure, loaded);
    mw_bench_add(rows, label, largest, MW_UNIT_ONE, ROOF_FACTOR, target, note);
}

static json_t *report(const course *c, const json_t *records, const json_t *outside,
                      const json_t *roofs)
{
    json_t *remembered = mw_host_machine_load(c->session->setting.host, NULL);
    json_t *rows = json_array();
    mw_verdicts verdicts;
    mw_verdicts_judge(records, &verdicts);
    add_half(rows, &verdicts.half[0], false);
    add_half(rows, &verdicts.half[1], true);
    add_count(rows, N_("counted figures that differ"), (double)verdicts.differing,
              verdicts.differing == 0, "0", "");
    add_roofs(rows, roofs, remembered);
    json_decref(remembered);
    add_outside(rows, outside);
    return json_pack("{s:s, s:o, s:O}", "suite", c->suite->name, "rows", rows, "records", records);
}

json_t *mw_bench_verdicts(const mw_suite *suite, mw_bench_session *session, mw_error *error)
{
    course c = {.suite = suite,
                .session = session,
                .begin = mw_bench_now(),
                .total = BLOCKS * BLOCK_SECONDS + ROOFS * ROOF_SECONDS};
    json_t *records = json_array(), *outside = json_array(), *roofs = json_array();
    bool good = true;
    for (int i = 0; i < PIECES && good; i++) {
        json_t *piece = take_piece(&c, i);
        good = piece && !mw_bench_stopped(session->setting.listener);
        if (i < ROOFS)
            json_array_append(roofs, json_object_get(piece, "found"));
        else
            json_array_extend(records, json_object_get(piece, "found"));
        if (piece && !is_loaded(i))
            json_array_append(outside, json_object_get(piece, "outside"));
        json_decref(piece);
    }
    mw_bench_settled(session);
    json_t *body = good ? report(&c, records, outside, roofs) : NULL;
    for (int i = 0; i < PIECES && good; i++) {
        char name[32];
        piece_name(i, name, sizeof name);
        mw_bench_piece_drop(session, suite, name);
    }
    if (!good && mw_bench_stopped(session->setting.listener))
        mw_fail(error, MW_CANCELLED, "interrupted");
    else if (!good)
        *error = c.error;
    json_decref(records);
    json_decref(outside);
    json_decref(roofs);
    return body;
}
