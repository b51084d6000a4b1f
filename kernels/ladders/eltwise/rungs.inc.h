/* The whole family for one element type. */
#include "vector.inc.h"

#include "vector_exp2.inc.h"

/* y[i] = whole for all vectors of `count` elements, then what is left of the last. */
#undef EACH_VECTOR
#define EACH_VECTOR(source, whole, part)                                                           \
    T *restrict to = y;                                                                            \
    const T *restrict from = source;                                                               \
    size_t i = 0;                                                                                  \
    for (; i + LANES <= count; i += LANES)                                                         \
        STORE(to + i, whole);                                                                      \
    size_t left = count - i;                                                                       \
    if (left)                                                                                      \
    STORE_PART(to + i, part, left)

#include "gelu.inc.h"

#include "fused.inc.h"
#include "passes.inc.h"

#undef MW_ELEMENT
#undef MW_DTYPE
