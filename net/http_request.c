/*  A request arrives in pieces of any size and is parsed where it lies: the connection's buffer holds head and body in one piece, and what the
    parser finds is noted as offsets into it. llhttp says what is HTTP at all, in its strict way, and stops twice: behind the head, so that we
    can object to what it may not judge (a second Host, a length that is too long) before a byte of the body is asked for; and behind the
    whole, so that nothing of the next request is looked at before this one is answered.

    Chunks are moved together as they come, and what surrounds them is dropped, so that a body occupies what it says and no more. Trailers are
    read, bounded and forgotten: no rule of ours depends on a header, and none can be smuggled in behind a body. */

#include "http_internal.h"

#include <assert.h>

//  Longer targets than this are nobody's here; RFC 9110 4.1 asks for 8,000 at least.
static const size_t TARGET_BYTES_MAX = 8192;

static const char *
s_base (const http_request_t *self)
{
    return self->in.data + self->begin;
}

slice_t
http_request_slice (const http_request_t *self, http_span_t span)
{
    return (slice_t) { s_base (self) + span.at, span.size };
}

//  The first objection stands. What is returned ends the parser's run, too.
static int
s_object (http_request_t *self, int status, const char *why)
{
    if (!self->refusal) {
        self->refusal = status;
        self->why = why;
    }
    return HPE_USER;
}

//  A span comes in one piece or in several, one behind the other.
static void
s_extend (const http_request_t *self, http_span_t *span, const char *at, size_t size)
{
    size_t from = (size_t) (at - s_base (self));
    if (span->size == 0)
        span->at = (uint32_t) from;
    span->size = (uint32_t) (from + size - span->at);
}

static int
s_on_method (llhttp_t *parser, const char *at, size_t size)
{
    http_request_t *self = parser->data;
    s_extend (self, &self->method, at, size);
    return 0;
}

static int
s_on_url (llhttp_t *parser, const char *at, size_t size)
{
    http_request_t *self = parser->data;
    s_extend (self, &self->target, at, size);
    return self->target.size > TARGET_BYTES_MAX ? s_object (self, 414, "the request's target is longer than 8 KB") : 0;
}

static int
s_on_version (llhttp_t *parser, const char *at, size_t size)
{
    http_request_t *self = parser->data;
    s_extend (self, &self->version, at, size);
    return 0;
}

//  Chunk extensions and trailers mean nothing to us, but their sum is bounded like the head's.
static int
s_on_extra (llhttp_t *parser, const char *at, size_t size)
{
    (void) at;
    http_request_t *self = parser->data;
    self->extra_bytes += size;
    if (self->extra_bytes > self->limits->head_bytes_max)
        return s_object (self, 431, "chunk extensions and trailers are too long");
    return 0;
}

static int
s_on_name (llhttp_t *parser, const char *at, size_t size)
{
    http_request_t *self = parser->data;
    if (parser->flags & F_TRAILING)
        return s_on_extra (parser, at, size);

    if (!self->in_name) {
        if (self->line_count == self->limits->head_lines_max)
            return s_object (self, 431, "there are too many headers");
        self->lines [self->line_count++] = (http_line_t) { { 0 } };
        self->in_name = true;
    }
    s_extend (self, &self->lines [self->line_count - 1].name, at, size);
    return 0;
}

static int
s_on_name_complete (llhttp_t *parser)
{
    http_request_t *self = parser->data;
    self->in_name = false;
    return 0;
}

static int
s_on_value (llhttp_t *parser, const char *at, size_t size)
{
    http_request_t *self = parser->data;
    if (parser->flags & F_TRAILING)
        return s_on_extra (parser, at, size);
    s_extend (self, &self->lines [self->line_count - 1].value, at, size);
    return 0;
}

static int
s_on_head_complete (llhttp_t *parser)
{
    (void) parser;
    return HPE_PAUSED;
}

//  content_length is the chunk's at this moment. A chunk that will not fit is refused before it comes.
static int
s_on_chunk_header (llhttp_t *parser)
{
    http_request_t *self = parser->data;
    if (parser->content_length > self->limits->body_bytes_max - self->body_size)
        return s_object (self, 413, "the body is too large");
    return 0;
}

//  The place for the next body byte is never behind the byte's own.
static int
s_on_body (llhttp_t *parser, const char *at, size_t size)
{
    http_request_t *self = parser->data;
    assert (size <= self->limits->body_bytes_max - self->body_size);
    char *place = self->in.data + self->begin + self->head_size + self->body_size;
    if (place != at)
        memmove (place, at, size);
    self->body_size += size;
    return 0;
}

static int
s_on_complete (llhttp_t *parser)
{
    http_request_t *self = parser->data;
    self->whole = true;
    return HPE_PAUSED;
}

