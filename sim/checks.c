#include "checks.h"

#include <ctype.h>
#include <stdio.h>

//  Longest path of a member in a message: 'dimensions.10.member.value'; longest value that is shown.
enum { LABEL_SIZE = 128, SHOWN_BYTES_MAX = 512 };

typedef struct {
    buffer_t violations;        //  "Value … at … failed …; Value …"
    int count;
    const char *unreadable;     //  Why a value is of the wrong type; NULL while all are right
} report_t;

static void s_check_members (report_t *report, const char *path, const check_t *table, const yyjson_val *input);

//  The model's names begin with a capital in one of the two services; messages never do.
static void
s_label (char *label, const char *path, const char *name)
{
    snprintf (label, LABEL_SIZE, "%s%c%s", path, tolower ((unsigned char) name [0]), name + 1);
}

static size_t
s_characters (slice_t text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.size; i++)
        count += ((unsigned char) text.data [i] & 0xc0) != 0x80;
    return count;
}

//  What does not fit is the largest that does: it breaks the same limits.
static int64_t
s_integer (yyjson_val *value)
{
    return yyjson_is_uint (value) && yyjson_get_uint (value) > INT64_MAX ? INT64_MAX : yyjson_get_sint (value);
}

static void
s_append_shown (buffer_t *out, yyjson_val *value)
{
    size_t index, max;
    yyjson_val *element;
    slice_t text = json_value_text (value);
    if (text.data)
        buffer_append_slice (out, (slice_t) { text.data, text.size < SHOWN_BYTES_MAX ? text.size : SHOWN_BYTES_MAX });
    else
    if (yyjson_is_int (value))
        buffer_printf (out, "%lld", (long long) s_integer (value));
    else
    if (yyjson_is_arr (value)) {
        buffer_append_char (out, '[');
        size_t begin = out->size;
        yyjson_arr_foreach (value, index, max, element) {
            buffer_append_text (out, index ? ", " : "");
            if (out->size - begin > SHOWN_BYTES_MAX) {
                buffer_append_text (out, "...");
                break;
            }
            s_append_shown (out, element);
        }
        buffer_append_char (out, ']');
    }
    else
        buffer_append_text (out, "{}");
}

//  Begins a complaint; the caller appends what the member must be.
static void
s_begin (report_t *report, const char *label, yyjson_val *value)
{
    buffer_t *out = &report->violations;
    buffer_append_text (out, report->count++ ? "; " : "");
    if (value) {
        buffer_append_text (out, "Value '");
        s_append_shown (out, value);
        buffer_printf (out, "' at '%s' failed to satisfy constraint: ", label);
    }
    else
        buffer_printf (out, "Value null at '%s' failed to satisfy constraint: ", label);
}

static void
s_check_range (report_t *report, const char *label, yyjson_val *value, const char *what, int64_t number, int64_t min, int64_t max)
{
    if (min != CHECK_NO_LIMIT && number < min) {
        s_begin (report, label, value);
        buffer_printf (&report->violations, "Member must have %s greater than or equal to %lld", what, (long long) min);
    }
    if (max != CHECK_NO_LIMIT && number > max) {
        s_begin (report, label, value);
        buffer_printf (&report->violations, "Member must have %s less than or equal to %lld", what, (long long) max);
    }
}

static bool
s_is_one_of (slice_t text, const char *const *values)
{
    for (; *values; values++)
        if (slice_is (text, *values))
            return true;
    return false;
}

static void
s_append_values (buffer_t *out, const char *const *values)
{
    buffer_append_text (out, "Member must satisfy enum value set: [");
    for (int i = 0; values [i]; i++)
        buffer_printf (out, "%s%s", i ? ", " : "", values [i]);
    buffer_append_char (out, ']');
}

static void
s_check_text (report_t *report, const char *label, const check_t *check, yyjson_val *value)
{
    slice_t text = json_value_text (value);
    s_check_range (report, label, value, "length", (int64_t) s_characters (text), check->min, check->max);
    if (check->pattern && !check->pattern->matches (text)) {
        s_begin (report, label, value);
        buffer_printf (&report->violations, "Member must satisfy regular expression pattern: %s", check->pattern->text);
    }
    if (check->values && !s_is_one_of (text, check->values)) {
        s_begin (report, label, value);
        s_append_values (&report->violations, check->values);
    }
}

//  What every element of a list of texts must be, as one constraint of the list.
static void
s_append_element_rule (buffer_t *out, const check_t *check)
{
    const char *before = "";
    buffer_append_text (out, "Member must satisfy constraint: [");
    if (check->element_max > 0) {
        buffer_printf (out, "Member must have length less than or equal to %lld, Member must have length greater than or equal to %lld",
                       (long long) check->element_max, (long long) check->element_min);
        before = ", ";
    }
    if (check->pattern)
        buffer_printf (out, "%sMember must satisfy regular expression pattern: %s", before, check->pattern->text);
    if (check->values)
        s_append_values (out, check->values);
    buffer_append_char (out, ']');
}

static bool
s_element_fits (const check_t *check, slice_t text)
{
    int64_t size = (int64_t) s_characters (text);
    return (check->element_max <= 0 || (size >= check->element_min && size <= check->element_max))
        && (!check->pattern || check->pattern->matches (text)) && (!check->values || s_is_one_of (text, check->values));
}

