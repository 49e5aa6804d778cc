#include "prompts_internal.h"

#include "meant.h"
#include "tools.h"

#include <stdio.h>
#include <stdlib.h>

//  Lines that depend on the argument are not shown then.
static void
s_drop_argument (prompt_t *prompt, const char *name)
{
    size_t kept = 0;
    for (size_t i = 0; i < prompt->argument_count; i++)
        if (strcmp (prompt->arguments [i].name, name) != 0)
            prompt->arguments [kept++] = prompt->arguments [i];
    prompt->argument_count = kept;
}

status_t
prompts_new (const prompt_file_t *files, const guide_file_t *guides, bool accounts, prompts_t **self_p, char *reason)
{
    reason [0] = 0;
    prompts_t *self = *self_p = calloc (1, sizeof *self);
    status_t status = self ? STATUS_OK : STATUS_NO_MEMORY;
    for (; status == STATUS_OK && files->name; files++) {
        if (self->count == PROMPTS_MAX) {
            snprintf (reason, PROMPTS_REASON_SIZE, "There are more than %d prompts.", PROMPTS_MAX);
            status = STATUS_INVALID_ARGUMENT;
        } else {
            status = prompt_load (&self->list [self->count++], files, guides, reason);
            if (!accounts)
                s_drop_argument (&self->list [self->count - 1], "account");
        }
    }
    if (status != STATUS_OK)
        prompts_destroy (self_p);
    return status;
}

void
prompts_destroy (prompts_t **self_p)
{
    prompts_t *self = *self_p;
    for (size_t i = 0; self && i < self->count; i++)
        yyjson_doc_free (self->list [i].doc);
    free (self);
    *self_p = NULL;
}

//  --- The list

static void
s_append_text (buffer_t *out, const char *member, const char *text)
{
    buffer_printf (out, ",\"%s\":", member);
    json_append_string (out, slice_of (text));
}

static void
s_append_prompt (buffer_t *out, const prompt_t *prompt, bool oldest)
{
    buffer_printf (out, "{\"name\":\"%s\"", prompt->name);
    if (!oldest)
        s_append_text (out, "title", prompt->title);
    s_append_text (out, "description", prompt->description);
    buffer_append_text (out, ",\"arguments\":[");
    for (size_t i = 0; i < prompt->argument_count; i++) {
        const prompt_argument_t *argument = &prompt->arguments [i];
        buffer_printf (out, "%s{\"name\":\"%s\"", i ? "," : "", argument->name);
        s_append_text (out, "description", argument->description);
        buffer_printf (out, ",\"required\":%s}", argument->required ? "true" : "false");
    }
    buffer_append_text (out, "]}");
}

void
prompts_list (const prompts_t *self, const request_t *request, reply_t *reply)
{
    if (reply_refuses_cursor (reply, request))
        return;
    reply_begin (reply, request->revision, REPLY_PUBLIC, TOOLS_LIST_TTL_MS);
    buffer_append_text (&reply->text, "\"prompts\":[");
    for (size_t i = 0; i < self->count; i++) {
        buffer_append_text (&reply->text, i ? "," : "");
        s_append_prompt (&reply->text, &self->list [i], request->revision == REVISION_2025_03_26);
    }
    buffer_append_text (&reply->text, "]}");
}

//  --- One of them

static const prompt_t *
s_find (const prompts_t *self, slice_t name, reply_t *reply)
{
    const char *names [PROMPTS_MAX];
    for (size_t i = 0; i < self->count; i++) {
        names [i] = self->list [i].name;
        if (slice_is (name, names [i]))
            return &self->list [i];
    }
    const char *near = name.data ? meant_name (name, names, self->count) : NULL;
    if (!name.data)
        reply_refuse (reply, JSONRPC_INVALID_PARAMS, "The prompt's name is missing.");
    else if (near)
        reply_refuse (reply, JSONRPC_INVALID_PARAMS, "Unknown prompt: %s; did you mean %s?", reply_shown (name).text, near);
    else
        reply_refuse (reply, JSONRPC_INVALID_PARAMS, "Unknown prompt: %s. prompts/list has them.", reply_shown (name).text);
    return NULL;
}

static void
s_refuse_argument (const prompt_t *prompt, slice_t name, reply_t *reply)
{
    buffer_t names;
    buffer_init (&names, 1024);
    for (size_t i = 0; i < prompt->argument_count; i++)
        buffer_printf (&names, "%s%s", i ? ", " : "", prompt->arguments [i].name);
    buffer_append_char (&names, 0);
    reply_refuse (reply, JSONRPC_INVALID_PARAMS, "%s is not an argument of %s. Arguments: %s.", reply_shown (name).text, prompt->name,
                  names.data ? names.data : "");
    buffer_deinit (&names);
}

