/* team.c: OpenMP threads that pin themselves once and meet at a barrier between steps. */
#include "team.h"

#include <omp.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

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

/* --- steps -------------------------------------------------------------------------------- */

/* How often a thread looks whether the others are there before it sleeps: about 40 µs. */
enum { LOOKS = 1000 };

typedef struct team {
    mw_ledger *ledger;
    int threads;
    uint64_t steps;
    mw_team_step *step;
    void *context;

    atomic_bool stopped; /* somebody's step returned false */
    /* Where threads meet between two steps. The last one to arrive begins the next round; whether
     * there is one it decides for all, so that nobody waits for one who has left. */
    atomic_int arrived;
    atomic_uint round;
    bool ends;
    pthread_mutex_t lock;
    pthread_cond_t next;
} team;

static void look_again(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static void wait_for_round(team *t, unsigned last)
{
    int looks = t->threads <= mw_cpu_count() ? LOOKS : 0;
    while (looks-- > 0) {
        if (atomic_load_explicit(&t->round, memory_order_acquire) != last)
            return;
        look_again();
    }
    pthread_mutex_lock(&t->lock);
    while (atomic_load_explicit(&t->round, memory_order_acquire) == last)
        pthread_cond_wait(&t->next, &t->lock);
    pthread_mutex_unlock(&t->lock);
}

/* Waits until `present` threads have come here; false when the run ends. */
static bool meet(team *t, int present)
{
    unsigned round = atomic_load_explicit(&t->round, memory_order_relaxed);
    if (atomic_fetch_add_explicit(&t->arrived, 1, memory_order_acq_rel) + 1 < present) {
        wait_for_round(t, round);
        return !t->ends;
    }
    t->ends = atomic_load(&t->stopped);
    atomic_store_explicit(&t->arrived, 0, memory_order_relaxed);
    pthread_mutex_lock(&t->lock);
    atomic_store_explicit(&t->round, round + 1, memory_order_release);
    pthread_cond_broadcast(&t->next);
    pthread_mutex_unlock(&t->lock);
    return !t->ends;
}

/* One of the `present` threads. Should the system have given fewer than asked for, each does
 * several shares of a step. */
static void take_part(team *t, int thread, int present)
{
    mw_tally tally = {.ledger = t->ledger, .thread = thread};
    for (uint64_t step = 0; step < t->steps; step++) {
        if (step > 0 && !meet(t, present))
            break;
        for (int share = thread; share < t->threads; share += present) {
            if (!t->step(t->context, step, share, t->threads, &tally))
                atomic_store(&t->stopped, true);
        }
    }
    if (!mw_work_same(tally.pending, (mw_work){0}) &&
        !mw_ledger_tile(t->ledger, thread, tally.pending))
        atomic_store(&t->stopped, true);
}

static void run_team(team *t)
{
    cpu_mask mask;
    bool restore = read_mask(&mask);
    pthread_mutex_init(&t->lock, NULL);
    pthread_cond_init(&t->next, NULL);
#pragma omp parallel num_threads(t->threads)
    {
        pin(omp_get_thread_num());
        if (omp_get_thread_num() == 0)
            mw_ledger_team(t->ledger, omp_get_num_threads(), t->threads);
        take_part(t, omp_get_thread_num(), omp_get_num_threads());
    }
    pthread_cond_destroy(&t->next);
    pthread_mutex_destroy(&t->lock);
    if (restore)
        write_mask(&mask);
}

mw_status mw_team_run_steps(mw_ledger *ledger, int threads, uint64_t steps, mw_team_step *step,
                            void *context)
{
    team t = {
        .ledger = ledger,
        .threads = threads,
        .steps = steps,
        .step = step,
        .context = context,
    };
    if (threads == 1)
        take_part(&t, 0, 1);
    else
        run_team(&t);
    return atomic_load(&t.stopped) ? MW_CANCELLED : MW_OK;
}

/* --- one step ----------------------------------------------------------------------------- */

typedef struct whole {
    mw_team_work *work;
    void *context;
} whole;

static bool only_step(void *context, uint64_t step, int thread, int threads, mw_tally *tally)
{
    const whole *w = context;
    (void)step;
    return w->work(w->context, thread, threads, tally);
}

mw_status mw_team_run(mw_ledger *ledger, int threads, mw_team_work *work, void *context)
{
    whole w = {work, context};
    return mw_team_run_steps(ledger, threads, 1, only_step, &w);
}
