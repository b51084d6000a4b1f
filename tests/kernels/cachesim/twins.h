/* clang-format off: the numbered steps */
/*
 * twins.h: kernels whose traces are held against valgrind, one row each.
 *
 * A twin (twins_*.c) is the loop nest of a kernel's trace once more, as scalar C on volatile
 * elements. `valgrind --tool=cachegrind --cache-sim=yes` runs all twins in one go, once per pair of
 * caches; equality_test.c sends the traces through our simulator and compares each source line of
 * each twin: Dr, D1mr, DLmr, Dw, D1mw and DLmw must be equal.
 *
 * To add a kernel:
 *
 * 1. A row below: the twin's name, the kernel, its parameters, the one that the twin takes at run
 *    time, two values of it, and how many operands the trace places (each at most 2 MiB):
 *
 *        TWIN(gemv_row, "gemv/row", "n=67,dtype=f64", "m", 1, 45, 3)
 *
 *    The twin is called with both values, the small one first, so that its code is in the
 *    instruction cache when it counts: instructions share the last level. What the first call
 *    counts is subtracted. Kernels choose their loops as they do with MEMWALL_ISA=generic.
 * 2. A function twin_NAME in the file of its family. `size` is the run-time parameter, the others
 *    are constants. Operand i of the trace is F32(i) or F64(i). An access of a size that no
 *    instruction has is told in pieces, the powers of two that it is the sum of, smallest first
 *    and at most 32: 34 = 2 + 32.
 * 3. Each call of mw_trace_loop, mw_trace_range or mw_trace_indexed in the trace is one source line
 *    of the twin, with all accesses of its loop body in their order, marked @1, @2, … in the order
 *    in which the trace first makes these calls. Calls on the same operands, with as many streams
 *    and the same kinds of access, are the same line; lines that share a mark are added up.
 *
 * When a line counts too many loads, or a tiny cache misses a few times more, a loop counter lies
 * in memory: make one more parameter a constant. Constants other than 0 come from memory too: let a
 * store write 0, or a sum of what was loaded. Valgrind leaves out a load that the next instructions
 * overwrite unused. When only the last level misses more, code was not warm: raise the small value.
 */
/* clang-format on */
#ifndef TESTS_CACHESIM_TWINS_H
#define TESTS_CACHESIM_TWINS_H

/* Where the operands lie: as mw_trace_place places them, all twins one after the other. */
#define TWIN_FIRST   0x100000000u
#define TWIN_OPERAND 0x200000u

