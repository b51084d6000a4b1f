/* report.c: kernels, arguments, measurements and ratios as JSON. */
#include "labs/engine/worker/report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cpu.h"
#include "labs/engine/wire/quantity.h"
#include "labs/engine/wire/wire.h"
#include "library.h"
#include "model/verdict.h"
#include "registry.h"

/* `text` stands for the value of a text parameter. */
static json_t *value_of(const mw_param *param, int64_t value, const char *text)
{
    if (param->choices == mw_text_choices)
        return json_string(text);
    return param->choices ? json_string(param->choices[value]) : json_integer(value);
}

static json_t *report_param(const mw_param *param)
{
    json_t *json = json_pack(
        "{s:s, s:s, s:s, s:o, s:o, s:o}", "name", param->name, "unit",
        param->unit ? param->unit : "1", "summary", param->summary ? param->summary : "", "min",
        value_of(param, param->min, ""), "max", value_of(param, mw_param_max(param), ""), "default",
        value_of(param, mw_param_preset(param), ""));
    if (json && param->choices == mw_text_choices) {
        json_object_set_new(json, "text", json_integer(MW_TEXT_MAX));
    } else if (json && param->choices) {
        json_t *choices = json_array();
        for (int64_t i = param->min; i <= param->max; i++)
            json_array_append_new(choices, json_string(param->choices[i]));
        json_object_set_new(json, "choices", choices);
    }
    return json;
}

json_t *mw_report_kernels(void)
{
    json_t *list = json_array();
    for (size_t i = 0; i < mw_registry_count(); i++) {
        const mw_kernel *kernel = mw_registry_at(i);
        json_t *params = json_array();
        for (size_t p = 0; p < kernel->param_count; p++)
            json_array_append_new(params, report_param(&kernel->params[p]));
        json_t *entry = json_pack("{s:s, s:s, s:s, s:s, s:o}", "family", kernel->family, "variant",
                                  kernel->variant, "isa",
                                  kernel->library ? "library" : mw_isa_name(mw_cpu_isa()),
                                  "summary", kernel->summary, "params", params);
        if (entry && kernel->library)
            json_object_set_new(entry, "library", json_string(kernel->library));
        json_array_append_new(list, entry);
    }
    return json_pack("{s:o}", "kernels", list);
}

mw_status mw_report_request(const char *name, const json_t *args, const mw_kernel **kernel,
                            mw_args *values, mw_error *error)
{
    if (!name)
        return mw_fail(error, MW_INVALID, "no kernel is named: \"kernel\" wants FAMILY/VARIANT");
    mw_status status = mw_registry_find(name, kernel, error);
    if (status != MW_OK)
        return status;
    mw_args_preset(*kernel, values);
    if (args && !json_is_object(args) && !json_is_null(args))
        return mw_fail(error, MW_INVALID, "%s: \"args\" is not an object", name);
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)args, key, value)
    {
        char number[64];
        const char *text = number;
        if (json_is_string(value))
            text = json_string_value(value);
        else if (json_is_integer(value))
            snprintf(number, sizeof number, "%lld", (long long)json_integer_value(value));
        else if (json_is_real(value))
            snprintf(number, sizeof number, "%.17g", json_real_value(value));
        else
            return mw_fail(error, MW_INVALID, "%s: %s is neither a number nor a word", name, key);
        status = mw_args_set(*kernel, values, key, text, error);
        if (status != MW_OK)
            return status;
    }
    return mw_args_check(*kernel, values, error);
}

json_t *mw_report_args(const mw_kernel *kernel, const mw_args *args)
{
    json_t *json = json_object();
    for (size_t i = 0; i < kernel->param_count; i++)
        json_object_set_new(json, kernel->params[i].name,
                            value_of(&kernel->params[i], args->value[i], args->text));
    return json;
}

json_t *mw_report_chosen(const mw_kernel *kernel, const mw_args *args)
{
    json_t *json = json_object();
    mw_args settled = *args;
    if (kernel->settle)
        kernel->settle(kernel, &settled);
    for (size_t i = 0; i < kernel->param_count; i++) {
        if (settled.value[i] != args->value[i])
            json_object_set_new(json, kernel->params[i].name, json_integer(settled.value[i]));
    }
    return json;
}

