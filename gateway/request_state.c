#include "request_state.h"

#include "base64.h"

#include <assert.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

//  ROOM: base64 is decoded in whole groups, and cut afterwards.
enum { END_BYTES = 8, SEAL_BYTES = 32, ROOM_BYTES = 4 };

static const char BEGIN [] = "v1.";

void
request_state_init (request_state_t *self, const random_source_t *random)
{
    for (size_t i = 0; i < sizeof self->key; i += sizeof (uint64_t)) {
        uint64_t bits = random_u64 (random);
        memcpy (self->key + i, &bits, sizeof bits);
    }
}

void
request_state_purpose (const char *method, slice_t name, slice_t arguments, buffer_t *out)
{
    uint8_t digest [EVP_MAX_MD_SIZE];
    unsigned size = 0;
    buffer_printf (out, "%s %.*s ", method, (int) name.size, name.data);
    if (EVP_Digest (arguments.data, arguments.size, digest, &size, EVP_sha256 (), NULL))
        base64_url_encode ((slice_t) { (const char *) digest, size }, out);
    else if (out->status == STATUS_OK)
        out->status = STATUS_NO_MEMORY;
}

//  False without memory. A zero byte ends the purpose, which has none, so that the two cannot be divided otherwise.
static bool
s_compute (const request_state_t *self, slice_t purpose, slice_t payload, uint8_t *seal)
{
    buffer_t whole;
    unsigned size = 0;
    buffer_init (&whole, purpose.size + 1 + payload.size);
    buffer_append_slice (&whole, purpose);
    buffer_append_char (&whole, 0);
    buffer_append_slice (&whole, payload);
    bool done = buffer_status (&whole) == STATUS_OK &&
        HMAC (EVP_sha256 (), self->key, sizeof self->key, (const uint8_t *) whole.data, whole.size, seal, &size);
    buffer_deinit (&whole);
    assert (!done || size == SEAL_BYTES);
    return done;
}

void
request_state_seal (const request_state_t *self, slice_t purpose, slice_t state, int64_t now_ms, buffer_t *out)
{
    buffer_t payload;
    uint8_t seal [SEAL_BYTES];
    uint64_t end_ms = (uint64_t) (now_ms + REQUEST_STATE_LIFE_MS);
    buffer_init (&payload, END_BYTES + REQUEST_STATE_BYTES_MAX);
    for (int i = END_BYTES - 1; i >= 0; i--)
        buffer_append_char (&payload, (char) (end_ms >> (8 * i)));
    buffer_append_slice (&payload, state);
    if (buffer_status (&payload) == STATUS_OK && s_compute (self, purpose, buffer_slice (&payload), seal)) {
        buffer_append_text (out, BEGIN);
        base64_url_encode (buffer_slice (&payload), out);
        buffer_append_char (out, '.');
        base64_url_encode ((slice_t) { (const char *) seal, sizeof seal }, out);
    } else if (out->status == STATUS_OK) {
        out->status = buffer_status (&payload) == STATUS_OK ? STATUS_NO_MEMORY : buffer_status (&payload);
    }
    buffer_deinit (&payload);
}

//  The end stands before the state, the highest byte first.
static int64_t
s_end_ms (slice_t payload)
{
    uint64_t end_ms = 0;
    for (int i = 0; i < END_BYTES; i++)
        end_ms = end_ms << 8 | (uint8_t) payload.data [i];
    return (int64_t) end_ms;
}

status_t
request_state_open (const request_state_t *self, slice_t purpose, slice_t text, int64_t now_ms, buffer_t *out)
{
    if (text.size > REQUEST_STATE_TEXT_MAX || !slice_starts (text, BEGIN))
        return STATUS_MALFORMED;
    buffer_t payload, given;
    uint8_t seal [SEAL_BYTES];
    buffer_init (&payload, END_BYTES + REQUEST_STATE_BYTES_MAX + ROOM_BYTES);
    buffer_init (&given, SEAL_BYTES + ROOM_BYTES);
    slice_t rest = { text.data + sizeof BEGIN - 1, text.size - (sizeof BEGIN - 1) };
    slice_t first = slice_cut (&rest, '.');
    bool good = rest.data && base64_url_decode (first, &payload) == STATUS_OK && base64_url_decode (rest, &given) == STATUS_OK &&
        payload.size >= END_BYTES && given.size == SEAL_BYTES && s_compute (self, purpose, buffer_slice (&payload), seal) &&
        CRYPTO_memcmp (seal, given.data, SEAL_BYTES) == 0 && now_ms < s_end_ms (buffer_slice (&payload));
    if (good)
        buffer_append (out, payload.data + END_BYTES, payload.size - END_BYTES);
    buffer_deinit (&given);
    buffer_deinit (&payload);
    return good ? buffer_status (out) : STATUS_MALFORMED;
}
