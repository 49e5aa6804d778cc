/*  provider - one place where AWS credentials may be found

    A provider is a name and two functions; the table PROVIDERS (providers.c) is the order in which they are asked. find.h says how a provider is
    begun and how it ends.

    Owner:   the credentials actor, on its thread; a provider may read small files there. */

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
    const char       *profile;          //  The profile that was asked for by flag or variable, or by the account; NULL: none was
    bool              of_account;       //  It was the account that did
    config_lookup_fn *lookup;           //  The environment
    void             *lookup_arg;
} provider_context_t;

//  The environment's value; NULL when it is not set or empty.
const char *provider_lookup (const provider_context_t *context, const char *name);

struct find;
struct find_answer;

typedef struct {
    const char *name;                   //  "environment": for logs and sentences
    const char *looked_at;              //  What it looks at, for the sentence when nothing was found
    void (*begin)   (struct find *find);
    void (*went_on) (struct find *find, const struct find_answer *answer);     //  NULL for one that never asks
    bool of_profile;                    //  It looks at find_profile: asked again when a profile leads to another (find_look_at)
    const char *off_by;                 //  A variable that is "true" where it shall not look; NULL: none
} provider_t;

//  Each in a file of its own, provider_NAME.c.
extern const provider_t PROVIDER_ENVIRONMENT;
extern const provider_t PROVIDER_ROLE;                  //  A profile's role_arn with source_profile or credential_source
extern const provider_t PROVIDER_WEB_IDENTITY;          //  AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN, else the profile's web_identity_token_file
extern const provider_t PROVIDER_SSO;                   //  A profile's sso_session, or sso_start_url
extern const provider_t PROVIDER_SHARED_FILE;           //  Static keys of the credentials file
extern const provider_t PROVIDER_LOGIN;                 //  A profile's login_session: a sentence that it cannot be followed
extern const provider_t PROVIDER_PROCESS;               //  A profile's credential_process
extern const provider_t PROVIDER_CONFIG_FILE;           //  Static keys of the config file
extern const provider_t PROVIDER_CONTAINER;             //  ECS, EKS Pod Identity
extern const provider_t PROVIDER_IMDS;                  //  EC2

//  The order in which they are asked: that of the AWS SDKs. Ended by NULL.
extern const provider_t *const PROVIDERS [];

//  OK, or NO_CREDENTIALS with a sentence: keys that are none, because they are too long or hold a blank or a line break. NO_MEMORY.
MUST_CHECK status_t found_keys_check (const found_keys_t *self, const char *provider, buffer_t *sentence);

#endif
