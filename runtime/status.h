/*  status - what a function says about how it went

    One table holds every way in which this program can fail: the code (it crosses the wire between pods, so a number is never reused),
    the name, whether asking again may help, and the sentence for a person. Functions return a status_t directly; a caller looks at once.

    Thread: any; it has no state. */

#ifndef STATUS_H
#define STATUS_H

#include <stdbool.h>

//        code  name              retryable  sentence
#define STATUS_TABLE(X) \
        X (0,   OK,               false, "done")                                                        \
        X (1,   INVALID_ARGUMENT, false, "an argument is wrong")                                        \
        X (2,   MALFORMED,        false, "the bytes do not follow the protocol")                        \
        X (3,   UNSUPPORTED,      false, "this is not something that we do")                            \
        X (4,   TOO_LARGE,        false, "it is larger than the limit")                                 \
        X (5,   BUSY,             true,  "the queue is full")                                           \
        X (6,   DEADLINE,         true,  "the time allowed was not enough")                             \
        X (7,   CANCELLED,        false, "the caller went away")                                        \
        X (8,   NO_WORKER,        true,  "no worker serves this")                                       \
        X (9,   WORKER_LOST,      true,  "the worker that had the call is gone")                        \
        X (10,  NO_CREDENTIALS,   false, "there are no AWS credentials")                                \
        X (11,  UNREACHABLE,      true,  "AWS could not be reached")                                    \
        X (12,  THROTTLED,        true,  "AWS asked us to slow down")                                   \
        X (13,  REFUSED,          false, "AWS refused the request")                                     \
        X (14,  AWS_FAULT,        true,  "AWS failed to answer the request")                            \
        X (15,  NO_MEMORY,        true,  "there is not enough memory")                                  \
        X (16,  NOT_FOUND,        false, "it does not exist")                                           \
        X (17,  SYSTEM,           false, "the operating system refused")                                \
        X (18,  INTERNAL,         false, "a defect in this program")                                    \
        X (19,  AGAIN,            true,  "nothing there yet")

typedef enum {
#define X(code, name, retryable, sentence) STATUS_##name = code,
    STATUS_TABLE (X)
#undef X
} status_t;

//  For functions whose status must be looked at, which is nearly all that return one.
#define MUST_CHECK __attribute__ ((warn_unused_result))

//  "DEADLINE" for STATUS_DEADLINE; "UNKNOWN" for a number that is not in the table (a newer peer may send one).
const char *status_name (status_t status);

//  A few words in the middle of a sentence, without a full stop.
const char *status_sentence (status_t status);

//  May the same call succeed when it is made again a little later?
bool        status_retryable (status_t status);

#endif
