/*
 * say.h: what the worker says to the host. A dead peer shows itself when it is heard.
 */
#ifndef MW_WORKER_SAY_H
#define MW_WORKER_SAY_H

#include "labs/engine/wire/wire.h"

/* Sends a message (stolen). What waits for an answer or a record that cannot be sent gets the error
 * in its place. */
void mw_say(mw_wire *wire, json_t *message);

/* {"t":"answer", "id", "body"}; steals the body. {"t":"error", "id"?, …}. */
void mw_say_answer(mw_wire *wire, const json_t *id, json_t *body);
void mw_say_error(mw_wire *wire, const json_t *id, const mw_error *error);

#endif
