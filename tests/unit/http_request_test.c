#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http_fixture.h"

//  What one client that sends the text is answered, and that the connection ends (or does not) after it.
static void
expect (fixture_t *fixture, const char *text, int status, bool ends)
{
    client_t *client = client_new (fixture);
    client_send (fixture, client, text);
    int answered = client_status (fixture, client);
    if (answered != status)
        print_error ("answered %d, not %d: %s\n", answered, status, text);
    assert_int_equal (answered, status);
    if (ends) {
        assert_true (contains (client->answer, "\r\nConnection: close\r\n"));
        client_wait_end (fixture, client);
        assert_false (client->reset);
        assert_int_equal (client->size, 0);
    } else
        assert_true (client_hears_nothing (fixture, client));
    client_destroy (&client);
    WAIT_FOR (fixture, http_server_counts (fixture->server).connections == 0);
}

static void
refuses (fixture_t *fixture, int status, const char *text)
{
    uint64_t malformed = http_server_counts (fixture->server).malformed;
    expect (fixture, text, status, true);
    assert_int_equal (http_server_counts (fixture->server).malformed, malformed + 1);
    assert_string_equal (fixture->seen, "");
}

static void
what_is_not_http_is_400 (void **state)
{
    fixture_t *fixture = *state;
    refuses (fixture, 400, "\x16\x03\x01 hello\r\n\r\n");
    refuses (fixture, 400, "get / HTTP/1.1\r\nHost: a\r\n\r\n");
    refuses (fixture, 400, "BREW / HTTP/1.1\r\nHost: a\r\n\r\n");
    refuses (fixture, 400, "GET / RTSP/1.0\r\n\r\n");
    refuses (fixture, 400, "SOURCE / ICE/1.0\r\n\r\n");
    refuses (fixture, 400, "GET / HTTP/1.1\nHost: a\n\n");
    refuses (fixture, 400, "GET /\x80 HTTP/1.1\r\nHost: a\r\n\r\n");
    refuses (fixture, 400, "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n");
    refuses (fixture, 400, "CONNECT http://a/ HTTP/1.1\r\nHost: a\r\n\r\n");
}

