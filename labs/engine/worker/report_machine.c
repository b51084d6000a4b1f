/* report_machine.c: a calibration to JSON and back, and what the system claims instead. */
#include "labs/engine/worker/report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cpu.h"
#include "labs/engine/wire/wire.h"
#include "machine/workshop.h"
#include "meter/hardware.h"
#include "model/memory.h"
#include "model/verdict.h"

/* What one memory channel is taken to give [B/s]. */
#define NOMINAL_MEMORY 12.8e9

static json_t *size_or_null(double bytes)
{
    return bytes > 0 ? json_real(bytes) : json_null();
}

/* Rows that stand say nothing; the others say why. */
static void add_verdict(json_t *row, mw_row_verdict verdict)
{
    if (!row || verdict == MW_ROW_GOOD)
        return;
    json_object_set_new(row, "verdict", json_string(mw_row_verdict_name(verdict)));
    mw_reason reason = mw_reason_of(mw_row_verdict_reason(verdict), NULL);
    json_object_set_new(row, "reason", mw_reason_to_json(&reason));
}

static json_t *report_band(const char *name, const mw_band *band)
{
    return json_pack("{s:f, s:f, s:f}", name, band->value, "low", band->low, "high", band->high);
}

static json_t *report_level(const mw_level *level)
{
    json_t *json = report_band("bytes_per_second", &level->bytes_per_second);
    json_object_set_new(json, "name", json_string(level->name));
    json_object_set_new(json, "effective_bytes", size_or_null(level->effective_bytes));
    json_object_set_new(json, "nominal_bytes", size_or_null(level->nominal_bytes));
    add_verdict(json, level->verdict);
    if (level->all_cores.value > 0) {
        json_t *all = report_band("bytes_per_second", &level->all_cores);
        add_verdict(all, level->all_cores_verdict);
        json_object_set_new(json, "all_cores", all);
    }
    return json;
}

static json_t *report_compute(const mw_compute *compute)
{
    json_t *json = report_band("flops_per_second", &compute->flops_per_second);
    json_object_set_new(json, "isa", json_string(compute->isa));
    json_object_set_new(json, "dtype", json_string(mw_dtype_name(compute->dtype)));
    json_object_set_new(json, "op", json_string(compute->op));
    json_object_set_new(json, "threads", json_integer(compute->threads));
    add_verdict(json, compute->verdict);
    if (compute->sustained.value > 0) {
        json_t *sustained = report_band("flops_per_second", &compute->sustained);
        add_verdict(sustained, compute->sustained_verdict);
        json_object_set_new(json, "sustained", sustained);
    }
    return json;
}

static json_t *report_mix(const mw_mix *mix)
{
    json_t *json = report_band("bytes_per_second", &mix->bytes_per_second);
    json_object_set_new(json, "level", json_string(mix->level));
    json_object_set_new(json, "op", json_string(mix->op));
    json_object_set_new(json, "bus_bytes_per_byte", json_real(mix->bus_bytes_per_byte));
    add_verdict(json, mix->verdict);
    return json;
}

static json_t *report_sweep(const mw_sweep_point *point)
{
    return json_pack("{s:f, s:f, s:f, s:f}", "bytes", point->bytes, "bytes_per_second",
                     point->median, "low", point->bytes_per_second.low, "high",
                     point->bytes_per_second.high);
}

json_t *mw_report_machine(const mw_calibration *c)
{
    json_t *levels = json_array(), *compute = json_array(), *mix = json_array();
    json_t *sweep = json_array(), *reasons = json_array();
    for (size_t i = 0; i < c->level_count; i++)
        json_array_append_new(levels, report_level(&c->levels[i]));
    for (size_t i = 0; i < c->compute_count; i++)
        json_array_append_new(compute, report_compute(&c->compute[i]));
    for (size_t i = 0; i < c->mix_count; i++)
        json_array_append_new(mix, report_mix(&c->mix[i]));
    for (size_t i = 0; i < c->sweep_count; i++)
        json_array_append_new(sweep, report_sweep(&c->sweep[i]));
    for (size_t i = 0; i < c->reason_count; i++)
        json_array_append_new(reasons, mw_reason_to_json(&c->reasons[i]));
    json_t *json = json_pack(
        "{s:o, s:o, s:o, s:o, s:s, s:b, s:o, s:f, s:f, s:f, s:f, s:f, s:i, s:I, s:s}", "levels",
        levels, "compute", compute, "mix", mix, "sweep", sweep, "verdict",
        mw_run_verdict_name(c->clean ? MW_RUN_CLEAN : MW_RUN_NOISY), "unsure", c->unsure, "reasons",
        reasons, "seconds", c->seconds, "first_touch_seconds", c->first_touch_seconds, "clock_hz",
        c->clock_hz, "clock_low", c->clock.low, "clock_high", c->clock.high, "cpus", c->cpus,
        "buffer_bytes", (json_int_t)c->buffer_bytes, "brand", mw_cpu_brand());
    if (json && c->cpu_quota > 0)
        json_object_set_new(json, "cpu_quota", json_real(c->cpu_quota));
    return json;
}

