#include "transfer_parts.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

static const long HTTP_OK = 200, HTTP_PROXY_ASKS = 407;     //  Proxy Authentication Required

static long
s_number (transfer_t *self, CURLINFO what)
{
    long number = 0;
    curl_easy_getinfo (self->easy, what, &number);
    return number;
}

size_t
transfer_take_body (char *bytes, size_t size, size_t count, void *arg)
{
    transfer_t *self = arg;
    if (self->take && s_number (self, CURLINFO_RESPONSE_CODE) == HTTP_OK) {
        if (self->take (self->arg, (slice_t) { bytes, size * count }))
            return size * count;
        self->failure = STATUS_TOO_LARGE;
        transfer_say (self, "more came than was wanted");
        return CURL_WRITEFUNC_ERROR;
    }
    buffer_append (&self->answer_body, bytes, size * count);
    return buffer_status (&self->answer_body) == STATUS_OK ? size * count : CURL_WRITEFUNC_ERROR;
}

//  Libcurl lets a status line pass whose version is no number, and takes it for 200.
static bool
s_is_status_line (slice_t line)
{
    static const char pattern [] = "HTTP/1.# ###";
    if (line.size < sizeof pattern - 1)
        return false;
    for (size_t i = 0; i < sizeof pattern - 1; i++)
        if (pattern [i] == '#' ? line.data [i] < '0' || line.data [i] > '9' : line.data [i] != pattern [i])
            return false;
    return true;
}

//  One header line, as libcurl calls it. An answer that begins anew (after 100 Continue) makes the lines before it worthless.
size_t
transfer_take_head (char *bytes, size_t size, size_t count, void *arg)
{
    transfer_t *self = arg;
    slice_t line = { bytes, size * count };
    if (slice_starts (line, "HTTP/")) {
        buffer_clear (&self->answer_head);
        if (!s_is_status_line (line)) {
            self->failure = STATUS_MALFORMED;
            transfer_say (self, "the answer is not HTTP");
            return CURL_WRITEFUNC_ERROR;
        }
    } else
        buffer_append_slice (&self->answer_head, line);
    return buffer_status (&self->answer_head) == STATUS_OK ? size * count : CURL_WRITEFUNC_ERROR;
}

slice_t
transfer_answer_header (const transfer_answer_t *answer, const char *name)
{
    slice_t head = buffer_slice (&answer->transfer->answer_head);
    while (head.size) {
        const char *end = memchr (head.data, '\n', head.size);
        slice_t line = { head.data, end ? (size_t) (end - head.data) : head.size };
        size_t taken = line.size + (end != NULL);
        head = (slice_t) { head.data + taken, head.size - taken };
        if (line.size && line.data [line.size - 1] == '\r')
            line.size--;
        const char *colon = memchr (line.data, ':', line.size);
        if (colon && slice_is_nocase ((slice_t) { line.data, (size_t) (colon - line.data) }, name))
            return slice_trim ((slice_t) { colon + 1, (size_t) (line.data + line.size - colon) - 1 });
    }
    return SLICE_ABSENT;
}

void
transfer_say (transfer_t *self, const char *format, ...)
{
    va_list arguments;
    va_start (arguments, format);
    vsnprintf (self->reason, sizeof self->reason, format, arguments);
    va_end (arguments);
    for (char *at = self->reason; *at; at++)
        if (*at < ' ' || *at > '~')
            *at = '?';                      //  Some of it may be the peer's words: names in a certificate
}

static int64_t
s_time_us (transfer_t *self, CURLINFO what)
{
    curl_off_t time_us = 0;
    curl_easy_getinfo (self->easy, what, &time_us);
    return (int64_t) time_us;
}

//  Libcurl's times all count from its start, so a phase is a difference; one that was not reached is 0 there.
static int64_t
s_phase_us (int64_t from_us, int64_t to_us)
{
    return to_us > from_us ? to_us - from_us : 0;
}

