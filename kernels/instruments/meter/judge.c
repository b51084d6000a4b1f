#include <math.h>
#include <stdio.h>

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

/* Whether an interval of so many samples is what was wanted; else a reason. */
static bool is_known(const mw_session *s, const mw_statistics *statistics, char *reason,
                     size_t size)
{
    double half = half_width(statistics);
    if (statistics->samples < MW_SAMPLES_MIN - 1)
        snprintf(reason, size, "only %zu sample%s fitted into %.3g s", statistics->samples,
                 statistics->samples == 1 ? "" : "s", s->budget);
    else if (half > s->options.interval)
        snprintf(reason, size, "the median is known to ±%.1f %% only, ±%.1f %% was wanted",
                 half * 100, s->options.interval * 100);
    else
        return true;
    return false;
}

/* Whether what gather() left in s->values has one median. */
static bool is_steady(const mw_session *s, size_t count, char *reason, size_t size)
{
    return mw_series_is_steady(s->values, count, 2 * s->options.interval, s->scratch, reason, size);
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
    m->noisy = m->disturbed = !mw_noise_is_clean(&x->noise, m->reason, sizeof m->reason);
    if (m->threads_had < m->threads_asked) {
        m->noisy = m->disturbed = true;
        snprintf(m->reason, sizeof m->reason, "the system gave %d of %d threads", m->threads_had,
                 m->threads_asked);
    }
    if (!m->noisy)
        m->noisy = !is_known(s, &m->seconds, m->reason, sizeof m->reason);
    if (!m->noisy)
        m->noisy = !is_steady(s, gather(s, x, NULL), m->reason, sizeof m->reason);
}

void mw_session_judge_ratio(const mw_session *s, mw_ratio *ratio)
{
    const mw_side *kernel = &s->sides[0], *beside = &s->sides[1];
    size_t undisturbed = kernel->count - count_disturbed(s);
    *ratio = (mw_ratio){.value = statistics_of(s, beside, kernel),
                        .pairs = kernel->count,
                        .disturbed_pairs = count_disturbed(s)};
    if (undisturbed < kernel->count && undisturbed < MW_SAMPLES_MIN) {
        ratio->disturbed = true;
        snprintf(ratio->reason, sizeof ratio->reason, "only %zu of %zu pairs ran undisturbed",
                 undisturbed, kernel->count);
    } else if (!is_steady(s, gather(s, beside, kernel), ratio->reason, sizeof ratio->reason)) {
        ratio->disturbed = true;
    }
    ratio->noisy =
        ratio->disturbed || !is_known(s, &ratio->value, ratio->reason, sizeof ratio->reason);
}
