#include "absence.h"

#include "catalogue.h"
#include "reader.h"
#include "visible.h"

enum { HOUR_S = 60 * 60, DAY_S = 24 * HOUR_S, NAME_BYTES_MAX = 80, DIMENSIONS_MAX = 30 };

//  Services that are everywhere at once, and publish in one region. Source: their guides, on monitoring with CloudWatch.
static const struct {
    const char *namespace, *region;
} ELSEWHERE [] = {
    { "AWS/Billing", "us-east-1" }, { "AWS/CloudFront", "us-east-1" }, { "AWS/Route53", "us-east-1" }, { "AWS/TrustedAdvisor", "us-east-1" },
    { "AWS/GlobalAccelerator", "us-west-2" }, { "AWS/NetworkManager", "us-west-2" },
};

static void
s_append_elsewhere (buffer_t *note, const char *namespace, const char *region)
{
    for (size_t i = 0; i < sizeof ELSEWHERE / sizeof ELSEWHERE [0]; i++)
        if (strcmp (namespace, ELSEWHERE [i].namespace) == 0 && strcmp (region, ELSEWHERE [i].region) != 0)
            buffer_printf (note, "%s is published in %s only: ask with that region. ", namespace, ELSEWHERE [i].region);
}

//  "A and B", "A, B and C": the names of one set.
static void
s_append_set (buffer_t *note, slice_t set)
{
    bool first = true;
    while (set.size) {
        slice_t name = slice_trim (slice_cut (&set, ','));
        buffer_append_text (note, first ? "" : set.size ? ", " : " and ");
        buffer_append_slice (note, name);
        first = false;
    }
    if (first)
        buffer_append_text (note, "none at all");
}

static void
s_append_sets (buffer_t *note, const char *dimensions)
{
    slice_t rest = slice_of (dimensions);
    bool first = true;
    do {
        slice_t set = slice_trim (slice_cut (&rest, '|'));
        buffer_append_text (note, first ? "" : "; or ");
        s_append_set (note, set);
        first = false;
    } while (rest.size);
}

//  The names that the caller gave, at most DIMENSIONS_MAX.
static size_t
s_given (const metric_t *metric, slice_t *names)
{
    reader_t reader;
    reader_init (&reader, metric->dimensions);
    size_t pairs = 0, count = 0;
    slice_t value;
    if (reader_map (&reader, &pairs) != STATUS_OK)
        return 0;
    for (; pairs > 0 && count < DIMENSIONS_MAX; pairs--, count++)
        if (reader_text (&reader, &names [count]) != STATUS_OK || reader_text (&reader, &value) != STATUS_OK)
            break;
    return count;
}

//  Is what was given one of the sets?
static bool
s_fits (const char *dimensions, const slice_t *names, size_t count)
{
    slice_t rest = slice_of (dimensions);
    do {
        slice_t set = slice_trim (slice_cut (&rest, '|'));
        size_t members = 0, found = 0;
        while (set.size) {
            slice_t name = slice_trim (slice_cut (&set, ','));
            members++;
            for (size_t i = 0; i < count; i++)
                found += slice_eq (names [i], name);
        }
        if (members == count && found == count)
            return true;
    } while (rest.size);
    return false;
}

static void
s_append_given (buffer_t *note, const slice_t *names, size_t count)
{
    buffer_append_text (note, count ? "; you gave " : "; you gave none. ");
    for (size_t i = 0; i < count; i++) {
        buffer_append_text (note, i == 0 ? "" : i + 1 < count ? ", " : " and ");
        visible_append_cut (note, names [i], NAME_BYTES_MAX);
    }
    buffer_append_text (note, count ? ". " : "");
}

