/* spot_check.c: short tries at each remembered roof until enough ran undisturbed. */
#include "machine/spot_check.h"

#include <math.h>
#include <string.h>

#include "cpu.h"
#include "machine/neighbour.h"
#include "machine/plateaus.h"
#include "machine/samples.h"
#include "machine/workshop.h"
#include "model/memory.h"

#define TOUCH_SECONDS 0.040
#define TOLERANCE     0.25
#define TRY_SECONDS   0.001
#define PEAK_SECONDS  0.0004

/* Tries are short, and more are made where others take turns with us. */
enum { TRIES_LEAST = 4, TRIES_MOST = 12, WARM_ROUNDS = 3 };

/* ---- what is said ---- */

const char *mw_spot_state_name(mw_spot_state state)
{
    static const char *const names[] = {"same", "untold", "changed"};
    return names[state];
}

static void settle(mw_spot_check *check, mw_spot_state state, double change, mw_reason what)
{
    bool graver = state > check->state;
    if (!graver && !(state == check->state && change > check->largest_change))
        return;
    check->state = state;
    check->largest_change = change;
    check->what = what;
}

static mw_reason change_of(const mw_spot_roof *roof, double relative)
{
    bool slower = relative < 0;
    double percent = fabs(relative) * 100;
    const mw_reason_figure peak[] = {{.number = percent}};
    const mw_reason_figure level[] = {{.word = roof->level}, {.number = percent}};
    if (!roof->level)
        return mw_reason_of(slower ? MW_REASON_PEAK_SLOWER : MW_REASON_PEAK_FASTER, peak);
    return mw_reason_of(slower ? MW_REASON_LEVEL_SLOWER : MW_REASON_LEVEL_FASTER, level);
}

void mw_spot_note(mw_spot_check *check, const mw_spot_roof *roof, double now, bool undisturbed)
{
    double low = roof->band.low, high = roof->band.high;
    double relative = now < low ? now / low - 1 : now > high ? now / high - 1 : 0;
    double change = fabs(relative);
    if (!(change > TOLERANCE))
        settle(check, MW_SPOT_SAME, change, mw_reason_of(MW_REASON_AS_REMEMBERED, NULL));
    else if (roof->verdict != MW_ROW_GOOD)
        settle(check, MW_SPOT_UNTOLD, change, mw_reason_of(MW_REASON_CHECK_UNSURE, NULL));
    else if (relative < 0 && !undisturbed) /* no disturbance makes anything faster */
        settle(check, MW_SPOT_UNTOLD, change, mw_reason_of(MW_REASON_CHECK_DISTURBED, NULL));
    else
        settle(check, MW_SPOT_CHANGED, change, change_of(roof, relative));
}

/* ---- what is measured ---- */

typedef struct checking {
    mw_rig rig;
    mw_others others; /* since the check began */
    mw_spot_check *check;
} checking;

static bool enough(const mw_samples *samples)
{
    return samples->count == TRIES_MOST || mw_samples_undisturbed(samples) >= TRIES_LEAST;
}

static bool undisturbed(const mw_samples *samples)
{
    return mw_samples_undisturbed(samples) >= MW_SAMPLES_LEAST;
}

/* One stream or eight: which is faster depends on the machine, and the roof is the better. */
static bool try_walk(checking *c, mw_stream_op op, size_t bytes, bool warm, mw_samples *samples)
{
    mw_walk walk;
    if (!mw_walk_init(&walk, c->rig.isa, op, c->rig.buffer, bytes))
        return true;
    for (int i = 0; i < (warm ? WARM_ROUNDS : 1); i++)
        if (!mw_walk_round(&walk, c->rig.ledger))
            return false;
    while (!enough(samples)) {
        mw_try try = mw_try_begin();
        double rate = mw_walk_sample(&walk, TRY_SECONDS, c->rig.ledger);
        mw_samples_add(samples, rate, mw_try_was_disturbed(&try));
    }
    return mw_ledger_poll(c->rig.ledger);
}

