/* The whole family for one element type. */
#include "vector.inc.h"

#include "vector_exp2.inc.h"

#include "softmax.inc.h"

#include "online.inc.h"

#undef MW_ELEMENT
#undef MW_DTYPE
