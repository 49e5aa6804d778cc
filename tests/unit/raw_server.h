/*  raw_server - a peer that sends exactly the bytes it was told to, on the test's own reactor

    For what a well-behaved server would never do: stop in the middle, answer garbage, not answer. It reads a request to its end (headers and
    Content-Length), remembers it, and writes the answer; then it keeps the connection, or closes it. Include it after cmocka.h. */

#ifndef RAW_SERVER_H
#define RAW_SERVER_H

#include "buffer.h"
#include "reactor.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { RAW_PEERS_MAX = 64, RAW_REQUEST_BYTES_MAX = 4 << 20 };

typedef struct raw_server raw_server_t;

typedef struct {
    raw_server_t   *server;
    reactor_watch_t watch;          //  Its function is NULL while the place is free
    buffer_t        received;
    size_t          answered;       //  Bytes of the answer that were written
    bool            answering;
} raw_peer_t;

struct raw_server {
    reactor_t      *reactor;
    reactor_watch_t listener;
    int             port;
    raw_peer_t      peers [RAW_PEERS_MAX];
    slice_t         answer;         //  To every request; absent: never
    bool            close_at_once;  //  A connection is closed as soon as it is there
    bool            close_after;    //  …after the answer
    int             accepted, left, requests;
    buffer_t        request;        //  The last one, whole
};

static void
raw_close (raw_peer_t *peer)
{
    reactor_unwatch (peer->server->reactor, &peer->watch);
    close (peer->watch.fd);
    buffer_deinit (&peer->received);
    *peer = (raw_peer_t) { .server = peer->server };
}

//  Bytes of the first request in the buffer; 0 while it is not whole.
static size_t
raw_request_size (const buffer_t *received)
{
    const char *end = received->size ? memmem (received->data, received->size, "\r\n\r\n", 4) : NULL;
    if (!end)
        return 0;
    size_t head = (size_t) (end - received->data) + 4;
    const char *length = memmem (received->data, head, "Content-Length: ", 16);
    size_t size = head + (length ? strtoul (length + 16, NULL, 10) : 0);
    return received->size >= size ? size : 0;
}

static void
raw_write (raw_peer_t *peer)
{
    const raw_server_t *server = peer->server;
    while (peer->answered < server->answer.size) {
        ssize_t size = send (peer->watch.fd, server->answer.data + peer->answered, server->answer.size - peer->answered, MSG_NOSIGNAL);
        if (size <= 0)
            break;
        peer->answered += (size_t) size;
    }
    peer->answering = peer->answered < server->answer.size;
    peer->watch.events = peer->answering ? EPOLLIN | EPOLLOUT : EPOLLIN;
    assert_int_equal (reactor_watch (server->reactor, &peer->watch), STATUS_OK);
    if (!peer->answering && server->close_after)
        raw_close (peer);
}

static void
raw_peer_ready (void *arg, uint32_t events)
{
    raw_peer_t *peer = arg;
    raw_server_t *server = peer->server;
    if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
        char bytes [65536];
        ssize_t size = recv (peer->watch.fd, bytes, sizeof bytes, 0);
        if (size == 0 || (size < 0 && errno != EAGAIN)) {
            server->left++;
            raw_close (peer);
            return;
        }
        if (size > 0)
            buffer_append (&peer->received, bytes, (size_t) size);
    }
    size_t size = raw_request_size (&peer->received);
    if (size) {
        server->requests++;
        buffer_clear (&server->request);
        buffer_append (&server->request, peer->received.data, size);
        buffer_consume (&peer->received, size);
        peer->answered = 0;
        peer->answering = server->answer.data != NULL;
    }
    if (peer->answering)
        raw_write (peer);
}

static void
raw_accept (void *arg, uint32_t events)
{
    (void) events;
    raw_server_t *server = arg;
    int fd = accept4 (server->listener.fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0)
        return;
    server->accepted++;
    if (server->close_at_once) {
        close (fd);
        return;
    }
    raw_peer_t *peer = server->peers;
    while (peer->watch.ready)
        assert_true (++peer < server->peers + RAW_PEERS_MAX);
    *peer = (raw_peer_t) { .server = server, .watch = { .fd = fd, .events = EPOLLIN, .ready = raw_peer_ready, .arg = peer } };
    buffer_init (&peer->received, RAW_REQUEST_BYTES_MAX);
    assert_int_equal (reactor_watch (server->reactor, &peer->watch), STATUS_OK);
}

static void
raw_server_init (raw_server_t *server, reactor_t *reactor)
{
    *server = (raw_server_t) { .reactor = reactor };
    buffer_init (&server->request, RAW_REQUEST_BYTES_MAX);
    int fd = socket (AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
    socklen_t size = sizeof address;
    assert_int_equal (bind (fd, (struct sockaddr *) &address, size), 0);
    assert_int_equal (listen (fd, 128), 0);
    assert_int_equal (getsockname (fd, (struct sockaddr *) &address, &size), 0);
    server->port = ntohs (address.sin_port);
    server->listener = (reactor_watch_t) { .fd = fd, .events = EPOLLIN, .ready = raw_accept, .arg = server };
    assert_int_equal (reactor_watch (reactor, &server->listener), STATUS_OK);
}

static void
raw_server_deinit (raw_server_t *server)
{
    for (int i = 0; i < RAW_PEERS_MAX; i++)
        if (server->peers [i].watch.ready)
            raw_close (&server->peers [i]);
    reactor_unwatch (server->reactor, &server->listener);
    close (server->listener.fd);
    buffer_deinit (&server->request);
}

#endif
