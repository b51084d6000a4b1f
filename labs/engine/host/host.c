#include "labs/engine/host/host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "labs/engine/host/state.h"

/* Messages taken per pump, so that a flood cannot starve the front end. */
enum { MESSAGES_PER_PUMP = 1000 };

int64_t mw_host_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- messages ---- */

static void take_hello(mw_host *host, json_t *message)
{
    json_int_t version = json_integer_value(json_object_get(message, "version"));
    host->hello_since = 0;
    if (version != MW_WIRE_VERSION) {
        char why[160];
        snprintf(why, sizeof why,
                 "memwall-worker speaks version %lld and memwall version %d: install both from "
                 "the same release",
                 (long long)version, MW_WIRE_VERSION);
        mw_host_give_up(host, MW_DEAD, why);
        return;
    }
    json_decref(host->hello);
    host->hello = json_incref(message);
}

static void take_run(mw_host *host, json_t *message)
{
    const char *state = json_string_value(json_object_get(message, "state"));
    if (state && strcmp(state, "started") == 0) {
        mw_host_forget_run(host);
        const char *label = json_string_value(json_object_get(message, "label"));
        const char *kernel = json_string_value(json_object_get(message, "kernel"));
        host->run.active = true;
        host->run.serial = json_integer_value(json_object_get(message, "serial"));
        host->run.id = json_incref(json_object_get(message, "id"));
        snprintf(host->run.label, sizeof host->run.label, "%s", label ? label : "");
        snprintf(host->run.kernel, sizeof host->run.kernel, "%s", kernel ? kernel : "");
    } else {
        mw_host_forget_run(host);
    }
    json_object_del(message, "t");
    mw_host_tell(host, MW_HOST_RUN, json_incref(message));
}

static void take_reply(mw_host *host, json_t *message, mw_host_event_kind kind)
{
    const json_t *id = json_object_get(message, "id");
    if (json_is_integer(id))
        mw_host_settle(host, (long)json_integer_value(id));
    json_object_del(message, "t");
    mw_host_tell(host, kind, json_incref(message));
}

/* A worker that is not the right one may only say why. */
static void take_before_hello(mw_host *host, const json_t *message, const char *type)
{
    const char *why = json_string_value(json_object_get(message, "message"));
    if (strcmp(type, "error") == 0 && why && !host->fatal[0]) {
        snprintf(host->fatal, sizeof host->fatal, "%s", why);
        host->fatal_status = mw_host_status_of(json_object_get(message, "status"));
    }
}

static void take_message(mw_host *host, json_t *message)
{
    const char *type = json_string_value(json_object_get(message, "t"));
    const char *text = json_string_value(json_object_get(message, "text"));
    if (strcmp(type, "hello") == 0) {
        take_hello(host, message);
    } else if (!host->hello) {
        take_before_hello(host, message, type);
    } else if (strcmp(type, "enter") == 0) {
        const char *what = json_string_value(json_object_get(message, "what"));
        host->callback_since = mw_host_now_ms();
        snprintf(host->callback, sizeof host->callback, "%s", what ? what : "");
    } else if (strcmp(type, "leave") == 0) {
        host->callback_since = 0;
        mw_lab_message(host, type, message);
    } else if (mw_lab_message(host, type, message)) {
        return;
    } else if (strcmp(type, "run") == 0) {
        take_run(host, message);
    } else if (strcmp(type, "progress") == 0) {
        json_object_del(message, "t");
        mw_host_tell(host, MW_HOST_PROGRESS, json_incref(message));
    } else if (strcmp(type, "answer") == 0) {
        take_reply(host, message, MW_HOST_ANSWER);
    } else if (strcmp(type, "error") == 0) {
        take_reply(host, message, MW_HOST_ERROR);
    } else if (strcmp(type, "log") == 0 && text) {
        mw_host_tell(host, MW_HOST_LOG, json_pack("{s:s}", "text", text));
    }
    /* Anything else is from a newer worker and may be ignored. */
}

/* ---- deadlines ---- */

/* Between its hello and the lab; a callback has a deadline of its own. */
static bool is_opening(const mw_host *host)
{
    return host->hello && !host->callback_since && mw_lab_is_opening(host);
}

static void check_deadlines(mw_host *host)
{
    int64_t now = mw_host_now_ms();
    char why[160];
    if (host->callback_since && now - host->callback_since >= MW_CALLBACK_MS) {
        snprintf(why, sizeof why, "the lab did not come back from '%s' within %d s", host->callback,
                 MW_CALLBACK_MS / 1000);
        host->overdue = true;
        mw_host_end_by_force(host, why);
    }
    if (host->hello_since && now - host->hello_since >= MW_HELLO_MS) {
        snprintf(why, sizeof why,
                 "the worker said nothing within %d s: install memwall again, or wait until the "
                 "machine is less busy",
                 MW_HELLO_MS / 1000);
        mw_host_give_up(host, MW_TIMEOUT, why);
    }
    if (is_opening(host) && now - host->heard_since >= MW_OPEN_MS) {
        snprintf(why, sizeof why, "the worker did not open the lab within %d s", MW_OPEN_MS / 1000);
        host->overdue = true;
        mw_host_end_by_force(host, why);
    }
    mw_host_climb(host, now);
}

