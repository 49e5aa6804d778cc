#include "field_values.h"

#include "metrics_text.h"

#include <stdio.h>
#include <stdlib.h>

#define TEXT(slice) (int) (slice).size, (slice).data
#define COMPLAIN(...) complain (place.draft->complaints, place.path, place.line, __VA_ARGS__)

const char *const field_units [] = {
    "Seconds", "Microseconds", "Milliseconds", "Bytes", "Kilobytes", "Megabytes", "Gigabytes", "Terabytes", "Bits", "Kilobits", "Megabits",
    "Gigabits", "Terabits", "Percent", "Count", "Bytes/Second", "Kilobytes/Second", "Megabytes/Second", "Gigabytes/Second",
    "Terabytes/Second", "Bits/Second", "Kilobits/Second", "Megabits/Second", "Gigabits/Second", "Terabits/Second", "Count/Second", "None", NULL
};

static const char *const STATISTICS [] = { "Average", "Sum", "Minimum", "Maximum", "SampleCount", "IQM", NULL };
static const char *const OPERATIONS [] = { ">", ">=", "<", "<=", NULL };
static const char *const MISSING [] = { "missing", "notBreaching", "breaching", "ignore", NULL };

static bool
s_is_one (slice_t text, const char *const *allowed)
{
    for (; *allowed; allowed++)
        if (slice_is (text, *allowed))
            return true;
    return false;
}

void
field_check_unit (field_place_t place, slice_t text)
{
    if (!s_is_one (text, field_units))
        complain_of_choice (place.draft->complaints, place.path, place.line, "the unit", text, field_units);
}

//  p99, p99.9, tm90: a percentage from 0 to 100 behind the letters.
static bool
s_is_percentile (slice_t text)
{
    static const char *const KINDS [] = { "p", "tm", "wm", "tc", "ts" };
    for (size_t i = 0; i < sizeof KINDS / sizeof KINDS [0]; i++) {
        size_t size = strlen (KINDS [i]), points = 0, at = size;
        if (!slice_starts (text, KINDS [i]) || text.size == size || text.size > size + 6)
            continue;
        for (; at < text.size && ((text.data [at] >= '0' && text.data [at] <= '9') || text.data [at] == '.'); at++)
            points += text.data [at] == '.';
        char number [8] = "";
        memcpy (number, text.data + size, text.size - size);
        if (at == text.size && points <= 1 && number [0] != '.' && text.data [text.size - 1] != '.' && strtod (number, NULL) <= 100)
            return true;
    }
    return false;
}

static void
s_check_statistic (field_place_t place, slice_t text)
{
    if (!s_is_one (text, STATISTICS) && !s_is_percentile (text))
        complain_of_choice (place.draft->complaints, place.path, place.line, "besides percentiles (p99, tm90 and so on) the statistic", text,
                            STATISTICS);
}

void
field_check_list (field_place_t place, const char *what, slice_t text)
{
    for (slice_t rest = text; rest.data;) {
        slice_t item = slice_trim (slice_cut (&rest, ','));
        if (item.size == 0)
            COMPLAIN ("%s: an empty place between commas, or none at all.", what);
        for (slice_t later = rest; item.size && later.data;)
            if (slice_eq (item, slice_trim (slice_cut (&later, ','))))
                COMPLAIN ("%s: \"%.*s\" is there twice.", what, TEXT (item));
    }
}

void
field_check_statistics (field_place_t place, slice_t text)
{
    field_check_list (place, "statistic", text);
    while (text.size) {
        slice_t item = slice_trim (slice_cut (&text, ','));
        if (item.size)
            s_check_statistic (place, item);
    }
}

static void
s_check_dimension (field_place_t place, slice_t name)
{
    bool right = name.size > 0 && name.size <= METRICS_NAME_BYTES_MAX && name.data [0] != ':';
    for (size_t i = 0; right && i < name.size; i++)
        right = name.data [i] >= ' ' && name.data [i] <= '~' && !strchr ("|,+~?", name.data [i]);
    if (!right)
        COMPLAIN ("dimensions: \"%.*s\" is no name of a dimension: 1 to %d characters of ASCII, none of | , + ~ ? among them. "
                  "Sets are written A, B | C; ? is unknown, - is none.", TEXT (name), METRICS_NAME_BYTES_MAX);
}

//  The same names, in any order?
static bool
s_same_set (slice_t a, slice_t b)
{
    size_t names_a = 0, names_b = 0, both = 0;
    while (a.size) {
        slice_t name = slice_trim (slice_cut (&a, ','));
        names_a++, names_b = 0;
        for (slice_t rest = b; rest.size; names_b++)
            both += slice_eq (name, slice_trim (slice_cut (&rest, ',')));
    }
    return names_a == names_b && both == names_a;
}

static void
s_check_set (field_place_t place, slice_t set)
{
    size_t names = 0;
    field_check_list (place, "dimensions", set);
    for (slice_t rest = set; rest.data; names++)
        s_check_dimension (place, slice_trim (slice_cut (&rest, ',')));
    if (names > METRICS_SET_NAMES_MAX)
        COMPLAIN ("dimensions: %zu names in a set; at most %d.", names, METRICS_SET_NAMES_MAX);
}