static const llhttp_settings_t s_settings = {
    .on_method = s_on_method,
    .on_url = s_on_url,
    .on_version = s_on_version,
    .on_header_field = s_on_name,
    .on_header_field_complete = s_on_name_complete,
    .on_header_value = s_on_value,
    .on_headers_complete = s_on_head_complete,
    .on_chunk_extension_name = s_on_extra,
    .on_chunk_extension_value = s_on_extra,
    .on_chunk_header = s_on_chunk_header,
    .on_body = s_on_body,
    .on_message_complete = s_on_complete,
};

void
http_request_init (http_request_t *self, const http_limits_t *limits, http_line_t *lines)
{
    *self = (http_request_t) { .limits = limits, .lines = lines };
    llhttp_init (&self->parser, HTTP_REQUEST, &s_settings);
    self->parser.data = self;
    //  A request at its largest, with a reading in front of it that was answered and one behind it that waits
    buffer_init (&self->in, limits->head_bytes_max + limits->body_bytes_max + 2 * (size_t) HTTP_SCRATCH_BYTES);
}

void
http_request_deinit (http_request_t *self)
{
    buffer_deinit (&self->in);
}

status_t
http_request_append (http_request_t *self, const char *data, size_t size)
{
    buffer_consume (&self->in, self->begin);
    self->begin = 0;
    buffer_append (&self->in, data, size);
    return buffer_status (&self->in);
}

size_t
http_request_unparsed (const http_request_t *self)
{
    return self->in.size - self->begin - self->parsed;
}

//  In origin form the target is path and query. In absolute form, meant for proxies but valid, it names a host too: if that is not the one
//  that the Host header names, somebody in between may have looked at the other.
static void
s_check_target (http_request_t *self, slice_t host)
{
    slice_t target = http_request_slice (self, self->target);
    const char *end = target.data + target.size;
    const char *path = target.data;
    if (memchr (target.data, '#', target.size))
        s_object (self, 400, "the request's target has a fragment");
    else if (slice_is (target, "*")) {
        if (self->parser.method != HTTP_OPTIONS)
            s_object (self, 400, "the target * is for OPTIONS");
    } else if (target.data [0] != '/') {
        const char *authority = memmem (target.data, target.size, "://", 3);
        if (!authority) {
            s_object (self, 400, "the request's target is not a path");
            return;
        }
        authority += 3;
        for (path = authority; path < end && *path != '/' && *path != '?';)
            path++;
        slice_t named = { authority, (size_t) (path - authority) };
        if (host.data && !slice_eq_nocase (named, host))
            s_object (self, 400, "the target and the Host header name different hosts");
    }
    const char *query = memchr (path, '?', (size_t) (end - path));
    self->has_query = query != NULL;
    self->path = (http_span_t) { (uint32_t) (path - s_base (self)), (uint32_t) ((query ? query : end) - path) };
    if (query)
        self->query = (http_span_t) { (uint32_t) (query + 1 - s_base (self)), (uint32_t) (end - query - 1) };
}

//  What llhttp lets pass and we do not: other protocols in the request line, versions that we do not speak.
static void
s_check_request_line (http_request_t *self)
{
    const char *version = s_base (self) + self->version.at;
    if (self->parser.http_major != 1)
        s_object (self, 505, "this server speaks HTTP/1.1 and HTTP/1.0");
    else if (self->version.at < 5 || memcmp (version - 5, "HTTP/", 5) != 0)
        s_object (self, 400, "this is not HTTP");
    else if (self->target.at != self->method.size + self->method.at + 1 || self->version.at != self->target.at + self->target.size + 1 + 5)
        s_object (self, 400, "the parts of the request line are not one blank apart");
    else if (self->parser.method == HTTP_CONNECT)
        s_object (self, 400, "this server is no proxy");
    //  llhttp had an end of the head once that was none; everything about smuggling hangs on this place
    else if (self->head_size < 4 || memcmp (s_base (self) + self->head_size - 4, "\r\n\r\n", 4) != 0)
        s_object (self, 400, "the headers do not end with an empty line");
}

//  How the body ends must be said once, and in a way that everybody on the path understands alike (RFC 9112 6.3). llhttp refuses most of this
//  too, and is asked again here: it is the one place where two opinions are worth their time.
static void
s_check_framing (http_request_t *self, int lengths, int codings, slice_t coding)
{
    const llhttp_t *parser = &self->parser;
    if (lengths > 1 || (lengths && codings))
        s_object (self, 400, "the length of the body is said twice");
    else if (codings && parser->http_minor == 0)
        s_object (self, 400, "HTTP/1.0 has no transfer codings");
    else if (codings > 1 || (codings && !slice_is_nocase (coding, "chunked")))
        s_object (self, 501, "the only transfer coding here is chunked");
    else if ((codings == 1) != ((parser->flags & F_CHUNKED) != 0))
        s_object (self, 400, "the transfer coding is unclear");
    else if (lengths && parser->content_length > self->limits->body_bytes_max)
        s_object (self, 413, "the body is too large");
    self->has_body = codings || (lengths && parser->content_length > 0);
}