static transfer_timings_t
s_timings (transfer_t *self, int64_t now_us)
{
    int64_t name_us = s_time_us (self, CURLINFO_NAMELOOKUP_TIME_T);
    int64_t connected_us = s_time_us (self, CURLINFO_CONNECT_TIME_T);
    int64_t secured_us = s_time_us (self, CURLINFO_APPCONNECT_TIME_T);
    int64_t ready_us = s_time_us (self, CURLINFO_PRETRANSFER_TIME_T);

    transfer_timings_t timings = {
        .dns_us = self->dns_us,
        .first_byte_us = s_phase_us (ready_us, s_time_us (self, CURLINFO_STARTTRANSFER_TIME_T)),
        .total_us = now_us - self->started_us,
        .reused = ready_us > 0 && s_number (self, CURLINFO_NUM_CONNECTS) == 0,
    };
    if (!timings.reused) {
        timings.connect_us = s_phase_us (name_us, connected_us);
        timings.tls_us = s_phase_us (connected_us, secured_us);
    }
    return timings;
}

//  Only what can be told from the code alone; the others are in s_judge.
static const struct {
    CURLcode code;
    status_t status;
    const char *phrase;
} s_meanings [] = {
    { CURLE_COULDNT_RESOLVE_HOST,  STATUS_UNREACHABLE, "the name could not be looked up" },
    { CURLE_COULDNT_RESOLVE_PROXY, STATUS_UNREACHABLE, "the proxy's name could not be looked up" },
    { CURLE_PROXY,                 STATUS_UNREACHABLE, "the proxy refused the connection" },
    { CURLE_SEND_ERROR,            STATUS_UNREACHABLE, "the connection broke while the request was sent" },
    { CURLE_RECV_ERROR,            STATUS_UNREACHABLE, "the connection broke before the answer was whole" },
    { CURLE_GOT_NOTHING,           STATUS_UNREACHABLE, "the connection was closed without an answer" },
    { CURLE_PARTIAL_FILE,          STATUS_UNREACHABLE, "the connection was closed before the answer was whole" },
    { CURLE_WEIRD_SERVER_REPLY,    STATUS_MALFORMED,   "the answer is not HTTP" },
    { CURLE_UNSUPPORTED_PROTOCOL,  STATUS_MALFORMED,   "the answer is not HTTP" },
    { CURLE_BAD_CONTENT_ENCODING,  STATUS_MALFORMED,   "the answer's compression is broken" },
    { CURLE_OUT_OF_MEMORY,         STATUS_NO_MEMORY,   "there is not enough memory" },
};

//  Why no connection came about, by the last error that the system reported.
static const char *
s_connect_phrase (long error)
{
    switch (error) {
    case ECONNREFUSED:
        return "connection refused";
    case ENETUNREACH:
    case EADDRNOTAVAIL:
        return "there is no route to that network";
    case EHOSTUNREACH:
        return "there is no route to that host";
    case ETIMEDOUT:
        return "nobody answered at that address";
    case ECONNRESET:
        return "the connection was reset";
    case EMFILE:
    case ENFILE:
        return "no descriptor was left for the connection";
    default:
        return "no connection could be made";
    }
}

//  A peer that goes away during the handshake has said nothing about its certificate: that is trouble on the way, and may pass.
static bool
s_is_broken_handshake (const char *error)
{
    static const char *const signs [] = { "SSL_ERROR_SYSCALL", "unexpected eof", "reset by peer", "Broken pipe" };
    for (size_t i = 0; i < sizeof signs / sizeof signs [0]; i++)
        if (strcasestr (error, signs [i]))
            return true;
    return false;
}

static status_t
s_judge_tls (transfer_t *self, CURLcode code)
{
    if (code == CURLE_SSL_CONNECT_ERROR && s_is_broken_handshake (self->error)) {
        transfer_say (self, "the connection was closed during the TLS handshake");
        return STATUS_UNREACHABLE;
    }
    transfer_say (self, "TLS: %s", self->error [0] ? self->error : curl_easy_strerror (code));
    return STATUS_REFUSED;
}

//  Our own two limits stop libcurl from inside; everything else that it could not write is an answer it could not decode.
static status_t
s_judge_write (transfer_t *self)
{
    status_t status = buffer_status (&self->answer_body);
    if (status == STATUS_TOO_LARGE)
        transfer_say (self, "the answer is larger than %zu bytes", self->answer_body.limit);
    if (status == STATUS_OK) {
        status = buffer_status (&self->answer_head);
        if (status == STATUS_TOO_LARGE)
            transfer_say (self, "the answer's headers are larger than %zu bytes", self->answer_head.limit);
    }
    if (status == STATUS_OK) {
        transfer_say (self, "the answer could not be decoded");
        return STATUS_MALFORMED;
    }
    if (status == STATUS_NO_MEMORY)
        transfer_say (self, "%s", status_sentence (status));
    return status;
}

