#include "contract_parts.h"

#include "findings.h"
#include "json.h"
#include "pack.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

//  Arguments and their schema are walked together, once: what is right is written, what is wrong becomes a finding. The walk goes on after a
//  finding, so that a caller learns of all mistakes at once; what was written by then is thrown away.

//  No key of a map (a dimension's name is the longest that AWS has) may be longer.
enum { MAP_KEY_CHARACTERS_MAX = 255 };

//  Doubles count up to here without a gap.
static const double WHOLE_MAX = 9007199254740992.0;

typedef struct {
    findings_t  findings;
    buffer_t   *body;
    const char *tool;           //  For the sentence about an unknown name
} walk_t;

static void s_take (walk_t *walk, const schema_t *schema, const findings_place_t *place, yyjson_val *value);

//  null stands for an argument that is not given.
static bool
s_given (yyjson_val *value)
{
    return value && !yyjson_is_null (value);
}

static bool
s_is_choice (const schema_t *schema, slice_t text)
{
    size_t index, count;
    yyjson_val *choice;
    yyjson_arr_foreach (schema->choices, index, count, choice)
        if (slice_eq (json_value_text (choice), text))
            return true;
    return false;
}

static void
s_take_text (walk_t *walk, const schema_t *schema, const findings_place_t *place, slice_t text)
{
    size_t characters = slice_characters (text);
    if (schema->choices && !s_is_choice (schema, text))
        findings_choice (&walk->findings, place, schema, text);
    else if (memchr (text.data, 0, text.size))
        findings_other (&walk->findings, place, "must not contain a zero byte");
    else if (characters < schema->length_min || characters > schema->length_max)
        findings_length (&walk->findings, place, schema, characters);
    else if (schema->pattern.data && regexec (&schema->regex, text.data, 0, NULL, 0) != 0)
        findings_pattern (&walk->findings, place, schema, text);
    else
        pack_text (walk->body, text);
}

//  10 is whole, and so is 10.0.
static bool
s_whole (yyjson_val *value, int64_t *whole)
{
    double real = yyjson_get_num (value);
    if (yyjson_is_real (value)) {
        if (fabs (real) > WHOLE_MAX || trunc (real) != real)
            return false;
        *whole = (int64_t) real;
        return true;
    }
    *whole = yyjson_get_sint (value);       //  What does not fit is above any maximum, which is compared as a double
    return true;
}

static void
s_take_number (walk_t *walk, const schema_t *schema, const findings_place_t *place, yyjson_val *value)
{
    int64_t whole = 0;
    double real = yyjson_get_num (value);
    bool integer = schema->types & SCHEMA_INTEGER && s_whole (value, &whole);
    if ((!integer && !(schema->types & SCHEMA_NUMBER)) || real < schema->minimum || real > schema->maximum)
        findings_type (&walk->findings, place, schema, value);
    else if (integer)
        pack_int (walk->body, whole);
    else
        pack_double (walk->body, real);
}

//  A whole number where a text is wanted: models write start_time: 1795388707. Its decimal text; absent for all else.
enum { DIGITS_SIZE = 24 };

static slice_t
s_digits (yyjson_val *value, char *digits)
{
    int64_t whole;
    if (yyjson_is_uint (value))
        snprintf (digits, DIGITS_SIZE, "%" PRIu64, yyjson_get_uint (value));
    else if (yyjson_is_num (value) && s_whole (value, &whole))
        snprintf (digits, DIGITS_SIZE, "%" PRId64, whole);
    else
        return SLICE_ABSENT;
    return slice_of (digits);
}

static void
s_take_list (walk_t *walk, const schema_t *schema, const findings_place_t *place, yyjson_val *list)
{
    size_t index, count = yyjson_arr_size (list);
    yyjson_val *item;
    if (count < schema->count_min || count > schema->count_max) {
        findings_size (&walk->findings, place, schema, count);
        return;
    }
    pack_array (walk->body, count);
    yyjson_arr_foreach (list, index, count, item)
        s_take (walk, schema->items, &(findings_place_t) { place, SLICE_ABSENT, index }, item);
}

