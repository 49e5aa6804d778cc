/*  proxy - by which proxy a request goes, if by any

        https://…   HTTPS_PROXY, else ALL_PROXY
        http://…    http_proxy, in small letters only (in a CGI program HTTP_PROXY is a client's header), else ALL_PROXY

    Nothing goes by a proxy to this machine or its own link (host.h), nor to what NO_PROXY lists: with commas or blanks between, names (which also
    mean all below them, with or without a dot in front), addresses, networks (10.0.0.0/8, fd00::/8), each name and address perhaps with a port; "*"
    is everything.

    A proxy's URL may hold a user and a password. Host, port and the variable's name are what anybody is shown of it.

    Thread: any; no state. Source: curl's manual, "Environment"; without a port a proxy is at its scheme's, as for the AWS SDKs. */

#ifndef PROXY_H
#define PROXY_H

#include "buffer.h"

enum { PROXY_HOST_SIZE = 256 };

//  As it was configured; NULL or "": not.
typedef struct {
    const char *https, *http, *all;
    const char *none;           //  NO_PROXY
} proxies_config_t;

typedef struct {
    const char *url;            //  NULL: none. For libcurl alone: it may hold a password
    const char *variable;       //  "HTTPS_PROXY"
    char        host [PROXY_HOST_SIZE];     //  IPv6 literals in brackets
    char        port [8];
} proxy_t;

typedef struct {
    proxy_t     https, http;
    const char *none;
} proxies_t;

//  INVALID_ARGUMENT with a sentence that names the variable: what is no http:// or https:// URL of a proxy. The texts are borrowed.
MUST_CHECK status_t proxies_read (proxies_t *self, const proxies_config_t *config, buffer_t *sentence);

//  NULL: the request goes straight there. host as in a URL.
const proxy_t *proxies_for (const proxies_t *self, bool tls, const char *host, const char *port);

//  The same for a whole URL; NULL too for what is none.
const proxy_t *proxies_for_url (const proxies_t *self, const char *url);

#endif
