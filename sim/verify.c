#include "verify.h"

#include "buffer.h"
#include "canonical.h"
#include "clock.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define ALGORITHM "AWS4-HMAC-SHA256"

enum {
    SKEW_MS = 5 * 60 * 1000,
    HEADERS_MAX = 64,               //  Signed ones
    SHA256_BYTES = 32,
    SHA256_HEX = 2 * SHA256_BYTES,
    SECRET_SIZE = 129,
    TOKEN_SIZE = 4097,
    CANONICAL_BYTES_MAX = 64 * 1024
};

typedef struct {
    char id [VERIFY_NAME_SIZE];
    char secret [SECRET_SIZE];
    char token [TOKEN_SIZE];        //  Empty for a long-lived key
} secret_key_t;

struct verify {
    secret_key_t keys [VERIFY_KEYS_MAX];
    size_t keys_count;
    const issued_keys_t *issued;    //  NULL: none
};

//  An Authorization header, taken apart. All slices point into it.
typedef struct {
    slice_t credential;             //  ID/date/region/service/aws4_request
    slice_t signed_headers;
    slice_t signature;
    slice_t scope [5];              //  The credential's parts
} claim_t;

verify_t *
verify_new (void)
{
    return calloc (1, sizeof (verify_t));
}

void
verify_destroy (verify_t **self_p)
{
    if (*self_p)
        OPENSSL_cleanse (*self_p, sizeof **self_p);
    free (*self_p);
    *self_p = NULL;
}

//  Copies what fits; false when it does not, or is empty.
static bool
s_copy (char *to, size_t size, slice_t from)
{
    if (from.size == 0 || from.size >= size)
        return false;
    memcpy (to, from.data, from.size);
    to [from.size] = 0;
    return true;
}

//  The text up to the separator; rest is what stands behind it, absent when there was none.
static slice_t
s_part (slice_t text, char separator, slice_t *rest)
{
    const char *at = text.size ? memchr (text.data, separator, text.size) : NULL;
    *rest = at ? (slice_t) { at + 1, text.size - (size_t) (at + 1 - text.data) } : SLICE_ABSENT;
    return at ? (slice_t) { text.data, (size_t) (at - text.data) } : text;
}

void
verify_trust (verify_t *self, const issued_keys_t *issued)
{
    self->issued = issued;
}

static const secret_key_t *
s_find_key (const verify_t *self, const char *id)
{
    for (size_t i = 0; i < self->keys_count; i++)
        if (strcmp (self->keys [i].id, id) == 0)
            return &self->keys [i];
    return NULL;
}

status_t
verify_add_key (verify_t *self, slice_t text)
{
    secret_key_t key = { .token = "" };
    slice_t rest, token;
    slice_t id = s_part (text, ':', &rest);
    slice_t secret = s_part (rest, ':', &token);
    if (!s_copy (key.id, sizeof key.id, id) || !s_copy (key.secret, sizeof key.secret, secret)
        || (token.data && !s_copy (key.token, sizeof key.token, token)))
        return STATUS_INVALID_ARGUMENT;
    size_t place = 0;
    while (place < self->keys_count && strcmp (self->keys [place].id, key.id) != 0)
        place++;
    if (place == VERIFY_KEYS_MAX)
        return STATUS_TOO_LARGE;
    self->keys [place] = key;
    self->keys_count = place == self->keys_count ? place + 1 : self->keys_count;
    OPENSSL_cleanse (&key, sizeof key);
    return STATUS_OK;
}

static void s_refuse (verify_verdict_t *verdict, const char *code, const char *format, ...) __attribute__ ((format (printf, 3, 4)));

static void
s_refuse (verify_verdict_t *verdict, const char *code, const char *format, ...)
{
    va_list arguments;
    va_start (arguments, format);
    vsnprintf (verdict->message, sizeof verdict->message, format, arguments);
    va_end (arguments);
    verdict->code = code;
}

