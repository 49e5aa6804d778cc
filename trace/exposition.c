#include "exposition.h"

#include "hex.h"

#include <stdio.h>

//  19 digits before the point, six behind it.
enum { DECIMAL_SIZE = 32 };

const char *
exposition_content_type (bool open_metrics)
{
    return open_metrics ? "application/openmetrics-text; version=1.0.0; charset=utf-8" : "text/plain; version=0.0.4; charset=utf-8";
}

//  The q of a media range, in thousandths; 1000 where it has none.
static int
s_quality (slice_t parameters)
{
    while (parameters.data) {
        slice_t value = slice_trim (slice_cut (&parameters, ';')), name = slice_trim (slice_cut (&value, '='));
        value = slice_trim (value);
        if (!slice_is_nocase (name, "q") || !value.size)
            continue;
        int quality = value.data [0] == '1' ? 1000 : 0;
        for (size_t i = 2, weight = 100; quality == 0 && i < value.size && weight; i++, weight /= 10)
            if (value.data [i] >= '0' && value.data [i] <= '9')
                quality += (int) weight * (value.data [i] - '0');
        return quality;
    }
    return 1000;
}

bool
exposition_wants_open_metrics (slice_t accept)
{
    int open = 0, plain = 0;
    while (accept.data) {
        slice_t parameters = slice_cut (&accept, ','), type = slice_trim (slice_cut (&parameters, ';'));
        int quality = s_quality (parameters);
        if (slice_is_nocase (type, "application/openmetrics-text") && quality > open)
            open = quality;
        if ((slice_is_nocase (type, "text/plain") || slice_is_nocase (type, "text/*") || slice_is (type, "*/*")) && quality > plain)
            plain = quality;
    }
    return open > 0 && open >= plain;
}

void
exposition_init (exposition_t *self, buffer_t *out, bool open_metrics)
{
    *self = (exposition_t) { .out = out, .open_metrics = open_metrics };
}

static void
s_append_escaped (buffer_t *out, const char *text, bool quotes)
{
    for (; *text; text++) {
        if (*text == '\\' || (quotes && *text == '"'))
            buffer_append_char (out, '\\');
        if (*text == '\n')
            buffer_append_text (out, "\\n");
        else
            buffer_append_char (out, *text);
    }
}

//  "# TYPE name_total counter\n"
static void
s_append_about (const exposition_t *self, const char *what, const char *text)
{
    bool total = self->kind == EXPOSITION_COUNTER && !self->open_metrics;
    buffer_printf (self->out, "# %s %s%s ", what, self->name, total ? "_total" : "");
    s_append_escaped (self->out, text, self->open_metrics);
    buffer_append_char (self->out, '\n');
}

void
exposition_begin (exposition_t *self, exposition_kind_t kind, const char *name, const char *unit, const char *help)
{
    static const char *const KINDS [] = {
        [EXPOSITION_COUNTER] = "counter", [EXPOSITION_GAUGE] = "gauge", [EXPOSITION_HISTOGRAM] = "histogram" };
    self->name = name;
    self->kind = kind;
    s_append_about (self, "HELP", help);
    s_append_about (self, "TYPE", KINDS [kind]);
    if (unit && self->open_metrics)
        s_append_about (self, "UNIT", unit);
}

//  "name_bucket{tool="search_log_events",le="0.1"} "
static void
s_append_name (const exposition_t *self, const char *suffix, const exposition_label_t *labels, const char *bound)
{
    char mark = '{';
    buffer_append_text (self->out, self->name);
    buffer_append_text (self->out, suffix);
    for (; labels && labels->name; labels++, mark = ',') {
        buffer_append_char (self->out, mark);
        buffer_append_text (self->out, labels->name);
        buffer_append_text (self->out, "=\"");
        s_append_escaped (self->out, labels->value, true);
        buffer_append_char (self->out, '"');
    }
    if (bound) {
        buffer_printf (self->out, "%cle=\"%s\"", mark, bound);
        mark = ',';
    }
    buffer_append_text (self->out, mark == ',' ? "} " : " ");
}

//  Exact, and the same in every locale: 0.0001, 2.5, 60.0, -0.5. number counts units of 1 / scale, a power of ten.
static const char *
s_decimal (char text [DECIMAL_SIZE], int64_t number, int64_t scale)
{
    int64_t rest = number < 0 ? -(number % scale) : number % scale, whole = number / scale;
    int size = snprintf (text, DECIMAL_SIZE, "%s%lld.", number < 0 ? "-" : "", (long long) (whole < 0 ? -whole : whole));
    do {
        scale /= 10;
        text [size++] = (char) ('0' + rest / scale);
        rest %= scale;
    } while (rest);
    text [size] = '\0';
    return text;
}

static const char *
s_suffix (const exposition_t *self)
{
    return self->kind == EXPOSITION_COUNTER ? "_total" : "";
}

void
exposition_number (exposition_t *self, const exposition_label_t *labels, int64_t number)
{
    s_append_name (self, s_suffix (self), labels, NULL);
    buffer_append_number (self->out, number);
    buffer_append_char (self->out, '\n');
}

void
exposition_seconds (exposition_t *self, const exposition_label_t *labels, int64_t microseconds)
{
    char text [DECIMAL_SIZE];
    s_append_name (self, s_suffix (self), labels, NULL);
    buffer_append_text (self->out, s_decimal (text, microseconds, 1000000));
    buffer_append_char (self->out, '\n');
}

static void
s_append_exemplar (const exposition_t *self, const histogram_exemplar_t *exemplar)
{
    char trace [2 * SPAN_TRACE_BYTES + 1], value [DECIMAL_SIZE], at [DECIMAL_SIZE];
    if (self->open_metrics && exemplar->at_ms)
        buffer_printf (self->out, " # {trace_id=\"%s\"} %s %s", hex_write (exemplar->trace, SPAN_TRACE_BYTES, trace),
                       s_decimal (value, exemplar->value_us, 1000000), s_decimal (at, exemplar->at_ms, 1000));
}

void
exposition_histogram (exposition_t *self, const exposition_label_t *labels, const histogram_t *histogram)
{
    uint64_t below = 0;
    char bound [DECIMAL_SIZE];
    for (int i = 0; i <= HISTOGRAM_BOUNDS; i++) {
        below += histogram->counts [i];
        s_append_name (self, "_bucket", labels, i < HISTOGRAM_BOUNDS ? s_decimal (bound, HISTOGRAM_BOUNDS_US [i], 1000000) : "+Inf");
        buffer_append_number (self->out, (int64_t) below);
        s_append_exemplar (self, &histogram->exemplars [i]);
        buffer_append_char (self->out, '\n');
    }
    s_append_name (self, "_sum", labels, NULL);
    buffer_append_text (self->out, s_decimal (bound, histogram->sum_us, 1000000));
    buffer_append_char (self->out, '\n');
    s_append_name (self, "_count", labels, NULL);
    buffer_append_number (self->out, (int64_t) below);
    buffer_append_char (self->out, '\n');
}

void
exposition_one (exposition_t *self, exposition_kind_t kind, const char *name, const char *unit, const char *help, int64_t number)
{
    exposition_begin (self, kind, name, unit, help);
    exposition_number (self, NULL, number);
}

void
exposition_end (exposition_t *self)
{
    if (self->open_metrics)
        buffer_append_text (self->out, "# EOF\n");
}
