/*
 * gather: LANES elements of x at 32-bit, or 16-bit, places. On x86 it is one instruction that makes
 * a load for each lane: shorter, and no fewer loads. Elsewhere the lanes are loaded one by one.
 */
MW_INLINE VEC NAME(gather32)(const T *x, const uint32_t *place)
{
#if defined(__AVX512F__)
    if (sizeof(T) == sizeof(float))
        return (VEC)_mm512_i32gather_ps(_mm512_loadu_si512(place), x, 4);
    return (VEC)_mm512_i32gather_pd(_mm256_loadu_si256((const void *)place), x, 8);
#elif defined(__AVX2__)
    if (sizeof(T) == sizeof(float))
        return (VEC)_mm256_i32gather_ps((const void *)x, _mm256_loadu_si256((const void *)place),
                                        4);
    return (VEC)_mm256_i32gather_pd((const void *)x, _mm_loadu_si128((const void *)place), 8);
#else
    VEC value;
    for (size_t l = 0; l < LANES; l++)
        value[l] = x[place[l]];
    return value;
#endif
}

MW_INLINE VEC NAME(gather16)(const T *x, const uint16_t *place)
{
#if defined(__AVX512F__)
    if (sizeof(T) == sizeof(float))
        return (VEC)_mm512_i32gather_ps(
            _mm512_cvtepu16_epi32(_mm256_loadu_si256((const void *)place)), x, 4);
    return (VEC)_mm512_i32gather_pd(_mm256_cvtepu16_epi32(_mm_loadu_si128((const void *)place)), x,
                                    8);
#elif defined(__AVX2__)
    if (sizeof(T) == sizeof(float))
        return (VEC)_mm256_i32gather_ps(
            (const void *)x, _mm256_cvtepu16_epi32(_mm_loadu_si128((const void *)place)), 4);
    return (VEC)_mm256_i32gather_pd((const void *)x,
                                    _mm_cvtepu16_epi32(_mm_loadl_epi64((const void *)place)), 8);
#else
    VEC value;
    for (size_t l = 0; l < LANES; l++)
        value[l] = x[place[l]];
    return value;
#endif
}
