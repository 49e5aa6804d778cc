#include "http_internal.h"

#include "log.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

static const int BACKLOG = 512;

//  New connections per turn and listener; the others keep in the backlog while those that are here are served.
enum { ACCEPTS_PER_TURN = 64 };

//  For so long nothing is accepted when descriptors or memory have run out: trying again at once would only turn in circles.
static const int64_t ACCEPT_AGAIN_MS = 100;

//  Answered and waiting for their client to leave; they come on top of connections_max.
enum { LEAVING_MAX = 256 };

//  For so long a request may be coming before its connection makes room for another, when all are taken; and so long a newcomer has to begin.
static const int64_t READING_MS = 1000;

//  "localhost" with any free port: the one that IPv4 was given may be taken for IPv6.
enum { LOCALHOST_TRIES = 16 };

struct http_listener {
    http_listener_t *next;
    http_server_t *server;
    reactor_watch_t watch;
};

static void s_accept_again (void *arg);

http_server_t *
http_server_new (reactor_t *reactor, const http_limits_t *limits, const http_handler_t *handler)
{
    assert (limits->connections_max > 0 && limits->head_lines_max > 0 && limits->head_bytes_max > 0);
    assert (limits->head_bytes_max <= UINT32_MAX && limits->body_bytes_max <= SIZE_MAX / 4);
    assert (handler->request && handler->gone);

    http_server_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->reactor = reactor;
    self->limits = *limits;
    self->handler = *handler;
    self->accept_again = (reactor_timer_t) { .due = s_accept_again, .arg = self };
    self->date_s = INT64_MIN;
    return self;
}

static void
s_stop_listening (http_server_t *self)
{
    reactor_cancel_timer (self->reactor, &self->accept_again);
    while (self->listeners) {
        http_listener_t *listener = self->listeners;
        self->listeners = listener->next;
        reactor_unwatch (self->reactor, &listener->watch);
        close (listener->watch.fd);
        free (listener);
    }
}

static void
s_drop (http_connection_t *connection)
{
    assert (!connection->held);
    bool was_held = http_connection_hold (connection);
    http_connection_close (connection, false);
    http_connection_let_go (connection, was_held);
}

void
http_server_destroy (http_server_t **self_p)
{
    http_server_t *self = *self_p;
    if (!self)
        return;
    s_stop_listening (self);
    http_list_t *lists [] = { &self->idle, &self->reading, &self->busy, &self->leaving };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        while (lists [i]->first)
            s_drop (lists [i]->first);
    free (self);
    *self_p = NULL;
}

void
http_server_drain (http_server_t *self)
{
    self->draining = true;
    s_stop_listening (self);
    for (http_connection_t *connection = self->idle.first, *next; connection; connection = next) {
        next = connection->next;
        if (!connection->held)      //  The handler asked for this while working on a request: that one is not idle
            s_drop (connection);
    }
}

http_counts_t
http_server_counts (const http_server_t *self)
{
    http_counts_t counts = self->counts;
    counts.connections = self->idle.count + self->reading.count + self->busy.count + self->leaving.count;
    return counts;
}

void
http_server_list (http_server_t *self, http_connection_t *connection, http_list_t *list)
{
    http_list_t *from = connection->list;
    if (from) {
        *(connection->prior ? &connection->prior->next : &from->first) = connection->next;
        *(connection->next ? &connection->next->prior : &from->last) = connection->prior;
        from->count--;
    }
    connection->list = list;
    connection->prior = connection->next = NULL;
    if (list) {
        connection->prior = list->last;
        *(list->last ? &list->last->next : &list->first) = connection;
        list->last = connection;
        list->count++;
    }
    if (list == &self->leaving && list->count > LEAVING_MAX && !list->first->held)
        s_drop (list->first);
}

void
http_server_log_refusal (http_server_t *self, const char *peer, int status, const char *why)
{
    int64_t suppressed;
    if (log_quota_take (&self->refusals, reactor_now_ms (self->reactor), &suppressed))
        log_warning ("request refused", log_text ("peer", peer), log_int ("status", status), log_text ("why", why),
                     log_int ("suppressed", suppressed));
}

const char *
http_server_date (http_server_t *self)
{
    int64_t now_s = clock_wall_ms (reactor_clock (self->reactor)) / 1000;
    if (now_s != self->date_s) {
        self->date_s = now_s;
        http_date (now_s, self->date);
    }
    return self->date;
}

//  ---------------------------------------------------------------- accepting

//  Is there room for one more? The connection that has been idle longest gives way; without one the request that has been coming longest, if it
//  has had its time: what nobody does but who means to, or has a very bad line, shall not keep everybody else out. Who came just now is idle only
//  until its first byte is here, and goes after those.
static bool
s_has_room (http_server_t *self)
{
    if (self->idle.count + self->reading.count + self->busy.count < self->limits.connections_max)
        return true;
    int64_t before_ms = reactor_now_ms (self->reactor) - READING_MS;
    http_connection_t *idle = self->idle.first, *slowest = self->reading.first;
    bool is_slow = slowest && !slowest->held && slowest->began_ms <= before_ms;
    if (idle && (!is_slow || idle->since_ms <= before_ms)) {
        s_drop (idle);
        return true;
    }
    if (!is_slow)
        return false;
    self->counts.malformed++;
    http_connection_refuse (slowest, 408, "the request did not come in time for a server that is full", NULL);
    return true;
}

static void
s_welcome (http_server_t *self, int fd, const struct sockaddr_storage *address)
{
    self->counts.accepted++;
    bool has_room = s_has_room (self);
    http_connection_t *connection = http_connection_new (self, fd, address);
    if (!connection || has_room)
        return;
    self->counts.refused++;
    const http_field_t fields [] = { { "Retry-After", "1" }, { NULL, NULL } };
    http_connection_refuse (connection, 503, "there are too many connections", fields);
}

