/* twins_quantized.c: y = A*x with encoded weights. See twins.h. */
#include "tests/kernels/cachesim/twins_body.h"

/* A marked line holds a whole loop body. clang-format would break it. */
/* clang-format off */

/* x as whole numbers or padded first; eight parts of the rows side by side, then
 * the rows that are left. */
INLINE void gemv_by_halves(size_t size, char *at)
{
    enum { N = 67, ROWS = 8 };
    volatile uint16_t *codes = (volatile uint16_t *)at;
    volatile float *x = F32(1), *y = F32(2);
    size_t each = size / ROWS;
    for (size_t j = 0; j < N; j++)
        (void)x[j]; /* @1 */
    for (size_t i = 0; i < each; i++) {
        for (size_t j = 0; j < N; j++)
            for (size_t r = 0; r < ROWS; r++)
                (void)codes[(i + r * each) * N + j]; /* @2 */
        for (size_t r = 0; r < ROWS; r++)
            y[i + r * each] = 0; /* @3 */
    }
    for (size_t i = each * ROWS; i < size; i++) {
        for (size_t j = 0; j < N; j++)
            (void)codes[i * N + j]; /* @4 */
        y[i] = 0; /* @3 */
    }
}

FUNCTION(gemv_bf16)
{
    gemv_by_halves(size, at);
}

FUNCTION(gemv_fp16)
{
    gemv_by_halves(size, at);
}

/* 32 signs to a word; a row ends with its scale. */
FUNCTION(gemv_binary)
{
    enum { N = 67, WORDS = 3, ROWS = 8 };
    volatile uint32_t *codes = (volatile uint32_t *)at;
    volatile float *x = F32(1), *y = F32(2), *scale = F32(3);
    size_t each = size / ROWS;
    for (size_t j = 0; j < N; j++)
        (void)x[j]; /* @1 */
    for (size_t i = 0; i < each; i++) {
        for (size_t j = 0; j < WORDS; j++)
            for (size_t r = 0; r < ROWS; r++)
                (void)codes[(i + r * each) * WORDS + j]; /* @2 */
        for (size_t r = 0; r < ROWS; r++) {
            float u = scale[i + r * each]; HELD(u); /* @3 */
            y[i + r * each] = u; /* @4 */
        }
    }
    for (size_t i = each * ROWS; i < size; i++) {
        for (size_t j = 0; j < WORDS; j++)
            (void)codes[i * WORDS + j]; /* @5 */
        float u = scale[i]; HELD(u); /* @3 */
        y[i] = u; /* @4 */
    }
}

/* Whole numbers of a byte: a row ends with its scale. */
FUNCTION(gemv_int8)
{
    enum { N = 67, ROWS = 8 };
    volatile uint8_t *codes = (volatile uint8_t *)at;
    volatile float *x = F32(1), *y = F32(2), *scale = F32(3);
    size_t each = size / ROWS;
    for (size_t j = 0; j < N; j++)
        (void)x[j]; /* @1 */
    for (size_t i = 0; i < each; i++) {
        for (size_t j = 0; j < N; j++)
            for (size_t r = 0; r < ROWS; r++)
                (void)codes[(i + r * each) * N + j]; /* @2 */
        for (size_t r = 0; r < ROWS; r++) {
            (void)scale[i + r * each]; /* @3 */
            y[i + r * each] = 0; /* @4 */
        }
    }
    for (size_t i = each * ROWS; i < size; i++) {
        for (size_t j = 0; j < N; j++)
            (void)codes[i * N + j]; /* @5 */
        (void)scale[i]; /* @3 */
        y[i] = 0; /* @4 */
    }
}

/* … and its zero. */
FUNCTION(gemv_int8_zero)
{
    enum { N = 67, ROWS = 8 };
    volatile uint8_t *codes = (volatile uint8_t *)at;
    volatile float *x = F32(1), *y = F32(2), *scale = F32(3), *zero = F32(4);
    size_t each = size / ROWS;
    for (size_t j = 0; j < N; j++)
        (void)x[j]; /* @1 */
    for (size_t i = 0; i < each; i++) {
        for (size_t j = 0; j < N; j++)
            for (size_t r = 0; r < ROWS; r++)
                (void)codes[(i + r * each) * N + j]; /* @2 */
        for (size_t r = 0; r < ROWS; r++) {
            float u = scale[i + r * each]; HELD(u); /* @3 */
            float v = zero[i + r * each]; HELD(v); /* @4 */
            y[i + r * each] = u + v; /* @5 */
        }
    }
    for (size_t i = each * ROWS; i < size; i++) {
        for (size_t j = 0; j < N; j++)
            (void)codes[i * N + j]; /* @6 */
        float u = scale[i]; HELD(u); /* @3 */
        float v = zero[i]; HELD(v); /* @4 */
        y[i] = u + v; /* @5 */
    }
}

