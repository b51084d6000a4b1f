/*
 * update: c = s·c in place. The line that is written was read anyway: no write-allocate is left to
 * pay.
 *
 *     loads n·w    stores n·w    FLOPs n
 */
static uint64_t NAME(update)(void *to, const void *from, const void *other, double scalar,
                             size_t count)
{
    T *restrict c = to;
    const T s = (T)scalar;
    (void)from, (void)other;
    size_t i = 0;
#pragma GCC unroll 4
    for (; i + LANES <= count; i += LANES)
        STORE(c + i, s * LOAD(c + i));
    for (; i < count; i++)
        c[i] = s * c[i];
    return 0;
}
