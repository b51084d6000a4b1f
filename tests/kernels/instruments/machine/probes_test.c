/* Built twice: with the probes of this architecture, and with the portable ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "machine/probes.h"

#ifdef TEST_PORTABLE
static mw_isa best_isa(void)
{
    return MW_ISA_GENERIC;
}
#else
#include "cpu.h"
static mw_isa best_isa(void)
{
    return mw_cpu_best_isa();
}
#endif

enum { STREAM = 7 * MW_PROBE_STEP, FLOATS = STREAM / sizeof(float), GUARD = 64 };

typedef struct streams {
    char *memory;
    float *a, *b, *c;
} streams;

/* a, b and c lie between guards of ones. */
static streams fresh(void)
{
    enum { ROOM = STREAM + GUARD };
    streams s = {.memory = aligned_alloc(64, 3 * ROOM + GUARD)};
    assert_non_null(s.memory);
    memset(s.memory, 0x11, 3 * ROOM + GUARD);
    s.a = (float *)(void *)(s.memory + GUARD);
    s.b = (float *)(void *)(s.memory + GUARD + ROOM);
    s.c = (float *)(void *)(s.memory + GUARD + 2 * ROOM);
    for (int i = 0; i < FLOATS; i++) {
        s.a[i] = (float)i;
        s.b[i] = (float)(3 * i + 1);
        s.c[i] = (float)(2 * i);
    }
    return s;
}

static void assert_guards(const streams *s)
{
    const char *end[] = {s->memory, (char *)s->a + STREAM, (char *)s->b + STREAM,
                         (char *)s->c + STREAM};
    for (int g = 0; g < 4; g++)
        for (int i = 0; i < GUARD; i++)
            assert_int_equal(end[g][i], 0x11);
}

static void run(mw_isa isa, mw_stream_op op, const streams *s)
{
    mw_probe_stream(isa, op)((char *)s->a, (char *)s->b, (char *)s->c, STREAM, 2);
    assert_guards(s);
    for (int i = 0; i < FLOATS; i++)
        assert_true(s->b[i] == (float)(3 * i + 1) && s->c[i] == (float)(2 * i));
}

static void each_stream_does_what_it_is_named_after(void **state)
{
    (void)state;
    for (mw_isa isa = MW_ISA_GENERIC; isa <= best_isa(); isa++) {
        for (int op = 0; op < MW_STREAM_OPS; op++) {
            if (!mw_probe_stream(isa, (mw_stream_op)op) || op == MW_STREAM_READ_MANY)
                continue;
            streams s = fresh();
            run(isa, (mw_stream_op)op, &s);
            for (int i = 0; i < FLOATS; i++) {
                if (op == MW_STREAM_READ || op == MW_STREAM_REDUCE || op == MW_STREAM_UPDATE)
                    assert_true(s.a[i] == (float)i);
                if (op == MW_STREAM_COPY)
                    assert_true(s.a[i] == s.b[i]);
                if (op == MW_STREAM_TRIAD)
                    assert_true(s.a[i] == s.b[i] + .5f * s.c[i]);
            }
            free(s.memory);
        }
    }
}

static void eight_streams_are_read_within_their_bounds(void **state)
{
    (void)state;
    enum { BYTES = 8 * STREAM, PAGE = 4096, MAPPED = (BYTES + PAGE - 1) / PAGE * PAGE };
    /* The last stream ends where the mapping ends: one load too far would be a fault. */
    char *pages = mmap(NULL, MAPPED + PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(pages, MAP_FAILED);
    assert_int_equal(mprotect(pages + MAPPED, PAGE, PROT_NONE), 0);
    char *first = pages + MAPPED - BYTES;
    for (mw_isa isa = MW_ISA_GENERIC; isa <= best_isa(); isa++)
        mw_probe_stream(isa, MW_STREAM_READ_MANY)(first, first + STREAM, NULL, STREAM, 2);
    munmap(pages, MAPPED + PAGE);
}

static void a_store_reaches_every_byte(void **state)
{
    (void)state;
    static const mw_stream_op stores[] = {MW_STREAM_STORE, MW_STREAM_STORE_NT};
    for (mw_isa isa = MW_ISA_GENERIC; isa <= best_isa(); isa++) {
        for (int k = 0; k < 2; k++) {
            if (!mw_probe_stream(isa, stores[k]))
                continue;
            streams s = fresh();
            /* The probe stores what it first finds; only the first vectors may stay as they are. */
            run(isa, stores[k], &s);
            int changed = 0;
            for (int i = 0; i < FLOATS; i++)
                changed += s.a[i] != (float)i;
            assert_true(changed >= FLOATS - 8 * 64 / (int)sizeof(float));
            free(s.memory);
        }
    }
}

static void every_peak_runs_with_all_its_chain_counts(void **state)
{
    (void)state;
    size_t count;
    const mw_peak *peaks = mw_probe_peaks(&count);
    assert_true(count >= 4);
    for (size_t i = 0; i < count; i++) {
        int lanes = peaks[i].flops_per_operation / (strcmp(peaks[i].op, "fma") == 0 ? 2 : 1);
        assert_true(lanes >= 1 && lanes * (peaks[i].dtype == MW_F64 ? 8 : 4) <= 64);
        for (int c = 0; c < MW_PEAK_CHAINS && peaks[i].needs <= best_isa(); c++)
            peaks[i].run[c](3);
    }
}

static void the_clock_chain_takes_at_least_one_cycle_a_link(void **state)
{
    (void)state;
    uint64_t cycles = mw_probe_cycles(1000);
    assert_true(cycles == 0 || cycles >= 1000);
}

static void as_many_additions_run_as_were_asked_for(void **state)
{
    (void)state;
    uint64_t adds = mw_probe_adds(1000);
    assert_true(adds == 0 || (adds >= 1000 && adds < 1100));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_stream_does_what_it_is_named_after),
        cmocka_unit_test(eight_streams_are_read_within_their_bounds),
        cmocka_unit_test(a_store_reaches_every_byte),
        cmocka_unit_test(every_peak_runs_with_all_its_chain_counts),
        cmocka_unit_test(the_clock_chain_takes_at_least_one_cycle_a_link),
        cmocka_unit_test(as_many_additions_run_as_were_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
