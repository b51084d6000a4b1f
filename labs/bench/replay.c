/*
 * replay.c: how long a student waits for what was recorded: a lab that is opened again, and
 * one recorded input against the same input while somebody looks.
 */
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "labs/bench/session.h"
#include "labs/engine/wire/member.h"
#include "labs/locale/locale.h"
#include "labs/locale/reason.h"

enum {
    OPENED = 500,    /* recorded inputs of a lab that is opened */
    REPLAYED = 2000, /* and of a long one */
    DRAWN = 200,     /* inputs that are answered by a view each */
    ROUNDS = 9,
    PATIENCE_MS = 30000
};

static const char lab_name[] = "gemv-gemm";

/* The next view, the caller's; NULL when none comes. */
static json_t *wait_view(mw_host *host)
{
    const double end = mw_bench_now() + PATIENCE_MS * 1e-3;
    json_t *view = NULL;
    while (!view && mw_bench_now() < end) {
        struct pollfd fds[MW_HOST_FDS];
        int timeout = 1000;
        size_t count = mw_host_fds(host, fds, MW_HOST_FDS, &timeout);
        poll(fds, (nfds_t)count, timeout);
        mw_host_pump(host);
        mw_host_event event;
        while (mw_host_next(host, &event)) {
            if (event.kind == MW_HOST_VIEW && !view)
                view = json_incref(mw_view_said(event.body));
            json_decref(event.body);
        }
    }
    return view;
}

static json_t *go_to(const json_t *steps, size_t i)
{
    const json_t *step = json_array_get(steps, i % json_array_size(steps));
    return json_pack("{s:s, s:s}", "e", "goto", "step", mw_json_text(step, "id"));
}

/* `count` records: the machine, then steps looked at one after another. */
static json_t *make_transcript(const json_t *steps, const json_t *machine, size_t count)
{
    json_t *records = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *event = i ? go_to(steps, i)
                          : json_pack("{s:s, s:O}", "e", "machine", "machine", (json_t *)machine);
        json_array_append_new(records,
                              json_pack("{s:I, s:o}", "seq", (json_int_t)i + 1, "event", event));
    }
    return records;
}

/* Opens the lab on these records and waits for its view, whose steps are the caller's; seconds or a
 * negative number. */
static double open_on(mw_host *host, const char *dir, const json_t *transcript, json_t **steps)
{
    mw_error error;
    const mw_lab_options options = {
        .dir = dir, .locale = "en", .seed = "bench", .replay_only = true, .transcript = transcript};
    double begin = mw_bench_now();
    json_t *view = mw_host_lab_open(host, &options, &error) != MW_OK ? NULL : wait_view(host);
    double seconds = view ? mw_bench_now() - begin : -1;
    if (steps)
        *steps = json_incref(json_object_get(view, "steps"));
    json_decref(view);
    return seconds;
}

static double draw(mw_host *host, const json_t *steps)
{
    double begin = mw_bench_now();
    for (size_t i = 0; i < DRAWN; i++) {
        mw_error error;
        /* The first step is the only one that waits for nothing. */
        json_t *view =
            mw_host_input(host, go_to(steps, 0), &error) != MW_OK ? NULL : wait_view(host);
        if (!view)
            return -1;
        json_decref(view);
    }
    return (mw_bench_now() - begin) / DRAWN;
}

/* Everything that a student waits for: a worker starts, and takes all of it. */
static bool measure_opening(const char *dir, const json_t *transcript, double *median)
{
    double seconds[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        mw_error error;
        mw_paths paths;
        mw_host *host = NULL;
        const mw_host_options options = {.paths = &paths};
        if (mw_paths_find(&paths, &error) != MW_OK ||
            mw_host_open(&host, &options, &error) != MW_OK)
            return false;
        seconds[i] = open_on(host, dir, transcript, NULL);
        mw_host_close(host);
        if (seconds[i] < 0)
            return false;
    }
    qsort(seconds, ROUNDS, sizeof *seconds, mw_bench_by_size);
    *median = seconds[ROUNDS / 2];
    return true;
}

/* In turns, so that what else runs here slows both. */
static bool measure_replay(mw_host *host, const char *dir, const json_t *steps,
                           const json_t *machine, double ratios[ROUNDS])
{
    json_t *one = make_transcript(steps, machine, 1);
    json_t *many = make_transcript(steps, machine, REPLAYED + 1);
    bool good = true;
    for (int i = 0; good && i < ROUNDS; i++) {
        double empty = open_on(host, dir, one, NULL);
        double drawn = draw(host, steps);
        double full = open_on(host, dir, many, NULL);
        good = empty > 0 && drawn > 0 && full > empty;
        if (good)
            ratios[i] = drawn / ((full - empty) / REPLAYED);
    }
    json_decref(one);
    json_decref(many);
    if (good)
        qsort(ratios, ROUNDS, sizeof *ratios, mw_bench_by_size);
    return good;
}

static json_t *absent_row(const char *label, mw_unit unit, const char *target)
{
    return mw_bench_absent(label, unit, target, mw_reason_of(MW_REASON_LAB_CLOSED, NULL));
}

static json_t *opening_row(const char *dir, const json_t *transcript)
{
    const char *label = N_("opening a lab of 500 recorded inputs"), *target = "<= 300 ms";
    double median;
    if (!measure_opening(dir, transcript, &median))
        return absent_row(label, MW_UNIT_SECOND, target);
    mw_number value = mw_number_of(median, MW_UNIT_SECOND, MW_MEASURED);
    return mw_bench_row(label, &value, target, median <= 0.3 ? MW_VERDICT_MET : MW_VERDICT_MISSED,
                        "with the start of its worker");
}

static json_t *replay_row(mw_host *host, const char *dir, const json_t *steps,
                          const json_t *machine)
{
    const char *label = N_("an input that is drawn, against one that is replayed");
    const char *target = N_("at least 5");
    double ratios[ROUNDS];
    if (!measure_replay(host, dir, steps, machine, ratios))
        return absent_row(label, MW_UNIT_ONE, target);
    double low = ratios[1], high = ratios[ROUNDS - 2];
    mw_number value =
        mw_number_with_spread(ratios[ROUNDS / 2], low, high, MW_UNIT_ONE, MW_MEASURED);
    return mw_bench_row(label, &value, target,
                        low >= 5   ? MW_VERDICT_MET
                        : high < 5 ? MW_VERDICT_MISSED
                                   : MW_VERDICT_NOISY,
                        "2000 records between two openings");
}

json_t *mw_bench_replay(const mw_suite *suite, mw_bench_session *session, mw_error *error)
{
    mw_host *host = session->setting.host;
    char dir[4096];
    if (mw_host_find_lab(host, lab_name, dir, sizeof dir, error) != MW_OK)
        return NULL;
    json_t *machine = mw_host_machine_nominal(host), *steps = NULL;
    json_t *first = make_transcript(NULL, machine, 1);
    json_t *rows = json_array();
    open_on(host, dir, first, &steps);
    json_t *transcript = make_transcript(steps, machine, OPENED);
    json_array_append_new(rows, opening_row(dir, transcript));
    json_array_append_new(rows, replay_row(host, dir, steps, machine));
    mw_host_lab_close(host);
    json_decref(transcript);
    json_decref(first);
    json_decref(steps);
    json_decref(machine);
    return json_pack("{s:s, s:o}", "suite", suite->name, "rows", rows);
}
