/* worker_watch.c: the deadlines of a worker, and what is said when one has passed. */
#include <stdio.h>

#include "labs/engine/host/worker.h"

/*
 * What is due, and since when. A worker that runs into one of its deadlines is ended; requests and
 * the lab hear why.
 */

/* Between its hello and the lab; a callback has a deadline of its own. */
static bool is_opening(const mw_worker *worker)
{
    const mw_worker_owner *owner = &worker->owner;
    return worker->hello && !worker->callback_since && owner->context &&
           owner->is_opening(owner->context);
}

/* Kernels take as long as they take, and who waits for them can cancel; a student's worker does
 * nothing but callbacks, one for each request. */
static bool owes_answer(const mw_worker *worker)
{
    return worker->role == MW_WORKER_STUDENT && worker->hello && worker->pending;
}

static bool is_late(int64_t now, int64_t since, int patience_ms)
{
    return now - since >= patience_ms;
}

static void end_callback(mw_worker *worker)
{
    char why[160];
    snprintf(why, sizeof why, "%s did not come back from '%s' within %d s",
             worker->role == MW_WORKER_STUDENT ? "the student's code" : "the lab", worker->callback,
             MW_CALLBACK_MS / 1000);
    worker->overdue = true;
    mw_worker_end_by_force(worker, why);
}

static void give_up_waiting_for_hello(mw_worker *worker)
{
    char why[160];
    snprintf(why, sizeof why,
             "the worker said nothing within %d s: install memwall again, or wait until the "
             "machine is less busy",
             MW_HELLO_MS / 1000);
    mw_worker_give_up(worker, MW_TIMEOUT, why);
}

static void end_opening(mw_worker *worker)
{
    char why[160];
    snprintf(why, sizeof why, "the worker did not open the lab within %d s", MW_OPEN_MS / 1000);
    worker->overdue = true;
    mw_worker_end_by_force(worker, why);
}

static void end_silence(mw_worker *worker)
{
    char why[160];
    snprintf(why, sizeof why, "the student's worker did not answer within %d s",
             MW_ANSWER_MS / 1000);
    worker->fatal_status = MW_TIMEOUT;
    mw_worker_end_by_force(worker, why);
}

static void check_deadlines(mw_worker *worker)
{
    int64_t now = mw_now_ms();
    if (worker->callback_since && is_late(now, worker->callback_since, MW_CALLBACK_MS))
        end_callback(worker);
    if (worker->hello_since && is_late(now, worker->hello_since, MW_HELLO_MS))
        give_up_waiting_for_hello(worker);
    if (is_opening(worker) && is_late(now, worker->heard_since, MW_OPEN_MS))
        end_opening(worker);
    if (owes_answer(worker) && is_late(now, worker->owes_since, MW_ANSWER_MS))
        end_silence(worker);
    if (worker->teller.queued >= MW_EVENTS_MAX)
        mw_worker_end_by_force(worker, "the worker says more than can be heard");
    mw_worker_climb(worker, now);
}

void mw_worker_watch(mw_worker *worker)
{
    if (worker->process.pid && worker->ended) {
        mw_worker_bury(worker);
    } else if (worker->process.pid) {
        mw_wire_flush(worker->process.wire, NULL);
        check_deadlines(worker);
    }
}

static void lower(int *timeout_ms, int64_t deadline, int64_t now)
{
    int64_t left = deadline > now ? deadline - now : 0;
    if (*timeout_ms < 0 || left < *timeout_ms)
        *timeout_ms = (int)left;
}

size_t mw_worker_fds(const mw_worker *worker, struct pollfd *fds, int *timeout_ms)
{
    size_t count = 0;
    int64_t now = mw_now_ms();
    if (!worker->process.pid)
        return 0;
    short events = mw_wire_pending(worker->process.wire) ? POLLIN | POLLOUT : POLLIN;
    fds[count++] = (struct pollfd){mw_wire_fd(worker->process.wire), events, 0};
    if (worker->process.output >= 0)
        fds[count++] = (struct pollfd){worker->process.output, POLLIN, 0};
    if (worker->callback_since)
        lower(timeout_ms, worker->callback_since + MW_CALLBACK_MS, now);
    if (worker->hello_since)
        lower(timeout_ms, worker->hello_since + MW_HELLO_MS, now);
    if (is_opening(worker))
        lower(timeout_ms, worker->heard_since + MW_OPEN_MS, now);
    if (owes_answer(worker))
        lower(timeout_ms, worker->owes_since + MW_ANSWER_MS, now);
    if (worker->ladder.stage == MW_ASKED)
        lower(timeout_ms, worker->ladder.since + MW_TERMINATE_MS, now);
    if (worker->ladder.stage == MW_TERMINATED)
        lower(timeout_ms, worker->ladder.since + MW_KILL_MS, now);
    return count;
}
