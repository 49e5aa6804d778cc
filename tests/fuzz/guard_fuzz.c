/*  Host and Origin as they come from the network. Whatever is let in must be made of letters that a host is made of; whatever is refused must
    have a sentence. The input is a Host, a line end, and an Origin. */

#include "guard.h"

#include <assert.h>
#include <string.h>

static bool
s_is_clean (slice_t text)
{
    static const char letters [] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:/[]+";
    for (size_t i = 0; i < text.size; i++)
        if (!memchr (letters, text.data [i], sizeof letters - 1))
            return false;
    return text.size > 0;
}

static void
s_assert_said (void (*say) (slice_t text, buffer_t *sentence), slice_t text)
{
    buffer_t sentence;
    buffer_init (&sentence, 2048);
    say (text, &sentence);
    assert (buffer_status (&sentence) == STATUS_OK && sentence.data [sentence.size - 1] == '.');
    buffer_deinit (&sentence);
}

int LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t size)
{
    static guard_t *guard;
    char reason [GUARD_REASON_SIZE];
    if (!guard)
        guard = guard_new ("*.a.example,b.example:80,[::1]:1", "https://a.example,null,http://[::2]:5", reason);
    assert (guard);

    const char *text = (const char *) bytes;
    const char *end = size ? memchr (text, '\n', size) : NULL;
    slice_t host = { text, end ? (size_t) (end - text) : size };
    slice_t origin = end ? (slice_t) { end + 1, size - host.size - 1 } : SLICE_ABSENT;
    if (guard_host (guard, host))
        assert (s_is_clean (host));
    else
        s_assert_said (guard_explain_host, host);
    if (!guard_origin (guard, origin))
        s_assert_said (guard_explain_origin, origin);
    else
        assert (!origin.data || s_is_clean (origin));
    return 0;
}
