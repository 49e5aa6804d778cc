#include "log_source.h"

static bool
s_blank (char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static slice_t
s_behind (slice_t text, size_t size)
{
    return (slice_t) { text.data + size, text.size - size };
}

static slice_t
s_trim (slice_t text)
{
    while (text.size && s_blank (text.data [0]))
        text = s_behind (text, 1);
    while (text.size && s_blank (text.data [text.size - 1]))
        text.size--;
    return text;
}

static void
s_keep (slice_t *list, size_t *count, size_t max, slice_t text, size_t *more)
{
    if (*count < max)
        list [(*count)++] = text;
    else
        (*more)++;
}

//  A text in quotes is cut off the front of the rest. False: there is none.
static bool
s_quoted (slice_t *rest, slice_t *text)
{
    char quote = rest->size ? rest->data [0] : 0;
    if (quote != '\'' && quote != '"' && quote != '`')
        return false;
    slice_t behind = s_behind (*rest, 1);
    *text = slice_cut (&behind, quote);
    if (!behind.data)
        return false;
    *rest = behind;
    return text->size > 0;
}

//  logGroups(…) is cut off likewise. Quotes hide brackets.
static bool
s_function (slice_t *rest, slice_t *arguments)
{
    static const char NAME [] = "logGroups(";
    size_t before = sizeof NAME - 1;
    if (rest->size < before || strncasecmp (rest->data, NAME, before) != 0)
        return false;
    char quote = 0;
    for (size_t i = before; i < rest->size; i++) {
        char c = rest->data [i];
        if (quote) {
            quote = c == quote ? 0 : quote;
        } else if (c == '\'' || c == '"') {
            quote = c;
        } else if (c == ')') {
            *arguments = (slice_t) { rest->data + before, i - before };
            *rest = s_behind (*rest, i + 1);
            return true;
        }
    }
    return false;
}

//  The texts of its namePrefix: ['…', "…"].
static void
s_read_prefixes (log_source_t *self, slice_t arguments)
{
    static const char NAME [] = "namePrefix";
    while (arguments.size >= sizeof NAME && !slice_starts (arguments, NAME))
        arguments = s_behind (arguments, 1);
    slice_cut (&arguments, '[');
    slice_t list = slice_cut (&arguments, ']'), prefix;
    for (list = s_trim (list); s_quoted (&list, &prefix); list = s_trim (list)) {
        s_keep (self->prefixes, &self->prefixes_count, LOG_SOURCE_PREFIXES_MAX, prefix, &self->more);
        list = s_trim (list);
        if (list.size && list.data [0] == ',')
            list = s_behind (list, 1);
    }
}

//  One SOURCE with the bar behind it, if there is one in front of the text.
static bool
s_read_one (log_source_t *self, slice_t *text)
{
    slice_t rest = *text, group, arguments;
    if (rest.size < 7 || strncasecmp (rest.data, "SOURCE", 6) != 0 || !s_blank (rest.data [6]))
        return false;
    rest = s_trim (s_behind (rest, 7));
    bool named = s_quoted (&rest, &group);
    if (!named && !s_function (&rest, &arguments))
        return false;
    rest = s_trim (rest);
    if (rest.size && rest.data [0] != '|')
        return false;
    if (named)
        s_keep (self->groups, &self->groups_count, LOG_SOURCE_GROUPS_MAX, group, &self->more);
    else
        s_read_prefixes (self, arguments);
    *text = rest.size ? s_trim (s_behind (rest, 1)) : rest;
    return true;
}

void
log_source_read (log_source_t *self, slice_t text)
{
    *self = (log_source_t) { .query = s_trim (text) };
    while (s_read_one (self, &self->query))
        continue;
}
