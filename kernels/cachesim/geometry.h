/*
 * geometry.h: what a cache looks like: sets, ways and lines, and how people write it
 * ("L1=48K,12,64").
 */
#ifndef MW_CACHESIM_GEOMETRY_H
#define MW_CACHESIM_GEOMETRY_H

#include <stddef.h>
#include <stdint.h>

#include "model/status.h"

enum { MW_CACHE_LEVELS = 6, MW_CACHE_NAME = 16 };

/* Sets and line are powers of two, 2^26 lines are the most; ways are free (5 or 11 are as good as
 * 8). */
typedef struct mw_cache_geometry {
    char name[MW_CACHE_NAME];
    uint64_t sets;
    uint32_t ways, line; /* line: bytes */
} mw_cache_geometry;

uint64_t mw_cache_bytes(const mw_cache_geometry *geometry);

/* "NAME=SIZE,WAYS,LINE": SIZE in bytes or with K, M or G (binary). MW_INVALID names what is wrong
 * and how to mend it. */
mw_status mw_cache_parse(const char *text, mw_cache_geometry *geometry, mw_error *error);

/* The same from three numbers. */
mw_status mw_cache_shape(mw_cache_geometry *geometry, const char *name, uint64_t bytes,
                         uint64_t ways, uint64_t line, mw_error *error);

/* Levels from the nearest to the farthest: each at least as large as the one before, with lines at
 * least as long. */
mw_status mw_cache_check(const mw_cache_geometry *levels, size_t count, mw_error *error);

/*
 * A cache of about `bytes`, for a size that was measured and not designed: the number of sets whose
 * ways come nearest to `ways` (no more than 16 of them, unless `ways` are), and then as many ways
 * as make up the size.
 */
mw_cache_geometry mw_cache_near(const char *name, double bytes, uint32_t ways, uint32_t line);

#endif
