#include "journal.h"

#include "json.h"

#include <stdlib.h>

//  Operations that are counted one by one; what goes beyond is counted as "other".
enum { TOTALS_MAX = 64, NAME_SIZE = 64, REGION_SIZE = 32, KEY_SIZE = 32 };

typedef struct {
    char operation [NAME_SIZE];
    uint64_t requests;
    uint64_t answered;
    uint64_t refused;           //  Of the answered ones: with a status of 400 or more
    uint64_t aborted;
} total_t;

typedef struct {
    uint64_t seq;               //  0: empty
    char service [NAME_SIZE];
    char operation [NAME_SIZE];
    char region [REGION_SIZE];
    char key_id [KEY_SIZE];
    journal_outcome_t outcome;
    int status;                 //  0 while there is none
    int64_t started_ms;
    int64_t ended_ms;
    size_t body_bytes;
    char *body;                 //  Owned; NULL when empty or too long
    size_t total;               //  Its place in totals
} entry_t;

struct journal {
    entry_t entries [JOURNAL_ENTRIES_MAX];      //  A ring: entry seq stands at seq % JOURNAL_ENTRIES_MAX
    uint64_t last_seq;
    total_t totals [TOTALS_MAX];
    size_t totals_count;
};

journal_t *
journal_new (void)
{
    return calloc (1, sizeof (journal_t));
}

void
journal_clear (journal_t *self)
{
    for (size_t i = 0; i < JOURNAL_ENTRIES_MAX; i++) {
        free (self->entries [i].body);
        self->entries [i] = (entry_t) { .seq = 0 };
    }
    self->totals_count = 0;
}

void
journal_destroy (journal_t **self_p)
{
    if (*self_p)
        journal_clear (*self_p);
    free (*self_p);
    *self_p = NULL;
}

static void
s_copy (char *to, size_t size, slice_t from)
{
    size_t kept = from.size < size - 1 ? from.size : size - 1;
    if (kept)
        memcpy (to, from.data, kept);
    to [kept] = 0;
}

static size_t
s_total_of (journal_t *self, const char *operation)
{
    for (size_t i = 0; i < self->totals_count; i++)
        if (strcmp (self->totals [i].operation, operation) == 0)
            return i;
    if (self->totals_count == TOTALS_MAX)
        return TOTALS_MAX - 1;
    total_t *total = &self->totals [self->totals_count];
    *total = (total_t) { .requests = 0 };
    s_copy (total->operation, NAME_SIZE, slice_of (self->totals_count == TOTALS_MAX - 1 ? "other" : operation));
    return self->totals_count++;
}

static entry_t *
s_find (journal_t *self, uint64_t seq)
{
    entry_t *entry = &self->entries [seq % JOURNAL_ENTRIES_MAX];
    return entry->seq == seq ? entry : NULL;
}

uint64_t
journal_open (journal_t *self, const journal_request_t *request, int64_t now_ms)
{
    uint64_t seq = ++self->last_seq;
    entry_t *entry = &self->entries [seq % JOURNAL_ENTRIES_MAX];
    free (entry->body);
    *entry = (entry_t) { .seq = seq, .outcome = JOURNAL_WAITING, .started_ms = now_ms, .body_bytes = request->body.size };
    s_copy (entry->service, sizeof entry->service, request->service);
    s_copy (entry->operation, sizeof entry->operation, request->operation);
    s_copy (entry->region, sizeof entry->region, request->region);
    s_copy (entry->key_id, sizeof entry->key_id, request->key_id);
    if (request->body.size && request->body.size <= JOURNAL_BODY_BYTES_MAX && (entry->body = malloc (request->body.size)))
        memcpy (entry->body, request->body.data, request->body.size);
    entry->total = s_total_of (self, entry->operation);
    self->totals [entry->total].requests++;
    return seq;
}

void
journal_mark (journal_t *self, uint64_t seq, journal_outcome_t outcome)
{
    entry_t *entry = s_find (self, seq);
    if (entry)
        entry->outcome = outcome;
}

