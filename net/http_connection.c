/*  One client, from accept to close.

                ┌────────────────────────── answered, keep-alive ───────────────────────────┐
                ▼                                                                           │
        ──▶ IDLE ──a byte──▶ HEAD ──empty line──▶ BODY ──its end──▶ OPEN ──answer given──▶ FLUSHING ──answered, close──▶ LEAVING ──▶ CLOSED
                              └──────── objection, time ─────────────┴──────────────────────▲

    OPEN is the handler's time, and FLUSHING the client's. In both nothing is read: what was sent ahead stays in the buffer or in the kernel.
    EPOLLRDHUP is asked for all the same, so that a client that leaves is noticed. LEAVING exists because closing a socket with unread bytes
    makes the kernel send a reset, which would overtake the answer on its way: so we only shut our side, and drop what comes, a little while.

    Every way into this file (events, the timer, the handler's calls) holds the connection, changes its state, and lets it go. Letting go looks at
    the state and sets everything that follows from it: the list that it is in, the events wanted, the moment of the timer; a closed one is
    freed there. As nothing else does, nothing is freed under the feet of a caller, and no state forgets its timer. */

#include "http_internal.h"
#include "peer_name.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/uio.h>
#include <unistd.h>

//  A client that has sent a thousand requests ahead waits for the others after so many.
enum { REQUESTS_PER_TURN = 16 };

//  How long, and for how much, a connection that was answered for the last time stays to hear that the client has read it.
static const int64_t LEAVING_MS = 1000;
static const size_t LEAVING_BYTES = 64 * 1024;

static const int64_t NEVER = INT64_MAX;

static void
s_enter (http_connection_t *self, http_connection_state_t state)
{
    self->state = state;
    self->since_ms = reactor_now_ms (self->server->reactor);
}

static bool
s_reads (const http_connection_t *self)
{
    return self->state <= CONNECTION_BODY;
}

static void s_ready (void *arg, uint32_t events);
static void s_due (void *arg);

http_connection_t *
http_connection_new (http_server_t *server, int fd, const struct sockaddr_storage *address)
{
    http_connection_t *self = malloc (sizeof *self + (size_t) server->limits.head_lines_max * sizeof (http_line_t));
    if (!self) {
        close (fd);
        return NULL;
    }
    *self = (http_connection_t) {
        .server = server,
        .listens = true,
        .watch = { .fd = fd, .ready = s_ready, .arg = self },
        .timer = { .due = s_due, .arg = self },
    };
    self->exchange.connection = self;
    http_request_init (&self->request, &server->limits, self->lines);
    //  What bounds these are the pieces and bodies that the handler gives, see http_stream_write
    buffer_init (&self->out, SIZE_MAX / 4);
    buffer_init (&self->body, SIZE_MAX / 4);
    peer_name_write (self->peer, sizeof self->peer, address);

    bool was_held = http_connection_hold (self);
    s_enter (self, CONNECTION_IDLE);
    http_connection_let_go (self, was_held);
    return self;
}

size_t
http_connection_pending (const http_connection_t *self)
{
    return self->out.size + self->body.size - self->written;
}

//  When does the state end by itself?
static int64_t
s_due_ms (const http_connection_t *self)
{
    const http_limits_t *limits = &self->server->limits;
    int64_t now_ms = reactor_now_ms (self->server->reactor);
    if (self->broken)
        return now_ms;
    switch (self->state) {
    case CONNECTION_IDLE:     return http_request_unparsed (&self->request) ? now_ms : self->since_ms + limits->idle_ms;
    case CONNECTION_HEAD:     return self->since_ms + limits->head_ms;
    case CONNECTION_BODY:     return self->since_ms + limits->body_ms;
    case CONNECTION_OPEN:
    case CONNECTION_FLUSHING: return self->stalled ? self->wrote_ms + limits->write_ms : NEVER;
    case CONNECTION_LEAVING:  return self->since_ms + LEAVING_MS;
    case CONNECTION_CLOSED:   break;
    }
    return NEVER;
}

