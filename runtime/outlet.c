#include "outlet.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

//  An outlet at rest keeps a buffer up to this size.
enum { REST_BYTES_MAX = 64 * 1024 };

static void s_ready (void *arg, uint32_t events);

void
outlet_init (outlet_t *self, reactor_t *reactor, int fd, size_t limit, void (*moved) (void *arg), void *arg)
{
    struct stat kind;
    *self = (outlet_t) {
        .reactor = reactor, .watch = { .fd = fd, .events = EPOLLOUT, .ready = s_ready, .arg = self }, .moved = moved, .arg = arg,
        .is_socket = fstat (fd, &kind) == 0 && S_ISSOCK (kind.st_mode),
    };
    buffer_init (&self->waiting, limit);
}

void
outlet_deinit (outlet_t *self)
{
    if (self->reactor)
        reactor_unwatch (self->reactor, &self->watch);
    buffer_deinit (&self->waiting);
}

//  How much of this is taken now: 0 when the reader should come first, -1 when it is gone.
static ssize_t
s_give (const outlet_t *self, const char *data, size_t size)
{
    struct pollfd poll_fd = { .fd = self->watch.fd, .events = POLLOUT };
    ssize_t given;
    do {
        if (self->is_socket)
            given = send (self->watch.fd, data, size, MSG_DONTWAIT | MSG_NOSIGNAL);
        else if (poll (&poll_fd, 1, 0) == 0)
            return 0;
        else
            given = write (self->watch.fd, data, size < PIPE_BUF ? size : PIPE_BUF);
    } while (given < 0 && errno == EINTR);
    return given < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) ? 0 : given;
}

//  Gives what is taken, and has itself called again for the rest.
static void
s_flush (outlet_t *self)
{
    size_t given = 0;
    while (given < self->waiting.size && !self->broken) {
        ssize_t size = s_give (self, self->waiting.data + given, self->waiting.size - given);
        if (size == 0)
            break;
        self->broken = size < 0;
        given += size > 0 ? (size_t) size : 0;
    }
    buffer_consume (&self->waiting, given);
    if (self->broken)
        buffer_deinit (&self->waiting);
    if (self->waiting.size && reactor_watch (self->reactor, &self->watch) == STATUS_OK)
        return;
    self->broken = self->broken || self->waiting.size > 0;          //  It would never be called for this
    reactor_unwatch (self->reactor, &self->watch);
    if (self->waiting.capacity > REST_BYTES_MAX)
        buffer_deinit (&self->waiting);
}

static void
s_ready (void *arg, uint32_t events)
{
    (void) events;                      //  An error shows in writing
    outlet_t *self = arg;
    s_flush (self);
    self->moved (self->arg);
}

status_t
outlet_write (outlet_t *self, slice_t bytes)
{
    if (self->broken)
        return STATUS_SYSTEM;
    if (!buffer_reserve (&self->waiting, bytes.size)) {
        status_t status = buffer_status (&self->waiting);
        self->waiting.status = STATUS_OK;       //  Nothing was appended
        return status == STATUS_TOO_LARGE ? STATUS_BUSY : status;
    }
    bool behind = self->waiting.size > 0;
    buffer_append_slice (&self->waiting, bytes);
    if (!behind)                        //  Otherwise its turn comes
        s_flush (self);
    return self->broken ? STATUS_SYSTEM : STATUS_OK;
}

size_t
outlet_waiting (const outlet_t *self)
{
    return self->waiting.size;
}

bool
outlet_broken (const outlet_t *self)
{
    return self->broken;
}
