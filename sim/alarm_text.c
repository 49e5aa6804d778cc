#include "alarm_text.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

//  Not strftime: its names follow the locale, and two-digit years need writing out.
static struct tm
s_parts (int64_t time_ms)
{
    time_t seconds = (time_t) (time_ms / 1000);
    struct tm parts = { .tm_mday = 1 };
    if (!gmtime_r (&seconds, &parts))
        parts = (struct tm) { .tm_mday = 1 };
    return parts;
}

const char *
alarm_text_short (int64_t time_ms, char *text)
{
    struct tm parts = s_parts (time_ms);
    snprintf (text, ALARM_TEXT_SIZE, "%02d/%02d/%02d %02d:%02d:%02d", parts.tm_mday, parts.tm_mon + 1, parts.tm_year % 100, parts.tm_hour,
              parts.tm_min, parts.tm_sec);
    return text;
}

const char *
alarm_text_long (int64_t time_ms, char *text)
{
    static const char *const DAYS [] = { "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday" };
    static const char *const MONTHS [] = { "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
                                           "November", "December" };
    struct tm parts = s_parts (time_ms);
    snprintf (text, ALARM_TEXT_SIZE, "%s %d %s, %d %02d:%02d:%02d UTC", DAYS [parts.tm_wday], parts.tm_mday, MONTHS [parts.tm_mon],
              parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
    return text;
}

const char *
alarm_text_json (int64_t time_ms, char *text)
{
    struct tm parts = s_parts (time_ms);
    snprintf (text, ALARM_TEXT_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d.%03d+0000", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
              parts.tm_hour, parts.tm_min, parts.tm_sec, (int) (time_ms % 1000));
    return text;
}

//  Java writes a double plainly from a thousandth up to ten million, and beyond that with an exponent.
const char *
alarm_text_number (double number, char *text)
{
    static const double PLAIN_MIN = 1e-3, PLAIN_MAX = 1e7;
    double size = fabs (number);
    bool plain = size == 0 || (size >= PLAIN_MIN && size < PLAIN_MAX);
    char digits [ALARM_TEXT_SIZE];
    snprintf (digits, sizeof digits, plain ? "%.12g" : "%.11e", number);
    if (plain) {
        snprintf (text, ALARM_TEXT_SIZE, "%s%s", digits, strchr (digits, '.') ? "" : ".0");
        return text;
    }
    char *exponent = strchr (digits, 'e');
    long power = exponent ? strtol (exponent + 1, NULL, 10) : 0;
    char *end = exponent ? exponent : digits + strlen (digits);
    while (end > digits + 2 && end [-1] == '0' && end [-2] != '.')
        end--;
    snprintf (text, ALARM_TEXT_SIZE, "%.*sE%ld", (int) (end - digits), digits, power);
    return text;
}
