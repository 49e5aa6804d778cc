/*  What a handler does with an exchange. The handler may be called by us (and answers inside that call), or answers any time later on its own;
    so each function holds the connection while it works on it. None of them calls the handler: the next request, which may wait in the
    buffer already, and the news that the client is gone both come from a turn of the reactor. */

#include "http_internal.h"

#include <assert.h>

static const http_request_t *
s_request (const http_exchange_t *exchange)
{
    return &exchange->connection->request;
}

slice_t
http_method (const http_exchange_t *exchange)
{
    return http_request_slice (s_request (exchange), s_request (exchange)->method);
}

slice_t
http_path (const http_exchange_t *exchange)
{
    const http_request_t *request = s_request (exchange);
    return request->path.size ? http_request_slice (request, request->path) : SLICE ("/");     //  "http://host" means "http://host/"
}

slice_t
http_query (const http_exchange_t *exchange)
{
    const http_request_t *request = s_request (exchange);
    return request->has_query ? http_request_slice (request, request->query) : SLICE_ABSENT;
}

static bool
s_is_line (const http_request_t *request, int i, slice_t name)
{
    return slice_eq_nocase (http_request_slice (request, request->lines [i].name), name);
}

slice_t
http_header (const http_exchange_t *exchange, const char *name)
{
    const http_request_t *request = s_request (exchange);
    slice_t wanted = slice_of (name);
    for (int i = 0; i < request->line_count; i++)
        if (s_is_line (request, i, wanted))
            return slice_trim (http_request_slice (request, request->lines [i].value));
    return SLICE_ABSENT;
}

int
http_header_count (const http_exchange_t *exchange, const char *name)
{
    const http_request_t *request = s_request (exchange);
    slice_t wanted = slice_of (name);
    int count = 0;
    for (int i = 0; i < request->line_count; i++)
        count += s_is_line (request, i, wanted);
    return count;
}

slice_t
http_body (const http_exchange_t *exchange)
{
    const http_request_t *request = s_request (exchange);
    slice_t head = http_request_slice (request, (http_span_t) { 0 });
    return (slice_t) { head.data + request->head_size, request->body_size };
}

int
http_minor_version (const http_exchange_t *exchange)
{
    return s_request (exchange)->parser.http_minor;
}

slice_t
http_peer (const http_exchange_t *exchange)
{
    return slice_of (exchange->connection->peer);
}

void
http_set_context (http_exchange_t *exchange, void *context)
{
    exchange->context = context;
}

void *
http_context (const http_exchange_t *exchange)
{
    return exchange->context;
}

void
http_set_written (http_exchange_t *exchange, http_written_fn *written, void *arg)
{
    assert (exchange->open);
    exchange->written = written;
    exchange->written_arg = arg;
}

//  From here on the exchange is no longer the handler's.
static http_connection_t *
s_take (http_exchange_t **exchange_p)
{
    http_exchange_t *exchange = *exchange_p;
    assert (exchange && exchange->open);
    exchange->open = false;
    exchange->connection->server->counts.exchanges--;
    *exchange_p = NULL;
    return exchange->connection;
}

//  An answer that memory did not suffice for is not sent at all: half of one would be taken for a whole one.
static void
s_flush_or_break (http_connection_t *self)
{
    if (buffer_status (&self->out) != STATUS_OK || buffer_status (&self->body) != STATUS_OK)
        self->broken = true;
    else
        http_connection_flush (self);
}

void
http_reply (http_exchange_t **exchange_p, const http_reply_t *reply, buffer_t *body)
{
    assert (!(*exchange_p)->streaming);
    http_connection_t *self = s_take (exchange_p);
    bool was_held = http_connection_hold (self);

    size_t size = body ? body->size : 0;
    if (body) {
        if (http_reply_is_bodiless (reply->status) || http_request_is_head (&self->request))
            buffer_deinit (body);
        else
            buffer_move (&self->body, body);
    }
    http_connection_answer (self, reply, HTTP_COUNTED, size);
    self->state = CONNECTION_FLUSHING;
    s_flush_or_break (self);
    http_connection_let_go (self, was_held);
}

void
http_stream_open (http_exchange_t *exchange, const http_reply_t *reply)
{
    assert (exchange->open && !exchange->streaming);
    http_connection_t *self = exchange->connection;
    bool was_held = http_connection_hold (self);

    bool is_1_0 = http_minor_version (exchange) == 0;
    exchange->streaming = true;
    exchange->bodiless = http_reply_is_bodiless (reply->status) || http_request_is_head (&self->request);
    exchange->chunked = !is_1_0 && !exchange->bodiless;
    http_connection_answer (self, reply, is_1_0 ? HTTP_UNTIL_CLOSE : HTTP_CHUNKED, 0);
    s_flush_or_break (self);
    http_connection_let_go (self, was_held);
}

//  A chunk's size, a line break, and another behind the chunk.
enum { CHUNK_EXTRA_BYTES = 16 + 2 + 2 };

static void
s_append_chunk (buffer_t *out, slice_t piece)
{
    char digits [16];
    char *first = digits + sizeof digits;
    for (size_t rest = piece.size; rest > 0; rest >>= 4)
        *--first = "0123456789abcdef" [rest & 15];
    buffer_append (out, first, (size_t) (digits + sizeof digits - first));
    buffer_append (out, "\r\n", 2);
    buffer_append_slice (out, piece);
    buffer_append (out, "\r\n", 2);
}

status_t
http_stream_write (http_exchange_t *exchange, slice_t piece)
{
    assert (exchange->open && exchange->streaming);
    http_connection_t *self = exchange->connection;
    if (piece.size == 0 || exchange->bodiless || self->broken)
        return STATUS_OK;       //  A chunk of nothing would end the stream

    //  A single piece is never too large for a client that has read all before it
    size_t pending = http_connection_pending (self);
    if (pending > 0 && pending + piece.size > self->server->limits.stream_bytes_max)
        return STATUS_BUSY;
    buffer_consume (&self->out, self->written);
    self->written = 0;
    if (!buffer_reserve (&self->out, piece.size + CHUNK_EXTRA_BYTES)) {
        self->out.status = STATUS_OK;           //  Nothing was appended: the stream is whole so far
        return STATUS_NO_MEMORY;
    }

    bool was_held = http_connection_hold (self);
    if (exchange->chunked)
        s_append_chunk (&self->out, piece);
    else
        buffer_append_slice (&self->out, piece);
    http_connection_flush (self);
    http_connection_let_go (self, was_held);
    return STATUS_OK;
}

void
http_stream_close (http_exchange_t **exchange_p)
{
    assert ((*exchange_p)->streaming);
    bool chunked = (*exchange_p)->chunked;
    http_connection_t *self = s_take (exchange_p);
    bool was_held = http_connection_hold (self);
    if (chunked)
        buffer_append (&self->out, "0\r\n\r\n", 5);
    self->state = CONNECTION_FLUSHING;
    s_flush_or_break (self);
    http_connection_let_go (self, was_held);
}

void
http_abort (http_exchange_t **exchange_p)
{
    //  With a reset: a stream that is told by the connection's end must not look as if it were whole
    http_connection_t *self = s_take (exchange_p);
    bool was_held = http_connection_hold (self);
    http_connection_close (self, true);
    http_connection_let_go (self, was_held);
}
