/*
 * store_nt: store with streaming (non-temporal) stores. They gather whole lines beside the caches
 * and send them out without fetching them first: half the bus bytes of store, as long as nobody
 * wanted the result in a cache.
 *
 *     loads 0    stores n·w    FLOPs 0
 */
static uint64_t NAME(store_nt)(void *to, const void *from, const void *other, double scalar,
                               size_t count)
{
    T *restrict c = to;
    const T s = (T)scalar;
    const VEC all = s - (VEC){0};
    (void)from, (void)other;
    size_t i = 0;
#pragma GCC unroll 4
    for (; i + LANES <= count; i += LANES)
        STREAM(c + i, all);
    for (; i < count; i++)
        c[i] = s;
    STREAM_END();
    return 0;
}
