/* calibration.c: the order of the steps, and what is said of the whole at the end. */
#include "machine/calibration.h"

#include <math.h>

#include "cpu.h"
#include "machine/neighbour.h"
#include "machine/recipe.h"
#include "meter/noise.h"
#include "model/groups.h"
#include "model/memory.h"

enum { BUFFER_MAX = 512 << 20, BUFFER_MIN = 8 << 20 };

#define TOUCH_SECONDS  2.0
#define WARMUP_SECONDS 0.1
#define WARMUP_LIMIT   0.3
#define CLOCK_SECONDS  0.005
#define SPREAD_SHARE   0.05 /* of the working sets that may scatter */
#define SHARED_SHARE   0.10 /* of the looks at the core that may find it shared */
#define CLOCK_DRIFT    0.03

bool mw_recipe_core_is_shared(mw_recipe *r)
{
    bool shared = mw_rig_core_is_shared(&r->rig);
    r->looks += r->rig.may_be_shared;
    r->shared += shared;
    return shared;
}

/* Until three clock readings in a row agree: the processor has then reached its working frequency.
 */
static mw_status warm_up(mw_recipe *r, mw_error *error)
{
    mw_rig *rig = &r->rig;
    const mw_peak *peak = mw_peak_widest(rig->isa, MW_F32);
    mw_walk walk;
    if (!mw_walk_init(&walk, rig->isa, MW_STREAM_READ, rig->buffer, 16384))
        return mw_fail(error, MW_INTERNAL, "no read probe");
    double begin = mw_clock_seconds(), last[3] = {0};
    for (int i = 0;; i++) {
        if (!mw_ledger_poll(rig->ledger))
            return mw_rig_cancelled(error);
        mw_peak_sample(peak, 1, 0.002);
        mw_walk_sample(&walk, 0.002, rig->ledger);
        r->clock = mw_clock_read(CLOCK_SECONDS);
        last[i % 3] = r->clock.hz.value;
        double low = fmin(last[0], fmin(last[1], last[2]));
        double high = fmax(last[0], fmax(last[1], last[2]));
        double spent = mw_clock_seconds() - begin;
        bool agree = i >= 2 && high - low <= 0.01 * high;
        if ((agree && spent >= WARMUP_SECONDS) || spent >= WARMUP_LIMIT) {
            rig->result->clock = r->clock.hz;
            rig->result->clock_hz = r->clock.hz.value;
            return MW_OK;
        }
    }
}

