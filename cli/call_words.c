#include "call_words.h"

#include "config.h"

#include <errno.h>
#include <stdio.h>
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

//  Does it begin like a list or an object of JSON, or stand in brackets, where such a one is wanted and no text? A name may begin so too: [prod]-cpu.
static bool
s_looks_like_json (yyjson_val *schema, slice_t text)
{
    slice_t rest = slice_trim (text);
    if (s_allows (schema, "string") || (!s_allows (schema, "array") && !s_allows (schema, "object")) || rest.size < 2)
        return false;
    char first = rest.data [0], last = rest.data [rest.size - 1];
    slice_t inside = slice_trim ((slice_t) { rest.data + 1, rest.size - 1 });
    bool closed = (first == '[' && last == ']') || (first == '{' && last == '}');
    return closed || ((first == '[' || first == '{') && inside.size && strchr ("\"[{", inside.data [0]));
}

//  The value, or NULL with a sentence.
static yyjson_mut_val *
s_read_json (yyjson_mut_doc *doc, slice_t key, slice_t text, buffer_t *sentence)
{
    yyjson_doc *parsed = NULL;
    size_t at = 0;
    status_t status = json_read (text, JSON_DEPTH_MAX, &parsed, &at);
    if (status == STATUS_OK) {
        yyjson_mut_val *value = yyjson_val_mut_copy (doc, yyjson_doc_get_root (parsed));
        yyjson_doc_free (parsed);
        return value;
    }
    buffer_append_slice (sentence, key);
    if (status == STATUS_TOO_LARGE)
        buffer_append_text (sentence, " is JSON that is nested too deeply.");
    else
        buffer_printf (sentence, " looks like JSON and is none: it breaks off or goes wrong at character %zu. A shell takes quotes away: put the "
                       "whole word between single ones.", at + 1);
    return NULL;
}

//  NULL with a sentence, or without memory.
static yyjson_mut_val *
s_value (yyjson_mut_doc *doc, yyjson_val *schema, slice_t key, slice_t text, buffer_t *sentence)
{
    if (s_looks_like_json (schema, text))
        return s_read_json (doc, key, text, sentence);
    yyjson_mut_val *value = s_as_json (doc, schema, text);
    bool splits = !s_allows (schema, "string") && (s_allows (schema, "array") || s_allows (schema, "object"));
    return value ? value : splits ? s_split (doc, schema, text) : json_new_text (doc, text);
}

static bool
s_add (yyjson_mut_doc *doc, yyjson_mut_val *object, slice_t key, yyjson_mut_val *value, buffer_t *sentence)
{
    if (value && yyjson_mut_obj_getn (object, key.data, key.size)) {
        buffer_append_slice (sentence, key);
        buffer_append_text (sentence, " is given twice. Several values of one argument have commas between them: KEY=A,B.");
        return false;
    }
    if (value && yyjson_mut_obj_add (object, json_new_text (doc, key), value))
        return true;
    if (!sentence->size)
        buffer_append_text (sentence, "There is not enough memory.");
    return false;
}

//  dimensions.FunctionName=checkout: a member of an argument that is an object. *object and *key become those of the member, *schema its schema.
static bool
s_enter (yyjson_mut_doc *doc, yyjson_val *properties, yyjson_mut_val **object, slice_t *key, yyjson_val **schema, buffer_t *sentence)
{
    slice_t member = *key, name = slice_cut (&member, '.');
    yyjson_val *outer = yyjson_obj_getn (properties, name.data, name.size);
    if (*schema || !member.size || !s_allows (outer, "object"))
        return true;
    yyjson_mut_val *inside = yyjson_mut_obj_getn (*object, name.data, name.size);
    if (!inside) {
        inside = yyjson_mut_obj (doc);
        if (!s_add (doc, *object, name, inside, sentence))
            return false;
    }
    if (!yyjson_mut_is_obj (inside))
        return true;                    //  It is given otherwise too, and wrongly: the contract's check says so
    yyjson_val *named = yyjson_obj_getn (yyjson_obj_get (outer, "properties"), member.data, member.size);
    *schema = named ? named : yyjson_obj_get (outer, "additionalProperties");
    *object = inside;
    *key = member;
    return true;
}

static bool
s_take_pair (const contract_t *contract, const char *word, yyjson_mut_doc *doc, yyjson_mut_val *object, buffer_t *sentence)
{
    yyjson_val *properties = yyjson_obj_get ((yyjson_val *) (uintptr_t) contract_input_schema (contract), "properties");
    slice_t text = slice_of (word), key = slice_cut (&text, '=');
    if (!text.data || !key.size) {
        buffer_printf (sentence, "\"%.200s\" is not KEY=VALUE, as in limit=20.", word);
        return false;
    }
    yyjson_val *schema = yyjson_obj_getn (properties, key.data, key.size);
    if (!s_enter (doc, properties, &object, &key, &schema, sentence))
        return false;
    return s_add (doc, object, key, s_value (doc, schema, key, text, sentence), sentence);
}

