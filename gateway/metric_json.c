#include "metric_json.h"

#include "json.h"

enum { BESIDE_MAX = 16 };

void
metric_json_text (buffer_t *out, const char *name, slice_t text)
{
    buffer_printf (out, ",\"%s\":", name);
    json_append_string (out, text);
}

void
metric_json_list (buffer_t *out, slice_t text)
{
    buffer_append_char (out, '[');
    for (slice_t rest = text; rest.size;) {
        json_append_string (out, slice_trim (slice_cut (&rest, ',')));
        buffer_append_text (out, rest.size ? "," : "");
    }
    buffer_append_char (out, ']');
}

//  null: not known. A metric without any has one set, the empty one.
static void
s_append_sets (buffer_t *out, const catalogue_metric_t *metric)
{
    if (metric->dimensions_origin == LAYOUT_UNKNOWN) {
        buffer_append_text (out, "null");
        return;
    }
    buffer_append_char (out, '[');
    slice_t rest = slice_of (metric->dimensions);
    do {
        metric_json_list (out, slice_trim (slice_cut (&rest, '|')));
        buffer_append_text (out, rest.size ? "," : "");
    } while (rest.size);
    buffer_append_char (out, ']');
}

static slice_t
s_first_sentence (slice_t text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data [i] == '.' && (i + 1 == text.size || text.data [i + 1] == ' '))
            return (slice_t) { text.data, i + 1 };
    return text;
}

void
metric_json_name (buffer_t *out, int id)
{
    catalogue_metric_t metric = catalogue_metric (id);
    buffer_append_text (out, "{\"namespace\":");
    json_append_string (out, slice_of (metric.namespace));
    metric_json_text (out, "metric_name", slice_of (metric.name));
    buffer_append_char (out, '}');
}

static void
s_append_beside (buffer_t *out, int id, const catalogue_metric_t *metric)
{
    int ids [BESIDE_MAX], count = catalogue_beside (id, ids, BESIDE_MAX);
    buffer_append_text (out, count ? ",\"beside\":[" : "");
    for (int i = 0; i < count && i < BESIDE_MAX; i++) {
        catalogue_metric_t other = catalogue_metric (ids [i]);
        buffer_append_text (out, i ? "," : "");
        if (other.namespace_id == metric->namespace_id)
            json_append_string (out, slice_of (other.name));
        else
            metric_json_name (out, ids [i]);
    }
    buffer_append_text (out, count ? "]" : "");
}

//  In a line each: figures, templates and what to fill in are another tool's.
static void
s_append_alarms (buffer_t *out, int id)
{
    char room [CATALOGUE_TEXT_BYTES_MAX];
    buffer_t line;
    buffer_init (&line, 2 * CATALOGUE_TEXT_BYTES_MAX);
    int count = catalogue_alarms_count (id);
    buffer_append_text (out, count ? ",\"alarms\":[" : "");
    for (int i = 0; i < count; i++) {
        catalogue_alarm_t alarm = catalogue_alarm (id, i);
        slice_t rule = alarm.rule ? catalogue_text (alarm.rule, room) : slice_of (alarm.number);
        buffer_clear (&line);
        buffer_printf (&line, "%s %s %s%.*s%s, %u of %u x %u s: ", alarm.statistic, alarm.operation, alarm.rule ? "[" : "", (int) rule.size,
                       rule.data, alarm.rule ? "]" : "", alarm.datapoints, alarm.periods, alarm.period_s);
        buffer_append_slice (&line, catalogue_text (alarm.why, room));
        buffer_append_text (out, i ? "," : "");
        json_append_string (out, buffer_slice (&line));
    }
    buffer_append_text (out, count ? "]" : "");
    buffer_deinit (&line);
}

static void
s_append_inferred (buffer_t *out, const catalogue_metric_t *metric)
{
    const struct {
        const char *name;
        layout_origin_t origin;
    } FIELDS [] = { { "unit", metric->unit_origin }, { "stats", metric->statistics_origin }, { "dimensions", metric->dimensions_origin } };
    bool some = false;
    for (size_t i = 0; i < sizeof FIELDS / sizeof FIELDS [0]; i++) {
        if (FIELDS [i].origin != LAYOUT_INFERRED)
            continue;
        buffer_printf (out, "%s\"%s\"", some ? "," : ",\"inferred\":[", FIELDS [i].name);
        some = true;
    }
    buffer_append_text (out, some ? "]" : "");
}

