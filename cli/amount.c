#include "amount.h"

#include <math.h>
#include <stdio.h>

typedef enum { KIND_BARE, KIND_BYTES, KIND_BITS, KIND_SECONDS, KIND_PERCENT } kind_t;

//  CloudWatch's units, without "/Second".
static const struct {
    const char *unit;
    kind_t kind;
    double factor;              //  To bytes, bits or seconds
} UNITS [] = {
    { "Bytes", KIND_BYTES, 1 }, { "Kilobytes", KIND_BYTES, 1e3 }, { "Megabytes", KIND_BYTES, 1e6 }, { "Gigabytes", KIND_BYTES, 1e9 },
    { "Terabytes", KIND_BYTES, 1e12 }, { "Bits", KIND_BITS, 1 }, { "Kilobits", KIND_BITS, 1e3 }, { "Megabits", KIND_BITS, 1e6 },
    { "Gigabits", KIND_BITS, 1e9 }, { "Terabits", KIND_BITS, 1e12 }, { "Seconds", KIND_SECONDS, 1 }, { "Milliseconds", KIND_SECONDS, 1e-3 },
    { "Microseconds", KIND_SECONDS, 1e-6 }, { "Percent", KIND_PERCENT, 1 },
};

void
amount_append_digits (buffer_t *out, const char *digits)
{
    if (*digits == '-')
        buffer_append_char (out, *digits++);
    size_t whole = strspn (digits, "0123456789");
    for (size_t i = 0; i < whole; i++) {
        if (i && (whole - i) % 3 == 0)
            buffer_append_char (out, ',');
        buffer_append_char (out, digits [i]);
    }
    buffer_append_text (out, digits + whole);
}

static void
s_append_scaled (buffer_t *out, double value, const char *const *names, size_t count)
{
    size_t power = 0;
    while (fabs (value) >= (power ? 999.95 : 1000.0) && power + 1 < count) {
        value /= 1000.0;
        power++;
    }
    buffer_printf (out, power ? "%.1f %s" : "%.0f %s", value, names [power]);
}

void
amount_append_bytes (buffer_t *out, double bytes)
{
    static const char *const NAMES [] = { "B", "kB", "MB", "GB", "TB", "PB", "EB" };
    s_append_scaled (out, bytes, NAMES, sizeof NAMES / sizeof NAMES [0]);
}

static void
s_append_bits (buffer_t *out, double bits)
{
    static const char *const NAMES [] = { "bit", "kbit", "Mbit", "Gbit", "Tbit", "Pbit" };
    s_append_scaled (out, bits, NAMES, sizeof NAMES / sizeof NAMES [0]);
}

//  Whole from a thousand on, where the rest is noise; three digits below.
static void
s_append_number (buffer_t *out, double value)
{
    char digits [400];          //  A double has 309 digits before the point
    snprintf (digits, sizeof digits, fabs (value) >= 999.5 && fabs (value) < 1e15 ? "%.0f" : "%.3g", value);
    amount_append_digits (out, digits);
}

static void
s_append_seconds (buffer_t *out, double seconds)
{
    double size = fabs (seconds);
    bool micro = size > 0 && size < 0.9995e-3, milli = !micro && size < 0.9995;
    s_append_number (out, micro ? seconds * 1e6 : milli ? seconds * 1e3 : seconds);
    buffer_append_text (out, micro ? " us" : milli && size > 0 ? " ms" : " s");
}

void
amount_append (buffer_t *out, double value, slice_t unit)
{
    static const char RATE [] = "/Second";
    slice_t rest = unit, base = slice_cut (&rest, '/');
    bool rate = rest.data && slice_is (rest, RATE + 1);
    kind_t kind = KIND_BARE;
    for (size_t i = 0; i < sizeof UNITS / sizeof UNITS [0]; i++)
        if (slice_is (rate ? base : unit, UNITS [i].unit)) {
            kind = UNITS [i].kind;
            value *= UNITS [i].factor;
        }
    switch (kind) {
    case KIND_BYTES:
        amount_append_bytes (out, value);
        break;
    case KIND_BITS:
        s_append_bits (out, value);
        break;
    case KIND_SECONDS:
        s_append_seconds (out, value);
        break;
    case KIND_PERCENT:
        s_append_number (out, value);
        buffer_append_text (out, " %");
        break;
    case KIND_BARE:
        s_append_number (out, value);
    }
    buffer_append_text (out, rate ? "/s" : "");
}
