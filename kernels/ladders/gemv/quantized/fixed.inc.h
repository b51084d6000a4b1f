/*
 * fixed: q8_0 and q4_0 with x as whole numbers, where a processor multiplies short ones.
 *
 * A float for every weight costs more than the weight's bytes take to arrive: each has to be
 * widened or looked up, converted and multiplied. So x becomes whole numbers: within a piece of 512
 * elements x[j] = X[j]·unit, and X has 16 bits. Sums of products of X and codes are exact, and only
 * the sum of a block becomes a float, to meet the block's scale. What is lost is the rounding of x,
 * half a unit to three, at most 3·2^-15 of the largest |x| of its piece: far below what rounding
 * the weights has cost. (ggml takes 8 bits of x.) The bound of the check knows of it.
 */
enum { DIGITS = 2, LARGEST = 127 * 256 };

/* X of one piece, and its unit. The last piece may be shorter; x is padded with zeros. */
static float fix_piece(const float *x, size_t count, int32_t *whole)
{
    float amax = 0;
    for (size_t j = 0; j < count; j++)
        amax = amax > fabsf(x[j]) ? amax : fabsf(x[j]);
    float steps = (float)LARGEST / amax;
    if (!isfinite(steps))
        steps = 0;
    for (size_t j = 0; j < count; j++) {
        float step = x[j] * steps;
        whole[j] = (int32_t)(step + (step < 0 ? -0.5f : 0.5f));
    }
    return steps > 0 ? amax / (float)LARGEST : 0;
}

/* `place` takes the X of each piece, elements [j, j + count), to where the weights meet them. */
static void fix_x(const mw_fixed_x *fixed, const float *x, size_t elements,
                  void (*place)(const mw_fixed_x *fixed, size_t j, int32_t *whole, size_t count))
{
    for (size_t j = 0; j < elements; j += MW_FIXED_PIECE) {
        size_t count = elements - j < MW_FIXED_PIECE ? elements - j : MW_FIXED_PIECE;
        int32_t whole[MW_FIXED_PIECE];
        fixed->unit[j / MW_FIXED_PIECE] = fix_piece(x + j, count, whole);
        place(fixed, j, whole, count);
    }
}

/*
 * What follows tells how X lies and multiplies it: place_q4_0 and place_q8_0, and fixed_piece,
 * which adds columns [j, end) of some rows, of one piece, to part[r], in units of UNIT_SCALE.
 */
#if defined(__AVX512BW__)
#include "fixed_vnni.inc.h"
#else
#include "fixed_avx2.inc.h"
#endif

static void fix_x_q4_0(const mw_fixed_x *fixed, const float *x, size_t elements)
{
    fix_x(fixed, x, elements, place_q4_0);
}

static void fix_x_q8_0(const mw_fixed_x *fixed, const float *x, size_t elements)
{
    fix_x(fixed, x, elements, place_q8_0);
}

/* `columns` of some rows, a multiple of FIXED_COLUMNS; y is set or added to. */
MW_INLINE TARGET void fixed_rows(mw_format format, const mw_quantized_tile *tile, size_t first,
                                 size_t apart, size_t rows, size_t columns)
{
    const uint8_t *row = tile->codes + first * tile->row_bytes;
    VEC sum[MW_QUANTIZED_ROWS] = {0};
    for (size_t j = 0; j < columns; j += MW_FIXED_PIECE) {
        size_t end = columns - j < MW_FIXED_PIECE ? columns : j + MW_FIXED_PIECE;
        VEC part[MW_QUANTIZED_ROWS] = {0};
        fixed_piece(format, &tile->fixed, row, apart * tile->row_bytes, rows, j, end, part);
        VEC unit = tile->fixed.unit[j / MW_FIXED_PIECE] * UNIT_SCALE + (VEC){0};
#pragma GCC unroll 8
        for (size_t r = 0; r < rows; r++)
            sum[r] += part[r] * unit;
    }
#pragma GCC unroll 8
    for (size_t r = 0; r < rows; r++) {
        float *y = tile->y + first + r * apart;
        *y = (tile->add ? *y : 0) + SUM(sum[r]);
    }
}

/* The last columns, which fill no group, take the loop that has floats for them. */
MW_INLINE TARGET void fixed(mw_format format, const mw_quantized_tile *tile,
                            mw_quantized_body *exact)
{
    size_t columns = tile->columns / FIXED_COLUMNS * FIXED_COLUMNS;
    size_t each = tile->rows / MW_QUANTIZED_ROWS;
    for (size_t first = 0; columns && first < each; first++)
        fixed_rows(format, tile, first, each, MW_QUANTIZED_ROWS, columns);
    for (size_t i = each * MW_QUANTIZED_ROWS; columns && i < tile->rows; i++)
        fixed_rows(format, tile, i, 1, 1, columns);
    if (columns < tile->columns) {
        mw_quantized_tile rest = *tile;
        rest.codes += columns / MW_QUANTIZED_STEP * step_bytes(format);
        rest.x += columns;
        rest.columns -= columns;
        rest.add = tile->add || columns > 0;
        exact(&rest);
    }
}

static TARGET void fixed_q4_0(const mw_quantized_tile *tile)
{
    fixed(MW_FORMAT_Q4_0, tile, exact_q4_0);
}

static TARGET void fixed_q8_0(const mw_quantized_tile *tile)
{
    fixed(MW_FORMAT_Q8_0, tile, exact_q8_0);
}
