/* The plain loops for one element type. */
#include "vector.inc.h"

#include "ijk.inc.h"
#include "ikj.inc.h"
#include "jik.inc.h"
#include "jki.inc.h"
#include "kij.inc.h"
#include "kji.inc.h"

#include "blocked.inc.h"
#include "blocked2.inc.h"
#include "packed.inc.h"

#undef MW_ELEMENT
#undef MW_DTYPE
