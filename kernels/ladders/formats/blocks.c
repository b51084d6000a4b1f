/*
 * q8_0, q4_0, q4_1, q1_0: a block of weights with its scale in front of its codes.
 *
 * The scale follows the largest weight of 32, not of a whole row, so one large weight spoils few
 * others. It costs 16 bits per block: half a bit per weight.
 *
 *     q8_0  34 bytes  fp16 d, 32 x int8        d = amax/127             x' = q·d
 *     q4_0  18 bytes  fp16 d, 16 x 2 nibbles   d = (largest by size)/-8 x' = (q - 8)·d
 *     q4_1  20 bytes  fp16 d, fp16 m, nibbles  d = (max - min)/15       x' = q·d + m
 *     q1_0  18 bytes  fp16 d, 128 signs        d = mean |x|             x' = ±d
 *
 * Byte j of the nibbles holds element j (low) and element j + 16 (high): so both halves of a block
 * leave a vector of bytes in order. Codes are rounded with the scale as an f32, and read back with
 * the scale as fp16 kept it, as ggml does it. In q4_0 the largest weight takes the code 0, so that
 * the eight negative codes are spent on its side.
 */
#include <math.h>

#include "formats/codecs.h"
#include "formats/half.h"

enum { BLOCK = 32, HALF = BLOCK / 2, SIGNS = 128 };

/* What codes are multiplied by: 0 where the scale is 0, and where it is so small that its inverse
 * is no number (fp16 keeps a zero then). */
static float inverse(float d)
{
    float id = d != 0 ? 1.0f / d : 0.0f;
    return isfinite(id) ? id : 0.0f;
}

/* The largest |x|; a NaN counts as larger than infinity. Without their sign floats are ordered as
 * the whole numbers that their bits spell. */
static float largest_size(const float *x)
{
    int32_t largest = 0;
    for (size_t j = 0; j < BLOCK; j++) {
        int32_t size = (int32_t)(mw_float_bits(x[j]) & 0x7fffffffu);
        largest = largest > size ? largest : size;
    }
    return mw_bits_float((uint32_t)largest);
}

/* A block that holds a NaN or an infinity: its scale says so. */
static void poison(uint8_t *block, size_t bytes)
{
    memset(block, 0, bytes);
    mw_fp16_store(block, NAN);
}

void mw_encode_q8_0(const mw_scaling *scaling, const float *x, size_t blocks, uint8_t *block)
{
    (void)scaling;
    for (; blocks; blocks--, x += BLOCK, block += 2 + BLOCK) {
        float amax = largest_size(x);
        if (!isfinite(amax)) {
            poison(block, 2 + BLOCK);
            continue;
        }
        float d = amax / 127, id = inverse(d);
        mw_fp16_store(block, d);
        for (size_t j = 0; j < BLOCK; j++)
            block[2 + j] = (uint8_t)mw_round_away(x[j] * id);
    }
}

void mw_decode_q8_0(const mw_scaling *scaling, const uint8_t *block, size_t blocks, float *x)
{
    (void)scaling;
    for (; blocks; blocks--, x += BLOCK, block += 2 + BLOCK) {
        float d = mw_fp16_load(block);
        for (size_t j = 0; j < BLOCK; j++)
            x[j] = (float)(int8_t)block[2 + j] * d;
    }
}

/* The code of a scaled weight: x + offset cut off, at most 15. */
static uint8_t nibble(float x, float offset)
{
    int32_t code = (int32_t)(x + offset);
    return (uint8_t)(code < 15 ? code : 15);
}

static void pack_nibbles(const float *x, float base, float id, float offset, uint8_t *codes)
{
    for (size_t j = 0; j < HALF; j++) {
        uint8_t low = nibble((x[j] - base) * id, offset);
        uint8_t high = nibble((x[j + HALF] - base) * id, offset);
        codes[j] = (uint8_t)(low | high << 4);
    }
}

void mw_encode_q4_0(const mw_scaling *scaling, const float *x, size_t blocks, uint8_t *block)
{
    (void)scaling;
    for (; blocks; blocks--, x += BLOCK, block += 2 + HALF) {
        float amax = largest_size(x), largest = 0;
        if (!isfinite(amax)) {
            poison(block, 2 + HALF);
            continue;
        }
        for (size_t j = 0; j < BLOCK && largest == 0; j++)
            largest = fabsf(x[j]) == amax ? x[j] : 0; /* of two equal ones the first */
        float d = largest / -8;
        mw_fp16_store(block, d);
        pack_nibbles(x, 0, inverse(d), 8.5f, block + 2);
    }
}

void mw_decode_q4_0(const mw_scaling *scaling, const uint8_t *block, size_t blocks, float *x)
{
    (void)scaling;
    for (; blocks; blocks--, x += BLOCK, block += 2 + HALF) {
        float d = mw_fp16_load(block);
        for (size_t j = 0; j < HALF; j++) {
            x[j] = (float)((block[2 + j] & 15) - 8) * d;
            x[j + HALF] = (float)((block[2 + j] >> 4) - 8) * d;
        }
    }
}

void mw_encode_q4_1(const mw_scaling *scaling, const float *x, size_t blocks, uint8_t *block)
{
    (void)scaling;
    for (; blocks; blocks--, x += BLOCK, block += 4 + HALF) {
        float amax = largest_size(x), min = x[0], max = x[0];
        for (size_t j = 1; j < BLOCK; j++) {
            min = min < x[j] ? min : x[j];
            max = max > x[j] ? max : x[j];
        }
        float d = (max - min) / 15;
        if (!isfinite(amax) || !isfinite(d)) {
            poison(block, 4 + HALF);
            continue;
        }
        mw_fp16_store(block, d);
        mw_fp16_store(block + 2, min);
        pack_nibbles(x, min, inverse(d), 0.5f, block + 4);
    }
}

void mw_decode_q4_1(const mw_scaling *scaling, const uint8_t *block, size_t blocks, float *x)
{
    (void)scaling;
    for (; blocks; blocks--, x += BLOCK, block += 4 + HALF) {
        float d = mw_fp16_load(block), m = mw_fp16_load(block + 2);
        for (size_t j = 0; j < HALF; j++) {
            x[j] = (float)(block[4 + j] & 15) * d + m;
            x[j + HALF] = (float)(block[4 + j] >> 4) * d + m;
        }
    }
}

void mw_encode_q1_0(const mw_scaling *scaling, const float *x, size_t blocks, uint8_t *block)
{
    for (; blocks; blocks--, x += SIGNS, block += 2 + SIGNS / 8) {
        double sum = 0;
        for (size_t j = 0; j < SIGNS; j++)
            sum += fabsf(x[j]);
        mw_fp16_store(block, isfinite(sum) ? (float)(sum / SIGNS) : NAN);
        mw_encode_binary(scaling, x, SIGNS / BLOCK, block + 2);
    }
}

void mw_decode_q1_0(const mw_scaling *scaling, const uint8_t *block, size_t blocks, float *x)
{
    (void)scaling;
    for (; blocks; blocks--, x += SIGNS, block += 2 + SIGNS / 8) {
        mw_scaling own = {.scale = mw_fp16_load(block)};
        mw_decode_binary(&own, block + 2, SIGNS / BLOCK, x);
    }
}
