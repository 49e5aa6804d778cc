#include "prompts_internal.h"

#include <stdarg.h>
#include <stdio.h>

//  A prompt that contradicts itself stops the program at its start, and with it every test: what is served later needs no checks.

static const char *const COMPLETES_NAMES [COMPLETES] = {
    [COMPLETES_ALARM_NAME] = "alarm_name",
    [COMPLETES_LOG_GROUP] = "log_group",
    [COMPLETES_DASHBOARD] = "dashboard_name",
    [COMPLETES_NAMESPACE] = "namespace",
    [COMPLETES_METRIC_NAME] = "metric_name",
    [COMPLETES_DIMENSION_NAME] = "dimension_name",
    [COMPLETES_DIMENSION_VALUE] = "dimension_value",
    [COMPLETES_REGION] = "region",
    [COMPLETES_ACCOUNT] = "account",
    [COMPLETES_KNOWN_NAMESPACE] = "known_namespace",
};

static status_t __attribute__ ((format (printf, 3, 4)))
s_refuse (const prompt_file_t *file, char *reason, const char *format, ...)
{
    int size = snprintf (reason, PROMPTS_REASON_SIZE, "%.40s.json: ", file->name);
    va_list arguments;
    va_start (arguments, format);
    vsnprintf (reason + size, PROMPTS_REASON_SIZE - (size_t) size, format, arguments);
    va_end (arguments);
    return STATUS_INVALID_ARGUMENT;
}

prompt_line_t
prompt_line (yyjson_val *line)
{
    if (yyjson_is_str (line))
        return (prompt_line_t) { .text = json_value_text (line), .with = SLICE_ABSENT, .without = SLICE_ABSENT };
    return (prompt_line_t) { json_text (line, "text"), json_text (line, "with"), json_text (line, "without") };
}

const prompt_argument_t *
prompt_argument (const prompt_t *self, slice_t name)
{
    for (size_t i = 0; i < self->argument_count; i++)
        if (slice_is (name, self->arguments [i].name))
            return &self->arguments [i];
    return NULL;
}

//  The word in braces that the text begins with: small letters and underscores; absent when it begins with none.
static slice_t
s_braced (slice_t text)
{
    size_t i = 1;
    while (i < text.size && ((text.data [i] >= 'a' && text.data [i] <= 'z') || text.data [i] == '_'))
        i++;
    bool braced = text.size > 2 && text.data [0] == '{' && i > 1 && i < text.size && text.data [i] == '}';
    return braced ? (slice_t) { text.data + 1, i - 1 } : SLICE_ABSENT;
}

const prompt_argument_t *
prompt_placeholder (const prompt_t *self, slice_t text, size_t *size)
{
    slice_t name = s_braced (text);
    *size = name.size + 2;
    return name.data ? prompt_argument (self, name) : NULL;
}

static status_t
s_load_argument (prompt_t *self, yyjson_val *value, const prompt_file_t *file, char *reason)
{
    const char *name = json_text (value, "name").data;
    if (self->argument_count == PROMPT_ARGUMENTS_MAX)
        return s_refuse (file, reason, "more than %d arguments.", PROMPT_ARGUMENTS_MAX);
    if (!name || !name [0] || strspn (name, "abcdefghijklmnopqrstuvwxyz_") != strlen (name) || prompt_argument (self, slice_of (name)))
        return s_refuse (file, reason, "an argument's name is missing, there twice, or not of small letters and underscores.");
    prompt_argument_t *argument = &self->arguments [self->argument_count++];
    *argument = (prompt_argument_t) { .name = name, .description = json_text (value, "description").data,
                                      .or_else = json_text (value, "default").data, .required = json_bool (value, "required", false) };
    slice_t completes = json_text (value, "completes");
    for (completes_t kind = COMPLETES_NOTHING + 1; kind < COMPLETES; kind++)
        if (slice_is (completes, COMPLETES_NAMES [kind]))
            argument->completes = kind;
    if (!argument->description || (completes.data && !argument->completes) || (argument->required && argument->or_else))
        return s_refuse (file, reason, "%s has no description, an unknown \"completes\", or a default though it is required.", name);
    return STATUS_OK;
}

//  A line names only arguments that have a value when it is shown.
static status_t
s_check_line (const prompt_t *self, yyjson_val *value, const prompt_file_t *file, char *reason)
{
    prompt_line_t line = prompt_line (value);
    slice_t rest = line.text;
    if (!line.text.data || memchr (line.text.data, '\n', line.text.size) || (line.with.data && !prompt_argument (self, line.with)) ||
        (line.without.data && !prompt_argument (self, line.without)))
        return s_refuse (file, reason, "a line is no text, has a line feed, or depends on an argument that is none.");
    for (; rest.size; rest.data++, rest.size--) {
        slice_t name = s_braced (rest);
        const prompt_argument_t *argument = name.data ? prompt_argument (self, name) : NULL;
        if (name.data && !argument)
            return s_refuse (file, reason, "{%.*s} is no argument.", (int) name.size, name.data);
        if (argument && !argument->required && !argument->or_else && !slice_eq (name, line.with))
            return s_refuse (file, reason, "{%s} may be absent where it is named.", argument->name);
    }
    return STATUS_OK;
}

static status_t
s_load_guides (prompt_t *self, const prompt_file_t *file, const guide_file_t *guides, char *reason)
{
    size_t index, count;
    yyjson_val *value;
    yyjson_arr_foreach (yyjson_obj_get (yyjson_doc_get_root (self->doc), "guides"), index, count, value) {
        const guide_file_t *guide = guides_find (guides, json_value_text (value));
        if (!guide || self->guide_count == PROMPT_GUIDES_MAX)
            return s_refuse (file, reason, "a guide is none of ours, or there are more than %d.", PROMPT_GUIDES_MAX);
        self->guides [self->guide_count++] = guide;
    }
    return STATUS_OK;
}

status_t
prompt_load (prompt_t *self, const prompt_file_t *file, const guide_file_t *guides, char *reason)
{
    status_t status = json_read ((slice_t) { file->text, file->size }, JSON_DEPTH_MAX, &self->doc, NULL);
    if (status == STATUS_NO_MEMORY)
        return status;
    yyjson_val *root = yyjson_doc_get_root (self->doc), *value;
    self->name = json_text (root, "name").data;
    self->title = json_text (root, "title").data;
    self->description = json_text (root, "description").data;
    self->text = yyjson_obj_get (root, "text");
    if (status != STATUS_OK || !self->name || strcmp (self->name, file->name) != 0 || !self->title || !self->description ||
        yyjson_arr_size (self->text) == 0)
        return s_refuse (file, reason, "it is no JSON, or has no name like its file's, no title, no description or no text.");
    size_t index, count;
    status = STATUS_OK;
    yyjson_arr_foreach (yyjson_obj_get (root, "arguments"), index, count, value)
        if (status == STATUS_OK)
            status = s_load_argument (self, value, file, reason);
    yyjson_arr_foreach (self->text, index, count, value)
        if (status == STATUS_OK)
            status = s_check_line (self, value, file, reason);
    return status == STATUS_OK ? s_load_guides (self, file, guides, reason) : status;
}
