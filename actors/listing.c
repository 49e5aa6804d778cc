#include "listing.h"

#include "base64.h"
#include "body.h"
#include "seal.h"

#include <stdlib.h>

//  A token's bytes before base64url: version, seal, offset, the window if there is one, AWS's token. The seal is over all that stands behind it. The
//  version also stands for the sizes of the pages that are asked: whoever changes one of them raises it. In base64 the largest token still passes
//  the contracts (4,096 characters).
enum { TOKEN_VERSION = 1, TOKEN_VERSION_WINDOW = 2, TOKEN_SEALED = 1 + 8, TOKEN_HEAD = TOKEN_SEALED + 4, TOKEN_WINDOW = 2 * 8,
       TOKEN_AWS_BYTES_MAX = 3000, TOKEN_BYTES_MAX = TOKEN_HEAD + TOKEN_WINDOW + TOKEN_AWS_BYTES_MAX };

//  No window ends behind the year 9999: 253402300800 s.
static const int64_t WINDOW_END_MS_MAX = 253402300800000;

//  A longer token of AWS's is not even asked with.
enum { PAGE_BYTES_MAX = 64 * 1024 };

//  What ties a token to its arguments, and its parts to each other: one that lost its end must not be sent to AWS as it is.
static uint64_t
s_seal (const listing_t *self, slice_t token)
{
    return seal_bytes (self->digest, token.data + TOKEN_SEALED, token.size - TOKEN_SEALED);
}

//  The window in front of AWS's token, which it is taken from. False for one that cannot be.
static bool
s_read_window (listing_t *self, slice_t *rest)
{
    if (rest->size < TOKEN_WINDOW)
        return false;
    const uint8_t *bytes = (const uint8_t *) rest->data;
    uint64_t start_ms = seal_get_number (bytes, 8), end_ms = seal_get_number (bytes + 8, 8);
    *rest = (slice_t) { rest->data + TOKEN_WINDOW, rest->size - TOKEN_WINDOW };
    if (start_ms >= end_ms || end_ms > (uint64_t) WINDOW_END_MS_MAX)
        return false;
    listing_set_window (self, (int64_t) start_ms, (int64_t) end_ms);
    return true;
}

static bool
s_read_bytes (listing_t *self, slice_t token)
{
    if (token.size < TOKEN_HEAD)
        return false;
    const uint8_t *head = (const uint8_t *) token.data;
    slice_t rest = { token.data + TOKEN_HEAD, token.size - TOKEN_HEAD };
    if (head [0] > TOKEN_VERSION_WINDOW || head [0] < TOKEN_VERSION || seal_get_number (head + 1, 8) != s_seal (self, token))
        return false;
    if (head [0] == TOKEN_VERSION_WINDOW && !s_read_window (self, &rest))
        return false;
    self->skip = (int64_t) seal_get_number (head + TOKEN_SEALED, 4);
    buffer_append_slice (&self->page, rest);
    return rest.size <= TOKEN_AWS_BYTES_MAX && seal_printable (rest);
}

static bool
s_read_token (listing_t *self, slice_t token)
{
    buffer_t bytes;
    buffer_init (&bytes, TOKEN_BYTES_MAX + 4);
    bool good = base64_url_decode (token, &bytes) == STATUS_OK && s_read_bytes (self, buffer_slice (&bytes));
    buffer_deinit (&bytes);
    return good;
}

status_t
listing_begin (listing_t *self, call_t *call)
{
    slice_t arguments = call_arguments (call);
    slice_t token = argument_text (arguments, "next_token");
    *self = (listing_t) {
        .limit = argument_int (arguments, "limit", 50), .bytes_max = (size_t) argument_int (arguments, "max_bytes", 65536),
        .resumed = token.size > 0, .digest = seal_of_call (call),
    };
    buffer_init (&self->rows, self->bytes_max);
    buffer_init (&self->page, PAGE_BYTES_MAX);
    if (!self->resumed)
        return STATUS_OK;
    if (s_read_token (self, token))
        return buffer_status (&self->page);
    status_t failed = call_fail (call, STATUS_INVALID_ARGUMENT, -1, "next_token is not one of this list. Pass it exactly as the last answer gave it, "
                                 "with the same other arguments (limit and max_bytes may differ), or leave it out to begin anew.");
    return failed == STATUS_OK ? STATUS_INVALID_ARGUMENT : failed;
}

