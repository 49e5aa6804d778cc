/*  table - a tool's answer for a person at a terminal

    Answers come in five shapes:
        {"series": [{…, "values": […]}, …], …}  a line per metric with its figures and its shape (series.h)
        {"columns": ["time", …, "message"], …}  log events, a line each (log_lines.h)
        {"columns": […], NAME: [[…], …], …}     rows under their columns, numbers to the right (grid.h)
        {NAME: [{…}, …], …}                     a block per item: state, name, since when; then the rest of it (blocks.h)
        anything else                           indented JSON
    Below all but the last stand the answer's other members (one with columns and rows of its own is a grid again, a text of several lines is as it
    was, to be pasted), how to get the rest, and the note.

    Whatever the texts hold, nothing in them reaches the terminal but letters (plain.h).

    Thread: any; no state. */

#ifndef TABLE_H
#define TABLE_H

#include "terminal.h"

//  json: a tool's structured result.
void table_write (buffer_t *out, slice_t json, const terminal_t *terminal);

#endif
