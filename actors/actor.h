/*  actor - the one loop that every service runs in

    An actor is a thread with a mailbox. It says READY to the gateway with its tools and its credit, takes REQUESTs, carries each through its
    operation (operation.h), and answers with RESULT or FAULT. What differs between services is the table of operations and nothing else.

        REQUEST ──▶ ADMITTED ──▶ begin … next …  ──▶ RESULT / FAULT
                       │  budget nearly spent ──▶ partial ──▶ RESULT
                       │  budget spent        ──▶ stop … ──▶ FAULT (DEADLINE)
                       │  CANCEL              ──▶ stop … ──▶ FAULT (CANCELLED)
                       └  BYE or WHO          ──▶ stop …     nobody is told: that gateway is gone, or has given these calls up

    A table of fixed size holds the calls; the gateway never has more with us than our credit, and if it had, the surplus is answered BUSY.

    Owner:   actor_new may be called in the main thread; from actor_run on, the actor's thread has it. */

#ifndef ACTOR_H
#define ACTOR_H

#include "config.h"
#include "contract.h"
#include "mailbox.h"
#include "operation.h"
#include "random.h"
#include "reactor.h"

#include <stdatomic.h>

typedef struct actor actor_t;

enum { ACTOR_HEARTBEAT_MS = 500 };

typedef struct {
    service_t            service;
    const operation_t *const *operations;       //  Ended by NULL
    const contracts_t   *contracts;     //  Which tools this service has, in which version
    const config_t      *config;
    const char          *gateway;       //  "inproc://gateway"
    const char          *credentials;   //  "inproc://credentials"
    const clock_source_t *clock;
    const random_source_t *random;
    atomic_ullong       *pulse;         //  Rises with each turn of the loop: the watchdog's; may be NULL
} actor_config_t;

//  All of config is borrowed. NULL without memory or descriptors. A tool in contracts without an operation is a bug.
actor_t *actor_new (const actor_config_t *config);
void     actor_destroy (actor_t **self_p);

//  Until the pipe says PIPE_END (or, after PIPE_DRAIN, until the last call is answered). SYSTEM when it cannot go on.
MUST_CHECK status_t actor_run (actor_t *self, zsock_t *pipe);

//  For tests: the reactor that it runs on.
reactor_t *actor_reactor (actor_t *self);

#endif
