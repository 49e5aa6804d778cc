#include "aws_error.h"

#include <assert.h>
#include <stdint.h>

//  The front of the input up to a line end, which is dropped.
static slice_t
s_line (slice_t *rest)
{
    slice_t line = *rest;
    const char *end = rest->size ? memchr (rest->data, '\n', rest->size) : NULL;
    if (end) {
        line.size = (size_t) (end - rest->data);
        *rest = (slice_t) { end + 1, rest->size - line.size - 1 };
    } else
        *rest = SLICE_ABSENT;
    return line;
}

//  No control characters, and a final zero within the field.
static void
s_assert_printable (const char *text, size_t size)
{
    assert (strnlen (text, size) < size);
    for (; *text; text++)
        assert ((unsigned char) *text >= ' ' && *text != 0x7f);
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

//  Input: one byte for the status, the header x-amzn-errortype, a line end, the header x-amzn-query-error, a line end, the body.
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    static const int statuses [] = { 301, 400, 403, 422, 429, 500, 501, 503 };
    if (size == 0)
        return 0;
    int http_status = statuses [data [0] % (sizeof statuses / sizeof *statuses)];
    slice_t rest = { (const char *) data + 1, size - 1 };
    slice_t errortype = s_line (&rest), query_error = s_line (&rest);

    aws_error_t error;
    aws_error_read (http_status, errortype, query_error, rest, &error);
    s_assert_printable (error.code, sizeof error.code);
    s_assert_printable (error.message, sizeof error.message);
    assert (error.code [0]);
    assert (error.class != AWS_NO_ERROR && aws_error_status (error.class) != STATUS_OK);
    return 0;
}
