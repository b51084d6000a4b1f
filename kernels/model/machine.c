/* machine.c: looks up the level and the peak that a run of these bytes and threads meets. */
#include "model/machine.h"

#include <math.h>
#include <string.h>

#include "model/roofline.h"
#include "model/verdict.h"

#define MUCH 2.0 /* a roof that is off by more is not the same one */

bool mw_machine_row_usable(const char *verdict)
{
    mw_row_word word;
    return !mw_row_word_parse(verdict, &word) || word != MW_ROW_IS_IMPOSSIBLE;
}

static bool is_roof(const mw_roof *roof)
{
    return roof->value > 0 && isfinite(roof->value);
}

void mw_machine_add_level(mw_machine *machine, const mw_machine_level *level)
{
    if (!is_roof(&level->one) || machine->level_count == MW_MACHINE_LEVELS)
        return;
    mw_machine_level *added = &machine->levels[machine->level_count++];
    *added = *level;
    added->one.cores = 1;
    if (!is_roof(&added->all))
        added->all = (mw_roof){0};
}

void mw_machine_add_peak(mw_machine *machine, const mw_machine_peak *peak)
{
    if (!is_roof(&peak->burst) || machine->peak_count == MW_MACHINE_PEAKS)
        return;
    mw_machine_peak *added = &machine->peaks[machine->peak_count++];
    *added = *peak;
    added->burst.cores = added->sustained.cores = peak->burst.cores > 1 ? peak->burst.cores : 1;
    if (!is_roof(&added->sustained) || MUCH * added->sustained.value < added->burst.value)
        added->sustained = (mw_roof){0};
}

void mw_machine_renew(mw_machine *machine, int level, const mw_roof *roof)
{
    if (level < 0 || (size_t)level >= machine->level_count || !is_roof(roof))
        return;
    machine->levels[level].one = *roof;
    machine->levels[level].one.cores = 1;
}

/* The roof of `threads` cores between that of one and that of all together. */
static mw_roof of_threads(const mw_roof *one, const mw_roof *all, int threads)
{
    mw_roof roof = *one;
    if (threads <= 1 || !is_roof(all) || all->value <= one->value)
        return roof;
    if (all->value <= threads * one->value)
        roof = *all;
    else
        roof = (mw_roof){threads * one->value, threads * one->low, threads * one->high,
                         .unsure = one->unsure};
    roof.cores = threads;
    return roof;
}

int mw_machine_level_of(const mw_machine *machine, double bytes)
{
    int last = (int)machine->level_count - 1;
    for (int i = 0; i < last; i++)
        if (machine->levels[i].holds > 0 && bytes <= machine->levels[i].holds)
            return i;
    return last;
}

mw_roof mw_machine_read_roof(const mw_machine *machine, int level, int threads)
{
    if (level < 0 || (size_t)level >= machine->level_count)
        return (mw_roof){0};
    const mw_machine_level *row = &machine->levels[level];
    return of_threads(&row->one, &row->all, threads);
}

static const mw_machine_peak *highest(const mw_machine *machine, const char *dtype, bool all)
{
    const mw_machine_peak *best = NULL;
    for (size_t i = 0; i < machine->peak_count; i++) {
        const mw_machine_peak *peak = &machine->peaks[i];
        if (strcmp(peak->dtype, dtype) == 0 && (peak->burst.cores > 1) == all &&
            (!best || peak->burst.value > best->burst.value))
            best = peak;
    }
    return best;
}

/* The lowest of one core that does its FLOPs by the same operation as `top`. */
static const mw_machine_peak *lowest_like(const mw_machine *machine, const mw_machine_peak *top)
{
    const mw_machine_peak *least = top;
    for (size_t i = 0; i < machine->peak_count; i++) {
        const mw_machine_peak *peak = &machine->peaks[i];
        if (peak->burst.cores == 1 && strcmp(peak->dtype, top->dtype) == 0 &&
            strcmp(peak->op, top->op) == 0 && peak->burst.value < least->burst.value)
            least = peak;
    }
    return least;
}

static void find_compute(const mw_machine *machine, mw_roofs *roofs)
{
    const mw_machine_peak *one = highest(machine, roofs->dtype, false),
                          *all = highest(machine, roofs->dtype, true);
    static const mw_roof none;
    if (!one)
        return;
    const mw_roof *kept = is_roof(&one->sustained) ? &one->sustained : &one->burst;
    const mw_machine_peak *plain = lowest_like(machine, one);
    roofs->burst = of_threads(&one->burst, all ? &all->burst : &none, roofs->threads);
    roofs->sustained = of_threads(kept, all ? &all->burst : &none, roofs->threads);
    roofs->plain = plain->burst;
    memcpy(roofs->plain_isa, plain->isa, sizeof roofs->plain_isa);
    memcpy(roofs->isa, roofs->burst.cores > 1 && all ? all->isa : one->isa, sizeof roofs->isa);
    roofs->compute = roofs->burst;
}

static void find_memory(const mw_machine *machine, const mw_workload *run, mw_roofs *roofs)
{
    roofs->level = isnan(run->bytes) ? -1 : mw_machine_level_of(machine, run->bytes);
    if (roofs->level < 0)
        return;
    memcpy(roofs->level_name, machine->levels[roofs->level].name, sizeof roofs->level_name);
    roofs->memory = mw_machine_read_roof(machine, roofs->level, roofs->threads);
    if (is_roof(&run->beside) && run->beside.cores == roofs->threads &&
        mw_machine_level_of(machine, run->beside_bytes) == roofs->level) {
        roofs->memory = run->beside;
        roofs->is_beside = true;
    }
}

bool mw_roofs_of_run(const mw_machine *machine, const mw_workload *run, mw_roofs *roofs)
{
    bool wide = strcmp(run->dtype, "f64") == 0;
    *roofs = (mw_roofs){.level = -1, .threads = run->threads > 1 ? run->threads : 1};
    memcpy(roofs->dtype, wide ? "f64" : "f32", sizeof "f64");
    find_memory(machine, run, roofs);
    find_compute(machine, roofs);
    /* Before it was measured, the model says how long it takes; NAN outlasts nothing. */
    double seconds = run->seconds > 0 ? run->seconds : mw_roofs_seconds(roofs, run);
    if (seconds > MW_BURST_SECONDS)
        roofs->compute = roofs->sustained;
    return is_roof(&roofs->memory) && is_roof(&roofs->compute);
}

double mw_roofs_seconds(const mw_roofs *roofs, const mw_workload *run)
{
    if (!is_roof(&roofs->memory) || !is_roof(&roofs->compute) || isnan(run->flops) ||
        isnan(run->bytes))
        return NAN;
    return mw_roofline_seconds(roofs->compute.value, roofs->memory.value, run->flops, run->bytes);
}

mw_bound mw_roofs_bound(const mw_roofs *roofs, const mw_workload *run)
{
    if (!is_roof(&roofs->memory) || !is_roof(&roofs->compute) || isnan(run->flops) ||
        !(run->bytes > 0))
        return MW_BOUND_UNKNOWN;
    double ridge = mw_roofline_ridge(roofs->compute.value, roofs->memory.value);
    return run->flops / run->bytes < ridge ? MW_BOUND_MEMORY : MW_BOUND_COMPUTE;
}

const char *mw_bound_name(mw_bound bound)
{
    static const char *const names[] = {
        [MW_BOUND_MEMORY] = "memory", [MW_BOUND_COMPUTE] = "compute"};
    return names[bound];
}

bool mw_roof_moved(double remembered, double beside)
{
    return fmax(remembered / beside, beside / remembered) > MUCH;
}
