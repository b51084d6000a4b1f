/* lines.c: a hash table of pages, each a bitmap of 32768 neighbouring lines. */
#include "cachesim/lines.h"

#include <stdlib.h>

enum { PAGE_SHIFT = 15, PAGE_WORDS = 1 << (PAGE_SHIFT - 6), FIRST_CAPACITY = 64 };

static size_t slot_of(const mw_lines_page *pages, size_t capacity, uint64_t number)
{
    size_t slot = (size_t)(number * 0x9E3779B97F4A7C15u >> 20) & (capacity - 1);
    while (pages[slot].number && pages[slot].number != number)
        slot = (slot + 1) & (capacity - 1);
    return slot;
}

static bool grow(mw_line_set *set)
{
    size_t capacity = set->capacity ? 2 * set->capacity : FIRST_CAPACITY;
    mw_lines_page *pages = calloc(capacity, sizeof *pages);
    if (!pages)
        return false;
    for (size_t i = 0; i < set->capacity; i++) {
        if (set->pages[i].number)
            pages[slot_of(pages, capacity, set->pages[i].number)] = set->pages[i];
    }
    free(set->pages);
    set->pages = pages;
    set->capacity = capacity;
    return true;
}

static uint64_t *page_of(mw_line_set *set, uint64_t number)
{
    if (2 * (set->used + 1) > set->capacity && !grow(set))
        return NULL;
    mw_lines_page *page = &set->pages[slot_of(set->pages, set->capacity, number)];
    if (!page->number) {
        uint64_t *bits = calloc(PAGE_WORDS, sizeof *bits);
        if (!bits)
            return NULL;
        *page = (mw_lines_page){number, bits};
        set->used++;
    }
    return page->bits;
}

void mw_line_set_soon(const mw_line_set *set, uint64_t line)
{
    if (!set->capacity)
        return;
    uint64_t number = (line >> PAGE_SHIFT) + 1;
    const uint64_t *bits = set->pages[slot_of(set->pages, set->capacity, number)].bits;
    if (bits)
        __builtin_prefetch(&bits[line >> 6 & (PAGE_WORDS - 1)], 1);
}

bool mw_line_set_add(mw_line_set *set, uint64_t line)
{
    uint64_t number = (line >> PAGE_SHIFT) + 1;
    if (number != set->last) {
        uint64_t *bits = page_of(set, number);
        if (!bits) {
            set->failed = true;
            return true;
        }
        set->last = number;
        set->bits = bits;
    }
    uint64_t *word = &set->bits[line >> 6 & (PAGE_WORDS - 1)];
    uint64_t bit = (uint64_t)1 << (line & 63);
    bool there = (*word & bit) != 0;
    *word |= bit;
    return there;
}

void mw_line_set_free(mw_line_set *set)
{
    for (size_t i = 0; i < set->capacity; i++)
        free(set->pages[i].bits);
    free(set->pages);
    *set = (mw_line_set){0};
}
