/* events.c: a linked list with a limit on the lines of each teller. */
#include "labs/engine/host/events.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void mw_events_open(mw_events *events)
{
    *events = (mw_events){.last = &events->first};
}

static void append(mw_events *events, mw_teller *teller, const mw_host_event *event,
                   json_int_t view)
{
    mw_queued *queued = event->body ? calloc(1, sizeof *queued) : NULL;
    if (!queued) {
        json_decref(event->body);
        return;
    }
    queued->event = *event;
    queued->event.worker = teller->number;
    queued->teller = teller;
    queued->view = view;
    *events->last = queued;
    events->last = &queued->next;
    teller->queued++;
    teller->lines += event->kind == MW_HOST_LOG;
}

void mw_events_tell(mw_events *events, mw_teller *teller, mw_host_event_kind kind, json_t *body)
{
    /* A worker that prints without end must not fill our memory while nobody listens. */
    if (kind == MW_HOST_LOG && teller->lines >= MW_LOG_LINES_MAX) {
        teller->lines_lost++;
        json_decref(body);
        return;
    }
    append(events, teller, &(mw_host_event){.kind = kind, .body = body}, 0);
}

void mw_events_tell_view(mw_events *events, mw_teller *teller, json_t *view, json_int_t number)
{
    append(events, teller, &(mw_host_event){.kind = MW_HOST_VIEW, .body = view}, number);
}

void mw_events_tell_error(mw_events *events, mw_teller *teller, const char *what, mw_status status,
                          const char *format, ...)
{
    mw_error error;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error.message, sizeof error.message, format, arguments);
    va_end(arguments);
    mw_events_tell(events, teller, MW_HOST_ERROR,
                   json_pack("{s:s, s:s, s:s}", "what", what, "status", mw_status_name(status),
                             "message", error.message));
}

/* The last line before a gap is followed by a word about it. */
static void count_out(mw_events *events, const mw_queued *leaving)
{
    mw_teller *teller = leaving->teller;
    teller->queued--;
    if (leaving->event.kind != MW_HOST_LOG || --teller->lines > 0 || teller->lines_lost == 0)
        return;
    char text[80];
    snprintf(text, sizeof text, "… %d more lines were left out", teller->lines_lost);
    teller->lines_lost = 0;
    mw_events_tell(events, teller, MW_HOST_LOG, json_pack("{s:s}", "text", text));
}

/* Takes out what `link` points to; the caller owns it. */
static mw_queued *unlink_event(mw_events *events, mw_queued **link)
{
    mw_queued *leaving = *link;
    *link = leaving->next;
    if (events->last == &leaving->next)
        events->last = link;
    count_out(events, leaving);
    return leaving;
}

bool mw_events_take(mw_events *events, mw_host_event *event, json_int_t *view)
{
    if (!events->first)
        return false;
    mw_queued *head = unlink_event(events, &events->first);
    *event = head->event;
    *view = head->view;
    free(head);
    return true;
}

void mw_events_take_matching(mw_events *events, mw_events_predicate *matches,
                             mw_events_visitor *take, void *context)
{
    for (mw_queued **link = &events->first; *link;) {
        if (!matches(context, &(*link)->event)) {
            link = &(*link)->next;
            continue;
        }
        mw_queued *leaving = unlink_event(events, link);
        take(context, &leaving->event);
        json_decref(leaving->event.body);
        free(leaving);
    }
}

void mw_events_forget_views(mw_events *events, bool drop)
{
    for (mw_queued **link = &events->first; *link;) {
        (*link)->view = 0;
        if (!drop || (*link)->event.kind != MW_HOST_VIEW) {
            link = &(*link)->next;
            continue;
        }
        mw_queued *leaving = unlink_event(events, link);
        json_decref(leaving->event.body);
        free(leaving);
    }
}

/* The word about a gap comes to the end of the queue, and goes with the rest. */
void mw_events_drop(mw_events *events, const mw_teller *teller)
{
    for (mw_queued **link = &events->first; *link;) {
        if (teller && (*link)->teller != teller) {
            link = &(*link)->next;
            continue;
        }
        mw_queued *leaving = unlink_event(events, link);
        json_decref(leaving->event.body);
        free(leaving);
    }
}
