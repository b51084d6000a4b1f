/*
 * read: nothing but loads. Every byte enters an exclusive-or, so the compiler can drop none of them
 * and a check can tell whether all were read; two loads share one operation, so that the load ports
 * are what limits the loop. It is no FLOP.
 *
 *     loads n·w    stores 0    FLOPs 0
 */
static uint64_t NAME(read)(void *to, const void *from, const void *unused, double scalar,
                           size_t count)
{
    (void)to, (void)unused, (void)scalar;
    typedef uint64_t words
        __attribute__((vector_size(VECTOR_BYTES), aligned(sizeof(T)), may_alias));
    enum { WAYS = 4, STEP = 2 * WAYS * VECTOR_BYTES };
    const char *byte = from;
    size_t bytes = count * sizeof(T), at = 0;
    words sum[WAYS] = {0};
    for (; at + STEP <= bytes; at += STEP) {
#pragma GCC unroll 8
        for (size_t i = 0; i < WAYS; i++) {
            const words *pair = (const words *)(byte + at + 2 * i * VECTOR_BYTES);
            sum[i] = sum[i] ^ pair[0] ^ pair[1];
        }
    }
    words all = sum[0] ^ sum[1] ^ sum[2] ^ sum[3];
    uint64_t folded = 0;
    for (size_t i = 0; i < VECTOR_BYTES / 8; i++)
        folded ^= all[i];
    for (; at < bytes; at += 8) {
        uint64_t word = 0;
        memcpy(&word, byte + at, bytes - at < 8 ? bytes - at : 8);
        folded ^= word;
    }
    return folded;
}