static http_list_t *
s_list_of_state (http_connection_t *self)
{
    if (self->state == CONNECTION_LEAVING)
        return &self->server->leaving;
    if (!s_reads (self))
        return &self->server->busy;
    bool is_idle = self->state == CONNECTION_IDLE && http_request_unparsed (&self->request) == 0;
    return is_idle ? &self->server->idle : &self->server->reading;
}

static void
s_settle_events (http_connection_t *self)
{
    //  While an exchange is open, EPOLLIN is dropped when it first fires, not before: most clients send nothing until they have their answer
    if (s_reads (self) || self->state == CONNECTION_LEAVING)
        self->listens = true;
    uint32_t events = (self->listens ? EPOLLIN : 0u) | (self->half_closed ? 0u : EPOLLRDHUP) | (self->stalled ? EPOLLOUT : 0u);
    if (self->watch.watched && self->watch.events == events)
        return;
    self->watch.events = events;
    if (reactor_watch (self->server->reactor, &self->watch) != STATUS_OK)
        self->broken = true;
}

static void
s_settle_timer (http_connection_t *self)
{
    int64_t due_ms = s_due_ms (self);
    if (due_ms == NEVER)
        reactor_cancel_timer (self->server->reactor, &self->timer);
    else if (self->timer.place == 0 || self->timer.due_ms != due_ms)
        reactor_set_timer (self->server->reactor, &self->timer, due_ms);
}

bool
http_connection_hold (http_connection_t *self)
{
    bool was_held = self->held;
    self->held = true;
    return was_held;
}

void
http_connection_let_go (http_connection_t *self, bool was_held)
{
    if (was_held)
        return;
    self->held = false;
    if (self->state == CONNECTION_CLOSED) {
        http_request_deinit (&self->request);
        buffer_deinit (&self->out);
        buffer_deinit (&self->body);
        free (self);
        return;
    }
    http_list_t *list = s_list_of_state (self);
    if (list != self->list || list == &self->server->idle)
        http_server_list (self->server, self, list);
    s_settle_events (self);
    s_settle_timer (self);
}

static void
s_tell_written (http_connection_t *self, bool whole)
{
    http_written_fn *written = self->exchange.written;
    self->exchange.written = NULL;
    if (written)
        written (self->exchange.written_arg, reactor_now_us (self->server->reactor), whole);
}

