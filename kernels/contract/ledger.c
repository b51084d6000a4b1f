/* ledger.c: padded slots that only their own thread writes, summed up for the shared block. */
#include "ledger.h"

#include <assert.h>
#include <time.h>

/* Flags share one word, so a tile end costs one load of a line that nobody writes meanwhile. */
enum { FLAG_CANCEL = 1, FLAG_MUTED = 2 };

enum { PUBLISH_NS = 10 * 1000 * 1000 };

/* Only its thread writes a slot, so adding is a relaxed load and store, never a locked instruction.
 */
typedef struct ledger_slot {
    _Alignas(MW_CACHE_LINE) _Atomic uint64_t each[MW_TALLY_COUNT];
} ledger_slot;

struct mw_ledger {
    _Alignas(MW_CACHE_LINE) atomic_uint flags;
    atomic_int threads_fewest; /* of a team that was short, since somebody asked; 0: none */
    atomic_int slots_used;     /* how many slots were ever touched: sums stop there */

    /* Totals at the begin of the run plus what must not count in it (the other side of a pair). */
    ledger_slot base;

    /* Only the measuring thread (kernel thread 0) touches these. */
    _Alignas(MW_CACHE_LINE) mw_block *block;
    uint64_t run;
    uint64_t begin_ns, next_publish_ns;
    uint64_t execution_begin_ns; /* 0: no execution is on the way */
    uint64_t kernel_ns, executions, progress_ppm;
    mw_phase phase;
    mw_work aside; /* totals when a phase began whose work does not count */

    ledger_slot slots[MW_THREADS_MAX];
};

