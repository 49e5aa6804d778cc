/*  message - an envelope with its body and its spans, as one thing that is owned

    A message has one owner, who is always visible in the type: message_t ** is taken, message_t * is looked at. Between threads only whole
    messages move, and the bytes of a body are not copied on the way: the buffer that an actor wrote is the memory that the gateway reads.

    The body is opaque here. Its shapes are in body.h.

    Owner:  whoever holds it. Thread: one at a time; the mailbox carries it to another. */

#ifndef MESSAGE_H
#define MESSAGE_H

#include "envelope.h"

#include <zmq.h>

typedef struct {
    envelope_t envelope;
    zmq_msg_t  body;            //  Private: message_body
    zmq_msg_t  spans;           //  Private: message_spans
} message_t;

//  Message sizes: the body's limit is that of a page of results with its wrapping; the whole stays below 2 MB.
enum { MESSAGE_BODY_BYTES_MAX = 2 * 1024 * 1024 - 128 * 1024, MESSAGE_SPANS_BYTES_MAX = 64 * 1024, MESSAGE_BYTES_MAX = 2 * 1024 * 1024 };

//  Empty body, empty spans. NULL without memory.
message_t *message_new (envelope_kind_t kind);

void       message_destroy (message_t **self_p);

slice_t    message_body (message_t *self);
slice_t    message_spans (message_t *self);

//  Moves a buffer's memory into the message, without copying; the buffer is left empty. The failure of a buffer that had failed (or is beyond
//  the limit) becomes the status, and the body stays as it was. A secret buffer makes the message a secret one (ENVELOPE_FLAG_SECRET): its bytes
//  are copied once, and wiped when the last who holds them lets go.
MUST_CHECK status_t message_take_body (message_t *self, buffer_t *body);
MUST_CHECK status_t message_take_spans (message_t *self, buffer_t *spans);

//  A second message with the same envelope and the same bytes (shared, not copied): for sending the same request again. NULL without memory.
message_t *message_share (message_t *self);

#endif
