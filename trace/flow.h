/*  flow - the page that shows calls move: its files, and what a browser is told with them

    The files stand in trace/flow and are embedded by the build. flow.html is served as /flow, the others as /flow/NAME; the page asks for
    nothing that is not ours, and its policy would keep it from doing so. The words of a call (an error's type, an
    id of AWS) come from outside: the page puts them into text, and the policy keeps text from becoming anything else.

    Thread: any; nothing but constants. */

#ifndef FLOW_H
#define FLOW_H

#include "slice.h"

//  Only our own scripts and styles, no HTML made of strings, no frame around it.
#define FLOW_POLICY "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; " \
                    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"

//  The build makes the table flow_files, ended by a NULL name.
typedef struct {
    const char *name;                   //  "flow.html"
    const char *text;
    size_t      size;
} flow_file_t;

extern const flow_file_t flow_files [];

//  The file of a path such as "/flow" or "/flow/flow.css"; NULL: there is none.
const flow_file_t *flow_find (slice_t path);

//  "text/css; charset=utf-8"
const char *flow_type (const flow_file_t *file);

#endif
