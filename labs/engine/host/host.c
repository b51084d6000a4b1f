/* host.c: owns the workers, the open lab and progress, and turns the loop. */
#include "labs/engine/host/host.h"

#include <stdlib.h>
#include <string.h>

#include "labs/engine/host/committed.h"
#include "labs/engine/host/state.h"

enum { LABS = 0 }; /* place of the lab's worker */

/* ---- workers ---- */

static mw_status place_worker(mw_host *host, int place, mw_worker_role role, mw_error *error)
{
    const char *program = role == MW_WORKER_STUDENT ? host->paths.student : host->paths.worker;
    int number = place == LABS ? 0 : ++host->last_number;
    host->workers[place] = mw_worker_make(program, role, number, &host->events);
    if (!host->workers[place])
        return mw_fail(error, MW_NO_MEMORY, "no memory for a worker");
    return MW_OK;
}

static void remove_worker(mw_host *host, int place)
{
    mw_worker *worker = host->workers[place];
    if (!worker)
        return;
    mw_worker_end(worker);
    mw_worker_free(worker);
    host->workers[place] = NULL;
}

mw_status mw_host_worker_add(mw_host *host, mw_worker_role role, mw_worker **worker,
                             mw_error *error)
{
    int place = LABS + 1;
    while (place < MW_HOST_WORKERS && host->workers[place])
        place++;
    *worker = NULL;
    if (place == MW_HOST_WORKERS)
        return mw_fail(error, MW_INVALID, "a host has %d workers at most", MW_HOST_WORKERS);
    mw_status status = place_worker(host, place, role, error);
    *worker = host->workers[place];
    return status;
}

void mw_host_worker_remove(mw_host *host, mw_worker *worker)
{
    for (int place = LABS + 1; worker && place < MW_HOST_WORKERS; place++) {
        if (host->workers[place] != worker)
            continue;
        mw_worker_dismiss(worker);
        remove_worker(host, place);
        return;
    }
}

mw_worker *mw_host_lab_worker(mw_host *host)
{
    return host->workers[LABS];
}

/* ---- opening and closing ---- */

mw_status mw_host_open(mw_host **host, const mw_host_options *options, mw_error *error)
{
    *host = NULL;
    mw_host *made = calloc(1, sizeof *made);
    if (!made)
        return mw_fail(error, MW_NO_MEMORY, "no memory for the host");
    made->paths = *options->paths;
    mw_events_open(&made->events);
    mw_status status = place_worker(made, LABS, MW_WORKER_LAB, error);
    if (status == MW_OK && options->keep_progress)
        status = mw_progress_open(&made->progress, made->paths.data, error);
    if (status != MW_OK)
        mw_host_close(made);
    else
        *host = made;
    return status;
}

/* All of them hear that they are to end before the first is waited for. */
void mw_host_close(mw_host *host)
{
    if (!host)
        return;
    mw_host_lab_close(host);
    for (int place = 0; place < MW_HOST_WORKERS; place++)
        if (host->workers[place])
            mw_worker_dismiss(host->workers[place]);
    for (int place = 0; place < MW_HOST_WORKERS; place++)
        remove_worker(host, place);
    mw_events_drop(&host->events, NULL);
    json_decref(host->key);
    mw_progress_close(host->progress);
    free(host);
}

/* ---- the loop ---- */

size_t mw_host_deadlines(mw_host *host, struct pollfd fds[MW_HOST_FDS], int *timeout_ms)
{
    size_t count = 0;
    for (int place = 0; place < MW_HOST_WORKERS; place++)
        if (host->workers[place])
            count += mw_worker_fds(host->workers[place], fds + count, timeout_ms);
    if (host->progress && mw_progress_fd(host->progress) >= 0)
        fds[count++] = (struct pollfd){mw_progress_fd(host->progress), POLLIN, 0};
    return count;
}

size_t mw_host_fds(mw_host *host, struct pollfd *fds, size_t capacity, int *timeout_ms)
{
    struct pollfd all[MW_HOST_FDS];
    size_t count = mw_host_deadlines(host, all, timeout_ms);
    if (count > capacity)
        count = capacity;
    memcpy(fds, all, count * sizeof *fds);
    if (host->events.first)
        *timeout_ms = 0;
    return count;
}

static void commit(mw_host *host)
{
    if (host->lab)
        mw_lab_commits(host->lab);
    else
        mw_committed(host->progress, &host->events, &host->teller);
}

void mw_host_pump(mw_host *host)
{
    for (int place = 0; place < MW_HOST_WORKERS; place++)
        if (host->workers[place])
            mw_worker_hear(host->workers[place]);
    commit(host);
    for (int place = 0; place < MW_HOST_WORKERS; place++)
        if (host->workers[place])
            mw_worker_watch(host->workers[place]);
}

bool mw_host_next(mw_host *host, mw_host_event *event)
{
    json_int_t view;
    if (!mw_events_take(&host->events, event, &view))
        return false;
    if (view)
        mw_worker_send(host->workers[LABS], json_pack("{s:s, s:I}", "t", "ack", "view", view),
                       NULL);
    return true;
}

/* ---- the lab's worker ---- */

mw_status mw_host_start(mw_host *host, mw_error *error)
{
    return mw_worker_ensure(host->workers[LABS], error);
}

bool mw_host_is_starting(const mw_host *host)
{
    return host->workers[LABS]->process.pid && !host->workers[LABS]->hello;
}

bool mw_host_is_useless(const mw_host *host)
{
    return host->workers[LABS]->useless.code != MW_OK;
}

mw_status mw_host_request(mw_host *host, const char *name, json_t *body, long *id, mw_error *error)
{
    return mw_worker_request(host->workers[LABS], name, body, id, error);
}

void mw_host_cancel(mw_host *host)
{
    mw_worker *worker = host->workers[LABS];
    /* Without a kernel there is no ladder, but the lab may still wait for a result. */
    if (!worker->run.active && host->lab && worker->process.pid)
        mw_worker_send(worker, json_pack("{s:s}", "t", "cancel"), NULL);
    mw_worker_cancel(worker, 0);
}

bool mw_host_running(const mw_host *host)
{
    return host->workers[LABS]->run.active;
}

bool mw_host_counters(const mw_host *host, mw_counters *counters)
{
    return mw_worker_counters(host->workers[LABS], counters);
}

/* ---- the lab ---- */

mw_status mw_host_lab_open(mw_host *host, const mw_lab_options *options, mw_error *error)
{
    mw_lab_place place = {host->workers[LABS], host->progress, host->paths.scripts};
    mw_host_lab_close(host);
    return mw_lab_open(&host->lab, &place, options, error);
}

void mw_host_lab_close(mw_host *host)
{
    mw_lab_close(host->lab);
    host->lab = NULL;
}

mw_status mw_host_input(mw_host *host, json_t *event, mw_error *error)
{
    return mw_lab_input(host->lab, event, error);
}

bool mw_host_refuses(const mw_host *host, const json_t *error)
{
    return mw_lab_refuses(host->lab, error);
}

const char *mw_host_seed(const mw_host *host)
{
    return mw_lab_seed(host->lab);
}

const char *mw_host_measured(const mw_host *host)
{
    return mw_lab_measured(host->lab);
}

const json_t *mw_host_transcript(const mw_host *host)
{
    return mw_lab_transcript(host->lab);
}

/* ---- what is kept ---- */

const char *mw_host_notice(const mw_host *host)
{
    return host->progress ? mw_progress_notice(host->progress) : NULL;
}

bool mw_host_readonly(const mw_host *host)
{
    return host->progress && mw_progress_readonly(host->progress);
}
