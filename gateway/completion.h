/*  completion - the names that a person may mean while they type

    Arguments of prompts and variables of resource templates are completed with what the account has: the tools that list it are asked, within a
    time in which somebody still waits. Names that begin with what was typed come first, then those that contain it; letters' case does not
    count where AWS leaves the choice to us. What cannot be said in time, or for lack of rights, is an empty list: a keystroke is no place for
    errors. What a name depends on (a metric on its namespace) is taken from the arguments that are already filled in, where the client sends them.

    What the catalogue knows (namespaces, metrics, names of dimensions) is offered beside it, and alone where the account can have no more: for
    AWS's own namespaces nobody is asked, unless nothing in the catalogue fits.

    Nobody is asked for accounts and regions: the accounts are those of the configuration, and the regions those to which it confines the account
    that the call would go to. Where any region may be named, none is offered.

    Owner:   none; no state. Thread: the gateway's. */

#ifndef COMPLETION_H
#define COMPLETION_H

#include "config.h"
#include "errand.h"
#include "prompts.h"

enum {
    COMPLETION_DEADLINE_MS = 2000,
    COMPLETION_VALUES_MAX = 100,                //  MCP's own limit
    COMPLETION_TYPED_BYTES_MAX = 2048,          //  No name is longer
};

//  completion/complete. NULL: the reply stands. Otherwise the errand, not yet begun, knows what to answer when its call has ended.
//  config: which accounts there are, or NULL.
errand_t *completion_complete (const prompts_t *prompts, const config_t *config, const errand_config_t *errands, const request_t *request,
                               reply_t *reply);

#endif
