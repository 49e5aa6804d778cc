/*  What a server's feed may say, on its way to a terminal. The first byte says how the bytes are cut and what the terminal is. However they are cut,
    the same events come of them; and whatever an event is shown as, only letters, line ends and our own sequences come out. */

#include "call_tree.h"
#include "event_reader.h"
#include "top_page.h"

#include <assert.h>
#include <stdlib.h>

enum { EVENT_BYTES_MAX = 4096, OUT_BYTES_MAX = 64 * 1024 * 1024 };

//  Nothing below a blank but line ends, and sequences that change the style only.
static void
s_check (const buffer_t *out)
{
    for (size_t i = 0; i < out->size; i++) {
        if (out->data [i] == '\033') {
            assert (i + 1 < out->size && out->data [i + 1] == '[');
            for (i += 2; i < out->size && out->data [i] != 'm'; i++)
                assert (out->data [i] == ';' || (out->data [i] >= '0' && out->data [i] <= '9'));
        }
        assert (i < out->size && (out->data [i] == '\n' || (unsigned char) out->data [i] >= ' ') && out->data [i] != 0x7F);
    }
}

static void
s_show (slice_t data, const terminal_t *terminal)
{
    static top_page_t page = { .admin = "http://127.0.0.1:9334" };
    yyjson_doc *doc = NULL;
    if (json_read (data, JSON_DEPTH_MAX, &doc, NULL) != STATUS_OK)
        return;
    buffer_t out;
    buffer_init (&out, OUT_BYTES_MAX);
    call_line_t line;
    if (call_line_read (&line, yyjson_doc_get_root (doc))) {
        call_line_append (&out, &line, terminal);
        top_page_add (&page, &line);
    }
    call_tree_t *tree = call_tree_new (yyjson_doc_get_root (doc));
    if (tree)
        call_tree_write (&out, tree, terminal);
    free (tree);
    top_page_write (&out, &page, yyjson_doc_get_root (doc), terminal);
    assert (buffer_status (&out) == STATUS_OK);
    s_check (&out);
    buffer_deinit (&out);
    yyjson_doc_free (doc);
}

typedef struct {
    buffer_t    seen;
    terminal_t  terminal;
    bool        show;
} reading_t;

static void
s_read (void *arg, slice_t name, slice_t data)
{
    reading_t *self = arg;
    assert (name.size <= EVENT_BYTES_MAX && data.size <= EVENT_BYTES_MAX);
    buffer_append_slice (&self->seen, name);
    buffer_append_char (&self->seen, '\0');
    buffer_append_slice (&self->seen, data);
    buffer_append_char (&self->seen, '\0');
    if (self->show)
        s_show (data, &self->terminal);
}

//  All of it, in pieces of so many bytes; what was seen is the caller's to give back.
static buffer_t
s_take (slice_t bytes, size_t piece, const terminal_t *terminal)
{
    reading_t reading = { .show = terminal };
    if (terminal)
        reading.terminal = *terminal;
    buffer_init (&reading.seen, OUT_BYTES_MAX);
    event_reader_t reader;
    event_reader_init (&reader, EVENT_BYTES_MAX, s_read, &reading);
    bool good = true;
    while (good && bytes.size) {
        size_t size = bytes.size < piece ? bytes.size : piece;
        good = event_reader_take (&reader, (slice_t) { bytes.data, size });
        bytes = (slice_t) { bytes.data + size, bytes.size - size };
    }
    event_reader_deinit (&reader);
    return reading.seen;
}

int LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t size)
{
    if (size == 0)
        return 0;
    slice_t stream = { (const char *) bytes + 1, size - 1 };
    terminal_t terminal = { .width = bytes [0] & 2 ? TERMINAL_WIDTH_MIN + bytes [0] : 0, .colours = bytes [0] & 4, .utf8 = bytes [0] & 1 };
    buffer_t whole = s_take (stream, SIZE_MAX, &terminal), cut = s_take (stream, 1 + (bytes [0] >> 3), NULL);
    assert (slice_eq (buffer_slice (&whole), buffer_slice (&cut)));
    buffer_deinit (&whole);
    buffer_deinit (&cut);
    return 0;
}
