/* The whole ladder for one element type. */
#include "../vector.inc.h"

#include "column.inc.h"
#include "reference.inc.h"
#include "simd.inc.h"

#undef MW_ELEMENT
#undef MW_DTYPE
