/* model.c: reads caches and limits, guesses the time by a probe, simulates, reports. */
#include "labs/engine/worker/model.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cachesim/curve.h"
#include "labs/engine/worker/report.h"
#include "machine/caches.h"

/* Seconds: what a model may take unless it is said, at most, and how long its speed is measured. */
static const double within_preset = 60, within_most = 24 * 3600, probe_seconds = 0.1;

/* --- the request ---------------------------------------------------------------------------- */

static mw_status read_caches(const json_t *list, mw_model_order *order, mw_error *error)
{
    size_t index;
    json_t *each;
    if (!json_is_array(list) || json_array_size(list) > MW_CACHE_LEVELS)
        return mw_fail(error, MW_INVALID, "\"caches\" is a list of 1 to %d caches",
                       MW_CACHE_LEVELS);
    json_array_foreach(list, index, each)
    {
        const char *name = json_string_value(json_object_get(each, "name"));
        json_int_t number[3];
        static const char *const keys[] = {"bytes", "ways", "line"};
        for (int i = 0; i < 3; i++) {
            const json_t *value = json_object_get(each, keys[i]);
            number[i] = json_integer_value(value);
            if (!name || !json_is_integer(value) || number[i] < 0)
                return mw_fail(error, MW_INVALID,
                               "a cache is {\"name\",\"bytes\",\"ways\",\"line\"}: a word and "
                               "three whole numbers");
        }
        mw_status status = mw_cache_shape(&order->levels[index], name, (uint64_t)number[0],
                                          (uint64_t)number[1], (uint64_t)number[2], error);
        if (status != MW_OK)
            return status;
    }
    order->count = json_array_size(list);
    order->source = "given";
    return MW_OK;
}

void mw_model_caches(const json_t *machine, mw_cache_geometry *levels, size_t *count,
                     const char **source)
{
    mw_calibration calibration;
    bool known = machine && !json_is_null(machine) &&
                 mw_report_machine_read(machine, &calibration, NULL) == MW_OK;
    *count = mw_caches_effective(known ? &calibration : NULL, levels, source);
}

/* Cachegrind has two levels: the first and the last of what there is. */
static void simulate_own_caches(mw_model_order *order)
{
    memcpy(order->levels, order->own, sizeof order->levels);
    order->count = order->own_count;
    order->source = order->own_source;
    if (order->mode == MW_CACHE_CACHEGRIND && order->count > 2) {
        order->levels[1] = order->levels[order->count - 1];
        order->count = 2;
    }
}

static mw_status read_mode(const json_t *value, mw_cache_mode *mode, mw_error *error)
{
    const char *word = value ? json_string_value(value) : "write-back";
    if (word && strcmp(word, "write-back") == 0)
        *mode = MW_CACHE_WRITE_BACK;
    else if (word && strcmp(word, "cachegrind") == 0)
        *mode = MW_CACHE_CACHEGRIND;
    else
        return mw_fail(error, MW_INVALID, "mode '%.32s' is unknown: write-back or cachegrind",
                       word ? word : "");
    return MW_OK;
}

/* What nobody has chosen is what can be modelled. */
static void one_thread(const json_t *args, mw_model_order *order)
{
    int threads = mw_param_index(order->kernel, "threads");
    if (threads >= 0 && !json_object_get(args, "threads"))
        order->args.value[threads] = 1;
}

