#include "known_names.h"

#include "catalogue.h"

static void
s_take_dimensions (int id, void (*take) (void *arg, slice_t name), void *arg)
{
    for (slice_t sets = slice_of (catalogue_metric (id).dimensions); sets.size;)
        for (slice_t set = slice_cut (&sets, '|'); set.size;)
            take (arg, slice_trim (slice_cut (&set, ',')));
}

//  The metrics that are meant: one, those of a namespace, or, of names alone, all. An empty range when it is one that is not there.
static void
s_range (const known_names_t *self, int *first, int *end)
{
    *first = *end = 0;
    if (!self->namespace.size) {
        *end = self->completes == COMPLETES_METRIC_NAME ? catalogue_count () : 0;
        return;
    }
    int space = catalogue_find_namespace (self->namespace);
    bool one = self->completes == COMPLETES_DIMENSION_NAME && self->metric_name.size;
    int id = one ? catalogue_find (self->namespace, self->metric_name) : CATALOGUE_NONE;
    if (space == CATALOGUE_NONE || (one && id == CATALOGUE_NONE))
        return;
    catalogue_namespace_t found = catalogue_namespace (space);
    *first = one ? id : found.first;
    *end = one ? id + 1 : found.first + found.count;
}

void
known_names_each (const known_names_t *self, void (*take) (void *arg, slice_t name), void *arg)
{
    if (self->completes == COMPLETES_NAMESPACE || self->completes == COMPLETES_KNOWN_NAMESPACE)
        for (int i = 0; i < catalogue_namespaces_count (); i++)
            take (arg, slice_of (catalogue_namespace (i).name));
    if (self->completes != COMPLETES_METRIC_NAME && self->completes != COMPLETES_DIMENSION_NAME)
        return;
    int first, end;
    s_range (self, &first, &end);
    for (int id = first; id < end; id++)
        if (self->completes == COMPLETES_METRIC_NAME)
            take (arg, slice_of (catalogue_metric (id).name));
        else
            s_take_dimensions (id, take, arg);
}

bool
known_names_suffice (const known_names_t *self)
{
    slice_t namespace = self->completes == COMPLETES_NAMESPACE ? self->typed : self->namespace;
    bool of_names = self->completes == COMPLETES_NAMESPACE || self->completes == COMPLETES_METRIC_NAME ||
        self->completes == COMPLETES_DIMENSION_NAME;
    return self->completes == COMPLETES_KNOWN_NAMESPACE || (of_names && namespace.size >= 4 && strncasecmp (namespace.data, "AWS/", 4) == 0);
}
