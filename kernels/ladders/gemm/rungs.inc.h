/* The whole ladder for one element type. */
#include "vector.inc.h"

#include "vector_square.inc.h"

#include "ijk.inc.h"
#include "ikj.inc.h"
#include "jik.inc.h"
#include "jki.inc.h"
#include "kij.inc.h"
#include "kji.inc.h"

#include "blocked.inc.h"
#include "blocked2.inc.h"
#include "pack.inc.h"
#include "packed.inc.h"
#include "tile.inc.h"

#if defined(__AVX512F__)
#include "micro_avx512.inc.h"
#elif defined(__AVX2__)
#include "micro_avx2.inc.h"
#endif

#include "skinny.inc.h"

#undef MW_ELEMENT
#undef MW_DTYPE
#undef MW_SUFFIX
#undef MW_ELEMENT_BYTES
