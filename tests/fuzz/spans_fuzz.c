/*  What a worker sends as its spans, in any bytes. The reader may refuse anything; what it gives lies inside its own bounds, and what was read is
    written and read again, and must be the same. */

#include "spans.h"

#include <assert.h>

static void
s_again (const span_t *span)
{
    span_t back;
    buffer_t frame;
    spans_reader_t reader;
    buffer_init (&frame, 64 * 1024);
    spans_write (NULL, span, SLICE_ABSENT, &frame);
    assert (buffer_status (&frame) == STATUS_OK);
    status_t status = spans_open (&reader, buffer_slice (&frame));
    assert (status == STATUS_OK);
    status = spans_next (&reader, &back);
    assert (status == STATUS_OK);
    assert (back.count == span->count && back.text_size == span->text_size && back.linked == span->linked && back.status == span->status);
    assert (strcmp (back.name, span->name) == 0);
    buffer_deinit (&frame);
}

int LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t size)
{
    slice_t all = { size ? (const char *) bytes : "", size };
    spans_reader_t reader;
    span_t span;
    status_t status = spans_open (&reader, all);
    if (status == STATUS_OK)
        assert (spans_body (&reader).size <= all.size);
    for (size_t turns = 0; status == STATUS_OK && (status = spans_next (&reader, &span)) == STATUS_OK; turns++) {
        assert (turns < all.size && span.count <= SPAN_ATTRIBUTES_MAX && span.text_size <= SPAN_TEXT_BYTES_MAX && span.duration_us >= 0);
        if (reader.move_us == 0)
            s_again (&span);
    }
    return 0;
}
