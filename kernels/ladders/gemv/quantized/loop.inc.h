/*
 * loop: y = A·x where A is kept in fewer bits. One loop for all formats.
 *
 * What a format saves is bytes: from memory, gemv takes as long as A takes to arrive, so a weight
 * of b bits makes it 32/b times as fast as f32, if decoding keeps up. Codes become floats in
 * registers, never in memory: 32 weights of eight rows, while their 32 elements of x are there. A
 * scale that belongs to a block multiplies the block's sum, one that belongs to a row the row's.
 *
 *     FLOPs 2·m·n (decoding is not counted)    loads m·(bytes of a row) + 4·n    stores 4·m
 *
 * The eight rows are not neighbours: each takes an eighth of the tile's, so that where a row ends
 * its stream through memory goes on with the next, and nobody has to notice that it began.
 *
 * unpack_* give 32 weights without their scale, in order, as 32/LANES vectors.
 */
MW_INLINE void unpack(mw_format format, const mw_quantized_tile *tile, const uint8_t *codes, VEC *w)
{
    switch (format) {
    case MW_FORMAT_BF16:
        unpack_bf16(codes, w);
        break;
    case MW_FORMAT_FP16:
        unpack_fp16(codes, w);
        break;
    case MW_FORMAT_Q8_0:
        unpack_int8(codes + 2, w);
        break;
    case MW_FORMAT_Q4_0:
        unpack_nibbles(codes + 2, signed_levels, w);
        break;
    case MW_FORMAT_Q4_1:
        unpack_counts(codes + 4, w);
        break;
    case MW_FORMAT_LOG2:
        unpack_nibbles(codes, power_levels, w);
        break;
    case MW_FORMAT_CODEBOOK:
        unpack_nibbles(codes, tile->level, w);
        break;
    case MW_FORMAT_BINARY:
        unpack_signs(codes, w);
        break;
    case MW_FORMAT_INT8_SYMMETRIC:
        unpack_int8(codes, w);
        break;
    default:
        unpack_uint8(codes, w);
        break;
    }
}

/* Bytes of 32 weights. */
MW_INLINE size_t step_bytes(mw_format format)
{
    switch (format) {
    case MW_FORMAT_BF16:
    case MW_FORMAT_FP16:
        return 64;
    case MW_FORMAT_Q8_0:
        return 34;
    case MW_FORMAT_Q4_0:
        return 18;
    case MW_FORMAT_Q4_1:
        return 20;
    case MW_FORMAT_LOG2:
    case MW_FORMAT_CODEBOOK:
        return 16;
    case MW_FORMAT_BINARY:
        return 4;
    default:
        return 32;
    }
}

/* One step of some rows: sum[r] gains the products of row r. */
MW_INLINE void quantized_step(mw_format format, const mw_quantized_tile *tile,
                              const uint8_t *const *codes, const VEC *x, VEC *sum, size_t rows)
{
    enum { PARTS = MW_QUANTIZED_STEP / LANES };
    bool own_scale =
        format == MW_FORMAT_Q8_0 || format == MW_FORMAT_Q4_0 || format == MW_FORMAT_Q4_1;
    VEC all = {0};
    if (format == MW_FORMAT_Q4_1) {
#pragma GCC unroll 8
        for (size_t p = 0; p < PARTS; p++)
            all += x[p];
    }
#pragma GCC unroll 8
    for (size_t r = 0; r < rows; r++) {
        VEC w[PARTS];
        unpack(format, tile, codes[r], w);
        if (!own_scale) {
#pragma GCC unroll 8
            for (size_t p = 0; p < PARTS; p++)
                sum[r] += w[p] * x[p];
            continue;
        }
        VEC products = w[0] * x[0];
#pragma GCC unroll 8
        for (size_t p = 1; p < PARTS; p++)
            products += w[p] * x[p];
        sum[r] += products * broadcast_half(codes[r]);
        if (format == MW_FORMAT_Q4_1)
            sum[r] += all * broadcast_half(codes[r] + 2);
    }
}

/* q1_0 keeps the scale of 128 weights in front of them: its steps are taken four at a time. */
MW_INLINE void q1_0_block(const uint8_t *row, const float *x, VEC *sum, size_t steps)
{
    enum { PARTS = MW_QUANTIZED_STEP / LANES };
    VEC products = {0};
    for (size_t s = 0; s < steps; s++) {
        VEC w[PARTS];
        unpack_signs(row + 2 + 4 * s, w);
#pragma GCC unroll 8
        for (size_t p = 0; p < PARTS; p++)
            products += w[p] * LOAD(x + s * MW_QUANTIZED_STEP + p * LANES);
    }
    *sum += products * broadcast_half(row);
}

