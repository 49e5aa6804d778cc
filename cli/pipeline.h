/*  pipeline - the threads of a whole server in one process, and who watches over them

    A thread is a zactor that runs one actor's loop. The pipeline starts them (credentials first, then the services), notices one that returns
    before it should and starts it anew (at most PIPELINE_RESTARTS times in PIPELINE_RESTARTS_MS; then the process gives up, and whoever runs it
    starts it afresh), watches that each loop still turns, and ends them.

    A loop that does not turn for PIPELINE_STUCK_MS is a defect that no code in this process can mend (a C thread cannot be killed safely):
    the process aborts. Time is counted in looks, not by the clock, so that a process that was stopped and continued is not taken for stuck.

    Owner:   the main thread. */

#ifndef PIPELINE_H
#define PIPELINE_H

#include "config.h"
#include "contract.h"
#include "gateway.h"
#include "reactor.h"

typedef struct pipeline pipeline_t;

enum { PIPELINE_RESTARTS = 3, PIPELINE_RESTARTS_MS = 60000, PIPELINE_LOOK_MS = 1000, PIPELINE_STUCK_MS = 15000 };

typedef struct {
    const config_t    *config;
    const contracts_t *contracts;
    reactor_t         *reactor;         //  The main thread's
    gateway_t         *gateway;         //  Run in a thread too; NULL: the caller has a dispatch of its own
    const otlp_settings_t *otlp;        //  With link: a thread exports what comes by it; NULL: none
    export_link_t     *link;
    atomic_ullong     *gateway_pulse;   //  What the gateway was made with
    atomic_llong      *expiry_ms;       //  As credentials.h has it; may be NULL
    void             (*ended) (void *arg, status_t status);        //  The gateway came back, or nothing can go on
    void              *arg;
} pipeline_config_t;

//  Starts the threads. NO_MEMORY, SYSTEM.
MUST_CHECK status_t pipeline_new (const pipeline_config_t *config, pipeline_t **self_p);

//  Ends them all. Idempotent.
void pipeline_destroy (pipeline_t **self_p);

//  SIGTERM (with the grace) or SIGINT (without): ended is called when the last answer is out.
void pipeline_drain (pipeline_t *self, bool grace);

//  Where the parts meet.
extern const char PIPELINE_GATEWAY [];          //  "inproc://gateway"
extern const char PIPELINE_CREDENTIALS [];      //  "inproc://credentials"

#endif
