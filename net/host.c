#include "host.h"

#include "slice.h"

#include <arpa/inet.h>
#include <netinet/in.h>

static bool
s_read_v6 (const char *host, struct in6_addr *address)
{
    char inner [INET6_ADDRSTRLEN];
    size_t size = strlen (host);
    if (host [0] != '[' || size < 3 || size - 2 >= sizeof inner)
        return false;
    memcpy (inner, host + 1, size - 2);
    inner [size - 2] = 0;
    return inet_pton (AF_INET6, inner, address) == 1;
}

bool
host_is_loopback (const char *host)
{
    struct in_addr v4;
    struct in6_addr v6;
    if (inet_pton (AF_INET, host, &v4) == 1)
        return ntohl (v4.s_addr) >> 24 == IN_LOOPBACKNET;
    if (host [0] == '[')
        return s_read_v6 (host, &v6) && IN6_IS_ADDR_LOOPBACK (&v6);
    const char *dot = strrchr (host, '.');
    return dot != host && slice_is_nocase (slice_of (dot ? dot + 1 : host), "localhost");
}

bool
host_is_link_local (const char *host)
{
    static const uint8_t AWS [] = { 0xfd, 0x00, 0x0e, 0xc2 };
    struct in_addr v4;
    struct in6_addr v6;
    if (inet_pton (AF_INET, host, &v4) == 1)
        return ntohl (v4.s_addr) >> 16 == (169 << 8 | 254);
    return s_read_v6 (host, &v6) && memcmp (v6.s6_addr, AWS, sizeof AWS) == 0;
}
