#include "key_windows.h"

enum { EARLY_PART = 4, LATE_PART = 8 };

static const int64_t EARLY_MS_MAX = 15 * 60000;
static const int64_t LATE_MS_MAX = 10 * 60000;

key_windows_t
key_windows_of (int64_t left_ms, double chance)
{
    key_windows_t windows = { 0, 0 };
    if (left_ms == INT64_MAX)
        return windows;
    int64_t early_ms = left_ms / EARLY_PART, late_ms = left_ms / LATE_PART;
    windows.late_ms = late_ms < LATE_MS_MAX ? late_ms : LATE_MS_MAX;
    windows.early_ms = early_ms < EARLY_MS_MAX ? early_ms : EARLY_MS_MAX;
    windows.early_ms -= (int64_t) (chance * (double) (windows.early_ms - windows.late_ms) / 2);
    return windows;
}
