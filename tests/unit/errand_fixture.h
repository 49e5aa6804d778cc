/*  errand_fixture - methods whose answers are answers of tools: the real contracts, a worker for each service, and one message at a time

    counter_t *counter = counter_new ();
    counter_ask (counter, resources, "{\"uri\":\"cloudwatch-mcp://alarm/a\"}", REVISION_2025_11_25);     //  resources: what takes the message
    counter_answers (counter, "describe_alarms", "{\"alarms\":[{}]}");
    counter_text (counter)                              //  What the reply says by now

    Included behind cmocka.h.

    Owner:  the test. */

#ifndef ERRAND_FIXTURE_H
#define ERRAND_FIXTURE_H

#include "desk.h"
#include "errand.h"

enum { COUNTER_BUDGET_MS = 20000 };

typedef errand_t *(*counter_method_t) (const errand_config_t *config, const request_t *request, reply_t *reply);

typedef struct {
    desk_t     *desk;
    worker_t   *workers [3];            //  Of logs, metrics, alarms
    yyjson_doc *doc;                    //  The message
    errand_t   *errand;
    reply_t     reply;
    bool        replied;
    char        text [65536];
} counter_t;

static inline counter_t *
counter_new (void)
{
    static const service_t SERVICES [] = { SERVICE_LOGS, SERVICE_METRICS, SERVICE_ALARMS };
    counter_t *self = calloc (1, sizeof *self);
    assert_non_null (self);
    self->desk = desk_new_with (contract_files);
    for (size_t s = 0; s < 3; s++) {
        body_tool_t tools [CONTRACTS_MAX];
        size_t count = 0;
        for (size_t i = 0; i < contracts_count (self->desk->contracts); i++) {
            const contract_t *contract = contracts_at (self->desk->contracts, i);
            if (contract_service (contract) == SERVICES [s])
                tools [count++] = (body_tool_t) { contract_name (contract), contract_version (contract) };
        }
        self->workers [s] = desk_worker (self->desk, SERVICES [s]);
        worker_ready_with (self->workers [s], 8, tools, count);
    }
    reply_init (&self->reply);
    return self;
}

static inline void
counter_clear (counter_t *self)
{
    errand_destroy (&self->errand);
    yyjson_doc_free (self->doc);
    self->doc = NULL;
    reply_deinit (&self->reply);
    reply_init (&self->reply);
    self->replied = false;
    desk_turn (self->desk);
}

static inline void
counter_destroy (counter_t **self_p)
{
    counter_t *self = *self_p;
    counter_clear (self);
    reply_deinit (&self->reply);
    assert_int_equal (dispatch_waiting (self->desk->dispatch), 0);
    desk_destroy (&self->desk);
    free (self);
    *self_p = NULL;
}

static inline void
counter_done (void *arg)
{
    counter_t *self = arg;
    assert_false (self->replied);
    self->replied = true;
    errand_purpose (self->errand)->finish (self->errand, &self->reply);
}

static inline void
counter_ask (counter_t *self, counter_method_t method, const char *params, revision_t revision)
{
    counter_clear (self);
    assert_int_equal (json_read (slice_of (params), JSON_DEPTH_MAX, &self->doc, NULL), STATUS_OK);
    errand_config_t config = { .contracts = self->desk->contracts, .dispatch = self->desk->dispatch, .random = &self->desk->random,
                               .budget_ms = COUNTER_BUDGET_MS };
    self->errand = method (&config, &(request_t) { yyjson_doc_get_root (self->doc), revision }, &self->reply);
    if (!self->errand)
        self->replied = true;
    else if (!errand_begin (self->errand, counter_done, self))
        counter_done (self);
    desk_turn (self->desk);
}

//  The request for this tool that waits for an answer; NULL: there is none.
static inline message_t *
counter_request (counter_t *self, const char *tool, worker_t **worker_p)
{
    for (size_t s = 0; s < 3; s++)
        for (int i = 0; i < self->workers [s]->has_count; i++)
            if (strcmp (self->workers [s]->has [i]->envelope.tool, tool) == 0) {
                *worker_p = self->workers [s];
                return self->workers [s]->has [i];
            }
    return NULL;
}

static inline void
counter_answers (counter_t *self, const char *tool, const char *json)
{
    worker_t *worker;
    message_t *request = counter_request (self, tool, &worker);
    if (!request)
        fail_msg ("%s was not asked", tool);
    worker_answer (worker, request->envelope.id, json);
}

static inline void
counter_fails (counter_t *self, const char *tool, status_t status, const char *text)
{
    worker_t *worker;
    message_t *request = counter_request (self, tool, &worker);
    if (!request)
        fail_msg ("%s was not asked", tool);
    worker_fault (worker, request->envelope.id, status, text);
}

static inline bool
counter_asked (counter_t *self, const char *tool)
{
    worker_t *worker;
    return counter_request (self, tool, &worker) != NULL;
}

//  An argument of the request for this tool, as text.
static inline slice_t
counter_argument (counter_t *self, const char *tool, const char *name)
{
    worker_t *worker;
    message_t *request = counter_request (self, tool, &worker);
    if (!request)
        fail_msg ("%s was not asked", tool);
    return argument_text (message_body (request), name);
}

static inline const char *
counter_text (counter_t *self)
{
    assert_true (self->replied);
    assert_int_equal (buffer_status (&self->reply.text), STATUS_OK);
    snprintf (self->text, sizeof self->text, "%.*s", (int) self->reply.text.size, self->reply.text.data);
    return self->text;
}

#endif
