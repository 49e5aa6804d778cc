/*  A message of a client's with the headers that came with it, through the whole of MCP. The input is text: a line of letters (h: it came by HTTP,
    w: calls wait for a worker, and are cancelled; otherwise there is none, and they are refused), a line for each of the headers version,
    method and name (an empty one was not sent), and the body.

    Whatever comes in, exactly one answer goes out, or none for a call that was cancelled; it is JSON-RPC, and has the id that was asked with. To
    several messages at once it is as many answers at most, or one error. */

#include "json.h"
#include "log.h"
#include "mcp.h"

#include <assert.h>
#include <stdio.h>

enum { BUDGET_MS = 55000 };

//  Time stands still, but for a jump over the patience that dispatch has just after its start.
static int64_t s_now_us = 1000000;

static int64_t
s_mono_us (void *self)
{
    (void) self;
    return s_now_us;
}

static uint64_t
s_seven (void *self)
{
    (void) self;
    return 7;
}

static const clock_source_t CLOCK = { .mono_us = s_mono_us, .wall_ms = s_mono_us };
static const random_source_t RANDOM = { .next = s_seven };

typedef struct {
    dispatch_t *dispatch;
    mcp_t *mcp;
} engine_t;

static engine_t
s_engine (reactor_t *reactor, const contracts_t *contracts, const char *endpoint)
{
    engine_t engine;
    dispatch_config_t config = { .endpoint = endpoint, .calls_max = 8, .queue_calls_max = 8, .queue_bytes_max = 1048576, .credit_max = 8 };
    engine.dispatch = dispatch_new (reactor, contracts, &RANDOM, &config);
    assert (engine.dispatch);
    engine.mcp = mcp_new (&(mcp_config_t) {
        .contracts = contracts, .dispatch = engine.dispatch, .reactor = reactor, .random = &RANDOM, .call_deadline_ms = BUDGET_MS });
    assert (engine.mcp);
    return engine;
}

//  The id that an answer must have; NULL for a message that has none that can be echoed.
static yyjson_val *
s_id (yyjson_doc *doc)
{
    yyjson_val *id = yyjson_obj_get (yyjson_doc_get_root (doc), "id");
    return yyjson_is_int (id) || (yyjson_is_str (id) && yyjson_get_len (id) < 100) ? id : NULL;
}

typedef struct {
    yyjson_doc *asked;          //  NULL if it was no JSON
    int count;
} sink_t;

static void
s_check_answer (yyjson_val *root)
{
    assert (slice_is (json_text (root, "jsonrpc"), "2.0"));
    assert (!yyjson_obj_get (root, "result") != !yyjson_obj_get (root, "error"));
}

static void
s_check_answers (yyjson_val *root, yyjson_val *asked)
{
    assert (yyjson_arr_size (root) > 0 && yyjson_arr_size (root) <= yyjson_arr_size (asked));
    size_t i, count;
    yyjson_val *answer;
    yyjson_arr_foreach (root, i, count, answer)
        s_check_answer (answer);
}

static void
s_answer (void *arg, int http_status, buffer_t *json)
{
    sink_t *sink = arg;
    sink->count++;
    assert (buffer_status (json) == STATUS_OK);
    assert (http_status == 200 || http_status == 202 || http_status == 400 || http_status == 404);
    assert ((http_status == 202) == (json->size == 0));
    if (http_status == 202)
        return;
    yyjson_doc *doc;
    status_t status = json_read (buffer_slice (json), JSON_DEPTH_MAX, &doc, NULL);
    assert (status == STATUS_OK);
    yyjson_val *root = yyjson_doc_get_root (doc), *id = yyjson_obj_get (root, "id");
    if (yyjson_is_arr (root)) {
        s_check_answers (root, yyjson_doc_get_root (sink->asked));
        yyjson_doc_free (doc);
        return;
    }
    s_check_answer (root);
    assert (http_status == 200 || yyjson_obj_get (root, "error"));
    if (id)
        assert (yyjson_equals (id, yyjson_obj_get (yyjson_doc_get_root (sink->asked), "id")));
    else
        assert (!sink->asked || !s_id (sink->asked) || yyjson_obj_get (root, "error"));
    yyjson_doc_free (doc);
}

//  Takes a line off the text; absent if it is empty.
static slice_t
s_line (slice_t *text)
{
    const char *end = text->size ? memchr (text->data, '\n', text->size) : NULL;
    slice_t line = { text->data, end ? (size_t) (end - text->data) : text->size };
    size_t taken = line.size + (end != NULL);
    text->data += taken;
    text->size -= taken;
    return line.size ? line : SLICE_ABSENT;
}

int LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t size)
{
    static engine_t refusing, waiting;
    if (!refusing.mcp) {
        static contracts_t *contracts;
        char reason [CONTRACT_REASON_SIZE];
        log_set_level (LOG_LEVEL_ERROR);
        status_t status = contracts_new (contract_files, &contracts, reason);
        assert (status == STATUS_OK);
        static reactor_t *reactor;
        reactor = reactor_new (&CLOCK);
        assert (reactor);
        refusing = s_engine (reactor, contracts, "inproc://refusing");
        s_now_us += 2 * 1000 * DISPATCH_PATIENCE_MS;
        status = reactor_turn (reactor, 0);
        assert (status == STATUS_OK);
        waiting = s_engine (reactor, contracts, "inproc://waiting");
    }
    slice_t text = { size ? (const char *) bytes : "", size };
    slice_t letters = s_line (&text);
    era_headers_t headers = { .has_headers = letters.size && memchr (letters.data, 'h', letters.size) };
    engine_t *engine = letters.size && memchr (letters.data, 'w', letters.size) ? &waiting : &refusing;
    slice_t version = s_line (&text), method = s_line (&text), name = s_line (&text);
    if (headers.has_headers) {
        headers.version = version;
        headers.method = method;
        headers.name = name;
    }
    sink_t sink = { 0 };
    if (json_read (text, JSON_DEPTH_MAX, &sink.asked, NULL) != STATUS_OK)
        sink.asked = NULL;
    mcp_call_t *call = mcp_receive (engine->mcp, text, &headers, &(mcp_sink_t) { .answer = s_answer, .arg = &sink });
    assert (sink.count == (call == NULL) && (mcp_waiting (engine->mcp) > 0) == (call != NULL));
    mcp_cancel (&call);
    assert (sink.count <= 1 && mcp_waiting (engine->mcp) == 0 && dispatch_counts (engine->dispatch).in_flight == 0);
    yyjson_doc_free (sink.asked);
    return 0;
}
