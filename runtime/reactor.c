/*  The sleep is one poll over the descriptors that ZeroMQ gives its sockets and over the inner epoll. A socket's descriptor says only that
    something happened to it since it was last asked what it is ready for (ZMQ_EVENTS), and sending or receiving may swallow that sign: a sleep
    that went by descriptors alone would miss messages. So every socket is asked before each sleep, when whatever the turn did is done, and one
    that has something makes the sleep a mere look; behind the sleep only those are asked whose descriptor spoke. zmq_poll does the same twice
    over in each turn, with three times the system calls.

    A turn has four parts (see reactor.h), and in each of them the functions called may add and remove whatever they like. So that nobody is
    called who has just been removed:

    - sockets: the turn works on a copy of the list, and looks each one up again before calling;
    - watches: events wait in a batch that belongs to the reactor, and reactor_unwatch blanks those of its watch;
    - timers:  the heap is the truth, and a timer leaves it before it is called.

    Timers are a pairing heap, linked through the timers themselves: setting one can not fail for want of memory. Each node has a list of
    children, none of them due earlier than it; the first child's prior is its parent, another's is the sibling before it. Timers set while
    others fire wait in a second heap, joined with the first when the turn's firing is over: a timer that sets itself again for now has its
    next chance in the next turn, after the sockets. */

#include "reactor.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>
#include <zmq.h>

//  Longest sleep: an idle reactor still turns, or a watchdog would take it for a hung one.
static const int64_t SLEEP_MS_MAX = 1000;

//  Descriptors served per turn; epoll hands out the others in the next one.
enum { BATCH_MAX = 64 };

typedef struct {
    void *zmq_socket;
    int   fd;                   //  Readable: ask the socket what it is ready for
    void (*readable) (void *arg);
    void *arg;
} socket_t;

struct reactor {
    const clock_source_t *clock;
    int64_t now_ms;             //  As of the turn's waking

    socket_t sockets [REACTOR_SOCKETS_MAX];
    size_t   socket_count;

    int      epoll_fd;
    size_t   watch_count;
    struct epoll_event batch [BATCH_MAX];
    int      batch_next;        //  Events before it were delivered
    int      batch_count;       //  0 outside of the delivery

    reactor_timer_t *timers;    //  The earliest, the root of the heap; NULL if none
    reactor_timer_t *set_while_firing;
    bool     firing;
    uint64_t places;            //  Timers set so far

    void   (*turned) (void *arg);
    void    *turned_arg;

    bool     stopped;
};

reactor_t *
reactor_new (const clock_source_t *clock)
{
    reactor_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
    if (self->epoll_fd < 0) {
        free (self);
        return NULL;
    }
    self->clock = clock;
    self->now_ms = clock_mono_ms (clock);
    return self;
}

void
reactor_destroy (reactor_t **self_p)
{
    reactor_t *self = *self_p;
    if (!self)
        return;
    assert (self->watch_count == 0 && !self->timers);
    close (self->epoll_fd);
    free (self);
    *self_p = NULL;
}

//  The socket's place in the list, or NULL when it is not there.
static socket_t *
s_socket (reactor_t *self, const void *zmq_socket)
{
    for (size_t i = 0; i < self->socket_count; i++)
        if (self->sockets [i].zmq_socket == zmq_socket)
            return &self->sockets [i];
    return NULL;
}

void
reactor_add_socket (reactor_t *self, void *zmq_socket, void (*readable) (void *arg), void *arg)
{
    assert (self->socket_count < REACTOR_SOCKETS_MAX);
    assert (zmq_socket && !s_socket (self, zmq_socket));
    socket_t socket = { .zmq_socket = zmq_socket, .readable = readable, .arg = arg };
    size_t size = sizeof socket.fd;
    int rc = zmq_getsockopt (zmq_socket, ZMQ_FD, &socket.fd, &size);
    assert (rc == 0 || zmq_errno () == ETERM);          //  Without its context a socket has none; the next turn says so
    self->sockets [self->socket_count++] = socket;
}

void
reactor_remove_socket (reactor_t *self, void *zmq_socket)
{
    socket_t *place = s_socket (self, zmq_socket);
    if (!place)
        return;
    self->socket_count--;
    size_t behind = (size_t) (self->sockets + self->socket_count - place);
    memmove (place, place + 1, behind * sizeof *place);
}

status_t
reactor_watch (reactor_t *self, reactor_watch_t *watch)
{
    struct epoll_event event = { .events = watch->events, .data.ptr = watch };
    if (watch->watched) {
        if (epoll_ctl (self->epoll_fd, EPOLL_CTL_MOD, watch->fd, &event) == 0)
            return STATUS_OK;
        if (errno != ENOENT)
            return STATUS_SYSTEM;
        //  Closed and opened again under the same number: the kernel forgot it, and we start afresh
    }
    if (epoll_ctl (self->epoll_fd, EPOLL_CTL_ADD, watch->fd, &event) < 0) {
        assert (errno != EEXIST);
        return STATUS_SYSTEM;
    }
    self->watch_count += !watch->watched;
    watch->watched = true;
    return STATUS_OK;
}

