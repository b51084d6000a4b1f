/*
 * copy: c = a, one stream in and one out. An ordinary store first fetches the line it is about to
 * overwrite (write-allocate), so the bus carries 3·n·w where the program says 2·n·w.
 *
 *     loads n·w    stores n·w    FLOPs 0
 */
static uint64_t NAME(copy)(void *to, const void *from, const void *other, double scalar,
                           size_t count)
{
    T *restrict c = to;
    const T *restrict a = from;
    (void)other, (void)scalar;
    size_t i = 0;
#pragma GCC unroll 4
    for (; i + LANES <= count; i += LANES)
        STORE(c + i, LOAD(a + i));
    for (; i < count; i++)
        c[i] = a[i];
    return 0;
}
