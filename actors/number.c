#include "number.h"

#include <inttypes.h>
#include <stdio.h>

void
number_append (buffer_t *out, int64_t number)
{
    char digits [24];
    int size = snprintf (digits, sizeof digits, "%" PRId64, number);
    int sign = digits [0] == '-';
    for (int i = 0; i < size; i++) {
        if (i > sign && (size - i) % 3 == 0)
            buffer_append_char (out, ',');
        buffer_append_char (out, digits [i]);
    }
}

void
number_append_of (buffer_t *out, int64_t number, const char *noun)
{
    number_append (out, number);
    buffer_printf (out, " %s%s", noun, number == 1 ? "" : "s");
}
