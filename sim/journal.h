/*  journal - who asked what, and what became of it

    The last thousand requests to the services, so that a test can say what it expects of a client: that it asked at all, how often, with
    which arguments, and that it let go of what it no longer wanted.

    Owner:   the simulator. Thread: one. */

#ifndef SIM_JOURNAL_H
#define SIM_JOURNAL_H

#include "buffer.h"

typedef struct journal journal_t;

enum { JOURNAL_ENTRIES_MAX = 1000, JOURNAL_BODY_BYTES_MAX = 4096 };

typedef enum {
    JOURNAL_WAITING,            //  Its answer is late on purpose
    JOURNAL_HANGING,            //  It will not be answered
    JOURNAL_ANSWERED,
    JOURNAL_ABORTED             //  The client left first
} journal_outcome_t;

//  Borrowed while it is noted.
typedef struct {
    slice_t service;            //  "monitoring", "logs", "sts"; absent when the target is nobody's
    slice_t operation;          //  As the target names it
    slice_t region;             //  Of the signature's scope
    slice_t key_id;
    slice_t body;
} journal_request_t;

//  NULL without memory.
journal_t *journal_new (void);
void       journal_destroy (journal_t **self_p);

//  Notes a request and gives its number: 1 for the first, never given twice.
uint64_t   journal_open (journal_t *self, const journal_request_t *request, int64_t now_ms);

//  What became of it. Nothing is said of a request that has left the journal meanwhile.
void       journal_mark (journal_t *self, uint64_t seq, journal_outcome_t outcome);
void       journal_close (journal_t *self, uint64_t seq, journal_outcome_t outcome, int status, int64_t now_ms);

//  Forgets requests and totals, but goes on counting.
void       journal_clear (journal_t *self);

//  {"last_seq":…,"requests":[…],"totals":{OPERATION:{…}}}, with the requests after this number, oldest first.
void       journal_write (const journal_t *self, uint64_t after, buffer_t *out);

#endif
