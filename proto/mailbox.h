/*  mailbox - the only way in and out of a thread

    A mailbox is one ZeroMQ socket and the rules for using it. The gateway binds a ROUTER, and every worker, in this process or in another pod,
    connects a DEALER: one protocol for both. This is the only file that calls ZeroMQ's send and receive (a test enforces it), so no
    message can escape the limits, the ownership rules or the counters kept here.

    Nothing blocks: a send that would have to wait is refused with BUSY and counted. It is a defect when that happens, because a worker's credit
    is smaller than the socket's high-water mark; what guarantees an answer is the in-flight table, not the socket.

    Frames that are not a message of ours are dropped and counted; the sender is told to the caller, who may dislike it.

    The zactor pipe, by which the main thread starts and ends a thread, is read and written here too.

    Owner:   the thread that uses it (it may be made in another one that is done with it). */

#ifndef MAILBOX_H
#define MAILBOX_H

#include "message.h"

#include <czmq.h>

typedef struct mailbox mailbox_t;

//  The routing id that a ROUTER makes up for a peer: 5 bytes, opaque; equal while the connection lives. A peer that chose a longer one than fits
//  here is never heard.
typedef struct {
    uint8_t size;
    uint8_t bytes [15];
} peer_t;

typedef struct {
    uint64_t sent, received;
    uint64_t malformed;         //  Dropped: not three frames, not an envelope, too large
    uint64_t refused;           //  Sends that would have blocked: a defect
    uint64_t unreachable;       //  Sends to a peer that is gone
} mailbox_counts_t;

//  high_water: messages that may wait on each side of each peer; at least 2 × credit + 16. NULL when the endpoint cannot be used.
mailbox_t *mailbox_bind (const char *endpoint, int high_water);
mailbox_t *mailbox_connect (const char *endpoint, int high_water);

//  What is still queued is dropped: no thread waits for a peer that may be gone. An inproc endpoint can be bound again at once.
void       mailbox_destroy (mailbox_t **self_p);

//  For reactor_add_socket.
void      *mailbox_socket (mailbox_t *self);

//  Takes the message in any case. A mailbox that was bound needs to; one that connected has a single peer, and to is NULL.
//  UNREACHABLE: that peer is not connected (any more). BUSY: it would have blocked. REFUSED: a secret on its way out of this process (the endpoint
//  is not inproc). TOO_LARGE, NO_MEMORY, INTERNAL.
MUST_CHECK status_t mailbox_send (mailbox_t *self, const peer_t *to, message_t **message_p);

//  The next message that has arrived. AGAIN: none. MALFORMED: something else came and was dropped; from (may be NULL) says from whom, and is empty
//  when that peer cannot be answered. NO_MEMORY: a message was dropped.
MUST_CHECK status_t mailbox_receive (mailbox_t *self, peer_t *from, message_t **message_p);

mailbox_counts_t mailbox_counts (const mailbox_t *self);

bool       peer_eq (const peer_t *a, const peer_t *b);

//  --- The pipe between the main thread and a thread of its own (a zactor)

typedef enum { PIPE_NOTHING, PIPE_DRAIN, PIPE_FINISH, PIPE_END } pipe_command_t;

//  For the thread: "I am running" (zactor_new waits for it), and what the main thread wants. PIPE_END also when the pipe is broken.
void           pipe_started (zsock_t *pipe);
pipe_command_t pipe_command (zsock_t *pipe);

//  What a thread worked on goes back to the main thread: the thread says so as its last word, main when zactor_destroy has returned. (Nothing
//  happens here but in the ThreadSanitizer's build, which cannot see that libzmq puts the one before the other.)
void           pipe_give_back (void *thing);
void           pipe_taken_back (void *thing);

//  For the main thread: finish what you have and come back; with a grace first in which new work is still taken, or at once.
void           pipe_drain (zactor_t *actor, bool grace);

#endif
