/*  terminal - where output goes, and what may be done with it

    A pipe gets plain text that is never cut or broken, so that grep finds what is there. A terminal gets colours, unless NO_COLOR is set
    and not empty or it is a dumb one, and its width is respected.

    Thread: main; no state. */

#ifndef TERMINAL_H
#define TERMINAL_H

#include "buffer.h"

#include <stdio.h>

typedef struct {
    size_t width;               //  Columns; 0: as wide as it likes, because it is no terminal
    size_t height;              //  Lines; 0: it does not know, or is no terminal
    bool   screen;              //  A terminal on which a line can be written over
    bool   colours;
    bool   utf8;                //  The locale says that other letters than ASCII's can be shown
} terminal_t;

//  As wide as the terminal says, else as COLUMNS says, else TERMINAL_WIDTH.
enum { TERMINAL_WIDTH = 160, TERMINAL_WIDTH_MIN = 40, TERMINAL_WIDTH_MAX = 1000 };
terminal_t  terminal_of (FILE *file);

typedef enum { TERMINAL_PLAIN, TERMINAL_BOLD, TERMINAL_RED, TERMINAL_GREEN, TERMINAL_YELLOW } terminal_style_t;

//  What switches the style on; TERMINAL_PLAIN switches back. "" without colours.
const char *terminal_style (const terminal_t *self, terminal_style_t style);

//  The style in which an alarm's state is shown.
terminal_style_t terminal_style_of_state (slice_t state);

//  Writes to standard output, and returns the exit code. A reader that went away (| head) has seen what it wanted; a disk that is full is a
//  failure, said on standard error, and so is a text that did not fit into its buffer.
int         terminal_print (const buffer_t *text);

//  "cloudwatch-mcp: TEXT" on standard error, escaped, and broken at words where that is a terminal.
void        terminal_complain (slice_t text);

#endif
