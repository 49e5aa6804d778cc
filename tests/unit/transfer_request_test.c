#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "transfer_fixture.h"

static bool
request_has (world_t *world, const char *text)
{
    slice_t request = buffer_slice (&world->server.request);
    return memmem (request.data, request.size, text, strlen (text)) != NULL;
}

static void
the_request_is_what_was_asked_for_and_no_more (void **state)
{
    world_t *world = *state;
    const transfer_field_t fields [] = { { "X-Amz-Target", "Logs.Describe" }, { "X-Nothing", "" }, { "Content-Type", "application/json" } };
    char url [160];
    snprintf (url, sizeof url, "http://server.example:%d/a/../b?q=%%2F", world->server.port);
    transfer_request_t request = request_for (url);
    request.method = "POST";
    request.fields = fields;
    request.fields_count = 3;
    char body [] = "{\"limit\":1}";
    request.body = slice_of (body);
    outcome_t outcome;
    start (world, &request, &outcome);
    memset (body, '#', sizeof body - 1);            //  It was copied
    turn_until (world, &outcome.told, 1);

    char expected [512];
    snprintf (expected, sizeof expected,
        "POST /a/../b?q=%%2F HTTP/1.1\r\nHost: server.example:%d\r\nUser-Agent: test/1\r\nAccept-Encoding: gzip\r\n"
        "X-Amz-Target: Logs.Describe\r\nX-Nothing:\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{\"limit\":1}",
        world->server.port);
    assert_int_equal (world->server.request.size, strlen (expected));
    assert_memory_equal (world->server.request.data, expected, strlen (expected));
}

static void
a_put_without_a_body_says_that_it_has_none (void **state)
{
    world_t *world = *state;
    transfer_request_t request = request_for (url_of (world, "127.0.0.1"));
    request.method = "PUT";
    assert_int_equal (fetched (world, &request).answer.status, STATUS_OK);
    assert_true (request_has (world, "PUT /path HTTP/1.1"));
    assert_true (request_has (world, "Content-Length: 0\r\n"));
    assert_false (request_has (world, "Content-Type"));
}

static void
a_large_body_is_sent_without_asking_first (void **state)
{
    world_t *world = *state;
    transfer_request_t request = request_for (url_of (world, "127.0.0.1"));
    size_t size = 1536 * 1024;              //  Above 1 MB libcurl would ask with "Expect: 100-continue"
    char *body = malloc (size);
    memset (body, 'x', size);
    request.method = "POST";
    request.body = (slice_t) { body, size };
    outcome_t outcome = fetched (world, &request);
    free (body);
    assert_int_equal (outcome.answer.status, STATUS_OK);
    assert_true (world->server.request.size > size);
    assert_false (request_has (world, "Expect"));
}

static void
a_header_that_would_write_another_is_refused (void **state)
{
    world_t *world = *state;
    const transfer_field_t fields [] = { { "X-Token", "a\r\nX-Other: b" }, { "X: Y", "b" }, { "", "b" } };
    for (size_t i = 0; i < 3; i++) {
        transfer_request_t request = request_for (url_of (world, "127.0.0.1"));
        request.fields = &fields [i];
        request.fields_count = 1;
        assert_int_equal (fetched (world, &request).answer.status, STATUS_INVALID_ARGUMENT);
    }
    assert_int_equal (world->server.accepted, 0);
}

static void
what_is_no_web_address_is_refused_later (void **state)
{
    world_t *world = *state;
    const char *const urls [] = {
        "", "ftp://127.0.0.1/", "file:///etc/passwd", "127.0.0.1", "http://", "http://user:word@127.0.0.1/",
        "http://caf\xc3\xa9.example/"
    };
    for (size_t i = 0; i < sizeof urls / sizeof urls [0]; i++)
        assert_int_equal (got (world, urls [i]).answer.status, STATUS_INVALID_ARGUMENT);
}

static void
plain_http_goes_only_to_this_machine (void **state)
{
    world_t *world = *state;
    configure (world, (transfers_config_t) { .plain_http_anywhere = false });
    const char *const elsewhere [] = {
        "http://192.0.2.1/", "http://server.example/", "http://127.0.0.1.example/", "http://[2001:db8::1]/",
        "http://localhost.example/"
    };
    for (size_t i = 0; i < sizeof elsewhere / sizeof elsewhere [0]; i++) {
        outcome_t outcome = got (world, elsewhere [i]);
        assert_int_equal (outcome.answer.status, STATUS_REFUSED);
        assert_false (outcome.answer.sent);
    }
    assert_int_equal (got_from_server (world).answer.status, STATUS_OK);
    assert_int_equal (got (world, url_of (world, "localhost")).answer.status, STATUS_OK);
    assert_int_equal (got (world, url_of (world, "sim.localhost")).answer.status, STATUS_OK);
    assert_string_equal (got (world, "http://[::1]:1/").reason, "connection refused");
}

