/*  mcp_http_fixture - everything between a client's socket and a worker's mailbox

    Included behind cmocka.h. */

#ifndef MCP_HTTP_FIXTURE_H
#define MCP_HTTP_FIXTURE_H

#include "desk.h"
#include "http_fixture.h"
#include "mcp_http.h"
#include "mcp_words.h"

enum { CALLS_MAX = 2 };

//  Everything between a client's socket and a worker's mailbox.
typedef struct {
    fixture_t   http;           //  The server's side, for the clients' functions
    desk_t     *desk;
    guard_t    *guard;
    mcp_t      *mcp;
    mcp_http_t *mcp_http;
} endpoint_t;

static inline int
open_endpoint (void **state)
{
    endpoint_t *self = calloc (1, sizeof *self);
    char reason [GUARD_REASON_SIZE];
    assert_non_null (self);
    self->desk = desk_new ();
    self->guard = guard_new ("mcp.example", "https://app.example", reason);
    self->mcp = mcp_new (&(mcp_config_t) {
        .contracts = self->desk->contracts, .dispatch = self->desk->dispatch, .reactor = self->desk->reactor, .random = &self->desk->random,
        .call_deadline_ms = 120000 });
    self->mcp_http = mcp_http_new (self->mcp, self->guard, self->desk->reactor, CALLS_MAX);
    http_handler_t handler = mcp_http_handler (self->mcp_http);
    self->http.reactor = self->desk->reactor;
    self->http.server = http_server_new (self->desk->reactor, &FIXTURE_LIMITS, &handler);
    assert_int_equal (http_server_listen (self->http.server, "127.0.0.1", 0, &self->http.port), STATUS_OK);
    *state = self;
    return 0;
}

static inline int
close_endpoint (void **state)
{
    endpoint_t *self = *state;
    http_server_destroy (&self->http.server);
    mcp_http_destroy (&self->mcp_http);
    assert_null (self->mcp_http);
    assert_int_equal (mcp_waiting (self->mcp), 0);
    mcp_destroy (&self->mcp);
    desk_destroy (&self->desk);
    guard_destroy (&self->guard);
    free (self);
    return 0;
}

#define PING "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}"
#define PONG "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}"
#define JSON "Content-Type: application/json\r\n"
#define LOCAL "Host: 127.0.0.1:3334\r\n"
#define BOTH "Accept: application/json, text/event-stream\r\n"

static inline void
send_request (endpoint_t *self, client_t *client, const char *line, const char *headers, const char *body)
{
    char text [8192];
    int size = snprintf (text, sizeof text, "%s HTTP/1.1\r\n%sContent-Length: %zu\r\n\r\n%s", line, headers, strlen (body), body);
    assert_true (size > 0 && (size_t) size < sizeof text);
    client_send (&self->http, client, text);
}

static inline const char *
ask (endpoint_t *self, client_t *client, const char *line, const char *headers, const char *body)
{
    send_request (self, client, line, headers, body);
    return client_answer (&self->http, client);
}

//  On a connection of its own: status of the answer, which is left in text.
static inline int
status_of (endpoint_t *self, const char *line, const char *headers, const char *body, char *text, size_t size)
{
    client_t *client = client_new (&self->http);
    const char *answer = ask (self, client, line, headers, body);
    int status = 0;
    assert_int_equal (sscanf (answer, "HTTP/1.1 %d ", &status), 1);
    if (text)
        snprintf (text, size, "%s", answer);
    client_destroy (&client);
    return status;
}

//  What the worker has already is never asked again: such a call would only follow that one.
static const char *const CALLS [] = {
    REQUEST ("tools/call", "\"name\":\"brief\",\"arguments\":{\"word\":\"first\"}"),
    REQUEST ("tools/call", "\"name\":\"brief\",\"arguments\":{\"word\":\"second\"}"),
};

//  Begins a call and waits until the worker has so many.
static inline client_t *
client_that_waits (endpoint_t *self, worker_t *worker, int has_count)
{
    client_t *client = client_new (&self->http);
    send_request (self, client, "POST /mcp", LOCAL JSON BOTH, CALLS [has_count - 1]);
    for (int64_t until_ms = real_ms () + WAIT_MS; worker->has_count < has_count; worker_look (worker)) {
        assert_true (real_ms () < until_ms);
        turn (&self->http);
    }
    return client;
}

#define WAIT_FOR_WORKER(self, worker, condition)                \
    for (int64_t until_ms_ = real_ms () + WAIT_MS; !(condition); worker_look (worker)) { \
        assert_true (real_ms () < until_ms_);                   \
        turn (&(self)->http);                                   \
    }

#endif
