#include "labs/engine/worker/server.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cpu.h"
#include "labs/engine/worker/order.h"
#include "labs/engine/worker/report.h"
#include "labs/engine/worker/session.h"
#include "machine/calibration.h"
#include "registry.h"

enum { RECANCEL_MS = 5 };

struct mw_server {
    mw_wire *wire;
    mw_runner *runner;
    mw_session *session;
    json_t *kernels;
    mw_order *first, **last; /* waiting requests */
    mw_order *lab_next;      /* the lab's waiting run */
    mw_order *current;
    uint64_t serial;
    bool quit;
};

/* What waits for an answer or a record that cannot be sent gets the error in its place. */
void mw_server_send(mw_server *server, json_t *message)
{
    mw_error error = {MW_OK, ""};
    const char *type = json_string_value(json_object_get(message, "t"));
    const char *name = type && strcmp(type, "answer") == 0 ? "id" : "token";
    json_t *value = json_incref(json_object_get(message, name));
    mw_status status = mw_wire_send(server->wire, message, &error);
    if (status && status != MW_DEAD)
        mw_wire_send_error(server->wire, name, value, &error);
    else
        json_decref(value);
}

void mw_server_send_error(mw_server *server, const json_t *id, const mw_error *error)
{
    mw_wire_send_error(server->wire, "id", json_incref((json_t *)id), error);
}

const json_t *mw_server_kernels(mw_server *server)
{
    if (!server->kernels)
        server->kernels = mw_report_kernels();
    return server->kernels;
}

static void answer(mw_server *server, const json_t *id, json_t *body)
{
    mw_server_send(server,
                   json_pack("{s:s, s:O, s:o}", "t", "answer", "id", (json_t *)id, "body", body));
}

static void tell_run(mw_server *server, const mw_order *order, const char *state)
{
    json_t *message =
        json_pack("{s:s, s:O, s:I, s:s, s:s}", "t", "run", "id", order->id, "serial",
                  (json_int_t)order->job.serial, "state", state, "label", order->label);
    if (order->job.kind == MW_JOB_MEASURE) {
        char name[128];
        snprintf(name, sizeof name, "%s/%s", order->job.kernel->family, order->job.kernel->variant);
        json_object_set_new(message, "kernel", json_string(name));
    }
    mw_server_send(server, message);
}

static void start_next(mw_server *server)
{
    if (server->current || mw_runner_busy(server->runner))
        return;
    mw_order *next = server->lab_next;
    if (next) {
        server->lab_next = NULL;
    } else if (server->first) {
        next = server->first;
        server->first = next->next;
        if (!server->first)
            server->last = &server->first;
    } else {
        return;
    }
    next->job.serial = ++server->serial;
    server->current = next;
    tell_run(server, next, "started");
    mw_runner_start(server->runner, &next->job);
}

/* ---- requests ---- */

static void enqueue(mw_server *server, const json_t *request, mw_job_kind kind, const char *label)
{
    mw_error error = {MW_OK, ""};
    const json_t *id = json_object_get(request, "id");
    mw_order *made;
    if (mw_order_request(&made, request, kind, label, &error)) {
        mw_server_send_error(server, id, &error);
        return;
    }
    *server->last = made;
    server->last = &made->next;
}

/* ---- the lab's runs ---- */

mw_status mw_server_run(mw_server *server, const json_t *effect, mw_error *error)
{
    mw_order *made;
    mw_server_stop(server);
    mw_status status = mw_order_run(&made, effect, error);
    if (!status)
        server->lab_next = made;
    return status;
}

void mw_server_stop(mw_server *server)
{
    mw_order_free(server->lab_next);
    server->lab_next = NULL;
    if (server->current && server->current->lab && !server->current->dropped) {
        server->current->dropped = true;
        mw_runner_cancel(server->runner);
    }
}

/* ---- ends ---- */

/* A pair as a request prints it: the measurement with the ratio and the other side inside. */
static json_t *flatten(json_t *body)
{
    json_t *flat = json_incref(json_object_get(body, "measurement"));
    if (!flat)
        return body;
    json_t *beside = json_object_get(body, "beside");
    if (beside) {
        json_object_set(flat, "vs", beside);
        json_object_set(flat, "ratio", json_object_get(body, "ratio"));
    }
    json_decref(body);
    return flat;
}

static void finish(mw_server *server, mw_outcome *outcome)
{
    mw_order *order = server->current;
    server->current = NULL;
    const char *state = outcome->status == MW_OK          ? "done"
                        : outcome->status == MW_CANCELLED ? "cancelled"
                                                          : "failed";
    tell_run(server, order, state);
    if (order->dropped) {
        json_decref(outcome->body);
    } else if (order->lab) {
        if (server->session)
            mw_session_result(server->session, json_string_value(order->id), outcome->status,
                              outcome->status == MW_CANCELLED
                                  ? mw_reason_of(MW_REASON_CANCELLED, NULL)
                                  : mw_reason_told(outcome->error.message),
                              outcome->body);
        else
            json_decref(outcome->body);
    } else if (outcome->status) {
        outcome->error.code = outcome->status;
        mw_server_send_error(server, order->id, &outcome->error);
    } else {
        answer(server, order->id, flatten(outcome->body));
    }
    mw_order_free(order);
}

