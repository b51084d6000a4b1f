/*
 * events.h: what waits for the front end, oldest first; inside the host only.
 *
 * Several tell: the host, and every worker. What one of them says too much of is bounded on its
 * own, so that a worker that floods takes no line of another's.
 */
#ifndef MW_HOST_EVENTS_H
#define MW_HOST_EVENTS_H

#include "labs/engine/host/host.h"

enum {
    MW_LOG_LINES_MAX = 1000, /* of one teller's output that wait for the front end */
    MW_EVENTS_MAX = 20000,   /* of all kinds of one teller: more is no worker's business */
};

/* One who tells. It must outlive its events in the queue, or drop them. */
typedef struct mw_teller {
    int number;        /* what mw_host_event.worker says */
    int queued, lines; /* its events in the queue, and how many of them are lines */
    int lines_lost;    /* since the last one that was queued */
} mw_teller;

typedef struct mw_queued {
    struct mw_queued *next;
    mw_host_event event;
    mw_teller *teller;
    json_int_t view; /* number to acknowledge when it is taken, or 0 */
} mw_queued;

typedef struct mw_events {
    mw_queued *first, **last;
    long last_id; /* of requests, whose answers come through this queue */
} mw_events;

void mw_events_open(mw_events *events);

/* Appends an event; steals `body`. Dropped without memory, and lines beyond the bound. */
void mw_events_tell(mw_events *events, mw_teller *teller, mw_host_event_kind kind, json_t *body);
void mw_events_tell_view(mw_events *events, mw_teller *teller, json_t *view, json_int_t number);
void mw_events_tell_error(mw_events *events, mw_teller *teller, const char *what, mw_status status,
                          const char *format, ...) __attribute__((format(printf, 5, 6)));

/* The oldest; *view is the number of a view to acknowledge, or 0. False when nothing waits. */
bool mw_events_take(mw_events *events, mw_host_event *event, json_int_t *view);

/* Takes the events that `matches` picks out of the queue and hands them to `take`, which borrows
 * them; the others stay in their order. */
typedef bool mw_events_predicate(const void *context, const mw_host_event *event);
typedef void mw_events_visitor(void *context, const mw_host_event *event);
void mw_events_take_matching(mw_events *events, mw_events_predicate *matches,
                             mw_events_visitor *take, void *context);

/* The views in the queue are of a worker that is gone (nothing is acknowledged), or of another lab
 * (drop). */
void mw_events_forget_views(mw_events *events, bool drop);

/* Everything of one teller, or of all (NULL). */
void mw_events_drop(mw_events *events, const mw_teller *teller);

#endif
