#include "schema.h"

#include "json.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

//  Doubles count up to here without a gap; bounds of integers are kept in doubles.
static const double WHOLE_MAX = 9007199254740992.0;

//  Where the reading is, for the reason.
typedef struct {
    slice_t name;               //  The nearest property
    int     depth;
    char   *reason;
} place_t;

//  A keyword, the types about which it says something, and how it is read into the member at this offset.
typedef struct {
    const char *name;
    unsigned    types;
    status_t  (*read) (schema_t *self, const place_t *place, yyjson_val *json, size_t offset);
    size_t      offset;
} keyword_t;

static status_t s_read (schema_t *self, const place_t *place, yyjson_val *json);

static status_t __attribute__ ((format (printf, 2, 3)))
s_refuse (const place_t *place, const char *format, ...)
{
    int size = 0;
    if (place->name.data)
        size = snprintf (place->reason, SCHEMA_REASON_SIZE, "%.*s: ", (int) place->name.size, place->name.data);
    va_list arguments;
    va_start (arguments, format);
    vsnprintf (place->reason + size, SCHEMA_REASON_SIZE - (size_t) size, format, arguments);
    va_end (arguments);
    return STATUS_INVALID_ARGUMENT;
}

static status_t
s_read_description (schema_t *self, const place_t *place, yyjson_val *json, size_t offset)
{
    (void) offset;
    self->description = json_value_text (json);
    return self->description.size ? STATUS_OK : s_refuse (place, "description must be a text");
}

//  A token of RFC 9110, behind "Mcp-Param-" in the header's name.
static status_t
s_read_header (schema_t *self, const place_t *place, yyjson_val *json, size_t offset)
{
    (void) self;
    (void) offset;
    slice_t name = json_value_text (json);
    for (size_t i = 0; i < name.size; i++)
        if (!isalnum ((unsigned char) name.data [i]) && !strchr ("!#$%&'*+-.^_`|~", name.data [i]))
            return s_refuse (place, "x-mcp-header has a character that no header's name may have");
    return name.size ? STATUS_OK : s_refuse (place, "x-mcp-header must be a text");
}

static status_t
s_read_default (schema_t *self, const place_t *place, yyjson_val *json, size_t offset)
{
    (void) place;
    (void) offset;
    self->or_else = json;       //  Whether it is right is seen when the whole contract is there
    return STATUS_OK;
}

static status_t
s_read_enum (schema_t *self, const place_t *place, yyjson_val *json, size_t offset)
{
    (void) offset;
    if (yyjson_arr_size (json) == 0 || yyjson_arr_size (json) > SCHEMA_CHOICES_MAX)
        return s_refuse (place, "enum must be a list of 1 to %d texts", SCHEMA_CHOICES_MAX);
    for (size_t i = 0; i < yyjson_arr_size (json); i++) {
        slice_t choice = json_value_text (yyjson_arr_get (json, i));
        if (choice.size == 0)
            return s_refuse (place, "enum must be a list of texts");
        for (size_t j = 0; j < i; j++)
            if (slice_eq (choice, json_value_text (yyjson_arr_get (json, j))))
                return s_refuse (place, "enum has %s twice", choice.data);
    }
    self->choices = json;
    return STATUS_OK;
}

static status_t
s_read_bound (schema_t *self, const place_t *place, yyjson_val *json, size_t offset)
{
    double bound = yyjson_get_num (json);
    if (!yyjson_is_num (json) || fabs (bound) > WHOLE_MAX)
        return s_refuse (place, "minimum and maximum must be numbers up to 2^53");
    *(double *) ((char *) self + offset) = bound;
    return STATUS_OK;
}

static status_t
s_read_count (schema_t *self, const place_t *place, yyjson_val *json, size_t offset)
{
    if (!yyjson_is_uint (json))
        return s_refuse (place, "a limit of length or of items must be a whole number");
    *(size_t *) ((char *) self + offset) = yyjson_get_uint (json);
    return STATUS_OK;
}

static status_t
s_read_pattern (schema_t *self, const place_t *place, yyjson_val *json, size_t offset)
{
    (void) offset;
    slice_t pattern = json_value_text (json);
    if (pattern.size == 0 || memchr (pattern.data, '\\', pattern.size))
        return s_refuse (place, "pattern must be a text without backslashes (a bracket does the same, and alike everywhere)");
    int error = regcomp (&self->regex, pattern.data, REG_EXTENDED | REG_NOSUB);
    if (error == REG_ESPACE)
        return STATUS_NO_MEMORY;
    if (error)
        return s_refuse (place, "pattern %s is not a regular expression", pattern.data);
    self->pattern = pattern;
    return STATUS_OK;
}

