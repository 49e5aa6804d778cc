/*  sts_keys - what the two ways to a role's keys have in common

    AssumeRole is signed, AssumeRoleWithWebIdentity brings a token; both name a role and a session, and are answered with keys that end.

    Thread: one; no state. */

#ifndef SIM_STS_KEYS_H
#define SIM_STS_KEYS_H

#include "wire.h"

//  STS's limits: of the model; and of keys whose role was taken on with a role's keys.
enum { STS_KEYS_DURATION_S_MIN = 900, STS_KEYS_DURATION_S_MAX = 43200, STS_KEYS_DURATION_S = 3600, STS_KEYS_CHAINED_S_MAX = 3600 };

extern const check_pattern_t STS_KEYS_SESSION_NAME;
extern const check_pattern_t STS_KEYS_EXTERNAL_ID;

//  The input's RoleArn. False when it is none.
bool sts_keys_role (const wire_call_t *call, role_t *role);

//  Makes the keys, and adds Credentials and AssumedRoleUser to the output.
void sts_keys_answer (wire_call_t *call, const role_t *role);

#endif
