#include "sparkline.h"

#include <math.h>

enum { LEVELS = 8 };

static const char *const BLOCKS [LEVELS] = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
static const char *const ASCII [LEVELS] = { "_", ".", ":", "-", "=", "+", "*", "#" };

//  The highest value of a column; NAN when there are gaps only.
static double
s_column (const sparkline_t *line, size_t columns, size_t column)
{
    size_t first = column * line->count / columns, end = (column + 1) * line->count / columns;
    double highest = NAN;
    for (size_t i = first; i < end; i++)
        highest = isnan (highest) || line->values [i] > highest ? line->values [i] : highest;
    return highest;
}

static size_t
s_level (double value, double lowest, double highest)
{
    //  Halves, so that the span of two huge numbers is one too
    double span = highest / 2 - lowest / 2;
    double part = span > 0 ? (value / 2 - lowest / 2) / span : 0;
    return part >= 0 && part < 1 ? (size_t) (part * LEVELS) : LEVELS - 1;
}

size_t
sparkline_append (buffer_t *out, const sparkline_t *line)
{
    size_t columns = line->count < line->width ? line->count : line->width, peak = columns, end = 0;
    double lowest = NAN, highest = NAN;
    for (size_t i = 0; i < line->count; i++)
        lowest = isnan (lowest) || line->values [i] < lowest ? line->values [i] : lowest;
    for (size_t i = 0; i < columns; i++) {
        double value = s_column (line, columns, i);
        if (isnan (value))
            continue;
        end = i + 1;
        if (isnan (highest) || value > highest) {
            highest = value;
            peak = i;
        }
    }
    for (size_t i = 0; i < end; i++) {
        double value = s_column (line, columns, i);
        bool marked = i == peak && highest > lowest;
        buffer_append_text (out, marked ? line->mark : "");
        if (isnan (value))
            buffer_append_char (out, ' ');
        else
            buffer_append_text (out, (line->utf8 ? BLOCKS : ASCII) [s_level (value, lowest, highest)]);
        buffer_append_text (out, marked ? line->unmark : "");
    }
    return end;
}