//  What is wrong with the name of a map's member; NULL: nothing.
static const char *
s_wrong_key (slice_t name)
{
    if (name.size == 0)
        return "has a name that is empty";
    if (memchr (name.data, 0, name.size))
        return "has a name with a zero byte";
    return slice_characters (name) > MAP_KEY_CHARACTERS_MAX ? "has a name longer than 255 characters" : NULL;
}

static void
s_take_map (walk_t *walk, const schema_t *schema, const findings_place_t *place, yyjson_val *map)
{
    size_t index, count = yyjson_obj_size (map);
    yyjson_val *key, *value;
    if (count < schema->count_min || count > schema->count_max) {
        findings_size (&walk->findings, place, schema, count);
        return;
    }
    pack_map (walk->body, count);
    yyjson_obj_foreach (map, index, count, key, value) {
        slice_t name = json_value_text (key);
        findings_place_t inside = { place, name, 0 };
        const char *wrong = s_wrong_key (name);
        if (wrong)
            findings_other (&walk->findings, place, wrong);
        else if (yyjson_obj_getn (map, name.data, name.size) != value)
            findings_other (&walk->findings, &inside, "is given twice");
        pack_text (walk->body, name);
        s_take (walk, schema->values, &inside, value);
    }
}

//  Finds what is given for each property, in the order of the properties, and complains of members that are none.
static void
s_sort_members (walk_t *walk, const schema_t *schema, const findings_place_t *place, yyjson_val *object, yyjson_val **given)
{
    size_t index, count;
    yyjson_val *key, *value;
    yyjson_obj_foreach (object, index, count, key, value) {
        slice_t name = json_value_text (key);
        const schema_t *property = schema_property (schema, name);
        if (!property)
            findings_unknown (&walk->findings, place, schema, name, walk->tool);
        else if (given [property - schema->properties])
            findings_other (&walk->findings, &(findings_place_t) { place, name, 0 }, "is given twice");
        else
            given [property - schema->properties] = value;
    }
}

//  object: NULL for one without members.
static void
s_take_members (walk_t *walk, const schema_t *schema, const findings_place_t *place, yyjson_val *object)
{
    yyjson_val *given [SCHEMA_PROPERTIES_MAX] = { NULL };
    if (object)
        s_sort_members (walk, schema, place, object, given);

    size_t count = 0;
    for (size_t i = 0; i < schema->property_count; i++) {
        const schema_t *property = &schema->properties [i];
        if (!s_given (given [i]))
            given [i] = property->or_else;
        count += given [i] && !property->apart;
    }
    pack_map (walk->body, count);
    buffer_t *body = walk->body, nowhere;
    buffer_init (&nowhere, 0);  //  Takes nothing: what stands apart is checked, not written
    for (size_t i = 0; i < schema->property_count; i++) {
        const schema_t *property = &schema->properties [i];
        findings_place_t inside = { place, property->name, 0 };
        walk->body = property->apart ? &nowhere : body;
        if (given [i]) {
            pack_text (walk->body, property->name);
            s_take (walk, property, &inside, given [i]);
        } else if (property->required) {
            findings_missing (&walk->findings, &inside, property);
        }
    }
    walk->body = body;
}

static void
s_take (walk_t *walk, const schema_t *schema, const findings_place_t *place, yyjson_val *value)
{
    unsigned types = schema->types;
    char digits [DIGITS_SIZE];
    bool number_is_text = types & SCHEMA_TEXT && !(types & (SCHEMA_INTEGER | SCHEMA_NUMBER)) && !schema->choices;
    slice_t text = number_is_text ? s_digits (value, digits) : SLICE_ABSENT;
    if (text.data) {
        s_take_text (walk, schema, place, text);
    } else if (yyjson_is_str (value) && types & SCHEMA_TEXT) {
        s_take_text (walk, schema, place, json_value_text (value));
    } else if (yyjson_is_num (value) && types & (SCHEMA_INTEGER | SCHEMA_NUMBER)) {
        s_take_number (walk, schema, place, value);
    } else if (yyjson_is_bool (value) && types & SCHEMA_BOOLEAN) {
        pack_bool (walk->body, yyjson_get_bool (value));
    } else if (yyjson_is_arr (value) && types & SCHEMA_LIST) {
        s_take_list (walk, schema, place, value);
    } else if (yyjson_is_obj (value) && types & SCHEMA_OBJECT) {
        if (schema->values)
            s_take_map (walk, schema, place, value);
        else
            s_take_members (walk, schema, place, value);
    } else {
        findings_type (&walk->findings, place, schema, value);
    }
}

