#include "timegrid.h"

#include "body.h"
#include "clock.h"
#include "period.h"
#include "sentence.h"
#include "window.h"

static const int64_t DEFAULT_MS = INT64_C (3) * 60 * 60 * 1000, DAY_MS = INT64_C (24) * 60 * 60 * 1000;

//  So much older may data be when AWS looks at it than when we chose.
enum { EDGE_S = 60, POINTS_DEFAULT = 60 };

//  Of a metric that is published seldom the window has so many periods, when nobody names its start.
enum { WINDOW_PERIODS = 3 };

static int64_t
s_up (int64_t value, int64_t step)
{
    return (value + step - 1) / step * step;
}

static int64_t
s_down (int64_t value, int64_t step)
{
    return value / step * step;
}

static int64_t
s_longer (int64_t one, int64_t other)
{
    return one > other ? one : other;
}

static status_t
s_refuse_period (call_t *call, int64_t period_s)
{
    status_t status = call_fail (call, STATUS_INVALID_ARGUMENT, -1, "period %lld is not one that CloudWatch has: 1, 5, 10, 20, 30 or a multiple of "
                                 "60 seconds. Leave it out to have one chosen for the window.", (long long) period_s);
    return status == STATUS_OK ? STATUS_INVALID_ARGUMENT : status;
}

static status_t
s_refuse_age (call_t *call, const window_t *window)
{
    char end [CLOCK_TEXT_SIZE], oldest [CLOCK_TEXT_SIZE];
    status_t status = call_fail (call, STATUS_INVALID_ARGUMENT, -1, "CloudWatch keeps metrics for %d days, since %s, and this window ends before "
                                 "that, at %s. Ask for a later one, such as start_time -30d without end_time.", PERIOD_KEPT_DAYS_MAX,
                                 clock_text_minute (window->now_ms - PERIOD_KEPT_DAYS_MAX * DAY_MS, oldest), clock_text_minute (window->end_ms, end));
    return status == STATUS_OK ? STATUS_INVALID_ARGUMENT : status;
}

//  To whole periods, and where CloudWatch has something of this period. (What it keeps longest is not worth it: there a day more is just empty.)
static void
s_align (timegrid_t *grid, const window_t *window)
{
    int64_t step_ms = grid->period_s * 1000;
    grid->start_ms = s_down (window->start_ms, step_ms);
    grid->end_ms = s_up (window->end_ms, step_ms);
    int64_t keeps_s = period_keeps_s (grid->period_s);
    int64_t oldest_ms = window->now_ms - (keeps_s - EDGE_S) * 1000;
    if (grid->start_ms < oldest_ms && keeps_s < (int64_t) PERIOD_KEPT_DAYS_MAX * 86400)
        grid->start_ms = s_up (window->start_ms > oldest_ms ? window->start_ms : oldest_ms, step_ms);
    if (grid->start_ms >= grid->end_ms)
        grid->start_ms = grid->end_ms - step_ms;
}

static status_t
s_read (call_t *call, window_t *window, int64_t usual_s, timegrid_t *grid)
{
    slice_t arguments = call_arguments (call);
    int64_t oldest_ms = window->now_ms - PERIOD_KEPT_DAYS_MAX * DAY_MS;
    if (window->end_ms <= oldest_ms)
        return s_refuse_age (call, window);
    *grid = (timegrid_t) { .now_ms = window->now_ms, .cut = window->start_ms < oldest_ms };
    if (grid->cut)
        window->start_ms = oldest_ms;
    int64_t window_s = s_up (window->end_ms - window->start_ms, 1000) / 1000, age_s = s_up (window->now_ms - window->start_ms, 1000) / 1000;
    int64_t period_s = argument_int (arguments, "period", 0), points = argument_int (arguments, "points", POINTS_DEFAULT);
    grid->named = period_s > 0;
    if (grid->named && !period_valid (period_s))
        return s_refuse_period (call, period_s);
    grid->wanted_period_s = grid->named ? period_s : s_longer (period_choose_s (window_s, 0, points), usual_s);
    grid->period_s = grid->named ? period_s : s_longer (period_choose_s (window_s, age_s, points), usual_s);
    grid->period_s = period_raise_s (grid->period_s, age_s);
    s_align (grid, window);
    return STATUS_OK;
}

