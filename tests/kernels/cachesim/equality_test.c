/*
 * Traces against `valgrind --tool=cachegrind`: every source line of every twin (twins.h) is loaded,
 * stored and missed exactly as often as our simulator says, whatever the caches.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first. */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cachesim/hierarchy.h"
#include "cpu.h"
#include "registry.h"
#include "tests/kernels/cachesim/twins.h"

typedef struct twin {
    const char *name, *kernel, *settings, *parameter;
    int64_t small, size;
    uint64_t operands;
} twin;

#define ROW(name, kernel, settings, parameter, small, size, operands)                              \
    {#name, kernel, settings, parameter, small, size, operands},
static const twin twins[] = {TWINS(ROW)};
enum { TWIN_COUNT = sizeof twins / sizeof *twins, LINES = 32, KEY = 2 * MW_STREAM_MAX + 2 };

/* Caches as valgrind and as we write them; tiny ones, odd ways, long lines, one set, one way. */
static const struct {
    const char *d1, *ll;
} caches[] = {
    {"32768,8,64", "1048576,16,64"}, {"49152,12,64", "2097152,16,64"}, {"4096,2,64", "65536,4,64"},
    {"1536,3,32", "20480,5,64"},     {"320,5,64", "28672,7,64"},       {"1024,1,32", "65536,2,128"},
};
enum { CACHE_PAIRS = sizeof caches / sizeof *caches };

/* Dr, D1mr, DLmr, Dw, D1mw, DLmw of one line. */
typedef struct events {
    uint64_t value[6];
} events;

/* --- the traces through our simulator --------------------------------------------------------- */

/* Takes a trace apart into the calls that it makes: a key is operands and kinds of access. */
typedef struct listener {
    mw_trace sink; /* first */
    mw_hierarchy *hierarchy;
    int key[LINES][KEY];
    events line[LINES];
    size_t count;
    uint64_t begin; /* where the first operand lies */
} listener;

static events events_now(const mw_hierarchy *h)
{
    mw_cache_counts d1 = mw_hierarchy_counts(h, 0), ll = mw_hierarchy_counts(h, 1);
    return (events){
        {d1.accesses[0], d1.misses[0], ll.misses[0], d1.accesses[1], d1.misses[1], ll.misses[1]}};
}

static int operand_of(const listener *l, uint64_t base)
{
    return (int)((base - l->begin) / TWIN_OPERAND);
}

static events *line_of(listener *l, const int *key)
{
    size_t i = 0;
    while (i < l->count && memcmp(l->key[i], key, sizeof l->key[i]) != 0)
        i++;
    assert_true(i < LINES);
    if (i == l->count)
        memcpy(l->key[l->count++], key, sizeof l->key[0]);
    return &l->line[i];
}

static void add_since(listener *l, const int *key, const events *before)
{
    events now = events_now(l->hierarchy), *line = line_of(l, key);
    for (int i = 0; i < 6; i++)
        line->value[i] += now.value[i] - before->value[i];
}

/* An access in pieces that instructions have: powers of two, smallest first, at most 32 bytes. */
static size_t split(const mw_stream *stream, mw_stream piece[4])
{
    size_t count = 0;
    for (uint32_t done = 0; done < stream->size; count++) {
        uint32_t rest = stream->size - done, size = rest & -rest;
        assert_true(count < 4);
        piece[count] = *stream;
        piece[count].base += done;
        piece[count].size = size < 32 ? size : 32;
        done += piece[count].size;
    }
    return count;
}

static bool hear_loop(mw_trace *trace, const mw_stream *streams, size_t count, uint64_t iterations)
{
    listener *l = (listener *)trace;
    mw_trace *to = mw_hierarchy_sink(l->hierarchy);
    events before = events_now(l->hierarchy);
    int key[KEY] = {(int)count + 1};
    for (size_t s = 0; s < count; s++) {
        key[2 * s + 1] = operand_of(l, streams[s].base);
        key[2 * s + 2] = (int)streams[s].access + 1;
    }
    mw_stream piece[4 * MW_STREAM_MAX];
    size_t pieces = 0;
    for (size_t s = 0; s < count; s++)
        pieces += split(&streams[s], piece + pieces);
    assert_true(pieces >= 1 && pieces <= MW_STREAM_MAX);
    bool go = to->loop(to, piece, pieces, iterations);
    add_since(l, key, &before);
    return go;
}

static bool hear_indexed(mw_trace *trace, uint64_t base, const uint32_t *index, uint64_t count,
                         uint32_t size, mw_access access)
{
    listener *l = (listener *)trace;
    mw_trace *to = mw_hierarchy_sink(l->hierarchy);
    events before = events_now(l->hierarchy);
    int key[KEY] = {-1, operand_of(l, base), (int)access + 1};
    bool go = to->indexed(to, base, index, count, size, access);
    add_since(l, key, &before);
    return go;
}

/* The two that are no kernels. */
static void trace_synthetic(const twin *t, int64_t size, mw_trace *trace)
{
    uint64_t base = mw_trace_place(trace, 1), n = (uint64_t)size;
    if (strcmp(t->name, "straddle") == 0) {
        const mw_stream update[] = {{base + 20, 60, 8, MW_ACCESS_LOAD},
                                    {base + 20, 60, 8, MW_ACCESS_STORE}};
        mw_trace_loop(trace, update, 2, n);
        mw_trace_range(trace, base + 20 + 60 * (n - 1), -60, n, 8, MW_ACCESS_LOAD);
        return;
    }
    uint32_t *index = malloc(2 * n * sizeof *index), next = 1;
    assert_non_null(index);
    for (uint64_t i = 0; i < 2 * n; i++, next = SCATTER_NEXT(next))
        index[i] = next;
    mw_trace_indexed(trace, base, index, n, 8, MW_ACCESS_LOAD);
    mw_trace_indexed(trace, base, index + n, n, 8, MW_ACCESS_STORE);
    free(index);
}

static void trace_kernel(const twin *t, int64_t size, mw_trace *trace)
{
    const mw_kernel *kernel;
    mw_args args;
    mw_error error = {0};
    char settings[256];
    assert_int_equal(mw_registry_find(t->kernel, &kernel, &error), MW_OK);
    mw_args_preset(kernel, &args);
    args.value[mw_param_index(kernel, t->parameter)] = size;
    snprintf(settings, sizeof settings, "%s", t->settings);
    for (char *at = strtok(settings, ","); at; at = strtok(NULL, ",")) {
        char *equals = strchr(at, '=');
        *equals = '\0';
        if (mw_args_set(kernel, &args, at, equals + 1, &error) != MW_OK)
            fail_msg("%s", error.message);
    }
    /* A kernel for another processor cannot run here; what it accesses can be told all the same. */
    mw_status status = mw_args_check(kernel, &args, &error);
    if (status != MW_OK && status != MW_UNSUPPORTED)
        fail_msg("%s", error.message);
    assert_int_equal(kernel->trace(kernel, &args, trace), MW_OK);
}

/* The second call that twins.c makes, at the place where it makes it. */
static void listen(const twin *t, const mw_cache_geometry *levels, uint64_t *next, listener *l)
{
    uint64_t each = t->operands * TWIN_OPERAND;
    *l = (listener){.sink = {.loop = hear_loop, .indexed = hear_indexed, .next = *next + each}};
    mw_hierarchy_options options = {.mode = MW_CACHE_CACHEGRIND};
    mw_error error = {0};
    if (mw_hierarchy_create(&l->hierarchy, levels, 2, &options, &error) != MW_OK)
        fail_msg("%s", error.message);
    l->begin = l->sink.next;
    if (*t->kernel)
        trace_kernel(t, t->size, &l->sink);
    else
        trace_synthetic(t, t->size, &l->sink);
    if (l->sink.next - l->begin != each)
        fail_msg("%s: the trace places %llu operands of 2 MiB, twins.h says %llu", t->name,
                 (unsigned long long)(l->sink.next - l->begin) / TWIN_OPERAND,
                 (unsigned long long)t->operands);
    *next = l->sink.next;
    mw_hierarchy_destroy(l->hierarchy);
}

/* --- what valgrind says ------------------------------------------------------------------------
 */

/* mark[n]: the number behind "@" in line n of a file of twins. */
enum { SOURCES = 16, SOURCE_LINES = 512 };
typedef struct source {
    char name[64]; /* "": none yet */
    int mark[SOURCE_LINES];
} source;
static source sources[SOURCES];

/* The file whose path valgrind gives; NULL: it is no file of twins. */
static const source *source_of(const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    source *s = sources;
    if (strncmp(name, "twins_", 6) != 0 || !strstr(name, ".c"))
        return NULL;
    while (*s->name && strcmp(s->name, name) != 0)
        assert_true(++s < sources + SOURCES);
    if (*s->name)
        return s;
    char text[1024];
    assert_true(snprintf(s->name, sizeof s->name, "%s", name) < (int)sizeof s->name);
    assert_true(snprintf(text, sizeof text, "%s/%s", TWINS_DIRECTORY, s->name) < (int)sizeof text);
    FILE *file = fopen(text, "r");
    assert_non_null(file);
    for (int n = 1; fgets(text, sizeof text, file); n++) {
        const char *mark = strstr(text, "/* @");
        assert_true(n < SOURCE_LINES);
        s->mark[n] = mark ? atoi(mark + 4) : 0;
    }
    fclose(file);
    return s;
}

/* "LINE Ir I1mr ILmr Dr D1mr DLmr Dw D1mw DLmw" below "fn=twin_NAME". */
static void read_events(const char *path, bool subtract, events seen[TWIN_COUNT][LINES + 1])
{
    static const char order[] = "Ir I1mr ILmr Dr D1mr DLmr Dw D1mw DLmw";
    char text[512];
    int at = -1;
    bool ordered = false;
    const source *lines = NULL;
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(text, sizeof text, file)) {
        unsigned long long v[10];
        if (strncmp(text, "events: ", 8) == 0)
            ordered = strncmp(text + 8, order, strlen(order)) == 0;
        text[strcspn(text, "\n")] = '\0';
        if (strncmp(text, "fl=", 3) == 0)
            lines = source_of(text + 3);
        if (strncmp(text, "fn=", 3) == 0) {
            at = -1;
            for (int i = 0; i < TWIN_COUNT; i++) {
                if (strncmp(text, "fn=twin_", 8) == 0 && strcmp(text + 8, twins[i].name) == 0)
                    at = i;
            }
        }
        int fields = sscanf(text, "%llu %llu %llu %llu %llu %llu %llu %llu %llu %llu", &v[0], &v[1],
                            &v[2], &v[3], &v[4], &v[5], &v[6], &v[7], &v[8], &v[9]);
        if (at < 0 || !lines || fields < 1 || v[0] >= SOURCE_LINES || !lines->mark[v[0]])
            continue;
        for (int i = fields; i < 10; i++) /* zeros at the end are left out */
            v[i] = 0;
        assert_true(lines->mark[v[0]] >= 1 && lines->mark[v[0]] <= LINES);
        for (int i = 0; i < 6; i++)
            seen[at][lines->mark[v[0]]].value[i] += subtract ? -v[4 + i] : v[4 + i];
    }
    fclose(file);
    assert_true(ordered);
}

