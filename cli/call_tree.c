#include "call_tree.h"

#include "call_why.h"
#include "plain.h"

#include <stdlib.h>

enum {
    GAP = 2, DURATION_WIDTH = 7, NAME_WIDTH_MAX = 48, BAR_WIDTH_MIN = 16, LINE_BYTES_MAX = 4096,
    INDENT_MAX = 16,                    //  Levels that are shown as such
    TELLING_PERCENT = 10,               //  An attempt that took so much says how
};

//  --- Reading

//  What waits are called in a trace, and what they are.
static const char *const WAITS [] = { "queue", "credentials", "throttle", "backoff", "shared" };

static bool
s_is_wait (slice_t name)
{
    slice_t rest = name, word = slice_cut (&rest, ' ');
    for (size_t i = 0; i < sizeof WAITS / sizeof *WAITS; i++)
        if (slice_is (word, WAITS [i]))
            return true;
    return false;
}

//  "DescribeLogGroups" of "CloudWatchLogs.DescribeLogGroups"; "process cw.logs" stays.
static slice_t
s_operation (slice_t name)
{
    slice_t rest = name;
    slice_cut (&rest, '.');
    return rest.size && !memchr (name.data, ' ', name.size) ? rest : name;
}

static tree_span_t
s_span (yyjson_val *value)
{
    tree_span_t span = {
        .parent = json_text (value, "parent"), .name = s_operation (json_text (value, "name")),
        .status = json_text (value, "status"), .depth = json_int (value, "depth", 0),
        .start_us = call_line_us (value, "start_us"), .duration_us = call_line_us (value, "duration_us"),
        .critical = json_bool (value, "critical", false), .leaf = true, .attributes = yyjson_obj_get (value, "attributes"),
        .link = yyjson_obj_get (value, "link"),
    };
    span.ordinal = call_line_us (span.attributes, "cloudwatch_mcp.request");
    if (slice_is (json_text (value, "kind"), "CLIENT")) {
        span.kind = TREE_ATTEMPT;
        span.attempt = 1 + call_line_us (span.attributes, "http.request.resend_count");
    } else if (s_is_wait (span.name)) {
        span.kind = TREE_WAIT;
    }
    return span;
}

//  Do two steps belong to one request? Another worker, whose steps have another parent, counts anew.
static bool
s_are_of_one (const tree_span_t *a, const tree_span_t *b)
{
    return a->ordinal > 0 && a->ordinal == b->ordinal && slice_eq (a->parent, b->parent);
}

//  The first attempt of the request that a step belongs to; NULL.
static const tree_span_t *
s_first_attempt (const call_tree_t *self, const tree_span_t *span)
{
    for (const tree_span_t *one = self->spans; one < self->spans + self->count; one++)
        if (one->kind == TREE_ATTEMPT && s_are_of_one (one, span))
            return one;
    return NULL;
}

//  Requests of one operation are counted as they were asked, and a second worker's after the first one's.
static void
s_number (call_tree_t *self)
{
    const tree_span_t *firsts [CALL_TREE_SPANS_MAX];
    for (size_t i = 0; i < self->count; i++)
        firsts [i] = s_first_attempt (self, &self->spans [i]);
    for (size_t i = 0; i < self->count; i++) {
        tree_span_t *span = &self->spans [i];
        const tree_span_t *mine = firsts [i];
        for (size_t k = 0; mine && k < self->count; k++) {
            const tree_span_t *other = &self->spans [k];
            if (firsts [k] == mine && other->attempt > span->attempts)
                span->attempts = other->attempt;
            if (firsts [k] != other || !slice_eq (other->name, mine->name))
                continue;
            bool earlier = slice_eq (other->parent, mine->parent) ? other->ordinal <= mine->ordinal : other < mine;
            span->requests++;
            span->request += earlier;
        }
    }
}

call_tree_t *
call_tree_new (yyjson_val *root)
{
    call_tree_t *self = calloc (1, sizeof *self);
    if (!self || !call_line_read (&self->call, root)) {
        free (self);
        return NULL;
    }
    self->dropped = call_line_us (root, "dropped");
    yyjson_val *spans = yyjson_obj_get (root, "spans"), *value;
    size_t at, count;
    yyjson_arr_foreach (spans, at, count, value)
        if (self->count < CALL_TREE_SPANS_MAX)
            self->spans [self->count++] = s_span (value);
        else
            self->left_out++;
    s_number (self);
    for (size_t i = 0; i < self->count; i++)
        for (size_t k = i + 1; k < self->count && self->spans [k].depth > self->spans [i].depth; k++)
            self->spans [i].leaf &= !self->spans [k].critical;
    return self;
}

//  --- Drawing

typedef struct {
    const call_tree_t *tree;
    const terminal_t *terminal;
    buffer_t *out;
    size_t   width, name_width, bar_width;
} drawing_t;

