/* hierarchy_test.c: the simulator against a plain one of lists, over random loops. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cachesim/hierarchy.h"
#include "tests/kernels/cachesim/random_loops.h"

static mw_hierarchy *make(const mw_cache_geometry *levels, size_t count,
                          const mw_hierarchy_options *options)
{
    mw_hierarchy *h;
    mw_error error = {0};
    assert_int_equal(mw_hierarchy_create(&h, levels, count, options, &error), MW_OK);
    return h;
}

static mw_cache_geometry cache(const char *text)
{
    mw_cache_geometry geometry;
    mw_error error = {0};
    assert_int_equal(mw_cache_parse(text, &geometry, &error), MW_OK);
    return geometry;
}

/* --- a second simulator, as plain as can be --------------------------------------------------- */

enum { PLAIN_LINES = 4096 };

/* One level as a list of lines per set, most recent first. */
typedef struct plain {
    mw_cache_geometry geometry;
    uint64_t line[PLAIN_LINES];
    bool dirty[PLAIN_LINES];
    mw_cache_counts counts;
} plain;

static size_t plain_find(const plain *level, uint64_t line)
{
    size_t first = line % level->geometry.sets * level->geometry.ways;
    for (size_t i = first; i < first + level->geometry.ways; i++) {
        if (level->line[i] == line)
            return i;
    }
    return SIZE_MAX;
}

static void plain_write_back(plain *levels, size_t count, size_t at, uint64_t address)
{
    for (; at < count; at++) {
        levels[at].counts.write_backs++;
        if (at + 1 == count)
            return;
        size_t copy = plain_find(&levels[at + 1], address / levels[at + 1].geometry.line);
        if (copy != SIZE_MAX) {
            levels[at + 1].dirty[copy] = true;
            return;
        }
    }
}

static bool plain_touch(plain *levels, size_t count, size_t at, uint64_t line, bool dirty)
{
    plain *level = &levels[at];
    uint32_t ways = level->geometry.ways;
    size_t first = line % level->geometry.sets * ways, place = plain_find(level, line);
    bool hit = place != SIZE_MAX;
    if (hit)
        dirty |= level->dirty[place];
    else
        place = first + ways - 1;
    uint64_t out = level->line[place];
    bool out_dirty = !hit && level->dirty[place];
    for (size_t i = place; i > first; i--) {
        level->line[i] = level->line[i - 1];
        level->dirty[i] = level->dirty[i - 1];
    }
    level->line[first] = line;
    level->dirty[first] = dirty;
    if (out_dirty)
        plain_write_back(levels, count, at, out * level->geometry.line);
    return hit;
}

static void plain_access(plain *levels, size_t count, uint64_t address, uint32_t size, int kind)
{
    uint32_t line = levels[0].geometry.line;
    for (uint64_t l = address / line; l <= (address + size - 1) / line; l++) {
        for (size_t at = 0; at < count; at++) {
            levels[at].counts.accesses[kind]++;
            if (plain_touch(levels, count, at, l * line / levels[at].geometry.line,
                            kind == 1 && at == 0))
                break;
            levels[at].counts.misses[kind]++;
            levels[at].counts.fills++;
        }
    }
}

/* Valgrind's cachesim_*_doref: both lines of a straddle, one access, at most one miss. */
static void plain_grind(plain *levels, uint64_t address, uint32_t size, int kind)
{
    for (size_t at = 0; at < 2; at++) {
        uint32_t line = levels[at].geometry.line;
        bool hit = true;
        for (uint64_t l = address / line; l <= (address + size - 1) / line; l++)
            hit &= plain_touch(levels, 2, at, l, false);
        levels[at].counts.accesses[kind]++;
        if (hit)
            return;
        levels[at].counts.misses[kind]++;
    }
}

