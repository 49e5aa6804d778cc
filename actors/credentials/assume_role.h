/*  assume_role - from somebody's keys to those of a role: STS AssumeRole

        ask ──▶ answer ──▶ the role's keys in the place of those that asked, or a sentence
         ▲         │
         └─ pause ◀┘  throttled, in trouble, or signed with a time that is not AWS's: as retry.h says

    Not a provider of the table: a look comes here by itself when it has keys and a role is left to be assumed (find_role).

    Owner:   the look. Source: the model of STS 2011-06-15. */

#ifndef ASSUME_ROLE_H
#define ASSUME_ROLE_H

#include "provider.h"

extern const provider_t ASSUME_ROLE;

#endif
