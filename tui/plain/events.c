/* events.c: one poll loop over the host and standard input. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "labs/engine/wire/member.h"
#include "labs/locale/locale.h"
#include "labs/locale/reason.h"
#include "tui/plain/session.h"

enum { RUNNING_POLL_MS = 500, PATIENCE_SECONDS = 2, LOG_LINES_A_SECOND = 50 };

static void end(mw_plain *plain, mw_plain_end how)
{
    if (!plain->stop)
        plain->end = how;
    plain->stop = true;
}

static bool running(const mw_plain *plain)
{
    const json_t *run = json_object_get(plain->view, "run");
    return strcmp(mw_json_text(run, "state"), "running") == 0;
}

/* For people on stdout; under --json on stderr, where it disturbs no reader. */
static void say_problem(mw_plain *plain, const char *text)
{
    mw_lines lines = plain->out;
    if (plain->options->json)
        mw_lines_open(&lines, stderr);
    mw_lines_print(&lines, "%s: %s", _("Problem"), text);
}

static void take_view(mw_plain *plain, json_t *body)
{
    const json_t *transcript = mw_host_transcript(plain->host);
    const json_t *after = json_object_get(body, "after");
    plain->after = json_is_integer(after) ? json_integer_value(after)
                                          : (json_int_t)json_array_size(transcript);
    json_decref(plain->view);
    plain->view = json_incref(body);
    if (plain->options->seen)
        plain->options->seen(plain->options->seen_context, body);
}

/* Only "open" ends a session; everything else is said, before the first view too. */
static void take_error(mw_plain *plain, const json_t *body)
{
    const char *what = mw_json_text(body, "what");
    char said[MW_REASON_TEXT];
    if (strcmp(what, "open") == 0) {
        const char *message = mw_json_text(body, "message");
        mw_fail(plain->error, plain->view ? MW_DEAD : MW_INVALID, "%s%s%s", message,
                *plain->log ? "; " : "", plain->log);
        end(plain, plain->view ? MW_PLAIN_FAILED : MW_PLAIN_REFUSED);
        return;
    }
    say_problem(plain, mw_reason_of_error(body, said));
    plain->not_kept = plain->not_kept || strcmp(what, "progress") == 0;
    if (mw_host_refuses(plain->host, body))
        plain->refused = true;
}

static void take_death(mw_plain *plain, const json_t *body)
{
    /* A lab that cannot open, or not again, is told once: by the error that closes it. */
    bool restarting = json_is_true(json_object_get(body, "restarting"));
    bool closing = json_is_true(json_object_get(body, "lab")) && !restarting;
    bool opening = restarting && !plain->view;
    if (!closing && !opening)
        say_problem(plain, mw_json_text(body, "message"));
}

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* A lab that prints in a loop is not to bury what the reader came for. */
static void take_log(mw_plain *plain, const char *text)
{
    if (!plain->view)
        snprintf(plain->log, sizeof plain->log, "%s", text);
    double now = seconds_now();
    if (now - plain->log_since >= 1) {
        if (plain->log_lost > 0)
            mw_lines_print(&plain->out, _("Log: %d more lines were left out"), plain->log_lost);
        plain->log_since = now;
        plain->log_told = plain->log_lost = 0;
    }
    if (plain->log_told++ < LOG_LINES_A_SECOND)
        mw_lines_print(&plain->out, "%s: %s", _("Log"), text);
    else
        plain->log_lost++;
}

static void take_kept(mw_plain *plain, const json_t *body)
{
    const char *message = mw_json_text(body, "message");
    mw_lines_print(&plain->out, "%s", _("Progress is kept again, and what you did meanwhile."));
    if (*message)
        mw_lines_print(&plain->out, _("Progress: %s"), message);
}

static void take(mw_plain *plain, const mw_host_event *event)
{
    switch (event->kind) {
    case MW_HOST_VIEW:
        take_view(plain, mw_view_said(event->body));
        break;
    case MW_HOST_ERROR:
        take_error(plain, event->body);
        break;
    case MW_HOST_DEATH:
        take_death(plain, event->body);
        break;
    case MW_HOST_LOG:
        take_log(plain, mw_json_text(event->body, "text"));
        break;
    case MW_HOST_CANCEL:
        mw_lines_print(&plain->out, "%s: %s", _("Stopping"), mw_json_text(event->body, "stage"));
        break;
    case MW_HOST_KEPT:
        take_kept(plain, event->body);
        break;
    case MW_HOST_RUN:
    case MW_HOST_PROGRESS:
    case MW_HOST_ANSWER:
        break; /* the view and the counters say it */
    }
}