static void plain_drop(plain *levels, size_t count, uint64_t address, uint32_t size)
{
    uint32_t line = levels[0].geometry.line;
    for (uint64_t l = address / line; l <= (address + size - 1) / line; l++) {
        for (size_t at = 0; at < count; at++) {
            plain *level = &levels[at];
            uint64_t here = l * line / level->geometry.line;
            size_t place = plain_find(level, here);
            if (place == SIZE_MAX)
                continue;
            bool dirty = level->dirty[place];
            size_t end = (here % level->geometry.sets + 1) * level->geometry.ways;
            for (; place + 1 < end; place++) {
                level->line[place] = level->line[place + 1];
                level->dirty[place] = level->dirty[place + 1];
            }
            level->line[place] = 0;
            level->dirty[place] = false;
            if (dirty)
                plain_write_back(levels, count, at, here * level->geometry.line);
        }
    }
}

static void plain_loop(plain *levels, size_t count, const random_loop *loop, mw_cache_mode mode)
{
    for (uint64_t i = 0; i < loop->iterations; i++) {
        for (size_t s = 0; s < loop->count; s++) {
            const mw_stream *stream = &loop->streams[s];
            uint64_t address = stream->base + i * (uint64_t)stream->stride;
            int kind = stream->access != MW_ACCESS_LOAD;
            if (mode == MW_CACHE_CACHEGRIND)
                plain_grind(levels, address, stream->size, kind);
            else if (stream->access == MW_ACCESS_STORE_NT)
                plain_drop(levels, count, address, stream->size);
            else
                plain_access(levels, count, address, stream->size, kind);
        }
    }
}

static void expect_equal(const mw_cache_counts *got, const mw_cache_counts *want, bool all)
{
    for (int kind = 0; kind < 2; kind++) {
        assert_int_equal(got->accesses[kind], want->accesses[kind]);
        assert_int_equal(got->misses[kind], want->misses[kind]);
    }
    if (all) {
        assert_int_equal(got->fills, want->fills);
        assert_int_equal(got->write_backs, want->write_backs);
    }
}

static void counts_equal_those_of_a_simulator_without_tricks(void **state)
{
    (void)state;
    static plain levels[3];
    uint64_t random = 1;
    for (int round = 0; round < 1000; round++) {
        mw_cache_mode mode = round % 2 ? MW_CACHE_CACHEGRIND : MW_CACHE_WRITE_BACK;
        size_t count = mode == MW_CACHE_CACHEGRIND ? 2 : 1 + random_below(&random, 3);
        mw_cache_geometry geometry[3];
        random_geometry(&random, geometry, count);
        memset(levels, 0, sizeof levels);
        for (size_t i = 0; i < count; i++)
            levels[i].geometry = geometry[i];
        mw_hierarchy *h = make(geometry, count, &(mw_hierarchy_options){.mode = mode});
        for (int n = 0; n < 12; n++) {
            random_loop loop = random_loop_of(&random, true);
            mw_trace_loop(mw_hierarchy_sink(h), loop.streams, loop.count, loop.iterations);
            plain_loop(levels, count, &loop, mode);
        }
        for (size_t i = 0; i < count; i++) {
            mw_cache_counts got = mw_hierarchy_counts(h, i);
            expect_equal(&got, &levels[i].counts, mode == MW_CACHE_WRITE_BACK);
        }
        mw_hierarchy_destroy(h);
    }
}

static void passes_count_what_single_accesses_count(void **state)
{
    (void)state;
    uint64_t random = 7;
    for (int round = 0; round < 1000; round++) {
        mw_hierarchy_options options = {.mode =
                                            round % 2 ? MW_CACHE_CACHEGRIND : MW_CACHE_WRITE_BACK,
                                        .classify = round % 3 > 0};
        size_t count = round % 2 ? 2 : 1 + random_below(&random, 3);
        mw_cache_geometry geometry[3];
        random_geometry(&random, geometry, count);
        mw_hierarchy *batched = make(geometry, count, &options);
        options.one_by_one = true;
        mw_hierarchy *single = make(geometry, count, &options);
        for (int n = 0; n < 12; n++) {
            random_loop loop = random_loop_of(&random, true);
            mw_trace_loop(mw_hierarchy_sink(batched), loop.streams, loop.count, loop.iterations);
            mw_trace_loop(mw_hierarchy_sink(single), loop.streams, loop.count, loop.iterations);
        }
        uint64_t dirty[MW_CACHE_LEVELS], before[MW_CACHE_LEVELS];
        mw_hierarchy_dirty(batched, dirty);
        for (size_t i = 0; i < count; i++)
            before[i] = mw_hierarchy_counts(batched, i).write_backs;
        mw_hierarchy_flush(batched);
        mw_hierarchy_flush(single);
        for (size_t i = 0; i < count; i++)
            assert_int_equal(mw_hierarchy_counts(batched, i).write_backs, before[i] + dirty[i]);
        for (size_t i = 0; i < count; i++) {
            mw_cache_counts a = mw_hierarchy_counts(batched, i), b = mw_hierarchy_counts(single, i);
            assert_memory_equal(&a, &b, sizeof a);
        }
        assert_int_equal(mw_hierarchy_references(batched), mw_hierarchy_references(single));
        assert_int_equal(mw_hierarchy_nt_bytes(batched), mw_hierarchy_nt_bytes(single));
        mw_hierarchy_destroy(batched);
        mw_hierarchy_destroy(single);
    }
}

