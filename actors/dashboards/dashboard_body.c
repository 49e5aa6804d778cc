#include "dashboard_body.h"

#include "sentence.h"
#include "visible.h"

//  AWS takes 25 variables.
enum { TIME_BYTES_MAX = 64, VARIABLES_MAX = 25, VARIABLES_BYTES_MAX = 16 * 1024, TEXT_BYTES_MAX = 100 };

status_t
dashboard_body_read (slice_t text, yyjson_doc **doc_p, buffer_t *sentence)
{
    size_t at = 0;
    *doc_p = NULL;
    status_t status = json_read (text, JSON_DEPTH_MAX_AWS, doc_p, &at);
    if (status == STATUS_NO_MEMORY)
        return status;
    bool fits = yyjson_is_arr (yyjson_obj_get (yyjson_doc_get_root (*doc_p), "widgets"));
    if (status == STATUS_MALFORMED)
        buffer_printf (sentence, "The dashboard's body is not valid JSON at byte %zu of %zu: nothing of it can be shown.", at, text.size);
    else if (status != STATUS_OK)
        buffer_append_text (sentence, "The dashboard's body is nested too deep to be read.");
    else if (!fits)
        buffer_append_text (sentence, "The dashboard's body has no list of widgets.");
    if (fits)
        return STATUS_OK;
    yyjson_doc_free (*doc_p);
    *doc_p = NULL;
    return STATUS_MALFORMED;
}

//  "-PT6H" as "-6h", which our tools read. What is no such text stays as it is: a time, or months, which have no length.
static void
s_append_time (buffer_t *members, const char *member, slice_t text)
{
    if (!text.size || text.size > TIME_BYTES_MAX)
        return;
    buffer_printf (members, ",\"%s\":", member);
    bool clock = slice_starts (text, "-PT");
    size_t before = clock ? 3 : 2, end = text.size - 1;
    const char *unit = strchr (clock ? "HMS" : "DW", text.data [end]);
    bool simple = slice_starts (text, "-P") && end > before && text.data [end] && unit;
    for (size_t i = before; simple && i < end; i++)
        simple = text.data [i] >= '0' && text.data [i] <= '9';
    if (simple) {
        buffer_printf (members, "\"-%.*s%c\"", (int) (end - before), text.data + before, *unit | 0x20);
        return;
    }
    buffer_t shown;
    buffer_init (&shown, 16 * TIME_BYTES_MAX);
    visible_append (&shown, text);
    json_append_string (members, buffer_slice (&shown));
    buffer_deinit (&shown);
}

static void
s_append_text (buffer_t *out, const char *before, slice_t text)
{
    if (!text.size)
        return;
    buffer_t shown;
    buffer_init (&shown, 16 * TEXT_BYTES_MAX);
    visible_append_cut (&shown, text, TEXT_BYTES_MAX);
    buffer_append_text (out, before);
    json_append_string (out, buffer_slice (&shown));
    buffer_deinit (&shown);
}

static void
s_append_variables (yyjson_val *variables, buffer_t *members, buffer_t *note)
{
    buffer_t list;
    buffer_init (&list, VARIABLES_BYTES_MAX);
    size_t index, count;
    yyjson_val *variable;
    yyjson_arr_foreach (variables, index, count, variable) {
        if (index == VARIABLES_MAX)
            break;
        bool pattern = slice_is (json_text (variable, "type"), "pattern");
        buffer_append_text (&list, index ? ",{" : "{");
        buffer_printf (&list, "\"type\":\"%s\"", pattern ? "pattern" : "property");
        s_append_text (&list, ",\"replaces\":", json_text (variable, pattern ? "pattern" : "property"));
        s_append_text (&list, ",\"label\":", json_text (variable, "label"));
        s_append_text (&list, ",\"default\":", json_text (variable, "defaultValue"));
        buffer_append_char (&list, '}');
    }
    sentence_begin (note);
    if (buffer_status (&list) == STATUS_OK) {
        buffer_append_text (members, ",\"variables\":[");
        buffer_append_slice (members, buffer_slice (&list));
        buffer_append_char (members, ']');
        buffer_append_text (note, "What a variable replaces stands in the arguments as the dashboard has it: put a value, or its default, there.");
    } else {
        buffer_append_text (note, "It has variables that are too long to be shown.");
    }
    buffer_deinit (&list);
    if (count > VARIABLES_MAX)
        buffer_printf (note, " %d of %zu variables are shown.", VARIABLES_MAX, count);
}

void
dashboard_body_append (yyjson_val *root, buffer_t *members, buffer_t *note)
{
    yyjson_val *variables = yyjson_obj_get (root, "variables");
    s_append_time (members, "start_time", json_text (root, "start"));
    s_append_time (members, "end_time", json_text (root, "end"));
    if (yyjson_arr_size (variables) > 0)
        s_append_variables (variables, members, note);
}
