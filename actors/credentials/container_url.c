#include "container_url.h"

#include <arpa/inet.h>
#include <netinet/in.h>

//  ECS's agent.
static const char ECS_URL [] = "http://169.254.170.2";

enum { URL_BYTES_MAX = 2048, HOST_SIZE = INET6_ADDRSTRLEN };

static bool
s_loopback_v4 (const struct in_addr *v4)
{
    return ntohl (v4->s_addr) >> 24 == IN_LOOPBACKNET;
}

//  ECS's agent, and that of EKS Pod Identity.
static bool
s_agent_v4 (const struct in_addr *v4)
{
    uint32_t address = ntohl (v4->s_addr);
    return address == 0xa9feaa02 || address == 0xa9feaa17;
}

//  EKS Pod Identity's: fd00:ec2::23.
static bool
s_agent_v6 (const struct in6_addr *v6)
{
    static const struct in6_addr AGENT = { .s6_addr = { 0xfd, 0x00, 0x0e, 0xc2, [15] = 0x23 } };
    return IN6_ARE_ADDR_EQUAL (v6, &AGENT);
}

//  May this host be asked over http? An address is what inet_pton takes for one, whole: "127.1" and "0x7f000001" are none here.
static bool
s_plain_allowed (slice_t host)
{
    char text [HOST_SIZE];
    struct in_addr v4;
    struct in6_addr v6;
    if (slice_is_nocase (host, "localhost"))
        return true;
    bool bracketed = host.size > 2 && host.data [0] == '[' && host.data [host.size - 1] == ']';
    if (bracketed)
        host = (slice_t) { host.data + 1, host.size - 2 };
    if (host.size >= sizeof text)
        return false;
    memcpy (text, host.data, host.size);
    text [host.size] = 0;
    if (bracketed)
        return inet_pton (AF_INET6, text, &v6) == 1 && (IN6_IS_ADDR_LOOPBACK (&v6) || s_agent_v6 (&v6));
    return inet_pton (AF_INET, text, &v4) == 1 && (s_loopback_v4 (&v4) || s_agent_v4 (&v4));
}

//  Everything up to one of the marks.
static slice_t
s_until (slice_t text, const char *marks)
{
    size_t size = 0;
    while (size < text.size && !strchr (marks, text.data [size]))
        size++;
    return (slice_t) { text.data, size };
}

//  The host of what stands behind the scheme; absent when there is a user in front of it, or something that is no port behind it.
static slice_t
s_host (slice_t rest)
{
    slice_t authority = s_until (rest, "/?#");
    bool bracketed = authority.size && authority.data [0] == '[';
    slice_t host = s_until (authority, bracketed ? "]" : ":");
    host.size += bracketed && host.size < authority.size;
    slice_t behind = { authority.data + host.size, authority.size - host.size };
    bool port = behind.size == 0 || behind.data [0] == ':';
    for (size_t i = 1; i < behind.size; i++)
        port = port && behind.data [i] >= '0' && behind.data [i] <= '9';
    return port && host.size && !memchr (host.data, '@', host.size) ? host : SLICE_ABSENT;
}

static bool
s_visible (slice_t text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data [i] <= ' ' || text.data [i] > '~' || text.data [i] == '\\')
            return false;
    return text.size <= URL_BYTES_MAX;
}

static status_t
s_relative (arena_t *arena, const char *relative, const char **url, const char **why)
{
    *why = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is no path: ECS sets it to something like /v2/credentials/ID. Leave it as ECS set it.";
    if (relative [0] != '/' || !s_visible (slice_of (relative)))
        return STATUS_INVALID_ARGUMENT;
    *url = arena_printf (arena, "%s%s", ECS_URL, relative);
    return *url ? STATUS_OK : STATUS_NO_MEMORY;
}

status_t
container_url (arena_t *arena, const char *relative, const char *full, const char **url, const char **why)
{
    if (relative)
        return s_relative (arena, relative, url, why);
    slice_t text = slice_of (full);
    size_t scheme = slice_starts (text, "https://") ? 8 : slice_starts (text, "http://") ? 7 : 0;
    slice_t host = scheme && s_visible (text) ? s_host ((slice_t) { text.data + scheme, text.size - scheme }) : SLICE_ABSENT;
    *why = "AWS_CONTAINER_CREDENTIALS_FULL_URI is no URL: write https://HOST/PATH, or http://127.0.0.1:PORT/PATH.";
    if (!host.size)
        return STATUS_INVALID_ARGUMENT;
    *why = "AWS_CONTAINER_CREDENTIALS_FULL_URI is plain http to another machine: keys would go through the network for all to read. Use https; http "
        "is for loopback addresses, localhost, 169.254.170.2, 169.254.170.23 and [fd00:ec2::23].";
    if (scheme == 7 && !s_plain_allowed (host))
        return STATUS_REFUSED;
    *url = arena_copy (arena, text);
    return *url ? STATUS_OK : STATUS_NO_MEMORY;
}
