/*
 * memory.h: how much memory this process may use: of the machine, of its control groups, and of its
 * own limits. The first two are read from a root so that tests bring their own.
 */
#ifndef MW_MODEL_MEMORY_H
#define MW_MODEL_MEMORY_H

#include <stdint.h>

#include "model/reason.h"

/* What a lab or a kernel may allocate, and what part of what that is, for people. */
typedef struct mw_memory_ceiling {
    uint64_t bytes;     /* 0 when nothing is known */
    mw_reason_id share; /* MW_REASON_QUARTER_FREE, … */
} mw_memory_ceiling;

mw_memory_ceiling mw_memory_ceiling_now(void);

/* The bytes of it. */
uint64_t mw_memory_limit(void);

/*
 * A quarter of the smallest of MemAvailable (`root`/proc/meminfo) and of what is left under every
 * memory limit of the control groups this process is in and of their parents (v2 memory.max, v1
 * memory.limit_in_bytes; pages of files that can be dropped are not in use). `root` is "" for this
 * machine. Zero when nothing is known.
 */
uint64_t mw_memory_limit_below(const char *root);

/*
 * Half of what RLIMIT_AS and RLIMIT_DATA leave (`ulimit -v`, `ulimit -d`): stacks of threads and
 * the libraries' own memory come out of the same. UINT64_MAX without a limit. Where there is one,
 * the first question of a process takes up to 0.3 s, until the threads of its libraries have mapped
 * theirs.
 */
uint64_t mw_memory_limit_process(void);

#endif
