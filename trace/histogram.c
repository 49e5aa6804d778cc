#include "histogram.h"

//  From a local answer (under a millisecond) to the longest call (call_deadline_ms is 55 s by default).
const int64_t HISTOGRAM_BOUNDS_US [HISTOGRAM_BOUNDS] = {
    100, 1000, 5000, 10000, 25000, 50000, 100000, 250000, 500000, 1000000, 2500000, 5000000, 10000000, 30000000, 60000000 };

void
histogram_add (histogram_t *self, int64_t value_us, const uint8_t *trace, int64_t at_ms)
{
    int bucket = 0;
    if (value_us < 0)
        value_us = 0;
    while (bucket < HISTOGRAM_BOUNDS && value_us > HISTOGRAM_BOUNDS_US [bucket])
        bucket++;
    self->counts [bucket]++;
    self->sum_us += value_us;
    if (!trace)
        return;
    histogram_exemplar_t *exemplar = &self->exemplars [bucket];
    memcpy (exemplar->trace, trace, sizeof exemplar->trace);
    exemplar->value_us = value_us;
    exemplar->at_ms = at_ms;
}

uint64_t
histogram_count (const histogram_t *self)
{
    uint64_t count = 0;
    for (int i = 0; i <= HISTOGRAM_BOUNDS; i++)
        count += self->counts [i];
    return count;
}
