/*  A transfer goes NAMING → RUNNING → TELLING, or to FAILED on the way, and ends in TELLING or by transfer_abort:

        NAMING   the resolver looks for addresses          timer: connect_ms or total_ms, whichever ends first
        RUNNING  libcurl has the handle                    timer: first_byte_ms, then total_ms (libcurl does not count the wait for a free
                                                                  connection)
        FAILED   known to us before libcurl was asked      timer: at once, because nobody is called from inside of transfer_start
        TELLING  its function runs, then it is freed

    Libcurl calls us from inside of its own functions only to move bytes, and to tell sockets and its timer; the transfers' functions are called
    after it returned, one finished transfer at a time. So they may start and abort what they like. */

#include "transfer_parts.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/epoll.h>

enum {
    ANSWER_HEAD_BYTES_MAX = 16 * 1024,      //  AWS's are below 2 KB
    IDLE_CONNECTIONS_MAX = 64,              //  Kept open over all hosts
    SPARE_HANDLES_MAX = 16,                 //  An easy handle is some 6 KB to set up
};

//  How long the usual resolver's answers serve: AWS's names live for 5 to 60 s. A failure is remembered just long enough to spare a storm.
static const resolver_config_t RESOLVER_USUAL = { .keep_ms = 30 * 1000, .keep_failure_ms = 2 * 1000 };

//  One of libcurl's sockets.
typedef struct curl_socket_watch {
    reactor_watch_t watch;
    transfers_t *owner;
    struct curl_socket_watch *next, *prior;
} socket_watch_t;

struct transfers {
    reactor_t  *reactor;
    transfer_rules_t rules;
    resolver_t *resolver;
    CURLM      *multi;
    reactor_timer_t timer;                  //  Libcurl's
    socket_watch_t *sockets;
    transfer_t *first;                      //  Under way
    int         under_way;
    CURL       *spares [SPARE_HANDLES_MAX];
    int         spares_count;
    bool        telling;                    //  A transfer's function is being called
};

void
transfers_global_start (void)
{
    CURLcode code = curl_global_init (CURL_GLOBAL_DEFAULT);
    assert (code == CURLE_OK);              //  Before any thread and any work: there is nobody to tell
    (void) code;
}

static void
s_forget_socket (socket_watch_t *watch)
{
    transfers_t *self = watch->owner;
    reactor_unwatch (self->reactor, &watch->watch);
    if (watch->prior)
        watch->prior->next = watch->next;
    else
        self->sockets = watch->next;
    if (watch->next)
        watch->next->prior = watch->prior;
    free (watch);
}

static void s_tell (transfer_t *transfer, CURLcode code);

//  Tells those that libcurl has finished with. Each look is a fresh one: a function that was told may have aborted the next.
static void
s_collect (transfers_t *self)
{
    int left;
    for (CURLMsg *message; (message = curl_multi_info_read (self->multi, &left));) {
        if (message->msg != CURLMSG_DONE)
            continue;
        transfer_t *transfer = NULL;
        curl_easy_getinfo (message->easy_handle, CURLINFO_PRIVATE, &transfer);
        s_tell (transfer, message->data.result);
    }
}

static void
s_drive (transfers_t *self, curl_socket_t fd, int events)
{
    int running;
    CURLMcode code = curl_multi_socket_action (self->multi, fd, events, &running);
    assert (code != CURLM_BAD_HANDLE && code != CURLM_RECURSIVE_API_CALL && code != CURLM_BAD_FUNCTION_ARGUMENT);
    (void) code;                            //  The others are about single transfers, and these are told by their messages
    s_collect (self);
}

static void
s_socket_ready (void *arg, uint32_t events)
{
    socket_watch_t *watch = arg;
    int wanted = (events & EPOLLIN ? CURL_CSELECT_IN : 0) | (events & EPOLLOUT ? CURL_CSELECT_OUT : 0);
    if (events & (EPOLLERR | EPOLLHUP))
        wanted |= CURL_CSELECT_ERR;
    s_drive (watch->owner, watch->watch.fd, wanted);        //  The watch may be gone now
}

static void
s_timer_due (void *arg)
{
    s_drive (arg, CURL_SOCKET_TIMEOUT, 0);
}

