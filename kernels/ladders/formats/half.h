/* half.h: the two halves of a float, fp16 (1-5-10) and bf16 (1-8-7), to and from f32 as IEEE 754
 * rounds: to nearest, ties to even. Every NaN becomes the quiet one of its sign. */
#ifndef MW_FORMATS_HALF_H
#define MW_FORMATS_HALF_H

#include <stdint.h>
#include <string.h>

static inline uint32_t mw_float_bits(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static inline float mw_bits_float(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline uint16_t mw_bf16_of(float value)
{
    uint32_t bits = mw_float_bits(value);
    if ((bits & 0x7fffffffu) > 0x7f800000u)
        return (uint16_t)((bits >> 16 & 0x8000u) | 0x7fc0u);
    return (uint16_t)((bits + 0x7fffu + (bits >> 16 & 1)) >> 16);
}

static inline float mw_bf16_value(uint16_t half)
{
    return mw_bits_float((uint32_t)half << 16);
}

static inline uint16_t mw_fp16_of(float value)
{
    uint32_t bits = mw_float_bits(value), sign = bits >> 16 & 0x8000u, rest = bits & 0x7fffffffu;
    if (rest > 0x7f800000u)
        return (uint16_t)(sign | 0x7e00u);
    if (rest >= 0x477ff000u) /* from 65520 on it rounds to infinity */
        return (uint16_t)(sign | 0x7c00u);
    if (rest < 0x38800000u) {
        /* Below 2^-14 the step is 2^-24, the last bit of a float in [0.5, 1): adding 0.5 rounds. */
        float rounded = mw_bits_float(rest) + 0.5f;
        return (uint16_t)(sign | (mw_float_bits(rounded) - 0x3f000000u));
    }
    uint32_t odd = rest >> 13 & 1;
    return (uint16_t)(sign | ((rest - 0x38000000u + 0xfffu + odd) >> 13));
}

static inline float mw_fp16_value(uint16_t half)
{
    uint32_t sign = (uint32_t)(half & 0x8000u) << 16, rest = half & 0x7fffu;
    if (rest >= 0x7c00u)
        return mw_bits_float(sign | (rest > 0x7c00u ? 0x7fc00000u : 0x7f800000u));
    /* As bits of a float the exponent is 112 too small; a product puts that right, also for
     * numbers below 2^-14. */
    float magnitude = mw_bits_float(rest << 13) * 0x1p112f;
    return mw_bits_float(sign | mw_float_bits(magnitude));
}

static inline void mw_fp16_store(void *to, float value)
{
    uint16_t half = mw_fp16_of(value);
    memcpy(to, &half, sizeof half);
}

static inline float mw_fp16_load(const void *from)
{
    uint16_t half;
    memcpy(&half, from, sizeof half);
    return mw_fp16_value(half);
}

#endif
