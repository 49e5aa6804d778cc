#include "peer_name.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdio.h>

void
peer_name_write (char *text, size_t size, const struct sockaddr_storage *address)
{
    char host [INET6_ADDRSTRLEN] = "";
    if (address && address->ss_family == AF_INET) {
        const struct sockaddr_in *in = (const void *) address;
        inet_ntop (AF_INET, &in->sin_addr, host, sizeof host);
        snprintf (text, size, "%s:%u", host, (unsigned) ntohs (in->sin_port));
    } else if (address && address->ss_family == AF_INET6) {
        const struct sockaddr_in6 *in6 = (const void *) address;
        bool mapped = IN6_IS_ADDR_V4MAPPED (&in6->sin6_addr);
        if (mapped)
            inet_ntop (AF_INET, in6->sin6_addr.s6_addr + 12, host, sizeof host);
        else
            inet_ntop (AF_INET6, &in6->sin6_addr, host, sizeof host);
        snprintf (text, size, mapped ? "%s:%u" : "[%s]:%u", host, (unsigned) ntohs (in6->sin6_port));
    } else
        snprintf (text, size, "unknown");
}
