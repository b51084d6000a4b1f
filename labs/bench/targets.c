/* targets.c: the table itself, in the order in which it is measured and printed. */
#include "labs/bench/targets.h"

#include "labs/locale/locale.h"

/* clang-format off */

#define OPENBLAS "OpenBLAS"
#define BLIS     "BLIS"

#define OWN_GEMM "gemm/micro-avx512 gemm/micro-avx2 gemm/tile gemm/blocked"
#define OWN_GEMV "gemv/prefetch gemv/rows gemv/simd gemv/unrolled"

#define CUBE(n)      "m=" #n " n=" #n " k=" #n
#define SGEMM(n)     CUBE(n) " dtype=f32 threads=1"
#define DGEMM(n)     CUBE(n) " dtype=f64 threads=1"
#define SGEMV(m, n)  "m=" #m " n=" #n " dtype=f32 threads=1"

#define GEMM(label, own, args, rival, against, wanted, goal) \
    {"gemm", label, own, args, rival, NULL, against, MW_SENSE_TIME, MW_TELL_FLOPS, wanted, goal, 3, 1.5}
#define GEMM_ROOF(label, args, roof, against, wanted) \
    {"gemm", label, OWN_GEMM, args, roof, NULL, against, MW_SENSE_RATE, MW_TELL_FLOPS, wanted, 0, 3, 1}
#define GEMV(label, args, rival, against, sense, wanted, aside) \
    {"gemv", label, OWN_GEMV, args, rival, NULL, against, sense, MW_TELL_BYTES, wanted, 0, 3, aside}

/* 2 GiB as f32: all three matrices lie far outside every cache. */
#define QUANT_ARGS "m=32768 n=16384 threads=1|m=16384 n=16384 threads=1|m=8192 n=16384 threads=1"
#define QUANT(label, kernel, wanted) \
    {"quant", label, kernel, QUANT_ARGS, OWN_GEMV, NULL, N_("own f32 gemv"), MW_SENSE_TIME, \
     MW_TELL_SECONDS, wanted, 0, 4, 12}

/* W is 384 MiB; what one user waits, and what a batch waits. */
#define SKINNY(batch) \
    {"blocks", "gemm/skinny batch " #batch ", step time", "gemm/skinny", \
     "m=8192 k=12288 n=" #batch " dtype=f32 threads=1|m=8192 k=8192 n=" #batch " dtype=f32 threads=1", \
     "gemm/skinny", "n=1", N_("batch 1"), MW_SENSE_TIME, MW_TELL_SECONDS, 1 / 1.1, 0, 3, 3}

