/*  process - a program of somebody else's, run for what it prints

    It gets no shell, no standard input and our environment; what it says on standard error is thrown away. It is over when it has ended and its
    output is at its end, or when that has taken too long or grown too large: then it is killed, with all that it started (they are a process group
    of their own), and buried.

    Its output is taken for a secret: it is in a buffer that is wiped.

    Owner:   the reactor's thread. Blocks: only for the burial of what was killed. */

#ifndef PROCESS_H
#define PROCESS_H

#include "buffer.h"
#include "reactor.h"

typedef struct process process_t;

typedef struct {
    status_t status;                    //  OK: it ended. DEADLINE, TOO_LARGE: it was killed. SYSTEM: it could not be started, or not be watched
    int      exit_code;                 //  Of OK: 0 … 255, or 128 + the signal that ended it
    slice_t  output;                    //  What it printed, until ended returns
} process_end_t;

//  argv [0] with a path, or looked for in PATH. ended is called exactly once, from a later turn, unless the process is aborted before; then the
//  process_t is no more. NULL without memory.
typedef void (process_ended_t) (void *arg, const process_end_t *end);
process_t *process_start (reactor_t *reactor, char *const *argv, int64_t limit_ms, size_t output_bytes_max, process_ended_t *ended, void *arg);

//  Kills it; ended is not called. Idempotent.
void       process_abort (process_t **self_p);

#endif
