/* The whole family for one element type. */
#include "vector.inc.h"

#include "direct.inc.h"

#undef MW_ELEMENT
#undef MW_DTYPE