//  Libcurl says what it wants to know of a socket. Without memory or room in epoll the socket stays unwatched: then its transfer ends by its
//  own deadline, where an error here would end all of them.
static int
s_on_socket (CURL *easy, curl_socket_t fd, int what, void *arg, void *socket_arg)
{
    (void) easy;
    transfers_t *self = arg;
    socket_watch_t *watch = socket_arg;
    if (what == CURL_POLL_REMOVE) {
        if (watch)
            s_forget_socket (watch);
        return 0;
    }
    if (!watch) {
        watch = calloc (1, sizeof *watch);
        if (!watch)
            return 0;
        watch->owner = self;
        watch->watch = (reactor_watch_t) { .fd = fd, .ready = s_socket_ready, .arg = watch };
        watch->next = self->sockets;
        if (watch->next)
            watch->next->prior = watch;
        self->sockets = watch;
        curl_multi_assign (self->multi, fd, watch);
    }
    watch->watch.events = (what & CURL_POLL_IN ? EPOLLIN : 0U) | (what & CURL_POLL_OUT ? EPOLLOUT : 0U);
    if (reactor_watch (self->reactor, &watch->watch) != STATUS_OK)
        reactor_unwatch (self->reactor, &watch->watch);
    return 0;
}

static int
s_on_timer (CURLM *multi, long timeout_ms, void *arg)
{
    (void) multi;
    transfers_t *self = arg;
    if (timeout_ms < 0)
        reactor_cancel_timer (self->reactor, &self->timer);
    else
        reactor_set_timer (self->reactor, &self->timer, (reactor_now_us (self->reactor) + 999) / 1000 + timeout_ms);
    return 0;
}

#define SET(option, value)                                              \
    do {                                                                \
        if (code == CURLM_OK)                                           \
            code = curl_multi_setopt (self->multi, option, value);      \
    } while (0)

static CURLMcode
s_set_up_multi (transfers_t *self)
{
    CURLMcode code = CURLM_OK;
    SET (CURLMOPT_SOCKETFUNCTION, s_on_socket);
    SET (CURLMOPT_SOCKETDATA, self);
    SET (CURLMOPT_TIMERFUNCTION, s_on_timer);
    SET (CURLMOPT_TIMERDATA, self);
    SET (CURLMOPT_MAX_HOST_CONNECTIONS, (long) self->rules.config.connections_per_host);
    SET (CURLMOPT_MAXCONNECTS, (long) IDLE_CONNECTIONS_MAX);
    SET (CURLMOPT_PIPELINING, (long) CURLPIPE_NOTHING);
    return code;
}

transfers_t *
transfers_new (reactor_t *reactor, const transfers_config_t *config)
{
    assert (config->connections_per_host > 0);
    transfers_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->reactor = reactor;
    self->rules.config = *config;
    self->timer = (reactor_timer_t) { .due = s_timer_due, .arg = self };
    buffer_t sentence;
    buffer_init (&sentence, 1024);
    bool good = proxies_read (&self->rules.proxies, &config->proxies, &sentence) == STATUS_OK;
    buffer_deinit (&sentence);
    self->multi = curl_multi_init ();
    self->resolver = resolver_new (reactor, config->resolver ? config->resolver : &RESOLVER_USUAL);
    if (!good || !self->multi || !self->resolver || s_set_up_multi (self) != CURLM_OK)
        transfers_destroy (&self);
    return self;
}

void
transfers_destroy (transfers_t **self_p)
{
    transfers_t *self = *self_p;
    if (!self)
        return;
    assert (!self->telling);                //  Not from inside of a transfer's function
    while (self->first) {
        transfer_t *transfer = self->first;
        transfer_abort (&transfer);
    }
    while (self->spares_count)
        curl_easy_cleanup (self->spares [--self->spares_count]);
    if (self->multi)
        curl_multi_cleanup (self->multi);
    while (self->sockets)                   //  Closed by libcurl without a word
        s_forget_socket (self->sockets);
    reactor_cancel_timer (self->reactor, &self->timer);
    resolver_destroy (&self->resolver);
    free (self);
    *self_p = NULL;
}

