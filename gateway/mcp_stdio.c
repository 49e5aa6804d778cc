/*  Whatever may have changed what can be done (bytes came, an answer went out, the client read something, the input ended) wakes s_turn, once per
    turn of the reactor; it alone decides whether to take lines, to read, or to end. So nothing here is done from inside of something else. */

#include "mcp_stdio.h"

#include "log.h"
#include "outlet.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { READ_BYTES = 64 * 1024 };

//  One line whose message is being worked on.
typedef struct waiting {
    mcp_stdio_t *stdio;
    mcp_call_t  *call;                  //  NULL while mcp_receive runs
    struct waiting *next, *previous;
} waiting_t;

struct mcp_stdio {
    mcp_stdio_config_t config;
    outlet_t  out;
    buffer_t  in;                       //  What was read and not taken: whole lines, and the begin of one
    size_t    searched;                 //  Bytes of it that have no line's end
    bool      skipping;                 //  The rest of a line that was too long
    bool      is_file;                  //  epoll does not take it
    bool      finished;                 //  There is no more input
    bool      ended;                    //  So has everything
    status_t  failure;                  //  The client was given up
    reactor_watch_t watch;
    reactor_timer_t wake;
    reactor_timer_t patience;           //  With what is under way, once the input has ended
    waiting_t *waiting;
};

static void
s_wake (mcp_stdio_t *self)
{
    reactor_set_timer (self->config.reactor, &self->wake, reactor_now_ms (self->config.reactor));
}

//  --- Answers

static waiting_t *
s_waiting_new (mcp_stdio_t *self)
{
    waiting_t *waiting = calloc (1, sizeof *waiting);
    if (!waiting)
        return NULL;
    *waiting = (waiting_t) { .stdio = self, .next = self->waiting };
    if (waiting->next)
        waiting->next->previous = waiting;
    self->waiting = waiting;
    return waiting;
}

static void
s_waiting_free (waiting_t *waiting)
{
    if (waiting->previous)
        waiting->previous->next = waiting->next;
    else
        waiting->stdio->waiting = waiting->next;
    if (waiting->next)
        waiting->next->previous = waiting->previous;
    s_wake (waiting->stdio);
    free (waiting);
}

static void
s_write (mcp_stdio_t *self, slice_t json)
{
    buffer_t line;
    buffer_init (&line, json.size + 1);
    jsonrpc_append_line (&line, json);
    buffer_append_char (&line, '\n');
    status_t status = buffer_status (&line);
    if (status == STATUS_OK)
        status = outlet_write (&self->out, buffer_slice (&line));
    buffer_deinit (&line);
    if (status == STATUS_OK)
        return;
    s_wake (self);
    if (outlet_broken (&self->out))     //  It has left
        return;
    log_error ("client given up", log_text ("why", status == STATUS_BUSY ? "it does not read its answers" : status_sentence (status)));
    self->failure = status;
}

static void
s_answered (void *arg, int http_status, buffer_t *json)
{
    (void) http_status;
    waiting_t *waiting = arg;
    if (json->size)
        s_write (waiting->stdio, buffer_slice (json));
    s_waiting_free (waiting);
}

//  Progress is news: what finds the client behind is not kept for it.
static void
s_notified (void *arg, slice_t json)
{
    waiting_t *waiting = arg;
    if (outlet_waiting (&waiting->stdio->out) < MCP_STDIO_UNREAD_BYTES)
        s_write (waiting->stdio, json);
}

static void
s_cancelled (void *arg)
{
    s_waiting_free (arg);
}

static void
s_moved (void *arg)
{
    s_wake (arg);
}

static void
s_refuse (mcp_stdio_t *self, int code, const char *sentence)
{
    buffer_t json;
    buffer_init (&json, 1024);
    jsonrpc_write_error (&json, SLICE_ABSENT, code, slice_of (sentence), SLICE_ABSENT);
    s_write (self, buffer_slice (&json));
    buffer_deinit (&json);
}

//  --- Lines

static bool
s_is_full (const mcp_stdio_t *self)
{
    return self->failure != STATUS_OK || outlet_broken (&self->out) || outlet_waiting (&self->out) >= MCP_STDIO_UNREAD_BYTES ||
           mcp_waiting (self->config.mcp) >= MCP_STDIO_CALLS_MAX;
}

static void
s_take_line (mcp_stdio_t *self, slice_t line)
{
    if (line.size && line.data [line.size - 1] == '\r')
        line.size--;
    if (slice_trim (line).size == 0)
        return;
    waiting_t *waiting = s_waiting_new (self);
    if (!waiting) {
        s_refuse (self, JSONRPC_INTERNAL_ERROR, "There is not enough memory for this message now.");
        return;
    }
    mcp_sink_t sink = { .answer = s_answered, .notify = s_notified, .cancelled = s_cancelled, .arg = waiting };
    mcp_call_t *call = mcp_receive (self->config.mcp, line, &(era_headers_t) { .has_headers = false }, &sink);
    if (call)                           //  Otherwise it has been answered, and waiting is gone
        waiting->call = call;
}