/* Adds what all calls count, or subtracts what the small ones do. */
static void grind(const char *d1, const char *ll, bool small, events seen[TWIN_COUNT][LINES + 1])
{
    char out[64] = "/tmp/memwall-twins-XXXXXX", command[1024];
    int file = mkstemp(out);
    assert_true(file >= 0);
    close(file);
    snprintf(command, sizeof command,
             "env -i PATH=\"$PATH\" valgrind --tool=cachegrind --cache-sim=yes --I1=65536,8,64 "
             "--D1=%s --LL=%s --cachegrind-out-file=%s --log-file=/dev/null %s%s",
             d1, ll, out, TWINS_PROGRAM, small ? " small" : "");
    int status = system(command);
    if (status == 0)
        read_events(out, small, seen);
    unlink(out);
    assert_int_equal(status, 0);
}

/* --- equality ----------------------------------------------------------------------------------
 */

static mw_cache_geometry geometry_of(const char *name, const char *numbers)
{
    char text[64];
    mw_cache_geometry geometry;
    mw_error error = {0};
    snprintf(text, sizeof text, "%s=%s", name, numbers);
    if (mw_cache_parse(text, &geometry, &error) != MW_OK)
        fail_msg("%s", error.message);
    return geometry;
}

static int compare(const twin *t, size_t pair, const listener *ours, const events *theirs)
{
    static const char *const names[] = {"Dr", "D1mr", "DLmr", "Dw", "D1mw", "DLmw"};
    int wrong = 0;
    for (int i = 1; i <= LINES; i++) {
        static const events none;
        const events *mine = i <= (int)ours->count ? &ours->line[i - 1] : &none;
        for (int e = 0; e < 6; e++) {
            uint64_t a = mine->value[e], b = theirs[i].value[e];
            if (a == b)
                continue;
            wrong++;
            print_error("%s, D1 %s, LL %s, line @%d: %s is %llu, cachegrind says %llu\n", t->name,
                        caches[pair].d1, caches[pair].ll, i, names[e], (unsigned long long)a,
                        (unsigned long long)b);
        }
    }
    return wrong;
}

