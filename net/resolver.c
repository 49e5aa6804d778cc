/*  A name is KNOWN (what we have of it may be old), QUEUED (it waits for a thread) or ASKED (a thread looks it up). Never more names are ASKED
    than there are threads, so the socket pair cannot fill, and a name that nobody waits for any more can still leave the queue unasked.

        ask: fresh → answered at once
             old   → QUEUED → ASKED → report → KNOWN, and everybody who waited is told
                          patience ends first → they are told the old addresses, or DEADLINE; the look-up goes on for the next who asks

    A function that is told may ask and forget as it likes. So a name's waiters are moved to a second list first, and taken off it one by one:
    who asks again from inside waits for the next answer, and who is forgotten is not called. */

#include "resolver_thread.h"

#include <arpa/inet.h>
#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

//  With old addresses at hand, a name server that has not answered by then is not waited for: most answer within a tenth of it.
static const int64_t PATIENCE_MS = 1000;

//  Without any: the system's own resolver gives up after two rounds of five seconds; this is for one that does not.
static const int64_t PATIENCE_EMPTY_HANDED_MS = 15000;

typedef enum { NAME_KNOWN, NAME_QUEUED, NAME_ASKED } name_state_t;

typedef struct resolver_name {
    resolver_t  *owner;
    uint32_t     slot;                      //  Its place in the table
    char         text [RESOLVER_NAME_SIZE]; //  Lower case
    name_state_t state;
    resolver_answer_t last;                 //  What was last found out
    resolver_answer_t good;                 //  The last addresses; count is 0 if there never were any
    int64_t      fresh_until_ms;            //  last serves until then
    int64_t      used_ms;                   //  When somebody last asked
    int64_t      queued_ms;                 //  Since when it is not KNOWN
    reactor_timer_t  patience;              //  Set while somebody waits
    resolver_wait_t *waiting;
    resolver_wait_t *telling;               //  Taken off waiting, and not yet called
    bool             pinned;                //  Being told: it must not leave the table
    struct resolver_name *next;             //  In the queue
} name_t;

struct resolver {
    reactor_t *reactor;
    resolver_config_t config;
    name_t    *names [RESOLVER_NAMES_MAX];  //  NULL: free
    name_t    *queue_first;
    name_t    *queue_last;
    int        threads;                     //  Started
    int        asked;                       //  Names that are with them, <= threads
    int        far_end;                     //  Only to be duplicated for each thread
    reactor_watch_t near_end;               //  Ours, non-blocking
};

static void s_reports_ready (void *arg, uint32_t events);

resolver_t *
resolver_new (reactor_t *reactor, const resolver_config_t *config)
{
    resolver_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    int ends [2];
    if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) {
        free (self);
        return NULL;
    }
    self->reactor = reactor;
    self->config = *config;
    self->far_end = ends [1];
    self->near_end = (reactor_watch_t) { .fd = ends [0], .events = EPOLLIN, .ready = s_reports_ready, .arg = self };
    if (fcntl (ends [0], F_SETFL, O_NONBLOCK) < 0 || reactor_watch (reactor, &self->near_end))
        resolver_destroy (&self);
    return self;
}

void
resolver_destroy (resolver_t **self_p)
{
    resolver_t *self = *self_p;
    if (!self)
        return;
    reactor_unwatch (self->reactor, &self->near_end);
    close (self->near_end.fd);              //  What the threads notice
    close (self->far_end);
    for (int i = 0; i < RESOLVER_NAMES_MAX; i++) {
        name_t *name = self->names [i];
        if (!name)
            continue;
        assert (!name->pinned);             //  Not from inside of a function that is being told
        reactor_cancel_timer (self->reactor, &name->patience);
        for (resolver_wait_t *wait = name->waiting; wait; wait = wait->next)
            wait->name = NULL;
        free (name);
    }
    free (self);
    *self_p = NULL;
}

