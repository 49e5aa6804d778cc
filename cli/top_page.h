/*  top_page - what a server is doing now, on a page

    Made of the last "state" that its feed told (rates of the last ten seconds), and of the calls that it told of: the tools by how much time they
    took, and the slowest calls with where their time went.

    Thread: any; a plain value. */

#ifndef TOP_PAGE_H
#define TOP_PAGE_H

#include "call_line.h"

enum { TOP_CALLS = 256, TOP_SLOWEST = 5, TOP_TOOLS = 8, TOP_TEXT_SIZE = 64 };

//  A call that ended, in texts of its own.
typedef struct {
    call_line_t line;                   //  Its slices are of these
    char tool [TOP_TEXT_SIZE], status [TOP_TEXT_SIZE], ended [TOP_TEXT_SIZE], trace_id [TOP_TEXT_SIZE];
} top_call_t;

typedef struct {
    const char *admin;                  //  Whose page it is
    top_call_t  calls [TOP_CALLS];      //  The last ones, each at its number's place
} top_page_t;

//  A call that is told of again replaces what was known of it.
void top_page_add (top_page_t *self, const call_line_t *line);

//  A server that was started anew counts from 1.
void top_page_forget (top_page_t *self);

//  The whole page, however high.
void top_page_write (buffer_t *out, const top_page_t *self, yyjson_val *state, const terminal_t *terminal);

#endif
