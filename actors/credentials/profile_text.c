#include "profile_text.h"

//  --- Lines

static bool
s_blank (char c)
{
    return c == ' ' || c == '\t';
}

static slice_t
s_next_line (slice_t *text)
{
    slice_t line = slice_cut (text, '\n');
    if (line.size && line.data [line.size - 1] == '\r')
        line.size--;
    return line;
}

static size_t
s_indent (slice_t line)
{
    size_t indent = 0;
    while (indent < line.size && s_blank (line.data [indent]))
        indent++;
    return indent;
}

//  Nothing stands there, or a comment.
static bool
s_says_nothing (slice_t line)
{
    line = slice_trim (line);
    return line.size == 0 || line.data [0] == '#' || line.data [0] == ';';
}

//  What stands behind the key, without a comment that begins with a blank and # or ;.
static slice_t
s_first_value (slice_t rest)
{
    for (size_t i = 1; i < rest.size; i++)
        if ((rest.data [i] == '#' || rest.data [i] == ';') && s_blank (rest.data [i - 1])) {
            rest.size = i;
            break;
        }
    return slice_trim (rest);
}

//  --- A cursor over the pairs of one section, or of a block

typedef struct {
    slice_t   rest;
    section_t section;
    bool      inside;
    bool      seen;             //  Was inside
} cursor_t;

//  more: the lines below it that are indented deeper; absent: there are none.
typedef struct {
    slice_t key, value, more;
} pair_t;

static cursor_t
s_cursor (slice_t text, section_t section)
{
    static const char MARK [] = "\xEF\xBB\xBF";        //  Some editors write it in front
    if (slice_starts (text, MARK))
        text = (slice_t) { text.data + sizeof MARK - 1, text.size - (sizeof MARK - 1) };
    return (cursor_t) { .rest = text, .section = section };
}

//  Cuts the word and the blanks behind it off the front; false when that is not there.
static bool
s_cut_word (slice_t *name, const char *word)
{
    size_t size = strlen (word);
    if (!slice_starts (*name, word) || name->size == size || !s_blank (name->data [size]))
        return false;
    *name = slice_trim ((slice_t) { name->data + size, name->size - size });
    return true;
}

static bool
s_cut_quotes (slice_t *name)
{
    if (name->size < 2 || (name->data [0] != '"' && name->data [0] != '\'') || name->data [name->size - 1] != name->data [0])
        return false;
    *name = (slice_t) { name->data + 1, name->size - 2 };
    return true;
}

//  What a line names that begins with a bracket: of a section [word NAME], or of a bare one; false when it is none of these.
static bool
s_read_name (slice_t line, const char *word, slice_t *name)
{
    const char *end = memchr (line.data, ']', line.size);
    if (!end)
        return false;
    *name = slice_trim ((slice_t) { line.data + 1, (size_t) (end - line.data - 1) });
    if (word && !s_cut_word (name, word))
        return false;
    bool quoted = s_cut_quotes (name);
    return !word || quoted || !(memchr (name->data, ' ', name->size) || memchr (name->data, '\t', name->size));
}

//  Does such a line open the section that is looked for?
static bool
s_opens (const section_t *section, slice_t line)
{
    slice_t name;
    return s_read_name (line, section->word, &name) && slice_eq (name, section->name);
}

//  The lines that follow and are indented deeper; blank ones and comments among them do not end them.
static slice_t
s_cut_more (slice_t *rest, size_t indent)
{
    slice_t more = SLICE_ABSENT, ahead = *rest;
    while (ahead.size) {
        slice_t line = s_next_line (&ahead);
        if (s_says_nothing (line))
            continue;
        if (s_indent (line) <= indent)
            break;
        if (!more.data)
            more.data = line.data;
        more.size = (size_t) (line.data + line.size - more.data);
        *rest = ahead;
    }
    return more;
}