//  Takes one who waits off the list it is on.
static bool
s_unlink (resolver_wait_t **list, const resolver_wait_t *wait)
{
    for (; *list; list = &(*list)->next)
        if (*list == wait) {
            *list = wait->next;
            return true;
        }
    return false;
}

//  What can be said of the name now. When no name server can be asked, old addresses are better than none; when it said that the name
//  does not exist (any more), they are not.
static resolver_answer_t
s_answer (const name_t *name)
{
    bool old = name->state != NAME_KNOWN || name->last.status != STATUS_OK;
    if (!old || !name->good.count)
        return name->last;
    resolver_answer_t answer = name->good;
    answer.stale = true;
    answer.reason = name->state == NAME_KNOWN ? name->last.reason : "no name server answered yet";
    return answer;
}

//  Tells all who wait, in the order in which they asked (the list has the last one first).
static void
s_tell (name_t *name, const resolver_answer_t *answer)
{
    assert (!name->pinned);
    reactor_cancel_timer (name->owner->reactor, &name->patience);
    while (name->waiting) {
        resolver_wait_t *wait = name->waiting;
        name->waiting = wait->next;
        wait->next = name->telling;
        name->telling = wait;
    }
    name->pinned = true;
    while (name->telling) {
        resolver_wait_t *wait = name->telling;
        name->telling = wait->next;
        wait->next = NULL;
        wait->name = NULL;
        wait->answered (wait->arg, answer);
    }
    name->pinned = false;
}

//  Remembers the outcome of a look-up.
static void
s_learn (name_t *name, const resolver_answer_t *answer)
{
    const resolver_t *self = name->owner;
    bool good = answer->status == STATUS_OK;
    name->state = NAME_KNOWN;
    name->last = *answer;
    name->last.took_us = 0;                 //  Who finds it here did not wait
    if (good || answer->status == STATUS_NOT_FOUND)
        name->good = name->last;
    name->fresh_until_ms = reactor_now_ms (self->reactor) + (good ? self->config.keep_ms : self->config.keep_failure_ms);
}

static name_t *
s_dequeue (resolver_t *self)
{
    name_t *name = self->queue_first;
    self->queue_first = name->next;
    if (!self->queue_first)
        self->queue_last = NULL;
    name->next = NULL;
    return name;
}

//  Hands queued names to idle threads. When there is no thread at all and none can be had, their look-ups have failed; this is told by the
//  timer, because we may be inside of resolver_ask, called by one who was just being told.
static void
s_pump (resolver_t *self)
{
    while (self->queue_first) {
        bool idle = self->asked < self->threads;
        if (!idle && self->threads < RESOLVER_THREADS_MAX && resolver_thread_start (self->far_end, &self->config) == STATUS_OK) {
            self->threads++;
            idle = true;
        }
        if (!idle && self->threads > 0)
            return;

        name_t *name = s_dequeue (self);
        resolver_question_t question = { .slot = name->slot };
        memcpy (question.name, name->text, sizeof question.name);
        if (idle && send (self->near_end.fd, &question, sizeof question, MSG_NOSIGNAL) == (ssize_t) sizeof question) {
            name->state = NAME_ASKED;
            self->asked++;
        } else {
            s_learn (name, &(resolver_answer_t) { .status = STATUS_UNREACHABLE, .reason = "no thread could be started for the look-up" });
            reactor_set_timer (self->reactor, &name->patience, reactor_now_ms (self->reactor));
        }
    }
}

static void
s_take_report (resolver_t *self, const resolver_report_t *report)
{
    assert (report->slot < RESOLVER_NAMES_MAX && self->asked > 0);
    name_t *name = self->names [report->slot];
    assert (name && name->state == NAME_ASKED);

    self->asked--;
    resolver_answer_t answer = {
        .status = (status_t) report->status,
        .count = report->count,
        .reason = resolver_reason (report->reason),
    };
    memcpy (answer.addresses, report->addresses, sizeof answer.addresses);
    s_learn (name, &answer);
    answer = s_answer (name);
    answer.took_us = report->took_us;
    s_tell (name, &answer);
}

