#include "cachesim/tables.h"

#include <sys/mman.h>

enum { HUGE_PAGE = 2 << 20 };

void *mw_table_map(uint64_t bytes, size_t *mapped)
{
    if (bytes > SIZE_MAX - 2 * HUGE_PAGE)
        return NULL;
    size_t size = ((size_t)bytes + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
    char *raw =
        mmap(NULL, size + HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (raw == MAP_FAILED)
        return NULL;
    size_t before = (HUGE_PAGE - (uintptr_t)raw % HUGE_PAGE) % HUGE_PAGE;
    if (before)
        munmap(raw, before);
    if (HUGE_PAGE - before)
        munmap(raw + before + size, HUGE_PAGE - before);
    if (size > HUGE_PAGE)
        madvise(raw + before, size, MADV_HUGEPAGE);
    *mapped = size;
    return raw + before;
}

void mw_table_unmap(void *table, size_t mapped)
{
    if (table)
        munmap(table, mapped);
}
