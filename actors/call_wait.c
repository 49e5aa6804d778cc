/*  What a call waits for, told as progress: a client that sees nothing for ten seconds thinks that nothing happens, when all there is to do is to
    keep to a quota. The numbers of such words rise by a little, so that the operation's own, which count, go on from where they were: the first are
    above those of the gateway's queue (below 0.1), and as a call lasts 900 s at most (config.h), all of them together are less than 1. */

#include "call.h"

#include "visible.h"

//  A wait of less is not worth a word; and what is said again is said after so long.
static const int64_t WAIT_MS = 1000;
static const double FIRST = 0.1, STEP = 0.001;

//  What the ask that waits longest waits for. False: one of them is at AWS already, or there is none.
static bool
s_longest (const call_t *self, aws_wait_t *longest)
{
    bool found = false;
    for (int i = 0; i < CALL_SLOTS_MAX; i++) {
        aws_wait_t wait;
        if (!self->slots [i].ask)
            continue;
        if (!shared_asks_wait (self->slots [i].ask, &wait) || wait.kind == AWS_WAIT_ANSWER)
            return false;
        if (!found || wait.since_us < longest->since_us)
            *longest = wait;
        found = true;
    }
    return found;
}

static void
s_write (buffer_t *out, const aws_wait_t *wait)
{
    switch (wait->kind) {
    case AWS_WAIT_KEYS:
        buffer_append_text (out, "waiting for credentials");
        break;
    case AWS_WAIT_TURN:
        buffer_printf (out, "waiting for AWS's quota of %g requests/s to %s", wait->quota_per_s, wait->api);
        break;
    case AWS_WAIT_PAUSE:
        buffer_printf (out, "waiting to ask %s again, after ", wait->api);
        visible_append (out, slice_of (wait->before));
        break;
    case AWS_WAIT_ANSWER:
        break;
    }
    buffer_append_char (out, 0);
}

void
call_tell_wait (call_t *self)
{
    int64_t now_us = reactor_now_us (self->actor->reactor);
    int64_t told_us = self->progressed_ms ? self->progressed_ms * 1000 : self->began_us;
    aws_wait_t wait;
    if (now_us - told_us < WAIT_MS * 1000 || !s_longest (self, &wait) || now_us - wait.since_us < WAIT_MS * 1000)
        return;
    buffer_t text;
    buffer_init (&text, 1024);
    s_write (&text, &wait);
    double done = (self->progress > FIRST ? self->progress : FIRST) + STEP;
    if (buffer_status (&text) == STATUS_OK)
        call_progress (self, done, 0, text.data);
    buffer_deinit (&text);
}
