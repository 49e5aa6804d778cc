#include "findings.h"

#include "json.h"
#include "meant.h"
#include "utf8.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

//  A description longer than this explains more than the form of a value.
static const size_t DESCRIPTION_SHORT = 80;

void
findings_init (findings_t *self, buffer_t *out)
{
    *self = (findings_t) { .out = out };
}

//  Counts one more; false when it is not to be told.
static bool
s_begin (findings_t *self)
{
    if (++self->count > FINDINGS_TOLD_MAX)
        return false;
    if (self->count > 1)
        buffer_append_char (self->out, ' ');
    return true;
}

static void
s_append_quote (buffer_t *out, slice_t text)
{
    size_t characters = 0;
    for (size_t at = 0; at < text.size; characters++) {
        if (characters == FINDINGS_QUOTE_MAX) {
            buffer_append_text (out, "…");
            return;
        }
        uint32_t character;
        slice_t rest = { text.data + at, text.size - at };
        rest.size = utf8_read (rest, &character);
        buffer_append_slice (out, utf8_hidden (character) || character == UTF8_NONE ? SLICE ("?") : rest);
        at += rest.size;
    }
}

static void
s_append_place (buffer_t *out, const findings_place_t *place)
{
    if (!place) {
        buffer_append_text (out, "arguments");
        return;
    }
    if (place->parent)
        s_append_place (out, place->parent);
    if (!place->name.data) {
        buffer_printf (out, "[%zu]", place->index);
        return;
    }
    if (place->parent)
        buffer_append_char (out, '.');
    s_append_quote (out, place->name);
}

static void
s_append_choices (buffer_t *out, const schema_t *schema)
{
    size_t index, count;
    yyjson_val *choice;
    yyjson_arr_foreach (schema->choices, index, count, choice) {
        buffer_append_text (out, index ? ", " : "");
        buffer_append_slice (out, json_value_text (choice));
    }
}

static void
s_append_range (buffer_t *out, const schema_t *schema)
{
    if (isfinite (schema->minimum) && isfinite (schema->maximum))
        buffer_printf (out, " from %.15g to %.15g", schema->minimum, schema->maximum);
    else if (isfinite (schema->minimum))
        buffer_printf (out, " of at least %.15g", schema->minimum);
    else if (isfinite (schema->maximum))
        buffer_printf (out, " of at most %.15g", schema->maximum);
}

//  "a whole number from 1 to 1000"
static void
s_append_allowed (buffer_t *out, const schema_t *schema)
{
    static const struct {
        unsigned    type;
        const char *words;
    } TYPES [] = {
        { SCHEMA_TEXT,    "a text" },
        { SCHEMA_INTEGER, "a whole number" },
        { SCHEMA_NUMBER,  "a number" },
        { SCHEMA_BOOLEAN, "true or false" },
        { SCHEMA_LIST,    "a list" },
        { SCHEMA_OBJECT,  "an object" },
    };
    bool more = false;
    for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++) {
        if (!(schema->types & TYPES [i].type))
            continue;
        buffer_append_text (out, more ? " or " : "");
        more = true;
        buffer_append_text (out, TYPES [i].type == SCHEMA_TEXT && schema->choices ? "one of " : TYPES [i].words);
        if (TYPES [i].type == SCHEMA_TEXT && schema->choices)
            s_append_choices (out, schema);
        if (TYPES [i].type & (SCHEMA_INTEGER | SCHEMA_NUMBER))
            s_append_range (out, schema);
        if (TYPES [i].type == SCHEMA_LIST && schema->items->types == SCHEMA_TEXT)
            buffer_append_text (out, " of texts");
    }
}

//  Would it be something other than a text without its quotes?
static bool
s_looks_unquoted (slice_t text)
{
    char *end;
    if (text.size == 0)
        return false;
    strtod (text.data, &end);
    bool list_or_object = text.data [0] == '[' || text.data [0] == '{';
    return list_or_object || end == text.data + text.size || slice_is_nocase (text, "true") || slice_is_nocase (text, "false");
}

static void
s_append_got (buffer_t *out, yyjson_val *value)
{
    if (yyjson_is_str (value)) {
        slice_t text = json_value_text (value);
        buffer_append_text (out, s_looks_unquoted (text) ? "the text \"" : "\"");
        s_append_quote (out, text);
        buffer_append_char (out, '"');
    } else if (yyjson_is_arr (value)) {
        buffer_append_text (out, "a list");
    } else if (yyjson_is_obj (value)) {
        buffer_append_text (out, "an object");
    } else if (yyjson_is_uint (value)) {
        buffer_printf (out, "%" PRIu64, yyjson_get_uint (value));
    } else if (yyjson_is_int (value)) {
        buffer_printf (out, "%" PRId64, yyjson_get_sint (value));
    } else if (yyjson_is_real (value)) {
        buffer_printf (out, "%.15g", yyjson_get_real (value));
    } else {
        buffer_append_text (out, yyjson_is_true (value) ? "true" : yyjson_is_false (value) ? "false" : "null");
    }
}

void
findings_type (findings_t *self, const findings_place_t *place, const schema_t *schema, yyjson_val *value)
{
    if (!s_begin (self))
        return;
    s_append_place (self->out, place);
    buffer_append_text (self->out, " must be ");
    s_append_allowed (self->out, schema);
    buffer_append_text (self->out, "; got ");
    s_append_got (self->out, value);
    buffer_append_char (self->out, '.');
}

//  "; did you mean `limit`?" or a full stop
static void
s_append_meant (buffer_t *out, slice_t given, const char *const *names, size_t count)
{
    const char *meant = meant_name (given, names, count);
    if (meant)
        buffer_printf (out, "; did you mean `%s`?", meant);
    else
        buffer_append_char (out, '.');
}

