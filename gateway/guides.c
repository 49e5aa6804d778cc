#include "guides.h"

#include "json.h"

const guide_file_t *
guides_find (const guide_file_t *files, slice_t name)
{
    for (; files->name; files++)
        if (slice_is (name, files->name))
            return files;
    return NULL;
}

slice_t
guide_title (const guide_file_t *guide)
{
    slice_t text = { guide->text, guide->size };
    slice_t line = slice_cut (&text, '\n');
    return slice_starts (line, "# ") ? (slice_t) { line.data + 2, line.size - 2 } : line;
}

slice_t
guide_description (const guide_file_t *guide)
{
    slice_t text = { guide->text, guide->size };
    slice_cut (&text, '\n');            //  The title
    slice_cut (&text, '\n');            //  An empty line
    return slice_cut (&text, '\n');
}

void
guide_write_contents (buffer_t *out, const guide_file_t *guide)
{
    buffer_printf (out, "{\"uri\":\"" GUIDES_URI "%s\",\"mimeType\":\"" GUIDES_TYPE "\",\"text\":", guide->name);
    json_append_string (out, (slice_t) { guide->text, guide->size });
    buffer_append_char (out, '}');
}
