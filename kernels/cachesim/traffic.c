/* traffic.c: plans how much of a trace is walked, walks it, and scales the counts up. */
#include "cachesim/traffic.h"

/* --- how long it is -----------------------------------------------------------------------------
 */

/* A phase of a trace: one pass through its outermost loop. */
typedef struct planner {
    mw_trace_sum sum; /* first: the sink */
    const mw_traffic_options *options;
    double budget;
    uint64_t tiles, before; /* of the present phase; references at its begin */
    uint64_t loads_before, stores_before;
    double tile_references, tile_bytes;
    double references, simulated, bytes; /* of finished phases, beyond what was summed */
    uint64_t until_poll;
    bool (*loop)(mw_trace *trace, const mw_stream *streams, size_t count, uint64_t iterations);
} planner;

static double sampled_tiles(double tiles, double tile_references, double budget)
{
    double most = tile_references > 0 ? budget / tile_references : tiles;
    if (most < 2)
        most = 2;
    return most < tiles ? (double)(uint64_t)most : tiles;
}

static void plan_first_tile(planner *p)
{
    p->tile_references = (double)(p->sum.references - p->before);
    p->tile_bytes = (double)(p->sum.load_bytes - p->loads_before) +
                    (double)(p->sum.store_bytes - p->stores_before);
}

/* The tiles after the first, which were not walked. */
static void plan_phase_end(planner *p)
{
    if (p->tiles > 1) {
        double rest = (double)p->tiles - 1;
        p->references += rest * p->tile_references;
        p->bytes += rest * p->tile_bytes;
        p->simulated += (sampled_tiles((double)p->tiles, p->tile_references, p->budget) - 1) *
                        p->tile_references;
    }
    p->tiles = 0;
}

static bool plan_tile(mw_trace *trace, uint64_t index, uint64_t count)
{
    planner *p = (planner *)trace;
    if (index == 1)
        plan_first_tile(p);
    if (index > 0)
        return false;
    plan_phase_end(p);
    p->tiles = count;
    p->before = p->sum.references;
    p->loads_before = p->sum.load_bytes;
    p->stores_before = p->sum.store_bytes;
    return true;
}

static bool plan_loop(mw_trace *trace, const mw_stream *streams, size_t count, uint64_t iterations)
{
    enum { POLL_EVERY = 1 << 16 };
    planner *p = (planner *)trace;
    if (++p->until_poll % POLL_EVERY == 0 && p->options->progress &&
        !p->options->progress(p->options->context, 0))
        return false;
    return p->loop(trace, streams, count, iterations);
}

static mw_status cancelled(mw_status status, mw_error *error)
{
    return status == MW_CANCELLED ? mw_fail(error, status, "cancelled") : status;
}

mw_status mw_traffic_estimate(const mw_execution *execution, const mw_traffic_options *options,
                              mw_traffic_plan *plan, mw_error *error)
{
    planner p = {.sum = mw_trace_sum_sink(), .options = options};
    uint64_t most = options->references ? options->references : MW_TRAFFIC_REFERENCES;
    p.budget = (double)most;
    p.loop = p.sum.trace.loop;
    p.sum.trace.loop = plan_loop;
    p.sum.trace.tile = plan_tile;
    mw_status status = execution->walk(execution->context, &p.sum.trace);
    if (status != MW_OK)
        return cancelled(status, error);
    plan_phase_end(&p);

    double walked = (double)p.sum.references;
    double bytes = (double)p.sum.load_bytes + (double)p.sum.store_bytes + p.bytes;
    *plan = (mw_traffic_plan){.references = walked + p.references};
    if (bytes > 0)
        plan->references *= execution->bytes / bytes;
    plan->sampled = plan->references > p.budget && p.simulated < p.references;
    plan->simulated = plan->sampled ? walked + p.simulated : plan->references;
    return MW_OK;
}

/* --- simulation ------------------------------------------------------------------------------- */

/* Everything that is counted, in one row, so that it can be scaled. */
enum { PER_LEVEL = 12, TOTALS = 3, COUNTS = TOTALS + MW_CACHE_LEVELS * PER_LEVEL };

typedef struct counts {
    double value[COUNTS]; /* references, bytes, NT bytes; then level by level */
} counts;

typedef struct sampler {
    mw_trace sink; /* first */
    mw_hierarchy *hierarchy;
    const mw_traffic_options *options;
    double planned, budget;
    uint64_t tiles, limit; /* of the present phase; limit 0: not known yet */
    double before;         /* references at its begin */
    bool middle_taken, end_taken;
    counts middle, end;
    counts rest; /* what was not simulated, as it is estimated */
} sampler;

/* With the lines that are still to be written back: a steady loop leaves its results in a cache
 * that holds them, and they count as its work. */
static counts counts_now(const mw_hierarchy *h)
{
    counts now = {0};
    uint64_t dirty[MW_CACHE_LEVELS];
    mw_hierarchy_dirty(h, dirty);
    double *to = now.value;
    *to++ = (double)mw_hierarchy_references(h);
    *to++ = (double)mw_hierarchy_bytes(h);
    *to++ = (double)mw_hierarchy_nt_bytes(h);
    for (size_t level = 0; level < mw_hierarchy_levels(h); level++) {
        mw_cache_counts c = mw_hierarchy_counts(h, level);
        for (int kind = 0; kind < 2; kind++) {
            *to++ = (double)c.accesses[kind];
            *to++ = (double)c.misses[kind];
            for (int miss = 0; miss < MW_MISSES; miss++)
                *to++ = (double)c.kinds[kind][miss];
        }
        *to++ = (double)c.fills;
        *to++ = (double)(c.write_backs + dirty[level]);
    }
    return now;
}

