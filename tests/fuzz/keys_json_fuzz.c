#include "keys_json.h"

#include <assert.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

//  Input: a document, read as each of the kinds.
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    slice_t text = { (const char *) data, size };
    for (keys_json_kind_t kind = KEYS_JSON_CONTAINER; kind <= KEYS_JSON_PROCESS; kind++) {
        found_keys_t keys;
        buffer_t why;
        found_keys_init (&keys);
        buffer_init (&why, 16 * 1024);
        status_t status = keys_json_read (text, kind, &keys, &why);
        if (status == STATUS_OK) {
            assert (why.size == 0 && keys.expires_ms >= 0);
            assert ((keys.key_id.size || buffer_status (&keys.key_id)) && (keys.secret.size || buffer_status (&keys.secret)));
        } else {
            assert (status == STATUS_MALFORMED || status == STATUS_REFUSED);
            assert (why.size && buffer_status (&why) == STATUS_OK && keys.key_id.size + keys.secret.size + keys.token.size == 0);
        }
        buffer_clear (&why);
        keys_json_append_error (text, SLICE ("secret"), &why);
        assert (buffer_status (&why) == STATUS_OK && !(why.size && memmem (why.data, why.size, "secret", 6)));
        found_keys_deinit (&keys);
        buffer_deinit (&why);
    }
    return 0;
}