static void
s_reports_ready (void *arg, uint32_t events)
{
    (void) events;
    resolver_t *self = arg;
    for (int i = 0; i < RESOLVER_THREADS_MAX; i++) {    //  Each thread has at most one under way
        resolver_report_t report;
        ssize_t size = recv (self->near_end.fd, &report, sizeof report, 0);
        if (size < 0)
            break;                                      //  EAGAIN: that was all
        assert (size == (ssize_t) sizeof report);       //  Never 0: the far end is open as long as we are
        s_take_report (self, &report);
    }
    s_pump (self);
}

//  A name that nobody waits for any more and no thread has taken up needs no look-up, and no place in the table.
static void
s_drop_from_queue (name_t *name)
{
    resolver_t *self = name->owner;
    name_t *before = NULL;
    for (name_t *at = self->queue_first; at != name; at = at->next)
        before = at;
    if (before)
        before->next = name->next;
    else
        self->queue_first = name->next;
    if (self->queue_last == name)
        self->queue_last = before;
    name->next = NULL;
    name->state = NAME_KNOWN;
}

//  Those who wait are told what there is: old addresses, DEADLINE, or that the look-up could not even begin.
static void
s_patience_ended (void *arg)
{
    name_t *name = arg;
    resolver_answer_t answer = { .status = STATUS_DEADLINE, .reason = "no name server answered in time" };
    if (name->state == NAME_KNOWN || name->good.count)
        answer = s_answer (name);
    s_tell (name, &answer);
    if (name->state == NAME_QUEUED && !name->waiting)
        s_drop_from_queue (name);
}

//  Lower case, printable, at most 253 characters; a dot at the end is kept (it means: exactly this name). False: no name at all.
static bool
s_canonical (slice_t name, char *text)
{
    if (name.size == 0 || name.size >= RESOLVER_NAME_SIZE)
        return false;
    for (size_t i = 0; i < name.size; i++) {
        unsigned char c = (unsigned char) name.data [i];
        if (c <= ' ' || c > '~')
            return false;
        text [i] = (char) tolower (c);
    }
    memset (text + name.size, 0, RESOLVER_NAME_SIZE - name.size);
    return true;
}

//  Address literals, also in brackets, and localhost, which by RFC 6761 never needs a name server.
static bool
s_answer_literal (const char *text, resolver_answer_t *answer)
{
    char literal [RESOLVER_NAME_SIZE];
    size_t size = strlen (text);
    bool bracketed = size > 2 && text [0] == '[' && text [size - 1] == ']';
    snprintf (literal, sizeof literal, "%.*s", (int) (size - (bracketed ? 2 : 0)), text + bracketed);

    unsigned char address [sizeof (struct in6_addr)];
    bool v6 = inet_pton (AF_INET6, literal, address) == 1;
    bool v4 = !v6 && !bracketed && inet_pton (AF_INET, literal, address) == 1;
    *answer = (resolver_answer_t) { .status = STATUS_OK, .reason = resolver_reason (0) };
    if (v4 || v6) {
        answer->count = 1;
        return inet_ntop (v6 ? AF_INET6 : AF_INET, address, answer->addresses [0], RESOLVER_ADDRESS_SIZE) != NULL;
    }
    const char *below = ".localhost";
    const char *tail = size > strlen (below) ? text + size - strlen (below) : "";
    if (slice_is (slice_of (text), below + 1) || slice_is (slice_of (tail), below)) {
        answer->count = 2;
        memcpy (answer->addresses [0], "127.0.0.1", sizeof "127.0.0.1");
        memcpy (answer->addresses [1], "::1", sizeof "::1");
        return true;
    }
    return false;
}

//  May the name leave the table for another?
static bool
s_idle (const name_t *name)
{
    return name->state == NAME_KNOWN && !name->waiting && !name->pinned;
}