//  A schema of its own, at the pointer at this offset: items, or the values of a map.
static status_t
s_read_inner (schema_t *self, const place_t *place, yyjson_val *json, size_t offset)
{
    schema_t *inner = calloc (1, sizeof *inner);
    if (!inner)
        return STATUS_NO_MEMORY;
    *(schema_t **) ((char *) self + offset) = inner;
    return s_read (inner, &(place_t) { place->name, place->depth + 1, place->reason }, json);
}

static status_t
s_read_additional (schema_t *self, const place_t *place, yyjson_val *json, size_t offset)
{
    return yyjson_is_false (json) ? STATUS_OK : s_read_inner (self, place, json, offset);
}

static bool
s_is_snake_case (slice_t name)
{
    for (size_t i = 0; i < name.size; i++) {
        char c = name.data [i];
        if (!(c >= 'a' && c <= 'z') && !(i > 0 && (isdigit ((unsigned char) c) || c == '_')))
            return false;
    }
    return name.size > 0 && name.size <= 40;
}

static status_t
s_read_properties (schema_t *self, const place_t *place, yyjson_val *json, size_t offset)
{
    (void) offset;
    size_t count = yyjson_obj_size (json);
    bool nothing = count == 0 && place->depth == 0 && yyjson_is_obj (json);         //  A tool may take no arguments
    if ((count == 0 && !nothing) || count > SCHEMA_PROPERTIES_MAX)
        return s_refuse (place, "properties must be an object of 1 to %d members", SCHEMA_PROPERTIES_MAX);
    self->properties = calloc (nothing ? 1 : count, sizeof *self->properties);
    if (!self->properties)
        return STATUS_NO_MEMORY;

    size_t index;
    yyjson_val *key, *value;
    yyjson_obj_foreach (json, index, count, key, value) {
        slice_t name = json_value_text (key);
        if (!s_is_snake_case (name))
            return s_refuse (place, "property %.60s is not in snake_case, or longer than 40", name.data);
        if (schema_property (self, name))
            return s_refuse (place, "property %s is there twice", name.data);
        schema_t *property = &self->properties [self->property_count++];
        status_t status = s_read (property, &(place_t) { name, place->depth + 1, place->reason }, value);
        property->name = name;
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

//  Read last, by s_read: it is about properties.
static status_t
s_read_required (schema_t *self, const place_t *place, yyjson_val *json)
{
    if (!json)
        return STATUS_OK;
    if (yyjson_arr_size (json) == 0)
        return s_refuse (place, "required must be a list of names");
    size_t index, count;
    yyjson_val *item;
    yyjson_arr_foreach (json, index, count, item) {
        schema_t *property = schema_property (self, json_value_text (item));
        if (!property || property->required || property->or_else)
            return s_refuse (place, "required must name properties, each once, that have no default");
        property->required = true;
    }
    return STATUS_OK;
}

static unsigned
s_type (yyjson_val *json)
{
    static const char *const NAMES [] = { "object", "string", "integer", "number", "boolean", "array" };
    for (unsigned i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
        if (slice_is (json_value_text (json), NAMES [i]))
            return 1u << i;
    return 0;
}

//  Read first, by s_read: the other keywords are about types.
static status_t
s_read_type (schema_t *self, const place_t *place, yyjson_val *json)
{
    if (!yyjson_is_arr (json))
        self->types = s_type (json);
    for (size_t i = 0; i < yyjson_arr_size (json); i++) {
        unsigned type = s_type (yyjson_arr_get (json, i));
        if (type == 0 || self->types & type)
            return s_refuse (place, "type must be one of JSON Schema's, or a list of some");
        self->types |= type;
    }
    return self->types ? STATUS_OK : s_refuse (place, "type must be one of JSON Schema's, or a list of some");
}

//  What no single keyword can see.
static status_t
s_agree (const schema_t *self, const place_t *place, yyjson_val *json)
{
    if (self->minimum > self->maximum || self->length_min > self->length_max || self->count_min > self->count_max)
        return s_refuse (place, "a minimum is above its maximum");
    if (self->types & SCHEMA_INTEGER && (isinf (self->minimum) || isinf (self->maximum)))
        return s_refuse (place, "an integer needs a minimum and a maximum");
    if (self->types & SCHEMA_LIST && (!self->items || self->count_max == SIZE_MAX))
        return s_refuse (place, "an array needs items and maxItems");
    if (self->types & SCHEMA_OBJECT && !self->properties == !self->values)
        return s_refuse (place, "an object needs either properties or a schema for additionalProperties");
    if (self->properties && !yyjson_is_false (yyjson_obj_get (json, "additionalProperties")))
        return s_refuse (place, "an object with properties needs additionalProperties: false");
    if (self->types & SCHEMA_LIST && self->types & SCHEMA_OBJECT)
        return s_refuse (place, "a value cannot be an array or an object as it likes");
    if (self->values && self->count_max > SCHEMA_MAP_MAX)
        return s_refuse (place, "a map needs maxProperties, at most %d", SCHEMA_MAP_MAX);
    return STATUS_OK;
}

static const keyword_t *
s_keyword (slice_t name)
{
    enum { HEADER_TYPES = SCHEMA_TEXT | SCHEMA_INTEGER | SCHEMA_BOOLEAN };
    static const keyword_t KEYWORDS [] = {
        { "description",          SCHEMA_ANY,                      s_read_description, 0 },
        { "default",              SCHEMA_ANY,                      s_read_default,     0 },
        { "enum",                 SCHEMA_TEXT,                     s_read_enum,        0 },
        { "minLength",            SCHEMA_TEXT,                     s_read_count,       offsetof (schema_t, length_min) },
        { "maxLength",            SCHEMA_TEXT,                     s_read_count,       offsetof (schema_t, length_max) },
        { "pattern",              SCHEMA_TEXT,                     s_read_pattern,     0 },
        { "minimum",              SCHEMA_INTEGER | SCHEMA_NUMBER,  s_read_bound,       offsetof (schema_t, minimum) },
        { "maximum",              SCHEMA_INTEGER | SCHEMA_NUMBER,  s_read_bound,       offsetof (schema_t, maximum) },
        { "items",                SCHEMA_LIST,                     s_read_inner,       offsetof (schema_t, items) },
        { "minItems",             SCHEMA_LIST,                     s_read_count,       offsetof (schema_t, count_min) },
        { "maxItems",             SCHEMA_LIST,                     s_read_count,       offsetof (schema_t, count_max) },
        { "maxProperties",        SCHEMA_OBJECT,                   s_read_count,       offsetof (schema_t, count_max) },
        { "properties",           SCHEMA_OBJECT,                   s_read_properties,  0 },
        { "additionalProperties", SCHEMA_OBJECT,                   s_read_additional,  offsetof (schema_t, values) },
        { "x-mcp-header",         HEADER_TYPES,                    s_read_header,      0 },
    };
    for (size_t i = 0; i < sizeof KEYWORDS / sizeof *KEYWORDS; i++)
        if (slice_is (name, KEYWORDS [i].name))
            return &KEYWORDS [i];
    return NULL;
}

static status_t
s_read (schema_t *self, const place_t *place, yyjson_val *json)
{
    self->minimum = -INFINITY;
    self->maximum = INFINITY;
    self->length_max = self->count_max = SIZE_MAX;
    if (!yyjson_is_obj (json) || place->depth > SCHEMA_DEPTH_MAX)
        return s_refuse (place, "a schema must be an object, nested at most %d deep", SCHEMA_DEPTH_MAX);
    status_t status = s_read_type (self, place, yyjson_obj_get (json, "type"));

    size_t index, count;
    yyjson_val *key, *value;
    yyjson_obj_foreach (json, index, count, key, value) {
        slice_t name = json_value_text (key);
        const keyword_t *keyword = s_keyword (name);
        if (status != STATUS_OK)
            return status;
        if (yyjson_obj_get (json, name.data) != value)
            return s_refuse (place, "%s is there twice", name.data);
        if (slice_is (name, "type") || slice_is (name, "required"))
            continue;
        if (!keyword || !(keyword->types & self->types))
            return s_refuse (place, "%.60s is not a keyword that we know for this type", name.data);
        status = keyword->read (self, place, value, keyword->offset);
    }
    if (status == STATUS_OK)
        status = s_read_required (self, place, yyjson_obj_get (json, "required"));
    return status == STATUS_OK ? s_agree (self, place, json) : status;
}

status_t
schema_new (yyjson_val *json, schema_t **self_p, char *reason)
{
    *self_p = calloc (1, sizeof **self_p);
    if (!*self_p)
        return STATUS_NO_MEMORY;
    status_t status = s_read (*self_p, &(place_t) { SLICE_ABSENT, 0, reason }, json);
    if (status != STATUS_OK)
        schema_destroy (self_p);
    return status;
}

static void
s_release (schema_t *self)
{
    if (self->pattern.data)
        regfree (&self->regex);
    for (size_t i = 0; i < self->property_count; i++)
        s_release (&self->properties [i]);
    free (self->properties);
    schema_destroy (&self->items);
    schema_destroy (&self->values);
}

void
schema_destroy (schema_t **self_p)
{
    if (*self_p) {
        s_release (*self_p);
        free (*self_p);
    }
    *self_p = NULL;
}

schema_t *
schema_property (const schema_t *self, slice_t name)
{
    for (size_t i = 0; i < self->property_count; i++)
        if (slice_eq (self->properties [i].name, name))
            return &self->properties [i];
    return NULL;
}
