#include "sigv4_canonical.h"

#include <assert.h>
#include <stdlib.h>

//  The fields that the signer adds: date, token, body digest.
enum { OWN_FIELDS = 3 };

typedef struct {
    slice_t text;               //  "name=value", encoded
    size_t  name_size;
} parameter_t;

typedef struct {
    const char *name;
    slice_t value;
    size_t  order;              //  qsort is not stable, and values of one name keep their order
} header_t;

static bool
s_unreserved (char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
}

static void
s_append_encoded_byte (buffer_t *out, char byte)
{
    static const char hex [] = "0123456789ABCDEF";
    if (s_unreserved (byte))
        buffer_append_char (out, byte);
    else
        buffer_append (out, (char []) { '%', hex [(unsigned char) byte >> 4], hex [(unsigned char) byte & 15] }, 3);
}

static void
s_append_encoded (buffer_t *out, slice_t text)
{
    for (size_t at = 0; at < text.size; at++)
        s_append_encoded_byte (out, text.data [at]);
}

//  As it is, for those who want every slash and dot to count.
static void
s_append_path_kept (slice_t path, buffer_t *out)
{
    if (path.size == 0 || path.data [0] != '/')
        buffer_append_char (out, '/');
    for (size_t at = 0; at < path.size; at++)
        if (path.data [at] == '/')
            buffer_append_char (out, '/');
        else
            s_append_encoded_byte (out, path.data [at]);
}

//  A final slash survives, but the one that "." or ".." stood behind does not make a new one: "/a/b/.." is "/a".
status_t
sigv4_canonical_path (slice_t path, bool keep, buffer_t *out)
{
    if (keep) {
        s_append_path_kept (path, out);
        return buffer_status (out);
    }

    slice_t segments [SIGV4_SEGMENTS_MAX];
    size_t count = 0;
    for (slice_t rest = path; rest.size;) {
        slice_t segment = slice_cut (&rest, '/');
        if (segment.size == 0 || slice_is (segment, "."))
            continue;
        if (slice_is (segment, "..")) {
            count -= count > 0;
            continue;
        }
        if (count == SIGV4_SEGMENTS_MAX)
            return STATUS_INVALID_ARGUMENT;
        segments [count++] = segment;
    }

    if (count == 0)
        buffer_append_char (out, '/');
    for (size_t index = 0; index < count; index++) {
        buffer_append_char (out, '/');
        s_append_encoded (out, segments [index]);
    }
    if (count && path.data [path.size - 1] == '/')
        buffer_append_char (out, '/');
    return buffer_status (out);
}

