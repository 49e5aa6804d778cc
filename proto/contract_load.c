#include "contract_parts.h"

#include "envelope.h"
#include "json.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

//  A name crosses the wire in the envelope.
enum { NAME_MAX_BYTES = sizeof ((envelope_t *) 0)->tool - 1, EXAMPLE_SENTENCE_MAX = 2048 };

//  Carries the file's name and the place for the reason.
typedef struct {
    const char *file;
    char       *reason;
} loading_t;

//  What a contract consists of. OPTIONAL_IF_INTERNAL: what only clients need. OPTIONAL_IF_LOCAL: the same, and a tool that does not ask AWS may go
//  without it, too.
typedef enum { REQUIRED, OPTIONAL, OPTIONAL_IF_INTERNAL, OPTIONAL_IF_LOCAL } need_t;

typedef struct {
    const char *name;
    yyjson_type type;
    need_t      need;
} member_t;

static const member_t MEMBERS [] = {
    { "name",         YYJSON_TYPE_STR,  REQUIRED },
    { "title",        YYJSON_TYPE_STR,  REQUIRED },
    { "description",  YYJSON_TYPE_STR,  REQUIRED },
    { "service",      YYJSON_TYPE_STR,  REQUIRED },
    { "version",      YYJSON_TYPE_NUM,  REQUIRED },
    { "slow",         YYJSON_TYPE_BOOL, OPTIONAL },
    { "internal",     YYJSON_TYPE_BOOL, OPTIONAL },
    { "actions",      YYJSON_TYPE_ARR,  REQUIRED },
    { "idempotent",   YYJSON_TYPE_BOOL, REQUIRED },
    { "annotations",  YYJSON_TYPE_OBJ,  OPTIONAL_IF_INTERNAL },
    { "inputSchema",  YYJSON_TYPE_OBJ,  REQUIRED },
    { "unchecked",    YYJSON_TYPE_BOOL, OPTIONAL },
    { "exclusive",    YYJSON_TYPE_ARR,  OPTIONAL },
    { "capabilities", YYJSON_TYPE_ARR,  OPTIONAL },
    { "asks",         YYJSON_TYPE_BOOL, OPTIONAL },
    { "outputSchema", YYJSON_TYPE_OBJ,  OPTIONAL_IF_LOCAL },
    { "example",      YYJSON_TYPE_OBJ,  REQUIRED },
};

static status_t __attribute__ ((format (printf, 2, 3)))
s_refuse (const loading_t *loading, const char *format, ...)
{
    int size = snprintf (loading->reason, CONTRACT_REASON_SIZE, "%.*s.json: ", NAME_MAX_BYTES, loading->file);
    va_list arguments;
    va_start (arguments, format);
    vsnprintf (loading->reason + size, CONTRACT_REASON_SIZE - (size_t) size, format, arguments);
    va_end (arguments);
    return STATUS_INVALID_ARGUMENT;
}

static const member_t *
s_member (slice_t name)
{
    for (size_t i = 0; i < sizeof MEMBERS / sizeof *MEMBERS; i++)
        if (slice_is (name, MEMBERS [i].name))
            return &MEMBERS [i];
    return NULL;
}

static bool
s_is_local (const contract_t *self)
{
    return service_find (json_text (self->root, "service")) == SERVICE_LOCAL;
}

//  Every member is known, there once and of its type; none is missing.
static status_t
s_check_members (const contract_t *self, const loading_t *loading)
{
    size_t index, count;
    yyjson_val *key, *value;
    yyjson_obj_foreach (self->root, index, count, key, value) {
        const member_t *member = s_member (json_value_text (key));
        if (!member)
            return s_refuse (loading, "%.60s is not a member of a contract.", yyjson_get_str (key));
        if (yyjson_obj_get (self->root, member->name) != value)
            return s_refuse (loading, "%s is there twice.", member->name);
        if (yyjson_get_type (value) != member->type || (member->type == YYJSON_TYPE_STR && yyjson_get_len (value) == 0))
            return s_refuse (loading, "%s is empty or of the wrong type.", member->name);
    }
    for (size_t i = 0; i < sizeof MEMBERS / sizeof *MEMBERS; i++) {
        need_t need = MEMBERS [i].need;
        bool needed = need == REQUIRED || (need == OPTIONAL_IF_INTERNAL && !self->internal) ||
            (need == OPTIONAL_IF_LOCAL && !self->internal && !s_is_local (self));
        if (needed && !yyjson_obj_get (self->root, MEMBERS [i].name))
            return s_refuse (loading, "%s is missing.", MEMBERS [i].name);
    }
    return STATUS_OK;
}

