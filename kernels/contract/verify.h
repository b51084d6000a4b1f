/*
 * verify.h: comparing an element with its reference under a componentwise bound.
 *
 * A sum of k products computed in any order errs by at most gamma_k times the sum of the products'
 * magnitudes, gamma_k = k·u/(1 - k·u) (Higham, Accuracy and Stability, 3.1 and 3.5). For long sums
 * that bound would let a lost term pass, so beyond 100 terms it is 10·sqrt(k)·u, which holds with
 * overwhelming probability (Higham and Mary, SIAM J. Sci. Comput. 41, 2019).
 */
#ifndef MW_VERIFY_H
#define MW_VERIFY_H

#include <stddef.h>

#include "kernel.h"

/* The factor before the sum of magnitudes. `terms` >= 1. */
long double mw_error_gamma(mw_dtype dtype, size_t terms);

/* gamma_k itself, however many terms: for sums in which terms come again and again, whose rounding
 * errors then do not cancel. */
long double mw_error_gamma_certain(mw_dtype dtype, size_t terms);

/* Element [index] of an array of either type. Here, since references call it for every product. */
static inline long double mw_element_at(const void *array, mw_dtype dtype, size_t index)
{
    return dtype == MW_F32 ? (long double)((const float *)array)[index]
                           : (long double)((const double *)array)[index];
}

/* Takes note when this element's error over `bound` is the largest so far; NaN is infinitely wrong.
 * `row` and `column` are for people; column SIZE_MAX: a vector. */
void mw_verification_note(mw_verification *verification, long double got, long double want,
                          long double bound, const char *array, size_t row, size_t column);

#endif