void
journal_close (journal_t *self, uint64_t seq, journal_outcome_t outcome, int status, int64_t now_ms)
{
    entry_t *entry = s_find (self, seq);
    if (!entry)
        return;
    entry->outcome = outcome;
    entry->status = status;
    entry->ended_ms = now_ms;
    total_t *total = &self->totals [entry->total];
    total->answered += outcome == JOURNAL_ANSWERED;
    total->refused += outcome == JOURNAL_ANSWERED && status >= 400;
    total->aborted += outcome == JOURNAL_ABORTED;
}

static const char *
s_outcome (journal_outcome_t outcome)
{
    switch (outcome) {
    case JOURNAL_WAITING:
        return "waiting";
    case JOURNAL_HANGING:
        return "hanging";
    case JOURNAL_ANSWERED:
        return "answered";
    case JOURNAL_ABORTED:
        return "aborted by the client";
    }
    return "waiting";
}

static void
s_write_text (buffer_t *out, const char *name, const char *text)
{
    buffer_printf (out, ",\"%s\":", name);
    if (*text)
        json_append_string (out, slice_of (text));
    else
        buffer_append_text (out, "null");
}

//  The body as JSON when it is JSON, else as a string.
static void
s_write_body (buffer_t *out, const entry_t *entry)
{
    yyjson_doc *doc = NULL;
    slice_t body = { entry->body, entry->body_bytes };
    buffer_printf (out, ",\"body_bytes\":%zu,\"body\":", entry->body_bytes);
    if (!entry->body)
        buffer_append_text (out, "null");
    else
    if (json_read (body, JSON_DEPTH_MAX_AWS, &doc, NULL) == STATUS_OK)
        buffer_append_slice (out, body);
    else
        json_append_string (out, body);
    yyjson_doc_free (doc);
}

static void
s_write_entry (buffer_t *out, const entry_t *entry)
{
    buffer_printf (out, "{\"seq\":%llu", (unsigned long long) entry->seq);
    s_write_text (out, "service", entry->service);
    s_write_text (out, "operation", entry->operation);
    s_write_text (out, "region", entry->region);
    s_write_text (out, "key_id", entry->key_id);
    s_write_text (out, "outcome", s_outcome (entry->outcome));
    buffer_printf (out, ",\"status\":%d,\"started_ms\":%lld", entry->status, (long long) entry->started_ms);
    if (entry->ended_ms)
        buffer_printf (out, ",\"ended_ms\":%lld", (long long) entry->ended_ms);
    else
        buffer_append_text (out, ",\"ended_ms\":null");
    s_write_body (out, entry);
    buffer_append_char (out, '}');
}

void
journal_write (const journal_t *self, uint64_t after, buffer_t *out)
{
    uint64_t oldest = self->last_seq > JOURNAL_ENTRIES_MAX ? self->last_seq - JOURNAL_ENTRIES_MAX + 1 : 1;
    const char *separator = "";
    buffer_printf (out, "{\"last_seq\":%llu,\"requests\":[", (unsigned long long) self->last_seq);
    for (uint64_t seq = after >= oldest ? after + 1 : oldest; after < self->last_seq && seq <= self->last_seq; seq++) {
        const entry_t *entry = &self->entries [seq % JOURNAL_ENTRIES_MAX];
        if (entry->seq != seq)
            continue;
        buffer_append_text (out, separator);
        s_write_entry (out, entry);
        separator = ",";
    }
    buffer_append_text (out, "],\"totals\":{");
    for (size_t i = 0; i < self->totals_count; i++) {
        const total_t *total = &self->totals [i];
        buffer_append_text (out, i ? "," : "");
        json_append_string (out, slice_of (total->operation));
        buffer_printf (out, ":{\"requests\":%llu,\"answered\":%llu,\"refused\":%llu,\"aborted\":%llu}", (unsigned long long) total->requests,
                       (unsigned long long) total->answered, (unsigned long long) total->refused, (unsigned long long) total->aborted);
    }
    buffer_append_text (out, "}}");
}
