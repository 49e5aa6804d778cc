#include "widget_parts.h"

//  What one call of describe_alarms takes.
enum { NAMES_MAX = 100 };

typedef struct {
    slice_t region;
    slice_t account;
    slice_t name;
} alarm_arn_t;

//  arn:aws:cloudwatch:eu-west-1:123456789012:alarm:NAME; a name may have colons. False: it is something else.
static bool
s_read_arn (yyjson_val *value, alarm_arn_t *alarm)
{
    slice_t rest = json_value_text (value);
    bool arn = slice_is (slice_cut (&rest, ':'), "arn");
    slice_cut (&rest, ':');
    bool cloudwatch = slice_is (slice_cut (&rest, ':'), "cloudwatch");
    alarm->region = slice_cut (&rest, ':');
    alarm->account = slice_cut (&rest, ':');
    bool is_alarm = slice_is (slice_cut (&rest, ':'), "alarm");
    alarm->name = rest;
    return arn && cloudwatch && is_alarm && rest.size > 0;
}

//  The alarms of one region as a call; how many found no place in it.
static size_t
s_add_region (widget_t *self, yyjson_val *arns, slice_t region, slice_t state)
{
    yyjson_mut_val *arguments = widget_add_call (self, "describe_alarms", region);
    yyjson_mut_val *names = yyjson_mut_obj_add_arr (self->doc, arguments, "names");
    widget_add_text (self, arguments, "state", state);
    size_t index, count, left = 0;
    yyjson_val *value;
    alarm_arn_t alarm;
    yyjson_arr_foreach (arns, index, count, value)
        if (s_read_arn (value, &alarm) && slice_eq (alarm.region, region) &&
            (yyjson_mut_arr_size (names) == NAMES_MAX || !widget_add_element (self, names, alarm.name)))
            left++;
    if (yyjson_mut_arr_size (names) == 0)
        widget_drop_call (self);
    return left;
}

static bool
s_is_foreign (const widget_t *self, const alarm_arn_t *alarm)
{
    return self->account.size && alarm->account.size && !slice_eq (alarm->account, self->account);
}

void
widget_add_alarms (widget_t *self, yyjson_val *arns, slice_t state)
{
    widget_regions_t regions = { .count = 0 };
    size_t index, count, wrong = 0, left = 0, foreign = 0;
    yyjson_val *value;
    alarm_arn_t alarm;
    yyjson_arr_foreach (arns, index, count, value) {
        if (!s_read_arn (value, &alarm)) {
            wrong++;
            continue;
        }
        widget_regions_add (&regions, alarm.region);
        foreign += s_is_foreign (self, &alarm);
    }
    for (size_t i = 0; i < regions.count; i++)
        left += s_add_region (self, arns, regions.all [i], state);
    if (wrong)
        widget_say (self, "%zu of its %zu alarms are no ARNs of alarms, and left out.", wrong, count);
    if (left)
        widget_say (self, "%zu more of its alarms did not fit in here.", left);
    if (foreign)
        widget_say (self, "%zu of its alarms are of another account than the dashboard, and are found only there.", foreign);
    if (regions.more)
        widget_say (self, "Alarms of more than %d regions are left out.", WIDGET_REGIONS_MAX);
}

//  The one state to which a widget confines itself; absent where it has none or several, as describe_alarms takes but one.
static slice_t
s_state (yyjson_val *states)
{
    slice_t state = json_value_text (yyjson_arr_get_first (states));
    bool known = slice_is (state, "ALARM") || slice_is (state, "OK") || slice_is (state, "INSUFFICIENT_DATA");
    return known && yyjson_arr_size (states) == 1 ? state : SLICE_ABSENT;
}

void
widget_write_alarms (widget_t *self, yyjson_val *properties)
{
    widget_add_alarms (self, yyjson_obj_get (properties, "alarms"), s_state (yyjson_obj_get (properties, "states")));
    if (!self->run)
        widget_say (self, "It names no alarms.");
}
