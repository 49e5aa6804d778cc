/*  transfer - one HTTP request of ours, from the first byte to the last

    libcurl's multi interface on a reactor: its sockets sit in the reactor's epoll, its time-outs in the reactor's timers. Connections are kept
    per host and used again. Names are looked up by our resolver and given to curl as addresses, so no look-up ever holds the loop or a
    handle. curl's own freedoms are taken away: no redirects, no proxy but those of the configuration, no cookies, no netrc, HTTP and HTTPS only
    (plain HTTP only to where the caller says so), no Expect header.

    A transfer is started, and ends exactly once: its function is called with the answer, or it was aborted (then nothing is called).
    The function may start others; the answer's slices are valid until it returns.

    Owner:   the reactor's thread.
    Limits:  answer_bytes_max per transfer, connections_per_host, and a deadline for everything. */

#ifndef TRANSFER_H
#define TRANSFER_H

#include "buffer.h"
#include "proxy.h"
#include "reactor.h"
#include "resolver.h"

typedef struct transfers transfers_t;
typedef struct transfer  transfer_t;

typedef struct {
    const char *name;
    const char *value;          //  Sent as it is; never logged
} transfer_field_t;

//  Bytes of a body as they come, for an answer that has no end. Called from inside of libcurl: it may not start or abort a transfer. False:
//  enough, the transfer ends as TOO_LARGE.
typedef bool (transfer_take_t) (void *arg, slice_t bytes);

typedef struct {
    const char *method;         //  "GET", "POST", "PUT"
    const char *url;            //  http:// or https://; nothing else is followed
    const transfer_field_t *fields;
    size_t      fields_count;
    slice_t     body;           //  Copied
    int64_t     connect_ms;     //  For name, TCP and TLS together; > 0
    int64_t     first_byte_ms;  //  For all until the answer begins; 0: no limit but total_ms
    int64_t     total_ms;       //  For everything; > 0
    size_t      answer_bytes_max;
    bool        secret;         //  The bodies are in memory that is wiped
    bool        straight;       //  By no proxy, whatever is configured
    transfer_take_t *take;      //  Gets the body of a 200, with done's argument, and nothing of it is kept; NULL: the answer has it whole
} transfer_request_t;

//  Where the time of a transfer went, in microseconds; 0 for what did not happen (a connection used again has no connect, tls). Each phase is
//  the time that it took by itself: first_byte is the wait from the moment the request could be sent. total is from start to end.
typedef struct {
    int64_t dns_us, connect_us, tls_us, first_byte_us, total_us;
    bool    reused;
} transfer_timings_t;

typedef struct {
    status_t status;            //  OK: an HTTP answer came whole, whatever it says. UNREACHABLE: no address or connection (within connect_ms), or it
                                //  broke. DEADLINE: first_byte_ms or total_ms passed, or silence. TOO_LARGE. NO_MEMORY. MALFORMED: not HTTP.
                                //  REFUSED: TLS: the certificate is not good for this name; plain HTTP to elsewhere; a proxy that will not.
                                //  INVALID_ARGUMENT: a bad URL or header
    const char *reason;         //  Why not OK, a short phrase for a person: "connection refused", "certificate has expired"; with host, port and
                                //  variable of the proxy, where there is one
    int      http_status;
    slice_t  body;              //  What came, whole or not
    bool     sent;              //  Some byte of the request may have reached the peer: it may have been carried out
    transfer_timings_t timings;
    const struct transfer *transfer;    //  For transfer_answer_header
} transfer_answer_t;

typedef struct {
    int         connections_per_host;   //  > 0
    const char *ca_bundle;              //  NULL: the system's
    proxies_config_t proxies;           //  Nothing else is used, whatever the environment says; what is no proxy has been refused before
    const char *user_agent;
    bool        plain_http_anywhere;    //  false: http:// only to loopback addresses
    bool        plain_http_link_local;  //  …and to 169.254.0.0/16 and fd00:ec2::/32, where AWS's machines find their credentials
    const resolver_config_t *resolver;  //  NULL: the system's look-up, kept a while. Copied
} transfers_config_t;

//  NULL without memory, when libcurl cannot be set up, or with a proxy that is none. transfers_global_start before any of it and before
//  any thread; more than once does no harm. The texts of the configuration are borrowed for the life of the transfers_t.
void         transfers_global_start (void);
transfers_t *transfers_new (reactor_t *reactor, const transfers_config_t *config);

//  Aborts what is under way.
void         transfers_destroy (transfers_t **self_p);

//  NULL without memory. A failure that is known at once (a bad URL) is told by done all the same, from a later turn. The request is copied.
//  When done was called the transfer is no more; inside of done, transfer_abort of it only clears the pointer.
typedef void (transfer_done_t) (void *arg, const transfer_answer_t *answer);
transfer_t  *transfer_start (transfers_t *self, const transfer_request_t *request, transfer_done_t *done, void *arg);

//  Nothing further is sent or called. Idempotent.
void         transfer_abort (transfer_t **self_p);

//  Has an answer begun, be it its first line only? false means silence until now.
bool         transfer_is_answered (const transfer_t *self);

//  Had it a connection, so that some of it may have been sent? Not so while it waits for one.
bool         transfer_is_sent (const transfer_t *self);

//  A header of the answer, found in any case; absent when there is none. For an answer inside its done function.
slice_t      transfer_answer_header (const transfer_answer_t *answer, const char *name);

int          transfers_under_way (const transfers_t *self);

#endif
