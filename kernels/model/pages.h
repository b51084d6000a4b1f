/*
 * pages.h: large memory straight from the system: zeros that nobody has touched yet, aligned to
 * 2 MiB and advised to huge pages where there is room for one, so that a walk over it at random
 * does not wait for page tables.
 */
#ifndef MW_MODEL_PAGES_H
#define MW_MODEL_PAGES_H

#include <stddef.h>
#include <stdint.h>

/* Bytes that mw_pages_map really maps: whole pages. */
uint64_t mw_pages_footprint(uint64_t bytes);

/* NULL and errno without memory; *mapped is what mw_pages_unmap wants to know. */
void *mw_pages_map(uint64_t bytes, size_t *mapped);
void mw_pages_unmap(void *pages, size_t mapped);

#endif
