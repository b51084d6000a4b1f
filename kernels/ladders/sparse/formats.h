/*
 * formats.h: how a sparse matrix lies in memory, its encoders, and its bytes as closed forms.
 *
 *   csr-int32   values, a 32-bit column for each, and where each row begins
 *   csr-int16   the same with 16-bit columns: at most 65536 of them
 *   bitmap      a bit for each element of A, values, and where each row begins
 *   bcsr        blocks of rows x columns, zeros inside them included; a column for each block
 *   2-of-4      two values of every four neighbours, and two 2-bit positions; four bits a group
 *
 * With v bytes to a value and a share d of nonzeros, they take d·(v + 4), d·(v + 2), d·v + 1/8,
 * d·(v + 4/(rows·columns)) and v/2 + 1/8 bytes for an element of A, beside the beginnings of rows.
 */
#ifndef MW_SPARSE_FORMATS_H
#define MW_SPARSE_FORMATS_H

#include <stdint.h>

#include "kernel.h"
#include "model/status.h"

typedef enum mw_sparse_format {
    MW_SPARSE_CSR32,
    MW_SPARSE_CSR16,
    MW_SPARSE_BITMAP,
    MW_SPARSE_BCSR,
    MW_SPARSE_2_OF_4
} mw_sparse_format;

enum {
    MW_SPARSE_CSR16_COLUMNS = 1 << 16,
    MW_SPARSE_WORD = 64,       /* columns of one word of a bitmap; rows begin on words */
    MW_SPARSE_STEP = 32,       /* columns of one word of positions; rows are filled up to it */
    MW_SPARSE_STEP_VALUES = 16 /* their values */
};

/* A unit is a row, or a row of blocks. */
typedef struct mw_sparse_layout {
    mw_sparse_format format;
    mw_dtype dtype;
    uint64_t m, n;
    uint64_t rows, columns; /* of a block; 1 x 1 but for bcsr */
    uint64_t stored;        /* values in all */
} mw_sparse_layout;

uint64_t mw_sparse_units(const mw_sparse_layout *layout);

/* Bytes of the three arrays. */
uint64_t mw_sparse_value_bytes(const mw_sparse_layout *layout);
uint64_t mw_sparse_index_bytes(const mw_sparse_layout *layout);
uint64_t mw_sparse_start_bytes(const mw_sparse_layout *layout);

/* Bytes for an element of A as the formulas say, without the beginnings of rows, and the share of
 * nonzeros (bcsr: of kept blocks) at which a dense matrix is as large. `value_bytes` may be 0.5. */
double mw_sparse_bytes_per_element(mw_sparse_format format, double value_bytes, double density,
                                   unsigned block_elements);
double mw_sparse_break_even(mw_sparse_format format, double value_bytes, unsigned block_elements);

/* A matrix in its format; the caller owns the arrays, zeroed and of the sizes above. */
typedef struct mw_sparse {
    mw_sparse_layout layout;
    void *values;
    void *index;     /* uint32_t, uint16_t columns; uint64_t words; uint32_t positions */
    uint32_t *start; /* first value (bcsr: first block) of each unit and the end; 2-of-4: NULL */
    uint64_t unit;   /* the encoder: where it is */
    uint64_t at;     /* values written */
} mw_sparse;

/* The encoder takes one unit after the other, columns ascending: elements of a row, or, for bcsr,
 * whole blocks, row by row. */
void mw_sparse_put(mw_sparse *matrix, uint64_t column, double value);
void mw_sparse_put_block(mw_sparse *matrix, uint64_t block_column, const double *elements);
void mw_sparse_end_unit(mw_sparse *matrix);

/* How many values a dense matrix will store; MW_INVALID when the format cannot hold it. */
mw_status mw_sparse_count(const double *dense, mw_sparse_layout *layout, mw_error *error);
void mw_sparse_encode(const double *dense, mw_sparse *matrix);
void mw_sparse_decode(const mw_sparse *matrix, double *dense);

#endif
