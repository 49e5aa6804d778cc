#include "unit.h"

#include "nearest.h"
#include "visible.h"

enum { QUOTE_BYTES_MAX = 60 };

static const char *const UNITS [] = {
    "Seconds", "Milliseconds", "Microseconds", "Percent", "Count", "Count/Second", "None",
    "Bytes", "Kilobytes", "Megabytes", "Gigabytes", "Terabytes", "Bits", "Kilobits", "Megabits", "Gigabits", "Terabits",
    "Bytes/Second", "Kilobytes/Second", "Megabytes/Second", "Gigabytes/Second", "Terabytes/Second",
    "Bits/Second", "Kilobits/Second", "Megabits/Second", "Gigabits/Second", "Terabits/Second",
};

enum { UNITS_COUNT = sizeof UNITS / sizeof UNITS [0] };

const char *
unit_read (slice_t text)
{
    for (size_t i = 0; i < UNITS_COUNT; i++)
        if (slice_is_nocase (text, UNITS [i]))
            return UNITS [i];
    return NULL;
}

void
unit_append_wrong (buffer_t *out, const char *argument, slice_t text)
{
    const char *near = nearest_name (text, UNITS, UNITS_COUNT);
    buffer_printf (out, "%s \"", argument);
    visible_append_cut (out, text, QUOTE_BYTES_MAX);
    buffer_append_text (out, "\" is not a unit of CloudWatch's");
    if (near)
        buffer_printf (out, "; did you mean %s?", near);
    buffer_printf (out, "%s Units: Seconds, Milliseconds, Microseconds, Percent, Count, None; Bytes and Bits, also as Kilobytes, Mega-, Giga- and "
                   "Terabytes (bits likewise); these and Count also per second, as Bytes/Second. Leave unit out to have datapoints of every unit.",
                   near ? "" : ".");
}
