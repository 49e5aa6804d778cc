/*  guard - may this Host and Origin talk to us?

    A web page anywhere can make its visitor's browser send requests to addresses that only the visitor reaches, and can have its own name
    point there while it is being read (DNS rebinding). Such a request gives itself away by its Host, the page's name, or by its Origin. So
    a server that asks for no password answers only requests that call it by a name that no stranger can own, or that was configured:

        Host        localhost, *.localhost, any IP literal (a rebound name is never one; probes and scrapes carry the pod's address)
                    cloudwatch-mcp, cloudwatch-mcp.NAMESPACE, cloudwatch-mcp.NAMESPACE.svc, the same with cluster.local or another domain
                    under .local or .internal behind it
                    what CLOUDWATCH_MCP_ALLOWED_HOSTS lists: names with or without a port; *.example.com or .example.com for all names below
        Origin      none; http or https with localhost, 127.0.0.1 or [::1]
                    what CLOUDWATCH_MCP_ALLOWED_ORIGINS lists: scheme://host[:port], or null

    A port counts only where the list's entry has one. Names are compared without regard to capitals; a browser leaves out the port that its
    scheme implies, and so may the list. A cluster domain that can be bought, as in cloudwatch-mcp.NAMESPACE.svc.example.com, must be listed:
    whoever owns such a name can point it anywhere. (So can the owner of cloudwatch-mcp.NAMESPACE, where the namespace is called like a
    top-level domain; the Origin that browsers add to every POST still gives that page away.)

    Owner:   whoever made it; read-only afterwards.
    Never:   compares parts of texts: a Host is parsed as what it is, and what cannot be parsed is refused. */

#ifndef GUARD_H
#define GUARD_H

#include "buffer.h"

typedef struct guard guard_t;

enum { GUARD_REASON_SIZE = 512 };

//  The lists have commas between their entries, and may be NULL. NULL for an entry that cannot be (a lone "*" among them) or without memory,
//  with a sentence in reason (GUARD_REASON_SIZE bytes) that names the variable.
guard_t *guard_new (const char *allowed_hosts, const char *allowed_origins, char *reason);

//  Idempotent.
void     guard_destroy (guard_t **self_p);

//  The header's value as it was sent. An absent Host is refused, an absent Origin is not: only browsers send one.
bool     guard_host (const guard_t *self, slice_t host);
bool     guard_origin (const guard_t *self, slice_t origin);

//  The sentence for the 421 (Host) or 403 (Origin): what was refused (escaped, at most 80 characters of it), and the variable to set if it should not
//  have been.
void     guard_explain_host (slice_t host, buffer_t *sentence);
void     guard_explain_origin (slice_t origin, buffer_t *sentence);

#endif
