/*  resource_uri - the names of our resources, read strictly

        cloudwatch-mcp://KIND/NAME[?region=REGION][&account=ACCOUNT]
        cloudwatch://KIND/NAME                  the same: cloudwatch://metrics/AWS/Lambda

    KIND says what it is (guide, alarm, log-group, namespace, dashboard, metrics), NAME is percent-encoded as RFC 3986 has it; a slash in it may
    stand for itself, as log groups have many. Nothing of it is a path, a host or an address of ours: a name is an argument of a tool, checked
    by its contract.

    Thread: any; plain values. Source: RFC 3986 (pchar), RFC 6570 (what {name}{?region,account} expands to). */

#ifndef RESOURCE_URI_H
#define RESOURCE_URI_H

#include "slice.h"
#include "status.h"

#define RESOURCE_URI_SCHEME "cloudwatch-mcp://"
#define RESOURCE_URI_SHORT_SCHEME "cloudwatch://"

//  An alarm's name has 255 characters of up to 4 bytes, a log group's 512 of one.
enum { RESOURCE_URI_NAME_SIZE = 1024, RESOURCE_URI_REGION_SIZE = 33, RESOURCE_URI_ACCOUNT_SIZE = 65 };

typedef struct {
    slice_t kind;                       //  Points into the text
    char    name [RESOURCE_URI_NAME_SIZE];
    char    region [RESOURCE_URI_REGION_SIZE];          //  "" without one
    char    account [RESOURCE_URI_ACCOUNT_SIZE];        //  "" without one
} resource_uri_t;

//  MALFORMED, with *reason a sentence, for what is not written so: other schemes, bad escapes, hidden characters, unknown or repeated parameters.
MUST_CHECK status_t resource_uri_read (slice_t text, resource_uri_t *uri, const char **reason);

#endif
