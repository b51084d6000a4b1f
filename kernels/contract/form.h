/*
 * form.h: closed forms without overflow. Parameters stay so small that their products fit 128
 * bits; what does not fit a counter becomes MW_FORM_HUGE, which mw_args_check refuses.
 */
#ifndef MW_FORM_H
#define MW_FORM_H

#include <stddef.h>
#include <stdint.h>

__extension__ typedef unsigned __int128 mw_wide;

#define MW_FORM_HUGE UINT64_MAX

/* Half the range is kept free: work is summed over executions. */
static inline uint64_t mw_form(mw_wide value)
{
    return value > UINT64_MAX / 2 ? MW_FORM_HUGE : (uint64_t)value;
}

static inline size_t mw_smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static inline uint64_t mw_ceil_div(uint64_t a, uint64_t b)
{
    return (a + b - 1) / b;
}

#endif
