#include "packed.h"

#include <assert.h>

enum { FIRST_SHORT = 0x80, FIRST_LONG = 0xC0, LONG_BYTES = 255 };

size_t
packed_code (size_t piece, char code [2])
{
    assert (piece < PACKED_PIECES_MAX);
    if (piece < PACKED_SHORT) {
        code [0] = (char) (FIRST_SHORT + piece);
        return 1;
    }
    piece -= PACKED_SHORT;
    code [0] = (char) (FIRST_LONG + piece / LONG_BYTES);
    code [1] = (char) (1 + piece % LONG_BYTES);
    return 2;
}

//  The piece or character that the code stands for; the code is passed over.
static slice_t
s_next (const packed_pieces_t *pieces, const char **at)
{
    unsigned char code = (unsigned char) **at;
    if (code < FIRST_SHORT) {
        if (code == PACKED_BYTE)
            (*at)++;
        return (slice_t) { (*at)++, 1 };
    }
    size_t piece = code - FIRST_SHORT;
    (*at)++;
    if (code >= FIRST_LONG)
        piece = PACKED_SHORT + (size_t) (code - FIRST_LONG) * LONG_BYTES + (unsigned char) *(*at)++ - 1;
    assert (piece < pieces->count);
    return (slice_t) { pieces->bytes + pieces->offsets [piece], pieces->offsets [piece + 1] - pieces->offsets [piece] };
}

slice_t
packed_read (const packed_pieces_t *pieces, const char *packed, char *room, size_t room_bytes)
{
    assert (room_bytes > 0);
    slice_t text = { room, 0 };
    while (*packed) {
        slice_t piece = s_next (pieces, &packed);
        if (text.size + piece.size >= room_bytes)
            break;
        memcpy (room + text.size, piece.data, piece.size);
        text.size += piece.size;
    }
    room [text.size] = '\0';
    return text;
}
