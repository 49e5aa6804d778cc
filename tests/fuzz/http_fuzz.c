/*  http_fuzz - bytes from a client, cut into pieces

    The first byte of the input seeds the sizes of the pieces; the rest is what the client sends. Two things are tried with it:

    - the parser alone: the bytes in one piece and the bytes in many must give the same requests, or the same refusal;
    - a whole connection over a socket pair, with a handler that answers at once, later, in a stream, or not at all, as the path says. Whatever
      comes, an answer is HTTP, every exchange ends once, and nothing is left behind. */

#include "http_internal.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static const http_limits_t LIMITS = {
    .connections_max = 4,
    .head_bytes_max = 512,
    .head_lines_max = 8,
    .body_bytes_max = 256,
    .stream_bytes_max = 1024,
    .head_ms = 10000,
    .body_ms = 15000,
    .idle_ms = 75000,
    .write_ms = 30000,
};

//  Sizes of pieces, 1 to 16 bytes or all that is left, repeatable.
static size_t
s_piece (uint32_t *seed, size_t left)
{
    *seed = *seed * 1664525u + 1013904223u;
    size_t size = *seed >> 31 ? left : 1 + (*seed >> 27);
    return size < left ? size : left;
}

//  ---------------------------------------------------------------- the parser

static void
s_note_request (buffer_t *out, const http_request_t *request)
{
    const http_span_t spans [] = { request->method, request->path, request->query };
    for (size_t i = 0; i < sizeof spans / sizeof *spans; i++) {
        buffer_append_slice (out, http_request_slice (request, spans [i]));
        buffer_append_char (out, '\n');
    }
    for (int i = 0; i < request->line_count; i++) {
        buffer_append_slice (out, http_request_slice (request, request->lines [i].name));
        buffer_append_char (out, ':');
        buffer_append_slice (out, http_request_slice (request, request->lines [i].value));
        buffer_append_char (out, '\n');
    }
    slice_t head = http_request_slice (request, (http_span_t) { 0 });
    assert (request->head_size <= LIMITS.head_bytes_max && request->body_size <= LIMITS.body_bytes_max);
    buffer_append (out, head.data + request->head_size, request->body_size);
    buffer_printf (out, "\n%d%d\n", request->keep_alive, request->awaits_continue);
}

//  Parses and notes what there is. False when the requests have come to an end.
static bool
s_parse (http_request_t *request, buffer_t *out)
{
    for (;;) {
        if (!request->parsed && http_request_unparsed (request) == 0)
            return true;
        switch (http_request_parse (request)) {
        case HTTP_PARTIAL:   return true;
        case HTTP_HEAD_READ: break;
        case HTTP_REFUSED:
            assert (http_reason (request->refusal) && request->why);
            buffer_append_text (out, "refused");
            return false;
        case HTTP_WHOLE:
            s_note_request (out, request);
            if (!request->keep_alive)
                return false;
            http_request_next (request);
            break;
        }
    }
}

static void
s_parse_in_pieces (const char *bytes, size_t size, uint32_t *seed, buffer_t *out)
{
    http_line_t lines [8];
    http_request_t request;
    http_request_init (&request, &LIMITS, lines);
    buffer_init (out, 1 << 24);
    bool goes_on = true;
    while (size > 0 && goes_on) {
        size_t piece = seed ? s_piece (seed, size) : size;
        if (piece > HTTP_SCRATCH_BYTES)
            piece = HTTP_SCRATCH_BYTES;
        status_t status = http_request_append (&request, bytes, piece);
        assert (status == STATUS_OK);
        goes_on = s_parse (&request, out);
        bytes += piece;
        size -= piece;
    }
    http_request_deinit (&request);
}

static void
s_try_parser (const char *bytes, size_t size, uint32_t seed)
{
    buffer_t whole, pieces;
    s_parse_in_pieces (bytes, size, NULL, &whole);
    s_parse_in_pieces (bytes, size, &seed, &pieces);
    assert (slice_eq (buffer_slice (&whole), buffer_slice (&pieces)));
    buffer_deinit (&whole);
    buffer_deinit (&pieces);
}