//  Takes the transfer away from everybody who might call it. A connection that is in the middle of something is closed by this.
static void
s_stop (transfer_t *transfer)
{
    transfers_t *self = transfer->owner;
    reactor_cancel_timer (self->reactor, &transfer->timer);
    resolver_forget (self->resolver, &transfer->wait);
    if (transfer->state == TRANSFER_RUNNING) {
        CURLMcode code = curl_multi_remove_handle (self->multi, transfer->easy);
        assert (code == CURLM_OK);
        (void) code;
    }
}

static void
s_free (transfer_t *transfer)
{
    transfers_t *self = transfer->owner;
    if (transfer->prior)
        transfer->prior->next = transfer->next;
    else
        self->first = transfer->next;
    if (transfer->next)
        transfer->next->prior = transfer->prior;
    self->under_way--;

    curl_easy_reset (transfer->easy);       //  Before what it points into goes
    if (self->spares_count < SPARE_HANDLES_MAX)
        self->spares [self->spares_count++] = transfer->easy;
    else
        curl_easy_cleanup (transfer->easy);
    transfer_forget_headers (transfer);
    curl_slist_free_all (transfer->addresses);
    buffer_deinit (&transfer->request_body);
    buffer_deinit (&transfer->answer_head);
    buffer_deinit (&transfer->answer_body);
    free (transfer);
}

//  The end: the handle leaves libcurl, the function is called, the transfer is no more.
static void
s_tell (transfer_t *transfer, CURLcode code)
{
    transfers_t *self = transfer->owner;
    s_stop (transfer);
    transfer->state = TRANSFER_TELLING;
    transfer_answer_t answer = transfer_outcome (transfer, code, reactor_now_us (self->reactor));
    self->telling = true;
    transfer->done (transfer->arg, &answer);
    self->telling = false;
    s_free (transfer);
}

//  To be told as soon as the present turn is over: in the next millisecond, since a turn knows only one.
static void
s_fail_soon (transfer_t *transfer, status_t failure)
{
    reactor_t *reactor = transfer->owner->reactor;
    transfer->state = TRANSFER_FAILED;
    transfer->failure = failure;
    if (!transfer->reason [0])
        transfer_say (transfer, "%s", status_sentence (failure));
    reactor_set_timer (reactor, &transfer->timer, reactor_now_ms (reactor) + 1);
}

//  The moment so many ms after the transfer's start; rounded up, so that no limit ends early.
static int64_t
s_moment_ms (const transfer_t *transfer, int64_t after_ms)
{
    return (transfer->started_us + 999) / 1000 + after_ms;
}

//  Sets the timer to the end of what it waits for now: the answer's beginning, or all of it.
static void
s_limit (transfer_t *transfer)
{
    bool begun = transfer->answer_head.size > 0 || transfer->first_byte_ms == 0 || transfer->first_byte_ms >= transfer->total_ms;
    reactor_set_timer (transfer->owner->reactor, &transfer->timer, s_moment_ms (transfer, begun ? transfer->total_ms : transfer->first_byte_ms));
}

static void
s_timer_ended (void *arg)
{
    transfer_t *transfer = arg;
    bool over = reactor_now_ms (transfer->owner->reactor) >= transfer->started_us / 1000 + transfer->total_ms;
    if (transfer->state == TRANSFER_NAMING && !over) {
        transfer->failure = STATUS_UNREACHABLE;
        transfer_say (transfer, "the name %s was not looked up within %lld ms", transfer->target.host, (long long) transfer->connect_ms);
    } else if (transfer->state == TRANSFER_RUNNING && !over && transfer->answer_head.size > 0) {
        s_limit (transfer);
        return;
    } else if (transfer->state == TRANSFER_RUNNING && !over) {
        transfer->failure = STATUS_DEADLINE;
        transfer_say (transfer, "no answer began within %lld ms", (long long) transfer->first_byte_ms);
    } else if (transfer->state != TRANSFER_FAILED) {
        transfer->failure = STATUS_DEADLINE;
        transfer_say (transfer, "there was no whole answer within %lld ms", (long long) transfer->total_ms);
    }
    s_tell (transfer, CURLE_OK);
}

