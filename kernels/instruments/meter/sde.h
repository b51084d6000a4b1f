/*
 * sde.h: the one table of Software-Defined Events, registered through whatever functions PAPI hands
 * out: the linked ones in a worker, those of papi_native_avail in libmemwall-sde.so.
 */
#ifndef MW_METER_SDE_H
#define MW_METER_SDE_H

#include <sde_lib.h>

/* Registers sde:::MEMWALL::FLOPS, ::LOAD_BYTES and ::STORE_BYTES; NULL when PAPI refuses. Once per
 * process: a second registration is ignored, and taking events back crashes PAPI 7.0.0. */
papi_handle_t mw_sde_table_register(const papi_sde_fptr_struct_t *sde);

#endif
