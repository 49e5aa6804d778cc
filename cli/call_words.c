#include "call_words.h"

#include "config.h"

#include <stdlib.h>

//  Does the schema allow this type? A type is a name, or a list of names.
static bool
s_allows (yyjson_val *schema, const char *type)
{
    yyjson_val *types = yyjson_obj_get (schema, "type"), *one;
    if (!yyjson_is_arr (types))
        return yyjson_equals_str (types, type);
    size_t at, count;
    yyjson_arr_foreach (types, at, count, one)
        if (yyjson_equals_str (one, type))
            return true;
    return false;
}

static bool
s_allows_value (yyjson_val *schema, yyjson_val *value)
{
    if (yyjson_is_num (value))
        return s_allows (schema, "number") || s_allows (schema, "integer");
    return (yyjson_is_bool (value) && s_allows (schema, "boolean")) || (yyjson_is_arr (value) && s_allows (schema, "array")) ||
           (yyjson_is_obj (value) && s_allows (schema, "object"));
}

//  What the text is as JSON, when that is something the schema allows; NULL else.
static yyjson_mut_val *
s_as_json (yyjson_mut_doc *doc, yyjson_val *schema, slice_t text)
{
    yyjson_doc *parsed = NULL;
    if (json_read (text, JSON_DEPTH_MAX, &parsed, NULL) != STATUS_OK)
        return NULL;
    yyjson_val *root = yyjson_doc_get_root (parsed);
    yyjson_mut_val *value = s_allows_value (schema, root) ? yyjson_val_mut_copy (doc, root) : NULL;
    yyjson_doc_free (parsed);
    return value;
}

//  A list a,b,c or an object Name=value,Name=value. Its members are no lists themselves: those are written as JSON.
static yyjson_mut_val *
s_split (yyjson_mut_doc *doc, yyjson_val *schema, slice_t text)
{
    bool list = s_allows (schema, "array");
    yyjson_val *member_schema = yyjson_obj_get (schema, list ? "items" : "additionalProperties");
    yyjson_mut_val *value = list ? yyjson_mut_arr (doc) : yyjson_mut_obj (doc);
    while (text.size) {
        slice_t content = slice_cut (&text, ',');
        slice_t name = list ? SLICE_ABSENT : slice_cut (&content, '=');
        yyjson_mut_val *one = s_as_json (doc, member_schema, content);
        one = one ? one : json_new_text (doc, content.data ? content : SLICE (""));
        if (!(list ? yyjson_mut_arr_append (value, one) : yyjson_mut_obj_add (value, json_new_text (doc, name), one)))
            return NULL;
    }
    return value;
}

static yyjson_mut_val *
s_value (yyjson_mut_doc *doc, yyjson_val *schema, slice_t text)
{
    yyjson_mut_val *value = s_as_json (doc, schema, text);
    bool splits = !s_allows (schema, "string") && (s_allows (schema, "array") || s_allows (schema, "object"));
    return value ? value : splits ? s_split (doc, schema, text) : json_new_text (doc, text);
}

bool
call_words_read (const contract_t *contract, int argc, char *const *argv, yyjson_mut_doc *doc, yyjson_mut_val *object, buffer_t *sentence)
{
    yyjson_val *properties = yyjson_obj_get ((yyjson_val *) (uintptr_t) contract_input_schema (contract), "properties");
    for (int i = 0; i < argc; i++) {
        slice_t text = slice_of (argv [i]), key = slice_cut (&text, '=');
        if (!text.data || !key.size) {
            buffer_printf (sentence, "\"%.200s\" is not KEY=VALUE, as in limit=20.", argv [i]);
            return false;
        }
        if (yyjson_mut_obj_getn (object, key.data, key.size)) {
            buffer_append_slice (sentence, key);
            buffer_append_text (sentence, " is given twice. Several values of one argument have commas between them: KEY=A,B.");
            return false;
        }
        yyjson_mut_val *value = s_value (doc, yyjson_obj_getn (properties, key.data, key.size), text);
        if (!yyjson_mut_obj_add (object, json_new_text (doc, key), value)) {
            buffer_append_text (sentence, "There is not enough memory.");
            return false;
        }
    }
    return true;
}

//  Would the text come back as this one member of a list or an object?
static bool
s_is_one_member (yyjson_val *value)
{
    slice_t text = json_value_text (value);
    if (!yyjson_is_str (value))
        return !yyjson_is_ctn (value);
    return text.size && !memchr (text.data, ',', text.size) && !strchr ("[{", text.data [0]);
}

static bool
s_can_be_split (yyjson_val *value)
{
    size_t at, count;
    yyjson_val *key, *member;
    if (!yyjson_is_ctn (value))
        return false;
    yyjson_arr_foreach (value, at, count, member)
        if (!s_is_one_member (member))
            return false;
    yyjson_obj_foreach (value, at, count, key, member)
        if (!s_is_one_member (key) || !s_is_one_member (member) || strchr (yyjson_get_str (key), '='))
            return false;
    return true;
}

