#include "mailbox.h"

#include "announce.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

struct mailbox {
    zsock_t *socket;
    void    *raw;               //  The same, as libzmq knows it
    bool     router;            //  Bound: many peers, each frame list begins with a routing id
    bool     inside;            //  inproc: what is sent stays in this process
    mailbox_counts_t counts;
};

static mailbox_t *
s_new (int type, const char *endpoint, int high_water)
{
    assert (high_water > 0);
    mailbox_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->router = type == ZMQ_ROUTER;
    self->inside = slice_starts (slice_of (endpoint), "inproc://");
    self->socket = zsock_new (type);
    if (!self->socket) {
        free (self);
        return NULL;
    }
    self->raw = zsock_resolve (self->socket);
    zsock_set_sndhwm (self->socket, high_water);
    zsock_set_rcvhwm (self->socket, high_water);
    zsock_set_linger (self->socket, 0);
    zsock_set_maxmsgsize (self->socket, MESSAGE_BYTES_MAX);
    if (self->router)
        zsock_set_router_mandatory (self->socket, 1);   //  A peer that is gone is an error, not a message lost in silence

    //  zsock_bind returns the port of a tcp endpoint, 0 for inproc.
    int rc = self->router ? zsock_bind (self->socket, "%s", endpoint) : zsock_connect (self->socket, "%s", endpoint);
    if (rc < 0)
        mailbox_destroy (&self);
    return self;
}

mailbox_t *
mailbox_bind (const char *endpoint, int high_water)
{
    return s_new (ZMQ_ROUTER, endpoint, high_water);
}

mailbox_t *
mailbox_connect (const char *endpoint, int high_water)
{
    return s_new (ZMQ_DEALER, endpoint, high_water);
}

void
mailbox_destroy (mailbox_t **self_p)
{
    mailbox_t *self = *self_p;
    if (!self)
        return;
    //  libzmq closes a socket some time later, on a thread of its own; the name must be free at once, for an actor that is started again
    if (self->router && self->inside && zsock_endpoint (self->socket))
        zsock_unbind (self->socket, "%s", zsock_endpoint (self->socket));
    zsock_destroy (&self->socket);
    free (self);
    *self_p = NULL;
}

void *
mailbox_socket (mailbox_t *self)
{
    return self->raw;
}

//  Sends one frame of several. The first one may be refused; after that the rest is taken too (libzmq accepts a message whole or not at all).
static status_t
s_send_frame (mailbox_t *self, zmq_msg_t *frame, int flags)
{
    int rc;
    do {
        ANNOUNCE_GIVEN (zmq_msg_data (frame));
        rc = zmq_msg_send (frame, self->raw, flags | ZMQ_DONTWAIT);
    } while (rc < 0 && errno == EINTR);
    if (rc >= 0)
        return STATUS_OK;
    if (errno == EHOSTUNREACH) {
        self->counts.unreachable++;
        return STATUS_UNREACHABLE;
    }
    if (errno == EAGAIN) {
        self->counts.refused++;
        return STATUS_BUSY;
    }
    return STATUS_INTERNAL;
}

static status_t
s_send_address (mailbox_t *self, const peer_t *to)
{
    zmq_msg_t frame;
    if (zmq_msg_init_size (&frame, to->size) != 0)
        return STATUS_NO_MEMORY;
    memcpy (zmq_msg_data (&frame), to->bytes, to->size);
    status_t status = s_send_frame (self, &frame, ZMQ_SNDMORE);
    zmq_msg_close (&frame);
    return status;
}

//  The first frame, made before anything is sent: half a message must never leave.
static status_t
s_envelope_frame (const envelope_t *envelope, zmq_msg_t *frame)
{
    buffer_t bytes;
    buffer_init (&bytes, ENVELOPE_BYTES_MAX);
    envelope_encode (envelope, &bytes);
    status_t status = buffer_status (&bytes);
    if (status == STATUS_OK && zmq_msg_init_size (frame, bytes.size) != 0)
        status = STATUS_NO_MEMORY;
    if (status == STATUS_OK)
        memcpy (zmq_msg_data (frame), bytes.data, bytes.size);
    buffer_deinit (&bytes);
    return status;
}

status_t
mailbox_send (mailbox_t *self, const peer_t *to, message_t **message_p)
{
    message_t *message = *message_p;
    assert (message && self->router == (to != NULL));

    zmq_msg_t envelope;
    bool secret = message->envelope.flags & ENVELOPE_FLAG_SECRET;
    status_t status = secret && !self->inside ? STATUS_REFUSED : s_envelope_frame (&message->envelope, &envelope);
    if (status == STATUS_OK) {
        if (to)
            status = s_send_address (self, to);
        if (status == STATUS_OK)
            status = s_send_frame (self, &envelope, ZMQ_SNDMORE);
        if (status == STATUS_OK)
            status = s_send_frame (self, &message->body, ZMQ_SNDMORE);
        if (status == STATUS_OK)
            status = s_send_frame (self, &message->spans, 0);
        zmq_msg_close (&envelope);
    }
    self->counts.sent += status == STATUS_OK;
    message_destroy (message_p);
    return status;
}

