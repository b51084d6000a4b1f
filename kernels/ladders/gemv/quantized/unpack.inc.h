/*
 * unpack: 32 codes become 32 floats, in order, in registers. The compiler's vectors do what they
 * can; where an instruction set has one instruction for it, it is named.
 */
typedef int32_t whole_vec __attribute__((vector_size(VECTOR_BYTES)));
typedef int8_t int8_part __attribute__((vector_size(VECTOR_BYTES / 4), aligned(1), may_alias));
typedef uint8_t uint8_part __attribute__((vector_size(VECTOR_BYTES / 4), aligned(1), may_alias));
typedef uint16_t half_part __attribute__((vector_size(VECTOR_BYTES / 2), aligned(1), may_alias));

enum { PARTS_OF_STEP = MW_QUANTIZED_STEP / LANES };

/* int8: one extension of the sign, one conversion. */
MW_INLINE void unpack_int8(const uint8_t *codes, VEC *w)
{
#pragma GCC unroll 8
    for (size_t p = 0; p < PARTS_OF_STEP; p++) {
        const uint8_t *from = codes + p * LANES;
#if defined(__AVX512F__)
        w[p] = _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128((const void *)from)));
#elif defined(__AVX2__)
        w[p] = _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_loadl_epi64((const void *)from)));
#else
        int8_part part = *(const int8_part *)from;
        w[p] = __builtin_convertvector(__builtin_convertvector(part, whole_vec), VEC);
#endif
    }
}

MW_INLINE void unpack_uint8(const uint8_t *codes, VEC *w)
{
#pragma GCC unroll 8
    for (size_t p = 0; p < PARTS_OF_STEP; p++) {
        const uint8_t *from = codes + p * LANES;
#if defined(__AVX512F__)
        w[p] = _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(_mm_loadu_si128((const void *)from)));
#elif defined(__AVX2__)
        w[p] = _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_loadl_epi64((const void *)from)));
#else
        uint8_part part = *(const uint8_part *)from;
        w[p] = __builtin_convertvector(__builtin_convertvector(part, whole_vec), VEC);
#endif
    }
}

/* bf16 is the upper half of a float: a shift. */
MW_INLINE void unpack_bf16(const uint8_t *codes, VEC *w)
{
#pragma GCC unroll 8
    for (size_t p = 0; p < PARTS_OF_STEP; p++) {
        half_part part = *(const half_part *)(codes + 2 * p * LANES);
        w[p] = (VEC)(__builtin_convertvector(part, whole_vec) << 16);
    }
}

/* fp16: the bits of a float whose exponent is 112 too small, put right by a product. */
MW_INLINE VEC widen_halves(const uint8_t *codes)
{
    half_part part = *(const half_part *)codes;
#if defined(__AVX512F__)
    return _mm512_cvtph_ps((__m256i)part);
#elif defined(__AVX2__)
    return _mm256_cvtph_ps((__m128i)part);
#else
    whole_vec bits = __builtin_convertvector(part, whole_vec);
    whole_vec sign = (bits & 0x8000) << 16, size = (bits & 0x7fff) << 13;
    whole_vec endless = (whole_vec)(size >= 0x7c00 << 13) & 0x7f800000;
    return (VEC)((whole_vec)((VEC)size * 0x1p112f) | endless | sign);
#endif
}

MW_INLINE void unpack_fp16(const uint8_t *codes, VEC *w)
{
#pragma GCC unroll 8
    for (size_t p = 0; p < PARTS_OF_STEP; p++)
        w[p] = widen_halves(codes + 2 * p * LANES);
}

/* The scale in front of a block, in every lane. */
MW_INLINE VEC broadcast_half(const uint8_t *from)
{
    uint16_t half;
    memcpy(&half, from, sizeof half);
#if defined(__AVX512F__)
    return _mm512_cvtph_ps(_mm256_set1_epi16((short)half));
#elif defined(__AVX2__)
    return _mm256_cvtph_ps(_mm_set1_epi16((short)half));
#else
    return mw_fp16_value(half) + (VEC){0};
#endif
}

