/*
 * add: c = a + b. A second stream in.
 *
 *     loads 2·n·w    stores n·w    FLOPs n
 */
static uint64_t NAME(add)(void *to, const void *from, const void *other, double scalar,
                          size_t count)
{
    T *restrict c = to;
    const T *restrict a = from;
    const T *restrict b = other;
    (void)scalar;
    size_t i = 0;
#pragma GCC unroll 4
    for (; i + LANES <= count; i += LANES)
        STORE(c + i, LOAD(a + i) + LOAD(b + i));
    for (; i < count; i++)
        c[i] = a[i] + b[i];
    return 0;
}
