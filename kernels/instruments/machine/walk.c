/* walk.c: stretches of a probe between two looks at the clock, peaks and the clock rate. */
#include "machine/walk.h"

#include <stdlib.h>

#include "meter/noise.h"

/* Bytes between two looks at the clock: 20 µs in the first cache, half a millisecond in memory. */
enum { STRIDE = 4 << 20, MANY_BYTES = 4 << 20 };

#define TRIAL_SECONDS 0.0015
#define WALL_OVER_CPU 1.02 /* above it, time was taken away */

static size_t round_down(size_t bytes, size_t unit)
{
    return bytes / unit * unit;
}

bool mw_walk_init(mw_walk *walk, mw_isa isa, mw_stream_op op, char *base, size_t bytes)
{
    const mw_stream_shape *shape = &mw_stream_shapes[op];
    size_t stream = round_down(bytes / (size_t)shape->streams, MW_PROBE_STEP);
    /* Half a page off between streams: equal low address bits make loads wait for older stores. */
    if (shape->streams > 1 && stream > 16384)
        stream = round_down(stream - 2048, 4096) + 2048;
    if (stream == 0)
        stream = MW_PROBE_STEP;
    *walk = (mw_walk){mw_probe_stream(isa, op), shape, base, stream, 0};
    return walk->probe != NULL;
}

/* One stretch: several passes over a small set, or the next piece of a large one. Returns program
 * bytes. */
static size_t stretch(mw_walk *walk)
{
    size_t passes = 1, bytes = walk->stream;
    size_t stride = round_down(STRIDE / (size_t)walk->shape->streams, MW_PROBE_STEP);
    if (bytes <= stride / 2) {
        passes = stride / bytes;
    } else {
        bytes = walk->stream - walk->position;
        if (bytes > stride)
            bytes = stride;
    }
    char *a = walk->base + walk->position;
    walk->probe(a, a + walk->stream, a + 2 * walk->stream, bytes, passes);
    walk->position =
        passes > 1 || walk->position + bytes >= walk->stream ? 0 : walk->position + bytes;
    return bytes * passes * (size_t)walk->shape->program_bytes;
}

double mw_walk_sample(mw_walk *walk, double seconds, mw_ledger *ledger)
{
    size_t bytes = 0;
    double begin = mw_clock_seconds(), elapsed;
    do {
        if (!mw_ledger_poll(ledger))
            return 0;
        bytes += stretch(walk);
        elapsed = mw_clock_seconds() - begin;
    } while (elapsed < seconds);
    return (double)bytes / elapsed;
}

bool mw_walk_round(mw_walk *walk, mw_ledger *ledger)
{
    walk->position = 0;
    do {
        if (!mw_ledger_poll(ledger))
            return false;
        stretch(walk);
    } while (walk->position != 0);
    return true;
}

size_t mw_walk_bytes(const mw_walk *walk)
{
    return walk->stream * (size_t)walk->shape->streams;
}

bool mw_walk_read(mw_walk *walk, mw_isa isa, char *base, size_t bytes, mw_ledger *ledger)
{
    mw_walk many;
    mw_walk_init(walk, isa, MW_STREAM_READ, base, bytes);
    if (bytes < MANY_BYTES)
        return mw_walk_round(walk, ledger);
    mw_walk_init(&many, isa, MW_STREAM_READ_MANY, base, bytes);
    if (!mw_walk_round(&many, ledger))
        return false;
    double with_many = mw_walk_sample(&many, TRIAL_SECONDS, ledger);
    double with_one = mw_walk_sample(walk, TRIAL_SECONDS, ledger);
    if (with_many > with_one)
        *walk = many;
    return with_one > 0 && with_many > 0;
}

const mw_peak *mw_peak_widest(mw_isa isa, mw_dtype dtype)
{
    size_t count;
    const mw_peak *peaks = mw_probe_peaks(&count), *widest = NULL;
    for (size_t i = 0; i < count; i++)
        if (peaks[i].dtype == dtype && peaks[i].needs <= isa &&
            (!widest || peaks[i].flops_per_operation > widest->flops_per_operation))
            widest = &peaks[i];
    return widest;
}

double mw_peak_sample(const mw_peak *peak, int chains, double seconds)
{
    double begin = mw_clock_seconds(), elapsed;
    uint64_t rounds = 0;
    enum { BATCH = 4096 };
    do {
        peak->run[chains](BATCH);
        rounds += BATCH;
        elapsed = mw_clock_seconds() - begin;
    } while (elapsed < seconds);
    return (double)rounds * mw_peak_chains[chains] * peak->flops_per_operation / elapsed;
}

mw_clock_reading mw_clock_read(double seconds)
{
    enum { SLICES = 256, LINKS = 1 << 16 };
    double slices[SLICES];
    size_t count = 0;
    double cpu = mw_cpu_clock_seconds(false), begin = mw_clock_seconds(), now = begin;
    while (count < SLICES && now - begin < seconds) {
        double slice = now;
        uint64_t cycles = mw_probe_cycles(LINKS);
        now = mw_clock_seconds();
        slices[count++] = (double)cycles / (now - slice);
    }
    cpu = mw_cpu_clock_seconds(false) - cpu;
    return (mw_clock_reading){mw_band_of(slices, count), now - begin <= WALL_OVER_CPU * cpu};
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

mw_band mw_band_of(double *values, size_t count)
{
    qsort(values, count, sizeof *values, ascending);
    double median = count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
    return (mw_band){values[count - 1], median, values[count - 1]};
}
