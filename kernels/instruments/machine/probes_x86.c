/* probes_x86.c: probes in x86-64 assembly, from SSE to AVX-512. */
#include "machine/probes.h"

/*
 * x86-64. The assembler accepts every mnemonic whatever the compiler's target, so one file holds
 * all widths; the caller only runs what the processor and MEMWALL_ISA allow.
 */

static const float zeros[16] = {0};
static const float halves[16] = {0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f,
                                 0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f};

/* Upper halves of registers must be clean before SSE code runs again. */
#define LEAVE_VEX __asm__ volatile("vzeroupper")

#define PROBE(name)   sse_##name
#define VECTOR        "xmm"
#define WIDTH         "16"
#define MOVE          "movaps"
#define MOVE_ANY      "movups"
#define MOVE_NT       "movntps"
#define ADD(i)        "addps %%xmm15, %%xmm" #i "\n\t"
#define ADD_MEMORY(i) "addps " #i "*16(%0), %%xmm" #i "\n\t"
#define TRIAD(i)                                                                                   \
    "movaps " #i "*16(%2), %%xmm" #i "\n\t"                                                        \
    "mulps %%xmm15, %%xmm" #i "\n\t"                                                               \
    "addps " #i "*16(%1), %%xmm" #i "\n\t"
#define LEAVE (void)0
#include "machine/stream_probe.inc.h"

#define PROBE(name)   avx2_##name
#define VECTOR        "ymm"
#define WIDTH         "32"
#define MOVE          "vmovaps"
#define MOVE_ANY      "vmovups"
#define MOVE_NT       "vmovntps"
#define ADD(i)        "vaddps %%ymm15, %%ymm" #i ", %%ymm" #i "\n\t"
#define ADD_MEMORY(i) "vaddps " #i "*32(%0), %%ymm" #i ", %%ymm" #i "\n\t"
#define TRIAD(i)                                                                                   \
    "vmovaps " #i "*32(%1), %%ymm" #i "\n\t"                                                       \
    "vfmadd231ps " #i "*32(%2), %%ymm15, %%ymm" #i "\n\t"
#define LEAVE LEAVE_VEX
#include "machine/stream_probe.inc.h"

#define PROBE(name)   avx512_##name
#define VECTOR        "zmm"
#define WIDTH         "64"
#define MOVE          "vmovaps"
#define MOVE_ANY      "vmovups"
#define MOVE_NT       "vmovntps"
#define ADD(i)        "vaddps %%zmm15, %%zmm" #i ", %%zmm" #i "\n\t"
#define ADD_MEMORY(i) "vaddps " #i "*64(%0), %%zmm" #i ", %%zmm" #i "\n\t"
#define TRIAD(i)                                                                                   \
    "vmovaps " #i "*64(%1), %%zmm" #i "\n\t"                                                       \
    "vfmadd231ps " #i "*64(%2), %%zmm15, %%zmm" #i "\n\t"
#define LEAVE LEAVE_VEX
#include "machine/stream_probe.inc.h"

mw_stream_probe *mw_probe_stream(mw_isa isa, mw_stream_op op)
{
    static mw_stream_probe *const probes[][MW_STREAM_OPS] = {
        [MW_ISA_GENERIC] = {sse_read, sse_read_many, sse_reduce, sse_store, sse_store_nt, sse_copy,
                            sse_update, sse_triad},
        [MW_ISA_AVX2] = {avx2_read, avx2_read_many, avx2_reduce, avx2_store, avx2_store_nt,
                         avx2_copy, avx2_update, avx2_triad},
        [MW_ISA_AVX512] = {avx512_read, avx512_read_many, avx512_reduce, avx512_store,
                           avx512_store_nt, avx512_copy, avx512_update, avx512_triad},
    };
    return probes[isa][op];
}

/* x = x * x + x creeps from -1/2 towards zero and never becomes denormal; x = x * x stays at 1. */
static const float fma_f32[16] = {-.5f, -.5f, -.5f, -.5f, -.5f, -.5f, -.5f, -.5f,
                                  -.5f, -.5f, -.5f, -.5f, -.5f, -.5f, -.5f, -.5f};
static const double fma_f64[8] = {-.5, -.5, -.5, -.5, -.5, -.5, -.5, -.5};
static const float mul_f32[16] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
static const double mul_f64[8] = {1, 1, 1, 1, 1, 1, 1, 1};

#define PROBE(chains) scalar_f32_mul_##chains
#define START         mul_f32
#define FILL(i)       "movups (%1), %%xmm" #i "\n\t"
#define OPERATE(i)    "mulss %%xmm" #i ", %%xmm" #i "\n\t"
#define LEAVE         (void)0
#include "machine/peak_probe.inc.h"

#define PROBE(chains) scalar_f32_fma_##chains
#define START         fma_f32
#define FILL(i)       "vmovups (%1), %%xmm" #i "\n\t"
#define OPERATE(i)    "vfmadd213ss %%xmm" #i ", %%xmm" #i ", %%xmm" #i "\n\t"
#define LEAVE         LEAVE_VEX
#include "machine/peak_probe.inc.h"

