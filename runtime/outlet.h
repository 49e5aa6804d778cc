/*  outlet - bytes to a descriptor that others gave us, without waiting for its reader

    Standard output is a pipe, a socket, a terminal or a file, and its flags are shared with whoever else has it: making it non-blocking would
    break the shell that we were started from. So what is written waits here, and goes out in pieces of which the kernel says beforehand that it
    takes them: a pipe that is writable takes PIPE_BUF bytes, a socket can be asked not to wait.

    Owner:   the thread of the reactor; by value. The descriptor stays the caller's, and open until outlet_deinit.
    Limits:  as given: what a reader leaves unread beyond that is refused.
    Never:   blocks (a terminal that was stopped may, for a line), and is never interrupted by SIGPIPE if that is ignored. */

#ifndef OUTLET_H
#define OUTLET_H

#include "buffer.h"
#include "reactor.h"

typedef struct {
    reactor_t *reactor;
    reactor_watch_t watch;      //  While something waits
    buffer_t   waiting;
    bool       is_socket;
    bool       broken;          //  Its reader is gone
    void     (*moved) (void *arg);      //  Some of it was taken, or it broke; called from a turn of the reactor
    void      *arg;
} outlet_t;

//  limit: bytes that may wait.
void   outlet_init (outlet_t *self, reactor_t *reactor, int fd, size_t limit, void (*moved) (void *arg), void *arg);

//  What waits is lost.
void   outlet_deinit (outlet_t *self);

//  All of it, or nothing: BUSY when it would be more than the limit, NO_MEMORY, SYSTEM when the reader is gone.
MUST_CHECK status_t outlet_write (outlet_t *self, slice_t bytes);

//  Bytes that wait.
size_t outlet_waiting (const outlet_t *self);

bool   outlet_broken (const outlet_t *self);

#endif
