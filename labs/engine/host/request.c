/* request.c: numbers requests, and fails those whose worker can answer no more. */
#include <stdlib.h>
#include <string.h>

#include "labs/engine/host/worker.h"

void mw_worker_settle(mw_worker *worker, long id)
{
    for (mw_pending **link = &worker->pending; *link; link = &(*link)->next) {
        mw_pending *each = *link;
        if (each->id == id) {
            *link = each->next;
            free(each);
            worker->owes_since = mw_now_ms();
            return;
        }
    }
}

bool mw_worker_is_pending(const mw_worker *worker, long id)
{
    for (const mw_pending *each = worker->pending; each; each = each->next)
        if (each->id == id)
            return true;
    return false;
}

void mw_worker_fail_requests(mw_worker *worker, mw_status status, const char *message)
{
    while (worker->pending) {
        long id = worker->pending->id;
        mw_worker_settle(worker, id);
        mw_worker_tell(worker, MW_HOST_ERROR,
                       json_pack("{s:I, s:s, s:s}", "id", (json_int_t)id, "status",
                                 mw_status_name(status), "message", message));
    }
}

mw_status mw_worker_request(mw_worker *worker, const char *name, json_t *body, long *id,
                            mw_error *error)
{
    mw_pending *pending = calloc(1, sizeof *pending);
    json_t *message = body ? body : json_object();
    mw_status status = pending ? mw_worker_ensure(worker, error)
                               : mw_fail(error, MW_NO_MEMORY, "no memory for a request");
    if (status != MW_OK) {
        free(pending);
        json_decref(message);
        return status;
    }
    if (!worker->pending)
        worker->owes_since = mw_now_ms();
    pending->id = ++worker->events->last_id;
    pending->next = worker->pending;
    worker->pending = pending;
    *id = pending->id;
    json_object_set_new(message, "t", json_string(name));
    json_object_set_new(message, "id", json_integer(pending->id));
    status = mw_worker_send(worker, message, error);
    if (status != MW_OK)
        mw_worker_settle(worker, *id);
    return status;
}

mw_status mw_status_of(const json_t *word)
{
    const char *name = json_string_value(word);
    for (mw_status status = MW_OK; name && status <= MW_INTERNAL; status++)
        if (strcmp(mw_status_name(status), name) == 0)
            return status;
    return MW_INTERNAL;
}
