#include "authority.h"

#include <arpa/inet.h>
#include <string.h>

//  DNS's own limits, in bytes.
enum { NAME_BYTES_MAX = 253, LABEL_BYTES_MAX = 63 };

static bool
s_is_digit (char c)
{
    return c >= '0' && c <= '9';
}

//  Letters that host names are made of; the underscore is in no standard, but in many a compose file.
static bool
s_is_name_letter (char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || s_is_digit (c) || c == '-' || c == '_';
}

static bool
s_is_name (slice_t name)
{
    if (name.size == 0 || name.size > NAME_BYTES_MAX)
        return false;
    for (slice_t rest = name; rest.data;) {
        slice_t label = slice_cut (&rest, '.');
        if (label.size == 0 || label.size > LABEL_BYTES_MAX)
            return false;
        for (size_t i = 0; i < label.size; i++)
            if (!s_is_name_letter (label.data [i]))
                return false;
    }
    return true;
}

//  One to five digits.
static bool
s_parse_port (slice_t text, int *port)
{
    *port = 0;
    if (text.size == 0 || text.size > 5)
        return false;
    for (size_t i = 0; i < text.size; i++) {
        if (!s_is_digit (text.data [i]))
            return false;
        *port = *port * 10 + (text.data [i] - '0');
    }
    return *port <= 65535;
}

static bool
s_parse_address (slice_t text, int family, struct in6_addr *address)
{
    char literal [INET6_ADDRSTRLEN];
    if (text.size == 0 || text.size >= sizeof literal || memchr (text.data, '\0', text.size))
        return false;
    memcpy (literal, text.data, text.size);
    literal [text.size] = '\0';
    return inet_pton (family, literal, address) == 1;
}

bool
authority_parse (slice_t text, authority_t *authority)
{
    *authority = (authority_t) { .port = AUTHORITY_NO_PORT };
    if (text.size == 0)
        return false;
    bool bracket = text.data [0] == '[';
    const char *end = memchr (text.data, bracket ? ']' : ':', text.size);
    if (bracket && !end)
        return false;

    slice_t host = { text.data, end ? (size_t) (end - text.data) + bracket : text.size };
    slice_t rest = { host.data + host.size, text.size - host.size };
    if (rest.size && (rest.data [0] != ':' || !s_parse_port ((slice_t) { rest.data + 1, rest.size - 1 }, &authority->port)))
        return false;
    if (bracket) {
        authority->kind = AUTHORITY_V6;
        return s_parse_address ((slice_t) { host.data + 1, host.size - 2 }, AF_INET6, &authority->address);
    }
    authority->kind = AUTHORITY_V4;
    if (s_parse_address (host, AF_INET, &authority->address))
        return true;

    authority->kind = AUTHORITY_NAME;
    if (host.size && host.data [host.size - 1] == '.')
        host.size--;
    authority->name = host;
    return s_is_name (host);
}

bool
origin_parse (slice_t text, origin_t *origin)
{
    *origin = (origin_t) { .scheme = SLICE_ABSENT };
    if (slice_is (text, "null"))
        return true;
    const char *end = text.size ? memmem (text.data, text.size, "://", 3) : NULL;
    if (!end || end == text.data)
        return false;
    origin->scheme = (slice_t) { text.data, (size_t) (end - text.data) };
    for (size_t i = 0; i < origin->scheme.size; i++) {
        char c = origin->scheme.data [i];
        if (c == '_' || (!s_is_name_letter (c) && c != '+' && c != '.'))
            return false;
    }
    slice_t authority = { end + 3, text.size - origin->scheme.size - 3 };
    if (!authority_parse (authority, &origin->authority))
        return false;
    if (origin->authority.port == AUTHORITY_NO_PORT)
        origin->authority.port = slice_is_nocase (origin->scheme, "http") ? 80 : slice_is_nocase (origin->scheme, "https") ? 443 : AUTHORITY_NO_PORT;
    return true;
}

bool
authority_same_host (const authority_t *a, const authority_t *b)
{
    if (a->kind != b->kind)
        return false;
    if (a->kind == AUTHORITY_NAME)
        return slice_eq_nocase (a->name, b->name);
    return memcmp (&a->address, &b->address, sizeof a->address) == 0;
}

bool
origin_same (const origin_t *a, const origin_t *b)
{
    if (!a->scheme.data || !b->scheme.data)
        return a->scheme.data == b->scheme.data;
    return slice_eq_nocase (a->scheme, b->scheme) && a->authority.port == b->authority.port && authority_same_host (&a->authority, &b->authority);
}

bool
authority_is_loopback (const authority_t *authority)
{
    static const unsigned char v4 [4] = { 127, 0, 0, 1 };
    switch (authority->kind) {
    case AUTHORITY_V4:
        return memcmp (&authority->address, v4, sizeof v4) == 0;
    case AUTHORITY_V6:
        return memcmp (&authority->address, &in6addr_loopback, sizeof in6addr_loopback) == 0;
    default:
        return slice_is_nocase (authority->name, "localhost");
    }
}

bool
authority_is_below (slice_t name, slice_t above)
{
    if (name.size <= above.size + 1)
        return false;
    size_t start = name.size - above.size;
    return name.data [start - 1] == '.' && slice_eq_nocase ((slice_t) { name.data + start, above.size }, above);
}
