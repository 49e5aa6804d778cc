/*  gateway - the thread that clients talk to

    It owns the HTTP servers, the MCP engine and the dispatch of calls to workers, all on one reactor. It is made in the main thread, where a port
    that is taken becomes a sentence and an exit code, and then run in a thread of its own.

    Draining (PIPE_DRAIN): readiness fails at once; after the grace (for load balancers to notice) no new connections are taken, idle ones close,
    what is in flight is answered, and gateway_run returns. PIPE_FINISH: the same without the grace.

    Owner:   the main thread until gateway_run, and again afterwards. */

#ifndef GATEWAY_H
#define GATEWAY_H

#include "config.h"
#include "contract.h"
#include "dispatch.h"
#include "export_link.h"
#include "mailbox.h"
#include "methods.h"
#include "otlp_settings.h"
#include "random.h"
#include "reactor.h"

#include <stdatomic.h>

typedef struct gateway gateway_t;

typedef struct {
    const config_t        *config;
    const contracts_t     *contracts;
    const clock_source_t  *clock;
    const random_source_t *random;
    const char            *endpoint;    //  Where workers connect: "inproc://gateway"
    atomic_ullong         *pulse;       //  Rises with each turn of the loop; may be NULL
    const otlp_settings_t *otlp;        //  Which calls are exported, by the link; both or none
    export_link_t         *link;
    atomic_llong          *expiry_ms;   //  When the AWS keys in use end, for the metrics: wall clock; 0: never, -1: there are none. May be NULL
    methods_take_fn       *take;        //  As mcp.h has them: NULL for this server's own
    void                  *take_arg;
} gateway_config_t;

//  Listens on both ports. All of config is borrowed. On failure *sentence says which address and why.
MUST_CHECK status_t gateway_new (const gateway_config_t *config, gateway_t **self_p, buffer_t *sentence);
void gateway_destroy (gateway_t **self_p);

//  Until the pipe says so. SYSTEM when it cannot go on.
MUST_CHECK status_t gateway_run (gateway_t *self, zsock_t *pipe);

//  The ports that were really taken.
int gateway_port (const gateway_t *self);
int gateway_admin_port (const gateway_t *self);

#endif
