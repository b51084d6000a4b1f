/* links.c: simulates a measured run within its budget, and lists the bytes of each link. */
#include "labs/engine/worker/links.h"

#include <math.h>
#include <string.h>

#include "labs/engine/wire/wire.h"
#include "labs/engine/worker/model.h"
#include "meter/noise.h"
#include "modelled.h"

/* A model beside a measurement is a sample at most so long: a tenth of a second or two. */
static const uint64_t references_most = 40 * 1000 * 1000;
static const double within_most = 600;

mw_status mw_links_read(const json_t *request, mw_links_order *order, mw_error *error)
{
    const json_t *within = json_object_get(request, "model");
    memset(order, 0, sizeof *order);
    if (!within || json_is_null(within))
        return MW_OK;
    order->within = json_number_value(within);
    if (!json_is_number(within) || !(order->within >= 0 && order->within <= within_most))
        return mw_fail(error, MW_INVALID, "model is a number of seconds from 0 to %g", within_most);
    mw_model_caches(json_object_get(request, "machine"), order->levels, &order->count,
                    &order->source);
    return MW_OK;
}

typedef struct watch {
    mw_ledger *ledger;
    double begin, within;
    bool late;
} watch;

static bool look_up(void *context, double fraction)
{
    (void)fraction;
    watch *w = context;
    w->late = w->late || mw_clock_seconds() - w->begin > w->within;
    return mw_ledger_poll(w->ledger) && !w->late;
}

static json_t *bytes_or_null(double bytes)
{
    return bytes >= 0 && bytes < 9e15 ? json_integer((json_int_t)llround(bytes)) : json_null();
}

/* Measured bytes of the link below level `index` of `count`: the last one leads to memory. */
static const mw_number *measured(const mw_hardware_counts *counts, size_t index, size_t count)
{
    return index + 1 == count ? &counts->dram_bytes
           : index == 0       ? &counts->l1_bytes
                              : &counts->l2_bytes;
}

/* Why there is no traffic; none when there is. Cancelled says its ledger. */
static mw_reason simulate(const mw_links_order *order, const mw_measurement *m, mw_ledger *ledger,
                          mw_traffic *traffic)
{
    mw_reason refused = mw_model_refusal(m->kernel, &m->args);
    if (mw_reason_is(&refused))
        return refused;
    watch w = {.ledger = ledger, .begin = mw_clock_seconds(), .within = order->within};
    mw_traffic_options options = {.mode = MW_CACHE_WRITE_BACK,
                                  .references = references_most,
                                  .progress = look_up,
                                  .context = &w};
    mw_error error = {MW_OK, ""};
    mw_status status = mw_model_traffic(m->kernel, &m->args, order->levels, order->count, &options,
                                        traffic, &error);
    if (w.late)
        return MW_BECAUSE(LONG_SIMULATION, {.number = order->within});
    return mw_reason_told(status != MW_OK ? error.message : NULL);
}

mw_status mw_links_report(const mw_links_order *order, const mw_measurement *m, mw_ledger *ledger,
                          json_t **links, mw_error *error)
{
    mw_traffic traffic = {.sampled = false};
    mw_reason why = simulate(order, m, ledger, &traffic);
    bool modelled = !mw_reason_is(&why);
    if (mw_ledger_cancelled(ledger))
        return mw_fail(error, MW_CANCELLED, "cancelled");
    json_t *levels = json_array(), *reasons = json_object();
    for (size_t i = 0; i < order->count; i++) {
        const mw_number *events = measured(&m->hardware, i, order->count);
        bool last = i + 1 == order->count;
        json_array_append_new(
            levels, json_pack("{s:s, s:s, s:o, s:o}", "from", order->levels[i].name, "to",
                              last ? "memory" : order->levels[i + 1].name, "modelled",
                              bytes_or_null(modelled ? traffic.level[i].link_bytes : -1),
                              "measured", bytes_or_null(events->absent ? -1 : events->value)));
        if (events->absent)
            json_object_set_new(reasons, "measured", mw_reason_to_json(&events->reason));
    }
    if (!modelled)
        json_object_set_new(reasons, "modelled", mw_reason_to_json(&why));
    *links = json_pack("{s:s, s:b, s:o, s:o}", "caches", order->source, "sampled", traffic.sampled,
                       "levels", levels, "reasons", reasons);
    return MW_OK;
}
