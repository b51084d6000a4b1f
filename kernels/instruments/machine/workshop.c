/* workshop.c: touches the buffer, finds the CPU with least to do, tells the progress. */
#include "machine/workshop.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "machine/neighbour.h"
#include "meter/noise.h"
#include "model/cpu_times.h"

enum { HUGE = 2 << 20, LEAST = 4 << 20 };

bool mw_rig_core_is_shared(const mw_rig *rig)
{
    return rig->may_be_shared && mw_core_seems_shared(mw_core_adds_per_cycle());
}

mw_status mw_rig_buffer(mw_rig *rig, size_t wanted, double seconds, mw_error *error)
{
    size_t first = wanted;
    rig->mapping = MAP_FAILED;
    for (; wanted >= LEAST || wanted == first; wanted /= 2) {
        wanted = wanted / HUGE * HUGE;
        rig->mapped_bytes = wanted + HUGE;
        rig->mapping = mmap(NULL, rig->mapped_bytes, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (wanted == 0 || rig->mapping != MAP_FAILED)
            break;
    }
    if (wanted == 0 || rig->mapping == MAP_FAILED) {
        rig->mapping = NULL;
        return mw_fail(error, MW_NO_MEMORY, "cannot map %zu MiB to calibrate with", first >> 20);
    }
    uintptr_t address = ((uintptr_t)rig->mapping + HUGE - 1) / HUGE * HUGE;
    rig->buffer = (char *)address;
    madvise(rig->buffer, wanted, MADV_HUGEPAGE);

    /* Small steps: where the host must find the memory first, it comes at 0.4 GB/s. */
    double begin = mw_clock_seconds();
    size_t touched = 0;
    while (touched < wanted && mw_clock_seconds() - begin < seconds) {
        if (!mw_ledger_poll(rig->ledger))
            return mw_rig_cancelled(error);
        memset(rig->buffer + touched, 0x3f, HUGE);
        touched += HUGE;
    }
    rig->buffer_bytes = touched;
    rig->result->first_touch_seconds = mw_clock_seconds() - begin;
    return MW_OK;
}

void mw_rig_close(mw_rig *rig)
{
    if (rig->mapping)
        munmap(rig->mapping, rig->mapped_bytes);
    rig->mapping = NULL;
}

int mw_rig_quiet_cpu(mw_ledger *ledger, const cpu_set_t *allowed)
{
    mw_cpu_times before[CPU_SETSIZE], after[CPU_SETSIZE];
    int quiet = -1;
    long least = 0;
    bool known = mw_cpu_times_read("", before, CPU_SETSIZE);
    struct timespec nap = {.tv_nsec = 10 * 1000 * 1000};
    for (int i = 0; known && i < 5 && mw_ledger_poll(ledger); i++)
        nanosleep(&nap, NULL);
    known = known && mw_cpu_times_read("", after, CPU_SETSIZE);
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (!CPU_ISSET((size_t)cpu, allowed))
            continue;
        long used =
            known ? after[cpu].busy - before[cpu].busy + after[cpu].steal - before[cpu].steal : 0;
        if (quiet < 0 || used < least) {
            quiet = cpu;
            least = used;
        }
    }
    return quiet;
}

/* Seconds of processor time that all CPUs gave to anybody since boot; 0 where the system does not
 * say. */
static double busy_seconds(void)
{
    mw_cpu_times times[CPU_SETSIZE];
    long ticks = 0;
    if (!mw_cpu_times_read("", times, CPU_SETSIZE))
        return 0;
    for (size_t cpu = 0; cpu < CPU_SETSIZE; cpu++)
        ticks += times[cpu].busy;
    return (double)ticks / (double)sysconf(_SC_CLK_TCK);
}

mw_others mw_others_begin(void)
{
    return (mw_others){
        .wall = mw_clock_seconds(), .own = mw_cpu_clock_seconds(true), .busy = busy_seconds()};
}

double mw_others_processors(const mw_others *since)
{
    double own = mw_cpu_clock_seconds(true) - since->own;
    return (busy_seconds() - since->busy - own) / (mw_clock_seconds() - since->wall);
}

double mw_rig_elapsed(const mw_rig *rig)
{
    return mw_clock_seconds() - rig->begin - rig->result->first_touch_seconds;
}

void mw_rig_reason(mw_calibration *result, mw_reason reason)
{
    for (size_t i = 0; i < result->reason_count; i++)
        if (mw_reason_same(&result->reasons[i], &reason))
            return;
    if (result->reason_count < MW_CALIBRATION_REASONS)
        result->reasons[result->reason_count++] = reason;
}

void mw_rig_tell(const mw_rig *rig, double fraction, const char *what)
{
    mw_ledger_phase(rig->ledger, MW_PHASE_SAMPLE, fraction);
    if (rig->progress)
        rig->progress(rig->context, fraction, what, rig->result);
}
