#include "search_token.h"

#include "base64.h"
#include "seal.h"

//  Six bytes of milliseconds reach beyond the year 9999.
enum { VERSION = 1, PART_PLACE = 1, PART_PAGES = 2 };
enum { SEAL_AT = 2, SEALED_AT = 10, HEAD_BYTES = 26, TIME_BYTES = 6, PAGE_HEAD_BYTES = 3 };

//  --- Writing

static size_t
s_size (const search_token_t *self)
{
    size_t size = HEAD_BYTES + (self->has_place ? TIME_BYTES + 2 + search_id_bytes (&self->place.id) : 0) + (self->carried ? 2 : 0);
    for (int i = 0; i < self->carried; i++)
        size += PAGE_HEAD_BYTES + self->pages [i].token.size;
    return size;
}

bool
search_token_carry (search_token_t *self, int group, slice_t token)
{
    size_t first = self->carried ? 0 : 2;
    if (self->carried >= SEARCH_GROUPS_MAX || token.size == 0 || !seal_printable (token) ||
        s_size (self) + first + PAGE_HEAD_BYTES + token.size > SEARCH_TOKEN_BYTES_MAX)
        return false;
    self->pages [self->carried].group = group;
    self->pages [self->carried++].token = token;
    return true;
}

static void
s_put (buffer_t *out, uint64_t number, int size)
{
    uint8_t bytes [8];
    seal_put_number (bytes, number, size);
    buffer_append (out, bytes, (size_t) size);
}

static void
s_put_sealed (buffer_t *out, const search_token_t *self)
{
    s_put (out, (uint64_t) self->start_ms, TIME_BYTES);
    s_put (out, (uint64_t) self->end_ms, TIME_BYTES);
    s_put (out, self->groups, 4);
    if (self->has_place) {
        s_put (out, (uint64_t) self->place.time_ms, TIME_BYTES);
        s_put (out, (uint64_t) self->place.group, 1);
        s_put (out, self->place.id.size, 1);
        buffer_append (out, self->place.id.bytes, search_id_bytes (&self->place.id));
    }
    if (self->carried)
        s_put (out, (uint64_t) self->page_limit, 2);
    for (int i = 0; i < self->carried; i++) {
        s_put (out, (uint64_t) self->pages [i].group, 1);
        s_put (out, self->pages [i].token.size, 2);
        buffer_append_slice (out, self->pages [i].token);
    }
}

//  The parts' mark is sealed too.
static uint64_t
s_seal (uint64_t seal, uint8_t parts, slice_t sealed)
{
    return seal_bytes (seal_bytes (seal, &parts, 1), sealed.data, sealed.size);
}

void
search_token_write (const search_token_t *self, uint64_t seal, buffer_t *out)
{
    uint8_t parts = (uint8_t) ((self->has_place ? PART_PLACE : 0) | (self->carried ? PART_PAGES : 0));
    buffer_t sealed, bytes;
    buffer_init (&sealed, SEARCH_TOKEN_BYTES_MAX);
    buffer_init (&bytes, SEARCH_TOKEN_BYTES_MAX);
    s_put_sealed (&sealed, self);
    s_put (&bytes, VERSION, 1);
    s_put (&bytes, parts, 1);
    s_put (&bytes, s_seal (seal, parts, buffer_slice (&sealed)), 8);
    buffer_append_slice (&bytes, buffer_slice (&sealed));
    base64_url_encode (buffer_slice (&bytes), out);
    buffer_deinit (&bytes);
    buffer_deinit (&sealed);
}

//  --- Reading

//  A cursor over the bytes: the first that is missing spoils all the rest.
typedef struct {
    const uint8_t *at;
    size_t left;
    bool   good;
} cursor_t;

static const uint8_t *
s_take (cursor_t *self, size_t size)
{
    const uint8_t *at = self->at;
    self->good = self->good && size <= self->left;
    if (!self->good)
        return NULL;
    self->at += size;
    self->left -= size;
    return at;
}

static uint64_t
s_get (cursor_t *self, int size)
{
    const uint8_t *at = s_take (self, (size_t) size);
    return at ? seal_get_number (at, size) : 0;
}

static void
s_read_place (cursor_t *cursor, search_token_t *self)
{
    search_place_t *place = &self->place;
    place->time_ms = (int64_t) s_get (cursor, TIME_BYTES);
    place->group = (int) s_get (cursor, 1);
    place->id.size = (uint8_t) s_get (cursor, 1);
    cursor->good = cursor->good && place->time_ms >= self->start_ms && place->time_ms < self->end_ms && place->group < SEARCH_GROUPS_MAX &&
                   place->id.size > 0 && place->id.size <= SEARCH_ID_DIGESTED;
    const uint8_t *id = cursor->good ? s_take (cursor, search_id_bytes (&place->id)) : NULL;
    if (id)
        memcpy (place->id.bytes, id, search_id_bytes (&place->id));
}

static void
s_read_pages (cursor_t *cursor, search_token_t *self)
{
    int before = -1;
    self->page_limit = (int64_t) s_get (cursor, 2);
    cursor->good = cursor->good && self->page_limit >= SEARCH_PAGE_MIN && self->page_limit <= SEARCH_PAGE_MAX && cursor->left > 0;
    while (cursor->good && cursor->left > 0) {
        int group = (int) s_get (cursor, 1);
        size_t size = (size_t) s_get (cursor, 2);
        const uint8_t *token = s_take (cursor, size);
        slice_t text = { (const char *) token, size };
        cursor->good = cursor->good && size > 0 && group > before && group < SEARCH_GROUPS_MAX && seal_printable (text);
        if (!cursor->good)
            return;
        self->pages [self->carried].group = before = group;
        self->pages [self->carried++].token = text;
    }
}

static bool
s_read (slice_t bytes, uint64_t seal, search_token_t *self)
{
    if (bytes.size < HEAD_BYTES || bytes.size > SEARCH_TOKEN_BYTES_MAX)
        return false;
    const uint8_t *head = (const uint8_t *) bytes.data;
    uint8_t parts = head [1];
    slice_t sealed = { bytes.data + SEALED_AT, bytes.size - SEALED_AT };
    if (head [0] != VERSION || parts > (PART_PLACE | PART_PAGES) || seal_get_number (head + SEAL_AT, 8) != s_seal (seal, parts, sealed))
        return false;
    cursor_t cursor = { (const uint8_t *) sealed.data, sealed.size, true };
    self->start_ms = (int64_t) s_get (&cursor, TIME_BYTES);
    self->end_ms = (int64_t) s_get (&cursor, TIME_BYTES);
    self->groups = (uint32_t) s_get (&cursor, 4);
    self->has_place = parts & PART_PLACE;
    cursor.good = cursor.good && self->start_ms < self->end_ms;
    if (self->has_place)
        s_read_place (&cursor, self);
    if (parts & PART_PAGES)
        s_read_pages (&cursor, self);
    return cursor.good && cursor.left == 0;
}

bool
search_token_read (slice_t text, uint64_t seal, search_token_t *self, buffer_t *bytes)
{
    *self = (search_token_t) { 0 };
    buffer_init (bytes, SEARCH_TOKEN_BYTES_MAX + 4);
    return base64_url_decode (text, bytes) == STATUS_OK && s_read (buffer_slice (bytes), seal, self);
}
