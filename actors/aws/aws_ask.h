/*  aws_ask - an ask on its way: what it holds in each of its states, and how it leaves them

    The inside of aws_client, whose header says which states there are. Here is what they have in common: that leaving one lets go of whatever it
    waits for, that an ask ends once, that the time is enough for an attempt, and what passes between an ask and the breaker:

        breaker ──▶ ask     there is no way to AWS: the ask ends at once, before its keys, its turn or its attempt
        ask ──▶ breaker     how an attempt ended; also one that was aborted, when AWS had been silent for so long that it proves something

    When the breaker opens, all asks for its (region, service) that wait for keys, for a turn or for the end of a pause are woken in the next turn
    of the reactor, and end: nobody waits for a turn that would only tell him that there is none.

    Owner:   as aws_client's. */

#ifndef AWS_ASK_H
#define AWS_ASK_H

#include "aws_client.h"
#include "breaker.h"
#include "gates.h"
#include "retry.h"
#include "sigv4.h"
#include "transfer.h"

//  What an attempt needs at least to be worth starting.
enum { ATTEMPT_MS_MIN = 50 };

typedef enum { ASK_KEYS, ASK_TOKEN, ASK_FLIGHT, ASK_PAUSE } ask_state_t;

struct aws_ask {
    ask_state_t    state;
    aws_client_t  *client;
    aws_ask_t     *next, *prior;        //  Of the client's
    const void    *caller;
    aws_service_t  service;
    const char    *api;                 //  A literal of the operation's
    bool           once;
    bool           fresh;               //  Asked whatever the breaker thinks: the doctor wants to see what happens
    buffer_t       body;
    char           account [65];
    char           region [33];
    endpoint_t     endpoint;
    gate_t        *gate;
    gate_wait_t    at_gate;             //  ASK_TOKEN
    keyring_wait_t at_keyring;          //  ASK_KEYS
    transfer_t    *transfer;            //  ASK_FLIGHT
    void         (*again) (void *arg);  //  Begins it, also after a pause
    reactor_timer_t timer;              //  ASK_KEYS, ASK_TOKEN: the deadline, short of what an attempt needs; ASK_PAUSE: its end
    int64_t        deadline_ms;
    int64_t        since_us;            //  When this state began
    int64_t        began_us;
    uint64_t       keys_version;        //  What signed the last attempt
    uint64_t       invocation [2];
    int64_t        skew_ms;             //  With which it signed
    int            paid;                //  For the last retry
    int64_t        given_ms;            //  What the attempt under way may take until its answer begins
    aws_trail_t   *trail;               //  Where its stages go; NULL: nowhere
    bool           counts;              //  What it does now becomes a stage there: an attempt, or a wait that was none of the usual ones
    bool           probing;             //  It is the breaker's probe
    bool           refreshed;           //  Fresh credentials were asked for once already
    aws_spent_t    spent;
    char           before [BREAKER_REASON_SIZE];        //  As outcome_t has it; "": no attempt failed yet
    int64_t        first_byte_ms;       //  As outcome_t has them, as the next two
    int64_t        told_skew_ms;
    bool           told_skew;
    void         (*done) (void *arg, const outcome_t *outcome, const aws_spent_t *spent);
    void          *arg;
};

struct aws_client {
    reactor_t     *reactor;
    const config_t *config;
    endpoint_config_t endpoints;
    keyring_t     *keyring;
    const random_source_t *random;
    transfers_t   *transfers;
    sigv4_t       *signer;
    gates_t       *gates;
    breaker_t     *breaker;
    int64_t        skew_ms;             //  AWS's clock minus ours, as far as it matters
    aws_ask_t     *asks;                //  All that are under way
    aws_client_counts_t counts;
};

//  A new one of this client's, in no state yet. NULL without memory. aws_ask_drop: it is no more, and nothing is called.
aws_ask_t *aws_ask_new (aws_client_t *client);
void       aws_ask_drop (aws_ask_t **self_p);

//  Leaves the present state: whatever it waits for is let go, and its time is added to what was spent on it.
void       aws_ask_leave (aws_ask_t *self);

//  PAUSE: begins, or begins again, after so long.
void       aws_ask_pause (aws_ask_t *self, int64_t wait_ms);

//  Begins a state that must end while there is time for an attempt; due ends the ask otherwise.
void       aws_ask_wait (aws_ask_t *self, ask_state_t state, void (*due) (void *arg));

//  The end of an ask: the last that is heard of it.
void       aws_ask_end (aws_ask_t *self, outcome_t *outcome);
void       aws_ask_fail (aws_ask_t *self, status_t status, const char *reason, const aws_error_t *error, int64_t retry_ms);

int64_t    aws_ask_left_ms (const aws_ask_t *self);

//  Is there no time left for an attempt? Then the ask has ended with these words.
bool       aws_ask_ended_late (aws_ask_t *self, const char *reason);

//  Is there no way to AWS, as far as is known? Then the ask has ended with these words. going: an attempt would be made now.
bool       aws_ask_ended_barred (aws_ask_t *self, bool going);

//  How its attempt ended, for the breaker.
void       aws_ask_heard (aws_ask_t *self, const transfer_answer_t *answer);

#endif
