/*  find - one look for one account's keys, from provider to provider, without waiting for any

    A look goes through the providers in their order. Each is begun, and says how it ends:

        begin ──▶ find_not_here                      nothing is configured here: the next one is begun
              ──▶ find_has                           the keys are in find_keys
              ──▶ find_broken                        configured, but it cannot give any: the look is over, with a sentence
              ──▶ find_ask, find_run, find_wait ──▶ went_on ──▶ … ──▶ one of these

    The first that is configured decides. A provider that is configured and broken is an error that names it, not a reason to go on silently to the
    next one, which might hold somebody else's keys.

    Keys that were found may be only the way to others: a profile with role_arn, or an account of the configuration, adds roles (find_add_role), and
    the look then assumes them one after the other, each with the keys of the one before. Roles are assumed in the order in which they were added,
    and that of the account last.

    A profile that was asked for by flag must give keys, or the look ends with a sentence. One that AWS_PROFILE names may hold no more than a
    region: then the look goes on behind it. Either must exist.

    Nothing here blocks but the reading of small files: requests go through net/transfer, processes through a pipe that the reactor watches, waiting
    through its timers. A look has FIND_MS in all. Whatever is under way ends with it.

    Keys, tokens and what is made of them are in secret buffers, which are wiped. No sentence holds any part of them, nor does the trail (trail.h),
    in which every provider that was asked says in a few words why it gave nothing, or what its keys are from.

    Owner:   the credentials actor, on its thread. */

#ifndef FIND_H
#define FIND_H

#include "endpoint.h"
#include "profile_file.h"
#include "provider.h"
#include "random.h"
#include "transfer.h"

typedef struct find find_t;

enum { FIND_MS = 65000, FIND_ROLES_MAX = 5, FIND_ANSWER_BYTES_MAX = 64 * 1024, FIND_PROCESS_MS = 60000, FIND_PROCESS_BYTES_MAX = 8 * 1024 };

//  What came of find_ask, find_run or find_wait. Valid during went_on.
typedef struct find_answer {
    const transfer_answer_t *http;      //  Of find_ask; NULL otherwise
    bool    ran;                        //  Of find_run
    status_t status;                    //  Of find_run: OK: it ended; DEADLINE, TOO_LARGE, or SYSTEM when it could not be started
    int     exit_code;                  //  Of find_run and OK: 0 … 255, or 128 + the signal that ended it
    slice_t output;                     //  Of find_run: its standard output; secret
} find_answer_t;

//  A role to be assumed with the keys found so far. The texts are copied; absent ones are left out of the request.
typedef struct {
    slice_t arn;
    slice_t session_name;               //  Absent: "cloudwatch-mcp-" and the time
    slice_t external_id;
    int     duration_s;                 //  900 … 43,200; 0: AWS's default
    slice_t region;                     //  Of the STS that is asked; absent: find_region
} find_role_t;

//  --- For providers

const provider_context_t *find_context (const find_t *self);
const char *find_variable (const find_t *self, const char *name);         //  The environment's; NULL when not set or empty
const profile_files_t *find_files (const find_t *self);                   //  Both files, read once for the look
const char *find_profile (const find_t *self);                            //  The profile that is looked at: the one asked for, or "default"
bool        find_profile_asked (const find_t *self);                      //  Somebody asked for it, by flag or variable, or another leads to it
bool        find_profile_by_flag (const find_t *self);                    //  By flag, which goes before the environment's keys (botocore's rule)
bool        find_followed (const find_t *self);                           //  Another profile leads here (find_look_at): variables do not count
const char *find_region (const find_t *self);                             //  NULL: none is known
const endpoint_config_t *find_endpoints (const find_t *self);             //  For endpoint_find
const random_source_t *find_random (const find_t *self);
int         find_attempts_max (const find_t *self);                       //  For retry_init, of what is asked of AWS (STS, SSO)
int64_t     find_wall_ms (const find_t *self);
arena_t    *find_arena (find_t *self);                                    //  For what is no secret
found_keys_t *find_keys (find_t *self);                                   //  To be filled before find_has

//  A provider's own, from the arena; NULL at first, and again for the next provider.
void        find_set_state (find_t *self, void *state);
void       *find_state (const find_t *self);

//  One request, process or pause at a time; went_on hears of its end, from a later turn. connect_ms and total_ms of the request are cut to what is
//  left of FIND_MS. A request to a link-local or loopback address never goes through a proxy.
void        find_ask (find_t *self, const transfer_request_t *request);
void        find_run (find_t *self, char *const *argv);                   //  argv [0] with a path or from PATH; no shell; standard error is lost
void        find_wait (find_t *self, int64_t ms);

//  The end of a provider; exactly one of them.
void        find_has (find_t *self, const char *format, ...) __attribute__ ((format (printf, 2, 3)));          //  From what: for the trail
void        find_not_here (find_t *self, const char *format, ...) __attribute__ ((format (printf, 2, 3)));     //  Why: for the trail
void        find_not_in_profile (find_t *self, const char *what);         //  Not here, because the profile has no such setting, or does not exist

//  passing: asking again later may help (the network, a service that is down). The sentence names the source and what to do.
void        find_broken (find_t *self, bool passing, const char *format, ...) __attribute__ ((format (printf, 3, 4)));

//  BUSY: more than FIND_ROLES_MAX. NO_MEMORY.
MUST_CHECK status_t find_add_role (find_t *self, const find_role_t *role);
int         find_roles (const find_t *self);                              //  How many were added
const find_role_t *find_role (const find_t *self);                        //  The one that is being assumed

//  How a profile that only leads to others is followed. find_look_at: the keys are those of this profile: the providers that look at profiles are
//  asked anew, in their order, with it as find_profile, as one that was asked for; none of them: broken. find_go_on_as: this provider goes on in the
//  present one's place (credential_source).
void        find_look_at (find_t *self, slice_t profile);
void        find_go_on_as (find_t *self, const provider_t *provider);

//  --- For the credentials actor

typedef struct {
    reactor_t   *reactor;
    transfers_t *transfers;             //  Borrowed, as is all else
    const provider_t *const *providers;
    provider_context_t context;
    const char  *region;                //  NULL: the profile's, or none
    const find_role_t *role;            //  The account's, assumed last; NULL: none
    endpoint_config_t endpoints;
    int attempts_max;                   //  AWS_MAX_ATTEMPTS; 0: RETRY_ATTEMPTS_MAX
    const random_source_t *random;
    //  OK: keys are the caller's now (moved out). Otherwise the sentence says why (valid during the call); passing as in find_broken.
    void (*found) (void *arg, status_t status, found_keys_t *keys, slice_t sentence, bool passing);
    void *arg;
} find_config_t;

//  found is called exactly once, from a later turn, unless the look is destroyed before. NULL without memory.
find_t *find_new (const find_config_t *config);

//  The steps so far (trail.h); all of them during found. Valid until the look goes on or is destroyed.
slice_t find_trail (const find_t *self);

//  Lets go of everything: aborts requests, kills processes. Idempotent; allowed inside of found.
void    find_destroy (find_t **self_p);

#endif
