#include "canonical.h"

#include <stdlib.h>

//  An encoded query is at most three times what was sent, and the server in front of us takes a head of 16 KB.
enum { QUERY_BYTES_MAX = 64 * 1024 };

//  A parameter in encoded form, as places in a buffer that may still move.
typedef struct {
    size_t  name_at;
    size_t  name_size;
    size_t  value_at;
    size_t  value_size;
    slice_t name;               //  Set once the buffer has come to rest
    slice_t value;
} parameter_t;

static bool
s_unreserved (char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
}

static void
s_append_encoded (buffer_t *out, char c)
{
    if (s_unreserved (c))
        buffer_append_char (out, c);
    else
        buffer_printf (out, "%%%02X", (unsigned) (unsigned char) c);
}

//  Takes the last segment back, with its slash.
static void
s_step_up (buffer_t *out, size_t start)
{
    while (out->size > start && out->data [out->size - 1] != '/')
        out->size--;
    if (out->size > start)
        out->size--;
}

void
canonical_path (slice_t path, buffer_t *out)
{
    size_t start = out->size;
    bool ends_open = false;     //  The last segment was empty or a dot: the path ends with a slash
    for (size_t at = 0; at <= path.size;) {
        size_t end = at;
        while (end < path.size && path.data [end] != '/')
            end++;
        slice_t segment = { path.data + at, end - at };
        ends_open = segment.size == 0 || slice_is (segment, ".") || slice_is (segment, "..");
        if (slice_is (segment, ".."))
            s_step_up (out, start);
        else
        if (!ends_open) {
            buffer_append_char (out, '/');
            for (size_t i = 0; i < segment.size; i++)
                s_append_encoded (out, segment.data [i]);
        }
        at = end + 1;
    }
    if (ends_open || out->size == start)
        buffer_append_char (out, '/');
}

static int
s_hex (char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

//  Decodes %xx, then encodes in the one way: both spellings of a parameter come out the same.
static void
s_append_normal (buffer_t *out, slice_t text)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data [i];
        if (c == '%' && i + 2 < text.size && s_hex (text.data [i + 1]) >= 0 && s_hex (text.data [i + 2]) >= 0) {
            c = (char) (s_hex (text.data [i + 1]) * 16 + s_hex (text.data [i + 2]));
            i += 2;
        }
        s_append_encoded (out, c);
    }
}

static int
s_compare_slices (slice_t a, slice_t b)
{
    size_t shorter = a.size < b.size ? a.size : b.size;
    int order = shorter ? memcmp (a.data, b.data, shorter) : 0;
    return order ? order : (a.size > b.size) - (a.size < b.size);
}

static int
s_compare_parameters (const void *left, const void *right)
{
    const parameter_t *a = left;
    const parameter_t *b = right;
    int order = s_compare_slices (a->name, b->name);
    return order ? order : s_compare_slices (a->value, b->value);
}

//  Encodes one "name=value" behind the others.
static void
s_take_parameter (buffer_t *encoded, slice_t text, parameter_t *parameter)
{
    const char *equals = memchr (text.data, '=', text.size);
    size_t name_size = equals ? (size_t) (equals - text.data) : text.size;
    parameter->name_at = encoded->size;
    s_append_normal (encoded, (slice_t) { text.data, name_size });
    parameter->name_size = encoded->size - parameter->name_at;
    parameter->value_at = encoded->size;
    if (equals)
        s_append_normal (encoded, (slice_t) { equals + 1, text.size - name_size - 1 });
    parameter->value_size = encoded->size - parameter->value_at;
}

bool
canonical_query (slice_t query, buffer_t *out)
{
    parameter_t parameters [CANONICAL_PARAMETERS_MAX];
    size_t count = 0;
    bool fits = true;
    buffer_t encoded;
    buffer_init (&encoded, QUERY_BYTES_MAX);
    for (size_t at = 0; fits && at < query.size;) {
        size_t end = at;
        while (end < query.size && query.data [end] != '&')
            end++;
        fits = end == at || count < CANONICAL_PARAMETERS_MAX;
        if (end > at && fits)
            s_take_parameter (&encoded, (slice_t) { query.data + at, end - at }, &parameters [count++]);
        at = end + 1;
    }
    fits = fits && buffer_status (&encoded) == STATUS_OK;
    for (size_t i = 0; fits && i < count; i++) {
        parameters [i].name = (slice_t) { encoded.data + parameters [i].name_at, parameters [i].name_size };
        parameters [i].value = (slice_t) { encoded.data + parameters [i].value_at, parameters [i].value_size };
    }
    if (fits && count)
        qsort (parameters, count, sizeof parameters [0], s_compare_parameters);
    for (size_t i = 0; fits && i < count; i++) {
        if (i)
            buffer_append_char (out, '&');
        buffer_append_slice (out, parameters [i].name);
        buffer_append_char (out, '=');
        buffer_append_slice (out, parameters [i].value);
    }
    buffer_deinit (&encoded);
    return fits;
}

void
canonical_value (slice_t value, buffer_t *out)
{
    value = slice_trim (value);
    for (size_t i = 0; i < value.size; i++)
        if (value.data [i] != ' ' || value.data [i - 1] != ' ')
            buffer_append_char (out, value.data [i]);
}
