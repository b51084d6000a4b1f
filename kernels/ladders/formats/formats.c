/* formats.c: one row for each format: its layout, its encoder, its decoder. */
#include "formats/formats.h"

#include <math.h>
#include <string.h>

#include "formats/codecs.h"

typedef struct codec {
    mw_format_layout layout;
    mw_encoder *encode;
    mw_decoder *decode;
    mw_scaling (*scaling)(const mw_survey *survey);
} codec;

enum { BLOCK_MAX = 128 };

static const codec codecs[MW_FORMAT_COUNT] = {
    [MW_FORMAT_BF16] = {{"bf16", 1, 2, 0, "f32 without its last 16 bits, to nearest even"},
                        mw_encode_bf16,
                        mw_decode_bf16,
                        NULL},
    [MW_FORMAT_FP16] = {{"fp16", 1, 2, 0, "IEEE binary16, to nearest even"},
                        mw_encode_fp16,
                        mw_decode_fp16,
                        NULL},
    [MW_FORMAT_Q8_0] = {{"q8_0", 32, 34, 0, "fp16 d = amax/127, q = round(x/d); x' = q*d"},
                        mw_encode_q8_0,
                        mw_decode_q8_0,
                        NULL},
    [MW_FORMAT_Q4_0] =
        {{"q4_0", 32, 18, 0,
          "fp16 d = (largest by size)/-8, q = min(15, int(x/d + 8.5)); x' = (q-8)*d"},
         mw_encode_q4_0,
         mw_decode_q4_0,
         NULL},
    [MW_FORMAT_Q4_1] = {{"q4_1", 32, 20, 0,
                         "fp16 d = (max-min)/15, fp16 m = min, q = min(15, int((x-m)/d + 0.5)); "
                         "x' = q*d + m"},
                        mw_encode_q4_1,
                        mw_decode_q4_1,
                        NULL},
    [MW_FORMAT_Q1_0] = {{"q1_0", 128, 18, 0, "fp16 d = mean |x| of 128, bit = sign; x' = +-d"},
                        mw_encode_q1_0,
                        mw_decode_q1_0,
                        NULL},
    [MW_FORMAT_LOG2] = {{"log2", 32, 16, 4,
                         "F = round(log2 amax); x' = sign*2^round(log2 |x|), F-6 to F, or 0"},
                        mw_encode_log2,
                        mw_decode_levels,
                        mw_scaling_log2},
    [MW_FORMAT_BINARY] = {{"binary", 32, 4, 4, "a = mean |x|, bit = sign; x' = +-a"},
                          mw_encode_binary,
                          mw_decode_binary,
                          mw_scaling_binary},
    [MW_FORMAT_CODEBOOK] = {{"codebook", 32, 16, 64,
                             "16 levels by Lloyd's algorithm; x' = the nearest"},
                            mw_encode_codebook,
                            mw_decode_levels,
                            NULL},
    [MW_FORMAT_INT8_SYMMETRIC] = {{"int8-symmetric", 1, 1, 4,
                                   "S = amax/127, q = round(x/S); x' = S*q"},
                                  mw_encode_symmetric,
                                  mw_decode_symmetric,
                                  mw_scaling_symmetric},
    [MW_FORMAT_INT8_ASYMMETRIC] = {{"int8-asymmetric", 1, 1, 8,
                                    "S = (max-min)/255, Z = round(-min/S), q = round(x/S) + Z; "
                                    "x' = S*(q-Z)"},
                                   mw_encode_asymmetric,
                                   mw_decode_asymmetric,
                                   mw_scaling_asymmetric},
};

const mw_format_layout *mw_format_layout_of(mw_format format)
{
    return &codecs[format].layout;
}

uint64_t mw_format_bytes(mw_format format, uint64_t count)
{
    const mw_format_layout *layout = &codecs[format].layout;
    return (count + layout->block_elements - 1) / layout->block_elements * layout->block_bytes;
}

double mw_format_bits(mw_format format, uint64_t rows, uint64_t columns, uint64_t scalings)
{
    double codes = (double)rows * (double)mw_format_bytes(format, columns);
    double beside = (double)scalings * (double)codecs[format].layout.scaling_bytes;
    return 8 * (codes + beside) / ((double)rows * (double)columns);
}

mw_survey mw_survey_begin(void)
{
    return (mw_survey){.finite = true};
}

void mw_survey_add(mw_survey *survey, const float *weights, size_t count)
{
    enum { SUMS = 8 }; /* apart, so that additions do not wait for each other */
    float min = survey->min, max = survey->max, zero[SUMS] = {0};
    double magnitudes[SUMS] = {survey->magnitudes};
    for (size_t i = 0; i < count; i += SUMS) {
        size_t end = count - i < SUMS ? count - i : SUMS;
        for (size_t s = 0; s < end; s++) {
            float x = weights[i + s];
            min = x < min ? x : min;
            max = x > max ? x : max;
            zero[s] += x * 0.0f; /* a NaN or an infinity makes it NaN */
            magnitudes[s] += fabsf(x);
        }
    }
    survey->min = min;
    survey->max = max;
    survey->magnitudes = 0;
    for (size_t s = 0; s < SUMS; s++) {
        survey->magnitudes += magnitudes[s];
        survey->finite &= zero[s] == 0;
    }
    survey->count += count;
}

void mw_survey_merge(mw_survey *survey, const mw_survey *more)
{
    survey->min = fminf(survey->min, more->min);
    survey->max = fmaxf(survey->max, more->max);
    survey->magnitudes += more->magnitudes;
    survey->count += more->count;
    survey->finite &= more->finite;
}

mw_scaling mw_scaling_of(mw_format format, const mw_survey *survey)
{
    return codecs[format].scaling ? codecs[format].scaling(survey) : (mw_scaling){0};
}

void mw_format_encode(mw_format format, const mw_scaling *scaling, const float *weights,
                      size_t count, void *codes)
{
    const codec *c = &codecs[format];
    size_t elements = c->layout.block_elements, whole = count / elements;
    c->encode(scaling, weights, whole, codes);
    size_t rest = count - whole * elements;
    if (rest) {
        float last[BLOCK_MAX] = {0};
        memcpy(last, weights + whole * elements, rest * sizeof *last);
        c->encode(scaling, last, 1, (uint8_t *)codes + whole * c->layout.block_bytes);
    }
}

void mw_format_decode(mw_format format, const mw_scaling *scaling, const void *codes, size_t count,
                      float *weights)
{
    const codec *c = &codecs[format];
    size_t elements = c->layout.block_elements, whole = count / elements;
    c->decode(scaling, codes, whole, weights);
    size_t rest = count - whole * elements;
    if (rest) {
        float last[BLOCK_MAX];
        c->decode(scaling, (const uint8_t *)codes + whole * c->layout.block_bytes, 1, last);
        memcpy(weights + whole * elements, last, rest * sizeof *last);
    }
}

double mw_sqnr(const float *exact, const float *coded, size_t count)
{
    double signal = 0, noise = 0;
    for (size_t i = 0; i < count; i++) {
        double error = (double)exact[i] - (double)coded[i];
        signal += (double)exact[i] * (double)exact[i];
        noise += error * error;
    }
    return noise == 0 ? (double)INFINITY : 10 * log10(signal / noise);
}
