#include "tool_page.h"

#include "call_words.h"
#include "cell.h"
#include "plain.h"

//  Where a section's lines begin, and what is between an argument and its meaning.
enum { INDENT = 2, GAP = 2 };

const contract_t *
tool_page_find (const contracts_t *contracts, const char *name)
{
    const contract_t *contract = contracts_find (contracts, slice_of (name));
    if (contract && !contract_internal (contract))
        return contract;
    buffer_t sentence;
    buffer_init (&sentence, 4096);
    const char *near = contracts_suggest (contracts, slice_of (name));
    buffer_printf (&sentence, "There is no tool \"%.200s\"", name);
    if (near)
        buffer_printf (&sentence, "; did you mean %s? ", near);
    else
        buffer_append_text (&sentence, ". ");
    buffer_append_text (&sentence, "cloudwatch-mcp tools lists them.");
    terminal_complain (buffer_slice (&sentence));
    buffer_deinit (&sentence);
    return NULL;
}

//  As it would be typed: a number without commas, a list A,B.
static void
s_append_value (buffer_t *out, yyjson_val *value)
{
    size_t at, count;
    yyjson_val *member;
    if (yyjson_is_num (value))
        buffer_printf (out, "%.15g", yyjson_get_num (value));
    else if (!yyjson_is_arr (value))
        cell_write (out, SLICE (""), value);
    yyjson_arr_foreach (value, at, count, member) {
        buffer_append_text (out, at ? "," : "");
        s_append_value (out, member);
    }
}

//  "1 to 100", "from 1", "up to 255" behind the text before; nothing without bounds. That there is at least one goes without saying.
static void
s_append_bounds (buffer_t *out, yyjson_val *schema, const char *before, const char *least_name, const char *most_name, const char *behind)
{
    yyjson_val *least = yyjson_obj_get (schema, least_name), *most = yyjson_obj_get (schema, most_name);
    bool counts = strcmp (least_name, "minimum") != 0;
    if (counts && yyjson_get_num (least) <= 1)
        least = NULL;
    if (!least && !most)
        return;
    buffer_append_text (out, before);
    buffer_append_text (out, least && most ? "" : least ? "from " : "up to ");
    s_append_value (out, least ? least : most);
    buffer_append_text (out, least && most ? " to " : "");
    s_append_value (out, least && most ? most : NULL);
    buffer_append_text (out, behind);
}

//  What one of these is, in words: "text, up to 255 characters".
static void
s_append_kind (buffer_t *out, yyjson_val *schema)
{
    yyjson_val *choices = yyjson_obj_get (schema, "enum");
    slice_t type = json_text (schema, "type");
    slice_t pattern = json_text (schema, "pattern");
    if (choices) {
        buffer_append_text (out, "one of ");
        cell_write (out, SLICE (""), choices);          //  With blanks: it is broken at words
    } else if (slice_is (type, "string")) {
        buffer_append_text (out, "text");
        s_append_bounds (out, schema, ", ", "minLength", "maxLength", " characters");
    } else if (slice_is (type, "integer") || slice_is (type, "number")) {
        buffer_append_text (out, slice_is (type, "integer") ? "whole number" : "number");
        s_append_bounds (out, schema, ", ", "minimum", "maximum", "");
    } else if (slice_is (type, "boolean")) {
        buffer_append_text (out, "true or false");
    } else {
        cell_write (out, SLICE (""), yyjson_obj_get (schema, "type"));
    }
    if (pattern.size) {
        buffer_append_text (out, ", matching ");
        plain_append (out, pattern);
    }
}

//  What the objects of a list are made of: its members' names tell most.
static void
s_append_members (buffer_t *out, yyjson_val *properties)
{
    yyjson_val *key, *schema;
    size_t at, count;
    yyjson_obj_foreach (json_members (properties), at, count, key, schema) {
        buffer_append_text (out, at ? ", " : " objects with ");
        plain_append (out, json_value_text (key));
    }
}

