#include "statistic.h"

#include <math.h>
#include <stdlib.h>

//  The five, and the letters of the others: as they stand before one number, and before limits in brackets.
static const struct {
    const char *name;
    statistic_kind_t kind;
} PLAIN [] = {
    { "SampleCount", STATISTIC_COUNT },
    { "Average", STATISTIC_AVERAGE },
    { "Sum", STATISTIC_SUM },
    { "Minimum", STATISTIC_MINIMUM },
    { "Maximum", STATISTIC_MAXIMUM },
};

static const struct {
    const char *shorthand;
    const char *name;
    statistic_kind_t kind;
} LIMITED [] = {
    { "tm", "TM", STATISTIC_TRIMMED_MEAN },
    { "tc", "TC", STATISTIC_TRIMMED_COUNT },
    { "ts", "TS", STATISTIC_TRIMMED_SUM },
    { "wm", "WM", STATISTIC_WINSORIZED_MEAN },
};

enum { NUMBER_SIZE = 32 };

//  A plain decimal number from the front of the text.
static bool
s_take_number (slice_t *text, double *number)
{
    char digits [NUMBER_SIZE];
    size_t size = 0;
    while (size < text->size && size + 1 < sizeof digits && memchr ("0123456789.", text->data [size], 11))
        size++;
    if (!size)
        return false;
    memcpy (digits, text->data, size);
    digits [size] = 0;
    char *end;
    *number = strtod (digits, &end);
    text->data += size;
    text->size -= size;
    return *end == 0;
}

static bool
s_take (slice_t *text, char c)
{
    if (!text->size || text->data [0] != c)
        return false;
    text->data++;
    text->size--;
    return true;
}

static bool
s_read_percent (slice_t text, double *share)
{
    double percent;
    if (!s_take_number (&text, &percent) || text.size || percent > 100)
        return false;
    *share = percent / 100;
    return true;
}

//  "(LOW:HIGH)", where one of them may be missing and both are percentages or neither is.
static bool
s_read_limits (slice_t text, bool percents, statistic_t *self)
{
    double low = 0, high = INFINITY;
    bool low_percent = false, high_percent = false;
    if (!s_take (&text, '('))
        return false;
    bool has_low = s_take_number (&text, &low);
    low_percent = has_low && s_take (&text, '%');
    if (!s_take (&text, ':'))
        return false;
    bool has_high = s_take_number (&text, &high);
    high_percent = has_high && s_take (&text, '%');
    if (!s_take (&text, ')') || text.size || (!has_low && !has_high) || (has_low && has_high && low_percent != high_percent) || low >= high)
        return false;
    bool shares = low_percent || high_percent;
    if (shares && (!percents || low > 100 || (has_high && high > 100)))
        return false;
    self->of_values = !shares;
    self->low = shares ? low / 100 : has_low ? low : -INFINITY;
    self->high = shares ? (has_high ? high / 100 : 1) : high;
    return true;
}

bool
statistic_read (slice_t text, statistic_t *self)
{
    *self = (statistic_t) { .low = 0, .high = 1 };
    for (size_t i = 0; i < sizeof PLAIN / sizeof PLAIN [0]; i++)
        if (slice_is (text, PLAIN [i].name)) {
            self->kind = PLAIN [i].kind;
            return true;
        }
    if (slice_is (text, "IQM")) {
        *self = (statistic_t) { STATISTIC_TRIMMED_MEAN, false, 0.25, 0.75 };
        return true;
    }
    if (text.size < 2)
        return false;
    slice_t rest = { text.data + 2, text.size - 2 };
    for (size_t i = 0; i < sizeof LIMITED / sizeof LIMITED [0]; i++) {
        self->kind = LIMITED [i].kind;
        if (slice_starts (text, LIMITED [i].shorthand))
            return s_read_percent (rest, &self->high);
        if (slice_starts (text, LIMITED [i].name))
            return s_read_limits (rest, true, self);
    }
    self->kind = STATISTIC_RANK;
    if (slice_starts (text, "PR"))
        return s_read_limits (rest, false, self);
    self->kind = STATISTIC_PERCENTILE;
    return text.data [0] == 'p' && s_read_percent ((slice_t) { text.data + 1, text.size - 1 }, &self->high);
}

bool
statistic_is_plain (const statistic_t *self)
{
    return self->kind <= STATISTIC_MAXIMUM;
}

//  What lies outside of the limits counts as if it lay on them.
static double
s_winsorized (const statistic_t *self, sketch_t *sketch)
{
    sketch_part_t inside, below;
    double low = self->low, high = self->high;
    if (self->of_values) {
        inside = sketch_between_values (sketch, low, high);
        below = sketch_between_values (sketch, -INFINITY, low);
    }
    else {
        inside = sketch_between_shares (sketch, low, high);
        below = sketch_between_shares (sketch, 0, low);
        low = sketch_quantile (sketch, self->low);
        high = sketch_quantile (sketch, self->high);
    }
    double above = sketch->count - inside.count - below.count;
    double sum = inside.sum + (below.count > 0 ? below.count * low : 0) + (above > 0 && isfinite (high) ? above * high : 0);
    return sum / sketch->count;
}

double
statistic_of (const statistic_t *self, sketch_t *sketch)
{
    if (sketch->count <= 0)
        return NAN;
    sketch_part_t part = { 0, 0 };
    if (self->kind >= STATISTIC_TRIMMED_MEAN)
        part = self->of_values ? sketch_between_values (sketch, self->low, self->high) : sketch_between_shares (sketch, self->low, self->high);
    switch (self->kind) {
    case STATISTIC_COUNT:
        return sketch->count;
    case STATISTIC_AVERAGE:
        return sketch->sum / sketch->count;
    case STATISTIC_SUM:
        return sketch->sum;
    case STATISTIC_MINIMUM:
        return sketch->min;
    case STATISTIC_MAXIMUM:
        return sketch->max;
    case STATISTIC_PERCENTILE:
        return sketch_quantile (sketch, self->high);
    case STATISTIC_TRIMMED_MEAN:
        return part.count > 0 ? part.sum / part.count : NAN;
    case STATISTIC_TRIMMED_COUNT:
        return part.count;
    case STATISTIC_TRIMMED_SUM:
        return part.sum;
    case STATISTIC_WINSORIZED_MEAN:
        return s_winsorized (self, sketch);
    case STATISTIC_RANK:
        return 100 * part.count / sketch->count;
    }
    return NAN;
}
