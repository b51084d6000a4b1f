/* noise.c: reads switches, steal and clocks, and names the worst disturbance. */
#include "meter/noise.h"

#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/* Above these, something else ran. */
#define WALL_OVER_CPU_ALONE 1.02
#define WALL_OVER_CPU_TEAM  1.10
#define STEAL_SHARE         0.01

static double seconds_of(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

double mw_clock_seconds(void)
{
    return seconds_of(CLOCK_MONOTONIC);
}

double mw_cpu_clock_seconds(bool process)
{
    return seconds_of(process ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_THREAD_CPUTIME_ID);
}

static long steal_of(const cpu_set_t *cpus)
{
    mw_cpu_times times[CPU_SETSIZE];
    if (!mw_cpu_times_read("", times, CPU_SETSIZE))
        return 0;
    long steal = 0;
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
        if (CPU_ISSET((size_t)cpu, cpus))
            steal += times[cpu].steal;
    return steal;
}

long mw_thread_switches(void)
{
    struct rusage usage;
    return getrusage(RUSAGE_THREAD, &usage) == 0 ? usage.ru_nivcsw : 0;
}

long mw_thread_sleeps(void)
{
    struct rusage usage;
    return getrusage(RUSAGE_THREAD, &usage) == 0 ? usage.ru_nvcsw : 0;
}

mw_noise_mark mw_noise_begin(const cpu_set_t *cpus)
{
    return (mw_noise_mark){
        .steal_ticks = steal_of(cpus),
        .switches = mw_thread_switches(),
        .time = mw_clock_seconds(),
    };
}

void mw_noise_end(const mw_noise_mark *mark, const cpu_set_t *cpus, mw_noise *noise)
{
    noise->span_seconds = mw_clock_seconds() - mark->time;
    noise->switches = mw_thread_switches() - mark->switches;
    noise->steal_ticks = steal_of(cpus) - mark->steal_ticks;
}

double mw_noise_wall_over_cpu(const mw_noise *noise)
{
    int threads = noise->threads > 1 ? noise->threads : 1;
    return noise->cpu_seconds > 0 ? noise->wall_seconds * threads / noise->cpu_seconds : 0;
}

mw_reason mw_noise_reason(const mw_noise *noise)
{
    double span = noise->span_seconds > 0 ? noise->span_seconds : noise->wall_seconds;
    double tick = 1.0 / (double)sysconf(_SC_CLK_TCK);
    int threads = noise->threads > 1 ? noise->threads : 1;
    double stolen = (double)noise->steal_ticks * tick;

    /* One tick is the books' resolution: a single one in a short run proves nothing. */
    if (noise->steal_ticks > 1 && stolen > STEAL_SHARE * span * threads)
        return MW_BECAUSE(STOLEN, {.number = stolen * 1e3}, {.number = span});
    /* Two switches can happen in any short run; a rate needs more than that. */
    if (!noise->whole_machine && noise->switches > 2 &&
        (double)noise->switches > MW_SWITCHES_PER_SECOND * span)
        return MW_BECAUSE(SWITCHED, {.number = (double)noise->switches / span});
    double over = mw_noise_wall_over_cpu(noise);
    double limit = threads > 1 ? WALL_OVER_CPU_TEAM : WALL_OVER_CPU_ALONE;
    /* Below a tenth of a millisecond the clocks themselves differ by per cents. */
    if (over > limit && noise->wall_seconds * threads - noise->cpu_seconds > 1e-4)
        return MW_BECAUSE(WAITED, {.number = (over - 1) * 100});
    return mw_reason_of(MW_REASON_NONE, NULL);
}
