#include "spans.h"

#include "pack.h"

enum { LINK_BYTES = SPAN_TRACE_BYTES + SPAN_ID_BYTES };

void
spans_init (spans_t *self, size_t bytes_max)
{
    *self = (spans_t) { 0 };
    buffer_init (&self->bytes, bytes_max);
}

void
spans_deinit (spans_t *self)
{
    buffer_deinit (&self->bytes);
}

static slice_t
s_bytes (const uint8_t *bytes, size_t size)
{
    return (slice_t) { (const char *) bytes, size };
}

static void
s_pack (buffer_t *out, const span_t *span)
{
    enum { MEMBERS = 9 };
    pack_array (out, MEMBERS);
    pack_bytes (out, s_bytes (span->id, SPAN_ID_BYTES));
    pack_bytes (out, span_id_is_set (span->parent) ? s_bytes (span->parent, SPAN_ID_BYTES) : SLICE (""));
    pack_int (out, span->kind);
    pack_text (out, slice_of (span->name));
    pack_int (out, span->start_us);
    pack_int (out, span->duration_us);
    pack_int (out, span->status);
    pack_map (out, (size_t) span->count);
    for (int i = 0; i < span->count; i++) {
        const span_attribute_t *attribute = &span->attributes [i];
        pack_int (out, attribute->key);
        if (span_key_is_text (attribute->key))
            pack_text (out, (slice_t) { span->text + attribute->at, attribute->size });
        else
            pack_int (out, attribute->number);
    }
    if (!span->linked) {
        pack_nil (out);
        return;
    }
    uint8_t link [LINK_BYTES];
    memcpy (link, span->link_trace, SPAN_TRACE_BYTES);
    memcpy (link + SPAN_TRACE_BYTES, span->link, SPAN_ID_BYTES);
    pack_bytes (out, s_bytes (link, sizeof link));
}

//  Back to what was whole: what did not fit is as if it had never come.
static void
s_undo (spans_t *self, size_t size)
{
    self->bytes.size = size;
    self->bytes.status = STATUS_OK;
    self->dropped++;
}

//  What one call usually tells, so that its memory is taken once.
enum { BYTES_USUAL = 1536 };

void
spans_add (spans_t *self, const span_t *span)
{
    size_t before = self->bytes.size;
    if (!self->bytes.data && self->bytes.limit > BYTES_USUAL)
        buffer_reserve (&self->bytes, BYTES_USUAL);
    if (self->count < SPANS_MAX)
        s_pack (&self->bytes, span);
    if (self->bytes.size == before || buffer_status (&self->bytes) != STATUS_OK)
        s_undo (self, before);
    else
        self->count++;
}

void
spans_add_moved (spans_t *self, int64_t move_us, slice_t body)
{
    size_t before = self->bytes.size;
    pack_int (&self->bytes, move_us);
    buffer_append_slice (&self->bytes, body);
    pack_int (&self->bytes, 0);         //  What comes behind them is where it says
    if (buffer_status (&self->bytes) != STATUS_OK)
        s_undo (self, before);
}

void
spans_write (const spans_t *self, const span_t *first, slice_t tracestate, buffer_t *out)
{
    enum { HEAD = 3 };
    pack_array (out, HEAD);
    pack_int (out, SPANS_VERSION);
    pack_int (out, self ? self->dropped : 0);
    pack_text (out, tracestate.size && tracestate.size <= SPANS_TRACESTATE_MAX ? tracestate : SLICE_ABSENT);
    if (first)
        s_pack (out, first);
    if (self)
        buffer_append_slice (out, buffer_slice (&self->bytes));
}

//  --- Reading

//  A text, or nil.
static void
s_read_text (reader_t *reader, slice_t *text)
{
    *text = SLICE_ABSENT;
    status_t status = reader_peek (reader) == READER_NIL ? reader_skip (reader) : reader_text (reader, text);
    (void) status;                      //  The first fault sticks
}

static bool
s_skip (reader_t *reader, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (reader_skip (reader) != STATUS_OK)
            return false;
    return true;
}

status_t
spans_open (spans_reader_t *self, slice_t frame)
{
    enum { HEAD = 3 };
    *self = (spans_reader_t) { 0 };
    reader_init (&self->reader, frame);
    if (frame.size == 0)
        return STATUS_OK;
    size_t count;
    int64_t version, dropped;
    if (reader_array (&self->reader, &count) != STATUS_OK || count < HEAD || reader_int (&self->reader, &version) != STATUS_OK
        || reader_int (&self->reader, &dropped) != STATUS_OK || dropped < 0 || dropped > UINT32_MAX)
        return STATUS_MALFORMED;
    self->dropped = (uint32_t) dropped;
    s_read_text (&self->reader, &self->tracestate);
    if (!s_skip (&self->reader, count - HEAD) || self->tracestate.size > SPANS_TRACESTATE_MAX)
        return STATUS_MALFORMED;
    return self->reader.status;
}

slice_t
spans_body (const spans_reader_t *self)
{
    return (slice_t) { (const char *) self->reader.at, (size_t) (self->reader.end - self->reader.at) };
}

