/* verify.c: gamma_k by the unit roundoff of a type, and the worst element so far. */
#include "verify.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>

static long double unit_roundoff(mw_dtype dtype)
{
    return dtype == MW_F32 ? 0x1p-24L : 0x1p-53L;
}

long double mw_error_gamma_certain(mw_dtype dtype, size_t terms)
{
    long double ku = (long double)terms * unit_roundoff(dtype);
    return ku < 1 ? ku / (1 - ku) : INFINITY;
}

long double mw_error_gamma(mw_dtype dtype, size_t terms)
{
    if (terms <= 100)
        return mw_error_gamma_certain(dtype, terms);
    return 10 * sqrtl((long double)terms) * unit_roundoff(dtype);
}

void mw_verification_note(mw_verification *verification, long double got, long double want,
                          long double bound, const char *array, size_t row, size_t column)
{
    long double error = fabsl(got - want);
    double over = 0;
    if (isnan(error))
        over = INFINITY;
    else if (error > 0)
        over = bound > 0 ? (double)(error / bound) : INFINITY;
    if (over <= verification->worst)
        return;
    verification->worst = over;
    if (column == SIZE_MAX)
        snprintf(verification->where, sizeof verification->where, "%s[%zu]", array, row);
    else
        snprintf(verification->where, sizeof verification->where, "%s[%zu][%zu]", array, row,
                 column);
}