static uint64_t clock_ns(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

mw_ledger *mw_ledger_process(void)
{
    static mw_ledger ledger;
    return &ledger;
}

/* The kernel's work is told apart from that of the roof beside it and from the reference's. */
static bool phase_counts(mw_phase phase)
{
    return phase != MW_PHASE_BESIDE && phase != MW_PHASE_VERIFY;
}

static mw_work work_in(const ledger_slot *slot)
{
    mw_tallies now;
    for (int i = 0; i < MW_TALLY_COUNT; i++)
        now.each[i] = atomic_load_explicit(&slot->each[i], memory_order_relaxed);
    return now.work;
}

static void put_work(ledger_slot *slot, mw_work work)
{
    mw_tallies now = {work};
    for (int i = 0; i < MW_TALLY_COUNT; i++)
        atomic_store_explicit(&slot->each[i], now.each[i], memory_order_relaxed);
}

mw_work mw_ledger_total(const mw_ledger *ledger)
{
    mw_work sum = {0};
    int used = atomic_load_explicit(&ledger->slots_used, memory_order_acquire);
    for (int i = 0; i < used; i++)
        sum = mw_work_plus(sum, work_in(&ledger->slots[i]));
    return sum;
}

mw_work mw_ledger_work(const mw_ledger *ledger)
{
    return mw_work_minus(mw_ledger_total(ledger), work_in(&ledger->base));
}

static void publish(mw_ledger *ledger)
{
    if (!ledger->block)
        return;
    uint64_t now = clock_ns(CLOCK_MONOTONIC);
    mw_work work = phase_counts(ledger->phase)
                       ? mw_ledger_work(ledger)
                       : mw_work_minus(ledger->aside, work_in(&ledger->base));
    mw_counters counters = {.run = ledger->run,
                            .phase = (uint64_t)ledger->phase,
                            .executions = ledger->executions,
                            .kernel_ns = ledger->kernel_ns,
                            .elapsed_ns = now > ledger->begin_ns ? now - ledger->begin_ns : 0,
                            .progress_ppm = ledger->progress_ppm,
#define TALLY(ID, field) .field = work.field,
                            MW_TALLIES(TALLY)};
    if (ledger->execution_begin_ns && phase_counts(ledger->phase))
        counters.kernel_ns += now - ledger->execution_begin_ns;
    mw_block_publish(ledger->block, &counters);
    ledger->next_publish_ns = clock_ns(CLOCK_MONOTONIC_COARSE) + PUBLISH_NS;
}

/* The coarse clock moves every few milliseconds and costs a few nanoseconds: enough for 10 ms. */
static void publish_if_due(mw_ledger *ledger)
{
    if (ledger->block && clock_ns(CLOCK_MONOTONIC_COARSE) >= ledger->next_publish_ns)
        publish(ledger);
}

void mw_ledger_attach(mw_ledger *ledger, mw_block *block, uint64_t run)
{
    ledger->block = block;
    ledger->run = run;
}

void mw_ledger_begin(mw_ledger *ledger)
{
    atomic_store_explicit(&ledger->threads_fewest, 0, memory_order_relaxed);
    ledger->begin_ns = clock_ns(CLOCK_MONOTONIC);
    ledger->execution_begin_ns = 0;
    ledger->kernel_ns = 0;
    ledger->executions = 0;
    ledger->progress_ppm = 0;
    ledger->phase = MW_PHASE_IDLE;
    put_work(&ledger->base, mw_ledger_total(ledger));
    publish(ledger);
}

/* Raises the number of slots that sums visit. */
static void touch_slot(mw_ledger *ledger, int thread)
{
    int used = atomic_load_explicit(&ledger->slots_used, memory_order_relaxed);
    while (used <= thread &&
           !atomic_compare_exchange_weak_explicit(&ledger->slots_used, &used, thread + 1,
                                                  memory_order_release, memory_order_relaxed))
        ;
}

bool mw_ledger_tile(mw_ledger *ledger, int thread, mw_work done)
{
    assert(thread >= 0 && thread < MW_THREADS_MAX);
    unsigned flags = atomic_load_explicit(&ledger->flags, memory_order_relaxed);
    if (flags & FLAG_MUTED)
        return true;
    if (atomic_load_explicit(&ledger->slots_used, memory_order_relaxed) <= thread)
        touch_slot(ledger, thread);
    ledger_slot *slot = &ledger->slots[thread];
    put_work(slot, mw_work_plus(work_in(slot), done));
    if (thread == 0)
        publish_if_due(ledger);
    return !(flags & FLAG_CANCEL);
}

bool mw_ledger_poll(mw_ledger *ledger)
{
    return !mw_ledger_cancelled(ledger);
}

void mw_ledger_team(mw_ledger *ledger, int present, int wanted)
{
    int fewest = atomic_load_explicit(&ledger->threads_fewest, memory_order_relaxed);
    if (present < wanted && (fewest == 0 || present < fewest))
        atomic_store_explicit(&ledger->threads_fewest, present, memory_order_relaxed);
}

int mw_ledger_team_fewest(mw_ledger *ledger)
{
    return atomic_exchange_explicit(&ledger->threads_fewest, 0, memory_order_relaxed);
}

void mw_ledger_cancel(mw_ledger *ledger)
{
    atomic_fetch_or_explicit(&ledger->flags, FLAG_CANCEL, memory_order_relaxed);
}

void mw_ledger_rearm(mw_ledger *ledger)
{
    atomic_fetch_and_explicit(&ledger->flags, ~(unsigned)FLAG_CANCEL, memory_order_relaxed);
}

bool mw_ledger_cancelled(const mw_ledger *ledger)
{
    return atomic_load_explicit(&ledger->flags, memory_order_relaxed) & FLAG_CANCEL;
}

void mw_ledger_mute(mw_ledger *ledger, bool muted)
{
    if (muted)
        atomic_fetch_or_explicit(&ledger->flags, FLAG_MUTED, memory_order_relaxed);
    else
        atomic_fetch_and_explicit(&ledger->flags, ~(unsigned)FLAG_MUTED, memory_order_relaxed);
}

/* Work done in a phase that does not count moves the base along, so the run's sum stands still. */
static void set_phase(mw_ledger *ledger, mw_phase phase)
{
    bool counted = phase_counts(ledger->phase);
    if (counted && !phase_counts(phase)) {
        ledger->aside = mw_ledger_total(ledger);
    } else if (!counted && phase_counts(phase)) {
        mw_work while_aside = mw_work_minus(mw_ledger_total(ledger), ledger->aside);
        put_work(&ledger->base, mw_work_plus(work_in(&ledger->base), while_aside));
    }
    ledger->phase = phase;
}

void mw_ledger_phase(mw_ledger *ledger, mw_phase phase, double progress)
{
    mw_phase before = ledger->phase;
    set_phase(ledger, phase);
    double clamped = progress > 1 ? 1 : progress > 0 ? progress : 0;
    ledger->progress_ppm = (uint64_t)(clamped * 1e6 + 0.5);
    /* An interleaved pair changes sides with every sample: that is not worth a publication. */
    bool pair = (before == MW_PHASE_SAMPLE && phase == MW_PHASE_BESIDE) ||
                (before == MW_PHASE_BESIDE && phase == MW_PHASE_SAMPLE);
    if (before != phase && !pair)
        publish(ledger);
    else
        publish_if_due(ledger);
}

void mw_ledger_execution_begin(mw_ledger *ledger)
{
    ledger->execution_begin_ns = clock_ns(CLOCK_MONOTONIC);
}

void mw_ledger_execution_end(mw_ledger *ledger, uint64_t executions, double seconds)
{
    ledger->execution_begin_ns = 0;
    if (phase_counts(ledger->phase)) {
        ledger->kernel_ns += (uint64_t)(seconds * 1e9 + 0.5);
        ledger->executions += executions;
    }
    publish_if_due(ledger);
}
