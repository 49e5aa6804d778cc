#include "filter_pattern.h"

#include "filter_kinds.h"

#include <ctype.h>
#include <stdlib.h>

//  What a pattern of 1,024 characters is read into: a path for every "$.a=1||" is the most.
enum { ARENA_BYTES_MAX = 2 * 1024 * 1024 };

typedef enum { TERM_ALL, TERM_NONE, TERM_ANY } term_kind_t;

typedef struct term {
    term_kind_t kind;
    slice_t text;
    struct term *next;
} term_t;

struct filter_pattern {
    arena_t *arena;             //  Holds all of it
    term_t *terms;
    bool any;                   //  All terms have a "?"
    filter_condition_t *json;
    filter_fields_t *fields;
    filter_regex_t *regex;      //  The pattern is one
    filter_regex_t *regexes [FILTER_PATTERN_REGEXES_MAX];       //  All that it holds, for their scratch memory
    int regexes_count;
};

static bool
s_read_term (filter_reader_t *reader, term_t *term)
{
    term->kind = filter_take (reader, "-") ? TERM_NONE : filter_take (reader, "?") ? TERM_ANY : TERM_ALL;
    char next = filter_peek (reader);
    if (next == '"') {
        slice_t whole = reader->rest;
        if (!filter_read_quoted (reader, '"', &term->text))
            return false;
        if (!term->text.size)
            return filter_fail (reader, "Invalid character(s) in term '%.*s'", (int) (whole.size - reader->rest.size), whole.data);
        return true;
    }
    size_t size = 0;
    bool plain = true;
    while (size < reader->rest.size && !isspace ((unsigned char) reader->rest.data [size])) {
        plain = plain && (isalnum ((unsigned char) reader->rest.data [size]) || reader->rest.data [size] == '_');
        size++;
    }
    term->text = (slice_t) { reader->rest.data, size };
    reader->rest = (slice_t) { reader->rest.data + size, reader->rest.size - size };
    if (size && plain)
        return true;
    return filter_fail (reader, "Invalid character(s) in term '%.*s'", (int) size, term->text.data ? term->text.data : "");
}

static bool
s_read_terms (filter_pattern_t *self, filter_reader_t *reader)
{
    self->any = true;
    for (term_t **next = &self->terms; filter_peek (reader); next = &(*next)->next) {
        *next = arena_alloc (self->arena, sizeof **next);
        if (!*next || !s_read_term (reader, *next))
            return false;
        self->any = self->any && (*next)->kind == TERM_ANY;
    }
    return true;
}

static bool
s_read (filter_pattern_t *self, filter_reader_t *reader)
{
    slice_t whole = reader->rest;
    while (whole.size && isspace ((unsigned char) whole.data [whole.size - 1]))
        whole.size--;
    char last = (char) (whole.size ? whole.data [whole.size - 1] : 0);
    switch (filter_peek (reader)) {
    case '{':
        if (last != '}')
            return filter_fail (reader, "If a filter pattern starts with '{' it must end with '}'");
        self->json = filter_json_read (reader);
        return self->json != NULL;
    case '[':
        if (last != ']')
            return filter_fail (reader, "If a filter pattern starts with '[' it must end with ']'");
        self->fields = filter_fields_read (reader);
        return self->fields != NULL;
    case '%':
        self->regex = filter_read_regex (reader);
        return self->regex && (!filter_peek (reader) || filter_fail (reader, "nothing may stand behind a regular expression"));
    default:
        return s_read_terms (self, reader);
    }
}

filter_pattern_t *
filter_pattern_new (slice_t text, buffer_t *sentence)
{
    filter_pattern_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->arena = arena_new (ARENA_BYTES_MAX);
    char *copy = self->arena ? arena_copy (self->arena, text) : NULL;
    filter_reader_t reader = { .rest = { copy, text.size }, .arena = self->arena, .sentence = sentence };
    if (copy && slice_characters (text) > FILTER_PATTERN_CHARACTERS_MAX)
        copy = filter_fail (&reader, "it has more than %d characters", FILTER_PATTERN_CHARACTERS_MAX) ? copy : NULL;
    bool fine = copy && s_read (self, &reader);
    memcpy (self->regexes, reader.regexes, sizeof self->regexes);
    self->regexes_count = reader.regexes_count;
    if (!fine)
        filter_pattern_destroy (&self);
    return self;
}

void
filter_pattern_destroy (filter_pattern_t **self_p)
{
    filter_pattern_t *self = *self_p;
    if (!self)
        return;
    for (int i = 0; i < self->regexes_count; i++)
        filter_regex_deinit (self->regexes [i]);
    if (self->arena)
        arena_destroy (&self->arena);
    free (self);
    *self_p = NULL;
}

static bool
s_match_terms (const filter_pattern_t *self, slice_t message)
{
    for (const term_t *term = self->terms; term; term = term->next) {
        bool occurs = memmem (message.data, message.size, term->text.data, term->text.size) != NULL;
        if (self->any && occurs)
            return true;
        if (term->kind != TERM_ANY && occurs != (term->kind == TERM_ALL))
            return false;
    }
    return !self->any || !self->terms;
}

bool
filter_pattern_matches (filter_pattern_t *self, slice_t message)
{
    if (self->json)
        return filter_json_matches (self->json, message);
    if (self->fields)
        return filter_fields_match (self->fields, message);
    return self->regex ? filter_regex_occurs (self->regex, message) : s_match_terms (self, message);
}
