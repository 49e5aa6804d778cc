#include "errand.h"

#include "log.h"
#include "tools.h"

#include <assert.h>
#include <stdlib.h>

//  A tool's answer with its wrapping; the rows in it are 1 MB at most.
enum { PART_BYTES_MAX = 2 * 1024 * 1024, WORDS_BYTES_MAX = 16 * 1024 };

typedef struct {
    errand_t *errand;
    errand_part_t part;
    const contract_t *contract;
    contract_arguments_t arguments;
    uint64_t  dispatched;               //  dispatch's id; 0: not under way
} call_t;

struct errand {
    errand_config_t  config;
    errand_purpose_t purpose;
    buffer_t    subject, detail;        //  What the purpose's slices point to
    trace_context_t trace;
    call_t      calls [ERRAND_CALLS_MAX];
    size_t      count;
    size_t      pending;                //  Calls that have not ended
    bool        begun;                  //  errand_begin has returned, or is about to
    void      (*done) (void *arg);
    void       *arg;
};

//  A copy that keeps absence.
static slice_t
s_keep (buffer_t *copy, slice_t text)
{
    buffer_init (copy, WORDS_BYTES_MAX);
    if (!text.data)
        return SLICE_ABSENT;
    buffer_append_slice (copy, text);
    buffer_append_char (copy, 0);
    return (slice_t) { copy->data, text.size };
}

errand_t *
errand_new (const errand_config_t *config, const errand_purpose_t *purpose)
{
    errand_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->config = *config;
    self->purpose = *purpose;
    self->purpose.subject = s_keep (&self->subject, purpose->subject);
    self->purpose.detail = s_keep (&self->detail, purpose->detail);
    trace_context_begin (&self->trace, config->traceparent, config->random);
    if (buffer_status (&self->subject) != STATUS_OK || buffer_status (&self->detail) != STATUS_OK)
        errand_destroy (&self);
    return self;
}

static void
s_log (const errand_t *self, status_t status)
{
    char trace [TRACE_ID_TEXT_SIZE];
    log_info ("errand", log_text ("method", self->purpose.name), log_text ("status", status_name (status)),
              log_int ("calls", (int64_t) self->count), log_text ("trace_id", trace_context_id (&self->trace, trace)));
}

void
errand_destroy (errand_t **self_p)
{
    errand_t *self = *self_p;
    if (!self)
        return;
    if (self->begun && self->pending > 0)
        s_log (self, STATUS_CANCELLED);
    for (size_t i = 0; i < self->count; i++) {
        call_t *call = &self->calls [i];
        if (call->dispatched)
            dispatch_cancel (self->config.dispatch, call->dispatched);
        contract_arguments_deinit (&call->arguments);
        buffer_deinit (&call->part.json);
        buffer_deinit (&call->part.text);
    }
    buffer_deinit (&self->subject);
    buffer_deinit (&self->detail);
    free (self);
    *self_p = NULL;
}

static void
s_check (call_t *call, slice_t arguments)
{
    yyjson_doc *doc = NULL;
    call->part.status = json_read (arguments, JSON_DEPTH_MAX, &doc, NULL);
    if (call->part.status == STATUS_OK)
        call->part.status = contract_check (call->contract, yyjson_doc_get_root (doc), &call->arguments, &call->part.text);
    yyjson_doc_free (doc);
}

void
errand_ask (errand_t *self, const char *tool, slice_t arguments)
{
    assert (self->count < ERRAND_CALLS_MAX && !self->begun);
    call_t *call = &self->calls [self->count++];
    *call = (call_t) { .errand = self, .part.tool = tool, .contract = contracts_find (self->config.contracts, slice_of (tool)) };
    buffer_init (&call->part.json, PART_BYTES_MAX);
    buffer_init (&call->part.text, PART_BYTES_MAX);
    buffer_init (&call->arguments.body, 0);
    if (call->contract)
        s_check (call, arguments);
    else
        call->part.status = STATUS_NO_WORKER;
}

//  Of the first call that failed; OK when none did.
static status_t
s_status (const errand_t *self)
{
    for (size_t i = 0; i < self->count; i++)
        if (self->calls [i].part.status != STATUS_OK)
            return self->calls [i].part.status;
    return STATUS_OK;
}

static void
s_ended (void *arg, const dispatch_outcome_t *outcome)
{
    call_t *call = arg;
    errand_t *self = call->errand;
    call->dispatched = 0;
    call->part.status = outcome->status;
    if (outcome->status == STATUS_OK) {
        buffer_append_slice (&call->part.json, outcome->json);
        if (buffer_status (&call->part.json) != STATUS_OK)
            call->part.status = buffer_status (&call->part.json);
    } else {
        char trace [TRACE_ID_TEXT_SIZE];
        tools_write_failure (&call->part.text, call->contract, outcome, self->config.budget_ms, trace_context_id (&self->trace, trace));
    }
    self->pending--;
    if (self->pending > 0 || !self->begun)
        return;
    s_log (self, s_status (self));
    self->done (self->arg);             //  Most likely the end of self
}

bool
errand_begin (errand_t *self, void (*done) (void *arg), void *arg)
{
    self->done = done;
    self->arg = arg;
    for (size_t i = 0; i < self->count; i++)
        self->pending += self->calls [i].part.status == STATUS_OK;
    for (size_t i = 0; i < self->count; i++) {
        call_t *call = &self->calls [i];
        if (call->part.status != STATUS_OK)
            continue;
        dispatch_call_t work = {
            .contract = call->contract, .arguments = buffer_slice (&call->arguments.body), .account = slice_of (call->arguments.account),
            .region = slice_of (call->arguments.region), .budget_ms = self->config.budget_ms, .traceparent = self->trace.bytes, .untold = true,
            .done = s_ended, .arg = call,
        };
        uint64_t id = dispatch_begin (self->config.dispatch, &work);
        if (id != 0)
            call->dispatched = id;
    }
    self->begun = true;
    if (self->pending == 0)
        s_log (self, s_status (self));
    return self->pending > 0;
}

const errand_purpose_t *
errand_purpose (const errand_t *self)
{
    return &self->purpose;
}

const errand_part_t *
errand_part (const errand_t *self, size_t index)
{
    return index < self->count ? &self->calls [index].part : NULL;
}