//  Takes "Credential=…, SignedHeaders=…, Signature=…" apart; each part may come in any order.
static bool
s_read_claim (slice_t header, claim_t *claim, verify_verdict_t *verdict)
{
    if (!slice_starts (header, ALGORITHM " ")) {
        s_refuse (verdict, "IncompleteSignatureException", "Authorization header requires the algorithm '" ALGORITHM "'.");
        return false;
    }
    slice_t rest = { header.data + strlen (ALGORITHM), header.size - strlen (ALGORITHM) };
    while (rest.data) {
        slice_t value;
        slice_t field = slice_trim (s_part (rest, ',', &rest));
        slice_t name = s_part (field, '=', &value);
        if (!value.data) {
            s_refuse (verdict, "IncompleteSignatureException", "'%.*s' not a valid key=value pair (missing equal-sign) in Authorization header.",
                      (int) (field.size < 200 ? field.size : 200), field.data);
            return false;
        }
        if (slice_is (name, "Credential"))
            claim->credential = value;
        else
        if (slice_is (name, "SignedHeaders"))
            claim->signed_headers = value;
        else
        if (slice_is (name, "Signature"))
            claim->signature = value;
    }
    if (!claim->credential.size || !claim->signed_headers.size || !claim->signature.size) {
        s_refuse (verdict, "IncompleteSignatureException", "%s%s%sAuthorization=%.*s",
                  claim->credential.size ? "" : "Authorization header requires 'Credential' parameter. ",
                  claim->signature.size ? "" : "Authorization header requires 'Signature' parameter. ",
                  claim->signed_headers.size ? "" : "Authorization header requires 'SignedHeaders' parameter. ",
                  (int) (header.size < 200 ? header.size : 200), header.data);
        return false;
    }
    return true;
}

//  Splits the credential into its five parts and notes what it claims.
static bool
s_read_scope (claim_t *claim, verify_verdict_t *verdict)
{
    slice_t rest = claim->credential;
    size_t count = 0;
    while (rest.data && count < 5)
        claim->scope [count++] = s_part (rest, '/', &rest);
    if (count != 5 || rest.data || !s_copy (verdict->key_id, VERIFY_NAME_SIZE, claim->scope [0])
        || !s_copy (verdict->region, VERIFY_NAME_SIZE, claim->scope [2]) || !s_copy (verdict->service, VERIFY_NAME_SIZE, claim->scope [3])) {
        s_refuse (verdict, "IncompleteSignatureException",
                  "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '%.*s'",
                  (int) (claim->credential.size < 200 ? claim->credential.size : 200), claim->credential.data);
        return false;
    }
    return true;
}

static bool
s_is_signed (slice_t signed_headers, const char *name)
{
    for (slice_t rest = signed_headers; rest.data;)
        if (slice_is (s_part (rest, ';', &rest), name))
            return true;
    return false;
}

static bool
s_check_signed_headers (const claim_t *claim, const verify_request_t *request, verify_verdict_t *verdict)
{
    const char *missing = NULL;
    if (!s_is_signed (claim->signed_headers, "host"))
        missing = "Host";
    else
    if (!s_is_signed (claim->signed_headers, "x-amz-date"))
        missing = "X-Amz-Date";
    else
    if (request->header (request->source, "content-type").data && !s_is_signed (claim->signed_headers, "content-type"))
        missing = "Content-Type";
    if (missing)
        s_refuse (verdict, "InvalidSignatureException", "'%s' must be a 'SignedHeader' in the AWS Authorization.", missing);
    return !missing;
}

//  AWS's own hosts carry a region, which must be the scope's. Any other name (127.0.0.1, a proxy's) says nothing.
static bool
s_host_agrees (slice_t host, slice_t region)
{
    slice_t rest, domain;
    s_part (host, '.', &rest);
    slice_t label = s_part (rest, '.', &domain);
    return !domain.data || !slice_starts (domain, "amazonaws.com") || slice_eq (label, region);
}

static bool
s_check_scope (const claim_t *claim, const verify_request_t *request, const char *service, verify_verdict_t *verdict)
{
    slice_t date = request->header (request->source, "x-amz-date");
    slice_t day = { date.data, date.size < 8 ? date.size : 8 };
    if (!slice_is (claim->scope [4], "aws4_request"))
        s_refuse (verdict, "InvalidSignatureException", "Credential should be scoped with a valid terminator: 'aws4_request', not '%.*s'.",
                  (int) (claim->scope [4].size < 64 ? claim->scope [4].size : 64), claim->scope [4].data);
    else
    if (strcmp (verdict->service, service) != 0)
        s_refuse (verdict, "InvalidSignatureException", "Credential should be scoped to correct service: '%s'. ", service);
    else
    if (!s_host_agrees (request->header (request->source, "host"), claim->scope [2]))
        s_refuse (verdict, "InvalidSignatureException", "Credential should be scoped to a valid region. ");
    else
    if (!slice_eq (claim->scope [1], day))
        s_refuse (verdict, "InvalidSignatureException",
                  "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '%.*s' != '%.*s', from '%.*s'.",
                  (int) (claim->scope [1].size < 64 ? claim->scope [1].size : 64), claim->scope [1].data, (int) day.size, day.data ? day.data : "",
                  (int) (date.size < 64 ? date.size : 64), date.data ? date.data : "");
    return !verdict->code;
}