static void indexed_accesses_are_loops_of_one(void **state)
{
    (void)state;
    uint64_t random = 3;
    uint32_t index[500];
    mw_cache_geometry geometry[2];
    for (int round = 0; round < 50; round++) {
        random_geometry(&random, geometry, 2);
        mw_hierarchy *gathered = make(geometry, 2, &(mw_hierarchy_options){.classify = true});
        mw_hierarchy *single = make(geometry, 2, &(mw_hierarchy_options){.classify = true});
        mw_access access = random_below(&random, 3);
        for (size_t i = 0; i < 500; i++) {
            index[i] = (uint32_t)random_below(&random, 700);
            mw_trace_range(mw_hierarchy_sink(single), 100004 + index[i] * 8, 0, 1, 8, access);
        }
        mw_trace_indexed(mw_hierarchy_sink(gathered), 100004, index, 500, 8, access);
        for (size_t i = 0; i < 2; i++) {
            mw_cache_counts a = mw_hierarchy_counts(gathered, i),
                            b = mw_hierarchy_counts(single, i);
            assert_memory_equal(&a, &b, sizeof a);
        }
        assert_int_equal(mw_hierarchy_bytes(gathered), 4000);
        mw_hierarchy_destroy(gathered);
        mw_hierarchy_destroy(single);
    }
}

/* A set of many ways is a hash and not a search; both must count alike. */
static void one_set_of_many_ways_counts_as_many_searches_would(void **state)
{
    (void)state;
    uint64_t random = 5;
    static plain level[1];
    for (int round = 0; round < 20; round++) {
        mw_cache_geometry geometry = {.name = "L1", .sets = 1, .line = 64};
        geometry.ways = 33 + (uint32_t)random_below(&random, 40);
        memset(level, 0, sizeof level);
        level->geometry = geometry;
        mw_hierarchy *h = make(&geometry, 1, &(mw_hierarchy_options){.classify = true});
        for (int n = 0; n < 30; n++) {
            random_loop loop = random_loop_of(&random, true);
            mw_trace_loop(mw_hierarchy_sink(h), loop.streams, loop.count, loop.iterations);
            plain_loop(level, 1, &loop, MW_CACHE_WRITE_BACK);
        }
        mw_cache_counts got = mw_hierarchy_counts(h, 0);
        expect_equal(&got, &level->counts, true);
        assert_int_equal(got.kinds[0][MW_MISS_CONFLICT] + got.kinds[1][MW_MISS_CONFLICT], 0);
        mw_hierarchy_destroy(h);
    }
}

