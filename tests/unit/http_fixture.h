/*  http_fixture - a server on a loopback port, and clients with raw sockets, in one thread

    A test writes bytes as a client, lets the reactor turn, and looks at what came back. The clock stands still until the test moves it. The
    handler writes down what it is given ("POST /a?b hello;"), and answers at once ("/a hello" for a body), does what the test wants, or leaves
    the exchange open for the test to answer.

    Owner:  the test. Waiting always has an end: what does not come in WAIT_MS of real time will not come. */

#ifndef HTTP_FIXTURE_H
#define HTTP_FIXTURE_H

#include "fake_clock.h"
#include "http.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { WAIT_MS = 10000, OPEN_MAX_IN_TEST = 64 };

typedef struct fixture {
    fake_clock_t clock;
    reactor_t *reactor;
    http_server_t *server;
    int   port;
    bool  answers_later;
    bool  closes;               //  Each answer says so
    void (*instead) (struct fixture *self, http_exchange_t *exchange);     //  What to do with a request; NULL: answer it
    http_exchange_t *open [OPEN_MAX_IN_TEST];
    int   open_count;           //  Left open, in the order in which they came
    http_exchange_t *left [OPEN_MAX_IN_TEST];
    int   left_count;           //  Whose client is gone
    char  seen [4096];          //  What the handler was given
} fixture_t;

typedef struct {
    int    fd;
    bool   ended;               //  The server closed, or reset
    bool   reset;
    size_t size;
    char   text [1 << 20];      //  Received and not yet looked at
    char   answer [1 << 20];    //  The one taken last
} client_t;

static inline void
reply_text (http_exchange_t **exchange_p, int status, const char *text)
{
    buffer_t body;
    buffer_init (&body, 1 << 20);
    buffer_append_text (&body, text);
    http_reply (exchange_p, &(http_reply_t) { .status = status, .content_type = "text/plain" }, &body);
    assert_int_equal (body.size, 0);
}

static inline void
fixture_request (void *arg, http_exchange_t *exchange)
{
    fixture_t *self = arg;
    slice_t method = http_method (exchange);
    slice_t path = http_path (exchange);
    slice_t query = http_query (exchange);
    slice_t body = http_body (exchange);
    assert_null (http_context (exchange));
    size_t size = strlen (self->seen);
    if (size + 256 < sizeof self->seen)
        snprintf (self->seen + size, sizeof self->seen - size, "%.*s %.*s%s%.*s %.*s;", (int) method.size, method.data,
                  (int) path.size, path.data, query.data ? "?" : "", (int) query.size, query.data ? query.data : "",
                  (int) (body.size < 64 ? body.size : 64), body.data);
    if (self->instead) {
        self->instead (self, exchange);
        return;
    }
    if (self->answers_later) {
        assert_true (self->open_count < OPEN_MAX_IN_TEST);
        self->open [self->open_count++] = exchange;
        return;
    }
    buffer_t answer;
    buffer_init (&answer, 1 << 21);
    buffer_append_slice (&answer, path);
    if (body.size) {
        buffer_append_char (&answer, ' ');
        buffer_append_slice (&answer, body);
    }
    http_reply (&exchange, &(http_reply_t) { .status = 200, .content_type = "text/plain", .close = self->closes }, &answer);
    assert_null (exchange);
}

static inline void
fixture_gone (void *arg, http_exchange_t *exchange)
{
    fixture_t *self = arg;
    assert_true (self->left_count < OPEN_MAX_IN_TEST);
    self->left [self->left_count++] = exchange;
}

static const http_limits_t FIXTURE_LIMITS = {
    .connections_max = 8,
    .head_bytes_max = 16384,
    .head_lines_max = 16,
    .body_bytes_max = 100000,
    .stream_bytes_max = 100000,
    .head_ms = 10000,
    .body_ms = 15000,
    .idle_ms = 75000,
    .write_ms = 30000,
};

static inline int
begin_with (void **state, const http_limits_t *limits)
{
    fixture_t *self = calloc (1, sizeof *self);
    assert_non_null (self);
    fake_clock_init (&self->clock);
    self->reactor = reactor_new (&self->clock.source);
    http_handler_t handler = { .request = fixture_request, .gone = fixture_gone, .self = self };
    self->server = http_server_new (self->reactor, limits, &handler);
    assert_int_equal (http_server_listen (self->server, "127.0.0.1", 0, &self->port), STATUS_OK);
    *state = self;
    return 0;
}

static inline int
begin (void **state)
{
    return begin_with (state, &FIXTURE_LIMITS);
}

static inline int
end (void **state)
{
    fixture_t *self = *state;
    http_server_destroy (&self->server);
    assert_null (self->server);
    reactor_destroy (&self->reactor);
    free (self);
    return 0;
}

static inline void
turn (fixture_t *self)
{
    assert_int_equal (reactor_turn (self->reactor, 1), STATUS_OK);
}

//  Enough turns for everything that is under way on the loopback to arrive and be worked on.
static inline void
turns (fixture_t *self)
{
    for (int i = 0; i < 20; i++)
        turn (self);
}

