#include "request_state.h"

#include <assert.h>

//  What a client may bring back as a state. The input is that text; and it is a state of our own, which comes back as it was, and with any one byte
//  of its text changed does not: the input's first byte says where.

static uint64_t
s_seven (void *self)
{
    (void) self;
    return 7;
}

static const random_source_t RANDOM = { .next = s_seven };
static const int64_t NOW_MS = 1000;

static bool
s_open (const request_state_t *self, slice_t text, slice_t expected)
{
    buffer_t state;
    buffer_init (&state, REQUEST_STATE_BYTES_MAX);
    status_t status = request_state_open (self, SLICE ("tools/call a"), text, NOW_MS + 1, &state);
    assert (status == STATUS_OK || (status == STATUS_MALFORMED && state.size == 0));
    assert (status != STATUS_OK || (state.size == expected.size && (state.size == 0 || memcmp (state.data, expected.data, state.size) == 0)));
    buffer_deinit (&state);
    return status == STATUS_OK;
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    request_state_t self;
    request_state_init (&self, &RANDOM);
    slice_t input = { size ? (const char *) data : "", size };
    buffer_t text;
    buffer_init (&text, REQUEST_STATE_TEXT_MAX);
    bool made_up = s_open (&self, input, SLICE (""));
    assert (!made_up);                  //  Nobody makes one up
    request_state_seal (&self, SLICE ("tools/call a"), input, NOW_MS, &text);
    if (buffer_status (&text) == STATUS_OK) {
        bool opened = s_open (&self, buffer_slice (&text), input);
        assert (opened);
        text.data [size ? data [0] % text.size : 0] ^= 1;
        bool changed = s_open (&self, buffer_slice (&text), input);
        assert (!changed);
    } else {
        assert (buffer_status (&text) == STATUS_TOO_LARGE && size > REQUEST_STATE_BYTES_MAX);
    }
    buffer_deinit (&text);
    return 0;
}
