/*  peer_name - who is at the other end, for a log line

    Thread: any; no state. */

#ifndef PEER_NAME_H
#define PEER_NAME_H

#include <stddef.h>
#include <sys/socket.h>

//  "[" an IPv6 address "]:65535", and its final zero.
enum { PEER_NAME_SIZE = 64 };

//  "192.0.2.1:50123", "[2001:db8::1]:50123"; an IPv4 client of an IPv6 socket is shown as what it is. "unknown" for NULL and for other families.
void peer_name_write (char *text, size_t size, const struct sockaddr_storage *address);

#endif
