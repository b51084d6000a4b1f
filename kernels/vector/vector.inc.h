/*
 * vector.inc.h: the vector shim. Included once per element type, before the rungs of a family:
 *
 *     #define MW_ELEMENT float
 *     #define MW_DTYPE f32
 *     #include "vector.inc.h"
 *
 * It gives T (the element), VEC (as many of them as a register of this instruction set holds),
 * LANES, LOAD, STORE and the other operations below, and NAME(x) = x_f32. The vectors are GCC's,
 * which clang has too, so the same rung becomes SSE2, NEON, AVX2 or AVX-512 by the flags it is
 * compiled with, and a*b + c becomes one FMA where there is one.
 */
#undef T
#undef VEC
#undef LANES
#undef NAME
#undef LOAD
#undef STORE
#undef LOAD_PART
#undef STORE_PART
#undef STREAM
#undef STREAM_END
#undef SUM
#undef SUM_FOUR
#undef BROADCAST
#undef MAX
#undef MIN
#undef STAGGER

#ifndef MW_VECTOR_ONCE
#define MW_VECTOR_ONCE
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#if defined(__AVX512F__)
#define VECTOR_BYTES 64
#elif defined(__AVX2__)
#define VECTOR_BYTES 32
#else
#define VECTOR_BYTES 16
#endif

typedef uint64_t vector_u64 __attribute__((vector_size(VECTOR_BYTES)));
typedef uint32_t vector_u32 __attribute__((vector_size(VECTOR_BYTES)));

#define MW_JOIN_(a, b) a##_##b
#define MW_JOIN(a, b)  MW_JOIN_(a, b)
#ifdef MW_INSTRUMENTED
/* What sanitizers add is compiled once a function, not once a copy: minutes of the build. */
#define MW_INLINE static inline
#else
#define MW_INLINE static inline __attribute__((always_inline))
#endif

/* The sums of the elements of four short vectors, transposed while they are added. */
typedef float short_f32 __attribute__((vector_size(16)));
typedef double short_f64 __attribute__((vector_size(16)));

MW_INLINE void short_sums_f32(float *to, const short_f32 *v)
{
    short_f32 a = __builtin_shufflevector(v[0], v[1], 0, 4, 1, 5) +
                  __builtin_shufflevector(v[0], v[1], 2, 6, 3, 7);
    short_f32 b = __builtin_shufflevector(v[2], v[3], 0, 4, 1, 5) +
                  __builtin_shufflevector(v[2], v[3], 2, 6, 3, 7);
    a = __builtin_shufflevector(a, b, 0, 1, 4, 5) + __builtin_shufflevector(a, b, 2, 3, 6, 7);
    memcpy(to, &a, sizeof a);
}

MW_INLINE void short_sums_f64(double *to, const short_f64 *v)
{
    for (size_t pair = 0; pair < 4; pair += 2) {
        short_f64 sum = __builtin_shufflevector(v[pair], v[pair + 1], 0, 2) +
                        __builtin_shufflevector(v[pair], v[pair + 1], 1, 3);
        memcpy(to + pair, &sum, sizeof sum);
    }
}

/* Names of the tables that one instruction set exports: mw_gemv_bodies_avx2. */
#define MW_ISA_NAME(name) MW_JOIN(name, MW_ISA)
#endif

#define T          MW_ELEMENT
#define NAME(name) MW_JOIN(name, MW_DTYPE)
#define LANES      (VECTOR_BYTES / sizeof(T))
#define VEC        NAME(vec)
#define LOAD       NAME(vec_load)
#define STORE      NAME(vec_store)
#define LOAD_PART  NAME(vec_load_part)
#define STORE_PART NAME(vec_store_part)
#define STREAM     NAME(vec_stream)
#define STREAM_END NAME(vec_stream_end)
#define SUM        NAME(vec_sum)
#define SUM_FOUR   NAME(vec_sum_four)
#define BROADCAST  NAME(vec_broadcast)
#define MAX        NAME(vec_max)
#define MIN        NAME(vec_min)
#define STAGGER    NAME(vec_stagger)

typedef T VEC __attribute__((vector_size(VECTOR_BYTES)));
typedef T NAME(vec_loose) __attribute__((vector_size(VECTOR_BYTES), aligned(sizeof(T)), may_alias));

/* Any alignment; on a vector boundary it costs no more than an aligned access. */
MW_INLINE VEC NAME(vec_load)(const T *from)
{
    return *(const NAME(vec_loose) *)from;
}

MW_INLINE void NAME(vec_store)(T *to, VEC value)
{
    *(NAME(vec_loose) *)to = value;
}

/* a > b ? a : b, and a < b ? a : b, element by element: b where one is not a number. */
MW_INLINE VEC NAME(vec_max)(VEC a, VEC b)
{
#if defined(__AVX512F__)
    return sizeof(T) == sizeof(float) ? (VEC)_mm512_max_ps((__m512)a, (__m512)b)
                                      : (VEC)_mm512_max_pd((__m512d)a, (__m512d)b);
#elif defined(__AVX2__)
    return sizeof(T) == sizeof(float) ? (VEC)_mm256_max_ps((__m256)a, (__m256)b)
                                      : (VEC)_mm256_max_pd((__m256d)a, (__m256d)b);
#else
    typedef __typeof__(a > b) bits;
    bits mask = a > b;
    return (VEC)(((bits)a & mask) | ((bits)b & ~mask));
#endif
}

