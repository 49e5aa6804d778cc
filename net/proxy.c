#include "proxy.h"

#include "host.h"
#include "url_part.h"

#include <arpa/inet.h>
#include <netinet/in.h>

enum { URL_BYTES_MAX = 8192 };

//  Where it is; NULL: fine, else what is wrong with it.
static const char *
s_read_place (CURLU *url, const char *text, proxy_t *proxy)
{
    char scheme [16];
    if (curl_url_set (url, CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK
        || !url_part (url, CURLUPART_SCHEME, 0, scheme, sizeof scheme) || !url_part (url, CURLUPART_HOST, 0, proxy->host, sizeof proxy->host))
        return "is no proxy: write http://HOST:PORT, or http://USER:PASSWORD@HOST:PORT";
    if (strcmp (scheme, "http") != 0 && strcmp (scheme, "https") != 0)
        return "is a proxy that cannot be used here: only http:// and https:// proxies can";
    return url_part (url, CURLUPART_PORT, CURLU_DEFAULT_PORT, proxy->port, sizeof proxy->port) ? NULL : "has a port that is none";
}

//  Without a scheme it is http://, as everywhere.
static status_t
s_read (proxy_t *proxy, const char *text, const char *variable, buffer_t *sentence)
{
    if (!text || !text [0])
        return STATUS_OK;
    buffer_t whole;
    buffer_init_secret (&whole, URL_BYTES_MAX);
    buffer_printf (&whole, "%s%s", strstr (text, "://") ? "" : "http://", text);
    buffer_append_char (&whole, 0);
    CURLU *url = curl_url ();
    status_t status = url ? buffer_status (&whole) : STATUS_NO_MEMORY;
    const char *wrong = status == STATUS_TOO_LARGE ? "is longer than any proxy's URL is" : NULL;
    if (status == STATUS_OK)
        wrong = s_read_place (url, whole.data, proxy);
    curl_url_cleanup (url);
    buffer_deinit (&whole);
    if (wrong) {
        buffer_printf (sentence, "%s %s.", variable, wrong);
        return STATUS_INVALID_ARGUMENT;
    }
    proxy->url = text;
    proxy->variable = variable;
    return status;
}

status_t
proxies_read (proxies_t *self, const proxies_config_t *config, buffer_t *sentence)
{
    *self = (proxies_t) { .none = config->none };
    proxy_t all = { .url = NULL };
    status_t status = s_read (&self->https, config->https, "HTTPS_PROXY", sentence);
    if (status == STATUS_OK)
        status = s_read (&self->http, config->http, "http_proxy", sentence);
    if (status == STATUS_OK)
        status = s_read (&all, config->all, "ALL_PROXY", sentence);
    if (!self->https.url)
        self->https = all;
    if (!self->http.url)
        self->http = all;
    return status;
}

//  --- NO_PROXY

//  An address, and how many of its bits count.
typedef struct {
    int     family;
    uint8_t bytes [sizeof (struct in6_addr)];
} address_t;

static bool
s_read_address (slice_t text, address_t *address)
{
    char copy [INET6_ADDRSTRLEN];
    if (text.size >= 2 && text.data [0] == '[' && text.data [text.size - 1] == ']')
        text = (slice_t) { text.data + 1, text.size - 2 };
    if (text.size == 0 || text.size >= sizeof copy)
        return false;
    memcpy (copy, text.data, text.size);
    copy [text.size] = 0;
    address->family = memchr (copy, ':', text.size) ? AF_INET6 : AF_INET;
    return inet_pton (address->family, copy, address->bytes) == 1;
}

static bool
s_read_bits (slice_t text, int family, int *bits)
{
    int most = family == AF_INET6 ? 128 : 32, value = 0;
    for (size_t i = 0; i < text.size && i < 4; i++)
        value = text.data [i] >= '0' && text.data [i] <= '9' ? value * 10 + (text.data [i] - '0') : 1000;
    *bits = value;
    return text.size > 0 && text.size < 4 && value <= most;
}

static bool
s_same_network (const address_t *one, const address_t *other, int bits)
{
    if (one->family != other->family || memcmp (one->bytes, other->bytes, (size_t) bits / 8) != 0)
        return false;
    int left = bits % 8;
    uint8_t mask = (uint8_t) (0xff00 >> left);
    return left == 0 || ((one->bytes [bits / 8] ^ other->bytes [bits / 8]) & mask) == 0;
}

//  Cuts the port off the entry; absent when there is none. The colons of an IPv6 address are not the port's.
static slice_t
s_cut_port (slice_t *entry)
{
    const char *colon = memrchr (entry->data, ':', entry->size);
    bool bracketed = colon && colon > entry->data && colon [-1] == ']';
    if (!colon || (!bracketed && memchr (entry->data, ':', (size_t) (colon - entry->data))))
        return SLICE_ABSENT;
    slice_t port = { colon + 1, (size_t) (entry->data + entry->size - colon - 1) };
    entry->size = (size_t) (colon - entry->data);
    return port;
}

//  The name itself, or one below it.
static bool
s_is_below (slice_t host, slice_t name)
{
    if (host.size && host.data [host.size - 1] == '.')
        host.size--;
    if (name.size == 0 || host.size < name.size)
        return false;
    slice_t end = { host.data + host.size - name.size, name.size };
    return slice_eq_nocase (end, name) && (end.data == host.data || end.data [-1] == '.');
}

static bool
s_entry_means (slice_t entry, slice_t host, const char *port)
{
    if (slice_is (entry, "*"))
        return true;
    slice_t bits_text = entry, address_text = slice_cut (&bits_text, '/');
    address_t here, there;
    int bits;
    if (bits_text.data)
        return s_read_address (address_text, &there) && s_read_address (host, &here) && s_read_bits (bits_text, there.family, &bits)
            && s_same_network (&here, &there, bits);
    slice_t entry_port = s_cut_port (&entry);
    if (entry_port.data && !slice_is (entry_port, port))
        return false;
    if (s_read_address (entry, &there))
        return s_read_address (host, &here) && s_same_network (&here, &there, there.family == AF_INET6 ? 128 : 32);
    size_t dots = slice_starts (entry, "*.") ? 2 : slice_starts (entry, ".") ? 1 : 0;
    return s_is_below (host, (slice_t) { entry.data + dots, entry.size - dots });
}

static bool
s_is_listed (const char *list, const char *host, const char *port)
{
    static const char BETWEEN [] = ", \t";
    while (list && *list) {
        size_t size = strcspn (list, BETWEEN);
        if (size && s_entry_means ((slice_t) { list, size }, slice_of (host), port))
            return true;
        list += size + strspn (list + size, BETWEEN);
    }
    return false;
}

const proxy_t *
proxies_for (const proxies_t *self, bool tls, const char *host, const char *port)
{
    const proxy_t *proxy = tls ? &self->https : &self->http;
    if (!proxy->url || host_is_loopback (host) || host_is_link_local (host) || s_is_listed (self->none, host, port))
        return NULL;
    return proxy;
}

const proxy_t *
proxies_for_url (const proxies_t *self, const char *url)
{
    char scheme [16], host [PROXY_HOST_SIZE], port [8];
    const proxy_t *proxy = NULL;
    CURLU *parts = curl_url ();
    if (parts && curl_url_set (parts, CURLUPART_URL, url, 0) == CURLUE_OK && url_part (parts, CURLUPART_SCHEME, 0, scheme, sizeof scheme) &&
        url_part (parts, CURLUPART_HOST, 0, host, sizeof host) && url_part (parts, CURLUPART_PORT, CURLU_DEFAULT_PORT, port, sizeof port))
        proxy = proxies_for (self, strcmp (scheme, "https") == 0, host, port);
    curl_url_cleanup (parts);
    return proxy;
}
