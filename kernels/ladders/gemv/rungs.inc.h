/* The whole ladder for one element type. */
#include "vector.inc.h"

#include "column.inc.h"
#include "reference.inc.h"
#include "simd.inc.h"
#include "sums.inc.h"
#include "unrolled.inc.h"

#include "prefetch.inc.h"
#include "rows.inc.h"

#undef MW_ELEMENT
#undef MW_DTYPE