static void lower(int *timeout_ms, int64_t deadline, int64_t now)
{
    int64_t left = deadline > now ? deadline - now : 0;
    if (*timeout_ms < 0 || left < *timeout_ms)
        *timeout_ms = (int)left;
}

/* ---- the interface ---- */

mw_status mw_host_open(mw_host **host, const mw_host_options *options, mw_error *error)
{
    *host = NULL;
    mw_host *made = calloc(1, sizeof *made);
    if (!made)
        return mw_fail(error, MW_NO_MEMORY, "no memory for the host");
    made->paths = *options->paths;
    made->last = &made->first;
    made->process.output = -1;
    if (options->keep_progress) {
        mw_status status = mw_progress_open(&made->progress, made->paths.data, error);
        if (status) {
            free(made);
            return status;
        }
    }
    *host = made;
    return MW_OK;
}

void mw_host_close(mw_host *host)
{
    if (!host)
        return;
    mw_host_lab_close(host);
    if (host->process.pid) {
        mw_host_send(host, json_pack("{s:s}", "t", "quit"), NULL);
        mw_process_end(&host->process, host->run.active ? 300 : 1000);
        mw_process_close(&host->process);
    }
    mw_host_event event;
    while (mw_host_next(host, &event))
        json_decref(event.body);
    mw_host_fail_requests(host, MW_DEAD, "");
    while (mw_host_next(host, &event))
        json_decref(event.body);
    mw_host_forget_run(host);
    json_decref(host->hello);
    json_decref(host->key);
    mw_progress_close(host->progress);
    free(host);
}

size_t mw_host_fds(mw_host *host, struct pollfd *fds, size_t capacity, int *timeout_ms)
{
    size_t count = 0;
    if (host->process.pid && count < capacity) {
        short events = POLLIN;
        if (mw_wire_pending(host->process.wire))
            events |= POLLOUT;
        fds[count++] = (struct pollfd){mw_wire_fd(host->process.wire), events, 0};
    }
    if (host->process.output >= 0 && count < capacity)
        fds[count++] = (struct pollfd){host->process.output, POLLIN, 0};
    if (host->progress && mw_progress_fd(host->progress) >= 0 && count < capacity)
        fds[count++] = (struct pollfd){mw_progress_fd(host->progress), POLLIN, 0};

    int64_t now = mw_host_now_ms();
    if (host->first)
        *timeout_ms = 0;
    if (host->callback_since)
        lower(timeout_ms, host->callback_since + MW_CALLBACK_MS, now);
    if (host->hello_since)
        lower(timeout_ms, host->hello_since + MW_HELLO_MS, now);
    if (is_opening(host))
        lower(timeout_ms, host->heard_since + MW_OPEN_MS, now);
    if (host->ladder.stage == MW_ASKED)
        lower(timeout_ms, host->ladder.since + MW_TERMINATE_MS, now);
    if (host->ladder.stage == MW_TERMINATED)
        lower(timeout_ms, host->ladder.since + MW_KILL_MS, now);
    return count;
}

void mw_host_pump(mw_host *host)
{
    mw_status status = MW_OK;
    mw_error error = {MW_OK, ""};
    for (int i = 0; host->process.pid && i < MESSAGES_PER_PUMP; i++) {
        json_t *message;
        status = mw_wire_receive(host->process.wire, &message, &error);
        if (status == MW_PROTOCOL) {
            mw_host_tell_error(host, "wire", status, "from the worker: %s", error.message);
            continue;
        }
        if (status || !message)
            break;
        host->heard_since = mw_host_now_ms();
        take_message(host, message);
        json_decref(message);
    }
    if (host->process.pid)
        mw_host_drain_output(host);
    mw_lab_commits(host);
    if (host->process.pid && status) {
        mw_host_worker_died(host);
    } else if (host->process.pid) {
        mw_wire_flush(host->process.wire, NULL);
        check_deadlines(host);
    }
}

const char *mw_host_notice(const mw_host *host)
{
    return host->progress ? mw_progress_notice(host->progress) : NULL;
}

bool mw_host_readonly(const mw_host *host)
{
    return host->progress && mw_progress_readonly(host->progress);
}

mw_status mw_host_start(mw_host *host, mw_error *error)
{
    return mw_host_ensure_worker(host, error);
}

bool mw_host_is_starting(const mw_host *host)
{
    return host->process.pid && !host->hello;
}

bool mw_host_is_useless(const mw_host *host)
{
    return host->useless.code != MW_OK;
}

bool mw_host_running(const mw_host *host)
{
    return host->run.active;
}

bool mw_host_counters(const mw_host *host, mw_counters *counters)
{
    return host->process.block && mw_block_read(host->process.block, counters) &&
           counters->run != 0;
}