static void set_reason(json_t *reasons, const char *name, mw_reason reason)
{
    json_object_set_new(reasons, name, mw_reason_to_json(&reason));
}

/* numerator / denominator; absent with the reason of whichever part is. */
static mw_number quotient(const mw_number *numerator, const mw_number *denominator,
                          mw_quantity quantity, mw_reason_id why_not)
{
    mw_unit unit = mw_quantity_of(quantity)->unit;
    mw_kind kind = mw_quantity_of(quantity)->kind;
    if (numerator->absent)
        return mw_number_absent(unit, kind, numerator->reason);
    if (denominator->absent)
        return mw_number_absent(unit, kind, denominator->reason);
    if (!(denominator->value > 0))
        return mw_number_absent(unit, kind, mw_reason_of(why_not, NULL));
    return mw_number_of(numerator->value / denominator->value, unit, kind);
}

/* The memory ledger: what the allocator and the chain counted as they ran. */
static json_t *report_memory(const mw_memory *memory)
{
    json_t *json = json_pack("{s:{}, s:{}}", "kinds", "reasons");
    json_t *purposes = json_object();
    mw_number peak = mw_quantity_number(MW_QUANTITY_PEAK_BYTES, (double)memory->peak_bytes);
    mw_number all =
        mw_quantity_number(MW_QUANTITY_ALL_INPUTS_BYTES, (double)memory->all_inputs_bytes);
    mw_number again =
        mw_quantity_number(MW_QUANTITY_RECOMPUTED_FLOPS, (double)memory->recomputed_flops);
    mw_number pass = mw_number_of((double)memory->pass_flops, MW_UNIT_FLOP, MW_MODELLED);
    mw_number live = mw_quantity_number(MW_QUANTITY_LIVE_INPUTS, (double)memory->live_inputs);
    mw_number overhead = quotient(&again, &pass, MW_QUANTITY_OVERHEAD, MW_REASON_NOTHING_COMPUTED);
    mw_quantity_to_json(json, MW_QUANTITY_PEAK_BYTES, &peak);
    mw_quantity_to_json(json, MW_QUANTITY_LIVE_INPUTS, &live);
    mw_quantity_to_json(json, MW_QUANTITY_ALL_INPUTS_BYTES, &all);
    mw_quantity_to_json(json, MW_QUANTITY_RECOMPUTED_FLOPS, &again);
    mw_quantity_to_json(json, MW_QUANTITY_OVERHEAD, &overhead);
    for (int p = 0; p < MW_PURPOSES; p++)
        json_object_set_new(purposes, mw_purpose_name((mw_purpose)p),
                            json_integer((json_int_t)memory->by_purpose[p]));
    json_object_set_new(json, "by_purpose", purposes);
    json_object_set_new(json_object_get(json, "kinds"), "by_purpose",
                        json_string(mw_kind_name(MW_COUNTED)));
    return json;
}

/* Which library, and which of its kernels: a ratio against it says little without. */
static json_t *library_json(const char *name)
{
    mw_library library;
    char text[96];
    if (!mw_library_probe(name, &library))
        return json_string(name);
    mw_library_describe(&library, text, sizeof text);
    return json_string(text);
}

/* What was counted and timed, and what follows from it. */
static void find_numbers(const mw_measurement *m, mw_number numbers[MW_QUANTITIES])
{
    const mw_reason_id no_time = MW_REASON_NO_TIME;
    for (int i = 0; i < MW_QUANTITIES; i++) {
        const mw_quantity_row *row = mw_quantity_of((mw_quantity)i);
        numbers[i] =
            mw_number_absent(row->unit, row->kind, mw_reason_of(MW_REASON_NOT_MEASURED, NULL));
    }
#define TALLY(ID, field) numbers[MW_QUANTITY_##ID] = m->field;
    MW_TALLIES(TALLY)
    numbers[MW_QUANTITY_BYTES] = m->compulsory_bytes;
    const mw_number *flops = &numbers[MW_QUANTITY_FLOPS], *bytes = &numbers[MW_QUANTITY_BYTES],
                    *seconds = &numbers[MW_QUANTITY_SECONDS];
    numbers[MW_QUANTITY_SECONDS] =
        mw_number_with_spread(m->seconds.median, m->seconds.low, m->seconds.high,
                              numbers[MW_QUANTITY_SECONDS].unit, numbers[MW_QUANTITY_SECONDS].kind);
    numbers[MW_QUANTITY_RATE] = quotient(flops, seconds, MW_QUANTITY_RATE, no_time);
    numbers[MW_QUANTITY_BANDWIDTH] = quotient(bytes, seconds, MW_QUANTITY_BANDWIDTH, no_time);
    numbers[MW_QUANTITY_INTENSITY] =
        quotient(flops, bytes, MW_QUANTITY_INTENSITY, MW_REASON_NO_BYTES);
    numbers[MW_QUANTITY_HARDWARE_FLOPS] = m->hardware.flops;
}

