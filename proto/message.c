#include "message.h"

#include "announce.h"

#include <assert.h>
#include <stdlib.h>

message_t *
message_new (envelope_kind_t kind)
{
    message_t *self = malloc (sizeof *self);
    if (!self)
        return NULL;
    self->envelope = envelope_of (kind);
    zmq_msg_init (&self->body);
    zmq_msg_init (&self->spans);
    return self;
}

void
message_destroy (message_t **self_p)
{
    message_t *self = *self_p;
    if (!self)
        return;
    ANNOUNCE_GIVEN (zmq_msg_data (&self->body));
    ANNOUNCE_GIVEN (zmq_msg_data (&self->spans));
    zmq_msg_close (&self->body);
    zmq_msg_close (&self->spans);
    free (self);
    *self_p = NULL;
}

static slice_t
s_bytes (zmq_msg_t *frame)
{
    return (slice_t) { zmq_msg_data (frame), zmq_msg_size (frame) };
}

slice_t
message_body (message_t *self)
{
    return s_bytes (&self->body);
}

slice_t
message_spans (message_t *self)
{
    return s_bytes (&self->spans);
}

//  libzmq keeps its own count of who holds the memory and calls this when nobody does any more, on whichever thread that happens. So a secret is
//  wiped once and for certain: received, shared, or still in a queue when the socket is closed. hint: the bytes to wipe.
static void
s_free (void *data, void *hint)
{
    ANNOUNCE_TAKEN (data);
    size_t secret_bytes = (size_t) (uintptr_t) hint;
    if (secret_bytes)
        explicit_bzero (data, secret_bytes);
    free (data);
}

//  The buffer's memory, which is then ours; of a secret one a copy, because its own memory is wiped here and now. NULL without memory.
static char *
s_release (buffer_t *bytes, size_t *size)
{
    if (!bytes->secret)
        return buffer_release (bytes, size);
    *size = bytes->size;
    char *data = malloc (bytes->size);
    if (data)
        memcpy (data, bytes->data, bytes->size);
    return data;
}

static status_t
s_put (zmq_msg_t *frame, char *data, size_t size, bool secret)
{
    zmq_msg_t taken;
    if (zmq_msg_init_data (&taken, data, size, s_free, (void *) (uintptr_t) (secret ? size : 0)) != 0) {
        s_free (data, (void *) (uintptr_t) (secret ? size : 0));
        return STATUS_NO_MEMORY;
    }
    int rc = zmq_msg_move (frame, &taken);
    assert (rc == 0);
    zmq_msg_close (&taken);
    return STATUS_OK;
}

//  The buffer is left empty in any case.
static status_t
s_take (zmq_msg_t *frame, buffer_t *bytes, size_t limit)
{
    status_t status = buffer_status (bytes);
    if (status == STATUS_OK && bytes->size > limit)
        status = STATUS_TOO_LARGE;
    if (status == STATUS_OK && bytes->size == 0) {
        zmq_msg_close (frame);
        zmq_msg_init (frame);
    } else if (status == STATUS_OK) {
        size_t size;
        char *data = s_release (bytes, &size);
        status = data ? s_put (frame, data, size, bytes->secret) : STATUS_NO_MEMORY;
    }
    buffer_deinit (bytes);
    return status;
}

status_t
message_take_body (message_t *self, buffer_t *body)
{
    bool secret = body->secret;
    status_t status = s_take (&self->body, body, MESSAGE_BODY_BYTES_MAX);
    if (status == STATUS_OK && secret)
        self->envelope.flags |= ENVELOPE_FLAG_SECRET;
    return status;
}

status_t
message_take_spans (message_t *self, buffer_t *spans)
{
    return s_take (&self->spans, spans, MESSAGE_SPANS_BYTES_MAX);
}

message_t *
message_share (message_t *self)
{
    message_t *twin = message_new (KIND_HEARTBEAT);
    if (!twin)
        return NULL;
    twin->envelope = self->envelope;
    if (zmq_msg_copy (&twin->body, &self->body) != 0 || zmq_msg_copy (&twin->spans, &self->spans) != 0)
        message_destroy (&twin);
    return twin;
}
