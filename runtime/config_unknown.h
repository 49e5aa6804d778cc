/*  config_unknown - a variable that is called like one of ours, and is none

    A flag that does not exist ends the program with a sentence; a variable that does not exist is just never read, and whoever mistyped it wonders
    why nothing changes. So those that begin with our name are looked at once, at the start.

    Kubernetes sets variables for each Service of the namespace; of one that is called cloudwatch-mcp, or begins so, they look like ours:
    CLOUDWATCH_MCP_SERVICE_HOST, CLOUDWATCH_MCP_PORT_3334_TCP. Those are nobody's mistake.

    Thread: any; no state. */

#ifndef CONFIG_UNKNOWN_H
#define CONFIG_UNKNOWN_H

#include "slice.h"

#include <stdbool.h>

//  entry: "NAME=value", as in environ. True when the name begins with CLOUDWATCH_MCP_ and nothing is read from it; then *name_p is the name,
//  within entry, and *nearest_p the variable that was probably meant, or NULL.
bool config_unknown (const char *entry, slice_t *name_p, const char **nearest_p);

#endif
