/*  mcp_fixture - the engine between a sink that remembers and workers that do as they are told

    Included behind cmocka.h. */

#ifndef MCP_FIXTURE_H
#define MCP_FIXTURE_H

#include "desk.h"
#include "mcp.h"
#include "mcp_words.h"

enum { CALL_DEADLINE_MS = 20000 };

//  What came out of the sink.
typedef struct {
    int   count;
    int   http_status;
    char *text;
    int   notifications;
    char *notification;         //  The last one
    int   cancellations;
} answer_t;

typedef struct {
    desk_t *desk;
    mcp_t  *mcp;
    answer_t answer;            //  Of the last message
} fixture_t;

static inline void
answer_forget (answer_t *self)
{
    free (self->text);
    free (self->notification);
    *self = (answer_t) { 0 };
}

static inline int
begin_at (void **state, desk_t *desk, bool one_client)
{
    fixture_t *self = calloc (1, sizeof *self);
    assert_non_null (self);
    self->desk = desk;
    self->mcp = mcp_new (&(mcp_config_t) {
        .contracts = self->desk->contracts, .dispatch = self->desk->dispatch, .reactor = self->desk->reactor, .random = &self->desk->random,
        .call_deadline_ms = CALL_DEADLINE_MS, .one_client = one_client });
    assert_non_null (self->mcp);
    *state = self;
    return 0;
}

static inline int
begin_with (void **state, bool one_client)
{
    return begin_at (state, desk_new (), one_client);
}

static inline int
begin (void **state)
{
    return begin_with (state, false);
}

static inline int
end (void **state)
{
    fixture_t *self = *state;
    mcp_destroy (&self->mcp);
    assert_null (self->mcp);
    desk_destroy (&self->desk);
    answer_forget (&self->answer);
    free (self);
    return 0;
}

static inline void
answered (void *arg, int http_status, buffer_t *json)
{
    answer_t *answer = arg;
    assert_int_equal (++answer->count, 1);
    answer->http_status = http_status;
    assert_int_equal (buffer_status (json), STATUS_OK);
    answer->text = calloc (1, json->size + 1);
    assert_non_null (answer->text);
    if (json->size)
        memcpy (answer->text, json->data, json->size);
}

static inline void
notified (void *arg, slice_t json)
{
    answer_t *answer = arg;
    assert_int_equal (answer->count, 0);
    answer->notifications++;
    free (answer->notification);
    answer->notification = calloc (1, json.size + 1);
    assert_non_null (answer->notification);
    memcpy (answer->notification, json.data, json.size);
}

static inline void
taken_back (void *arg)
{
    answer_t *answer = arg;
    answer->cancellations++;
}

static inline mcp_sink_t
sink_of (answer_t *answer)
{
    return (mcp_sink_t) { .answer = answered, .notify = notified, .cancelled = taken_back, .arg = answer };
}

//  Headers are those of a modern client that says what the body says, or of one that sends its version only, or nothing.
static inline mcp_call_t *
send_with (fixture_t *self, const char *body, const era_headers_t *headers)
{
    answer_forget (&self->answer);
    mcp_sink_t sink = sink_of (&self->answer);
    mcp_call_t *call = mcp_receive (self->mcp, slice_of (body), headers, &sink);
    assert_int_equal (self->answer.count, call == NULL);            //  At once, or later
    desk_turn (self->desk);
    return call;
}

static inline mcp_call_t *
send_as (fixture_t *self, const char *version, const char *method, const char *name, const char *body)
{
    return send_with (self, body, &(era_headers_t) {
        .has_headers = true, .version = slice_of (version), .method = slice_of (method), .name = slice_of (name) });
}

static inline void
expect (fixture_t *self, int http_status, const char *text)
{
    assert_int_equal (self->answer.count, 1);
    assert_string_equal (self->answer.text, text);
    assert_int_equal (self->answer.http_status, http_status);
}

//  As expect, for the beginning of a long answer.
static inline void
expect_start (fixture_t *self, int http_status, const char *text)
{
    assert_int_equal (self->answer.count, 1);
    if (strncmp (self->answer.text, text, strlen (text)) != 0)
        assert_string_equal (self->answer.text, text);
    assert_int_equal (self->answer.http_status, http_status);
}

static inline bool
says (const fixture_t *self, const char *part)
{
    return self->answer.text && strstr (self->answer.text, part);
}

#endif
