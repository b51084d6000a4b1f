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
static void place_q8_0(const mw_fixed_x *fixed, size_t j, int32_t *whole, size_t count)
{
    int16_t *words = (int16_t *)fixed->digits + j;
    for (size_t i = 0; i < count; i++)
        words[i] = (int16_t)whole[i];
}

/* The same. Lane l of a block's eight sums elements 2l, 2l + 1, and those 16 further on. */
static void place_q4_0(const mw_fixed_x *fixed, size_t j, int32_t *whole, size_t count)
{
    place_q8_0(fixed, j, whole, count);
    for (size_t block = 0; block < count / 32; block++) {
        int32_t *correction = fixed->correction + (j / 32 + block) * 8;
        for (size_t lane = 0; lane < 8; lane++) {
            const int32_t *low = whole + 32 * block + 2 * lane, *high = low + 16;
            correction[lane] = -8 * (low[0] + low[1] + high[0] + high[1]);
        }
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

#define UNIT_SCALE 1

MW_INLINE void fixed_piece(mw_format format, const mw_fixed_x *x, const uint8_t *row, size_t next,
                           size_t rows, size_t j, size_t end, VEC *part)
{
    const bool q4 = format == MW_FORMAT_Q4_0;
    const size_t block_bytes = q4 ? 18 : 34;
    const __m256i *words = (const __m256i *)x->digits;
    const __m256i *correction = (const __m256i *)x->correction;
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
                __m256i sums = q4 ? q4_0_sums(codes + 2, words + 2 * b, correction + b)
                                  : q8_0_sums(codes + 2, words + 2 * b);
                part[r] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(sums), broadcast_half(codes), part[r]);
            }
        }
    }
}
