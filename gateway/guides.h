/*  guides - pages of our own on what CloudWatch's languages mean, for models and for people

    One Markdown file per guide (gateway/guides/NAME.md), embedded by the build, served as cloudwatch-mcp://guide/NAME. Its first line is "# " and
    the title, the paragraph behind it is the description; both stand in resources/list. What is shown in it as an example is run by tests.

    Thread: any; nothing but constants. */

#ifndef GUIDES_H
#define GUIDES_H

#include "buffer.h"

#define GUIDES_URI "cloudwatch-mcp://guide/"
#define GUIDES_TYPE "text/markdown"

//  The build makes the table guide_files, ended by a NULL name, in the order of the names.
typedef struct {
    const char *name;                   //  "filter-patterns"
    const char *text;
    size_t      size;
} guide_file_t;

extern const guide_file_t guide_files [];

//  NULL: no such guide.
const guide_file_t *guides_find (const guide_file_t *files, slice_t name);

slice_t guide_title (const guide_file_t *guide);
slice_t guide_description (const guide_file_t *guide);

//  The members of a resource's contents, as a JSON object: uri, mimeType, text.
void    guide_write_contents (buffer_t *out, const guide_file_t *guide);

#endif
