/*
 * gelu: z / (1 + 2^v) on whole vectors, so that it costs less than the memory it works on.
 *
 * libm's tanh is a call for each element, some 20 ns: beside it no memory is slow. Here 2^v is made
 * of a whole number k and a rest |f| <= 1/2. 2^f is a short polynomial (Taylor's, whose first
 * missing term is below half an ulp), and k is added to its exponent. Rounding is an addition: near
 * 1.5·2^(bits of the fraction) the neighbours of a number are whole ones, so v + that is k in the
 * lowest bits.
 *
 * Relative error against the tanh form: a few ulps, and ulps·|v|·ln 2 where 2^v is large and the
 * result vanishes. v stays within the exponents, beyond which 1 or 2^v has swallowed the other.
 *
 *     FLOPs 9 + 2·degree: 23 in f32, 35 in f64
 */
MW_INLINE VEC NAME(within)(VEC v, T limit)
{
    BITS above = (BITS)(v > limit), below = (BITS)(v < -limit);
    VEC high = limit - (VEC){0}, low = -high;
    v = (VEC)(((BITS)v & ~above) | ((BITS)high & above));
    return (VEC)(((BITS)v & ~below) | ((BITS)low & below));
}

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
    VEC shifted = v + ROUNDER;
    VEC f = v - (shifted - ROUNDER);
    VEC power = factorial_of_ln2[DEGREE] - (VEC){0};
#pragma GCC unroll 16
    for (int i = DEGREE - 1; i >= 0; i--)
        power = power * f + factorial_of_ln2[i];
    return (VEC)((BITS)power + ((BITS)shifted << FRACTION));
}

MW_INLINE VEC NAME(gelu_of)(VEC z)
{
    VEC v = -z * ((T)MW_GELU_LINEAR + (T)MW_GELU_CUBIC * (z * z));
    return z / (1 + NAME(exp2)(NAME(within)(v, EXPONENTS)));
}
