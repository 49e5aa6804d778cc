#include "metric_search.h"

#include "catalogue.h"
#include "catalogue_table.h"
#include "metric_query.h"

#include <math.h>

//  Points. A service's word gives as much as a rare one of the name.
static const float IN_NAME = 3.0f, IN_KEYWORDS = 2.2f, IN_TELLS = 0.9f, IN_DIMENSION = 0.5f, OTHERWISE_TOO = 0.15f, OF_SERVICE = 16.0f,
                   WHOLE_NAME = 40.0f, COVERED = 0.6f, SAID_NAME = 0.35f, NAMED_OFTEN = 0.06f, ALARMED = 0.12f, TWICE = 0.12f, MEANING = 0.6f;

enum { NAME_LETTERS_MIN = 4, SAME_NAMES_MAX = 64 };

static float
s_idf (uint32_t metrics)
{
    float all = (float) table_header ()->metrics.count, some = (float) metrics;
    return logf (1 + (all - some + 0.5f) / (some + 0.5f));
}

//  By where a word stands (a sum of LAYOUT_IN_…).
static void
s_weigh_places (float weights [1 << LAYOUT_WHERE_BITS])
{
    for (int where = 0; where < 1 << LAYOUT_WHERE_BITS; where++) {
        float name = where & LAYOUT_IN_NAME ? IN_NAME : 0, keywords = where & LAYOUT_IN_KEYWORDS ? IN_KEYWORDS : 0;
        float tells = where & LAYOUT_IN_TELLS ? IN_TELLS : 0;
        float most = fmaxf (fmaxf (name, keywords), fmaxf (tells, IN_DIMENSION));
        weights [where] = most + OTHERWISE_TOO * (name + keywords + tells - (most > IN_DIMENSION ? most : 0));
    }
}

static uint32_t
s_read_number (const unsigned char **at)
{
    uint32_t number = 0;
    for (unsigned shift = 0;; shift += 7) {
        unsigned char byte = *(*at)++;
        number |= (uint32_t) (byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return number;
    }
}

//  Of several ways in which the slot meets the metric, the one with the most points counts, and a little of the others.
static void
s_give (metric_search_t *self, uint8_t slot, uint32_t id, float points, bool in_name)
{
    if (self->seen [id] != slot) {
        self->seen [id] = slot;
        self->best [id] = 0;
        self->words [id]++;
    }
    float less = fminf (points, self->best [id]);
    self->total [id] += points - less + TWICE * less;
    if (points <= self->best [id])
        return;
    self->best [id] = points;
    self->in_name [id] = (uint8_t) (self->in_name [id] + in_name);
}

static void
s_give_for_word (metric_search_t *self, uint8_t slot, const layout_word_t *word, float points, const float *places)
{
    const unsigned char *at = (const unsigned char *) table_part (table_header ()->postings) + word->postings;
    uint32_t id = UINT32_MAX, number;
    while (word->metrics && (number = s_read_number (&at)) != 0) {
        id += number >> LAYOUT_WHERE_BITS;
        uint32_t where = number & ((1 << LAYOUT_WHERE_BITS) - 1);
        s_give (self, slot, id, points * places [where], where & LAYOUT_IN_NAME);
    }
}

static void
s_give_for_service (metric_search_t *self, uint8_t slot, const layout_word_t *word, float weight)
{
    const layout_service_t *services = (const layout_service_t *) table_part (table_header ()->services) + word->services;
    for (uint32_t i = 0; i < word->services_count; i++) {
        const layout_namespace_t *space = table_namespace (services [i].space);
        float points = OF_SERVICE * weight * (float) services [i].strength / 100;
        for (uint32_t id = space->first; id < space->first + space->count; id++)
            s_give (self, slot, id, points, false);
    }
}

static const layout_word_t *
s_word (query_word_t candidate)
{
    return (const layout_word_t *) table_part (table_header ()->words) + candidate.word;
}

//  A word that is one of several for the same is not rarer than what it means: or those who call it otherwise would lose.
static void
s_give_for_slot (metric_search_t *self, const query_slot_t *slot, uint8_t number, const float *places)
{
    uint32_t most = 0;
    for (int w = 0; w < slot->count; w++)
        most = s_word (slot->words [w])->metrics > most ? s_word (slot->words [w])->metrics : most;
    for (int w = 0; w < slot->count; w++) {
        const layout_word_t *word = s_word (slot->words [w]);
        float weight = slot->words [w].weight, idf = MEANING * s_idf (most) + (1 - MEANING) * s_idf (word->metrics);
        s_give_for_word (self, number, word, idf * weight, places);
        s_give_for_service (self, number, word, weight);
    }
}

//  Who types a name of several words as one, in whatever capitals, means it; one word may be a name by chance, unless it is all that was asked.
static void
s_give_for_names (metric_search_t *self, slice_t question)
{
    int ids [SAME_NAMES_MAX];
    size_t asked = slice_trim (question).size;
    while (question.data) {
        slice_t name = slice_cut (&question, ' ');
        if (name.size < NAME_LETTERS_MIN)
            continue;
        int count = catalogue_find_name (name, ids, SAME_NAMES_MAX);
        for (int i = 0; i < count && i < SAME_NAMES_MAX; i++)
            if (name.size == asked || table_metric ((uint32_t) ids [i])->terms > 1)
                self->total [ids [i]] += WHOLE_NAME;
    }
}

static float
s_score (const metric_search_t *self, uint32_t id, int slots)
{
    const layout_metric_t *metric = table_metric (id);
    float covered = 1 - COVERED + COVERED * (slots ? (float) self->words [id] / (float) slots : 1);
    float said = metric->terms ? fminf (1, (float) self->in_name [id] / (float) metric->terms) : 0;
    unsigned importance = metric->origins >> LAYOUT_IMPORTANCE_SHIFT;
    float important = 1 + (importance & LAYOUT_NAMED_OFTEN ? NAMED_OFTEN : 0) + (importance & LAYOUT_ALARMED ? ALARMED : 0);
    float prior = (float) table_namespace (metric->space)->prior / 1000;
    return self->total [id] * covered * (1 + SAID_NAME * said) * important * prior;
}

//  Into its place among the hits, which are sorted: behind those that are as good.
static int
s_keep (metric_hit_t *hits, int count, int max, metric_hit_t hit)
{
    if (count == max && hit.score <= hits [max - 1].score)
        return count;
    int at = count < max ? count : max - 1;
    for (; at > 0 && hits [at - 1].score < hit.score; at--)
        hits [at] = hits [at - 1];
    hits [at] = hit;
    return count < max ? count + 1 : count;
}

int
metric_search (metric_search_t *self, slice_t question, metric_hit_t *hits, int max)
{
    uint32_t metrics = table_header ()->metrics.count;
    memset (self->total, 0, metrics * sizeof *self->total);
    memset (self->seen, 0, metrics);
    memset (self->words, 0, metrics);
    memset (self->in_name, 0, metrics);
    float places [1 << LAYOUT_WHERE_BITS];
    s_weigh_places (places);
    metric_query_t query;
    metric_query_read (&query, question);
    for (int i = 0; i < query.count; i++)
        s_give_for_slot (self, &query.slots [i], (uint8_t) (i + 1), places);
    s_give_for_names (self, question);
    int count = 0;
    for (uint32_t id = 0; id < metrics && max > 0; id++)
        if (self->total [id] > 0)
            count = s_keep (hits, count, max, (metric_hit_t) { (int) id, s_score (self, id, query.count) });
    return count;
}