//  20150830T123600Z in milliseconds, or -1.
static int64_t
s_parse_date (slice_t date)
{
    char text [17];
    if (date.size != 16 || !s_copy (text, sizeof text, date))
        return -1;
    struct tm parts = { .tm_mday = 0 };
    const char *end = strptime (text, "%Y%m%dT%H%M%SZ", &parts);
    return end && !*end ? (int64_t) timegm (&parts) * 1000 : -1;
}

static int64_t
s_apart (int64_t a, int64_t b)
{
    return a > b ? a - b : b - a;
}

static bool
s_check_time (slice_t date, const verify_clocks_t *clocks, verify_verdict_t *verdict)
{
    int64_t signed_ms = s_parse_date (date);
    if (signed_ms < 0) {
        s_refuse (verdict, "IncompleteSignatureException", "Date must be in ISO-8601 'basic format'. Got '%.*s'.",
                  (int) (date.size < 64 ? date.size : 64), date.data ? date.data : "");
        return false;
    }
    int64_t now_ms = s_apart (signed_ms, clocks->account_ms) <= s_apart (signed_ms, clocks->wall_ms) ? clocks->account_ms : clocks->wall_ms;
    if (s_apart (signed_ms, now_ms) <= SKEW_MS)
        return true;
    bool early = signed_ms < now_ms;
    char then [CLOCK_TEXT_SIZE], edge [CLOCK_TEXT_SIZE], now [CLOCK_TEXT_SIZE];
    s_refuse (verdict, "InvalidSignatureException", early ? "Signature expired: %s is now earlier than %s (%s - 5 min.)"
                                                          : "Signature not yet current: %s is still later than %s (%s + 5 min.)",
              clock_text_basic (signed_ms, then), clock_text_basic (now_ms + (early ? -SKEW_MS : SKEW_MS), edge), clock_text_basic (now_ms, now));
    return false;
}

static void
s_append_sha256 (buffer_t *out, slice_t text)
{
    unsigned char digest [EVP_MAX_MD_SIZE];
    unsigned size = 0;
    if (EVP_Digest (text.data ? text.data : "", text.size, digest, &size, EVP_sha256 (), NULL) != 1)
        size = 0;               //  An empty digest matches nothing: the request is refused
    for (unsigned i = 0; i < size; i++)
        buffer_printf (out, "%02x", digest [i]);
}

//  False when a signed header is not there, or the list is not one that a signer would write.
static bool
s_append_headers (buffer_t *out, slice_t signed_headers, const verify_request_t *request)
{
    char name [256];
    char before [256] = "";
    int count = 0;
    for (slice_t rest = signed_headers; rest.data; count++) {
        if (count == HEADERS_MAX || !s_copy (name, sizeof name, s_part (rest, ';', &rest)) || strcmp (before, name) >= 0)
            return false;
        slice_t value = request->header (request->source, name);
        if (!value.data)
            return false;
        buffer_append_text (out, name);
        buffer_append_char (out, ':');
        canonical_value (value, out);
        buffer_append_char (out, '\n');
        memcpy (before, name, sizeof before);
    }
    return true;
}

static bool
s_append_canonical_request (buffer_t *out, const claim_t *claim, const verify_request_t *request)
{
    buffer_append_slice (out, request->method);
    buffer_append_char (out, '\n');
    canonical_path (request->path, out);
    buffer_append_char (out, '\n');
    if (!canonical_query (request->query, out))
        return false;
    buffer_append_char (out, '\n');
    if (!s_append_headers (out, claim->signed_headers, request))
        return false;
    buffer_append_char (out, '\n');
    buffer_append_slice (out, claim->signed_headers);
    buffer_append_char (out, '\n');
    s_append_sha256 (out, request->body);
    return buffer_status (out) == STATUS_OK;
}

static bool
s_hmac (unsigned char *digest, const void *key, size_t key_size, slice_t text)
{
    unsigned size = 0;
    return HMAC (EVP_sha256 (), key, (int) key_size, (const unsigned char *) text.data, text.size, digest, &size) && size == SHA256_BYTES;
}

