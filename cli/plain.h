/*  plain - text from outside, as a person may be shown it

    A log line or an alarm's description is written by whoever wants to. Shown as it is, it could move the cursor, change the colours, set the
    window's title, or turn the direction of what follows. So whatever a terminal might act upon, or does not show at all, is written escaped:

        line ends, tabs                             \n \r \t
        other control characters, bytes that are
        no UTF-8                                    \x1b
        marks of direction, other separators of
        lines, invisible letters and tags           \u202e, \U000e0041

    Joiners between letters (U+200C, U+200D) stay: scripts and emoji need them. Widths are counted in code points.

    Thread: any; no state. */

#ifndef PLAIN_H
#define PLAIN_H

#include "buffer.h"

//  Appends the text on one line.
void    plain_append (buffer_t *out, slice_t text);

//  Appends a JSON text, escaped as JSON has it (\u001b): it means the same as before. Its line ends stay.
void    plain_append_json (buffer_t *out, slice_t json);

//  Appends the text in lines. The first begins where the line in out stands (column), each further one with indent blanks; none goes beyond width
//  columns, unless a single word does. The text's own line ends are kept. width 0: only these.
void    plain_wrap (buffer_t *out, slice_t text, size_t column, size_t indent, size_t width);

//  Of a text that is escaped already: its width, and as much of its beginning as fits.
size_t  plain_width (slice_t text);
slice_t plain_cut (slice_t text, size_t width);

//  Appends as many blanks.
void    plain_pad (buffer_t *out, size_t count);

#endif
