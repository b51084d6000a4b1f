#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "labs/engine/host/state.h"
#include "model/quantity.h"

/* So that a flood cannot starve the front end. */
enum { LINES_PER_DRAIN = 100 };

void mw_host_end_by_force(mw_host *host, const char *why)
{
    if (!host->fatal[0])
        snprintf(host->fatal, sizeof host->fatal, "%s", why);
    kill(host->process.pid, SIGKILL);
}

/* No other worker would do better: none is started any more. */
void mw_host_give_up(mw_host *host, mw_status status, const char *why)
{
    mw_fail(&host->useless, status, "%s", why);
    host->fatal_status = status;
    host->early_deaths = MW_DEATHS_MAX;
    mw_host_end_by_force(host, why);
}

mw_status mw_host_ensure_worker(mw_host *host, mw_error *error)
{
    if (host->process.pid)
        return MW_OK;
    if (host->useless.code)
        return mw_fail(error, host->useless.code, "%s", host->useless.message);
    mw_status status = mw_process_start(&host->process, host->paths.worker, "lab", error);
    if (status)
        return status;
    host->hello_since = mw_host_now_ms();
    host->callback_since = 0;
    host->fatal[0] = 0;
    host->fatal_status = MW_DEAD;
    host->overdue = false;
    return mw_host_send(
        host, json_pack("{s:s, s:i, s:s}", "t", "hello", "version", MW_WIRE_VERSION, "role", "lab"),
        error);
}

mw_status mw_host_send(mw_host *host, json_t *message, mw_error *error)
{
    if (!host->process.pid) {
        json_decref(message);
        return mw_fail(error, MW_DEAD, "there is no worker");
    }
    mw_status status = mw_wire_send(host->process.wire, message, error);
    return status == MW_DEAD ? MW_OK : status;
}

static const char *signal_word(int status)
{
    const char *word = sigabbrev_np(WTERMSIG(status));
    return word ? word : "?";
}

/* Why the run that was under way has no result; none when nothing ran. */
static mw_reason end_of_run(const mw_host *host, int status)
{
    const char *ran = host->run.kernel[0] ? host->run.kernel : host->run.label;
    if (!host->run.active)
        return mw_reason_of(MW_REASON_NONE, NULL);
    if (WIFSIGNALED(status))
        return MW_BECAUSE(WORKER_KILLED, {.number = WTERMSIG(status)},
                          {.word = signal_word(status)}, {.word = ran});
    return MW_BECAUSE(WORKER_ENDED, {.number = WEXITSTATUS(status)}, {.word = ran});
}

static void describe_end(const mw_host *host, int status, char *text, size_t size)
{
    char what[96], said[MW_REASON_TEXT];
    mw_reason run = end_of_run(host, status);
    if (WIFSIGNALED(status))
        snprintf(what, sizeof what, "was ended by signal %d (%s)", WTERMSIG(status),
                 signal_word(status));
    else
        snprintf(what, sizeof what, "ended with exit code %d", WEXITSTATUS(status));
    if (host->fatal[0])
        snprintf(text, size, "%s (the worker %s)", host->fatal, what);
    else if (mw_reason_is(&run))
        snprintf(text, size, "%s", mw_reason_english(&run, said));
    else if (!host->hello)
        snprintf(text, size, "the worker %s before it was ready", what);
    else
        snprintf(text, size, "the worker %s", what);
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

static json_t *death_body(mw_host *host, int status, const char *message, bool cancelled)
{
    json_t *body = json_pack("{s:s, s:b}", "message", message, "cancelled", cancelled);
    if (WIFSIGNALED(status))
        json_object_set_new(body, "signal", json_integer(WTERMSIG(status)));
    else
        json_object_set_new(body, "exit", json_integer(WEXITSTATUS(status)));
    mw_counters counters;
    if (host->run.active) {
        json_object_set(body, "run", host->run.id);
        json_object_set_new(body, "kernel", json_string(host->run.kernel));
        if (mw_host_counters(host, &counters))
            json_object_set_new(body, "counters", counters_json(&counters));
    }
    return body;
}

void mw_host_forget_run(mw_host *host)
{
    json_decref(host->run.id);
    memset(&host->run, 0, sizeof host->run);
}

void mw_host_drain_output(mw_host *host)
{
    char line[MW_LINE_MAX + 8];
    int most = LINES_PER_DRAIN;
    while (most-- > 0 && mw_process_line(&host->process, line, sizeof line))
        mw_host_tell(host, MW_HOST_LOG, json_pack("{s:s}", "text", line));
}

/* The stream has ended: says how, fails the requests, and begins again when a lab is open. */
void mw_host_worker_died(mw_host *host)
{
    char message[640];
    int status = mw_process_end(&host->process, 1000);
    mw_host_drain_output(host);
    describe_end(host, status, message, sizeof message);
    bool cancelled = host->ladder.stage >= MW_TERMINATED;
    bool in_callback = host->callback_since != 0;
    json_t *body = death_body(host, status, message, cancelled);
    mw_process_close(&host->process);

    host->early_deaths = host->hello ? 0 : host->early_deaths + 1;
    json_decref(host->hello);
    host->hello = NULL;
    host->hello_since = host->callback_since = 0;
    bool restart = mw_lab_wants_worker(host) && host->early_deaths < MW_DEATHS_MAX;
    json_object_set_new(body, "restarting", json_boolean(restart));
    json_object_set_new(body, "lab", json_boolean(mw_lab_wants_worker(host)));
    mw_host_tell(host, MW_HOST_DEATH, body);
    mw_host_forget_views(host, false);
    mw_host_fail_requests(host, cancelled ? MW_CANCELLED : host->fatal_status,
                          host->fatal[0] ? host->fatal : message);
    mw_reason run = host->fatal[0] ? mw_reason_told(message) : end_of_run(host, status);
    mw_lab_worker_died(host, message, cancelled ? mw_reason_of(MW_REASON_CANCELLED, NULL) : run,
                       in_callback);
    mw_host_forget_run(host);
    memset(&host->ladder, 0, sizeof host->ladder);
}