#define PROBE(chains) scalar_f64_mul_##chains
#define START         mul_f64
#define FILL(i)       "movups (%1), %%xmm" #i "\n\t"
#define OPERATE(i)    "mulsd %%xmm" #i ", %%xmm" #i "\n\t"
#define LEAVE         (void)0
#include "machine/peak_probe.inc.h"

#define PROBE(chains) scalar_f64_fma_##chains
#define START         fma_f64
#define FILL(i)       "vmovups (%1), %%xmm" #i "\n\t"
#define OPERATE(i)    "vfmadd213sd %%xmm" #i ", %%xmm" #i ", %%xmm" #i "\n\t"
#define LEAVE         LEAVE_VEX
#include "machine/peak_probe.inc.h"

#define PROBE(chains) sse_f32_mul_##chains
#define START         mul_f32
#define FILL(i)       "movups (%1), %%xmm" #i "\n\t"
#define OPERATE(i)    "mulps %%xmm" #i ", %%xmm" #i "\n\t"
#define LEAVE         (void)0
#include "machine/peak_probe.inc.h"

#define PROBE(chains) sse_f32_fma_##chains
#define START         fma_f32
#define FILL(i)       "vmovups (%1), %%xmm" #i "\n\t"
#define OPERATE(i)    "vfmadd213ps %%xmm" #i ", %%xmm" #i ", %%xmm" #i "\n\t"
#define LEAVE         LEAVE_VEX
#include "machine/peak_probe.inc.h"

#define PROBE(chains) sse_f64_mul_##chains
#define START         mul_f64
#define FILL(i)       "movups (%1), %%xmm" #i "\n\t"
#define OPERATE(i)    "mulpd %%xmm" #i ", %%xmm" #i "\n\t"
#define LEAVE         (void)0
#include "machine/peak_probe.inc.h"

#define PROBE(chains) sse_f64_fma_##chains
#define START         fma_f64
#define FILL(i)       "vmovups (%1), %%xmm" #i "\n\t"
#define OPERATE(i)    "vfmadd213pd %%xmm" #i ", %%xmm" #i ", %%xmm" #i "\n\t"
#define LEAVE         LEAVE_VEX
#include "machine/peak_probe.inc.h"

#define PROBE(chains) avx2_f32_mul_##chains
#define START         mul_f32
#define FILL(i)       "vmovups (%1), %%ymm" #i "\n\t"
#define OPERATE(i)    "vmulps %%ymm" #i ", %%ymm" #i ", %%ymm" #i "\n\t"
#define LEAVE         LEAVE_VEX
#include "machine/peak_probe.inc.h"

#define PROBE(chains) avx2_f32_fma_##chains
#define START         fma_f32
#define FILL(i)       "vmovups (%1), %%ymm" #i "\n\t"
#define OPERATE(i)    "vfmadd213ps %%ymm" #i ", %%ymm" #i ", %%ymm" #i "\n\t"
#define LEAVE         LEAVE_VEX
#include "machine/peak_probe.inc.h"

#define PROBE(chains) avx2_f64_mul_##chains
#define START         mul_f64
#define FILL(i)       "vmovups (%1), %%ymm" #i "\n\t"
#define OPERATE(i)    "vmulpd %%ymm" #i ", %%ymm" #i ", %%ymm" #i "\n\t"
#define LEAVE         LEAVE_VEX
#include "machine/peak_probe.inc.h"

#define PROBE(chains) avx2_f64_fma_##chains
#define START         fma_f64
#define FILL(i)       "vmovups (%1), %%ymm" #i "\n\t"
#define OPERATE(i)    "vfmadd213pd %%ymm" #i ", %%ymm" #i ", %%ymm" #i "\n\t"
#define LEAVE         LEAVE_VEX
#include "machine/peak_probe.inc.h"

#define PROBE(chains) avx512_f32_mul_##chains
#define START         mul_f32
#define FILL(i)       "vmovups (%1), %%zmm" #i "\n\t"
#define OPERATE(i)    "vmulps %%zmm" #i ", %%zmm" #i ", %%zmm" #i "\n\t"
#define LEAVE         LEAVE_VEX
#include "machine/peak_probe.inc.h"

#define PROBE(chains) avx512_f32_fma_##chains
#define START         fma_f32
#define FILL(i)       "vmovups (%1), %%zmm" #i "\n\t"
#define OPERATE(i)    "vfmadd213ps %%zmm" #i ", %%zmm" #i ", %%zmm" #i "\n\t"
#define LEAVE         LEAVE_VEX
#include "machine/peak_probe.inc.h"

#define PROBE(chains) avx512_f64_mul_##chains
#define START         mul_f64
#define FILL(i)       "vmovups (%1), %%zmm" #i "\n\t"
#define OPERATE(i)    "vmulpd %%zmm" #i ", %%zmm" #i ", %%zmm" #i "\n\t"
#define LEAVE         LEAVE_VEX
#include "machine/peak_probe.inc.h"

