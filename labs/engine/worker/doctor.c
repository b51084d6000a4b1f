#include "labs/engine/worker/report.h"

#include <omp.h>
#include <stdio.h>
#include <string.h>

#include "cpu.h"
#include "gemm/blis.h"
#include "meter/hardware.h"
#include "registry.h"

/* OpenBLAS says these itself; its header would also declare all of BLAS. */
extern char *openblas_get_config(void);
extern int openblas_get_num_threads(void);

static void add(json_t *checks, const char *id, const char *label, const char *state,
                const char *value, const char *note)
{
    json_t *check =
        json_pack("{s:s, s:s, s:s, s:s}", "id", id, "label", label, "state", state, "value", value);
    if (check && note)
        json_object_set_new(check, "note", json_string(note));
    json_array_append_new(checks, check);
}

json_t *mw_report_doctor(void)
{
    json_t *checks = json_array();
    char text[256];

    const char *used = mw_isa_name(mw_cpu_isa()), *best = mw_isa_name(mw_cpu_best_isa());
    bool lowered = mw_cpu_isa() != mw_cpu_best_isa();
    snprintf(text, sizeof text, "the processor has %s; MEMWALL_ISA lowers it", best);
    add(checks, "isa", "instruction set", lowered ? "warning" : "ok", used, lowered ? text : NULL);
    add(checks, "processor", "processor", "ok", mw_cpu_brand(),
        mw_cpu_hypervisor() ? "a virtual machine: cache sizes may not be real" : NULL);
    snprintf(text, sizeof text, "%d", mw_cpu_count());
    add(checks, "cpus", "processors allowed", "ok", text, NULL);
    snprintf(text, sizeof text, "%zu", mw_registry_count());
    add(checks, "kernels", "kernels", "ok", text, NULL);

    snprintf(text, sizeof text, "%.180s, %d threads", openblas_get_config(),
             openblas_get_num_threads());
    add(checks, "openblas", "OpenBLAS", "ok", text, NULL);
    const char *blis = mw_blis_version();
    add(checks, "blis", "BLIS", blis ? "ok" : "absent", blis ? blis : "not installed",
        blis ? NULL : "only to compare with: package libblis4");
    snprintf(text, sizeof text, "%d threads at most", omp_get_max_threads());
    add(checks, "openmp", "OpenMP", "ok", text, NULL);

    const mw_hardware *hardware = mw_hardware_probe();
    bool present = hardware->state == MW_HARDWARE_PRESENT;
    add(checks, "papi-hardware", "hardware events", present ? "ok" : "absent",
        present ? "present" : hardware->short_reason, hardware->reason);
    mw_error error = {MW_OK, ""};
    bool exported = mw_sde_register(&error) == MW_OK;
    add(checks, "papi-sde", "software-defined events", exported ? "ok" : "absent",
        exported ? "sde:::MEMWALL" : "not registered", exported ? NULL : error.message);

    snprintf(text, sizeof text, "%.1f GiB", (double)mw_memory_limit() / (1024.0 * 1024 * 1024));
    add(checks, "memory", "memory a kernel may take", "ok", text, NULL);
    return json_pack("{s:o}", "checks", checks);
}
