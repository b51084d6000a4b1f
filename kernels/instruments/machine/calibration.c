#include "machine/calibration.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cpu.h"
#include "machine/plateaus.h"
#include "machine/samples.h"
#include "machine/workshop.h"
#include "meter/noise.h"
#include "model/groups.h"
#include "model/memory.h"

enum {
    BUFFER_MAX = 512 << 20,
    BUFFER_MIN = 8 << 20,
    SWEEP_MIN = 4096,
    SIZES_PER_OCTAVE = 4,
    LARGE = 8 << 20,
    LARGER = 128 << 20,
    ROUNDS = 3,
    MIX_SAMPLES = 5,
    AGAIN = 1 /* further tries of a visit for disturbed ones */
};

#define TOUCH_SECONDS     2.0
#define WARMUP_SECONDS    0.1
#define WARMUP_LIMIT      0.3
#define CLOCK_SECONDS     0.005
#define PEAK_SECONDS      0.0012
#define SUSTAINED_SECONDS 0.20
#define SUSTAINED_LEAST   0.05
#define SLICE_SECONDS     0.005
#define SPREAD_LIMIT      0.10 /* (best - median) / best of a sweep point */
#define SPREAD_SHARE      0.05 /* of the points that may exceed it */
#define CLOCK_DRIFT       0.03
#define RERUN_SECONDS     1.0
#define SWEEP_SECONDS     3.0 /* since the begin, after which nothing is swept a further time */
#define MIX_SECONDS       1.0
#define ALL_CORES_SECONDS 0.5

/*
 * Samples of one roof are taken in several rounds, far apart in time: where the clock wanders by
 * ten per cent within a second, neighbouring working sets would otherwise look like different
 * levels. For the same reason a peak is tried after every working set: both axes of the roofline
 * are the best of the same seconds.
 */
