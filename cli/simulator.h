/*  simulator - the cloudwatch-sim process that demo answers from

    It is looked for beside this program, started on a free port of 127.0.0.1, and ended when we end (also when we are killed: the kernel tells it).

    Owner: the subcommand, in the main thread, before any other thread runs. */

#ifndef SIMULATOR_H
#define SIMULATOR_H

#include "buffer.h"

#include <sys/types.h>

typedef struct {
    pid_t pid;
    int   port;
} simulator_t;

//  Returns when it listens. On failure *sentence says why: NOT_FOUND when there is no cloudwatch-sim beside us.
MUST_CHECK status_t simulator_start (simulator_t *self, buffer_t *sentence);
void simulator_stop (simulator_t *self);

#endif
