#include "sigv4_canonical.h"

#include <assert.h>
#include <stdint.h>

enum { TEXTS = 3, TEXT_BYTES_MAX = 64 * 1024 };

//  Both lines are made of unreserved characters, escapes and their own marks: nothing in them can end a line of the canonical request.
static void
s_assert_canonical (slice_t text, const char *marks)
{
    static const char allowed [] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%";
    for (size_t at = 0; at < text.size; at++)
        assert (text.data [at] && (strchr (allowed, text.data [at]) || strchr (marks, text.data [at])));
}

//  What is canonical is its own canonical form.
static void
s_check_query (slice_t query)
{
    buffer_t once, twice;
    buffer_init (&once, TEXT_BYTES_MAX);
    buffer_init (&twice, TEXT_BYTES_MAX);
    if (sigv4_canonical_query (query, &once) == STATUS_OK) {
        s_assert_canonical (buffer_slice (&once), "&=");
        status_t status = sigv4_canonical_query (buffer_slice (&once), &twice);
        assert (status == STATUS_OK && slice_eq (buffer_slice (&once), buffer_slice (&twice)));
    }
    buffer_deinit (&once);
    buffer_deinit (&twice);
}

//  A path has no such fixed point, for it is encoded anew each time.
static void
s_check_path (slice_t path, bool keep)
{
    buffer_t once;
    buffer_init (&once, TEXT_BYTES_MAX);
    if (sigv4_canonical_path (path, keep, &once) == STATUS_OK) {
        slice_t text = buffer_slice (&once);
        s_assert_canonical (text, "/");
        assert (text.size > 0 && text.data [0] == '/');
        assert (keep || !memmem (text.data, text.size, "//", 2));
    }
    buffer_deinit (&once);
}

//  Whatever the texts are: method, path, query, one line per header, an empty line, their names, the digest.
static void
s_check_whole (const sigv4_request_t *request)
{
    const sigv4_stamp_t stamp = { .date = "20261122T230507Z", .body_sha256 = "0", .token = SLICE ("token") };
    buffer_t text;
    buffer_init (&text, TEXT_BYTES_MAX);
    slice_t names;
    if (sigv4_canonical_write (request, &stamp, &text, &names) == STATUS_OK) {
        size_t lines = 0;
        for (size_t at = 0; at < text.size; at++)
            lines += text.data [at] == '\n';
        assert (lines == 8);
        assert (slice_is (names, "host;x-amz-date;x-amz-security-token"));
    }
    buffer_deinit (&text);
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

//  Input: a header's value, a zero byte, the path, a zero byte, the query; the header is sent twice.
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    slice_t texts [TEXTS] = { 0 }, rest = { (const char *) data, size };
    for (size_t index = 0; index < TEXTS && rest.size; index++) {
        const char *end = memchr (rest.data, 0, rest.size);
        size_t taken = end && index + 1 < TEXTS ? (size_t) (end - rest.data) : rest.size;
        texts [index] = (slice_t) { rest.data, taken };
        rest = taken < rest.size ? (slice_t) { rest.data + taken + 1, rest.size - taken - 1 } : SLICE_ABSENT;
    }
    s_check_path (texts [1], false);
    s_check_path (texts [1], true);
    s_check_query (texts [2]);

    sigv4_field_t fields [] = { { "Host", texts [0] }, { "HOST", texts [0] } };
    sigv4_request_t request = { .method = "GET", .path = texts [1], .query = texts [2], .fields = fields, .fields_count = 2 };
    s_check_whole (&request);
    return 0;
}
