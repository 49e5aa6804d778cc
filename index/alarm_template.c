#include "alarm_template.h"

#include "json.h"

#include <ctype.h>

//  An alarm's name has at most 255 characters (PutMetricAlarm): three values, the metric's name, and a number.
enum { NAME_VALUES_MAX = 3, NAME_VALUE_CHARACTERS_MAX = 56, NAME_METRIC_CHARACTERS_MAX = 64, TEXT_BYTES_MAX = 64 * 1024 };

const char *
alarm_comparison (slice_t operation)
{
    return slice_is (operation, ">") ? "GreaterThanThreshold" : slice_is (operation, ">=") ? "GreaterThanOrEqualToThreshold" :
        slice_is (operation, "<") ? "LessThanThreshold" : "LessThanOrEqualToThreshold";
}

//  Statistics of PutMetricAlarm's Statistic; the others are its ExtendedStatistic.
static bool
s_standard (slice_t statistic)
{
    static const char *const STANDARD [] = { "SampleCount", "Average", "Sum", "Minimum", "Maximum" };
    for (size_t i = 0; i < sizeof STANDARD / sizeof STANDARD [0]; i++)
        if (slice_is (statistic, STANDARD [i]))
            return true;
    return false;
}

void
alarm_template_name (buffer_t *out, const alarm_plan_t *plan, size_t ordinal)
{
    for (size_t i = 0; i < plan->dimension_count && i < NAME_VALUES_MAX; i++) {
        const alarm_dimension_t *dimension = &plan->dimensions [i];
        if (dimension->value.data)
            buffer_append_slice (out, slice_first (dimension->value, NAME_VALUE_CHARACTERS_MAX));
        else
            buffer_printf (out, "<%.*s>", (int) dimension->name.size, dimension->name.data);
        buffer_append_char (out, ' ');
    }
    buffer_append_slice (out, slice_first (plan->metric_name, NAME_METRIC_CHARACTERS_MAX));
    if (ordinal > 0)
        buffer_printf (out, " (%zu)", ordinal + 1);
}

//  Has an earlier plan, or an earlier dimension of this one, a parameter of this name?
static bool
s_declared (const alarm_plan_t *plans, size_t plan, size_t dimension)
{
    for (size_t i = 0; i <= plan; i++)
        for (size_t j = 0; j < (i < plan ? plans [i].dimension_count : dimension); j++)
            if (!plans [i].dimensions [j].value.data && slice_eq (plans [i].dimensions [j].name, plans [plan].dimensions [dimension].name))
                return true;
    return false;
}

static void
s_append_parameter_words (buffer_t *out, const alarm_plan_t *plan, const alarm_dimension_t *dimension)
{
    buffer_printf (out, "The %.*s of which to watch %.*s %.*s", (int) dimension->name.size, dimension->name.data, (int) plan->namespace.size,
                   plan->namespace.data, (int) plan->metric_name.size, plan->metric_name.data);
}

//  --- CloudFormation

//  Letters and digits of it, as a logical id has them.
static void
s_append_id (buffer_t *out, slice_t name)
{
    bool begins = true;
    for (size_t i = 0; i < name.size; i++) {
        char c = name.data [i];
        if (isalnum ((unsigned char) c) && (unsigned char) c < 128)
            buffer_append_char (out, begins ? (char) toupper ((unsigned char) c) : c);
        begins = !isalnum ((unsigned char) c);
    }
}

static void
s_append_ordinal (buffer_t *out, size_t plan)
{
    if (plan > 0)
        buffer_printf (out, "%zu", plan + 1);
}

//  As !Sub takes it: where a value is a parameter it is named, and "${" in a text is its own.
static void
s_append_sub (buffer_t *out, slice_t text)
{
    for (size_t i = 0; i < text.size; i++) {
        buffer_append_char (out, text.data [i]);
        if (text.data [i] == '{' && i > 0 && text.data [i - 1] == '$')
            buffer_append_char (out, '!');
    }
}

