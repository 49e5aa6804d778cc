#include "metric_query.h"

#include "catalogue_table.h"
#include "terms.h"

#include <stdio.h>

enum { PHRASE_TERMS_MAX = 4, PHRASE_BYTES_MAX = PHRASE_TERMS_MAX * (TERM_BYTES_MAX + 1), PREFIX_LETTERS_MIN = 3, ONE_CHANGE_LETTERS = 4,
       TWO_CHANGES_LETTERS = 8, PART_LETTERS_MIN = 3, FAR = 100 };

static const float CONCEPT = 0.95f, PHRASE = 1.3f, IN_PHRASE = 0.6f, COMPOUND = 0.8f, PREFIX = 0.6f, TYPO = 0.6f;

static const layout_word_t *
s_word (uint32_t at)
{
    return (const layout_word_t *) table_part (table_header ()->words) + at;
}

static const layout_phrase_t *
s_phrase (uint32_t at)
{
    return (const layout_phrase_t *) table_part (table_header ()->phrases) + at;
}

static const char *
s_word_text (uint32_t at)
{
    return table_name (s_word (at)->text);
}

static const char *
s_phrase_text (uint32_t at)
{
    return table_name (s_phrase (at)->words);
}

//  The first of so many sorted texts that is not before this one.
static uint32_t
s_lower (const char *text, const char *(*text_at) (uint32_t at), uint32_t count)
{
    uint32_t low = 0, high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (strcmp (text_at (middle), text) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static uint32_t
s_lower_word (const char *text)
{
    return s_lower (text, s_word_text, table_header ()->words.count);
}

static bool
s_find_word (const char *text, uint32_t *at)
{
    *at = s_lower_word (text);
    return *at < table_header ()->words.count && strcmp (table_name (s_word (*at)->text), text) == 0;
}

static uint32_t
s_lower_phrase (const char *text)
{
    return s_lower (text, s_phrase_text, table_header ()->phrases.count);
}

static void
s_add (query_slot_t *slot, uint32_t word, float weight)
{
    const layout_word_t *found = s_word (word);
    for (int i = 0; i < slot->count; i++)
        if (slot->words [i].word == word) {
            if (slot->words [i].weight < weight)
                slot->words [i].weight = weight;
            return;
        }
    if ((found->metrics || found->services_count) && slot->count < QUERY_WORDS_MAX)
        slot->words [slot->count++] = (query_word_t) { word, weight };
}

//  The concepts of which this is a phrase; true when there is one.
static bool
s_add_concepts (query_slot_t *slot, const char *phrase, float weight)
{
    uint32_t first = s_lower_phrase (phrase), at = first;
    for (; at < table_header ()->phrases.count && strcmp (table_name (s_phrase (at)->words), phrase) == 0; at++)
        s_add (slot, s_phrase (at)->concept, weight);
    return at > first;
}

static void
s_add_word (query_slot_t *slot, uint32_t word, float weight)
{
    s_add (slot, word, weight);
    s_add_concepts (slot, table_name (s_word (word)->text), weight * CONCEPT);
}

//  freespace: both parts are words.
static bool
s_add_parts (query_slot_t *slot, const term_t *term)
{
    for (size_t cut = term->size - PART_LETTERS_MIN; term->size >= 2 * PART_LETTERS_MIN && cut >= PART_LETTERS_MIN; cut--) {
        term_t first = *term, second = { .size = term->size - cut };
        first.text [first.size = cut] = '\0';
        memcpy (second.text, term->text + cut, second.size + 1);
        term_stem (&first);
        uint32_t one, other;
        if (!s_find_word (first.text, &one) || !s_find_word (second.text, &other))
            continue;
        char phrase [PHRASE_BYTES_MAX];
        snprintf (phrase, sizeof phrase, "%s %s", first.text, second.text);
        s_add_word (slot, one, COMPOUND);
        s_add_word (slot, other, COMPOUND);
        s_add_concepts (slot, phrase, 1);
        return true;
    }
    return false;
}

static void
s_add_longer (query_slot_t *slot, const term_t *term)
{
    if (term->size < PREFIX_LETTERS_MIN)
        return;
    for (uint32_t at = s_lower_word (term->text); at < table_header ()->words.count && slot->count < QUERY_WORDS_MAX / 2; at++) {
        if (strncmp (table_name (s_word (at)->text), term->text, term->size) != 0)
            break;
        s_add_word (slot, at, PREFIX);
    }
}

//  Letters to be added, left out, replaced, or swapped with their neighbour; FAR when there are more than two.
static int
s_distance (const char *a, size_t a_size, const char *b, size_t b_size)
{
    unsigned char rows [3] [TERM_BYTES_MAX + 1];
    for (size_t j = 0; j <= b_size; j++)
        rows [0] [j] = (unsigned char) j;
    for (size_t i = 1; i <= a_size; i++) {
        unsigned char *row = rows [i % 3];
        const unsigned char *above = rows [(i + 2) % 3], *two_above = rows [(i + 1) % 3];
        int least = row [0] = (unsigned char) i;
        for (size_t j = 1; j <= b_size; j++) {
            int best = above [j - 1] + (a [i - 1] != b [j - 1]);
            best = above [j] + 1 < best ? above [j] + 1 : best;
            best = row [j - 1] + 1 < best ? row [j - 1] + 1 : best;
            if (i > 1 && j > 1 && a [i - 1] == b [j - 2] && a [i - 2] == b [j - 1] && two_above [j - 2] + 1 < best)
                best = two_above [j - 2] + 1;
            row [j] = (unsigned char) best;
            least = best < least ? best : least;
        }
        if (least > 2)
            return FAR;
    }
    return rows [a_size % 3] [b_size];
}

//  The words that are nearest. Most differ in too many of their letters to be looked at.
static void
s_add_similar (query_slot_t *slot, const term_t *term)
{
    int nearest = term->size >= TWO_CHANGES_LETTERS ? 2 : term->size >= ONE_CHANGE_LETTERS ? 1 : 0;
    uint32_t letters = layout_letters (term->text);
    query_slot_t found = { .count = 0 };
    for (uint32_t at = 0; nearest && at < table_header ()->words.count; at++) {
        const layout_word_t *word = s_word (at);
        if (__builtin_popcount (letters ^ word->letters) > 2 * nearest)
            continue;
        const char *text = table_name (word->text);
        size_t size = strlen (text);
        if (size > TERM_BYTES_MAX || size + 2 < term->size || term->size + 2 < size || text [0] == '=')
            continue;
        int distance = s_distance (term->text, term->size, text, size);
        if (distance > nearest)
            continue;
        if (distance < nearest)
            found.count = 0;
        nearest = distance;
        s_add (&found, at, TYPO);
    }
    for (int i = 0; i < found.count; i++)
        s_add_word (slot, found.words [i].word, TYPO);
}

//  The longest phrase that begins at this term: its concepts have a slot of their own. Returns how many terms it has; 0: there is none.
static size_t
s_read_phrase (query_slot_t *slot, const term_t *terms, size_t count)
{
    for (size_t size = count < PHRASE_TERMS_MAX ? count : PHRASE_TERMS_MAX; size > 1; size--) {
        char phrase [PHRASE_BYTES_MAX];
        size_t at = 0;
        for (size_t i = 0; i < size; i++)
            at += (size_t) snprintf (phrase + at, sizeof phrase - at, "%s%s", i ? " " : "", terms [i].text);
        if (s_add_concepts (slot, phrase, PHRASE))
            return size;
    }
    return 0;
}

static void
s_read_term (query_slot_t *slot, const term_t *term, float weight)
{
    uint32_t word;
    if (s_find_word (term->text, &word)) {
        s_add_word (slot, word, weight);
        return;
    }
    if (s_add_concepts (slot, term->text, weight))
        return;
    if (s_add_parts (slot, term))
        return;
    s_add_longer (slot, term);
    if (slot->count == 0)
        s_add_similar (slot, term);
}

void
metric_query_read (metric_query_t *self, slice_t text)
{
    term_t terms [QUERY_TERMS_MAX];
    size_t count = 0, in_phrase = 0;
    text.size = text.size < QUERY_BYTES_MAX ? text.size : QUERY_BYTES_MAX;
    while (count < QUERY_TERMS_MAX && term_next (&text, &terms [count]))
        term_stem (&terms [count++]);
    self->count = 0;
    //  A term may take two slots: its phrase's and its own
    for (size_t i = 0; i < count && self->count < QUERY_SLOTS_MAX; i++) {
        query_slot_t *slot = &self->slots [self->count];
        slot->count = 0;
        size_t phrase = s_read_phrase (slot, terms + i, count - i);
        if (phrase > in_phrase)
            in_phrase = phrase;
        if (slot->count && self->count + 1 < QUERY_SLOTS_MAX)
            (slot = &self->slots [++self->count])->count = 0;
        s_read_term (slot, &terms [i], in_phrase ? IN_PHRASE : 1);
        self->count += slot->count > 0 && self->count < QUERY_SLOTS_MAX;
        in_phrase -= in_phrase > 0;
    }
}