//  Published so seldom that the window, or the period, was too short. True: then that is why.
static bool
s_append_seldom (buffer_t *note, const catalogue_metric_t *found, const timegrid_t *grid, int64_t period_s)
{
    int64_t window_s = (grid->end_ms - grid->start_ms) / 1000, every_s = found->every_s, wide_s = 2 * every_s;
    if (every_s < HOUR_S || (window_s >= wide_s && period_s >= every_s))
        return false;
    int64_t days = (wide_s + DAY_S - 1) / DAY_S;
    buffer_printf (note, "%s %s is published ", found->namespace, found->name);
    if (every_s == DAY_S || every_s == HOUR_S)
        buffer_append_text (note, every_s == DAY_S ? "once a day" : "once an hour");
    else
        buffer_printf (note, "every %lld hours", (long long) (every_s / HOUR_S));
    buffer_printf (note, ": ask for -%lldd with period %lld", (long long) (days < 2 ? 2 : days), (long long) every_s);
    return true;
}

//  It is in the catalogue.
static void
s_append_known (buffer_t *note, const metric_t *metric, const catalogue_metric_t *found, const timegrid_t *grid, int64_t period_s)
{
    slice_t names [DIMENSIONS_MAX];
    size_t count = s_given (metric, names);
    if (!slice_is (metric->name, found->name) || !slice_is (metric->namespace, found->namespace))
        buffer_printf (note, "Names are case-sensitive: it is %s %s. ", found->namespace, found->name);
    bool sets = found->dimensions_origin != LAYOUT_UNKNOWN, fits = !sets || s_fits (found->dimensions, names, count);
    bool seldom = s_append_seldom (note, found, grid, period_s);
    if (seldom && !fits)
        buffer_append_text (note, ", with dimensions ");
    else if (!fits)
        buffer_printf (note, "%s %s is known with the dimensions ", found->namespace, found->name);
    if (!fits) {
        s_append_sets (note, found->dimensions);
        s_append_given (note, names, count);
    } else if (seldom) {
        buffer_append_text (note, ". ");
    }
}

//  It is not.
static void
s_append_unknown (buffer_t *note, const metric_t *metric)
{
    int space = catalogue_find_namespace (metric->namespace), near = CATALOGUE_NONE;
    if (space == CATALOGUE_NONE && !slice_starts (metric->namespace, "AWS/"))
        return;                         //  Somebody's own
    if (space == CATALOGUE_NONE) {
        int meant = catalogue_near_namespace (metric->namespace);
        buffer_append_text (note, "The catalogue has no namespace ");
        visible_append_cut (note, metric->namespace, NAME_BYTES_MAX);
        if (meant != CATALOGUE_NONE)
            buffer_printf (note, "; nearest is %s", catalogue_namespace (meant).name);
    } else {
        near = catalogue_near (space, metric->name);
        buffer_printf (note, "The catalogue has no %s ", catalogue_namespace (space).name);
        visible_append_cut (note, metric->name, NAME_BYTES_MAX);
        if (near != CATALOGUE_NONE)
            buffer_printf (note, "; nearest is %s", catalogue_metric (near).name);
    }
    buffer_append_text (note, ". search_metric_metadata finds metrics by what they mean. ");
}

void
absence_append (buffer_t *note, const metric_t *metric, slice_t unit, const timegrid_t *grid, int64_t period_s, const char *region)
{
    size_t begin;
    int id = catalogue_find (metric->namespace, metric->name), space = catalogue_find_namespace (metric->namespace);
    if (unit.size)
        buffer_printf (note, "Only datapoints in %.*s were asked for: leave unit out to have all. ", (int) unit.size, unit.data);
    begin = note->size;
    if (space != CATALOGUE_NONE)
        s_append_elsewhere (note, catalogue_namespace (space).name, region);
    if (id != CATALOGUE_NONE) {
        catalogue_metric_t found = catalogue_metric (id);
        s_append_known (note, metric, &found, grid, period_s);
    } else {
        s_append_unknown (note, metric);
    }
    if (note->size == begin)
        buffer_append_text (note, "A metric is named by exactly the dimensions that it is published with, and names and values are case-sensitive: "
                            "list_metrics shows them. Is it the right region, and was anything published at that time?");
    else
        buffer_append_text (note, "list_metrics shows what is published here.");
}
