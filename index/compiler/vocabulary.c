#include "vocabulary.h"

#include "terms.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

enum { PART_BYTES_MAX = 64 * 1024 * 1024, FIELD_TERMS_MAX = 512, PHRASE_TERMS_MAX = 4 };

//  How surely a namespace is meant by a word of its name, in percent: all of it, a part of it, of its title, one of its keywords; and by the aliases.
enum { STRENGTH_NAME = 100, STRENGTH_NAME_PART = 70, STRENGTH_TITLE = 40, STRENGTH_KEYWORD = 60, STRENGTH_SERVICE = 100, STRENGTH_HINT = 50 };

//  Words by their offsets in the pool.
typedef struct { uint32_t word, metric, where; } s_post_t;
typedef struct { uint32_t word, space, strength; } s_service_t;
typedef struct { uint32_t phrase, concept; } s_phrase_t;

//  The stems of a text, in its order. A stop word says something only as a part of a phrase.
typedef struct {
    uint32_t words [FIELD_TERMS_MAX];
    bool     stops [FIELD_TERMS_MAX];
    size_t   count;
} s_stems_t;

void
vocabulary_init (vocabulary_t *self)
{
    pool_init (&self->words);
    buffer_t *buffers [] = { &self->posts, &self->services, &self->phrases, &self->stops, &self->table_words, &self->table_postings,
                             &self->table_services, &self->table_phrases };
    for (size_t i = 0; i < sizeof buffers / sizeof buffers [0]; i++)
        buffer_init (buffers [i], PART_BYTES_MAX);
}

void
vocabulary_deinit (vocabulary_t *self)
{
    pool_deinit (&self->words);
    buffer_t *buffers [] = { &self->posts, &self->services, &self->phrases, &self->stops, &self->table_words, &self->table_postings,
                             &self->table_services, &self->table_phrases };
    for (size_t i = 0; i < sizeof buffers / sizeof buffers [0]; i++)
        buffer_deinit (buffers [i]);
}

static bool
s_is_stop (const vocabulary_t *self, uint32_t word)
{
    const uint32_t *stops = (const uint32_t *) (const void *) self->stops.data;
    for (size_t i = 0; i < self->stops.size / sizeof *stops; i++)
        if (stops [i] == word)
            return true;
    return false;
}

static void
s_read_stems (vocabulary_t *self, slice_t text, s_stems_t *stems)
{
    term_t term;
    stems->count = 0;
    while (stems->count < FIELD_TERMS_MAX && term_next (&text, &term)) {
        term_stem (&term);
        uint32_t word = pool_add (&self->words, (slice_t) { term.text, term.size });
        stems->words [stems->count] = word;
        stems->stops [stems->count++] = s_is_stop (self, word);
    }
}

//  "respons time": the words with blanks between.
static uint32_t
s_phrase (vocabulary_t *self, const s_stems_t *stems, size_t first, size_t count)
{
    buffer_t text;
    buffer_init (&text, PART_BYTES_MAX);
    for (size_t i = 0; i < count; i++) {
        if (i)
            buffer_append_char (&text, ' ');
        buffer_append_text (&text, pool_text (&self->words, stems->words [first + i]));
    }
    uint32_t phrase = pool_add (&self->words, buffer_slice (&text));
    buffer_deinit (&text);
    return phrase;
}

static uint32_t
s_concept (vocabulary_t *self, slice_t name)
{
    char text [1 + PHRASE_TERMS_MAX * (TERM_BYTES_MAX + 1)];
    int size = snprintf (text, sizeof text, "=%.*s", (int) name.size, name.data);
    assert (size > 0 && (size_t) size < sizeof text);
    return pool_add (&self->words, (slice_t) { text, (size_t) size });
}

static void
s_add_phrase (vocabulary_t *self, uint32_t phrase, uint32_t concept)
{
    const s_phrase_t *phrases = (const s_phrase_t *) (const void *) self->phrases.data;
    for (size_t i = 0; i < self->phrases.size / sizeof *phrases; i++)
        if (phrases [i].phrase == phrase && phrases [i].concept == concept)
            return;
    buffer_append (&self->phrases, &(s_phrase_t) { phrase, concept }, sizeof (s_phrase_t));
}

static void
s_add_service (vocabulary_t *self, slice_t text, uint32_t space, uint32_t strength)
{
    s_stems_t stems;
    s_read_stems (self, text, &stems);
    if (stems.count == 0 || stems.count > PHRASE_TERMS_MAX)
        return;
    uint32_t word = stems.words [0];
    if (stems.count > 1) {
        uint32_t phrase = s_phrase (self, &stems, 0, stems.count);
        word = s_concept (self, slice_of (pool_text (&self->words, phrase)));
        s_add_phrase (self, phrase, word);
    }
    if (stems.count > 1 || !stems.stops [0])
        buffer_append (&self->services, &(s_service_t) { word, space, strength }, sizeof (s_service_t));
}