/* What a try cannot see: a second thread of the core, and for main memory programs elsewhere. */
static mw_status check_level(checking *c, const mw_calibration *remembered, size_t level,
                             mw_error *error)
{
    const mw_level *row = &remembered->levels[level];
    double middle = mw_level_middle(remembered, level);
    bool last = level + 1 == remembered->level_count;
    /* The last level needs only to lie beyond the caches, and touching memory takes time. */
    if (last && level > 0)
        middle = fmin(middle, 1.7 * remembered->levels[level - 1].effective_bytes);
    if (middle <= 0 || middle > (double)c->rig.buffer_bytes)
        return MW_OK;
    mw_samples one = {0}, many = {0};
    bool quiet = !mw_rig_core_is_shared(&c->rig);
    if (!try_walk(c, MW_STREAM_READ, (size_t)middle, !last, &one) ||
        (level > 0 && !try_walk(c, MW_STREAM_READ_MANY, (size_t)middle, false, &many)))
        return mw_rig_cancelled(error);
    quiet = quiet && !mw_rig_core_is_shared(&c->rig) && undisturbed(&one) &&
            (many.count == 0 || undisturbed(&many));
    if (last && mw_others_processors(&c->others) > MW_OTHERS_LIMIT)
        quiet = false;
    double best = fmax(mw_samples_band(&one).value, mw_samples_band(&many).value);
    mw_spot_roof roof = {row->name, row->bytes_per_second, row->verdict};
    mw_spot_note(c->check, &roof, best, quiet);
    return MW_OK;
}

/* The fastest one-thread peak that was remembered. */
static const mw_compute *fastest(const mw_calibration *remembered)
{
    const mw_compute *best = NULL;
    for (size_t i = 0; i < remembered->compute_count; i++) {
        const mw_compute *entry = &remembered->compute[i];
        if (entry->threads == 1 && mw_row_usable(entry->verdict) &&
            (!best || entry->flops_per_second.value > best->flops_per_second.value))
            best = entry;
    }
    return best;
}

static const mw_peak *peak_of(const mw_compute *entry)
{
    size_t count;
    const mw_peak *peaks = mw_probe_peaks(&count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(peaks[i].name, entry->isa) == 0 && strcmp(peaks[i].op, entry->op) == 0 &&
            peaks[i].dtype == entry->dtype && peaks[i].needs <= mw_cpu_isa())
            return &peaks[i];
    return NULL;
}

static void check_peak(checking *c, const mw_calibration *remembered)
{
    const mw_compute *entry = fastest(remembered);
    const mw_peak *peak = entry ? peak_of(entry) : NULL;
    if (!peak)
        return;
    double best = 0;
    bool quiet = !mw_rig_core_is_shared(&c->rig);
    for (int chains = 0; chains < MW_PEAK_CHAINS; chains++) {
        mw_samples tries = {0};
        while (!enough(&tries)) {
            mw_try try = mw_try_begin();
            double rate = mw_peak_sample(peak, chains, PEAK_SECONDS);
            mw_samples_add(&tries, rate, mw_try_was_disturbed(&try));
        }
        best = fmax(best, mw_samples_band(&tries).value);
        quiet = quiet && undisturbed(&tries);
    }
    quiet = quiet && !mw_rig_core_is_shared(&c->rig);
    mw_spot_roof roof = {NULL, entry->flops_per_second, entry->verdict};
    mw_spot_note(c->check, &roof, best, quiet);
}

mw_status mw_calibration_spot_check(const mw_calibration *calibration, mw_ledger *ledger,
                                    mw_spot_check *check, mw_error *error)
{
    mw_calibration scratch = {0};
    *check = (mw_spot_check){.what = mw_reason_of(MW_REASON_AS_REMEMBERED, NULL)};
    checking c = {.rig = {.ledger = ledger,
                          .result = &scratch,
                          .isa = mw_cpu_isa(),
                          .may_be_shared = mw_core_may_be_shared()},
                  .others = mw_others_begin(),
                  .check = check};
    size_t levels = calibration->level_count;
    size_t wanted = 32 << 20;
    if (levels >= 2)
        wanted = (size_t)(1.8 * calibration->levels[levels - 2].effective_bytes) + wanted / 8;
    uint64_t limit = mw_memory_limit();
    if (limit > 0 && wanted > limit)
        wanted = (size_t)limit;

    mw_affinity_pin(&c.rig.affinity, -1);
    mw_status status = mw_rig_buffer(&c.rig, wanted, TOUCH_SECONDS, error);
    for (size_t i = 0; i < levels && status == MW_OK; i++)
        if ((i == 0 || i + 2 >= levels) && mw_row_usable(calibration->levels[i].verdict))
            status = check_level(&c, calibration, i, error);
    if (status == MW_OK)
        check_peak(&c, calibration);
    mw_affinity_restore(&c.rig.affinity);
    mw_rig_close(&c.rig);
    return status;
}
