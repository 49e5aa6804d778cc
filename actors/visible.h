/*  visible - texts of strangers, with nothing in them that a reader cannot see

    Names, descriptions, reasons and error messages come from whoever may write them into the account. A model reads them as they are, and a
    person sees what a terminal or a browser makes of them. The two must be the same: so characters that move a cursor, turn the direction of
    writing around or show nothing at all are written as their numbers, "\u001b" or "\u{e0041}" in plain characters. Tabs and line feeds stay, and so
    do the joiners that scripts and emoji need. A name with such a character in it cannot be passed back; that is the lesser harm.

    Bytes that are no UTF-8 stay here: whoever makes JSON of them replaces them (json.h).

    Thread: any; no state. Source: Unicode 15, the control and format characters (Cc, Cf, Zl, Zp). */

#ifndef VISIBLE_H
#define VISIBLE_H

#include "json.h"

//  All of the text; or about bytes_max of it, cut between two characters, and "…".
void visible_append (buffer_t *out, slice_t text);
void visible_append_cut (buffer_t *out, slice_t text, size_t bytes_max);

//  As a JSON string; null for an absent text. NULL without memory.
yyjson_mut_val *visible_text (yyjson_mut_doc *doc, slice_t text);
yyjson_mut_val *visible_text_cut (yyjson_mut_doc *doc, slice_t text, size_t bytes_max);

//  A value of AWS's with everything in it, the names of members too. NULL without memory, or when it is nested deeper than JSON_DEPTH_MAX_AWS.
yyjson_mut_val *visible_copy (yyjson_mut_doc *doc, const yyjson_val *value);

#endif
