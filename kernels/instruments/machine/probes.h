/*
 * probes.h: the loops that touch a machine's ceilings, one set per instruction set.
 *
 * A stream probe walks memory with nothing but the loads and stores it is named after; a peak probe
 * runs independent chains of one arithmetic instruction in registers. Both are assembly where it
 * matters: a compiler's loop is not a ceiling.
 */
#ifndef MW_MACHINE_PROBES_H
#define MW_MACHINE_PROBES_H

#include <stddef.h>
#include <stdint.h>

#include "kernel.h"

/* Every stream is a whole number of these, and starts at a multiple of 64 bytes. */
enum { MW_PROBE_STEP = 512 };

/* `passes` times over `bytes` of each stream: a is written (or the only one), b and c are read.
 * Eight streams lie at a, b = a + stride, a + 2 stride, … */
typedef void mw_stream_probe(char *a, char *b, char *c, size_t bytes, size_t passes);

typedef enum mw_stream_op {
    MW_STREAM_READ,      /* loads only */
    MW_STREAM_READ_MANY, /* loads only, eight streams at once: memory serves more misses so */
    MW_STREAM_REDUCE,    /* loads added into eight accumulators */
    MW_STREAM_STORE,     /* stores only */
    MW_STREAM_STORE_NT,  /* stores past the caches */
    MW_STREAM_COPY,      /* a = b */
    MW_STREAM_UPDATE,    /* a = a + s */
    MW_STREAM_TRIAD,     /* a = b + s * c */
    MW_STREAM_OPS
} mw_stream_op;

typedef struct mw_stream_shape {
    const char *name;
    int streams;       /* different streams */
    int program_bytes; /* loads and stores of the program, per byte of one stream */
    int bus_bytes;     /* the same beyond the first cache: a store also reads its line, unless NT */
} mw_stream_shape;

extern const mw_stream_shape mw_stream_shapes[MW_STREAM_OPS];

/* The widest probe that `isa` allows. */
mw_stream_probe *mw_probe_stream(mw_isa isa, mw_stream_op op);

enum { MW_PEAK_CHAINS = 3 }; /* 8, 12 and 16 chains */

typedef struct mw_peak {
    const char *name; /* "scalar", "128", "avx2", "avx512" */
    mw_isa needs;
    mw_dtype dtype;
    const char *op;          /* "fma", "mul" */
    int flops_per_operation; /* lanes, twice for FMA */
    /* Runs `rounds` rounds of 8, 12 or 16 independent operations. */
    void (*run[MW_PEAK_CHAINS])(uint64_t rounds);
} mw_peak;

extern const int mw_peak_chains[MW_PEAK_CHAINS];

/* All peaks of this architecture, narrowest first; `needs` says which an ISA may run. */
const mw_peak *mw_probe_peaks(size_t *count);

/* Runs a chain of `links` dependent instructions of known latency; returns the cycles it takes, or
 * zero when this architecture has none. */
uint64_t mw_probe_cycles(uint64_t links);

/* Runs about `count` additions of which eight at a time are independent, so that the core takes as
 * many in a cycle as it can; returns how many, or zero where this architecture has no such loop. */
uint64_t mw_probe_adds(uint64_t count);

#endif
