/* The whole family for one element type. */
#include "vector.inc.h"

#include "add.inc.h"
#include "copy.inc.h"
#include "copy_nt.inc.h"
#include "read.inc.h"
#include "scale.inc.h"
#include "store.inc.h"
#include "store_nt.inc.h"
#include "triad.inc.h"
#include "triad_nt.inc.h"
#include "update.inc.h"

#undef MW_ELEMENT
#undef MW_DTYPE