void
listing_deinit (listing_t *self)
{
    buffer_deinit (&self->rows);
    buffer_deinit (&self->page);
}

void
listing_set_window (listing_t *self, int64_t start_ms, int64_t end_ms)
{
    self->windowed = true;
    self->start_ms = start_ms;
    self->end_ms = end_ms;
}

slice_t
listing_token (const listing_t *self)
{
    return self->page.size ? buffer_slice (&self->page) : SLICE_ABSENT;
}

bool
listing_skips (listing_t *self)
{
    if (self->skip == 0)
        return false;
    self->skip--;
    self->place++;
    return true;
}

void
listing_pass (listing_t *self)
{
    self->place++;
}

void
listing_end (listing_t *self)
{
    self->ended = true;
}

status_t
listing_row (listing_t *self, const yyjson_mut_val *row)
{
    self->full = self->full || self->count >= self->limit;
    if (self->full)
        return STATUS_TOO_LARGE;
    size_t size = 0;
    char *text = yyjson_mut_val_write (row, YYJSON_WRITE_NOFLAG, &size);
    if (!text)
        return STATUS_NO_MEMORY;
    size_t comma = self->count > 0;
    self->full = comma + size > self->bytes_max - self->rows.size;
    if (self->full) {
        self->row_bytes = self->count == 0 ? size : 0;
        free (text);
        return STATUS_TOO_LARGE;
    }
    buffer_append (&self->rows, ",", comma);
    buffer_append (&self->rows, text, size);
    free (text);
    self->count++;
    self->place++;
    return buffer_status (&self->rows);
}

bool
listing_page (listing_t *self, slice_t next)
{
    self->pages++;
    if (self->full || self->ended)
        return false;
    self->skip = 0;
    self->place = 0;
    self->ended = next.size == 0;
    buffer_clear (&self->page);
    buffer_append_slice (&self->page, next);
    self->full = self->count >= self->limit || buffer_status (&self->page) != STATUS_OK;
    return !self->full && !self->ended;
}

bool
listing_more (const listing_t *self)
{
    return !self->ended;
}

bool
listing_next_token (const listing_t *self, buffer_t *out)
{
    slice_t page = buffer_slice (&self->page);
    bool keepable = buffer_status (&self->page) == STATUS_OK && seal_printable (page);
    if (!listing_more (self) || !keepable)
        return false;
    if (page.size > TOKEN_AWS_BYTES_MAX)
        return false;
    uint8_t head [TOKEN_HEAD + TOKEN_WINDOW] = { self->windowed ? TOKEN_VERSION_WINDOW : TOKEN_VERSION };
    seal_put_number (head + TOKEN_SEALED, (uint64_t) (self->place + self->skip), 4);
    seal_put_number (head + TOKEN_HEAD, (uint64_t) self->start_ms, 8);
    seal_put_number (head + TOKEN_HEAD + 8, (uint64_t) self->end_ms, 8);
    buffer_t bytes;
    buffer_init (&bytes, TOKEN_BYTES_MAX);
    buffer_append (&bytes, head, self->windowed ? sizeof head : TOKEN_HEAD);
    buffer_append_slice (&bytes, page);
    bool good = buffer_status (&bytes) == STATUS_OK;
    if (good) {
        seal_put_number ((uint8_t *) bytes.data + 1, s_seal (self, buffer_slice (&bytes)), 8);
        base64_url_encode (buffer_slice (&bytes), out);
    }
    buffer_deinit (&bytes);
    return good;
}
