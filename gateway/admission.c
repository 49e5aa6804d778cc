#include "admission.h"

//  The weight of the newest call in the average.
static const double NEWEST_WEIGHT = 0.1;

//  Does the call's turn come within so much time? Counts the turns that come until then.
static bool
s_comes_within (const admission_t *self, double ms)
{
    double turns = 0;
    for (size_t i = 0; i < self->places; i++)
        if (self->free_ms [i] <= ms)
            turns += 1 + (double) (int64_t) ((ms - self->free_ms [i]) / self->took_ms);
    return turns > (double) self->ahead;
}

static bool
s_is_known (const admission_t *self)
{
    return self->places > 0 && self->took_ms > 0;
}

bool
admission_in_time (const admission_t *self)
{
    double half_ms = (double) self->budget_ms / 2;
    double own_ms = self->took_ms < half_ms ? self->took_ms : half_ms;
    return !s_is_known (self) || s_comes_within (self, (double) self->budget_ms - own_ms);
}

int64_t
admission_wait_ms (const admission_t *self)
{
    int64_t early = 0, late = ADMISSION_WAIT_MS_MAX;
    if (!s_is_known (self))
        return 0;
    while (early < late) {
        int64_t middle = early + (late - early) / 2;
        if (s_comes_within (self, (double) middle))
            late = middle;
        else
            early = middle + 1;
    }
    return late;
}

double
admission_average_ms (double average_ms, double took_ms)
{
    return average_ms > 0 ? average_ms + NEWEST_WEIGHT * (took_ms - average_ms) : took_ms;
}
