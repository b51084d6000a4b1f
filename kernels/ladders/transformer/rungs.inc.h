/* Both loops for one element type. */
#include "vector.inc.h"

/* Three passes over a row that lies in the first-level cache: its mean, its variance, the result.
 */
MW_INLINE void NAME(layernorm_row)(const T *x, const T *scale, const T *shift, T *y, size_t d)
{
    VEC sum = {0};
    size_t j = 0;
    for (; j + LANES <= d; j += LANES)
        sum += LOAD(x + j);
    T mean = SUM(sum + LOAD_PART(x + j, d - j)) / (T)d;
    VEC squares = {0};
    for (j = 0; j + LANES <= d; j += LANES) {
        VEC off = LOAD(x + j) - mean;
        squares += off * off;
    }
    T variance = SUM(squares);
    for (; j < d; j++)
        variance += (x[j] - mean) * (x[j] - mean);
    T factor = (T)(1 / sqrt((double)(variance / (T)d) + 1e-5));
    for (j = 0; j + LANES <= d; j += LANES)
        STORE(y + j, (LOAD(x + j) - mean) * factor * LOAD(scale + j) + LOAD(shift + j));
    for (; j < d; j++)
        y[j] = (x[j] - mean) * factor * scale[j] + shift[j];
}

static void NAME(layernorm)(const mw_layernorm_rows *rows)
{
    for (size_t i = 0; i < rows->rows; i++)
        NAME(layernorm_row)
    ((const T *)rows->x + i * rows->d, rows->scale, rows->shift, (T *)rows->y + i * rows->d,
     rows->d);
}

/* A line of sums grows in registers while the rows of V pass by. */
static void NAME(combine)(const mw_combination *one)
{
    enum { VECTORS = MW_COMBINE_BYTES / VECTOR_BYTES, COLUMNS = MW_COMBINE_BYTES / sizeof(T) };
    const T *weight = one->weight;
    size_t c = 0;
    for (; c + COLUMNS <= one->count; c += COLUMNS) {
        const T *v = (const T *)one->v + c;
        VEC sum[VECTORS];
#pragma GCC unroll 16
        for (size_t i = 0; i < VECTORS; i++)
            sum[i] = one->add ? LOAD((T *)one->out + c + i * LANES) : (VEC){0};
        for (size_t t = 0; t < one->rows; t++) {
#pragma GCC unroll 16
            for (size_t i = 0; i < VECTORS; i++)
                sum[i] += weight[t] * LOAD(v + t * one->ld + i * LANES);
        }
#pragma GCC unroll 16
        for (size_t i = 0; i < VECTORS; i++)
            STORE((T *)one->out + c + i * LANES, sum[i]);
    }
    if (c == one->count)
        return;
    T rest[COLUMNS] = {0};
    if (one->add)
        memcpy(rest, (T *)one->out + c, (one->count - c) * sizeof(T));
    for (size_t t = 0; t < one->rows; t++) {
        const T *v = (const T *)one->v + t * one->ld + c;
        for (size_t i = 0; i < one->count - c; i++)
            rest[i] += weight[t] * v[i];
    }
    memcpy((T *)one->out + c, rest, (one->count - c) * sizeof(T));
}

#undef MW_ELEMENT
#undef MW_DTYPE
