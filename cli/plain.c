#include "plain.h"

//  What is not shown as it is. Ranges in order.
static const struct {
    uint32_t first;
    uint32_t last;
} HIDDEN [] = {
    { 0x0000, 0x001F },                 //  Controls
    { 0x007F, 0x009F },                 //  DEL, and controls that some terminals take for ESC [
    { 0x061C, 0x061C },                 //  Direction
    { 0x200B, 0x200B },                 //  Invisible
    { 0x200E, 0x200F },                 //  Direction
    { 0x2028, 0x202E },                 //  Line and paragraph separators, direction
    { 0x2060, 0x206F },                 //  Invisible, direction
    { 0xFEFF, 0xFEFF },                 //  Invisible
    { 0xFFF9, 0xFFFB },                 //  Annotations
    { 0xE0000, 0xE007F },               //  Tags: letters that nobody sees and a model reads
};

static bool
s_is_hidden (uint32_t point)
{
    for (size_t i = 0; i < sizeof HIDDEN / sizeof HIDDEN [0]; i++)
        if (point >= HIDDEN [i].first && point <= HIDDEN [i].last)
            return true;
    return false;
}

//  Reads the first character of a text that is not empty, and returns its size. 0, and *point as it was: the first byte begins no character.
static size_t
s_read (slice_t text, uint32_t *point)
{
    static const uint32_t LEAST [] = { 0, 0, 0x80, 0x800, 0x10000 };
    const unsigned char *bytes = (const unsigned char *) text.data;
    unsigned char lead = bytes [0];
    size_t size = lead < 0x80 ? 1 : lead >= 0xC2 && lead < 0xE0 ? 2 : (lead & 0xF0) == 0xE0 ? 3 : lead >= 0xF0 && lead < 0xF5 ? 4 : 0;
    if (size == 0 || size > text.size)
        return 0;
    uint32_t read = size == 1 ? lead : lead & (0x7Fu >> size);
    for (size_t i = 1; i < size; i++) {
        if ((bytes [i] & 0xC0) != 0x80)
            return 0;
        read = read << 6 | (bytes [i] & 0x3F);
    }
    bool surrogate = read >= 0xD800 && read <= 0xDFFF;
    if (read < LEAST [size] || read > 0x10FFFF || surrogate)
        return 0;
    *point = read;
    return size;
}

//  How many bytes at the beginning may be written as they are; lines: line ends may.
static size_t
s_harmless_size (slice_t text, bool lines)
{
    size_t size = 0;
    while (size < text.size) {
        uint32_t point;
        size_t step = s_read ((slice_t) { text.data + size, text.size - size }, &point);
        if (step == 0 || (s_is_hidden (point) && !(lines && point == '\n')))
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
        uint32_t point = (unsigned char) text.data [0];
        size_t size = s_harmless_size (text, lines);
        if (size) {
            buffer_append (out, text.data, size);
        } else {
            size = s_read (text, &point);
            escape (out, point, size > 0);
            size = size ? size : 1;
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
        uint32_t point = (unsigned char) text.data [0];
        size_t size = s_read (text, &point);
        bool named = point == '\n' || point == '\r' || point == '\t';
        if (size && !s_is_hidden (point))
            width++;
        else
            width += named ? 2 : point < 0x100 ? 4 : point < 0x10000 ? 6 : 10;
        size = size ? size : 1;
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
