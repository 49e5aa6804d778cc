#include "plain.h"

#include "utf8.h"

//  Takes one character, or one byte of what begins none; how many bytes that is.
static size_t
s_take (slice_t text, uint32_t *point, bool *character)
{
    size_t size = utf8_read (text, point);
    *character = *point != UTF8_NONE;
    if (*character)
        return size;
    *point = (unsigned char) text.data [0];
    return 1;
}

//  How many bytes at the beginning may be written as they are; lines: line ends may.
static size_t
s_harmless_size (slice_t text, bool lines)
{
    size_t size = 0;
    while (size < text.size) {
        uint32_t point;
        size_t step = utf8_read ((slice_t) { text.data + size, text.size - size }, &point);
        if (point == UTF8_NONE || (utf8_hidden (point) && !(lines && point == '\n')))
            break;
        size += step;
    }
    return size;
}

typedef void (escape_fn) (buffer_t *out, uint32_t point, bool character);

//  What is harmless as it is, the rest through escape: a character, or a byte that begins none.
static void
s_append (buffer_t *out, slice_t text, bool lines, escape_fn *escape)
{
    while (text.size) {
        size_t size = s_harmless_size (text, lines);
        if (size) {
            buffer_append (out, text.data, size);
        } else {
            uint32_t point;
            bool character;
            size = s_take (text, &point, &character);
            escape (out, point, character);
        }
        text = (slice_t) { text.data + size, text.size - size };
    }
}

static void
s_escape (buffer_t *out, uint32_t point, bool character)
{
    (void) character;
    if (point == '\n' || point == '\r' || point == '\t')
        buffer_printf (out, "\\%c", point == '\n' ? 'n' : point == '\r' ? 'r' : 't');
    else if (point < 0x100)
        buffer_printf (out, "\\x%02x", point);
    else if (point < 0x10000)
        buffer_printf (out, "\\u%04x", point);
    else
        buffer_printf (out, "\\U%08x", point);
}

void
plain_append (buffer_t *out, slice_t text)
{
    s_append (out, text, false, s_escape);
}

static void
s_escape_json (buffer_t *out, uint32_t point, bool character)
{
    if (!character)
        buffer_append_text (out, "\\ufffd");
    else if (point < 0x10000)
        buffer_printf (out, "\\u%04x", point);
    else
        buffer_printf (out, "\\u%04x\\u%04x", 0xD800 + ((point - 0x10000) >> 10), 0xDC00 + (point & 0x3FF));
}

void
plain_append_json (buffer_t *out, slice_t json)
{
    s_append (out, json, true, s_escape_json);
}

size_t
plain_width (slice_t text)
{
    return slice_characters (text);
}

slice_t
plain_cut (slice_t text, size_t width)
{
    return slice_first (text, width);
}

void
plain_pad (buffer_t *out, size_t count)
{
    char *blanks = count ? buffer_reserve (out, count) : NULL;
    if (!blanks)
        return;
    memset (blanks, ' ', count);
    buffer_advance (out, count);
}

//  As wide as plain_append will make it.
static size_t
s_shown_width (slice_t text)
{
    size_t width = 0;
    while (text.size) {
        uint32_t point;
        bool character;
        size_t size = s_take (text, &point, &character);
        bool named = point == '\n' || point == '\r' || point == '\t';
        if (character && !utf8_hidden (point))
            width++;
        else
            width += named ? 2 : point < 0x100 ? 4 : point < 0x10000 ? 6 : 10;
        text = (slice_t) { text.data + size, text.size - size };
    }
    return width;
}

//  One of the text's own lines. The blank at which it is broken is left out.
static void
s_wrap_line (buffer_t *out, slice_t line, size_t column, size_t indent, size_t width)
{
    slice_t rest = line, word = slice_cut (&rest, ' ');
    column += s_shown_width (word);
    plain_append (out, word);
    while (rest.data) {
        word = slice_cut (&rest, ' ');
        size_t word_width = s_shown_width (word);
        bool breaks = width && word_width && column + 1 + word_width > width;
        buffer_append_char (out, breaks ? '\n' : ' ');
        plain_pad (out, breaks ? indent : 0);
        plain_append (out, word);
        column = (breaks ? indent : column + 1) + word_width;
    }
}

void
plain_wrap (buffer_t *out, slice_t text, size_t column, size_t indent, size_t width)
{
    slice_t rest = text, line = slice_cut (&rest, '\n');
    s_wrap_line (out, line, column, indent, width);
    while (rest.data) {
        line = slice_cut (&rest, '\n');
        buffer_append_char (out, '\n');
        plain_pad (out, indent);
        s_wrap_line (out, line, indent, indent, width);
    }
}
