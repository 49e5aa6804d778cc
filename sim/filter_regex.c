#include "filter_regex.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>

//  A repetition's largest number, and "without end".
enum { REPEAT_MAX = 1000, REPEAT_ENDLESS = INT_MAX, CHARACTERS = 256 };

typedef enum { ITEM_SET, ITEM_START, ITEM_END } item_kind_t;

//  One of a row: a set of characters and how often one of them comes, or an anchor.
typedef struct item {
    item_kind_t kind;
    int  min, max;
    bool holds [CHARACTERS];
    struct item *next;
} item_t;

typedef struct alternative {
    item_t *items;
    struct alternative *next;
} alternative_t;

struct filter_regex {
    alternative_t *alternatives;
    unsigned char *here;        //  Per position of the text, 0 .. size: can a match stand there?
    unsigned char *there;       //  The same behind the next item
    size_t capacity;
};

typedef struct {
    slice_t rest;
    arena_t *arena;
    const char *why;
} reader_t;

static bool
s_fail (reader_t *reader, const char *why)
{
    if (!reader->why)
        reader->why = why;
    return false;
}

static unsigned char
s_next (reader_t *reader)
{
    unsigned char c = (unsigned char) *reader->rest.data;
    reader->rest = (slice_t) { reader->rest.data + 1, reader->rest.size - 1 };
    return c;
}

static bool
s_is_word (int c)
{
    return isalnum (c) || c == '_';
}