//  Exactly so many bytes, or none (then it stays as it is).
static bool
s_read_id (reader_t *reader, uint8_t *id, size_t size, bool *given)
{
    slice_t bytes = SLICE_ABSENT;
    if (reader_peek (reader) == READER_NIL)
        return reader_skip (reader) == STATUS_OK;
    if (reader_bytes (reader, &bytes) != STATUS_OK || (bytes.size != size && bytes.size != 0))
        return false;
    *given = bytes.size == size;
    if (*given)
        memcpy (id, bytes.data, size);
    return true;
}

//  Offsets and durations of more than a day are nobody's, and sums of them must not overflow.
static const int64_t TIME_US_MAX = 86400LL * 1000 * 1000;

static bool
s_is_time (int64_t us)
{
    return us >= -TIME_US_MAX && us <= TIME_US_MAX;
}

static bool
s_is_duration (int64_t us)
{
    return us >= 0 && us <= TIME_US_MAX;
}

//  "cloudwatch_mcp.dns_us": the name says the unit.
static bool
s_is_in_us (int key)
{
    const char *name = span_key_name (key);
    size_t size = strlen (name);
    return size > 3 && strcmp (name + size - 3, "_us") == 0;
}

static bool
s_read_attribute (reader_t *reader, span_t *span)
{
    int64_t key, number;
    slice_t text;
    if (reader_int (reader, &key) != STATUS_OK)
        return false;
    //  What follows from the name is not a peer's to say (s_add_what_follows)
    bool follows = key == SPAN_KEY_RPC_SYSTEM || key == SPAN_KEY_RPC_METHOD;
    bool known = key > 0 && key < SPAN_KEY_END && span_key_name ((int) key) && !follows;
    reader_type_t type = reader_peek (reader);
    if (known && span_key_is_text ((int) key) && type == READER_TEXT) {
        if (reader_text (reader, &text) != STATUS_OK)
            return false;
        span_set_text (span, (span_key_t) key, text);
        return true;
    }
    if (known && !span_key_is_text ((int) key) && type == READER_INT) {
        if (reader_int (reader, &number) != STATUS_OK || (s_is_in_us ((int) key) && !s_is_duration (number)))
            return false;
        span_set_number (span, (span_key_t) key, number);
        return true;
    }
    return reader_skip (reader) == STATUS_OK;
}

static void
s_add_what_follows (span_t *span)
{
    char method [SPAN_NAME_MAX + 1];
    const char *dot = strchr (span->name, '.');
    if (span->kind != SPAN_CLIENT || !dot)
        return;
    memcpy (method, span->name, sizeof method);
    method [dot - span->name] = '/';
    span_set_text (span, SPAN_KEY_RPC_SYSTEM, SLICE ("aws-api"));
    span_set_text (span, SPAN_KEY_RPC_METHOD, slice_of (method));
}

static bool
s_read_span (reader_t *reader, span_t *span)
{
    enum { MEMBERS = 9 };
    size_t count, attributes;
    uint8_t id [SPAN_ID_BYTES] = { 0 }, parent [SPAN_ID_BYTES] = { 0 }, link [LINK_BYTES];
    bool has_id = false, has_parent = false, linked = false;
    int64_t kind, start_us, duration_us, status;
    slice_t name;
    if (reader_array (reader, &count) != STATUS_OK || count < MEMBERS || !s_read_id (reader, id, sizeof id, &has_id) || !has_id
        || !s_read_id (reader, parent, sizeof parent, &has_parent) || reader_int (reader, &kind) != STATUS_OK
        || reader_text (reader, &name) != STATUS_OK || reader_int (reader, &start_us) != STATUS_OK || !s_is_time (start_us)
        || reader_int (reader, &duration_us) != STATUS_OK || !s_is_duration (duration_us)
        || reader_int (reader, &status) != STATUS_OK || status < 0 || status > UINT16_MAX || reader_map (reader, &attributes) != STATUS_OK)
        return false;
    span_init (span, SPAN_INTERNAL, id, parent, name);
    span->kind = kind >= SPAN_INTERNAL && kind <= SPAN_CONSUMER ? (uint8_t) kind : SPAN_INTERNAL;
    span->status = (status_t) status;
    span_set_times (span, start_us, start_us + duration_us);
    for (size_t i = 0; i < attributes; i++)
        if (!s_read_attribute (reader, span))
            return false;
    if (!s_read_id (reader, link, sizeof link, &linked) || !s_skip (reader, count - MEMBERS))
        return false;
    if (linked)
        span_set_link (span, link, link + SPAN_TRACE_BYTES);
    s_add_what_follows (span);
    return true;
}

status_t
spans_next (spans_reader_t *self, span_t *span)
{
    reader_t *reader = &self->reader;
    while (reader->status == STATUS_OK && reader_peek (reader) == READER_INT)
        if (reader_int (reader, &self->move_us) != STATUS_OK || !s_is_time (self->move_us))
            return STATUS_MALFORMED;
    if (reader->status == STATUS_OK && reader->at == reader->end)
        return STATUS_AGAIN;
    if (!s_read_span (reader, span))
        return STATUS_MALFORMED;
    span->start_us += self->move_us;
    return STATUS_OK;
}
