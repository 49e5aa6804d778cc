#include "lines_write.h"

#include "clock.h"

//  Functions with more invocations a minute than this would be a mistake in the metrics.
enum { INVOCATIONS_MAX = 100000, DURATION_MS_MAX = LINES_MINUTE_MS - 1000, TENTHS_OF_MEMORY = 10 };

typedef struct {
    int count;
    int errors;
    series_minute_t durations;
    bool measured;              //  There are durations
    const char *failure;        //  What an error says, with its type before a ": "
    const char *version;
    int memory_mb;
} minute_t;

//  What functions say when nothing is the matter with the shop.
static const char *const FAILURES [] = {
    "Error: connect ECONNRESET", "Error: socket hang up", "TimeoutError: Task timed out after 10.01 seconds",
};

static int
s_sum (const lines_t *self, const shop_metric_t *metric)
{
    series_minute_t minute;
    if (!metric || !series_minute (self->shop, metric, self->region, self->minute_ms, &minute) || minute.sum <= 0)
        return 0;
    return minute.sum < INVOCATIONS_MAX ? (int) (minute.sum + 0.5) : INVOCATIONS_MAX;
}

static int
s_count (lines_t *self)
{
    const lines_kind_t *kind = self->kind;
    if (self->invocations)
        return s_sum (self, self->invocations);
    if (kind->every_min)
        return streams_at (self->shop, self->group, 0, self->minute_ms).begin_ms == self->minute_ms ? (int) kind->per_minute : 0;
    return lines_rounded (&self->chance, kind->per_minute * lines_tempo (self->minute_ms));
}

//  One of the minute's durations, as often as its weight says; shorter than the minute, so that an invocation ends in it.
static double
s_duration_ms (lines_t *self, const minute_t *minute)
{
    double duration_ms = 12 + 180 * chance_unit (&self->chance);
    if (minute->measured) {
        double at = chance_unit (&self->chance) * minute->durations.count;
        int point = 0;
        while (point < SERIES_POINTS - 1 && at >= minute->durations.weights [point])
            at -= minute->durations.weights [point++];
        duration_ms = minute->durations.points [point];
    }
    return duration_ms < 0.5 ? 0.5 : duration_ms > DURATION_MS_MAX ? DURATION_MS_MAX : duration_ms;
}

//  As the Node.js runtime writes what a function throws.
static void
s_append_failure (lines_t *self, const char *failure)
{
    const char *colon = strstr (failure, ": ");
    buffer_printf (&self->text, "\t%s\tERROR\tInvoke Error\t{\"errorType\":\"%.*s\",\"errorMessage\":\"%s\",\"stack\":[\"%s\","
                   "\"    at Runtime.handler (file:///var/task/index.mjs:%d:%d)\"]}", self->request, (int) (colon - failure), failure, colon + 2,
                   failure, lines_between (&self->chance, 20, 190), lines_between (&self->chance, 5, 60));
}

static void
s_append_time (lines_t *self)
{
    char time [CLOCK_TEXT_SIZE];
    buffer_append_text (&self->text, clock_text_ms (self->drafts [self->count].time_ms, time));
}

static void
s_write_report (lines_t *self, const minute_t *minute, double duration_ms)
{
    int used_mb = minute->memory_mb * lines_between (&self->chance, 4, 8) / TENTHS_OF_MEMORY;
    buffer_printf (&self->text, "REPORT RequestId: %s\tDuration: %.2f ms\tBilled Duration: %d ms\tMemory Size: %d MB\tMax Memory Used: %d MB\t",
                   self->request, duration_ms, (int) duration_ms + 1, minute->memory_mb, used_mb);
}

static void
s_write_invocation (lines_t *self, const minute_t *minute, int slot, bool fails)
{
    double duration_ms = s_duration_ms (self, minute);
    int64_t start_ms = self->minute_ms + lines_between (&self->chance, 0, LINES_MINUTE_MS - 1 - (int) duration_ms);
    int64_t end_ms = start_ms + (int64_t) duration_ms;
    chance_uuid (&self->chance, self->request);
    for (int step = 0; step < 5; step++) {
        if (step == 2 && !fails)
            continue;
        lines_open (self, step == 0 ? start_ms : step == 1 ? (start_ms + end_ms) / 2 : end_ms, slot);
        if (buffer_status (&self->text) != STATUS_OK)
            return;
        if (step == 0)
            buffer_printf (&self->text, "START RequestId: %s Version: %s", self->request, minute->version);
        else
        if (step == 1) {
            //  What is JSON comes from a logger of the function's own, which writes no more than that
            if (fails || *lines_words_of (self->name) != '{') {
                s_append_time (self);
                buffer_printf (&self->text, "\t%s\tINFO\t", self->request);
            }
            lines_fill (self, fails ? "started" : "~w");
        }
        else
        if (step == 2) {
            s_append_time (self);
            s_append_failure (self, minute->failure);
        }
        else
        if (step == 3)
            buffer_printf (&self->text, "END RequestId: %s", self->request);
        else
            s_write_report (self, minute, duration_ms);
        lines_close (self);
    }
}

void
lines_write_lambda (lines_t *self)
{
    static const int MEMORIES_MB [] = { 128, 256, 512, 1024 };
    minute_t minute = { .count = s_count (self), .memory_mb = MEMORIES_MB [self->digest & 3] };
    if (!minute.count)
        return;
    minute.errors = s_sum (self, self->errors);
    minute.measured = self->duration && series_minute (self->shop, self->duration, self->region, self->minute_ms, &minute.durations)
                   && minute.durations.count > 0;
    minute.failure = lines_story_error (self);
    if (!minute.failure)
        minute.failure = FAILURES [chance_u64 (&self->chance) % (sizeof FAILURES / sizeof FAILURES [0])];
    minute.version = lines_story_version (self);
    //  Errors are spread evenly over the invocations, and are exactly as many as the metric says.
    for (int i = 0; i < minute.count; i++) {
        bool fails = (int64_t) (i + 1) * minute.errors / minute.count > (int64_t) i * minute.errors / minute.count;
        s_write_invocation (self, &minute, i % self->slots, fails);
    }
}
