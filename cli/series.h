/*  series - metrics over time, a line each

        2026-11-22T20:00Z to 2026-11-22T23:00Z, a value per 3 min, the last one not over yet

        checkout Errors     Sum      min 0   avg 3.2   max 41 at 21:12   last 0   ▁▁▂▁▃▁█▇▅▂▁▁
        checkout Duration   p99 …
        refund Errors       Sum      no data

    Figures stand below each other, with their units (amount.h); the shape (sparkline.h) takes what is left of the terminal's width, or a line of its
    own where that is too little. The highest value is marked where there are colours.

    Thread: any; no state. */

#ifndef SERIES_H
#define SERIES_H

#include "json.h"
#include "terminal.h"

//  A list of objects, each with a list of values (numbers and null)?
bool series_fit (yyjson_val *series);

//  answer: the object with "series", "window" and "period_s". True when a label was cut.
bool series_write (buffer_t *out, yyjson_val *answer, const terminal_t *terminal);

#endif
