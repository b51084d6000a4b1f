/* exp2_bodies.h: 2^v of vector_exp2.inc.h as a table, so that a test can call it. */
#ifndef MW_TEST_EXP2_BODIES_H
#define MW_TEST_EXP2_BODIES_H

#include <stddef.h>

#include "by_isa.h"

/* y = 2^v of `count` elements, whole vectors of them, which is any multiple of 16. */
typedef struct mw_exp2_bodies {
    /* by dtype */
    void (*bare[2])(void *y, const void *v, size_t count);   /* |v| within the limit */
    void (*within[2])(void *y, const void *v, size_t count); /* as the kernels call it */
} mw_exp2_bodies;

MW_BODIES_BY_ISA(mw_exp2_bodies)

#endif
