/*
 * order.h: what the kernel thread is asked for, read from the wire: a job, and who waits for it.
 *
 * A request of the host has a number; a run of the lab has a word, and its result goes to the lab.
 */
#ifndef MW_WORKER_ORDER_H
#define MW_WORKER_ORDER_H

#include <jansson.h>
#include <stdbool.h>

#include "labs/engine/worker/runner.h"
#include "model/status.h"

typedef struct mw_order {
    struct mw_order *next;
    json_t *id;
    bool lab;
    bool dropped; /* the lab does not want to hear of it any more */
    char label[128];
    mw_job job;
} mw_order;

/* From a request, or from a `run` effect of the lab. NULL and the error when what is asked for does
 * not exist or is out of range; else free it. */
mw_status mw_order_request(mw_order **order, const json_t *request, mw_job_kind kind,
                           const char *label, mw_error *error);
mw_status mw_order_run(mw_order **order, const json_t *effect, mw_error *error);
void mw_order_free(mw_order *order);

#endif