static status_t
s_judge_timeout (transfer_t *self)
{
    if (s_time_us (self, CURLINFO_PRETRANSFER_TIME_T) == 0) {
        transfer_say (self, "no connection was made within %lld ms", (long long) self->connect_ms);
        return STATUS_UNREACHABLE;
    }
    transfer_say (self, "the peer was silent for too long");
    return STATUS_DEADLINE;
}

//  The proxy makes no tunnel, or wants to know who asks; plain HTTP is answered by the proxy itself. OK: it is none of this.
static status_t
s_judge_proxy (transfer_t *self, CURLcode code)
{
    long http = s_number (self, CURLINFO_HTTP_CONNECTCODE);
    if (code == CURLE_OK)
        http = s_number (self, CURLINFO_RESPONSE_CODE) == HTTP_PROXY_ASKS ? HTTP_PROXY_ASKS : 0;
    if (!self->proxy || http < 300)
        return STATUS_OK;
    if (http == HTTP_PROXY_ASKS)
        transfer_say (self, "it asks for a user and a password, or does not take these (HTTP 407): http://USER:PASSWORD@HOST:PORT");
    else
        transfer_say (self, "it does not make a connection (HTTP %ld)", http);
    return http >= 500 ? STATUS_UNREACHABLE : STATUS_REFUSED;
}

//  Says whose trouble it is: the proxy's, or that of somebody who was asked by it.
static void
s_name_proxy (transfer_t *self, bool of_proxy)
{
    const proxy_t *proxy = self->proxy;
    char reason [TRANSFER_REASON_SIZE];
    memcpy (reason, self->reason, sizeof reason);
    if (of_proxy)
        transfer_say (self, "the proxy %s:%s (%s): %s", proxy->host, proxy->port, proxy->variable, reason);
    else
        transfer_say (self, "%s (by the proxy %s:%s, %s)", reason, proxy->host, proxy->port, proxy->variable);
}

//  From libcurl's code to a status and a phrase in self->reason.
static status_t
s_judge (transfer_t *self, CURLcode code)
{
    switch (code) {
    case CURLE_OK:
        return STATUS_OK;
    case CURLE_COULDNT_CONNECT:
        transfer_say (self, "%s", s_connect_phrase (s_number (self, CURLINFO_OS_ERRNO)));
        return STATUS_UNREACHABLE;
    case CURLE_OPERATION_TIMEDOUT:
        return s_judge_timeout (self);
    case CURLE_WRITE_ERROR:
        return s_judge_write (self);
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_INVALIDCERTSTATUS:
        return s_judge_tls (self, code);
    default:
        break;
    }
    for (size_t i = 0; i < sizeof s_meanings / sizeof s_meanings [0]; i++)
        if (s_meanings [i].code == code) {
            transfer_say (self, "%s", s_meanings [i].phrase);
            return s_meanings [i].status;
        }
    transfer_say (self, "%s", self->error [0] ? self->error : curl_easy_strerror (code));
    return STATUS_UNREACHABLE;
}

transfer_answer_t
transfer_outcome (transfer_t *self, CURLcode code, int64_t now_us)
{
    status_t status = self->failure, by_proxy = status == STATUS_OK ? s_judge_proxy (self, code) : STATUS_OK;
    if (status == STATUS_OK)
        status = by_proxy != STATUS_OK ? by_proxy : s_judge (self, code);
    bool reached = s_time_us (self, CURLINFO_CONNECT_TIME_T) > 0 || s_time_us (self, CURLINFO_PRETRANSFER_TIME_T) > 0;
    if (self->proxy && status != STATUS_OK && self->reason [0])
        s_name_proxy (self, by_proxy != STATUS_OK || !reached);
    transfer_answer_t answer = {
        .status = status,
        .http_status = (int) s_number (self, CURLINFO_RESPONSE_CODE),
        .body = buffer_slice (&self->answer_body),
        //  Whoever was ready to send may have sent
        .sent = s_number (self, CURLINFO_REQUEST_SIZE) > 0 || s_time_us (self, CURLINFO_PRETRANSFER_TIME_T) > 0,
        .timings = s_timings (self, now_us),
        .transfer = self,
    };
    answer.reason = self->reason;           //  Written by s_judge
    return answer;
}