static double member(const json_t *json, const char *name)
{
    const json_t *value = json_object_get(json, name);
    return json_is_number(value) ? json_number_value(value) : 0;
}

static mw_band band_of(const json_t *json, const char *name)
{
    mw_band band = {member(json, name), member(json, "low"), member(json, "high")};
    return band;
}

static mw_row_verdict verdict_of(const json_t *row)
{
    mw_reason reason = mw_reason_from_json(json_object_get(row, "reason"));
    return mw_row_verdict_parse(json_string_value(json_object_get(row, "verdict")), &reason);
}

/* The compute roofs name their ISA by a static word. */
static const char *isa_word(const char *word)
{
    static const char *const words[] = {"scalar", "128", "avx2", "avx512"};
    for (size_t i = 0; word && i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i], word) == 0)
            return words[i];
    return NULL;
}

static void read_compute(const json_t *list, mw_calibration *calibration)
{
    size_t index;
    json_t *each;
    json_array_foreach(list, index, each)
    {
        const char *isa = isa_word(json_string_value(json_object_get(each, "isa")));
        const char *dtype = json_string_value(json_object_get(each, "dtype"));
        const char *op = json_string_value(json_object_get(each, "op"));
        if (!isa || !dtype || calibration->compute_count == MW_COMPUTE_MAX)
            continue;
        mw_compute *compute = &calibration->compute[calibration->compute_count++];
        compute->isa = isa;
        compute->dtype = strcmp(dtype, "f64") == 0 ? MW_F64 : MW_F32;
        compute->op = op && strcmp(op, "mul") == 0 ? "mul" : "fma";
        compute->threads = (int)member(each, "threads");
        compute->flops_per_second = band_of(each, "flops_per_second");
        compute->verdict = verdict_of(each);
    }
}

mw_status mw_report_machine_read(const json_t *machine, mw_calibration *calibration,
                                 mw_error *error)
{
    memset(calibration, 0, sizeof *calibration);
    const json_t *levels = json_object_get(machine, "levels");
    const json_t *compute = json_object_get(machine, "compute");
    if (!json_is_array(levels) || !json_is_array(compute))
        return mw_fail(error, MW_INVALID, "the machine has no levels or no compute roofs");
    size_t index;
    json_t *each;
    json_array_foreach(levels, index, each)
    {
        const char *name = json_string_value(json_object_get(each, "name"));
        if (!name || calibration->level_count == MW_LEVEL_MAX)
            continue;
        mw_level *level = &calibration->levels[calibration->level_count++];
        snprintf(level->name, sizeof level->name, "%s", name);
        level->bytes_per_second = band_of(each, "bytes_per_second");
        level->effective_bytes = member(each, "effective_bytes");
        level->nominal_bytes = member(each, "nominal_bytes");
        level->verdict = verdict_of(each);
    }
    read_compute(compute, calibration);
    calibration->clock_hz = member(machine, "clock_hz");
    calibration->cpus = (int)member(machine, "cpus");
    calibration->buffer_bytes = (uint64_t)member(machine, "buffer_bytes");
    if (!calibration->level_count || !calibration->compute_count)
        return mw_fail(error, MW_INVALID, "the machine has no levels or no compute roofs");
    return MW_OK;
}

