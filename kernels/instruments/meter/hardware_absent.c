/* What hardware.c is in a build without PAPI: everything is absent and says why. */
#include "meter/hardware.h"

static const mw_hardware absent = {
    .state = MW_HARDWARE_NOT_BUILT,
    .reason = {.id = MW_REASON_NO_PAPI_LONG},
    .brief = {.id = MW_REASON_NO_PAPI},
};

const mw_hardware *mw_hardware_probe(void)
{
    return &absent;
}

void mw_hardware_measure(mw_run *run, mw_hardware_counts *counts)
{
    (void)run;
    *counts = mw_hardware_none(&absent.brief);
}

mw_reason mw_sde_register(void)
{
    return absent.reason;
}