static bool
s_read_pair (slice_t line, slice_t *rest, pair_t *pair)
{
    size_t indent = s_indent (line);
    const char *equals = line.size && !s_says_nothing (line) ? memchr (line.data, '=', line.size) : NULL;
    if (!equals)
        return false;
    size_t at = (size_t) (equals - line.data);
    pair->key = slice_trim ((slice_t) { line.data, at });
    slice_t behind = { equals + 1, line.size - at - 1 };
    pair->value = s_first_value (behind);
    pair->more = s_cut_more (rest, indent);
    if (pair->value.size && pair->more.data)
        pair->value = slice_trim ((slice_t) { pair->value.data, (size_t) (pair->more.data + pair->more.size - pair->value.data) });
    return pair->key.size > 0;
}

//  The next pair of the section; false at the end of the text.
static bool
s_next_pair (cursor_t *self, pair_t *pair)
{
    while (self->rest.size) {
        slice_t line = s_next_line (&self->rest);
        if (line.size && line.data [0] == '[') {
            self->inside = s_opens (&self->section, line);
            self->seen = self->seen || self->inside;
        }
        else if (self->inside && s_read_pair (line, &self->rest, pair))
            return true;
    }
    return false;
}

//  --- Sections

bool
section_has (slice_t text, section_t section)
{
    pair_t pair;
    cursor_t cursor = s_cursor (text, section);
    while (!cursor.seen && s_next_pair (&cursor, &pair));
    return cursor.seen;
}

static bool
s_find (slice_t text, section_t section, const char *key, pair_t *found)
{
    bool there = false;
    pair_t pair;
    cursor_t cursor = s_cursor (text, section);
    while (s_next_pair (&cursor, &pair))
        if (slice_is_nocase (pair.key, key)) {
            *found = pair;              //  A key that is there twice: the last one holds
            there = true;
        }
    return there;
}

slice_t
section_value (slice_t text, section_t section, const char *key)
{
    pair_t pair;
    return s_find (text, section, key, &pair) ? pair.value : SLICE_ABSENT;
}

slice_t
section_inner_value (slice_t text, section_t section, const char *key, const char *inner_key)
{
    slice_t found = SLICE_ABSENT;
    pair_t pair;
    if (!s_find (text, section, key, &pair) || pair.value.size)
        return found;
    for (slice_t rest = pair.more; rest.size;) {
        slice_t line = s_next_line (&rest);
        pair_t inner;
        if (s_read_pair (line, &rest, &inner) && slice_is_nocase (inner.key, inner_key))
            found = inner.value;
    }
    return found;
}

void
profile_value_append (buffer_t *out, slice_t value)
{
    buffer_append_slice (out, s_first_value (s_next_line (&value)));
    while (value.size) {
        slice_t line = s_next_line (&value);
        if (s_says_nothing (line))
            continue;
        buffer_append_char (out, '\n');
        buffer_append_slice (out, slice_trim (line));
    }
}

//  --- Profiles

section_t
profile_section (slice_t text, bool config, slice_t profile)
{
    section_t worded = { "profile", profile }, bare = { NULL, profile };
    if (!config)
        return bare;
    return slice_is (profile, "default") && !section_has (text, worded) ? bare : worded;
}

bool
profile_text_has (slice_t text, bool config, const char *profile)
{
    return section_has (text, profile_section (text, config, slice_of (profile)));
}

slice_t
profile_text_value (slice_t text, bool config, const char *profile, const char *key)
{
    return section_value (text, profile_section (text, config, slice_of (profile)), key);
}

bool
profile_text_next (slice_t *rest, bool config, slice_t *name)
{
    while (rest->size) {
        slice_t line = s_next_line (rest);
        if (!line.size || line.data [0] != '[')
            continue;
        if (s_read_name (line, config ? "profile" : NULL, name) && name->size)
            return true;
        if (config && s_read_name (line, NULL, name) && slice_is (*name, "default"))
            return true;
    }
    return false;
}