static bool
s_is_tool_name (slice_t name)
{
    for (size_t i = 0; i < name.size; i++)
        if (!islower ((unsigned char) name.data [i]) && !isdigit ((unsigned char) name.data [i]) && name.data [i] != '_')
            return false;
    return name.size > 0 && name.size <= NAME_MAX_BYTES;
}

//  "cloudwatch:ListMetrics"
static bool
s_is_action (slice_t action)
{
    const char *colon = action.data ? memchr (action.data, ':', action.size) : NULL;
    if (!colon || colon == action.data || !isupper ((unsigned char) colon [1]))
        return false;
    for (size_t i = 0; i < action.size; i++) {
        char c = action.data [i];
        bool service = action.data + i < colon;
        if (action.data + i != colon && !(service ? islower ((unsigned char) c) || c == '-' : isalnum ((unsigned char) c)))
            return false;
    }
    return true;
}

static status_t
s_read_plain (contract_t *self, const loading_t *loading)
{
    slice_t name = json_text (self->root, "name");
    if (!s_is_tool_name (name) || !slice_is (name, loading->file))
        return s_refuse (loading, "name must be the file's, of 1 to %d small letters, digits and underscores.", NAME_MAX_BYTES);
    self->name = name.data;
    self->title = json_text (self->root, "title").data;
    self->description = json_text (self->root, "description");
    self->service = service_find (json_text (self->root, "service"));
    if (self->service == SERVICE_NONE || (self->service == SERVICE_CREDENTIALS && !self->internal))
        return s_refuse (loading, "service is none that serves tools.");
    self->version = json_int (self->root, "version", 0);
    if (self->version < 1)
        return s_refuse (loading, "version must be a whole number, 1 at least.");
    self->slow = json_bool (self->root, "slow", false);
    self->idempotent = json_bool (self->root, "idempotent", false);
    self->asks = json_bool (self->root, "asks", false);

    size_t index, count;
    yyjson_val *action;
    yyjson_arr_foreach (yyjson_obj_get (self->root, "actions"), index, count, action)
        if (!s_is_action (json_value_text (action)))
            return s_refuse (loading, "actions must be IAM actions, such as cloudwatch:ListMetrics.");
    bool asks_aws = self->service == SERVICE_LOGS || self->service == SERVICE_METRICS || self->service == SERVICE_ALARMS;
    return asks_aws && count == 0 ? s_refuse (loading, "actions is empty, but the service asks AWS.") : STATUS_OK;
}

static status_t
s_check_annotations (const contract_t *self, const loading_t *loading)
{
    static const char *const HINTS [] = { "readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint" };
    enum { HINTS_COUNT = sizeof HINTS / sizeof *HINTS };
    yyjson_val *annotations = yyjson_obj_get (self->root, "annotations");
    if (!annotations)
        return STATUS_OK;
    for (size_t i = 0; i < HINTS_COUNT; i++)
        if (!yyjson_is_bool (yyjson_obj_get (annotations, HINTS [i])))
            return s_refuse (loading, "annotations needs %s, true or false.", HINTS [i]);
    if (yyjson_obj_size (annotations) != HINTS_COUNT)
        return s_refuse (loading, "annotations has more members than the four hints.");
    if (json_bool (annotations, "idempotentHint", false) != self->idempotent)
        return s_refuse (loading, "annotations.idempotentHint contradicts idempotent.");
    return STATUS_OK;
}