static void
the_parts_of_the_request_line_are_one_blank_apart (void **state)
{
    fixture_t *fixture = *state;
    refuses (fixture, 400, "GET  / HTTP/1.1\r\nHost: a\r\n\r\n");
    refuses (fixture, 400, "GET /  HTTP/1.1\r\nHost: a\r\n\r\n");
    refuses (fixture, 400, "GET /\tHTTP/1.1\r\nHost: a\r\n\r\n");
    refuses (fixture, 400, "GET / HTTP/1.1 \r\nHost: a\r\n\r\n");
    expect (fixture, "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 200, false);
}

static void
other_versions_are_505 (void **state)
{
    fixture_t *fixture = *state;
    refuses (fixture, 505, "GET / HTTP/2.0\r\nHost: a\r\n\r\n");
    refuses (fixture, 505, "GET / HTTP/0.9\r\n\r\n");
    refuses (fixture, 505, "GET / HTTP/1.7\r\nHost: a\r\n\r\n");
    refuses (fixture, 505, "GET /\r\n\r\n");
    refuses (fixture, 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
}

static void
headers_that_proxies_may_read_differently_are_400 (void **state)
{
    fixture_t *fixture = *state;
    refuses (fixture, 400, "GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n folded\r\n\r\n");
    refuses (fixture, 400, "GET / HTTP/1.1\r\nHost: a\r\nX:\r\n folded\r\n\r\n");
    refuses (fixture, 400, "GET / HTTP/1.1\r\n Host: a\r\n\r\n");
    refuses (fixture, 400, "GET / HTTP/1.1\r\nHost : a\r\n\r\n");
    refuses (fixture, 400, "GET / HTTP/1.1\r\nHost: a\nX: 1\r\n\r\n");
    refuses (fixture, 400, "GET / HTTP/1.1\r\nHost: a\rX: 1\r\n\r\n");
    refuses (fixture, 400, "GET / HTTP/1.1\r\nHost: a\r\n\rX\r\n\r\n");
    refuses (fixture, 400, "GET / HTTP/1.1\r\nHost: a\r\nX(y): 1\r\n\r\n");
    refuses (fixture, 400, "GET / HTTP/1.1\r\nHost: a\r\nX: \x01\r\n\r\n");
    refuses (fixture, 400, "GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n");
}

static void
a_body_whose_length_is_unclear_is_refused (void **state)
{
    fixture_t *fixture = *state;
    refuses (fixture, 400, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    refuses (fixture, 400, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n");
    refuses (fixture, 400, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello");
    refuses (fixture, 400, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\nhello");
    refuses (fixture, 400, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nhello");
    refuses (fixture, 400, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\nhello");
    refuses (fixture, 400, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x5\r\n\r\nhello");
    refuses (fixture, 400, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n");
    refuses (fixture, 400, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999\r\n\r\n");
    refuses (fixture, 400, "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    refuses (fixture, 501, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n");
    refuses (fixture, 501, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n");
    refuses (fixture, 501, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n");
    refuses (fixture, 501, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n");
    refuses (fixture, 501, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n");
    refuses (fixture, 501, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    refuses (fixture, 400, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5 \r\nhello\r\n0\r\n\r\n");
    refuses (fixture, 400, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n");
    refuses (fixture, 400, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloX\r\n0\r\n\r\n");
    refuses (fixture, 400, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 5\r\n\r\n");
}

static void
exactly_one_host_must_be_named (void **state)
{
    fixture_t *fixture = *state;
    refuses (fixture, 400, "GET / HTTP/1.1\r\n\r\n");
    refuses (fixture, 400, "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n");
    refuses (fixture, 400, "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n");
    refuses (fixture, 400, "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n");
    refuses (fixture, 400, "GET http://a@b/ HTTP/1.1\r\nHost: b\r\n\r\n");
    expect (fixture, "GET http://A.b:80/c?d HTTP/1.1\r\nHost: a.B:80\r\n\r\n", 200, false);
    expect (fixture, "GET http://a HTTP/1.1\r\nHost: a\r\n\r\n", 200, false);
    expect (fixture, "GET http://a?b HTTP/1.1\r\nHost: a\r\n\r\n", 200, false);
    expect (fixture, "GET / HTTP/1.0\r\n\r\n", 200, true);
    assert_string_equal (fixture->seen, "GET /c?d ;GET / ;GET /?b ;GET / ;");
}

static void
a_target_is_a_path_with_or_without_a_query (void **state)
{
    fixture_t *fixture = *state;
    refuses (fixture, 400, "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n");
    refuses (fixture, 400, "GET * HTTP/1.1\r\nHost: a\r\n\r\n");
    expect (fixture, "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 200, false);
    expect (fixture, "GET /a? HTTP/1.1\r\nHost: a\r\n\r\n", 200, false);
    expect (fixture, "GET /a%20b?c=d?e/f HTTP/1.1\r\nHost: a\r\n\r\n", 200, false);
    assert_string_equal (fixture->seen, "OPTIONS * ;GET /a? ;GET /a%20b?c=d?e/f ;");
}

//  A target of 2 bytes or more, and the value of a header beside Host.
static void
expect_sizes (fixture_t *fixture, size_t target, size_t value, int status)
{
    static char text [1 << 16];
    int size = snprintf (text, sizeof text, "GET /%0*d HTTP/1.1\r\nHost: a\r\nX: %0*d\r\n\r\n", (int) target - 1, 0, (int) value, 0);
    assert_in_range (size, 1, sizeof text - 1);
    expect (fixture, text, status, status != 200);
}

static void
a_target_may_have_8_kb (void **state)
{
    fixture_t *fixture = *state;
    expect_sizes (fixture, 8192, 1, 200);
    expect_sizes (fixture, 8193, 1, 414);
    expect_sizes (fixture, 40000, 1, 414);
}

static void
a_head_may_have_its_limit_and_not_a_byte_more (void **state)
{
    fixture_t *fixture = *state;
    size_t others = strlen ("GET /0 HTTP/1.1\r\nHost: a\r\nX: \r\n\r\n");
    expect_sizes (fixture, 2, FIXTURE_LIMITS.head_bytes_max - others, 200);
    expect_sizes (fixture, 2, FIXTURE_LIMITS.head_bytes_max - others + 1, 431);
    expect_sizes (fixture, 2, FIXTURE_LIMITS.head_bytes_max * 3, 431);
}

static void
empty_lines_in_front_count_as_head (void **state)
{
    fixture_t *fixture = *state;
    expect (fixture, "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 200, false);
    static char text [20001];
    memset (text, '\n', sizeof text - 1);
    expect (fixture, text, 414, true);
}

static void
a_head_may_have_so_many_lines (void **state)
{
    fixture_t *fixture = *state;
    char text [1024] = "GET / HTTP/1.1\r\nHost: a\r\n";
    for (int i = 1; i < FIXTURE_LIMITS.head_lines_max; i++)
        strncat (text, "X: 1\r\n", sizeof text - strlen (text) - 1);
    size_t size = strlen (text);
    strncat (text, "\r\n", sizeof text - strlen (text) - 1);
    expect (fixture, text, 200, false);
    text [size] = '\0';
    strncat (text, "X: 1\r\n\r\n", sizeof text - strlen (text) - 1);
    expect (fixture, text, 431, true);
}

static void
a_body_may_have_its_limit_and_not_a_byte_more (void **state)
{
    fixture_t *fixture = *state;
    static char text [100200];
    int size = snprintf (text, sizeof text, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n%0100000d", 0);
    assert_in_range (size, 100000, sizeof text - 1);
    expect (fixture, text, 200, false);
    expect (fixture, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100001\r\n\r\n", 413, true);
}

static void
a_chunk_that_will_not_fit_is_refused_before_it_comes (void **state)
{
    fixture_t *fixture = *state;
    refuses (fixture, 413, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1869c\r\n");
    refuses (fixture, 413, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffff\r\n");
}

static void
trailers_and_chunk_extensions_are_bounded_and_forgotten (void **state)
{
    fixture_t *fixture = *state;
    static char text [40000];
    const char *head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    snprintf (text, sizeof text, "%s5;%020000d\r\nhello\r\n0\r\n\r\n", head, 0);
    refuses (fixture, 431, text);
    snprintf (text, sizeof text, "%s5\r\nhello\r\n0\r\nX: %020000d\r\n\r\n", head, 0);
    refuses (fixture, 431, text);
    snprintf (text, sizeof text, "%s5;a=b\r\nhello\r\n0\r\nHost: evil\r\nOrigin: evil\r\n\r\n", head);
    fixture->answers_later = true;
    client_t *client = client_new (fixture);
    client_send (fixture, client, text);
    WAIT_FOR (fixture, fixture->open_count == 1);
    assert_string_equal (fixture->seen, "POST / hello;");
    assert_int_equal (http_header_count (fixture->open [0], "Host"), 1);
    assert_int_equal (http_header_count (fixture->open [0], "Origin"), 0);
    client_destroy (&client);
}

static void
chunks_become_one_body (void **state)
{
    fixture_t *fixture = *state;
    expect (fixture, "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n"
                     "5\r\nhello\r\n1\r\n,\r\n06\r\n world\r\n0\r\n\r\n", 200, false);
    assert_string_equal (fixture->seen, "POST /a hello, world;");
}

static void
bytes_may_come_one_at_a_time (void **state)
{
    fixture_t *fixture = *state;
    const char *text = "POST /a?b HTTP/1.1\r\nHost: a\r\nX-Empty:\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "5;x=y\r\nhello\r\n3\r\n!!!\r\n0\r\nT: t\r\n\r\n"
                       "PUT /c HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody";
    client_t *client = client_new (fixture);
    for (const char *at = text; *at; at++) {
        client_send_bytes (fixture, client, at, 1);
        turn (fixture);
    }
    assert_true (ends_with (client_answer (fixture, client), "/a hello!!!"));
    assert_true (ends_with (client_answer (fixture, client), "/c body"));
    assert_string_equal (fixture->seen, "POST /a?b hello!!!;PUT /c body;");
    client_destroy (&client);
}

static void
a_client_that_waits_is_told_to_continue (void **state)
{
    fixture_t *fixture = *state;
    client_t *client = client_new (fixture);
    client_send (fixture, client, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-Continue\r\n\r\n");
    assert_string_equal (client_answer (fixture, client), "HTTP/1.1 100 Continue\r\n\r\n");
    client_send (fixture, client, "hello");
    assert_int_equal (client_status (fixture, client), 200);
    assert_string_equal (fixture->seen, "POST / hello;");
    client_destroy (&client);
}

static void
a_client_that_need_not_wait_is_not_told_to_continue (void **state)
{
    fixture_t *fixture = *state;
    expect (fixture, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello", 200, false);
    expect (fixture, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nExpect: 100-continue\r\n\r\n", 200, false);
    client_t *old = client_new (fixture);
    client_send (fixture, old, "POST / HTTP/1.0\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
    assert_true (client_hears_nothing (fixture, old));
    client_send (fixture, old, "hello");
    assert_int_equal (client_status (fixture, old), 200);
    client_destroy (&old);
}

static void
a_body_that_is_not_wanted_is_refused_before_it_is_sent (void **state)
{
    fixture_t *fixture = *state;
    refuses (fixture, 413, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100001\r\nExpect: 100-continue\r\n\r\n");
    refuses (fixture, 417, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: a-miracle\r\n\r\n");
}

static void
an_upgrade_is_declined_by_answering (void **state)
{
    fixture_t *fixture = *state;
    client_t *client = client_new (fixture);
    client_send (fixture, client, "GET /a HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n\r\n"
                                  "POST /b HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\nContent-Length: 2\r\n\r\nhi"
                                  "GET /c HTTP/1.1\r\nHost: a\r\n\r\n");
    for (int i = 0; i < 3; i++)
        assert_int_equal (client_status (fixture, client), 200);
    assert_string_equal (fixture->seen, "GET /a ;POST /b hi;GET /c ;");
    client_destroy (&client);
}

static void
headers_are_found_in_any_case_the_first_of_several (void **state)
{
    fixture_t *fixture = *state;
    fixture->answers_later = true;
    client_t *client = client_new (fixture);
    client_send (fixture, client, "GET / HTTP/1.1\r\nhost: a\r\nX-One: \t 1 \r\nx-one: 2\r\nEmpty:\r\n\r\n");
    WAIT_FOR (fixture, fixture->open_count == 1);
    http_exchange_t *exchange = fixture->open [0];
    assert_true (slice_is (http_header (exchange, "HOST"), "a"));
    assert_true (slice_is (http_header (exchange, "x-ONE"), "1"));
    assert_int_equal (http_header_count (exchange, "X-One"), 2);
    assert_int_equal (http_header (exchange, "empty").size, 0);
    assert_non_null (http_header (exchange, "empty").data);
    assert_null (http_header (exchange, "X-On").data);
    assert_int_equal (http_header_count (exchange, "X-Ones"), 0);
    assert_null (http_query (exchange).data);
    assert_true (slice_starts (http_peer (exchange), "127.0.0.1:"));
    client_destroy (&client);
}

int
main (void)
{
#define TEST(name) cmocka_unit_test_setup_teardown (name, begin, end)
    const struct CMUnitTest tests [] = {
        TEST (what_is_not_http_is_400),
        TEST (the_parts_of_the_request_line_are_one_blank_apart),
        TEST (other_versions_are_505),
        TEST (headers_that_proxies_may_read_differently_are_400),
        TEST (a_body_whose_length_is_unclear_is_refused),
        TEST (exactly_one_host_must_be_named),
        TEST (a_target_is_a_path_with_or_without_a_query),
        TEST (a_target_may_have_8_kb),
        TEST (a_head_may_have_its_limit_and_not_a_byte_more),
        TEST (empty_lines_in_front_count_as_head),
        TEST (a_head_may_have_so_many_lines),
        TEST (a_body_may_have_its_limit_and_not_a_byte_more),
        TEST (a_chunk_that_will_not_fit_is_refused_before_it_comes),
        TEST (trailers_and_chunk_extensions_are_bounded_and_forgotten),
        TEST (chunks_become_one_body),
        TEST (bytes_may_come_one_at_a_time),
        TEST (a_client_that_waits_is_told_to_continue),
        TEST (a_client_that_need_not_wait_is_not_told_to_continue),
        TEST (a_body_that_is_not_wanted_is_refused_before_it_is_sent),
        TEST (an_upgrade_is_declined_by_answering),
        TEST (headers_are_found_in_any_case_the_first_of_several),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
