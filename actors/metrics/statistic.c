#include "statistic.h"

#include "nearest.h"
#include "visible.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

enum { QUOTE_BYTES_MAX = 60, DIGITS_MAX = 16 };

static const char *const STANDARD [] = { "SampleCount", "Average", "Sum", "Minimum", "Maximum" };

enum { STANDARD_COUNT = sizeof STANDARD / sizeof STANDARD [0] };

//  Other ways to say it.
static const struct {
    const char *said, *meant;
} NAMES [] = {
    { "Avg", "Average" }, { "Mean", "Average" }, { "Min", "Minimum" }, { "Max", "Maximum" }, { "Total", "Sum" }, { "Count", "SampleCount" },
    { "Sample_Count", "SampleCount" }, { "N", "SampleCount" }, { "Median", "p50" }, { "IQM", "IQM" },
};

//  Kinds of statistics with bounds: as pNN (a percentage behind the name), as TM(a:b), or both.
static const struct {
    const char *small, *capital;        //  NULL: there is no such form
    bool percents;                      //  The bounds in brackets may be percentages
} KINDS [] = {
    { "p", NULL, false }, { "tm", "TM", true }, { "wm", "WM", true }, { "tc", "TC", true }, { "ts", "TS", true }, { NULL, "PR", false },
};

static const char *
s_named (slice_t text)
{
    for (size_t i = 0; i < STANDARD_COUNT; i++)
        if (slice_is_nocase (text, STANDARD [i]))
            return STANDARD [i];
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES [0]; i++)
        if (slice_is_nocase (text, NAMES [i].said))
            return NAMES [i].meant;
    return NULL;
}

//  Digits with at most one point among them; a sign and powers of ten are not AWS's.
static bool
s_number (slice_t text, double *value)
{
    char copy [DIGITS_MAX + 1] = "";
    size_t digits = 0, points = 0;
    if (text.size == 0 || text.size > DIGITS_MAX)
        return false;
    for (size_t i = 0; i < text.size; i++) {
        digits += isdigit ((unsigned char) text.data [i]) != 0;
        points += text.data [i] == '.';
    }
    memcpy (copy, text.data, text.size);
    *value = strtod (copy, NULL);
    return digits > 0 && points <= 1 && digits + points == text.size && text.data [text.size - 1] != '.';
}

static bool
s_percentage (slice_t text)
{
    double value;
    return s_number (text, &value) && value <= 100;
}

//  One end of a range: a number, a percentage, or nothing. *percent is left alone for nothing.
static bool
s_bound (slice_t text, bool percents, int *percent)
{
    if (text.size == 0)
        return true;
    bool is_percent = text.data [text.size - 1] == '%';
    bool mixed = *percent >= 0 && *percent != is_percent;
    *percent = is_percent;
    double value;
    if (is_percent)
        return percents && !mixed && s_percentage ((slice_t) { text.data, text.size - 1 });
    return !mixed && s_number (text, &value);
}

//  a:b, with one of them at least.
static bool
s_range (slice_t text, bool percents)
{
    slice_t rest = text, from = slice_cut (&rest, ':');
    int percent = -1;
    return rest.data && s_bound (from, percents, &percent) && s_bound (rest, percents, &percent) && percent >= 0;
}

//  "99" behind the small name, for percentiles also "(99)"; "(a:b)" behind the capital one.
static bool
s_with_bounds (slice_t text, char *name)
{
    for (size_t i = 0; i < sizeof KINDS / sizeof KINDS [0]; i++) {
        const char *any = KINDS [i].small ? KINDS [i].small : KINDS [i].capital;
        size_t size = strlen (any);
        if (text.size <= size || !slice_eq_nocase ((slice_t) { text.data, size }, slice_of (any)))
            continue;
        slice_t rest = { text.data + size, text.size - size };
        bool brackets = rest.size > 2 && rest.data [0] == '(' && rest.data [rest.size - 1] == ')';
        slice_t inner = brackets ? (slice_t) { rest.data + 1, rest.size - 2 } : rest;
        bool range = brackets && KINDS [i].capital && s_range (inner, KINDS [i].percents);
        if (range)
            snprintf (name, STATISTIC_BYTES_MAX, "%s(%.*s)", KINDS [i].capital, (int) inner.size, inner.data);
        else if (KINDS [i].small && !(brackets && KINDS [i].capital) && s_percentage (inner))
            snprintf (name, STATISTIC_BYTES_MAX, "%s%.*s", KINDS [i].small, (int) inner.size, inner.data);
        else
            continue;
        return true;
    }
    return false;
}

bool
statistic_read (slice_t text, char *name)
{
    char packed [STATISTIC_BYTES_MAX];
    size_t size = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data [i] == ' ')
            continue;
        if (size == sizeof packed - 4 || text.data [i] == 0)           //  Room for what brackets and a name's end take
            return false;
        packed [size++] = text.data [i];
    }
    slice_t plain = { packed, size };
    const char *named = s_named (plain);
    if (named)
        snprintf (name, STATISTIC_BYTES_MAX, "%s", named);
    return named || s_with_bounds (plain, name);
}

bool
statistic_standard (const char *name)
{
    for (size_t i = 0; i < STANDARD_COUNT; i++)
        if (strcmp (name, STANDARD [i]) == 0)
            return true;
    return false;
}

bool
statistic_in_unit (const char *name)
{
    static const char *const COUNTS [] = { "SampleCount", "tc", "TC(", "PR(" };
    for (size_t i = 0; i < sizeof COUNTS / sizeof COUNTS [0]; i++)
        if (slice_starts (slice_of (name), COUNTS [i]))
            return false;
    return true;
}

void
statistic_append_wrong (buffer_t *out, const char *argument, slice_t text)
{
    static const char *const LIKELY [] = { "SampleCount", "Average", "Sum", "Minimum", "Maximum", "IQM", "Count", "Median" };
    const char *near = nearest_name (text, LIKELY, sizeof LIKELY / sizeof LIKELY [0]);
    buffer_printf (out, "%s \"", argument);
    visible_append_cut (out, text, QUOTE_BYTES_MAX);
    buffer_append_text (out, "\" is not a statistic");
    if (near)
        buffer_printf (out, "; did you mean %s?", near);
    buffer_printf (out, "%s Statistics: SampleCount, Average, Sum, Minimum, Maximum, p0 to p100 (p99.9), tm99, wm99, tc99, ts99, TM(10%%:90%%) and "
                   "WM, TC, TS likewise, PR(100:2000), IQM.", near ? "" : ".");
}