static void every_line_of_every_twin_counts_what_cachegrind_counts(void **state)
{
    (void)state;
    static events seen[TWIN_COUNT][LINES + 1];
    static listener ours;
    int wrong = 0;
    for (size_t pair = 0; pair < CACHE_PAIRS; pair++) {
        const mw_cache_geometry levels[] = {geometry_of("D1", caches[pair].d1),
                                            geometry_of("LL", caches[pair].ll)};
        memset(seen, 0, sizeof seen);
        grind(caches[pair].d1, caches[pair].ll, false, seen);
        grind(caches[pair].d1, caches[pair].ll, true, seen);
        uint64_t next = TWIN_FIRST, references = 0;
        for (size_t i = 0; i < TWIN_COUNT; i++) {
            listen(&twins[i], levels, &next, &ours);
            wrong += compare(&twins[i], pair, &ours, seen[i]);
            for (size_t line = 0; line < ours.count; line++)
                references += ours.line[line].value[0] + ours.line[line].value[3];
        }
        assert_true(references > 500000);
    }
    assert_int_equal(wrong, 0);
}

int main(void)
{
#if !defined(__x86_64__)
    puts("skipped: an instruction set other than x86-64 has accesses of other sizes");
    return 77;
#endif
    if (system("valgrind --version >/dev/null 2>&1") != 0) {
        puts("skipped: valgrind is not installed (apt install valgrind)");
        return 77;
    }
#if defined(__x86_64__)
    if (!__builtin_cpu_supports("avx")) {
        puts("skipped: a twin takes 32 bytes at once, and this processor has no AVX");
        return 77;
    }
#endif
    setenv("MEMWALL_ISA", "generic", 1);
    if (mw_cpu_init(NULL) != MW_OK)
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_line_of_every_twin_counts_what_cachegrind_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
