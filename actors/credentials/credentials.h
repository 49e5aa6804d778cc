/*  credentials - the actor that finds AWS credentials for all others

    It binds an inproc endpoint of its own, so that keys never come near a socket that leaves the process, and answers one question: which keys
    for this account? (keys_body.h) It asks the providers in their order, keeps what they found, and finds anew when a set is running out or when
    AWS refused it, with one look per account at a time, which no other account waits for. A quarter of a set's lifetime before its end (15 min at
    most) a newer one is looked for, and the set is served meanwhile, also when that is in vain; in the last eighth (10 min at most) questions wait
    for the look and are told of its failure. A failure is remembered for CREDENTIALS_FAILURE_MS, and AWS's refusals of sets cost one look in
    CREDENTIALS_REFUSED_MS, so that a storm of calls does not become a storm of looks.

    Owner:   as actor.h: made in the main thread, then its own. */

#ifndef CREDENTIALS_H
#define CREDENTIALS_H

#include "mailbox.h"
#include "provider.h"
#include "random.h"
#include "reactor.h"

#include <stdatomic.h>

typedef struct credentials credentials_t;

enum { CREDENTIALS_FAILURE_MS = 2000, CREDENTIALS_REFUSED_MS = 60000 };

typedef struct {
    const char             *endpoint;   //  "inproc://credentials"; borrowed, as are the others
    const config_t         *config;     //  The profile
    const provider_t *const *providers; //  PROVIDERS, or a test's
    config_lookup_fn       *lookup;     //  NULL: getenv
    void                   *lookup_arg;
    const clock_source_t   *clock;
    const random_source_t  *random;
    atomic_ullong          *pulse;      //  May be NULL
    atomic_llong           *expiry_ms;  //  Wall clock at which the own account's keys end; 0: never, -1: there are none. May be NULL
} credentials_config_t;

//  NULL without memory or descriptors, or when the endpoint is in use. Once it is destroyed, the endpoint is free at once. What a thread still runs
//  (it hangs in a provider, and nobody waited any longer) is not given back, because the thread would go on using it.
credentials_t *credentials_new (const credentials_config_t *config);
void           credentials_destroy (credentials_t **self_p);

//  As actor_run. Every command of the pipe ends it: whoever asks for keys is gone by then.
MUST_CHECK status_t credentials_run (credentials_t *self, zsock_t *pipe);

//  For turning it by hand, in tests.
reactor_t *credentials_reactor (credentials_t *self);

#endif
