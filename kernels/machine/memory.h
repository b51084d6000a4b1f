/*
 * memory.h: how much memory this process may use, read from a root so that tests bring their own.
 */
#ifndef MW_MACHINE_MEMORY_H
#define MW_MACHINE_MEMORY_H

#include <stdint.h>

/*
 * A quarter of the smallest of MemAvailable (`root`/proc/meminfo) and every memory limit of the
 * control groups this process is in and of their parents (v2 memory.max, v1 memory.limit_in_bytes).
 * `root` is "" for this machine. Zero when nothing is known.
 */
uint64_t mw_memory_limit_below(const char *root);

#endif