static void
s_append_yaml_name (buffer_t *out, const alarm_plan_t *plan, size_t ordinal)
{
    bool open = false;
    for (size_t i = 0; i < plan->dimension_count && i < NAME_VALUES_MAX; i++)
        open = open || !plan->dimensions [i].value.data;
    buffer_t name;
    buffer_init (&name, TEXT_BYTES_MAX);
    for (size_t i = 0; i < plan->dimension_count && i < NAME_VALUES_MAX; i++) {
        const alarm_dimension_t *dimension = &plan->dimensions [i];
        slice_t value = slice_first (dimension->value, NAME_VALUE_CHARACTERS_MAX);
        if (!dimension->value.data) {
            buffer_append_text (&name, "${");
            s_append_id (&name, dimension->name);
            buffer_append_char (&name, '}');
        } else if (open) {
            s_append_sub (&name, value);
        } else {
            buffer_append_slice (&name, value);
        }
        buffer_append_char (&name, ' ');
    }
    buffer_append_slice (&name, slice_first (plan->metric_name, NAME_METRIC_CHARACTERS_MAX));
    if (ordinal > 0)
        buffer_printf (&name, " (%zu)", ordinal + 1);
    buffer_append_text (out, open ? "!Sub " : "");
    json_append_string (out, buffer_slice (&name));
    buffer_deinit (&name);
}

static void
s_yaml_parameters (buffer_t *out, const alarm_plan_t *plans, size_t plan)
{
    buffer_t words;
    buffer_init (&words, TEXT_BYTES_MAX);
    for (size_t i = 0; i < plans [plan].dimension_count; i++) {
        const alarm_dimension_t *dimension = &plans [plan].dimensions [i];
        if (dimension->value.data || s_declared (plans, plan, i))
            continue;
        buffer_clear (&words);
        s_append_parameter_words (&words, &plans [plan], dimension);
        buffer_append_text (out, "  ");
        s_append_id (out, dimension->name);
        buffer_append_text (out, ":\n    Type: String\n    Description: ");
        json_append_string (out, buffer_slice (&words));
        buffer_append_char (out, '\n');
    }
    if (plans [plan].rule.data) {
        buffer_append_text (out, "  ");
        s_append_id (out, plans [plan].metric_name);
        buffer_append_text (out, "Threshold");
        s_append_ordinal (out, plan);
        buffer_append_text (out, ":\n    Type: Number\n    Description: ");
        json_append_string (out, plans [plan].rule);
        buffer_append_char (out, '\n');
    }
    buffer_deinit (&words);
}

static void
s_yaml_text (buffer_t *out, const char *member, slice_t text)
{
    buffer_printf (out, "      %s: ", member);
    json_append_string (out, text);
    buffer_append_char (out, '\n');
}

static void
s_yaml_dimensions (buffer_t *out, const alarm_plan_t *plan)
{
    if (plan->dimension_count)
        buffer_append_text (out, "      Dimensions:\n");
    for (size_t i = 0; i < plan->dimension_count; i++) {
        const alarm_dimension_t *dimension = &plan->dimensions [i];
        buffer_append_text (out, "        - Name: ");
        json_append_string (out, dimension->name);
        buffer_append_text (out, "\n          Value: ");
        if (dimension->value.data) {
            json_append_string (out, dimension->value);
        } else {
            buffer_append_text (out, "!Ref ");
            s_append_id (out, dimension->name);
        }
        buffer_append_char (out, '\n');
    }
}

static void
s_yaml_alarm (buffer_t *out, const alarm_plan_t *plan, size_t ordinal)
{
    buffer_append_text (out, "  ");
    s_append_id (out, plan->metric_name);
    buffer_append_text (out, "Alarm");
    s_append_ordinal (out, ordinal);
    buffer_append_text (out, ":\n    Type: AWS::CloudWatch::Alarm\n    Properties:\n      AlarmName: ");
    s_append_yaml_name (out, plan, ordinal);
    buffer_append_char (out, '\n');
    s_yaml_text (out, "AlarmDescription", plan->why);
    s_yaml_text (out, "Namespace", plan->namespace);
    s_yaml_text (out, "MetricName", plan->metric_name);
    s_yaml_dimensions (out, plan);
    s_yaml_text (out, s_standard (plan->statistic) ? "Statistic" : "ExtendedStatistic", plan->statistic);
    buffer_printf (out, "      Period: %u\n      EvaluationPeriods: %u\n      DatapointsToAlarm: %u\n      ComparisonOperator: %s\n", plan->period_s,
                   plan->periods, plan->datapoints, alarm_comparison (plan->operation));
    if (plan->rule.data) {
        buffer_append_text (out, "      Threshold: !Ref ");
        s_append_id (out, plan->metric_name);
        buffer_append_text (out, "Threshold");
        s_append_ordinal (out, ordinal);
    } else {
        buffer_printf (out, "      Threshold: %.15g", plan->threshold);
    }
    buffer_printf (out, "\n      TreatMissingData: %.*s\n", (int) plan->missing.size, plan->missing.data);
}