//  Nothing answers there: what counts is that the way there is tried, straight, and only where it was allowed.
static void
plain_http_to_the_own_link_is_a_right_of_its_own (void **state)
{
    world_t *world = *state;
    const char *const links [] = { "http://169.254.170.2/", "http://169.254.169.254/latest/", "http://[fd00:ec2::254]/", "http://[fd00:ec2::23]/" };
    const char *const elsewhere [] = { "http://169.255.0.1/", "http://[fd00:ec3::1]/", "http://[fe80::1]/", "http://169.254.169.254.example/" };
    configure (world, (transfers_config_t) { .plain_http_link_local = false });
    for (size_t i = 0; i < sizeof links / sizeof links [0]; i++)
        assert_int_equal (got (world, links [i]).answer.status, STATUS_REFUSED);
    char proxy [64];
    snprintf (proxy, sizeof proxy, "http://127.0.0.1:%d", world->server.port);
    configure (world, (transfers_config_t) { .plain_http_link_local = true, .proxies.all = proxy });
    for (size_t i = 0; i < sizeof links / sizeof links [0]; i++) {
        transfer_request_t request = request_for (links [i]);
        request.total_ms = 50;
        assert_int_not_equal (fetched (world, &request).answer.status, STATUS_REFUSED);
    }
    for (size_t i = 0; i < sizeof elsewhere / sizeof elsewhere [0]; i++)
        assert_int_equal (got (world, elsewhere [i]).answer.status, STATUS_REFUSED);
    assert_int_equal (world->server.requests, 0);
}

static void
a_proxy_is_used_when_configured_but_not_to_this_machine (void **state)
{
    world_t *world = *state;
    char proxy [64];
    snprintf (proxy, sizeof proxy, "http://proxy.example:%d", world->server.port);
    configure (world, (transfers_config_t) { .plain_http_anywhere = true, .proxies.all = proxy });
    assert_int_equal (got (world, "http://missing.example/path").answer.status, STATUS_OK);     //  The proxy looks the name up, not we
    assert_true (request_has (world, "GET http://missing.example/path HTTP/1.1\r\n"));
    assert_int_equal (got_from_server (world).answer.status, STATUS_OK);
    assert_true (request_has (world, "GET /path HTTP/1.1\r\n"));

    configure (world, (transfers_config_t) { .plain_http_anywhere = true, .proxies.all = "http://missing.example:3128" });
    assert_string_equal (got (world, "http://server.example/").reason,
                         "the proxy missing.example:3128 (ALL_PROXY): the name missing.example does not exist");
}

static void
what_must_go_straight_does_whatever_is_configured (void **state)
{
    world_t *world = *state;
    configure (world, (transfers_config_t) { .plain_http_anywhere = true, .proxies.all = "http://missing.example:3128" });
    transfer_request_t request = request_for (url_of (world, "server.example"));
    request.straight = true;
    assert_int_equal (fetched (world, &request).answer.status, STATUS_OK);
    configure (world, (transfers_config_t) { .plain_http_anywhere = true, .proxies = { .all = "http://missing.example:3128", .none = ".example" } });
    assert_int_equal (got (world, url_of (world, "server.example")).answer.status, STATUS_OK);
}

