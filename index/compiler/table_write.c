#include "table_write.h"

#include "packer.h"
#include "terms.h"
#include "vocabulary.h"

#include <assert.h>
#include <stdlib.h>

//  By so many others as what to look at beside them.
enum { NAMED_OFTEN = 3 };

enum { PART_BYTES_MAX = 8 * 1024 * 1024, SOURCE_LINE_BYTES = 64, ALIGNMENT = 8 };

typedef struct {
    const draft_t *draft;
    pool_t names;
    packer_t packer;
    vocabulary_t vocabulary;
    buffer_t namespaces, metrics, by_name, lists, alarms, notes, dimensions, spaces;
} table_t;

#define APPEND(buffer, ...) buffer_append (buffer, &(__VA_ARGS__), sizeof (__VA_ARGS__))

static uint32_t
s_name (table_t *self, slice_t text)
{
    return pool_add (&self->names, text);
}

//  Blanks around marks as they are meant: "A , B|C" is "A, B | C".
static uint32_t
s_sets (table_t *self, slice_t text)
{
    if (slice_is (text, "?") || slice_is (text, "-"))
        return 0;
    buffer_t sets;
    buffer_init (&sets, PART_BYTES_MAX);
    for (slice_t rest = text; rest.data;) {
        slice_t set = slice_cut (&rest, '|');
        buffer_append_text (&sets, sets.size ? " | " : "");
        for (bool first = true; set.data; first = false) {
            buffer_append_text (&sets, first ? "" : ", ");
            buffer_append_slice (&sets, slice_trim (slice_cut (&set, ',')));
        }
    }
    uint32_t at = s_name (self, buffer_slice (&sets));
    buffer_deinit (&sets);
    return at;
}

static unsigned
s_origin (draft_field_t field)
{
    return slice_is (field.text, "?") ? LAYOUT_UNKNOWN : field.inferred ? LAYOUT_INFERRED : LAYOUT_SOURCED;
}

//  What one alarms on, and what others point at, is what one looks at first.
static unsigned
s_importance (const draft_metric_t *metric)
{
    return (metric->named_count >= NAMED_OFTEN ? LAYOUT_NAMED_OFTEN : 0) | (metric->alarms ? LAYOUT_ALARMED : 0);
}

static uint8_t
s_terms (slice_t name)
{
    term_t term;
    uint8_t count = 0;
    while (count < UINT8_MAX && term_next (&name, &term))
        count++;
    return count;
}

static uint32_t
s_beside (table_t *self, const draft_metric_t *metric)
{
    if (metric->beside_count == 0)
        return 0;
    uint32_t at = (uint32_t) (self->lists.size / sizeof (uint16_t));
    APPEND (&self->lists, (uint16_t) { (uint16_t) metric->beside_count });
    for (int i = 0; i < metric->beside_count; i++)
        APPEND (&self->lists, (uint16_t) { (uint16_t) metric->beside_list [i]->id });
    return at;
}

static void
s_add_alarm (table_t *self, const draft_metric_t *metric, const draft_alarm_t *alarm)
{
    APPEND (&self->alarms, (layout_alarm_t) {
        .threshold = alarm->threshold, .statistic = s_name (self, alarm->statistic), .operation = s_name (self, alarm->operation),
        .missing = s_name (self, alarm->missing), .by = s_sets (self, alarm->by), .number = s_name (self, alarm->number),
        .rule = packer_add (&self->packer, alarm->rule), .why = packer_add (&self->packer, alarm->why), .period_s = alarm->period_s,
        .metric = (uint16_t) metric->id, .datapoints = (uint16_t) alarm->datapoints, .periods = (uint16_t) alarm->periods,
    });
}

static void
s_add_metric (table_t *self, const draft_metric_t *metric)
{
    APPEND (&self->metrics, (layout_metric_t) {
        .name = s_name (self, metric->name), .unit = s_name (self, metric->unit.text), .statistics = s_sets (self, metric->statistic.text),
        .dimensions = s_sets (self, metric->dimensions.text), .tells = packer_add (&self->packer, metric->tells.text),
        .keywords = packer_add (&self->packer, metric->keywords.text), .beside = s_beside (self, metric), .every_s = metric->every_s,
        .space = (uint16_t) metric->space->id, .terms = s_terms (metric->name),
        .origins = (uint8_t) (s_origin (metric->unit) | s_origin (metric->statistic) << 2 | s_origin (metric->dimensions) << 4
                              | s_importance (metric) << LAYOUT_IMPORTANCE_SHIFT),
    });
    for (const draft_alarm_t *alarm = metric->alarms; alarm; alarm = alarm->next)
        s_add_alarm (self, metric, alarm);
    for (const draft_note_t *note = metric->notes; note; note = note->next)
        APPEND (&self->notes, (layout_note_t) { (uint32_t) metric->id, packer_add (&self->packer, note->text) });
}