mw_status mw_model_read(const json_t *request, mw_model_order *order, mw_error *error)
{
    memset(order, 0, sizeof *order);
    const json_t *caches = json_object_get(request, "caches");
    const json_t *within = json_object_get(request, "within");
    const json_t *args = json_object_get(request, "args");
    mw_status status = mw_report_request(json_string_value(json_object_get(request, "kernel")),
                                         args, &order->kernel, &order->args, error);
    if (status == MW_OK)
        one_thread(args, order);
    if (status == MW_OK)
        status = mw_model_allowed(order->kernel, &order->args, error);
    if (status == MW_OK)
        status = read_mode(json_object_get(request, "mode"), &order->mode, error);
    mw_model_caches(json_object_get(request, "machine"), order->own, &order->own_count,
                    &order->own_source);
    if (status == MW_OK && caches)
        status = read_caches(caches, order, error);
    else if (status == MW_OK)
        simulate_own_caches(order);
    if (status == MW_OK)
        status = mw_cache_check(order->levels, order->count, error);
    if (status != MW_OK)
        return status;
    order->curve = json_is_true(json_object_get(request, "curve"));
    order->classify = !json_is_false(json_object_get(request, "classify"));
    order->whole = json_is_true(json_object_get(request, "whole"));
    order->within = within ? json_number_value(within) : within_preset;
    if (!(order->within > 0 && order->within <= within_most))
        return mw_fail(error, MW_INVALID, "within is %g s: above 0 and up to %g s are allowed",
                       order->within, within_most);
    return MW_OK;
}

/* --- how long it would take ------------------------------------------------------------------- */

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* What the simulation itself has taken: what else runs just now would make a guess from a moment
 * several times too long. */
static double seconds_of_thread(void)
{
    struct timespec spent;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
    return (double)spent.tv_sec + 1e-9 * (double)spent.tv_nsec;
}

typedef struct watch {
    mw_ledger *ledger;
    mw_model_progress *progress;
    void *context;
    const char *what;
    double begin, told;
    double probe;         /* seconds of simulation after which to stop; 0: never */
    double since, before; /* seconds of the thread when first asked, and what was done by then */
    double rate;          /* fractions per second */
} watch;

static bool look_up(void *context, double fraction)
{
    const double tell_every = 0.1;
    watch *w = context;
    double now = seconds_now();
    if (w->probe > 0 && fraction > 0) {
        double spent = seconds_of_thread();
        if (!(w->since > 0)) {
            w->since = spent;
            w->before = fraction;
        } else if (spent - w->since > w->probe) {
            w->rate = (fraction - w->before) / (spent - w->since);
            return false;
        }
    }
    if (w->progress && now - w->told > tell_every) {
        w->told = now;
        w->progress(w->context, fraction, w->what);
    }
    return mw_ledger_poll(w->ledger);
}

static void span_text(double seconds, char *text, size_t size)
{
    if (seconds < 120)
        snprintf(text, size, "%.0f s", ceil(seconds));
    else if (seconds < 7200)
        snprintf(text, size, "%.0f min", ceil(seconds / 60));
    else if (seconds < 72 * 3600.0)
        snprintf(text, size, "%.0f h", ceil(seconds / 3600));
    else
        snprintf(text, size, "%.3g days", seconds / 86400);
}

static mw_traffic_options options_of(const mw_model_order *order, watch *w)
{
    return (mw_traffic_options){.mode = order->mode,
                                .classify = order->classify,
                                .references = order->whole ? UINT64_MAX : 0,
                                .progress = look_up,
                                .context = w};
}

/* Simulates for a moment and says in how many seconds all would be done: 0 when it was done. */
static mw_status probe(const mw_model_order *order, mw_ledger *ledger, double seconds,
                       double *needed, mw_error *error)
{
    watch w = {.ledger = ledger, .probe = seconds};
    mw_traffic_options options = options_of(order, &w);
    mw_traffic traffic;
    *needed = 0;
    mw_status status = mw_model_traffic(order->kernel, &order->args, order->levels, order->count,
                                        &options, &traffic, error);
    if (status != MW_CANCELLED || mw_ledger_cancelled(ledger))
        return status; /* over already, or truly cancelled */
    *needed = w.rate > 0 ? 1 / w.rate : INFINITY;
    return MW_OK;
}

/* Refuses what would take longer than is allowed. Simulated caches are slow while they are empty:
 * what a short look finds a few times too long is looked at for longer. */
