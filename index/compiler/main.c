/*  catalogue-compiler - makes the table of the catalogue from its text

        catalogue-compiler OUT.c ALIASES.txt FILE.metrics…

    What is wrong with the files goes to standard error, with file and line; the exit code is 1 then, and OUT.c is not written. */

#include "metrics_text.h"
#include "table_write.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { TEXT_BYTES_MAX = 32 * 1024 * 1024, BLOCK_BYTES_MAX = 8 * 1024 * 1024, SOURCE_BYTES_MAX = 5 * BLOCK_BYTES_MAX };

static slice_t
s_read (arena_t *arena, const char *path)
{
    FILE *file = fopen (path, "rb");
    long size = file && fseek (file, 0, SEEK_END) == 0 ? ftell (file) : -1;
    char *text = size >= 0 ? arena_alloc (arena, (size_t) size + 1) : NULL;
    bool read = text && fseek (file, 0, SEEK_SET) == 0 && fread (text, 1, (size_t) size, file) == (size_t) size;
    if (!read) {
        fprintf (stderr, "%s:1: cannot be read: %s.\n", path, errno ? strerror (errno) : "it is too large");
        exit (1);
    }
    fclose (file);
    return (slice_t) { text, (size_t) size };
}

static int
s_write (const char *path, const draft_t *draft, const alias_t *aliases)
{
    buffer_t block, source;
    buffer_init (&block, BLOCK_BYTES_MAX);
    buffer_init (&source, SOURCE_BYTES_MAX);
    table_write_block (draft, aliases, &block);
    table_write_source (&block, &source);
    FILE *file = buffer_status (&source) == STATUS_OK ? fopen (path, "wb") : NULL;
    bool written = file && fwrite (source.data, 1, source.size, file) == source.size;
    written = file && fclose (file) == 0 && written;
    if (!written)
        fprintf (stderr, "%s: cannot be written: %s.\n", path, strerror (errno));
    buffer_deinit (&block);
    buffer_deinit (&source);
    return written ? 0 : 1;
}

int
main (int argc, char **argv)
{
    if (argc < 4) {
        fprintf (stderr, "usage: catalogue-compiler OUT.c ALIASES.txt FILE.metrics…\n");
        return 2;
    }
    complaints_t complaints;
    complaints_init (&complaints);
    arena_t *arena = arena_new (TEXT_BYTES_MAX);
    draft_t draft;
    draft_init (&draft, arena, &complaints);
    for (int i = 3; i < argc; i++)
        metrics_text_read (&draft, argv [i], s_read (arena, argv [i]));
    draft_sort (&draft);
    draft_check (&draft);
    alias_t *aliases = aliases_text_read (&draft, argv [2], s_read (arena, argv [2]));

    int code = 1;
    if (complaints.count == 0)
        code = s_write (argv [1], &draft, aliases);
    else
        fprintf (stderr, "%.*s%d wrong in the catalogue.\n", (int) complaints.text.size, complaints.text.data, complaints.count);
    arena_destroy (&arena);
    complaints_deinit (&complaints);
    return code;
}