void
metric_json_append (buffer_t *out, int id)
{
    char room [CATALOGUE_TEXT_BYTES_MAX];
    catalogue_metric_t metric = catalogue_metric (id);
    buffer_append_text (out, "{\"namespace\":");
    json_append_string (out, slice_of (metric.namespace));
    metric_json_text (out, "metric_name", slice_of (metric.name));
    metric_json_text (out, "tells", catalogue_text (metric.tells, room));
    metric_json_text (out, "unit", slice_of (metric.unit));
    buffer_append_text (out, ",\"stats\":");
    metric_json_list (out, slice_of (metric.statistics));
    if (metric.dimensions_origin != LAYOUT_UNKNOWN) {
        buffer_append_text (out, ",\"dimensions\":");
        s_append_sets (out, &metric);
    }
    buffer_printf (out, ",\"period_s\":%u", metric.every_s);
    s_append_beside (out, id, &metric);
    s_append_alarms (out, id);
    s_append_inferred (out, &metric);
    buffer_append_char (out, '}');
}

void
metric_json_rows (buffer_t *out, const int *ids, int count)
{
    char room [CATALOGUE_TEXT_BYTES_MAX];
    buffer_append_text (out, "\"columns\":[\"namespace\",\"metric_name\",\"stat\",\"unit\",\"period_s\",\"dimensions\",\"tells\"],\"rows\":[");
    for (int i = 0; i < count; i++) {
        catalogue_metric_t metric = catalogue_metric (ids [i]);
        buffer_append_text (out, i ? ",[" : "[");
        json_append_string (out, slice_of (metric.namespace));
        buffer_append_char (out, ',');
        json_append_string (out, slice_of (metric.name));
        buffer_append_char (out, ',');
        json_append_string (out, catalogue_best (metric.statistics));
        buffer_printf (out, ",\"%s\",%u,", metric.unit, metric.every_s);
        s_append_sets (out, &metric);
        buffer_append_char (out, ',');
        json_append_string (out, s_first_sentence (catalogue_text (metric.tells, room)));
        buffer_append_char (out, ']');
    }
    buffer_append_char (out, ']');
}

static void
s_append_member (buffer_t *out, int id, bool all)
{
    char room [CATALOGUE_TEXT_BYTES_MAX];
    catalogue_metric_t metric = catalogue_metric (id);
    buffer_append_char (out, '[');
    json_append_string (out, slice_of (metric.name));
    buffer_printf (out, ",\"%s\",", metric.unit);
    if (all)
        metric_json_list (out, slice_of (metric.statistics));
    else
        json_append_string (out, catalogue_best (metric.statistics));
    if (all) {
        buffer_printf (out, ",%u,", metric.every_s);
        s_append_sets (out, &metric);
        buffer_append_char (out, ',');
        json_append_string (out, catalogue_text (metric.tells, room));
    }
    buffer_append_char (out, ']');
}

void
metric_json_namespace (buffer_t *out, int namespace_id, bool all)
{
    char room [CATALOGUE_TEXT_BYTES_MAX];
    catalogue_namespace_t space = catalogue_namespace (namespace_id);
    buffer_append_text (out, "\"namespace\":");
    json_append_string (out, slice_of (space.name));
    metric_json_text (out, "title", slice_of (space.title));
    metric_json_text (out, "about", catalogue_text (space.about, room));
    buffer_printf (out, ",\"columns\":[\"metric_name\",\"unit\",%s],\"rows\":[",
                   all ? "\"stats\",\"period_s\",\"dimensions\",\"tells\"" : "\"stat\"");
    for (int i = 0; i < space.count; i++) {
        buffer_append_text (out, i ? "," : "");
        s_append_member (out, space.first + i, all);
    }
    buffer_append_char (out, ']');
}
