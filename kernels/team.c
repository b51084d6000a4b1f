#include "team.h"

#include <omp.h>
#include <sched.h>

#include "cpu.h"

enum { CPUS_MAX = 4096 };

typedef struct cpu_mask {
    _Alignas(cpu_set_t) unsigned char bits[CPUS_MAX / 8];
} cpu_mask;

static bool read_mask(cpu_mask *mask)
{
    return sched_getaffinity(0, sizeof mask->bits, (cpu_set_t *)mask->bits) == 0;
}

static void write_mask(const cpu_mask *mask)
{
    sched_setaffinity(0, sizeof mask->bits, (const cpu_set_t *)mask->bits);
}

/* libgomp keeps its threads, so a pool thread pins itself once. */
static void pin(int thread)
{
    static _Thread_local int pinned = -1;
    int cpu = mw_cpu_allowed(thread % mw_cpu_count());
    if (thread != 0 && pinned == cpu)
        return;
    cpu_mask mask = {0};
    CPU_SET_S((size_t)cpu, sizeof mask.bits, (cpu_set_t *)mask.bits);
    write_mask(&mask);
    pinned = cpu;
}

mw_range mw_team_share(uint64_t units, int thread, int threads)
{
    uint64_t each = units / (uint64_t)threads, rest = units % (uint64_t)threads;
    uint64_t t = (uint64_t)thread;
    uint64_t begin = t * each + (t < rest ? t : rest);
    return (mw_range){begin, begin + each + (t < rest ? 1 : 0)};
}

static bool run_share(mw_ledger *ledger, int thread, int threads, mw_team_work *work, void *context)
{
    mw_tally tally = {.ledger = ledger, .thread = thread};
    bool finished = work(context, thread, threads, &tally);
    const mw_work *last = &tally.pending;
    if (last->flops || last->load_bytes || last->store_bytes)
        finished &=
            mw_ledger_tile(ledger, thread, last->flops, last->load_bytes, last->store_bytes);
    return finished;
}

mw_status mw_team_run(mw_ledger *ledger, int threads, mw_team_work *work, void *context)
{
    if (threads == 1)
        return run_share(ledger, 0, 1, work, context) ? MW_OK : MW_CANCELLED;

    cpu_mask mask;
    bool restore = read_mask(&mask);
    int stopped = 0;
#pragma omp parallel num_threads(threads) reduction(| : stopped)
    {
        /* Should the system give fewer threads, each takes several shares. */
        for (int share = omp_get_thread_num(); share < threads; share += omp_get_num_threads()) {
            pin(omp_get_thread_num());
            if (!run_share(ledger, share, threads, work, context))
                stopped = 1;
        }
    }
    if (restore)
        write_mask(&mask);
    return stopped ? MW_CANCELLED : MW_OK;
}
