#include "sso_token.h"

#include <assert.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

//  Input: an answer of CreateToken. What is taken from it can be used; what is refused changes nothing.
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    sso_token_t token;
    sso_token_init (&token);
    buffer_append_text (&token.access_token, "old");
    status_t status = sso_token_take (&token, (slice_t) { (const char *) data, size }, 1000);
    if (status == STATUS_OK)
        assert (token.access_token.size && token.expires_ms > 1000 && buffer_status (&token.refresh_token) == STATUS_OK);
    else
        assert (slice_is (buffer_slice (&token.access_token), "old") && token.expires_ms == 0 && token.refresh_token.size == 0);
    sso_token_deinit (&token);
    return 0;
}
