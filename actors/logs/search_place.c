#include "search_place.h"

#include "seal.h"

search_id_t
search_id (slice_t id, slice_t stream, slice_t message)
{
    search_id_t self = { 0 };
    if (id.size > 0 && id.size <= SEARCH_ID_BYTES_MAX) {
        self.size = (uint8_t) id.size;
        memcpy (self.bytes, id.data, id.size);
        return self;
    }
    uint64_t digest = id.size ? seal_text (0, id) : seal_text (seal_text (1, stream), message);
    self.size = SEARCH_ID_DIGESTED;
    seal_put_number ((uint8_t *) self.bytes, digest, SEARCH_ID_DIGEST_BYTES);
    return self;
}

size_t
search_id_bytes (const search_id_t *id)
{
    return id->size == SEARCH_ID_DIGESTED ? SEARCH_ID_DIGEST_BYTES : id->size;
}

int
search_place_compare (const search_place_t *a, const search_place_t *b, bool newest)
{
    if (a->time_ms != b->time_ms)
        return search_time_before (a->time_ms, b->time_ms, newest) ? -1 : 1;
    if (a->group != b->group)
        return a->group < b->group ? -1 : 1;
    if (a->id.size != b->id.size)
        return a->id.size < b->id.size ? -1 : 1;
    return memcmp (a->id.bytes, b->id.bytes, search_id_bytes (&a->id));
}

bool
search_time_before (int64_t a_ms, int64_t b_ms, bool newest)
{
    return newest ? a_ms > b_ms : a_ms < b_ms;
}
