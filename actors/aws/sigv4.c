#include "sigv4_canonical.h"

#include "clock.h"
#include "hex.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <stdlib.h>

//  As many as (account, region) pairs can be live at once; with more, deriving costs four short HMACs, no harm.
enum { KEYS_MAX = 64 };

enum { SHA256_SIZE = 32, SHA256_HEX_SIZE = 2 * SHA256_SIZE + 1 };

//  Paths, queries and headers of ours are at most a few KB; bodies enter as digests.
enum { CANONICAL_BYTES_MAX = 256 * 1024, AUTHORIZATION_BYTES_MAX = 8 * 1024, SCOPE_BYTES_MAX = 1024 };

//  The years that X-Amz-Date can name.
static const int64_t WALL_MS_MAX = 253402300799999;     //  9999-12-31T23:59:59.999Z

static const char ALGORITHM [] = "AWS4-HMAC-SHA256";

//  A derived key and what it was derived from, as a digest: the secret itself is not kept.
typedef struct {
    unsigned char origin [SHA256_SIZE];
    unsigned char key [SHA256_SIZE];
    uint64_t used;              //  The signer's count when it was last used; 0: an empty place
} derived_t;

struct sigv4 {
    EVP_MD      *sha256;        //  Fetched once: OpenSSL's own look-up on each use costs more than the digest of a short text
    EVP_MAC_CTX *hmac;
    derived_t derived [KEYS_MAX];
    uint64_t count;             //  Signatures made
};

sigv4_t *
sigv4_new (void)
{
    sigv4_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->sha256 = EVP_MD_fetch (NULL, "SHA256", NULL);
    EVP_MAC *mac = EVP_MAC_fetch (NULL, "HMAC", NULL);
    self->hmac = mac ? EVP_MAC_CTX_new (mac) : NULL;            //  Has its own reference
    EVP_MAC_free (mac);
    OSSL_PARAM digest [] = { OSSL_PARAM_construct_utf8_string (OSSL_MAC_PARAM_DIGEST, (char []) { "SHA256" }, 0), OSSL_PARAM_construct_end () };
    if (!self->sha256 || !self->hmac || EVP_MAC_CTX_set_params (self->hmac, digest) != 1)
        sigv4_destroy (&self);
    return self;
}

void
sigv4_destroy (sigv4_t **self_p)
{
    sigv4_t *self = *self_p;
    if (!self)
        return;
    EVP_MAC_CTX_free (self->hmac);
    EVP_MD_free (self->sha256);
    OPENSSL_cleanse (self, sizeof *self);
    free (self);
    *self_p = NULL;
}

//  self may be NULL: then the digest is looked up.
static status_t
s_sha256 (const sigv4_t *self, slice_t text, unsigned char *digest)
{
    const EVP_MD *sha256 = self ? self->sha256 : EVP_sha256 ();
    return EVP_Digest (text.size ? text.data : "", text.size, digest, NULL, sha256, NULL) == 1 ? STATUS_OK : STATUS_INTERNAL;
}

static status_t
s_hmac (sigv4_t *self, const void *key, size_t key_size, slice_t text, unsigned char *mac)
{
    bool made = EVP_MAC_init (self->hmac, key, key_size, NULL) == 1
        && EVP_MAC_update (self->hmac, (const unsigned char *) text.data, text.size) == 1
        && EVP_MAC_final (self->hmac, mac, NULL, SHA256_SIZE) == 1;
    return made ? STATUS_OK : STATUS_INTERNAL;
}

static status_t
s_sha256_hex (const sigv4_t *self, slice_t text, char *hex)
{
    unsigned char digest [SHA256_SIZE];
    status_t status = s_sha256 (self, text, digest);
    if (status == STATUS_OK)
        hex_write (digest, sizeof digest, hex);
    return status;
}

//  A request on its way to a signature.
typedef struct {
    char     date [CLOCK_TEXT_SIZE];
    char     body_sha256 [SHA256_HEX_SIZE];
    buffer_t canonical;
    slice_t  signed_names;      //  Points into canonical
} draft_t;

static void
s_draft_deinit (draft_t *draft)
{
    buffer_deinit (&draft->canonical);
}