bool
contract_check_value (const schema_t *schema, yyjson_val *value, slice_t name, buffer_t *sentence)
{
    buffer_t nowhere;
    buffer_init (&nowhere, 0);
    walk_t walk = { .body = &nowhere, .tool = "" };
    findings_init (&walk.findings, sentence);
    s_take (&walk, schema, &(findings_place_t) { NULL, name.data ? name : SLICE ("the value"), 0 }, value);
    return walk.findings.count == 0;
}

//  An argument that travels outside of the body. Its length was checked in characters; room is counted in bytes.
static void
s_take_apart (walk_t *walk, yyjson_val *arguments, const char *name, char *copy, size_t copy_size)
{
    char digits [DIGITS_SIZE];
    yyjson_val *value = yyjson_obj_get (arguments, name);
    slice_t text = yyjson_is_num (value) ? s_digits (value, digits) : json_value_text (value);
    if (walk->findings.count > 0)
        return;                 //  Nobody will use it; and a text with too many characters is told of already
    if (text.size >= copy_size) {
        char words [80];
        snprintf (words, sizeof words, "may take at most %zu bytes; got %zu", copy_size - 1, text.size);
        findings_other (&walk->findings, &(findings_place_t) { NULL, slice_of (name), 0 }, words);
        return;
    }
    if (text.size)
        memcpy (copy, text.data, text.size);
}

static void
s_check_pairs (walk_t *walk, const contract_t *self, yyjson_val *arguments)
{
    for (size_t i = 0; i < self->pair_count; i++)
        if (s_given (yyjson_obj_get (arguments, self->pairs [i].one)) && s_given (yyjson_obj_get (arguments, self->pairs [i].other)))
            findings_exclusive (&walk->findings, self->pairs [i].one, self->pairs [i].other);
}

status_t
contract_check (const contract_t *self, const yyjson_val *arguments, contract_arguments_t *checked, buffer_t *sentence)
{
    *checked = (contract_arguments_t) { .account = "" };
    buffer_init (&checked->body, CONTRACT_BODY_MAX);
    walk_t walk = { .body = &checked->body, .tool = self->name };
    findings_init (&walk.findings, sentence);

    yyjson_val *value = (yyjson_val *) (uintptr_t) arguments;      //  yyjson's getters take no const, though they change nothing
    if (!self->schema && s_given (value))
        pack_json (&checked->body, value);
    else if (!self->schema)
        pack_map (&checked->body, 0);
    else if (s_given (value))
        s_take (&walk, self->schema, NULL, value);
    else
        s_take_members (&walk, self->schema, NULL, NULL);
    s_check_pairs (&walk, self, value);
    if (self->schema) {
        s_take_apart (&walk, value, "account", checked->account, sizeof checked->account);
        s_take_apart (&walk, value, "region", checked->region, sizeof checked->region);
    }

    status_t written = buffer_status (&checked->body);
    if (walk.findings.count == 0 && written == STATUS_TOO_LARGE)
        findings_other (&walk.findings, NULL, "are too large: 1 MB at most");
    if (walk.findings.count > 0)
        findings_close (&walk.findings, self->schema, contract_json (self, "example"));
    if (written == STATUS_NO_MEMORY || buffer_status (sentence) == STATUS_NO_MEMORY)
        return STATUS_NO_MEMORY;
    return walk.findings.count > 0 ? STATUS_INVALID_ARGUMENT : STATUS_OK;
}

void
contract_arguments_deinit (contract_arguments_t *checked)
{
    buffer_deinit (&checked->body);
}
