#include "moment.h"

//  9999-12-31T23:59:59.999Z
static const int64_t MOMENT_MAX_MS = INT64_C (253402300799999);

static const int64_t MINUTE_MS = 60 * 1000, DAY_MS = INT64_C (24) * 60 * 60 * 1000;

//  Longest run of digits that stands for a number at all.
enum { DIGITS_MAX = 15 };

static bool
s_digit (slice_t text)
{
    return text.size && text.data [0] >= '0' && text.data [0] <= '9';
}

static slice_t
s_behind (slice_t text, size_t size)
{
    return (slice_t) { text.data + size, text.size - size };
}

//  Takes the digits in front, between so many and so many; false when there are fewer.
static bool
s_number (slice_t *text, size_t least, size_t most, int64_t *number)
{
    size_t count = 0;
    *number = 0;
    for (; count < most && s_digit (*text); count++) {
        *number = *number * 10 + (text->data [0] - '0');
        *text = s_behind (*text, 1);
    }
    return count >= least;
}

static bool
s_mark (slice_t *text, char mark)
{
    if (!text->size || text->data [0] != mark)
        return false;
    *text = s_behind (*text, 1);
    return true;
}

//  Days since 1970-01-01 in the proleptic Gregorian calendar. Counts years from March, so that the leap day is the last of its year.
static int64_t
s_days (int64_t year, int64_t month, int64_t day)
{
    year -= month <= 2;
    int64_t era = year / 400, of_era = year % 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static bool
s_date (slice_t *text, int64_t *ms)
{
    static const int LENGTHS [] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    int64_t year, month, day;
    if (!s_number (text, 4, 4, &year) || !s_mark (text, '-') || !s_number (text, 2, 2, &month) || !s_mark (text, '-') || !s_number (text, 2, 2, &day))
        return false;
    if (month < 1 || month > 12 || day < 1)
        return false;
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    *ms = s_days (year, month, day) * DAY_MS;
    return day <= LENGTHS [month - 1] + (month == 2 && leap);
}

//  ".25" and more digits; what is finer than a millisecond is dropped.
static bool
s_fraction (slice_t *text, int64_t *ms)
{
    if (!s_mark (text, '.'))
        return true;
    int64_t scale_ms = 100, digit, count = 0;
    for (; s_number (text, 1, 1, &digit); count++, scale_ms /= 10)
        *ms += digit * scale_ms;
    return count > 0 && count <= 9;
}

//  20:00, 20:00:05, 20:00:05.250
static bool
s_time (slice_t *text, int64_t *ms)
{
    int64_t hour, minute, second = 0;
    if (!s_number (text, 2, 2, &hour) || !s_mark (text, ':') || !s_number (text, 2, 2, &minute))
        return false;
    bool seconds = s_mark (text, ':');
    if ((seconds && !s_number (text, 2, 2, &second)) || hour > 23 || minute > 59 || second > 59)
        return false;
    *ms += hour * 60 * MINUTE_MS + minute * MINUTE_MS + second * 1000;
    return !seconds || s_fraction (text, ms);
}

//  Nothing, Z, +01:00, -0530
static bool
s_offset (slice_t *text, int64_t *ms)
{
    if (!text->size || s_mark (text, 'Z') || s_mark (text, 'z'))
        return true;
    bool east = s_mark (text, '+');
    int64_t hours, minutes;
    if ((!east && !s_mark (text, '-')) || !s_number (text, 2, 2, &hours))
        return false;
    s_mark (text, ':');
    if (!s_number (text, 2, 2, &minutes) || hours > 14 || minutes > 59)
        return false;
    *ms -= (east ? 1 : -1) * (hours * 60 + minutes) * MINUTE_MS;
    return true;
}

static bool
s_calendar (slice_t text, int64_t *ms)
{
    if (!s_date (&text, ms))
        return false;
    if (!text.size)
        return true;
    bool parted = s_mark (&text, 'T') || s_mark (&text, 't') || s_mark (&text, ' ');
    return parted && s_time (&text, ms) && s_offset (&text, ms) && !text.size;
}

//  Seconds up to the year 5138, milliseconds from 1973 on: the two ranges do not meet.
static bool
s_epoch (slice_t text, int64_t *ms)
{
    static const int64_t SECONDS_MAX = INT64_C (99999999999);
    int64_t number;
    if (!s_number (&text, 1, DIGITS_MAX, &number) || text.size)
        return false;
    *ms = number <= SECONDS_MAX ? number * 1000 : number;
    return true;
}

static int64_t
s_unit_ms (char unit)
{
    switch (unit) {
    case 's': return 1000;
    case 'm': return MINUTE_MS;
    case 'h': return 60 * MINUTE_MS;
    case 'd': return DAY_MS;
    case 'w': return 7 * DAY_MS;
    default:  return 0;
    }
}

//  "3h", "1d12h": how long ago. At most nine digits a unit, so that nothing overflows.
static bool
s_ago (slice_t text, int64_t *ago_ms)
{
    *ago_ms = 0;
    if (!text.size)
        return false;
    while (text.size) {
        int64_t number;
        if (!s_number (&text, 1, 9, &number) || !text.size || s_unit_ms (text.data [0]) == 0)
            return false;
        *ago_ms += number * s_unit_ms (text.data [0]);
        text = s_behind (text, 1);
    }
    return true;
}

static bool
s_relative (slice_t text, int64_t now_ms, int64_t *ms)
{
    bool now = slice_starts (text, "now");
    text = s_behind (text, now ? 3 : 0);
    int64_t ago_ms = 0;
    if (text.size || !now) {
        if (!s_mark (&text, '-') || !s_ago (text, &ago_ms))
            return false;
    }
    *ms = now_ms - ago_ms;
    return true;
}

bool
moment_read (slice_t text, int64_t now_ms, int64_t *moment_ms)
{
    text = slice_trim (text);
    int64_t ms = 0;
    bool read = s_relative (text, now_ms, &ms) || s_epoch (text, &ms) || s_calendar (text, &ms);
    *moment_ms = ms;
    return read && ms >= 0 && ms <= MOMENT_MAX_MS;
}
