/*  search_note - what a reader of a search's rows should know

    How many there are, how far the search is, why it breaks off and how to go on; which groups were left out, and why; and where nothing was found,
    where to look. No log text gets in here.

    Thread: the actor's; no state. */

#ifndef SEARCH_NOTE_H
#define SEARCH_NOTE_H

#include "search.h"

enum { SEARCH_NOTE_BYTES_MAX = 16 * 1024 };

//  What the answer holds.
typedef struct {
    size_t  rows;
    bool    more;                       //  There is more, or may be
    bool    token;                      //  And a next_token to it
    bool    cut_at_bytes;               //  max_bytes, not limit, was reached
    size_t  row_bytes;                  //  The first row alone is larger than max_bytes: so large; 0: no such row
    slice_t trouble;                    //  Why the search breaks off; absent when it does not
} search_given_t;

//  Appends which groups were left out: each reason once, with the names of the first groups that it keeps out, and how many there are. before:
//  a word in front of each reason.
void search_note_append_left_out (buffer_t *out, const search_t *search, const char *before);

//  Appends how many groups with the prefix were not searched because the configuration does not allow them; nothing when there are none.
void search_note_append_fenced (buffer_t *out, const search_t *search);

//  Appends the note; nothing when there is nothing to be said.
void search_note_append (buffer_t *out, const search_t *search, const search_given_t *given);

#endif