void
alarm_template_cloudformation (buffer_t *out, const alarm_plan_t *plans, size_t count)
{
    size_t begin = out->size;
    buffer_append_text (out, "Parameters:\n");
    size_t empty = out->size;
    for (size_t i = 0; i < count; i++)
        s_yaml_parameters (out, plans, i);
    if (out->size == empty)
        out->size = begin;              //  A section must not be empty
    buffer_append_text (out, "Resources:\n");
    for (size_t i = 0; i < count; i++)
        s_yaml_alarm (out, &plans [i], i);
}

//  --- Terraform

//  A quoted string: JSON's escapes but \b and \f, which HCL has not; a "{" that would begin a template is an escape.
static void
s_append_hcl_text (buffer_t *out, slice_t text)
{
    static const char HEX [] = "0123456789abcdef";
    buffer_append_char (out, '"');
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char) text.data [i];
        bool opens = (c == '$' || c == '%') && i + 1 < text.size && text.data [i + 1] == '{';
        if (c == '"' || c == '\\')
            buffer_printf (out, "\\%c", c);
        else if (c == '\n')
            buffer_append_text (out, "\\n");
        else if (c < 0x20 || c == 0x7f || opens)
            buffer_printf (out, "\\u00%c%c", HEX [c >> 4], HEX [c & 15]);
        else
            buffer_append_char (out, (char) c);
    }
    buffer_append_char (out, '"');
}

//  FunctionName as function_name, DBInstanceIdentifier as db_instance_identifier.
static void
s_append_snake (buffer_t *out, slice_t name)
{
    for (size_t i = 0; i < name.size; i++) {
        unsigned char c = (unsigned char) name.data [i], before = i ? (unsigned char) name.data [i - 1] : 0;
        bool next_small = i + 1 < name.size && islower ((unsigned char) name.data [i + 1]);
        if (c >= 128 || !isalnum (c)) {
            if (isalnum (before))
                buffer_append_char (out, '_');
            continue;
        }
        if (isupper (c) && (islower (before) || isdigit (before) || (isupper (before) && next_small)))
            buffer_append_char (out, '_');
        buffer_append_char (out, (char) tolower (c));
    }
}

//  What a variable is called; some names are Terraform's own.
static void
s_append_variable (buffer_t *out, slice_t name)
{
    static const char *const TAKEN [] = { "source", "version", "providers", "count", "for_each", "lifecycle", "depends_on", "locals" };
    buffer_t word;
    buffer_init (&word, TEXT_BYTES_MAX);
    s_append_snake (&word, name);
    bool taken = word.size == 0 || isdigit ((unsigned char) word.data [0]);
    for (size_t i = 0; i < sizeof TAKEN / sizeof TAKEN [0]; i++)
        taken = taken || slice_is (buffer_slice (&word), TAKEN [i]);
    buffer_append_text (out, taken ? "alarm_" : "");
    buffer_append_slice (out, buffer_slice (&word));
    buffer_deinit (&word);
}

static void
s_append_resource (buffer_t *out, slice_t metric_name, size_t ordinal)
{
    s_append_variable (out, metric_name);
    if (ordinal > 0)
        buffer_printf (out, "_%zu", ordinal + 1);
}

static void
s_hcl_variables (buffer_t *out, const alarm_plan_t *plans, size_t plan)
{
    buffer_t words;
    buffer_init (&words, TEXT_BYTES_MAX);
    for (size_t i = 0; i < plans [plan].dimension_count; i++) {
        const alarm_dimension_t *dimension = &plans [plan].dimensions [i];
        if (dimension->value.data || s_declared (plans, plan, i))
            continue;
        buffer_clear (&words);
        s_append_parameter_words (&words, &plans [plan], dimension);
        buffer_append_text (out, "variable \"");
        s_append_variable (out, dimension->name);
        buffer_append_text (out, "\" {\n  type        = string\n  description = ");
        s_append_hcl_text (out, buffer_slice (&words));
        buffer_append_text (out, "\n}\n\n");
    }
    if (plans [plan].rule.data) {
        buffer_append_text (out, "variable \"");
        s_append_resource (out, plans [plan].metric_name, plan);
        buffer_append_text (out, "_threshold\" {\n  type        = number\n  description = ");
        s_append_hcl_text (out, plans [plan].rule);
        buffer_append_text (out, "\n}\n\n");
    }
    buffer_deinit (&words);
}