//  To be given up with s_draft_deinit, however it went.
static status_t
s_draft_init (draft_t *draft, const sigv4_t *self, const sigv4_keys_t *keys, const sigv4_request_t *request)
{
    *draft = (draft_t) { .signed_names = SLICE_ABSENT };
    buffer_init_secret (&draft->canonical, CANONICAL_BYTES_MAX);        //  The session token is in it
    if (request->wall_ms < 0 || request->wall_ms > WALL_MS_MAX)
        return STATUS_INVALID_ARGUMENT;

    clock_text_basic (request->wall_ms, draft->date);
    status_t status = s_sha256_hex (self, request->body, draft->body_sha256);
    if (status)
        return status;
    sigv4_stamp_t stamp = {
        .date = draft->date,
        .body_sha256 = draft->body_sha256,
        .token = request->token_unsigned ? SLICE_ABSENT : keys->token,
    };
    return sigv4_canonical_write (request, &stamp, &draft->canonical, &draft->signed_names);
}

//  20261122/eu-central-1/monitoring/aws4_request
static void
s_append_scope (buffer_t *out, const draft_t *draft, const sigv4_request_t *request)
{
    buffer_printf (out, "%.8s/%s/%s/aws4_request", draft->date, request->region, request->service);
}

static status_t
s_append_string_to_sign (buffer_t *out, const sigv4_t *self, const draft_t *draft, const sigv4_request_t *request)
{
    char canonical_sha256 [SHA256_HEX_SIZE];
    status_t status = s_sha256_hex (self, buffer_slice (&draft->canonical), canonical_sha256);
    if (status)
        return status;
    buffer_printf (out, "%s\n%s\n", ALGORITHM, draft->date);
    s_append_scope (out, draft, request);
    buffer_printf (out, "\n%s", canonical_sha256);
    return buffer_status (out);
}

//  The chain that AWS prescribes: each step's result is the next step's key, and the first key is "AWS4" and the secret.
static status_t
s_derive (sigv4_t *self, slice_t first_key, slice_t day, const sigv4_request_t *request, unsigned char *key)
{
    unsigned char step [SHA256_SIZE];
    status_t status = s_hmac (self, first_key.data, first_key.size, day, step);
    if (status == STATUS_OK)
        status = s_hmac (self, step, sizeof step, slice_of (request->region), key);
    if (status == STATUS_OK)
        status = s_hmac (self, key, SHA256_SIZE, slice_of (request->service), step);
    if (status == STATUS_OK)
        status = s_hmac (self, step, sizeof step, SLICE ("aws4_request"), key);
    OPENSSL_cleanse (step, sizeof step);
    return status;
}

//  The place that holds the key of this origin, or else the one that was not used for longest.
static derived_t *
s_place (sigv4_t *self, const unsigned char *origin)
{
    derived_t *oldest = &self->derived [0];
    for (size_t index = 0; index < KEYS_MAX; index++) {
        derived_t *place = &self->derived [index];
        if (place->used && memcmp (place->origin, origin, SHA256_SIZE) == 0)
            return place;
        if (place->used < oldest->used)
            oldest = place;
    }
    return oldest;
}

//  The signing key, from the cache or derived into it. The text that names its origin ends in the first key of the chain, so that the secret
//  is written to one place only, which is wiped; sizes stand in front of what may hold any byte, so that no two origins spell alike.
static status_t
s_signing_key (sigv4_t *self, const sigv4_keys_t *keys, const sigv4_request_t *request, const char *date, const unsigned char **key)
{
    buffer_t text;
    buffer_init_secret (&text, SCOPE_BYTES_MAX + keys->key_id.size + keys->secret.size);
    buffer_printf (&text, "%.8s/%s/%s/%zu/", date, request->region, request->service, keys->key_id.size);
    buffer_append_slice (&text, keys->key_id);
    size_t first_at = text.size;
    buffer_append_text (&text, "AWS4");
    buffer_append_slice (&text, keys->secret);

    unsigned char origin [SHA256_SIZE];
    status_t status = buffer_status (&text);
    if (status == STATUS_OK)
        status = s_sha256 (self, buffer_slice (&text), origin);
    if (status)
        goto done;

    derived_t *place = s_place (self, origin);
    if (!place->used || memcmp (place->origin, origin, sizeof origin) != 0) {
        OPENSSL_cleanse (place, sizeof *place);
        status = s_derive (self, (slice_t) { text.data + first_at, text.size - first_at }, (slice_t) { date, 8 }, request, place->key);
        if (status) {
            OPENSSL_cleanse (place, sizeof *place);
            goto done;
        }
        memcpy (place->origin, origin, sizeof origin);
    }
    place->used = ++self->count;
    *key = place->key;
done:
    buffer_deinit (&text);
    return status;
}