static void
s_check_list (report_t *report, const char *label, const check_t *check, yyjson_val *value)
{
    size_t index, max;
    yyjson_val *element;
    bool fit = true;
    s_check_range (report, label, value, "length", (int64_t) yyjson_arr_size (value), check->min, check->max);
    yyjson_arr_foreach (value, index, max, element) {
        if (report->count >= CHECK_COMPLAINTS_MAX)
            break;
        if (check->kind == CHECK_TEXTS && !yyjson_is_str (element))
            report->unreadable = "a list's element can not be converted to a String";
        else
        if (check->kind == CHECK_STRUCTURES && !yyjson_is_obj (element))
            report->unreadable = "Expected structure or null in a list of structures";
        else
        if (check->kind == CHECK_TEXTS)
            fit = fit && s_element_fits (check, json_value_text (element));
        else {
            char path [LABEL_SIZE];
            snprintf (path, sizeof path, "%.90s.%zu.member.", label, index + 1);
            s_check_members (report, path, check->members, element);
        }
    }
    if (!fit) {
        s_begin (report, label, value);
        s_append_element_rule (&report->violations, check);
    }
}

//  NULL when the value's JSON type is the member's.
static const char *
s_wrong_type (check_kind_t kind, yyjson_val *value)
{
    switch (kind) {
    case CHECK_TEXT:
        return yyjson_is_str (value) ? NULL : yyjson_is_num (value) ? "NUMBER_VALUE can not be converted to a String"
                                                                    : "Unexpected value where a String was expected";
    case CHECK_INTEGER:
        return yyjson_is_int (value) ? NULL : yyjson_is_str (value) ? "STRING_VALUE can not be converted to an Integer"
                                                                    : "Unexpected value where an Integer was expected";
    case CHECK_BOOLEAN:
        return yyjson_is_bool (value) ? NULL : yyjson_is_str (value) ? "STRING_VALUE can not be converted to a Boolean"
                                                                     : "Unexpected value where a Boolean was expected";
    case CHECK_TIME:
        return yyjson_is_num (value) ? NULL : yyjson_is_str (value) ? "STRING_VALUE can not be converted to milliseconds since epoch"
                                                                    : "Unexpected value where a Timestamp was expected";
    case CHECK_STRUCTURE:
        return yyjson_is_obj (value) ? NULL : "Expected structure or null";
    case CHECK_TEXTS:
    case CHECK_STRUCTURES:
        return yyjson_is_arr (value) ? NULL : "Expected list or null";
    }
    return NULL;
}

static void
s_check_value (report_t *report, const char *label, const check_t *check, yyjson_val *value)
{
    char path [LABEL_SIZE];
    switch (check->kind) {
    case CHECK_TEXT:
        s_check_text (report, label, check, value);
        break;
    case CHECK_INTEGER:
        s_check_range (report, label, value, "value", s_integer (value), check->min, check->max);
        break;
    case CHECK_STRUCTURE:
        snprintf (path, sizeof path, "%.120s.", label);
        s_check_members (report, path, check->members, value);
        break;
    case CHECK_TEXTS:
    case CHECK_STRUCTURES:
        s_check_list (report, label, check, value);
        break;
    case CHECK_BOOLEAN:
    case CHECK_TIME:
        break;                  //  Any will do
    }
}

static void
s_check_members (report_t *report, const char *path, const check_t *table, const yyjson_val *input)
{
    for (const check_t *check = table; check->name && report->count < CHECK_COMPLAINTS_MAX; check++) {
        char label [LABEL_SIZE];
        yyjson_val *value = yyjson_obj_get ((yyjson_val *) input, check->name);
        s_label (label, path, check->name);
        if (!value || yyjson_is_null (value)) {
            if (check->required) {
                s_begin (report, label, NULL);
                buffer_append_text (&report->violations, "Member must not be null");
            }
            continue;
        }
        const char *wrong = s_wrong_type (check->kind, value);
        if (wrong)
            report->unreadable = wrong;
        else
            s_check_value (report, label, check, value);
    }
}

bool
checks_all_of (slice_t text, const char *punctuation)
{
    for (size_t i = 0; i < text.size; i++)
        if (!isalnum ((unsigned char) text.data [i]) && (!text.data [i] || !strchr (punctuation, text.data [i])))
            return false;
    return true;
}

check_result_t
checks_run (const check_t *table, const yyjson_val *input, buffer_t *message)
{
    report_t report = { .count = 0 };
    buffer_init (&report.violations, message->limit);
    s_check_members (&report, "", table, input);
    check_result_t result = report.unreadable ? CHECK_UNREADABLE : report.count ? CHECK_VIOLATED : CHECK_FINE;
    if (result == CHECK_UNREADABLE)
        buffer_append_text (message, report.unreadable);
    if (result == CHECK_VIOLATED) {
        buffer_printf (message, "%d validation error%s detected: ", report.count, report.count == 1 ? "" : "s");
        buffer_append_slice (message, buffer_slice (&report.violations));
    }
    buffer_deinit (&report.violations);
    return result;
}