static void misses_are_told_apart_by_what_would_have_helped(void **state)
{
    (void)state;
    mw_cache_geometry l1 = cache("L1=4K,1,64");
    mw_hierarchy *h = make(&l1, 1, &(mw_hierarchy_options){.classify = true});
    mw_trace *sink = mw_hierarchy_sink(h);
    /* Two lines of one set in turn: only associativity is missing. */
    const mw_stream turns[] = {{1 << 20, 0, 4, MW_ACCESS_LOAD}, {2 << 20, 0, 4, MW_ACCESS_STORE}};
    mw_trace_loop(sink, turns, 2, 10);
    mw_cache_counts c = mw_hierarchy_counts(h, 0);
    assert_int_equal(c.kinds[0][MW_MISS_COMPULSORY], 1);
    assert_int_equal(c.kinds[0][MW_MISS_CONFLICT], 9);
    assert_int_equal(c.kinds[1][MW_MISS_CONFLICT], 9);
    assert_int_equal(c.write_backs, 9); /* the tenth is still in the cache */
    mw_hierarchy_destroy(h);

    /* Round and round in twice the size: no associativity helps. */
    h = make(&l1, 1, &(mw_hierarchy_options){.classify = true});
    for (int round = 0; round < 3; round++)
        mw_trace_range(mw_hierarchy_sink(h), 1 << 20, 64, 128, 4, MW_ACCESS_LOAD);
    c = mw_hierarchy_counts(h, 0);
    assert_int_equal(c.kinds[0][MW_MISS_COMPULSORY], 128);
    assert_int_equal(c.kinds[0][MW_MISS_CAPACITY], 256);
    assert_int_equal(c.kinds[0][MW_MISS_CONFLICT], 0);
    mw_hierarchy_destroy(h);
}

static void a_stored_line_is_fetched_and_sent_back_and_an_nt_line_neither(void **state)
{
    (void)state;
    const mw_cache_geometry levels[] = {cache("L1=4K,4,64"), cache("L2=16K,8,64")};
    enum { LINES = 1000 };
    for (int nt = 0; nt < 2; nt++) {
        mw_hierarchy *h = make(levels, 2, &(mw_hierarchy_options){0});
        mw_trace_range(mw_hierarchy_sink(h), 1 << 20, 4, LINES * 16, 4,
                       nt ? MW_ACCESS_STORE_NT : MW_ACCESS_STORE);
        mw_hierarchy_flush(h);
        for (size_t i = 0; i < 2; i++) {
            mw_cache_counts c = mw_hierarchy_counts(h, i);
            assert_int_equal(c.fills, nt ? 0 : LINES);
            assert_int_equal(c.write_backs, nt ? 0 : LINES);
        }
        assert_int_equal(mw_hierarchy_nt_bytes(h), nt ? LINES * 64 : 0);
        mw_hierarchy_destroy(h);
    }
}

static void operands_too_far_away_to_tell_lines_apart_are_refused(void **state)
{
    (void)state;
    mw_cache_geometry l1 = cache("L1=512,8,64");
    mw_error error = {0};
    for (int far = 0; far < 2; far++) {
        mw_hierarchy *h = make(&l1, 1, &(mw_hierarchy_options){0});
        mw_trace_range(mw_hierarchy_sink(h), far ? UINT64_C(1) << 50 : 1 << 30, 4, 10, 4,
                       MW_ACCESS_LOAD);
        assert_int_equal(mw_hierarchy_status(h, &error), far ? MW_UNSUPPORTED : MW_OK);
        mw_hierarchy_destroy(h);
    }
    assert_non_null(strstr(error.message, "reach too far for cache L1"));
}

static bool stop_at_once(void *context, uint64_t references)
{
    *(uint64_t *)context = references;
    return false;
}

static void a_simulation_stops_when_it_is_told_to(void **state)
{
    (void)state;
    mw_cache_geometry l1 = cache("L1=4K,4,64");
    uint64_t seen = 0;
    mw_hierarchy *h = make(&l1, 1, &(mw_hierarchy_options){.poll = stop_at_once, .context = &seen});
    assert_false(
        mw_trace_range(mw_hierarchy_sink(h), 1 << 20, 64, UINT64_C(1) << 40, 4, MW_ACCESS_LOAD));
    assert_true(seen >= 1 && seen <= 1 << 20);
    mw_hierarchy_destroy(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_equal_those_of_a_simulator_without_tricks),
        cmocka_unit_test(passes_count_what_single_accesses_count),
        cmocka_unit_test(indexed_accesses_are_loops_of_one),
        cmocka_unit_test(one_set_of_many_ways_counts_as_many_searches_would),
        cmocka_unit_test(misses_are_told_apart_by_what_would_have_helped),
        cmocka_unit_test(a_stored_line_is_fetched_and_sent_back_and_an_nt_line_neither),
        cmocka_unit_test(operands_too_far_away_to_tell_lines_apart_are_refused),
        cmocka_unit_test(a_simulation_stops_when_it_is_told_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
