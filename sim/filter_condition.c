#include "filter_condition.h"

#include "filter_pattern.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

//  Longest number that is read as one.
enum { NUMBER_SIZE = 64 };

bool
filter_fail (filter_reader_t *reader, const char *format, ...)
{
    char text [FILTER_PATTERN_CHARACTERS_MAX];
    va_list arguments;
    if (reader->sentence->size)
        return false;
    va_start (arguments, format);
    vsnprintf (text, sizeof text, format, arguments);
    va_end (arguments);
    buffer_printf (reader->sentence, "Invalid filter pattern%s%s", *text ? ": " : "", text);
    return false;
}

void
filter_skip_blanks (filter_reader_t *reader)
{
    while (reader->rest.size && strchr (" \t\r\n", *reader->rest.data) && *reader->rest.data)
        reader->rest = (slice_t) { reader->rest.data + 1, reader->rest.size - 1 };
}

char
filter_peek (filter_reader_t *reader)
{
    filter_skip_blanks (reader);
    return (char) (reader->rest.size ? *reader->rest.data : 0);
}

bool
filter_take (filter_reader_t *reader, const char *text)
{
    size_t size = strlen (text);
    filter_skip_blanks (reader);
    if (!slice_starts (reader->rest, text))
        return false;
    reader->rest = (slice_t) { reader->rest.data + size, reader->rest.size - size };
    return true;
}

bool
filter_read_quoted (filter_reader_t *reader, char mark, slice_t *text)
{
    filter_skip_blanks (reader);
    char *plain = arena_alloc (reader->arena, reader->rest.size + 1);
    size_t size = 0;
    if (!plain)
        return false;
    for (size_t i = 1; i < reader->rest.size; i++) {
        char c = reader->rest.data [i];
        if (c == mark) {
            *text = (slice_t) { plain, size };
            reader->rest = (slice_t) { reader->rest.data + i + 1, reader->rest.size - i - 1 };
            return true;
        }
        //  In an expression the backslash belongs to it.
        bool escaped = c == '\\' && i + 1 < reader->rest.size && (mark == '%' || strchr ("\"'\\", reader->rest.data [i + 1]));
        if (escaped && mark == '%')
            plain [size++] = c;
        plain [size++] = reader->rest.data [i += escaped];
    }
    return filter_fail (reader, "a %c is never closed", mark);
}

filter_regex_t *
filter_read_regex (filter_reader_t *reader)
{
    slice_t text;
    const char *why = NULL;
    if (!filter_read_quoted (reader, '%', &text))
        return NULL;
    if (reader->regexes_count == FILTER_PATTERN_REGEXES_MAX) {
        filter_fail (reader, "it has more than %d regular expressions", FILTER_PATTERN_REGEXES_MAX);
        return NULL;
    }
    filter_regex_t *regex = filter_regex_read (text, reader->arena, &why);
    if (regex)
        reader->regexes [reader->regexes_count++] = regex;
    else
    if (why)
        filter_fail (reader, "regular expression '%.*s': %s", (int) text.size, text.data, why);
    return regex;
}

//  All of the text as a number: digits with a sign, a fraction, an exponent. Not what else strtod takes (inf, nan, 0x10).
static bool
s_read_number (slice_t text, double *number)
{
    char copy [NUMBER_SIZE];
    char *end = NULL;
    if (!text.size || text.size >= sizeof copy)
        return false;
    for (size_t i = 0; i < text.size; i++)
        if (!isdigit ((unsigned char) text.data [i]) && !strchr ("+-.eE", text.data [i]))
            return false;
    memcpy (copy, text.data, text.size);
    copy [text.size] = 0;
    *number = strtod (copy, &end);
    return *end == 0;
}

//  A text with asterisks at its ends; those of a test's text are taken off.
static void
s_set_text (filter_test_t *test, slice_t text)
{
    test->open_before = text.size && text.data [0] == '*';
    if (test->open_before)
        text = (slice_t) { text.data + 1, text.size - 1 };
    test->open_behind = text.size && text.data [text.size - 1] == '*';
    text.size -= test->open_behind;
    test->text = text;
    test->numeric = !test->open_before && !test->open_behind && s_read_number (text, &test->number);
}

//  An unquoted value: letters, digits and what addresses and numbers have. Ends before whatever ends a condition.
static bool
s_read_plain_value (filter_reader_t *reader, filter_test_t *test)
{
    size_t size = 0;
    while (size < reader->rest.size
           && (isalnum ((unsigned char) reader->rest.data [size]) || (reader->rest.data [size] && strchr ("_.*-+:/", reader->rest.data [size]))))
        size++;
    if (!size)
        return filter_fail (reader, "%s", "");
    s_set_text (test, (slice_t) { reader->rest.data, size });
    reader->rest = (slice_t) { reader->rest.data + size, reader->rest.size - size };
    return true;
}

static bool
s_read_value (filter_reader_t *reader, filter_test_t *test)
{
    slice_t text;
    char next = filter_peek (reader);
    if (next == '%') {
        test->regex = filter_read_regex (reader);
        return test->regex && (test->relation <= RELATION_UNEQUAL || filter_fail (reader, "%s", ""));
    }
    if (next == '"') {
        if (!filter_read_quoted (reader, '"', &text))
            return false;
        s_set_text (test, text);
    }
    else
    if (!s_read_plain_value (reader, test))
        return false;
    return test->relation <= RELATION_UNEQUAL || test->numeric || filter_fail (reader, "< and > compare numbers");
}