//  A place in the table: a free one, or that of the name which was not asked for longest. NULL when every name is being looked up.
static name_t **
s_place (resolver_t *self)
{
    name_t **idlest = NULL;
    for (int i = 0; i < RESOLVER_NAMES_MAX; i++) {
        name_t **place = &self->names [i];
        if (!*place)
            return place;
        if (s_idle (*place) && (!idlest || (*place)->used_ms < (*idlest)->used_ms))
            idlest = place;
    }
    return idlest;
}

//  The name's entry, made if it is not there; else NULL and why.
static name_t *
s_entry (resolver_t *self, const char *text, status_t *why)
{
    for (int i = 0; i < RESOLVER_NAMES_MAX; i++)
        if (self->names [i] && strcmp (self->names [i]->text, text) == 0)
            return self->names [i];

    *why = STATUS_BUSY;
    name_t **place = s_place (self);
    if (!place)
        return NULL;
    *why = STATUS_NO_MEMORY;
    name_t *name = calloc (1, sizeof *name);
    if (!name)
        return NULL;
    memcpy (name->text, text, sizeof name->text);
    name->owner = self;
    name->slot = (uint32_t) (place - self->names);
    name->fresh_until_ms = INT64_MIN;
    name->patience = (reactor_timer_t) { .due = s_patience_ended, .arg = name };
    free (*place);
    *place = name;
    return name;
}

//  Joins those who wait, and sets the look-up going if it is not.
static void
s_wait (name_t *name, resolver_wait_t *wait)
{
    resolver_t *self = name->owner;
    int64_t now_ms = reactor_now_ms (self->reactor);
    wait->name = name;
    wait->next = name->waiting;
    name->waiting = wait;
    if (!name->patience.place)
        reactor_set_timer (self->reactor, &name->patience, now_ms + (name->good.count ? PATIENCE_MS : PATIENCE_EMPTY_HANDED_MS));
    if (name->state != NAME_KNOWN)
        return;

    name->state = NAME_QUEUED;
    name->queued_ms = now_ms;
    if (self->queue_last)
        self->queue_last->next = name;
    else
        self->queue_first = name;
    self->queue_last = name;
    s_pump (self);
}

void
resolver_ask (resolver_t *self, slice_t name, resolver_wait_t *wait)
{
    assert (wait->answered && !wait->name);
    char text [RESOLVER_NAME_SIZE];
    resolver_answer_t answer = { .status = STATUS_NOT_FOUND, .reason = "it is not a name" };
    if (!s_canonical (name, text) || s_answer_literal (text, &answer)) {
        wait->answered (wait->arg, &answer);
        return;
    }

    status_t why;
    name_t *entry = s_entry (self, text, &why);
    if (!entry) {
        answer = (resolver_answer_t) { .status = why, .reason = why == STATUS_BUSY ? "too many names are being looked up" : status_sentence (why) };
        wait->answered (wait->arg, &answer);
        return;
    }
    int64_t now_ms = reactor_now_ms (self->reactor);
    entry->used_ms = now_ms;
    bool fresh = entry->state == NAME_KNOWN && now_ms < entry->fresh_until_ms;
    bool hangs = entry->state != NAME_KNOWN && entry->good.count && now_ms - entry->queued_ms >= PATIENCE_MS;
    if (fresh || hangs) {
        answer = s_answer (entry);
        wait->answered (wait->arg, &answer);
    } else
        s_wait (entry, wait);
}

void
resolver_forget (resolver_t *self, resolver_wait_t *wait)
{
    name_t *name = wait->name;
    if (!name)
        return;
    assert (name->owner == self);
    bool found = s_unlink (&name->waiting, wait) || s_unlink (&name->telling, wait);
    assert (found);
    (void) found;
    wait->name = NULL;
    wait->next = NULL;
    if (name->waiting)
        return;
    reactor_cancel_timer (self->reactor, &name->patience);
    if (name->state == NAME_QUEUED)
        s_drop_from_queue (name);
}
