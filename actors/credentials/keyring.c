/*  A question has one number, however often it is asked, so that an answer that comes late is an answer all the same. An inproc connection does
    not come back when the credentials actor was started anew: then its pipe takes nothing more, and the keyring connects again. What the old
    actor may have swallowed is asked again after ASK_AGAIN_MS, as long as somebody waits. */

#include "keyring.h"

#include "body.h"
#include "keys_body.h"
#include "log.h"
#include "pack.h"
#include "trail.h"

#include <assert.h>
#include <stdlib.h>

//  Waiting messages: a question per account, and as many answers.
enum { HIGH_WATER = 2 * KEYRING_ACCOUNTS_MAX + 16 };

//  A question without an answer is asked again after this long.
static const int64_t ASK_AGAIN_MS = 5000;

typedef struct {
    bool     used;
    char     account [ENVELOPE_ACCOUNT_MAX + 1];
    buffer_t key_id, secret, token;
    uint64_t version;           //  0: none held
    int64_t  good_until_ms;     //  Monotonic; INT64_MAX: for ever
    int64_t  expires_ms;        //  Likewise: when AWS takes them no more
    char     source [KEYRING_SOURCE_SIZE];
    buffer_t trail;             //  Of the last answer; stays when the keys go
    uint64_t refused;           //  The version that AWS refused last
    uint64_t question;          //  Number of the question under way; 0: none
    keyring_wait_t *waits;      //  In the order of coming
    keyring_wait_t *telling;    //  Those who are being told at this moment, and were not yet
    reactor_timer_t again;      //  For asking again; set while a question is under way
    keyring_t *keyring;         //  For the timer
} entry_t;

struct keyring {
    reactor_t *reactor;
    const char *endpoint;
    mailbox_t *mailbox;         //  NULL: could not be made anew
    uint64_t   incarnation;
    uint64_t   questions;       //  Ever
    entry_t    entries [KEYRING_ACCOUNTS_MAX];
};

static void s_receive (void *arg);

static void
s_disconnect (keyring_t *self)
{
    if (self->mailbox)
        reactor_remove_socket (self->reactor, mailbox_socket (self->mailbox));
    mailbox_destroy (&self->mailbox);
}

static status_t
s_connect (keyring_t *self)
{
    s_disconnect (self);
    self->mailbox = mailbox_connect (self->endpoint, HIGH_WATER);
    if (!self->mailbox)
        return STATUS_NO_MEMORY;
    reactor_add_socket (self->reactor, mailbox_socket (self->mailbox), s_receive, self);
    return STATUS_OK;
}

keyring_t *
keyring_new (reactor_t *reactor, const char *endpoint, const random_source_t *random)
{
    assert (strncmp (endpoint, "inproc://", 9) == 0);
    keyring_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->reactor = reactor;
    self->endpoint = endpoint;
    self->incarnation = random_u64 (random);
    if (s_connect (self) != STATUS_OK) {
        free (self);
        return NULL;
    }
    return self;
}

static void
s_drop_keys (entry_t *entry)
{
    buffer_deinit (&entry->key_id);
    buffer_deinit (&entry->secret);
    buffer_deinit (&entry->token);
    entry->version = 0;
}

void
keyring_destroy (keyring_t **self_p)
{
    keyring_t *self = *self_p;
    if (!self)
        return;
    for (int i = 0; i < KEYRING_ACCOUNTS_MAX; i++) {
        assert (!self->entries [i].waits && !self->entries [i].telling);        //  Who waits forgets first
        s_drop_keys (&self->entries [i]);
        buffer_deinit (&self->entries [i].trail);
        reactor_cancel_timer (self->reactor, &self->entries [i].again);
    }
    s_disconnect (self);
    free (self);
    *self_p = NULL;
}

static entry_t *
s_find (keyring_t *self, const char *account)
{
    for (int i = 0; i < KEYRING_ACCOUNTS_MAX; i++)
        if (self->entries [i].used && strcmp (self->entries [i].account, account) == 0)
            return &self->entries [i];
    return NULL;
}

//  Does it hold keys that are good for now?
static bool
s_holds (const entry_t *entry)
{
    return entry->version && reactor_now_ms (entry->keyring->reactor) < entry->good_until_ms;
}

static void s_ask_again (void *arg);

