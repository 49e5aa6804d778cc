#include "words.h"

#include <assert.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

//  Input: a command line. Its words lie one behind the other in the buffer, and all of them end in it.
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    words_t words;
    const char *why;
    status_t status = words_split (&words, (slice_t) { (const char *) data, size }, &why);
    assert ((status == STATUS_OK) == (why == NULL));
    if (status == STATUS_OK) {
        assert (words.count > 0 && words.count <= WORDS_MAX && !words.argv [words.count] && words.argv [0] [0]);
        const char *at = words.text.data;
        for (int i = 0; i < words.count; i++) {
            assert (words.argv [i] == at);
            at += strlen (at) + 1;
            assert (at <= words.text.data + words.text.size);
        }
    }
    words_deinit (&words);
    return 0;
}
