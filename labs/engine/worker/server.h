/*
 * server.h: the worker's main thread: it hears the host, and hands each message to the lab or to
 * the jobs.
 */
#ifndef MW_WORKER_SERVER_H
#define MW_WORKER_SERVER_H

#include "labs/engine/wire/wire.h"
#include "labs/engine/worker/runner.h"

typedef struct mw_server mw_server;

/* Takes over both. */
mw_status mw_server_open(mw_server **server, mw_wire *wire, mw_runner *runner, mw_error *error);
void mw_server_close(mw_server *server);

/* Serves until the host says quit or is gone; MW_OK in both cases. */
mw_status mw_server_serve(mw_server *server, mw_error *error);

#endif