//  A place for an account: a free one, or that of an account without keys for which nobody waits (a caller may name accounts that do not exist).
static entry_t *
s_make (keyring_t *self, const char *account)
{
    entry_t *place = NULL;
    for (int i = 0; i < KEYRING_ACCOUNTS_MAX; i++) {
        entry_t *entry = &self->entries [i];
        bool idle = !s_holds (entry) && !entry->question && !entry->waits && !entry->telling;
        if (idle && (!place || (place->used && !entry->used)))
            place = entry;
    }
    if (!place)
        return NULL;
    s_drop_keys (place);
    buffer_deinit (&place->trail);
    *place = (entry_t) { .used = true, .keyring = self, .again = { .due = s_ask_again, .arg = place } };
    status_t status = envelope_set_text (place->account, sizeof place->account, slice_of (account));
    assert (status == STATUS_OK);
    buffer_init_secret (&place->key_id, 1024);
    buffer_init_secret (&place->secret, 1024);
    buffer_init_secret (&place->token, 16384);
    buffer_init (&place->trail, TRAIL_BYTES_MAX);
    return place;
}

static status_t
s_send_question (entry_t *entry)
{
    keyring_t *self = entry->keyring;
    message_t *message = message_new (KIND_REQUEST);
    if (!message || !self->mailbox) {
        message_destroy (&message);
        return STATUS_NO_MEMORY;
    }
    message->envelope.id = entry->question;
    message->envelope.incarnation = self->incarnation;
    message->envelope.service = SERVICE_CREDENTIALS;
    buffer_t body;
    buffer_init (&body, 256);
    pack_map (&body, 1);
    pack_key (&body, "refused");
    pack_u64 (&body, entry->refused);
    status_t status = message_take_body (message, &body);
    if (status == STATUS_OK)
        status = ENVELOPE_SET (&message->envelope, tool, SLICE ("keys"));
    if (status == STATUS_OK)
        status = ENVELOPE_SET (&message->envelope, account, slice_of (entry->account));
    if (status == STATUS_OK)
        status = mailbox_send (self->mailbox, NULL, &message);
    message_destroy (&message);
    return status;
}

//  Sends the question, over a new connection if the old one takes nothing, and sets the timer for sending it again.
static void
s_ask (entry_t *entry)
{
    keyring_t *self = entry->keyring;
    reactor_set_timer (self->reactor, &entry->again, reactor_now_ms (self->reactor) + ASK_AGAIN_MS);
    if (s_send_question (entry) == STATUS_OK)
        return;
    status_t status = s_connect (self);
    if (status == STATUS_OK)
        status = s_send_question (entry);
    if (status != STATUS_OK)
        log_warning ("credentials question not sent", log_text ("status", status_name (status)));
}

static void
s_ask_again (void *arg)
{
    entry_t *entry = arg;
    if (entry->waits)
        s_ask (entry);
    else
        entry->question = 0;            //  Nobody wants to know any more
}

bool
keyring_keys (keyring_t *self, const char *account, sigv4_keys_t *keys, uint64_t *version)
{
    entry_t *entry = s_find (self, account);
    if (!entry || !s_holds (entry)) {
        if (entry)
            s_drop_keys (entry);
        return false;
    }
    *keys = (sigv4_keys_t) {
        .key_id = buffer_slice (&entry->key_id), .secret = buffer_slice (&entry->secret),
        .token = entry->token.size ? buffer_slice (&entry->token) : SLICE_ABSENT };
    *version = entry->version;
    return true;
}

//  From now to a moment; -1: never.
static int64_t
s_left_ms (const keyring_t *self, int64_t until_ms)
{
    int64_t left_ms = until_ms - reactor_now_ms (self->reactor);
    return until_ms == INT64_MAX ? -1 : left_ms > 0 ? left_ms : 0;
}

bool
keyring_about (keyring_t *self, const char *account, keyring_about_t *about)
{
    const entry_t *entry = s_find (self, account);
    *about = (keyring_about_t) { .left_ms = -1, .newer_ms = -1, .trail = entry ? buffer_slice (&entry->trail) : SLICE_ABSENT };
    if (!entry || !s_holds (entry))
        return false;
    about->key_id = buffer_slice (&entry->key_id);
    about->left_ms = s_left_ms (self, entry->expires_ms);
    about->newer_ms = s_left_ms (self, entry->good_until_ms);
    memcpy (about->source, entry->source, sizeof about->source);
    return true;
}

status_t
keyring_ask (keyring_t *self, const char *account, keyring_wait_t *wait)
{
    assert (!wait->account);
    entry_t *entry = s_find (self, account);
    if (!entry)
        entry = s_make (self, account);
    if (!entry)
        return STATUS_BUSY;
    wait->account = 1 + (int) (entry - self->entries);
    wait->next = NULL;
    keyring_wait_t **last = &entry->waits;
    while (*last)
        last = &(*last)->next;
    *last = wait;
    if (!entry->question) {
        entry->question = ++self->questions;
        s_ask (entry);
    }
    return STATUS_OK;
}