void
http_connection_close (http_connection_t *self, bool with_reset)
{
    assert (self->held);
    if (self->state == CONNECTION_CLOSED)
        return;

    http_server_t *server = self->server;
    reactor_unwatch (server->reactor, &self->watch);
    reactor_cancel_timer (server->reactor, &self->timer);
    if (with_reset) {
        struct linger linger = { .l_onoff = 1, .l_linger = 0 };
        setsockopt (self->watch.fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
    }
    close (self->watch.fd);
    self->watch.fd = -1;
    if (self->exchange.open) {
        self->exchange.open = false;
        server->counts.exchanges--;
    }
    s_tell_written (self, false);
    http_server_list (server, self, NULL);
    self->state = CONNECTION_CLOSED;
}

//  The client will not read an answer to its end. If the handler is still at it, it is told, once.
static void
s_lose (http_connection_t *self, bool with_reset)
{
    http_server_t *server = self->server;
    bool was_answered = self->state == CONNECTION_LEAVING;
    if (self->request.whole && !was_answered)
        server->counts.gone++;
    if (self->exchange.open) {
        self->exchange.open = false;
        server->counts.exchanges--;
        server->handler.gone (server->handler.self, &self->exchange);
    }
    http_connection_close (self, with_reset);
}

//  Drops what the client still sends, until its end of the connection, or until it is too much.
static void
s_drop (http_connection_t *self)
{
    http_server_t *server = self->server;
    ssize_t size;
    do {
        size = recv (self->watch.fd, server->scratch, sizeof server->scratch, 0);
        if (size > 0)
            self->dropped_bytes += (size_t) size;
    } while (size > 0 && self->dropped_bytes < LEAVING_BYTES);
    bool nothing_there = size < 0 && (errno == EAGAIN || errno == EINTR);
    if (!nothing_there)
        http_connection_close (self, false);
}

//  The answer is out to its last byte.
static void
s_answered (http_connection_t *self)
{
    s_tell_written (self, true);
    if (self->closing || self->server->draining) {
        shutdown (self->watch.fd, SHUT_WR);
        s_enter (self, CONNECTION_LEAVING);
        return;
    }
    http_request_next (&self->request);
    s_enter (self, CONNECTION_IDLE);
    self->began_ms = self->since_ms;
}

//  0 for a client that takes nothing now, -1 for one that will never.
static ssize_t
s_write_some (http_connection_t *self)
{
    struct iovec parts [2];
    size_t count = 0;
    size_t skip = self->written;
    if (skip < self->out.size) {
        parts [count++] = (struct iovec) { self->out.data + skip, self->out.size - skip };
        skip = 0;
    } else
        skip -= self->out.size;
    if (skip < self->body.size)
        parts [count++] = (struct iovec) { self->body.data + skip, self->body.size - skip };

    struct msghdr message = { .msg_iov = parts, .msg_iovlen = count };
    ssize_t sent = sendmsg (self->watch.fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    return sent >= 0 ? sent : errno == EAGAIN || errno == EINTR ? 0 : -1;
}

void
http_connection_flush (http_connection_t *self)
{
    assert (self->held);
    if (self->state == CONNECTION_CLOSED || self->broken)
        return;

    int64_t now_ms = reactor_now_ms (self->server->reactor);
    if (!self->stalled)
        self->wrote_ms = now_ms;
    while (http_connection_pending (self) > 0) {
        ssize_t sent = s_write_some (self);
        if (sent <= 0) {
            self->stalled = sent == 0;
            self->broken = sent < 0;        //  We may be inside a call of the handler's: that it is gone, it hears from the timer
            return;
        }
        self->written += (size_t) sent;
        self->wrote_ms = now_ms;
    }

    self->stalled = false;
    self->written = 0;
    buffer_clear (&self->out);
    if (self->out.capacity > HTTP_IDLE_BYTES_MAX)
        buffer_deinit (&self->out);
    buffer_deinit (&self->body);
    if (self->state == CONNECTION_FLUSHING)
        s_answered (self);
}

void
http_connection_answer (http_connection_t *self, const http_reply_t *reply, http_framing_t framing, size_t body_bytes)
{
    const http_request_t *request = &self->request;
    self->closing = self->server->draining || reply->close || framing == HTTP_UNTIL_CLOSE || !request->keep_alive;
    bool is_1_0 = request->parser.http_minor == 0;
    http_reply_head (&self->out, reply, &(http_answer_t) {
        .framing = framing,
        .body_bytes = body_bytes,
        .connection = self->closing ? "close" : is_1_0 ? "keep-alive" : NULL,
        .date = http_server_date (self->server),
    });
}

void
http_connection_refuse (http_connection_t *self, int status, const char *why, const http_field_t *fields)
{
    assert (s_reads (self));
    bool was_held = http_connection_hold (self);
    http_server_log_refusal (self->server, self->peer, status, why);

    const char *reason = http_reason (status);
    size_t size = strlen (reason) + 2 + strlen (why) + 2;
    http_reply_t reply = { .status = status, .content_type = "text/plain; charset=utf-8", .fields = fields, .close = true };
    http_connection_answer (self, &reply, HTTP_COUNTED, size);
    if (!http_request_is_head (&self->request))
        buffer_printf (&self->out, "%s: %s.\n", reason, why);
    self->state = CONNECTION_FLUSHING;
    if (buffer_status (&self->out) == STATUS_OK)
        http_connection_flush (self);
    else
        http_connection_close (self, false);

    http_connection_let_go (self, was_held);
}

static void
s_object (http_connection_t *self, int status, const char *why)
{
    self->server->counts.malformed++;
    http_connection_refuse (self, status, why, NULL);
}

static void
s_hand_over (http_connection_t *self)
{
    http_server_t *server = self->server;
    s_enter (self, CONNECTION_OPEN);
    self->exchange = (http_exchange_t) { .connection = self, .open = true };
    server->counts.requests++;
    server->counts.exchanges++;
    server->handler.request (server->handler.self, &self->exchange);
}

//  The client wants to hear that its body is wanted, unless it has begun to send it.
static void
s_say_continue (http_connection_t *self)
{
    const http_request_t *request = &self->request;
    if (!request->awaits_continue || !request->has_body || http_request_unparsed (request) > 0)
        return;
    buffer_append_text (&self->out, "HTTP/1.1 100 Continue\r\n\r\n");
    if (buffer_status (&self->out) == STATUS_OK)
        http_connection_flush (self);
    else
        self->broken = true;
}

//  Works on what was received: request after request, as long as the handler answers at once, but not for ever.
static void
s_serve (http_connection_t *self)
{
    for (int handed = 0; s_reads (self);) {
        if (self->state == CONNECTION_IDLE) {
            if (http_request_unparsed (&self->request) == 0 || handed == REQUESTS_PER_TURN)
                return;
            s_enter (self, CONNECTION_HEAD);
            self->began_ms = self->since_ms;
        }
        switch (http_request_parse (&self->request)) {
        case HTTP_PARTIAL:
            return;
        case HTTP_HEAD_READ:
            s_enter (self, CONNECTION_BODY);
            s_say_continue (self);
            break;
        case HTTP_WHOLE:
            handed++;
            s_hand_over (self);
            break;
        case HTTP_REFUSED:
            s_object (self, self->request.refusal, self->request.why);
            break;
        }
    }
}

static void
s_receive (http_connection_t *self)
{
    http_server_t *server = self->server;
    ssize_t size = recv (self->watch.fd, server->scratch, sizeof server->scratch, 0);
    if (size < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (size <= 0)
        http_connection_close (self, false);
    else if (http_request_append (&self->request, server->scratch, (size_t) size) != STATUS_OK)
        s_object (self, 503, "there is not enough memory");
    else
        s_serve (self);
}

static void
s_readable (http_connection_t *self)
{
    if (!s_reads (self))
        self->listens = false;
    else if (self->state == CONNECTION_IDLE && http_request_unparsed (&self->request) > 0)
        s_serve (self);         //  First what is here, then what waits in the kernel
    else
        s_receive (self);
}

//  The client has shut its side. Nobody is there who waits for an answer, except for one that is complete and on its way.
static void
s_hear_half_close (http_connection_t *self)
{
    self->half_closed = true;
    if (self->state == CONNECTION_FLUSHING)
        self->closing = true;
    else
        s_lose (self, false);
}

static void
s_ready (void *arg, uint32_t events)
{
    http_connection_t *self = arg;
    bool was_held = http_connection_hold (self);
    if (self->state == CONNECTION_LEAVING)
        s_drop (self);
    else if (events & (EPOLLHUP | EPOLLERR))
        s_lose (self, false);
    else {
        if (events & EPOLLRDHUP)
            s_hear_half_close (self);
        if (events & EPOLLOUT)
            http_connection_flush (self);
        if (self->state == CONNECTION_LEAVING)
            s_drop (self);
        else if (self->state != CONNECTION_CLOSED && (events & EPOLLIN))
            s_readable (self);
    }
    http_connection_let_go (self, was_held);
}

static void
s_due (void *arg)
{
    http_connection_t *self = arg;
    bool was_held = http_connection_hold (self);
    if (self->broken)
        s_lose (self, false);
    else if (self->state == CONNECTION_IDLE && http_request_unparsed (&self->request) > 0)
        s_serve (self);
    else if (self->state == CONNECTION_HEAD)
        s_object (self, 408, "the headers did not come in time");
    else if (self->state == CONNECTION_BODY)
        s_object (self, 408, "the body did not come in time");
    else
        s_lose (self, self->stalled);   //  With what one that does not read has left in the kernel; otherwise it was idle, or has not left
    http_connection_let_go (self, was_held);
}
