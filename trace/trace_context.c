#include "trace_context.h"

#include "hex.h"

enum { ID = 16, SPAN = 8, FLAG_SAMPLED = 1 };

//  Lower-case hex only, as the standard wants it; false for anything else, and for all zeros where a value is needed.
static bool
s_hex (const char *text, uint8_t *bytes, size_t size, bool zero_allowed)
{
    uint8_t any = zero_allowed;
    bool read = hex_read ((slice_t) { text, 2 * size }, bytes, size);
    for (size_t i = 0; i < size && read; i++)
        any |= bytes [i];
    return read && any;
}

//  "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01". A version above 00 may have more behind the flags; ff is none.
static bool
s_parse (trace_context_t *self, slice_t text)
{
    uint8_t version;
    if (text.size < 55 || text.data [2] != '-' || text.data [35] != '-' || text.data [52] != '-')
        return false;
    if (!s_hex (text.data, &version, 1, true) || version == 0xff || (version == 0 && text.size != 55) || (text.size > 55 && text.data [55] != '-'))
        return false;
    return s_hex (text.data + 3, self->bytes, ID, false) && s_hex (text.data + 36, self->parent, SPAN, false)
        && s_hex (text.data + 53, self->bytes + ID + SPAN, 1, true);
}

static void
s_fill (uint8_t *bytes, size_t size, const random_source_t *random)
{
    for (size_t i = 0; i < size; i += 8) {
        uint64_t bits = random_u64 (random) | 1;        //  All zeros would be no id
        memcpy (bytes + i, &bits, 8);
    }
}

void
trace_context_begin (trace_context_t *self, slice_t traceparent, const random_source_t *random)
{
    if (!traceparent.data || !s_parse (self, traceparent)) {
        *self = (trace_context_t) { 0 };
        s_fill (self->bytes, ID, random);
        self->bytes [ID + SPAN] = FLAG_SAMPLED;
    }
    s_fill (self->bytes + ID, SPAN, random);
}

const char *
trace_context_id (const trace_context_t *self, char text [TRACE_ID_TEXT_SIZE])
{
    return hex_write (self->bytes, ID, text);
}
