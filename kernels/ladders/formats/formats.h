/*
 * formats.h: how a weight is written in fewer than 32 bits, and read back. Pure functions: nothing
 * is allocated but in mw_codebook_train, and no two of them share anything.
 *
 * A row of weights is a run of blocks, the last one filled up with zeros. What its codes are scaled
 * by lies inside the block (q8_0, q4_0, q4_1, q1_0), or once for a whole row or matrix beside the
 * codes: then it is an mw_scaling.
 *
 * Layouts and rounding of q8_0, q4_0 and q4_1 are those that ggml publishes (ggml-common.h,
 * ggml-quants.c), bit for bit. A number that a format cannot hold (a NaN, an infinity) makes
 * everything that shares its scale read back as NaN; bf16 and fp16 hold them.
 */
#ifndef MW_FORMATS_FORMATS_H
#define MW_FORMATS_FORMATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/status.h"

typedef enum mw_format {
    MW_FORMAT_BF16,
    MW_FORMAT_FP16,
    MW_FORMAT_Q8_0,
    MW_FORMAT_Q4_0,
    MW_FORMAT_Q4_1,
    MW_FORMAT_Q1_0,
    MW_FORMAT_LOG2,
    MW_FORMAT_BINARY,
    MW_FORMAT_CODEBOOK,
    MW_FORMAT_INT8_SYMMETRIC,
    MW_FORMAT_INT8_ASYMMETRIC,
    MW_FORMAT_COUNT
} mw_format;

typedef struct mw_format_layout {
    const char *name;        /* "q4_0" */
    uint32_t block_elements; /* weights of a block */
    uint32_t block_bytes;    /* what it takes, its own scale included */
    uint32_t scaling_bytes;  /* what a row or matrix keeps beside its blocks; 0: nothing */
    const char *rule;        /* how a weight x becomes a code and is read back as x' */
} mw_format_layout;

const mw_format_layout *mw_format_layout_of(mw_format format);

/* Bytes of `count` weights in a row: whole blocks, without a scaling. */
uint64_t mw_format_bytes(mw_format format, uint64_t count);

/* Bits per weight of `scalings` runs of `count` weights each (rows, or one matrix), all told. */
double mw_format_bits(mw_format format, uint64_t rows, uint64_t columns, uint64_t scalings);

/* What a row or a matrix keeps beside its codes. A format uses what it needs of it. */
typedef struct mw_scaling {
    float scale;     /* int8: step; log2: largest power of two; binary: mean magnitude */
    int32_t zero;    /* int8 asymmetric: the code of 0, 0 … 255 */
    float level[16]; /* log2, codebook: what each code reads back as; codebook: ascending */
} mw_scaling;

/* What has to be known of weights before they can be scaled together. Add them piece by piece. */
typedef struct mw_survey {
    float min, max;    /* 0 is always between them */
    double magnitudes; /* sum of |x| */
    uint64_t count;
    bool finite;
} mw_survey;

mw_survey mw_survey_begin(void);
void mw_survey_add(mw_survey *survey, const float *weights, size_t count);
/* What `more` has seen comes in. Sums depend on the order of merging, the rest does not. */
void mw_survey_merge(mw_survey *survey, const mw_survey *more);

/* The scaling that a survey asks for; for formats that need none, and codebook, an empty one. */
mw_scaling mw_scaling_of(mw_format format, const mw_survey *survey);

/* Lloyd's algorithm in one dimension: 16 levels that begin at the quantiles of the sample and end
 * where they no longer move. The same sample in any order gives the same levels.
 * MW_INVALID for an empty sample. */
mw_status mw_codebook_train(mw_scaling *scaling, const float *sample, size_t count,
                            mw_error *error);

/* `count` weights to mw_format_bytes(format, count) bytes, and back. */
void mw_format_encode(mw_format format, const mw_scaling *scaling, const float *weights,
                      size_t count, void *codes);
void mw_format_decode(mw_format format, const mw_scaling *scaling, const void *codes, size_t count,
                      float *weights);

/* Signal to quantization noise, 10·log10(Σx² / Σ(x - x')²), in dB; infinite for x' = x. */
double mw_sqnr(const float *exact, const float *coded, size_t count);

#endif
