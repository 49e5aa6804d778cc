#include "utf8.h"

//  First and last of each range, in order.
static const struct {
    uint32_t first, last;
} HIDDEN [] = {
    { 0x0000, 0x001f },         //  C0
    { 0x007f, 0x009f },         //  DEL and C1, which some terminals take for ESC [
    { 0x00ad, 0x00ad },         //  Soft hyphen
    { 0x061c, 0x061c },         //  Arabic letter mark
    { 0x180e, 0x180e },         //  Mongolian vowel separator
    { 0x200b, 0x200b },         //  Zero width space; the joiners behind it stay
    { 0x200e, 0x200f },         //  Left-to-right and right-to-left mark
    { 0x2028, 0x202e },         //  Line and paragraph separator, embeddings and overrides
    { 0x2060, 0x206f },         //  Word joiner, invisible operators, isolates
    { 0xfeff, 0xfeff },         //  Byte order mark
    { 0xfff9, 0xfffb },         //  Interlinear annotations
    { 0x1bca0, 0x1bca3 },       //  Shorthand format controls
    { 0x1d173, 0x1d17a },       //  Musical format controls
    { 0xe0000, 0xe0fff },       //  Tags: a whole invisible alphabet
};

size_t
utf8_read (slice_t text, uint32_t *character)
{
    const unsigned char *bytes = (const unsigned char *) text.data;
    unsigned char lead = bytes [0];
    *character = lead;
    if (lead < 0x80)
        return 1;
    //  These leads narrow their second byte: no overlong forms, no surrogates, nothing beyond U+10FFFF
    unsigned char low  = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    unsigned char high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    size_t size = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
    uint32_t read = size ? lead & (0x7fu >> size) : 0;
    *character = UTF8_NONE;
    if (size == 0)
        return 1;
    for (size_t i = 1; i < size; i++) {
        if (i == text.size || bytes [i] < low || bytes [i] > high)
            return i;
        read = read << 6 | (bytes [i] & 0x3f);
        low = 0x80;
        high = 0xbf;
    }
    *character = read;
    return size;
}

bool
utf8_hidden (uint32_t character)
{
    for (size_t i = 0; i < sizeof HIDDEN / sizeof HIDDEN [0]; i++)
        if (character <= HIDDEN [i].last)
            return character >= HIDDEN [i].first;
    return false;
}
