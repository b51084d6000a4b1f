#include "labs/engine/host/host.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "labs/engine/host/state.h"
#include "model/quantity.h"

/* Messages and lines taken per pump, so that a flood cannot starve the front end. */
enum { MESSAGES_PER_PUMP = 1000, LINES_PER_PUMP = 100 };

int64_t mw_host_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- events ---- */

static void end_by_force(mw_host *host, const char *why)
{
    if (!host->fatal[0])
        snprintf(host->fatal, sizeof host->fatal, "%s", why);
    kill(host->process.pid, SIGKILL);
}

/* No other worker would do better: none is started any more. */
static void give_up(mw_host *host, mw_status status, const char *why)
{
    mw_fail(&host->useless, status, "%s", why);
    host->fatal_status = status;
    host->early_deaths = MW_DEATHS_MAX;
    end_by_force(host, why);
}

/* A worker that prints without end must not fill our memory while nobody listens. */
static bool is_line_too_many(mw_host *host)
{
    if (host->queued_lines >= MW_LOG_LINES_MAX) {
        host->lines_lost++;
        return true;
    }
    return false;
}

static void queue_event(mw_host *host, mw_host_event_kind kind, json_t *body, json_int_t view)
{
    if (kind == MW_HOST_LOG && is_line_too_many(host)) {
        json_decref(body);
        return;
    }
    if (host->queued >= MW_EVENTS_MAX && host->process.pid)
        end_by_force(host, "the worker says more than can be heard");
    mw_host_queued *queued = body ? calloc(1, sizeof *queued) : NULL;
    if (!queued) {
        json_decref(body);
        return;
    }
    queued->event = (mw_host_event){kind, body};
    queued->view = view;
    *host->last = queued;
    host->last = &queued->next;
    host->queued++;
    host->queued_lines += kind == MW_HOST_LOG;
}

void mw_host_tell(mw_host *host, mw_host_event_kind kind, json_t *body)
{
    queue_event(host, kind, body, 0);
}

void mw_host_tell_view(mw_host *host, json_t *view, json_int_t number)
{
    queue_event(host, MW_HOST_VIEW, view, number);
}

void mw_host_tell_error(mw_host *host, const char *what, mw_status status, const char *format, ...)
{
    mw_error error;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error.message, sizeof error.message, format, arguments);
    va_end(arguments);
    mw_host_tell(host, MW_HOST_ERROR,
                 json_pack("{s:s, s:s, s:s}", "what", what, "status", mw_status_name(status),
                           "message", error.message));
}

/* An event leaves the queue; the last line before a gap is followed by a word about it. */
static void count_out(mw_host *host, const mw_host_queued *leaving)
{
    host->queued--;
    if (leaving->event.kind != MW_HOST_LOG || --host->queued_lines > 0 || host->lines_lost == 0)
        return;
    char text[80];
    snprintf(text, sizeof text, "… %d more lines were left out", host->lines_lost);
    host->lines_lost = 0;
    mw_host_tell(host, MW_HOST_LOG, json_pack("{s:s}", "text", text));
}

bool mw_host_next(mw_host *host, mw_host_event *event)
{
    mw_host_queued *head = host->first;
    if (!head)
        return false;
    host->first = head->next;
    if (!host->first)
        host->last = &host->first;
    *event = head->event;
    count_out(host, head);
    if (head->view && host->process.pid)
        mw_host_send(host, json_pack("{s:s, s:I}", "t", "ack", "view", head->view), NULL);
    free(head);
    return true;
}

void mw_host_forget_views(mw_host *host, bool drop)
{
    for (mw_host_queued **link = &host->first; *link;) {
        mw_host_queued *each = *link;
        each->view = 0;
        if (!drop || each->event.kind != MW_HOST_VIEW) {
            link = &each->next;
            continue;
        }
        *link = each->next;
        if (host->last == &each->next)
            host->last = link;
        count_out(host, each);
        json_decref(each->event.body);
        free(each);
    }
}

/* ---- the worker's life ---- */

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

static void forget_run(mw_host *host)
{
    json_decref(host->run.id);
    memset(&host->run, 0, sizeof host->run);
}

static void drain_output(mw_host *host, int most)
{
    char line[MW_LINE_MAX + 8];
    while (most-- > 0 && mw_process_line(&host->process, line, sizeof line))
        mw_host_tell(host, MW_HOST_LOG, json_pack("{s:s}", "text", line));
}

/* The stream has ended: says how, fails the requests, and begins again when a lab is open. */
static void worker_died(mw_host *host)
{
    char message[640];
    int status = mw_process_end(&host->process, 1000);
    drain_output(host, LINES_PER_PUMP);
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
    forget_run(host);
    memset(&host->ladder, 0, sizeof host->ladder);
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
        give_up(host, MW_DEAD, why);
        return;
    }
    json_decref(host->hello);
    host->hello = json_incref(message);
}

static void take_run(mw_host *host, json_t *message)
{
    const char *state = json_string_value(json_object_get(message, "state"));
    if (state && strcmp(state, "started") == 0) {
        forget_run(host);
        const char *label = json_string_value(json_object_get(message, "label"));
        const char *kernel = json_string_value(json_object_get(message, "kernel"));
        host->run.active = true;
        host->run.serial = json_integer_value(json_object_get(message, "serial"));
        host->run.id = json_incref(json_object_get(message, "id"));
        snprintf(host->run.label, sizeof host->run.label, "%s", label ? label : "");
        snprintf(host->run.kernel, sizeof host->run.kernel, "%s", kernel ? kernel : "");
    } else {
        forget_run(host);
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
        end_by_force(host, why);
    }
    if (host->hello_since && now - host->hello_since >= MW_HELLO_MS) {
        snprintf(why, sizeof why,
                 "the worker said nothing within %d s: install memwall again, or wait until the "
                 "machine is less busy",
                 MW_HELLO_MS / 1000);
        give_up(host, MW_TIMEOUT, why);
    }
    if (is_opening(host) && now - host->heard_since >= MW_OPEN_MS) {
        snprintf(why, sizeof why, "the worker did not open the lab within %d s", MW_OPEN_MS / 1000);
        host->overdue = true;
        end_by_force(host, why);
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
    forget_run(host);
    json_decref(host->hello);
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
        drain_output(host, LINES_PER_PUMP);
    mw_lab_commits(host);
    if (host->process.pid && status) {
        worker_died(host);
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
