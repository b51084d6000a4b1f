/* codecs.h: the formats one by one, for the table in formats.c. Each works on whole blocks. */
#ifndef MW_FORMATS_CODECS_H
#define MW_FORMATS_CODECS_H

#include "formats/formats.h"

/* `blocks` blocks; the weights are padded to whole blocks by the caller. */
typedef void mw_encoder(const mw_scaling *scaling, const float *weights, size_t blocks,
                        uint8_t *codes);
typedef void mw_decoder(const mw_scaling *scaling, const uint8_t *codes, size_t blocks,
                        float *weights);

/* halves.c */
mw_encoder mw_encode_bf16, mw_encode_fp16;
mw_decoder mw_decode_bf16, mw_decode_fp16;

/* blocks.c: the scale lies in the block. */
mw_encoder mw_encode_q8_0, mw_encode_q4_0, mw_encode_q4_1, mw_encode_q1_0;
mw_decoder mw_decode_q8_0, mw_decode_q4_0, mw_decode_q4_1, mw_decode_q1_0;

/* levels.c: codes of one and four bits whose scale lies beside them. */
mw_encoder mw_encode_binary, mw_encode_log2, mw_encode_codebook;
mw_decoder mw_decode_binary, mw_decode_levels;
mw_scaling mw_scaling_binary(const mw_survey *survey), mw_scaling_log2(const mw_survey *survey);

/* int8.c */
mw_encoder mw_encode_symmetric, mw_encode_asymmetric;
mw_decoder mw_decode_symmetric, mw_decode_asymmetric;
mw_scaling mw_scaling_symmetric(const mw_survey *survey);
mw_scaling mw_scaling_asymmetric(const mw_survey *survey);

/* The whole number nearest to a finite x, halves away from zero, as roundf gives it: a float plus
 * one half is exact in double. */
static inline int32_t mw_round_away(float x)
{
    return (int32_t)((double)x + (x < 0 ? -0.5 : 0.5));
}

#endif
