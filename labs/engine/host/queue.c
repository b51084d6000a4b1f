#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "labs/engine/host/state.h"

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
        mw_host_end_by_force(host, "the worker says more than can be heard");
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
