/* The whole ladder for one element type. */
#include "../vector.inc.h"

#include "ijk.inc.h"
#include "ikj.inc.h"

#include "blocked.inc.h"
#include "skinny.inc.h"

#undef MW_ELEMENT
#undef MW_DTYPE
