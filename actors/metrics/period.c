#include "period.h"

#include <assert.h>
#include <stddef.h>

enum { MINUTE = 60, HOUR = 60 * MINUTE, DAY = 24 * HOUR };

//  The finest period that is kept up to this age, finest first.
static const struct {
    int64_t kept_s, age_s;
    const char *beyond;                 //  The age of the row before
} KEPT [] = {
    { 1, 3 * HOUR, "now" },
    { MINUTE, 15 * DAY, "3 hours" },
    { 5 * MINUTE, 63 * DAY, "15 days" },
    { HOUR, (int64_t) PERIOD_KEPT_DAYS_MAX * DAY, "63 days" },
};

enum { KEPT_COUNT = sizeof KEPT / sizeof KEPT [0] };

static const int64_t LADDER_S [] = {
    MINUTE, 2 * MINUTE, 3 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY,
    2 * DAY, 7 * DAY, 14 * DAY, PERIOD_MAX_S,
};

bool
period_valid (int64_t period_s)
{
    bool second = period_s == 1 || period_s == 5 || period_s == 10 || period_s == 20 || period_s == 30;
    return second || (period_s > 0 && period_s % MINUTE == 0);
}

int64_t
period_kept_s (int64_t age_s)
{
    for (size_t i = 0; i < KEPT_COUNT; i++)
        if (age_s <= KEPT [i].age_s)
            return KEPT [i].kept_s;
    return 0;
}

int64_t
period_keeps_s (int64_t period_s)
{
    for (size_t i = KEPT_COUNT - 1; i > 0; i--)
        if (period_s % KEPT [i].kept_s == 0)
            return KEPT [i].age_s;
    return KEPT [0].age_s;
}

int64_t
period_choose_s (int64_t window_s, int64_t age_s, int64_t points)
{
    int64_t kept_s = period_kept_s (age_s);
    assert (kept_s > 0 && points > 0);
    for (size_t i = 0; i < sizeof LADDER_S / sizeof LADDER_S [0]; i++)
        if (LADDER_S [i] * points >= window_s && LADDER_S [i] % kept_s == 0)
            return LADDER_S [i];
    return PERIOD_MAX_S;
}

int64_t
period_raise_s (int64_t period_s, int64_t age_s)
{
    int64_t kept_s = period_kept_s (age_s);
    assert (kept_s > 0);
    return (period_s + kept_s - 1) / kept_s * kept_s;
}

const char *
period_age (int64_t kept_s)
{
    for (size_t i = 0; i < KEPT_COUNT; i++)
        if (KEPT [i].kept_s == kept_s)
            return KEPT [i].beyond;
    assert (false);                     //  kept_s is one of this table's
    return "";
}
