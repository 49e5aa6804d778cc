#include "json.h"

#include "utf8.h"

#include <assert.h>
#include <stdlib.h>

//  U+FFFD, which stands for what is not text.
static const slice_t REPLACEMENT = { "\xEF\xBF\xBD", 3 };

//  Behind the opening quote of a string: how many bytes until just behind the closing one (or until the text ends). A quote behind an odd number of
//  backslashes is part of the string.
static size_t
s_string_size (slice_t rest)
{
    for (size_t at = 0; at < rest.size;) {
        const char *quote = memchr (rest.data + at, '"', rest.size - at);
        if (!quote)
            break;
        size_t before = (size_t) (quote - rest.data), slashes = before;
        while (slashes > at && rest.data [slashes - 1] == '\\')
            slashes--;
        at = before + 1;
        if ((before - slashes) % 2 == 0)
            return at;
    }
    return rest.size;
}

bool
json_depth_within (slice_t text, int depth_max)
{
    int depth = 0;
    for (size_t i = 0; i < text.size; i++) {
        switch (text.data [i]) {
        case '"':
            i += s_string_size ((slice_t) { text.data + i + 1, text.size - i - 1 });
            break;
        case '[':
        case '{':
            if (++depth > depth_max)
                return false;
            break;
        case ']':
        case '}':
            if (depth > 0)      //  More closed than opened: the parser's to complain about
                depth--;
            break;
        default:
            break;
        }
    }
    return true;
}

status_t
json_read (slice_t text, int depth_max, yyjson_doc **doc_p, size_t *at)
{
    *doc_p = NULL;
    if (!json_depth_within (text, depth_max))
        return STATUS_TOO_LARGE;

    //  Without YYJSON_READ_INSITU the text is copied and not written to, in spite of the type
    yyjson_read_err error;
    yyjson_doc *doc = yyjson_read_opts ((char *) text.data, text.size, YYJSON_READ_NOFLAG, NULL, &error);
    if (doc) {
        *doc_p = doc;
        return STATUS_OK;
    }
    if (error.code == YYJSON_READ_ERROR_MEMORY_ALLOCATION)
        return STATUS_NO_MEMORY;
    if (at)
        *at = error.pos < text.size ? error.pos : text.size;
    return STATUS_MALFORMED;
}

status_t
json_read_secret (slice_t text, int depth_max, buffer_t *memory, yyjson_doc **doc_p)
{
    assert (memory->secret && memory->size == 0);
    *doc_p = NULL;
    if (!json_depth_within (text, depth_max))
        return STATUS_TOO_LARGE;
    size_t size = yyjson_read_max_memory_usage (text.size, YYJSON_READ_NOFLAG);
    char *room = buffer_reserve (memory, size);
    yyjson_alc pool;
    if (!room || !yyjson_alc_pool_init (&pool, room, size))
        return room ? STATUS_INTERNAL : buffer_status (memory);
    buffer_advance (memory, size);
    *doc_p = yyjson_read_opts ((char *) text.data, text.size, YYJSON_READ_NOFLAG, &pool, NULL);
    return *doc_p ? STATUS_OK : STATUS_MALFORMED;
}

//  yyjson's getters take no const, though they change nothing.
static yyjson_val *
s_member (const yyjson_val *object, const char *key)
{
    return yyjson_obj_get ((yyjson_val *) object, key);
}

slice_t
json_text (const yyjson_val *object, const char *key)
{
    return json_value_text (s_member (object, key));
}

slice_t
json_value_text (const yyjson_val *value)
{
    yyjson_val *text = (yyjson_val *) value;
    return yyjson_is_str (text) ? (slice_t) { yyjson_get_str (text), yyjson_get_len (text) } : SLICE_ABSENT;
}

bool
json_bool (const yyjson_val *object, const char *key, bool or_else)
{
    yyjson_val *value = s_member (object, key);
    return yyjson_is_bool (value) ? yyjson_get_bool (value) : or_else;
}

int64_t
json_int (const yyjson_val *object, const char *key, int64_t or_else)
{
    yyjson_val *value = s_member (object, key);
    if (!yyjson_is_int (value) || (yyjson_is_uint (value) && yyjson_get_uint (value) > INT64_MAX))
        return or_else;
    return yyjson_get_sint (value);
}

double
json_number (const yyjson_val *object, const char *key, double or_else)
{
    yyjson_val *value = s_member (object, key);
    return yyjson_is_num (value) ? yyjson_get_num (value) : or_else;
}

