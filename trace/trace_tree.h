/*  trace_tree - spans in the order of a tree, and the path that decided how long it took

    Spans come in the order in which they were told, from two sides. Here each gets its place: parents before children, children in the order of
    their beginning. Those whose parent is not there stand under the first of all.

    The path is found from the end backwards: the step that ended last kept its parent waiting; before that one began, the one that had ended last
    before it, and so on; then the same inside of each. What no step covers was the parent's own time.

    Thread: any; no state. */

#ifndef TRACE_TREE_H
#define TRACE_TREE_H

#include "span.h"

enum { TRACE_TREE_MAX = 192 };          //  Spans: the gateway's own, and those of workers that were asked, and asked again

typedef struct {
    const span_t *span;
    int  depth;                         //  0: the first
    bool critical;
} trace_place_t;

//  Fills count places; the first span is the root. At most TRACE_TREE_MAX.
void trace_tree_order (const span_t *spans, int count, trace_place_t *places);

#endif
