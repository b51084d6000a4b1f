/*
 * roof_pair.c: a kernel beside the roof above it, sample by sample.
 *
 * A roof remembered from this morning is no yardstick on a shared machine: the clock and the
 * neighbours have changed since. Here each sample of the kernel has a sample of the roof next to
 * it, on the same CPU; caches are brought back untimed before each.
 */
#include "machine/roof_pair.h"

#include <math.h>
#include <string.h>

#include "cpu.h"
#include "machine/workshop.h"
#include "meter/noise.h"
#include "meter/series.h"

enum { PAIRS = 401, PAIRS_MIN = 15, CHECK_EVERY = 8, REHEAT_BYTES = 128 << 20 };

#define SIDE_SECONDS   2e-3 /* of each sample of a pair */
#define BUDGET_SECONDS 2.0
#define INTERVAL       0.005 /* half width of the ratio's interval that is narrow enough */
#define STEADY_SHARE   0.04  /* by which the ratio may move meanwhile */
#define TOUCH_SECONDS  8.0

static const char *const names[] = {"peak", "read", "reduce"};

const char *mw_roof_name(mw_roof_kind kind)
{
    return names[kind];
}

bool mw_roof_parse(const char *name, mw_roof_kind *kind)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i], name) == 0) {
            *kind = (mw_roof_kind)i;
            return true;
        }
    }
    return false;
}

typedef struct roof_side {
    mw_roof_kind kind;
    mw_rig rig;
    mw_walk walk;
    const mw_peak *peak;
    int chains; /* the best count of this peak */
} roof_side;

static mw_dtype dtype_of(const mw_kernel *kernel, const mw_args *args)
{
    int index = mw_param_index(kernel, "dtype");
    return index >= 0 ? (mw_dtype)args->value[index] : MW_F32;
}

static void choose_peak(roof_side *roof, mw_dtype dtype)
{
    roof->peak = mw_peak_widest(roof->rig.isa, dtype);
    double best = 0;
    for (int chains = 0; roof->peak && chains < MW_PEAK_CHAINS; chains++) {
        double rate = mw_peak_sample(roof->peak, chains, SIDE_SECONDS);
        if (rate > best) {
            best = rate;
            roof->chains = chains;
        }
    }
}

static mw_status open_roof(roof_side *roof, const mw_kernel *kernel, const mw_args *args,
                           mw_error *error)
{
    if (roof->kind == MW_ROOF_PEAK) {
        choose_peak(roof, dtype_of(kernel, args));
        return roof->peak ? MW_OK : mw_fail(error, MW_UNSUPPORTED, "no peak probe for this type");
    }
    double bytes = (double)kernel->compulsory_bytes(kernel, args);
    mw_status status = mw_rig_buffer(&roof->rig, (size_t)bytes + (4 << 20), TOUCH_SECONDS, error);
    if (status != MW_OK)
        return status;
    if ((double)roof->rig.buffer_bytes < bytes)
        return mw_fail(error, MW_NO_MEMORY, "the roof's buffer of %.0f MiB could not be touched",
                       bytes / 1048576);
    bool made = roof->kind == MW_ROOF_READ
                    ? mw_walk_read(&roof->walk, roof->rig.isa, roof->rig.buffer, (size_t)bytes,
                                   roof->rig.ledger)
                    : mw_walk_init(&roof->walk, roof->rig.isa, MW_STREAM_REDUCE, roof->rig.buffer,
                                   (size_t)bytes) &&
                          mw_walk_round(&roof->walk, roof->rig.ledger);
    if (made)
        return MW_OK;
    return mw_ledger_cancelled(roof->rig.ledger)
               ? mw_rig_cancelled(error)
               : mw_fail(error, MW_UNSUPPORTED, "no such probe for this instruction set");
}

/* What fits a cache is brought back first, by as much as a sample of the kernel displaced. */
static double roof_sample(roof_side *roof)
{
    if (roof->kind == MW_ROOF_PEAK)
        return mw_ledger_poll(roof->rig.ledger)
                   ? mw_peak_sample(roof->peak, roof->chains, SIDE_SECONDS)
                   : 0;
    if (mw_walk_bytes(&roof->walk) <= REHEAT_BYTES && !mw_walk_round(&roof->walk, roof->rig.ledger))
        return 0;
    return mw_walk_sample(&roof->walk, SIDE_SECONDS, roof->rig.ledger);
}

/* Seconds of one execution of the kernel, over as many as make a sample; 0 when it stopped. */
static double kernel_sample(mw_run *run, size_t repeats, double *cpu)
{
    bool reheat = run->kernel->compulsory_bytes(run->kernel, &run->args) <= REHEAT_BYTES;
    if (reheat && run->kernel->execute(run) != MW_OK)
        return 0;
    double cpu_begin = mw_cpu_clock_seconds(false), begin = mw_clock_seconds();
    for (size_t i = 0; i < repeats; i++)
        if (run->kernel->execute(run) != MW_OK)
            return 0;
    double seconds = mw_clock_seconds() - begin;
    *cpu += mw_cpu_clock_seconds(false) - cpu_begin;
    return mw_ledger_cancelled(run->ledger) ? 0 : seconds / (double)repeats;
}

/* Pairs in which nothing else ran from the front, the others from the back. */
typedef struct pair_samples {
    double rate[PAIRS], roof[PAIRS], ratio[PAIRS], scratch[PAIRS];
    size_t count, disturbed;
    mw_noise noise;
} pair_samples;

static bool narrow(pair_samples *samples)
{
    mw_statistics ratio = mw_series_statistics(samples->ratio, samples->count, samples->scratch);
    return (ratio.high - ratio.low) / 2 <= INTERVAL * ratio.median;
}

