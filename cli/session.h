/*  session - calls of tools in this process

    The same dispatch, actors and messages as the server's, without HTTP: so what is found here holds for the server too, if it is started with the
    same settings. A session starts the actors' threads, has its calls begun, turns until it is told to stop, and ends the threads. SIGINT and
    SIGTERM cancel: the workers are told, so that AWS is not asked any further. Where calls come from somebody who is still there (stdio), he is
    answered first.

    Thread: main. */

#ifndef SESSION_H
#define SESSION_H

#include "config.h"
#include "dispatch.h"

typedef struct session session_t;

typedef struct {
    const config_t    *config;
    const contracts_t *contracts;
    const char        *what;            //  "The call": that could not be made
    size_t             calls_max;       //  Begun at once
    void             (*begin) (void *arg, session_t *session);      //  Begins the calls, with session_dispatch
    void             (*cancel) (void *arg, session_t *session);     //  Cancels those that are under way
    //  The first signal only asks for the end, which session_stop brings; the second one cancels. NULL: so does the first.
    void             (*ask_to_end) (void *arg, session_t *session);
    void             (*end) (void *arg);            //  After the last turn: gives back what has to do with the dispatch. May be NULL
    void              *arg;
} session_config_t;

//  Returns the exit code: the one that session_stop was given; 128 and the signal's number after a signal; EXIT_FAILED, with a sentence on standard
//  error, when the session cannot be, or not go on.
int         session_run (const session_config_t *config);

//  For the functions of a session, and for what its calls are told by.
dispatch_t *session_dispatch (session_t *self);
reactor_t  *session_reactor (session_t *self);

//  There is nothing more to wait for.
void        session_stop (session_t *self, int code);

#endif
