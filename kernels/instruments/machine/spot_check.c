#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cpu.h"
#include "machine/plateaus.h"
#include "machine/workshop.h"
#include "meter/noise.h"
#include "model/memory.h"

#define TOUCH_SECONDS 0.040

enum { SAMPLES = 4, WARM_ROUNDS = 3 };

/* The largest change so far, and the reason that names it. */
typedef struct change {
    double largest;
    mw_reason *what;
} change;

/* Of a level, or of the compute roof (NULL). A roof is a band: what lies inside it has not changed,
 * what lies outside counts from its edge. */
static void note(change *c, const char *level, double now, mw_band remembered)
{
    double edge = now < remembered.low    ? remembered.low
                  : now > remembered.high ? remembered.high
                                          : now;
    double relative = now / edge - 1;
    if (!(fabs(relative) > c->largest))
        return;
    c->largest = fabs(relative);
    double percent = fabs(relative) * 100;
    if (level)
        *c->what = mw_reason_of(relative < 0 ? MW_REASON_LEVEL_SLOWER : MW_REASON_LEVEL_FASTER,
                                (const mw_reason_figure[]){{.word = level}, {.number = percent}});
    else
        *c->what = mw_reason_of(relative < 0 ? MW_REASON_PEAK_SLOWER : MW_REASON_PEAK_FASTER,
                                (const mw_reason_figure[]){{.number = percent}});
}

static mw_status check_level(mw_workshop *shop, const mw_calibration *remembered, size_t level,
                             change *c, mw_error *error)
{
    double middle = mw_level_middle(remembered, level);
    bool last = level + 1 == remembered->level_count;
    /* The last level needs only to lie beyond the caches, and touching memory takes time. */
    if (last && level > 0)
        middle = fmin(middle, 1.7 * remembered->levels[level - 1].effective_bytes);
    if (middle <= 0 || middle > (double)shop->buffer_bytes)
        return MW_OK;
    mw_walk walk;
    if (!mw_walk_read(&walk, shop->isa, shop->buffer, (size_t)middle, shop->ledger))
        return mw_fail(error, MW_CANCELLED, "cancelled");
    for (int i = 1; !last && i < WARM_ROUNDS; i++)
        if (!mw_walk_round(&walk, shop->ledger))
            return mw_fail(error, MW_CANCELLED, "cancelled");
    double best = 0;
    for (int i = 0; i < SAMPLES; i++)
        best = fmax(best, mw_walk_sample(&walk, 0.0025, shop->ledger));
    if (!mw_ledger_poll(shop->ledger))
        return mw_fail(error, MW_CANCELLED, "cancelled");
    note(c, remembered->levels[level].name, best, remembered->levels[level].bytes_per_second);
    return MW_OK;
}

/* The fastest one-thread peak that was remembered. */
static void check_peak(const mw_calibration *remembered, change *c)
{
    const mw_compute *best = NULL;
    for (size_t i = 0; i < remembered->compute_count; i++) {
        const mw_compute *entry = &remembered->compute[i];
        if (entry->threads == 1 &&
            (!best || entry->flops_per_second.value > best->flops_per_second.value))
            best = entry;
    }
    size_t count;
    const mw_peak *peaks = mw_probe_peaks(&count);
    for (size_t i = 0; best && i < count; i++) {
        if (strcmp(peaks[i].name, best->isa) != 0 || strcmp(peaks[i].op, best->op) != 0 ||
            peaks[i].dtype != best->dtype || peaks[i].needs > mw_cpu_isa())
            continue;
        double now = 0;
        for (int k = 0; k < SAMPLES; k++)
            for (int chains = 0; chains < MW_PEAK_CHAINS; chains++)
                now = fmax(now, mw_peak_sample(&peaks[i], chains, 0.0008));
        note(c, NULL, now, best->flops_per_second);
        return;
    }
}

mw_status mw_calibration_spot_check(const mw_calibration *calibration, mw_ledger *ledger,
                                    double *largest_change, mw_reason *what, mw_error *error)
{
    mw_calibration scratch = {0};
    mw_workshop shop = {.ledger = ledger, .result = &scratch, .isa = mw_cpu_isa()};
    change c = {.what = what};
    *what = mw_reason_of(MW_REASON_AS_REMEMBERED, NULL);
    size_t levels = calibration->level_count;
    size_t wanted = 32 << 20;
    if (levels >= 2)
        wanted = (size_t)(1.8 * calibration->levels[levels - 2].effective_bytes) + wanted / 8;
    uint64_t limit = mw_memory_limit();
    if (limit > 0 && wanted > limit)
        wanted = (size_t)limit;

    mw_affinity_pin(&shop.affinity, -1);
    mw_status status = mw_workshop_buffer(&shop, wanted, TOUCH_SECONDS, error);
    for (size_t i = 0; i < levels && !status; i++)
        if ((i == 0 || i + 2 >= levels) && mw_row_usable(calibration->levels[i].verdict))
            status = check_level(&shop, calibration, i, &c, error);
    if (!status)
        check_peak(calibration, &c);
    mw_affinity_restore(&shop.affinity);
    mw_workshop_close(&shop);
    *largest_change = c.largest;
    return status;
}
