/*  provider - one place where AWS credentials may be found

    A provider is a name and a function; the table PROVIDERS (providers.c) is the order in which they are asked. The first that is configured
    decides: if it is configured and broken, that is an error that names it, not a reason to go on silently to the next one, which might hold
    somebody else's keys.

    Owner:   the credentials actor, on its thread; a provider may read files there, nobody else waits for that thread. */

#ifndef PROVIDER_H
#define PROVIDER_H

#include "buffer.h"
#include "config.h"

//  What a provider found. The buffers are secret ones.
typedef struct {
    buffer_t key_id, secret, token;     //  token empty: none
    int64_t  expires_ms;                //  Wall clock; 0: never
    const char *source;                 //  The provider's name
} found_keys_t;

void found_keys_init (found_keys_t *self);
void found_keys_deinit (found_keys_t *self);

//  Where it may look.
typedef struct {
    const char       *account;          //  "" for the own one
    const char       *profile;          //  The profile that was asked for by flag or variable; NULL: none was
    config_lookup_fn *lookup;           //  The environment
    void             *lookup_arg;
} provider_context_t;

//  The environment's value; NULL when it is not set or empty.
const char *provider_lookup (const provider_context_t *context, const char *name);

typedef struct {
    const char *name;                   //  "environment": for logs and sentences
    const char *looked_at;              //  What it looks at, for the sentence when nothing was found
    //  OK; NOT_FOUND: nothing is configured here, ask the next; anything else: configured but broken, with a sentence.
    status_t (*find) (const provider_context_t *context, found_keys_t *found, buffer_t *sentence);
} provider_t;

//  One per file.
status_t provider_environment (const provider_context_t *context, found_keys_t *found, buffer_t *sentence);
status_t provider_profile (const provider_context_t *context, found_keys_t *found, buffer_t *sentence);

//  The order in which they are asked: that of the AWS SDKs. Ended by a NULL name.
extern const provider_t PROVIDERS [];

//  Asks them in order. NO_CREDENTIALS with a sentence that tells what was looked at, and what to do; also when keys are found that are none: too
//  long, or with a blank or a line break in them. No sentence holds any part of a key.
MUST_CHECK status_t providers_find (const provider_t *providers, const provider_context_t *context, found_keys_t *found, buffer_t *sentence);

#endif
