/* The passes for one element type. */
#include "vector.inc.h"

#include "optimizers.inc.h"
#include "passes.inc.h"

#undef MW_ELEMENT
#undef MW_DTYPE
#undef ROOT
