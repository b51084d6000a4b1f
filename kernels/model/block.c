/* block.c: two slots in a page of their own lines, published by a generation. */
#include "model/block.h"

#include <assert.h>
#include <stdatomic.h>
#include <string.h>

enum { PAGE = 4096, WORDS = sizeof(mw_counters) / sizeof(uint64_t), LINE = 64 };

/* Each slot has its own cache lines, and the generation its own: a reader that polls the generation
 * does not slow the writer down in the middle of a slot. */
typedef struct slot {
    _Alignas(LINE) _Atomic uint64_t word[WORDS];
} slot;

struct mw_block {
    _Alignas(LINE) _Atomic uint64_t generation;
    slot slots[2];
};

static_assert(sizeof(mw_counters) % sizeof(uint64_t) == 0, "counters are whole words");
static_assert(sizeof(mw_block) <= PAGE, "the block fits a page");
static_assert(sizeof(_Atomic uint64_t) == 8 && ATOMIC_LLONG_LOCK_FREE == 2,
              "words are shared between processes, so no atomic may hide a lock");

uint64_t mw_block_size(void)
{
    return PAGE;
}

void mw_block_init(mw_block *block)
{
    for (int s = 0; s < 2; s++)
        for (int w = 0; w < WORDS; w++)
            atomic_store_explicit(&block->slots[s].word[w], 0, memory_order_relaxed);
    atomic_store_explicit(&block->generation, 0, memory_order_release);
}

/*
 * The memory orders carry the proof. A word is stored with release after the generation before it:
 * a reader that picks up a word of a later round therefore also sees that the generation moved, and
 * reads again. No fence is needed, which thread sanitizers could not see anyway; on x86 all of
 * these are plain moves.
 */
void mw_block_publish(mw_block *block, const mw_counters *counters)
{
    uint64_t words[WORDS];
    memcpy(words, counters, sizeof words);
    uint64_t next = atomic_load_explicit(&block->generation, memory_order_relaxed) + 1;
    slot *target = &block->slots[next & 1];
    for (int w = 0; w < WORDS; w++)
        atomic_store_explicit(&target->word[w], words[w], memory_order_release);
    atomic_store_explicit(&block->generation, next, memory_order_release);
}

bool mw_block_read(const mw_block *block, mw_counters *counters)
{
    enum { TRIES = 16 };
    uint64_t words[WORDS];
    for (int attempt = 0; attempt < TRIES; attempt++) {
        uint64_t before = atomic_load_explicit(&block->generation, memory_order_acquire);
        const slot *source = &block->slots[before & 1];
        for (int w = 0; w < WORDS; w++)
            words[w] = atomic_load_explicit(&source->word[w], memory_order_acquire);
        if (atomic_load_explicit(&block->generation, memory_order_relaxed) == before) {
            memcpy(counters, words, sizeof words);
            return true;
        }
    }
    return false;
}
