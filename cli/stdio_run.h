/*  stdio_run - serve and demo with --stdio: MCP for the client that started us

    On standard output is MCP and nothing else; whatever else would be written there goes to standard error, as the log does. No port is opened.

    Thread: main. */

#ifndef STDIO_RUN_H
#define STDIO_RUN_H

#include "config.h"

//  Until the input ends, the client is gone, or a signal comes; returns the exit code: 0 for each of these. how says where the answers come from.
int stdio_run (const config_t *config, const char *how);

#endif
