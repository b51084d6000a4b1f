/* Register tiles and packers for one element type. */
#include "vector.inc.h"

#include "vector_square.inc.h"

#include "pack.inc.h"
#include "tile.inc.h"

#if defined(__AVX512F__)
#include "micro_avx512.inc.h"
#elif defined(__AVX2__)
#include "micro_avx2.inc.h"
#endif

#undef MW_ELEMENT
#undef MW_DTYPE
#undef MW_SUFFIX
#undef MW_ELEMENT_BYTES
