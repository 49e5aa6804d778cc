#include "measure.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

//  Doubles count up to here without a gap.
static const double WHOLE_MAX = 9007199254740992.0;

//  From here on six significant digits are fewer than stand before the point.
static const double SIX_DIGITS = 1e6;

void
measure_append (buffer_t *out, double value)
{
    if (!isfinite (value)) {
        buffer_append_text (out, "null");
        return;
    }
    double size = fabs (value);
    if (size <= WHOLE_MAX && (size >= SIX_DIGITS || trunc (value) == value)) {
        buffer_printf (out, "%lld", llround (value));
        return;
    }
    char text [32];
    snprintf (text, sizeof text, "%.6g", value);
    char *power = strchr (text, 'e');
    if (!power) {
        buffer_append_text (out, text);
        return;
    }
    buffer_append (out, text, (size_t) (power - text));
    buffer_printf (out, "e%ld", strtol (power + 1, NULL, 10));         //  Without the plus sign and the zeros that printf writes
}
