/*  dispatch_internal - what dispatch.c (calls) and dispatch_peers.c (workers) share

    Owner: dispatch; nobody else includes this. */

#ifndef DISPATCH_INTERNAL_H
#define DISPATCH_INTERNAL_H

#include "dispatch.h"
#include "peers.h"
#include "queue.h"

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

struct dispatch {
    reactor_t   *reactor;
    const contracts_t *contracts;
    const random_source_t *random;
    dispatch_config_t config;
    mailbox_t   *mailbox;
    inflight_t  *inflight;
    peers_t     *peers;
    line_t       lines [SERVICES_END];
    int64_t      served_ms [CONTRACTS_MAX];     //  When each tool last had a worker, as far as the heartbeat knows
    uint64_t     incarnation;   //  Ours
    int64_t      started_ms;
    int64_t      beaten_ms;     //  When the last heartbeats went out
    reactor_timer_t beat;
    dispatch_counts_t counts;
};

//  dispatch.c: ends of calls. dispatch_end forgets the call and calls done, which may begin and cancel others.
void dispatch_end (dispatch_t *self, call_entry_t *entry, dispatch_outcome_t *outcome);
void dispatch_fail (dispatch_t *self, call_entry_t *entry, status_t status, const char *text);
void dispatch_forget (dispatch_t *self, call_entry_t *entry);

//  Sends what can be sent: after a call came, credit came back, or a worker came. Calls nobody's done.
void dispatch_pump (dispatch_t *self, service_t service);

//  Back into its queue, after its worker was lost; or ended, if it may not be repeated.
void dispatch_repeat (dispatch_t *self, call_entry_t *entry);

//  A call was answered: how long it took goes into the line's mean.
void dispatch_measure (dispatch_t *self, const call_entry_t *entry);

//  dispatch_peers.c
void dispatch_receive (void *arg);                                      //  The mailbox has messages
void dispatch_beat (void *arg);                                         //  The heartbeat's timer
void dispatch_lose (dispatch_t *self, peer_entry_t *peer, const char *why);
MUST_CHECK status_t dispatch_say (dispatch_t *self, const peer_t *to, envelope_kind_t kind, uint64_t id);

#endif
