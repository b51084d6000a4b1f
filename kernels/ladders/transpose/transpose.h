/* transpose.h: B = transposed A, with A of m rows and n columns, row-major. In place: A = its own
 * transpose, square. */
#ifndef MW_TRANSPOSE_H
#define MW_TRANSPOSE_H

#include "kernel.h"

extern const mw_kernel mw_transpose_naive, mw_transpose_blocked, mw_transpose_packed,
    mw_transpose_oblivious, mw_transpose_inplace;

#endif