//  Takes the longest valid beginning off the text, and what is wrong right behind it, if anything.
static slice_t
s_take_valid (slice_t *text, bool *wrong_behind)
{
    slice_t taken = { text->data, 0 };
    bool valid = true;
    while (text->size && valid) {
        uint32_t character;
        size_t size = utf8_read (*text, &character);
        valid = character != UTF8_NONE;
        if (valid)
            taken.size += size;
        text->data += size;
        text->size -= size;
    }
    *wrong_behind = !valid;
    return taken;
}

//  What stands for a character within a string; NULL for one that stands for itself. The code is room for \u00XX.
static const char *
s_escape (char c, char *code)
{
    static const char digits [] = "0123456789abcdef";
    switch (c) {
    case '"':  return "\\\"";
    case '\\': return "\\\\";
    case '\n': return "\\n";
    case '\r': return "\\r";
    case '\t': return "\\t";
    case '\b': return "\\b";
    case '\f': return "\\f";
    default:
        break;
    }
    unsigned char byte = (unsigned char) c;
    if (byte >= 0x20)
        return NULL;
    memcpy (code, "\\u00", 4);
    code [4] = digits [byte >> 4];
    code [5] = digits [byte & 15];
    code [6] = '\0';
    return code;
}

static void
s_append_escaped (buffer_t *out, slice_t text)
{
    size_t plain = 0;           //  Where the run of characters that stand for themselves began
    for (size_t i = 0; i < text.size; i++) {
        char code [8];
        const char *escape = s_escape (text.data [i], code);
        if (!escape)
            continue;
        buffer_append (out, text.data + plain, i - plain);
        buffer_append_text (out, escape);
        plain = i + 1;
    }
    buffer_append (out, text.data + plain, text.size - plain);
}

yyjson_val *
json_members (yyjson_val *object)
{
    static yyjson_val empty [3] = { { .tag = YYJSON_TYPE_OBJ } };       //  Behind it, where a first key and its value would be
    return yyjson_is_obj (object) ? object : empty;
}

void
json_append_string (buffer_t *out, slice_t text)
{
    buffer_append_char (out, '"');
    while (text.size) {
        bool wrong_behind;
        slice_t valid = s_take_valid (&text, &wrong_behind);
        s_append_escaped (out, valid);
        if (wrong_behind)
            buffer_append_slice (out, REPLACEMENT);
    }
    buffer_append_char (out, '"');
}

void
json_append_value (buffer_t *out, const yyjson_val *value)
{
    size_t size;
    char *text = yyjson_val_write (value, YYJSON_WRITE_NOFLAG, &size);
    if (text)
        buffer_append (out, text, size);
    else if (out->status == STATUS_OK)
        out->status = STATUS_NO_MEMORY;         //  What was read can be written
    free (text);
}

status_t
json_write (const yyjson_mut_doc *doc, buffer_t *out)
{
    size_t size = 0;
    yyjson_write_err error;
    char *text = yyjson_mut_write_opts (doc, YYJSON_WRITE_NOFLAG, NULL, &size, &error);
    if (!text)
        return error.code == YYJSON_WRITE_ERROR_MEMORY_ALLOCATION ? STATUS_NO_MEMORY : STATUS_INTERNAL;
    buffer_append (out, text, size);
    free (text);
    return buffer_status (out);
}

yyjson_mut_val *
json_new_text (yyjson_mut_doc *doc, slice_t text)
{
    if (!text.data)
        return yyjson_mut_null (doc);

    bool wrong_behind;
    slice_t rest = text;
    slice_t valid = s_take_valid (&rest, &wrong_behind);
    if (valid.size == text.size)
        return yyjson_mut_strncpy (doc, text.data, text.size);

    buffer_t repaired;
    buffer_init (&repaired, SIZE_MAX);
    buffer_append_slice (&repaired, valid);
    while (wrong_behind) {
        buffer_append_slice (&repaired, REPLACEMENT);
        valid = s_take_valid (&rest, &wrong_behind);
        buffer_append_slice (&repaired, valid);
    }
    yyjson_mut_val *value = NULL;
    if (buffer_status (&repaired) == STATUS_OK)
        value = yyjson_mut_strncpy (doc, repaired.data, repaired.size);
    buffer_deinit (&repaired);
    return value;
}