status_t
timegrid_read (call_t *call, const place_t *place, bool resumed, int64_t usual_s, timegrid_t *grid)
{
    if (resumed) {
        *grid = (timegrid_t) {
            .start_ms = place->start_s * 1000, .end_ms = place->end_s * 1000, .now_ms = place->now_s * 1000, .period_s = place->period_s,
            .wanted_period_s = place->period_s,
        };
        return STATUS_OK;
    }
    window_t window;
    int64_t default_ms = s_longer (DEFAULT_MS, WINDOW_PERIODS * usual_s * 1000);
    status_t status = window_read (call, default_ms, &window);
    if (status == STATUS_OK)
        status = s_read (call, &window, usual_s, grid);
    if (status == STATUS_OK && default_ms > DEFAULT_MS && !argument_text (call_arguments (call), "start_time").data)
        grid->widened_s = usual_s;
    return status;
}

int64_t
timegrid_age_s (const timegrid_t *grid)
{
    int64_t age_s = s_up (s_down (grid->now_ms, 1000) - grid->start_ms, 1000) / 1000, oldest_s = (int64_t) PERIOD_KEPT_DAYS_MAX * 86400;
    return age_s < oldest_s ? age_s : oldest_s;         //  The alignment may have gone a little beyond
}

size_t
timegrid_slots (const timegrid_t *grid, int64_t period_s)
{
    int64_t step_ms = period_s * 1000;
    return (size_t) (s_up (grid->end_ms, step_ms) - s_down (grid->start_ms, step_ms)) / (size_t) step_ms;
}

void
timegrid_append (buffer_t *out, const timegrid_t *grid)
{
    buffer_append_text (out, "{\"window\":");
    window_append (out, grid->start_ms, grid->end_ms);
    buffer_printf (out, ",\"period_s\":%lld,", (long long) grid->period_s);
    if (grid->end_ms > grid->now_ms)
        buffer_append_text (out, "\"last_period\":\"incomplete\",");
}

void
timegrid_append_note (buffer_t *note, const timegrid_t *grid)
{
    if (grid->cut) {
        sentence_begin (note);
        buffer_printf (note, "CloudWatch keeps metrics for %d days: the window begins there.", PERIOD_KEPT_DAYS_MAX);
    }
    if (grid->widened_s) {
        sentence_begin (note);
        buffer_printf (note, "The window is %lld h, because this is published every %lld h: start_time names another.",
                       (long long) (WINDOW_PERIODS * grid->widened_s / 3600), (long long) (grid->widened_s / 3600));
    }
    if (grid->period_s == grid->wanted_period_s)
        return;
    int64_t kept_s = period_kept_s (timegrid_age_s (grid));
    sentence_begin (note);
    if (grid->named)
        buffer_printf (note, "period %lld is raised to %lld: ", (long long) grid->wanted_period_s, (long long) grid->period_s);
    else
        buffer_printf (note, "period_s is %lld, not %lld: ", (long long) grid->period_s, (long long) grid->wanted_period_s);
    buffer_printf (note, "of what is older than %s CloudWatch keeps multiples of %lld s.", period_age (kept_s), (long long) kept_s);
}

void
timegrid_append_none (buffer_t *note, const timegrid_t *grid)
{
    static const struct {
        int64_t seconds;
        const char *name;
    } SPANS [] = { { 86400, "d" }, { 3600, "h" }, { 60, "min" }, { 1, "s" } };
    int64_t seconds = (grid->end_ms - grid->start_ms) / 1000;
    size_t i = 0;
    while (seconds < 2 * SPANS [i].seconds && SPANS [i].seconds > 1)
        i++;
    int64_t count = (seconds + SPANS [i].seconds / 2) / SPANS [i].seconds;
    buffer_printf (note, "No datapoints in %lld %s", (long long) count, SPANS [i].name);
}

place_t
timegrid_place (const timegrid_t *grid)
{
    return (place_t) {
        .start_s = grid->start_ms / 1000, .end_s = grid->end_ms / 1000, .now_s = grid->now_ms / 1000, .period_s = grid->period_s,
    };
}
