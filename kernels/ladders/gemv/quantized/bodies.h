/* bodies.h: the loops of gemv over encoded weights as a table, and who fills it. */
#ifndef MW_GEMV_QUANTIZED_BODIES_H
#define MW_GEMV_QUANTIZED_BODIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "by_isa.h"
#include "formats/formats.h"

/*
 * STEP weights are decoded at a time; x is padded with zeros to whole strides. ROWS rows are
 * worked on at once. FAR: how many bytes ahead a row's codes are asked for, and FURTHER: how many
 * more in each row than in the one before, because rows of about a power of two share their sets of
 * the first-level cache (STAGGER in vector.inc.h).
 */
enum {
    MW_QUANTIZED_STEP = 32,
    MW_QUANTIZED_STRIDE = 128,
    MW_QUANTIZED_ROWS = 8,
    MW_QUANTIZED_FAR = 256,
    MW_QUANTIZED_FURTHER = 7 * 64
};

/*
 * x as whole numbers: x[j] is X[j]·unit of its piece of PIECE elements, X in two digits to the
 * base of 256. They lie as the body wants them (fixed_*.inc.h); `correction` undoes the offset that
 * makes codes unsigned.
 */
enum { MW_FIXED_PIECE = 512 };

typedef struct mw_fixed_x {
    int8_t *digits;
    int32_t *correction; /* 16 for each group */
    float *unit;         /* one for each piece */
} mw_fixed_x;

/* `rows` x `columns` of the encoded A, columns from a multiple of STRIDE on. */
typedef struct mw_quantized_tile {
    const uint8_t *codes;
    size_t row_bytes; /* from row to row */
    const float *x;   /* padded */
    mw_fixed_x fixed; /* for the bodies that want it */
    float *y;
    size_t rows, columns;
    bool add;            /* y holds what the columns to the left gave */
    const float *scale;  /* of the first row; NULL: the blocks have their own */
    const int32_t *zero; /* int8 asymmetric */
    size_t scale_stride; /* 1: each row has its own scale and zero; 0: all have one */
    const float *level;  /* codebook: 16 levels */
} mw_quantized_tile;

typedef void mw_quantized_body(const mw_quantized_tile *tile);

/* A body that takes x as whole numbers, and how x is made so. */
typedef struct mw_fixed_body {
    mw_quantized_body *run; /* NULL: not with this instruction set */
    void (*prepare)(const mw_fixed_x *fixed, const float *x, size_t elements);
    uint32_t group, digits; /* elements of a group, digits of each */
    double unit_error;      /* how many units X·unit may be off */
} mw_fixed_body;

typedef struct mw_quantized_bodies {
    mw_quantized_body *exact[MW_FORMAT_COUNT];
    mw_fixed_body fixed[MW_FORMAT_COUNT];
} mw_quantized_bodies;

MW_BODIES_BY_ISA(mw_quantized_bodies)

#endif
