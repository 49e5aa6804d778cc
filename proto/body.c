#include "body.h"

#include "pack.h"
#include "reader.h"

#include <math.h>

//  Walks the pairs of a map: each turn of the loop has read a key; the body of the loop must read or skip the value.
#define FOREACH_PAIR(reader, key, pairs) \
    for (slice_t key; pairs > 0 && (pairs--, reader_text (&reader, &key)) == STATUS_OK;)

static status_t
s_open (slice_t body, reader_t *reader, size_t *pairs)
{
    reader_init (reader, body);
    return reader_map (reader, pairs);
}

void
body_write_fault (buffer_t *out, const body_fault_t *fault)
{
    pack_map (out, 2);
    pack_key (out, "text");
    pack_text (out, fault->text);
    pack_key (out, "retry_ms");
    pack_int (out, fault->retry_ms);
}

//  A status that is not looked at here sticks in the reader, and reader_finish tells of it.
static void
s_read_optional_text (reader_t *reader, slice_t *text)
{
    status_t status = reader_peek (reader) == READER_NIL ? reader_skip (reader) : reader_text (reader, text);
    (void) status;
}

static void
s_skip (reader_t *reader)
{
    status_t status = reader_skip (reader);
    (void) status;
}

status_t
body_read_fault (slice_t body, body_fault_t *fault)
{
    *fault = (body_fault_t) { .text = SLICE_ABSENT, .retry_ms = -1 };
    reader_t reader;
    size_t pairs;
    status_t status = s_open (body, &reader, &pairs);
    if (status != STATUS_OK)
        return status;
    FOREACH_PAIR (reader, key, pairs) {
        if (slice_is (key, "text"))
            s_read_optional_text (&reader, &fault->text);
        else if (slice_is (key, "retry_ms"))
            status = reader_int (&reader, &fault->retry_ms);
        else
            s_skip (&reader);
    }
    return reader_finish (&reader);
}

void
body_write_progress (buffer_t *out, const body_progress_t *progress)
{
    pack_map (out, 3);
    pack_key (out, "done");
    pack_double (out, progress->done);
    pack_key (out, "total");
    pack_double (out, progress->total);
    pack_key (out, "text");
    pack_text (out, progress->text);
}

status_t
body_read_progress (slice_t body, body_progress_t *progress)
{
    *progress = (body_progress_t) { .text = SLICE_ABSENT };
    reader_t reader;
    size_t pairs;
    status_t status = s_open (body, &reader, &pairs);
    if (status != STATUS_OK)
        return status;
    FOREACH_PAIR (reader, key, pairs) {
        if (slice_is (key, "done"))
            status = reader_double (&reader, &progress->done);
        else if (slice_is (key, "total"))
            status = reader_double (&reader, &progress->total);
        else if (slice_is (key, "text"))
            s_read_optional_text (&reader, &progress->text);
        else
            s_skip (&reader);
    }
    status = reader_finish (&reader);
    bool finite = isfinite (progress->done) && isfinite (progress->total);      //  JSON has no other numbers
    return status == STATUS_OK && !finite ? STATUS_MALFORMED : status;
}

void
body_write_result (buffer_t *out, const body_result_t *result)
{
    pack_map (out, 2);
    pack_key (out, "cut");
    pack_bool (out, result->cut);
    pack_key (out, "json");
    pack_bytes (out, result->json);
}

status_t
body_read_result (slice_t body, body_result_t *result)
{
    *result = (body_result_t) { .json = SLICE_ABSENT };
    reader_t reader;
    size_t pairs;
    status_t status = s_open (body, &reader, &pairs);
    if (status != STATUS_OK)
        return status;
    FOREACH_PAIR (reader, key, pairs) {
        if (slice_is (key, "json"))
            status = reader_bytes (&reader, &result->json);
        else if (slice_is (key, "cut"))
            status = reader_bool (&reader, &result->cut);
        else
            s_skip (&reader);
    }
    status = reader_finish (&reader);
    return status == STATUS_OK && !result->json.size ? STATUS_MALFORMED : status;
}

void
body_write_ready (buffer_t *out, const body_tool_t *tools, size_t count)
{
    pack_map (out, 1);
    pack_key (out, "tools");
    pack_map (out, count);
    for (size_t i = 0; i < count; i++) {
        pack_key (out, tools [i].name);
        pack_int (out, tools [i].version);
    }
}

status_t
body_read_ready (slice_t body, void (*tool) (void *arg, slice_t name, int64_t version), void *arg)
{
    reader_t reader;
    size_t pairs;
    status_t status = s_open (body, &reader, &pairs);
    if (status != STATUS_OK)
        return status;
    FOREACH_PAIR (reader, key, pairs) {
        if (!slice_is (key, "tools")) {
            s_skip (&reader);
            continue;
        }
        size_t tools = 0;
        status = reader_map (&reader, &tools);
        FOREACH_PAIR (reader, name, tools) {
            int64_t version;
            if (reader_int (&reader, &version) == STATUS_OK)
                tool (arg, name, version);
        }
    }
    return reader_finish (&reader);
}

slice_t
argument_value (slice_t arguments, const char *name)
{
    reader_t reader;
    size_t pairs;
    if (s_open (arguments, &reader, &pairs) != STATUS_OK)
        return SLICE_ABSENT;
    FOREACH_PAIR (reader, key, pairs) {
        const uint8_t *from = reader.at;
        if (reader_skip (&reader) != STATUS_OK)
            break;
        if (slice_is (key, name))
            return (slice_t) { (const char *) from, (size_t) (reader.at - from) };
    }
    return SLICE_ABSENT;
}

slice_t
argument_text (slice_t arguments, const char *name)
{
    reader_t reader;
    reader_init (&reader, argument_value (arguments, name));
    slice_t text;
    return reader_text (&reader, &text) == STATUS_OK ? text : SLICE_ABSENT;
}

bool
argument_bool (slice_t arguments, const char *name)
{
    reader_t reader;
    reader_init (&reader, argument_value (arguments, name));
    bool value;
    return reader_bool (&reader, &value) == STATUS_OK && value;
}

int64_t
argument_int (slice_t arguments, const char *name, int64_t or_else)
{
    reader_t reader;
    reader_init (&reader, argument_value (arguments, name));
    int64_t value;
    return reader_int (&reader, &value) == STATUS_OK ? value : or_else;
}
