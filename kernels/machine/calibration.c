#include "machine/calibration.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cpu.h"
#include "machine/plateaus.h"
#include "machine/workshop.h"
#include "meter/noise.h"

enum {
    BUFFER_MAX = 512 << 20,
    BUFFER_MIN = 8 << 20,
    SWEEP_MIN = 4096,
    SIZES_PER_OCTAVE = 4,
    SAMPLES_MAX = 16,
    LARGE = 8 << 20,
    LARGER = 128 << 20,
    ROUNDS = 3
};

#define BUDGET_SECONDS    5.0
#define TOUCH_SECONDS     2.0
#define WARMUP_SECONDS    0.1
#define WARMUP_LIMIT      0.3
#define CLOCK_SECONDS     0.005
#define SPREAD_LIMIT      0.10 /* (best - median) / best of a sweep point */
#define SPREAD_SHARE      0.05 /* of the points that may exceed it */
#define CLOCK_DRIFT       0.03
#define RERUN_SECONDS     1.0
#define MIX_SECONDS       1.0
#define ALL_CORES_SECONDS 0.5

/*
 * Samples of one roof are taken in several rounds, far apart in time: where the clock wanders by
 * ten per cent within a second, neighbouring working sets would otherwise look like different
 * levels.
 */
typedef struct samples {
    double value[SAMPLES_MAX];
    size_t count;
} samples;

typedef struct recipe {
    mw_workshop shop;
    samples sweep[MW_SWEEP_MAX];
    samples compute[MW_COMPUTE_MAX];
    const mw_peak *peaks[MW_COMPUTE_MAX];
    int chains[MW_COMPUTE_MAX];
} recipe;

static mw_band band_of(const samples *taken)
{
    double sorted[SAMPLES_MAX];
    memcpy(sorted, taken->value, taken->count * sizeof *sorted);
    return mw_band_of(sorted, taken->count);
}

static mw_status cancelled(mw_error *error)
{
    return mw_fail(error, MW_CANCELLED, "cancelled");
}

static const mw_peak *widest_peak(mw_isa isa)
{
    size_t count;
    const mw_peak *peaks = mw_probe_peaks(&count), *widest = peaks;
    for (size_t i = 0; i < count; i++)
        if (peaks[i].needs <= isa && peaks[i].flops_per_operation >= widest->flops_per_operation)
            widest = &peaks[i];
    return widest;
}

/* Until three clock readings in a row agree: the processor has then reached its working frequency.
 */
static mw_status warm_up(mw_workshop *shop, mw_error *error)
{
    const mw_peak *peak = widest_peak(shop->isa);
    mw_walk walk;
    if (!mw_walk_init(&walk, shop->isa, MW_STREAM_READ, shop->buffer, 16384))
        return mw_fail(error, MW_INTERNAL, "no read probe");
    double begin = mw_clock_seconds(), last[3] = {0};
    for (int i = 0;; i++) {
        if (!mw_ledger_poll(shop->ledger))
            return cancelled(error);
        mw_peak_sample(peak, 1, 0.002);
        mw_walk_sample(&walk, 0.002, shop->ledger);
        last[i % 3] = mw_clock_sample(CLOCK_SECONDS);
        double low = fmin(last[0], fmin(last[1], last[2]));
        double high = fmax(last[0], fmax(last[1], last[2]));
        double spent = mw_clock_seconds() - begin;
        bool agree = i >= 2 && high - low <= 0.01 * high;
        if ((agree && spent >= WARMUP_SECONDS) || spent >= WARMUP_LIMIT) {
            shop->result->clock_hz = high;
            return MW_OK;
        }
    }
}

static int best_chains(const mw_peak *peak)
{
    double best = 0;
    int chains = 0;
    for (int c = 0; c < MW_PEAK_CHAINS; c++) {
        double trial = fmax(mw_peak_sample(peak, c, 0.0004), mw_peak_sample(peak, c, 0.0004));
        if (trial > best) {
            best = trial;
            chains = c;
        }
    }
    return chains;
}

static mw_status sample_peak(recipe *r, size_t index, size_t count, double seconds, mw_error *error)
{
    samples *taken = &r->compute[index];
    for (size_t i = 0; i < count && taken->count < SAMPLES_MAX; i++) {
        if (!mw_ledger_poll(r->shop.ledger))
            return cancelled(error);
        taken->value[taken->count++] = mw_peak_sample(r->peaks[index], r->chains[index], seconds);
    }
    r->shop.result->compute[index].flops_per_second = band_of(taken);
    return MW_OK;
}

