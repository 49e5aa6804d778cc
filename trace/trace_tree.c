#include "trace_tree.h"

#include <assert.h>

//  Clocks are read a few times between two steps that follow each other.
static const int64_t SAME_US = 10;

enum { NONE = -1 };

typedef struct {
    const span_t *spans;
    int   count, placed;
    trace_place_t *places;
    int   parents [TRACE_TREE_MAX];     //  NONE: the root
    int64_t requests [TRACE_TREE_MAX];  //  Of the call's requests to AWS, which one a step is of; 0: of none
    bool  done [TRACE_TREE_MAX];
    bool  critical [TRACE_TREE_MAX];
} tree_t;

static void
s_find_parents (tree_t *self)
{
    self->parents [0] = NONE;
    for (int i = 1; i < self->count; i++) {
        self->parents [i] = 0;
        for (int k = 0; k < self->count; k++)
            if (k != i && memcmp (self->spans [k].id, self->spans [i].parent, SPAN_ID_BYTES) == 0)
                self->parents [i] = k;
    }
}

//  The child that begins first of those that have no place yet; NONE.
static int
s_first_child (const tree_t *self, int parent)
{
    int first = NONE;
    for (int i = 1; i < self->count; i++)
        if (self->parents [i] == parent && !self->done [i] && (first == NONE || self->spans [i].start_us < self->spans [first].start_us))
            first = i;
    return first;
}

static void
s_place (tree_t *self, int i, int depth)
{
    int child;
    self->done [i] = true;
    self->places [self->placed++] = (trace_place_t) { .span = &self->spans [i], .depth = depth, .critical = self->critical [i] };
    while ((child = s_first_child (self, i)) != NONE)
        s_place (self, child, depth + 1);
}

static int64_t
s_end_us (const span_t *span, int64_t no_later_us)
{
    int64_t end_us = span->start_us + span->duration_us;
    return end_us < no_later_us ? end_us : no_later_us;
}

//  The child that ended last, no later than a moment, of a request or (0) of all. What ended after its parent counts as having ended with it.
static int
s_last_child (const tree_t *self, int parent, int64_t end_us, int64_t no_later_us, int64_t request)
{
    int last = NONE;
    for (int i = 1; i < self->count; i++) {
        const span_t *span = &self->spans [i];
        if (self->parents [i] != parent || self->critical [i] || s_end_us (span, end_us) > no_later_us + SAME_US || span->start_us > no_later_us)
            continue;
        if (request && self->requests [i] != request)
            continue;
        if (last == NONE || s_end_us (span, end_us) >= s_end_us (&self->spans [last], end_us))
            last = i;
    }
    return last;
}

//  What a child waited for before it began: an attempt or a pause for the step before it of the same request, though another request's may have
//  ended later; a request's first step, and all else, for whatever ended last.
static int
s_before (const tree_t *self, int parent, int64_t end_us, int child)
{
    int64_t start_us = self->spans [child].start_us, request = self->requests [child];
    int before = request ? s_last_child (self, parent, end_us, start_us, request) : NONE;
    return before != NONE ? before : s_last_child (self, parent, end_us, start_us, 0);
}

static void
s_mark (tree_t *self, int i, int64_t end_us)
{
    self->critical [i] = true;
    for (int child = s_last_child (self, i, end_us, end_us, 0); child != NONE; child = s_before (self, i, end_us, child))
        s_mark (self, child, s_end_us (&self->spans [child], end_us));
}

void
trace_tree_order (const span_t *spans, int count, trace_place_t *places)
{
    assert (count <= TRACE_TREE_MAX);
    tree_t self = { .spans = spans, .count = count, .places = places };
    if (count == 0)
        return;
    for (int i = 0; i < count; i++)
        self.requests [i] = span_number (&spans [i], SPAN_KEY_REQUEST, 0);
    s_find_parents (&self);
    s_mark (&self, 0, spans [0].start_us + spans [0].duration_us);
    s_place (&self, 0, 0);
    for (int i = 1; i < count; i++)     //  What is its own parent's parent is under nobody
        if (!self.done [i])
            s_place (&self, i, 1);
}
