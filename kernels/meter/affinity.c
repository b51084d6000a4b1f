#include "meter/affinity.h"

#include <omp.h>

static int nth_cpu(const cpu_set_t *set, int n)
{
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
        if (CPU_ISSET((size_t)cpu, set) && n-- == 0)
            return cpu;
    return -1;
}

static bool pin_this_thread(int cpu)
{
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET((size_t)cpu, &one);
    return sched_setaffinity(0, sizeof one, &one) == 0;
}

static void save(mw_affinity *affinity)
{
    affinity->threads = 0;
    CPU_ZERO(&affinity->allowed);
    sched_getaffinity(0, sizeof affinity->allowed, &affinity->allowed);
    affinity->used = affinity->allowed;
}

void mw_affinity_pin_to(mw_affinity *affinity, int cpu)
{
    save(affinity);
    if (!pin_this_thread(cpu))
        return;
    affinity->threads = 1;
    CPU_ZERO(&affinity->used);
    CPU_SET((size_t)cpu, &affinity->used);
}

void mw_affinity_pin(mw_affinity *affinity, int threads, bool library)
{
    save(affinity);
    int cpus = CPU_COUNT(&affinity->allowed);
    if (threads <= 1) {
        int here = sched_getcpu();
        mw_affinity_pin_to(affinity, here >= 0 && CPU_ISSET((size_t)here, &affinity->allowed)
                                         ? here
                                         : nth_cpu(&affinity->allowed, 0));
        return;
    }
    if (library || threads > cpus)
        return;
    CPU_ZERO(&affinity->used);
    for (int i = 0; i < threads; i++)
        CPU_SET((size_t)nth_cpu(&affinity->allowed, i), &affinity->used);
    const cpu_set_t *allowed = &affinity->allowed;
#pragma omp parallel num_threads(threads)
    pin_this_thread(nth_cpu(allowed, omp_get_thread_num()));
    affinity->threads = threads;
}

void mw_affinity_restore(const mw_affinity *affinity)
{
    const cpu_set_t *allowed = &affinity->allowed;
    if (affinity->threads == 1) {
        sched_setaffinity(0, sizeof *allowed, allowed);
    } else if (affinity->threads > 1) {
#pragma omp parallel num_threads(affinity->threads)
        sched_setaffinity(0, sizeof *allowed, allowed);
    }
}
