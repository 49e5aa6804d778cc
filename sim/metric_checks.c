#include "metric_checks.h"

static bool
s_no_colon_first (slice_t text)
{
    return text.size && text.data [0] != ':';
}

const check_pattern_t METRIC_NAMESPACE = { "[^:].*", s_no_colon_first };

const check_t METRIC_DIMENSION [] = {
    { .name = "Name", .kind = CHECK_TEXT, .required = true, .min = 1, .max = 255 },
    { .name = "Value", .kind = CHECK_TEXT, .required = true, .min = 1, .max = 1024 },
    { .name = NULL },
};

const char *const METRIC_UNITS [] = {
    "Seconds", "Microseconds", "Milliseconds", "Bytes", "Kilobytes", "Megabytes", "Gigabytes", "Terabytes", "Bits", "Kilobits", "Megabits",
    "Gigabits", "Terabits", "Percent", "Count", "Bytes/Second", "Kilobytes/Second", "Megabytes/Second", "Gigabytes/Second",
    "Terabytes/Second", "Bits/Second", "Kilobits/Second", "Megabits/Second", "Gigabits/Second", "Terabits/Second", "Count/Second", "None", NULL
};
