/* Exit code of a test of the instruction set named by MEMWALL_ISA on a machine without it. */
#ifndef MW_TEST_ISA_H
#define MW_TEST_ISA_H

#include <stdbool.h>
#include <stdio.h>

#include "cpu.h"

enum { SKIPPED = 77 };

/* True, and said, when this machine cannot run what MEMWALL_ISA names. */
static inline bool isa_is_absent(void)
{
    mw_error error;
    if (mw_cpu_init(&error) == MW_OK)
        return false;
    fprintf(stderr, "skipped: %s\n", error.message);
    return true;
}

#endif