/* What is left when the last columns do not fill a step and codes end with them. */
MW_INLINE bool ends_early(mw_format format)
{
    return format == MW_FORMAT_BF16 || format == MW_FORMAT_FP16 ||
           format == MW_FORMAT_INT8_SYMMETRIC || format == MW_FORMAT_INT8_ASYMMETRIC;
}

/* The end of some rows: what belongs to a whole row comes in. `all`: the sum of x. */
MW_INLINE void quantized_store(mw_format format, const mw_quantized_tile *tile, size_t first,
                               size_t apart, size_t rows, const VEC *sum, float all)
{
#pragma GCC unroll 8
    for (size_t r = 0; r < rows; r++) {
        size_t i = first + r * apart, own = i * tile->scale_stride;
        float total = SUM(sum[r]), *y = tile->y + i;
        if (format == MW_FORMAT_INT8_ASYMMETRIC)
            total -= (float)tile->zero[own] * all;
        if (tile->scale)
            total *= tile->scale[own];
        *y = (tile->add ? *y : 0) + total;
    }
}

MW_INLINE void quantized_rows(mw_format format, const mw_quantized_tile *tile, size_t first,
                              size_t apart, size_t rows)
{
    enum { STEP = MW_QUANTIZED_STEP, PARTS = STEP / LANES };
    const uint8_t *row[MW_QUANTIZED_ROWS];
#pragma GCC unroll 8
    for (size_t r = 0; r < rows; r++)
        row[r] = tile->codes + (first + r * apart) * tile->row_bytes;
    VEC sum[MW_QUANTIZED_ROWS] = {0}, all = {0};
    size_t whole = ends_early(format) ? tile->columns / STEP : (tile->columns + STEP - 1) / STEP;
    size_t step = 0;
    if (format == MW_FORMAT_Q1_0) {
        for (; step < whole; step += 4) {
#pragma GCC unroll 8
            for (size_t r = 0; r < rows; r++)
                q1_0_block(row[r] + step / 4 * 18, tile->x + step * STEP, &sum[r],
                           whole - step < 4 ? whole - step : 4);
        }
    }
    for (; step < whole; step++) {
        VEC x[PARTS];
        const uint8_t *codes[MW_QUANTIZED_ROWS];
#pragma GCC unroll 8
        for (size_t p = 0; p < PARTS; p++)
            x[p] = LOAD(tile->x + step * STEP + p * LANES);
#pragma GCC unroll 8
        for (size_t r = 0; r < rows; r++) {
            codes[r] = row[r] + step * step_bytes(format);
            __builtin_prefetch(codes[r] + MW_QUANTIZED_FAR + r * MW_QUANTIZED_FURTHER);
        }
        quantized_step(format, tile, codes, x, sum, rows);
        if (format == MW_FORMAT_INT8_ASYMMETRIC) {
#pragma GCC unroll 8
            for (size_t p = 0; p < PARTS; p++)
                all += x[p];
        }
    }
    size_t rest = ends_early(format) ? tile->columns % STEP : 0;
    if (rest) {
        uint8_t last[MW_QUANTIZED_ROWS][2 * STEP];
        const uint8_t *codes[MW_QUANTIZED_ROWS];
        VEC x[PARTS];
        for (size_t p = 0; p < PARTS; p++) {
            x[p] = LOAD(tile->x + step * STEP + p * LANES);
            all += x[p];
        }
        for (size_t r = 0; r < rows; r++) {
            memset(last[r], 0, sizeof last[r]);
            memcpy(last[r], row[r] + step * step_bytes(format), rest * step_bytes(format) / STEP);
            codes[r] = last[r];
        }
        quantized_step(format, tile, codes, x, sum, rows);
    }
    quantized_store(format, tile, first, apart, rows, sum, SUM(all));
}

MW_INLINE void quantized(mw_format format, const mw_quantized_tile *tile)
{
    size_t each = tile->rows / MW_QUANTIZED_ROWS;
    for (size_t first = 0; first < each; first++)
        quantized_rows(format, tile, first, each, MW_QUANTIZED_ROWS);
    for (size_t i = each * MW_QUANTIZED_ROWS; i < tile->rows; i++)
        quantized_rows(format, tile, i, 1, 1);
}
