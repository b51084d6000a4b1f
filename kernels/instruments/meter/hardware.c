/* hardware.c: hands PAPI's own functions to pmu.c, once per process. */
#include "meter/hardware.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <papi.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "meter/pmu.h"
#include "meter/sde.h"

static struct {
    pthread_once_t once;
    mw_hardware hardware;
    mw_pmu pmu;
} probe = {.once = PTHREAD_ONCE_INIT};

/* Counts this thread's user-mode cycles, as PAPI would; 0 or the errno. */
static int try_cycles(void)
{
    struct perf_event_attr attributes = {
        .type = PERF_TYPE_HARDWARE,
        .size = sizeof attributes,
        .config = PERF_COUNT_HW_CPU_CYCLES,
        .exclude_kernel = 1,
        .exclude_hv = 1,
    };
    long fd = syscall(SYS_perf_event_open, &attributes, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
    if (fd < 0)
        return errno;
    close((int)fd);
    return 0;
}

static int paranoid_level(void)
{
    int level = 2;
    FILE *file = fopen("/proc/sys/kernel/perf_event_paranoid", "re");
    if (!file)
        return level;
    if (fscanf(file, "%d", &level) != 1)
        level = 2;
    fclose(file);
    return level;
}

static int processor(mw_pmu_processor *processor)
{
    const PAPI_hw_info_t *info = PAPI_get_hardware_info();
    if (!info)
        return PAPI_ESYS;
    *processor = (mw_pmu_processor){info->vendor, info->cpuid_family, info->cpuid_model};
    return PAPI_OK;
}

static const mw_pmu_calls papi = {
    .version = PAPI_VER_CURRENT,
    .open_cycles = try_cycles,
    .paranoid = paranoid_level,
    .is_initialized = PAPI_is_initialized,
    .library_init = PAPI_library_init,
    .thread_init = PAPI_thread_init,
    .processor = processor,
    .create_eventset = PAPI_create_eventset,
    .add_named_event = PAPI_add_named_event,
    .start = PAPI_start,
    .stop = PAPI_stop,
    .cleanup_eventset = PAPI_cleanup_eventset,
    .destroy_eventset = PAPI_destroy_eventset,
};

static void probe_once(void)
{
    mw_pmu_probe(&probe.pmu, &papi, &probe.hardware);
}

const mw_hardware *mw_hardware_probe(void)
{
    pthread_once(&probe.once, probe_once);
    return &probe.hardware;
}

static mw_status execute(void *context)
{
    mw_run *run = context;
    return run->kernel->execute(run);
}

void mw_hardware_measure(mw_run *run, mw_hardware_counts *counts)
{
    const mw_hardware *h = mw_hardware_probe();
    mw_reason reason = h->brief;
    if (!mw_reason_is(&reason) && mw_args_threads(run->kernel, &run->args) > 1)
        reason = mw_reason_of(MW_REASON_EVENTS_ONE_THREAD, NULL);
    if (mw_reason_is(&reason)) {
        *counts = mw_hardware_none(&reason);
        return;
    }
    int dtype = mw_param_index(run->kernel, "dtype");
    bool f64 = dtype >= 0 && run->args.value[dtype] == MW_F64;
    counts->flops =
        mw_pmu_count(&probe.pmu, f64 ? MW_EVENT_FLOPS_F64 : MW_EVENT_FLOPS_F32, execute, run);
    counts->l1_bytes = mw_pmu_count(&probe.pmu, MW_EVENT_L1_BYTES, execute, run);
    counts->l2_bytes = mw_pmu_count(&probe.pmu, MW_EVENT_L2_BYTES, execute, run);
    counts->dram_bytes = mw_pmu_count(&probe.pmu, MW_EVENT_DRAM_BYTES, execute, run);
}

static struct {
    pthread_once_t once;
    bool done;
} registration = {.once = PTHREAD_ONCE_INIT};

/* libsde 7.0.0 forgets the names it copied; a leak checker must not blame us for them. */
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#else
#define __lsan_disable() (void)0
#define __lsan_enable()  (void)0
#endif

static void register_once(void)
{
    papi_sde_fptr_struct_t sde;
    POPULATE_SDE_FPTR_STRUCT(sde);
    __lsan_disable();
    registration.done = mw_sde_table_register(&sde) != NULL;
    __lsan_enable();
}

mw_reason mw_sde_register(void)
{
    pthread_once(&registration.once, register_once);
    return mw_reason_of(registration.done ? MW_REASON_NONE : MW_REASON_SDE_REFUSED, NULL);
}