/* What the codes of a nibble stand for, before their scale. */
static const float signed_levels[16] = {-8, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7};
static const float unsigned_levels[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
static const float power_levels[16] = {0,        0x1p-6f,  0x1p-5f,  0x1p-4f,  0x1p-3f,  0x1p-2f,
                                       0x1p-1f,  1,        -0,       -0x1p-6f, -0x1p-5f, -0x1p-4f,
                                       -0x1p-3f, -0x1p-2f, -0x1p-1f, -1};

/* Nibbles name one of 16 levels. AVX-512 keeps all 16 in one register and looks 16 codes up with
 * one permutation; AVX2 takes two halves and chooses. Codes are as wide as floats there, and only
 * their lowest bits are looked at: the high nibble needs a shift, the low one nothing. */
MW_INLINE void unpack_nibbles(const uint8_t *codes, const float *level, VEC *w)
{
#if defined(__AVX512F__)
    __m512 table = _mm512_loadu_ps(level);
    __m512i code = _mm512_cvtepu8_epi32(_mm_loadu_si128((const void *)codes));
    w[0] = _mm512_permutexvar_ps(code, table);
    w[1] = _mm512_permutexvar_ps(_mm512_srli_epi32(code, 4), table);
#elif defined(__AVX2__)
    __m256 lower = _mm256_loadu_ps(level), upper = _mm256_loadu_ps(level + 8);
    for (int p = 0; p < 2; p++) {
        __m256i both = _mm256_cvtepu8_epi32(_mm_loadl_epi64((const void *)(codes + 8 * p)));
        for (int high = 0; high < 2; high++) {
            __m256i code = high ? _mm256_srli_epi32(both, 4) : both;
            __m256 choose = _mm256_castsi256_ps(_mm256_slli_epi32(code, 28));
            w[2 * high + p] = _mm256_blendv_ps(_mm256_permutevar8x32_ps(lower, code),
                                               _mm256_permutevar8x32_ps(upper, code), choose);
        }
    }
#else
    float value[MW_QUANTIZED_STEP];
    for (size_t j = 0; j < MW_QUANTIZED_STEP / 2; j++) {
        value[j] = level[codes[j] & 15];
        value[j + MW_QUANTIZED_STEP / 2] = level[codes[j] >> 4];
    }
    for (size_t p = 0; p < PARTS_OF_STEP; p++)
        w[p] = LOAD(value + p * LANES);
#endif
}

/* Nibbles that are their own levels: AVX2 converts them sooner than it looks them up. */
MW_INLINE void unpack_counts(const uint8_t *codes, VEC *w)
{
#if defined(__AVX2__) && !defined(__AVX512F__)
    for (int p = 0; p < 2; p++) {
        __m256i both = _mm256_cvtepu8_epi32(_mm_loadl_epi64((const void *)(codes + 8 * p)));
        w[p] = _mm256_cvtepi32_ps(_mm256_and_si256(both, _mm256_set1_epi32(15)));
        w[2 + p] = _mm256_cvtepi32_ps(_mm256_srli_epi32(both, 4));
    }
#else
    unpack_nibbles(codes, unsigned_levels, w);
#endif
}

/* A bit is a sign: 1 or -1. */
MW_INLINE void unpack_signs(const uint8_t *codes, VEC *w)
{
    uint32_t bits;
    memcpy(&bits, codes, sizeof bits);
#if defined(__AVX512F__)
    const __m512 plus = _mm512_set1_ps(1), minus = _mm512_set1_ps(-1);
    w[0] = _mm512_mask_blend_ps((__mmask16)bits, minus, plus);
    w[1] = _mm512_mask_blend_ps((__mmask16)(bits >> 16), minus, plus);
#elif defined(__AVX2__)
    const __m256i first = _mm256_setr_epi32(31, 30, 29, 28, 27, 26, 25, 24);
    const __m256i minus = _mm256_castps_si256(_mm256_set1_ps(-1)),
                  all = _mm256_set1_epi32((int)bits);
    const __m256i sign = _mm256_set1_epi32(INT32_MIN);
    for (int p = 0; p < 4; p++) {
        __m256i bit = _mm256_sllv_epi32(all, _mm256_sub_epi32(first, _mm256_set1_epi32(8 * p)));
        w[p] = _mm256_castsi256_ps(_mm256_xor_si256(_mm256_and_si256(bit, sign), minus));
    }
#else
    whole_vec lane;
    for (int l = 0; l < (int)LANES; l++)
        lane[l] = 1 << l;
    for (size_t p = 0; p < PARTS_OF_STEP; p++) {
        whole_vec clear = ((int32_t)(bits >> p * LANES) & lane) == 0;
        w[p] = __builtin_convertvector(1 + 2 * clear, VEC); /* a true comparison is -1 */
    }
#endif
}