static void
s_run (transfer_t *transfer, const resolver_answer_t *addresses)
{
    transfers_t *self = transfer->owner;
    int64_t left_ms = s_moment_ms (transfer, transfer->connect_ms) - reactor_now_us (self->reactor) / 1000;
    status_t status = transfer_set_addresses (transfer, addresses, left_ms > 1 ? left_ms : 1);
    if (status == STATUS_OK && curl_multi_add_handle (self->multi, transfer->easy) != CURLM_OK)
        status = STATUS_NO_MEMORY;
    if (status != STATUS_OK) {
        s_fail_soon (transfer, status);
        return;
    }
    transfer->state = TRANSFER_RUNNING;
    s_limit (transfer);
    //  Without this libcurl would not look at the new handle. Its own timer is not lost: it is told anew after each timeout
    reactor_set_timer (self->reactor, &self->timer, reactor_now_ms (self->reactor));
}

static void
s_named (void *arg, const resolver_answer_t *answer)
{
    transfer_t *transfer = arg;
    const char *host = transfer->target.host;
    transfer->dns_us = reactor_now_us (transfer->owner->reactor) - transfer->started_us;
    if (answer->status == STATUS_OK) {
        s_run (transfer, answer);
        return;
    }
    if (answer->status == STATUS_NOT_FOUND)
        transfer_say (transfer, "the name %s does not exist", host);
    else
        transfer_say (transfer, "the name %s could not be looked up: %s", host, answer->reason);
    s_fail_soon (transfer, STATUS_UNREACHABLE);
}

static transfer_t *
s_new (transfers_t *self, const transfer_request_t *request)
{
    transfer_t *transfer = calloc (1, sizeof *transfer);
    if (!transfer)
        return NULL;
    transfer->easy = self->spares_count ? self->spares [--self->spares_count] : curl_easy_init ();
    if (!transfer->easy) {
        free (transfer);
        return NULL;
    }
    void (*init) (buffer_t *, size_t) = request->secret ? buffer_init_secret : buffer_init;
    init (&transfer->request_body, SIZE_MAX);
    buffer_init (&transfer->answer_head, ANSWER_HEAD_BYTES_MAX);
    init (&transfer->answer_body, request->answer_bytes_max);
    transfer->owner = self;
    transfer->started_us = reactor_now_us (self->reactor);
    transfer->connect_ms = request->connect_ms;
    transfer->first_byte_ms = request->first_byte_ms;
    transfer->total_ms = request->total_ms;
    transfer->timer = (reactor_timer_t) { .due = s_timer_ended, .arg = transfer };
    transfer->wait = (resolver_wait_t) { .answered = s_named, .arg = transfer };
    transfer->next = self->first;
    if (transfer->next)
        transfer->next->prior = transfer;
    self->first = transfer;
    self->under_way++;
    return transfer;
}

transfer_t *
transfer_start (transfers_t *self, const transfer_request_t *request, transfer_done_t *done, void *arg)
{
    assert (request->connect_ms > 0 && request->total_ms > 0);
    transfer_t *transfer = s_new (self, request);
    if (!transfer)
        return NULL;
    transfer->done = done;
    transfer->take = request->take;
    transfer->arg = arg;

    status_t status = transfer_prepare (transfer, request, &self->rules);
    if (status != STATUS_OK) {
        s_fail_soon (transfer, status);
        return transfer;
    }
    int64_t limit_ms = transfer->connect_ms < transfer->total_ms ? transfer->connect_ms : transfer->total_ms;
    reactor_set_timer (self->reactor, &transfer->timer, s_moment_ms (transfer, limit_ms));
    resolver_ask (self->resolver, slice_of (transfer->target.host), &transfer->wait);
    if (transfer->state != TRANSFER_NAMING)
        transfer->dns_us = 0;               //  Answered at once: nothing was looked up
    return transfer;
}

void
transfer_abort (transfer_t **self_p)
{
    transfer_t *self = *self_p;
    *self_p = NULL;
    if (!self || self->state == TRANSFER_TELLING)
        return;
    s_stop (self);
    s_free (self);
}

bool
transfer_is_answered (const transfer_t *self)
{
    long status = 0;
    return self->state == TRANSFER_RUNNING && curl_easy_getinfo (self->easy, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK && status != 0;
}

bool
transfer_is_sent (const transfer_t *self)
{
    curl_off_t us = 0;
    return self->state == TRANSFER_RUNNING && curl_easy_getinfo (self->easy, CURLINFO_PRETRANSFER_TIME_T, &us) == CURLE_OK && us > 0;
}

int
transfers_under_way (const transfers_t *self)
{
    return self->under_way;
}
