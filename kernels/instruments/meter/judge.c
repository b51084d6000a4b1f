/* judge.c: from a session's samples to statistics and a verdict, of a side or of a ratio. */
#include <math.h>

#include "meter/series.h"
#include "meter/session.h"

/* Relative half width of the 95 % interval of the median. */
static double half_width(const mw_statistics *statistics)
{
    return statistics->median > 0 ? (statistics->high - statistics->low) / 2 / statistics->median
                                  : INFINITY;
}

static size_t count_disturbed(const mw_session *s)
{
    size_t disturbed = 0;
    for (size_t i = 0; i < s->sides[0].count; i++)
        disturbed += s->disturbed[i];
    return disturbed;
}

/* Into s->values: the times of one side, or their ratios to those of `over`; of the samples in
 * which nothing else ran, or of all when those are too few. Returns how many. */
static size_t gather(const mw_session *s, const mw_side *side, const mw_side *over)
{
    bool all = side->count - count_disturbed(s) < MW_SAMPLES_MIN;
    size_t count = 0;
    for (size_t i = 0; i < side->count; i++) {
        if (all || !s->disturbed[i])
            s->values[count++] = side->samples[i] / (over ? over->samples[i] : 1);
    }
    return count;
}

static mw_statistics statistics_of(const mw_session *s, const mw_side *side, const mw_side *over)
{
    size_t count = gather(s, side, over);
    return mw_series_statistics(s->values, count, s->scratch);
}

bool mw_session_is_settled(const mw_session *s)
{
    if (s->sides[0].count - count_disturbed(s) < MW_SAMPLES_MIN)
        return false;
    mw_statistics first = statistics_of(s, &s->sides[0], NULL);
    if (half_width(&first) > s->options.interval)
        return false;
    if (s->side_count == 1)
        return true;
    mw_statistics ratio = statistics_of(s, &s->sides[1], &s->sides[0]);
    return half_width(&ratio) <= s->options.interval;
}

/* Why an interval of so many samples is not what was wanted. */
static mw_reason unknown(const mw_session *s, const mw_statistics *statistics)
{
    double half = half_width(statistics), samples = (double)statistics->samples;
    if (statistics->samples == 1)
        return MW_BECAUSE(ONE_SAMPLE, {.number = samples}, {.number = s->budget});
    if (statistics->samples < MW_SAMPLES_MIN - 1)
        return MW_BECAUSE(FEW_SAMPLES, {.number = samples}, {.number = s->budget});
    if (half > s->options.interval)
        return MW_BECAUSE(WIDE, {.number = half * 100}, {.number = s->options.interval * 100});
    return mw_reason_of(MW_REASON_NONE, NULL);
}

/* Why what gather() left in s->values has no one median. */
static mw_reason unsteady(const mw_session *s, size_t count)
{
    return mw_series_unsteady(s->values, count, 2 * s->options.interval, s->scratch);
}

void mw_session_judge_side(const mw_session *s, mw_side *x)
{
    mw_measurement *m = x->result;
    m->seconds = statistics_of(s, x, NULL);
    x->noise.threads = m->threads_had;
    x->noise.whole_machine = x->threads >= CPU_COUNT(&s->affinity.allowed);
    m->involuntary_switches = x->noise.switches;
    m->steal_ticks = x->noise.steal_ticks;
    m->wall_over_cpu = mw_noise_wall_over_cpu(&x->noise);
    m->reason = mw_noise_reason(&x->noise);
    if (m->threads_had < m->threads_asked)
        m->reason =
            MW_BECAUSE(FEWER_THREADS, {.number = m->threads_had}, {.number = m->threads_asked});
    m->disturbed = mw_reason_is(&m->reason);
    if (!mw_reason_is(&m->reason))
        m->reason = unknown(s, &m->seconds);
    if (!mw_reason_is(&m->reason))
        m->reason = unsteady(s, gather(s, x, NULL));
    m->noisy = mw_reason_is(&m->reason);
}

void mw_session_judge_ratio(const mw_session *s, mw_ratio *ratio)
{
    const mw_side *kernel = &s->sides[0], *beside = &s->sides[1];
    size_t undisturbed = kernel->count - count_disturbed(s);
    *ratio = (mw_ratio){.value = statistics_of(s, beside, kernel),
                        .pairs = kernel->count,
                        .disturbed_pairs = count_disturbed(s)};
    if (undisturbed < kernel->count && undisturbed < MW_SAMPLES_MIN)
        ratio->reason = MW_BECAUSE(FEW_PAIRS, {.number = (double)undisturbed},
                                   {.number = (double)kernel->count});
    else
        ratio->reason = unsteady(s, gather(s, beside, kernel));
    ratio->disturbed = mw_reason_is(&ratio->reason);
    if (!ratio->disturbed)
        ratio->reason = unknown(s, &ratio->value);
    ratio->noisy = mw_reason_is(&ratio->reason);
}
