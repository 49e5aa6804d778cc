/*  find_parts - what the files that make up find share, and nobody else includes

    find.c         the way from provider to provider, what is waited for, how it ends
    find_place.c   what providers ask about the place in which they look */

#ifndef FIND_PARTS_H
#define FIND_PARTS_H

#include "find.h"
#include "process.h"
#include "trail.h"

//  A reason before the trail cuts it.
enum { FIND_WHY_SIZE = 1024 };

//  What comes next.
typedef enum {
    NEXT_UNSAID,                //  A provider is running and has not said it yet
    NEXT_WAIT,                  //  A request, a process or a pause is under way
    NEXT_PROVIDER,              //  In the table's order
    NEXT_THIS,                  //  The one that is in to
    NEXT_KEYS,                  //  Keys are there: assume the next role with them, or end
    NEXT_END,                   //  status, sentence and passing are set
} next_t;

struct find {
    find_config_t config;
    arena_t      *arena;
    next_t        next;
    const provider_t *const *rest;      //  Those that were not asked yet
    const provider_t *provider;         //  The one that was begun last
    const provider_t *to;
    void         *state;                //  Its own
    const char   *profile;
    bool          followed;             //  Another profile leads to it
    bool          alone;                //  A profile's credential_source leads to this provider, and to no other
    profile_files_t files;
    status_t      files_status;
    buffer_t      files_sentence;       //  Why they could not be read
    const char   *region;               //  The configuration's, or of the profile that was asked for; NULL: neither
    found_keys_t  keys;
    find_role_t   roles [FIND_ROLES_MAX + 1];       //  One more for the account's
    int           roles_count;
    int           roles_done;           //  Assumed; the next is under way while ASSUME_ROLE is the provider
    transfer_t   *transfer;             //  One of these three is under way, at most
    process_t    *process;
    reactor_timer_t pause;
    reactor_timer_t limit;              //  Before begin: now. Then the end of FIND_MS
    int64_t       ends_ms;
    status_t      status;
    bool          passing;
    buffer_t      sentence;
    buffer_t      trail;
    char          why [FIND_WHY_SIZE];          //  What the present provider's keys are from
};

//  Reads the files, and what follows from them.
void find_read_place (find_t *self);

#endif
