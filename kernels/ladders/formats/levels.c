/*
 * binary, log2, codebook: a code names one of 2 or 16 levels, and the levels belong to a whole row
 * or matrix.
 *
 *     binary    4 bytes for 32  bit = (x >= 0)     x' = ±a, a = mean |x| (XNOR-Net)
 *     log2     16 bytes for 32  sign, 3 bits       x' = ±2^(F-6) … ±2^F, or 0; F = round(log2 amax)
 *     codebook 16 bytes for 32  index              x' = one of 16 levels from Lloyd's algorithm
 *
 * A power of two makes a product a shift of the exponent; a codebook puts its levels where the
 * weights are. Bit j mod 8 of byte j/8 is the sign of element j; nibbles lie as in q4_0.
 */
#include <math.h>
#include <stdlib.h>

#include "formats/codecs.h"
#include "formats/half.h"

enum { BLOCK = 32, HALF = BLOCK / 2, LEVELS = 16, POWERS = 7 };

void mw_encode_binary(const mw_scaling *scaling, const float *x, size_t blocks, uint8_t *codes)
{
    (void)scaling;
    for (size_t byte = 0; byte < blocks * BLOCK / 8; byte++) {
        unsigned bits = 0;
        for (unsigned j = 0; j < 8; j++)
            bits |= (unsigned)(x[8 * byte + j] >= 0) << j;
        codes[byte] = (uint8_t)bits;
    }
}

void mw_decode_binary(const mw_scaling *scaling, const uint8_t *codes, size_t blocks, float *x)
{
    for (size_t j = 0; j < blocks * BLOCK; j++)
        x[j] = codes[j / 8] >> j % 8 & 1 ? scaling->scale : -scaling->scale;
}

mw_scaling mw_scaling_binary(const mw_survey *survey)
{
    double mean = survey->count ? survey->magnitudes / (double)survey->count : 0;
    return (mw_scaling){.scale = survey->finite ? (float)mean : NAN};
}

void mw_decode_levels(const mw_scaling *scaling, const uint8_t *codes, size_t blocks, float *x)
{
    for (; blocks; blocks--, x += BLOCK, codes += HALF) {
        for (size_t j = 0; j < HALF; j++) {
            x[j] = scaling->level[codes[j] & 15];
            x[j + HALF] = scaling->level[codes[j] >> 4];
        }
    }
}

/* log2 |x| to the nearest whole number, x finite and not 0: x = f·2^e with f in [0.5, 1), and
 * log2 f is nearer to 0 than to -1 from 1/sqrt(2) on. */
static int round_log2(float x)
{
    int e;
    float f = frexpf(fabsf(x), &e);
    return f >= 0x1.6a09e6p-1f ? e : e - 1;
}

mw_scaling mw_scaling_log2(const mw_survey *survey)
{
    mw_scaling scaling = {0};
    float amax = fmaxf(-survey->min, survey->max);
    if (survey->finite && amax == 0)
        return scaling;
    int top = 0;
    if (survey->finite)
        top = round_log2(amax) < 127 ? round_log2(amax) : 127;
    scaling.scale = survey->finite ? ldexpf(1, top) : NAN;
    for (int k = 1; k <= POWERS; k++) {
        scaling.level[k] = survey->finite ? ldexpf(1, top - POWERS + k) : NAN;
        scaling.level[k + LEVELS / 2] = -scaling.level[k];
    }
    if (!survey->finite)
        scaling.level[0] = scaling.level[LEVELS / 2] = NAN;
    return scaling;
}

static unsigned log2_code(float x, int top)
{
    if (!(fabsf(x) > 0) || isinf(x))
        return 0;
    int k = round_log2(x) - top + POWERS;
    if (k < 1)
        return 0;
    return (unsigned)(k < POWERS ? k : POWERS) | (x < 0 ? LEVELS / 2 : 0);
}

void mw_encode_log2(const mw_scaling *scaling, const float *x, size_t blocks, uint8_t *codes)
{
    bool empty = !(scaling->scale > 0);
    int top = empty ? 0 : round_log2(scaling->scale);
    for (; blocks; blocks--, x += BLOCK, codes += HALF) {
        for (size_t j = 0; j < HALF; j++)
            codes[j] =
                empty ? 0 : (uint8_t)(log2_code(x[j], top) | log2_code(x[j + HALF], top) << 4);
    }
}

/* The nearest level: as many as there are midpoints below x. */
static unsigned nearest(const float *middle, float x)
{
    unsigned code = 0;
    for (size_t k = 0; k + 1 < LEVELS; k++)
        code += x > middle[k];
    return code;
}

static void midpoints(const float *level, float *middle)
{
    for (size_t k = 0; k + 1 < LEVELS; k++)
        middle[k] = (float)(((double)level[k] + (double)level[k + 1]) / 2);
}

void mw_encode_codebook(const mw_scaling *scaling, const float *x, size_t blocks, uint8_t *codes)
{
    float middle[LEVELS - 1];
    midpoints(scaling->level, middle);
    for (; blocks; blocks--, x += BLOCK, codes += HALF) {
        for (size_t j = 0; j < HALF; j++)
            codes[j] = (uint8_t)(nearest(middle, x[j]) | nearest(middle, x[j + HALF]) << 4);
    }
}

static int ascending(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* How many of the sorted numbers are at most x. */
static size_t rank(const float *sorted, size_t count, float x)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (sorted[middle] <= x)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* One step: each level becomes the mean of the numbers that are nearest to it. sum[i]: the first i
 * numbers added up. False when no level moved. */
static bool lloyd_step(float *level, const float *sorted, const double *sum, size_t count)
{
    float middle[LEVELS - 1];
    midpoints(level, middle);
    bool moved = false;
    size_t begin = 0;
    for (size_t k = 0; k < LEVELS; k++) {
        size_t end = k + 1 < LEVELS ? rank(sorted, count, middle[k]) : count;
        if (end > begin) {
            float mean = (float)((sum[end] - sum[begin]) / (double)(end - begin));
            moved |= mean != level[k];
            level[k] = mean;
        }
        begin = end;
    }
    return moved;
}

mw_status mw_codebook_train(mw_scaling *scaling, const float *sample, size_t count, mw_error *error)
{
    enum { STEPS_MAX = 2000 };
    if (count == 0)
        return mw_fail(error, MW_INVALID, "a codebook needs at least one weight to learn from");
    *scaling = (mw_scaling){0};
    float *sorted = malloc(count * sizeof *sorted);
    double *sum = malloc((count + 1) * sizeof *sum);
    mw_status status = MW_OK;
    if (!sorted || !sum) {
        status = mw_fail(error, MW_NO_MEMORY, "out of memory");
        goto done;
    }
    memcpy(sorted, sample, count * sizeof *sorted);
    sum[0] = 0;
    for (size_t i = 0; i < count; i++)
        sum[0] += sample[i] * 0.0;
    if (sum[0] != 0) { /* a NaN or an infinity among them */
        for (size_t k = 0; k < LEVELS; k++)
            scaling->level[k] = NAN;
        goto done;
    }
    qsort(sorted, count, sizeof *sorted, ascending);
    for (size_t i = 0; i < count; i++)
        sum[i + 1] = sum[i] + (double)sorted[i];
    for (size_t k = 0; k < LEVELS; k++)
        scaling->level[k] = sorted[(2 * k + 1) * count / (2 * LEVELS)];
    for (int step = 0; step < STEPS_MAX; step++) {
        if (!lloyd_step(scaling->level, sorted, sum, count))
            break;
    }
done:
    free(sorted);
    free(sum);
    return status;
}
