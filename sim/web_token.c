#include "web_token.h"

#include "base64.h"
#include "json.h"

enum { PART_BYTES_MAX = 16 * 1024, DEPTH_MAX = 8 };

//  One part as a JSON object; the caller frees. NULL when it is none.
static yyjson_doc *
s_read_part (slice_t part)
{
    yyjson_doc *doc = NULL;
    buffer_t bytes;
    buffer_init_secret (&bytes, PART_BYTES_MAX);
    if (!part.size || base64_url_decode (part, &bytes) != STATUS_OK || json_read (buffer_slice (&bytes), DEPTH_MAX, &doc, NULL) != STATUS_OK)
        doc = NULL;
    buffer_deinit (&bytes);
    if (yyjson_is_obj (yyjson_doc_get_root (doc)))
        return doc;
    yyjson_doc_free (doc);
    return NULL;
}

static bool
s_copy_claim (const yyjson_val *claims, const char *name, char *to)
{
    slice_t value = json_text (claims, name);
    if (!value.size || value.size >= WEB_TOKEN_CLAIM_SIZE)
        return false;
    memcpy (to, value.data, value.size);
    to [value.size] = 0;
    return true;
}

//  "aud" is a text, or a list of them.
static bool
s_has_audience (const yyjson_val *claims)
{
    size_t index, max;
    yyjson_val *element, *audience = yyjson_obj_get ((yyjson_val *) claims, "aud");
    if (!yyjson_is_arr (audience))
        return slice_is (json_value_text (audience), WEB_TOKEN_AUDIENCE);
    yyjson_arr_foreach (audience, index, max, element)
        if (slice_is (json_value_text (element), WEB_TOKEN_AUDIENCE))
            return true;
    return false;
}

static const char *
s_refuse (buffer_t *message, const char *sentence)
{
    buffer_append_text (message, sentence);
    return "InvalidIdentityToken";
}

static const char *
s_check_claims (const yyjson_val *claims, int64_t now_ms, web_token_t *token, buffer_t *message)
{
    if (!s_copy_claim (claims, "iss", token->issuer) || !s_copy_claim (claims, "sub", token->subject))
        return s_refuse (message, "Missing a required claim: iss and sub");
    if (!s_has_audience (claims))
        return s_refuse (message, "Incorrect token audience");
    int64_t ends_s = json_int (claims, "exp", -1);
    if (ends_s < 0)
        return s_refuse (message, "Missing a required claim: exp");
    if (now_ms / 1000 < ends_s)
        return NULL;
    buffer_printf (message, "Token expired: current date/time %lld must be before the expiration date/time %lld", (long long) (now_ms / 1000),
                   (long long) ends_s);
    return "ExpiredIdentityToken";
}

const char *
web_token_read (slice_t text, int64_t now_ms, web_token_t *token, buffer_t *message)
{
    *token = (web_token_t) { .issuer = "" };
    slice_t rest = text;
    slice_t head = slice_cut (&rest, '.');
    slice_t claims = slice_cut (&rest, '.');
    yyjson_doc *docs [2] = { s_read_part (head), s_read_part (claims) };
    bool signed_once = rest.size && !memchr (rest.data, '.', rest.size);
    const char *code = docs [0] && docs [1] && signed_once
        ? s_check_claims (yyjson_doc_get_root (docs [1]), now_ms, token, message)
        : s_refuse (message, "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)");
    yyjson_doc_free (docs [0]);
    yyjson_doc_free (docs [1]);
    return code;
}
