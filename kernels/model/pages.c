/* pages.c: anonymous mmap with a margin, of which an aligned part is advised to huge pages. */
#include "model/pages.h"

#include <errno.h>
#include <sys/mman.h>

enum { PAGE = 4096, HUGE = 2 << 20 };

uint64_t mw_pages_footprint(uint64_t bytes)
{
    return (bytes + PAGE - 1) / PAGE * PAGE;
}

void *mw_pages_map(uint64_t bytes, size_t *mapped)
{
    if (bytes > SIZE_MAX - PAGE - HUGE) {
        errno = ENOMEM;
        return NULL;
    }
    size_t size = (size_t)mw_pages_footprint(bytes ? bytes : 1);
    size_t slack = size >= HUGE ? HUGE : 0;
    char *raw = mmap(NULL, size + slack, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (raw == MAP_FAILED)
        return NULL;
    size_t before = slack ? (HUGE - (uintptr_t)raw % HUGE) % HUGE : 0;
    if (before)
        munmap(raw, before);
    if (slack - before)
        munmap(raw + before + size, slack - before);
    if (slack)
        madvise(raw + before, size, MADV_HUGEPAGE); /* only advice: small pages work too */
    *mapped = size;
    return raw + before;
}

void mw_pages_unmap(void *pages, size_t mapped)
{
    if (pages)
        munmap(pages, mapped);
}