void
reactor_unwatch (reactor_t *self, reactor_watch_t *watch)
{
    if (!watch->watched)
        return;

    //  These errors say that it was closed before, and that its number is nobody's (EBADF), another file's (ENOENT), or that of a file which epoll
    //  does not take (EPERM); then the kernel has forgotten it already
    int rc = epoll_ctl (self->epoll_fd, EPOLL_CTL_DEL, watch->fd, NULL);
    assert (rc == 0 || errno == EBADF || errno == ENOENT || errno == EPERM);
    (void) rc;
    watch->watched = false;
    self->watch_count--;
    for (int i = self->batch_next; i < self->batch_count; i++)
        if (self->batch [i].data.ptr == watch)
            self->batch [i].data.ptr = NULL;
}

static bool
s_earlier (const reactor_timer_t *a, const reactor_timer_t *b)
{
    return a->due_ms != b->due_ms ? a->due_ms < b->due_ms : a->place < b->place;
}

//  Joins two heaps: the later root becomes the first child of the earlier one.
static reactor_timer_t *
s_join (reactor_timer_t *a, reactor_timer_t *b)
{
    if (!a || !b)
        return a ? a : b;
    if (s_earlier (b, a)) {
        reactor_timer_t *swap = a;
        a = b;
        b = swap;
    }
    b->prior = a;
    b->next = a->child;
    if (b->next)
        b->next->prior = b;
    a->child = b;
    return a;
}

//  Joins a list of siblings into one heap: two by two on the way there, then all together on the way back. This is what keeps it O(log n).
static reactor_timer_t *
s_join_siblings (reactor_timer_t *first)
{
    reactor_timer_t *pairs = NULL;
    while (first) {
        reactor_timer_t *a = first;
        reactor_timer_t *b = a->next;
        first = b ? b->next : NULL;
        a->next = a->prior = NULL;
        if (b)
            b->next = b->prior = NULL;
        a = s_join (a, b);
        a->next = pairs;
        pairs = a;
    }
    reactor_timer_t *root = NULL;
    while (pairs) {
        reactor_timer_t *pair = pairs;
        pairs = pair->next;
        pair->next = NULL;
        root = s_join (root, pair);
    }
    return root;
}

void
reactor_set_timer (reactor_t *self, reactor_timer_t *timer, int64_t due_ms)
{
    reactor_cancel_timer (self, timer);
    timer->due_ms = due_ms;
    timer->place = ++self->places;
    reactor_timer_t **heap = self->firing ? &self->set_while_firing : &self->timers;
    *heap = s_join (*heap, timer);
}

void
reactor_cancel_timer (reactor_t *self, reactor_timer_t *timer)
{
    if (timer->place == 0)
        return;

    reactor_timer_t *children = s_join_siblings (timer->child);
    if (timer == self->timers)
        self->timers = children;
    else if (timer == self->set_while_firing)
        self->set_while_firing = children;
    else {
        //  Its children take its place in the list of siblings
        reactor_timer_t *prior = timer->prior;
        reactor_timer_t *next = timer->next;
        if (children) {
            children->next = next;
            children->prior = prior;
            if (next)
                next->prior = children;
            next = children;
        } else if (next)
            next->prior = prior;
        if (prior->child == timer)
            prior->child = next;
        else
            prior->next = next;
    }
    timer->child = timer->next = timer->prior = NULL;
    timer->place = 0;
}

void
reactor_on_turn (reactor_t *self, void (*turned) (void *arg), void *arg)
{
    self->turned = turned;
    self->turned_arg = arg;
}

int64_t
reactor_now_ms (const reactor_t *self)
{
    return self->now_ms;
}

int64_t
reactor_now_us (const reactor_t *self)
{
    return clock_mono_us (self->clock);
}

const clock_source_t *
reactor_clock (const reactor_t *self)
{
    return self->clock;
}

status_t
reactor_run (reactor_t *self)
{
    status_t status = STATUS_OK;
    while (!self->stopped && status == STATUS_OK)
        status = reactor_turn (self, SLEEP_MS_MAX);
    self->stopped = false;
    return status;
}

void
reactor_stop (reactor_t *self)
{
    self->stopped = true;
}