typedef struct recipe {
    mw_workshop shop;
    mw_samples sweep[MW_SWEEP_MAX];
    mw_samples compute[MW_COMPUTE_MAX];
    const mw_peak *peaks[MW_COMPUTE_MAX];
    int chains[MW_COMPUTE_MAX];
    size_t next_peak;
    mw_clock_reading clock; /* when the processor had warmed up */
} recipe;

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
static mw_status warm_up(recipe *r, mw_error *error)
{
    mw_workshop *shop = &r->shop;
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
        r->clock = mw_clock_read(CLOCK_SECONDS);
        last[i % 3] = r->clock.hz.value;
        double low = fmin(last[0], fmin(last[1], last[2]));
        double high = fmax(last[0], fmax(last[1], last[2]));
        double spent = mw_clock_seconds() - begin;
        bool agree = i >= 2 && high - low <= 0.01 * high;
        if ((agree && spent >= WARMUP_SECONDS) || spent >= WARMUP_LIMIT) {
            shop->result->clock = r->clock.hz;
            shop->result->clock_hz = r->clock.hz.value;
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

/* One try at a peak. */
static void try_peak(recipe *r, size_t index)
{
    long switches = mw_thread_switches();
    double rate = mw_peak_sample(r->peaks[index], r->chains[index], PEAK_SECONDS);
    mw_samples_add(&r->compute[index], rate, mw_thread_switches() != switches);
    r->shop.result->compute[index].flops_per_second = mw_samples_band(&r->compute[index]);
}

/* All in turn; the widest, which are the roofs that matter, every second time. */
static size_t peak_of_turn(const recipe *r, size_t turn)
{
    size_t wide[MW_COMPUTE_MAX], wides = 0, count = r->shop.result->compute_count;
    for (size_t i = 0; i < count; i++)
        if (r->peaks[i]->needs == r->shop.isa)
            wide[wides++] = i;
    return turn % 2 == 0 || wides == 0 ? turn / 2 % count : wide[turn / 2 % wides];
}

static void try_next_peak(recipe *r)
{
    if (r->shop.result->compute_count > 0)
        try_peak(r, peak_of_turn(r, r->next_peak++));
}

static mw_status measure_compute(recipe *r, mw_error *error)
{
    mw_calibration *result = r->shop.result;
    size_t count;
    const mw_peak *peaks = mw_probe_peaks(&count);
    for (size_t i = 0; i < count && result->compute_count < MW_COMPUTE_MAX; i++) {
        if (peaks[i].needs > r->shop.isa)
            continue;
        if (!mw_ledger_poll(r->shop.ledger))
            return cancelled(error);
        size_t index = result->compute_count++;
        result->compute[index] = (mw_compute){
            .isa = peaks[i].name, .dtype = peaks[i].dtype, .op = peaks[i].op, .threads = 1};
        r->peaks[index] = &peaks[i];
        r->chains[index] = best_chains(&peaks[i]);
        try_peak(r, index);
        mw_workshop_tell(&r->shop, 0.10 + 0.05 * (double)(i + 1) / (double)count, "compute roofs");
    }
    return MW_OK;
}

/*
 * A burst of milliseconds runs at a clock that the processor does not keep. What it keeps is the
 * best of the second half of a run without a pause; its slices are bursts as well.
 */
static mw_status measure_sustained(recipe *r, size_t index, mw_error *error)
{
    mw_samples kept = {.count = 0};
    double left = MW_CALIBRATION_SECONDS - ALL_CORES_SECONDS - mw_workshop_elapsed(&r->shop);
    double length = fmax(SUSTAINED_LEAST, fmin(SUSTAINED_SECONDS, left / 2));
    double begin = mw_clock_seconds(), spent;
    while ((spent = mw_clock_seconds() - begin) < length || kept.count == 0) {
        if (!mw_ledger_poll(r->shop.ledger))
            return cancelled(error);
        long switches = mw_thread_switches();
        double rate = mw_peak_sample(r->peaks[index], r->chains[index], SLICE_SECONDS);
        bool disturbed = mw_thread_switches() != switches;
        if (spent > length / 2)
            mw_samples_add(&kept, rate, disturbed);
        mw_samples_add(&r->compute[index], rate, disturbed);
    }
    r->shop.result->compute[index].flops_per_second = mw_samples_band(&r->compute[index]);
    r->shop.result->compute[index].sustained = mw_samples_band(&kept);
    return MW_OK;
}

static mw_status measure_all_sustained(recipe *r, mw_error *error)
{
    const mw_calibration *result = r->shop.result;
    mw_status status = MW_OK;
    for (size_t i = 0; i < result->compute_count && !status; i++)
        if (mw_workshop_is_fastest(result, result->compute_count, &result->compute[i]))
            status = measure_sustained(r, i, error);
    return status;
}

/* One visit to a working set: once round untimed, then `count` samples. */
static mw_status visit_point(recipe *r, size_t index, size_t bytes, size_t count, mw_error *error)
{
    mw_walk walk;
    mw_samples *taken = &r->sweep[index];
    double seconds = bytes >= LARGE ? 0.004 : 0.0025;
    if (!mw_walk_read(&walk, r->shop.isa, r->shop.buffer, bytes, r->shop.ledger))
        return cancelled(error);
    size_t again = AGAIN;
    for (size_t i = 0; i < count; i++) {
        long switches = mw_thread_switches();
        double rate = mw_walk_sample(&walk, seconds, r->shop.ledger);
        if (rate <= 0)
            return cancelled(error);
        bool disturbed = mw_thread_switches() != switches;
        mw_samples_add(taken, rate, disturbed);
        if (disturbed && again > 0 && mw_workshop_elapsed(&r->shop) < SWEEP_SECONDS) {
            again--;
            count++;
        }
    }
    mw_band band = mw_samples_band(taken);
    r->shop.result->sweep[index] = (mw_sweep_point){
        (double)mw_walk_bytes(&walk), {band.value, mw_samples_least(taken), band.high}, band.low};
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
        if (round > 0 && mw_workshop_elapsed(&r->shop) > SWEEP_SECONDS)
            break;
        size_t count = bytes > LARGER ? (round == 0 ? 2 : 1) : (round == 0 ? 3 : 2);
        mw_status status = visit_point(r, i, (size_t)bytes, count, error);
        if (status)
            return status;
        if (i >= result->sweep_count)
            result->sweep_count = i + 1;
        try_next_peak(r);
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
        mw_samples taken = {.count = 0};
        double middle = mw_level_middle(r, level);
        if (!mw_walk_init(&walk, shop->isa, op, shop->buffer, (size_t)middle))
            return MW_OK;
        if (!mw_walk_round(&walk, shop->ledger))
            return cancelled(error);
        for (size_t i = 0; i < MIX_SAMPLES; i++) {
            long switches = mw_thread_switches();
            double rate = mw_walk_sample(&walk, 0.005, shop->ledger);
            if (rate <= 0)
                return cancelled(error);
            mw_samples_add(&taken, rate, mw_thread_switches() != switches);
        }
        mix.bytes_per_second = mw_samples_band(&taken);
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
            if (mw_workshop_elapsed(shop) > MW_CALIBRATION_SECONDS - ALL_CORES_SECONDS) {
                mw_workshop_reason(r, MW_BECAUSE(MIX_LEFT_OUT, {.word = r->levels[level].name}));
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
            mw_workshop_elapsed(&r->shop) >
                MW_CALIBRATION_SECONDS - MIX_SECONDS - ALL_CORES_SECONDS)
            break;
        mw_samples before = r->sweep[i];
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

static void judge(recipe *whole, const mw_noise *noise)
{
    mw_calibration *r = whole->shop.result;
    mw_reason disturbance = mw_noise_reason(noise);
    size_t wide = 0;
    for (size_t i = 0; i < r->sweep_count; i++)
        wide += is_wide(&r->sweep[i]);
    if (mw_reason_is(&disturbance)) {
        mw_workshop_reason(r, disturbance);
        mw_calibration_doubt(r);
    }
    if ((double)wide > SPREAD_SHARE * (double)r->sweep_count)
        mw_workshop_reason(r, MW_BECAUSE(SIZES_SCATTER, {.number = (double)wide},
                                         {.number = (double)r->sweep_count},
                                         {.number = SPREAD_LIMIT * 100}));
    mw_clock_reading before = whole->clock, after = mw_clock_read(CLOCK_SECONDS);
    r->clock.low = fmin(before.hz.low, after.hz.low);
    /* It has moved where even the nearest ends of both bands lie apart. */
    bool apart = after.hz.high < (1 - CLOCK_DRIFT) * before.hz.low ||
                 before.hz.high < (1 - CLOCK_DRIFT) * after.hz.low;
    if (before.steady && after.steady && apart)
        mw_workshop_reason(r, MW_BECAUSE(CLOCK_MOVED, {.number = before.hz.value / 1e9},
                                         {.number = after.hz.value / 1e9}));
}

/* After all cores as well: what the rows say of one another, and what the system allows. */
static void judge_rows(mw_calibration *r)
{
    mw_calibration_check(r);
    size_t impossible = 0;
    for (size_t i = 0; i < r->level_count; i++)
        impossible += (mw_row_usable(r->levels[i].verdict) ? 0u : 1u) +
                      (mw_row_usable(r->levels[i].all_cores_verdict) ? 0u : 1u);
    for (size_t i = 0; i < r->compute_count; i++)
        impossible += !mw_row_usable(r->compute[i].verdict);
    if (impossible > 0)
        mw_workshop_reason(r, MW_BECAUSE(CONTRADICTED, {.number = (double)impossible}));
    r->cpu_quota = mw_cpu_quota();
    if (r->cpu_quota > 0 && r->cpu_quota < r->cpus)
        mw_workshop_reason(r, MW_BECAUSE(QUOTA, {.number = r->cpu_quota}, {.number = r->cpus}));
    r->clean = r->reason_count == 0;
    if (r->unsure && r->level_count > 0 && r->levels[r->level_count - 1].verdict == MW_ROW_UNSURE)
        mw_workshop_reason(r, mw_reason_of(MW_REASON_MEMORY_UNSTEADY, NULL));
    else if (r->unsure)
        mw_workshop_reason(r, MW_BECAUSE(PLATEAUS, {.number = (double)r->level_count}));
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
    for (int round = 0; round < ROUNDS && !status; round++)
        status = sweep_once(r, round, error);
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
    mw_status status = warm_up(r, error);
    if (status)
        return status;
    mw_noise noise = {.threads = 1};
    cpu_set_t used = mw_affinity_now();
    mw_noise_mark mark = mw_noise_begin(&used);
    double wall = mw_clock_seconds(), cpu_seconds = mw_cpu_clock_seconds(false);
    if ((status = measure_compute(r, error)) || (status = measure_levels(r, cpu, error)) ||
        (status = measure_all_sustained(r, error)) || (status = measure_mixes(shop, error)))
        return status;
    noise.wall_seconds = mw_clock_seconds() - wall;
    noise.cpu_seconds = mw_cpu_clock_seconds(false) - cpu_seconds;
    mw_noise_end(&mark, &used, &noise);
    judge(r, &noise);
    return MW_OK;
}

static mw_status calibrate(recipe *whole, mw_error *error)
{
    mw_workshop *shop = &whole->shop;
    mw_calibration *r = shop->result;
    cpu_set_t allowed = mw_affinity_now();
    r->cpus = mw_cpu_count();
    mw_memory_ceiling ceiling = mw_memory_ceiling_now();
    uint64_t limit = ceiling.bytes;
    size_t wanted = limit > 0 && limit < BUFFER_MAX ? (size_t)limit : BUFFER_MAX;
    if (wanted < BUFFER_MIN)
        return mw_fail(error, MW_NO_MEMORY,
                       "calibration needs %d MiB and may take %zu MiB here (%s): free some memory",
                       BUFFER_MIN >> 20, wanted >> 20, mw_reason_sentence(ceiling.share));
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
    if (!status)
        judge_rows(r);
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
