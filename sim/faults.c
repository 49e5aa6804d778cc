#include "faults.h"

#include "json.h"
#include "wire.h"

#include <stdio.h>
#include <stdlib.h>

enum { RULES_MAX = 32, NAME_SIZE = 64, LATENCY_MS_MAX = 600000, ERROR_STATUS_DEFAULT = 503, UNLIMITED = -1 };

typedef struct {
    char name [NAME_SIZE];
    int64_t latency_ms;
    double  throttle_rate;
    double  error_rate;
    int     error_status;
    bool    hang;
    int64_t skip;
    int64_t count;              //  UNLIMITED, or how many are met after those skipped
    int64_t seen;               //  Requests so far
} rule_t;

typedef struct {
    rule_t rules [RULES_MAX];
    size_t count;
} rules_t;

struct faults {
    rules_t now;
    chance_t *chance;
};

faults_t *
faults_new (chance_t *chance)
{
    faults_t *self = calloc (1, sizeof *self);
    if (self)
        self->chance = chance;
    return self;
}

void
faults_destroy (faults_t **self_p)
{
    free (*self_p);
    *self_p = NULL;
}

void
faults_clear (faults_t *self)
{
    self->now.count = 0;
}

static bool
s_read_integer (yyjson_val *value, int64_t min, int64_t max, int64_t *number)
{
    if (!yyjson_is_int (value) || (yyjson_is_uint (value) && yyjson_get_uint (value) > INT32_MAX))
        return false;
    *number = yyjson_get_sint (value);
    return *number >= min && *number <= max;
}

static bool
s_read_share (yyjson_val *value, double *share)
{
    *share = yyjson_get_num (value);
    return yyjson_is_num (value) && *share >= 0 && *share <= 1;
}

//  Sets one knob. NULL, or what the knob must be.
static const char *
s_set_knob (rule_t *rule, slice_t knob, yyjson_val *value)
{
    int64_t number = 0;
    if (slice_is (knob, "latency_ms"))
        return s_read_integer (value, 0, LATENCY_MS_MAX, &rule->latency_ms) ? NULL : "a whole number from 0 to 600000";
    if (slice_is (knob, "throttle_rate"))
        return s_read_share (value, &rule->throttle_rate) ? NULL : "a number from 0 to 1";
    if (slice_is (knob, "error_rate"))
        return s_read_share (value, &rule->error_rate) ? NULL : "a number from 0 to 1";
    if (slice_is (knob, "error_status")) {
        bool fits = s_read_integer (value, 400, 599, &number);
        rule->error_status = (int) number;
        return fits ? NULL : "a status from 400 to 599";
    }
    if (slice_is (knob, "hang")) {
        rule->hang = yyjson_get_bool (value);
        return yyjson_is_bool (value) ? NULL : "true or false";
    }
    if (slice_is (knob, "skip"))
        return s_read_integer (value, 0, INT32_MAX, &rule->skip) ? NULL : "a whole number from 0";
    if (slice_is (knob, "count"))
        return s_read_integer (value, 0, INT32_MAX, &rule->count) ? NULL : "a whole number from 0";
    return "one of latency_ms, throttle_rate, error_rate, error_status, hang, skip, count";
}

static bool
s_read_rule (rule_t *rule, slice_t name, yyjson_val *knobs, buffer_t *sentence)
{
    size_t index, max;
    yyjson_val *key, *value;
    *rule = (rule_t) { .error_status = ERROR_STATUS_DEFAULT, .count = UNLIMITED };
    if (name.size >= NAME_SIZE || (!slice_is (name, "*") && !wire_has_operation (name))) {
        buffer_append_text (sentence, "The simulator has no operation ");
        json_append_string (sentence, name);
        buffer_append_text (sentence, "; name one that it has, or \"*\" for all others.");
        return false;
    }
    memcpy (rule->name, name.data, name.size);
    if (!yyjson_is_obj (knobs)) {
        buffer_printf (sentence, "The faults of %s must be an object.", rule->name);
        return false;
    }
    yyjson_obj_foreach (knobs, index, max, key, value) {
        const char *wanted = s_set_knob (rule, json_value_text (key), value);
        if (wanted) {
            json_append_string (sentence, json_value_text (key));
            buffer_printf (sentence, " of %s must be %s.", rule->name, wanted);
            return false;
        }
    }
    return true;
}

status_t
faults_set (faults_t *self, slice_t json, buffer_t *sentence)
{
    yyjson_doc *doc = NULL;
    rules_t rules = { .count = 0 };
    size_t index, max;
    yyjson_val *key, *value;
    bool fits = json_read (json, JSON_DEPTH_MAX, &doc, NULL) == STATUS_OK && yyjson_is_obj (yyjson_doc_get_root (doc));
    if (!fits)
        buffer_append_text (sentence, "The faults must be one JSON object: {\"OPERATION\": {\"latency_ms\": 100, …}, …}.");
    else
    if (yyjson_obj_size (yyjson_doc_get_root (doc)) > RULES_MAX) {
        fits = false;
        buffer_printf (sentence, "There may be faults for at most %d operations.", (int) RULES_MAX);
    }
    if (fits)
        yyjson_obj_foreach (yyjson_doc_get_root (doc), index, max, key, value)
            fits = fits && s_read_rule (&rules.rules [rules.count++], json_value_text (key), value, sentence);
    if (fits)
        self->now = rules;
    yyjson_doc_free (doc);
    return fits ? STATUS_OK : STATUS_INVALID_ARGUMENT;
}

void
faults_write (const faults_t *self, buffer_t *out)
{
    buffer_append_char (out, '{');
    for (size_t i = 0; i < self->now.count; i++) {
        const rule_t *rule = &self->now.rules [i];
        buffer_printf (out, "%s\"%s\":{\"latency_ms\":%lld,\"throttle_rate\":%g,\"error_rate\":%g,\"error_status\":%d,\"hang\":%s,\"skip\":%lld,",
                       i ? "," : "", rule->name, (long long) rule->latency_ms, rule->throttle_rate, rule->error_rate, rule->error_status,
                       rule->hang ? "true" : "false", (long long) rule->skip);
        if (rule->count == UNLIMITED)
            buffer_append_text (out, "\"count\":null,");
        else
            buffer_printf (out, "\"count\":%lld,", (long long) rule->count);
        buffer_printf (out, "\"seen\":%lld}", (long long) rule->seen);
    }
    buffer_append_char (out, '}');
}

static rule_t *
s_rule_for (faults_t *self, const char *operation)
{
    rule_t *others = NULL;
    for (size_t i = 0; i < self->now.count; i++) {
        if (strcmp (self->now.rules [i].name, operation) == 0)
            return &self->now.rules [i];
        if (strcmp (self->now.rules [i].name, "*") == 0)
            others = &self->now.rules [i];
    }
    return others;
}

fault_t
faults_next (faults_t *self, const char *operation)
{
    fault_t fault = { .kind = FAULT_NONE };
    rule_t *rule = s_rule_for (self, operation);
    if (!rule)
        return fault;
    int64_t place = rule->seen++ - rule->skip;
    if (place < 0 || (rule->count != UNLIMITED && place >= rule->count))
        return fault;
    fault.latency_ms = rule->latency_ms;
    fault.status = rule->error_status;
    if (rule->hang)
        fault.kind = FAULT_HANG;
    else
    if (rule->throttle_rate > 0 && chance_unit (self->chance) < rule->throttle_rate)
        fault.kind = FAULT_THROTTLE;
    else
    if (rule->error_rate > 0 && chance_unit (self->chance) < rule->error_rate)
        fault.kind = FAULT_ERROR;
    return fault;
}
