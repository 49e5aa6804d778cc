#include "base64.h"

#include <openssl/evp.h>

void
base64_encode (slice_t bytes, buffer_t *out)
{
    size_t size = (bytes.size + 2) / 3 * 4;
    char *room = buffer_reserve (out, size + 1);        //  OpenSSL writes a zero byte behind
    if (!room)
        return;
    EVP_EncodeBlock ((unsigned char *) room, (const unsigned char *) bytes.data, (int) bytes.size);
    buffer_advance (out, size);
}

void
base64_url_encode (slice_t bytes, buffer_t *out)
{
    size_t before = out->size;
    base64_encode (bytes, out);
    if (buffer_status (out) != STATUS_OK)
        return;
    while (out->size > before && out->data [out->size - 1] == '=')
        out->size--;
    for (size_t i = before; i < out->size; i++)
        out->data [i] = out->data [i] == '+' ? '-' : out->data [i] == '/' ? '_' : out->data [i];
}

static int
s_value (char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

//  Whole groups, padding only at the end, and no bits set that no byte needs.
static bool
s_valid (slice_t text, size_t padding)
{
    if (text.size % 4 != 0)
        return false;
    for (size_t i = 0; i < text.size - padding; i++)
        if (s_value (text.data [i]) < 0)
            return false;
    int last = padding ? s_value (text.data [text.size - padding - 1]) : 0;
    return padding == 0 || (padding == 1 ? (last & 3) == 0 : (last & 15) == 0);
}

status_t
base64_decode (slice_t text, buffer_t *out)
{
    size_t padding = 0;
    while (padding < 2 && padding < text.size && text.data [text.size - 1 - padding] == '=')
        padding++;
    if (!s_valid (text, padding))
        return STATUS_MALFORMED;
    char *room = buffer_reserve (out, text.size / 4 * 3 + 1);
    if (!room)
        return buffer_status (out);
    int size = EVP_DecodeBlock ((unsigned char *) room, (const unsigned char *) text.data, (int) text.size);
    if (size < 0)
        return STATUS_MALFORMED;
    buffer_advance (out, (size_t) size - padding);      //  OpenSSL counts the padding's zero bytes
    return STATUS_OK;
}

status_t
base64_url_decode (slice_t text, buffer_t *out)
{
    buffer_t standard;
    buffer_init (&standard, text.size + 4);
    standard.secret = out->secret;
    status_t status = STATUS_OK;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data [i];
        if (c == '+' || c == '/' || c == '=')
            status = STATUS_MALFORMED;
        buffer_append_char (&standard, c == '-' ? '+' : c == '_' ? '/' : c);
    }
    while (standard.size % 4 != 0 && buffer_status (&standard) == STATUS_OK)
        buffer_append_char (&standard, '=');
    if (status == STATUS_OK)
        status = buffer_status (&standard);
    if (status == STATUS_OK)
        status = base64_decode (buffer_slice (&standard), out);
    buffer_deinit (&standard);
    return status;
}
