/* doctor.c: the worker's part of `memwall doctor`: libraries, processors, threads. */
#include "labs/engine/worker/report.h"

#include <omp.h>
#include <stdio.h>

#include "cpu.h"
#include "labs/engine/wire/wire.h"
#include "library.h"
#include "meter/hardware.h"
#include "model/groups.h"
#include "model/memory.h"
#include "registry.h"

static void add(json_t *checks, const char *id, const char *label, const char *state,
                mw_reason value, mw_reason note)
{
    json_t *check = json_pack("{s:s, s:s, s:s, s:o}", "id", id, "label", label, "state", state,
                              "value", mw_reason_to_json(&value));
    if (check && mw_reason_is(&note))
        json_object_set_new(check, "note", mw_reason_to_json(&note));
    json_array_append_new(checks, check);
}

static mw_reason plain(mw_reason_id id)
{
    return mw_reason_of(id, NULL);
}

/* A rival that is held back would make our own kernels look good. */
static mw_reason_id what_holds_back(const mw_library *library)
{
    if (library->serial)
        return MW_REASON_RIVAL_SERIAL;
    if (library->core_known && library->isa < mw_cpu_isa())
        return MW_REASON_RIVAL_NARROW;
    return MW_REASON_NONE;
}

static void check_rivals(json_t *checks)
{
    char text[128];
    mw_library library;
    if (mw_library_probe("OpenBLAS", &library)) {
        mw_reason_id note = what_holds_back(&library);
        mw_library_describe(&library, text, sizeof text);
        add(checks, "openblas", "OpenBLAS", note ? "warning" : "ok",
            MW_BECAUSE(LIBRARY_THREADS, {.word = text}, {.number = library.threads}), plain(note));
    }
    bool blis = mw_library_probe("BLIS", &library);
    add(checks, "blis", "BLIS", blis ? "ok" : "absent",
        blis ? mw_reason_told(library.version) : plain(MW_REASON_NOT_INSTALLED),
        plain(blis ? MW_REASON_NONE : MW_REASON_BLIS_OPTIONAL));
}

/* A quota stops a run when it is used up, so it is no smaller machine but a noisy one. */
static void check_processors(json_t *checks)
{
    char text[32];
    double quota = mw_cpu_quota();
    bool less = quota > 0 && quota < mw_cpu_count();
    snprintf(text, sizeof text, "%d", mw_cpu_count());
    add(checks, "cpus", "processors allowed", less ? "warning" : "ok", mw_reason_told(text),
        less ? MW_BECAUSE(QUOTA, {.number = quota}, {.number = mw_cpu_count()})
             : plain(MW_REASON_NONE));
}

/* As many as a region really gets. */
static void check_threads(json_t *checks)
{
    int wanted = mw_cpu_count(), had = 0;
#pragma omp parallel num_threads(wanted)
    {
#pragma omp single
        had = omp_get_num_threads();
    }
    add(checks, "openmp", "OpenMP", had < wanted ? "warning" : "ok",
        MW_BECAUSE(THREADS_HAD, {.number = had}, {.number = wanted}),
        plain(had < wanted ? MW_REASON_THREADS_SHORT : MW_REASON_NONE));
}

json_t *mw_report_doctor(void)
{
    json_t *checks = json_array();
    char text[256];

    /* As a kernel finds it, before the thread pools below take their share. */
    mw_memory_ceiling memory = mw_memory_ceiling_now();
    const char *used = mw_isa_name(mw_cpu_isa()), *best = mw_isa_name(mw_cpu_best_isa());
    bool lowered = mw_cpu_isa() != mw_cpu_best_isa();
    add(checks, "isa", "instruction set", lowered ? "warning" : "ok", mw_reason_told(used),
        lowered ? MW_BECAUSE(ISA_LOWERED, {.word = best}) : plain(MW_REASON_NONE));
    add(checks, "processor", "processor", "ok", mw_reason_told(mw_cpu_brand()),
        plain(mw_cpu_hypervisor() ? MW_REASON_VIRTUAL : MW_REASON_NONE));
    check_processors(checks);
    snprintf(text, sizeof text, "%zu", mw_registry_count());
    add(checks, "kernels", "kernels", "ok", mw_reason_told(text), plain(MW_REASON_NONE));

    check_rivals(checks);
    check_threads(checks);

    const mw_hardware *hardware = mw_hardware_probe();
    bool present = hardware->state == MW_HARDWARE_PRESENT;
    add(checks, "papi-hardware", "hardware events", present ? "ok" : "absent",
        present ? plain(MW_REASON_PRESENT) : hardware->brief, hardware->reason);
    mw_reason refused = mw_sde_register();
    bool exported = !mw_reason_is(&refused);
    add(checks, "papi-sde", "software-defined events", exported ? "ok" : "absent",
        exported ? mw_reason_told("sde:::MEMWALL") : plain(MW_REASON_NOT_REGISTERED), refused);

    snprintf(text, sizeof text, "%.2f GiB", (double)memory.bytes / (1024.0 * 1024 * 1024));
    add(checks, "memory", "memory a kernel may take", "ok", mw_reason_told(text),
        plain(memory.share));
    return json_pack("{s:o}", "checks", checks);
}