//  The signature that the secret gives to the string to sign, in hex.
static bool
s_sign (const char *secret, const claim_t *claim, slice_t string_to_sign, char *hex)
{
    char seed [SECRET_SIZE + 4];
    int seed_size = snprintf (seed, sizeof seed, "AWS4%s", secret);
    unsigned char links [2] [SHA256_BYTES];
    bool done = s_hmac (links [0], seed, (size_t) seed_size, claim->scope [1])
             && s_hmac (links [1], links [0], SHA256_BYTES, claim->scope [2])
             && s_hmac (links [0], links [1], SHA256_BYTES, claim->scope [3])
             && s_hmac (links [1], links [0], SHA256_BYTES, claim->scope [4])
             && s_hmac (links [0], links [1], SHA256_BYTES, string_to_sign);
    for (int i = 0; i < SHA256_BYTES; i++)
        snprintf (hex + 2 * i, 3, "%02x", links [0] [i]);
    OPENSSL_cleanse (seed, sizeof seed);
    OPENSSL_cleanse (links [1], sizeof links [1]);
    return done;
}

static void
s_check_signature (const char *secret, const claim_t *claim, const verify_request_t *request, verify_verdict_t *verdict)
{
    buffer_t canonical, to_sign;
    buffer_init (&canonical, CANONICAL_BYTES_MAX);
    buffer_init (&to_sign, CANONICAL_BYTES_MAX);
    char hex [SHA256_HEX + 1] = "";
    slice_t date = request->header (request->source, "x-amz-date");
    bool whole = s_append_canonical_request (&canonical, claim, request);
    buffer_printf (&to_sign, ALGORITHM "\n%.*s\n", (int) date.size, date.data);
    slice_t scope = { claim->scope [1].data, claim->credential.size - claim->scope [0].size - 1 };
    buffer_append_slice (&to_sign, scope);
    buffer_append_char (&to_sign, '\n');
    s_append_sha256 (&to_sign, buffer_slice (&canonical));
    whole = whole && buffer_status (&to_sign) == STATUS_OK && s_sign (secret, claim, buffer_slice (&to_sign), hex);
    if (!whole || claim->signature.size != SHA256_HEX || CRYPTO_memcmp (claim->signature.data, hex, SHA256_HEX) != 0)
        s_refuse (verdict, "InvalidSignatureException",
                  "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing "
                  "method. Consult the service documentation for details.\n\nThe Canonical String for this request should have been\n'%.*s'\n\n"
                  "The String-to-Sign should have been\n'%.*s'\n",
                  (int) (canonical.size < 2048 ? canonical.size : 2048), canonical.data ? canonical.data : "",
                  (int) (to_sign.size < 512 ? to_sign.size : 512), to_sign.data ? to_sign.data : "");
    buffer_deinit (&canonical);
    buffer_deinit (&to_sign);
}

//  The secret of the key that is claimed; NULL when it is refused.
static const char *
s_find_secret (const verify_t *self, const verify_request_t *request, const verify_clocks_t *clocks, verify_verdict_t *verdict)
{
    const secret_key_t *key = s_find_key (self, verdict->key_id);
    const issued_key_t *issued = key ? NULL : issued_keys_find (self->issued, verdict->key_id);
    slice_t token = request->header (request->source, "x-amz-security-token");
    bool known = key || (issued && !issued->revoked);
    if (!known || !slice_is (token.data ? token : SLICE (""), key ? key->token : issued->token)) {
        s_refuse (verdict, "UnrecognizedClientException", "The security token included in the request is invalid.");
        return NULL;
    }
    if (issued && issued->ends_ms <= clocks->wall_ms) {
        s_refuse (verdict, "ExpiredTokenException", "The security token included in the request is expired");
        return NULL;
    }
    return key ? key->secret : issued->secret;
}

void
verify_check (const verify_t *self, const verify_request_t *request, const char *service, const verify_clocks_t *clocks,
              verify_verdict_t *verdict)
{
    *verdict = (verify_verdict_t) { .code = NULL };
    slice_t header = request->header (request->source, "authorization");
    if (!header.size) {
        s_refuse (verdict, "MissingAuthenticationTokenException", "Missing Authentication Token");
        return;
    }
    claim_t claim = { .credential = SLICE_ABSENT };
    slice_t date = request->header (request->source, "x-amz-date");
    if (!s_read_claim (header, &claim, verdict) || !s_read_scope (&claim, verdict) || !s_check_signed_headers (&claim, request, verdict)
        || !s_check_scope (&claim, request, service, verdict) || !s_check_time (date, clocks, verdict))
        return;
    const char *secret = s_find_secret (self, request, clocks, verdict);
    if (secret)
        s_check_signature (secret, &claim, request, verdict);
}
