/*  question - what is asked of AWS, as something to compare

    Two requests are the same when they go to the same API of the same account and region with the same body, byte for byte: a page's token is
    in the body, and so is everything else that the answer depends on. The digest is SHA-256 over all of these, for finding: nobody can choose
    bodies that meet in one bucket. What decides is always the comparison of the bytes.

    Thread: any; no state. */

#ifndef QUESTION_H
#define QUESTION_H

#include "operation.h"

enum { QUESTION_DIGEST_BYTES = 32 };

//  Texts and body are borrowed, or, of one that was kept, its own.
typedef struct {
    aws_service_t service;
    const char   *api;                  //  A literal, also in one that was kept
    const char   *account;
    const char   *region;
    slice_t       body;
    uint8_t       digest [QUESTION_DIGEST_BYTES];
    char         *kept;                 //  Private: the memory of one that was kept
} question_t;

//  NO_MEMORY when OpenSSL has none.
MUST_CHECK status_t question_init (question_t *self, const aws_request_t *request, const char *account, const char *region);

bool question_same (const question_t *a, const question_t *b);

//  A copy with memory of its own, until question_deinit (idempotent). NO_MEMORY: nothing was made.
MUST_CHECK status_t question_keep (const question_t *self, question_t *copy);
void question_deinit (question_t *self);

//  Bytes that a kept one takes beside itself.
size_t question_bytes (const question_t *self);

#endif
