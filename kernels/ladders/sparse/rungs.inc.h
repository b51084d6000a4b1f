/* Every format for one element type. */
#include "vector.inc.h"

#include "gather.inc.h"

#include "bcsr.inc.h"
#include "bitmap.inc.h"
#include "csr.inc.h"
#include "spmm.inc.h"
#include "two_of_four.inc.h"

#undef MW_ELEMENT
#undef MW_DTYPE
#undef BITS
#undef LANE
