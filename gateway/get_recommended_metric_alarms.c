#include "metric_tools.h"

#include "alarm_template.h"
#include "body.h"
#include "catalogue.h"
#include "json.h"
#include "metric_json.h"
#include "metric_miss.h"
#include "reader.h"
#include "reply.h"

#include <stdlib.h>

enum { ALARMS_MAX = 8, OTHERS_MAX = 8, BESIDE_MAX = 16, TEMPLATE_BYTES_MAX = 256 * 1024, NOTE_BYTES_MAX = 4096 };

//  The recommendations of one metric, with what the caller gave filled in; texts that were packed are unpacked beside.
typedef struct {
    alarm_plan_t plans [ALARMS_MAX];
    char why [ALARMS_MAX] [CATALOGUE_TEXT_BYTES_MAX];
    char rule [ALARMS_MAX] [CATALOGUE_TEXT_BYTES_MAX];
    size_t count;
} advice_t;

//  The value that the caller gave for a dimension, in whatever capitals; absent: none, or an empty one.
static slice_t
s_value (slice_t dimensions, slice_t wanted)
{
    reader_t reader;
    reader_init (&reader, dimensions);
    size_t pairs = 0;
    slice_t name, value;
    if (reader_map (&reader, &pairs) != STATUS_OK)
        return SLICE_ABSENT;
    for (; pairs > 0 && reader_text (&reader, &name) == STATUS_OK && reader_text (&reader, &value) == STATUS_OK; pairs--)
        if (slice_eq_nocase (name, wanted))
            return value.size ? value : SLICE_ABSENT;
    return SLICE_ABSENT;
}

static void
s_read_alarm (advice_t *advice, int id, int at, slice_t dimensions)
{
    catalogue_metric_t metric = catalogue_metric (id);
    catalogue_alarm_t alarm = catalogue_alarm (id, at);
    size_t i = advice->count++;
    alarm_plan_t *plan = &advice->plans [i];
    *plan = (alarm_plan_t) {
        .namespace = slice_of (metric.namespace), .metric_name = slice_of (metric.name), .statistic = slice_of (alarm.statistic),
        .operation = slice_of (alarm.operation), .missing = slice_of (alarm.missing), .why = catalogue_text (alarm.why, advice->why [i]),
        .rule = alarm.rule ? catalogue_text (alarm.rule, advice->rule [i]) : SLICE_ABSENT, .threshold = alarm.threshold,
        .datapoints = alarm.datapoints, .periods = alarm.periods, .period_s = alarm.period_s,
    };
    for (slice_t rest = slice_of (alarm.by); rest.size && plan->dimension_count < ALARM_DIMENSIONS_MAX;) {
        slice_t name = slice_trim (slice_cut (&rest, ','));
        plan->dimensions [plan->dimension_count++] = (alarm_dimension_t) { name, s_value (dimensions, name) };
    }
}

static void
s_append_name (buffer_t *out, const alarm_plan_t *plan, size_t ordinal)
{
    buffer_t name;
    buffer_init (&name, NOTE_BYTES_MAX);
    alarm_template_name (&name, plan, ordinal);
    buffer_append_text (out, "{\"name\":");
    json_append_string (out, buffer_slice (&name));
    buffer_deinit (&name);
}

static void
s_append_plan (buffer_t *out, const alarm_plan_t *plan, size_t ordinal)
{
    s_append_name (out, plan, ordinal);
    buffer_printf (out, ",\"stat\":\"%.*s\",\"comparison\":\"%s\"", (int) plan->statistic.size, plan->statistic.data,
                   alarm_comparison (plan->operation));
    if (plan->rule.data)
        metric_json_text (out, "threshold_rule", plan->rule);
    else
        buffer_printf (out, ",\"threshold\":%.15g", plan->threshold);
    buffer_printf (out, ",\"period_s\":%u,\"evaluation_periods\":%u,\"datapoints_to_alarm\":%u,\"treat_missing_data\":\"%.*s\",\"dimensions\":{",
                   plan->period_s, plan->periods, plan->datapoints, (int) plan->missing.size, plan->missing.data);
    size_t filled = 0, open = 0;
    for (size_t i = 0; i < plan->dimension_count; i++) {
        if (!plan->dimensions [i].value.data)
            continue;
        buffer_append_text (out, filled++ ? "," : "");
        json_append_string (out, plan->dimensions [i].name);
        buffer_append_char (out, ':');
        json_append_string (out, plan->dimensions [i].value);
    }
    buffer_append_char (out, '}');
    for (size_t i = 0; i < plan->dimension_count; i++) {
        if (plan->dimensions [i].value.data)
            continue;
        buffer_append_text (out, open++ ? "," : ",\"missing_dimensions\":[");
        json_append_string (out, plan->dimensions [i].name);
    }
    buffer_append_text (out, open ? "]" : "");
    metric_json_text (out, "why", plan->why);
    buffer_append_char (out, '}');
}

static bool
s_wanted_by_one (const advice_t *advice, slice_t name)
{
    for (size_t i = 0; i < advice->count; i++)
        for (size_t j = 0; j < advice->plans [i].dimension_count; j++)
            if (slice_eq_nocase (advice->plans [i].dimensions [j].name, name))
                return true;
    return false;
}