/* clang-format off */
#define TWINS(TWIN)                                                                               \
    TWIN(stream_read, "stream/read", "dtype=f32", "n", 1, 9001, 1)                                \
    TWIN(stream_copy, "stream/copy", "dtype=f32", "n", 1, 9001, 2)                                \
    TWIN(stream_scale, "stream/scale", "dtype=f64", "n", 1, 4001, 2)                              \
    TWIN(stream_add, "stream/add", "dtype=f64", "n", 1, 4001, 3)                                  \
    TWIN(stream_triad, "stream/triad", "dtype=f32", "n", 1, 9001, 3)                              \
    TWIN(stream_update, "stream/update", "dtype=f32", "n", 1, 9001, 1)                            \
    TWIN(stream_store, "stream/store", "dtype=f64", "n", 1, 4001, 1)                              \
    TWIN(stream_store_nt, "stream/store_nt", "dtype=f32", "n", 1, 9001, 1)                        \
    TWIN(stream_copy_nt, "stream/copy_nt", "dtype=f32", "n", 1, 9001, 2)                          \
    TWIN(stream_triad_nt, "stream/triad_nt", "dtype=f64", "n", 1, 4001, 3)                        \
    TWIN(gemv_reference, "gemv/reference", "n=67,dtype=f32", "m", 1, 45, 3)                       \
    TWIN(gemv_column, "gemv/column", "n=37,lda=41,dtype=f64", "m", 1, 145, 3)                     \
    TWIN(gemv_unrolled, "gemv/unrolled", "n=67,dtype=f64", "m", 1, 45, 3)                         \
    TWIN(gemv_simd, "gemv/simd", "n=67,dtype=f64", "m", 1, 45, 3)                                 \
    TWIN(gemv_rows, "gemv/rows", "n=67,dtype=f32", "m", 1, 48, 3)                                 \
    TWIN(gemv_prefetch, "gemv/prefetch", "n=67,dtype=f32", "m", 1, 48, 3)                         \
    TWIN(gemv_parallel, "gemv/parallel", "n=67,dtype=f32", "m", 1, 48, 3)                         \
    TWIN(gemv_bf16, "gemv/bf16", "n=67", "m", 1, 48, 3)                                           \
    TWIN(gemv_fp16, "gemv/fp16", "n=67", "m", 1, 48, 3)                                           \
    TWIN(gemv_int8, "gemv/int8-symmetric", "n=67", "m", 1, 48, 4)                                 \
    TWIN(gemv_int8_zero, "gemv/int8-asymmetric", "n=67", "m", 1, 48, 5)                           \
    TWIN(gemm_ijk, "gemm/ijk", "n=45,k=61,ldb=64,dtype=f32", "m", 1, 37, 3)                       \
    TWIN(gemm_ikj, "gemm/ikj", "n=45,k=61,dtype=f64", "m", 1, 37, 3)                              \
    TWIN(gemm_jik, "gemm/jik", "n=45,k=61,dtype=f32", "m", 1, 37, 3)                              \
    TWIN(gemm_kij, "gemm/kij", "n=45,k=61,dtype=f64", "m", 1, 37, 3)                              \
    TWIN(gemm_jki, "gemm/jki", "n=45,k=61,dtype=f32", "m", 1, 37, 3)                              \
    TWIN(gemm_kji, "gemm/kji", "n=45,k=61,dtype=f32", "m", 1, 37, 3)                              \
    TWIN(gemm_packed, "gemm/packed", "n=45,k=61,block=16,dtype=f32", "m", 1, 37, 3)               \
    TWIN(gemv_binary, "gemv/binary", "n=67", "m", 1, 48, 4)                                       \
    TWIN(gemm_blocked, "gemm/blocked", "n=45,k=61,block=16,dtype=f32", "m", 1, 37, 3)             \
    TWIN(gemm_tile, "gemm/tile", "n=45,k=61,mc=18,kc=32,nc=24,dtype=f32", "m", 1, 36, 3)          \
    TWIN(gemm_parallel, "gemm/parallel", "n=45,k=61,mc=18,kc=32,nc=24,dtype=f32", "m", 1, 36, 3)  \
    TWIN(gemm_skinny, "gemm/skinny", "n=37,k=33,dtype=f32", "m", 1, 45, 3)                        \
    TWIN(conv_direct, "conv/direct", "w=21,cin=3,cout=20,k=3,dtype=f32", "h", 1, 9, 3)            \
    TWIN(conv_im2col, "conv/im2col", "w=18,cin=3,cout=20,k=3,dtype=f32", "h", 1, 3, 4)            \
    TWIN(transpose_naive, "transpose/naive", "n=45,ldb=64,dtype=f32", "m", 1, 61, 2)              \
    TWIN(transpose_blocked, "transpose/blocked", "n=45,ldb=64,block=32,dtype=f32", "m", 1, 61, 2) \
    TWIN(transpose_packed, "transpose/packed", "n=45,ldb=64,block=32,dtype=f32", "m", 1, 61, 2)   \
    TWIN(transpose_oblivious, "transpose/oblivious", "n=45,ldb=32,dtype=f32", "m", 1, 29, 2)      \
    TWIN(transpose_inplace, "transpose/inplace", "lda=64,block=16,dtype=f32", "n", 1, 53, 1)      \
    TWIN(eltwise_fused, "eltwise/fused", "dtype=f32", "n", 1, 9001, 3)                            \
    TWIN(eltwise_unfused, "eltwise/unfused", "dtype=f32", "n", 1, 9001, 5)                        \
    TWIN(attention_naive, "attention/naive", "d=21,dtype=f32", "n", 1, 36, 5)                     \
    TWIN(attention_tiled, "attention/tiled", "d=32,block=16,dtype=f32", "n", 17, 61, 4)           \
    TWIN(lu_unblocked, "lu/unblocked", "lda=64,dtype=f32", "n", 1, 53, 4)                         \
    TWIN(lu_blocked, "lu/blocked", "lda=64,block=18,dtype=f32", "n", 24, 54, 4)                   \
    TWIN(chain_forward, "chain/forward", "layers=2,d=37,dtype=f32", "batch", 1, 30, 6)            \
    TWIN(chain_train, "chain/train", "layers=1,d=6,optimizer=adam", "batch", 1, 48, 9)            \
    TWIN(gemv_q4_0, "gemv/q4_0", "n=67", "m", 9, 60, 3)                                           \
    TWIN(gemv_q4_1, "gemv/q4_1", "n=67", "m", 9, 60, 3)                                           \
    TWIN(gemv_q8_0, "gemv/q8_0", "n=67", "m", 9, 60, 3)                                           \
    TWIN(gemv_log2, "gemv/log2", "n=67", "m", 9, 60, 4)                                           \
    TWIN(gemv_codebook, "gemv/codebook", "n=67", "m", 9, 60, 4)                                   \
    TWIN(gemm_blocked2, "gemm/blocked2", "n=45,k=61,block=20,inner=8,dtype=f32", "m", 1, 37, 3)   \
    TWIN(gemm_micro_avx2, "gemm/micro-avx2",                                                      \
         "n=45,k=61,mc=18,kc=32,nc=32,dtype=f32", "m", 1, 36, 3)                                  \
    TWIN(gemm_micro_avx512, "gemm/micro-avx512",                                                  \
         "n=75,k=61,mc=28,kc=32,nc=64,dtype=f32", "m", 1, 56, 3)                                  \
    TWIN(sparse_csr32, "gemv/csr-int32", "n=700,density=20,dtype=f32", "m", 1, 33, 5)             \
    TWIN(sparse_csr16, "gemv/csr-int16", "n=700,density=20,dtype=f64", "m", 1, 33, 5)             \
    TWIN(sparse_bitmap, "gemv/bitmap", "n=700,density=20,dtype=f32", "m", 1, 33, 5)               \
    TWIN(sparse_bcsr, "gemv/bcsr", "n=203,density=30,block=4x4,dtype=f32", "m", 1, 78, 5)         \
    TWIN(sparse_2_of_4, "gemv/2-of-4", "n=203,dtype=f32", "m", 1, 45, 4)                          \
    TWIN(spmm_csr, "spmm/csr", "n=70,k=203,density=20,dtype=f32", "m", 1, 19, 5)                  \
    TWIN(gather_bag, "gather/bag", "n=70,k=7,rows=200,dtype=f32", "m", 1, 67, 3)                  \
    TWIN(chase_latency, "chase/latency", "n=500,p=30,hot=9", "steps", 9, 2500, 2)                 \
    TWIN(decoder_step, "decoder/step", "d=144,heads=2,ff=100,dtype=f32", "past", 1, 61, 24)       \
    TWIN(encoder_block, "encoder/block", "d=20,heads=2,ff=44,dtype=f32", "n", 7, 36, 24)          \
    TWIN(straddle, "", "", "n", 1, 900, 1)                                                        \
    TWIN(scatter, "", "", "n", 1, 5000, 1)
/* clang-format on */

/* The places that `scatter` visits: an index below SCATTER, from a linear congruence. */
enum { SCATTER = 1 << 14 };
#define SCATTER_NEXT(index) (((index)*1664525u + 1013904223u) % SCATTER)

#endif
