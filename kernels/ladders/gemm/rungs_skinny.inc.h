/* The tiles of gemm/skinny for one element type. */
#include "vector.inc.h"

#include "skinny.inc.h"

#undef MW_ELEMENT
#undef MW_DTYPE
