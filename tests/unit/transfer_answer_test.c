#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "transfer_fixture.h"

static void
a_compressed_answer_is_unpacked_up_to_the_limit (void **state)
{
    world_t *world = *state;
    static const char small [] = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 25\r\n\r\n"
                                 "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xcb\x48\xcd\xc9\xc9\x07\x00\x86\xa6\x10\x36\x05\x00\x00\x00";
    world->server.answer = (slice_t) { small, sizeof small - 1 };
    assert_string_equal (got_from_server (world).body, "hello");
    transfer_request_t request = request_for (url_of (world, "127.0.0.1"));
    request.answer_bytes_max = 4;
    assert_int_equal (fetched (world, &request).answer.status, STATUS_TOO_LARGE);

    world->server.answer = SLICE ("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 8\r\n\r\nnot gzip");
    assert_int_equal (got_from_server (world).answer.status, STATUS_MALFORMED);
}

static void
an_answer_that_is_too_large_is_not_read_to_its_end (void **state)
{
    world_t *world = *state;
    size_t size = 4 * 1024 * 1024;
    char *answer = calloc (1, size);
    snprintf (answer, size, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", 1 << 30);
    world->server.answer = (slice_t) { answer, size };
    outcome_t outcome = got_from_server (world);
    assert_int_equal (outcome.answer.status, STATUS_TOO_LARGE);
    assert_string_equal (outcome.reason, "the answer is larger than 65536 bytes");
    assert_true (outcome.answer.body.size <= BODY_BYTES_MAX);
    turn_until (world, &world->server.left, 1);
    free (answer);
}

static void
headers_that_are_too_large_are_not_kept (void **state)
{
    world_t *world = *state;
    size_t size = 40000;
    char *answer = malloc (size);
    int head = snprintf (answer, size, "HTTP/1.1 200 OK\r\n");
    for (size_t at = (size_t) head; at < size; at++)
        answer [at] = "X-Padding: 1234567890\r\n" [(at - (size_t) head) % 23];
    world->server.answer = (slice_t) { answer, size };
    outcome_t outcome = got_from_server (world);
    free (answer);
    assert_int_equal (outcome.answer.status, STATUS_TOO_LARGE);
    assert_string_equal (outcome.reason, "the answer's headers are larger than 16384 bytes");
}

static void
only_the_final_answers_headers_are_found (void **state)
{
    world_t *world = *state;
    world->server.answer = SLICE ("HTTP/1.1 103 Early Hints\r\nX-Amzn-RequestId: early\r\n\r\n"
                                  "HTTP/1.1 204 No Content\r\nX-Empty: no\r\n\r\n");
    outcome_t outcome = got_from_server (world);
    assert_int_equal (outcome.answer.http_status, 204);
    assert_string_equal (outcome.request_id, "(absent)");
    assert_false (outcome.has_empty);
}

static void
a_redirect_is_an_answer_and_not_followed (void **state)
{
    world_t *world = *state;
    world->server.answer = SLICE ("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
    outcome_t outcome = got_from_server (world);
    assert_int_equal (outcome.answer.status, STATUS_OK);
    assert_int_equal (outcome.answer.http_status, 302);
    assert_int_equal (world->server.requests, 1);
}

static void
an_answer_that_stops_in_the_middle_is_not_whole (void **state)
{
    world_t *world = *state;
    world->server.close_after = true;
    world->server.answer = SLICE ("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello");
    outcome_t outcome = got_from_server (world);
    assert_int_equal (outcome.answer.status, STATUS_UNREACHABLE);
    assert_string_equal (outcome.reason, "the connection was closed before the answer was whole");
    assert_string_equal (outcome.body, "hello");
    assert_true (outcome.answer.sent);

    world->server.answer = SLICE ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
    assert_int_equal (got_from_server (world).answer.status, STATUS_UNREACHABLE);
    world->server.answer = SLICE ("");
    outcome = got_from_server (world);
    assert_int_equal (outcome.answer.status, STATUS_UNREACHABLE);
    assert_string_equal (outcome.reason, "the connection was closed without an answer");
}

static void
an_answer_that_is_not_http_is_malformed (void **state)
{
    world_t *world = *state;
    world->server.close_after = true;
    const slice_t answers [] = {
        SLICE ("220 mail.example ESMTP\r\n"), SLICE ("HTTP/x.y hello\r\n\r\n"), SLICE ("HTTP/1.1 abc\r\n\r\n"),
        SLICE ("HTTP/1.1 099 No\r\n\r\n"), SLICE ("\x16\x03\x01\x02garbage\r\n\r\n")
    };
    for (size_t i = 0; i < sizeof answers / sizeof answers [0]; i++) {
        world->server.answer = answers [i];
        outcome_t outcome = got_from_server (world);
        assert_int_equal (outcome.answer.status, STATUS_MALFORMED);
        assert_string_equal (outcome.reason, "the answer is not HTTP");
    }
}

static void
a_handshake_that_breaks_is_trouble_on_the_way (void **state)
{
    world_t *world = *state;
    world->server.close_at_once = true;
    char url [128];
    snprintf (url, sizeof url, "https://127.0.0.1:%d/", world->server.port);
    outcome_t outcome = got (world, url);
    assert_int_equal (outcome.answer.status, STATUS_UNREACHABLE);
    assert_string_equal (outcome.reason, "the connection was closed during the TLS handshake");
}

static void
a_refused_connection_says_so (void **state)
{
    world_t *world = *state;
    int port = world->server.port;
    raw_server_deinit (&world->server);
    outcome_t outcome = got_from_server (world);
    assert_int_equal (outcome.answer.status, STATUS_UNREACHABLE);
    assert_string_equal (outcome.reason, "connection refused");
    assert_false (outcome.answer.sent);
    assert_true (port > 0);
    raw_server_init (&world->server, world->reactor);
}

typedef struct {
    outcome_t outcome;              //  First: done's argument is the same
    char   bytes [64];
    size_t size, size_max;
} taken_t;

static bool
take (void *arg, slice_t bytes)
{
    taken_t *taken = arg;
    if (taken->size + bytes.size > taken->size_max)
        return false;
    memcpy (taken->bytes + taken->size, bytes.data, bytes.size);
    taken->size += bytes.size;
    return true;
}

static taken_t
taken_of (world_t *world, slice_t answer, size_t size_max)
{
    taken_t taken = { .size_max = size_max };
    world->server.answer = answer;
    transfer_request_t request = request_for (url_of (world, "127.0.0.1"));
    request.answer_bytes_max = 16;
    request.take = take;
    assert_non_null (transfer_start (world->transfers, &request, done, &taken));
    turn_until (world, &taken.outcome.told, 1);
    return taken;
}

static void
a_body_without_an_end_is_given_as_it_comes_and_not_kept (void **state)
{
    world_t *world = *state;
    world->server.close_after = true;
    taken_t taken = taken_of (world, SLICE ("HTTP/1.1 200 OK\r\n\r\nmore than sixteen bytes"), 64);
    assert_int_equal (taken.outcome.answer.status, STATUS_OK);
    assert_int_equal (taken.outcome.answer.body.size, 0);
    assert_memory_equal (taken.bytes, "more than sixteen bytes", 23);
    assert_int_equal (taken.size, 23);
}

static void
who_takes_a_body_may_have_enough (void **state)
{
    taken_t taken = taken_of (*state, HELLO, 4);
    assert_int_equal (taken.outcome.answer.status, STATUS_TOO_LARGE);
    assert_string_equal (taken.outcome.reason, "more came than was wanted");
}

static void
what_is_said_beside_a_200_is_not_for_who_takes_the_body (void **state)
{
    taken_t taken = taken_of (*state, SLICE ("HTTP/1.1 503 No\r\nContent-Length: 4\r\n\r\nfull"), 64);
    assert_int_equal (taken.outcome.answer.http_status, 503);
    assert_string_equal (taken.outcome.body, "full");
    assert_int_equal (taken.size, 0);
}

int
main (void)
{
    transfers_global_start ();
    const struct CMUnitTest tests [] = {
        WORLD_TEST (a_compressed_answer_is_unpacked_up_to_the_limit),
        WORLD_TEST (an_answer_that_is_too_large_is_not_read_to_its_end),
        WORLD_TEST (headers_that_are_too_large_are_not_kept),
        WORLD_TEST (only_the_final_answers_headers_are_found),
        WORLD_TEST (a_redirect_is_an_answer_and_not_followed),
        WORLD_TEST (an_answer_that_stops_in_the_middle_is_not_whole),
        WORLD_TEST (an_answer_that_is_not_http_is_malformed),
        WORLD_TEST (a_handshake_that_breaks_is_trouble_on_the_way),
        WORLD_TEST (a_refused_connection_says_so),
        WORLD_TEST (a_body_without_an_end_is_given_as_it_comes_and_not_kept),
        WORLD_TEST (who_takes_a_body_may_have_enough),
        WORLD_TEST (what_is_said_beside_a_200_is_not_for_who_takes_the_body),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
