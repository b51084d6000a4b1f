/* server.c: polls the wire and the runner, and dispatches by the message's type. */
#include "labs/engine/worker/server.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cpu.h"
#include "labs/engine/worker/jobs.h"
#include "labs/engine/worker/report.h"
#include "labs/engine/worker/say.h"
#include "labs/engine/worker/session.h"
#include "machine/calibration.h"
#include "registry.h"

enum { RECANCEL_MS = 5 };

struct mw_server {
    mw_wire *wire;
    mw_runner *runner;
    mw_jobs *jobs;
    mw_session *session; /* the open lab, or NULL */
    json_t *kernels;     /* {"kernels":[…]}, or NULL while nobody asked */
    bool quit;
};

/* ---- messages ---- */

static void hello(mw_server *server, const json_t *message)
{
    mw_error error = {MW_OK, ""};
    json_int_t version = json_integer_value(json_object_get(message, "version"));
    const char *role = json_string_value(json_object_get(message, "role"));
    if (version != MW_WIRE_VERSION)
        mw_fail(&error, MW_PROTOCOL,
                "memwall speaks version %lld and memwall-worker version %d: install both from the "
                "same release",
                (long long)version, MW_WIRE_VERSION);
    else if (!role || strcmp(role, "lab") != 0)
        mw_fail(&error, MW_PROTOCOL, "this worker has the role lab");
    if (error.code != MW_OK) {
        mw_say_error(server->wire, NULL, &error);
        server->quit = true;
        return;
    }
    char key[512];
    mw_calibration_key(key, sizeof key);
    mw_say(server->wire, json_pack("{s:s, s:i, s:s, s:i, s:s, s:I, s:s}", "t", "hello", "version",
                                   MW_WIRE_VERSION, "role", "lab", "pid", (int)getpid(), "isa",
                                   mw_isa_name(mw_cpu_isa()), "kernels",
                                   (json_int_t)mw_registry_count(), "key", key));
}

static const json_t *kernels(mw_server *server)
{
    if (!server->kernels)
        server->kernels = mw_report_kernels();
    return server->kernels;
}

static void close_lab(mw_server *server)
{
    mw_session_close(server->session);
    server->session = NULL;
}

static void open_lab(mw_server *server, const json_t *message)
{
    mw_error error = {MW_OK, ""};
    close_lab(server);
    mw_session_place place = {server->wire, server->jobs, kernels(server)};
    if (mw_session_open(&server->session, &place, message, &error) != MW_OK)
        mw_say_error(server->wire, json_object_get(message, "id"), &error);
}

/* Words about a lab that is closed come late and mean nothing. */
static void take_input(mw_server *server, const json_t *message)
{
    if (server->session)
        mw_session_input(server->session, message);
}

static void take_ack(mw_server *server, const json_t *message)
{
    if (server->session)
        mw_session_ack(server->session, json_integer_value(json_object_get(message, "view")));
}

/* Without an id: whatever runs. The lab may wait for a result also when no kernel does. */
static void cancel(mw_server *server, const json_t *id)
{
    bool runs = mw_jobs_has_run(server->jobs);
    mw_jobs_cancel(server->jobs, id);
    if (!runs && !id && server->session)
        mw_session_give_up(server->session);
}

