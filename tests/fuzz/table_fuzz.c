/*  An answer with whatever texts AWS may hold, on its way to a terminal. The first byte says how wide that is (0: a pipe), and whether it has
    colours. Nothing may come out but letters, line ends, and the few sequences that are our own. */

#include "plain.h"
#include "table.h"

#include <assert.h>

//  What is behind our own sequences; a text has none.
static slice_t
s_skip_styles (const terminal_t *terminal, slice_t text)
{
    for (int style = TERMINAL_PLAIN; style <= TERMINAL_YELLOW; style++) {
        const char *ours = terminal_style (terminal, (terminal_style_t) style);
        while (*ours && slice_starts (text, ours))
            text = (slice_t) { text.data + strlen (ours), text.size - strlen (ours) };
    }
    return text;
}

int LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t size)
{
    if (size == 0)
        return 0;
    bool screen = bytes [0] & 0x7F;
    terminal_t terminal = { .width = screen ? TERMINAL_WIDTH_MIN + (bytes [0] & 0x7F) : 0, .screen = screen, .colours = screen && bytes [0] & 0x80,
                            .utf8 = bytes [0] & 1 };
    buffer_t out, line;
    buffer_init (&out, 64 * 1024 * 1024);
    buffer_init (&line, 64 * 1024 * 1024);
    table_write (&out, (slice_t) { (const char *) bytes + 1, size - 1 }, &terminal);
    assert (buffer_status (&out) == STATUS_OK && out.data [out.size - 1] == '\n');

    //  What plain_append would have to escape is not there: line for line, between our own sequences, it changes nothing
    slice_t rest = buffer_slice (&out);
    while (rest.size) {
        size_t part = 0;
        rest = s_skip_styles (&terminal, rest);
        while (part < rest.size && rest.data [part] != '\n' && rest.data [part] != '\033')
            part++;
        slice_t behind = { rest.data + part, rest.size - part };
        assert (!behind.size || *behind.data == '\n' || s_skip_styles (&terminal, behind).size < behind.size);
        buffer_clear (&line);
        plain_append (&line, (slice_t) { rest.data, part });
        assert (slice_eq (buffer_slice (&line), (slice_t) { rest.data, part }));
        part += part < rest.size && rest.data [part] == '\n';
        rest = (slice_t) { rest.data + part, rest.size - part };
    }
    buffer_deinit (&line);
    buffer_deinit (&out);
    return 0;
}