static void
s_add_spaces (table_t *self, const alias_t *aliases)
{
    for (int i = 0; i < self->draft->spaces_count; i++) {
        const draft_space_t *space = self->draft->space_at [i];
        unsigned prior = 1000;
        for (const alias_t *alias = aliases; alias; alias = alias->next)
            if (alias->kind == ALIAS_POPULAR && alias->space == space)
                prior = alias->prior;
        APPEND (&self->namespaces, (layout_namespace_t) {
            s_name (self, space->name.text), s_name (self, space->title.text), packer_add (&self->packer, space->about.text),
            packer_add (&self->packer, space->keywords.text), space->metrics ? (uint32_t) space->metrics->id : 0, (uint32_t) space->count, prior,
        });
    }
}

//  All texts that will be packed.
static void
s_show_texts (table_t *self)
{
    for (int i = 0; i < self->draft->spaces_count; i++) {
        packer_show (&self->packer, self->draft->space_at [i]->about.text);
        packer_show (&self->packer, self->draft->space_at [i]->keywords.text);
    }
    for (int i = 0; i < self->draft->metrics_count; i++) {
        const draft_metric_t *metric = self->draft->metric_at [i];
        packer_show (&self->packer, metric->tells.text);
        packer_show (&self->packer, metric->keywords.text);
        for (const draft_alarm_t *alarm = metric->alarms; alarm; alarm = alarm->next) {
            packer_show (&self->packer, alarm->why);
            packer_show (&self->packer, alarm->rule);
        }
        for (const draft_note_t *note = metric->notes; note; note = note->next)
            packer_show (&self->packer, note->text);
    }
    packer_choose (&self->packer);
}

static const draft_t *s_sorted_draft;   //  What qsort cannot be given: the compiler is one thread

static int
s_compare_by_name (const void *a, const void *b)
{
    uint16_t one = *(const uint16_t *) a, other = *(const uint16_t *) b;
    slice_t name = s_sorted_draft->metric_at [one]->name, other_name = s_sorted_draft->metric_at [other]->name;
    if (slice_eq_nocase (name, other_name))
        return one < other ? -1 : one > other;
    return draft_compare (name, other_name);
}

static void
s_sort_names (table_t *self)
{
    for (int i = 0; i < self->draft->metrics_count; i++)
        APPEND (&self->by_name, (uint16_t) { (uint16_t) i });
    s_sorted_draft = self->draft;
    if (self->by_name.size)
        qsort (self->by_name.data, (size_t) self->draft->metrics_count, sizeof (uint16_t), s_compare_by_name);
}

//  A dimension's name, and a namespace whose metrics have it.
typedef struct { slice_t name; uint16_t space; } s_use_t;

static int
s_compare_uses (const void *a, const void *b)
{
    const s_use_t *one = a, *other = b;
    int order = draft_compare (one->name, other->name);
    return order ? order : one->space < other->space ? -1 : one->space > other->space;
}

static void
s_collect_uses (const draft_t *draft, buffer_t *uses)
{
    for (int i = 0; i < draft->metrics_count; i++) {
        const draft_metric_t *metric = draft->metric_at [i];
        slice_t rest = metric->dimensions.text;
        if (slice_is (rest, "?") || slice_is (rest, "-"))
            continue;
        while (rest.data)
            for (slice_t set = slice_cut (&rest, '|'); set.data;)
                APPEND (uses, (s_use_t) { slice_trim (slice_cut (&set, ',')), (uint16_t) metric->space->id });
    }
}

static void
s_add_dimensions (table_t *self)
{
    buffer_t uses;
    buffer_init (&uses, 8 * PART_BYTES_MAX);
    s_collect_uses (self->draft, &uses);
    s_use_t *use = (s_use_t *) (void *) uses.data;
    size_t count = uses.size / sizeof *use;
    if (count)
        qsort (use, count, sizeof *use, s_compare_uses);
    for (size_t i = 0; i < count;) {
        slice_t name = use [i].name;
        uint32_t first = (uint32_t) (self->spaces.size / sizeof (uint16_t));
        for (; i < count && slice_eq (use [i].name, name); i++)
            if (i == 0 || !slice_eq (use [i - 1].name, name) || use [i - 1].space != use [i].space)
                APPEND (&self->spaces, (uint16_t) { use [i].space });
        APPEND (&self->dimensions, (layout_dimension_t) { s_name (self, name), first, (uint32_t) (self->spaces.size / sizeof (uint16_t)) - first });
    }
    buffer_deinit (&uses);
}

