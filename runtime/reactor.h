/*  reactor - the one place where a thread sleeps

    A reactor waits for ZeroMQ sockets, for file descriptors (HTTP, curl, pipes; they sit in one inner epoll) and for timers, and calls
    whoever asked. This is the only sleep. Each turn goes in this order, so that a stop is never starved by traffic and new work is
    admitted last, when old work has had its chance:

        sockets in the order in which they were added (the stop command first) → file descriptors → timers that are due → the turn's end

    A socket's function is called once per turn and takes a bounded number of messages; what is left wakes the next turn at once.

    What it calls must never block: no name look-up, no disk, no pipe that can fill.

    Owner:   the thread that runs it, and no other.
    Errors:  SYSTEM when the kernel refuses a descriptor. Registering the same thing twice is a bug and asserted. */

#ifndef REACTOR_H
#define REACTOR_H

#include "clock.h"
#include "status.h"

#include <stddef.h>
#include <stdint.h>

typedef struct reactor reactor_t;

//  At most this many ZeroMQ sockets: a pipe and two mailboxes for an actor, a pipe for each thread in main, and some to spare.
enum { REACTOR_SOCKETS_MAX = 8 };

//  A file descriptor being watched. The caller owns it, sets the first four fields, and keeps it until reactor_unwatch.
typedef struct {
    int      fd;
    uint32_t events;            //  EPOLLIN | EPOLLOUT | EPOLLRDHUP …, level-triggered
    void   (*ready) (void *arg, uint32_t events);      //  What is ready of these, and EPOLLERR, EPOLLHUP even unasked
    void    *arg;
    bool     watched;           //  The reactor's
} reactor_watch_t;

//  A moment to be called at. The caller owns it, zero-initialised, sets the first two fields, and keeps it until it fired or was cancelled.
typedef struct reactor_timer {
    void  (*due) (void *arg);
    void   *arg;
    int64_t due_ms;             //  The reactor's, monotonic
    uint64_t place;             //  The reactor's: its number in the order of setting, which decides between equals; 0 when not set
    struct reactor_timer *child, *next, *prior;     //  The reactor's: links in its heap, which needs no memory of its own
} reactor_timer_t;

//  The clock is borrowed for the reactor's life. NULL without memory or descriptors.
reactor_t *reactor_new (const clock_source_t *clock);

//  Everything must have been unwatched and cancelled by its owner before.
void       reactor_destroy (reactor_t **self_p);

//  Calls readable (arg) in each turn in which the ZeroMQ socket has something to receive. The socket stays the caller's.
void       reactor_add_socket (reactor_t *self, void *zmq_socket, void (*readable) (void *arg), void *arg);
void       reactor_remove_socket (reactor_t *self, void *zmq_socket);

//  Starts watching, or changes the events of one that is watched already.
MUST_CHECK status_t reactor_watch (reactor_t *self, reactor_watch_t *watch);

//  Idempotent. Also right inside a turn: an event that is already on its way to this watch is dropped. Unwatch before closing: later the
//  number may be somebody else's, and where a duplicate is open the kernel would go on watching.
void       reactor_unwatch (reactor_t *self, reactor_watch_t *watch);

//  Calls timer->due (timer->arg) once, as soon as the time has come; setting it again moves it. Heap: O(log n), n up to thousands.
void       reactor_set_timer (reactor_t *self, reactor_timer_t *timer, int64_t due_ms);
void       reactor_cancel_timer (reactor_t *self, reactor_timer_t *timer);

//  Calls turned (arg) at the end of every turn: the moment for admitting new work.
void       reactor_on_turn (reactor_t *self, void (*turned) (void *arg), void *arg);

//  Monotonic now, read once per turn: cheap, and the same for all that happens in it.
int64_t    reactor_now_ms (const reactor_t *self);
int64_t    reactor_now_us (const reactor_t *self);     //  Read afresh
const clock_source_t *reactor_clock (const reactor_t *self);

//  Turns until reactor_stop was called, which may have been before; the turn in which it was called is finished. OK, or SYSTEM when sleeping
//  itself failed (or the ZeroMQ context was ended).
MUST_CHECK status_t reactor_run (reactor_t *self);
void       reactor_stop (reactor_t *self);

//  One turn that sleeps at most timeout_ms, and at most a second: for tests and for programs that wait for a single condition.
MUST_CHECK status_t reactor_turn (reactor_t *self, int64_t timeout_ms);

#endif
