#include "transfer_parts.h"

#include "host.h"
#include "url_part.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>

//  A connection without a byte in either direction for this long is given up, whatever total_ms would allow.
static const long SILENCE_S = 30;

//  A peer that vanished without a word is noticed by TCP itself within about half a minute, also on a connection kept for later.
static const long KEEPALIVE_IDLE_S = 15;
static const long KEEPALIVE_INTERVAL_S = 5;

static bool
s_target (CURLU *url, transfer_target_t *target)
{
    if (!url_part (url, CURLUPART_HOST, 0, target->host, sizeof target->host))
        return false;
    //  Libcurl would turn other letters into punycode and then look for an address under a name that we did not give it
    for (const char *at = target->host; *at; at++)
        if (*at <= ' ' || *at > '~')
            return false;
    return url_part (url, CURLUPART_PORT, CURLU_DEFAULT_PORT, target->port, sizeof target->port);
}

//  Looks at the URL: is it one, and may we go there? Finds out whose address is needed.
static status_t
s_check_url (transfer_t *self, const transfer_request_t *request, const transfer_rules_t *rules)
{
    char scheme [16];
    transfer_target_t target;
    CURLU *url = curl_url ();
    if (!url)
        return STATUS_NO_MEMORY;
    bool good = curl_url_set (url, CURLUPART_URL, request->url, CURLU_DISALLOW_USER) == CURLUE_OK;
    good = good && url_part (url, CURLUPART_SCHEME, 0, scheme, sizeof scheme) && s_target (url, &target);
    curl_url_cleanup (url);

    bool plain = good && slice_is (slice_of (scheme), "http");
    if (!good || (!plain && !slice_is (slice_of (scheme), "https"))) {
        transfer_say (self, "this is not an http:// or https:// URL");
        return STATUS_INVALID_ARGUMENT;
    }
    bool near = host_is_loopback (target.host) || (rules->config.plain_http_link_local && host_is_link_local (target.host));
    if (plain && !near && !rules->config.plain_http_anywhere) {
        transfer_say (self, "plain http:// to %s is not allowed: it is not this machine", target.host);
        return STATUS_REFUSED;
    }
    self->target = target;
    self->proxy = request->straight ? NULL : proxies_for (&rules->proxies, !plain, target.host, target.port);
    if (self->proxy) {
        memcpy (self->target.host, self->proxy->host, sizeof self->target.host);
        memcpy (self->target.port, self->proxy->port, sizeof self->target.port);
    }
    return STATUS_OK;
}

//  True when the header cannot be told from the next one: a line break in it would let a value write headers of its own.
static bool
s_breaks_out (const transfer_field_t *field)
{
    return field->name [0] == 0 || strpbrk (field->name, "\r\n: ") || strpbrk (field->value, "\r\n");
}

static bool
s_add_header (transfer_t *self, const char *line)
{
    struct curl_slist *longer = curl_slist_append (self->headers, line);
    if (longer)
        self->headers = longer;
    return longer != NULL;
}

//  The caller's headers, and against libcurl's defaults: a line "Name:" means that it is not sent.
static status_t
s_set_headers (transfer_t *self, const transfer_request_t *request)
{
    bool typed = false, accepts = false;
    buffer_t line;
    buffer_init_secret (&line, SIZE_MAX);
    status_t status = STATUS_OK;
    for (size_t i = 0; i < request->fields_count && status == STATUS_OK; i++) {
        const transfer_field_t *field = &request->fields [i];
        if (s_breaks_out (field)) {
            transfer_say (self, "a header's name or value holds a character that it may not");
            status = STATUS_INVALID_ARGUMENT;
            break;
        }
        typed = typed || strcasecmp (field->name, "Content-Type") == 0;
        accepts = accepts || strcasecmp (field->name, "Accept") == 0;
        buffer_clear (&line);
        buffer_append_text (&line, field->name);
        buffer_append_text (&line, field->value [0] ? ": " : ";");
        buffer_append_text (&line, field->value);
        buffer_append_char (&line, 0);
        status = buffer_status (&line);
        if (status == STATUS_OK && !s_add_header (self, line.data))
            status = STATUS_NO_MEMORY;
    }
    buffer_deinit (&line);
    if (status != STATUS_OK)
        return status;
    bool quiet = s_add_header (self, "Expect:") && (typed || s_add_header (self, "Content-Type:")) && (accepts || s_add_header (self, "Accept:"));
    return quiet ? STATUS_OK : STATUS_NO_MEMORY;
}

void
transfer_forget_headers (transfer_t *self)
{
    for (struct curl_slist *line = self->headers; line; line = line->next)
        explicit_bzero (line->data, strlen (line->data));
    curl_slist_free_all (self->headers);
    self->headers = NULL;
}

//  Sets one option, unless one before could not be set.
#define SET(option, value)                                           \
    do {                                                             \
        if (code == CURLE_OK)                                        \
            code = curl_easy_setopt (self->easy, option, value);     \
    } while (0)

