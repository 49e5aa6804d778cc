#include "span.h"

#include <stdio.h>

void
span_init (span_t *self, span_kind_t kind, const uint8_t *id, const uint8_t *parent, slice_t name)
{
    memset (self, 0, offsetof (span_t, attributes));
    self->kind = (uint8_t) kind;
    memcpy (self->id, id, SPAN_ID_BYTES);
    if (parent)
        memcpy (self->parent, parent, SPAN_ID_BYTES);
    self->cut = name.size > SPAN_NAME_MAX;
    if (name.size)
        memcpy (self->name, name.data, self->cut ? SPAN_NAME_MAX : name.size);
}

//  SplitMix64: every seed is visited once, and neighbours have nothing in common.
void
span_next_id (uint64_t *seed, uint8_t *id)
{
    uint64_t bits;
    do {
        bits = *seed += 0x9e3779b97f4a7c15;
        bits = (bits ^ bits >> 30) * 0xbf58476d1ce4e5b9;
        bits = (bits ^ bits >> 27) * 0x94d049bb133111eb;
        bits ^= bits >> 31;
    } while (bits == 0);
    memcpy (id, &bits, sizeof bits);
}

void
span_set_times (span_t *self, int64_t start_us, int64_t end_us)
{
    self->start_us = start_us;
    self->duration_us = end_us > start_us ? end_us - start_us : 0;
}

void
span_set_link (span_t *self, const uint8_t *trace, const uint8_t *id)
{
    self->linked = true;
    memcpy (self->link_trace, trace, SPAN_TRACE_BYTES);
    memcpy (self->link, id, SPAN_ID_BYTES);
}

//  A place for another attribute; NULL when all are taken.
static span_attribute_t *
s_place (span_t *self, span_key_t key)
{
    if (self->count == SPAN_ATTRIBUTES_MAX) {
        self->cut = true;
        return NULL;
    }
    span_attribute_t *place = &self->attributes [self->count++];
    *place = (span_attribute_t) { .key = (uint8_t) key };
    return place;
}

void
span_set_text (span_t *self, span_key_t key, slice_t text)
{
    if (!text.size)
        return;
    if (text.size > (size_t) (SPAN_TEXT_BYTES_MAX - self->text_size)) {
        self->cut = true;
        return;
    }
    span_attribute_t *place = s_place (self, key);
    if (!place)
        return;
    place->at = (uint16_t) self->text_size;
    place->size = (uint16_t) text.size;
    memcpy (self->text + self->text_size, text.data, text.size);
    self->text_size += (int) text.size;
}

void
span_set_number (span_t *self, span_key_t key, int64_t number)
{
    span_attribute_t *place = s_place (self, key);
    if (place)
        place->number = number;
}

static const span_attribute_t *
s_find (const span_t *self, span_key_t key)
{
    for (int i = 0; i < self->count; i++)
        if (self->attributes [i].key == key)
            return &self->attributes [i];
    return NULL;
}

slice_t
span_text (const span_t *self, span_key_t key)
{
    const span_attribute_t *found = s_find (self, key);
    return found ? (slice_t) { self->text + found->at, found->size } : SLICE_ABSENT;
}

int64_t
span_number (const span_t *self, span_key_t key, int64_t or_else)
{
    const span_attribute_t *found = s_find (self, key);
    return found ? found->number : or_else;
}

enum { TEXT = 1, NUMBER = 2 };

static const struct { const char *name; int type; } KEYS [SPAN_KEY_END] = {
#define X(code, KEY, type, name, meaning) [code] = { name, type },
    SPAN_KEYS (X)
#undef X
};

const char *
span_key_name (int key)
{
    return key >= 0 && key < SPAN_KEY_END ? KEYS [key].name : NULL;
}

bool
span_key_is_text (int key)
{
    return span_key_name (key) && KEYS [key].type == TEXT;
}

const char *
span_kind_name (int kind)
{
    switch (kind) {
#define X(code, KIND) case code: return #KIND;
    SPAN_KINDS (X)
#undef X
    }
    return "INTERNAL";
}
