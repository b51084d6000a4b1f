/* wire.c: sendmsg and recvmsg without waiting, and the queue of what did not fit. */
#include "labs/engine/wire/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "labs/engine/wire/limits.h"

/* A peer that reads nothing for this long a queue is treated as gone: nothing grows without end. */
enum { QUEUE_BYTES_MAX = 64 * 1024 * 1024 };

typedef struct packet {
    struct packet *next;
    size_t size;
    char bytes[];
} packet;

struct mw_wire {
    int fd;
    bool dead;
    packet *first, **last;
    size_t queued_bytes;
    char inbox[MW_WIRE_MAX + 1];
};

mw_status mw_wire_open(mw_wire **wire, int fd, mw_error *error)
{
    *wire = NULL;
    int type = 0;
    socklen_t length = sizeof type;
    if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) || type != SOCK_SEQPACKET)
        return mw_fail(error, MW_IO, "descriptor %d is not a SOCK_SEQPACKET socket", fd);
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK))
        return mw_fail(error, MW_IO, "descriptor %d: %s", fd, strerror(errno));
    /* Without this the largest packet would not fit; the kernel may grant less and still do. */
    int bytes = 2 * MW_WIRE_MAX;
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);

    mw_wire *made = calloc(1, sizeof *made);
    if (!made)
        return mw_fail(error, MW_NO_MEMORY, "no memory for the connection");
    made->fd = fd;
    made->last = &made->first;
    *wire = made;
    return MW_OK;
}

static void drop_queue(mw_wire *wire)
{
    for (packet *each = wire->first, *next; each; each = next) {
        next = each->next;
        free(each);
    }
    wire->first = NULL;
    wire->last = &wire->first;
    wire->queued_bytes = 0;
}

void mw_wire_close(mw_wire *wire)
{
    if (!wire)
        return;
    drop_queue(wire);
    close(wire->fd);
    free(wire);
}

int mw_wire_fd(const mw_wire *wire)
{
    return wire->fd;
}

static mw_status peer_gone(mw_wire *wire, mw_error *error)
{
    wire->dead = true;
    drop_queue(wire);
    return mw_fail(error, MW_DEAD, "the other process is gone");
}

/* MW_OK with *sent == false when the socket is full right now. */
static mw_status send_now(mw_wire *wire, const char *bytes, size_t size, bool *sent,
                          mw_error *error)
{
    ssize_t result;
    do
        result = send(wire->fd, bytes, size, MSG_NOSIGNAL);
    while (result < 0 && errno == EINTR);
    *sent = result >= 0;
    if (*sent || errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS)
        return MW_OK;
    if (errno == EPIPE || errno == ECONNRESET || errno == ENOTCONN)
        return peer_gone(wire, error);
    return mw_fail(error, MW_IO, "a packet of %zu bytes was not sent: %s", size, strerror(errno));
}

static mw_status enqueue(mw_wire *wire, const char *bytes, size_t size, mw_error *error)
{
    if (wire->queued_bytes + size > QUEUE_BYTES_MAX)
        return peer_gone(wire, error);
    packet *last = malloc(sizeof *last + size);
    if (!last)
        return mw_fail(error, MW_NO_MEMORY, "no memory for a packet of %zu bytes", size);
    last->next = NULL;
    last->size = size;
    memcpy(last->bytes, bytes, size);
    *wire->last = last;
    wire->last = &last->next;
    wire->queued_bytes += size;
    return MW_OK;
}

mw_status mw_wire_send(mw_wire *wire, json_t *message, mw_error *error)
{
    char *text = NULL;
    mw_status status;
    if (wire->dead) {
        status = mw_fail(error, MW_DEAD, "the other process is gone");
        goto done;
    }
    text = message ? json_dumps(message, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    if (!text) {
        status = mw_fail(error, MW_INTERNAL, "a message could not be written as JSON");
        goto done;
    }
    size_t size = strlen(text);
    if (size > MW_WIRE_MAX) {
        status = mw_wire_too_large(message, size, MW_WIRE_MAX, error);
        goto done;
    }
    status = mw_wire_flush(wire, error);
    if (status != MW_OK)
        goto done;
    bool sent = false;
    if (!wire->first)
        status = send_now(wire, text, size, &sent, error);
    if (status == MW_OK && !sent)
        status = enqueue(wire, text, size, error);
done:
    free(text);
    json_decref(message);
    return status;
}

void mw_wire_send_error(mw_wire *wire, const char *name, json_t *value, const mw_error *error)
{
    mw_wire_send(wire,
                 json_pack("{s:s, s:s, s:s, s:o*}", "t", "error", "status",
                           mw_status_name(error->code), "message", error->message, name, value),
                 NULL);
}

bool mw_wire_pending(const mw_wire *wire)
{
    return wire->first != NULL;
}

mw_status mw_wire_flush(mw_wire *wire, mw_error *error)
{
    while (wire->first) {
        packet *head = wire->first;
        bool sent;
        mw_status status = send_now(wire, head->bytes, head->size, &sent, error);
        if (status != MW_OK || !sent)
            return status;
        wire->first = head->next;
        if (!wire->first)
            wire->last = &wire->first;
        wire->queued_bytes -= head->size;
        free(head);
    }
    return MW_OK;
}

mw_status mw_wire_receive(mw_wire *wire, json_t **message, mw_error *error)
{
    *message = NULL;
    ssize_t size;
    /* A peer that died with our words unread resets the connection; the kernel reports that once,
     * before what the peer had still said. */
    do
        size = recv(wire->fd, wire->inbox, sizeof wire->inbox, MSG_TRUNC);
    while (size < 0 && (errno == EINTR || errno == ECONNRESET));
    if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        return MW_OK;
    if (size == 0)
        return peer_gone(wire, error);
    if (size < 0)
        return mw_fail(error, MW_IO, "nothing could be received: %s", strerror(errno));
    if (size > MW_WIRE_MAX)
        return mw_fail(error, MW_PROTOCOL, "a packet of %zd bytes came, at most %d are allowed",
                       size, MW_WIRE_MAX);

    json_error_t problem;
    json_t *json = json_loadb(wire->inbox, (size_t)size, JSON_REJECT_DUPLICATES, &problem);
    if (!json)
        return mw_fail(error, MW_PROTOCOL, "a packet is not JSON: %s", problem.text);
    if (!json_is_string(json_object_get(json, "t"))) {
        json_decref(json);
        return mw_fail(error, MW_PROTOCOL, "a packet is not an object with a string \"t\"");
    }
    *message = json;
    return MW_OK;
}
