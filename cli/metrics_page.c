#include "metrics_page.h"

#include "json.h"
#include "plain.h"

enum { LABEL_COLUMN = 12, INDENT = 4, BESIDE_MAX = 16 };

static const char *const ORIGINS [] = { [LAYOUT_SOURCED] = "sourced", [LAYOUT_INFERRED] = "inferred", [LAYOUT_UNKNOWN] = "unknown" };

static slice_t
s_first_sentence (slice_t text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data [i] == '.' && (i + 1 == text.size || text.data [i + 1] == ' '))
            return (slice_t) { text.data, i + 1 };
    return text;
}

static const char *
s_dimensions (const catalogue_metric_t *metric)
{
    return *metric->dimensions ? metric->dimensions : metric->dimensions_origin == LAYOUT_UNKNOWN ? "not known" : "none";
}

void
metrics_page_row (buffer_t *out, int id, const terminal_t *terminal)
{
    char room [CATALOGUE_TEXT_BYTES_MAX];
    catalogue_metric_t metric = catalogue_metric (id);
    slice_t best = catalogue_best (metric.statistics);
    buffer_printf (out, "%s %s%s%s  %s, %.*s\n", metric.namespace, terminal_style (terminal, TERMINAL_BOLD), metric.name,
                   terminal_style (terminal, TERMINAL_PLAIN), metric.unit, (int) best.size, best.data);
    plain_pad (out, INDENT);
    plain_wrap (out, s_first_sentence (catalogue_text (metric.tells, room)), INDENT, INDENT, terminal->width);
    buffer_append_char (out, '\n');
}

static void
s_line (buffer_t *out, const char *label, slice_t text, layout_origin_t origin, const terminal_t *terminal)
{
    buffer_printf (out, "%-*s", LABEL_COLUMN, label);
    plain_wrap (out, text, LABEL_COLUMN, LABEL_COLUMN, terminal->width);
    buffer_append_text (out, origin == LAYOUT_INFERRED ? "  (inferred)\n" : "\n");
}

static void
s_write_alarm (buffer_t *out, const catalogue_alarm_t *alarm, const terminal_t *terminal)
{
    char room [CATALOGUE_TEXT_BYTES_MAX];
    buffer_t line;
    buffer_init (&line, 4096);
    buffer_printf (&line, "%s %s ", alarm->statistic, alarm->operation);
    if (alarm->rule) {
        slice_t rule = catalogue_text (alarm->rule, room);
        buffer_printf (&line, "[%.*s]", (int) rule.size, rule.data);
    } else {
        buffer_append_text (&line, alarm->number);
    }
    buffer_printf (&line, ", %u of %u x %u s, missing data %s%s%s: ", alarm->datapoints, alarm->periods, alarm->period_s, alarm->missing,
                   *alarm->by ? ", by " : "", alarm->by);
    buffer_append_slice (&line, catalogue_text (alarm->why, room));
    s_line (out, "alarm", buffer_slice (&line), LAYOUT_SOURCED, terminal);
    buffer_deinit (&line);
}

static void
s_write_beside (buffer_t *out, int id, const catalogue_metric_t *metric, const terminal_t *terminal)
{
    int ids [BESIDE_MAX], count = catalogue_beside (id, ids, BESIDE_MAX);
    buffer_t line;
    buffer_init (&line, 4096);
    for (int i = 0; i < count && i < BESIDE_MAX; i++) {
        catalogue_metric_t other = catalogue_metric (ids [i]);
        bool here = other.namespace_id == metric->namespace_id;
        buffer_printf (&line, "%s%s%s%s", i ? ", " : "", here ? "" : other.namespace, here ? "" : " ", other.name);
    }
    if (count)
        s_line (out, "beside", buffer_slice (&line), LAYOUT_SOURCED, terminal);
    buffer_deinit (&line);
}