//  The kind of an argument: as above, or several of these.
static void
s_append_type (buffer_t *out, yyjson_val *schema)
{
    slice_t type = json_text (schema, "type");
    yyjson_val *items = yyjson_obj_get (schema, "items"), *values = yyjson_obj_get (schema, "additionalProperties");
    if (yyjson_obj_get (items, "properties")) {
        buffer_append_text (out, "list, as JSON");
        s_append_bounds (out, schema, " of ", "minItems", "maxItems", "");
        s_append_members (out, yyjson_obj_get (items, "properties"));
    } else if (slice_is (type, "array") && items) {
        buffer_append_text (out, "list A,B,…");
        s_append_bounds (out, schema, " of ", "minItems", "maxItems", "");
        buffer_append_text (out, ": ");
        s_append_kind (out, items);
    } else if (slice_is (type, "object") && yyjson_is_obj (values)) {
        buffer_append_text (out, "pairs Name=value,…");
        s_append_bounds (out, schema, " of ", "minProperties", "maxProperties", "");
        buffer_append_text (out, ": ");
        s_append_kind (out, values);
    } else if (slice_is (type, "array") || slice_is (type, "object")) {
        buffer_append_text (out, slice_is (type, "array") ? "list, as JSON" : "object, as JSON");
    } else {
        s_append_kind (out, schema);
    }
}

static bool
s_is_required (const yyjson_val *input, slice_t name)
{
    size_t at, count;
    yyjson_val *one;
    yyjson_arr_foreach (yyjson_obj_get ((yyjson_val *) (uintptr_t) input, "required"), at, count, one)
        if (slice_eq (json_value_text (one), name))
            return true;
    return false;
}

//  An argument: its name, and beside it what it may be and what it means.
static void
s_append_argument (buffer_t *out, slice_t name, yyjson_val *schema, bool required, size_t name_width, const terminal_t *terminal)
{
    buffer_t text;
    buffer_init (&text, out->limit);
    yyjson_val *otherwise = yyjson_obj_get (schema, "default");
    slice_t description = json_text (schema, "description");
    s_append_type (&text, schema);
    if (otherwise) {
        buffer_append_text (&text, " (default ");
        s_append_value (&text, otherwise);
        buffer_append_char (&text, ')');
    }
    buffer_append_text (&text, required ? " (required)" : "");
    if (description.size) {
        buffer_append_char (&text, '\n');
        buffer_append_slice (&text, description);
    }
    size_t column = INDENT + name_width + GAP, end = out->size + column;
    plain_pad (out, INDENT);
    plain_append (out, name);
    plain_pad (out, end > out->size ? end - out->size : GAP);
    plain_wrap (out, buffer_slice (&text), column, column, terminal->width);
    buffer_append_char (out, '\n');
    buffer_deinit (&text);
}

static void
s_append_title (buffer_t *out, const char *title, const terminal_t *terminal)
{
    buffer_printf (out, "\n%s%s%s\n", terminal_style (terminal, TERMINAL_BOLD), title, terminal_style (terminal, TERMINAL_PLAIN));
}

static void
s_append_arguments (buffer_t *out, const contract_t *contract, const terminal_t *terminal)
{
    const yyjson_val *input = contract_input_schema (contract);
    yyjson_val *properties = yyjson_obj_get ((yyjson_val *) (uintptr_t) input, "properties"), *key, *schema;
    size_t at, count, widest = 0;
    yyjson_obj_foreach (json_members (properties), at, count, key, schema)
        widest = yyjson_get_len (key) > widest ? yyjson_get_len (key) : widest;
    yyjson_obj_foreach (json_members (properties), at, count, key, schema)
        s_append_argument (out, json_value_text (key), schema, s_is_required (input, json_value_text (key)), widest, terminal);
}

static void
s_append_example (buffer_t *out, const contract_t *contract)
{
    yyjson_doc *example = NULL;
    slice_t json = contract_json (contract, "example");
    if (json.data && json_read (json, JSON_DEPTH_MAX, &example, NULL) != STATUS_OK)
        example = NULL;
    buffer_printf (out, "  cloudwatch-mcp call %s", contract_name (contract));
    call_words_write (out, yyjson_doc_get_root (example));
    buffer_append_char (out, '\n');
    yyjson_doc_free (example);
}

void
tool_page_write (buffer_t *out, const contract_t *contract, const terminal_t *terminal)
{
    buffer_printf (out, "%s%s%s: ", terminal_style (terminal, TERMINAL_BOLD), contract_name (contract), terminal_style (terminal, TERMINAL_PLAIN));
    buffer_printf (out, "%s (service %s)\n\n", contract_title (contract), service_name (contract_service (contract)));
    plain_wrap (out, contract_description (contract), 0, 0, terminal->width);
    buffer_append_char (out, '\n');
    s_append_title (out, "Arguments", terminal);
    s_append_arguments (out, contract, terminal);
    s_append_title (out, "Example", terminal);
    s_append_example (out, contract);
    s_append_title (out, contract_action (contract, 0) ? "IAM actions" : "IAM actions: none", terminal);
    for (size_t i = 0; contract_action (contract, i); i++)
        buffer_printf (out, "  %s\n", contract_action (contract, i));
}
