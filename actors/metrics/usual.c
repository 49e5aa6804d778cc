#include "usual.h"

#include "body.h"
#include "catalogue.h"
#include "reader.h"

#include <stdio.h>

enum { MINUTE_S = 60 };

static int
s_id (const metric_t *metric)
{
    return metric->namespace.size && metric->name.size ? catalogue_find (metric->namespace, metric->name) : CATALOGUE_NONE;
}

size_t
usual_stats (const metric_t *metric, char names [] [STATISTIC_BYTES_MAX], size_t max)
{
    int id = s_id (metric);
    slice_t rest = id == CATALOGUE_NONE ? SLICE ("Average, Maximum") : slice_of (catalogue_metric (id).statistics);
    size_t count = 0;
    while (rest.size && count < max)
        count += statistic_read (slice_trim (slice_cut (&rest, ',')), names [count]);
    return count;
}

void
usual_stat (const metric_t *metric, char *name)
{
    char names [1] [STATISTIC_BYTES_MAX] = { "Average" };
    (void) usual_stats (metric, names, 1);
    snprintf (name, STATISTIC_BYTES_MAX, "%s", names [0]);
}

int64_t
usual_period_s (const metric_t *metric)
{
    int id = s_id (metric);
    return id == CATALOGUE_NONE ? MINUTE_S : (int64_t) catalogue_metric (id).every_s;
}

slice_t
usual_unit (const metric_t *metric)
{
    int id = s_id (metric);
    const char *unit = id == CATALOGUE_NONE ? "None" : catalogue_metric (id).unit;
    return strcmp (unit, "None") == 0 ? SLICE_ABSENT : slice_of (unit);
}

static int64_t
s_of_members_s (slice_t members)
{
    metric_t metric = metric_of (members);
    return metric.name.size ? usual_period_s (&metric) : MINUTE_S;
}

int64_t
usual_period_of_call_s (slice_t arguments)
{
    reader_t reader;
    reader_init (&reader, argument_value (arguments, "queries"));
    size_t count = 0;
    if (reader_array (&reader, &count) != STATUS_OK)
        return s_of_members_s (arguments);
    int64_t least_s = 0;
    for (; count > 0; count--) {
        const uint8_t *from = reader.at;
        if (reader_skip (&reader) != STATUS_OK)
            return MINUTE_S;
        slice_t members = { (const char *) from, (size_t) (reader.at - from) };
        if (argument_value (members, "expression").size)
            continue;                   //  Of metrics that others of the list name; one that finds metrics by itself has their period anyway
        int64_t period_s = s_of_members_s (members);
        least_s = least_s && least_s < period_s ? least_s : period_s;
    }
    return least_s ? least_s : MINUTE_S;
}
