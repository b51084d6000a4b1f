/*
 * block.h: the hot counters that another process may read while a kernel runs.
 *
 * The block lives in a memfd: the writer (kernel thread 0 of the worker) maps it read-write, the
 * reader maps it read-only. Two slots and a generation: the writer fills slot (generation + 1) & 1
 * and then stores the generation, so the block is readable at any moment, also after SIGKILL.
 * A reader that saw the generation move during its copy reads again.
 */
#ifndef MW_MODEL_BLOCK_H
#define MW_MODEL_BLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "model/work.h"

typedef enum mw_phase {
    MW_PHASE_IDLE = 0,
    MW_PHASE_PREPARE, /* allocation, first touch, filling */
    MW_PHASE_WARMUP,
    MW_PHASE_SAMPLE, /* inside the clock */
    MW_PHASE_BESIDE, /* the interleaved roof or the other side of a comparison */
    MW_PHASE_VERIFY
} mw_phase;

/* One snapshot. Work is cumulative since the run started; seconds are those inside `execute`. */
typedef struct mw_counters {
    uint64_t run;              /* the run's serial number, given by the engine */
    uint64_t phase;            /* mw_phase */
    uint64_t executions;       /* whole executions finished */
    MW_TALLIES(MW_TALLY_FIELD) /* flops, load_bytes, store_bytes */
    uint64_t
        kernel_ns; /* time spent inside execute since the run started, up to this publication */
    uint64_t elapsed_ns;   /* since the run started */
    uint64_t progress_ppm; /* of the whole run, 0 … 1 000 000 */
} mw_counters;

typedef struct mw_block mw_block; /* the mapped page; layout private to block.c */

/* Size of the mapping in bytes (one page). */
uint64_t mw_block_size(void);

/* Prepares zeroed memory of mw_block_size() bytes. */
void mw_block_init(mw_block *block);

/* Writer: one thread at a time. */
void mw_block_publish(mw_block *block, const mw_counters *counters);

/* Reader: false when the writer moved on during every one of a few tries. */
bool mw_block_read(const mw_block *block, mw_counters *counters);

#endif
