/*
 * int8: a byte a weight, one step for a whole row (channel) or matrix (tensor).
 *
 *     symmetric   S = amax/127, q = round(x/S) in -127 … 127                        x' = S·q
 *     asymmetric  S = (max - min)/255, Z = round(-min/S), q = round(x/S) + Z in 0 … 255
 *                                                                                   x' = S·(q - Z)
 *
 * Weights of a row that lie on one side of 0 waste half of the symmetric codes; the zero point Z
 * moves the codes to where the weights are. The range is widened until it holds 0, so that 0 has a
 * code and Z is one.
 */
#include <math.h>

#include "formats/codecs.h"

mw_scaling mw_scaling_symmetric(const mw_survey *survey)
{
    float amax = fmaxf(-survey->min, survey->max);
    return (mw_scaling){.scale = survey->finite ? amax / 127 : NAN};
}

mw_scaling mw_scaling_asymmetric(const mw_survey *survey)
{
    double range = (double)survey->max - (double)survey->min;
    float step = survey->finite ? (float)(range / 255) : NAN;
    mw_scaling scaling = {.scale = step};
    if (step > 0) {
        double zero = floor(-(double)survey->min / (double)step + 0.5);
        scaling.zero = (int32_t)fmin(zero, 255);
    }
    return scaling;
}

/* round(x/S), within ±255 whatever x and S are. */
static int32_t steps(float x, float step)
{
    double code = step > 0 ? (double)x / (double)step : 0;
    code = code < 255 ? code : 255;
    code = code > -255 ? code : -255;
    return (int32_t)(code + (code < 0 ? -0.5 : 0.5));
}

static int32_t within(int32_t code, int32_t low, int32_t high)
{
    return code < low ? low : code > high ? high : code;
}

void mw_encode_symmetric(const mw_scaling *scaling, const float *x, size_t blocks, uint8_t *codes)
{
    for (size_t i = 0; i < blocks; i++)
        codes[i] = (uint8_t)(int8_t)within(steps(x[i], scaling->scale), -127, 127);
}

void mw_decode_symmetric(const mw_scaling *scaling, const uint8_t *codes, size_t blocks, float *x)
{
    for (size_t i = 0; i < blocks; i++)
        x[i] = (float)(int8_t)codes[i] * scaling->scale;
}

void mw_encode_asymmetric(const mw_scaling *scaling, const float *x, size_t blocks, uint8_t *codes)
{
    for (size_t i = 0; i < blocks; i++)
        codes[i] = (uint8_t)within(steps(x[i], scaling->scale) + scaling->zero, 0, 255);
}

void mw_decode_asymmetric(const mw_scaling *scaling, const uint8_t *codes, size_t blocks, float *x)
{
    for (size_t i = 0; i < blocks; i++)
        x[i] = (float)(codes[i] - scaling->zero) * scaling->scale;
}