static void
s_append_part (buffer_t *block, layout_part_t *part, const buffer_t *elements, size_t size)
{
    while (block->size % ALIGNMENT)
        buffer_append_char (block, '\0');
    *part = (layout_part_t) { (uint32_t) block->size, (uint32_t) (elements->size / size) };
    buffer_append_slice (block, buffer_slice (elements));
}

static void
s_join (table_t *self, buffer_t *block)
{
    layout_header_t header = { .magic = LAYOUT_MAGIC };
    APPEND (block, header);
    s_append_part (block, &header.names, &self->names.bytes, 1);
    s_append_part (block, &header.pieces, &self->packer.offsets, sizeof (uint32_t));
    s_append_part (block, &header.piece_bytes, &self->packer.bytes, 1);
    s_append_part (block, &header.packed, &self->packer.texts.bytes, 1);
    s_append_part (block, &header.namespaces, &self->namespaces, sizeof (layout_namespace_t));
    s_append_part (block, &header.metrics, &self->metrics, sizeof (layout_metric_t));
    s_append_part (block, &header.by_name, &self->by_name, sizeof (uint16_t));
    s_append_part (block, &header.lists, &self->lists, sizeof (uint16_t));
    s_append_part (block, &header.alarms, &self->alarms, sizeof (layout_alarm_t));
    s_append_part (block, &header.notes, &self->notes, sizeof (layout_note_t));
    s_append_part (block, &header.dimensions, &self->dimensions, sizeof (layout_dimension_t));
    s_append_part (block, &header.spaces, &self->spaces, sizeof (uint16_t));
    s_append_part (block, &header.words, &self->vocabulary.table_words, sizeof (layout_word_t));
    s_append_part (block, &header.postings, &self->vocabulary.table_postings, 1);
    s_append_part (block, &header.services, &self->vocabulary.table_services, sizeof (layout_service_t));
    s_append_part (block, &header.phrases, &self->vocabulary.table_phrases, sizeof (layout_phrase_t));
    header.bytes = (uint32_t) block->size;
    assert (buffer_status (block) == STATUS_OK);
    memcpy (block->data, &header, sizeof header);
}

void
table_write_block (const draft_t *draft, const alias_t *aliases, buffer_t *block)
{
    table_t self = { .draft = draft };
    buffer_t *parts [] = { &self.namespaces, &self.metrics, &self.by_name, &self.lists, &self.alarms, &self.notes, &self.dimensions, &self.spaces };
    for (size_t i = 0; i < sizeof parts / sizeof parts [0]; i++)
        buffer_init (parts [i], PART_BYTES_MAX);
    pool_init (&self.names);
    packer_init (&self.packer);
    vocabulary_init (&self.vocabulary);

    s_show_texts (&self);
    s_add_spaces (&self, aliases);
    APPEND (&self.lists, (uint16_t) { 0 });             //  0 says: nothing
    for (int i = 0; i < draft->metrics_count; i++)
        s_add_metric (&self, draft->metric_at [i]);
    s_sort_names (&self);
    s_add_dimensions (&self);
    vocabulary_read (&self.vocabulary, draft, aliases);
    vocabulary_write (&self.vocabulary, &self.names);
    s_join (&self, block);

    vocabulary_deinit (&self.vocabulary);
    packer_deinit (&self.packer);
    pool_deinit (&self.names);
    for (size_t i = 0; i < sizeof parts / sizeof parts [0]; i++)
        buffer_deinit (parts [i]);
}

void
table_write_source (const buffer_t *block, buffer_t *source)
{
    static const char DIGITS [] = "01234567";
    buffer_append_text (source, "//  Made by index/compiler from index/metrics and index/aliases.txt.\n"
                        "#include \"catalogue_layout.h\"\n\n_Alignas (8) const unsigned char catalogue_block [] =");
    for (size_t i = 0; i < block->size; i++) {
        unsigned char byte = (unsigned char) block->data [i];
        buffer_append_text (source, i % SOURCE_LINE_BYTES ? "" : i ? "\"\n    \"" : "\n    \"");
        if (byte >= ' ' && byte <= '~' && byte != '"' && byte != '\\' && byte != '?')
            buffer_append_char (source, (char) byte);
        else
            buffer_append (source, (char [4]) { '\\', DIGITS [byte >> 6], DIGITS [byte >> 3 & 7], DIGITS [byte & 7] }, 4);
    }
    buffer_append_text (source, "\";\n");
}
