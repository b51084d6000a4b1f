/* packets_test.c: packets at their limits, malformed ones, and peers that stop reading or die. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "labs/engine/wire/wire.h"

typedef struct ends {
    mw_wire *wire; /* the end under test */
    int peer;      /* the other one, bare */
} ends;

static int make_ends(void **state)
{
    int pair[2];
    ends *made = calloc(1, sizeof *made);
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
    assert_int_equal(mw_wire_open(&made->wire, pair[0], NULL), MW_OK);
    made->peer = pair[1];
    *state = made;
    return 0;
}

static int drop_ends(void **state)
{
    ends *made = *state;
    mw_wire_close(made->wire);
    if (made->peer >= 0)
        close(made->peer);
    free(made);
    return 0;
}

static json_t *message_of(const char *type, size_t padding)
{
    char *text = malloc(padding + 1);
    memset(text, 'x', padding);
    text[padding] = 0;
    json_t *message = json_pack("{s:s, s:s}", "t", type, "padding", text);
    free(text);
    return message;
}

static void a_message_is_one_packet_with_sorted_keys(void **state)
{
    ends *e = *state;
    mw_error error;
    json_t *message = json_pack("{s:i, s:s, s:i}", "zebra", 1, "t", "hello", "ant", 2);
    assert_int_equal(mw_wire_send(e->wire, message, &error), MW_OK);
    char packet[256];
    ssize_t size = recv(e->peer, packet, sizeof packet, 0);
    packet[size] = 0;
    assert_string_equal(packet, "{\"ant\":2,\"t\":\"hello\",\"zebra\":1}");
}

static void packets_keep_their_boundaries(void **state)
{
    ends *e = *state;
    mw_error error;
    assert_true(send(e->peer, "{\"t\":\"one\"}", 11, 0) == 11);
    assert_true(send(e->peer, "{\"t\":\"two\"}", 11, 0) == 11);
    json_t *first, *second, *third;
    assert_int_equal(mw_wire_receive(e->wire, &first, &error), MW_OK);
    assert_int_equal(mw_wire_receive(e->wire, &second, &error), MW_OK);
    assert_int_equal(mw_wire_receive(e->wire, &third, &error), MW_OK);
    assert_string_equal(json_string_value(json_object_get(first, "t")), "one");
    assert_string_equal(json_string_value(json_object_get(second, "t")), "two");
    assert_null(third);
    json_decref(first);
    json_decref(second);
}

static void the_largest_packet_fits_the_socket(void **state)
{
    ends *e = *state;
    mw_error error;
    size_t envelope = strlen("{\"padding\":\"\",\"t\":\"big\"}");
    json_t *message = message_of("big", MW_WIRE_MAX - envelope);
    assert_int_equal(mw_wire_send(e->wire, message, &error), MW_OK);
    assert_false(mw_wire_pending(e->wire));
    char *packet = malloc(MW_WIRE_MAX + 1);
    assert_int_equal(recv(e->peer, packet, MW_WIRE_MAX + 1, 0), MW_WIRE_MAX);
    free(packet);
}

static void a_message_that_is_too_large_names_its_largest_field(void **state)
{
    ends *e = *state;
    mw_error error;
    json_t *message = json_pack("{s:s, s:{s:i, s:o}}", "t", "view", "view", "small", 1, "chart",
                                message_of("x", MW_WIRE_MAX));
    assert_int_equal(mw_wire_send(e->wire, message, &error), MW_INVALID);
    assert_non_null(strstr(error.message, "view.chart.padding"));
    char byte;
    assert_int_equal(recv(e->peer, &byte, 1, MSG_DONTWAIT), -1); /* nothing was sent */
}

