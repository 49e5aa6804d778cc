/*  dispatch_internal - what dispatch.c (calls), dispatch_admission.c (who comes in), dispatch_shared.c (calls that are the same), dispatch_tell.c
    (progress), dispatch_trace.c (where a call's time went), dispatch_look.c (what a service has) and dispatch_peers.c (workers) share

    Owner: dispatch; nobody else includes this, but its tests. */

#ifndef DISPATCH_INTERNAL_H
#define DISPATCH_INTERNAL_H

#include "dispatch.h"
#include "peers.h"
#include "queue.h"
#include "sharing.h"

//  Calls of one sort that wait for one service, and how long such a call takes.
typedef struct {
    queue_t queue;
    double  mean_ms;            //  From sent to answered, moving average; 0 before the first
} lane_t;

typedef struct {
    lane_t brief;               //  Short calls
    lane_t slow;                //  Those that poll or fan out
    bool   served;              //  There was a worker once
} line_t;

//  What a worker said of a call.
typedef struct {
    uint64_t id;                //  The call that leads all who are to hear it; 0: none
    double   done, total;
    buffer_t text;
} word_t;

//  What is being told, turn by turn.
typedef struct {
    word_t   word;              //  The followers are hearing it
    word_t   next;              //  Nobody has heard it yet
    uint64_t number;            //  Of the word: who has it as `told` has heard it
    size_t   walk;              //  The next place in the table to look at for a call that waits; beyond the last: nobody looks
    uint64_t told;              //  Tellings so far
    reactor_timer_t timer;      //  Set: there is something left to tell
} telling_t;

struct dispatch {
    reactor_t   *reactor;
    const contracts_t *contracts;
    const random_source_t *random;
    dispatch_config_t config;
    mailbox_t   *mailbox;
    inflight_t  *inflight;
    peers_t     *peers;
    sharing_t   *sharing;
    double      *free_ms;       //  dispatch_admission.c's, calls_max places: when each place of a lane becomes free
    telling_t    telling;
    line_t       lines [SERVICES_END];
    int64_t      served_ms [CONTRACTS_MAX];     //  When each tool last had a worker, as far as the heartbeat knows
    uint64_t     incarnation;   //  Ours
    int64_t      started_ms;
    int64_t      beaten_ms;     //  When the last heartbeats went out
    reactor_timer_t beat;
    dispatch_counts_t counts;
};

//  dispatch.c: the end of one call, and not of those that follow it: forgets it (what a worker still has is abandoned) and calls done, which may
//  begin and cancel others.
void dispatch_end (dispatch_t *self, call_entry_t *entry, const dispatch_outcome_t *outcome);

//  Nobody waits for it any more; nobody is told.
void dispatch_drop (dispatch_t *self, call_entry_t *entry);
void dispatch_forget (dispatch_t *self, call_entry_t *entry);

//  May it be sent to another worker, its own being lost?
bool dispatch_repeatable (const dispatch_t *self, const call_entry_t *entry);

//  Where it waits while it is QUEUED.
queue_t *dispatch_queue (dispatch_t *self, const call_entry_t *entry);

//  dispatch_shared.c: the end of a call and of all that follow it; each adds to the count.
void dispatch_end_all (dispatch_t *self, call_entry_t *leader, const dispatch_outcome_t *outcome, uint64_t *count);
void dispatch_fail (dispatch_t *self, call_entry_t *leader, status_t status, uint64_t *count);

//  The leader ends in a way that is none of its followers' business: one of them leads the others from now on, from the queue, as this attempt.
//  Nothing happens when nobody follows, or none of them has the time or finds a place: they must end with their leader then.
void dispatch_begin_afresh (dispatch_t *self, call_entry_t *leader, int attempt);

//  The leader, whose request is answered, got less than there is, because its time was nearly over. Those of its followers who have more time left
//  than that answer took begin afresh: they will get further. For the others it is the best that there will be, and they stay.
void dispatch_begin_better (dispatch_t *self, call_entry_t *leader);

//  A follower is out of it. A leader for whom nobody waits any more is dropped.
void dispatch_unfollow (dispatch_t *self, call_entry_t *follower);

//  A caller leaves a call that leads: the call goes on when others follow it.
void dispatch_leave_leader (dispatch_t *self, call_entry_t *leader);

//  dispatch_tell.c: what its worker says of a call, told to all who wait for it in this turn or a few later ones. Not after dispatch_told_enough.
void dispatch_tell (dispatch_t *self, const call_entry_t *leader, const body_progress_t *progress);

//  Was so much told since then (telling.told), or is so much left to be told, that workers must wait?
bool dispatch_told_enough (const dispatch_t *self, uint64_t before);

//  Those that wait in a queue, and were not told so for a while.
void dispatch_tell_all_waiting (dispatch_t *self);

void dispatch_tell_init (dispatch_t *self);
void dispatch_tell_deinit (dispatch_t *self);
void dispatch_tell_on (void *arg);                                      //  The timer

//  Sends what can be sent: after a call came, credit came back, or a worker came. Calls nobody's done.
void dispatch_pump (dispatch_t *self, service_t service);

//  Back into its queue, after its worker was lost; or ended, if it may not be repeated.
void dispatch_repeat (dispatch_t *self, call_entry_t *entry);

//  dispatch_admission.c: may the call come in? If not, the outcome says why.
bool dispatch_admit (dispatch_t *self, const dispatch_call_t *call, dispatch_outcome_t *outcome);

//  Makes the outcome one of BUSY, with a time for asking again.
void dispatch_refuse (dispatch_outcome_t *outcome);

//  A call was answered: how long it took goes into its lane's mean.
void dispatch_measure (dispatch_t *self, const call_entry_t *entry);

//  dispatch_trace.c: what a request carries of its caller's context.
void dispatch_put_context (message_t *message, const dispatch_call_t *call);

//  A call is about to be sent: what cannot be sent is no hop, and whoever sends takes it back then. Its worker was lost.
void dispatch_hop (dispatch_t *self, call_entry_t *entry, const peer_entry_t *peer, envelope_t *envelope);
void dispatch_hop_lost (dispatch_t *self, call_entry_t *entry);

//  The hops so far; and what comes of a call when its caller does not wait any more.
void dispatch_tell_hops (const call_entry_t *entry, dispatch_outcome_t *outcome);
void dispatch_tell_late (dispatch_t *self, const call_entry_t *entry, const envelope_t *envelope, slice_t spans);

//  dispatch_peers.c
void dispatch_receive (void *arg);                                      //  The mailbox has messages
void dispatch_beat (void *arg);                                         //  The heartbeat's timer
void dispatch_lose (dispatch_t *self, peer_entry_t *peer, const char *why);
MUST_CHECK status_t dispatch_say (dispatch_t *self, const peer_t *to, envelope_kind_t kind, uint64_t id);

#endif
