/*  A filter pattern that anybody may send, held against a message: the pattern up to the first zero byte, then the message. What is refused
    is refused with a sentence, and what is read judges the same way twice. */

#include "filter_pattern.h"

#include <assert.h>

int LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t size)
{
    slice_t message = { (const char *) bytes, size };
    slice_t text = slice_cut (&message, 0);
    buffer_t sentence;
    buffer_init (&sentence, 64 * 1024);
    filter_pattern_t *pattern = filter_pattern_new (text, &sentence);
    assert (pattern ? !sentence.size : slice_starts (buffer_slice (&sentence), "Invalid filter pattern"));
    if (pattern && message.size)
        assert (filter_pattern_matches (pattern, message) == filter_pattern_matches (pattern, message));
    filter_pattern_destroy (&pattern);
    buffer_deinit (&sentence);
    return 0;
}
