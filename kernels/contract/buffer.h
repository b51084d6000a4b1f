/*
 * buffer.h: operand arrays. Memory comes from mmap, aligned to 2 MiB and advised to huge pages when
 * it is large, and is first touched in small steps that hear the cancel flag.
 */
#ifndef MW_BUFFER_H
#define MW_BUFFER_H

#include <stddef.h>
#include <stdint.h>

#include "kernel.h"

struct mw_buffer {
    void *data; /* NULL until created */
    size_t bytes, mapped;
};

/* Bytes that a buffer of `bytes` really maps: whole pages. */
uint64_t mw_buffer_footprint(uint64_t bytes);

/* Maps zero pages that nobody has touched yet. */
mw_status mw_buffer_create(mw_buffer *buffer, uint64_t bytes, mw_error *error);
void mw_buffer_destroy(mw_buffer *buffer);

/*
 * Element `index` of the operand `seed`: in [-1, 1), a multiple of 2^-23, hence the same number in
 * f32 and f64. Operands are functions of their index, so a check can make them again without a
 * copy.
 */
double mw_element(uint32_t seed, uint64_t index);

/* `count` elements in a row, from element `first` on: what a kernel encodes without a copy. */
void mw_elements(float *to, uint32_t seed, uint64_t first, size_t count);

/* First touch and fill: element i becomes mw_element(seed, i).
 * Each of `threads` threads touches the part it will later work on. MW_CANCELLED when the ledger
 * says so. */
mw_status mw_buffer_fill(mw_buffer *buffer, mw_dtype dtype, uint32_t seed, int threads,
                         mw_ledger *ledger);

/* First touch only, for outputs and scratch. */
mw_status mw_buffer_touch(mw_buffer *buffer, int threads, mw_ledger *ledger);

/* Maps and touches. What was mapped is the caller's to destroy, also when the touch was cancelled.
 */
mw_status mw_buffer_scratch(mw_buffer *buffer, uint64_t bytes, int threads, mw_ledger *ledger,
                            mw_error *error);

#endif