//  Everything that can be objected to before the body is read.
static void
s_check_head (http_request_t *self)
{
    int hosts = 0, lengths = 0, codings = 0;
    slice_t host = SLICE_ABSENT, coding = SLICE_ABSENT, expectation = SLICE_ABSENT;
    for (int i = 0; i < self->line_count; i++) {
        slice_t name = http_request_slice (self, self->lines [i].name);
        slice_t value = slice_trim (http_request_slice (self, self->lines [i].value));
        if (slice_is_nocase (name, "Host")) {
            hosts++;
            host = value;
        } else if (slice_is_nocase (name, "Content-Length"))
            lengths++;
        else if (slice_is_nocase (name, "Transfer-Encoding")) {
            codings++;
            coding = value;
        } else if (slice_is_nocase (name, "Expect"))
            expectation = value;
    }
    bool is_1_0 = self->parser.http_minor == 0;

    s_check_request_line (self);
    if (hosts > 1 || (hosts == 0 && !is_1_0))
        s_object (self, 400, hosts ? "there are several Host headers" : "there is no Host header");
    s_check_framing (self, lengths, codings, coding);
    s_check_target (self, host);
    if (expectation.data && !is_1_0) {
        self->awaits_continue = slice_is_nocase (expectation, "100-continue");
        if (!self->awaits_continue)
            s_object (self, 417, "the only expectation that is met here is 100-continue");
    }
    self->keep_alive = llhttp_should_keep_alive (&self->parser);
}

//  The parser gave up: which answer says why?
static void
s_object_to_bytes (http_request_t *self, llhttp_errno_t error)
{
    const llhttp_t *parser = &self->parser;
    slice_t version = http_request_slice (self, self->version);
    if (error == HPE_PAUSED_H2_UPGRADE)
        s_object (self, 505, "this server speaks HTTP/1.1 and HTTP/1.0");
    else if (error == HPE_INVALID_VERSION && !slice_is (version, "1.1") && !slice_is (version, "1.0"))
        s_object (self, 505, "this server speaks HTTP/1.1 and HTTP/1.0");
    else if (error == HPE_INVALID_TRANSFER_ENCODING && !(parser->flags & F_CONTENT_LENGTH))
        s_object (self, 501, "the only transfer coding here is chunked");
    else
        s_object (self, 400, llhttp_get_error_reason (parser));
}

//  All bytes were parsed, and there is no end yet.
static http_progress_t
s_partial (http_request_t *self)
{
    if (self->head_size) {
        //  Only what belongs to the body is kept
        self->parsed = self->head_size + self->body_size;
        self->in.size = self->begin + self->parsed;
    } else if (self->parsed == self->limits->head_bytes_max) {
        if (self->version.size == 0)
            s_object (self, 414, "the request line is too long");
        else
            s_object (self, 431, "the headers are too long");
    }
    return self->refusal ? HTTP_REFUSED : HTTP_PARTIAL;
}

http_progress_t
http_request_parse (http_request_t *self)
{
    assert (!self->whole);
    if (self->refusal)
        return HTTP_REFUSED;

    //  While the head is read the parser sees no byte beyond the limit, so that one piece and many give the same answer
    size_t size = http_request_unparsed (self);
    if (self->head_size == 0 && size > self->limits->head_bytes_max - self->parsed)
        size = self->limits->head_bytes_max - self->parsed;

    const char *from = s_base (self) + self->parsed;
    llhttp_errno_t error = llhttp_execute (&self->parser, from, size);
    if (error == HPE_OK) {
        self->parsed += size;
        return s_partial (self);
    }
    if (error != HPE_PAUSED) {
        s_object_to_bytes (self, error);
        return HTTP_REFUSED;
    }

    self->parsed += (size_t) (llhttp_get_error_pos (&self->parser) - from);
    llhttp_resume (&self->parser);
    if (self->whole)
        return HTTP_WHOLE;
    self->head_size = self->parsed;
    s_check_head (self);
    return self->refusal ? HTTP_REFUSED : HTTP_HEAD_READ;
}

void
http_request_next (http_request_t *self)
{
    self->begin += self->parsed;
    if (self->begin == self->in.size) {
        self->begin = 0;
        buffer_clear (&self->in);
        if (self->in.capacity > HTTP_IDLE_BYTES_MAX)
            buffer_deinit (&self->in);
    }
    //  An Upgrade header is an offer that we decline: starting afresh, the parser forgets that it stopped for one
    llhttp_reset (&self->parser);
    self->parsed = self->head_size = self->body_size = self->extra_bytes = 0;
    self->method = self->target = self->version = self->path = self->query = (http_span_t) { 0 };
    self->line_count = 0;
    self->in_name = self->has_query = self->has_body = self->awaits_continue = self->keep_alive = self->whole = false;
    self->refusal = 0;
    self->why = NULL;
}

bool
http_request_is_head (const http_request_t *self)
{
    return self->head_size && self->parser.method == HTTP_HEAD;
}
