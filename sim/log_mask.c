#include "log_mask.h"

#include <ctype.h>

enum { CARD_DIGITS_MIN = 13, CARD_DIGITS_MAX = 19 };

static bool
s_is_of_address (char c)
{
    return isalnum ((unsigned char) c) || (c && strchr (".-_+%", c));
}

//  Characters of a mail address that begins here; 0 when none does.
static size_t
s_address (slice_t text)
{
    size_t local = 0;
    while (local < text.size && s_is_of_address (text.data [local]))
        local++;
    size_t end = local + 1;
    if (!local || end >= text.size || text.data [local] != '@')
        return 0;
    while (end < text.size && (isalnum ((unsigned char) text.data [end]) || text.data [end] == '.' || text.data [end] == '-'))
        end++;
    while (text.data [end - 1] == '.' || text.data [end - 1] == '-')
        end--;
    return memchr (text.data + local, '.', end - local) ? end : 0;
}

//  The same for a card number: digits, with one blank or dash between some, whose check digit is right.
static size_t
s_card (slice_t text)
{
    int digits [CARD_DIGITS_MAX + 1];
    int count = 0, sum = 0;
    size_t end = 0;
    for (size_t i = 0; i < text.size && count <= CARD_DIGITS_MAX; i++)
        if (isdigit ((unsigned char) text.data [i])) {
            digits [count++] = text.data [i] - '0';
            end = i + 1;
        }
        else
        if (!end || (text.data [i] != ' ' && text.data [i] != '-') || !isdigit ((unsigned char) text.data [i - 1]))
            break;
    if (count < CARD_DIGITS_MIN || count > CARD_DIGITS_MAX)
        return 0;
    for (int i = 0; i < count; i++) {
        int digit = digits [count - 1 - i] * (i % 2 + 1);
        sum += digit > 9 ? digit - 9 : digit;
    }
    return sum % 10 == 0 ? end : 0;
}

void
log_mask_append (buffer_t *out, slice_t message)
{
    for (size_t at = 0; at < message.size;) {
        slice_t rest = { message.data + at, message.size - at };
        bool begins = at == 0 || !s_is_of_address (message.data [at - 1]);
        size_t size = !begins ? 0 : isdigit ((unsigned char) *rest.data) ? s_card (rest) : 0;
        if (begins && !size)
            size = s_address (rest);
        if (!size)
            buffer_append_char (out, message.data [at++]);
        else
        for (size_t end = at + size; at < end; at++)
            buffer_append_char (out, '*');
    }
}
