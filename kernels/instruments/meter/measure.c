/* measure.c: warms up, takes samples of one side or two in turn, verifies. */
#include "meter/measure.h"

#include <math.h>
#include <stdlib.h>

#include "cpu.h"
#include "meter/affinity.h"
#include "meter/hardware.h"
#include "meter/noise.h"
#include "meter/quiet.h"
#include "meter/series.h"
#include "meter/session.h"
#include "model/memory.h"

enum { SAMPLES_PRESET = 1000, REPEATS_MAX = 1 << 20 };

#define BUDGET_PRESET   2.0
#define INTERVAL_PRESET 0.02
#define WARMUP_SECONDS  0.02 /* at least one execution, and this long */
#define SETTLE_SHARE    0.1  /* of the budget, at least: a moment is no measure of the machine */
#define SAMPLE_SECONDS  2e-4 /* shorter executions are timed several at a time */
#define REHEAT_SECONDS  2e-3 /* in a pair, shorter executions first get their caches back */
#define PREPARE_SHARE   0.05 /* of the progress bar */
#define VERIFY_SHARE    0.05

static double progress_of(const mw_session *s)
{
    double share = (mw_clock_seconds() - s->begin) / s->budget;
    return PREPARE_SHARE + (1 - PREPARE_SHARE - VERIFY_SHARE) * (share < 1 ? share : 1);
}

/* How many threads worked: what was asked for is a wish. */
static void note_threads(const mw_session *s, mw_side *x)
{
    int fewest = mw_ledger_team_fewest(s->ledger);
    if (fewest > 0 && fewest < x->result->threads_had)
        x->result->threads_had = fewest;
}

/* One execution inside the clock. What it tallies must be the same every time. */
static mw_status execute_once(mw_session *s, mw_side *x, bool first, double *seconds, double *cpu,
                              mw_error *error)
{
    bool process = x->threads > 1;
    mw_work before = mw_ledger_total(s->ledger);
    mw_ledger_execution_begin(s->ledger);
    double cpu_begin = mw_cpu_clock_seconds(process), begin = mw_clock_seconds();
    mw_status status = x->run.kernel->execute(&x->run);
    *seconds = mw_clock_seconds() - begin;
    *cpu = mw_cpu_clock_seconds(process) - cpu_begin;
    mw_ledger_execution_end(s->ledger, 1, *seconds);
    if (status == MW_CANCELLED || mw_ledger_cancelled(s->ledger))
        return mw_fail(error, MW_CANCELLED, "cancelled");
    if (status != MW_OK)
        return mw_fail(error, status, "%s/%s failed while it ran (%s)", x->run.kernel->family,
                       x->run.kernel->variant, mw_status_name(status));
    note_threads(s, x);
    mw_work work = mw_work_minus(mw_ledger_total(s->ledger), before);
    if (first)
        x->work = work;
    else if (!mw_work_same(work, x->work))
        return mw_fail(error, MW_INTERNAL, "%s/%s tallied different work in two equal executions",
                       x->run.kernel->family, x->run.kernel->variant);
    return MW_OK;
}

/* `repeats` executions under one pair of clock readings: for those too short to time alone. */
static mw_status execute_batch(mw_session *s, mw_side *x, uint64_t repeats, double *seconds,
                               double *cpu, mw_error *error)
{
    if (repeats == 1)
        return execute_once(s, x, false, seconds, cpu, error);
    bool process = x->threads > 1;
    mw_status status = MW_OK;
    mw_ledger_execution_begin(s->ledger);
    double cpu_begin = mw_cpu_clock_seconds(process), begin = mw_clock_seconds();
    for (uint64_t i = 0; i < repeats && status == MW_OK; i++)
        status = x->run.kernel->execute(&x->run);
    double elapsed = mw_clock_seconds() - begin;
    double elapsed_cpu = mw_cpu_clock_seconds(process) - cpu_begin;
    note_threads(s, x);
    mw_ledger_execution_end(s->ledger, repeats, elapsed);
    *seconds = elapsed / (double)repeats;
    *cpu = elapsed_cpu / (double)repeats;
    if (status == MW_CANCELLED || mw_ledger_cancelled(s->ledger))
        return mw_fail(error, MW_CANCELLED, "cancelled");
    return status != MW_OK
               ? mw_fail(error, status, "%s/%s failed while it ran (%s)", x->run.kernel->family,
                         x->run.kernel->variant, mw_status_name(status))
               : MW_OK;
}