static bool
s_unlink (keyring_wait_t **link, const keyring_wait_t *wait)
{
    while (*link && *link != wait)
        link = &(*link)->next;
    if (!*link)
        return false;
    *link = wait->next;
    return true;
}

void
keyring_forget (keyring_t *self, keyring_wait_t *wait)
{
    if (!wait->account)
        return;
    entry_t *entry = &self->entries [wait->account - 1];
    bool found = s_unlink (&entry->waits, wait) || s_unlink (&entry->telling, wait);
    assert (found);
    wait->account = 0;
}

void
keyring_refused (keyring_t *self, const char *account, uint64_t version)
{
    entry_t *entry = s_find (self, account);
    if (entry && entry->version == version) {
        entry->refused = version;
        s_drop_keys (entry);
    }
}

//  Tells everybody who waits now, first come first told. Who asks again from inside is told by the next answer; who is told may make others leave.
static void
s_tell (entry_t *entry, status_t status, slice_t sentence)
{
    entry->telling = entry->waits;
    entry->waits = NULL;
    while (entry->telling) {
        keyring_wait_t *wait = entry->telling;
        entry->telling = wait->next;
        wait->account = 0;
        wait->told (wait->arg, status, sentence);
    }
}

//  A moment so far from now; below 0: never.
static int64_t
s_until_ms (int64_t left_ms, int64_t now_ms)
{
    return left_ms < 0 || left_ms > INT64_MAX - now_ms ? INT64_MAX : now_ms + left_ms;
}

//  A trail that does not fit is none.
static void
s_keep_trail (entry_t *entry, slice_t trail)
{
    buffer_clear (&entry->trail);
    buffer_append_slice (&entry->trail, trail);
    if (buffer_status (&entry->trail) != STATUS_OK)
        buffer_clear (&entry->trail);
}

static status_t
s_keep (entry_t *entry, const keys_body_t *keys, int64_t now_ms)
{
    s_drop_keys (entry);
    buffer_append_slice (&entry->key_id, keys->key_id);
    buffer_append_slice (&entry->secret, keys->secret);
    buffer_append_slice (&entry->token, keys->token);
    if (buffer_status (&entry->key_id) != STATUS_OK || buffer_status (&entry->secret) != STATUS_OK || buffer_status (&entry->token) != STATUS_OK) {
        s_drop_keys (entry);
        return STATUS_TOO_LARGE;
    }
    entry->version = keys->version;
    entry->good_until_ms = s_until_ms (keys->good_ms, now_ms);
    entry->expires_ms = s_until_ms (keys->left_ms, now_ms);
    size_t size = keys->source.size < sizeof entry->source ? keys->source.size : sizeof entry->source - 1;
    memset (entry->source, 0, sizeof entry->source);
    if (size)
        memcpy (entry->source, keys->source.data, size);
    return STATUS_OK;
}

static void
s_answer (keyring_t *self, entry_t *entry, message_t *message)
{
    entry->question = 0;
    reactor_cancel_timer (self->reactor, &entry->again);
    if (message->envelope.kind == KIND_RESULT) {
        keys_body_t keys;
        status_t status = keys_body_read (message_body (message), &keys);
        s_keep_trail (entry, keys.trail);
        if (status == STATUS_OK)
            status = s_keep (entry, &keys, reactor_now_ms (self->reactor));
        s_tell (entry, status, status == STATUS_OK ? SLICE_ABSENT : SLICE ("The credentials could not be read."));
        return;
    }
    body_fault_t fault;
    if (message->envelope.kind != KIND_FAULT || body_read_fault (message_body (message), &fault) != STATUS_OK)
        fault.text = SLICE_ABSENT;
    s_keep_trail (entry, keys_body_trail_of_fault (message_body (message)));
    status_t status = (status_t) message->envelope.status;
    s_tell (entry, status == STATUS_OK ? STATUS_INTERNAL : status, fault.text);
}

static void
s_receive (void *arg)
{
    keyring_t *self = arg;
    message_t *message;
    for (int i = 0; i < HIGH_WATER && self->mailbox; i++) {         //  Who is told may ask, and that may connect anew
        status_t status = mailbox_receive (self->mailbox, NULL, &message);
        if (status == STATUS_AGAIN)
            break;
        if (status != STATUS_OK)
            continue;
        uint64_t question = message->envelope.id;
        for (int e = 0; e < KEYRING_ACCOUNTS_MAX && question; e++)
            if (self->entries [e].used && self->entries [e].question == question) {
                s_answer (self, &self->entries [e], message);
                break;
            }
        message_destroy (&message);
    }
}