/* A block is a scale of two bytes and 16 bytes of codes. */
FUNCTION(gemv_q4_0)
{
    enum { BLOCKS_OF_ROW = 3, BLOCK = 18, ROWS = 8 };
    volatile float *x = F32(1), *y = F32(2);
    size_t each = size / ROWS;
    EACH(j, 67)
        (void)x[j]; /* @1 */
    EACH(i, each) {
        EACH(j, BLOCKS_OF_ROW)
            EACH(r, ROWS)
                { char *block = at + ((i + r * each) * BLOCKS_OF_ROW + j) * BLOCK; (void)*(volatile uint16_t *)block; (void)*WIDE(block + 2); } /* @2 */
        EACH(r, ROWS)
            y[i + r * each] = 0; /* @3 */
    }
    FROM_TO(i, each * ROWS, size) {
        EACH(j, BLOCKS_OF_ROW)
            { char *block = at + (i * BLOCKS_OF_ROW + j) * BLOCK; (void)*(volatile uint16_t *)block; (void)*WIDE(block + 2); } /* @4 */
        y[i] = 0; /* @3 */
    }
}

/* … and a minimum of two bytes. */
FUNCTION(gemv_q4_1)
{
    enum { BLOCKS_OF_ROW = 3, BLOCK = 20, ROWS = 8 };
    volatile float *x = F32(1), *y = F32(2);
    size_t each = size / ROWS;
    EACH(j, 67)
        (void)x[j]; /* @1 */
    EACH(i, each) {
        EACH(j, BLOCKS_OF_ROW)
            EACH(r, ROWS)
                { char *block = at + ((i + r * each) * BLOCKS_OF_ROW + j) * BLOCK; (void)*(volatile uint32_t *)block; (void)*WIDE(block + 4); } /* @2 */
        EACH(r, ROWS)
            y[i + r * each] = 0; /* @3 */
    }
    FROM_TO(i, each * ROWS, size) {
        EACH(j, BLOCKS_OF_ROW)
            { char *block = at + (i * BLOCKS_OF_ROW + j) * BLOCK; (void)*(volatile uint32_t *)block; (void)*WIDE(block + 4); } /* @4 */
        y[i] = 0; /* @3 */
    }
}

/* … and 32 bytes of codes. */
FUNCTION(gemv_q8_0)
{
    enum { BLOCKS_OF_ROW = 3, BLOCK = 34, ROWS = 8 };
    volatile float *x = F32(1), *y = F32(2);
    size_t each = size / ROWS;
    EACH(j, 67)
        (void)x[j]; /* @1 */
    EACH(i, each) {
        EACH(j, BLOCKS_OF_ROW)
            EACH(r, ROWS)
                { char *block = at + ((i + r * each) * BLOCKS_OF_ROW + j) * BLOCK; (void)*(volatile uint16_t *)block; LOAD_32(block + 2, 0); } /* @2 */
        EACH(r, ROWS)
            y[i + r * each] = 0; /* @3 */
    }
    FROM_TO(i, each * ROWS, size) {
        EACH(j, BLOCKS_OF_ROW)
            { char *block = at + (i * BLOCKS_OF_ROW + j) * BLOCK; (void)*(volatile uint16_t *)block; LOAD_32(block + 2, 0); } /* @4 */
        y[i] = 0; /* @3 */
    }
}

/* 16 bytes of codes to a block; a row ends with its scale. */
FUNCTION(gemv_log2)
{
    enum { BLOCKS_OF_ROW = 3, BLOCK = 16, ROWS = 8 };
    volatile float *x = F32(1), *y = F32(2), *scale = F32(3);
    size_t each = size / ROWS;
    EACH(j, 67)
        (void)x[j]; /* @1 */
    EACH(i, each) {
        EACH(j, BLOCKS_OF_ROW)
            EACH(r, ROWS)
                { char *block = at + ((i + r * each) * BLOCKS_OF_ROW + j) * BLOCK; (void)*WIDE(block); } /* @2 */
        EACH(r, ROWS) {
            (void)scale[i + r * each]; /* @3 */
            y[i + r * each] = 0; /* @4 */
        }
    }
    FROM_TO(i, each * ROWS, size) {
        EACH(j, BLOCKS_OF_ROW)
            { char *block = at + (i * BLOCKS_OF_ROW + j) * BLOCK; (void)*WIDE(block); } /* @5 */
        (void)scale[i]; /* @3 */
        y[i] = 0; /* @4 */
    }
}

/* The same codes; what they mean is read once. */
FUNCTION(gemv_codebook)
{
    enum { BLOCKS_OF_ROW = 3, BLOCK = 16, ROWS = 8 };
    volatile float *x = F32(1), *y = F32(2);
    size_t each = size / ROWS;
    EACH(j, 67)
        (void)x[j]; /* @1 */
    { char *levels = at + 3 * (size_t)TWIN_OPERAND; LOAD_32(levels, 0); LOAD_32(levels + 32, 1); } /* @2 */
    EACH(i, each) {
        EACH(j, BLOCKS_OF_ROW)
            EACH(r, ROWS)
                { char *block = at + ((i + r * each) * BLOCKS_OF_ROW + j) * BLOCK; (void)*WIDE(block); } /* @3 */
        EACH(r, ROWS)
            y[i + r * each] = 0; /* @4 */
    }
    FROM_TO(i, each * ROWS, size) {
        EACH(j, BLOCKS_OF_ROW)
            { char *block = at + (i * BLOCKS_OF_ROW + j) * BLOCK; (void)*WIDE(block); } /* @5 */
        y[i] = 0; /* @4 */
    }
}