//  What every transfer has in common: nothing but HTTP/1.1, nothing that we did not ask for, nothing from the environment.
static CURLcode
s_set_rules (transfer_t *self, const transfers_config_t *config)
{
    CURLcode code = CURLE_OK;
    SET (CURLOPT_NOSIGNAL, 1L);
    SET (CURLOPT_QUICK_EXIT, 1L);           //  Never wait for a thread of libcurl's
    SET (CURLOPT_NOPROGRESS, 1L);
    SET (CURLOPT_PROTOCOLS_STR, "http,https");
    SET (CURLOPT_HTTP_VERSION, (long) CURL_HTTP_VERSION_1_1);
    SET (CURLOPT_HTTP09_ALLOWED, 0L);
    SET (CURLOPT_FOLLOWLOCATION, 0L);
    SET (CURLOPT_NETRC, (long) CURL_NETRC_IGNORED);
    SET (CURLOPT_PROXY, self->proxy ? self->proxy->url : "");
    SET (CURLOPT_NOPROXY, "");              //  "": not even no_proxy is read from the environment
    SET (CURLOPT_HEADEROPT, (long) CURLHEADER_SEPARATE);        //  What is meant for AWS is not shown to a proxy that only makes a tunnel
    SET (CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    if (self->proxy)                        //  Counts where the URL has none
        SET (CURLOPT_PROXYPORT, strtol (self->proxy->port, NULL, 10));
    SET (CURLOPT_SSL_VERIFYPEER, 1L);
    SET (CURLOPT_SSL_VERIFYHOST, 2L);
    SET (CURLOPT_SSLVERSION, (long) CURL_SSLVERSION_TLSv1_2);
    SET (CURLOPT_PROXY_SSLVERSION, (long) CURL_SSLVERSION_TLSv1_2);
    if (config->ca_bundle) {
        SET (CURLOPT_CAINFO, config->ca_bundle);
        SET (CURLOPT_PROXY_CAINFO, config->ca_bundle);
    }
    SET (CURLOPT_TCP_NODELAY, 1L);
    SET (CURLOPT_TCP_KEEPALIVE, 1L);
    SET (CURLOPT_TCP_KEEPIDLE, KEEPALIVE_IDLE_S);
    SET (CURLOPT_TCP_KEEPINTVL, KEEPALIVE_INTERVAL_S);
    SET (CURLOPT_LOW_SPEED_LIMIT, 1L);
    SET (CURLOPT_LOW_SPEED_TIME, SILENCE_S);
    //  Our resolver says what is fresh. An entry that ran out while its transfer waits for a connection would make libcurl look it up
    SET (CURLOPT_DNS_CACHE_TIMEOUT, -1L);
    return code;
}

static CURLcode
s_set_request (transfer_t *self, const transfer_request_t *request, const transfers_config_t *config)
{
    CURLcode code = CURLE_OK;
    SET (CURLOPT_URL, request->url);
    SET (CURLOPT_PATH_AS_IS, 1L);           //  It may have been signed as it is
    SET (CURLOPT_HTTPHEADER, self->headers);
    SET (CURLOPT_ACCEPT_ENCODING, "gzip");
    if (config->user_agent)
        SET (CURLOPT_USERAGENT, config->user_agent);

    slice_t method = slice_of (request->method);
    if (slice_is (method, "HEAD"))
        SET (CURLOPT_NOBODY, 1L);
    else if (request->body.size || !slice_is (method, "GET")) {
        //  Also without a body, so that "Content-Length: 0" is sent
        SET (CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t) self->request_body.size);
        SET (CURLOPT_POSTFIELDS, buffer_slice (&self->request_body).data);
        SET (CURLOPT_CUSTOMREQUEST, request->method);
    }
    SET (CURLOPT_WRITEFUNCTION, transfer_take_body);
    SET (CURLOPT_WRITEDATA, self);
    SET (CURLOPT_HEADERFUNCTION, transfer_take_head);
    SET (CURLOPT_HEADERDATA, self);
    SET (CURLOPT_ERRORBUFFER, self->error);
    SET (CURLOPT_PRIVATE, self);
    return code;
}

//  An option that this libcurl does not have is a defect of the build, not of the request.
static status_t
s_option_status (transfer_t *self, CURLcode code)
{
    if (code == CURLE_OK)
        return STATUS_OK;
    transfer_say (self, "libcurl did not take an option: %s", curl_easy_strerror (code));
    return code == CURLE_OUT_OF_MEMORY ? STATUS_NO_MEMORY : STATUS_INTERNAL;
}

status_t
transfer_prepare (transfer_t *self, const transfer_request_t *request, const transfer_rules_t *rules)
{
    status_t status = s_check_url (self, request, rules);
    if (status == STATUS_OK)
        status = s_set_headers (self, request);
    if (status != STATUS_OK)
        return status;
    buffer_append_slice (&self->request_body, request->body);
    status = buffer_status (&self->request_body);
    if (status != STATUS_OK)
        return status;
    CURLcode code = s_set_rules (self, &rules->config);
    return s_option_status (self, code == CURLE_OK ? s_set_request (self, request, &rules->config) : code);
}

status_t
transfer_set_addresses (transfer_t *self, const resolver_answer_t *answer, int64_t connect_ms)
{
    CURLcode code = CURLE_OK;
    SET (CURLOPT_CONNECTTIMEOUT_MS, (long) connect_ms);

    //  "+": not for ever. Each transfer brings the addresses as they are now, and they replace those that came before
    buffer_t entry;
    buffer_init (&entry, 1024);
    buffer_printf (&entry, "+%s:%s:", self->target.host, self->target.port);
    for (int i = 0; i < answer->count; i++)
        buffer_printf (&entry, strchr (answer->addresses [i], ':') ? "%s[%s]" : "%s%s", i ? "," : "", answer->addresses [i]);
    buffer_append_char (&entry, 0);
    status_t status = buffer_status (&entry);
    struct in_addr v4;
    bool literal = self->target.host [0] == '[' || inet_pton (AF_INET, self->target.host, &v4) == 1;
    if (status == STATUS_OK && !literal) {
        self->addresses = curl_slist_append (NULL, entry.data);
        if (!self->addresses)
            status = STATUS_NO_MEMORY;
        SET (CURLOPT_RESOLVE, self->addresses);
    }
    buffer_deinit (&entry);
    return status == STATUS_OK ? s_option_status (self, code) : status;
}
