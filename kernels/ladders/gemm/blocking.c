/* blocking.c: keeps the cache sizes, and works out mc, kc and nc from them. */
#include "gemm/blocking.h"

#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "form.h"

enum { LINE = 64 };

/* First, second and last level. */
enum { L1, L2, LLC, LEVELS };

static mw_cache_geometry named[LEVELS], assumed[LEVELS];
static pthread_once_t named_once = PTHREAD_ONCE_INIT;
static pthread_mutex_t assumed_lock = PTHREAD_MUTEX_INITIALIZER;

static size_t size_named(int name, size_t otherwise)
{
    long bytes = name >= 0 ? sysconf(name) : 0;
    return bytes > 0 ? (size_t)bytes : otherwise;
}

/* What the system names; nobody has measured anything yet. */
static void name_caches(void)
{
    const size_t most = 16 << 20;
#if defined(_SC_LEVEL1_DCACHE_SIZE)
    size_t l1 = size_named(_SC_LEVEL1_DCACHE_SIZE, 32 << 10);
    size_t l2 = size_named(_SC_LEVEL2_CACHE_SIZE, 1 << 20);
    size_t llc = size_named(_SC_LEVEL3_CACHE_SIZE, 8 << 20);
    size_t ways = size_named(_SC_LEVEL1_DCACHE_ASSOC, 8);
#else
    size_t l1 = 32 << 10, l2 = 1 << 20, llc = 8 << 20, ways = 8;
#endif
    if (llc > most)
        llc = most;
    if (llc < l2)
        llc = l2;
    named[L1] = mw_cache_near("L1", (double)l1, (uint32_t)ways, LINE);
    named[L2] = mw_cache_near("L2", (double)l2, 16, LINE);
    named[LLC] = mw_cache_near("LLC", (double)llc, 16, LINE);
    memcpy(assumed, named, sizeof assumed);
}

void mw_gemm_caches_set(const mw_cache_geometry *levels, size_t count)
{
    pthread_once(&named_once, name_caches);
    pthread_mutex_lock(&assumed_lock);
    for (size_t i = 0; i < LEVELS; i++)
        assumed[i] = i < count ? levels[i] : named[i];
    if (count > LEVELS)
        assumed[LLC] = levels[count - 1];
    pthread_mutex_unlock(&assumed_lock);
}

/* Which level a name means: "L1", "L2", anything else the last. */
static int level_of(const char *name)
{
    return strcmp(name, "L1") == 0 ? L1 : strcmp(name, "L2") == 0 ? L2 : LLC;
}

void mw_gemm_caches_set_hypothetical(const mw_cache_geometry *levels, size_t count)
{
    mw_cache_geometry hypothetical[LEVELS] = {mw_cache_near("L1", 32 << 10, 8, LINE),
                                              mw_cache_near("L2", 1 << 20, 16, LINE),
                                              mw_cache_near("LLC", 16 << 20, 16, LINE)};
    for (size_t i = 0; i < count; i++)
        hypothetical[level_of(levels[i].name)] = levels[i];
    mw_gemm_caches_set(hypothetical, LEVELS);
}

static size_t way_bytes(const mw_cache_geometry *cache)
{
    return (size_t)cache->sets * cache->line;
}

/* Ways for data when `taken` of them serve something else: at least one. */
static size_t ways_left(const mw_cache_geometry *cache, size_t taken)
{
    return cache->ways > taken ? cache->ways - taken : 1;
}

static size_t at_least(size_t value, size_t least)
{
    return value > least ? value : least;
}

mw_gemm_blocks mw_gemm_blocks_model(const mw_micro_limits *tile, size_t width)
{
    const size_t most = 1024; /* steps of k: beyond, C costs next to nothing anyway */
    mw_cache_geometry caches[LEVELS];
    pthread_once(&named_once, name_caches);
    pthread_mutex_lock(&assumed_lock);
    memcpy(caches, assumed, sizeof caches);
    pthread_mutex_unlock(&assumed_lock);
    size_t line = LINE / width;

    /* One way for C. The panels of B pass by from front to back, which the prefetchers of the level
     * below serve well: a few ways for what is on its way. The rest holds the strip of A. */
    size_t kc = ways_left(&caches[L1], 5) * way_bytes(&caches[L1]) / (tile->rows * width);
    kc = at_least(mw_smaller(kc, most) / line * line, 4 * line);

    /* One way for C and two strips of A, the present one and the next. Two fifths of the rest for
     * the block of B: caches of a guest are indexed by pages that lie anywhere, and the other
     * hardware thread of the core may be somebody else's. */
    size_t strips = mw_ceil_div(2 * kc * tile->rows * width, way_bytes(&caches[L2]));
    size_t nc = ways_left(&caches[L2], 1 + strips) * way_bytes(&caches[L2]) * 2 / (5 * kc * width);
    nc = at_least(nc / tile->columns * tile->columns, tile->columns);

    /* One way for C, and the block of B; half the rest for the slab of A, others use this cache. */
    size_t block = mw_ceil_div(kc * nc * width, way_bytes(&caches[LLC]));
    size_t mc = ways_left(&caches[LLC], 1 + block) * way_bytes(&caches[LLC]) / (2 * kc * width);
    mc = at_least(mc / tile->rows * tile->rows, tile->rows);
    return (mw_gemm_blocks){mc, kc, nc};
}