static void sample_phase_end(sampler *s)
{
    if (s->end_taken) {
        uint64_t second_half = s->limit - s->limit / 2;
        double left = (double)(s->tiles - s->limit) / (double)second_half;
        for (int i = 0; i < COUNTS; i++)
            s->rest.value[i] += left * (s->end.value[i] - s->middle.value[i]);
    }
    s->middle_taken = s->end_taken = false;
    s->limit = 0;
}

static bool sample_tile(mw_trace *trace, uint64_t index, uint64_t count)
{
    sampler *s = (sampler *)trace;
    if (index == 0) {
        sample_phase_end(s);
        s->tiles = count;
        s->before = (double)mw_hierarchy_references(s->hierarchy);
        return true;
    }
    if (!s->limit)
        s->limit = (uint64_t)sampled_tiles(
            (double)count, (double)mw_hierarchy_references(s->hierarchy) - s->before, s->budget);
    if (s->limit >= count || s->end_taken)
        return !s->end_taken;
    if (index >= s->limit / 2 && !s->middle_taken) {
        s->middle = counts_now(s->hierarchy);
        s->middle_taken = true;
    }
    if (index < s->limit)
        return true;
    s->end = counts_now(s->hierarchy);
    s->end_taken = true;
    return false;
}

static bool sample_loop(mw_trace *trace, const mw_stream *streams, size_t count,
                        uint64_t iterations)
{
    mw_trace *to = mw_hierarchy_sink(((sampler *)trace)->hierarchy);
    return to->loop(to, streams, count, iterations);
}

static bool sample_indexed(mw_trace *trace, uint64_t base, const uint32_t *index, uint64_t count,
                           uint32_t size, mw_access access)
{
    mw_trace *to = mw_hierarchy_sink(((sampler *)trace)->hierarchy);
    return to->indexed(to, base, index, count, size, access);
}

static bool tell(void *context, uint64_t references)
{
    const sampler *s = context;
    if (!s->options->progress)
        return true;
    double fraction = s->planned > 0 ? (double)references / s->planned : 0;
    return s->options->progress(s->options->context, fraction < 1 ? fraction : 1);
}

static void fill_level(mw_traffic_level *level, const mw_cache_geometry *geometry,
                       const double *from)
{
    level->geometry = *geometry;
    for (int kind = 0; kind < 2; kind++) {
        level->accesses[kind] = *from++;
        level->misses[kind] = *from++;
        for (int miss = 0; miss < MW_MISSES; miss++)
            level->kinds[kind][miss] = *from++;
    }
    level->fills = *from++;
    level->write_backs = *from++;
    level->link_bytes = geometry->line * (level->fills + level->write_backs);
}

/* Adds what was not simulated, so that the bytes are those of the closed form. */
static void fill(mw_traffic *traffic, const sampler *s, double bytes)
{
    counts now = counts_now(s->hierarchy);
    *traffic = (mw_traffic){.levels = mw_hierarchy_levels(s->hierarchy),
                            .sampled = s->rest.value[1] > 0,
                            .simulated = now.value[0]};
    if (traffic->sampled) {
        double left = bytes - now.value[1];
        double scale = left > 0 ? left / s->rest.value[1] : 0;
        for (int i = 0; i < COUNTS; i++)
            now.value[i] += scale * s->rest.value[i];
    }
    traffic->references = now.value[0];
    traffic->program_bytes = now.value[1];
    traffic->nt_bytes = now.value[2];
    for (size_t level = 0; level < traffic->levels; level++)
        fill_level(&traffic->level[level], mw_hierarchy_geometry(s->hierarchy, level),
                   &now.value[TOTALS + level * PER_LEVEL]);
    traffic->level[traffic->levels - 1].link_bytes += traffic->nt_bytes;
}

mw_status mw_traffic_simulate(const mw_execution *execution, const mw_cache_geometry *levels,
                              size_t count, const mw_traffic_options *options, mw_traffic *traffic,
                              mw_error *error)
{
    uint64_t most = options->references ? options->references : MW_TRAFFIC_REFERENCES;
    mw_traffic_plan plan;
    mw_status status = mw_traffic_estimate(execution, options, &plan, error);
    if (status != MW_OK)
        return status;
    sampler s = {.sink = {.loop = sample_loop, .indexed = sample_indexed},
                 .options = options,
                 .planned = plan.simulated,
                 .budget = (double)most};
    if (plan.sampled)
        s.sink.tile = sample_tile;
    mw_hierarchy_options simulate = {
        .mode = options->mode, .classify = options->classify, .poll = tell, .context = &s};
    status = mw_hierarchy_create(&s.hierarchy, levels, count, &simulate, error);
    if (status != MW_OK)
        return status;
    status = execution->walk(execution->context, &s.sink);
    if (status == MW_OK) {
        sample_phase_end(&s);
        fill(traffic, &s, execution->bytes);
        status = mw_hierarchy_status(s.hierarchy, error);
    }
    mw_hierarchy_destroy(s.hierarchy);
    return cancelled(status, error);
}
