/*
 * read: nothing but loads, from eight places of the array at once.
 *
 * Eight streams, because the prefetcher follows each of them separately: one stream alone leaves a
 * third of the memory's bandwidth unused. Every byte enters an exclusive-or, so the compiler can
 * drop no load and a check can tell whether all were read; two loads share one operation, so that
 * the load ports are what limits the loop in the nearest cache. It is no FLOP.
 *
 *     loads n·w    stores 0    FLOPs 0
 */
static uint64_t NAME(read)(void *to, const void *from, const void *unused, double scalar,
                           size_t count)
{
    (void)to, (void)unused, (void)scalar;
    typedef uint64_t words
        __attribute__((vector_size(VECTOR_BYTES), aligned(sizeof(T)), may_alias));
    enum { STREAMS = 8 };
    const char *byte = from;
    size_t bytes = count * sizeof(T);
    size_t part = bytes / (STREAMS * VECTOR_BYTES) * VECTOR_BYTES; /* of each stream */
    words sum[STREAMS / 2] = {0};
#pragma GCC unroll 2
    for (size_t at = 0; at < part; at += VECTOR_BYTES) {
#pragma GCC unroll 8
        for (size_t i = 0; i < STREAMS / 2; i++)
            sum[i] = sum[i] ^ *(const words *)(byte + 2 * i * part + at) ^
                     *(const words *)(byte + (2 * i + 1) * part + at);
    }
    words all = sum[0] ^ sum[1] ^ sum[2] ^ sum[3];
    uint64_t folded = 0;
    for (size_t i = 0; i < VECTOR_BYTES / 8; i++)
        folded ^= all[i];
    for (size_t at = STREAMS * part; at < bytes; at += 8) {
        uint64_t word = 0;
        memcpy(&word, byte + at, bytes - at < 8 ? bytes - at : 8);
        folded ^= word;
    }
    return folded;
}