static void set_numbers(json_t *json, const mw_measurement *m)
{
    mw_number numbers[MW_QUANTITIES];
    find_numbers(m, numbers);
    for (int i = 0; i < MW_QUANTITIES; i++) {
        const mw_quantity_row *row = mw_quantity_of((mw_quantity)i);
        if (row->member && row->place != MW_OF_MEMORY)
            mw_quantity_to_json(json, (mw_quantity)i, &numbers[i]);
    }
    json_t *seconds = json_object_get(json, "seconds");
    json_object_set_new(seconds, "min", mw_real_or_null(m->seconds.min));
    json_object_set_new(seconds, "samples", json_integer((json_int_t)m->seconds.samples));
}

json_t *mw_report_measurement(const mw_measurement *m)
{
    char name[128];
    snprintf(name, sizeof name, "%s/%s", m->kernel->family, m->kernel->variant);
    json_t *json = json_pack(
        "{s:s, s:o, s:s, s:{}, s:{}}", "kernel", name, "args", mw_report_args(m->kernel, &m->args),
        "isa", m->kernel->library ? "library" : mw_isa_name(m->isa), "kinds", "reasons");
    if (!json)
        return NULL;
    json_object_set_new(json, "chosen", mw_report_chosen(m->kernel, &m->args));
    set_numbers(json, m);
    json_t *reasons = json_object_get(json, "reasons");
    json_object_set_new(json, "bound", json_null());
    set_reason(reasons, "bound", mw_reason_of(MW_REASON_ROOFS_NOT_HERE, NULL));
    json_object_set_new(json, "verified",
                        m->verify_asked ? json_boolean(m->verified) : json_null());
    if (m->verify_asked)
        json_object_set_new(json, "worst_error", mw_real_or_null(m->worst_error));
    else
        set_reason(reasons, "verified", mw_reason_of(MW_REASON_NOT_VERIFIED, NULL));
    json_object_set_new(json, "verdict",
                        json_string(mw_run_verdict_name(m->noisy ? MW_RUN_NOISY : MW_RUN_CLEAN)));
    if (m->noisy)
        set_reason(reasons, "verdict", m->reason);
    if (m->has_memory)
        json_object_set_new(json, "memory", report_memory(&m->memory));
    if (m->kernel->library)
        json_object_set_new(json, "library", library_json(m->kernel->library));
    if (mw_param_index(m->kernel, "threads") >= 0)
        json_object_set_new(json, "threads_had", json_integer(m->threads_had));
    json_object_set_new(json, "disturbed", json_boolean(m->disturbed));
    json_object_set_new(json, "prepare_seconds", mw_real_or_null(m->prepare_seconds));
    json_object_set_new(json, "involuntary_switches", json_integer(m->involuntary_switches));
    json_object_set_new(json, "wall_over_cpu", mw_real_or_null(m->wall_over_cpu));
    json_object_set_new(json, "steal_ticks", json_integer(m->steal_ticks));
    return json;
}

json_t *mw_report_ratio(const mw_ratio *ratio)
{
    json_t *json = json_pack(
        "{s:o, s:o, s:o, s:s, s:b, s:I, s:I}", "median", mw_real_or_null(ratio->value.median),
        "low", mw_real_or_null(ratio->value.low), "high", mw_real_or_null(ratio->value.high),
        "verdict", mw_run_verdict_name(ratio->noisy ? MW_RUN_NOISY : MW_RUN_CLEAN), "disturbed",
        ratio->disturbed, "pairs", (json_int_t)ratio->pairs, "disturbed_pairs",
        (json_int_t)ratio->disturbed_pairs);
    if (ratio->noisy)
        set_reason(json, "reason", ratio->reason);
    return json;
}
