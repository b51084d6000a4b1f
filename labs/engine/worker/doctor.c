#include "labs/engine/worker/report.h"

#include <omp.h>
#include <stdio.h>
#include <string.h>

#include "cpu.h"
#include "library.h"
#include "meter/hardware.h"
#include "model/groups.h"
#include "model/memory.h"
#include "registry.h"

static void add(json_t *checks, const char *id, const char *label, const char *state,
                const char *value, const char *note)
{
    json_t *check =
        json_pack("{s:s, s:s, s:s, s:s}", "id", id, "label", label, "state", state, "value", value);
    if (check && note)
        json_object_set_new(check, "note", json_string(note));
    json_array_append_new(checks, check);
}

/* A rival that is held back would make our own kernels look good. */
static const char *what_holds_back(const mw_library *library)
{
    if (library->serial)
        return "it was built without threads: on several cores it is no yardstick";
    if (library->core_known && library->isa < mw_cpu_isa())
        return "its kernels use narrower vectors than ours: it is a weak yardstick here";
    return NULL;
}

static void check_rivals(json_t *checks)
{
    char text[128];
    mw_library library;
    if (mw_library_probe("OpenBLAS", &library)) {
        const char *note = what_holds_back(&library);
        mw_library_describe(&library, text, sizeof text);
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, ", %d threads", library.threads);
        add(checks, "openblas", "OpenBLAS", note ? "warning" : "ok", text, note);
    }
    bool blis = mw_library_probe("BLIS", &library);
    add(checks, "blis", "BLIS", blis ? "ok" : "absent", blis ? library.version : "not installed",
        blis ? NULL : "only to compare with: package libblis4");
}

/* A quota stops a run when it is used up, so it is no smaller machine but a noisy one. */
static void check_processors(json_t *checks)
{
    char text[32], note[96];
    double quota = mw_cpu_quota();
    bool less = quota > 0 && quota < mw_cpu_count();
    snprintf(text, sizeof text, "%d", mw_cpu_count());
    snprintf(note, sizeof note, "the control group allows %.3g of %d processors at a time", quota,
             mw_cpu_count());
    add(checks, "cpus", "processors allowed", less ? "warning" : "ok", text, less ? note : NULL);
}

/* As many as a region really gets. */
static void check_threads(json_t *checks)
{
    int wanted = mw_cpu_count(), had = 0;
    char text[64];
#pragma omp parallel num_threads(wanted)
    {
#pragma omp single
        had = omp_get_num_threads();
    }
    snprintf(text, sizeof text, "%d of %d threads", had, wanted);
    add(checks, "openmp", "OpenMP", had < wanted ? "warning" : "ok", text,
        had < wanted ? "the system gives fewer threads than there are processors" : NULL);
}

json_t *mw_report_doctor(void)
{
    json_t *checks = json_array();
    char text[256];

    /* As a kernel finds it, before the thread pools below take their share. */
    mw_memory_ceiling memory = mw_memory_ceiling_now();
    const char *used = mw_isa_name(mw_cpu_isa()), *best = mw_isa_name(mw_cpu_best_isa());
    bool lowered = mw_cpu_isa() != mw_cpu_best_isa();
    snprintf(text, sizeof text, "the processor has %s; MEMWALL_ISA lowers it", best);
    add(checks, "isa", "instruction set", lowered ? "warning" : "ok", used, lowered ? text : NULL);
    add(checks, "processor", "processor", "ok", mw_cpu_brand(),
        mw_cpu_hypervisor() ? "a virtual machine: cache sizes may not be real" : NULL);
    check_processors(checks);
    snprintf(text, sizeof text, "%zu", mw_registry_count());
    add(checks, "kernels", "kernels", "ok", text, NULL);

    check_rivals(checks);
    check_threads(checks);

    const mw_hardware *hardware = mw_hardware_probe();
    bool present = hardware->state == MW_HARDWARE_PRESENT;
    add(checks, "papi-hardware", "hardware events", present ? "ok" : "absent",
        present ? "present" : hardware->short_reason, hardware->reason);
    mw_error error = {MW_OK, ""};
    bool exported = mw_sde_register(&error) == MW_OK;
    add(checks, "papi-sde", "software-defined events", exported ? "ok" : "absent",
        exported ? "sde:::MEMWALL" : "not registered", exported ? NULL : error.message);

    snprintf(text, sizeof text, "%.2f GiB", (double)memory.bytes / (1024.0 * 1024 * 1024));
    add(checks, "memory", "memory a kernel may take", "ok", text, memory.share);
    return json_pack("{s:o}", "checks", checks);
}
