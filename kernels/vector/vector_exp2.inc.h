/*
 * vector_exp2.inc.h: 2^v on whole vectors. Included after vector.inc.h, once per element type.
 *
 * libm's exponential is a call for each element, some 10 ns: beside it no memory is slow. Here 2^v
 * is made of a whole number k and a rest |f| <= 1/2. 2^f is a short polynomial (Taylor's, whose
 * first missing term is below half an ulp), and k is added to its exponent. Rounding is an
 * addition: near 1.5·2^(bits of the fraction) the neighbours of a number are whole ones, so v +
 * that is k in the lowest bits. The result is off by MW_EXP2_ULPS at most, and exact where v is
 * whole.
 */
#undef EXPONENTS
#define EXPONENTS ((T)(sizeof(T) == sizeof(float) ? MW_EXP2_LIMIT_F32 : MW_EXP2_LIMIT_F64))

/* Unsigned, for sums of exponents may wrap. */
typedef __typeof__(__builtin_choose_expr(sizeof(T) == sizeof(float), (vector_u32){0},
                                         (vector_u64){0})) NAME(vec_bits);

/* v, or the limit where v goes beyond; what is not a number stays. */
MW_INLINE VEC NAME(within)(VEC v, T limit)
{
    VEC high = limit - (VEC){0};
    return MAX(-high, MIN(high, v));
}

/* |v| <= EXPONENTS, or beyond by less than 1/2; the NaN that arithmetic makes stays one. */
MW_INLINE VEC NAME(exp2)(VEC v)
{
    static const T factorial_of_ln2[] = {
        (T)0x1p0,
        (T)0x1.62e42fefa39efp-1,
        (T)0x1.ebfbdff82c58fp-3,
        (T)0x1.c6b08d704a0c0p-5,
        (T)0x1.3b2ab6fba4e77p-7,
        (T)0x1.5d87fe78a6731p-10,
        (T)0x1.430912f86c787p-13,
        (T)0x1.ffcbfc588b0c7p-17,
        (T)0x1.62c0223a5c824p-20,
        (T)0x1.b5253d395e7c4p-24,
        (T)0x1.e4cf5158b8ecap-28,
        (T)0x1.e8cac7351bb25p-32,
        (T)0x1.c3bd650fc2986p-36,
        (T)0x1.816193166d0f9p-40,
    };
    enum {
        FRACTION = sizeof(T) == sizeof(float) ? 23 : 52,
        DEGREE = sizeof(T) == sizeof(float) ? MW_EXP2_DEGREE_F32 : MW_EXP2_DEGREE_F64,
    };
    const T rounder = (T)(FRACTION == 23 ? 0x1.8p23 : 0x1.8p52);
    VEC shifted = v + rounder;
    VEC f = v - (shifted - rounder);
    VEC power = factorial_of_ln2[DEGREE] - (VEC){0};
#pragma GCC unroll 16
    for (int i = DEGREE - 1; i >= 0; i--)
        power = power * f + factorial_of_ln2[i];
    return (VEC)((NAME(vec_bits))power + ((NAME(vec_bits))shifted << FRACTION));
}
