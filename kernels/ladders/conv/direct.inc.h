/*
 * direct: a convolution where it stands, four pixels by a line of output channels at a time.
 *
 * The channels lie innermost, so the sums of a line of output channels are vectors that grow in
 * registers, and one row of weights serves four neighbouring pixels once it is loaded. Nothing is
 * copied: the k x k windows of neighbours overlap, and what they share comes from the cache that
 * holds k rows of the image.
 *
 *     FLOPs 2·h·w·k²·cin·cout
 *     loads (h·w·k²·cin·ceil(cout/line) + h·ceil(w/4)·k²·cin·cout)·width    line = 64 bytes
 *     stores h·w·cout·width
 */
MW_INLINE void NAME(conv_pixels)(const mw_conv_tile *t, const T *in, T *out, size_t pixels)
{
    enum { VECTORS = MW_CONV_LINE / VECTOR_BYTES };
    VEC sum[MW_CONV_PIXELS][VECTORS] = {0};
    const T *w = t->w;
    for (size_t ky = 0; ky < t->edge; ky++) {
        const T *row = in + ky * t->in_row;
        /* kx and ci are one loop: the window's row of pixels is contiguous */
        for (size_t i = 0; i < t->edge * t->cin; i++, w += t->cout) {
#pragma GCC unroll 4
            for (size_t v = 0; v < VECTORS; v++) {
                size_t left = t->count > v * LANES ? t->count - v * LANES : 0;
                VEC wv = left >= LANES ? LOAD(w + v * LANES)
                         : left        ? LOAD_PART(w + v * LANES, left)
                                       : (VEC){0};
#pragma GCC unroll 4
                for (size_t p = 0; p < pixels; p++)
                    sum[p][v] += row[p * t->cin + i] * wv;
            }
        }
    }
#pragma GCC unroll 4
    for (size_t p = 0; p < pixels; p++) {
#pragma GCC unroll 4
        for (size_t v = 0; v < VECTORS; v++) {
            size_t left = t->count > v * LANES ? t->count - v * LANES : 0;
            if (left >= LANES)
                STORE(out + p * t->cout + v * LANES, sum[p][v]);
            else if (left)
                STORE_PART(out + p * t->cout + v * LANES, sum[p][v], left);
        }
    }
}

static void NAME(direct)(const mw_conv_tile *tile)
{
    mw_conv_tile whole = *tile;
    const T *in = tile->in;
    T *out = tile->out;
    size_t x = 0;
    if (tile->count == MW_CONV_LINE / sizeof(T)) {
        whole.count = MW_CONV_LINE / sizeof(T); /* a constant here: no vector is part of one */
        for (; x + MW_CONV_PIXELS <= tile->pixels; x += MW_CONV_PIXELS)
            NAME(conv_pixels)(&whole, in + x * tile->cin, out + x * tile->cout, MW_CONV_PIXELS);
    } else {
        for (; x + MW_CONV_PIXELS <= tile->pixels; x += MW_CONV_PIXELS)
            NAME(conv_pixels)(tile, in + x * tile->cin, out + x * tile->cout, MW_CONV_PIXELS);
    }
    switch (tile->pixels - x) {
    case 3:
        NAME(conv_pixels)(tile, in + x * tile->cin, out + x * tile->cout, 3);
        break;
    case 2:
        NAME(conv_pixels)(tile, in + x * tile->cin, out + x * tile->cout, 2);
        break;
    case 1:
        NAME(conv_pixels)(tile, in + x * tile->cin, out + x * tile->cout, 1);
        break;
    }
}
