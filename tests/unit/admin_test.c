#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "admin.h"
#include "desk.h"
#include "http_fixture.h"

typedef struct {
    fixture_t http;             //  The server's side, for the clients' functions
    desk_t   *desk;
    guard_t  *guard;
    admin_t  *admin;
    bool      draining;
} port_t;

static int
open_port (void **state)
{
    port_t *self = calloc (1, sizeof *self);
    char reason [GUARD_REASON_SIZE];
    assert_non_null (self);
    self->desk = desk_new ();
    self->guard = guard_new (NULL, NULL, reason);
    self->admin = admin_new (self->desk->dispatch, self->guard, &self->draining);
    http_handler_t handler = admin_handler (self->admin);
    self->http.reactor = self->desk->reactor;
    self->http.server = http_server_new (self->desk->reactor, &FIXTURE_LIMITS, &handler);
    assert_int_equal (http_server_listen (self->http.server, "127.0.0.1", 0, &self->http.port), STATUS_OK);
    *state = self;
    return 0;
}

static int
close_port (void **state)
{
    port_t *self = *state;
    http_server_destroy (&self->http.server);
    admin_destroy (&self->admin);
    assert_null (self->admin);
    desk_destroy (&self->desk);
    guard_destroy (&self->guard);
    free (self);
    return 0;
}

//  Asks, and expects this status and these words at the end.
static void
expect (port_t *self, const char *request, int status, const char *words)
{
    client_t *client = client_new (&self->http);
    client_send (&self->http, client, request);
    const char *answer = client_answer (&self->http, client);
    char start [32];
    snprintf (start, sizeof start, "HTTP/1.1 %d ", status);
    if (strncmp (answer, start, strlen (start)) != 0 || !ends_with (answer, words))
        fail_msg ("%s was answered %s", request, answer);
    client_destroy (&client);
}

#define GET(path) "GET " path " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"

static void
it_is_alive_whoever_is_missing (void **state)
{
    port_t *self = *state;
    expect (self, GET ("/healthz"), 200, "\r\n\r\nalive\n");
    self->draining = true;
    expect (self, GET ("/healthz"), 200, "\r\n\r\nalive\n");
}

static void
it_is_ready_once_every_service_was_served_and_while_any_is (void **state)
{
    port_t *self = *state;
    static const service_t SERVICES [] = { SERVICE_LOGS, SERVICE_METRICS, SERVICE_ALARMS };
    worker_t *workers [3];
    expect (self, GET ("/readyz"), 503, "\r\n\r\nnot ready\nno worker for logs\nno worker for metrics\nno worker for alarms\n");
    for (int i = 0; i < 3; i++) {
        workers [i] = desk_worker (self->desk, SERVICES [i]);
        worker_ready (workers [i], 1);
        if (i == 1)
            expect (self, GET ("/readyz"), 503, "\r\n\r\nnot ready\nno worker for alarms\n");
    }
    expect (self, GET ("/readyz"), 200, "\r\n\r\nready\n");
    for (int i = 0; i < 2; i++)
        worker_say (workers [i], KIND_BYE, 0);
    desk_turn (self->desk);
    expect (self, GET ("/readyz"), 200, "\r\n\r\nready\nno worker for logs\nno worker for metrics\n");
    worker_say (workers [2], KIND_BYE, 0);
    desk_turn (self->desk);
    expect (self, GET ("/readyz"), 503, "\r\n\r\nnot ready\nno worker for logs\nno worker for metrics\nno worker for alarms\n");
}

static void
a_worker_without_tools_of_ours_serves_nothing (void **state)
{
    port_t *self = *state;
    static const service_t SERVICES [] = { SERVICE_LOGS, SERVICE_METRICS, SERVICE_ALARMS };
    for (int i = 0; i < 3; i++)
        worker_ready_with (desk_worker (self->desk, SERVICES [i]), 1, (body_tool_t []) { { "of_tomorrow", 1 } }, 1);
    expect (self, GET ("/readyz"), 503, "\r\n\r\nnot ready\nno worker for logs\nno worker for metrics\nno worker for alarms\n");
}

static void
while_draining_it_is_not_ready (void **state)
{
    port_t *self = *state;
    static const service_t SERVICES [] = { SERVICE_LOGS, SERVICE_METRICS, SERVICE_ALARMS };
    for (int i = 0; i < 3; i++)
        worker_ready (desk_worker (self->desk, SERVICES [i]), 1);
    self->draining = true;
    expect (self, GET ("/readyz"), 503, "\r\n\r\ndraining\n");
}

static void
the_page_comes_with_a_policy_that_keeps_it_to_itself (void **state)
{
    port_t *self = *state;
    static const char *const PATHS [][2] = {
        { GET ("/flow"), "text/html" }, { GET ("/flow/flow.css"), "text/css" }, { GET ("/flow/flow.js"), "text/javascript" } };
    for (int i = 0; i < 3; i++) {
        client_t *client = client_new (&self->http);
        client_send (&self->http, client, PATHS [i][0]);
        const char *answer = client_answer (&self->http, client);
        assert_memory_equal (answer, "HTTP/1.1 200 ", 13);
        assert_non_null (strstr (answer, PATHS [i][1]));
        assert_non_null (strstr (answer, "Content-Security-Policy: default-src 'none'; script-src 'self';"));
        assert_non_null (strstr (answer, "X-Content-Type-Options: nosniff"));
        client_destroy (&client);
    }
    expect (self, GET ("/flow/flow.html"), 404, "/trace/calls.\n");
    expect (self, GET ("/flow/"), 404, "/trace/calls.\n");
    expect (self, "GET /flow HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421, ".");
}

static void
it_says_nothing_else (void **state)
{
    port_t *self = *state;
    expect (self, GET ("/"), 404, "There is /flow, /healthz, /readyz, /metrics and /trace/calls.\n");
    expect (self, GET ("/mcp"), 404, "There is /flow, /healthz, /readyz, /metrics and /trace/calls.\n");
    expect (self, "POST /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n", 405, "Only GET is taken here.\n");
    expect (self, "GET /healthz HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421, ".");
    expect (self, "GET /healthz HTTP/1.1\r\nHost: 10.1.2.3:9334\r\n\r\n", 200, "alive\n");      //  As a probe of Kubernetes asks
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (it_is_alive_whoever_is_missing, open_port, close_port),
        cmocka_unit_test_setup_teardown (it_is_ready_once_every_service_was_served_and_while_any_is, open_port, close_port),
        cmocka_unit_test_setup_teardown (a_worker_without_tools_of_ours_serves_nothing, open_port, close_port),
        cmocka_unit_test_setup_teardown (while_draining_it_is_not_ready, open_port, close_port),
        cmocka_unit_test_setup_teardown (the_page_comes_with_a_policy_that_keeps_it_to_itself, open_port, close_port),
        cmocka_unit_test_setup_teardown (it_says_nothing_else, open_port, close_port),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
