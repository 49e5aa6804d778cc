/*  authority - HOST[:PORT] and SCHEME://HOST[:PORT], taken apart

    What stands in the headers Host and Origin, and in the lists of those that are allowed. A text is parsed whole, as one of three things, or
    not at all: a name (letters, digits, '-', '_', in labels as DNS has them), an IPv4 address with four parts, an IPv6 address in brackets.
    User names, blanks, paths, zones, empty ports and the shorthands of IPv4 (127.1) are none of these.

    Thread: any; no state. Slices point into what was parsed. */

#ifndef AUTHORITY_H
#define AUTHORITY_H

#include "slice.h"

#include <netinet/in.h>

enum { AUTHORITY_NO_PORT = -1 };

typedef struct {
    enum { AUTHORITY_NAME, AUTHORITY_V4, AUTHORITY_V6 } kind;
    slice_t name;               //  NAME: without the final dot that stands for the root
    struct in6_addr address;    //  V4: the first four bytes; V6
    int port;                   //  AUTHORITY_NO_PORT without one
} authority_t;

typedef struct {
    slice_t scheme;             //  Absent for "null"
    authority_t authority;      //  With the port that http and https imply
} origin_t;

bool authority_parse (slice_t text, authority_t *authority);
bool origin_parse (slice_t text, origin_t *origin);

//  Capitals do not count, nor how an address is written. authority_same_host leaves the ports aside.
bool authority_same_host (const authority_t *a, const authority_t *b);
bool origin_same (const origin_t *a, const origin_t *b);

//  localhost, 127.0.0.1 or [::1].
bool authority_is_loopback (const authority_t *authority);

//  Is this name below that one? b.example.com is below example.com; example.com itself is not.
bool authority_is_below (slice_t name, slice_t above);

#endif