static mw_status measure_compute(recipe *r, mw_error *error)
{
    mw_calibration *result = r->shop.result;
    size_t count;
    const mw_peak *peaks = mw_probe_peaks(&count);
    for (size_t i = 0; i < count && result->compute_count < MW_COMPUTE_MAX; i++) {
        if (peaks[i].needs > r->shop.isa)
            continue;
        size_t index = result->compute_count++;
        result->compute[index] = (mw_compute){
            .isa = peaks[i].name, .dtype = peaks[i].dtype, .op = peaks[i].op, .threads = 1};
        r->peaks[index] = &peaks[i];
        r->chains[index] = best_chains(&peaks[i]);
        mw_status status = sample_peak(r, index, 6, 0.0015, error);
        if (status)
            return status;
        mw_workshop_tell(&r->shop, 0.10 + 0.05 * (double)(i + 1) / (double)count, "compute roofs");
    }
    return MW_OK;
}

/* The widest peaks are the roofs that matter: they get another look later on. */
static mw_status measure_compute_again(recipe *r, mw_error *error)
{
    for (size_t i = 0; i < r->shop.result->compute_count; i++) {
        if (r->peaks[i]->needs != r->shop.isa)
            continue;
        mw_status status = sample_peak(r, i, 5, 0.0025, error);
        if (status)
            return status;
    }
    return MW_OK;
}

/* One visit to a working set: once round untimed, then `count` samples. */
static mw_status visit_point(recipe *r, size_t index, size_t bytes, size_t count, mw_error *error)
{
    mw_walk walk;
    samples *taken = &r->sweep[index];
    double seconds = bytes >= LARGE ? 0.004 : 0.0025;
    if (!mw_walk_read(&walk, r->shop.isa, r->shop.buffer, bytes, r->shop.ledger))
        return cancelled(error);
    for (size_t i = 0; i < count && taken->count < SAMPLES_MAX; i++) {
        double rate = mw_walk_sample(&walk, seconds, r->shop.ledger);
        if (rate <= 0)
            return cancelled(error);
        taken->value[taken->count++] = rate;
    }
    mw_band band = band_of(taken);
    double low = band.value;
    for (size_t i = 0; i < taken->count; i++)
        low = fmin(low, taken->value[i]);
    r->shop.result->sweep[index] =
        (mw_sweep_point){(double)mw_walk_bytes(&walk), {band.value, low, band.high}, band.low};
    return MW_OK;
}

static mw_status sweep_once(recipe *r, int round, mw_error *error)
{
    mw_calibration *result = r->shop.result;
    double octaves = log2((double)r->shop.buffer_bytes / SWEEP_MIN);
    for (size_t i = 0; i < MW_SWEEP_MAX; i++) {
        double bytes = SWEEP_MIN * exp2((double)i / SIZES_PER_OCTAVE);
        if (bytes > (double)r->shop.buffer_bytes)
            break;
        size_t count = bytes > LARGER ? (round == 0 ? 2 : 1) : (round == 0 ? 3 : 2);
        mw_status status = visit_point(r, i, (size_t)bytes, count, error);
        if (status)
            return status;
        if (i >= result->sweep_count)
            result->sweep_count = i + 1;
        mw_levels_from_sweep(result, 0, round > 0);
        double done = (round + (double)i / SIZES_PER_OCTAVE / octaves) / ROUNDS;
        mw_workshop_tell(&r->shop, 0.16 + 0.48 * done, "memory roofs");
    }
    return MW_OK;
}