static void
s_read_aliases (vocabulary_t *self, const alias_t *aliases)
{
    s_stems_t stems;
    for (const alias_t *alias = aliases; alias; alias = alias->next)
        if (alias->kind == ALIAS_STOP) {
            s_read_stems (self, alias->item, &stems);
            buffer_append (&self->stops, stems.words, sizeof *stems.words * stems.count);
        }
    for (const alias_t *alias = aliases; alias; alias = alias->next)
        if (alias->kind == ALIAS_SAME) {
            uint32_t concept = s_concept (self, alias->head);
            for (int i = 0; i < 2; i++) {
                s_read_stems (self, i ? alias->item : alias->head, &stems);
                if (stems.count && stems.count <= PHRASE_TERMS_MAX)
                    s_add_phrase (self, s_phrase (self, &stems, 0, stems.count), concept);
            }
        } else if (alias->kind == ALIAS_SERVICE || alias->kind == ALIAS_HINT) {
            s_add_service (self, alias->item, (uint32_t) alias->space->id, alias->kind == ALIAS_HINT ? STRENGTH_HINT : STRENGTH_SERVICE);
        }
}

static void
s_post (vocabulary_t *self, uint32_t word, const draft_metric_t *metric, uint32_t where)
{
    buffer_append (&self->posts, &(s_post_t) { word, (uint32_t) metric->id, where }, sizeof (s_post_t));
}

//  The words of a text, and the concepts whose phrases are in it.
static void
s_read_field (vocabulary_t *self, const draft_metric_t *metric, slice_t text, uint32_t where)
{
    s_stems_t stems;
    s_read_stems (self, text, &stems);
    size_t phrases_count = self->phrases.size / sizeof (s_phrase_t);
    for (size_t i = 0; i < stems.count; i++) {
        if (!stems.stops [i])
            s_post (self, stems.words [i], metric, where);
        for (size_t size = 1; size <= PHRASE_TERMS_MAX && i + size <= stems.count; size++) {
            uint32_t phrase = size == 1 ? stems.words [i] : s_phrase (self, &stems, i, size);
            const s_phrase_t *phrases = (const s_phrase_t *) (const void *) self->phrases.data;
            for (size_t p = 0; p < phrases_count; p++)
                if (phrases [p].phrase == phrase)
                    s_post (self, phrases [p].concept, metric, where);
        }
    }
}

//  Behind the last / as a whole (dynamodb) and in its parts (dynamo, db); what stands before it in parts.
static void
s_read_space_name (vocabulary_t *self, const draft_space_t *space)
{
    slice_t rest = space->name.text;
    while (rest.data) {
        slice_t piece = slice_cut (&rest, '/');
        if (slice_is_nocase (piece, "aws"))
            continue;
        char whole [TERM_BYTES_MAX + 1];
        size_t size = 0;
        for (size_t i = 0; i < piece.size && size < TERM_BYTES_MAX; i++)
            if (piece.data [i] != ' ' && piece.data [i] != '-')
                whole [size++] = (char) (piece.data [i] >= 'A' && piece.data [i] <= 'Z' ? piece.data [i] - 'A' + 'a' : piece.data [i]);
        s_add_service (self, (slice_t) { whole, size }, (uint32_t) space->id, STRENGTH_NAME);
        term_t term;
        while (term_next (&piece, &term))
            s_add_service (self, (slice_t) { term.text, term.size }, (uint32_t) space->id, STRENGTH_NAME_PART);
    }
}

static void
s_read_space (vocabulary_t *self, const draft_space_t *space)
{
    s_read_space_name (self, space);
    slice_t title = space->title.text;
    term_t term;
    while (term_next (&title, &term))
        s_add_service (self, (slice_t) { term.text, term.size }, (uint32_t) space->id, STRENGTH_TITLE);
    for (slice_t rest = space->keywords.text; rest.data;)
        s_add_service (self, slice_trim (slice_cut (&rest, ',')), (uint32_t) space->id, STRENGTH_KEYWORD);
}

void
vocabulary_read (vocabulary_t *self, const draft_t *draft, const alias_t *aliases)
{
    s_read_aliases (self, aliases);
    for (int i = 0; i < draft->spaces_count; i++)
        s_read_space (self, draft->space_at [i]);
    for (int i = 0; i < draft->metrics_count; i++) {
        const draft_metric_t *metric = draft->metric_at [i];
        s_read_field (self, metric, metric->name, LAYOUT_IN_NAME);
        for (slice_t rest = metric->keywords.text; rest.data;)
            s_read_field (self, metric, slice_cut (&rest, ','), LAYOUT_IN_KEYWORDS);
        s_read_field (self, metric, metric->tells.text, LAYOUT_IN_TELLS);
        if (!slice_is (metric->dimensions.text, "?") && !slice_is (metric->dimensions.text, "-"))
            s_read_field (self, metric, metric->dimensions.text, 0);
    }
}