//  Dimensions that the caller gave and no alarm is recommended by.
static void
s_note_left_out (buffer_t *note, const advice_t *advice, slice_t dimensions)
{
    reader_t reader;
    reader_init (&reader, dimensions);
    size_t pairs = 0, count = 0;
    slice_t name, value;
    if (reader_map (&reader, &pairs) != STATUS_OK)
        return;
    for (; pairs > 0 && reader_text (&reader, &name) == STATUS_OK && reader_text (&reader, &value) == STATUS_OK; pairs--)
        if (!s_wanted_by_one (advice, name))
            buffer_printf (note, "%s%s", count++ ? ", " : "Left out, because these alarms are not recommended by it: ", reply_shown (name).text);
    buffer_append_text (note, count ? ". " : "");
}

static void
s_note (buffer_t *note, const advice_t *advice, slice_t dimensions)
{
    bool open = false, ruled = false;
    for (size_t i = 0; i < advice->count; i++) {
        ruled = ruled || advice->plans [i].rule.data;
        for (size_t j = 0; j < advice->plans [i].dimension_count; j++)
            open = open || !advice->plans [i].dimensions [j].value.data;
    }
    s_note_left_out (note, advice, dimensions);
    if (open)
        buffer_append_text (note, "missing_dimensions have no value yet: pass them in dimensions, or give them to the template as parameters. ");
    if (ruled)
        buffer_append_text (note, "threshold_rule says how to find the number, which depends on your system: it is a parameter of the template. ");
    buffer_append_text (note, "The templates notify nobody: add AlarmActions, or alarm_actions.");
}

static void
s_append_template (buffer_t *json, const char *member, const advice_t *advice, void (*write) (buffer_t *, const alarm_plan_t *, size_t))
{
    buffer_t text;
    buffer_init (&text, TEMPLATE_BYTES_MAX);
    write (&text, advice->plans, advice->count);
    metric_json_text (json, member, buffer_slice (&text));
    buffer_deinit (&text);
}

static void
s_answer (buffer_t *json, const advice_t *advice, slice_t arguments)
{
    slice_t template = argument_text (arguments, "template");
    buffer_append_text (json, ",\"alarms\":[");
    for (size_t i = 0; i < advice->count; i++) {
        buffer_append_text (json, i ? "," : "");
        s_append_plan (json, &advice->plans [i], i);
    }
    buffer_append_char (json, ']');
    if (!slice_is (template, "terraform") && !slice_is (template, "none"))
        s_append_template (json, "cloudformation", advice, alarm_template_cloudformation);
    if (!slice_is (template, "cloudformation") && !slice_is (template, "none"))
        s_append_template (json, "terraform", advice, alarm_template_terraform);
    buffer_t note;
    buffer_init (&note, NOTE_BYTES_MAX);
    s_note (&note, advice, argument_value (arguments, "dimensions"));
    metric_json_text (json, "note", buffer_slice (&note));
    buffer_deinit (&note);
}

//  There is none: what is known of it, and what is recommended nearby: first of what one looks at beside it, then of its namespace.
static void
s_answer_none (buffer_t *json, int id)
{
    catalogue_metric_t metric = catalogue_metric (id);
    catalogue_namespace_t space = catalogue_namespace (metric.namespace_id);
    int ids [BESIDE_MAX], count = catalogue_beside (id, ids, BESIDE_MAX), named = 0;
    slice_t best = catalogue_best (metric.statistics);
    buffer_append_text (json, ",\"alarms\":[],\"instead\":[");
    for (int i = 0; i < (count < BESIDE_MAX ? count : BESIDE_MAX) && named < OTHERS_MAX; i++)
        if (catalogue_alarms_count (ids [i])) {
            buffer_append_text (json, named++ ? "," : "");
            metric_json_name (json, ids [i]);
        }
    for (int i = space.first; i < space.first + space.count && named < OTHERS_MAX; i++) {
        bool beside = false;
        for (int j = 0; j < count && j < BESIDE_MAX; j++)
            beside = beside || ids [j] == i;
        if (beside || !catalogue_alarms_count (i))
            continue;
        buffer_append_text (json, named++ ? "," : "");
        metric_json_name (json, i);
    }
    buffer_append_text (json, "],\"note\":\"No alarm is recommended for this metric in general: what is too much depends on your system. ");
    buffer_printf (json, "Look at its %.*s over two weeks with get_metric_data (start_time -14d), and alarm beyond what was normal then.%s\"",
                   (int) best.size, best.data, named ? " The metrics under instead have recommendations." : "");
}

status_t
get_recommended_metric_alarms (slice_t arguments, buffer_t *json, buffer_t *sentence)
{
    (void) sentence;
    slice_t namespace = argument_text (arguments, "namespace"), name = argument_text (arguments, "metric_name");
    int id = catalogue_find (namespace, name);
    if (id == CATALOGUE_NONE) {
        buffer_append_text (json, "{\"alarms\":[],");
        status_t status = metric_miss_append (json, namespace, name);
        buffer_append_char (json, '}');
        return status;
    }
    advice_t *advice = malloc (sizeof *advice);
    if (!advice)
        return STATUS_NO_MEMORY;
    advice->count = 0;
    for (int i = 0; i < catalogue_alarms_count (id) && i < ALARMS_MAX; i++)
        s_read_alarm (advice, id, i, argument_value (arguments, "dimensions"));
    catalogue_metric_t metric = catalogue_metric (id);
    buffer_append_text (json, "{\"namespace\":");
    json_append_string (json, slice_of (metric.namespace));
    metric_json_text (json, "metric_name", slice_of (metric.name));
    metric_json_text (json, "unit", slice_of (metric.unit));
    if (advice->count)
        s_answer (json, advice, arguments);
    else
        s_answer_none (json, id);
    buffer_append_char (json, '}');
    free (advice);
    return STATUS_OK;
}
