#include "mcp_internal.h"

#include <stdlib.h>

//  Left for errors: one for each message, with its id and a sentence.
enum { ERROR_BYTES = JSONRPC_ID_BYTES_MAX + 256, RESERVED_BYTES = BATCH_MESSAGES_MAX * ERROR_BYTES };

typedef struct {
    batch_t    *batch;
    mcp_call_t *call;                   //  While it waits
    buffer_t    id;                     //  Of a request; empty otherwise
} member_t;

struct batch {
    mcp_call_t  call;                   //  What mcp knows it by
    mcp_t      *mcp;
    mcp_sink_t  sink;
    buffer_t    answers;                //  "[", and what is ready
    size_t      waiting;
    bool        beginning;              //  Its messages are being received: nothing is sent yet
    bool        taken_back;             //  A request was, so that having no answer does not mean that nothing was asked
    size_t      count;
    member_t    members [];
};

static void
s_free (batch_t *self)
{
    for (size_t i = 0; i < self->count; i++)
        buffer_deinit (&self->members [i].id);
    buffer_deinit (&self->answers);
    free (self);
}

//  All is answered. The batch is gone afterwards.
static void
s_finish (batch_t *self)
{
    bool empty = self->answers.size == 0;
    if (empty && self->taken_back) {
        if (self->sink.cancelled)
            self->sink.cancelled (self->sink.arg);
    } else {
        if (!empty)
            buffer_append_char (&self->answers, ']');
        self->sink.answer (self->sink.arg, empty ? 202 : 200, &self->answers);
    }
    s_free (self);
}

//  One of those that waited does not any more.
static void
s_settle (member_t *member)
{
    batch_t *self = member->batch;
    member->call = NULL;
    self->waiting--;
    if (self->waiting == 0 && !self->beginning)
        s_finish (self);
}

static void
s_append (batch_t *self, slice_t json)
{
    buffer_append_char (&self->answers, self->answers.size ? ',' : '[');
    buffer_append_slice (&self->answers, json);
}

static void
s_append_error (batch_t *self, slice_t id, int code, slice_t sentence)
{
    buffer_t json;
    buffer_init (&json, ERROR_BYTES);
    jsonrpc_write_error (&json, id, code, sentence, SLICE_ABSENT);
    s_append (self, buffer_slice (&json));
    buffer_deinit (&json);
}

//  A failed append would lose what is there: so much is reserved, from the beginning, that an error always finds room.
static void
s_answered (void *arg, int http_status, buffer_t *json)
{
    (void) http_status;                 //  Of the one message; the array has its own
    member_t *member = arg;
    batch_t *self = member->batch;
    size_t room = BATCH_BYTES_MAX - self->answers.size;
    if (json->size + 2 + RESERVED_BYTES > room || !buffer_reserve (&self->answers, json->size + 2 + RESERVED_BYTES)) {
        self->answers.status = STATUS_OK;       //  Nothing was appended
        s_append_error (self, buffer_slice (&member->id), JSONRPC_INTERNAL_ERROR,
                        SLICE ("The answers of this batch are too large together. Ask again for this one alone."));
    } else if (json->size) {
        s_append (self, buffer_slice (json));
    }
    s_settle (member);
}

static void
s_notified (void *arg, slice_t json)
{
    member_t *member = arg;
    member->batch->sink.notify (member->batch->sink.arg, json);
}

static void
s_cancelled (void *arg)
{
    member_t *member = arg;
    member->batch->taken_back = true;
    s_settle (member);
}

//  One message of the array.
static void
s_receive (batch_t *self, yyjson_val *message, const era_headers_t *headers)
{
    member_t *member = &self->members [self->count++];
    *member = (member_t) { .batch = self };
    buffer_init (&member->id, JSONRPC_ID_BYTES_MAX);
    if (!jsonrpc_append_id (&member->id, yyjson_obj_get (message, "id")))
        buffer_clear (&member->id);
    if (slice_is (json_text (message, "method"), "initialize")) {
        s_append_error (self, buffer_slice (&member->id), JSONRPC_INVALID_REQUEST, SLICE ("initialize must not be part of a batch."));
        return;
    }
    mcp_sink_t sink = {
        .answer = s_answered, .notify = self->sink.notify ? s_notified : NULL, .cancelled = s_cancelled, .arg = member };
    self->waiting++;
    mcp_call_t *call = mcp_message (self->mcp, message, headers, &sink);
    if (call)                           //  Otherwise it has been answered
        member->call = call;
}

//  Why the array as a whole is none that we take; absent: we do.
static slice_t
s_objection (yyjson_val *messages, const era_headers_t *headers)
{
    slice_t version = slice_trim (headers->version);
    if (version.data && !slice_is (version, revision_name (REVISION_2025_03_26)))
        return SLICE ("One message at a time: only revision 2025-03-26 has batches.");
    if (yyjson_arr_size (messages) == 0)
        return SLICE ("An empty batch asks for nothing.");
    if (yyjson_arr_size (messages) > BATCH_MESSAGES_MAX)
        return SLICE ("A batch has at most 64 messages.");
    bool any = false;
    size_t i, count;
    yyjson_val *message;
    yyjson_arr_foreach (messages, i, count, message) {
        if (era_claims (yyjson_obj_get (message, "params")))
            return SLICE ("One message at a time: revision 2026-07-28 has no batches.");
        jsonrpc_t read;
        jsonrpc_read (&read, message);
        any = any || read.kind != JSONRPC_INVALID;
        jsonrpc_deinit (&read);
    }
    return any ? SLICE_ABSENT : SLICE ("None of these is a message.");
}

mcp_call_t *
batch_receive (mcp_t *mcp, yyjson_val *messages, const era_headers_t *headers, const mcp_sink_t *sink)
{
    _Static_assert (BATCH_MESSAGES_MAX == 64, "the sentence above says so");
    slice_t objection = s_objection (messages, headers);
    if (objection.data) {
        mcp_refuse (mcp, sink, 400, JSONRPC_INVALID_REQUEST, objection);
        return NULL;
    }
    size_t size = yyjson_arr_size (messages);
    batch_t *self = calloc (1, sizeof *self + size * sizeof self->members [0]);
    if (!self || (buffer_init (&self->answers, BATCH_BYTES_MAX), !buffer_reserve (&self->answers, RESERVED_BYTES))) {
        free (self);
        mcp_refuse (mcp, sink, 200, JSONRPC_INTERNAL_ERROR, SLICE ("There is not enough memory for this batch now."));
        return NULL;
    }
    self->call.batch = self;
    self->mcp = mcp;
    self->sink = *sink;
    self->beginning = true;
    size_t i, count;
    yyjson_val *message;
    yyjson_arr_foreach (messages, i, count, message)
        s_receive (self, message, headers);
    self->beginning = false;
    if (self->waiting)
        return &self->call;
    s_finish (self);
    return NULL;
}

void
batch_cancel (batch_t *self)
{
    for (size_t i = 0; i < self->count; i++)
        mcp_cancel (&self->members [i].call);
    s_free (self);
}

bool
batch_tells (const batch_t *self)
{
    for (size_t i = 0; i < self->count; i++)
        if (self->members [i].call && mcp_tells (self->members [i].call))
            return true;
    return false;
}