/* `others`: processors that other programs used meanwhile, on whichever CPU. */
static void judge(mw_recipe *whole, const mw_noise *noise, double others)
{
    mw_calibration *r = whole->rig.result;
    mw_reason disturbance = mw_noise_reason(noise);
    size_t wide = mw_recipe_wide_points(whole);
    bool others_ran = true;
    if (mw_reason_is(&disturbance))
        mw_rig_reason(r, disturbance);
    else if (others > MW_OTHERS_LIMIT)
        mw_rig_reason(r, MW_BECAUSE(OTHERS_RAN, {.number = others}));
    else
        others_ran = false;
    mw_calibration_doubt(r, others_ran);
    whole->rig.core_was_shared = (double)whole->shared > SHARED_SHARE * (double)whole->looks;
    if (whole->rig.core_was_shared)
        mw_rig_reason(r, MW_BECAUSE(CORE_SHARED, {.number = 100 * (double)whole->shared /
                                                            (double)whole->looks}));
    if ((double)wide > SPREAD_SHARE * (double)r->sweep_count)
        mw_rig_reason(r, MW_BECAUSE(SIZES_SCATTER, {.number = (double)wide},
                                    {.number = (double)r->sweep_count},
                                    {.number = 100 * MW_SWEEP_SPREAD}));
    mw_clock_reading before = whole->clock, after = mw_clock_read(CLOCK_SECONDS);
    r->clock.low = fmin(before.hz.low, after.hz.low);
    /* It has moved where even the nearest ends of both bands lie apart. */
    bool apart = after.hz.high < (1 - CLOCK_DRIFT) * before.hz.low ||
                 before.hz.high < (1 - CLOCK_DRIFT) * after.hz.low;
    if (before.steady && after.steady && apart)
        mw_rig_reason(r, MW_BECAUSE(CLOCK_MOVED, {.number = before.hz.value / 1e9},
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
        mw_rig_reason(r, MW_BECAUSE(CONTRADICTED, {.number = (double)impossible}));
    r->cpu_quota = mw_cpu_quota();
    if (r->cpu_quota > 0 && r->cpu_quota < r->cpus)
        mw_rig_reason(r, MW_BECAUSE(QUOTA, {.number = r->cpu_quota}, {.number = r->cpus}));
    r->clean = r->reason_count == 0;
    if (r->unsure && r->level_count > 0 && r->levels[r->level_count - 1].verdict == MW_ROW_UNSURE)
        mw_rig_reason(r, mw_reason_of(MW_REASON_MEMORY_UNSTEADY, NULL));
    else if (r->unsure)
        mw_rig_reason(r, MW_BECAUSE(PLATEAUS, {.number = (double)r->level_count}));
}

/* Everything that runs alone on one CPU. */
static mw_status measure_alone(mw_recipe *r, int cpu, mw_error *error)
{
    mw_status status = warm_up(r, error);
    if (status != MW_OK)
        return status;
    mw_noise noise = {.threads = 1};
    cpu_set_t used = mw_affinity_now();
    mw_noise_mark mark = mw_noise_begin(&used);
    double wall = mw_clock_seconds();
    mw_others others = mw_others_begin();
    double cpu_seconds = mw_cpu_clock_seconds(false);
    if ((status = mw_recipe_peaks(r, error)) != MW_OK ||
        (status = mw_recipe_levels(r, cpu, error)) != MW_OK ||
        (status = mw_recipe_confirm_peaks(r, error)) != MW_OK ||
        (status = mw_recipe_sustained(r, error)) != MW_OK ||
        (status = mw_recipe_mixes(r, error)) != MW_OK)
        return status;
    noise.wall_seconds = mw_clock_seconds() - wall;
    noise.cpu_seconds = mw_cpu_clock_seconds(false) - cpu_seconds;
    mw_noise_end(&mark, &used, &noise);
    judge(r, &noise, mw_others_processors(&others));
    return MW_OK;
}

static mw_status calibrate(mw_recipe *whole, mw_error *error)
{
    mw_rig *rig = &whole->rig;
    mw_calibration *r = rig->result;
    cpu_set_t allowed = mw_affinity_now();
    r->cpus = mw_cpu_count();
    mw_memory_ceiling ceiling = mw_memory_ceiling_now();
    uint64_t limit = ceiling.bytes;
    size_t wanted = limit > 0 && limit < BUFFER_MAX ? (size_t)limit : BUFFER_MAX;
    if (wanted < BUFFER_MIN)
        return mw_fail(error, MW_NO_MEMORY,
                       "calibration needs %d MiB and may take %zu MiB here (%s): free some memory",
                       BUFFER_MIN >> 20, wanted >> 20, mw_reason_sentence(ceiling.share));
    rig->may_be_shared = mw_core_may_be_shared();
    int cpu = mw_rig_quiet_cpu(rig->ledger, &allowed);
    mw_rig_tell(rig, 0.02, "touching memory");
    mw_affinity_pin(&rig->affinity, cpu);
    mw_status status = mw_rig_buffer(rig, wanted, TOUCH_SECONDS, error);
    r->buffer_bytes = rig->buffer_bytes;
    if (status == MW_OK) {
        mw_rig_tell(rig, 0.08, "warming up");
        status = measure_alone(whole, cpu, error);
    }
    mw_affinity_restore(&rig->affinity);
    if (status == MW_OK)
        status = mw_rig_all_cores(rig, error);
    if (status == MW_OK)
        judge_rows(r);
    r->seconds = mw_rig_elapsed(rig);
    return status;
}

mw_status mw_calibrate(mw_ledger *ledger, mw_calibration_progress *progress, void *context,
                       mw_calibration *calibration, mw_error *error)
{
    *calibration = (mw_calibration){0};
    mw_recipe whole = {.rig = {
                           .ledger = ledger,
                           .progress = progress,
                           .context = context,
                           .result = calibration,
                           .isa = mw_cpu_isa(),
                           .begin = mw_clock_seconds(),
                       }};
    mw_ledger_begin(ledger);
    mw_status status = calibrate(&whole, error);
    mw_rig_close(&whole.rig);
    mw_ledger_phase(ledger, MW_PHASE_IDLE, status != MW_OK ? 0 : 1);
    return status;
}
