#include "export_link.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

//  The counts, each an atomic by the name that it has in export_counts_t.
#define COUNTS(X) X (exported) X (dropped) X (failed) X (rejected) X (lost_calls) X (retries)

struct export_link {
    int in, out;                        //  The gateway's end, the exporter's
#define X(name) atomic_ullong name;
    COUNTS (X)
#undef X
    atomic_ullong queued;
};

//  Some hundred calls of common size; the kernel may give less.
enum { ROOM_BYTES = 1024 * 1024 };

export_link_t *
export_link_new (void)
{
    int ends [2], room = ROOM_BYTES;
    export_link_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0) {
        free (self);
        return NULL;
    }
    self->in = ends [0];
    self->out = ends [1];
    (void) setsockopt (self->in, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);       //  What there is by default will do
    return self;
}

void
export_link_destroy (export_link_t **self_p)
{
    export_link_t *self = *self_p;
    if (!self)
        return;
    close (self->in);
    close (self->out);
    free (self);
    *self_p = NULL;
}

void
export_link_send (export_link_t *self, const ring_call_t *call, slice_t spans)
{
    struct iovec parts [] = { { (void *) (uintptr_t) call, sizeof *call }, { (void *) (uintptr_t) spans.data, spans.size } };
    struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };
    ssize_t sent;
    do
        sent = sendmsg (self->in, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    if (sent < 0)
        atomic_fetch_add_explicit (&self->lost_calls, 1, memory_order_relaxed);
}

int
export_link_fd (const export_link_t *self)
{
    return self->out;
}

bool
export_link_receive (export_link_t *self, ring_call_t *call, char *room, slice_t *spans)
{
    struct iovec parts [] = { { call, sizeof *call }, { room, RING_SPANS_BYTES_MAX } };
    struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };
    ssize_t size;
    do
        size = recvmsg (self->out, &message, MSG_DONTWAIT);
    while (size < 0 && errno == EINTR);
    if (size < (ssize_t) sizeof *call)
        return false;
    *spans = (slice_t) { room, (size_t) size - sizeof *call };
    return true;
}

void
export_link_count (export_link_t *self, const export_counts_t *more)
{
#define X(name) if (more->name) atomic_fetch_add_explicit (&self->name, more->name, memory_order_relaxed);
    COUNTS (X)
#undef X
    atomic_store_explicit (&self->queued, more->queued, memory_order_relaxed);
}

export_counts_t
export_link_counts (const export_link_t *self)
{
    return (export_counts_t) {
#define X(name) .name = atomic_load_explicit (&self->name, memory_order_relaxed),
        COUNTS (X)
#undef X
        .queued = atomic_load_explicit (&self->queued, memory_order_relaxed),
    };
}
