/*  server - serve and demo: the whole server until it is told to stop

    Thread: main. */

#ifndef SERVER_H
#define SERVER_H

#include "config.h"

#include <sys/types.h>

//  Runs until SIGTERM, SIGINT or a failure, and returns the exit code. how says where the answers come from ("AWS, region eu-west-1", "the
//  simulator on port 40001"). banner: printed on standard output, once it listens, behind how to connect a client: banner.h's exports; NULL: print
//  nothing, machines read the log lines instead.
//  needed: a child without which there is nothing to answer from (demo's simulator); its end is ours. 0: none.
int server_run (const config_t *config, const char *how, const char *banner, pid_t needed);

#endif
