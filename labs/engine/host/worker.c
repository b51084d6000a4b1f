/* worker.c: starts and ends the process, sends to it, passes on what it prints. */
#include "labs/engine/host/worker.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* So that a flood cannot starve the front end. */
enum { LINES_PER_DRAIN = 100 };

int64_t mw_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

mw_worker *mw_worker_make(const char *program, mw_worker_role role, int number, mw_events *events)
{
    mw_worker *made = calloc(1, sizeof *made);
    if (!made)
        return NULL;
    made->program = program;
    made->role = role;
    made->events = events;
    made->teller.number = number;
    made->process.output = -1;
    return made;
}

void mw_worker_free(mw_worker *worker)
{
    if (!worker)
        return;
    mw_events_drop(worker->events, &worker->teller);
    mw_worker_forget_run(worker);
    json_decref(worker->hello);
    free(worker);
}

int mw_worker_number(const mw_worker *worker)
{
    return worker->teller.number;
}

void mw_worker_tell(mw_worker *worker, mw_host_event_kind kind, json_t *body)
{
    mw_events_tell(worker->events, &worker->teller, kind, body);
}

void mw_worker_end_by_force(mw_worker *worker, const char *why)
{
    if (!worker->fatal[0])
        snprintf(worker->fatal, sizeof worker->fatal, "%s", why);
    kill(worker->process.pid, SIGKILL);
}

void mw_worker_give_up(mw_worker *worker, mw_status status, const char *why)
{
    mw_fail(&worker->useless, status, "%s", why);
    worker->fatal_status = status;
    worker->early_deaths = MW_DEATHS_MAX;
    mw_worker_end_by_force(worker, why);
}

mw_status mw_worker_ensure(mw_worker *worker, mw_error *error)
{
    static const char *const roles[] = {[MW_WORKER_LAB] = "lab", [MW_WORKER_STUDENT] = "student"};
    const char *role = roles[worker->role];
    if (worker->process.pid)
        return MW_OK;
    if (worker->useless.code != MW_OK)
        return mw_fail(error, worker->useless.code, "%s", worker->useless.message);
    mw_status status = mw_process_start(&worker->process, worker->program, role, error);
    if (status != MW_OK)
        return status;
    worker->hello_since = mw_now_ms();
    worker->callback_since = 0;
    worker->fatal[0] = 0;
    worker->fatal_status = MW_DEAD;
    worker->overdue = worker->ended = false;
    return mw_worker_send(
        worker,
        json_pack("{s:s, s:i, s:s}", "t", "hello", "version", MW_WIRE_VERSION, "role", role),
        error);
}

mw_status mw_worker_send(mw_worker *worker, json_t *message, mw_error *error)
{
    if (!worker->process.pid) {
        json_decref(message);
        return mw_fail(error, MW_DEAD, "there is no worker");
    }
    mw_status status = mw_wire_send(worker->process.wire, message, error);
    return status == MW_DEAD ? MW_OK : status;
}

void mw_worker_forget_run(mw_worker *worker)
{
    json_decref(worker->run.id);
    memset(&worker->run, 0, sizeof worker->run);
}

void mw_worker_drain_output(mw_worker *worker)
{
    char line[MW_LINE_MAX + 8];
    int most = LINES_PER_DRAIN;
    while (most-- > 0 && mw_process_line(&worker->process, line, sizeof line))
        mw_worker_tell(worker, MW_HOST_LOG, json_pack("{s:s}", "text", line));
}

void mw_worker_dismiss(mw_worker *worker)
{
    mw_worker_send(worker, json_pack("{s:s}", "t", "quit"), NULL);
}

void mw_worker_end(mw_worker *worker)
{
    if (worker->process.pid) {
        mw_process_end(&worker->process, worker->run.active ? 300 : 1000);
        mw_process_close(&worker->process);
    }
    while (worker->pending) {
        mw_pending *next = worker->pending->next;
        free(worker->pending);
        worker->pending = next;
    }
}
