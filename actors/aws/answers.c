#include "answers.h"

#include <assert.h>
#include <stdlib.h>

//  A list's page is much smaller; what is not would drive out everything else.
enum { PART_MAX = 4 };

typedef struct {
    question_t question;
    char      *text;                    //  NULL: free
    size_t     text_bytes;
    size_t     bytes;                   //  Text and question
    int64_t    got_ms;
    int64_t    kept_ms;
    uint64_t   used;                    //  The number of its last use
} entry_t;

struct answers {
    size_t     bytes_max;
    uint64_t   uses;
    entry_t    entries [ANSWERS_MAX];
    answers_counts_t counts;
};

typedef struct {
    aws_service_t service;
    const char *api;
    const char *items;                  //  The list in the answer
    int64_t     kept_ms;
} kind_t;

static const kind_t KINDS [] = {
#define X(service, api, items, kept_ms, because) { service, api, items, kept_ms },
    ANSWERS_KEPT (X)
#undef X
};

answers_t *
answers_new (size_t bytes_max)
{
    answers_t *self = calloc (1, sizeof *self);
    if (self)
        self->bytes_max = bytes_max;
    return self;
}

static void
s_free (answers_t *self, entry_t *entry)
{
    assert (entry->text && self->counts.bytes >= entry->bytes);
    self->counts.bytes -= entry->bytes;
    self->counts.entries--;
    question_deinit (&entry->question);
    free (entry->text);
    *entry = (entry_t) { 0 };
}

void
answers_destroy (answers_t **self_p)
{
    answers_t *self = *self_p;
    if (!self)
        return;
    for (size_t i = 0; i < ANSWERS_MAX; i++)
        if (self->entries [i].text)
            s_free (self, &self->entries [i]);
    free (self);
    *self_p = NULL;
}

static const kind_t *
s_kind (const question_t *question)
{
    for (size_t i = 0; i < sizeof KINDS / sizeof KINDS [0]; i++)
        if (KINDS [i].service == question->service && strcmp (KINDS [i].api, question->api) == 0)
            return &KINDS [i];
    return NULL;
}

bool
answers_wanted (const answers_t *self, const question_t *question)
{
    return self->bytes_max > 0 && s_kind (question);
}

static bool
s_is_old (const entry_t *entry, int64_t now_ms)
{
    return now_ms - entry->got_ms >= entry->kept_ms;
}

static entry_t *
s_find (answers_t *self, const question_t *question)
{
    for (size_t i = 0; i < ANSWERS_MAX; i++)
        if (self->entries [i].text && question_same (&self->entries [i].question, question))
            return &self->entries [i];
    return NULL;
}

//  A free entry, with room for so many bytes. What is too old goes in any case: nobody else would come by and free it.
static entry_t *
s_make_room (answers_t *self, size_t bytes, int64_t now_ms)
{
    for (size_t i = 0; i < ANSWERS_MAX; i++)
        if (self->entries [i].text && s_is_old (&self->entries [i], now_ms))
            s_free (self, &self->entries [i]);
    for (;;) {
        entry_t *vacant = NULL, *idlest = NULL;
        for (size_t i = 0; i < ANSWERS_MAX; i++) {
            entry_t *entry = &self->entries [i];
            if (!entry->text)
                vacant = entry;
            else if (!idlest || entry->used < idlest->used)
                idlest = entry;
        }
        if (vacant && bytes <= self->bytes_max - self->counts.bytes)
            return vacant;
        assert (idlest);                //  bytes fit into an empty cache
        s_free (self, idlest);
    }
}

void
answers_keep (answers_t *self, const question_t *question, const yyjson_val *answer, int64_t now_ms)
{
    const kind_t *kind = answers_wanted (self, question) ? s_kind (question) : NULL;
    yyjson_val *root = (yyjson_val *) (uintptr_t) answer;       //  Only read; yyjson knows no const here
    if (!kind || yyjson_arr_size (yyjson_obj_get (root, kind->items)) == 0)
        return;
    entry_t *before = s_find (self, question);
    if (before)
        s_free (self, before);
    size_t text_bytes;
    char *text = yyjson_val_write (root, YYJSON_WRITE_NOFLAG, &text_bytes);
    size_t bytes = question_bytes (question) + text_bytes + 1;
    question_t kept;
    if (!text || bytes > self->bytes_max / PART_MAX || question_keep (question, &kept) != STATUS_OK) {
        free (text);
        return;
    }
    *s_make_room (self, bytes, now_ms) = (entry_t) {
        .question = kept, .text = text, .text_bytes = text_bytes, .bytes = bytes, .got_ms = now_ms, .kept_ms = kind->kept_ms, .used = ++self->uses,
    };
    self->counts.bytes += bytes;
    self->counts.entries++;
}

slice_t
answers_find (answers_t *self, const question_t *question, int64_t now_ms, int64_t *age_ms)
{
    if (!answers_wanted (self, question))
        return SLICE_ABSENT;
    entry_t *entry = s_find (self, question);
    if (!entry || s_is_old (entry, now_ms))
        return SLICE_ABSENT;
    entry->used = ++self->uses;
    *age_ms = now_ms - entry->got_ms;
    return (slice_t) { entry->text, entry->text_bytes };
}

answers_counts_t
answers_counts (const answers_t *self)
{
    return self->counts;
}
