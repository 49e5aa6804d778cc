#include "hex.h"

const char *
hex_write (const uint8_t *bytes, size_t size, char *text)
{
    static const char DIGITS [] = "0123456789abcdef";
    for (size_t i = 0; i < size; i++) {
        text [2 * i] = DIGITS [bytes [i] >> 4];
        text [2 * i + 1] = DIGITS [bytes [i] & 15];
    }
    text [2 * size] = 0;
    return text;
}

bool
hex_read (slice_t text, uint8_t *bytes, size_t size)
{
    if (text.size != 2 * size)
        return false;
    for (size_t i = 0; i < text.size; i++) {
        int digit = text.data [i] >= 'A' && text.data [i] <= 'F' ? -1 : hex_digit (text.data [i]);
        if (digit < 0)
            return false;
        bytes [i / 2] = (uint8_t) (i % 2 ? bytes [i / 2] | digit : digit << 4);
    }
    return true;
}
