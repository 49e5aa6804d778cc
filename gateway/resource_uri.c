#include "resource_uri.h"

#include "hex.h"
#include "utf8.h"

//  What may stand for itself in a path: RFC 3986's pchar and the slash.
static bool
s_plain (char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr ("-._~!$&'()*+,;=:@/", c));
}

static bool
s_shows (slice_t text)
{
    for (uint32_t character; text.size; ) {
        size_t size = utf8_read (text, &character);
        if (character == UTF8_NONE || utf8_hidden (character))
            return false;
        text = (slice_t) { text.data + size, text.size - size };
    }
    return true;
}

//  Percent-decodes into a text of this size. False: bad escapes, too long, empty, or characters that do not show.
static bool
s_decode (slice_t text, char *out, size_t size)
{
    size_t count = 0;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data [i];
        if (c == '%') {
            int high = i + 2 < text.size ? hex_digit (text.data [i + 1]) : -1;
            int low = high >= 0 ? hex_digit (text.data [i + 2]) : -1;
            if (low < 0)
                return false;
            c = (char) (high << 4 | low);
            i += 2;
        } else if (!s_plain (c)) {
            return false;
        }
        if (count + 1 == size)
            return false;
        out [count++] = c;
    }
    out [count] = 0;
    return count > 0 && s_shows ((slice_t) { out, count });
}

static const char *
s_read_parameters (slice_t query, resource_uri_t *uri)
{
    do {
        slice_t value = slice_cut (&query, '&');
        slice_t name = slice_cut (&value, '=');
        bool region = slice_is (name, "region");
        char *out = region ? uri->region : uri->account;
        if (!region && !slice_is (name, "account"))
            return "After the question mark only region=… and account=… may stand.";
        if (out [0])
            return "Each parameter may be given once.";
        if (!s_decode (value, out, region ? sizeof uri->region : sizeof uri->account))
            return "A parameter's value is empty, too long, or has a bad escape.";
    } while (query.data);
    return NULL;
}

status_t
resource_uri_read (slice_t text, resource_uri_t *uri, const char **reason)
{
    *uri = (resource_uri_t) { .kind = SLICE_ABSENT };
    *reason = NULL;
    bool full = slice_starts (text, RESOURCE_URI_SCHEME);
    if (!full && !slice_starts (text, RESOURCE_URI_SHORT_SCHEME)) {
        *reason = "Our resources begin with " RESOURCE_URI_SCHEME ".";
        return STATUS_MALFORMED;
    }
    size_t scheme = full ? sizeof RESOURCE_URI_SCHEME - 1 : sizeof RESOURCE_URI_SHORT_SCHEME - 1;
    slice_t query = { text.data + scheme, text.size - scheme };
    slice_t name = slice_cut (&query, '?');
    uri->kind = slice_cut (&name, '/');
    if (!name.size || !s_decode (name, uri->name, sizeof uri->name))
        *reason = "The name is missing, too long, or has a character that must be percent-encoded.";
    else if (query.data)
        *reason = s_read_parameters (query, uri);
    return *reason ? STATUS_MALFORMED : STATUS_OK;
}
