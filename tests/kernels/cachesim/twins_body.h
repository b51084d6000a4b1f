/* twins_body.h: what the files of twins share. See twins.h. */
#ifndef TESTS_CACHESIM_TWINS_BODY_H
#define TESTS_CACHESIM_TWINS_BODY_H

#include <stddef.h>
#include <stdint.h>

#include "tests/kernels/cachesim/twins.h"

/* A twin takes the run-time parameter and where its first operand lies. */
#define TWIN_DECLARE(name, kernel, settings, parameter, first, second, operands)                   \
    void twin_##name(size_t size, char *at);
TWINS(TWIN_DECLARE)

#define FUNCTION(name)                                                                             \
    __attribute__((noinline, aligned(64))) void twin_##name(size_t size, char *at)

/* For loops that several twins share. */
#define INLINE static inline __attribute__((always_inline))

/* Operand i as elements. */
#define OPERAND(type, i) ((volatile type *)(at + (i) * (size_t)TWIN_OPERAND))
#define F32(i)           OPERAND(float, i)
#define F64(i)           OPERAND(double, i)

#define EACH(i, count)             for (size_t i = 0; i < (count); i++)
#define FROM_TO(i, begin, end)     for (size_t i = (begin); i < (end); i++)
#define BLOCKS(i, count, step)     for (size_t i = 0; i < (count); i += (step))
#define END_OF(begin, step, count) ((count) - (begin) < (step) ? (count) : (begin) + (step))

/* 16 bytes at once, wherever they lie: SSE has a load for them. */
typedef float twin_wide __attribute__((vector_size(16), aligned(1)));
#define WIDE(address) ((volatile twin_wide *)(address))

/* A value is in a register from this line on: a compiler may load it where it is used, on the line
 * of another access, and valgrind leaves out a load that nobody uses. */
#define HELD(value) __asm__ volatile("" : "+r"(value))

/* 32 bytes at once, for which the file need not be compiled for AVX. Elsewhere no test runs. */
#if defined(__x86_64__)
#define LOAD_32(address, number)                                                                   \
    __asm__ volatile("vmovups (%0), %%ymm" #number ::"r"(address) : "xmm" #number, "memory")
#else
#define LOAD_32(address, number) ((void)*WIDE(address), (void)*WIDE((address) + 16))
#endif

#endif
