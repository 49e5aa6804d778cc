/*  http - an HTTP/1.1 server on a reactor

    llhttp parses; this file and its neighbours own the connections: keep-alive, pipelined requests answered in order, chunked and counted
    bodies, Expect: 100-continue, a limit on everything, and the one thing that embedded servers hide and MCP demands: the moment a client
    leaves is known at once, also while its request is being worked on.

    An exchange is one request and the answer it waits for. The handler is given it when the request is whole, and answers at once or later:
    with one reply, or with a stream of pieces. While an exchange is open the connection reads nothing further, so a client that pipelines
    is slowed by TCP, not stored. A client that closed, reset or half-closed the connection is gone: the handler hears it once, and the
    exchange is dead when that function returns.

    What the server answers by itself, before any handler: 400 (not HTTP, two lengths, length and chunks, no or two Hosts, CONNECT), 408, 413,
    414, 417, 431, 501 (a transfer coding that is not chunked), 503 (too many connections, no memory), 505. Each closes the connection.

    The handler is called from a turn of the reactor only, never from inside a function that it called itself.

    Owner:   the thread of the reactor, for everything here.
    Limits:  http_limits_t; sources: DESIGN's table of limits, printed at start.
    Never:   blocks, or holds more than one request and one bounded answer per connection. */

#ifndef HTTP_H
#define HTTP_H

#include "buffer.h"
#include "reactor.h"

typedef struct http_server   http_server_t;
typedef struct http_exchange http_exchange_t;

typedef struct {
    int     connections_max;    //  When all are taken, the one that has been idle longest makes room; else the request that has been coming
                                //  longest, after a second; else 503. Those answered for the last time come on top: 256, for a second each
    size_t  head_bytes_max;     //  Request line and headers together
    int     head_lines_max;
    size_t  body_bytes_max;     //  After de-chunking
    size_t  stream_bytes_max;   //  Unread by the client before a stream is cut
    int64_t head_ms;            //  From the first byte of a request to the end of its headers
    int64_t body_ms;            //  From there to the end of its body
    int64_t idle_ms;            //  Between requests
    int64_t write_ms;           //  Without a byte taken by a client that has an answer to read
} http_limits_t;

typedef struct {
    //  A whole request arrived. Answer it now or later; its slices live until then.
    void (*request) (void *self, http_exchange_t *exchange);
    //  The peer left before its answer was written to the end. Afterwards the exchange does not exist.
    void (*gone) (void *self, http_exchange_t *exchange);
    void *self;
} http_handler_t;

typedef struct {
    const char *name;
    const char *value;
} http_field_t;

typedef struct {
    int status;                         //  100..599
    const char *content_type;           //  NULL: none
    const http_field_t *fields;         //  Further headers, ended by a NULL name; may be NULL
    bool close;                         //  Say "Connection: close" and do so
} http_reply_t;

typedef struct {
    uint64_t accepted;          //  Connections, ever
    uint64_t refused;           //  Of them, answered 503 for want of room
    uint64_t requests;          //  Whole requests handed to the handler
    uint64_t malformed;         //  Requests that the server answered by itself
    uint64_t gone;              //  Exchanges whose client left first
    int      connections;       //  Now
    int      exchanges;         //  Now, open
} http_counts_t;

//  The handler and the limits are copied, the reactor is borrowed. NULL without memory.
http_server_t *http_server_new (reactor_t *reactor, const http_limits_t *limits, const http_handler_t *handler);

//  Closes every socket; open exchanges are dropped without a word to the handler.
void http_server_destroy (http_server_t **self_p);

//  Listens on an address (an IP literal, or "localhost" for 127.0.0.1 and, where it exists, ::1 too) and a port, 0 for any free one. The port
//  is written to *port_p (may be NULL). INVALID_ARGUMENT for an address that is none, SYSTEM with errno set otherwise. May be called again.
MUST_CHECK status_t http_server_listen (http_server_t *self, const char *address, int port, int *port_p);

//  No new connections; idle ones close; each answer from now on closes its connection.
void http_server_drain (http_server_t *self);

http_counts_t http_server_counts (const http_server_t *self);

//  The request. Header names are found in any case; a header that is missing is absent; one that was sent twice is found as its first.
slice_t  http_method (const http_exchange_t *exchange);
slice_t  http_path (const http_exchange_t *exchange);          //  Without the query
slice_t  http_query (const http_exchange_t *exchange);         //  Behind the '?'; absent without one
slice_t  http_header (const http_exchange_t *exchange, const char *name);
int      http_header_count (const http_exchange_t *exchange, const char *name);
slice_t  http_body (const http_exchange_t *exchange);
int      http_minor_version (const http_exchange_t *exchange);     //  0 for HTTP/1.0, which knows no answers in pieces but until the end
slice_t  http_peer (const http_exchange_t *exchange);          //  "192.0.2.1:50123", "[2001:db8::1]:50123"

//  One pointer of the handler's, NULL at first.
void     http_set_context (http_exchange_t *exchange, void *context);
void    *http_context (const http_exchange_t *exchange);

//  Calls written (arg, now_us, whole) once, when the kernel has the last byte of the answer (whole), or when the connection was closed before; then
//  the exchange may be gone already. It must not use this server. now_us is the reactor's.
typedef void http_written_fn (void *arg, int64_t now_us, bool whole);
void     http_set_written (http_exchange_t *exchange, http_written_fn *written, void *arg);

//  The whole answer. Takes the exchange, and the body's bytes (body may be NULL; it is left empty).
void     http_reply (http_exchange_t **exchange_p, const http_reply_t *reply, buffer_t *body);

//  An answer in pieces (chunked; to an HTTP/1.0 client until the connection closes). Each piece leaves at once. BUSY: with this piece the
//  client would have more than stream_bytes_max unread, and should be cut with http_abort; a client that has read everything is given a piece
//  of any size. NO_MEMORY likewise. In both cases nothing of the piece was sent.
void     http_stream_open (http_exchange_t *exchange, const http_reply_t *reply);
MUST_CHECK status_t http_stream_write (http_exchange_t *exchange, slice_t piece);
void     http_stream_close (http_exchange_t **exchange_p);

//  Closes the connection without (the rest of) an answer.
void     http_abort (http_exchange_t **exchange_p);

//  "Not Found" for 404.
const char *http_reason (int status);

#endif