static void keep_pair(pair_samples *samples, double rate, double roof, bool disturbed)
{
    size_t at = disturbed ? PAIRS - ++samples->disturbed : samples->count++;
    samples->rate[at] = rate;
    samples->roof[at] = roof;
    samples->ratio[at] = rate / roof;
}

static mw_status take_pairs(mw_run *run, roof_side *roof, double amount, double budget,
                            pair_samples *samples, mw_error *error)
{
    double unused = 0, once = kernel_sample(run, 1, &unused);
    once = once > 0 ? fmin(once, kernel_sample(run, 1, &unused)) : 0;
    size_t repeats = once > 0 && once < SIDE_SECONDS ? (size_t)ceil(SIDE_SECONDS / once) : 1;
    double begin = mw_clock_seconds();
    long switches = mw_thread_switches();
    while (samples->count + samples->disturbed < PAIRS) {
        mw_noise books = {.threads = 1};
        double seconds = kernel_sample(run, repeats, &books.cpu_seconds);
        double roof_rate = roof_sample(roof);
        if (seconds <= 0 || roof_rate <= 0)
            return mw_ledger_cancelled(run->ledger)
                       ? mw_rig_cancelled(error)
                       : mw_fail(error, MW_INTERNAL, "%s/%s failed while it ran",
                                 run->kernel->family, run->kernel->variant);
        long before = switches;
        switches = mw_thread_switches();
        books.switches = switches - before;
        books.wall_seconds = seconds * (double)repeats;
        samples->noise.wall_seconds += books.wall_seconds;
        samples->noise.cpu_seconds += books.cpu_seconds;
        keep_pair(samples, amount / seconds, roof_rate, mw_sample_is_disturbed(&books));
        if (mw_clock_seconds() - begin > budget && samples->count + samples->disturbed >= PAIRS_MIN)
            break;
        if (samples->count >= PAIRS_MIN && samples->count % CHECK_EVERY == 0 && narrow(samples))
            break;
    }
    return MW_OK;
}

/* Too few pairs ran undisturbed: then the others have to do. */
static void take_all(pair_samples *samples)
{
    double *const lists[] = {samples->rate, samples->roof, samples->ratio};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        memmove(lists[i] + samples->count, lists[i] + PAIRS - samples->disturbed,
                samples->disturbed * sizeof *lists[i]);
    samples->count += samples->disturbed;
}

static void fill_pair(pair_samples *samples, mw_roof_pair *pair)
{
    samples->noise.threads = 1;
    bool few = samples->count < PAIRS_MIN && samples->disturbed > 0;
    if (few) {
        pair->reason = mw_noise_reason(&samples->noise);
        if (!mw_reason_is(&pair->reason))
            pair->reason = MW_BECAUSE(FEW_PAIRS, {.number = (double)samples->count},
                                      {.number = (double)(samples->count + samples->disturbed)});
        take_all(samples);
    }
    pair->rate = mw_series_statistics(samples->rate, samples->count, samples->scratch);
    pair->roof = mw_series_statistics(samples->roof, samples->count, samples->scratch);
    pair->ratio = mw_series_statistics(samples->ratio, samples->count, samples->scratch);
    if (!few)
        pair->reason =
            mw_series_unsteady(samples->ratio, samples->count, STEADY_SHARE, samples->scratch);
    pair->noisy = mw_reason_is(&pair->reason);
}

mw_status mw_bench_roof(const mw_kernel *kernel, const mw_args *args, mw_roof_kind kind,
                        double budget_seconds, mw_ledger *ledger, mw_roof_pair *pair,
                        mw_error *error)
{
    static const mw_roof_pair empty;
    mw_calibration scratch = {0};
    mw_run run = {.kernel = kernel, .args = *args, .ledger = ledger, .isa = mw_cpu_isa()};
    roof_side roof = {.kind = kind,
                      .rig = {.ledger = ledger, .result = &scratch, .isa = mw_cpu_isa()}};
    pair_samples samples = {.count = 0};
    *pair = empty;
    if (mw_args_threads(kernel, args) > 1)
        return mw_fail(error, MW_INVALID, "a roof of one core stands beside one thread only");
    mw_status status = mw_args_check(kernel, args, error);
    if (status != MW_OK)
        return status;
    pair->unit = kind == MW_ROOF_PEAK ? MW_UNIT_FLOP_PER_SECOND : MW_UNIT_BYTE_PER_SECOND;
    double amount = kind == MW_ROOF_PEAK ? (double)kernel->work(kernel, args).flops
                                         : (double)kernel->compulsory_bytes(kernel, args);
    if (!(amount > 0))
        return mw_fail(error, MW_INVALID, "%s/%s has nothing to hold against this roof",
                       kernel->family, kernel->variant);
    mw_ledger_begin(ledger);
    mw_ledger_phase(ledger, MW_PHASE_PREPARE, 0);
    if ((status = kernel->prepare(&run, error)) != MW_OK)
        return status;
    mw_affinity_pin(&roof.rig.affinity, -1);
    cpu_set_t used = mw_affinity_now();
    status = open_roof(&roof, kernel, args, error);
    if (status == MW_OK) {
        mw_ledger_phase(ledger, MW_PHASE_SAMPLE, 0);
        mw_noise_mark mark = mw_noise_begin(&used);
        status = take_pairs(&run, &roof, amount,
                            budget_seconds > 0 ? budget_seconds : BUDGET_SECONDS, &samples, error);
        mw_noise_end(&mark, &used, &samples.noise);
    }
    if (status == MW_OK)
        fill_pair(&samples, pair);
    mw_affinity_restore(&roof.rig.affinity);
    mw_rig_close(&roof.rig);
    kernel->release(&run);
    mw_ledger_phase(ledger, MW_PHASE_IDLE, status != MW_OK ? 0 : 1);
    return status;
}