//  A string with the variables in it: pieces are quoted one by one, and their quotes dropped.
static void
s_append_hcl_piece (buffer_t *out, slice_t text)
{
    buffer_t quoted;
    buffer_init (&quoted, TEXT_BYTES_MAX);
    s_append_hcl_text (&quoted, text);
    if (quoted.size >= 2)
        buffer_append (out, quoted.data + 1, quoted.size - 2);
    buffer_deinit (&quoted);
}

static void
s_append_hcl_name (buffer_t *out, const alarm_plan_t *plan, size_t ordinal)
{
    buffer_append_char (out, '"');
    for (size_t i = 0; i < plan->dimension_count && i < NAME_VALUES_MAX; i++) {
        const alarm_dimension_t *dimension = &plan->dimensions [i];
        if (dimension->value.data) {
            s_append_hcl_piece (out, slice_first (dimension->value, NAME_VALUE_CHARACTERS_MAX));
        } else {
            buffer_append_text (out, "${var.");
            s_append_variable (out, dimension->name);
            buffer_append_char (out, '}');
        }
        buffer_append_char (out, ' ');
    }
    s_append_hcl_piece (out, slice_first (plan->metric_name, NAME_METRIC_CHARACTERS_MAX));
    if (ordinal > 0)
        buffer_printf (out, " (%zu)", ordinal + 1);
    buffer_append_text (out, "\"\n");
}

static void
s_hcl_text (buffer_t *out, const char *member, slice_t text)
{
    buffer_printf (out, "  %-19s = ", member);
    s_append_hcl_text (out, text);
    buffer_append_char (out, '\n');
}

static void
s_hcl_dimensions (buffer_t *out, const alarm_plan_t *plan)
{
    if (!plan->dimension_count)
        return;
    size_t longest = 0;
    for (size_t i = 0; i < plan->dimension_count; i++)
        longest = plan->dimensions [i].name.size > longest ? plan->dimensions [i].name.size : longest;
    buffer_append_text (out, "  dimensions = {\n");
    for (size_t i = 0; i < plan->dimension_count; i++) {
        const alarm_dimension_t *dimension = &plan->dimensions [i];
        buffer_append_text (out, "    ");
        s_append_hcl_text (out, dimension->name);
        buffer_printf (out, "%*s = ", (int) (longest - dimension->name.size), "");
        if (dimension->value.data) {
            s_append_hcl_text (out, dimension->value);
        } else {
            buffer_append_text (out, "var.");
            s_append_variable (out, dimension->name);
        }
        buffer_append_char (out, '\n');
    }
    buffer_append_text (out, "  }\n");
}

static void
s_hcl_alarm (buffer_t *out, const alarm_plan_t *plan, size_t ordinal)
{
    buffer_append_text (out, "resource \"aws_cloudwatch_metric_alarm\" \"");
    s_append_resource (out, plan->metric_name, ordinal);
    buffer_append_text (out, "\" {\n  alarm_name          = ");
    s_append_hcl_name (out, plan, ordinal);
    s_hcl_text (out, "alarm_description", plan->why);
    s_hcl_text (out, "namespace", plan->namespace);
    s_hcl_text (out, "metric_name", plan->metric_name);
    s_hcl_text (out, s_standard (plan->statistic) ? "statistic" : "extended_statistic", plan->statistic);
    buffer_printf (out, "  %-19s = %u\n  %-19s = %u\n  %-19s = %u\n", "period", plan->period_s, "evaluation_periods", plan->periods,
                   "datapoints_to_alarm", plan->datapoints);
    s_hcl_text (out, "comparison_operator", slice_of (alarm_comparison (plan->operation)));
    buffer_printf (out, "  %-19s = ", "threshold");
    if (plan->rule.data) {
        buffer_append_text (out, "var.");
        s_append_resource (out, plan->metric_name, ordinal);
        buffer_append_text (out, "_threshold\n");
    } else {
        buffer_printf (out, "%.15g\n", plan->threshold);
    }
    s_hcl_text (out, "treat_missing_data", plan->missing);
    s_hcl_dimensions (out, plan);               //  Last, or the columns before and behind it would differ
    buffer_append_text (out, "}\n");
}

void
alarm_template_terraform (buffer_t *out, const alarm_plan_t *plans, size_t count)
{
    for (size_t i = 0; i < count; i++)
        s_hcl_variables (out, plans, i);
    for (size_t i = 0; i < count; i++) {
        buffer_append_text (out, i ? "\n" : "");
        s_hcl_alarm (out, &plans [i], i);
    }
}