static mw_status prepare(mw_session *s, mw_side *x, mw_error *error)
{
    double begin = mw_clock_seconds();
    mw_status status = x->run.kernel->prepare(&x->run, error);
    x->result->prepare_seconds = mw_clock_seconds() - begin;
    x->prepared = status == MW_OK;
    x->result->isa = x->run.isa; /* a library chooses for itself */
    if (status == MW_OK && mw_ledger_cancelled(s->ledger))
        status = mw_fail(error, MW_CANCELLED, "cancelled");
    return status;
}

/* Involuntary switches since the last time that this was asked. */
static long take_switches(mw_session *s)
{
    long before = s->switches;
    s->switches = mw_thread_switches();
    return s->switches - before;
}

/* Seconds of one execution, and those of the whole sample. A switch since the sample before counts:
 * in the execution that warms the caches it has spoiled them. */
static void keep_sample(mw_session *s, mw_side *x, double seconds, double wall, double cpu)
{
    mw_noise books = {.wall_seconds = wall,
                      .cpu_seconds = cpu,
                      .switches = take_switches(s),
                      .threads = x->result->threads_had,
                      .whole_machine = x->threads >= CPU_COUNT(&s->affinity.allowed)};
    s->disturbed[x->count] |= mw_sample_is_disturbed(&books);
    x->samples[x->count++] = seconds;
    x->noise.wall_seconds += wall;
    x->noise.cpu_seconds += cpu;
}

/* Caches, pages and the clock frequency settle; the first execution also tells the work and how
 * many executions make a sample. An execution that alone fills the budget is the only sample. */
static mw_status warm_up(mw_session *s, mw_side *x, mw_error *error)
{
    double spent = 0, seconds = 0, cpu = 0;
    long sleeps = mw_thread_sleeps();
    x->fastest = INFINITY;
    mw_ledger_phase(s->ledger, x->phase == MW_PHASE_BESIDE ? MW_PHASE_BESIDE : MW_PHASE_WARMUP,
                    PREPARE_SHARE);
    for (bool first = true, again = false; first || spent < WARMUP_SECONDS || again;
         first = false) {
        mw_status status = execute_once(s, x, first, &seconds, &cpu, error);
        if (status != MW_OK)
            return status;
        spent += seconds;
        x->fastest = fmin(x->fastest, seconds);
        /* One that others kept from running most of the time does not tell how long it takes. */
        again = first && seconds > 2 * cpu && take_switches(s) > 0 && mw_thread_sleeps() == sleeps;
    }
    if (x->fastest > s->budget)
        keep_sample(s, x, seconds, seconds, cpu);
    double wanted = ceil(SAMPLE_SECONDS / fmax(x->fastest, 1e-9));
    x->repeats = wanted > REPEATS_MAX ? REPEATS_MAX : wanted < 1 ? 1 : (uint64_t)wanted;
    return MW_OK;
}

static mw_status take_sample(mw_session *s, mw_side *x, mw_error *error)
{
    double seconds, cpu;
    mw_status status;
    mw_ledger_phase(s->ledger, x->phase, progress_of(s));
    if (s->side_count > 1 && x->fastest < REHEAT_SECONDS) {
        /* The other side has just run through the caches: one execution brings them back. */
        status = execute_once(s, x, false, &seconds, &cpu, error);
        if (status != MW_OK)
            return status;
    }
    status = execute_batch(s, x, x->repeats, &seconds, &cpu, error);
    if (status != MW_OK)
        return status;
    keep_sample(s, x, seconds, seconds * (double)x->repeats, cpu * (double)x->repeats);
    return MW_OK;
}

static mw_status sample(mw_session *s, mw_error *error)
{
    s->begin = mw_clock_seconds();
    if (s->sides[0].count > 0)
        return MW_OK; /* the warm-up already filled the budget */
    mw_noise_mark mark = mw_noise_begin(&s->used);
    s->switches = mw_thread_switches();
    size_t next_check = MW_SAMPLES_MIN;
    while (s->sides[0].count < s->options.max_samples) {
        for (int i = 0; i < s->side_count; i++) {
            mw_status status = take_sample(s, &s->sides[i], error);
            if (status != MW_OK)
                return status;
        }
        double elapsed = mw_clock_seconds() - s->begin;
        if (elapsed > s->budget)
            break;
        if (s->sides[0].count >= next_check && elapsed >= SETTLE_SHARE * s->budget) {
            if (mw_session_is_settled(s))
                break;
            next_check += 1 + next_check / 10;
        }
    }
    for (int i = 0; i < s->side_count; i++)
        mw_noise_end(&mark, &s->used, &s->sides[i].noise);
    return MW_OK;
}

