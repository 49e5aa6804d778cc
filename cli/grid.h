/*  grid - rows under their columns

    Columns whose cells are all numbers stand to the right, others to the left; a column without a single value is left out. On a terminal the
    widest columns are cut until a row fits: names in the middle, words at the end, with "…" for what is not there. Where too little would be left of
    them the last columns are left out, with a "…" in their heading's place. In a pipe nothing is cut: a cell wider than GRID_PAD_MAX sticks out.

    Thread: any; no state. */

#ifndef GRID_H
#define GRID_H

#include "json.h"
#include "terminal.h"

enum { GRID_COLUMNS_MAX = 64, GRID_PAD_MAX = 200 };

//  A list of at most GRID_COLUMNS_MAX texts, and a list of rows none of which is longer?
bool grid_fits (yyjson_val *columns, yyjson_val *rows);

//  What fits. True when a cell was cut or a column left out.
bool grid_write (buffer_t *out, yyjson_val *columns, yyjson_val *rows, const terminal_t *terminal);

#endif
