#include "visible.h"

//  Characters that show nothing, or make others show something else: first and last of each range, in order.
static const struct {
    uint32_t first, last;
} HIDDEN [] = {
    { 0x0000, 0x0008 },         //  C0 up to the tab
    { 0x000b, 0x001f },         //  And behind the line feed: carriage return, escape
    { 0x007f, 0x009f },         //  DEL and C1
    { 0x061c, 0x061c },         //  Arabic letter mark
    { 0x180e, 0x180e },         //  Mongolian vowel separator
    { 0x200b, 0x200b },         //  Zero width space; the joiners behind it stay
    { 0x200e, 0x200f },         //  Left-to-right and right-to-left mark
    { 0x2028, 0x202e },         //  Line and paragraph separator, embeddings and overrides
    { 0x2060, 0x206f },         //  Word joiner, invisible operators, isolates
    { 0xfeff, 0xfeff },         //  Byte order mark
    { 0xfff9, 0xfffb },         //  Interlinear annotations
    { 0x1bca0, 0x1bca3 },       //  Shorthand format controls
    { 0x1d173, 0x1d17a },       //  Musical format controls
    { 0xe0000, 0xe0fff },       //  Tags: a whole invisible alphabet
};

static bool
s_hidden (uint32_t character)
{
    for (size_t i = 0; i < sizeof HIDDEN / sizeof HIDDEN [0]; i++)
        if (character <= HIDDEN [i].last)
            return character >= HIDDEN [i].first;
    return false;
}

//  The character in front and its bytes. A byte that begins none is taken by itself; it is nothing that is hidden.
static uint32_t
s_character (slice_t text, size_t *size)
{
    const unsigned char *bytes = (const unsigned char *) text.data;
    size_t wanted = bytes [0] < 0xc2 ? 1 : bytes [0] < 0xe0 ? 2 : bytes [0] < 0xf0 ? 3 : bytes [0] < 0xf5 ? 4 : 1;
    uint32_t character = wanted == 1 ? bytes [0] : bytes [0] & (0x7fu >> wanted);
    *size = 1;
    if (wanted > text.size)
        return 0xfffd;
    for (size_t i = 1; i < wanted; i++) {
        if ((bytes [i] & 0xc0) != 0x80)
            return 0xfffd;
        character = character << 6 | (bytes [i] & 0x3f);
    }
    *size = wanted;
    return wanted == 1 && bytes [0] >= 0x80 ? 0xfffd : character;
}

static void
s_append_number (buffer_t *out, uint32_t character)
{
    if (character > 0xffff)
        buffer_printf (out, "\\u{%x}", (unsigned) character);
    else
        buffer_printf (out, "\\u%04x", (unsigned) character);
}

void
visible_append_cut (buffer_t *out, slice_t text, size_t bytes_max)
{
    size_t begin = out->size;
    while (text.size) {
        if (out->size - begin >= bytes_max) {
            buffer_append_text (out, "…");
            return;
        }
        size_t size;
        uint32_t character = s_character (text, &size);
        bool line_end = character == '\r' && text.size > 1 && text.data [1] == '\n';
        if (s_hidden (character) && !line_end)
            s_append_number (out, character);
        else if (!line_end)
            buffer_append (out, text.data, size);
        if (buffer_status (out) != STATUS_OK)
            return;
        text = (slice_t) { text.data + size, text.size - size };
    }
}

void
visible_append (buffer_t *out, slice_t text)
{
    visible_append_cut (out, text, SIZE_MAX);
}

yyjson_mut_val *
visible_text_cut (yyjson_mut_doc *doc, slice_t text, size_t bytes_max)
{
    if (!text.data)
        return yyjson_mut_null (doc);
    buffer_t shown;
    buffer_init (&shown, SIZE_MAX);
    visible_append_cut (&shown, text, bytes_max);
    yyjson_mut_val *value = NULL;
    if (buffer_status (&shown) == STATUS_OK)
        value = json_new_text (doc, shown.size ? buffer_slice (&shown) : SLICE (""));
    buffer_deinit (&shown);
    return value;
}

yyjson_mut_val *
visible_text (yyjson_mut_doc *doc, slice_t text)
{
    return visible_text_cut (doc, text, SIZE_MAX);
}

static yyjson_mut_val *s_copy (yyjson_mut_doc *doc, yyjson_val *value, int depth);

static yyjson_mut_val *
s_copy_array (yyjson_mut_doc *doc, yyjson_val *array, int depth)
{
    yyjson_mut_val *copy = yyjson_mut_arr (doc);
    size_t index, count;
    yyjson_val *element;
    yyjson_arr_foreach (array, index, count, element)
        if (!yyjson_mut_arr_append (copy, s_copy (doc, element, depth)))
            return NULL;
    return copy;
}

static yyjson_mut_val *
s_copy_object (yyjson_mut_doc *doc, yyjson_val *object, int depth)
{
    yyjson_mut_val *copy = yyjson_mut_obj (doc);
    size_t index, count;
    yyjson_val *key, *value;
    yyjson_obj_foreach (object, index, count, key, value)
        if (!yyjson_mut_obj_add (copy, visible_text (doc, json_value_text (key)), s_copy (doc, value, depth)))
            return NULL;
    return copy;
}

//  Recursion is bounded by depth.
static yyjson_mut_val *
s_copy (yyjson_mut_doc *doc, yyjson_val *value, int depth)
{
    if (yyjson_is_str (value))
        return visible_text (doc, json_value_text (value));
    if (!yyjson_is_ctn (value))
        return yyjson_val_mut_copy (doc, value);
    if (depth == 0)
        return NULL;
    return yyjson_is_arr (value) ? s_copy_array (doc, value, depth - 1) : s_copy_object (doc, value, depth - 1);
}

yyjson_mut_val *
visible_copy (yyjson_mut_doc *doc, const yyjson_val *value)
{
    return s_copy (doc, (yyjson_val *) (uintptr_t) value, JSON_DEPTH_MAX_AWS);
}
