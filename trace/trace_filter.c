#include "trace_filter.h"

#include "hex.h"

int64_t
trace_filter_number (slice_t text, int64_t or_else)
{
    int64_t number = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data [i] < '0' || text.data [i] > '9' || number > INT64_MAX / 10 - 1)
            return or_else;
        number = 10 * number + (text.data [i] - '0');
    }
    return text.size ? number : or_else;
}

//  More than a month is as good as any time, and can be multiplied.
static int64_t
s_slow_ms (slice_t text)
{
    int64_t number = trace_filter_number (text, 0);
    return number < INT32_MAX ? number : INT32_MAX;
}

trace_filter_t
trace_filter_read (slice_t query)
{
    trace_filter_t self = { .limit = TRACE_FILTER_LIMIT, .after = -1 };
    while (query.data) {
        slice_t value = slice_cut (&query, '&'), name = slice_cut (&value, '=');
        if (slice_is (name, "tool"))
            self.tool = value;
        else if (slice_is (name, "status"))
            self.status = value;
        else if (slice_is (name, "trace"))
            self.trace = value;
        else if (slice_is (name, "slow_ms"))
            self.slow_ms = s_slow_ms (value);
        else if (slice_is (name, "limit"))
            self.limit = trace_filter_number (value, self.limit);
        else if (slice_is (name, "after"))
            self.after = trace_filter_number (value, self.after);
    }
    return self;
}

bool
trace_filter_passes (const trace_filter_t *self, const ring_call_t *call)
{
    char trace [2 * SPAN_TRACE_BYTES + 1];
    bool failed = slice_is (self->status, "error") && call->error;
    return (!self->tool.size || slice_is (self->tool, call->tool))
        && (!self->status.size || failed || slice_is (self->status, status_name (call->status)))
        && (!self->trace.size || slice_is (self->trace, hex_write (call->trace, sizeof call->trace, trace)))
        && call->total_us >= self->slow_ms * 1000;
}