static size_t
s_indent (const tree_span_t *span)
{
    return 2 * (size_t) (span->depth < 1 ? 0 : span->depth > INDENT_MAX ? INDENT_MAX - 1 : span->depth - 1);
}

static void
s_append_name (buffer_t *out, const tree_span_t *span, bool numbered)
{
    plain_pad (out, s_indent (span));
    if (span->kind == TREE_WAIT)
        buffer_append_text (out, "wait: ");
    plain_append (out, slice_is (span->name, "hop") ? SLICE ("messages") : slice_first (span->name, NAME_WIDTH_MAX));
    if (span->requests > 1)
        buffer_printf (out, ", request %lld", (long long) span->request);
    if (span->attempt && numbered)
        buffer_printf (out, " #%lld", (long long) span->attempt);
}

//  From where to where, in columns; whatever happened is at least one wide.
static void
s_append_bar (const drawing_t *self, const tree_span_t *span)
{
    static const struct {
        const char *utf8, *ascii;
    } GLYPHS [] = { [TREE_STEP] = { "▄", "=" }, [TREE_ATTEMPT] = { "█", "#" }, [TREE_WAIT] = { "░", "." } };
    double total_us = self->tree->call.total_us > 0 ? (double) self->tree->call.total_us : 1, width = (double) self->bar_width;
    double start_us = span->start_us > 0 ? (double) span->start_us : 0, end_us = start_us + (double) (span->duration_us > 0 ? span->duration_us : 0);
    size_t from = start_us < total_us ? (size_t) (start_us / total_us * width) : self->bar_width - 1;
    size_t to = end_us < total_us ? (size_t) (end_us / total_us * width + 0.5) : self->bar_width;
    if (from >= self->bar_width)
        from = self->bar_width - 1;
    bool failed = span->kind == TREE_ATTEMPT && !slice_is (span->status, "OK");
    const char *style = terminal_style (self->terminal, failed ? TERMINAL_RED : span->kind == TREE_ATTEMPT ? TERMINAL_GREEN :
                                        span->kind == TREE_WAIT ? TERMINAL_YELLOW : TERMINAL_PLAIN);
    plain_pad (self->out, GAP + from);
    buffer_append_text (self->out, style);
    for (size_t i = from; i < to || i == from; i++)
        buffer_append_text (self->out, self->terminal->utf8 ? GLYPHS [span->kind].utf8 : GLYPHS [span->kind].ascii);
    buffer_append_text (self->out, terminal_style (self->terminal, TERMINAL_PLAIN));
}

static void
s_append_text (buffer_t *out, const char *before, yyjson_val *attributes, const char *key)
{
    slice_t text = json_text (attributes, key);
    if (!text.size)
        return;
    buffer_append_text (out, out->size ? before : "");
    buffer_append_slice (out, text);
}

static void
s_append_time (buffer_t *out, const char *what, yyjson_val *attributes, const char *key)
{
    int64_t us = call_line_us (attributes, key);
    if (us <= 0)
        return;
    buffer_printf (out, "%s%s ", out->size ? ", " : "", what);
    call_line_append_us (out, us, 0);
}

//  ": ThrottlingException": what the status does not say already. An answer that tells of an error has the type tool_error, whatever it was.
static void
s_append_error_type (buffer_t *out, const tree_span_t *span)
{
    slice_t type = json_text (span->attributes, "error.type");
    if (!slice_eq_nocase (type, span->status) && !slice_is (type, "tool_error"))
        s_append_text (out, ": ", span->attributes, "error.type");
}

//  What an attempt, or a step that others did, has to say beside its bar.
static void
s_append_note (buffer_t *out, const drawing_t *self, const tree_span_t *span)
{
    bool failed = span->status.size && !slice_is (span->status, "OK");
    bool much = span->critical && span->duration_us * 100 >= self->tree->call.total_us * TELLING_PERCENT;
    if (failed) {
        buffer_append_slice (out, span->status);
        s_append_error_type (out, span);
    }
    if (json_int (span->attributes, "cloudwatch_mcp.cached", 0)) {
        buffer_printf (out, "%sAWS was not asked: the answer was kept from before, ", out->size ? ", " : "");
        call_line_append_us (out, 1000 * call_line_us (span->attributes, "cloudwatch_mcp.age_ms"), 0);
        buffer_append_text (out, " old");
    }
    slice_t linked = json_text (span->link, "trace_id");
    bool shared = slice_is (span->name, "shared") || json_int (span->attributes, "cloudwatch_mcp.shared", 0);
    if (linked.size) {
        buffer_printf (out, "%s%s", out->size ? ", " : "", shared ? "another call's request answered it: trace " : "belongs to trace ");
        buffer_append_slice (out, linked);
    }
    if (span->kind != TREE_ATTEMPT || !(failed || much))
        return;
    int64_t http = json_int (span->attributes, "http.response.status_code", 0);
    if (http && failed)
        buffer_printf (out, ", HTTP %lld", (long long) http);
    if (much) {
        s_append_time (out, "name", span->attributes, "cloudwatch_mcp.dns_us");
        s_append_time (out, "connect", span->attributes, "cloudwatch_mcp.connect_us");
        s_append_time (out, "TLS", span->attributes, "cloudwatch_mcp.tls_us");
        s_append_time (out, "first byte after", span->attributes, "cloudwatch_mcp.first_byte_us");
    }
    s_append_text (out, ", AWS request ", span->attributes, "aws.request_id");
}

