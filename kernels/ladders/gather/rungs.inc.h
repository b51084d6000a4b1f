/* The whole family for one element type. */
#include "vector.inc.h"

#include "bag.inc.h"

#undef MW_ELEMENT
#undef MW_DTYPE