//  All of the file, or of standard input. False with a sentence.
static bool
s_read_file (const char *path, buffer_t *content, buffer_t *sentence)
{
    FILE *file = path ? fopen (path, "re") : stdin;
    char part [4096];
    size_t size;
    while (file && (size = fread (part, 1, sizeof part, file)) > 0)
        buffer_append (content, part, size);
    bool good = file && !ferror (file);
    if (!good)
        buffer_printf (sentence, "%.200s cannot be read: %s.", path ? path : "Standard input", strerror (errno));
    else if (buffer_status (content) != STATUS_OK)
        buffer_printf (sentence, "%.200s is larger than arguments may be: 1 MB.", path ? path : "Standard input");
    if (file && path)
        fclose (file);
    return good && buffer_status (content) == STATUS_OK;
}

//  Every member of the object in the file is an argument. path NULL: standard input.
static bool
s_take_file (const char *path, yyjson_mut_doc *doc, yyjson_mut_val *object, buffer_t *sentence)
{
    yyjson_doc *parsed = NULL;
    buffer_t content;
    buffer_init (&content, CONTRACT_BODY_MAX);
    bool good = s_read_file (path, &content, sentence);
    if (good) {
        good = json_read (buffer_slice (&content), JSON_DEPTH_MAX, &parsed, NULL) == STATUS_OK && yyjson_is_obj (yyjson_doc_get_root (parsed));
        if (!good)
            buffer_printf (sentence, "%.200s does not hold a JSON object with the arguments, as in {\"limit\": 20}.", path ? path : "Standard input");
    }
    size_t at, count;
    yyjson_val *key, *value;
    if (good)
        yyjson_obj_foreach (yyjson_doc_get_root (parsed), at, count, key, value)
            good = good && s_add (doc, object, json_value_text (key), yyjson_val_mut_copy (doc, value), sentence);
    yyjson_doc_free (parsed);
    buffer_deinit (&content);
    return good;
}

bool
call_words_read (const contract_t *contract, int argc, char *const *argv, yyjson_mut_doc *doc, yyjson_mut_val *object, buffer_t *sentence)
{
    for (int i = 0; i < argc; i++) {
        bool input = strcmp (argv [i], "-") == 0, good;
        if (input || argv [i] [0] == '@')
            good = s_take_file (input ? NULL : argv [i] + 1, doc, object, sentence);
        else
            good = s_take_pair (contract, argv [i], doc, object, sentence);
        if (!good)
            return false;
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

static bool
s_is_setting (slice_t flag)
{
    for (int i = 0; i < CONFIG_SETTINGS; i++)
        if (config_settings [i].flag && slice_is (flag, config_settings [i].flag))
            return true;
    return false;
}

//  The argument that is called like the flag, with '_' where it has '-'; NULL when there is none.
static const char *
s_argument (yyjson_val *properties, slice_t flag)
{
    size_t at, count;
    yyjson_val *key, *value;
    yyjson_obj_foreach (properties, at, count, key, value) {
        slice_t name = json_value_text (key);
        bool same = name.size == flag.size - 2;
        for (size_t i = 0; same && i < name.size; i++)
            same = name.data [i] == (flag.data [i + 2] == '-' ? '_' : flag.data [i + 2]);
        if (same)
            return yyjson_get_str (key);
    }
    return NULL;
}

bool
call_words_refuse_flag (const contract_t *contract, int argc, char *const *argv, buffer_t *sentence)
{
    yyjson_doc *doc = NULL;
    if (json_read (contract_json (contract, "inputSchema"), JSON_DEPTH_MAX, &doc, NULL) != STATUS_OK)
        return false;
    yyjson_val *properties = yyjson_obj_get (yyjson_doc_get_root (doc), "properties");
    const char *argument = NULL;
    for (int i = 0; i < argc && !argument && strcmp (argv [i], "--") != 0; i += s_takes_value (argv [i]) ? 2 : 1) {
        const char *equals = strchr (argv [i], '='), *value = equals ? equals + 1 : i + 1 < argc && argv [i + 1][0] != '-' ? argv [i + 1] : "VALUE";
        slice_t flag = { argv [i], equals ? (size_t) (equals - argv [i]) : strlen (argv [i]) };
        if (strncmp (argv [i], "--", 2) != 0 || s_is_setting (flag))
            continue;
        argument = s_argument (properties, flag);
        if (argument)
            buffer_printf (sentence, "%.*s is not a flag but an argument of %s: write %s=%s.", (int) flag.size, flag.data, contract_name (contract),
                           argument, value);
    }
    yyjson_doc_free (doc);
    return argument != NULL;
}
