#include "keys_body.h"

#include "pack.h"
#include "reader.h"

#include <assert.h>

void
keys_body_write (buffer_t *out, const keys_body_t *keys)
{
    assert (out->secret);
    pack_map (out, 8);
    pack_key (out, "key_id");
    pack_text (out, keys->key_id);
    pack_key (out, "secret");
    pack_text (out, keys->secret);
    pack_key (out, "token");
    pack_text (out, keys->token);
    pack_key (out, "version");
    pack_u64 (out, keys->version);
    pack_key (out, "good_ms");
    pack_int (out, keys->good_ms);
    pack_key (out, "left_ms");
    pack_int (out, keys->left_ms);
    pack_key (out, "source");
    pack_text (out, keys->source);
    pack_key (out, "trail");
    pack_text (out, keys->trail);
}

static status_t
s_read_member (reader_t *reader, slice_t key, keys_body_t *keys)
{
    if (reader_peek (reader) == READER_NIL)
        return reader_skip (reader);
    if (slice_is (key, "key_id"))
        return reader_text (reader, &keys->key_id);
    if (slice_is (key, "secret"))
        return reader_text (reader, &keys->secret);
    if (slice_is (key, "token"))
        return reader_text (reader, &keys->token);
    if (slice_is (key, "version"))
        return reader_u64 (reader, &keys->version);
    if (slice_is (key, "good_ms"))
        return reader_int (reader, &keys->good_ms);
    if (slice_is (key, "left_ms"))
        return reader_int (reader, &keys->left_ms);
    if (slice_is (key, "source"))
        return reader_text (reader, &keys->source);
    if (slice_is (key, "trail"))
        return reader_text (reader, &keys->trail);
    return reader_skip (reader);
}

status_t
keys_body_read (slice_t body, keys_body_t *keys)
{
    *keys = (keys_body_t) { .good_ms = -1, .left_ms = -1 };
    reader_t reader;
    reader_init (&reader, body);
    size_t pairs;
    status_t status = reader_map (&reader, &pairs);
    for (; status == STATUS_OK && pairs > 0; pairs--) {
        slice_t key;
        status = reader_text (&reader, &key);
        if (status == STATUS_OK)
            status = s_read_member (&reader, key, keys);
    }
    if (status == STATUS_OK)
        status = reader_finish (&reader);
    bool whole = keys->key_id.size && keys->secret.size && keys->version;
    bool good = keys->good_ms == -1 || keys->good_ms > 0;       //  Keys that are not good for a moment would be asked for again and again
    return status == STATUS_OK && !(whole && good) ? STATUS_MALFORMED : status;
}

void
keys_body_write_fault (buffer_t *out, const body_fault_t *fault, slice_t trail)
{
    pack_map (out, 3);
    pack_key (out, "text");
    pack_text (out, fault->text);
    pack_key (out, "retry_ms");
    pack_int (out, fault->retry_ms);
    pack_key (out, "trail");
    pack_text (out, trail);
}

slice_t
keys_body_trail_of_fault (slice_t body)
{
    return argument_text (body, "trail");
}