static int
s_hex_value (char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char) (c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

//  Whatever the spelling was, encoded as AWS would encode it.
static void
s_append_recoded (buffer_t *out, slice_t text)
{
    for (size_t at = 0; at < text.size; at++) {
        char byte = text.data [at];
        if (byte == '%' && text.size - at > 2) {
            int high = s_hex_value (text.data [at + 1]), low = s_hex_value (text.data [at + 2]);
            if (high >= 0 && low >= 0) {
                byte = (char) (high << 4 | low);
                at += 2;
            }
        }
        s_append_encoded_byte (out, byte);
    }
}

static int
s_compare (slice_t a, slice_t b)
{
    size_t common = a.size < b.size ? a.size : b.size;
    int order = common ? memcmp (a.data, b.data, common) : 0;
    return order ? order : (a.size > b.size) - (a.size < b.size);
}

//  By name first: "a=…" stands before "a-b=…", although '-' stands before '='.
static int
s_compare_parameters (const void *a_ptr, const void *b_ptr)
{
    const parameter_t *a = a_ptr, *b = b_ptr;
    int order = s_compare ((slice_t) { a->text.data, a->name_size }, (slice_t) { b->text.data, b->name_size });
    return order ? order : s_compare (a->text, b->text);
}

//  Writes "name=value" after "name=value" into the scratch, where they may still move: only their sizes are known so far.
static status_t
s_recode_parameters (slice_t query, buffer_t *scratch, parameter_t *parameters, size_t *count)
{
    *count = 0;
    while (query.size) {
        slice_t spelled = slice_cut (&query, '&');
        if (spelled.size == 0)
            continue;
        if (*count == SIGV4_PARAMETERS_MAX)
            return STATUS_INVALID_ARGUMENT;

        parameter_t *parameter = &parameters [(*count)++];
        size_t start = scratch->size;
        s_append_recoded (scratch, slice_cut (&spelled, '='));
        parameter->name_size = scratch->size - start;
        buffer_append_char (scratch, '=');
        s_append_recoded (scratch, spelled);        //  What the cut left: the value
        parameter->text.size = scratch->size - start;
    }
    return buffer_status (scratch);
}

status_t
sigv4_canonical_query (slice_t query, buffer_t *out)
{
    parameter_t parameters [SIGV4_PARAMETERS_MAX];
    size_t count;
    buffer_t scratch;
    buffer_init (&scratch, out->limit);
    status_t status = s_recode_parameters (query, &scratch, parameters, &count);
    if (status)
        goto done;

    size_t at = 0;
    for (size_t index = 0; index < count; index++) {
        parameters [index].text.data = scratch.data + at;
        at += parameters [index].text.size;
    }
    qsort (parameters, count, sizeof *parameters, s_compare_parameters);
    for (size_t index = 0; index < count; index++) {
        if (index)
            buffer_append_char (out, '&');
        buffer_append_slice (out, parameters [index].text);
    }
    status = buffer_status (out);
done:
    buffer_deinit (&scratch);
    return status;
}

static int
s_compare_headers (const void *a_ptr, const void *b_ptr)
{
    const header_t *a = a_ptr, *b = b_ptr;
    int order = strcasecmp (a->name, b->name);
    return order ? order : (a->order > b->order) - (a->order < b->order);
}

static size_t
s_collect_headers (const sigv4_request_t *request, const sigv4_stamp_t *stamp, header_t *headers)
{
    size_t count = 0;
    for (size_t index = 0; index < request->fields_count; index++) {
        const sigv4_field_t *field = &request->fields [index];
        assert (strcasecmp (field->name, "X-Amz-Date") && strcasecmp (field->name, "X-Amz-Security-Token"));
        headers [count++] = (header_t) { field->name, field->value, index };
    }
    headers [count++] = (header_t) { .name = "x-amz-date", .value = slice_of (stamp->date) };
    if (stamp->token.size)
        headers [count++] = (header_t) { .name = "x-amz-security-token", .value = stamp->token };
    if (request->sign_body_header)
        headers [count++] = (header_t) { .name = "x-amz-content-sha256", .value = slice_of (stamp->body_sha256) };
    qsort (headers, count, sizeof *headers, s_compare_headers);
    return count;
}

//  Names differ from all others before them, once sorted, when they differ from the one before.
static bool
s_starts_a_name (const header_t *headers, size_t index)
{
    return index == 0 || strcasecmp (headers [index].name, headers [index - 1].name) != 0;
}

static void
s_append_lower (buffer_t *out, const char *name)
{
    for (; *name; name++)
        buffer_append_char (out, (char) (*name >= 'A' && *name <= 'Z' ? *name | 0x20 : *name));
}

//  Without blanks at the ends, and with one space for every run of blanks or line ends inside (folded lines are one value).
static void
s_append_folded (buffer_t *out, slice_t value)
{
    bool begun = false, blank = false;
    for (size_t at = 0; at < value.size; at++) {
        char c = value.data [at];
        if (c == ' ' || (c >= '\t' && c <= '\r')) {
            blank = true;
            continue;
        }
        if (begun && blank)
            buffer_append_char (out, ' ');
        buffer_append_char (out, c);
        begun = true;
        blank = false;
    }
}

static void
s_append_headers (buffer_t *out, const header_t *headers, size_t count)
{
    for (size_t index = 0; index < count; index++) {
        if (s_starts_a_name (headers, index)) {
            if (index)
                buffer_append_char (out, '\n');
            s_append_lower (out, headers [index].name);
            buffer_append_char (out, ':');
        } else
            buffer_append_char (out, ',');
        s_append_folded (out, headers [index].value);
    }
    buffer_append_text (out, "\n\n");
}

static void
s_append_names (buffer_t *out, const header_t *headers, size_t count)
{
    for (size_t index = 0; index < count; index++)
        if (s_starts_a_name (headers, index)) {
            if (index)
                buffer_append_char (out, ';');
            s_append_lower (out, headers [index].name);
        }
}

status_t
sigv4_canonical_write (const sigv4_request_t *request, const sigv4_stamp_t *stamp, buffer_t *out, slice_t *signed_names)
{
    if (request->fields_count > SIGV4_FIELDS_MAX)
        return STATUS_INVALID_ARGUMENT;

    buffer_append_text (out, request->method);
    buffer_append_char (out, '\n');
    status_t status = sigv4_canonical_path (request->path, request->keep_path, out);
    if (status)
        return status;
    buffer_append_char (out, '\n');
    status = sigv4_canonical_query (request->query, out);
    if (status)
        return status;
    buffer_append_char (out, '\n');

    header_t headers [SIGV4_FIELDS_MAX + OWN_FIELDS];
    size_t count = s_collect_headers (request, stamp, headers);
    s_append_headers (out, headers, count);
    size_t names_at = out->size;
    s_append_names (out, headers, count);
    size_t names_size = out->size - names_at;
    buffer_append_char (out, '\n');
    buffer_append_text (out, stamp->body_sha256);

    status = buffer_status (out);
    if (status == STATUS_OK)
        *signed_names = (slice_t) { out->data + names_at, names_size };
    return status;
}
