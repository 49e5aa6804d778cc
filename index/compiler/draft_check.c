#include "draft.h"

#include "nearest.h"

//  What must hold between the files, and within one between its metrics.

#define TEXT(slice) (int) (slice).size, (slice).data

static void
s_check_twice (draft_t *self)
{
    for (int i = 1; i < self->spaces_count; i++) {
        const draft_space_t *before = self->space_at [i - 1], *here = self->space_at [i];
        if (slice_eq_nocase (before->name.text, here->name.text))
            complain (self->complaints, here->path, here->name.line, "the namespace %.*s is in %s too; one file per namespace.",
                      TEXT (here->name.text), before->path);
    }
    for (int i = 1; i < self->metrics_count; i++) {
        const draft_metric_t *before = self->metric_at [i - 1], *here = self->metric_at [i];
        if (before->space == here->space && slice_eq (before->name, here->name)) {
            const draft_metric_t *later = before->line > here->line ? before : here;
            complain (self->complaints, here->space->path, later->line, "%.*s is there twice: in lines %d and %d.", TEXT (here->name),
                      before->line < here->line ? before->line : here->line, later->line);
        }
    }
}

//  A metric of the same namespace, or one of another with the namespace before it; names of both may hold blanks.
static draft_metric_t *
s_find (const draft_t *self, const draft_space_t *space, slice_t text)
{
    draft_metric_t *metric = draft_metric_named (space, self, text);
    for (size_t i = 1; !metric && i + 1 < text.size; i++) {
        const draft_space_t *other = text.data [i] == ' ' ? draft_space_named (self, (slice_t) { text.data, i }) : NULL;
        if (other)
            metric = draft_metric_named (other, self, (slice_t) { text.data + i + 1, text.size - i - 1 });
    }
    return metric;
}

static void
s_complain_of_beside (draft_t *self, const draft_metric_t *metric, slice_t name)
{
    const char *names [LAYOUT_NAMESPACE_METRICS_MAX];
    size_t count = 0;
    for (const draft_metric_t *other = metric->space->metrics; other && count < LAYOUT_NAMESPACE_METRICS_MAX; other = other->next)
        names [count++] = arena_copy (self->arena, other->name);
    const char *near = nearest_name (name, names, count);
    complain (self->complaints, metric->space->path, metric->beside.line, "beside: there is no metric \"%.*s\"%s%s%s. "
              "Allowed: a metric of this namespace, or NAMESPACE METRIC.", TEXT (name), near ? " (did you mean " : "", near ? near : "",
              near ? "?)" : "");
}

static void
s_check_beside (draft_t *self, draft_metric_t *metric)
{
    slice_t rest = metric->beside.text;
    while (rest.size) {
        slice_t name = slice_trim (slice_cut (&rest, ','));
        draft_metric_t *other = s_find (self, metric->space, name);
        if (!other)
            s_complain_of_beside (self, metric, name);
        else if (other == metric)
            complain (self->complaints, metric->space->path, metric->beside.line, "beside: %.*s names itself.", TEXT (name));
        else if (metric->beside_count == DRAFT_BESIDE_MAX)
            complain (self->complaints, metric->space->path, metric->beside.line, "beside: more than %d metrics.", DRAFT_BESIDE_MAX);
        else
            (metric->beside_list [metric->beside_count++] = other)->named_count++;
    }
}

void
draft_check (draft_t *self)
{
    s_check_twice (self);
    for (int i = 0; i < self->spaces_count; i++)
        if (self->space_at [i]->count > LAYOUT_NAMESPACE_METRICS_MAX)
            complain (self->complaints, self->space_at [i]->path, 1, "%d metrics; at most %d in a namespace.", self->space_at [i]->count,
                      LAYOUT_NAMESPACE_METRICS_MAX);
    if (self->spaces_count > LAYOUT_NAMESPACES_MAX || self->metrics_count > LAYOUT_METRICS_MAX)
        complain (self->complaints, self->space_at [0]->path, 1, "%d namespaces and %d metrics; at most %d and %d.", self->spaces_count,
                  self->metrics_count, LAYOUT_NAMESPACES_MAX, LAYOUT_METRICS_MAX);
    for (int i = 0; i < self->metrics_count; i++)
        s_check_beside (self, self->metric_at [i]);
}
