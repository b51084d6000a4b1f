/*
 * wire.h: one JSON object per packet over a SOCK_SEQPACKET pair, and the words both ends share.
 *
 * The messages are described in ARCHITECTURE.md. Neither end ever blocks here: a packet that does
 * not fit the socket buffer right now waits in a queue of the sender.
 */
#ifndef MW_WIRE_H
#define MW_WIRE_H

#include <jansson.h>
#include <stdbool.h>

#include "model/number.h"
#include "model/status.h"

enum {
    MW_WIRE_VERSION = 1,
    MW_WIRE_MAX = 128 * 1024, /* bytes of one packet */
    MW_SERIES_MAX = 512,      /* points of one series in a view model */
    MW_WIRE_FD = 3,           /* in the worker */
    MW_BLOCK_FD = 4
};

typedef struct mw_wire mw_wire;

/* Takes over `fd` (non-blocking from then on, SO_SNDBUF raised). */
mw_status mw_wire_open(mw_wire **wire, int fd, mw_error *error);
void mw_wire_close(mw_wire *wire);
int mw_wire_fd(const mw_wire *wire);

/* Steals `message`. Queued when the peer is slow; MW_INVALID names the first field that is too
 * large, MW_DEAD when the peer is gone. */
mw_status mw_wire_send(mw_wire *wire, json_t *message, mw_error *error);

/* Sends an error that has `name` = `value` (stolen; NULL: none) to say what it is about. What
 * cannot be sent is dropped. */
void mw_wire_send_error(mw_wire *wire, const char *name, json_t *value, const mw_error *error);

/* True while something is queued: poll for POLLOUT then and call mw_wire_flush. */
bool mw_wire_pending(const mw_wire *wire);
mw_status mw_wire_flush(mw_wire *wire, mw_error *error);

/* One message, or *message == NULL when none waits. MW_DEAD at the end of the stream, MW_PROTOCOL
 * for a packet that is not one JSON object with a string `t`. The caller owns the message. */
mw_status mw_wire_receive(mw_wire *wire, json_t **message, mw_error *error);

/*
 * Reasons as JSON and back: {"id", "figures"}, or a text where somebody else said it, as did
 * recordings before reasons had ids; "" for none. What is no reason is none; one that this program
 * does not know, or whose figures are not those of its row, is told by its id.
 */
json_t *mw_reason_to_json(const mw_reason *reason);
mw_reason mw_reason_from_json(const json_t *json);

/* Whether it is the object of a reason, of a known one or not. */
bool mw_reason_is_json(const json_t *json);

/*
 * Texts of a view hold a reason as "{{" JSON "}}": the worker does not know the reader's language,
 * and lab texts have no {{ }} left once their names are filled in. Words of others stand for
 * themselves. mw_reason_place returns `text`; mw_reason_placed gives the length of what stands at
 * the beginning of `text` for a reason, 0 when nothing does.
 */
enum { MW_REASON_PLACE = 2048 };
const char *mw_reason_place(const mw_reason *reason, char text[MW_REASON_PLACE]);
size_t mw_reason_placed(const char *text, mw_reason *reason);

/* Numbers as JSON objects and back. */
json_t *mw_number_to_json(const mw_number *number);
bool mw_number_from_json(const json_t *json, mw_number *number);

/* Refuses views that break the limits of the contract; the error names the field. */
mw_status mw_view_check(const json_t *view, mw_error *error);

/* The view itself when it keeps the limits; else one without what makes it too large, which says so
 * among its notices, and the error says why. NULL when not even its step and its actions fit. */
json_t *mw_view_cut(const json_t *view, mw_error *error);

#endif
