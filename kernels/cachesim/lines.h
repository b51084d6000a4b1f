/*
 * lines.h: a set of line numbers that only grows: the infinite cache, in which a line is missed
 * once.
 */
#ifndef MW_CACHESIM_LINES_H
#define MW_CACHESIM_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A bitmap of pages of 2^15 lines, found by hash. Starts as zeros. */
typedef struct mw_lines_page {
    uint64_t number; /* page number + 1; 0: free */
    uint64_t *bits;
} mw_lines_page;

typedef struct mw_line_set {
    mw_lines_page *pages;
    size_t capacity, used; /* capacity: a power of two */
    uint64_t last;         /* page number + 1 of `bits` */
    uint64_t *bits;
    bool failed; /* memory ran out: what was added since is not known */
} mw_line_set;

/* Asks memory for what mw_line_set_add of this line will want. */
void mw_line_set_soon(const mw_line_set *set, uint64_t line);

/* Adds a line; true when it was there already. */
bool mw_line_set_add(mw_line_set *set, uint64_t line);
void mw_line_set_free(mw_line_set *set);

#endif