static mw_status check_time(const mw_model_order *order, const mw_traffic_plan *plan,
                            mw_ledger *ledger, mw_error *error)
{
    const double fast = 1e7; /* references that are simulated before anybody looks up */
    if (plan->simulated < fast)
        return MW_OK;
    double needed;
    mw_status status = probe(order, ledger, probe_seconds, &needed, error);
    double longer = order->within / 20 < 2 ? order->within / 20 : 2;
    if (status == MW_OK && needed > order->within && needed < 5 * order->within &&
        longer > probe_seconds)
        status = probe(order, ledger, longer, &needed, error);
    if (status != MW_OK || needed <= order->within)
        return status;
    char text[32], sample[64] = "";
    span_text(needed, text, sizeof text);
    if (plan->sampled)
        snprintf(sample, sizeof sample, " even for a sample of %.2g %%",
                 100 * plan->simulated / plan->references);
    return mw_fail(error, MW_INVALID,
                   "%s/%s: the trace has %.2g references and would take about %s%s: choose smaller "
                   "sizes, %sor allow the time with --within SECONDS",
                   order->kernel->family, order->kernel->variant, plan->references, text, sample,
                   order->classify ? "leave out the kinds of misses (--totals), " : "");
}

/* --- the answer ------------------------------------------------------------------------------- */

/* Whole numbers stay whole. */
static json_t *count_json(double value)
{
    return value < 9e15 ? json_integer((json_int_t)llround(value)) : json_real(value);
}

static json_t *pair_json(const double *pair)
{
    return json_pack("{s:o, s:o}", "read", count_json(pair[0]), "write", count_json(pair[1]));
}

static json_t *kinds_json(const mw_traffic_level *level, mw_miss miss)
{
    const double pair[2] = {level->kinds[0][miss], level->kinds[1][miss]};
    return pair_json(pair);
}

static json_t *level_json(const mw_traffic *traffic, size_t i, const mw_model_order *order)
{
    const mw_traffic_level *level = &traffic->level[i];
    const mw_cache_geometry *g = &level->geometry;
    json_t *json = json_pack("{s:s, s:I, s:I, s:I, s:I, s:o, s:o, s:o}", "name", g->name, "bytes",
                             (json_int_t)mw_cache_bytes(g), "ways", (json_int_t)g->ways, "line",
                             (json_int_t)g->line, "sets", (json_int_t)g->sets, "accesses",
                             pair_json(level->accesses), "misses", pair_json(level->misses),
                             "fills", count_json(level->fills));
    if (order->classify)
        json_object_set_new(json, "kinds",
                            json_pack("{s:o, s:o, s:o}", "compulsory",
                                      kinds_json(level, MW_MISS_COMPULSORY), "capacity",
                                      kinds_json(level, MW_MISS_CAPACITY), "conflict",
                                      kinds_json(level, MW_MISS_CONFLICT)));
    if (order->mode == MW_CACHE_CACHEGRIND)
        return json;
    json_object_set_new(json, "write_backs", count_json(level->write_backs));
    const char *below = i + 1 < traffic->levels ? traffic->level[i + 1].geometry.name : "memory";
    json_object_set_new(
        json, "link", json_pack("{s:s, s:o}", "to", below, "bytes", count_json(level->link_bytes)));
    return json;
}

static json_t *traffic_json(const mw_model_order *order, const mw_traffic *traffic)
{
    char name[128];
    snprintf(name, sizeof name, "%s/%s", order->kernel->family, order->kernel->variant);
    json_t *levels = json_array();
    for (size_t i = 0; i < traffic->levels; i++)
        json_array_append_new(levels, level_json(traffic, i, order));
    json_t *json = json_pack(
        "{s:s, s:o, s:s, s:s, s:s, s:b, s:o, s:o, s:o, s:o, s:o, s:o}", "kernel", name, "args",
        mw_report_args(order->kernel, &order->args), "mode",
        order->mode == MW_CACHE_CACHEGRIND ? "cachegrind" : "write-back", "kind", "modelled",
        "caches", order->source, "sampled", traffic->sampled, "references",
        count_json(traffic->references), "simulated_references", count_json(traffic->simulated),
        "program_bytes", count_json(traffic->program_bytes), "compulsory_bytes",
        count_json((double)order->kernel->compulsory_bytes(order->kernel, &order->args)),
        "nt_bytes", count_json(traffic->nt_bytes), "levels", levels);
    json_object_set_new(json, "chosen", mw_report_chosen(order->kernel, &order->args));
    return json;
}

