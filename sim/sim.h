/*  sim - CloudWatch, CloudWatch Logs and STS on a port of this machine

    One HTTP server for all services. The way of a request:

        target (or form) → service and operation → signature verified, where one is needed → faults → (late, or never) the operation's answer

    Every answer carries x-amzn-RequestId, the date of the simulated clock and the protocol's content type. Beside the services stand the
    tests' own paths, unsigned (admin.h).

    The reactor's clock is the simulated one: its wall time is the account's now and the answers' Date. Requests are noted in real time.

    Owner:   the thread of the reactor. */

#ifndef SIM_SIM_H
#define SIM_SIM_H

#include "issued_keys.h"
#include "knobs.h"
#include "reactor.h"
#include "shop.h"
#include "verify.h"

typedef struct sim sim_t;

typedef struct {
    const verify_t *keys;       //  Borrowed
    const shop_t *shop;         //  Borrowed
    issued_keys_t *issued;      //  Borrowed; the verifier trusts them
    knobs_t *knobs;             //  Borrowed; the reactor's clock obeys them
    uint64_t seed;              //  Of faults and request ids
    int64_t  latency_ms;        //  Of every answer of the services
} sim_config_t;

//  The reactor is borrowed. NULL without memory.
sim_t *sim_new (reactor_t *reactor, const sim_config_t *config);

//  Lets go of open requests without an answer.
void   sim_destroy (sim_t **self_p);

//  As http_server_listen.
MUST_CHECK status_t sim_listen (sim_t *self, const char *address, int port, int *port_p);

#endif
