/* Both loops for one element type. */
#include "vector.inc.h"

#include "vector_exp2.inc.h"

static void NAME(bare)(void *y, const void *v, size_t count)
{
    for (size_t i = 0; i < count; i += LANES)
        STORE((T *)y + i, NAME(exp2)(LOAD((const T *)v + i)));
}

static void NAME(clamped)(void *y, const void *v, size_t count)
{
    for (size_t i = 0; i < count; i += LANES)
        STORE((T *)y + i, NAME(exp2)(NAME(within)(LOAD((const T *)v + i), EXPONENTS)));
}

#undef MW_ELEMENT
#undef MW_DTYPE
