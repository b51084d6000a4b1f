/* dtype.h: the element types that kernels take. */
#ifndef MW_DTYPE_H
#define MW_DTYPE_H

#include <stddef.h>

typedef enum mw_dtype { MW_F32 = 0, MW_F64 = 1 } mw_dtype;
size_t mw_dtype_size(mw_dtype dtype);
const char *mw_dtype_name(mw_dtype dtype); /* "f32", "f64" */

#endif