/* --- the curve -------------------------------------------------------------------------------- */

typedef struct curve_watch {
    watch *watch;
    double planned;
} curve_watch;

static bool curve_poll(void *context, uint64_t references)
{
    curve_watch *c = context;
    return look_up(c->watch, fmin(1, (double)references / c->planned));
}

/* Four sizes to the octave, from one line to where only first touches are missed. */
static json_t *curve_json(const mw_curve *curve, uint32_t line)
{
    json_t *points = json_array();
    double references = (double)mw_curve_references(curve);
    uint64_t most = mw_curve_lines(curve), last = 0;
    for (int quarter = 0; last < most; quarter++) {
        uint64_t lines = (uint64_t)llround(exp2(quarter / 4.0));
        lines = lines < most ? lines : most;
        if (lines == last)
            continue;
        last = lines;
        json_array_append_new(points,
                              json_pack("[I, f]", (json_int_t)(lines * line),
                                        (double)mw_curve_misses(curve, lines) / references));
    }
    return json_pack("{s:I, s:o, s:o, s:o}", "line", (json_int_t)line, "references",
                     count_json(references), "compulsory", count_json((double)most), "points",
                     points);
}

static mw_status run_curve(const mw_model_order *order, const mw_traffic_plan *plan, watch *w,
                           json_t *body, mw_error *error)
{
    if (plan->sampled)
        return mw_fail(error, MW_INVALID,
                       "%s/%s: a curve wants the whole trace, which has %.2g references: choose "
                       "smaller sizes, or allow the time with --whole and --within SECONDS",
                       order->kernel->family, order->kernel->variant, plan->references);
    curve_watch c = {w, plan->references};
    mw_curve_options options = {.line = order->levels[0].line, .poll = curve_poll, .context = &c};
    mw_curve *curve;
    mw_status status = mw_curve_create(&curve, &options, error);
    if (status != MW_OK)
        return status;
    w->what = "miss-ratio curve";
    status = order->kernel->trace(order->kernel, &order->args, mw_curve_sink(curve));
    mw_status memory = mw_curve_status(curve, error);
    if (memory != MW_OK)
        status = memory;
    else if (status != MW_OK)
        mw_fail(error, status, "cancelled");
    else
        json_object_set_new(body, "curve", curve_json(curve, options.line));
    mw_curve_destroy(curve);
    return status;
}

mw_status mw_model_run(const mw_model_order *order, mw_ledger *ledger, mw_model_progress *progress,
                       void *context, json_t **body, mw_error *error)
{
    watch w = {.ledger = ledger,
               .progress = progress,
               .context = context,
               .what = "simulating caches",
               .begin = seconds_now()};
    mw_traffic_options options = options_of(order, &w);
    mw_traffic_plan plan;
    mw_traffic traffic;
    mw_status status = mw_model_plan(order->kernel, &order->args, &options, &plan, error);
    if (status == MW_OK)
        status = check_time(order, &plan, ledger, error);
    if (status == MW_OK)
        status = mw_model_traffic(order->kernel, &order->args, order->levels, order->count,
                                  &options, &traffic, error);
    if (status != MW_OK)
        return status;
    *body = traffic_json(order, &traffic);
    if (order->curve)
        status = run_curve(order, &plan, &w, *body, error);
    json_object_set_new(*body, "seconds", json_real(seconds_now() - w.begin));
    if (status != MW_OK) {
        json_decref(*body);
        *body = NULL;
    }
    return status;
}