static void
s_append_json (buffer_t *out, yyjson_val *value)
{
    size_t size;
    char *json = yyjson_val_write (value, YYJSON_WRITE_NOFLAG, &size);
    buffer_append (out, json, json ? size : 0);
    free (json);
}

static void
s_append_scalar (buffer_t *out, yyjson_val *value)
{
    if (yyjson_is_str (value))
        buffer_append_slice (out, json_value_text (value));
    else
        s_append_json (out, value);
}

static void
s_append_value (buffer_t *out, yyjson_val *value)
{
    size_t at, count;
    yyjson_val *key, *member;
    if (yyjson_is_ctn (value) && !s_can_be_split (value)) {
        s_append_json (out, value);
        return;
    }
    yyjson_arr_foreach (value, at, count, member) {
        buffer_append_text (out, at ? "," : "");
        s_append_scalar (out, member);
    }
    yyjson_obj_foreach (value, at, count, key, member) {
        buffer_append_text (out, at ? "," : "");
        buffer_append_slice (out, json_value_text (key));
        buffer_append_char (out, '=');
        s_append_scalar (out, member);
    }
    if (!yyjson_is_ctn (value))
        s_append_scalar (out, value);
}

//  As it is where a shell leaves it alone, else in quotes.
static void
s_append_quoted (buffer_t *out, slice_t word)
{
    static const char PLAIN [] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=,@%+";
    bool quoted = false;
    for (size_t i = 0; i < word.size; i++)
        quoted |= !memchr (PLAIN, word.data [i], sizeof PLAIN - 1);
    buffer_append_text (out, quoted ? "'" : "");
    for (size_t i = 0; i < word.size; i++)
        if (word.data [i] == '\'')
            buffer_append_text (out, "'\\''");
        else
            buffer_append_char (out, word.data [i]);
    buffer_append_text (out, quoted ? "'" : "");
}

void
call_words_write (buffer_t *out, yyjson_val *object)
{
    size_t at, count;
    yyjson_val *key, *value;
    buffer_t word;
    buffer_init (&word, out->limit);
    yyjson_obj_foreach (object, at, count, key, value) {
        buffer_clear (&word);
        buffer_append_slice (&word, json_value_text (key));
        buffer_append_char (&word, '=');
        s_append_value (&word, value);
        buffer_append_char (out, ' ');
        s_append_quoted (out, buffer_slice (&word));
    }
    buffer_deinit (&word);
}

//  A flag of the configuration that is no switch, without its value behind '='.
static bool
s_takes_value (const char *flag)
{
    for (int i = 0; i < CONFIG_SETTINGS; i++)
        if (config_settings [i].flag && strcmp (config_settings [i].flag, flag) == 0)
            return config_settings [i].kind != CONFIG_SWITCH;
    return false;
}

//  Where the flag stands; argc: nowhere.
static int
s_find_flag (int argc, char *const *argv, const char *flag)
{
    for (int i = 0; i < argc && strcmp (argv [i], "--") != 0; i++) {
        if (strcmp (argv [i], flag) == 0)
            return i;
        if (s_takes_value (argv [i]))
            i++;
    }
    return argc;
}

bool
call_words_has_flag (int argc, char *const *argv, const char *flag)
{
    return s_find_flag (argc, argv, flag) < argc;
}

bool
call_words_take_flag (int *argc, char **argv, const char *flag)
{
    bool found = false;
    for (int at = s_find_flag (*argc, argv, flag); at < *argc; at = s_find_flag (*argc, argv, flag)) {
        found = true;
        (*argc)--;
        memmove (argv + at, argv + at + 1, (size_t) (*argc - at) * sizeof argv [0]);
    }
    return found;
}

int
call_words_first (int argc, char *const *argv)
{
    int i = 0;
    while (i < argc && argv [i][0] == '-')
        i += s_takes_value (argv [i]) ? 2 : 1;
    return i < argc ? i : argc;
}

int
call_words_split (int argc, char *const *argv, char **flags, char **words)
{
    int flag_count = 0, word_count = 0;
    bool ended = false;
    for (int i = 0; i < argc; i++) {
        bool flag = !ended && strncmp (argv [i], "--", 2) == 0;
        if (flag && argv [i][2] == '\0')
            ended = true;
        else if (!flag)
            words [word_count++] = argv [i];
        else {
            flags [flag_count++] = argv [i];
            if (i + 1 < argc && s_takes_value (argv [i]))
                flags [flag_count++] = argv [++i];
        }
    }
    flags [flag_count] = words [word_count] = NULL;
    return flag_count;
}
