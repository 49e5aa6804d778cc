#include "filter_kinds.h"

#include "json.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

//  Steps of a path, characters of a number that JSON writes.
enum { STEPS_MAX = 32, NUMBER_TEXT_SIZE = 64, INDEX_DIGITS_MAX = 6 };

//  One step from a value to a value in it.
typedef struct {
    enum { STEP_KEY, STEP_INDEX, STEP_ANY } kind;
    slice_t key;
    size_t index;
} step_t;

typedef struct {
    int count;
    int wildcards;              //  At most one, as in AWS
    step_t steps [STEPS_MAX];
} path_t;

static bool
s_add (filter_reader_t *reader, path_t *path, step_t step)
{
    path->wildcards += step.kind == STEP_ANY;
    if (path->count == STEPS_MAX)
        return filter_fail (reader, "a path of more than %d steps is not supported by the simulator", STEPS_MAX);
    if (path->wildcards > 1)
        return filter_fail (reader, "a property selector has more than one wildcard");
    path->steps [path->count++] = step;
    return true;
}

//  Behind a '.': letters, digits, '-' and '_'.
static bool
s_read_key (filter_reader_t *reader, path_t *path)
{
    size_t size = 0;
    if (filter_take (reader, "*"))
        return s_add (reader, path, (step_t) { .kind = STEP_ANY });
    while (size < reader->rest.size && (isalnum ((unsigned char) reader->rest.data [size]) || reader->rest.data [size] == '-'
                                        || reader->rest.data [size] == '_'))
        size++;
    if (!size)
        return filter_fail (reader, "a property selector has no name behind its '.'");
    slice_t key = { reader->rest.data, size };
    reader->rest = (slice_t) { reader->rest.data + size, reader->rest.size - size };
    return s_add (reader, path, (step_t) { .kind = STEP_KEY, .key = key });
}

//  Behind a '[': an index, a '*', or a key in quotes.
static bool
s_read_bracket (filter_reader_t *reader, path_t *path)
{
    step_t step = { .kind = STEP_INDEX };
    char next = filter_peek (reader);
    int digits = 0;
    if (filter_take (reader, "*"))
        step.kind = STEP_ANY;
    else
    if (next == '\'' || next == '"') {
        step.kind = STEP_KEY;
        if (!filter_read_quoted (reader, next, &step.key))
            return false;
    }
    else {
        while (reader->rest.size && isdigit ((unsigned char) *reader->rest.data) && digits++ < INDEX_DIGITS_MAX) {
            step.index = step.index * 10 + (size_t) (*reader->rest.data - '0');
            reader->rest = (slice_t) { reader->rest.data + 1, reader->rest.size - 1 };
        }
        if (!digits)
            return filter_fail (reader, "a [] of a property selector holds no number");
    }
    return filter_take (reader, "]") ? s_add (reader, path, step) : filter_fail (reader, "a [ of a property selector is never closed");
}

//  $, then any number of .key and [index].
static const void *
s_read_path (filter_reader_t *reader, const void *scope)
{
    (void) scope;
    path_t *path = arena_alloc (reader->arena, sizeof *path);
    if (!path)
        return NULL;
    if (!filter_take (reader, "$")) {
        filter_fail (reader, "%s", "");
        return NULL;
    }
    for (;;) {
        bool dotted = reader->rest.size && *reader->rest.data == '.';
        bool bracketed = reader->rest.size && *reader->rest.data == '[';
        if (!dotted && !bracketed)
            break;
        reader->rest = (slice_t) { reader->rest.data + 1, reader->rest.size - 1 };
        if (!(dotted ? s_read_key (reader, path) : s_read_bracket (reader, path)))
            return NULL;
    }
    if (path->count)
        return path;
    filter_fail (reader, "a property selector must name a property");
    return NULL;
}

filter_condition_t *
filter_json_read (filter_reader_t *reader)
{
    filter_take (reader, "{");
    reader->read_subject = s_read_path;
    filter_condition_t *condition = filter_read_condition (reader);
    if (condition && !(filter_take (reader, "}") && !filter_peek (reader))) {
        filter_fail (reader, "%s", "");
        return NULL;
    }
    return condition;
}

//  A test of one value, NULL where the path leads nowhere. Values that are no text and no number fit neither = nor !=.
static bool
s_test_value (const filter_test_t *test, yyjson_val *value)
{
    char text [NUMBER_TEXT_SIZE];
    switch (test->relation) {
    case RELATION_NOT_EXISTS:
        return !value;
    case RELATION_IS_NULL:
        return yyjson_is_null (value);
    case RELATION_IS_TRUE:
        return yyjson_is_true (value);
    case RELATION_IS_FALSE:
        return yyjson_is_false (value);
    default:
        break;
    }
    if (yyjson_is_str (value))
        return test->relation <= RELATION_UNEQUAL && filter_test_text (test, json_value_text (value));
    if (!yyjson_is_num (value))
        return false;
    if (yyjson_is_real (value))
        snprintf (text, sizeof text, "%.17g", yyjson_get_real (value));
    else
    if (yyjson_is_sint (value))
        snprintf (text, sizeof text, "%lld", (long long) yyjson_get_sint (value));
    else
        snprintf (text, sizeof text, "%llu", (unsigned long long) yyjson_get_uint (value));
    return filter_test_number (test, slice_of (text), yyjson_get_num (value));
}

static bool s_walk (const filter_test_t *test, int step, yyjson_val *value);

//  Any element or member will do.
static bool
s_walk_any (const filter_test_t *test, int step, yyjson_val *value)
{
    size_t index, max;
    yyjson_val *key, *element;
    yyjson_arr_foreach (value, index, max, element)
        if (s_walk (test, step, element))
            return true;
    if (!yyjson_is_obj (value))         //  What is not there at all must not come to yyjson's macro: it steps on from the first key
        return false;
    yyjson_obj_foreach (value, index, max, key, element)
        if (s_walk (test, step, element))
            return true;
    return false;
}

static bool
s_walk (const filter_test_t *test, int step, yyjson_val *value)
{
    const path_t *path = test->subject;
    for (; step < path->count; step++)
        switch (path->steps [step].kind) {
        case STEP_KEY:
            value = yyjson_obj_getn (value, path->steps [step].key.data, path->steps [step].key.size);
            break;
        case STEP_INDEX:
            value = yyjson_arr_get (value, path->steps [step].index);
            break;
        case STEP_ANY:
            return s_walk_any (test, step + 1, value);
        }
    return s_test_value (test, value);
}

static bool
s_judge (const filter_test_t *test, const void *message)
{
    return s_walk (test, 0, (yyjson_val *) message);
}

bool
filter_json_matches (const filter_condition_t *self, slice_t message)
{
    yyjson_doc *doc = NULL;
    slice_t text = slice_trim (message);
    if (!text.size || (*text.data != '{' && *text.data != '[') || json_read (message, JSON_DEPTH_MAX_AWS, &doc, NULL) != STATUS_OK)
        return false;
    bool matches = filter_judge (self, s_judge, yyjson_doc_get_root (doc));
    yyjson_doc_free (doc);
    return matches;
}
