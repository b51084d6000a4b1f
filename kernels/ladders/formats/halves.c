/*
 * bf16 and fp16: a float with bits cut off, 2 bytes a weight.
 *
 * bf16 keeps the exponent and 7 bits after the leading one, fp16 has 10 of them and less range:
 * 65504 at most, and fewer bits below 2^-14. Every weight stands for itself; no scale, no block.
 * With m bits after the leading one the noise lies 6.02·m + 13.5 dB below normal data.
 */
#include "formats/codecs.h"
#include "formats/half.h"

void mw_encode_bf16(const mw_scaling *scaling, const float *weights, size_t blocks, uint8_t *codes)
{
    (void)scaling;
    for (size_t i = 0; i < blocks; i++) {
        uint16_t half = mw_bf16_of(weights[i]);
        memcpy(codes + 2 * i, &half, sizeof half);
    }
}

void mw_decode_bf16(const mw_scaling *scaling, const uint8_t *codes, size_t blocks, float *weights)
{
    (void)scaling;
    for (size_t i = 0; i < blocks; i++) {
        uint16_t half;
        memcpy(&half, codes + 2 * i, sizeof half);
        weights[i] = mw_bf16_value(half);
    }
}

void mw_encode_fp16(const mw_scaling *scaling, const float *weights, size_t blocks, uint8_t *codes)
{
    (void)scaling;
    for (size_t i = 0; i < blocks; i++)
        mw_fp16_store(codes + 2 * i, weights[i]);
}

void mw_decode_fp16(const mw_scaling *scaling, const uint8_t *codes, size_t blocks, float *weights)
{
    (void)scaling;
    for (size_t i = 0; i < blocks; i++)
        weights[i] = mw_fp16_load(codes + 2 * i);
}