//  Clients send forms: an argument that was left empty was not given.
static slice_t
s_value (const prompt_argument_t *argument, yyjson_val *given)
{
    slice_t value = json_text (given, argument->name);
    return value.size ? value : slice_of (argument->or_else);
}

//  False, with the error in reply, for arguments that cannot be.
static bool
s_check (const prompt_t *prompt, yyjson_val *given, reply_t *reply)
{
    size_t index, count;
    yyjson_val *key, *value;
    if (given && !yyjson_is_null (given) && !yyjson_is_obj (given)) {
        reply_refuse (reply, JSONRPC_INVALID_PARAMS, "params.arguments must be an object.");
        return false;
    }
    yyjson_obj_foreach (json_members (given), index, count, key, value) {
        const prompt_argument_t *argument = prompt_argument (prompt, json_value_text (key));
        if (!argument)
            s_refuse_argument (prompt, json_value_text (key), reply);
        else if (!yyjson_is_str (value))
            reply_refuse (reply, JSONRPC_INVALID_PARAMS, "%s must be a string.", argument->name);
        else if (slice_characters (json_value_text (value)) > PROMPT_VALUE_CHARACTERS_MAX)
            reply_refuse (reply, JSONRPC_INVALID_PARAMS, "%s has more than %d characters.", argument->name, PROMPT_VALUE_CHARACTERS_MAX);
        if (reply->code)
            return false;
    }
    for (size_t i = 0; i < prompt->argument_count; i++)
        if (prompt->arguments [i].required && !s_value (&prompt->arguments [i], given).size) {
            reply_refuse (reply, JSONRPC_INVALID_PARAMS, "%s needs %s: %s", prompt->name, prompt->arguments [i].name,
                          prompt->arguments [i].description);
            return false;
        }
    return true;
}

static bool
s_shown (const prompt_t *prompt, const prompt_line_t *line, yyjson_val *given)
{
    const prompt_argument_t *with = prompt_argument (prompt, line->with), *without = prompt_argument (prompt, line->without);
    if (line->with.data && !(with && s_value (with, given).size))
        return false;
    return !(without && s_value (without, given).size);
}

static void
s_append_line (buffer_t *out, const prompt_t *prompt, slice_t text, yyjson_val *given)
{
    for (size_t size; text.size; ) {
        const prompt_argument_t *argument = prompt_placeholder (prompt, text, &size);
        if (argument) {
            json_append_string (out, s_value (argument, given));
        } else {
            size = 1;
            buffer_append_char (out, text.data [0]);
        }
        text = (slice_t) { text.data + size, text.size - size };
    }
}

static void
s_append_messages (buffer_t *out, const prompt_t *prompt, slice_t text)
{
    buffer_append_text (out, "\"messages\":[{\"role\":\"user\",\"content\":{\"type\":\"text\",\"text\":");
    json_append_string (out, text);
    buffer_append_text (out, "}}");
    for (size_t i = 0; i < prompt->guide_count; i++) {
        buffer_append_text (out, ",{\"role\":\"user\",\"content\":{\"type\":\"resource\",\"resource\":");
        guide_write_contents (out, prompt->guides [i]);
        buffer_append_text (out, "}}");
    }
    buffer_append_char (out, ']');
}

void
prompts_get (const prompts_t *self, const request_t *request, reply_t *reply)
{
    yyjson_val *given = yyjson_obj_get (request->params, "arguments"), *value;
    const prompt_t *prompt = s_find (self, json_text (request->params, "name"), reply);
    if (!prompt || !s_check (prompt, given, reply))
        return;
    buffer_t text;
    buffer_init (&text, reply->text.limit);
    size_t index, count, shown = 0;
    yyjson_arr_foreach (prompt->text, index, count, value) {
        prompt_line_t line = prompt_line (value);
        if (!s_shown (prompt, &line, given))
            continue;
        buffer_append_text (&text, shown++ ? "\n" : "");
        s_append_line (&text, prompt, line.text, given);
    }
    reply_begin (reply, request->revision, REPLY_NOT_KEPT, 0);
    buffer_append_text (&reply->text, "\"description\":");
    json_append_string (&reply->text, slice_of (prompt->description));
    buffer_append_char (&reply->text, ',');
    s_append_messages (&reply->text, prompt, buffer_slice (&text));
    buffer_append_char (&reply->text, '}');
    if (buffer_status (&text) != STATUS_OK)
        reply_refuse (reply, JSONRPC_INTERNAL_ERROR, "There is not enough memory for this prompt now.");
    buffer_deinit (&text);
}

completes_t
prompts_completes (const prompts_t *self, slice_t prompt_name, slice_t argument_name, reply_t *reply)
{
    const prompt_t *prompt = s_find (self, prompt_name, reply);
    const prompt_argument_t *argument = prompt ? prompt_argument (prompt, argument_name) : NULL;
    if (prompt && !argument)
        s_refuse_argument (prompt, argument_name, reply);
    return argument ? argument->completes : COMPLETES;
}