//  It becomes part of a header: no blank, comma or line end may come out of a credentials file.
static bool
s_key_id_valid (slice_t key_id)
{
    for (size_t at = 0; at < key_id.size; at++)
        if (key_id.data [at] <= ' ' || key_id.data [at] > '~' || key_id.data [at] == ',' || key_id.data [at] == '/')
            return false;
    return key_id.size > 0;
}

static status_t
s_sign_draft (sigv4_t *self, const draft_t *draft, const sigv4_keys_t *keys, const sigv4_request_t *request, buffer_t *authorization)
{
    buffer_t to_sign;
    buffer_init (&to_sign, CANONICAL_BYTES_MAX);
    const unsigned char *key = NULL;
    unsigned char mac [SHA256_SIZE];
    char signature [SHA256_HEX_SIZE];
    status_t status = s_append_string_to_sign (&to_sign, self, draft, request);
    if (status == STATUS_OK)
        status = s_signing_key (self, keys, request, draft->date, &key);
    if (status == STATUS_OK)
        status = s_hmac (self, key, SHA256_SIZE, buffer_slice (&to_sign), mac);
    buffer_deinit (&to_sign);
    if (status)
        return status;

    hex_write (mac, sizeof mac, signature);
    buffer_printf (authorization, "%s Credential=", ALGORITHM);
    buffer_append_slice (authorization, keys->key_id);
    buffer_append_char (authorization, '/');
    s_append_scope (authorization, draft, request);
    buffer_append_text (authorization, ", SignedHeaders=");
    buffer_append_slice (authorization, draft->signed_names);
    buffer_printf (authorization, ", Signature=%s", signature);
    return buffer_status (authorization);
}

status_t
sigv4_sign (sigv4_t *self, const sigv4_keys_t *keys, const sigv4_request_t *request, sigv4_signature_t *signature)
{
    *signature = (sigv4_signature_t) { .date = "" };
    buffer_init (&signature->authorization, AUTHORIZATION_BYTES_MAX);
    if (!s_key_id_valid (keys->key_id) || keys->secret.size == 0)
        return STATUS_INVALID_ARGUMENT;

    draft_t draft;
    status_t status = s_draft_init (&draft, self, keys, request);
    if (status == STATUS_OK)
        status = s_sign_draft (self, &draft, keys, request, &signature->authorization);
    if (status == STATUS_OK) {
        memcpy (signature->date, draft.date, sizeof signature->date);
        if (request->sign_body_header)
            memcpy (signature->content_sha256, draft.body_sha256, sizeof signature->content_sha256);
    } else
        buffer_deinit (&signature->authorization);
    s_draft_deinit (&draft);
    return status;
}

void
sigv4_signature_deinit (sigv4_signature_t *signature)
{
    buffer_deinit (&signature->authorization);
}

status_t
sigv4_canonical_request (const sigv4_keys_t *keys, const sigv4_request_t *request, buffer_t *out)
{
    draft_t draft;
    status_t status = s_draft_init (&draft, NULL, keys, request);
    if (status == STATUS_OK) {
        buffer_append_slice (out, buffer_slice (&draft.canonical));
        status = buffer_status (out);
    }
    s_draft_deinit (&draft);
    return status;
}

status_t
sigv4_string_to_sign (const sigv4_keys_t *keys, const sigv4_request_t *request, buffer_t *out)
{
    draft_t draft;
    status_t status = s_draft_init (&draft, NULL, keys, request);
    if (status == STATUS_OK)
        status = s_append_string_to_sign (out, NULL, &draft, request);
    s_draft_deinit (&draft);
    return status;
}