void
findings_choice (findings_t *self, const findings_place_t *place, const schema_t *schema, slice_t text)
{
    if (!s_begin (self))
        return;
    s_append_place (self->out, place);
    buffer_append_text (self->out, " must be one of ");
    s_append_choices (self->out, schema);
    buffer_append_text (self->out, "; got \"");
    s_append_quote (self->out, text);
    buffer_append_char (self->out, '"');

    const char *names [SCHEMA_CHOICES_MAX];
    size_t index, count;
    yyjson_val *choice;
    yyjson_arr_foreach (schema->choices, index, count, choice)
        names [index] = json_value_text (choice).data;
    s_append_meant (self->out, text, names, count);
}

//  "prefix may have at most 512 characters; got 600."
static void
s_tell_amount (findings_t *self, const findings_place_t *place, const char *unit, size_t got, size_t min, size_t max)
{
    if (!s_begin (self))
        return;
    s_append_place (self->out, place);
    if (got > max)
        buffer_printf (self->out, " may have at most %zu %s%s; got %zu.", max, unit, max == 1 ? "" : "s", got);
    else if (got == 0)
        buffer_append_text (self->out, " must not be empty.");
    else
        buffer_printf (self->out, " must have at least %zu %s%s; got %zu.", min, unit, min == 1 ? "" : "s", got);
}

void
findings_length (findings_t *self, const findings_place_t *place, const schema_t *schema, size_t characters)
{
    s_tell_amount (self, place, "character", characters, schema->length_min, schema->length_max);
}

void
findings_size (findings_t *self, const findings_place_t *place, const schema_t *schema, size_t got)
{
    s_tell_amount (self, place, schema->values ? "member" : "item", got, schema->count_min, schema->count_max);
}

void
findings_pattern (findings_t *self, const findings_place_t *place, const schema_t *schema, slice_t text)
{
    if (!s_begin (self))
        return;
    s_append_place (self->out, place);
    buffer_append_text (self->out, " \"");
    s_append_quote (self->out, text);
    buffer_append_text (self->out, "\" does not match ");
    buffer_append_slice (self->out, schema->pattern);
    slice_t words = schema->description;
    if (words.size && words.size <= DESCRIPTION_SHORT) {
        buffer_append_text (self->out, " (");
        buffer_append (self->out, words.data, words.data [words.size - 1] == '.' ? words.size - 1 : words.size);
        buffer_append_char (self->out, ')');
    }
    buffer_append_char (self->out, '.');
}

void
findings_missing (findings_t *self, const findings_place_t *place, const schema_t *property)
{
    if (!s_begin (self))
        return;
    s_append_place (self->out, place);
    buffer_append_text (self->out, " is required: ");
    s_append_allowed (self->out, property);
    buffer_append_char (self->out, '.');
}

static void
s_append_names (buffer_t *out, const schema_t *object)
{
    for (size_t i = 0; i < object->property_count; i++) {
        buffer_append_text (out, i ? ", " : "");
        buffer_append_slice (out, object->properties [i].name);
    }
}

void
findings_unknown (findings_t *self, const findings_place_t *parent, const schema_t *object, slice_t name, const char *owner)
{
    if (!s_begin (self))
        return;
    self->names = self->names || !parent;
    buffer_append_char (self->out, '`');
    s_append_quote (self->out, name);
    if (parent) {
        buffer_append_text (self->out, "` is not a member of ");
        s_append_place (self->out, parent);
        buffer_append_text (self->out, " (");
        s_append_names (self->out, object);
        buffer_append_char (self->out, ')');
    } else {
        buffer_append_text (self->out, "` is not an argument of ");
        buffer_append_text (self->out, owner);
    }
    const char *names [SCHEMA_PROPERTIES_MAX];
    for (size_t i = 0; i < object->property_count; i++)
        names [i] = object->properties [i].name.data;
    s_append_meant (self->out, name, names, object->property_count);
}

void
findings_exclusive (findings_t *self, const char *one, const char *other)
{
    if (s_begin (self))
        buffer_printf (self->out, "%s and %s cannot be given together.", one, other);
}

void
findings_other (findings_t *self, const findings_place_t *place, const char *words)
{
    if (!s_begin (self))
        return;
    s_append_place (self->out, place);
    buffer_printf (self->out, " %s.", words);
}

//  Compact JSON with the blanks that a person would write.
static void
s_append_airy (buffer_t *out, slice_t json)
{
    bool in_text = false;
    for (size_t i = 0; i < json.size; i++) {
        char c = json.data [i];
        buffer_append_char (out, c);
        if (c == '"')
            in_text = !in_text;
        else if (c == '\\' && i + 1 < json.size)
            buffer_append_char (out, json.data [++i]);
        else if (!in_text && (c == ':' || c == ','))
            buffer_append_char (out, ' ');
    }
}

void
findings_close (findings_t *self, const schema_t *arguments, slice_t example)
{
    if (self->count > FINDINGS_TOLD_MAX) {
        size_t more = self->count - FINDINGS_TOLD_MAX;
        buffer_printf (self->out, " %zu more %s wrong.", more, more == 1 ? "is" : "are");
    }
    if (self->names) {
        buffer_append_text (self->out, " Arguments: ");
        s_append_names (self->out, arguments);
        buffer_append_char (self->out, '.');
    }
    if (example.size) {
        buffer_append_text (self->out, " Example: ");
        s_append_airy (self->out, example);
        buffer_append_char (self->out, '.');
    }
}