static const mw_target table[] = {
    GEMM("sgemm n=256",  OWN_GEMM, SGEMM(256),  "gemm/openblas", OPENBLAS, 1.00, 1.05),
    GEMM("sgemm n=512",  OWN_GEMM, SGEMM(512),  "gemm/openblas", OPENBLAS, 1.00, 1.05),
    GEMM("sgemm n=1024", OWN_GEMM, SGEMM(1024), "gemm/openblas", OPENBLAS, 1.00, 1.05),
    GEMM("sgemm n=2048", OWN_GEMM, SGEMM(2048), "gemm/openblas", OPENBLAS, 1.00, 1.05),
    GEMM_ROOF("sgemm n=1024, of the peak", SGEMM(1024), "roof:peak", N_("the f32 peak"), 0.85),
    GEMM_ROOF("sgemm n=2048, of the peak", SGEMM(2048), "roof:peak", N_("the f32 peak"), 0.85),
    GEMM("dgemm n=256",  OWN_GEMM, DGEMM(256),  "gemm/openblas", OPENBLAS, 0.97, 0),
    GEMM("dgemm n=512",  OWN_GEMM, DGEMM(512),  "gemm/openblas", OPENBLAS, 0.97, 0),
    GEMM("dgemm n=1024", OWN_GEMM, DGEMM(1024), "gemm/openblas", OPENBLAS, 0.97, 0),
    GEMM("dgemm n=2048", OWN_GEMM, DGEMM(2048), "gemm/openblas", OPENBLAS, 0.97, 0),
    GEMM("sgemm n=512, 2 threads",  "gemm/parallel", CUBE(512) " dtype=f32 threads=2",
         "gemm/openblas", OPENBLAS, 0.97, 0),
    GEMM("sgemm n=1024, 2 threads", "gemm/parallel", CUBE(1024) " dtype=f32 threads=2",
         "gemm/openblas", OPENBLAS, 0.97, 0),
    GEMM("sgemm n=2048, 2 threads", "gemm/parallel", CUBE(2048) " dtype=f32 threads=2",
         "gemm/openblas", OPENBLAS, 0.97, 0),
    GEMM("sgemm n=1024, beside BLIS", OWN_GEMM, SGEMM(1024), "gemm/blis", BLIS, 1.00, 0),
    GEMM("dgemm n=1024, beside BLIS", OWN_GEMM, DGEMM(1024), "gemm/blis", BLIS, 0.97, 0),

    GEMV("sgemv in L2, of the reduction roof", SGEMV(512, 512), "roof:reduce",
         N_("the reduction roof"), MW_SENSE_RATE, 0.95, 1),
    GEMV("sgemv in LLC, of the read roof", SGEMV(2048, 2048), "roof:read",
         N_("the read roof"), MW_SENSE_RATE, 0.95, 1),
    GEMV("sgemv in DRAM, of the read roof", SGEMV(8192, 12288), "roof:read",
         N_("the read roof"), MW_SENSE_RATE, 0.95, 4),
    GEMV("sgemv in L1",   SGEMV(96, 96),      "gemv/openblas", OPENBLAS, MW_SENSE_TIME, 1.0, 1),
    GEMV("sgemv in L2",   SGEMV(512, 512),    "gemv/openblas", OPENBLAS, MW_SENSE_TIME, 1.0, 1),
    GEMV("sgemv in LLC",  SGEMV(2048, 2048),  "gemv/openblas", OPENBLAS, MW_SENSE_TIME, 1.0, 1),
    GEMV("sgemv in DRAM", SGEMV(8192, 12288), "gemv/openblas", OPENBLAS, MW_SENSE_TIME, 1.0, 4),

    QUANT("gemv Q8_0", "gemv/q8_0", 3.4),
    QUANT("gemv Q4_0", "gemv/q4_0", 6.0),

    {"stream", "triad past the caches", "stream/triad_nt", "n=33554432 dtype=f64 threads=1",
     "likwid:stream_mem", NULL, "likwid-bench stream_mem", MW_SENSE_RATE, MW_TELL_BYTES,
     0.95, 0, 3, 14},

    {"blocks", "transpose blocked n=4096", "transpose/packed transpose/blocked", "m=4096 n=4096 dtype=f32 threads=1",
     "stream/copy_nt stream/copy", "n=16777216 dtype=f32 threads=1", N_("the copy roof"), MW_SENSE_RATE, MW_TELL_BYTES, 0.7, 0, 3, 1},
    {"blocks", "attention tiled N=4096 d=64", "attention/tiled", "n=4096 d=64 dtype=f32 threads=1",
     "attention/naive", NULL, "attention/naive", MW_SENSE_TIME, MW_TELL_SECONDS, 1.15, 0, 4, 2},
    {"blocks", "attention tiled N=4096 d=64, bytes", "attention/tiled",
     "n=4096 d=64 dtype=f32 threads=1", "attention/naive", NULL, "attention/naive",
     MW_SENSE_MODELLED, MW_TELL_BYTES, 7, 0, 3, 10},
    {"blocks", "gelu(x+b)+r fused, bytes", "eltwise/fused", "dtype=f32 threads=1",
     "eltwise/unfused", NULL, "eltwise/unfused", MW_SENSE_COUNTED, MW_TELL_BYTES,
     7.0 / 3, 0, 0.5, 1},
    {"blocks", "gelu(x+b)+r fused", "eltwise/fused", "dtype=f32 threads=1", "eltwise/unfused", NULL,
     "eltwise/unfused", MW_SENSE_TIME, MW_TELL_SECONDS, 2.0, 0, 3, 1},
    SKINNY(2),
    SKINNY(4),
    SKINNY(8),
    SKINNY(12),
};
/* clang-format on */

const mw_target *mw_target_table(size_t *count)
{
    *count = sizeof table / sizeof *table;
    return table;
}