static mw_status measure_mix(mw_workshop *shop, size_t level, mw_stream_op op, mw_error *error)
{
    mw_calibration *r = shop->result;
    mw_mix mix = {.op = mw_stream_shapes[op].name};
    memcpy(mix.level, r->levels[level].name, sizeof mix.level);
    const mw_stream_shape *shape = &mw_stream_shapes[op];
    /* Inside the first cache a store has no line to fetch and none to write back. */
    mix.bus_bytes_per_byte = level == 0 && op != MW_STREAM_STORE_NT
                                 ? 1
                                 : (double)shape->bus_bytes / shape->program_bytes;
    if (op == MW_STREAM_READ) {
        mix.bytes_per_second = r->levels[level].bytes_per_second;
    } else {
        mw_walk walk;
        samples taken = {.count = 5};
        double middle = mw_level_middle(r, level);
        if (!mw_walk_init(&walk, shop->isa, op, shop->buffer, (size_t)middle))
            return MW_OK;
        if (!mw_walk_round(&walk, shop->ledger))
            return cancelled(error);
        for (size_t i = 0; i < taken.count; i++)
            if ((taken.value[i] = mw_walk_sample(&walk, 0.005, shop->ledger)) <= 0)
                return cancelled(error);
        mix.bytes_per_second = band_of(&taken);
    }
    if (r->mix_count < MW_MIX_MAX)
        r->mix[r->mix_count++] = mix;
    return MW_OK;
}

static mw_status measure_mixes(mw_workshop *shop, mw_error *error)
{
    mw_calibration *r = shop->result;
    for (size_t level = 0; level < r->level_count; level++) {
        for (int op = 0; op < MW_STREAM_OPS; op++) {
            if (op == MW_STREAM_READ_MANY)
                continue; /* part of the read roof */
            if (mw_workshop_elapsed(shop) > BUDGET_SECONDS - ALL_CORES_SECONDS) {
                mw_workshop_reason(r,
                                   "mix roofs below %s were left out: this machine is too slow "
                                   "for five seconds",
                                   r->levels[level].name);
                return MW_OK;
            }
            mw_status status = measure_mix(shop, level, (mw_stream_op)op, error);
            if (status)
                return status;
        }
        mw_workshop_tell(shop, 0.65 + 0.20 * (double)(level + 1) / (double)r->level_count,
                         "store, copy and triad roofs");
    }
    return MW_OK;
}

static bool is_wide(const mw_sweep_point *point)
{
    double best = point->bytes_per_second.value;
    return best - point->median > SPREAD_LIMIT * best;
}

/* Points that something disturbed are visited once more; their old samples are forgotten when the
 * new ones are steady. */
static mw_status revisit_wide_points(recipe *r, mw_error *error)
{
    mw_calibration *result = r->shop.result;
    double begin = mw_clock_seconds();
    for (size_t i = 0; i < result->sweep_count; i++) {
        if (!is_wide(&result->sweep[i]))
            continue;
        if (mw_clock_seconds() - begin > RERUN_SECONDS ||
            mw_workshop_elapsed(&r->shop) > BUDGET_SECONDS - MIX_SECONDS - ALL_CORES_SECONDS)
            break;
        samples before = r->sweep[i];
        mw_sweep_point old = result->sweep[i];
        r->sweep[i].count = 0;
        mw_status status = visit_point(r, i, (size_t)old.bytes, 5, error);
        if (status)
            return status;
        bool better =
            !is_wide(&result->sweep[i]) && result->sweep[i].bytes_per_second.value >=
                                               (1 - SPREAD_LIMIT) * old.bytes_per_second.value;
        if (!better) {
            r->sweep[i] = before;
            result->sweep[i] = old;
        }
    }
    return MW_OK;
}

static void judge(mw_workshop *shop, const mw_noise *noise, double clock_after)
{
    mw_calibration *r = shop->result;
    char reason[160];
    size_t wide = 0;
    for (size_t i = 0; i < r->sweep_count; i++)
        wide += is_wide(&r->sweep[i]);
    if (!mw_noise_is_clean(noise, reason, sizeof reason))
        mw_workshop_reason(r, "%s", reason);
    if ((double)wide > SPREAD_SHARE * (double)r->sweep_count)
        mw_workshop_reason(r, "%zu of %zu working sets scatter by more than 10 %%", wide,
                           r->sweep_count);
    if (r->clock_hz > 0 && fabs(clock_after - r->clock_hz) > CLOCK_DRIFT * r->clock_hz)
        mw_workshop_reason(r, "the clock moved from %.2f to %.2f GHz", r->clock_hz / 1e9,
                           clock_after / 1e9);
    r->clean = r->reason_count == 0;
    if (r->unsure)
        mw_workshop_reason(r, "%zu plateaus found: the curve is drawn instead of named roofs",
                           r->level_count);
}