//  Clients check answers against it, so it says little: the types of some members, and which are always there.
static status_t
s_check_output (const contract_t *self, const loading_t *loading)
{
    yyjson_val *schema = yyjson_obj_get (self->root, "outputSchema");
    if (!schema)
        return STATUS_OK;
    yyjson_val *properties = yyjson_obj_get (schema, "properties"), *required = yyjson_obj_get (schema, "required");
    if (!slice_is (json_text (schema, "type"), "object") || !yyjson_is_obj (properties))
        return s_refuse (loading, "outputSchema needs type \"object\" and properties.");
    if (yyjson_obj_size (schema) != (required ? 3u : 2u))
        return s_refuse (loading, "outputSchema may have type, properties and required only.");
    size_t index, count;
    yyjson_val *key, *value;
    yyjson_obj_foreach (properties, index, count, key, value)
        if (yyjson_obj_size (value) != 1 || !json_text (value, "type").data)
            return s_refuse (loading, "outputSchema may say no more of %.60s than its type.", yyjson_get_str (key));
    if (required && yyjson_arr_size (required) == 0)
        return s_refuse (loading, "outputSchema.required must be a list of names.");
    yyjson_arr_foreach (required, index, count, value)
        if (!yyjson_obj_getn (properties, yyjson_get_str (value), yyjson_get_len (value)))
            return s_refuse (loading, "outputSchema.required names what is not in properties.");
    return STATUS_OK;
}

//  The arguments that every tool has which asks AWS. Account and region travel in the envelope, so they are no part of the body, and have no
//  default here.
static status_t
s_check_common (const contract_t *self, const loading_t *loading)
{
    static const struct {
        const char *name;
        unsigned    type;
        size_t      length_max;     //  0: does not apply
    } COMMON [] = {
        { "account",   SCHEMA_TEXT,    sizeof ((contract_arguments_t *) 0)->account - 1 },
        { "region",    SCHEMA_TEXT,    sizeof ((contract_arguments_t *) 0)->region - 1 },
        { "max_bytes", SCHEMA_INTEGER, 0 },
    };
    for (size_t i = 0; i < sizeof COMMON / sizeof *COMMON; i++) {
        schema_t *property = schema_property (self->schema, slice_of (COMMON [i].name));
        if (!property && (self->internal || s_is_local (self)))
            continue;
        if (!property || property->types != COMMON [i].type)
            return s_refuse (loading, "the argument %s, which every tool has, is missing or of another type.", COMMON [i].name);
        property->apart = COMMON [i].length_max > 0;
        if (property->apart && (property->length_max > COMMON [i].length_max || property->or_else))
            return s_refuse (loading, "%s may have at most %zu characters, and no default.", COMMON [i].name, COMMON [i].length_max);
    }
    return STATUS_OK;
}

//  The defaults of a schema and of all that is in it.
static status_t
s_check_defaults (const schema_t *schema, const loading_t *loading)
{
    if (schema->or_else) {
        buffer_t sentence;
        buffer_init (&sentence, EXAMPLE_SENTENCE_MAX);
        bool right = contract_check_value (schema, schema->or_else, schema->name, &sentence);
        if (!right)
            (void) s_refuse (loading, "a default is wrong: %.*s", (int) sentence.size, sentence.data);
        buffer_deinit (&sentence);
        if (!right)
            return STATUS_INVALID_ARGUMENT;
    }
    status_t status = schema->items ? s_check_defaults (schema->items, loading) : STATUS_OK;
    if (status == STATUS_OK && schema->values)
        status = s_check_defaults (schema->values, loading);
    for (size_t i = 0; status == STATUS_OK && i < schema->property_count; i++)
        status = s_check_defaults (&schema->properties [i], loading);
    return status;
}

static status_t
s_check_example (const contract_t *self, const loading_t *loading)
{
    buffer_t sentence;
    contract_arguments_t checked;
    buffer_init (&sentence, EXAMPLE_SENTENCE_MAX);
    status_t status = contract_check (self, yyjson_obj_get (self->root, "example"), &checked, &sentence);
    if (status == STATUS_INVALID_ARGUMENT)
        status = s_refuse (loading, "the example is wrong: %.*s", (int) sentence.size, sentence.data);
    contract_arguments_deinit (&checked);
    buffer_deinit (&sentence);
    return status;
}

//  A client says what it can do by these names; data of an error names those that are missing.
static status_t
s_check_capabilities (const contract_t *self, const loading_t *loading)
{
    size_t index, count;
    yyjson_val *name;
    yyjson_arr_foreach (yyjson_obj_get (self->root, "capabilities"), index, count, name)
        if (!yyjson_equals_str (name, "elicitation") && !yyjson_equals_str (name, "sampling") && !yyjson_equals_str (name, "roots"))
            return s_refuse (loading, "capabilities may be elicitation, sampling and roots.");
    return STATUS_OK;
}

