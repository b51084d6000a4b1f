/* load.c: processes that spin and one that writes through memory, and how busy others keep the
 * CPUs. */
#include "labs/bench/load.h"

#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "model/cpu_times.h"

#define WRITER_BYTES (256u << 20) /* more than the last cache of most machines */
#define WRITER_LEAST (4u << 20)
#define WRITER_SHARE 8 /* at most this part of the free memory */

/* In the child: the signals of a terminal end it, and so do its parent's end and the alarm. */
static void settle_child(pid_t parent, unsigned most_seconds)
{
    const int ending[] = {SIGINT, SIGTERM, SIGHUP, SIGALRM};
    sigset_t all;
    for (size_t i = 0; i < sizeof ending / sizeof *ending; i++)
        signal(ending[i], SIG_DFL);
    sigemptyset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
        _exit(1);
    alarm(most_seconds > 0 ? most_seconds : 1);
}

static _Noreturn void spin(int cpu)
{
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET((size_t)cpu, &one);
    sched_setaffinity(0, sizeof one, &one);
    for (volatile uint64_t turns = 0;; turns++)
        ;
}

static size_t writer_bytes(void)
{
    long pages = sysconf(_SC_AVPHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    size_t part = pages > 0 && page > 0 ? (size_t)pages * (size_t)page / WRITER_SHARE : 0;
    return part > WRITER_BYTES ? WRITER_BYTES : part > WRITER_LEAST ? part : WRITER_LEAST;
}

static _Noreturn void write_memory(void)
{
    size_t words = writer_bytes() / sizeof(uint64_t);
    uint64_t *memory = mmap(NULL, words * sizeof *memory, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        _exit(1);
    for (volatile uint64_t round = 1;; round++)
        for (size_t i = 0; i < words; i++)
            memory[i] += round;
}

/* `cpu` -1: the one that writes through memory. */
static bool start_one(mw_bench_load *load, int cpu, unsigned most_seconds)
{
    pid_t parent = getpid(), pid = fork();
    if (pid == 0) {
        settle_child(parent, most_seconds);
        if (cpu >= 0)
            spin(cpu);
        write_memory();
    }
    if (pid > 0)
        load->pids[load->count++] = pid;
    return pid > 0;
}

bool mw_bench_load_start(mw_bench_load *load, unsigned most_seconds)
{
    cpu_set_t allowed;
    load->count = 0;
    bool good = sched_getaffinity(0, sizeof allowed, &allowed) == 0;
    for (int cpu = 0; cpu < CPU_SETSIZE && good; cpu++) {
        if (CPU_ISSET((size_t)cpu, &allowed))
            good = start_one(load, cpu, most_seconds);
    }
    good = good && start_one(load, -1, most_seconds);
    if (!good)
        mw_bench_load_stop(load);
    return good;
}

void mw_bench_load_stop(mw_bench_load *load)
{
    for (size_t i = 0; i < load->count; i++)
        kill(load->pids[i], SIGKILL);
    for (size_t i = 0; i < load->count; i++)
        waitpid(load->pids[i], NULL, 0);
    load->count = 0;
}

static void sleep_for(double seconds)
{
    struct timespec left = {(time_t)seconds, (long)(1e9 * (seconds - (double)(time_t)seconds))};
    nanosleep(&left, NULL);
}

double mw_bench_load_outside(double seconds)
{
    cpu_set_t allowed;
    mw_cpu_times before[CPU_SETSIZE], after[CPU_SETSIZE];
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0 ||
        !mw_cpu_times_read("", before, CPU_SETSIZE))
        return -1;
    sleep_for(seconds);
    if (!mw_cpu_times_read("", after, CPU_SETSIZE))
        return -1;
    long ticks = 0;
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (CPU_ISSET((size_t)cpu, &allowed))
            ticks += after[cpu].busy + after[cpu].steal - before[cpu].busy - before[cpu].steal;
    }
    double share = (double)ticks / (double)sysconf(_SC_CLK_TCK) / seconds / CPU_COUNT(&allowed);
    return share < 0 ? 0 : share > 1 ? 1 : share;
}