/* The books' cache sizes beside ours: the last level by its place, the others by their number. */
static void fill_nominal(mw_calibration *result, const double *nominal)
{
    size_t last = MW_LEVEL_MAX - 1;
    while (last > 0 && nominal[last] <= 0)
        last--;
    for (size_t i = 0; i + 1 < result->level_count; i++)
        result->levels[i].nominal_bytes =
            strcmp(result->levels[i].name, "LLC") == 0 ? nominal[last] : nominal[i];
}

static mw_status measure_levels(recipe *r, int cpu, mw_error *error)
{
    mw_status status = MW_OK;
    for (int round = 0; round < ROUNDS && !status; round++) {
        status = sweep_once(r, round, error);
        if (!status && round == 0)
            status = measure_compute_again(r, error);
    }
    if (!status)
        status = revisit_wide_points(r, error);
    if (status)
        return status;
    double nominal[MW_LEVEL_MAX], largest = 0;
    mw_nominal_caches(cpu, nominal, MW_LEVEL_MAX);
    for (int i = 0; i < MW_LEVEL_MAX; i++)
        largest = fmax(largest, nominal[i]);
    mw_levels_from_sweep(r->shop.result, largest, true);
    fill_nominal(r->shop.result, nominal);
    return MW_OK;
}

/* Everything that runs alone on one CPU. */
static mw_status measure_alone(recipe *r, int cpu, mw_error *error)
{
    mw_workshop *shop = &r->shop;
    mw_status status = warm_up(shop, error);
    if (status)
        return status;
    mw_noise noise = {.threads = 1};
    cpu_set_t used = mw_affinity_now();
    mw_noise_mark mark = mw_noise_begin(&used);
    double wall = mw_clock_seconds(), cpu_seconds = mw_cpu_clock_seconds(false);
    if ((status = measure_compute(r, error)) || (status = measure_levels(r, cpu, error)) ||
        (status = measure_mixes(shop, error)) || (status = measure_compute_again(r, error)))
        return status;
    noise.wall_seconds = mw_clock_seconds() - wall;
    noise.cpu_seconds = mw_cpu_clock_seconds(false) - cpu_seconds;
    mw_noise_end(&mark, &used, &noise);
    judge(shop, &noise, mw_clock_sample(CLOCK_SECONDS));
    return MW_OK;
}

static mw_status calibrate(recipe *whole, mw_error *error)
{
    mw_workshop *shop = &whole->shop;
    mw_calibration *r = shop->result;
    cpu_set_t allowed = mw_affinity_now();
    r->cpus = mw_cpu_count();
    uint64_t limit = mw_memory_limit();
    size_t wanted = limit > 0 && limit < BUFFER_MAX ? (size_t)limit : BUFFER_MAX;
    if (wanted < BUFFER_MIN)
        return mw_fail(error, MW_NO_MEMORY,
                       "calibration needs %d MiB and this machine allows %zu MiB: free some memory",
                       BUFFER_MIN >> 20, wanted >> 20);
    int cpu = mw_workshop_quiet_cpu(shop->ledger, &allowed);
    mw_workshop_tell(shop, 0.02, "touching memory");
    mw_affinity_pin(&shop->affinity, cpu);
    mw_status status = mw_workshop_buffer(shop, wanted, TOUCH_SECONDS, error);
    r->buffer_bytes = shop->buffer_bytes;
    if (!status) {
        mw_workshop_tell(shop, 0.08, "warming up");
        status = measure_alone(whole, cpu, error);
    }
    mw_affinity_restore(&shop->affinity);
    if (!status)
        status = mw_workshop_all_cores(shop, error);
    r->seconds = mw_workshop_elapsed(shop);
    return status;
}

mw_status mw_calibrate(mw_ledger *ledger, mw_calibration_progress *progress, void *context,
                       mw_calibration *calibration, mw_error *error)
{
    *calibration = (mw_calibration){0};
    recipe whole = {.shop = {
                        .ledger = ledger,
                        .progress = progress,
                        .context = context,
                        .result = calibration,
                        .isa = mw_cpu_isa(),
                        .begin = mw_clock_seconds(),
                    }};
    mw_ledger_begin(ledger);
    mw_status status = calibrate(&whole, error);
    mw_workshop_close(&whole.shop);
    mw_ledger_phase(ledger, MW_PHASE_IDLE, status ? 0 : 1);
    return status;
}
