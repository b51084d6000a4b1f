/*
 * tables.h: memory for the tables of the simulator, which is walked at random: zeros, in huge pages
 * where there is more than one, so that a look does not wait for page tables.
 */
#ifndef MW_CACHESIM_TABLES_H
#define MW_CACHESIM_TABLES_H

#include <stddef.h>
#include <stdint.h>

/* NULL without memory; *mapped is what mw_table_unmap wants to know. */
void *mw_table_map(uint64_t bytes, size_t *mapped);
void mw_table_unmap(void *table, size_t mapped);

#endif