static mw_status verify(mw_session *s, mw_side *x, mw_error *error)
{
    mw_verification verification = {0};
    mw_ledger_phase(s->ledger, MW_PHASE_VERIFY, 1 - VERIFY_SHARE);
    mw_status status = x->run.kernel->verify(&x->run, &verification, error);
    if (status != MW_OK)
        return status;
    x->result->verify_asked = true;
    x->result->verified = verification.passed;
    x->result->worst_error = verification.worst;
    return MW_OK;
}

/* What our own loops tallied; absent with the reason where they did not run. */
static mw_number tallied(const mw_kernel *kernel, mw_quantity quantity, uint64_t tally)
{
    const mw_quantity_row *row = mw_quantity_of(quantity);
    return kernel->library
               ? mw_number_absent(row->unit, row->kind,
                                  MW_BECAUSE(NOT_INSTRUMENTED, {.word = kernel->library}))
               : mw_quantity_number(quantity, (double)tally);
}

/* Numbers with their kind: what our own loops tallied, the closed form for a library. */
static void fill_work(const mw_side *x)
{
    const mw_kernel *kernel = x->run.kernel;
    mw_measurement *m = x->result;
#define TALLY(ID, field) m->field = tallied(kernel, MW_QUANTITY_##ID, x->work.field);
    MW_TALLIES(TALLY)
    if (kernel->library)
        m->flops = mw_number_of((double)kernel->work(kernel, &x->run.args).flops, MW_UNIT_FLOP,
                                MW_MODELLED);
    m->compulsory_bytes = mw_quantity_number(
        MW_QUANTITY_BYTES, (double)kernel->compulsory_bytes(kernel, &x->run.args));
}

static mw_status open_session(mw_session *s, mw_error *error)
{
    mw_measure_options *o = &s->options;
    if (!(o->budget_seconds > 0))
        o->budget_seconds = BUDGET_PRESET;
    if (o->max_samples == 0)
        o->max_samples = SAMPLES_PRESET;
    if (!(o->interval > 0))
        o->interval = INTERVAL_PRESET;
    s->budget = o->budget_seconds;
    uint64_t footprint = 0;
    for (int i = 0; i < s->side_count; i++) {
        mw_side *x = &s->sides[i];
        mw_status status = mw_args_check(x->run.kernel, &x->run.args, error);
        if (status != MW_OK)
            return status;
        footprint += x->run.kernel->footprint(x->run.kernel, &x->run.args);
        x->threads = mw_args_threads(x->run.kernel, &x->run.args);
        x->run.ledger = s->ledger;
        x->run.isa = mw_cpu_isa();
        x->run.interactive = o->interactive;
        *x->result = (mw_measurement){.kernel = x->run.kernel,
                                      .args = x->run.args,
                                      .isa = x->run.isa,
                                      .threads_asked = x->threads,
                                      .threads_had = x->threads};
        x->samples = calloc(o->max_samples, sizeof *x->samples);
        if (!x->samples)
            return mw_fail(error, MW_NO_MEMORY, "no memory for %zu samples", o->max_samples);
    }
    uint64_t limit = mw_memory_limit();
    if (limit > 0 && footprint > limit)
        return mw_fail(
            error, MW_NO_MEMORY,
            "both kernels together need %.0f MiB and this machine allows %.0f MiB: choose "
            "smaller sizes",
            (double)footprint / 1048576, (double)limit / 1048576);
    s->values = calloc(o->max_samples, sizeof *s->values);
    s->scratch = calloc(o->max_samples, sizeof *s->scratch);
    s->disturbed = calloc(o->max_samples, sizeof *s->disturbed);
    return s->values && s->scratch && s->disturbed
               ? MW_OK
               : mw_fail(error, MW_NO_MEMORY, "no memory for %zu samples", o->max_samples);
}

