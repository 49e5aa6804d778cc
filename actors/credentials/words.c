#include "words.h"

_Static_assert (WORDS_MAX == 64 && WORDS_BYTES_MAX == 8192, "the sentences below say these numbers");

//  What stands between the present character and the end of what it is part of.
typedef enum { BETWEEN, IN_WORD, IN_SINGLE, IN_DOUBLE } place_t;

static bool
s_parts_words (char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

//  Does a backslash between double quotes make this character stand for itself?
static bool
s_escaped_in_double (char c)
{
    return c == '"' || c == '\\' || c == '$' || c == '`' || c == '\n';
}

//  The next word is begun behind what is written; false when there are too many.
static bool
s_begin_word (words_t *self)
{
    if (self->count == WORDS_MAX)
        return false;
    self->argv [self->count++] = self->text.data + self->text.size;
    return true;
}

//  A backslash and what it does to the character behind it; false at the end of the line.
static bool
s_take_escape (words_t *self, place_t place, slice_t *rest)
{
    if (!rest->size)
        return false;
    char c = rest->data [0];
    if (place == IN_DOUBLE && !s_escaped_in_double (c)) {
        buffer_append_char (&self->text, '\\');
        return true;
    }
    *rest = (slice_t) { rest->data + 1, rest->size - 1 };
    if (c != '\n')
        buffer_append_char (&self->text, c);
    return true;
}

//  One character, which is no escape: where the next one stands.
static place_t
s_take (words_t *self, place_t place, char c)
{
    if (place == IN_SINGLE || place == IN_DOUBLE) {
        if (c == (place == IN_SINGLE ? '\'' : '"'))
            return IN_WORD;
        buffer_append_char (&self->text, c);
        return place;
    }
    if (s_parts_words (c)) {
        if (place == IN_WORD)
            buffer_append_char (&self->text, 0);
        return BETWEEN;
    }
    if (c == '\'' || c == '"')
        return c == '"' ? IN_DOUBLE : IN_SINGLE;
    buffer_append_char (&self->text, c);
    return IN_WORD;
}

//  NULL: it went well.
static const char *
s_split (words_t *self, slice_t rest)
{
    place_t place = BETWEEN;
    while (rest.size) {
        char c = rest.data [0];
        rest = (slice_t) { rest.data + 1, rest.size - 1 };
        bool joins = c == '\\' && rest.size && rest.data [0] == '\n';
        if (place == BETWEEN && !s_parts_words (c) && !joins) {
            if (!s_begin_word (self))
                return "has more than 64 words";
            place = IN_WORD;
        }
        if (c == '\\' && place != IN_SINGLE) {
            if (!s_take_escape (self, place, &rest))
                return "ends in a backslash";
        }
        else
            place = s_take (self, place, c);
    }
    if (place == IN_SINGLE || place == IN_DOUBLE)
        return "has a quote that is not closed";
    buffer_append_char (&self->text, 0);
    return self->count && self->argv [0] [0] ? NULL : "names no program";
}

status_t
words_split (words_t *self, slice_t line, const char **why)
{
    *self = (words_t) { .count = 0 };
    *why = NULL;
    buffer_init_secret (&self->text, WORDS_BYTES_MAX + 1);
    if (line.size > WORDS_BYTES_MAX) {
        *why = "is longer than 8192 bytes";
        return STATUS_TOO_LARGE;
    }
    if (line.size && memchr (line.data, 0, line.size)) {
        *why = "holds a zero byte";
        return STATUS_MALFORMED;
    }
    //  Words and their ends take no more room than the line and one byte: what is begun here never moves
    if (!buffer_reserve (&self->text, line.size + 1))
        return buffer_status (&self->text);
    *why = s_split (self, line);
    self->argv [self->count] = NULL;
    return *why ? STATUS_MALFORMED : STATUS_OK;
}

void
words_deinit (words_t *self)
{
    buffer_deinit (&self->text);
    *self = (words_t) { .text = self->text };
}
