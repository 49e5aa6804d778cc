#include "dispatch_internal.h"

#include <assert.h>

//  With less time than this a call does not begin afresh: its worker would get half of it (DISPATCH_GRACE_MS), and AWS takes about as long.
static const int64_t AFRESH_MS = 2 * DISPATCH_GRACE_MS;

//  Whoever ends here may make others of them leave, and begin the same call again, which then follows nobody.
void
dispatch_end_all (dispatch_t *self, call_entry_t *leader, const dispatch_outcome_t *outcome, uint64_t *count)
{
    call_entry_t head, *follower;
    dispatch_outcome_t shared = *outcome;
    int64_t sent_us = leader->sent_us;
    shared.shared = true;
    shared.spans = SLICE_ABSENT;
    shared.has_leader = leader->has_trace;
    memcpy (shared.leader, leader->trace, sizeof shared.leader);
    sharing_release (self->sharing, leader, &head);
    if (leader->left) {
        dispatch_tell_late (self, leader, &outcome->envelope, outcome->spans);
        dispatch_drop (self, leader);
    } else {
        ++*count;
        dispatch_end (self, leader, outcome);
    }
    while ((follower = sharing_first (&head))) {
        follower->sent_us = sent_us && sent_us < follower->accepted_us ? follower->accepted_us : sent_us;
        ++*count;
        dispatch_end (self, follower, &shared);
    }
}

void
dispatch_fail (dispatch_t *self, call_entry_t *leader, status_t status, uint64_t *count)
{
    dispatch_end_all (self, leader, &(dispatch_outcome_t) { .status = status, .retry_ms = -1 }, count);
}

//  The one with the most time leads, so that nobody has to begin afresh twice. It takes over the request as it is, under its own id and trace.
void
dispatch_begin_afresh (dispatch_t *self, call_entry_t *leader, int attempt)
{
    call_entry_t *next = sharing_latest (leader);
    if (!next || next->deadline_ms - reactor_now_ms (self->reactor) < AFRESH_MS || (attempt > leader->attempt && !dispatch_repeatable (self, next)))
        return;
    if (leader->place)                  //  Its place becomes free, so there is one
        queue_remove (dispatch_queue (self, leader), leader);
    if (queue_insert (dispatch_queue (self, next), next) != STATUS_OK)
        return;
    next->state = CALL_QUEUED;
    next->attempt = attempt;
    next->message = leader->message;
    leader->message = NULL;
    envelope_t *envelope = &next->message->envelope;
    envelope->id = next->id;
    envelope->has_traceparent = next->has_trace;
    memcpy (envelope->traceparent, next->trace, sizeof next->trace);
    envelope->flags &= ~(uint32_t) ENVELOPE_FLAG_UNTOLD;
    envelope->flags |= next->call.untold ? ENVELOPE_FLAG_UNTOLD : 0;
    buffer_t none;                      //  The rest of the context was that trace's
    buffer_init (&none, 1);
    if (message_take_spans (next->message, &none) != STATUS_OK)
        assert (false);                 //  Nothing needs no memory
    sharing_hand_over (self->sharing, leader, next);
}

void
dispatch_begin_better (dispatch_t *self, call_entry_t *leader)
{
    int64_t now_ms = reactor_now_ms (self->reactor), took_ms = now_ms - leader->sent_us / 1000;
    call_entry_t *latest = sharing_latest (leader), *next;
    if (!latest || latest->deadline_ms - now_ms <= took_ms)
        return;
    dispatch_begin_afresh (self, leader, leader->attempt);
    if (latest->leader)
        return;                         //  There was no place for it: all stay
    for (call_entry_t *entry = latest->ring_next; entry != latest; entry = next) {
        next = entry->ring_next;
        if (entry->deadline_ms - now_ms <= took_ms) {
            sharing_leave (entry);
            sharing_follow (leader, entry);
        }
    }
}

void
dispatch_unfollow (dispatch_t *self, call_entry_t *follower)
{
    call_entry_t *leader = follower->leader;
    sharing_leave (follower);
    if (leader && leader->left && !sharing_first (leader))
        dispatch_drop (self, leader);
}

void
dispatch_leave_leader (dispatch_t *self, call_entry_t *leader)
{
    if (leader->state == CALL_QUEUED)   //  Nobody works on it: another one may as well lead
        dispatch_begin_afresh (self, leader, leader->attempt);
    if (sharing_first (leader))
        leader->left = true;
    else
        dispatch_drop (self, leader);
}
