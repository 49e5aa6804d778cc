/*  container_url - where a container's credentials are asked for, and whether they may be

    ECS sets AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, a path at 169.254.170.2. Everybody else (EKS Pod Identity, Greengrass, CloudShell) sets
    AWS_CONTAINER_CREDENTIALS_FULL_URI. Keys and the authorization go in plain text over http, so that is for this machine and for the addresses at
    which AWS's own agents listen: 127.0.0.0/8, ::1, localhost, 169.254.170.2, 169.254.170.23 and fd00:ec2::23. The address decides, once it has been
    read; a text that only looks like one, or a name that may resolve to one, is refused.

    Thread: any; no state. Source: AWS SDKs and Tools Reference Guide, container credential provider. */

#ifndef CONTAINER_URL_H
#define CONTAINER_URL_H

#include "arena.h"
#include "status.h"

//  From the values of the two variables, NULL where not set; one of them is. *url is from the arena. INVALID_ARGUMENT, or REFUSED for http to
//  elsewhere: then *why is a sentence. NO_MEMORY.
MUST_CHECK status_t container_url (arena_t *arena, const char *relative, const char *full, const char **url, const char **why);

#endif