static void tell_progress(mw_server *server)
{
    json_t *news = mw_runner_progress(server->runner);
    /* A front end that is behind gets the next one. */
    if (!news || !server->current || mw_wire_pending(server->wire)) {
        json_decref(news);
        return;
    }
    json_object_set_new(news, "t", json_string("progress"));
    json_object_set(news, "id", server->current->id);
    mw_server_send(server, news);
}

static void cancel_order(mw_server *server, mw_order *order)
{
    mw_error error = {MW_OK, ""};
    mw_fail(&error, MW_CANCELLED, "cancelled before it began");
    if (order->lab && server->session)
        mw_session_result(server->session, json_string_value(order->id), MW_CANCELLED,
                          mw_reason_of(MW_REASON_CANCELLED, NULL), NULL);
    else if (!order->lab)
        mw_server_send_error(server, order->id, &error);
    mw_order_free(order);
}

/* Without an id: whatever runs, and the lab's waiting run. */
static void cancel(mw_server *server, const json_t *id)
{
    if (server->current && (!id || json_equal(server->current->id, id)))
        mw_runner_cancel(server->runner);
    bool lab_runs = server->lab_next || (server->current && server->current->lab);
    if (server->lab_next && !id) {
        cancel_order(server, server->lab_next);
        server->lab_next = NULL;
    }
    if (!lab_runs && !id && server->session)
        mw_session_give_up(server->session);
    for (mw_order **link = &server->first; *link && id; link = &(*link)->next) {
        mw_order *each = *link;
        if (!json_equal(each->id, id))
            continue;
        *link = each->next;
        if (server->last == &each->next)
            server->last = link;
        cancel_order(server, each);
        break;
    }
}

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
    if (error.code) {
        mw_server_send_error(server, NULL, &error);
        server->quit = true;
        return;
    }
    char key[512];
    mw_calibration_key(key, sizeof key);
    mw_server_send(server, json_pack("{s:s, s:i, s:s, s:i, s:s, s:I, s:s}", "t", "hello", "version",
                                     MW_WIRE_VERSION, "role", "lab", "pid", (int)getpid(), "isa",
                                     mw_isa_name(mw_cpu_isa()), "kernels",
                                     (json_int_t)mw_registry_count(), "key", key));
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
    if (mw_session_open(&server->session, server, message, &error))
        mw_server_send_error(server, json_object_get(message, "id"), &error);
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

static void dispatch(mw_server *server, const json_t *message)
{
    const char *type = json_string_value(json_object_get(message, "t"));
    const json_t *id = json_object_get(message, "id");
    if (strcmp(type, "hello") == 0)
        hello(server, message);
    else if (strcmp(type, "kernels") == 0)
        answer(server, id, json_incref((json_t *)mw_server_kernels(server)));
    else if (strcmp(type, "nominal") == 0)
        answer(server, id, mw_report_machine_nominal());
    else if (strcmp(type, "doctor") == 0)
        enqueue(server, message, MW_JOB_DOCTOR, "doctor");
    else if (strcmp(type, "measure") == 0)
        enqueue(server, message, MW_JOB_MEASURE, "");
    else if (strcmp(type, "bench") == 0)
        enqueue(server, message, MW_JOB_BENCH, "bench");
    else if (strcmp(type, "model") == 0)
        enqueue(server, message, MW_JOB_MODEL, "model");
    else if (strcmp(type, "calibrate") == 0)
        enqueue(server, message, MW_JOB_CALIBRATE, "calibration");
    else if (strcmp(type, "spot-check") == 0)
        enqueue(server, message, MW_JOB_SPOT_CHECK, "spot check");
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
        mw_server_send_error(server, id, &error);
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
    if (status || !message)
        return status;
    dispatch(server, message);
    json_decref(message);
    return MW_OK;
}

mw_status mw_server_open(mw_server **server, mw_wire *wire, mw_runner *runner, mw_error *error)
{
    mw_server *made = calloc(1, sizeof *made);
    *server = made;
    if (!made)
        return mw_fail(error, MW_NO_MEMORY, "no memory for the worker");
    made->wire = wire;
    made->runner = runner;
    made->last = &made->first;
    return MW_OK;
}

void mw_server_close(mw_server *server)
{
    if (!server)
        return;
    mw_session_close(server->session);
    mw_runner_close(server->runner);
    mw_wire_close(server->wire);
    for (mw_order *each = server->first, *next; each; each = next) {
        next = each->next;
        mw_order_free(each);
    }
    mw_order_free(server->lab_next);
    mw_order_free(server->current);
    json_decref(server->kernels);
    free(server);
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
        bool restless = more || (server->session && mw_session_restless(server->session));
        int timeout = restless ? 0 : mw_runner_cancelling(server->runner) ? RECANCEL_MS : -1;
        if (poll(fds, 2, timeout) < 0 && errno != EINTR)
            return mw_fail(error, MW_IO, "poll: %s", strerror(errno));
        if (mw_wire_flush(server->wire, error) == MW_DEAD)
            return MW_OK;

        mw_status status = receive_one(server, &more, error);
        if (status)
            return status == MW_DEAD ? MW_OK : status;
        tell_progress(server);
        mw_outcome outcome;
        if (mw_runner_take(server->runner, &outcome))
            finish(server, &outcome);
        if (mw_runner_cancelling(server->runner))
            mw_runner_cancel(server->runner);
        if (!more && server->session && mw_session_restless(server->session))
            mw_session_step(server->session);
        start_next(server);
    }
    mw_wire_flush(server->wire, NULL);
    return MW_OK;
}