#define PROBE(chains) avx512_f64_fma_##chains
#define START         fma_f64
#define FILL(i)       "vmovups (%1), %%zmm" #i "\n\t"
#define OPERATE(i)    "vfmadd213pd %%zmm" #i ", %%zmm" #i ", %%zmm" #i "\n\t"
#define LEAVE         LEAVE_VEX
#include "machine/peak_probe.inc.h"

const mw_peak *mw_probe_peaks(size_t *count)
{
    static const mw_peak peaks[] = {
        {"scalar",
         MW_ISA_GENERIC,
         MW_F32,
         "mul",
         1,
         {scalar_f32_mul_8, scalar_f32_mul_12, scalar_f32_mul_16}},
        {"scalar",
         MW_ISA_AVX2,
         MW_F32,
         "fma",
         2,
         {scalar_f32_fma_8, scalar_f32_fma_12, scalar_f32_fma_16}},
        {"scalar",
         MW_ISA_GENERIC,
         MW_F64,
         "mul",
         1,
         {scalar_f64_mul_8, scalar_f64_mul_12, scalar_f64_mul_16}},
        {"scalar",
         MW_ISA_AVX2,
         MW_F64,
         "fma",
         2,
         {scalar_f64_fma_8, scalar_f64_fma_12, scalar_f64_fma_16}},
        {"128", MW_ISA_GENERIC, MW_F32, "mul", 4, {sse_f32_mul_8, sse_f32_mul_12, sse_f32_mul_16}},
        {"128", MW_ISA_AVX2, MW_F32, "fma", 8, {sse_f32_fma_8, sse_f32_fma_12, sse_f32_fma_16}},
        {"128", MW_ISA_GENERIC, MW_F64, "mul", 2, {sse_f64_mul_8, sse_f64_mul_12, sse_f64_mul_16}},
        {"128", MW_ISA_AVX2, MW_F64, "fma", 4, {sse_f64_fma_8, sse_f64_fma_12, sse_f64_fma_16}},
        {"avx2", MW_ISA_AVX2, MW_F32, "mul", 8, {avx2_f32_mul_8, avx2_f32_mul_12, avx2_f32_mul_16}},
        {"avx2",
         MW_ISA_AVX2,
         MW_F32,
         "fma",
         16,
         {avx2_f32_fma_8, avx2_f32_fma_12, avx2_f32_fma_16}},
        {"avx2", MW_ISA_AVX2, MW_F64, "mul", 4, {avx2_f64_mul_8, avx2_f64_mul_12, avx2_f64_mul_16}},
        {"avx2", MW_ISA_AVX2, MW_F64, "fma", 8, {avx2_f64_fma_8, avx2_f64_fma_12, avx2_f64_fma_16}},
        {"avx512",
         MW_ISA_AVX512,
         MW_F32,
         "mul",
         16,
         {avx512_f32_mul_8, avx512_f32_mul_12, avx512_f32_mul_16}},
        {"avx512",
         MW_ISA_AVX512,
         MW_F32,
         "fma",
         32,
         {avx512_f32_fma_8, avx512_f32_fma_12, avx512_f32_fma_16}},
        {"avx512",
         MW_ISA_AVX512,
         MW_F64,
         "mul",
         8,
         {avx512_f64_mul_8, avx512_f64_mul_12, avx512_f64_mul_16}},
        {"avx512",
         MW_ISA_AVX512,
         MW_F64,
         "fma",
         16,
         {avx512_f64_fma_8, avx512_f64_fma_12, avx512_f64_fma_16}},
    };
    *count = sizeof peaks / sizeof *peaks;
    return peaks;
}

/* imul takes three cycles on every x86-64 since 2008; chains of add or shift may be folded away. */
uint64_t mw_probe_cycles(uint64_t links)
{
    uint64_t turns = links / 8 + 1, value = 3;
    uint64_t left = turns;
    __asm__ volatile(".p2align 6\n1:\n\t"
                     "imul %1, %1\n\t imul %1, %1\n\t imul %1, %1\n\t imul %1, %1\n\t"
                     "imul %1, %1\n\t imul %1, %1\n\t imul %1, %1\n\t imul %1, %1\n\t"
                     "dec %0\n\t jnz 1b\n\t"
                     : "+r"(left), "+r"(value)
                     :
                     : "cc");
    return turns * 8 * 3;
}

uint64_t mw_probe_adds(uint64_t count)
{
    uint64_t turns = count / 24 + 1, left = turns;
    uint64_t a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0;
#define ADD_EIGHT                                                                                  \
    "add $1, %1\n\t add $1, %2\n\t add $1, %3\n\t add $1, %4\n\t"                                  \
    "add $1, %5\n\t add $1, %6\n\t add $1, %7\n\t add $1, %8\n\t"
    __asm__ volatile(".p2align 6\n1:\n\t" ADD_EIGHT ADD_EIGHT ADD_EIGHT "dec %0\n\t jnz 1b\n\t"
                     : "+r"(left), "+r"(a), "+r"(b), "+r"(c), "+r"(d), "+r"(e), "+r"(f), "+r"(g),
                       "+r"(h)
                     :
                     : "cc");
#undef ADD_EIGHT
    return turns * 24;
}
