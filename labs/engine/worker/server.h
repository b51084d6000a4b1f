/*
 * server.h: the worker's main thread: it owns the wire and the lab, and one kernel job at a time.
 *
 * Requests wait in line; the run of a lab replaces the lab's previous one and goes before waiting
 * requests.
 */
#ifndef MW_WORKER_SERVER_H
#define MW_WORKER_SERVER_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "labs/engine/wire/wire.h"
#include "labs/engine/worker/runner.h"

typedef struct mw_session mw_session;
typedef struct mw_server mw_server;

/* Takes over both. */
mw_status mw_server_open(mw_server **server, mw_wire *wire, mw_runner *runner, mw_error *error);
void mw_server_close(mw_server *server);

/* Serves until the host says quit or is gone; MW_OK in both cases. */
mw_status mw_server_serve(mw_server *server, mw_error *error);

/* For the session: sends a message (stolen). A dead peer shows itself when receiving. */
void mw_server_send(mw_server *server, json_t *message);

/* {"t":"error", …} */
void mw_server_send_error(mw_server *server, const json_t *id, const mw_error *error);

/* Carries out a `run` effect; the session hears by mw_session_result. A job that is refused at
 * once (unknown kernel, out of range) returns its error instead. */
mw_status mw_server_run(mw_server *server, const json_t *effect, mw_error *error);

/* Ends the lab's run without a result: the lab itself wanted so. */
void mw_server_stop(mw_server *server);

/* {"kernels":[…]}, borrowed. */
const json_t *mw_server_kernels(mw_server *server);

#endif
