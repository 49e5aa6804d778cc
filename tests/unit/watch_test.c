#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "watch.h"

#include "cli.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

//  A server in a thread of its own: to each connection the next of its answers, and then it closes. Where held, the last one stays open.
enum { ANSWERS_MAX = 4, REQUEST_BYTES_MAX = 4096 };

typedef struct {
    int         fd, port;
    pthread_t   thread;
    const char *answers [ANSWERS_MAX];
    bool        held;
    char        asked [ANSWERS_MAX][REQUEST_BYTES_MAX];
} peer_t;

static void *
serve (void *arg)
{
    peer_t *peer = arg;
    for (int i = 0; i < ANSWERS_MAX && peer->answers [i]; i++) {
        int fd = accept (peer->fd, NULL, NULL);
        if (fd < 0)
            break;
        (void) !read (fd, peer->asked [i], REQUEST_BYTES_MAX - 1);
        (void) !write (fd, peer->answers [i], strlen (peer->answers [i]));
        char byte;
        if (peer->held && (i + 1 == ANSWERS_MAX || !peer->answers [i + 1]))
            (void) !read (fd, &byte, 1);                //  Until the other side has gone
        close (fd);
    }
    return NULL;
}

static const char *
start (peer_t *peer)
{
    static char url [64];
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
    socklen_t size = sizeof address;
    peer->fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal (bind (peer->fd, (struct sockaddr *) &address, size), 0);
    assert_int_equal (listen (peer->fd, 8), 0);
    assert_int_equal (getsockname (peer->fd, (struct sockaddr *) &address, &size), 0);
    snprintf (url, sizeof url, "http://127.0.0.1:%d", ntohs (address.sin_port));
    assert_int_equal (pthread_create (&peer->thread, NULL, serve, peer), 0);
    return url;
}

static void
stop (peer_t *peer)
{
    shutdown (peer->fd, SHUT_RDWR);
    pthread_join (peer->thread, NULL);
    close (peer->fd);
}

//  What a subcommand would be.
typedef struct {
    watch_t *watch;
    const char *path;
    bool     feed, may_be_missing;
    int      stop_at;                   //  Events
    int      events, lost, missing;
    int64_t  number;                    //  Of the last answer or event
    char     name [16];
} asker_t;

static void
answered (void *arg, yyjson_val *root, slice_t json)
{
    asker_t *self = arg;
    (void) json;
    self->missing += !root;
    self->number = json_int (root, "number", 0);
    watch_stop (self->watch, EXIT_DONE);
}

static void
begin (void *arg, watch_t *watch)
{
    asker_t *self = arg;
    self->watch = watch;
    if (self->feed)
        watch_follow (watch, self->path);
    else
        watch_get (watch, self->path, self->may_be_missing, answered);
}

static void
event (void *arg, slice_t name, yyjson_val *root, slice_t json)
{
    asker_t *self = arg;
    (void) json;
    snprintf (self->name, sizeof self->name, "%.*s", (int) name.size, name.data);
    self->number = json_int (root, "number", 0);
    if (++self->events == self->stop_at)
        watch_stop (self->watch, EXIT_DONE);
}

static void
lost (void *arg, slice_t sentence)
{
    asker_t *self = arg;
    assert_non_null (memmem (sentence.data, sentence.size, "asked for again", 15));
    self->lost++;
}

static int
run (peer_t *peer, asker_t *asker)
{
    const char *url = start (peer);
    int code = watch_run (&(watch_config_t) { .admin = url, .word = "trace", .begin = begin, .event = event, .lost = lost, .arg = asker });
    stop (peer);
    return code;
}

#define OK_JSON(json) "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" json
#define FEED(events)  "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" events
#define STATUS(line)  "HTTP/1.1 " line "\r\nContent-Length: 0\r\n\r\n"

static void
an_answer_comes_as_json (void **state)
{
    (void) state;
    peer_t peer = { .answers = { OK_JSON ("{\"number\":17}") } };
    asker_t asker = { .path = "/trace/calls?limit=1" };
    assert_int_equal (run (&peer, &asker), EXIT_DONE);
    assert_int_equal (asker.number, 17);
    assert_memory_equal (peer.asked [0], "GET /trace/calls?limit=1 HTTP/1.1\r\n", 35);
}

static void
what_is_missing_is_an_answer_only_where_it_may_be (void **state)
{
    (void) state;
    peer_t peer = { .answers = { STATUS ("404 Not Found") } }, other = peer;
    asker_t asker = { .path = "/trace/calls/3", .may_be_missing = true }, list = { .path = "/trace/calls" };
    assert_int_equal (run (&peer, &asker), EXIT_DONE);
    assert_int_equal (asker.missing, 1);
    assert_int_equal (run (&other, &list), EXIT_FAILED);
    assert_int_equal (list.missing, 0);
}

static void
what_is_no_answer_ends_it_with_a_failure (void **state)
{
    (void) state;
    static const char *const ANSWERS [] = { STATUS ("500 No"), STATUS ("503 Full"), OK_JSON ("[1]"), OK_JSON ("{\"number\":"), "SSH-2.0-x\r\n", "" };
    for (size_t i = 0; i < sizeof ANSWERS / sizeof *ANSWERS; i++) {
        peer_t peer = { .answers = { ANSWERS [i] } };
        asker_t asker = { .path = "/trace/calls" };
        assert_int_equal (run (&peer, &asker), EXIT_FAILED);
    }
    for (size_t i = 0; i < 2; i++) {
        peer_t peer = { .answers = { ANSWERS [i] } };
        asker_t asker = { .path = "/trace/feed", .feed = true };
        assert_int_equal (run (&peer, &asker), EXIT_FAILED);
    }
    asker_t nobody = { .path = "/" };
    assert_int_equal (watch_run (&(watch_config_t) { .admin = "http://127.0.0.1:1", .word = "top", .begin = begin, .arg = &nobody }), EXIT_FAILED);
}

static void
a_feed_tells_each_event_until_enough (void **state)
{
    (void) state;
    peer_t peer = { .held = true, .answers = {
        FEED ("event: call\ndata: {\"number\":1}\n\nevent: new\ndata: not JSON\n\nevent: state\ndata: {\"number\":2}\n\n"
              "event: call\ndata: {\"number\":3}\n\n") } };
    asker_t asker = { .path = "/trace/feed?status=error", .feed = true, .stop_at = 2 };
    assert_int_equal (run (&peer, &asker), EXIT_DONE);
    assert_int_equal (asker.events, 2);
    assert_int_equal (asker.number, 2);
    assert_string_equal (asker.name, "state");
}

static void
a_feed_that_ends_is_asked_for_again_and_that_is_said_once (void **state)
{
    (void) state;
    peer_t peer = { .held = true, .answers = {
        FEED ("event: call\ndata: {\"number\":1}\n\n"), STATUS ("503 Not yet"), FEED (""), FEED ("event: call\ndata: {\"number\":2}\n\n") } };
    asker_t asker = { .path = "/trace/feed", .feed = true, .stop_at = 2 };
    assert_int_equal (run (&peer, &asker), EXIT_DONE);
    assert_int_equal (asker.number, 2);
    assert_int_equal (asker.lost, 1);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (an_answer_comes_as_json),
        cmocka_unit_test (what_is_missing_is_an_answer_only_where_it_may_be),
        cmocka_unit_test (what_is_no_answer_ends_it_with_a_failure),
        cmocka_unit_test (a_feed_tells_each_event_until_enough),
        cmocka_unit_test (a_feed_that_ends_is_asked_for_again_and_that_is_said_once),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