void
metrics_page_metric (buffer_t *out, int id, const terminal_t *terminal)
{
    char room [CATALOGUE_TEXT_BYTES_MAX];
    catalogue_metric_t metric = catalogue_metric (id);
    buffer_printf (out, "%s %s%s%s\n\n", metric.namespace, terminal_style (terminal, TERMINAL_BOLD), metric.name,
                   terminal_style (terminal, TERMINAL_PLAIN));
    plain_wrap (out, catalogue_text (metric.tells, room), 0, 0, terminal->width);
    buffer_append_text (out, "\n\n");
    s_line (out, "unit", slice_of (metric.unit), metric.unit_origin, terminal);
    s_line (out, "statistics", slice_of (metric.statistics), metric.statistics_origin, terminal);
    s_line (out, "dimensions", slice_of (s_dimensions (&metric)), metric.dimensions_origin, terminal);
    if (metric.every_s != 60)
        buffer_printf (out, "%-*severy %u s\n", LABEL_COLUMN, "published", metric.every_s);
    if (metric.keywords)
        s_line (out, "keywords", catalogue_text (metric.keywords, room), LAYOUT_SOURCED, terminal);
    s_write_beside (out, id, &metric, terminal);
    for (int i = 0; i < catalogue_alarms_count (id); i++) {
        catalogue_alarm_t alarm = catalogue_alarm (id, i);
        s_write_alarm (out, &alarm, terminal);
    }
    for (int i = 0; i < catalogue_notes_count (id); i++)
        s_line (out, "note", catalogue_text (catalogue_note (id, i), room), LAYOUT_SOURCED, terminal);
}

void
metrics_page_namespace (buffer_t *out, int id, const terminal_t *terminal)
{
    char room [CATALOGUE_TEXT_BYTES_MAX];
    catalogue_namespace_t space = catalogue_namespace (id);
    buffer_printf (out, "%s%s%s  %s\n\n", terminal_style (terminal, TERMINAL_BOLD), space.name, terminal_style (terminal, TERMINAL_PLAIN),
                   space.title);
    plain_wrap (out, catalogue_text (space.about, room), 0, 0, terminal->width);
    buffer_append_text (out, "\n\n");
    for (int i = 0; i < space.count; i++)
        metrics_page_row (out, space.first + i, terminal);
}

static void
s_json_text (buffer_t *out, const char *name, slice_t text)
{
    buffer_printf (out, ",\"%s\":", name);
    json_append_string (out, text);
}

//  "A, B" as ["A","B"].
static void
s_json_list (buffer_t *out, slice_t text)
{
    buffer_append_char (out, '[');
    for (slice_t rest = text; rest.size;) {
        json_append_string (out, slice_trim (slice_cut (&rest, ',')));
        buffer_append_text (out, rest.size ? "," : "");
    }
    buffer_append_char (out, ']');
}

static void
s_json_alarms (buffer_t *out, int id)
{
    char room [CATALOGUE_TEXT_BYTES_MAX];
    int count = catalogue_alarms_count (id);
    buffer_append_text (out, count ? ",\"alarms\":[" : "");
    for (int i = 0; i < count; i++) {
        catalogue_alarm_t alarm = catalogue_alarm (id, i);
        buffer_printf (out, "%s{\"statistic\":\"%s\",\"comparison\":\"%s\"", i ? "," : "", alarm.statistic, alarm.operation);
        if (alarm.rule)
            s_json_text (out, "rule", catalogue_text (alarm.rule, room));
        else
            buffer_printf (out, ",\"threshold\":%.15g", alarm.threshold);
        buffer_printf (out, ",\"datapoints\":%u,\"periods\":%u,\"period_s\":%u,\"missing\":\"%s\",\"dimensions\":", alarm.datapoints, alarm.periods,
                       alarm.period_s, alarm.missing);
        s_json_list (out, slice_of (alarm.by));
        s_json_text (out, "why", catalogue_text (alarm.why, room));
        buffer_append_char (out, '}');
    }
    buffer_append_text (out, count ? "]" : "");
}

//  Each with its namespace, also where that is the same.
static void
s_json_beside (buffer_t *out, int id)
{
    int ids [BESIDE_MAX], count = catalogue_beside (id, ids, BESIDE_MAX);
    buffer_append_text (out, count ? ",\"beside\":[" : "");
    for (int i = 0; i < count && i < BESIDE_MAX; i++) {
        catalogue_metric_t other = catalogue_metric (ids [i]);
        buffer_printf (out, "%s{\"namespace\":", i ? "," : "");
        json_append_string (out, slice_of (other.namespace));
        s_json_text (out, "name", slice_of (other.name));
        buffer_append_char (out, '}');
    }
    buffer_append_text (out, count ? "]" : "");
}

