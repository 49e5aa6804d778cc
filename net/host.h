/*  host - what an address says about how far away it is

    A host is written as in a URL: a name, four numbers, or IPv6 in brackets. It is decided by the writing alone; nothing is looked up, because a name
    that resolves to a near address today may resolve to another tomorrow.

    Thread: any; no state. */

#ifndef HOST_H
#define HOST_H

#include <stdbool.h>

//  127.0.0.0/8, ::1, localhost and what is below it (RFC 6761).
bool host_is_loopback (const char *host);

//  The machine's own link, where the metadata services of EC2, ECS and EKS answer: 169.254.0.0/16, and AWS's fd00:ec2::/32.
bool host_is_link_local (const char *host);

#endif
