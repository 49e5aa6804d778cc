/*  resolver - names to addresses, without ever waiting

    getaddrinfo blocks for seconds when a name server is dead, so it runs in threads of the resolver's own, and the reactor's thread only ever
    sees answers. An address literal needs no thread and is answered at once. Answers are kept for a while; an old answer serves again when
    the name server fails (a stale address is better than none). Everybody who asks for the same name at the same time shares one look-up.

    Between the threads only messages move: a question and an answer, each one datagram on a SOCK_SEQPACKET pair. A thread that hangs in a
    look-up is left alone: it owns its end of the pair, finds it closed when it comes back, and ends.

    Owner:   the reactor's thread. Limits: RESOLVER_NAMES_MAX names at once; BUSY beyond that. */

#ifndef RESOLVER_H
#define RESOLVER_H

#include "reactor.h"
#include "slice.h"

typedef struct resolver resolver_t;

enum {
    RESOLVER_NAMES_MAX = 256,           //  Known or being looked up
    RESOLVER_ADDRESSES_MAX = 8,         //  Kept of one answer
    RESOLVER_ADDRESS_SIZE = 46,         //  INET6_ADDRSTRLEN
    RESOLVER_THREADS_MAX = 2,           //  One may hang, the other goes on
};

typedef struct {
    status_t status;                    //  OK; NOT_FOUND: the name does not exist; UNREACHABLE: no name server answered; BUSY; DEADLINE
    int      count;
    char     addresses [RESOLVER_ADDRESSES_MAX] [RESOLVER_ADDRESS_SIZE];      //  Numeric, IPv4 first, no brackets
    bool     stale;                     //  From an earlier answer, because the name server failed now
    int64_t  took_us;                   //  0 from the cache
    const char *reason;                 //  What the system said, for an error text; a literal
} resolver_answer_t;

//  One who waits for an answer; the caller owns it, zero-initialised, and keeps it until answered or forgotten.
typedef struct resolver_wait {
    void (*answered) (void *arg, const resolver_answer_t *answer);
    void *arg;
    struct resolver_wait *next;         //  The resolver's
    struct resolver_name *name;         //  The resolver's; NULL when not waiting
} resolver_wait_t;

typedef struct {
    int64_t keep_ms;                    //  How long a good answer serves without asking again
    int64_t keep_failure_ms;            //  How long a failure is remembered
    //  The look-up itself, run in a resolver thread; NULL: getaddrinfo. For tests: a name server that hangs. It sets status, and with OK count
    //  and addresses. It may still run, and use look_up_self, after resolver_destroy.
    void  (*look_up) (void *self, const char *name, resolver_answer_t *answer);
    void   *look_up_self;
} resolver_config_t;

resolver_t *resolver_new (reactor_t *reactor, const resolver_config_t *config);
void        resolver_destroy (resolver_t **self_p);

//  Calls wait->answered (wait->arg, …) once: before it returns, when the answer is known (literal, cache, a full table), else later.
void        resolver_ask (resolver_t *self, slice_t name, resolver_wait_t *wait);

//  No longer interested. Idempotent.
void        resolver_forget (resolver_t *self, resolver_wait_t *wait);

#endif