static void a_packet_that_is_too_large_is_refused_and_the_next_one_taken(void **state)
{
    ends *e = *state;
    mw_error error;
    int bytes = 4 * MW_WIRE_MAX;
    setsockopt(e->peer, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
    char *packet = malloc(MW_WIRE_MAX + 1000);
    memset(packet, ' ', MW_WIRE_MAX + 1000);
    assert_true(send(e->peer, packet, MW_WIRE_MAX + 1000, 0) > 0);
    free(packet);
    assert_true(send(e->peer, "{\"t\":\"next\"}", 12, 0) == 12);
    json_t *message;
    assert_int_equal(mw_wire_receive(e->wire, &message, &error), MW_PROTOCOL);
    assert_null(message);
    assert_int_equal(mw_wire_receive(e->wire, &message, &error), MW_OK);
    assert_string_equal(json_string_value(json_object_get(message, "t")), "next");
    json_decref(message);
}

static void what_is_not_an_object_with_a_type_breaks_the_protocol(void **state)
{
    ends *e = *state;
    static const char *const bad[] = {
        "not json",
        "[1]",
        "{}",
        "{\"t\":1}",
        "{\"t\":\"a\"} trailing",
        "{\"t\":\"a\",\"t\":\"b\"}",
        "{\"t\":\"\xff\"}",
        "\"t\"",
        "{\"t\":\"a\"",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        mw_error error;
        json_t *message;
        assert_true(send(e->peer, bad[i], strlen(bad[i]), 0) > 0);
        assert_int_equal(mw_wire_receive(e->wire, &message, &error), MW_PROTOCOL);
        assert_null(message);
    }
}

static void deep_nesting_is_refused_without_exhausting_the_stack(void **state)
{
    ends *e = *state;
    size_t depth = 60000;
    char *packet = malloc(2 * depth + 32);
    size_t used = (size_t)sprintf(packet, "{\"t\":\"a\",\"b\":");
    memset(packet + used, '[', depth);
    memset(packet + used + depth, ']', depth);
    packet[used + 2 * depth] = '}';
    assert_true(send(e->peer, packet, used + 2 * depth + 1, 0) > 0);
    free(packet);
    json_t *message;
    mw_error error;
    assert_int_equal(mw_wire_receive(e->wire, &message, &error), MW_PROTOCOL);
}

/* The receiver is suspended: it reads nothing while we send far more than a socket holds. */
static void a_suspended_receiver_never_blocks_the_sender_and_loses_nothing(void **state)
{
    enum { COUNT = 200 };
    ends *e = *state;
    mw_error error;
    for (int i = 0; i < COUNT; i++) {
        json_t *message = message_of("bulk", 60000);
        json_object_set_new(message, "i", json_integer(i));
        assert_int_equal(mw_wire_send(e->wire, message, &error), MW_OK);
    }
    assert_true(mw_wire_pending(e->wire));

    mw_wire *reader;
    assert_int_equal(mw_wire_open(&reader, e->peer, &error), MW_OK);
    e->peer = -1;
    int next = 0;
    while (next < COUNT) {
        json_t *message;
        assert_int_equal(mw_wire_receive(reader, &message, &error), MW_OK);
        if (!message) {
            assert_true(mw_wire_pending(e->wire));
            assert_int_equal(mw_wire_flush(e->wire, &error), MW_OK);
            continue;
        }
        assert_int_equal(json_integer_value(json_object_get(message, "i")), next++);
        json_decref(message);
    }
    assert_false(mw_wire_pending(e->wire));
    mw_wire_close(reader);
}

static void a_queue_without_end_is_cut_off(void **state)
{
    ends *e = *state;
    mw_error error;
    mw_status status = MW_OK;
    for (int i = 0; i < 2000 && status == MW_OK; i++)
        status = mw_wire_send(e->wire, message_of("bulk", 100000), &error);
    assert_int_equal(status, MW_DEAD);
    assert_false(mw_wire_pending(e->wire));
}

static void what_the_peer_said_before_it_died_is_still_heard(void **state)
{
    ends *e = *state;
    mw_error error;
    assert_true(send(e->peer, "{\"t\":\"last\"}", 12, 0) == 12);
    close(e->peer);
    e->peer = -1;
    assert_int_equal(mw_wire_send(e->wire, message_of("lost", 1), &error), MW_DEAD);
    json_t *message;
    assert_int_equal(mw_wire_receive(e->wire, &message, &error), MW_OK);
    assert_string_equal(json_string_value(json_object_get(message, "t")), "last");
    json_decref(message);
    assert_int_equal(mw_wire_receive(e->wire, &message, &error), MW_DEAD);
    assert_int_equal(mw_wire_receive(e->wire, &message, &error), MW_DEAD);
}

/* As when a worker dies with an input unread: its last record must not be lost. */
static void last_words_are_heard_although_ours_were_not_read(void **state)
{
    ends *e = *state;
    mw_error error;
    assert_int_equal(mw_wire_send(e->wire, message_of("unread", 1), &error), MW_OK);
    assert_true(send(e->peer, "{\"t\":\"last\"}", 12, 0) == 12);
    close(e->peer);
    e->peer = -1;
    json_t *message;
    assert_int_equal(mw_wire_receive(e->wire, &message, &error), MW_OK);
    assert_non_null(message);
    json_decref(message);
    assert_int_equal(mw_wire_receive(e->wire, &message, &error), MW_DEAD);
}

static void only_a_seqpacket_socket_is_accepted(void **state)
{
    (void)state;
    int pair[2];
    mw_wire *wire;
    mw_error error;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    assert_int_equal(mw_wire_open(&wire, pair[0], &error), MW_IO);
    assert_null(wire);
    close(pair[0]);
    close(pair[1]);
}

#define with_ends(test) cmocka_unit_test_setup_teardown(test, make_ends, drop_ends)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_ends(a_message_is_one_packet_with_sorted_keys),
        with_ends(packets_keep_their_boundaries),
        with_ends(the_largest_packet_fits_the_socket),
        with_ends(a_message_that_is_too_large_names_its_largest_field),
        with_ends(a_packet_that_is_too_large_is_refused_and_the_next_one_taken),
        with_ends(what_is_not_an_object_with_a_type_breaks_the_protocol),
        with_ends(deep_nesting_is_refused_without_exhausting_the_stack),
        with_ends(a_suspended_receiver_never_blocks_the_sender_and_loses_nothing),
        with_ends(a_queue_without_end_is_cut_off),
        with_ends(what_the_peer_said_before_it_died_is_still_heard),
        with_ends(last_words_are_heard_although_ours_were_not_read),
        cmocka_unit_test(only_a_seqpacket_socket_is_accepted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
