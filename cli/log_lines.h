/*  log_lines - log events, one on each line

        2026-11-22T21:12:05.123Z  shop-checkout/3f2a91  ERROR payment failed: ECONNREFUSED

    On a terminal the names of group and stream are shortened to their ends, by which they are told apart, and a message is cut at the terminal's
    width; lines that say that something is wrong have a colour. In a pipe all of it is there, so that grep finds it, nothing is padded, and one
    event is one line whatever is in it: what a terminal could act upon, and line ends inside, are escaped (plain.h).

    Thread: any; no state. */

#ifndef LOG_LINES_H
#define LOG_LINES_H

#include "json.h"
#include "terminal.h"

//  Are these the columns of log events: time and message, perhaps group and stream, and nothing else?
bool log_lines_fit (yyjson_val *columns);

//  rows: lists of texts. True when something was cut.
bool log_lines_write (buffer_t *out, yyjson_val *columns, yyjson_val *rows, const terminal_t *terminal);

//  How a line is shown: TERMINAL_RED for an error, TERMINAL_YELLOW for a warning, by the words that programs begin their lines with.
terminal_style_t log_lines_style (slice_t message);

#endif
