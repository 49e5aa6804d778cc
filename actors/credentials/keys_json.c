#include "keys_json.h"

#include "json.h"
#include "moment.h"
#include "visible.h"

enum { MEMORY_BYTES_MAX = 256 * 1024, WORDS_BYTES_MAX = 512 };

//  When the keys expire: absent or null is never. Only a day with a time is taken for a moment, not what moment_read knows besides ("now", "-3h").
static bool
s_expiration (const yyjson_val *document, int64_t *expires_ms)
{
    *expires_ms = 0;
    yyjson_val *member = yyjson_obj_get ((yyjson_val *) document, "Expiration");
    if (!member || yyjson_is_null (member))
        return true;
    slice_t text = json_value_text (member);
    bool with_time = text.size > 10 && text.data [4] == '-' && (text.data [10] == 'T' || text.data [10] == ' ');
    return with_time && moment_read (text, 0, expires_ms);
}

//  "CODE: MESSAGE", in whichever case and spelling the members are written; false when there is neither.
static bool
s_append_words (const yyjson_val *document, buffer_t *out)
{
    slice_t code = json_text (document, "Code"), message = json_text (document, "Message");
    if (!code.size)
        code = json_text (document, "code");
    if (!message.size)
        message = json_text (document, "message");
    visible_append_cut (out, code, WORDS_BYTES_MAX);
    if (code.size && message.size)
        buffer_append_text (out, ": ");
    visible_append_cut (out, message, WORDS_BYTES_MAX);
    return code.size || message.size;
}

//  A document that is an error: what EC2 hands out when it cannot assume the instance's role.
static bool
s_refuses (const yyjson_val *document, keys_json_kind_t kind, buffer_t *why)
{
    slice_t code = json_text (document, "Code");
    if (kind == KEYS_JSON_PROCESS || !code.size || slice_is (code, "Success"))
        return false;
    buffer_append_text (why, "says ");
    s_append_words (document, why);
    return true;
}

//  What is wrong with it; NULL: nothing.
static const char *
s_wrong (const yyjson_val *document, keys_json_kind_t kind, int64_t *expires_ms)
{
    if (!yyjson_is_obj ((yyjson_val *) document))
        return "is no JSON object";
    if (kind == KEYS_JSON_PROCESS && json_int (document, "Version", 0) != 1)
        return "has not \"Version\": 1";
    if (!json_text (document, "AccessKeyId").size)
        return "has no AccessKeyId";
    if (!json_text (document, "SecretAccessKey").size)
        return "has no SecretAccessKey";
    if (!s_expiration (document, expires_ms))
        return "has an Expiration that is no time like 2026-11-22T20:00:00Z";
    return NULL;
}

static status_t
s_take (const yyjson_val *document, keys_json_kind_t kind, found_keys_t *keys, buffer_t *why)
{
    if (s_refuses (document, kind, why))
        return STATUS_REFUSED;
    const char *wrong = s_wrong (document, kind, &keys->expires_ms);
    if (wrong) {
        buffer_append_text (why, wrong);
        return STATUS_MALFORMED;
    }
    buffer_append_slice (&keys->key_id, json_text (document, "AccessKeyId"));
    buffer_append_slice (&keys->secret, json_text (document, "SecretAccessKey"));
    buffer_append_slice (&keys->token, json_text (document, kind == KEYS_JSON_PROCESS ? "SessionToken" : "Token"));
    return STATUS_OK;
}

status_t
keys_json_read (slice_t text, keys_json_kind_t kind, found_keys_t *keys, buffer_t *why)
{
    if (text.size > KEYS_JSON_BYTES_MAX) {
        buffer_printf (why, "is longer than %d bytes", KEYS_JSON_BYTES_MAX);
        return STATUS_MALFORMED;
    }
    buffer_t memory;
    yyjson_doc *doc;
    buffer_init_secret (&memory, MEMORY_BYTES_MAX);
    status_t status = json_read_secret (text, JSON_DEPTH_MAX, &memory, &doc);
    if (status == STATUS_OK)
        status = s_take (yyjson_doc_get_root (doc), kind, keys, why);
    else if (status != STATUS_NO_MEMORY) {
        buffer_append_text (why, "is not JSON");
        status = STATUS_MALFORMED;
    }
    buffer_deinit (&memory);
    return status;
}

static bool
s_repeats (const buffer_t *words, slice_t secret)
{
    return secret.size && words->size && memmem (words->data, words->size, secret.data, secret.size);
}

void
keys_json_append_error (slice_t text, slice_t secret, buffer_t *out)
{
    buffer_t memory, words;
    yyjson_doc *doc;
    buffer_init_secret (&memory, MEMORY_BYTES_MAX);
    buffer_init (&words, 8 * WORDS_BYTES_MAX);
    if (text.size <= KEYS_JSON_BYTES_MAX && json_read_secret (text, JSON_DEPTH_MAX, &memory, &doc) == STATUS_OK
        && s_append_words (yyjson_doc_get_root (doc), &words) && !s_repeats (&words, secret)) {
        buffer_append_text (out, " and says ");
        buffer_append_slice (out, buffer_slice (&words));
    }
    buffer_deinit (&words);
    buffer_deinit (&memory);
}
