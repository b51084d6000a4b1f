/* guard.c: wraps the mapping of pages, and checks the guards around each array. */
#include "tests/kernels/ladders/guard.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "model/pages.h"

enum { PAGE = 4096, WORD = sizeof(uint32_t) };

/* raw: a page of guards, the array, and guards from its last byte to the end of the next page. */
typedef struct guarded {
    unsigned char *raw;
    size_t bytes, size;
    uint32_t word; /* what all guards of this array hold */
    struct guarded *next;
} guarded;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static guarded *first;
static uint32_t arrays; /* so far */

/* Byte i of guards that begin there. */
static unsigned char guard_byte(const guarded *g, size_t i)
{
    return (unsigned char)(g->word >> 8 * (i % WORD));
}

/* At least a page of guards, the last of which may be cut. */
static void fill(unsigned char *at, size_t bytes, uint32_t word)
{
    for (size_t i = 0; i + WORD <= bytes; i += WORD)
        memcpy(at + i, &word, WORD);
    memcpy(at + bytes / WORD * WORD, &word, bytes % WORD);
}

/* The first one stands there, and each other is the one before it. */
static bool is_filled(const unsigned char *at, size_t bytes, uint32_t word)
{
    return memcmp(at, &word, WORD) == 0 && memcmp(at + WORD, at, bytes - WORD) == 0;
}

static void put_guards(guarded *g)
{
    size_t end = PAGE + g->bytes;
    fill(g->raw, PAGE, g->word);
    fill(g->raw + end, g->size - end, g->word);
}

void *__wrap_mw_pages_map(uint64_t bytes, size_t *mapped);
void __wrap_mw_pages_unmap(void *pages, size_t mapped);

void *__wrap_mw_pages_map(uint64_t bytes, size_t *mapped)
{
    guarded *made = malloc(sizeof *made);
    if (!made)
        return NULL;
    size_t size = PAGE + (size_t)mw_pages_footprint(bytes) + PAGE;
    void *raw = mmap(NULL, size, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (raw == MAP_FAILED) {
        free(made);
        return NULL;
    }
    *made = (guarded){.raw = raw, .bytes = (size_t)bytes, .size = size};
    pthread_mutex_lock(&lock);
    made->word = 0x3f800001 | (++arrays * 2654435761u >> 9); /* no byte 0 is 0 */
    made->next = first;
    first = made;
    pthread_mutex_unlock(&lock);
    put_guards(made);
    *mapped = size;
    return made->raw + PAGE;
}

void __wrap_mw_pages_unmap(void *pages, size_t mapped)
{
    if (!pages)
        return;
    pthread_mutex_lock(&lock);
    guarded **at = &first;
    while (*at && (*at)->raw + PAGE != pages)
        at = &(*at)->next;
    guarded *gone = *at;
    if (gone)
        *at = gone->next;
    pthread_mutex_unlock(&lock);
    munmap((unsigned char *)pages - PAGE, mapped);
    free(gone);
}

static bool hold(const guarded *g, char *what, size_t size)
{
    size_t end = PAGE + g->bytes;
    if (is_filled(g->raw, PAGE, g->word) && is_filled(g->raw + end, g->size - end, g->word))
        return true;
    for (size_t i = 0; i < g->size; i++) {
        if (i == PAGE)
            i += g->bytes;
        size_t behind = i - PAGE - g->bytes;
        if (g->raw[i] == guard_byte(g, i < PAGE ? i : behind))
            continue;
        size_t away = i < PAGE ? PAGE - i : behind;
        snprintf(what, size, "byte %zu %s an array of %zu bytes was written", away,
                 i < PAGE ? "before" : "behind", g->bytes);
        return false;
    }
    return true;
}

bool guards_hold(char *what, size_t size)
{
    pthread_mutex_lock(&lock);
    bool all = true;
    for (const guarded *g = first; g && all; g = g->next)
        all = hold(g, what, size);
    pthread_mutex_unlock(&lock);
    return all;
}
