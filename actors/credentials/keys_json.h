/*  keys_json - the JSON document in which keys are handed out

    Containers, EC2's metadata service and a credential_process all answer with the same few members, and call the token differently:

        container, EC2      AccessKeyId, SecretAccessKey, Token, Expiration; EC2 also Code, which is "Success" or says why there are no keys
        process             Version, which must be 1, AccessKeyId, SecretAccessKey, SessionToken, Expiration

    Token and Expiration may be missing: keys that are good for ever. Expiration is ISO 8601; members that nobody knows are passed over.

    What is parsed lies in secret memory. Thread: any; no state. */

#ifndef KEYS_JSON_H
#define KEYS_JSON_H

#include "provider.h"

typedef enum { KEYS_JSON_CONTAINER, KEYS_JSON_EC2, KEYS_JSON_PROCESS } keys_json_kind_t;

//  A document with a token of 4 KB has about 5 KB.
enum { KEYS_JSON_BYTES_MAX = 10000 };

//  Fills key_id, secret, token and expires_ms of empty keys. MALFORMED, or REFUSED when the document says itself that there are none: then why goes
//  on from "the answer" in plain words, without any part of a key: "has no SecretAccessKey", "says AssumeRoleUnauthorizedAccess: EC2 cannot assume
//  the role". NO_MEMORY. The keys are not looked at: found_keys_check.
MUST_CHECK status_t keys_json_read (slice_t text, keys_json_kind_t kind, found_keys_t *keys, buffer_t *why);

//  For an answer that is an error: what it says in code and message, as " and says CODE: MESSAGE", made visible and bounded. Nothing when it says
//  nothing, or repeats the secret that was sent with the question.
void keys_json_append_error (slice_t text, slice_t secret, buffer_t *out);

#endif
