#include "faults.h"

#include "json.h"
#include "wire.h"

#include <stdio.h>
#include <stdlib.h>

enum { RULES_MAX = 32, NAME_SIZE = 64, LATENCY_MS_MAX = 600000, ERROR_STATUS_DEFAULT = 503, UNLIMITED = -1, PER_S_MAX = 100000 };

typedef struct {
    char name [NAME_SIZE];      //  As it was given
    char operation [NAME_SIZE];
    char region [NAME_SIZE];    //  "": everywhere
    int64_t latency_ms;
    double  quota_per_s;        //  0: none
    double  burst;              //  0: a second's worth, but at least 1
    double  tokens;             //  In the bucket, as of filled_ms
    int64_t filled_ms;
    double  throttle_rate;
    double  error_rate;
    int     error_status;
    bool    hang;
    int64_t skip;
    int64_t count;              //  UNLIMITED, or how many are met after those skipped
    int64_t seen;               //  Requests so far
    int64_t accepted;           //  Of these, answered as if there were no rule, or late
    int64_t throttled;
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
s_read_number (yyjson_val *value, double min, double max, double *number)
{
    *number = yyjson_get_num (value);
    return yyjson_is_num (value) && *number >= min && *number <= max;
}

//  Sets one knob. NULL, or what the knob must be.
static const char *
s_set_knob (rule_t *rule, slice_t knob, yyjson_val *value)
{
    int64_t number = 0;
    if (slice_is (knob, "latency_ms"))
        return s_read_integer (value, 0, LATENCY_MS_MAX, &rule->latency_ms) ? NULL : "a whole number from 0 to 600000";
    if (slice_is (knob, "quota_per_s"))
        return s_read_number (value, 0, PER_S_MAX, &rule->quota_per_s) ? NULL : "a number from 0 to 100000";
    if (slice_is (knob, "burst"))
        return s_read_number (value, 1, PER_S_MAX, &rule->burst) ? NULL : "a number from 1 to 100000";
    if (slice_is (knob, "throttle_rate"))
        return s_read_number (value, 0, 1, &rule->throttle_rate) ? NULL : "a number from 0 to 1";
    if (slice_is (knob, "error_rate"))
        return s_read_number (value, 0, 1, &rule->error_rate) ? NULL : "a number from 0 to 1";
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
    return "one of latency_ms, quota_per_s, burst, throttle_rate, error_rate, error_status, hang, skip, count";
}

//  "OPERATION" or "OPERATION@REGION"
static bool
s_read_name (rule_t *rule, slice_t name)
{
    const char *at = name.size ? memchr (name.data, '@', name.size) : NULL;
    slice_t operation = { name.data, at ? (size_t) (at - name.data) : name.size };
    if (name.size >= NAME_SIZE || (!slice_is (operation, "*") && !wire_has_operation (operation)))
        return false;
    memcpy (rule->name, name.data, name.size);
    memcpy (rule->operation, operation.data, operation.size);
    if (at)
        memcpy (rule->region, at + 1, name.size - operation.size - 1);
    return !at || rule->region [0];
}

static double
s_burst (const rule_t *rule)
{
    if (rule->burst > 0)
        return rule->burst;
    return rule->quota_per_s > 1 ? rule->quota_per_s : 1;
}

static bool
s_read_rule (rule_t *rule, slice_t name, yyjson_val *knobs, buffer_t *sentence)
{
    size_t index, max;
    yyjson_val *key, *value;
    *rule = (rule_t) { .error_status = ERROR_STATUS_DEFAULT, .count = UNLIMITED };
    if (!s_read_name (rule, name)) {
        buffer_append_text (sentence, "The simulator has no operation ");
        json_append_string (sentence, name);
        buffer_append_text (sentence, "; name one that it has, or \"*\" for all others, and \"@\" with a region behind it for one region.");
        return false;
    }
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
    rule->tokens = s_burst (rule);
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
        if (i)
            buffer_append_char (out, ',');
        json_append_string (out, slice_of (rule->name));
        buffer_printf (out, ":{\"latency_ms\":%lld,\"quota_per_s\":%g,\"burst\":%g,\"throttle_rate\":%g,\"error_rate\":%g,\"error_status\":%d,",
                       (long long) rule->latency_ms, rule->quota_per_s, s_burst (rule), rule->throttle_rate, rule->error_rate, rule->error_status);
        buffer_printf (out, "\"hang\":%s,\"skip\":%lld,", rule->hang ? "true" : "false", (long long) rule->skip);
        if (rule->count == UNLIMITED)
            buffer_append_text (out, "\"count\":null,");
        else
            buffer_printf (out, "\"count\":%lld,", (long long) rule->count);
        buffer_printf (out, "\"seen\":%lld,\"accepted\":%lld,\"throttled\":%lld}", (long long) rule->seen, (long long) rule->accepted,
                       (long long) rule->throttled);
    }
    buffer_append_char (out, '}');
}

//  The one that holds: see the header.
static rule_t *
s_rule_for (faults_t *self, const char *operation, const char *region)
{
    rule_t *best = NULL;
    int best_rank = -1;
    for (size_t i = 0; i < self->now.count; i++) {
        rule_t *rule = &self->now.rules [i];
        bool own = strcmp (rule->operation, operation) == 0, here = strcmp (rule->region, region) == 0;
        int rank = 2 * own + here;
        if ((own || strcmp (rule->operation, "*") == 0) && (here || !rule->region [0]) && rank > best_rank) {
            best = rule;
            best_rank = rank;
        }
    }
    return best;
}

//  Is there a token in the rule's bucket? Then it is taken.
static bool
s_take (rule_t *rule, int64_t now_ms)
{
    double filled = rule->tokens + (double) (now_ms - rule->filled_ms) * rule->quota_per_s / 1000.0;
    rule->tokens = filled > s_burst (rule) ? s_burst (rule) : filled;
    rule->filled_ms = now_ms;
    bool taken = rule->tokens >= 1;
    rule->tokens -= taken;
    return taken;
}

static fault_kind_t
s_kind (faults_t *self, rule_t *rule, int64_t now_ms)
{
    if (rule->hang)
        return FAULT_HANG;
    if (rule->quota_per_s > 0 && !s_take (rule, now_ms))
        return FAULT_THROTTLE;
    if (rule->throttle_rate > 0 && chance_unit (self->chance) < rule->throttle_rate)
        return FAULT_THROTTLE;
    if (rule->error_rate > 0 && chance_unit (self->chance) < rule->error_rate)
        return FAULT_ERROR;
    return FAULT_NONE;
}

fault_t
faults_next (faults_t *self, const char *operation, const char *region, int64_t now_ms)
{
    fault_t fault = { .kind = FAULT_NONE };
    rule_t *rule = s_rule_for (self, operation, region);
    if (!rule)
        return fault;
    int64_t place = rule->seen++ - rule->skip;
    if (place >= 0 && (rule->count == UNLIMITED || place < rule->count))
        fault = (fault_t) { .kind = s_kind (self, rule, now_ms), .latency_ms = rule->latency_ms, .status = rule->error_status };
    rule->accepted += fault.kind == FAULT_NONE;
    rule->throttled += fault.kind == FAULT_THROTTLE;
    return fault;
}
