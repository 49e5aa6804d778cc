/*  metric_line - one line of a metric widget, with its shorthand written out

        [ "AWS/Lambda", "Errors", "FunctionName", "checkout", { "stat": "Sum" } ]       namespace, name, dimensions, options
        [ ".", "Duration", ".", "." ]                                                   each "." is what stands there in the line before
        [ "...", "payment" ]                                                            "..." is so much of it that the rest is the end
        [ { "expression": "100 * m1 / m2", "id": "e1" } ]                               an expression: no values of its own

    The line before is the last one with a metric that could be read: expressions and wrong lines lie between. Only values are taken over, never
    options. A line that refers to what is not there, has a name without a value, or the same dimension twice, is wrong, and is not guessed at.

    Thread: any; by value, zero at first; its slices point into the document. Source: "Dashboard Body Structure and Syntax" in the API reference of
    CloudWatch. */

#ifndef METRIC_LINE_H
#define METRIC_LINE_H

#include "json.h"

//  Namespace, name, and the 30 dimensions that a metric can have.
enum { METRIC_LINE_VALUES_MAX = 2 + 2 * 30 };

typedef enum { METRIC_LINE_METRIC, METRIC_LINE_EXPRESSION, METRIC_LINE_WRONG } metric_line_kind_t;

typedef struct {
    slice_t     values [METRIC_LINE_VALUES_MAX];        //  Namespace, name, then names and values of dimensions
    size_t      count;
    yyjson_val *options;                                //  Of the line just read; NULL: it has none
} metric_line_t;

//  Reads the next line. Of a metric the values are then in it; of an expression only the options are, with the expression among them.
metric_line_kind_t metric_line_read (metric_line_t *self, yyjson_val *line);

#endif