MW_INLINE VEC NAME(vec_min)(VEC a, VEC b)
{
#if defined(__AVX512F__)
    return sizeof(T) == sizeof(float) ? (VEC)_mm512_min_ps((__m512)a, (__m512)b)
                                      : (VEC)_mm512_min_pd((__m512d)a, (__m512d)b);
#elif defined(__AVX2__)
    return sizeof(T) == sizeof(float) ? (VEC)_mm256_min_ps((__m256)a, (__m256)b)
                                      : (VEC)_mm256_min_pd((__m256d)a, (__m256d)b);
#else
    typedef __typeof__(a < b) bits;
    bits mask = a < b;
    return (VEC)(((bits)a & mask) | ((bits)b & ~mask));
#endif
}

/* Elements from what is asked for ahead in one row to that in the next, rows being `ld` apart. Rows
 * of about a power of two lie in the same sets of the first-level cache, and what is asked for
 * would throw out what is still to be used: so each row looks further ahead than the one above it,
 * until their lines are a few sets apart, 64 sets being a page. */
MW_INLINE size_t NAME(vec_stagger)(size_t ld)
{
    const size_t sets = 64, apart = 7, line = 64 / sizeof(T);
    size_t sets_between = ld / line % sets;
    bool fall_apart = sets_between >= apart && sets_between + apart <= sets;
    size_t further = fall_apart ? 1 : (apart + sets - sets_between) % sets;
    return ld + further * line;
}

/* The first `count` < LANES elements, the rest zero; and back. */
MW_INLINE VEC NAME(vec_load_part)(const T *from, size_t count)
{
#if defined(__AVX512F__)
    uint16_t words = (uint16_t)((1u << count * sizeof(T) / 4) - 1);
    return (VEC)_mm512_maskz_loadu_epi32(words, from);
#elif defined(__AVX2__)
    const __m256i place = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    __m256i words = _mm256_cmpgt_epi32(_mm256_set1_epi32((int)(count * sizeof(T) / 4)), place);
    return (VEC)_mm256_maskload_epi32((const int *)from, words);
#else
    VEC value = {0};
    memcpy(&value, from, count * sizeof(T));
    return value;
#endif
}

MW_INLINE void NAME(vec_store_part)(T *to, VEC value, size_t count)
{
    memcpy(to, &value, count * sizeof(T));
}

/* Past the caches: the line is not fetched before it is written. `to` lies on a vector boundary.
 * Elsewhere than on x86 this is an ordinary store. */
MW_INLINE void NAME(vec_stream)(T *to, VEC value)
{
#if defined(__AVX512F__)
    _mm512_stream_si512((void *)to, (__m512i)value);
#elif defined(__AVX2__)
    _mm256_stream_si256((void *)to, (__m256i)value);
#elif defined(__x86_64__)
    _mm_stream_si128((void *)to, (__m128i)value);
#else
    *(VEC *)to = value;
#endif
}

/* Streaming stores are weakly ordered; a tile ends with them done. */
MW_INLINE void NAME(vec_stream_end)(void)
{
#if defined(__x86_64__)
    _mm_sfence();
#endif
}

/* A vector halved by additions until 16 bytes are left. */
MW_INLINE NAME(short) NAME(vec_fold)(VEC value)
{
#if defined(__AVX512F__)
    typedef T half __attribute__((vector_size(32)));
    __m512i bits = (__m512i)value;
    half sum = (half)_mm512_castsi512_si256(bits) + (half)_mm512_extracti64x4_epi64(bits, 1);
    __m256i rest = (__m256i)sum;
    return (NAME(short))_mm256_castsi256_si128(rest) +
           (NAME(short))_mm256_extracti128_si256(rest, 1);
#elif defined(__AVX2__)
    __m256i bits = (__m256i)value;
    return (NAME(short))_mm256_castsi256_si128(bits) +
           (NAME(short))_mm256_extracti128_si256(bits, 1);
#else
    return value;
#endif
}

/* Sum of the lanes, halving pairwise. */
MW_INLINE T NAME(vec_sum)(VEC value)
{
    NAME(short) folded = NAME(vec_fold)(value);
#pragma GCC unroll 2
    for (size_t half = sizeof folded / sizeof(T) / 2; half; half /= 2) {
#pragma GCC unroll 2
        for (size_t i = 0; i < half; i++)
            folded[i] += folded[i + half];
    }
    return folded[0];
}

/* The sums of the lanes of four vectors, together: they share the steps that one SUM would take. */
MW_INLINE void NAME(vec_sum_four)(T *to, const VEC *four)
{
    NAME(short) folded[4];
    for (size_t i = 0; i < 4; i++)
        folded[i] = NAME(vec_fold)(four[i]);
    NAME(short_sums)(to, folded);
}

/* `count` elements, a power of two up to LANES, again and again over the lanes. With a constant
 * count it is one instruction that loads and spreads them. */
MW_INLINE VEC NAME(vec_broadcast)(const T *from, size_t count)
{
    size_t bytes = count * sizeof(T);
    if (bytes >= VECTOR_BYTES)
        return LOAD(from);
#if defined(__AVX512F__)
    if (bytes == 32)
        return (VEC)_mm512_broadcast_i64x4(_mm256_loadu_si256((const void *)from));
    if (bytes == 16)
        return (VEC)_mm512_broadcast_i32x4(_mm_loadu_si128((const void *)from));
#elif defined(__AVX2__)
    if (bytes == 16)
        return (VEC)_mm256_broadcastsi128_si256(_mm_loadu_si128((const void *)from));
#endif
    if (bytes == 8) {
        uint64_t word;
        memcpy(&word, from, sizeof word);
        return (VEC)(word | (vector_u64){0});
    }
    uint32_t word;
    memcpy(&word, from, sizeof word);
    return (VEC)(word | (vector_u32){0});
}
