/*  issued_keys - the keys that the simulated STS has given out

    Every answer of AssumeRole and AssumeRoleWithWebIdentity holds keys of its own, made by chance. They are known here until they are
    pushed out by newer ones; that they have ended, or were revoked, is for the verifier to say (verify.h).

    Owner:   the simulator. Thread: one. */

#ifndef SIM_ISSUED_KEYS_H
#define SIM_ISSUED_KEYS_H

#include "buffer.h"
#include "identity.h"
#include "random.h"

typedef struct issued_keys issued_keys_t;

//  The newest so many are known. A session's name has 64 characters at most (STS).
enum { ISSUED_KEYS_MAX = 256, ISSUED_KEYS_ID_SIZE = 21, ISSUED_KEYS_SECRET_SIZE = 41, ISSUED_KEYS_TOKEN_SIZE = 257, ISSUED_KEYS_SESSION_SIZE = 65 };

typedef struct {
    char    id [ISSUED_KEYS_ID_SIZE];           //  "ASIA" and sixteen letters and digits
    char    secret [ISSUED_KEYS_SECRET_SIZE];
    char    token [ISSUED_KEYS_TOKEN_SIZE];
    role_t  role;
    char    role_id [IDENTITY_ID_SIZE];
    char    session [ISSUED_KEYS_SESSION_SIZE];
    int64_t ends_ms;                            //  On a whole second, as it is told
    bool    revoked;
} issued_key_t;

//  NULL without memory. The source is borrowed.
issued_keys_t *issued_keys_new (const random_source_t *random);
void           issued_keys_destroy (issued_keys_t **self_p);

//  New keys for the role and the session's name. Valid until ISSUED_KEYS_MAX more were made.
const issued_key_t *issued_keys_make (issued_keys_t *self, const role_t *role, slice_t session, int64_t ends_ms);

//  NULL when there is none of this id.
const issued_key_t *issued_keys_find (const issued_keys_t *self, const char *id);

//  All that were made so far are no good from now on.
void           issued_keys_revoke (issued_keys_t *self);

//  [{"key_id":…,"secret":…,"token":…,"revoked":…}], so that a test can look for them where they must not be.
void           issued_keys_write (const issued_keys_t *self, buffer_t *out);

#endif
