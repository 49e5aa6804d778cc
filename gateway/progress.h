/*  progress - how far a call has come, as its client is told

    A client that wants to hear of it sends a token, in params._meta.progressToken, and gets it back in each notification. A worker tells how far
    it has come in its own measure (pages read, records matched); for the client the number rises with each notification, or there is none. That
    is not so by itself: a call whose worker was lost begins anew with another one.

    Owner:   whoever holds the call; by value.
    Source:  MCP specification, basic/utilities/progress. */

#ifndef PROGRESS_H
#define PROGRESS_H

#include "body.h"
#include "json.h"

//  A notification: the token, the worker's sentence (a message's fault text is as long at most), and the frame around them.
enum { PROGRESS_TOKEN_BYTES_MAX = 1024, PROGRESS_BYTES_MAX = 64 * 1024 };

typedef struct {
    buffer_t token;             //  As JSON text; empty when nobody asked
    bool     told;              //  Once at least
    double   done;              //  What was told last
} progress_t;

//  meta: params._meta, or NULL. A token that is no string or whole number is none.
void progress_init (progress_t *self, yyjson_val *meta);
void progress_deinit (progress_t *self);

bool progress_wanted (const progress_t *self);

//  Writes the notification that tells this. False, and nothing to be sent, when it would not rise, or does not fit.
bool progress_write (progress_t *self, const body_progress_t *progress, buffer_t *out);

#endif
