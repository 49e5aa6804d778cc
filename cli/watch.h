/*  watch - asking a running server's admin port

    One loop with the connections to that server, the signals, and a terminal's keys. begin asks for what is wanted; what comes is told by functions;
    and watch_stop ends it. What is asked and cannot be had (nobody there, an answer that is none) is said in a sentence with what to do, and ends it
    with EXIT_FAILED.

    A feed that ends is asked for again, each second, once there has been one: a server may be restarted. Ctrl-C and SIGTERM are how one leaves:
    EXIT_DONE. So is a reader of standard output that goes away.

    Thread: main. */

#ifndef WATCH_H
#define WATCH_H

#include "json.h"

typedef struct watch watch_t;

typedef struct {
    const char *admin;                  //  "http://127.0.0.1:9334"
    const char *word;                   //  The subcommand's, for sentences
    void      (*begin) (void *arg, watch_t *watch);
    void      (*event) (void *arg, slice_t name, yyjson_val *root, slice_t json);     //  Of the feed; valid until it returns
    void      (*lost) (void *arg, slice_t sentence);            //  The feed ended, and is asked for again. NULL: said on standard error
    void      (*key) (void *arg, char key);                     //  Typed; needs keys. May be NULL
    bool        keys;                   //  The terminal gives each key at once, and does not show it
    void       *arg;
} watch_config_t;

//  Returns the exit code.
int  watch_run (const watch_config_t *config);

//  GET of a path with its query. root NULL: there is none (404), where that may be; elsewhere it means that this is no admin port. Valid
//  until it returns. One at a time.
typedef void (watch_answered_t) (void *arg, yyjson_val *root, slice_t json);
void watch_get (watch_t *self, const char *path, bool may_be_missing, watch_answered_t *answered);

//  The feed, with filters as its query.
void watch_follow (watch_t *self, const char *path);

//  There is nothing more to wait for. Also from inside of event.
void watch_stop (watch_t *self, int code);

#endif