//  The server is the proxy; https:// is tunnelled, and what is meant for AWS is not for the proxy to read.
static void
a_tunnel_is_asked_for_with_the_proxys_own_password_and_nothing_of_ours (void **state)
{
    world_t *world = *state;
    char proxy [64];
    snprintf (proxy, sizeof proxy, "http://user:canary@proxy.example:%d", world->server.port);
    configure (world, (transfers_config_t) { .proxies.https = proxy });
    static const transfer_field_t field = { "Authorization", "AWS4-HMAC-SHA256 signature" };
    transfer_request_t request = request_for ("https://missing.example/path");
    request.fields = &field;
    request.fields_count = 1;
    world->server.answer = SLICE ("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    fetched (world, &request);
    assert_true (request_has (world, "CONNECT missing.example:443 HTTP/1.1\r\n"));
    assert_true (request_has (world, "Proxy-Authorization: Basic dXNlcjpjYW5hcnk=\r\n"));
    assert_false (request_has (world, "AWS4"));
}

static void
whose_trouble_it_is_is_said_with_the_variable_and_without_the_password (void **state)
{
    static const struct {
        const char *scheme, *answer, *words;
        status_t status;
    } rows [] = {
        { "https", "HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n",
          "it asks for a user and a password, or does not take these (HTTP 407): http://USER:PASSWORD@HOST:PORT", STATUS_REFUSED },
        { "http", "HTTP/1.1 407 Who\r\nContent-Length: 0\r\n\r\n",
          "it asks for a user and a password, or does not take these (HTTP 407): http://USER:PASSWORD@HOST:PORT", STATUS_REFUSED },
        { "https", "HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n", "it does not make a connection (HTTP 403)", STATUS_REFUSED },
        { "https", "HTTP/1.1 502 Later\r\nContent-Length: 0\r\n\r\n", "it does not make a connection (HTTP 502)", STATUS_UNREACHABLE },
    };
    world_t *world = *state;
    char proxy [64], wanted [256], url [64];
    snprintf (proxy, sizeof proxy, "http://user:canary@proxy.example:%d", world->server.port);
    configure (world, (transfers_config_t) { .plain_http_anywhere = true, .proxies.all = proxy });
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        world->server.answer = slice_of (rows [i].answer);
        snprintf (url, sizeof url, "%s://missing.example/", rows [i].scheme);
        outcome_t outcome = got (world, url);
        snprintf (wanted, sizeof wanted, "the proxy proxy.example:%d (ALL_PROXY): %s", world->server.port, rows [i].words);
        assert_string_equal (outcome.reason, wanted);
        assert_int_equal (outcome.answer.status, rows [i].status);
    }
    configure (world, (transfers_config_t) { .proxies.https = "http://user:canary@127.0.0.1:1" });
    outcome_t outcome = got (world, "https://missing.example/");
    assert_string_equal (outcome.reason, "the proxy 127.0.0.1:1 (HTTPS_PROXY): connection refused");
    assert_int_equal (outcome.answer.status, STATUS_UNREACHABLE);
    configure (world, (transfers_config_t) { .proxies.https = "http://hang.example:1" });
    transfer_request_t request = request_for ("https://missing.example/");
    request.connect_ms = 20;
    assert_string_equal (fetched (world, &request).reason,
                         "the proxy hang.example:1 (HTTPS_PROXY): the name hang.example was not looked up within 20 ms");
    assert_true (write (world->hang [1], "x", 1) == 1);

    //  An answer by way of the proxy that cannot be used is not the proxy's trouble alone
    configure (world, (transfers_config_t) { .plain_http_anywhere = true, .proxies.all = proxy });
    world->server.answer = SLICE ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhal");
    world->server.close_after = true;
    outcome = got (world, "http://missing.example/");
    snprintf (wanted, sizeof wanted, "the connection was closed before the answer was whole (by the proxy proxy.example:%d, ALL_PROXY)",
              world->server.port);
    assert_string_equal (outcome.reason, wanted);
}

static void
a_proxy_of_the_environment_is_not_used (void **state)
{
    world_t *world = *state;
    setenv ("http_proxy", "http://127.0.0.1:1", 1);
    setenv ("all_proxy", "http://127.0.0.1:1", 1);
    assert_int_equal (got (world, url_of (world, "server.example")).answer.status, STATUS_OK);
    unsetenv ("http_proxy");
    unsetenv ("all_proxy");
}

int
main (void)
{
    transfers_global_start ();
    const struct CMUnitTest tests [] = {
        WORLD_TEST (the_request_is_what_was_asked_for_and_no_more),
        WORLD_TEST (a_put_without_a_body_says_that_it_has_none),
        WORLD_TEST (a_large_body_is_sent_without_asking_first),
        WORLD_TEST (a_header_that_would_write_another_is_refused),
        WORLD_TEST (what_is_no_web_address_is_refused_later),
        WORLD_TEST (plain_http_goes_only_to_this_machine),
        WORLD_TEST (plain_http_to_the_own_link_is_a_right_of_its_own),
        WORLD_TEST (a_proxy_is_used_when_configured_but_not_to_this_machine),
        WORLD_TEST (what_must_go_straight_does_whatever_is_configured),
        WORLD_TEST (a_tunnel_is_asked_for_with_the_proxys_own_password_and_nothing_of_ours),
        WORLD_TEST (whose_trouble_it_is_is_said_with_the_variable_and_without_the_password),
        WORLD_TEST (a_proxy_of_the_environment_is_not_used),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