//  Receives one frame; false when there is none. *more says whether the message goes on.
static bool
s_receive_frame (mailbox_t *self, zmq_msg_t *frame, bool *more)
{
    int rc;
    do
        rc = zmq_msg_recv (frame, self->raw, ZMQ_DONTWAIT);
    while (rc < 0 && errno == EINTR);
    if (rc < 0)
        return false;
    ANNOUNCE_TAKEN (zmq_msg_data (frame));
    *more = zmq_msg_more (frame);
    return true;
}

//  Reads the frames that are left of a message that is none of ours.
static void
s_drop_rest (mailbox_t *self, bool more)
{
    while (more) {
        zmq_msg_t frame;
        zmq_msg_init (&frame);
        if (!s_receive_frame (self, &frame, &more))
            more = false;
        zmq_msg_close (&frame);
    }
}

//  A peer may have chosen an id of its own, of up to 255 bytes; one that a peer_t cannot hold is left empty.
static bool
s_receive_address (mailbox_t *self, peer_t *from, bool *more)
{
    zmq_msg_t frame;
    zmq_msg_init (&frame);
    bool received = s_receive_frame (self, &frame, more);
    size_t size = zmq_msg_size (&frame);
    if (received && size <= sizeof from->bytes) {
        from->size = (uint8_t) size;
        memcpy (from->bytes, zmq_msg_data (&frame), size);
    }
    zmq_msg_close (&frame);
    return received;
}

//  Envelope, body, spans, and nothing behind. libzmq delivers a message whole, so a frame that is announced is there.
static status_t
s_receive_message (mailbox_t *self, message_t *message, bool *more)
{
    zmq_msg_t frame;
    zmq_msg_init (&frame);
    status_t status = s_receive_frame (self, &frame, more) ? STATUS_OK : STATUS_MALFORMED;
    if (status == STATUS_OK)
        status = envelope_decode ((slice_t) { zmq_msg_data (&frame), zmq_msg_size (&frame) }, &message->envelope);
    zmq_msg_close (&frame);
    if (status != STATUS_OK || !*more || !s_receive_frame (self, &message->body, more))
        return STATUS_MALFORMED;
    if (!*more || !s_receive_frame (self, &message->spans, more))
        return STATUS_MALFORMED;
    bool fits = zmq_msg_size (&message->body) <= MESSAGE_BODY_BYTES_MAX && zmq_msg_size (&message->spans) <= MESSAGE_SPANS_BYTES_MAX;
    return fits && !*more ? STATUS_OK : STATUS_MALFORMED;
}

status_t
mailbox_receive (mailbox_t *self, peer_t *from, message_t **message_p)
{
    *message_p = NULL;
    peer_t sender = { 0 };
    bool more = true;
    if (self->router && !s_receive_address (self, &sender, &more))
        return STATUS_AGAIN;
    if (!self->router && !(zsock_events (self->socket) & ZMQ_POLLIN))
        return STATUS_AGAIN;
    if (from)
        *from = sender;

    message_t *message = message_new (KIND_HEARTBEAT);
    if (!message) {
        s_drop_rest (self, more);
        return STATUS_NO_MEMORY;
    }
    bool answerable = !self->router || sender.size > 0;
    status_t status = answerable && more ? s_receive_message (self, message, &more) : STATUS_MALFORMED;
    if (status != STATUS_OK) {
        s_drop_rest (self, more);
        message_destroy (&message);
        self->counts.malformed++;
        return STATUS_MALFORMED;
    }
    self->counts.received++;
    *message_p = message;
    return STATUS_OK;
}

mailbox_counts_t
mailbox_counts (const mailbox_t *self)
{
    return self->counts;
}

bool
peer_eq (const peer_t *a, const peer_t *b)
{
    return a->size == b->size && memcmp (a->bytes, b->bytes, a->size) == 0;
}

void
pipe_started (zsock_t *pipe)
{
    zsock_signal (pipe, 0);
}

pipe_command_t
pipe_command (zsock_t *pipe)
{
    if (!(zsock_events (pipe) & ZMQ_POLLIN))
        return PIPE_NOTHING;
    char *word = zstr_recv (pipe);
    pipe_command_t command = PIPE_END;  //  "$TERM" is czmq's own word for it
    if (word && streq (word, "DRAIN"))
        command = PIPE_DRAIN;
    else if (word && streq (word, "FINISH"))
        command = PIPE_FINISH;
    zstr_free (&word);
    return command;
}

void
pipe_give_back (void *thing)
{
    ANNOUNCE_GIVEN (thing);
}

void
pipe_taken_back (void *thing)
{
    ANNOUNCE_TAKEN (thing);
}

void
pipe_drain (zactor_t *actor, bool grace)
{
    zstr_send (actor, grace ? "DRAIN" : "FINISH");
}
