#include "lines_write.h"

#include <stdio.h>
#include <stdlib.h>

enum { TEXT_BYTES_MAX = 256 * 1024 * 1024, DRAFTS_FIRST = 256, BATCH_MS = 1000 };

static const int64_t DAY_MS = INT64_C (24) * 60 * 60 * 1000;

static const char *
s_base_name (const char *name)
{
    const char *slash = strrchr (name, '/');
    return slash ? slash + 1 : name;
}

lines_t *
lines_new (const shop_t *shop, const shop_log_group_t *group, const char *region)
{
    lines_t *self = calloc (1, sizeof *self);
    char dimensions [256];
    if (!self)
        return NULL;
    self->shop = shop;
    self->group = group;
    self->region = region;
    self->kind = lines_kind_of (group);
    self->name = s_base_name (group->name);
    self->slots = streams_slots (group);
    self->digest = shop->seed ^ chance_of_text (group->name) ^ (chance_of_text (group->account) << 1) ^ (chance_of_text (region) << 2);
    if (self->kind->write == LINES_LAMBDA && strcmp (group->account, SHOP_ACCOUNT) == 0) {
        snprintf (dimensions, sizeof dimensions, "FunctionName=%s", self->name);
        self->invocations = series_find (shop, "AWS/Lambda", "Invocations", dimensions);
        self->errors = series_find (shop, "AWS/Lambda", "Errors", dimensions);
        self->duration = series_find (shop, "AWS/Lambda", "Duration", dimensions);
    }
    buffer_init (&self->text, TEXT_BYTES_MAX);
    return self;
}

void
lines_destroy (lines_t **self_p)
{
    lines_t *self = *self_p;
    if (!self)
        return;
    buffer_deinit (&self->text);
    free (self->drafts);
    free (self);
    *self_p = NULL;
}

int64_t
lines_from_ms (const shop_t *shop, const shop_log_group_t *group)
{
    int64_t kept_ms = group->retention_days ? shop_clock_ms (shop) - group->retention_days * DAY_MS : 0;
    return kept_ms > group->created_ms ? kept_ms : group->created_ms;
}

//  From four in the morning to eight in the evening it rises, then falls faster; more at weekends. (1970 began with a Thursday.)
double
lines_tempo (int64_t time_ms)
{
    double hours = (double) (time_ms % DAY_MS) / 3600000.0;
    double since_low = hours >= 4 ? hours - 4 : hours + 20;
    double part = since_low <= 16 ? since_low / 16 : (24 - since_low) / 8;
    int64_t day = (time_ms / DAY_MS + 4) % 7;
    return (0.35 + 1.3 * part * part * (3 - 2 * part)) * (day == 0 || day == 6 ? 1.15 : 1.0);
}

int
lines_rounded (chance_t *chance, double expected)
{
    return (int) (expected + chance_unit (chance));
}

int
lines_between (chance_t *chance, int from, int to)
{
    return to <= from ? from : from + (int) (chance_u64 (chance) % (uint64_t) (to - from + 1));
}

//  What one stream writes within one second arrives together, in the second half of the next second or later.
static int64_t
s_ingestion_ms (const lines_t *self, int64_t time_ms, int slot)
{
    int64_t batch = time_ms / BATCH_MS;
    chance_t chance;
    chance_init (&chance, self->digest ^ ((uint64_t) batch << 3) ^ (uint64_t) slot);
    return (batch + 2) * BATCH_MS + (int64_t) (chance_u64 (&chance) % (LINES_DELAY_MS_MAX - 2 * BATCH_MS));
}

