#include "vocabulary.h"

#include <stdio.h>
#include <stdlib.h>

//  The order of the table: words by their bytes, what belongs to one behind one another.

//  One word's places as they were found, with the word's rank; metric or namespace, where or strength.
typedef struct { uint32_t rank, id, value; } s_place_t;

//  By a word's offset in the pool: its rank among all that are used.
typedef struct {
    uint32_t *ranks;
    uint32_t *offsets;                  //  By rank
    size_t    count;
} s_ranks_t;

static const pool_t *s_sorted_pool;     //  What qsort cannot be given: the compiler is one thread

static int
s_compare_words (const void *a, const void *b)
{
    return strcmp (pool_text (s_sorted_pool, *(const uint32_t *) a), pool_text (s_sorted_pool, *(const uint32_t *) b));
}

static int
s_compare_places (const void *a, const void *b)
{
    const s_place_t *one = a, *other = b;
    if (one->rank != other->rank)
        return one->rank < other->rank ? -1 : 1;
    return one->id < other->id ? -1 : one->id > other->id;
}

static void *
s_zeroed (size_t count, size_t size)
{
    void *memory = calloc (count + 1, size);
    if (!memory) {
        fprintf (stderr, "catalogue-compiler: there is not enough memory.\n");
        exit (1);
    }
    return memory;
}

//  Every third number of a part, from the first on, is a word that is used; of phrases it is the second of two.
static void
s_mark (s_ranks_t *self, const buffer_t *part, size_t stride, size_t at)
{
    const uint32_t *numbers = (const uint32_t *) (const void *) part->data;
    for (size_t i = at; i < part->size / sizeof *numbers; i += stride)
        self->ranks [numbers [i]] = 1;
}

static void
s_rank (s_ranks_t *self, const vocabulary_t *vocabulary)
{
    size_t size = vocabulary->words.bytes.size;
    *self = (s_ranks_t) { s_zeroed (size, sizeof *self->ranks), s_zeroed (vocabulary->words.used, sizeof *self->offsets), 0 };
    s_mark (self, &vocabulary->posts, 3, 0);
    s_mark (self, &vocabulary->services, 3, 0);
    s_mark (self, &vocabulary->phrases, 2, 1);
    s_mark (self, &vocabulary->stops, 1, 0);            //  Words that are nowhere: so the search knows them
    for (uint32_t at = 0; at < size; at += (uint32_t) strlen (pool_text (&vocabulary->words, at)) + 1)
        if (self->ranks [at])
            self->offsets [self->count++] = at;
    s_sorted_pool = &vocabulary->words;
    qsort (self->offsets, self->count, sizeof *self->offsets, s_compare_words);
    for (size_t i = 0; i < self->count; i++)
        self->ranks [self->offsets [i]] = (uint32_t) i;
}

//  The places of a part, in the order of ranks, ended by one that is no word's.
static s_place_t *
s_places (const s_ranks_t *ranks, const buffer_t *part)
{
    const s_place_t *found = (const s_place_t *) (const void *) part->data;
    size_t count = part->size / sizeof *found;
    s_place_t *places = s_zeroed (count, sizeof *places);
    for (size_t i = 0; i < count; i++)
        places [i] = (s_place_t) { ranks->ranks [found [i].rank], found [i].id, found [i].value };
    qsort (places, count, sizeof *places, s_compare_places);
    places [count].rank = UINT32_MAX;
    return places;
}

static void
s_append_number (buffer_t *out, uint32_t number)
{
    for (; number >= 0x80; number >>= 7)
        buffer_append_char (out, (char) (number | 0x80));
    buffer_append_char (out, (char) number);
}

//  The postings of the word that *place_p begins with; returns how many metrics.
static uint32_t
s_write_postings (buffer_t *out, const s_place_t **place_p)
{
    const s_place_t *place = *place_p;
    uint32_t rank = place->rank, metrics = 0;
    int64_t before = -1;
    while (place->rank == rank) {
        uint32_t id = place->id, where = 0;
        for (; place->rank == rank && place->id == id; place++)
            where |= place->value;
        s_append_number (out, (uint32_t) (id - before) << LAYOUT_WHERE_BITS | where);
        before = id;
        metrics++;
    }
    buffer_append_char (out, 0);
    *place_p = place;
    return metrics;
}

//  The namespaces that a word means, each with the greatest of its strengths.
static uint32_t
s_write_services (buffer_t *out, const s_place_t **place_p)
{
    const s_place_t *place = *place_p;
    uint32_t rank = place->rank, count = 0;
    while (place->rank == rank) {
        uint32_t id = place->id, strength = 0;
        for (; place->rank == rank && place->id == id; place++)
            strength = place->value > strength ? place->value : strength;
        buffer_append (out, &(layout_service_t) { (uint16_t) id, (uint16_t) strength }, sizeof (layout_service_t));
        count++;
    }
    *place_p = place;
    return count;
}

static int
s_compare_phrases (const void *a, const void *b)
{
    const layout_phrase_t *one = a, *other = b;
    int order = strcmp (pool_text (s_sorted_pool, one->words), pool_text (s_sorted_pool, other->words));
    return order ? order : one->concept < other->concept ? -1 : one->concept > other->concept;
}

static void
s_write_phrases (vocabulary_t *self, const s_ranks_t *ranks, pool_t *names)
{
    const uint32_t *found = (const uint32_t *) (const void *) self->phrases.data;
    for (size_t i = 0; i + 1 < self->phrases.size / sizeof *found; i += 2) {
        uint32_t words = pool_add (names, slice_of (pool_text (&self->words, found [i])));
        buffer_append (&self->table_phrases, &(layout_phrase_t) { words, ranks->ranks [found [i + 1]] }, sizeof (layout_phrase_t));
    }
    s_sorted_pool = names;
    if (self->table_phrases.size)
        qsort (self->table_phrases.data, self->table_phrases.size / sizeof (layout_phrase_t), sizeof (layout_phrase_t), s_compare_phrases);
}

void
vocabulary_write (vocabulary_t *self, pool_t *names)
{
    s_ranks_t ranks;
    s_rank (&ranks, self);
    s_place_t *posts = s_places (&ranks, &self->posts), *services = s_places (&ranks, &self->services);
    const s_place_t *post = posts, *service = services;
    for (uint32_t rank = 0; rank < ranks.count; rank++) {
        const char *text = pool_text (&self->words, ranks.offsets [rank]);
        layout_word_t word = { .text = pool_add (names, slice_of (text)), .letters = layout_letters (text) };
        word.postings = (uint32_t) self->table_postings.size;
        word.services = (uint32_t) (self->table_services.size / sizeof (layout_service_t));
        word.metrics = post->rank == rank ? s_write_postings (&self->table_postings, &post) : 0;
        word.services_count = service->rank == rank ? s_write_services (&self->table_services, &service) : 0;
        buffer_append (&self->table_words, &word, sizeof word);
    }
    s_write_phrases (self, &ranks, names);
    free (posts);
    free (services);
    free (ranks.ranks);
    free (ranks.offsets);
}
