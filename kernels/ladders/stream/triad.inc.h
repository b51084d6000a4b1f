/*
 * triad: c = a + s·b. Twice the FLOPs of add for the same bytes, hence for the same time.
 *
 *     loads 2·n·w    stores n·w    FLOPs 2·n
 */
static uint64_t NAME(triad)(void *to, const void *from, const void *other, double scalar,
                            size_t count)
{
    T *restrict c = to;
    const T *restrict a = from;
    const T *restrict b = other;
    const T s = (T)scalar;
    size_t i = 0;
#pragma GCC unroll 4
    for (; i + LANES <= count; i += LANES)
        STORE(c + i, LOAD(a + i) + s * LOAD(b + i));
    for (; i < count; i++)
        c[i] = a[i] + s * b[i];
    return 0;
}
