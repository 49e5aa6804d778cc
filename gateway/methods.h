/*  methods - prompts, resources and completion, by the names of their methods

        prompts/list  prompts/get  resources/list  resources/templates/list  resources/read  completion/complete

    Alike in all revisions but for what reply.h writes. mcp has the other methods, the ids, and the calls that wait.

    Owner:   mcp, on the gateway's thread. */

#ifndef METHODS_H
#define METHODS_H

#include "config.h"
#include "errand.h"

typedef struct methods methods_t;

//  What initialize and server/discover say of these, the tools included: each revision knows these four.
#define METHODS_CAPABILITIES "{\"tools\":{},\"prompts\":{},\"resources\":{},\"completions\":{}}"

typedef struct {
    const contracts_t     *contracts;
    dispatch_t            *dispatch;
    const random_source_t *random;
    int64_t                budget_ms;   //  Of each call that a method makes
    const config_t        *config;      //  Which accounts there are; NULL: none
} methods_config_t;

//  As methods_take, of somebody else's methods: a server that offers other things than this one does has others by the same names.
typedef bool (methods_take_fn) (void *self, slice_t method, const request_t *request, reply_t *reply, errand_t **errand_p);

//  NULL without memory, or when the embedded prompts contradict themselves (it is logged). Everything is borrowed.
methods_t *methods_new (const methods_config_t *config);
void       methods_destroy (methods_t **self_p);

//  Is it one of ours? Then reply is filled; or *errand_p is set, the caller's, not yet begun, whose finish will fill a reply.
bool       methods_take (methods_t *self, slice_t method, const request_t *request, reply_t *reply, errand_t **errand_p);

#endif
