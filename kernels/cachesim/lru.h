/*
 * lru.h: a fully associative cache with least-recently-used replacement: a hash table and a list,
 * so that a cache of a million lines costs no more per access than one of a hundred.
 */
#ifndef MW_CACHESIM_LRU_H
#define MW_CACHESIM_LRU_H

#include <stdbool.h>
#include <stdint.h>

#include "model/status.h"

typedef struct mw_lru mw_lru;

/* Words are line << 1 | dirty; 0 is none. */
mw_status mw_lru_create(mw_lru **lru, uint64_t lines, mw_error *error);
void mw_lru_destroy(mw_lru *lru);

/* Ask memory for what a touch of `line` will want: its place in the table, then what lies there. */
void mw_lru_soon(mw_lru *lru, uint64_t line);
void mw_lru_next(mw_lru *lru, uint64_t line);

/* Makes `line` the most recent and puts `dirty` (0 or 1) on it. True: it was there. Else it came in
 * clean but for `dirty`, and *victim is the word that it pushed out, or 0. */
bool mw_lru_touch(mw_lru *lru, uint64_t line, uint64_t dirty, uint64_t *victim);

/* Marks a line dirty where it stands; false when it is not there. */
bool mw_lru_soil(mw_lru *lru, uint64_t line);

/* Takes a line out; its word, or 0. */
uint64_t mw_lru_remove(mw_lru *lru, uint64_t line);

/* Its word where it stands, or 0. */
uint64_t mw_lru_word(mw_lru *lru, uint64_t line);

/* Calls `visit` for each dirty line, least recent first. */
void mw_lru_dirty(mw_lru *lru, void (*visit)(void *context, uint64_t line), void *context);
void mw_lru_clean(mw_lru *lru);

#endif