static void
s_write_span (const drawing_t *self, const tree_span_t *span)
{
    buffer_t text;
    buffer_init (&text, LINE_BYTES_MAX);
    const char *bold = terminal_style (self->terminal, TERMINAL_BOLD);
    buffer_printf (self->out, "%s%c ", span->critical ? bold : "", span->critical ? '*' : ' ');
    s_append_name (&text, span, self->tree->call.retries > 0);
    slice_t name = plain_cut (buffer_slice (&text), self->name_width);
    buffer_append_slice (self->out, name);
    plain_pad (self->out, self->name_width - plain_width (name) + GAP);
    call_line_append_us (self->out, span->duration_us, DURATION_WIDTH);
    buffer_append_text (self->out, span->critical ? terminal_style (self->terminal, TERMINAL_PLAIN) : "");
    s_append_bar (self, span);
    buffer_append_char (self->out, '\n');
    buffer_clear (&text);
    s_append_note (&text, self, span);
    size_t indent = 2 + s_indent (span) + 4;
    if (text.size) {
        plain_pad (self->out, indent);
        plain_wrap (self->out, buffer_slice (&text), indent, indent, self->width);
        buffer_append_char (self->out, '\n');
    }
    buffer_deinit (&text);
}

static void
s_write_head (const drawing_t *self)
{
    const call_line_t *call = &self->tree->call;
    buffer_t text;
    buffer_init (&text, 4 * LINE_BYTES_MAX);
    call_why_append (&text, self->tree);
    buffer_append_text (self->out, terminal_style (self->terminal, TERMINAL_BOLD));
    plain_wrap (self->out, buffer_slice (&text), 0, 0, self->width);
    buffer_printf (self->out, "%s\n\n", terminal_style (self->terminal, TERMINAL_PLAIN));
    buffer_clear (&text);
    buffer_printf (&text, "call %lld,", (long long) call->number);
    const struct {
        const char *before;
        slice_t text;
    } words [] = { { " ended ", call->ended }, { ", status ", call->status }, { ", account ", call->account }, { ", region ", call->region },
                   { ", trace ", call->trace_id } };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (words [i].text.size) {
            buffer_append_text (&text, words [i].before);
            buffer_append_slice (&text, words [i].text);
        }
    plain_wrap (self->out, buffer_slice (&text), 0, 0, self->width);
    buffer_append_text (self->out, "\n\n");
    buffer_deinit (&text);
}

//  As wide as the longest name, while the bars have their room.
static void
s_measure (drawing_t *self)
{
    self->width = self->terminal->width ? self->terminal->width : CALL_TREE_WIDTH;
    size_t fixed = 2 + GAP + DURATION_WIDTH + GAP, most = self->width > fixed + BAR_WIDTH_MIN + GAP ? self->width - fixed - BAR_WIDTH_MIN : GAP;
    buffer_t name;
    buffer_init (&name, LINE_BYTES_MAX);
    for (size_t i = 0; i < self->tree->count; i++) {
        buffer_clear (&name);
        s_append_name (&name, &self->tree->spans [i], self->tree->call.retries > 0);
        size_t width = plain_width (buffer_slice (&name));
        self->name_width = width > self->name_width ? width : self->name_width;
    }
    buffer_deinit (&name);
    if (self->name_width > most)
        self->name_width = most;
    self->bar_width = self->width > fixed + self->name_width + BAR_WIDTH_MIN ? self->width - fixed - self->name_width : BAR_WIDTH_MIN;
}

void
call_tree_write (buffer_t *out, const call_tree_t *self, const terminal_t *terminal)
{
    drawing_t drawing = { .tree = self, .terminal = terminal, .out = out };
    s_measure (&drawing);
    s_write_head (&drawing);
    bool marked = false;
    for (size_t i = 0; i < self->count; i++) {
        s_write_span (&drawing, &self->spans [i]);
        marked |= self->spans [i].critical;
    }
    buffer_append_text (out, marked ? "\n* decided how long the call took.\n" : "");
    if (self->dropped > 0 || self->left_out > 0)
        buffer_printf (out, "%lld more steps are not here: there was no room for them.\n", (long long) self->dropped + (long long) self->left_out);
}
