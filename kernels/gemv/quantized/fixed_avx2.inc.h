/*
 * fixed, where a processor multiplies words of 16 bits and adds neighbours (AVX2): a block of 32
 * weights with two VPMADDWD.
 *
 * Bytes are widened to words as they are loaded. The high nibbles of q4_0 are the words shifted by
 * four, and both stand for q - 8: `correction` takes 8 times the sum of X off again. A lane's sum
 * stays below 2^24, so that it becomes a float without being rounded.
 */
#define TARGET

enum { GROUP_4 = 64, GROUP_8 = 64, FIXED_COLUMNS = 64, UNITS_4 = 1, UNITS_8 = 1 };

/* In order, as words; both digits of an element are one of them. */
static void fix_words(const mw_fixed_x *fixed, const float *x, size_t elements)
{
    int16_t *words = (int16_t *)fixed->digits;
    for (size_t j = 0; j < elements; j += MW_FIXED_PIECE) {
        size_t count = elements - j < MW_FIXED_PIECE ? elements - j : MW_FIXED_PIECE;
        int32_t whole[MW_FIXED_PIECE];
        fixed->unit[j / MW_FIXED_PIECE] = fix_piece(x + j, count, whole);
        for (size_t i = 0; i < count; i++)
            words[j + i] = (int16_t)whole[i];
    }
}

static void fix_x_q8_0(const mw_fixed_x *fixed, const float *x, size_t elements)
{
    fix_words(fixed, x, elements);
}

/* Lane l of a block's eight sums elements 2l, 2l + 1, and those 16 further on. */
static void fix_x_q4_0(const mw_fixed_x *fixed, const float *x, size_t elements)
{
    fix_words(fixed, x, elements);
    const int16_t *words = (const int16_t *)fixed->digits;
    for (size_t block = 0; block < elements / 32; block++) {
        const int16_t *first = words + 32 * block;
        for (size_t lane = 0; lane < 8; lane++)
            fixed->correction[8 * block + lane] =
                -8 * (first[2 * lane] + first[2 * lane + 1] + first[2 * lane + 16] +
                      first[2 * lane + 17]);
    }
}

MW_INLINE __m256i q4_0_sums(const uint8_t *codes, const __m256i *x, const __m256i *correction)
{
    __m256i bytes = _mm256_cvtepu8_epi16(_mm_loadu_si128((const void *)codes));
    __m256i low = _mm256_and_si256(bytes, _mm256_set1_epi16(15));
    __m256i high = _mm256_srli_epi16(bytes, 4);
    __m256i sums = _mm256_add_epi32(_mm256_madd_epi16(low, x[0]), *correction);
    return _mm256_add_epi32(sums, _mm256_madd_epi16(high, x[1]));
}

MW_INLINE __m256i q8_0_sums(const uint8_t *codes, const __m256i *x)
{
    __m256i first = _mm256_cvtepi8_epi16(_mm_loadu_si128((const void *)codes));
    __m256i second = _mm256_cvtepi8_epi16(_mm_loadu_si128((const void *)(codes + 16)));
    return _mm256_add_epi32(_mm256_madd_epi16(first, x[0]), _mm256_madd_epi16(second, x[1]));
}

/* `columns` of some rows, a multiple of FIXED_COLUMNS; y is set or added to. */
MW_INLINE void fixed_rows(mw_format format, const mw_quantized_tile *tile, size_t first,
                          size_t apart, size_t rows, size_t columns)
{
    const bool q4 = format == MW_FORMAT_Q4_0;
    const size_t block_bytes = q4 ? 18 : 34, next = apart * tile->row_bytes;
    const uint8_t *row = tile->codes + first * tile->row_bytes;
    const __m256i *x = (const __m256i *)tile->fixed.digits;
    const __m256i *correction = (const __m256i *)tile->fixed.correction;
    __m256 sum[MW_QUANTIZED_ROWS];
#pragma GCC unroll 8
    for (size_t r = 0; r < rows; r++)
        sum[r] = _mm256_setzero_ps();
    for (size_t j = 0; j < columns; j += MW_FIXED_PIECE) {
        size_t end = columns - j < MW_FIXED_PIECE ? columns : j + MW_FIXED_PIECE;
        __m256 part[MW_QUANTIZED_ROWS];
#pragma GCC unroll 8
        for (size_t r = 0; r < rows; r++)
            part[r] = _mm256_setzero_ps();
        for (size_t block = j / 32; block < end / 32; block += 2) {
#pragma GCC unroll 8
            for (size_t r = 0; r < rows; r++) {
                const uint8_t *codes = row + r * next + block * block_bytes;
                const uint8_t *ahead = codes + MW_QUANTIZED_FAR + r * MW_QUANTIZED_FURTHER;
                __builtin_prefetch(ahead);
                if (!q4)
                    __builtin_prefetch(ahead + block_bytes);
#pragma GCC unroll 2
                for (size_t b = block; b < block + 2; b++, codes += block_bytes) {
                    __m256i sums = q4 ? q4_0_sums(codes + 2, x + 2 * b, correction + b)
                                      : q8_0_sums(codes + 2, x + 2 * b);
                    part[r] =
                        _mm256_fmadd_ps(_mm256_cvtepi32_ps(sums), broadcast_half(codes), part[r]);
                }
            }
        }
        __m256 unit = _mm256_set1_ps(tile->fixed.unit[j / MW_FIXED_PIECE]);
#pragma GCC unroll 8
        for (size_t r = 0; r < rows; r++)
            sum[r] = _mm256_fmadd_ps(part[r], unit, sum[r]);
    }
#pragma GCC unroll 8
    for (size_t r = 0; r < rows; r++) {
        float *y = tile->y + first + r * apart;
        *y = (tile->add ? *y : 0) + SUM(sum[r]);
    }
}