//  Takes the lines that are there, for as long as there is room for what they ask. The last one may end with the input.
static void
s_take_lines (mcp_stdio_t *self)
{
    size_t taken = 0;
    while (taken < self->in.size && !s_is_full (self)) {
        const char *begin = self->in.data + taken;
        size_t left = self->in.size - taken, searched = self->searched < left ? self->searched : left;
        const char *end = memchr (begin + searched, '\n', left - searched);
        self->searched = end ? 0 : left;
        if (!end && !self->finished)
            break;
        size_t size = end ? (size_t) (end - begin) : left;
        if (!self->skipping)
            s_take_line (self, (slice_t) { begin, size });
        self->skipping = false;
        self->searched = 0;
        taken += end ? size + 1 : size;
    }
    buffer_consume (&self->in, taken);
    bool endless = self->in.size > 0 && self->searched == self->in.size && !self->finished;
    if (endless && (self->skipping || self->in.size > MCP_STDIO_LINE_BYTES_MAX)) {
        if (!self->skipping)
            s_refuse (self, JSONRPC_INVALID_REQUEST, "The line is longer than 8 MB, and was not read.");
        self->skipping = true;
        buffer_deinit (&self->in);
        self->searched = 0;
    }
    if (self->in.size == 0 && self->in.capacity > READ_BYTES)
        buffer_deinit (&self->in);
}

//  --- Input

static void
s_finish (mcp_stdio_t *self)
{
    if (self->finished)
        return;
    self->finished = true;
    reactor_unwatch (self->config.reactor, &self->watch);
    reactor_set_timer (self->config.reactor, &self->patience, reactor_now_ms (self->config.reactor) + MCP_STDIO_END_MS);
}

//  What is there now, a piece of it. There is a word that there is something, or it is a file: it does not block.
static void
s_read (mcp_stdio_t *self)
{
    char *room = buffer_reserve (&self->in, READ_BYTES);
    ssize_t size = room ? read (self->config.in, room, READ_BYTES) : -1;
    if (size > 0)
        buffer_advance (&self->in, (size_t) size);
    else if (!room || size == 0 || (errno != EINTR && errno != EAGAIN))
        s_finish (self);
}

static void s_turn (void *arg);

static void
s_readable (void *arg, uint32_t events)
{
    (void) events;
    mcp_stdio_t *self = arg;
    s_read (self);
    s_turn (self);
}

//  Goes on reading: when the descriptor has something, or, of a file, in the next turn.
static void
s_listen (mcp_stdio_t *self)
{
    if (!self->is_file && !self->watch.watched)
        self->is_file = reactor_watch (self->config.reactor, &self->watch) != STATUS_OK;
    if (self->is_file) {
        s_read (self);
        s_wake (self);
    }
}

//  --- The end

static void
s_end (mcp_stdio_t *self)
{
    self->ended = true;
    reactor_unwatch (self->config.reactor, &self->watch);
    reactor_cancel_timer (self->config.reactor, &self->patience);
    while (self->waiting) {
        mcp_cancel (&self->waiting->call);
        s_waiting_free (self->waiting);
    }
    reactor_cancel_timer (self->config.reactor, &self->wake);
}

static void
s_turn (void *arg)
{
    mcp_stdio_t *self = arg;
    s_take_lines (self);
    bool over = self->failure != STATUS_OK || outlet_broken (&self->out);
    bool done = self->finished && self->in.size == 0 && !self->waiting && outlet_waiting (&self->out) == 0;
    if (over || done) {
        s_end (self);
        self->config.ended (self->config.arg, self->failure);
    } else if (s_is_full (self)) {
        reactor_unwatch (self->config.reactor, &self->watch);      //  Whatever makes room wakes us
    } else if (!self->finished) {
        s_listen (self);
    }
}

static void
s_out_of_patience (void *arg)
{
    mcp_stdio_t *self = arg;
    log_info ("calls cancelled at the end of input", log_int ("calls", (int64_t) mcp_waiting (self->config.mcp)));
    s_end (self);
    self->config.ended (self->config.arg, STATUS_OK);
}

mcp_stdio_t *
mcp_stdio_new (const mcp_stdio_config_t *config)
{
    mcp_stdio_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->config = *config;
    self->watch = (reactor_watch_t) { .fd = config->in, .events = EPOLLIN, .ready = s_readable, .arg = self };
    self->wake = (reactor_timer_t) { .due = s_turn, .arg = self };
    self->patience = (reactor_timer_t) { .due = s_out_of_patience, .arg = self };
    buffer_init (&self->in, MCP_STDIO_LINE_BYTES_MAX + 2 * READ_BYTES);
    outlet_init (&self->out, config->reactor, config->out, MCP_STDIO_UNREAD_BYTES_MAX, s_moved, self);
    s_wake (self);
    return self;
}

void
mcp_stdio_destroy (mcp_stdio_t **self_p)
{
    mcp_stdio_t *self = *self_p;
    if (!self)
        return;
    s_end (self);
    outlet_deinit (&self->out);
    buffer_deinit (&self->in);
    free (self);
    *self_p = NULL;
}

void
mcp_stdio_end (mcp_stdio_t *self)
{
    if (self->ended)
        return;
    s_finish (self);
    s_wake (self);
}