/* A line when a run begins and at each finished sample; a long one also every few seconds. */
static void say_progress(mw_plain *plain)
{
    if (!running(plain)) {
        plain->run[0] = '\0';
        return;
    }
    const json_t *run = json_object_get(plain->view, "run");
    const json_t *total = json_object_get(run, "total");
    char text[sizeof plain->run];
    const char *label = mw_json_text(run, "label");
    if (json_is_integer(total) && json_integer_value(total) > 1)
        snprintf(text, sizeof text, "%.60s (%lld/%lld)", label,
                 (long long)json_integer_value(json_object_get(run, "done")) + 1,
                 (long long)json_integer_value(total));
    else
        snprintf(text, sizeof text, "%.80s", label);
    double now = seconds_now();
    if (strcmp(text, plain->run) != 0) {
        memcpy(plain->run, text, sizeof text);
        mw_lines_print(&plain->out, "%s: %s", _("Running"), text);
        plain->said_at = now;
    } else if (now - plain->said_at > PATIENCE_SECONDS) {
        mw_counters counters;
        if (mw_host_counters(plain->host, &counters))
            mw_lines_print(&plain->out, _("Running: %s, %.0f %% done"), text,
                           (double)counters.progress_ppm / 1e4);
        plain->said_at = now;
    }
    if (plain->out.file)
        fflush(plain->out.file);
}

static void pump(mw_plain *plain, bool with_input)
{
    struct pollfd fds[MW_HOST_FDS + 1];
    int timeout = running(plain) ? RUNNING_POLL_MS : 60000;
    size_t count = mw_host_fds(plain->host, fds, MW_HOST_FDS, &timeout);
    bool listen = with_input && !plain->in.ended;
    if (listen)
        fds[count] = (struct pollfd){.fd = plain->in.fd, .events = POLLIN};
    int ready = poll(fds, (nfds_t)(count + (listen ? 1 : 0)), timeout);
    if (ready > 0 && listen && fds[count].revents)
        mw_reader_fill(&plain->in);
    mw_host_pump(plain->host);
    mw_host_event event;
    while (mw_host_next(plain->host, &event)) {
        take(plain, &event);
        json_decref(event.body);
    }
    if (plain->options->interrupted && plain->options->interrupted()) {
        mw_host_cancel(plain->host);
        end(plain, MW_PLAIN_INTERRUPTED);
    }
    say_progress(plain);
}

void mw_plain_wait_view(mw_plain *plain)
{
    while (!plain->stop && !plain->view)
        pump(plain, false);
}

bool mw_plain_wait_line(mw_plain *plain, char **line)
{
    fflush(stdout);
    *line = NULL;
    while (!plain->stop) {
        *line = mw_reader_line(&plain->in);
        if (*line)
            return true;
        if (plain->in.ended)
            return false;
        pump(plain, true);
    }
    return false;
}

/* While a kernel runs a terminal may say "stop"; lines of a pipe are answers to later prompts. */
static void hear_stop(mw_plain *plain)
{
    char *line = mw_reader_line(&plain->in);
    if (!line)
        return;
    if (strcmp(line, "stop") == 0 || strcmp(line, "cancel") == 0) {
        mw_host_cancel(plain->host);
    } else if (strcmp(line, "quit") == 0) {
        mw_host_cancel(plain->host);
        end(plain, MW_PLAIN_LEFT);
    } else {
        mw_lines_print(&plain->out, "%s", _("A kernel is running; 'stop' ends it."));
    }
    free(line);
}

/* The sequence number of the record that our input became, or 0 while there is none. */
static json_int_t find_record(const mw_plain *plain, size_t before, const char *name)
{
    const json_t *transcript = mw_host_transcript(plain->host);
    for (size_t i = before; i < json_array_size(transcript); i++) {
        const json_t *record = json_array_get(transcript, i);
        if (strcmp(mw_json_text(json_object_get(record, "event"), "e"), name) == 0) {
            const json_t *seq = json_object_get(record, "seq");
            return json_is_integer(seq) ? json_integer_value(seq) : (json_int_t)i + 1;
        }
    }
    return 0;
}

bool mw_plain_settle(mw_plain *plain)
{
    while (!plain->stop && running(plain)) {
        pump(plain, plain->options->terminal);
        if (plain->options->terminal)
            hear_stop(plain);
    }
    return !plain->stop;
}

bool mw_plain_send(mw_plain *plain, json_t *event)
{
    char name[32];
    snprintf(name, sizeof name, "%s", mw_json_text(event, "e"));
    size_t before = json_array_size(mw_host_transcript(plain->host));
    mw_error error = {0};
    plain->refused = false;
    if (mw_host_input(plain->host, event, &error) != MW_OK) {
        /* The lab was closed after an error; nothing can be said to it any more. */
        mw_fail(plain->error, error.code, "%s", error.message);
        end(plain, MW_PLAIN_FAILED);
    }
    json_int_t seq = 0;
    while (!plain->stop && !plain->refused) {
        if (seq == 0)
            seq = find_record(plain, before, name);
        if (seq > 0 && plain->after >= seq)
            break;
        pump(plain, false);
    }
    mw_plain_settle(plain);
    mw_plain_tell_records(plain);
    return !plain->stop && !plain->refused;
}
