/*
 * scale: c = s·a. One multiplication per element changes nothing about the time: copy's bytes
 * decide.
 *
 *     loads n·w    stores n·w    FLOPs n
 */
static uint64_t NAME(scale)(void *to, const void *from, const void *other, double scalar,
                            size_t count)
{
    T *restrict c = to;
    const T *restrict a = from;
    const T s = (T)scalar;
    (void)other;
    size_t i = 0;
#pragma GCC unroll 4
    for (; i + LANES <= count; i += LANES)
        STORE(c + i, s * LOAD(a + i));
    for (; i < count; i++)
        c[i] = s * a[i];
    return 0;
}