static bool
s_read_relation (filter_reader_t *reader, filter_test_t *test)
{
    //  Longer ones first.
    static const struct { const char *text; filter_relation_t relation; } SIGNS [] = {
        { "!=", RELATION_UNEQUAL }, { "<=", RELATION_LESS_EQUAL }, { ">=", RELATION_GREATER_EQUAL }, { "=", RELATION_EQUAL },
        { "<", RELATION_LESS }, { ">", RELATION_GREATER },
    };
    for (size_t i = 0; i < sizeof SIGNS / sizeof SIGNS [0]; i++)
        if (filter_take (reader, SIGNS [i].text)) {
            test->relation = SIGNS [i].relation;
            return s_read_value (reader, test);
        }
    if (filter_take (reader, "IS ")) {
        test->relation = filter_take (reader, "NULL") ? RELATION_IS_NULL : filter_take (reader, "TRUE") ? RELATION_IS_TRUE
                       : filter_take (reader, "FALSE") ? RELATION_IS_FALSE : RELATION_EQUAL;
        return test->relation != RELATION_EQUAL || filter_fail (reader, "IS needs NULL, TRUE or FALSE behind it");
    }
    test->relation = RELATION_NOT_EXISTS;
    return (filter_take (reader, "NOT ") && filter_take (reader, "EXISTS")) || filter_fail (reader, "%s", "");
}

static filter_condition_t *s_read_or (filter_reader_t *reader);

static filter_condition_t *
s_read_one (filter_reader_t *reader)
{
    filter_condition_t *condition;
    if (filter_take (reader, "(")) {
        if (++reader->depth > FILTER_PATTERN_DEPTH_MAX) {
            filter_fail (reader, "more than %d open parentheses are not supported by the simulator", FILTER_PATTERN_DEPTH_MAX);
            return NULL;
        }
        condition = s_read_or (reader);
        if (condition && !filter_take (reader, ")"))
            condition = filter_fail (reader, "a ( is never closed") ? condition : NULL;
        reader->depth--;
        return condition;
    }
    condition = arena_alloc (reader->arena, sizeof *condition);
    if (!condition || !(condition->test.subject = reader->read_subject (reader, reader->scope)) || !s_read_relation (reader, &condition->test))
        return NULL;
    return condition;
}

static filter_condition_t *
s_join (filter_reader_t *reader, filter_condition_kind_t kind, const char *sign, filter_condition_t *(*read) (filter_reader_t *reader))
{
    filter_condition_t *left = read (reader);
    while (left && filter_take (reader, sign)) {
        filter_condition_t *joined = arena_alloc (reader->arena, sizeof *joined);
        filter_condition_t *right = joined ? read (reader) : NULL;
        if (!right)
            return NULL;
        *joined = (filter_condition_t) { .kind = kind, .left = left, .right = right };
        left = joined;
    }
    return left;
}

static filter_condition_t *
s_read_and (filter_reader_t *reader)
{
    return s_join (reader, CONDITION_AND, "&&", s_read_one);
}

static filter_condition_t *
s_read_or (filter_reader_t *reader)
{
    return s_join (reader, CONDITION_OR, "||", s_read_and);
}

filter_condition_t *
filter_read_condition (filter_reader_t *reader)
{
    return s_read_or (reader);
}

//  A test's text with its asterisks: at both ends it is looked for, at one end it is compared there.
static bool
s_equals (const filter_test_t *test, slice_t text)
{
    slice_t wanted = test->text;
    if (test->regex)
        return filter_regex_occurs (test->regex, text);
    if (text.size < wanted.size)
        return false;
    if (test->open_before && test->open_behind)
        return !wanted.size || memmem (text.data, text.size, wanted.data, wanted.size) != NULL;
    if (test->open_before)
        return slice_eq ((slice_t) { text.data + text.size - wanted.size, wanted.size }, wanted);
    return slice_eq (test->open_behind ? (slice_t) { text.data, wanted.size } : text, wanted);
}

bool
filter_test_text (const filter_test_t *test, slice_t text)
{
    double number;
    if (test->relation > RELATION_UNEQUAL)
        return s_read_number (text, &number) && filter_test_number (test, text, number);
    return s_equals (test, text) == (test->relation == RELATION_EQUAL);
}

bool
filter_test_number (const filter_test_t *test, slice_t text, double number)
{
    switch (test->relation) {
    case RELATION_EQUAL:
    case RELATION_UNEQUAL:
        return (test->numeric ? !(number < test->number) && !(number > test->number) : s_equals (test, text)) == (test->relation == RELATION_EQUAL);
    case RELATION_LESS:
        return number < test->number;
    case RELATION_LESS_EQUAL:
        return number <= test->number;
    case RELATION_GREATER:
        return number > test->number;
    case RELATION_GREATER_EQUAL:
        return number >= test->number;
    default:
        return false;
    }
}

bool
filter_judge (const filter_condition_t *condition, bool (*judge) (const filter_test_t *test, const void *message), const void *message)
{
    switch (condition->kind) {
    case CONDITION_AND:
        return filter_judge (condition->left, judge, message) && filter_judge (condition->right, judge, message);
    case CONDITION_OR:
        return filter_judge (condition->left, judge, message) || filter_judge (condition->right, judge, message);
    default:
        return judge (&condition->test, message);
    }
}
