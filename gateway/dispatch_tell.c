/*  How far calls are, told to those who wait for them. There are two who know: the worker, whose word goes to its call and to all that follow it; and
    the queue, of the calls that no worker has yet.

    Each telling is a system call, and one word of a worker's may have a thousand listeners. So no turn of the reactor has more of them than
    TELLINGS_PER_TURN: what is left goes on in the next turn, when clients had theirs. Answers are taken from the mailbox meanwhile, also that of the
    very call, which ends the telling; a second word waits until the first has reached everybody, and with it the mailbox. */

#include "dispatch_internal.h"

#include <assert.h>
#include <stdio.h>

//  About as long as a short answer takes.
enum { TELLINGS_PER_TURN = 16 };

//  How often a call that waits for its turn hears so: about once a second, as the heartbeat looks. MCP wants numbers that rise, and the worker's
//  count from 0 on: those of the queue stay below all that it may say, as no call waits for more than 900 s (config.h).
static const int64_t WAITING_MS = 900;
static const double WAITING_STEP = 0.0001;

void
dispatch_tell_init (dispatch_t *self)
{
    telling_t *telling = &self->telling;
    *telling = (telling_t) { .timer = { .due = dispatch_tell_on, .arg = self }, .walk = self->config.calls_max };
    buffer_init (&telling->word.text, MESSAGE_BODY_BYTES_MAX);
    buffer_init (&telling->next.text, MESSAGE_BODY_BYTES_MAX);
}

void
dispatch_tell_deinit (dispatch_t *self)
{
    reactor_cancel_timer (self->reactor, &self->telling.timer);
    buffer_deinit (&self->telling.word.text);
    buffer_deinit (&self->telling.next.text);
}

bool
dispatch_told_enough (const dispatch_t *self, uint64_t before)
{
    return self->telling.told - before >= TELLINGS_PER_TURN || self->telling.next.id;
}

static void
s_tell (dispatch_t *self, const call_entry_t *entry, const body_progress_t *progress)
{
    if (!entry->call.progress || entry->left)
        return;
    self->telling.told++;
    entry->call.progress (entry->call.arg, progress);
}

//  The next follower that has not heard it; NULL when all have, or there is no such call any more.
static call_entry_t *
s_next_follower (const dispatch_t *self)
{
    const call_entry_t *leader = inflight_find (self->inflight, self->telling.word.id);
    call_entry_t *next = leader ? sharing_first (leader) : NULL;
    return next && next->told != self->telling.number ? next : NULL;
}

static body_progress_t
s_progress (const word_t *word)
{
    return (body_progress_t) { .done = word->done, .total = word->total, .text = buffer_slice (&word->text) };
}

//  Everybody once, though anybody may leave or come while the others are told: who was told goes to the end of the ring.
static void
s_tell_followers (dispatch_t *self, uint64_t before)
{
    telling_t *telling = &self->telling;
    body_progress_t progress = s_progress (&telling->word);
    call_entry_t *next;
    while ((next = s_next_follower (self)) && telling->told - before < TELLINGS_PER_TURN) {
        call_entry_t *leader = next->leader;
        next->told = telling->number;
        sharing_leave (next);
        sharing_follow (leader, next);
        s_tell (self, next, &progress);
    }
    if (!next)
        telling->word.id = 0;
}

//  Tells the word, and the one behind it, as far as this turn goes.
static void
s_tell_words (dispatch_t *self, uint64_t before)
{
    telling_t *telling = &self->telling;
    if (telling->word.id)
        s_tell_followers (self, before);
    if (telling->word.id || !telling->next.id)
        return;
    word_t empty = telling->word;
    telling->word = telling->next;
    telling->next = empty;
    telling->number++;
    const call_entry_t *leader = inflight_find (self->inflight, telling->word.id);
    body_progress_t progress = s_progress (&telling->word);
    if (leader && leader->state == CALL_SENT)
        s_tell (self, leader, &progress);
    s_tell_followers (self, before);
}

//  "waiting for its turn, 12 calls ahead"
static void
s_tell_waiting (dispatch_t *self, call_entry_t *entry, const call_entry_t *leader)
{
    char text [96];
    if (!peers_serve (self->peers, leader->service, leader->tool)) {
        snprintf (text, sizeof text, "waiting for the %s service, which is being started", service_name (leader->service));
    } else {
        size_t ahead = queue_rank (dispatch_queue (self, leader), leader);
        if (ahead == 0)
            snprintf (text, sizeof text, "waiting for its turn, the next one");
        else
            snprintf (text, sizeof text, "waiting for its turn, %zu call%s ahead", ahead, ahead == 1 ? "" : "s");
    }
    entry->heard_ms = reactor_now_ms (self->reactor);
    s_tell (self, entry, &(body_progress_t) { .done = ++entry->waits * WAITING_STEP, .text = slice_of (text) });
}

//  Goes on through the table of calls.
static void
s_walk (dispatch_t *self, uint64_t before)
{
    telling_t *telling = &self->telling;
    int64_t now_ms = reactor_now_ms (self->reactor);
    while (telling->walk < inflight_capacity (self->inflight) && telling->told - before < TELLINGS_PER_TURN) {
        call_entry_t *entry = inflight_at (self->inflight, telling->walk++);
        const call_entry_t *leader = entry->state == CALL_FOLLOWING ? entry->leader : entry;
        int64_t since_ms = entry->waits ? entry->heard_ms : entry->accepted_us / 1000;
        bool waits = entry->state != CALL_FREE && leader && leader->state == CALL_QUEUED;
        if (waits && entry->call.progress && now_ms - since_ms >= WAITING_MS)
            s_tell_waiting (self, entry, leader);
    }
}

static void
s_go_on_later (dispatch_t *self)
{
    const telling_t *telling = &self->telling;
    if (telling->word.id || telling->next.id || telling->walk < inflight_capacity (self->inflight))
        reactor_set_timer (self->reactor, &self->telling.timer, reactor_now_ms (self->reactor));
}

void
dispatch_tell_on (void *arg)
{
    dispatch_t *self = arg;
    uint64_t before = self->telling.told;
    s_tell_words (self, before);
    s_walk (self, before);
    s_go_on_later (self);
}

void
dispatch_tell (dispatch_t *self, const call_entry_t *leader, const body_progress_t *progress)
{
    word_t *next = &self->telling.next;
    assert (!next->id);
    *next = (word_t) { .id = leader->id, .done = progress->done, .total = progress->total, .text = next->text };
    buffer_clear (&next->text);
    buffer_append_slice (&next->text, progress->text);
    if (!self->telling.word.id)
        s_tell_words (self, self->telling.told);
    s_go_on_later (self);
}

void
dispatch_tell_all_waiting (dispatch_t *self)
{
    bool waits = false;
    for (int i = 0; i < SERVICES_END; i++)
        waits |= self->lines [i].brief.queue.count + self->lines [i].slow.queue.count > 0;
    if (!waits || self->telling.walk < inflight_capacity (self->inflight))
        return;
    self->telling.walk = 0;
    reactor_set_timer (self->reactor, &self->telling.timer, reactor_now_ms (self->reactor));
}
