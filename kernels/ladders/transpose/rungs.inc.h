/* The whole ladder for one element type. */
#include "vector.inc.h"

#include "vector_square.inc.h"

#include "naive.inc.h"
#include "turn.inc.h"

#include "packed.inc.h"

#undef MW_ELEMENT
#undef MW_DTYPE
#undef MW_ELEMENT_BYTES
