/*
 * triad_nt: triad with streaming stores. Bus bytes fall from 4·n·w to the program's 3·n·w.
 *
 *     loads 2·n·w    stores n·w    FLOPs 2·n
 */
static uint64_t NAME(triad_nt)(void *to, const void *from, const void *other, double scalar,
                               size_t count)
{
    T *restrict c = to;
    const T *restrict a = from;
    const T *restrict b = other;
    const T s = (T)scalar;
    size_t i = 0;
#pragma GCC unroll 4
    for (; i + LANES <= count; i += LANES)
        STREAM(c + i, LOAD(a + i) + s * LOAD(b + i));
    for (; i < count; i++)
        c[i] = a[i] + s * b[i];
    STREAM_END();
    return 0;
}
