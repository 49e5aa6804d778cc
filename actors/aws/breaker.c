#include "breaker.h"

#include "log.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct {
    char    region [33];                //  "": free
    aws_service_t service;
    int     failures;                   //  In a row, up to BREAKER_FAILURES: open
    bool    probed;                     //  Open, and a probe is under way
    int64_t first_ms, last_ms;          //  Of the failures in a row
    int64_t pause_ms;                   //  The present one, before chance
    int64_t again_ms;                   //  When it ends
    const void *caller;                 //  Who met silence last, and when that counted
    int64_t silent_ms;
    char    reason [BREAKER_REASON_SIZE];
} entry_t;

struct breaker {
    const random_source_t *random;
    int     count;                      //  Places in use: the first ones
    entry_t entries [BREAKER_ENTRIES_MAX];
};

breaker_t *
breaker_new (const random_source_t *random)
{
    breaker_t *self = calloc (1, sizeof *self);
    if (self)
        self->random = random;
    return self;
}

void
breaker_destroy (breaker_t **self_p)
{
    free (*self_p);
    *self_p = NULL;
}

//  Its place, or -1.
static int
s_find (const breaker_t *self, const char *region, aws_service_t service)
{
    for (int i = 0; i < self->count; i++)
        if (self->entries [i].service == service && strcmp (self->entries [i].region, region) == 0)
            return i;
    return -1;
}

breaker_verdict_t
breaker_look (const breaker_t *self, const char *region, aws_service_t service, int64_t now_ms, breaker_trouble_t *trouble)
{
    int at = s_find (self, region, service);
    if (at < 0 || self->entries [at].failures < BREAKER_FAILURES)
        return BREAKER_CLOSED;
    const entry_t *entry = &self->entries [at];
    if (now_ms >= entry->again_ms && !entry->probed)
        return BREAKER_PROBE;
    *trouble = (breaker_trouble_t) { .dead_ms = now_ms - entry->first_ms, .again_ms = entry->again_ms > now_ms ? entry->again_ms - now_ms : 0 };
    memcpy (trouble->reason, entry->reason, sizeof trouble->reason);
    return BREAKER_OPEN;
}

breaker_verdict_t
breaker_enter (breaker_t *self, const char *region, aws_service_t service, int64_t now_ms, breaker_trouble_t *trouble)
{
    breaker_verdict_t verdict = breaker_look (self, region, service, now_ms, trouble);
    if (verdict == BREAKER_PROBE)
        self->entries [s_find (self, region, service)].probed = true;
    return verdict;
}

//  The last one takes the place that becomes free.
static void
s_remove (breaker_t *self, int at)
{
    self->entries [at] = self->entries [--self->count];
    self->entries [self->count] = (entry_t) { 0 };
}

static void
s_answered (breaker_t *self, int at, int64_t now_ms)
{
    const entry_t *entry = &self->entries [at];
    if (entry->failures == BREAKER_FAILURES)
        log_info ("aws is reachable again", log_text ("service", aws_service_iam (entry->service)), log_text ("region", entry->region),
                  log_int ("after_ms", now_ms - entry->first_ms));
    s_remove (self, at);
}

static entry_t *
s_insert (breaker_t *self, const char *region, aws_service_t service, int64_t now_ms)
{
    if (self->count == BREAKER_ENTRIES_MAX) {
        int oldest = 0;
        for (int i = 1; i < self->count; i++)
            if (self->entries [i].last_ms < self->entries [oldest].last_ms)
                oldest = i;
        s_remove (self, oldest);
    }
    entry_t *entry = &self->entries [self->count++];
    assert (strlen (region) < sizeof entry->region);
    *entry = (entry_t) { .service = service, .first_ms = now_ms, .last_ms = now_ms };
    snprintf (entry->region, sizeof entry->region, "%s", region);
    return entry;
}

//  Between half of the pause and all of it.
static void
s_pause (const breaker_t *self, entry_t *entry, int64_t now_ms)
{
    entry->again_ms = now_ms + entry->pause_ms / 2 + (int64_t) (random_unit (self->random) * (double) entry->pause_ms / 2.0);
}

static void
s_failed (breaker_t *self, entry_t *entry, int64_t now_ms, const char *reason, bool probe)
{
    if (entry->failures < BREAKER_FAILURES && now_ms - entry->last_ms > BREAKER_MEMORY_MS) {
        entry->failures = 0;
        entry->first_ms = now_ms;
    }
    entry->last_ms = now_ms;
    snprintf (entry->reason, sizeof entry->reason, "%s", reason ? reason : "no answer");
    if (entry->failures < BREAKER_FAILURES) {
        if (++entry->failures < BREAKER_FAILURES)
            return;
        entry->pause_ms = BREAKER_PAUSE_MS_MIN;
        log_warning ("aws is not reachable", log_text ("service", aws_service_iam (entry->service)), log_text ("region", entry->region),
                     log_text ("reason", entry->reason));
    } else if (probe) {
        entry->probed = false;
        entry->pause_ms = entry->pause_ms < BREAKER_PAUSE_MS_MAX / 2 ? 2 * entry->pause_ms : BREAKER_PAUSE_MS_MAX;
    } else {
        return;                         //  It had begun before: nothing new
    }
    s_pause (self, entry, now_ms);
}

//  A request that was sent had no answer in all its time.
static bool
s_silent (const breaker_end_t *end)
{
    return end->answer->status == STATUS_DEADLINE && end->answer->sent && end->given_ms >= BREAKER_SILENCE_MS;
}

//  A connection that had served before and broke is no sign that there is no way to AWS.
static bool
s_cut_off (const breaker_end_t *end)
{
    return end->answer->status == STATUS_UNREACHABLE && !end->answer->timings.reused;
}

//  Each silence lasts BREAKER_SILENCE_MS at least, so two of one caller that end within that time were there at once.
static bool
s_counts (entry_t *entry, int64_t now_ms, const breaker_end_t *end)
{
    if (!s_silent (end))
        return true;
    if (entry->caller && entry->caller == end->caller && now_ms - entry->silent_ms < BREAKER_SILENCE_MS && !end->probe)
        return false;
    entry->caller = end->caller;
    entry->silent_ms = now_ms;
    return true;
}

void
breaker_hear (breaker_t *self, const char *region, aws_service_t service, int64_t now_ms, const breaker_end_t *end)
{
    int at = s_find (self, region, service);
    if (end->answer->http_status) {
        if (at >= 0)
            s_answered (self, at, now_ms);
    } else if (s_silent (end) || s_cut_off (end)) {
        entry_t *entry = at >= 0 ? &self->entries [at] : s_insert (self, region, service, now_ms);
        if (s_counts (entry, now_ms, end))
            s_failed (self, entry, now_ms, end->answer->reason, end->probe);
    } else if (end->probe) {
        breaker_give_up (self, region, service);
    }
}

void
breaker_give_up (breaker_t *self, const char *region, aws_service_t service)
{
    int at = s_find (self, region, service);
    if (at >= 0)
        self->entries [at].probed = false;
}