void
field_check_dimensions (field_place_t place, slice_t text, bool inferred)
{
    if (slice_is (text, "?") && inferred)
        COMPLAIN ("dimensions: unknown is written ?, without a ~ before it.");
    if (slice_is (text, "?") || slice_is (text, "-"))
        return;
    size_t sets = 0;
    for (slice_t rest = text; rest.data; sets++) {
        slice_t set = slice_trim (slice_cut (&rest, '|'));
        s_check_set (place, set);
        for (slice_t later = rest; later.data;)
            if (s_same_set (set, slice_trim (slice_cut (&later, '|'))))
                COMPLAIN ("dimensions: the set \"%.*s\" is there twice.", TEXT (set));
    }
    if (sets > METRICS_SETS_MAX)
        COMPLAIN ("dimensions: %zu sets; at most %d.", sets, METRICS_SETS_MAX);
}

void
field_check_length (field_place_t place, const char *what, slice_t text, size_t least, size_t most)
{
    size_t characters = slice_characters (text);
    if (characters < least || characters > most)
        COMPLAIN ("%s: %zu characters; %zu to %zu are allowed.", what, characters, least, most);
}

//  A whole number from 1 to most; 0 for anything else.
static unsigned
s_number (slice_t text, unsigned most)
{
    unsigned long number = 0;
    if (text.size > 9)
        return 0;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data [i] < '0' || text.data [i] > '9')
            return 0;
        number = number * 10 + (unsigned long) (text.data [i] - '0');
    }
    return number > most ? 0 : (unsigned) number;
}

//  CloudWatch's periods: 1, 5, 10, 20, 30, and multiples of 60 seconds up to a day (alarms: a week).
static unsigned
s_period (slice_t text)
{
    unsigned period_s = s_number (text, 604800);
    bool right = period_s % 60 == 0 || period_s == 1 || period_s == 5 || period_s == 10 || period_s == 20 || period_s == 30;
    return right ? period_s : 0;
}

unsigned
field_read_period (field_place_t place, slice_t text)
{
    unsigned period_s = s_period (text);
    if (!period_s)
        COMPLAIN ("every: \"%.*s\" is no period of seconds: 1, 5, 10, 20, 30, or a multiple of 60.", TEXT (text));
    return period_s;
}

//  Cuts what stands before the mark off the text; false when the mark is not there.
static bool
s_before (slice_t *text, const char *mark, slice_t *piece)
{
    const char *at = text->size ? memmem (text->data, text->size, mark, strlen (mark)) : NULL;
    if (!at)
        return false;
    *piece = slice_trim ((slice_t) { text->data, (size_t) (at - text->data) });
    size_t cut = (size_t) (at - text->data) + strlen (mark);
    *text = (slice_t) { text->data + cut, text->size - cut };
    return true;
}

//  "STATISTIC OPERATION NUMBER" or "STATISTIC OPERATION [rule]", up to the comma behind it.
static bool
s_read_condition (slice_t *text, draft_alarm_t *alarm)
{
    if (!s_before (text, " ", &alarm->statistic) || !s_before (text, " ", &alarm->operation))
        return false;
    if (text->size && text->data [0] == '[') {
        slice_t behind = SLICE_ABSENT;
        *text = (slice_t) { text->data + 1, text->size - 1 };
        return s_before (text, "]", &alarm->rule) && s_before (text, ",", &behind) && behind.size == 0 && alarm->rule.size > 0;
    }
    if (!s_before (text, ",", &alarm->number) || alarm->number.size == 0 || alarm->number.size > 30)
        return false;
    char copy [32] = "", *end = copy;
    memcpy (copy, alarm->number.data, alarm->number.size);
    alarm->threshold = strtod (copy, &end);
    return !*end && strspn (copy, "-0123456789.e+") == alarm->number.size;
}

bool
field_read_alarm (field_place_t place, slice_t text, draft_alarm_t *alarm)
{
    slice_t datapoints = SLICE_ABSENT, periods = SLICE_ABSENT, period = SLICE_ABSENT, nothing = SLICE_ABSENT;
    bool read = s_read_condition (&text, alarm) && s_before (&text, " of ", &datapoints) && s_before (&text, " x ", &periods)
        && s_before (&text, " s,", &period) && s_before (&text, "missing ", &nothing) && nothing.size == 0
        && s_before (&text, ",", &alarm->missing) && s_before (&text, "by ", &nothing) && nothing.size == 0
        && s_before (&text, ":", &alarm->by);
    alarm->why = slice_trim (text);
    alarm->line = place.line;
    if (!read || alarm->why.size == 0) {
        COMPLAIN ("alarm: is not written as one: STATISTIC OPERATION NUMBER-OR-[RULE], M of N x SECONDS s, missing HOW, by DIMENSIONS: why.");
        return false;
    }
    alarm->datapoints = s_number (datapoints, 1000);
    alarm->periods = s_number (periods, 1000);
    alarm->period_s = s_period (period);
    if (!alarm->datapoints || !alarm->periods || alarm->datapoints > alarm->periods || !alarm->period_s)
        COMPLAIN ("alarm: %.*s of %.*s x %.*s s: M is 1 to N, and seconds are 1, 5, 10, 20, 30 or a multiple of 60.", TEXT (datapoints),
                  TEXT (periods), TEXT (period));
    s_check_statistic (place, alarm->statistic);
    if (!s_is_one (alarm->operation, OPERATIONS))
        complain_of_choice (place.draft->complaints, place.path, place.line, "the operation", alarm->operation, OPERATIONS);
    if (!s_is_one (alarm->missing, MISSING))
        complain_of_choice (place.draft->complaints, place.path, place.line, "missing data is", alarm->missing, MISSING);
    if (!slice_is (alarm->by, "-"))
        s_check_set (place, alarm->by);
    field_check_length (place, "alarm, why", alarm->why, 3, METRICS_WHY_MAX);
    field_check_length (place, "alarm, rule", alarm->rule, 0, METRICS_RULE_MAX);
    return true;
}