void
lines_open (lines_t *self, int64_t time_ms, int slot)
{
    if (self->count == self->capacity) {
        size_t capacity = self->capacity ? self->capacity * 2 : DRAFTS_FIRST;
        lines_draft_t *grown = realloc (self->drafts, capacity * sizeof *grown);
        if (!grown) {
            self->text.status = STATUS_NO_MEMORY;
            return;
        }
        self->drafts = grown;
        self->capacity = capacity;
    }
    self->drafts [self->count] = (lines_draft_t) {
        .time_ms = time_ms,
        .ingestion_ms = s_ingestion_ms (self, time_ms, slot),
        .offset = self->text.size,
        .number = (uint32_t) self->count,
        .slot = slot,
    };
}

void
lines_close (lines_t *self)
{
    if (buffer_status (&self->text) == STATUS_OK) {
        self->drafts [self->count].size = self->text.size - self->drafts [self->count].offset;
        self->count++;
    }
}

void
lines_add (lines_t *self, int64_t time_ms, int slot, const char *text)
{
    lines_open (self, time_ms, slot);
    if (buffer_status (&self->text) != STATUS_OK)
        return;
    chance_uuid (&self->chance, self->request);
    lines_fill (self, text);
    lines_close (self);
}

//  As CloudWatch Logs sorts: by time, by arrival, and then as they came.
static int
s_compare (const void *left, const void *right)
{
    const lines_draft_t *a = left;
    const lines_draft_t *b = right;
    if (a->time_ms != b->time_ms)
        return a->time_ms < b->time_ms ? -1 : 1;
    if (a->ingestion_ms != b->ingestion_ms)
        return a->ingestion_ms < b->ingestion_ms ? -1 : 1;
    return a->number < b->number ? -1 : a->number > b->number;
}

static void
s_name_streams (lines_t *self)
{
    for (int slot = 0; slot < self->slots; slot++) {
        stream_t stream = streams_at (self->shop, self->group, slot, self->minute_ms);
        streams_name (self->group, self->region, &stream, self->streams [slot]);
    }
}

bool
lines_read (lines_t *self, int64_t minute_ms)
{
    static void (*const WRITERS []) (lines_t *self) = {
        [LINES_TEXTS] = lines_write_texts,
        [LINES_LAMBDA] = lines_write_lambda,
        [LINES_DEPLOYS] = lines_write_deploys,
        [LINES_BULK] = lines_write_bulk,
    };
    self->minute_ms = minute_ms;
    self->count = 0;
    buffer_clear (&self->text);
    if (strcmp (self->group->class, "DELIVERY") == 0)
        return true;            //  What is delivered is not kept
    chance_init (&self->chance, self->digest + (uint64_t) (minute_ms / LINES_MINUTE_MS) * UINT64_C (0x9e3779b97f4a7c15));
    WRITERS [self->kind->write] (self);
    lines_write_story (self);
    if (self->count) {
        qsort (self->drafts, self->count, sizeof *self->drafts, s_compare);
        s_name_streams (self);
    }
    return buffer_status (&self->text) == STATUS_OK;
}

size_t
lines_count (const lines_t *self)
{
    return self->count;
}

line_t
lines_at (const lines_t *self, size_t index)
{
    const lines_draft_t *draft = &self->drafts [index];
    return (line_t) { draft->time_ms, draft->ingestion_ms, draft->slot, { self->text.data + draft->offset, draft->size } };
}

//  56 digits: the time, so that no two milliseconds share an id, and then what group and number give when they are stirred (which never makes
//  two of them the same), with some more digits to look like the real ones.
void
lines_id (const lines_t *self, size_t index, char *id)
{
    const lines_draft_t *draft = &self->drafts [index];
    chance_t chance;
    chance_init (&chance, ((uint64_t) (self->group - self->shop->log_groups) << 32) + draft->number);
    uint64_t first = chance_u64 (&chance);
    uint64_t second = chance_u64 (&chance) % UINT64_C (10000000000000000);
    snprintf (id, LINES_ID_SIZE, "39%018lld%020llu%016llu", (long long) draft->time_ms, (unsigned long long) first, (unsigned long long) second);
}

const char *
lines_stream (const lines_t *self, int slot)
{
    return self->streams [slot];
}
