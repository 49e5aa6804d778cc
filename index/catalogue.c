#include "catalogue.h"

#include "catalogue_table.h"
#include "nearest.h"
#include "packed.h"

#include <assert.h>

int
catalogue_count (void)
{
    assert (table_header ()->magic == LAYOUT_MAGIC);
    return (int) table_header ()->metrics.count;
}

int
catalogue_namespaces_count (void)
{
    return (int) table_header ()->namespaces.count;
}

size_t
catalogue_bytes (void)
{
    return table_header ()->bytes;
}

catalogue_metric_t
catalogue_metric (int id)
{
    assert (id >= 0 && id < catalogue_count ());
    const layout_metric_t *metric = table_metric ((uint32_t) id);
    return (catalogue_metric_t) {
        .namespace = table_name (table_namespace (metric->space)->name), .name = table_name (metric->name), .unit = table_name (metric->unit),
        .statistics = table_name (metric->statistics), .dimensions = table_name (metric->dimensions), .namespace_id = metric->space,
        .unit_origin = (layout_origin_t) (metric->origins & 3), .statistics_origin = (layout_origin_t) (metric->origins >> 2 & 3),
        .dimensions_origin = (layout_origin_t) (metric->origins >> 4 & 3), .every_s = metric->every_s, .tells = metric->tells,
        .keywords = metric->keywords,
    };
}

catalogue_namespace_t
catalogue_namespace (int id)
{
    assert (id >= 0 && id < catalogue_namespaces_count ());
    const layout_namespace_t *space = table_namespace ((uint32_t) id);
    return (catalogue_namespace_t) { table_name (space->name), table_name (space->title), space->about, space->keywords, (int) space->first,
                                     (int) space->count, space->prior };
}

//  As strcasecmp, for a text that does not end with a zero byte and for ASCII only: the compiler sorts so.
static int
s_compare (slice_t text, const char *name)
{
    int order = strncasecmp (text.data, name, text.size);
    return order ? order : name [text.size] ? -1 : 0;
}

