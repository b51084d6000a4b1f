/* worker_end.c: tells how a worker died: by which signal, in which kernel, how far. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "labs/engine/host/worker.h"
#include "model/quantity.h"

static const char *signal_word(int status)
{
    const char *word = sigabbrev_np(WTERMSIG(status));
    return word ? word : "?";
}

/* Why the run that was under way has no result; none when nothing ran. */
static mw_reason end_of_run(const mw_worker *worker, int status)
{
    const char *ran = worker->run.kernel[0] ? worker->run.kernel : worker->run.label;
    if (!worker->run.active)
        return mw_reason_of(MW_REASON_NONE, NULL);
    if (WIFSIGNALED(status))
        return MW_BECAUSE(WORKER_KILLED, {.number = WTERMSIG(status)},
                          {.word = signal_word(status)}, {.word = ran});
    return MW_BECAUSE(WORKER_ENDED, {.number = WEXITSTATUS(status)}, {.word = ran});
}

static void describe_end(const mw_worker *worker, int status, char *text, size_t size)
{
    const char *who = worker->role == MW_WORKER_STUDENT ? "the student's worker" : "the worker";
    char what[96], said[MW_REASON_TEXT];
    mw_reason run = end_of_run(worker, status);
    if (WIFSIGNALED(status))
        snprintf(what, sizeof what, "was ended by signal %d (%s)", WTERMSIG(status),
                 signal_word(status));
    else
        snprintf(what, sizeof what, "ended with exit code %d", WEXITSTATUS(status));
    if (worker->fatal[0])
        snprintf(text, size, "%s (%s %s)", worker->fatal, who, what);
    else if (mw_reason_is(&run))
        snprintf(text, size, "%s", mw_reason_english(&run, said));
    else if (!worker->hello)
        snprintf(text, size, "%s %s before it was ready", who, what);
    else
        snprintf(text, size, "%s %s", who, what);
}

static json_t *counters_json(const mw_counters *counters)
{
    json_t *json =
        json_pack("{s:I, s:I, s:f}", "executions", (json_int_t)counters->executions, "phase",
                  (json_int_t)counters->phase, "progress", (double)counters->progress_ppm * 1e-6);
    for (int i = 0; i < MW_QUANTITIES; i++) {
        mw_number now;
        if (mw_quantity_live((mw_quantity)i, counters, &now))
            json_object_set_new(json, mw_quantity_of((mw_quantity)i)->name,
                                now.kind == MW_COUNTED ? json_integer((json_int_t)now.value)
                                                       : json_real(now.value));
    }
    return json;
}

static json_t *death_body(const mw_worker *worker, int status, const char *message, bool cancelled)
{
    json_t *body = json_pack("{s:s, s:b}", "message", message, "cancelled", cancelled);
    if (WIFSIGNALED(status))
        json_object_set_new(body, "signal", json_integer(WTERMSIG(status)));
    else
        json_object_set_new(body, "exit", json_integer(WEXITSTATUS(status)));
    mw_counters counters;
    if (worker->run.active) {
        json_object_set(body, "run", worker->run.id);
        json_object_set_new(body, "kernel", json_string(worker->run.kernel));
        if (mw_worker_counters(worker, &counters))
            json_object_set_new(body, "counters", counters_json(&counters));
    }
    return body;
}

bool mw_worker_counters(const mw_worker *worker, mw_counters *counters)
{
    return worker->process.block && mw_block_read(worker->process.block, counters) &&
           counters->run != 0;
}

void mw_worker_bury(mw_worker *worker)
{
    char message[640];
    const mw_worker_owner *owner = &worker->owner;
    int status = mw_process_end(&worker->process, 1000);
    mw_worker_drain_output(worker);
    describe_end(worker, status, message, sizeof message);
    bool cancelled = worker->ladder.stage >= MW_TERMINATED;
    mw_worker_death death = {message, mw_reason_of(MW_REASON_CANCELLED, NULL),
                             worker->callback_since != 0};
    json_t *body = death_body(worker, status, message, cancelled);
    mw_process_close(&worker->process);

    worker->early_deaths = worker->hello ? 0 : worker->early_deaths + 1;
    json_decref(worker->hello);
    worker->hello = NULL;
    worker->hello_since = worker->callback_since = 0;
    bool wanted = owner->context && owner->wants_worker(owner->context);
    json_object_set_new(body, "restarting",
                        json_boolean(wanted && worker->early_deaths < MW_DEATHS_MAX));
    json_object_set_new(body, "lab", json_boolean(wanted));
    mw_worker_tell(worker, MW_HOST_DEATH, body);
    mw_worker_fail_requests(worker, cancelled ? MW_CANCELLED : worker->fatal_status,
                            worker->fatal[0] ? worker->fatal : message);
    if (!cancelled)
        death.run = worker->fatal[0] ? mw_reason_told(message) : end_of_run(worker, status);
    if (owner->context)
        owner->mourn(owner->context, &death);
    mw_worker_forget_run(worker);
    memset(&worker->ladder, 0, sizeof worker->ladder);
}
