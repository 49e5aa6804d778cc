#include "flow.h"

#define PAGE "flow.html"

const flow_file_t *
flow_find (slice_t path)
{
    static const char UNDER [] = "/flow/";
    slice_t name = SLICE (PAGE);
    if (!slice_is (path, "/flow")) {
        if (!slice_starts (path, UNDER))
            return NULL;
        name = (slice_t) { path.data + sizeof UNDER - 1, path.size - (sizeof UNDER - 1) };
        if (slice_is (name, PAGE))
            return NULL;                //  Its links would lead to nowhere from there
    }
    for (const flow_file_t *file = flow_files; file->name; file++)
        if (slice_is (name, file->name))
            return file;
    return NULL;
}

const char *
flow_type (const flow_file_t *file)
{
    static const struct { const char *end, *type; } TYPES [] = {
        { ".html", "text/html; charset=utf-8" },
        { ".css", "text/css; charset=utf-8" },
        { ".js", "text/javascript; charset=utf-8" },
        { ".svg", "image/svg+xml" },
    };
    const char *end = strrchr (file->name, '.');
    for (size_t i = 0; end && i < sizeof TYPES / sizeof TYPES [0]; i++)
        if (strcmp (end, TYPES [i].end) == 0)
            return TYPES [i].type;
    return "application/octet-stream";
}
