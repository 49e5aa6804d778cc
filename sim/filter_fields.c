#include "filter_kinds.h"

#include <ctype.h>

//  More fields than a line of any log has; a line's further ones are not looked at, which is the same as another number of fields.
enum { FIELDS_MAX = 128, LINE_FIELDS_MAX = 256 };

typedef struct {
    slice_t name;
    const filter_condition_t *condition;        //  NULL: any value
} field_t;

struct filter_fields {
    int count;
    int ellipsis;               //  Fields that stand before it; -1 without one
    field_t fields [FIELDS_MAX];
};

static slice_t
s_read_name (filter_reader_t *reader)
{
    size_t size = 0;
    filter_skip_blanks (reader);
    while (size < reader->rest.size && (isalnum ((unsigned char) reader->rest.data [size]) || reader->rest.data [size] == '_'
                                        || reader->rest.data [size] == '-'))
        size++;
    slice_t name = { reader->rest.data, size };
    reader->rest = (slice_t) { reader->rest.data + size, reader->rest.size - size };
    return name;
}

//  A condition speaks of the field that it stands at.
static const void *
s_read_subject (filter_reader_t *reader, const void *scope)
{
    const field_t *field = scope;
    slice_t name = s_read_name (reader);
    if (name.size && slice_eq (name, field->name))
        return field;
    filter_fail (reader, "%s", "");
    return NULL;
}

//  One field: nothing, a name, or a condition that begins with a name (or with parentheses before it).
static bool
s_read_field (filter_reader_t *reader, field_t *field)
{
    bool nested = filter_peek (reader) == '(';
    slice_t before = reader->rest;
    while (filter_take (reader, "("))
        continue;
    field->name = s_read_name (reader);
    char next = filter_peek (reader);
    if (!nested && (next == ',' || next == ']'))
        return true;
    reader->rest = before;
    reader->scope = field;
    field->condition = filter_read_condition (reader);
    return field->condition != NULL;
}

filter_fields_t *
filter_fields_read (filter_reader_t *reader)
{
    filter_fields_t *self = arena_alloc (reader->arena, sizeof *self);
    if (!self)
        return NULL;
    self->ellipsis = -1;
    reader->read_subject = s_read_subject;
    filter_take (reader, "[");
    do {
        if (filter_take (reader, "...")) {
            if (self->ellipsis >= 0) {
                filter_fail (reader, "it has more than one ellipsis");
                return NULL;
            }
            self->ellipsis = self->count;
        }
        else
        if (self->count == FIELDS_MAX) {
            filter_fail (reader, "more than %d fields are not supported by the simulator", FIELDS_MAX);
            return NULL;
        }
        else
        if (!s_read_field (reader, &self->fields [self->count++]))
            return NULL;
    } while (filter_take (reader, ","));
    if (filter_take (reader, "]") && !filter_peek (reader))
        return self;
    filter_fail (reader, "%s", "");
    return NULL;
}

//  The line's fields: between blanks, but what stands in [ ] or " " is one, without its marks.
static int
s_split (slice_t line, slice_t *fields)
{
    int count = 0;
    size_t at = 0;
    while (count < LINE_FIELDS_MAX) {
        while (at < line.size && isspace ((unsigned char) line.data [at]))
            at++;
        if (at == line.size)
            break;
        char close = (char) (line.data [at] == '[' ? ']' : line.data [at] == '"' ? '"' : 0);
        const char *end = close ? memchr (line.data + at + 1, close, line.size - at - 1) : NULL;
        size_t from = end ? at + 1 : at;
        size_t to = end ? (size_t) (end - line.data) : at;
        while (!end && to < line.size && !isspace ((unsigned char) line.data [to]))
            to++;
        fields [count++] = (slice_t) { line.data + from, to - from };
        at = end ? to + 1 : to;
    }
    return count;
}

static bool
s_judge (const filter_test_t *test, const void *message)
{
    return filter_test_text (test, *(const slice_t *) message);
}

bool
filter_fields_match (const filter_fields_t *self, slice_t message)
{
    slice_t fields [LINE_FIELDS_MAX];
    int count = s_split (message, fields);
    if (self->ellipsis < 0 ? count != self->count : count < self->count)
        return false;
    for (int i = 0; i < self->count; i++) {
        const slice_t *field = &fields [self->ellipsis >= 0 && i >= self->ellipsis ? count - self->count + i : i];
        if (self->fields [i].condition && !filter_judge (self->fields [i].condition, s_judge, field))
            return false;
    }
    return true;
}
