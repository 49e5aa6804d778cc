#include "sts_answer.h"

#include <assert.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

//  Input: one byte for the status, then the body.
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    static const int statuses [] = { 200, 400, 403, 429, 500, 503, 301 };
    if (size == 0)
        return 0;
    int http_status = statuses [data [0] % (sizeof statuses / sizeof *statuses)];
    found_keys_t keys;
    aws_error_t error;
    found_keys_init (&keys);
    status_t status = sts_answer_read (http_status, (slice_t) { (const char *) data + 1, size - 1 }, &keys, &error);
    if (status == STATUS_OK) {
        assert (http_status == 200 && error.class == AWS_NO_ERROR);
        assert (keys.key_id.size && keys.secret.size && keys.token.size && keys.expires_ms > 0);
    } else {
        assert (!keys.key_id.data && !keys.secret.data && !keys.token.data);
        assert (status == STATUS_NO_MEMORY || (error.class != AWS_NO_ERROR && error.code [0]));
    }
    found_keys_deinit (&keys);
    return 0;
}