//  One of the sorted names of which the first has not passed the text; name_at tells the name of each.
static int
s_lower (slice_t text, int low, int high, const char *(*name_at) (int))
{
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (s_compare (text, name_at (middle)) > 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static const char *
s_namespace_name (int id)
{
    return table_name (table_namespace ((uint32_t) id)->name);
}

static const char *
s_metric_name (int id)
{
    return table_name (table_metric ((uint32_t) id)->name);
}

static int
s_id_by_name (int at)
{
    return ((const uint16_t *) table_part (table_header ()->by_name)) [at];
}

static const char *
s_sorted_name (int at)
{
    return s_metric_name (s_id_by_name (at));
}

static const layout_dimension_t *
s_dimension (int at)
{
    return (const layout_dimension_t *) table_part (table_header ()->dimensions) + at;
}

static const char *
s_dimension_name (int at)
{
    return table_name (s_dimension (at)->name);
}

//  The one that is spelled so, else the first that differs in capitals only.
static int
s_find (slice_t text, int low, int high, const char *(*name_at) (int))
{
    if (!text.size || memchr (text.data, '\0', text.size))
        return CATALOGUE_NONE;
    int first = s_lower (text, low, high, name_at);
    for (int at = first; at < high && s_compare (text, name_at (at)) == 0; at++)
        if (memcmp (text.data, name_at (at), text.size) == 0)
            return at;
    return first < high && s_compare (text, name_at (first)) == 0 ? first : CATALOGUE_NONE;
}

int
catalogue_find_namespace (slice_t name)
{
    return s_find (name, 0, catalogue_namespaces_count (), s_namespace_name);
}

int
catalogue_find (slice_t namespace, slice_t name)
{
    int id = catalogue_find_namespace (namespace);
    if (id == CATALOGUE_NONE)
        return CATALOGUE_NONE;
    const layout_namespace_t *space = table_namespace ((uint32_t) id);
    return s_find (name, (int) space->first, (int) (space->first + space->count), s_metric_name);
}

int
catalogue_find_name (slice_t name, int *ids, int max)
{
    int count = 0, end = catalogue_count ();
    if (!name.size || memchr (name.data, '\0', name.size))
        return 0;
    for (int at = s_lower (name, 0, end, s_sorted_name); at < end && s_compare (name, s_sorted_name (at)) == 0; at++, count++)
        if (count < max)
            ids [count] = s_id_by_name (at);
    return count;
}

int
catalogue_find_dimension (slice_t dimension, int *namespaces, int max)
{
    int at = s_find (dimension, 0, (int) table_header ()->dimensions.count, s_dimension_name);
    if (at == CATALOGUE_NONE)
        return 0;
    const uint16_t *spaces = (const uint16_t *) table_part (table_header ()->spaces) + s_dimension (at)->spaces;
    int count = (int) s_dimension (at)->spaces_count;
    for (int i = 0; i < count && i < max; i++)
        namespaces [i] = spaces [i];
    return count;
}

//  Which of the names is nearest: its place, or CATALOGUE_NONE.
static int
s_near (slice_t text, const char *const *names, int count)
{
    const char *near = nearest_name (text, names, (size_t) count);
    for (int i = 0; near && i < count; i++)
        if (names [i] == near)
            return i;
    return CATALOGUE_NONE;
}

int
catalogue_near_namespace (slice_t name)
{
    const char *names [LAYOUT_NAMESPACES_MAX];
    int count = catalogue_namespaces_count ();
    for (int i = 0; i < count; i++)
        names [i] = s_namespace_name (i);
    int near = s_near (name, names, count);
    if (near != CATALOGUE_NONE)
        return near;
    for (int i = 0; i < count; i++)
        names [i] += strncmp (names [i], "AWS/", 4) == 0 ? 4 : 0;       //  Lambda is AWS/Lambda
    return s_near (name, names, count);
}

int
catalogue_near (int namespace_id, slice_t name)
{
    const char *names [LAYOUT_NAMESPACE_METRICS_MAX];
    catalogue_namespace_t space = catalogue_namespace (namespace_id);
    for (int i = 0; i < space.count; i++)
        names [i] = s_metric_name (space.first + i);
    int near = s_near (name, names, space.count);
    return near == CATALOGUE_NONE ? CATALOGUE_NONE : space.first + near;
}

int
catalogue_beside (int id, int *ids, int max)
{
    assert (id >= 0 && id < catalogue_count ());
    const uint16_t *list = (const uint16_t *) table_part (table_header ()->lists) + table_metric ((uint32_t) id)->beside;
    for (int i = 0; i < list [0] && i < max; i++)
        ids [i] = list [i + 1];
    return list [0];
}

static const layout_alarm_t *
s_alarms (void)
{
    return (const layout_alarm_t *) table_part (table_header ()->alarms);
}

//  Where the metric's alarms begin, or would.
static int
s_first_alarm (int id)
{
    int low = 0, high = (int) table_header ()->alarms.count;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (s_alarms () [middle].metric < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

int
catalogue_alarms_count (int id)
{
    int first = s_first_alarm (id), end = first;
    while (end < (int) table_header ()->alarms.count && s_alarms () [end].metric == id)
        end++;
    return end - first;
}

catalogue_alarm_t
catalogue_alarm (int id, int at)
{
    assert (at >= 0 && at < catalogue_alarms_count (id));
    const layout_alarm_t *alarm = s_alarms () + s_first_alarm (id) + at;
    return (catalogue_alarm_t) {
        .statistic = table_name (alarm->statistic), .operation = table_name (alarm->operation), .missing = table_name (alarm->missing),
        .by = table_name (alarm->by), .number = table_name (alarm->number), .threshold = alarm->threshold, .rule = alarm->rule,
        .why = alarm->why, .datapoints = alarm->datapoints, .periods = alarm->periods, .period_s = alarm->period_s,
    };
}

//  There are few: they are looked through.
static const layout_note_t *
s_note (int id, int at, int *count)
{
    const layout_note_t *notes = table_part (table_header ()->notes), *found = NULL;
    *count = 0;
    for (uint32_t i = 0; i < table_header ()->notes.count; i++)
        if (notes [i].metric == (uint32_t) id && (*count)++ == at)
            found = &notes [i];
    return found;
}

int
catalogue_notes_count (int id)
{
    int count;
    s_note (id, 0, &count);
    return count;
}

catalogue_text_t
catalogue_note (int id, int at)
{
    int count;
    const layout_note_t *note = s_note (id, at, &count);
    assert (note);
    return note->text;
}

slice_t
catalogue_text (catalogue_text_t text, char *room)
{
    const layout_header_t *header = table_header ();
    packed_pieces_t pieces = { table_part (header->pieces), table_part (header->piece_bytes), header->pieces.count - 1 };
    return packed_read (&pieces, (const char *) table_part (header->packed) + text, room, CATALOGUE_TEXT_BYTES_MAX);
}

slice_t
catalogue_best (const char *statistics)
{
    slice_t rest = slice_of (statistics);
    return slice_cut (&rest, ',');
}