//  ---------------------------------------------------------------- a connection

static int64_t s_now_us;
static http_exchange_t *s_waiting;

static int64_t
s_mono_us (void *self)
{
    (void) self;
    return s_now_us;
}

static int64_t
s_wall_ms (void *self)
{
    (void) self;
    return 1700000000000;
}

static void
s_request (void *self, http_exchange_t *exchange)
{
    (void) self;
    assert (!s_waiting);
    slice_t path = http_path (exchange);
    http_reply_t reply = { .status = 200, .content_type = "text/plain" };
    char choice = path.data [path.size - 1];
    if (choice == 'a')
        http_abort (&exchange);
    else if (choice == 'l')
        s_waiting = exchange;
    else if (choice == 's') {
        http_stream_open (exchange, &reply);
        status_t status = http_stream_write (exchange, path);
        assert (status == STATUS_OK || status == STATUS_BUSY);
        http_stream_close (&exchange);
    } else {
        buffer_t body;
        buffer_init (&body, 1024);
        buffer_append_slice (&body, http_body (exchange));
        http_reply (&exchange, &reply, &body);
    }
}

static void
s_gone (void *self, http_exchange_t *exchange)
{
    (void) self;
    assert (exchange == s_waiting);
    s_waiting = NULL;
}

static const clock_source_t s_clock = { .mono_us = s_mono_us, .wall_ms = s_wall_ms };
static reactor_t *s_reactor;
static http_server_t *s_server;

static void
s_turn (void)
{
    status_t status = reactor_turn (s_reactor, 0);
    assert (status == STATUS_OK);
}

//  Reads what the server says; the first of it must be an answer.
static void
s_read (int fd, bool *has_answer)
{
    char bytes [4096];
    ssize_t size;
    while ((size = recv (fd, bytes, sizeof bytes, MSG_DONTWAIT)) > 0) {
        assert (*has_answer || memcmp (bytes, "HTTP/1.1 ", (size_t) size < 9 ? (size_t) size : 9) == 0);
        *has_answer = true;
    }
}

static void
s_try_connection (const char *bytes, size_t size, uint32_t seed)
{
    int fds [2];
    if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds) < 0)
        abort ();
    http_connection_t *connection = http_connection_new (s_server, fds [1], NULL);
    assert (connection);
    bool has_answer = false;
    //  Few pieces: each costs a turn
    for (int i = 0; i < 8 && size > 0; i++) {
        size_t piece = i == 7 ? size : s_piece (&seed, size);
        ssize_t sent = send (fds [0], bytes, piece, MSG_NOSIGNAL);
        if (sent < 0)
            break;
        bytes += sent;
        size -= (size_t) sent;
        s_turn ();
        if (s_waiting && i % 2)
            http_reply (&s_waiting, &(http_reply_t) { .status = 202 }, NULL);
        s_read (fds [0], &has_answer);
    }
    if (seed & 1) {
        s_now_us += 100000000;          //  Longer than every time allowed
        s_turn ();
        s_read (fds [0], &has_answer);
    }
    close (fds [0]);
    for (int i = 0; i < 8 && http_server_counts (s_server).connections > 0; i++)
        s_turn ();
    http_counts_t counts = http_server_counts (s_server);
    assert (counts.connections == 0 && counts.exchanges == 0 && !s_waiting);
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    if (!s_server) {
        const http_handler_t handler = { .request = s_request, .gone = s_gone };
        s_reactor = reactor_new (&s_clock);
        s_server = http_server_new (s_reactor, &LIMITS, &handler);
        assert (s_server);
    }
    const char *bytes = (const char *) data + 1;
    s_try_parser (bytes, size - 1, data [0]);
    s_try_connection (bytes, size - 1, data [0]);
    return 0;
}
