/*  transfer_parts - what the files that make up transfer share, and nobody else includes

    transfer.c          the life of a transfer, and libcurl's sockets and timer on the reactor
    transfer_request.c  from a transfer_request_t to an easy handle: what is allowed, which name needs an address, every option
    transfer_answer.c   from what libcurl left behind to a transfer_answer_t: bytes, headers, timings, status and phrase */

#ifndef TRANSFER_PARTS_H
#define TRANSFER_PARTS_H

#include "transfer.h"

#include <curl/curl.h>

enum {
    TRANSFER_HOST_SIZE = 256,
    TRANSFER_REASON_SIZE = 2 * TRANSFER_HOST_SIZE + CURL_ERROR_SIZE,
};

//  A host that a connection will go to: the URL's, or the proxy's.
typedef struct {
    char host [TRANSFER_HOST_SIZE];         //  IPv6 literals in brackets
    char port [8];
} transfer_target_t;

//  What holds for every transfer of one transfers_t.
typedef struct {
    transfers_config_t config;
    proxies_t          proxies;
} transfer_rules_t;

typedef enum {
    TRANSFER_NAMING,            //  Waits for the addresses of its target
    TRANSFER_RUNNING,           //  Its handle is with libcurl's multi
    TRANSFER_FAILED,            //  Failed by itself, to be told by the timer
    TRANSFER_TELLING,           //  Its function is being called
} transfer_state_t;

struct transfer {
    transfers_t *owner;
    transfer_t  *next, *prior;              //  Among the owner's transfers under way
    transfer_state_t state;
    CURL        *easy;
    struct curl_slist *headers;             //  Libcurl reads these three while the transfer lives; secret: transfer_forget_headers
    struct curl_slist *addresses;
    buffer_t     request_body;
    transfer_target_t target;
    const proxy_t *proxy;                   //  It goes by this one, which is its target then; NULL: straight
    resolver_wait_t   wait;
    reactor_timer_t   timer;                //  NAMING: the end of connect_ms or total_ms; RUNNING: of first_byte_ms, total_ms; FAILED: now
    int64_t      connect_ms, first_byte_ms, total_ms;
    int64_t      started_us;
    int64_t      dns_us;
    buffer_t     answer_head;               //  Header lines of the final answer
    buffer_t     answer_body;
    status_t     failure;                   //  When we know better than libcurl
    char         reason [TRANSFER_REASON_SIZE];
    char         error [CURL_ERROR_SIZE];   //  Libcurl's own words
    transfer_done_t *done;
    transfer_take_t *take;                  //  NULL: the body is kept
    void        *arg;
};

//  Sets up the transfer's handle and target. Not OK: why not, with the phrase in self->reason.
MUST_CHECK status_t transfer_prepare (transfer_t *self, const transfer_request_t *request, const transfer_rules_t *rules);

//  Gives the header lines back; they hold tokens and signatures, so they are wiped.
void transfer_forget_headers (transfer_t *self);

//  Gives libcurl the addresses of the target and what is left of connect_ms, so that it need not look up any name.
MUST_CHECK status_t transfer_set_addresses (transfer_t *self, const resolver_answer_t *answer, int64_t connect_ms);

//  Libcurl's write and header functions; the last argument is the transfer.
size_t transfer_take_body (char *bytes, size_t size, size_t count, void *arg);
size_t transfer_take_head (char *bytes, size_t size, size_t count, void *arg);

//  The end of a transfer in our terms; the phrase is in self->reason. A failure of our own stands over libcurl's code.
transfer_answer_t transfer_outcome (transfer_t *self, CURLcode code, int64_t now_us);

//  Writes the phrase, made printable and cut to fit.
void transfer_say (transfer_t *self, const char *format, ...) __attribute__ ((format (printf, 2, 3)));

#endif
