#include "trail.h"

#include "visible.h"

//  Visible characters only, without what parts and ends steps (visible.h lets those through).
static void
s_append (buffer_t *trail, const char *text)
{
    size_t at = trail->size;
    visible_append_cut (trail, slice_of (text), TRAIL_WHY_BYTES_MAX);
    for (; at < trail->size; at++)
        if (trail->data [at] == '\t' || trail->data [at] == '\n')
            trail->data [at] = ' ';
}

void
trail_add (buffer_t *trail, const char *verdict, const char *source, const char *why)
{
    s_append (trail, verdict);
    buffer_append_char (trail, '\t');
    s_append (trail, source);
    buffer_append_char (trail, '\t');
    s_append (trail, why);
    buffer_append_char (trail, '\n');
}

bool
trail_next (slice_t *rest, trail_step_t *step)
{
    const char *end = rest->size ? memchr (rest->data, '\n', rest->size) : NULL;
    if (!end)
        return false;
    slice_t line = slice_cut (rest, '\n');
    step->verdict = slice_cut (&line, '\t');
    step->source = slice_cut (&line, '\t');
    step->why = line;
    return true;
}
