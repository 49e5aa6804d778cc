#include "form.h"

static bool
s_plain (char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
}

static void
s_append_encoded (buffer_t *out, char c)
{
    static const char DIGITS [] = "0123456789ABCDEF";
    unsigned char byte = (unsigned char) c;
    buffer_append (out, (const char []) { '%', DIGITS [byte >> 4], DIGITS [byte & 15] }, 3);
}

void
form_append (buffer_t *out, const char *name, slice_t value)
{
    if (!value.data)
        return;
    buffer_append_text (out, out->size ? "&" : "");
    buffer_append_text (out, name);
    buffer_append_char (out, '=');
    for (size_t i = 0; i < value.size; i++)
        if (s_plain (value.data [i]))
            buffer_append_char (out, value.data [i]);
        else
            s_append_encoded (out, value.data [i]);
}