//  How long may we sleep? Until the first timer, rounded up: waking a moment too early would only turn in circles.
static int
s_sleep_ms (const reactor_t *self, int64_t timeout_ms)
{
    int64_t sleep_ms = timeout_ms < 0 || timeout_ms > SLEEP_MS_MAX ? SLEEP_MS_MAX : timeout_ms;
    if (self->timers && sleep_ms > 0) {
        int64_t now_us = clock_mono_us (self->clock);
        int64_t due_ms = self->timers->due_ms;
        if (due_ms <= now_us / 1000)
            return 0;
        if (due_ms < now_us / 1000 + sleep_ms)
            sleep_ms = (due_ms * 1000 - now_us + 999) / 1000;
    }
    return (int) sleep_ms;
}

//  Has the socket something to receive? False when it cannot be asked: its context was ended.
static bool
s_ask (void *zmq_socket, bool *ready)
{
    int events = 0;
    size_t size = sizeof events;
    while (zmq_getsockopt (zmq_socket, ZMQ_EVENTS, &events, &size) < 0)
        if (zmq_errno () != EINTR)
            return false;
    *ready = events & ZMQ_POLLIN;
    return true;
}

//  Whom a turn found ready. The sockets are a copy: the list may change while they are served.
typedef struct {
    void  *sockets [REACTOR_SOCKETS_MAX];
    bool   ready [REACTOR_SOCKETS_MAX];
    size_t count;
    bool   watches;
} found_t;

//  Sleeps until a socket, a descriptor or a timer wants something.
static status_t
s_sleep (reactor_t *self, int64_t timeout_ms, found_t *found)
{
    struct pollfd items [REACTOR_SOCKETS_MAX + 1];
    size_t count = found->count = self->socket_count;
    bool ready = false;
    for (size_t i = 0; i < count; i++) {
        items [i] = (struct pollfd) { .fd = self->sockets [i].fd, .events = POLLIN };
        found->sockets [i] = self->sockets [i].zmq_socket;
        if (!s_ask (found->sockets [i], &found->ready [i]))
            return STATUS_SYSTEM;
        ready = ready || found->ready [i];
    }
    items [count] = (struct pollfd) { .fd = self->epoll_fd, .events = POLLIN };

    //  A signal ends the sleep and nothing else: what it means arrives as a message or a descriptor, so this is a turn like any other
    if (poll (items, count + 1, ready ? 0 : s_sleep_ms (self, timeout_ms)) < 0)
        return errno == EINTR ? STATUS_OK : STATUS_SYSTEM;
    for (size_t i = 0; i < count; i++)
        if (items [i].revents && !found->ready [i] && !s_ask (found->sockets [i], &found->ready [i]))
            return STATUS_SYSTEM;
    found->watches = items [count].revents != 0;
    return STATUS_OK;
}

static void
s_serve_sockets (reactor_t *self, const found_t *found)
{
    for (size_t i = 0; i < found->count; i++) {
        if (!found->ready [i])
            continue;
        const socket_t *place = s_socket (self, found->sockets [i]);
        if (place)
            place->readable (place->arg);
    }
}

static status_t
s_serve_watches (reactor_t *self)
{
    int count = epoll_wait (self->epoll_fd, self->batch, BATCH_MAX, 0);
    if (count < 0)
        return errno == EINTR ? STATUS_OK : STATUS_SYSTEM;

    self->batch_count = count;
    for (self->batch_next = 0; self->batch_next < self->batch_count;) {
        const struct epoll_event *event = &self->batch [self->batch_next++];
        reactor_watch_t *watch = event->data.ptr;
        if (!watch)
            continue;
        //  What the watch wants may have changed since the kernel was asked
        uint32_t wanted = event->events & (watch->events | EPOLLERR | EPOLLHUP);
        if (wanted)
            watch->ready (watch->arg, wanted);
    }
    self->batch_count = self->batch_next = 0;
    return STATUS_OK;
}

static void
s_serve_timers (reactor_t *self)
{
    self->firing = true;
    while (self->timers && self->timers->due_ms <= self->now_ms) {
        reactor_timer_t *timer = self->timers;
        reactor_cancel_timer (self, timer);
        timer->due (timer->arg);
    }
    self->firing = false;
    self->timers = s_join (self->timers, self->set_while_firing);
    self->set_while_firing = NULL;
}

status_t
reactor_turn (reactor_t *self, int64_t timeout_ms)
{
    assert (!self->firing && self->batch_count == 0);   //  No turn within a turn

    found_t found = { .count = 0 };
    status_t status = s_sleep (self, timeout_ms, &found);
    if (status != STATUS_OK)
        return status;
    self->now_ms = clock_mono_ms (self->clock);

    s_serve_sockets (self, &found);
    if (found.watches)
        status = s_serve_watches (self);
    s_serve_timers (self);
    if (self->turned)
        self->turned (self->turned_arg);
    return status;
}
