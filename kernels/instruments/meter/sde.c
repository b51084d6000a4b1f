/* sde.c: three callbacks into the ledger, and their names for PAPI. */
#include "meter/sde.h"

#include <stddef.h>

#include "ledger.h"

/* Callbacks, because a counter is the sum of all threads' slots and exists nowhere as one variable.
 */
static long long flops(void *ledger)
{
    return (long long)mw_ledger_total(ledger).flops;
}

static long long load_bytes(void *ledger)
{
    return (long long)mw_ledger_total(ledger).load_bytes;
}

static long long store_bytes(void *ledger)
{
    return (long long)mw_ledger_total(ledger).store_bytes;
}

static const struct {
    const char *name, *description;
    papi_sde_fptr_t read;
} events[] = {
    {"FLOPS", "Floating-point operations tallied by memwall's own loops (1 FMA = 2)", flops},
    {"LOAD_BYTES", "Bytes that memwall's own loops loaded", load_bytes},
    {"STORE_BYTES", "Bytes that memwall's own loops stored", store_bytes},
};

papi_handle_t mw_sde_table_register(const papi_sde_fptr_struct_t *sde)
{
    papi_handle_t handle = sde->init("MEMWALL");
    for (size_t i = 0; handle && i < sizeof events / sizeof *events; i++) {
        /* Instant: a delta would be rebased by whichever thread starts or resets a set last. */
        if (sde->register_counter_cb(handle, events[i].name, PAPI_SDE_RO | PAPI_SDE_INSTANT,
                                     PAPI_SDE_long_long, events[i].read, mw_ledger_process()) != 0)
            return NULL;
        sde->describe_counter(handle, events[i].name, events[i].description);
    }
    return handle;
}
