/*  call - one call inside an actor: what actor.c (the loop), call.c, call_place.c (the operations' view) and call_wait.c (waits) share

    Owner: the actor. Operations see operation.h only. */

#ifndef CALL_H
#define CALL_H

#include "actor.h"
#include "call_trace.h"
#include "shared_asks.h"

typedef struct {
    call_t    *call;
    int        slot;
    shared_ask_t *ask;                  //  NULL: free
    int        number;                  //  Of the request, among all that the call asked; from 1
    int64_t    asked_us;
} slot_t;

struct call {
    bool       used;
    actor_t   *actor;
    const operation_t *operation;
    message_t *message;                 //  The request: its body holds the arguments
    const aws_account_t *account;       //  Of the configuration; NULL: the server's own, without fences
    char       region [ENVELOPE_REGION_MAX + 1];
    arena_t   *arena;
    void      *state;                   //  The operation's, in the arena
    int64_t    deadline_ms;
    bool       told_partial;
    bool       hurried;                 //  What it says now, it says because its time is nearly over
    reactor_timer_t timer;              //  The moment for partial, then the deadline
    slot_t     slots [CALL_SLOTS_MAX];
    int        asked;                   //  Requests, of all slots
    bool       ended;                   //  Answered: goes as soon as the operation's function returns
    status_t   stopped;                 //  Not OK: cancelled or expired; what the operation still asks is for undoing, and goes until deadline_ms
    bool       deserted;                //  Stopped, and the gateway does not know the call any more: its end is not told
    int64_t    began_us;
    int64_t    first_ask_us;            //  0: nothing asked yet
    int64_t    flight_us;               //  All attempts of all slots
    int64_t    waited_us;               //  Likewise: for keys, for turns, and between attempts
    uint32_t   requests;                //  Attempts
    uint32_t   joined;                  //  Answers of requests that other calls had begun
    uint32_t   cached;                  //  Answers that were kept
    uint32_t   cached_age_ms;           //  Of the oldest of these
    call_trace_t trace;
    int64_t    progressed_ms;           //  When progress was last sent
    double     progress;
};

struct actor {
    actor_config_t config;
    uint64_t   incarnation;
    reactor_t *reactor;
    mailbox_t *mailbox;
    keyring_t *keyring;
    aws_client_t *client;
    shared_asks_t *asks;                //  What the calls ask, in front of the client
    zsock_t   *pipe;
    bool       draining;
    int        credit;
    int        calls_under_way;
    reactor_timer_t beat;
    call_t    *calls;                   //  credit of them
};

//  Where the call goes: its account and its region, or the server's; none that the configuration does not allow. False after it has failed the call.
MUST_CHECK bool call_find_place (call_t *self);

//  Sends a message about a call to the gateway; takes it.
MUST_CHECK status_t call_send (call_t *self, message_t **message_p);

//  After one of the operation's functions: a status that is not OK becomes the call's end; a call that ended goes, and so does one that was stopped
//  and has nothing to undo (any more).
void call_settle (call_t *self, status_t status);

//  Tells what the call waits for, when nothing was told of it for a second and all that it asked waits to be asked.
void call_tell_wait (call_t *self);

//  The end of a call that was stopped: tells why.
void call_end_stopped (call_t *self);

//  Lets go of everything that the call asked for; and is there anything?
void call_drop_all (call_t *self);
bool call_asks (const call_t *self);

#endif