//  ["a", "b", "c"] says that a goes with neither b nor c.
static status_t
s_read_exclusive (contract_t *self, const loading_t *loading)
{
    size_t index, count;
    yyjson_val *group;
    yyjson_arr_foreach (yyjson_obj_get (self->root, "exclusive"), index, count, group) {
        if (yyjson_arr_size (group) < 2)
            return s_refuse (loading, "exclusive must be a list of lists of at least two names.");
        slice_t one = json_value_text (yyjson_arr_get_first (group));
        for (size_t i = 1; i < yyjson_arr_size (group); i++) {
            slice_t other = json_value_text (yyjson_arr_get (group, i));
            const schema_t *first = self->schema ? schema_property (self->schema, one) : NULL;
            const schema_t *second = self->schema ? schema_property (self->schema, other) : NULL;
            if (!first || !second || first == second || first->required || second->required)
                return s_refuse (loading, "exclusive must name different arguments, none of them required.");
            if (self->pair_count == CONTRACT_PAIRS_MAX)
                return s_refuse (loading, "exclusive has more than %d pairs.", CONTRACT_PAIRS_MAX);
            self->pairs [self->pair_count++] = (contract_pair_t) { one.data, other.data };
        }
    }
    return STATUS_OK;
}

static status_t
s_read_schema (contract_t *self, const loading_t *loading)
{
    char reason [SCHEMA_REASON_SIZE];
    yyjson_val *json = yyjson_obj_get (self->root, "inputSchema");
    if (json_bool (self->root, "unchecked", false))
        return slice_is (json_text (json, "type"), "object") ? STATUS_OK : s_refuse (loading, "inputSchema must be that of an object.");
    status_t status = schema_new (json, &self->schema, reason);
    if (status == STATUS_INVALID_ARGUMENT)
        return s_refuse (loading, "inputSchema: %s.", reason);
    if (status != STATUS_OK)
        return status;
    if (!self->schema->properties)
        return s_refuse (loading, "inputSchema must be an object with properties.");
    status = s_check_common (self, loading);
    if (status == STATUS_OK)
        status = s_check_defaults (self->schema, loading);
    return status;
}

static status_t
s_keep_shown (contract_t *self)
{
    for (size_t i = 0; i < CONTRACT_MEMBERS_SHOWN; i++) {
        yyjson_val *member = yyjson_obj_get (self->root, CONTRACT_SHOWN [i]);
        if (!member)
            continue;
        self->shown [i] = yyjson_val_write (member, YYJSON_WRITE_NOFLAG, &self->shown_size [i]);
        if (!self->shown [i])
            return STATUS_NO_MEMORY;
    }
    return STATUS_OK;
}

status_t
contract_load (contract_t *self, const contract_file_t *file, char *reason)
{
    loading_t loading = { file->name, reason };
    size_t at = 0;
    status_t status = json_read ((slice_t) { file->json, file->size }, JSON_DEPTH_MAX, &self->doc, &at);
    if (status == STATUS_NO_MEMORY)
        return status;
    if (status != STATUS_OK)
        return s_refuse (&loading, "is not JSON, from byte %zu on.", at);
    self->root = yyjson_doc_get_root (self->doc);
    if (!yyjson_is_obj (self->root))
        return s_refuse (&loading, "is not an object.");
    self->internal = json_bool (self->root, "internal", false);

    status = s_check_members (self, &loading);
    if (status == STATUS_OK)
        status = s_read_plain (self, &loading);
    if (status == STATUS_OK)
        status = s_check_annotations (self, &loading);
    if (status == STATUS_OK)
        status = s_check_output (self, &loading);
    if (status == STATUS_OK)
        status = s_read_schema (self, &loading);
    if (status == STATUS_OK)
        status = s_read_exclusive (self, &loading);
    if (status == STATUS_OK)
        status = s_check_capabilities (self, &loading);
    if (status == STATUS_OK)
        status = s_keep_shown (self);
    return status == STATUS_OK ? s_check_example (self, &loading) : status;
}

void
contract_unload (contract_t *self)
{
    for (size_t i = 0; i < CONTRACT_MEMBERS_SHOWN; i++)
        free (self->shown [i]);
    schema_destroy (&self->schema);
    yyjson_doc_free (self->doc);
    *self = (contract_t) { .doc = NULL };
}
