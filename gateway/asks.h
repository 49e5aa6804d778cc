/*  asks - what must be asked of a client before its request can be answered

    2026-07-28 has no requests of the server's own. A request that needs something from the person or the model behind the client (an elicitation, a
    sampling, the roots) is answered with resultType "input_required": what is asked, each under a key, and a state. The client comes again with the
    same request, the answers under the same keys (inputResponses), and the state as it was. tools/call, prompts/get and resources/read may do so.

    A tool may do so when its contract says that it asks. Its worker says that it does by the flag ASKS of its RESULT, whose json is then an ask:

        {"requests": {"region": {"method": "elicitation/create", "params": {…}}}, "state": "what I want back, or nothing"}

    and gets the answers as arguments of the names below, which no contract can have. What the client has not declared that it can do is never asked
    of it: such a request is left out, and when nothing remains, the client is told what it lacks. An answer that is missing or wrong is for whoever
    asked to see: it asks again.

    Owner:   mcp. Thread: the gateway's. */

#ifndef ASKS_H
#define ASKS_H

#include "reactor.h"
#include "reply.h"
#include "request_state.h"

typedef struct asks {
    request_state_t seal;
    reactor_t      *reactor;            //  For the time
} asks_t;

//  What a client says that it can do.
enum { ASKS_ELICITATION = 1, ASKS_SAMPLING = 2, ASKS_ROOTS = 4 };

//  Of this request: ASKS_ELICITATION | …; none in the older revisions, where nobody can be asked.
unsigned asks_abilities (const request_t *request);

//  By its name; 0 for one that is none of these.
unsigned asks_ability (slice_t name);

//  False, and the error in reply, when abilities lack some of needed.
bool     asks_demand (unsigned abilities, unsigned needed, reply_t *reply);

//  What came with a request that is made again. Deinit in any case.
typedef struct {
    yyjson_val *responses;              //  An object of objects, or NULL
    bool        has_state;
    buffer_t    state;                  //  As it was before it was sealed
} asks_given_t;

//  False, and the error in reply, for what cannot be. purpose: what a state was given for.
bool     asks_read (const asks_t *self, const request_t *request, slice_t purpose, asks_given_t *given, reply_t *reply);
void     asks_given_deinit (asks_given_t *given);

//  Appends the arguments with what was given beside them. arguments: a msgpack map. Ask buffer_status.
void     asks_append_arguments (const asks_given_t *given, slice_t arguments, buffer_t *out);

//  The answer that asks. ask: as above.
void     asks_write (const asks_t *self, unsigned abilities, slice_t purpose, yyjson_val *ask, reply_t *reply);

#endif
