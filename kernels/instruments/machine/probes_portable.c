/* probes_portable.c: probes in vectors of the compiler, for all but x86-64. */
#include "machine/probes.h"

/*
 * Any other architecture: 128-bit vectors of the compiler, which become NEON on aarch64. The empty
 * assembly statements keep values in registers and stop the compiler from dropping the loops.
 */
typedef float vf32 __attribute__((vector_size(16)));
typedef double vf64 __attribute__((vector_size(16)));

#if defined(__aarch64__)
#define KEEP(value) __asm__ volatile("" : "+w"(value))
#else
#define KEEP(value) __asm__ volatile("" : "+m"(value))
#endif
#define BARRIER __asm__ volatile("" ::: "memory")

static void stream_read(char *a, char *b, char *c, size_t bytes, size_t passes)
{
    (void)b, (void)c;
    for (size_t pass = 0; pass < passes; pass++)
        for (size_t i = 0; i < bytes; i += 64) {
            const vf32 *p = (const vf32 *)(const void *)(a + i);
            vf32 w = p[0], x = p[1], y = p[2], z = p[3];
            KEEP(w);
            KEEP(x);
            KEEP(y);
            KEEP(z);
        }
}

static void stream_read_many(char *a, char *b, char *c, size_t bytes, size_t passes)
{
    (void)c;
    size_t stride = (size_t)(b - a);
    for (size_t pass = 0; pass < passes; pass++)
        for (size_t i = 0; i < bytes; i += 16)
            for (size_t k = 0; k < 8; k++) {
                vf32 value = *(const vf32 *)(const void *)(a + k * stride + i);
                KEEP(value);
            }
}

static void stream_reduce(char *a, char *b, char *c, size_t bytes, size_t passes)
{
    (void)b, (void)c;
    vf32 sum[8] = {{0}};
    for (size_t pass = 0; pass < passes; pass++) {
        for (size_t i = 0; i < bytes; i += 128)
            for (size_t k = 0; k < 8; k++)
                sum[k] += ((const vf32 *)(const void *)(a + i))[k];
        BARRIER;
    }
    vf32 total = sum[0] + sum[1] + sum[2] + sum[3] + sum[4] + sum[5] + sum[6] + sum[7];
    KEEP(total);
}

static void stream_store(char *a, char *b, char *c, size_t bytes, size_t passes)
{
    (void)b, (void)c;
    const vf32 value = {.5f, .5f, .5f, .5f};
    for (size_t pass = 0; pass < passes; pass++) {
        for (size_t i = 0; i < bytes; i += 16)
            *(vf32 *)(void *)(a + i) = value;
        BARRIER;
    }
}

static void stream_copy(char *a, char *b, char *c, size_t bytes, size_t passes)
{
    (void)c;
    for (size_t pass = 0; pass < passes; pass++) {
        for (size_t i = 0; i < bytes; i += 16)
            *(vf32 *)(void *)(a + i) = *(const vf32 *)(const void *)(b + i);
        BARRIER;
    }
}

static void stream_update(char *a, char *b, char *c, size_t bytes, size_t passes)
{
    (void)b, (void)c;
    vf32 zero = {0};
    KEEP(zero);
    for (size_t pass = 0; pass < passes; pass++) {
        for (size_t i = 0; i < bytes; i += 16)
            *(vf32 *)(void *)(a + i) += zero;
        BARRIER;
    }
}

static void stream_triad(char *a, char *b, char *c, size_t bytes, size_t passes)
{
    for (size_t pass = 0; pass < passes; pass++) {
        for (size_t i = 0; i < bytes; i += 16)
            *(vf32 *)(void *)(a + i) =
                *(const vf32 *)(const void *)(b + i) + *(const vf32 *)(const void *)(c + i) * .5f;
        BARRIER;
    }
}

/* There is no portable store past the caches: NULL says so. */
mw_stream_probe *mw_probe_stream(mw_isa isa, mw_stream_op op)
{
    static mw_stream_probe *const probes[MW_STREAM_OPS] = {
        [MW_STREAM_READ] = stream_read,     [MW_STREAM_READ_MANY] = stream_read_many,
        [MW_STREAM_REDUCE] = stream_reduce, [MW_STREAM_STORE] = stream_store,
        [MW_STREAM_STORE_NT] = NULL,        [MW_STREAM_COPY] = stream_copy,
        [MW_STREAM_UPDATE] = stream_update, [MW_STREAM_TRIAD] = stream_triad,
    };
    (void)isa;
    return probes[op];
}

#define PEAK_NAME f32_mul
#define PEAK_TYPE vf32
#define PEAK_START                                                                                 \
    {                                                                                              \
        1, 1, 1, 1                                                                                 \
    }
#define PEAK(x) ((x) * (x))
#include "machine/peak_portable.inc.h"

#define PEAK_NAME f64_mul
#define PEAK_TYPE vf64
#define PEAK_START                                                                                 \
    {                                                                                              \
        1, 1                                                                                       \
    }
#define PEAK(x) ((x) * (x))
#include "machine/peak_portable.inc.h"

#define PEAK_NAME f32_fma
#define PEAK_TYPE vf32
#define PEAK_START                                                                                 \
    {                                                                                              \
        -.5f, -.5f, -.5f, -.5f                                                                     \
    }
#define PEAK(x) ((x) * (x) + (x))
#include "machine/peak_portable.inc.h"

#define PEAK_NAME f64_fma
#define PEAK_TYPE vf64
#define PEAK_START                                                                                 \
    {                                                                                              \
        -.5, -.5                                                                                   \
    }
#define PEAK(x) ((x) * (x) + (x))
#include "machine/peak_portable.inc.h"

const mw_peak *mw_probe_peaks(size_t *count)
{
    static const mw_peak peaks[] = {
        {"128", MW_ISA_GENERIC, MW_F32, "mul", 4, {f32_mul_8, f32_mul_12, f32_mul_16}},
        {"128", MW_ISA_GENERIC, MW_F32, "fma", 8, {f32_fma_8, f32_fma_12, f32_fma_16}},
        {"128", MW_ISA_GENERIC, MW_F64, "mul", 2, {f64_mul_8, f64_mul_12, f64_mul_16}},
        {"128", MW_ISA_GENERIC, MW_F64, "fma", 4, {f64_fma_8, f64_fma_12, f64_fma_16}},
    };
    *count = sizeof peaks / sizeof *peaks;
    return peaks;
}

uint64_t mw_probe_cycles(uint64_t links)
{
#if defined(__aarch64__)
    uint64_t value = 3, left = links / 8 + 1, turns = left;
    __asm__ volatile("1:\n\t"
                     "add %1, %1, %1\n\t add %1, %1, %1\n\t add %1, %1, %1\n\t add %1, %1, %1\n\t"
                     "add %1, %1, %1\n\t add %1, %1, %1\n\t add %1, %1, %1\n\t add %1, %1, %1\n\t"
                     "subs %0, %0, #1\n\t b.ne 1b\n\t"
                     : "+r"(left), "+r"(value)
                     :
                     : "cc");
    return turns * 8;
#else
    (void)links;
    return 0;
#endif
}

uint64_t mw_probe_adds(uint64_t count)
{
    (void)count;
    return 0;
}