void mw_report_machine_complete(json_t *machine)
{
    if (!json_object_get(machine, "memory_limit_bytes"))
        json_object_set_new(machine, "memory_limit_bytes",
                            json_integer((json_int_t)mw_memory_limit()));
    if (!json_object_get(machine, "hardware")) {
        const mw_hardware *hardware = mw_hardware_probe();
        json_object_set_new(machine, "hardware",
                            json_pack("{s:s, s:o, s:o}", "state",
                                      hardware->state == MW_HARDWARE_PRESENT ? "present" : "absent",
                                      "reason", mw_reason_to_json(&hardware->reason),
                                      "short_reason", mw_reason_to_json(&hardware->brief)));
    }
}

/* The highest clock the system admits to, or 0. */
static double nominal_clock_hz(void)
{
    double khz = 0, mhz = 0;
    FILE *file = fopen("/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq", "re");
    if (file) {
        if (fscanf(file, "%lf", &khz) != 1)
            khz = 0;
        fclose(file);
    }
    if (khz > 0)
        return khz * 1e3;
    file = fopen("/proc/cpuinfo", "re");
    char line[256];
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "cpu MHz : %lf", &mhz) == 1)
            break;
    if (file)
        fclose(file);
    return mhz * 1e6;
}

static json_t *nominal_level(const char *name, double rate, double bytes)
{
    return json_pack("{s:s, s:f, s:f, s:f, s:o, s:o}", "name", name, "bytes_per_second", rate,
                     "low", rate, "high", rate, "effective_bytes", json_null(), "nominal_bytes",
                     size_or_null(bytes));
}

static json_t *nominal_levels(double clock, double vector_bytes)
{
    enum { CACHES = 4 };
    double sizes[CACHES];
    json_t *levels = json_array();
    mw_nominal_caches(0, sizes, CACHES);
    /* Two loads per cycle from L1; each level below delivers about half of the one above. */
    double rate = 2 * vector_bytes * clock;
    for (int i = 0; i < CACHES; i++) {
        if (sizes[i] <= 0)
            continue;
        char name[16];
        snprintf(name, sizeof name, "L%d", i + 1);
        json_array_append_new(levels, nominal_level(name, rate, sizes[i]));
        rate /= 2;
    }
    json_array_append_new(levels, nominal_level("DRAM", NOMINAL_MEMORY, 0));
    return levels;
}

json_t *mw_report_machine_nominal(void)
{
    static const double vector_bytes_of[] = {
        [MW_ISA_GENERIC] = 16, [MW_ISA_AVX2] = 32, [MW_ISA_AVX512] = 64};
    static const char *const word_of[] = {
        [MW_ISA_GENERIC] = "128", [MW_ISA_AVX2] = "avx2", [MW_ISA_AVX512] = "avx512"};
    mw_isa isa = mw_cpu_isa();
    double clock = nominal_clock_hz(), vector_bytes = vector_bytes_of[isa];
    bool assumed = clock <= 0;
    if (assumed)
        clock = 2e9;

    json_t *compute = json_array();
    for (mw_dtype dtype = MW_F32; dtype <= MW_F64; dtype++) {
        /* Two FMA units, each one vector and 2 FLOP per element and cycle. */
        double peak = 2 * 2 * vector_bytes / (double)mw_dtype_size(dtype) * clock;
        json_array_append_new(compute,
                              json_pack("{s:s, s:s, s:s, s:i, s:f, s:f, s:f}", "isa", word_of[isa],
                                        "dtype", mw_dtype_name(dtype), "op", "fma", "threads", 1,
                                        "flops_per_second", peak, "low", peak, "high", peak));
    }
    json_t *reasons = json_array();
    mw_reason nothing = MW_BECAUSE(NOMINAL, {.number = NOMINAL_MEMORY / 1e9});
    mw_reason no_clock = MW_BECAUSE(CLOCK_ASSUMED, {.number = clock / 1e9});
    json_array_append_new(reasons, mw_reason_to_json(&nothing));
    if (assumed)
        json_array_append_new(reasons, mw_reason_to_json(&no_clock));
    return json_pack("{s:o, s:o, s:[], s:s, s:o, s:f, s:f, s:i, s:s}", "levels",
                     nominal_levels(clock, vector_bytes), "compute", compute, "mix", "verdict",
                     mw_run_verdict_name(MW_RUN_NOMINAL), "reasons", reasons, "seconds", 0.0,
                     "clock_hz", clock, "cpus", mw_cpu_count(), "brand", mw_cpu_brand());
}
