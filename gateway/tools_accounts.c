#include "tools_accounts.h"

//  Of the sentence about accounts: models read it with every conversation.
enum { SENTENCE_BYTES_MAX = 1500 };

//  What the argument may be.
static yyjson_mut_val *
s_property (yyjson_mut_doc *doc, const config_t *config)
{
    yyjson_mut_val *property = yyjson_mut_obj (doc);
    yyjson_mut_obj_add_str (doc, property, "type", "string");
    if (config->accounts_count > TOOLS_ACCOUNTS_NAMED_MAX) {
        yyjson_mut_obj_add_str (doc, property, "description", "One of the configured accounts; a wrong name is answered with theirs.");
        return property;
    }
    yyjson_mut_val *names = yyjson_mut_arr (doc);
    for (size_t i = 0; i < config->accounts_count; i++)
        yyjson_mut_arr_add_str (doc, names, config->accounts [i].name);
    yyjson_mut_obj_add_val (doc, property, "enum", names);
    return property;
}

static void
s_change (yyjson_mut_doc *doc, const config_t *config)
{
    yyjson_mut_val *properties = yyjson_mut_obj_get (yyjson_mut_doc_get_root (doc), "properties");
    if (!yyjson_mut_obj_get (properties, "account"))
        return;
    if (config->accounts_count > 0)
        yyjson_mut_obj_replace (properties, yyjson_mut_str (doc, "account"), s_property (doc, config));
    else
        yyjson_mut_obj_remove_key (properties, "account");
}

void
tools_accounts_append_schema (buffer_t *out, slice_t schema, const config_t *config)
{
    yyjson_doc *read = yyjson_read (schema.data, schema.size, YYJSON_READ_NOFLAG);
    yyjson_mut_doc *doc = yyjson_doc_mut_copy (read, NULL);
    yyjson_doc_free (read);
    if (doc)
        s_change (doc, config);
    status_t status = doc ? json_write (doc, out) : STATUS_NO_MEMORY;       //  A schema that is none would not have been loaded
    if (status != STATUS_OK)
        out->status = status;
    yyjson_mut_doc_free (doc);
}

static void
s_append_account (buffer_t *out, const aws_account_t *account, bool first)
{
    buffer_printf (out, "%s%s", first ? "" : "; ", account->name);
    slice_t description = slice_of (account->description);
    if (!description.size)
        return;
    buffer_append_text (out, " (");
    buffer_append_slice (out, description);
    buffer_append_char (out, ')');
}

void
tools_accounts_append_instructions (buffer_t *out, const config_t *config)
{
    if (config->accounts_count == 0)
        return;
    buffer_t sentence, quoted;
    buffer_init (&sentence, 2 * SENTENCE_BYTES_MAX);
    buffer_init (&quoted, 16 * SENTENCE_BYTES_MAX);
    buffer_append_text (&sentence, " AWS accounts, by the argument account: ");
    size_t at = 0;
    while (at < config->accounts_count && sentence.size < SENTENCE_BYTES_MAX) {
        s_append_account (&sentence, &config->accounts [at], at == 0);
        at++;
    }
    if (at < config->accounts_count)
        buffer_printf (&sentence, "; and %zu more", config->accounts_count - at);
    if (config->default_account)
        buffer_printf (&sentence, ". Without it: %s.", config->default_account);
    else
        buffer_append_text (&sentence, ". Without it: the server's own.");
    json_append_string (&quoted, buffer_slice (&sentence));
    if (buffer_status (&quoted) == STATUS_OK)
        buffer_append (out, quoted.data + 1, quoted.size - 2);          //  Inside of a string already
    else
        out->status = buffer_status (&quoted);
    buffer_deinit (&quoted);
    buffer_deinit (&sentence);
}
