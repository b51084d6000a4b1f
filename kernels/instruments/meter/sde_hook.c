/*
 * libmemwall-sde.so: what `papi_native_avail -sde libmemwall-sde.so` opens to list our events.
 */
#include "meter/sde.h"

papi_handle_t papi_sde_hook_list_events(papi_sde_fptr_struct_t *fptr_struct)
{
    return mw_sde_table_register(fptr_struct);
}