static inline void
pass_ms (fixture_t *self, int64_t ms)
{
    fake_clock_advance (&self->clock, ms);
    turns (self);
}

static inline int64_t
real_ms (void)
{
    struct timespec now;
    clock_gettime (CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

//  Turns while (condition) is false.
#define WAIT_FOR(fixture, condition)                        \
    do {                                                    \
        int64_t until_ms_ = real_ms () + WAIT_MS;           \
        while (!(condition)) {                              \
            assert_true (real_ms () < until_ms_);           \
            turn (fixture);                                 \
        }                                                   \
    } while (0)

static inline client_t *
client_new (const fixture_t *fixture)
{
    client_t *self = calloc (1, sizeof *self);
    assert_non_null (self);
    self->fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true (self->fd >= 0);
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons ((uint16_t) fixture->port), .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
    assert_int_equal (connect (self->fd, (struct sockaddr *) &address, sizeof address), 0);
    assert_int_equal (fcntl (self->fd, F_SETFL, O_NONBLOCK), 0);
    return self;
}

static inline void
client_destroy (client_t **self_p)
{
    close ((*self_p)->fd);
    free (*self_p);
    *self_p = NULL;
}

static inline void
client_send_bytes (fixture_t *fixture, client_t *self, const char *bytes, size_t size)
{
    int64_t until_ms = real_ms () + WAIT_MS;
    while (size > 0) {
        ssize_t sent = send (self->fd, bytes, size, MSG_NOSIGNAL);
        if (sent < 0) {
            assert_int_equal (errno, EAGAIN);
            assert_true (real_ms () < until_ms);
            turn (fixture);
            continue;
        }
        bytes += sent;
        size -= (size_t) sent;
    }
}

static inline void
client_send (fixture_t *fixture, client_t *self, const char *text)
{
    client_send_bytes (fixture, self, text, strlen (text));
}

//  Takes what has arrived.
static inline void
client_receive (client_t *self)
{
    while (!self->ended && self->size < sizeof self->text - 1) {
        ssize_t size = recv (self->fd, self->text + self->size, sizeof self->text - 1 - self->size, 0);
        if (size < 0 && errno == EAGAIN)
            break;
        self->ended = size <= 0;
        self->reset = size < 0;
        if (size > 0)
            self->size += (size_t) size;
    }
    self->text [self->size] = '\0';
}

//  Size of the first answer in the text, 0 while it is not whole.
static inline size_t
client_answer_size (const client_t *self)
{
    const char *end = strstr (self->text, "\r\n\r\n");
    if (!end)
        return 0;
    size_t head = (size_t) (end + 4 - self->text);
    const char *chunked = strstr (self->text, "Transfer-Encoding: chunked");
    if (chunked && chunked < end) {
        const char *last = strstr (end, "\r\n0\r\n\r\n");
        return last ? (size_t) (last + 7 - self->text) : 0;
    }
    const char *length = strstr (self->text, "Content-Length: ");
    size_t body = length && length < end ? strtoul (length + 16, NULL, 10) : 0;
    return self->size >= head + body ? head + body : 0;
}

//  The next answer, whole, head and body.
static inline const char *
client_answer (fixture_t *fixture, client_t *self)
{
    size_t size = 0;
    int64_t until_ms = real_ms () + WAIT_MS;
    for (client_receive (self); (size = client_answer_size (self)) == 0; client_receive (self)) {
        assert_false (self->ended);
        assert_true (real_ms () < until_ms);
        turn (fixture);
    }
    memcpy (self->answer, self->text, size);
    self->answer [size] = '\0';
    self->size -= size;
    memmove (self->text, self->text + size, self->size + 1);
    return self->answer;
}

static inline int
client_status (fixture_t *fixture, client_t *self)
{
    int status = 0;
    assert_int_equal (sscanf (client_answer (fixture, self), "HTTP/1.1 %d ", &status), 1);
    return status;
}

static inline void
client_wait_end (fixture_t *fixture, client_t *self)
{
    int64_t until_ms = real_ms () + WAIT_MS;
    for (client_receive (self); !self->ended; client_receive (self)) {
        assert_true (real_ms () < until_ms);
        turn (fixture);
    }
}

//  Has nothing come, also after a while?
static inline bool
client_hears_nothing (fixture_t *fixture, client_t *self)
{
    turns (fixture);
    client_receive (self);
    return self->size == 0 && !self->ended;
}

static inline bool
contains (const char *text, const char *part)
{
    return strstr (text, part) != NULL;
}

static inline bool
ends_with (const char *text, const char *part)
{
    size_t size = strlen (text);
    return size >= strlen (part) && strcmp (text + size - strlen (part), part) == 0;
}

//  Descriptors that this process has open.
static inline int
open_descriptors (void)
{
    DIR *folder = opendir ("/proc/self/fd");
    assert_non_null (folder);
    int count = 0;
    while (readdir (folder))
        count++;
    closedir (folder);
    return count;
}

#endif
