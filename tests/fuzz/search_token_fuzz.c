#include "base64.h"
#include "seal.h"
#include "search_token.h"

#include <assert.h>

static const uint64_t SEAL = 0x0123456789abcdef;

//  What can be read is what would be written, and nothing in it is out of bounds.
static void
s_read (slice_t text)
{
    search_token_t token;
    buffer_t bytes, again;
    buffer_init (&again, 16384);
    if (search_token_read (text, SEAL, &token, &bytes)) {
        assert (token.start_ms >= 0 && token.start_ms < token.end_ms);
        assert (!token.has_place || (token.place.time_ms >= token.start_ms && token.place.time_ms < token.end_ms));
        assert (token.carried >= 0 && token.carried <= SEARCH_GROUPS_MAX);
        for (int i = 0; i < token.carried; i++) {
            assert (token.pages [i].group >= 0 && token.pages [i].group < SEARCH_GROUPS_MAX);
            assert (token.pages [i].token.data >= bytes.data && token.pages [i].token.data + token.pages [i].token.size <= bytes.data + bytes.size);
        }
        search_token_write (&token, SEAL, &again);
        assert (slice_eq (buffer_slice (&again), text));
    }
    buffer_deinit (&again);
    buffer_deinit (&bytes);
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

//  Input: a token's text; and the parts and the bytes of another, which gets the right seal, or no input would ever be looked into.
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    s_read ((slice_t) { (const char *) data, size });
    if (size == 0)
        return 0;
    uint8_t head [10] = { 1, data [0] };
    seal_put_number (head + 2, seal_bytes (SEAL, data, size), 8);
    buffer_t bytes, text;
    buffer_init (&bytes, size + sizeof head);
    buffer_init (&text, 2 * size + 64);
    buffer_append (&bytes, head, sizeof head);
    buffer_append (&bytes, data + 1, size - 1);
    base64_url_encode (buffer_slice (&bytes), &text);
    s_read (buffer_slice (&text));
    buffer_deinit (&text);
    buffer_deinit (&bytes);
    return 0;
}
