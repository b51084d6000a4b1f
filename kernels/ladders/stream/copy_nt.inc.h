/*
 * copy_nt: copy with streaming stores. Bus bytes fall from 3·n·w to the program's 2·n·w.
 *
 *     loads n·w    stores n·w    FLOPs 0
 */
static uint64_t NAME(copy_nt)(void *to, const void *from, const void *other, double scalar,
                              size_t count)
{
    T *restrict c = to;
    const T *restrict a = from;
    (void)other, (void)scalar;
    size_t i = 0;
#pragma GCC unroll 4
    for (; i + LANES <= count; i += LANES)
        STREAM(c + i, LOAD(a + i));
    for (; i < count; i++)
        c[i] = a[i];
    STREAM_END();
    return 0;
}