static bool
s_is_space (int c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool
s_is_digit (int c)
{
    return c >= '0' && c <= '9';
}

//  Adds what stands behind a backslash. A single character goes to *single too, a class leaves it at -1.
static bool
s_read_escape (reader_t *reader, bool *holds, int *single)
{
    static const struct { char small; bool (*is) (int c); } CLASSES [] = { { 'd', s_is_digit }, { 's', s_is_space }, { 'w', s_is_word } };
    if (!reader->rest.size)
        return s_fail (reader, "nothing follows the last \\");
    unsigned char c = s_next (reader);
    for (size_t i = 0; i < sizeof CLASSES / sizeof CLASSES [0]; i++)
        if (tolower (c) == CLASSES [i].small) {
            for (int each = 0; each < 128; each++)
                holds [each] = holds [each] || CLASSES [i].is (each) == (c == (unsigned char) CLASSES [i].small);
            return true;
        }
    if (c == 'x') {
        char digits [3] = { 0 };
        if (reader->rest.size < 2 || !isxdigit ((unsigned char) reader->rest.data [0]) || !isxdigit ((unsigned char) reader->rest.data [1]))
            return s_fail (reader, "\\x needs two hexadecimal digits");
        digits [0] = (char) s_next (reader);
        digits [1] = (char) s_next (reader);
        c = (unsigned char) strtoul (digits, NULL, 16);
    }
    else
    if (isalnum (c) || c >= 128)
        return s_fail (reader, "this character cannot stand behind a \\");
    holds [c] = true;
    *single = c;
    return true;
}

//  One character of a bracket, or a class: into holds. *single is the character, or -1.
static bool
s_read_member (reader_t *reader, bool *holds, int *single)
{
    unsigned char c = s_next (reader);
    *single = -1;
    if (c == '\\')
        return s_read_escape (reader, holds, single);
    if (c >= 128)
        return s_fail (reader, "characters of more than one byte are not supported");
    holds [c] = true;
    *single = c;
    return true;
}

//  Behind a '['.
static bool
s_read_bracket (reader_t *reader, bool *holds)
{
    bool negated = reader->rest.size && *reader->rest.data == '^';
    bool members [CHARACTERS] = { false };
    if (negated)
        s_next (reader);
    if (reader->rest.size && *reader->rest.data == ']')
        return s_fail (reader, "a [] is empty");
    while (reader->rest.size && *reader->rest.data != ']') {
        int first, last;
        if (!s_read_member (reader, members, &first))
            return false;
        if (first < 0 || reader->rest.size < 2 || reader->rest.data [0] != '-' || reader->rest.data [1] == ']')
            continue;
        s_next (reader);
        if (!s_read_member (reader, members, &last))
            return false;
        if (last < first)
            return s_fail (reader, "a range in [] ends before it begins");
        for (int each = first; each <= last; each++)
            members [each] = true;
    }
    if (!reader->rest.size)
        return s_fail (reader, "a [ is never closed");
    s_next (reader);
    for (int each = 0; each < CHARACTERS; each++)
        holds [each] = members [each] != negated;
    return true;
}

static bool
s_read_count (reader_t *reader, int *count)
{
    *count = 0;
    if (!reader->rest.size || !s_is_digit (*reader->rest.data))
        return s_fail (reader, "{} needs numbers: {3}, {3,} or {3,5}");
    while (reader->rest.size && s_is_digit (*reader->rest.data)) {
        *count = *count * 10 + (s_next (reader) - '0');
        if (*count > REPEAT_MAX)
            return s_fail (reader, "a repetition of more than 1000 times is not supported by the simulator");
    }
    return true;
}

//  Behind a '{'.
static bool
s_read_counts (reader_t *reader, item_t *item)
{
    if (!s_read_count (reader, &item->min))
        return false;
    item->max = item->min;
    if (reader->rest.size && *reader->rest.data == ',') {
        s_next (reader);
        item->max = REPEAT_ENDLESS;
        if (reader->rest.size && *reader->rest.data != '}' && !s_read_count (reader, &item->max))
            return false;
    }
    if (!reader->rest.size || s_next (reader) != '}')
        return s_fail (reader, "a { is never closed");
    return item->min <= item->max || s_fail (reader, "a {} ends before it begins");
}

static bool
s_read_repeat (reader_t *reader, item_t *item)
{
    item->min = item->max = 1;
    if (!reader->rest.size || !strchr ("?*+{", *reader->rest.data) || !*reader->rest.data)
        return true;
    if (item->kind != ITEM_SET)
        return s_fail (reader, "an anchor cannot be repeated");
    switch (s_next (reader)) {
    case '?':
        item->min = 0;
        return true;
    case '*':
        item->min = 0;
        item->max = REPEAT_ENDLESS;
        return true;
    case '+':
        item->max = REPEAT_ENDLESS;
        return true;
    default:
        return s_read_counts (reader, item);
    }
}

static bool
s_read_item (reader_t *reader, item_t *item)
{
    unsigned char c = s_next (reader);
    int single;
    item->kind = c == '^' ? ITEM_START : c == '$' ? ITEM_END : ITEM_SET;
    if (c == '.')
        memset (item->holds, true, sizeof item->holds);
    else
    if (c == '[') {
        if (!s_read_bracket (reader, item->holds))
            return false;
    }
    else
    if (c == '\\') {
        if (!s_read_escape (reader, item->holds, &single))
            return false;
    }
    else
    if (c == '(' || c == ')')
        return s_fail (reader, "parentheses are not supported");
    else
    if (c >= 128)
        return s_fail (reader, "characters of more than one byte are not supported");
    else
    if (item->kind == ITEM_SET) {
        if (!isalnum (c) && (!c || !strchr (":_#=@/;,- ", c)))
            return s_fail (reader, "a character in it is not supported, or an operator has nothing to repeat");
        item->holds [c] = true;
    }
    return s_read_repeat (reader, item);
}

//  A row of items up to the next '|' or the end. False with a reason, or without one when memory ran out.
static bool
s_read_row (reader_t *reader, alternative_t *alternative)
{
    for (item_t **item = &alternative->items; reader->rest.size && *reader->rest.data != '|'; item = &(*item)->next)
        if (!(*item = arena_alloc (reader->arena, sizeof **item)) || !s_read_item (reader, *item))
            return false;
    return true;
}

filter_regex_t *
filter_regex_read (slice_t text, arena_t *arena, const char **why_p)
{
    reader_t reader = { .rest = text, .arena = arena, .why = text.size ? NULL : "it is empty" };
    filter_regex_t *self = arena_alloc (arena, sizeof *self);
    bool fine = self && text.size;
    for (alternative_t **next = fine ? &self->alternatives : NULL; fine; next = &(*next)->next) {
        *next = arena_alloc (arena, sizeof **next);
        fine = *next && s_read_row (&reader, *next);
        if (!fine || !reader.rest.size)
            break;
        s_next (&reader);       //  The '|'
    }
    *why_p = reader.why;
    return fine ? self : NULL;
}

//  From every position that is marked here, marks there all that the item can reach. Positions run from 0 to size.
static void
s_step (const filter_regex_t *self, const item_t *item, slice_t text)
{
    size_t size = text.size;
    memset (self->there, 0, size + 1);
    if (item->kind != ITEM_SET) {
        size_t only = item->kind == ITEM_START ? 0 : size;
        self->there [only] = self->here [only];
        return;
    }
    //  A mark reaches from min to max characters ahead, as far as the run of the set's characters goes. Marks in one run overlap: what
    //  was already written is not written again, because within a run both ends only move forward.
    size_t run_end = 0, written = 0;
    for (size_t at = 0; at <= size; at++) {
        if (at >= run_end)
            for (run_end = at; run_end < size && item->holds [(unsigned char) text.data [run_end]];)
                run_end++;
        size_t room = run_end - at;
        if (!self->here [at] || room < (size_t) item->min)
            continue;
        size_t from = at + (size_t) item->min;
        size_t to = item->max == REPEAT_ENDLESS || (size_t) item->max > room ? run_end : at + (size_t) item->max;
        for (from = from > written ? from : written; from <= to; from++)
            self->there [from] = 1;
        written = to + 1 > written ? to + 1 : written;
    }
}

static bool
s_prepare (filter_regex_t *self, size_t size)
{
    if (size <= self->capacity)
        return true;
    filter_regex_deinit (self);
    self->here = malloc (size);
    self->there = malloc (size);
    self->capacity = self->here && self->there ? size : 0;
    return self->capacity > 0;
}

bool
filter_regex_occurs (filter_regex_t *self, slice_t text)
{
    if (!s_prepare (self, text.size + 1))
        return false;
    for (const alternative_t *alternative = self->alternatives; alternative; alternative = alternative->next) {
        memset (self->here, 1, text.size + 1);
        for (const item_t *item = alternative->items; item; item = item->next) {
            s_step (self, item, text);
            unsigned char *swapped = self->here;
            self->here = self->there;
            self->there = swapped;
        }
        if (memchr (self->here, 1, text.size + 1))
            return true;
    }
    return false;
}

void
filter_regex_deinit (filter_regex_t *self)
{
    free (self->here);
    free (self->there);
    self->here = self->there = NULL;
    self->capacity = 0;
}
