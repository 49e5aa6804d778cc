/*  identity - who somebody is: roles, and the ids that AWS gives

    Roles of the simulator are not made before they are used: every name is one, in every account, and whoever asks may take it on. Two are
    different, so that a client can be refused:

        shop-untrusting     nobody may take it on
        shop-external       wants the external id IDENTITY_EXTERNAL_ID

    Thread: any; no state. */

#ifndef SIM_IDENTITY_H
#define SIM_IDENTITY_H

#include "slice.h"

#define IDENTITY_EXTERNAL_ID "shop-external-7431"

//  IAM's limits: twelve digits of an account, 64 characters of a role's name; an id has four letters and seventeen more.
enum { IDENTITY_PARTITION_SIZE = 16, IDENTITY_ACCOUNT_SIZE = 13, IDENTITY_ROLE_SIZE = 65, IDENTITY_ID_SIZE = 22 };

typedef struct {
    char partition [IDENTITY_PARTITION_SIZE];   //  "aws"
    char account [IDENTITY_ACCOUNT_SIZE];
    char name [IDENTITY_ROLE_SIZE];             //  Without the path
} role_t;

//  arn:aws:iam::123456789012:role/path/name. False when it is none.
bool identity_read_role (slice_t arn, role_t *role);

//  May somebody take it on who gives this external id (absent: none)?
bool identity_trusts (const role_t *role, slice_t external_id);

//  AWS's ids say in four letters what they name ("AROA": a role, "AIDA": a user). Made of a text, so that they stay the same.
void identity_id (const char *kind, const char *text, char *id);

#endif