static void
s_json_notes (buffer_t *out, int id)
{
    char room [CATALOGUE_TEXT_BYTES_MAX];
    int count = catalogue_notes_count (id);
    buffer_append_text (out, count ? ",\"notes\":[" : "");
    for (int i = 0; i < count; i++) {
        buffer_append_text (out, i ? "," : "");
        json_append_string (out, catalogue_text (catalogue_note (id, i), room));
    }
    buffer_append_text (out, count ? "]" : "");
}

void
metrics_page_json (buffer_t *out, int id)
{
    char room [CATALOGUE_TEXT_BYTES_MAX];
    catalogue_metric_t metric = catalogue_metric (id);
    slice_t best = catalogue_best (metric.statistics);
    buffer_append_text (out, "{\"namespace\":");
    json_append_string (out, slice_of (metric.namespace));
    s_json_text (out, "name", slice_of (metric.name));
    s_json_text (out, "unit", slice_of (metric.unit));
    s_json_text (out, "statistic", best);
    buffer_append_text (out, ",\"statistics\":");
    s_json_list (out, slice_of (metric.statistics));
    buffer_append_text (out, ",\"dimensions\":");
    if (metric.dimensions_origin == LAYOUT_UNKNOWN)
        buffer_append_text (out, "null");
    else {
        buffer_append_char (out, '[');
        for (slice_t rest = slice_of (metric.dimensions); rest.size;) {
            s_json_list (out, slice_cut (&rest, '|'));
            buffer_append_text (out, rest.size ? "," : "");
        }
        buffer_append_char (out, ']');
    }
    buffer_printf (out, ",\"every_s\":%u,\"unit_origin\":\"%s\",\"statistics_origin\":\"%s\",\"dimensions_origin\":\"%s\"", metric.every_s,
                   ORIGINS [metric.unit_origin], ORIGINS [metric.statistics_origin], ORIGINS [metric.dimensions_origin]);
    s_json_text (out, "tells", catalogue_text (metric.tells, room));
    buffer_append_text (out, ",\"keywords\":");
    s_json_list (out, catalogue_text (metric.keywords, room));
    s_json_beside (out, id);
    s_json_alarms (out, id);
    s_json_notes (out, id);
    buffer_append_char (out, '}');
}

static void
s_share (buffer_t *out, const char *what, const int counts [3], int all)
{
    buffer_printf (out, "%-12s", what);
    for (int origin = LAYOUT_SOURCED; origin <= LAYOUT_UNKNOWN; origin++)
        if (counts [origin] || origin != LAYOUT_UNKNOWN)
            buffer_printf (out, "  %s %d (%.1f %%)", ORIGINS [origin], counts [origin], all ? 100.0 * counts [origin] / all : 0);
    buffer_append_char (out, '\n');
}

void
metrics_page_stats (buffer_t *out)
{
    int units [3] = { 0 }, statistics [3] = { 0 }, dimensions [3] = { 0 };
    int all = catalogue_count (), sentences = 0, numbers = 0, rules = 0, notes = 0;
    for (int id = 0; id < all; id++) {
        catalogue_metric_t metric = catalogue_metric (id);
        units [metric.unit_origin]++;
        statistics [metric.statistics_origin]++;
        dimensions [metric.dimensions_origin]++;
        sentences += metric.tells != 0;
        notes += catalogue_notes_count (id);
        for (int i = 0; i < catalogue_alarms_count (id); i++)
            *(catalogue_alarm (id, i).rule ? &rules : &numbers) += 1;
    }
    buffer_printf (out, "%-12s  %d\n%-12s  %d\n", "metrics", all, "namespaces", catalogue_namespaces_count ());
    s_share (out, "unit", units, all);
    s_share (out, "statistic", statistics, all);
    s_share (out, "dimensions", dimensions, all);
    buffer_printf (out, "%-12s  %d (%.1f %%)\n", "sentences", sentences, all ? 100.0 * sentences / all : 0);
    buffer_printf (out, "%-12s  %d: with a number %d, with a rule %d\n%-12s  %d\n%-12s  %zu bytes\n", "alarms", numbers + rules, numbers, rules,
                   "notes", notes, "table", catalogue_bytes ());
}