/* From pinning to the verdict; everything is prepared. */
static mw_status run_session(mw_session *s, mw_error *error)
{
    mw_status status = MW_OK;
    bool team = false, pool = false;
    for (int i = 0; i < s->side_count; i++) {
        team |= s->sides[i].threads > 1;
        pool |= s->sides[i].threads > 1 && s->sides[i].run.kernel->library;
    }
    if (pool)
        mw_affinity_keep(&s->affinity);
    else
        mw_affinity_pin(&s->affinity, -1);
    s->switches = mw_thread_switches();
    s->used = team ? s->affinity.allowed : mw_affinity_now();
    for (int i = 0; i < s->side_count && status == MW_OK; i++)
        status = warm_up(s, &s->sides[i], error);
    /* One side may be slow enough for a single sample: then the other gives one as well. */
    if (status == MW_OK && s->side_count > 1 && s->sides[0].count != s->sides[1].count) {
        mw_side *missing = &s->sides[s->sides[0].count ? 1 : 0];
        status = take_sample(s, missing, error);
    }
    if (status == MW_OK)
        status = sample(s, error);
    for (int i = 0; i < s->side_count && status == MW_OK; i++) {
        mw_side *x = &s->sides[i];
        fill_work(x);
        x->result->has_memory = x->run.kernel->memory != NULL;
        if (x->result->has_memory)
            x->run.kernel->memory(&x->run, &x->result->memory);
        mw_session_judge_side(s, x);
        mw_ledger_phase(s->ledger, MW_PHASE_VERIFY, 1 - VERIFY_SHARE);
        mw_hardware_measure(&x->run, &x->result->hardware);
        if (s->options.verify)
            status = verify(s, x, error);
    }
    if (status == MW_OK && s->ratio)
        mw_session_judge_ratio(s, s->ratio);
    mw_affinity_restore(&s->affinity);
    return status;
}

static mw_status measure(mw_session *s, mw_error *error)
{
    mw_status status = open_session(s, error);
    if (status == MW_OK) {
        mw_ledger_begin(s->ledger);
        mw_ledger_phase(s->ledger, MW_PHASE_PREPARE, 0);
    }
    if (status == MW_OK && s->options.wait_seconds > 0) {
        bool quiet;
        cpu_set_t cpus = mw_affinity_now();
        status = mw_quiet_wait("", s->ledger, &cpus, s->options.wait_seconds, &quiet, error);
    }
    for (int i = 0; i < s->side_count && status == MW_OK; i++)
        status = prepare(s, &s->sides[i], error);
    if (status == MW_OK)
        status = run_session(s, error);
    for (int i = 0; i < s->side_count; i++) {
        /* A kernel whose prepare failed has tidied up after itself. */
        if (s->sides[i].prepared)
            s->sides[i].run.kernel->release(&s->sides[i].run);
        free(s->sides[i].samples);
    }
    free(s->values);
    free(s->scratch);
    free(s->disturbed);
    mw_ledger_phase(s->ledger, MW_PHASE_IDLE, status != MW_OK ? 0 : 1);
    return status;
}

mw_status mw_measure(const mw_kernel *kernel, const mw_args *args,
                     const mw_measure_options *options, mw_ledger *ledger,
                     mw_measurement *measurement, mw_error *error)
{
    mw_session s = {.ledger = ledger, .side_count = 1};
    if (options)
        s.options = *options;
    s.sides[0] = (mw_side){.run = {.kernel = kernel, .args = *args},
                           .result = measurement,
                           .phase = MW_PHASE_SAMPLE,
                           .repeats = 1};
    return measure(&s, error);
}

mw_status mw_measure_pair(const mw_kernel *kernel, const mw_args *args, const mw_kernel *beside,
                          const mw_args *beside_args, const mw_measure_options *options,
                          mw_ledger *ledger, mw_pair *pair, mw_error *error)
{
    mw_session s = {.ledger = ledger, .side_count = 2};
    if (options)
        s.options = *options;
    s.sides[0] = (mw_side){.run = {.kernel = kernel, .args = *args},
                           .result = &pair->kernel,
                           .phase = MW_PHASE_SAMPLE,
                           .repeats = 1};
    s.sides[1] = (mw_side){.run = {.kernel = beside, .args = *beside_args},
                           .result = &pair->beside,
                           .phase = MW_PHASE_BESIDE,
                           .repeats = 1};
    s.ratio = &pair->ratio;
    /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): measure() frees the samples of both sides */
    return measure(&s, error);
}
