/* figures.c: the read rate of each level and the widest peaks, several times. */
#include "machine/figures.h"

#include <stdio.h>
#include <string.h>

#include "cpu.h"
#include "machine/plateaus.h"
#include "machine/workshop.h"
#include "meter/noise.h"

enum { SAMPLES = 9, KB = 1000 };

#define SAMPLE_SECONDS 0.005

static const char *load_test(mw_isa isa)
{
    static const char *const names[] = {"load_sse", "load_avx", "load_avx512"};
    return names[isa];
}

static mw_status level_figure(mw_rig *rig, const char *name, double bytes, mw_bench_figure *figure,
                              mw_error *error)
{
    mw_walk walk;
    double samples[SAMPLES];
    snprintf(figure->name, sizeof figure->name, "%s read", name);
    snprintf(figure->likwid_test, sizeof figure->likwid_test, "%s", load_test(rig->isa));
    figure->unit = MW_UNIT_BYTE_PER_SECOND;
    size_t thousands = (size_t)bytes / KB;
    figure->bytes = (double)(thousands * KB);
    if (!mw_walk_read(&walk, rig->isa, rig->buffer, (size_t)bytes, rig->ledger))
        return mw_rig_cancelled(error);
    for (int i = 0; i < SAMPLES; i++)
        if ((samples[i] = mw_walk_sample(&walk, SAMPLE_SECONDS, rig->ledger)) <= 0)
            return mw_rig_cancelled(error);
    figure->rate = mw_band_of(samples, SAMPLES);
    return MW_OK;
}

static mw_status peak_figure(mw_rig *rig, mw_dtype dtype, mw_bench_figure *figure, mw_error *error)
{
    const mw_peak *widest = mw_peak_widest(rig->isa, dtype);
    if (!widest)
        return mw_fail(error, MW_INTERNAL, "no peak probe");
    bool fma = strcmp(widest->op, "fma") == 0;
    const char *wide = rig->isa == MW_ISA_AVX512 ? "avx512"
                       : rig->isa == MW_ISA_AVX2 ? "avx"
                                                 : "sse";
    snprintf(figure->name, sizeof figure->name, "%s %s %s", mw_dtype_name(dtype), widest->name,
             widest->op);
    snprintf(figure->likwid_test, sizeof figure->likwid_test, "peakflops%s_%s%s",
             dtype == MW_F32 ? "_sp" : "", wide, fma ? "_fma" : "");
    figure->unit = MW_UNIT_FLOP_PER_SECOND;
    figure->bytes = 16 * KB;
    double samples[SAMPLES * MW_PEAK_CHAINS];
    for (int i = 0; i < SAMPLES * MW_PEAK_CHAINS; i++) {
        if (!mw_ledger_poll(rig->ledger))
            return mw_rig_cancelled(error);
        samples[i] = mw_peak_sample(widest, i % MW_PEAK_CHAINS, SAMPLE_SECONDS / 2);
    }
    figure->rate = mw_band_of(samples, SAMPLES * MW_PEAK_CHAINS);
    return MW_OK;
}

mw_status mw_bench_machine(const mw_calibration *calibration, mw_ledger *ledger, int *cpu,
                           mw_bench_figure *figures, size_t *count, mw_error *error)
{
    mw_calibration scratch = {0};
    mw_rig rig = {.ledger = ledger, .result = &scratch, .isa = mw_cpu_isa()};
    double largest = 1 << 20;
    *count = 0;
    for (size_t i = 0; i < calibration->level_count; i++)
        if (mw_level_middle(calibration, i) > largest)
            largest = mw_level_middle(calibration, i);
    mw_affinity_pin(&rig.affinity, *cpu);
    *cpu = sched_getcpu();
    mw_status status = mw_rig_buffer(&rig, (size_t)largest + (4 << 20), 4.0, error);
    for (size_t i = 0; i < calibration->level_count && status == MW_OK; i++) {
        double bytes = mw_level_middle(calibration, i);
        if (bytes > (double)rig.buffer_bytes)
            continue;
        status = level_figure(&rig, calibration->levels[i].name, bytes, &figures[*count], error);
        *count += status == MW_OK;
    }
    for (int dtype = MW_F32; dtype <= MW_F64 && status == MW_OK; dtype++) {
        status = peak_figure(&rig, (mw_dtype)dtype, &figures[*count], error);
        *count += status == MW_OK;
    }
    mw_affinity_restore(&rig.affinity);
    mw_rig_close(&rig);
    return status;
}
