/*  errand - a few calls of tools, for one answer that is no tool's

    What a pinned resource shows and what completion offers are answers of tools. An errand makes the calls as clients make them (contract, queue,
    credit, sharing, budget), at once, keeps what comes back, and says when the last has ended. How each of them ended is a part.

        errand_t *errand = errand_new (&config, &purpose);
        errand_ask (errand, "describe_alarms", SLICE ("{\"state\":\"ALARM\"}"));
        if (!errand_begin (errand, done, arg))
            ...                                 //  All have ended already; done will not be called

    Owner:   whoever made it, on the gateway's thread. Destroying it cancels what is under way. */

#ifndef ERRAND_H
#define ERRAND_H

#include "dispatch.h"
#include "reply.h"
#include "trace_context.h"

typedef struct errand errand_t;

enum { ERRAND_CALLS_MAX = 3 };

typedef struct {
    const contracts_t     *contracts;
    dispatch_t            *dispatch;
    const random_source_t *random;
    int64_t                budget_ms;   //  Of each call
    slice_t                traceparent; //  The client's, or absent
} errand_config_t;

//  What it is for. The texts are copied.
typedef struct {
    const char *name;                   //  In the log: the method
    revision_t  revision;
    const void *kind;                   //  A row of the method's own table
    slice_t     subject;                //  The URI asked for, or what was typed
    slice_t     detail;                 //  May be absent
    void      (*finish) (const errand_t *errand, reply_t *reply);       //  All calls have ended: what is the answer?
} errand_purpose_t;

typedef struct {
    status_t    status;                 //  OK: json is the tool's answer. Else text says why not
    const char *tool;
    buffer_t    json;
    buffer_t    text;
} errand_part_t;

//  NULL without memory.
errand_t *errand_new (const errand_config_t *config, const errand_purpose_t *purpose);
void      errand_destroy (errand_t **self_p);

//  A call, with arguments as JSON. One that its contract refuses ends at once, with the sentence. At most ERRAND_CALLS_MAX.
void      errand_ask (errand_t *self, const char *tool, slice_t arguments);

//  Makes the calls. True: done will be called, once, and not before this returned. False: all of them have ended already.
bool      errand_begin (errand_t *self, void (*done) (void *arg), void *arg);

const errand_purpose_t *errand_purpose (const errand_t *self);

//  NULL behind the last.
const errand_part_t *errand_part (const errand_t *self, size_t index);

#endif