static void dispatch(mw_server *server, const json_t *message)
{
    const char *type = json_string_value(json_object_get(message, "t"));
    const json_t *id = json_object_get(message, "id");
    if (strcmp(type, "hello") == 0)
        hello(server, message);
    else if (strcmp(type, "kernels") == 0)
        mw_say_answer(server->wire, id, json_incref((json_t *)kernels(server)));
    else if (strcmp(type, "nominal") == 0)
        mw_say_answer(server->wire, id, mw_report_machine_nominal());
    else if (strcmp(type, "doctor") == 0)
        mw_jobs_request(server->jobs, message, MW_JOB_DOCTOR, "doctor");
    else if (strcmp(type, "measure") == 0)
        mw_jobs_request(server->jobs, message, MW_JOB_MEASURE, "");
    else if (strcmp(type, "bench") == 0)
        mw_jobs_request(server->jobs, message, MW_JOB_BENCH, "bench");
    else if (strcmp(type, "model") == 0)
        mw_jobs_request(server->jobs, message, MW_JOB_MODEL, "model");
    else if (strcmp(type, "calibrate") == 0)
        mw_jobs_request(server->jobs, message, MW_JOB_CALIBRATE, "calibration");
    else if (strcmp(type, "spot-check") == 0)
        mw_jobs_request(server->jobs, message, MW_JOB_SPOT_CHECK, "spot check");
    else if (strcmp(type, "open") == 0)
        open_lab(server, message);
    else if (strcmp(type, "close") == 0)
        close_lab(server);
    else if (strcmp(type, "input") == 0)
        take_input(server, message);
    else if (strcmp(type, "ack") == 0)
        take_ack(server, message);
    else if (strcmp(type, "cancel") == 0)
        cancel(server, id);
    else if (strcmp(type, "quit") == 0)
        server->quit = true;
    else {
        mw_error error;
        mw_fail(&error, MW_PROTOCOL, "the message '%.40s' means nothing here", type);
        mw_say_error(server->wire, id, &error);
    }
}

/* One message only, so that results and cancels take turns. MW_DEAD ends the service. */
static mw_status receive_one(mw_server *server, bool *more, mw_error *error)
{
    json_t *message = NULL;
    mw_status status = mw_wire_receive(server->wire, &message, error);
    *more = message != NULL;
    if (status == MW_PROTOCOL) {
        mw_wire_send_error(server->wire, "what", json_string("wire"), error);
        *more = true;
        return MW_OK;
    }
    if (status != MW_OK || !message)
        return status;
    dispatch(server, message);
    json_decref(message);
    return MW_OK;
}

mw_status mw_server_open(mw_server **server, mw_wire *wire, mw_runner *runner, mw_error *error)
{
    mw_server *made = calloc(1, sizeof *made);
    *server = NULL;
    if (!made)
        return mw_fail(error, MW_NO_MEMORY, "no memory for the worker");
    mw_status status = mw_jobs_open(&made->jobs, wire, runner, error);
    if (status != MW_OK) {
        free(made);
        return status;
    }
    made->wire = wire;
    made->runner = runner;
    *server = made;
    return MW_OK;
}

void mw_server_close(mw_server *server)
{
    if (!server)
        return;
    mw_session_close(server->session);
    mw_runner_close(server->runner);
    mw_jobs_close(server->jobs);
    mw_wire_close(server->wire);
    json_decref(server->kernels);
    free(server);
}

/* A run whose lab was closed has no end: it was stopped. */
static void take_end(mw_server *server)
{
    mw_run_end end;
    if (!mw_jobs_take(server->jobs, &end))
        return;
    mw_session_result(server->session, json_string_value(end.run), end.status, end.reason,
                      end.body);
    json_decref(end.run);
}

mw_status mw_server_serve(mw_server *server, mw_error *error)
{
    bool more = true;
    while (!server->quit) {
        struct pollfd fds[] = {
            {mw_wire_fd(server->wire), POLLIN, 0},
            {mw_runner_fd(server->runner), POLLIN, 0},
        };
        if (mw_wire_pending(server->wire))
            fds[0].events |= POLLOUT;
        bool busy = more || (server->session && mw_session_has_results(server->session));
        int timeout = busy ? 0 : mw_runner_cancelling(server->runner) ? RECANCEL_MS : -1;
        if (poll(fds, 2, timeout) < 0 && errno != EINTR)
            return mw_fail(error, MW_IO, "poll: %s", strerror(errno));
        if (mw_wire_flush(server->wire, error) == MW_DEAD)
            return MW_OK;

        mw_status status = receive_one(server, &more, error);
        if (status != MW_OK)
            return status == MW_DEAD ? MW_OK : status;
        mw_jobs_tell_progress(server->jobs);
        take_end(server);
        if (!more && server->session && mw_session_has_results(server->session))
            mw_session_step(server->session);
        mw_jobs_start_next(server->jobs);
    }
    mw_wire_flush(server->wire, NULL);
    return MW_OK;
}
