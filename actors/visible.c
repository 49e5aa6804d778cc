#include "visible.h"

#include "utf8.h"

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
        uint32_t character;
        size_t size = utf8_read (text, &character);
        bool line_end = character == '\r' && text.size > 1 && text.data [1] == '\n';
        if (utf8_hidden (character) && character != '\n' && character != '\t' && !line_end)
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
