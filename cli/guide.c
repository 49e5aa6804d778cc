#include "cli.h"
#include "guides.h"
#include "meant.h"
#include "terminal.h"

#include <stdio.h>

//  `cloudwatch-mcp guide`: the pages that clients get as cloudwatch-mcp://guide/NAME. Nothing is asked, and no settings are read.

enum { TEXT_BYTES_MAX = 1024 * 1024, GUIDES_MAX = 64 };

static void
s_write_list (buffer_t *out)
{
    for (const guide_file_t *guide = guide_files; guide->name; guide++) {
        slice_t title = guide_title (guide);
        buffer_printf (out, "%-18s  %.*s\n", guide->name, (int) title.size, title.data);
    }
    buffer_append_text (out, "\ncloudwatch-mcp guide NAME shows one.\n");
}

static void
s_complain (slice_t name)
{
    const char *names [GUIDES_MAX];
    size_t count = 0;
    for (const guide_file_t *guide = guide_files; guide->name && count < GUIDES_MAX; guide++)
        names [count++] = guide->name;
    const char *near = meant_name (name, names, count);
    buffer_t sentence;
    buffer_init (&sentence, 4096);
    buffer_append_text (&sentence, "There is no guide \"");
    buffer_append_slice (&sentence, name);
    if (near)
        buffer_printf (&sentence, "\"; did you mean %s?", near);
    else
        buffer_append_text (&sentence, "\". cloudwatch-mcp guide lists them.");
    terminal_complain (buffer_slice (&sentence));
    buffer_deinit (&sentence);
}

int
cli_guide (int argc, char *const *argv)
{
    if (argc > 1 || (argc == 1 && argv [0][0] == '-')) {
        terminal_complain (SLICE ("guide takes one NAME, and no more. cloudwatch-mcp guide lists them."));
        return EXIT_USAGE;
    }
    const guide_file_t *guide = argc ? guides_find (guide_files, slice_of (argv [0])) : NULL;
    if (argc && !guide) {
        s_complain (slice_of (argv [0]));
        return EXIT_USAGE;
    }
    buffer_t text;
    buffer_init (&text, TEXT_BYTES_MAX);
    if (guide)
        buffer_append_slice (&text, (slice_t) { guide->text, guide->size });
    else
        s_write_list (&text);
    int code = terminal_print (&text);
    buffer_deinit (&text);
    return code;
}
