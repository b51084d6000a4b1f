/*
 * store: c = s. The program only stores; the bus also carries every line in before it is
 * overwritten.
 *
 *     loads 0    stores n·w    FLOPs 0
 */
static uint64_t NAME(store)(void *to, const void *from, const void *other, double scalar,
                            size_t count)
{
    T *restrict c = to;
    const T s = (T)scalar;
    const VEC all = s - (VEC){0};
    (void)from, (void)other;
    size_t i = 0;
#pragma GCC unroll 4
    for (; i + LANES <= count; i += LANES)
        STORE(c + i, all);
    for (; i < count; i++)
        c[i] = s;
    return 0;
}