static void
s_pause_accepting (http_server_t *self, int error)
{
    for (http_listener_t *listener = self->listeners; listener; listener = listener->next)
        reactor_unwatch (self->reactor, &listener->watch);
    reactor_set_timer (self->reactor, &self->accept_again, reactor_now_ms (self->reactor) + ACCEPT_AGAIN_MS);
    if (!self->warned)
        log_warning ("connections wait: out of descriptors or memory", log_text ("error", strerror (error)),
                     log_int ("connections", http_server_counts (self).connections));
    self->warned = true;
}

static void
s_accept_again (void *arg)
{
    http_server_t *self = arg;
    for (http_listener_t *listener = self->listeners; listener; listener = listener->next)
        if (reactor_watch (self->reactor, &listener->watch) != STATUS_OK)
            reactor_set_timer (self->reactor, &self->accept_again, reactor_now_ms (self->reactor) + ACCEPT_AGAIN_MS);
}

static void
s_acceptable (void *arg, uint32_t events)
{
    (void) events;
    http_listener_t *listener = arg;
    http_server_t *self = listener->server;
    for (int i = 0; i < ACCEPTS_PER_TURN; i++) {
        struct sockaddr_storage address;
        socklen_t size = sizeof address;
        int fd = accept4 (listener->watch.fd, (struct sockaddr *) &address, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            self->warned = false;
            s_welcome (self, fd, &address);
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            s_pause_accepting (self, errno);
            return;
        } else if (errno == EAGAIN)
            return;
        //  Anything else is about that one client, who has left already
    }
}

//  ---------------------------------------------------------------- listening

typedef union {
    struct sockaddr any;
    struct sockaddr_in in;
    struct sockaddr_in6 in6;
} address_t;

static bool
s_parse_address (const char *text, int port, address_t *address)
{
    *address = (address_t) { .in = { .sin_family = AF_INET, .sin_port = htons ((uint16_t) port) } };
    if (inet_pton (AF_INET, text, &address->in.sin_addr) == 1)
        return true;
    *address = (address_t) { .in6 = { .sin6_family = AF_INET6, .sin6_port = htons ((uint16_t) port) } };
    return inet_pton (AF_INET6, text, &address->in6.sin6_addr) == 1;
}

//  A listening socket, or -1 with errno set. Accepted sockets inherit TCP_NODELAY.
static int
s_open_socket (const address_t *address)
{
    int fd = socket (address->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    bool is_6 = address->any.sa_family == AF_INET6;
    int on = 1, off = 0;
    //  "::" means everybody, IPv4 too, whatever the system's default is
    if (setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0
    &&  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0
    &&  (!is_6 || setsockopt (fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off) == 0)
    &&  bind (fd, &address->any, is_6 ? sizeof address->in6 : sizeof address->in) == 0
    &&  listen (fd, BACKLOG) == 0)
        return fd;
    int error = errno;
    close (fd);
    errno = error;
    return -1;
}

static int
s_port_of (int fd)
{
    address_t address = { .any = { 0 } };
    socklen_t size = sizeof address;
    int rc = getsockname (fd, &address.any, &size);
    assert (rc == 0);
    (void) rc;
    return ntohs (address.any.sa_family == AF_INET6 ? address.in6.sin6_port : address.in.sin_port);
}

static status_t
s_listen (http_server_t *self, const char *text, int port, int *port_p)
{
    address_t address;
    if (port < 0 || port > 65535 || !s_parse_address (text, port, &address))
        return STATUS_INVALID_ARGUMENT;
    http_listener_t *listener = malloc (sizeof *listener);
    if (!listener)
        return STATUS_NO_MEMORY;
    int fd = s_open_socket (&address);
    if (fd < 0) {
        free (listener);
        return STATUS_SYSTEM;
    }
    *listener = (http_listener_t) {
        .next = self->listeners,
        .server = self,
        .watch = { .fd = fd, .events = EPOLLIN, .ready = s_acceptable, .arg = listener },
    };
    if (reactor_watch (self->reactor, &listener->watch) != STATUS_OK) {
        int error = errno;
        close (fd);
        free (listener);
        errno = error;
        return STATUS_SYSTEM;
    }
    self->listeners = listener;
    *port_p = s_port_of (fd);
    return STATUS_OK;
}

//  Takes back what s_listen did last.
static void
s_unlisten (http_server_t *self)
{
    http_listener_t *listener = self->listeners;
    self->listeners = listener->next;
    reactor_unwatch (self->reactor, &listener->watch);
    close (listener->watch.fd);
    free (listener);
}

static status_t
s_listen_localhost (http_server_t *self, int port, int *port_p)
{
    for (int tries = 0; ; tries++) {
        status_t status = s_listen (self, "127.0.0.1", port, port_p);
        if (status != STATUS_OK)
            return status;
        int same_port;
        status = s_listen (self, "::1", *port_p, &same_port);
        bool no_ipv6 = status == STATUS_SYSTEM && (errno == EADDRNOTAVAIL || errno == EAFNOSUPPORT);
        if (status == STATUS_OK || no_ipv6)
            return STATUS_OK;
        int error = errno;
        s_unlisten (self);
        errno = error;
        if (port != 0 || error != EADDRINUSE || tries == LOCALHOST_TRIES)
            return status;
    }
}

status_t
http_server_listen (http_server_t *self, const char *address, int port, int *port_p)
{
    assert (!self->draining);
    int any_port;
    if (!port_p)
        port_p = &any_port;
    if (strcmp (address, "localhost") == 0)
        return s_listen_localhost (self, port, port_p);
    return s_listen (self, address, port, port_p);
}
