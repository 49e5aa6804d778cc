/*  A set that runs out goes through three times, which scale with how long it lasted when it was found:

        FRESH ──▶ EARLY ──▶ LATE ──▶ none
                  │         │
                  │         └ questions wait for the look, and are told of its failure
                  └ the first question begins a look; all are answered from the set meanwhile, and also when the look was in vain

    A look in vain is not begun again at once: while EARLY not before a part of that time has passed, otherwise not for CREDENTIALS_FAILURE_MS. A set
    that AWS refused is none, but only once in CREDENTIALS_REFUSED_MS: what is found anew may be the same, and AWS would refuse it with every call. It
    is served then, so that the caller is told what AWS says. */

#include "credentials.h"

#include "aws_settings.h"
#include "body.h"
#include "find.h"
#include "key_windows.h"
#include "keyring.h"
#include "keys_body.h"
#include "log.h"
#include "reader.h"
#include "trail.h"

#include <assert.h>
#include <stdlib.h>

enum { MESSAGES_PER_TURN = 64, HIGH_WATER = 4 * KEYRING_ACCOUNTS_MAX, WAITING_MAX = HIGH_WATER };

//  To where credentials come from; a few looks at once need no more.
enum { CONNECTIONS_PER_HOST = 8 };

//  Looks while EARLY that are in vain: about this many in all that time, if each fails at once.
enum { EARLY_LOOKS = 16 };

//  A set that is handed out while a newer one is looked for is good for this long: then the newer one may be there.
static const int64_t MEANWHILE_MS = 500;

typedef enum { SET_NONE, SET_LATE, SET_EARLY, SET_FRESH } set_t;

//  A question that waits for a look to end.
typedef struct {
    int      account;           //  1 + index; 0: free
    peer_t   from;
    uint64_t id;
} waiting_t;

//  What is known of one account's credentials.
typedef struct {
    bool     used;
    credentials_t *credentials; //  For the look
    find_t  *look;              //  Under way; NULL: none
    find_role_t role;           //  That it assumes last
    uint64_t refused;           //  The version that AWS refused last, of those that counted; 0: none
    int64_t  refused_ms;        //  Monotonic: when
    char     account [ENVELOPE_ACCOUNT_MAX + 1];
    bool     held;
    found_keys_t keys;          //  Held: the set
    uint64_t version;           //  Held: its number
    key_windows_t windows;      //  Held: when it is EARLY and LATE
    status_t failure;           //  Why the last look was in vain; OK when it was not
    bool     passing;           //  Asking again later may help
    bool     failed_early;      //  It was while EARLY: nobody was told, and the first look while LATE waits for nothing
    int64_t  failed_ms;         //  Monotonic: when
    buffer_t sentence;          //  In words
    buffer_t trail;             //  Of the look that found the set; not held: of the last one
} account_t;

struct credentials {
    credentials_config_t config;
    reactor_t *reactor;
    mailbox_t *mailbox;
    zsock_t   *pipe;
    atomic_bool running;        //  In a thread of its own
    uint64_t   incarnation;
    uint64_t   versions;        //  The one given last
    transfers_t *transfers;
    account_t  accounts [KEYRING_ACCOUNTS_MAX];
    waiting_t  waiting [WAITING_MAX];
};

static void s_receive (void *arg);
static void s_turned (void *arg);

credentials_t *
credentials_new (const credentials_config_t *config)
{
    assert (strncmp (config->endpoint, "inproc://", 9) == 0);
    credentials_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->config = *config;
    self->incarnation = random_u64 (config->random);
    self->versions = random_u64 (config->random) >> 1;      //  Not those of an actor before us: an old refusal must not meet a new set
    self->reactor = reactor_new (config->clock);
    transfers_config_t transfers = {
        .connections_per_host = CONNECTIONS_PER_HOST, .ca_bundle = config->config->ca_bundle, .user_agent = "cloudwatch-mcp/" CLOUDWATCH_MCP_VERSION,
        .plain_http_anywhere = config->config->insecure_endpoint, .plain_http_link_local = true,
        .proxies = aws_settings_proxies (config->config),
    };
    self->transfers = self->reactor ? transfers_new (self->reactor, &transfers) : NULL;
    self->mailbox = self->transfers ? mailbox_bind (config->endpoint, HIGH_WATER) : NULL;
    if (!self->mailbox) {
        credentials_destroy (&self);
        return NULL;
    }
    reactor_add_socket (self->reactor, mailbox_socket (self->mailbox), s_receive, self);
    reactor_on_turn (self->reactor, s_turned, self);
    return self;
}

void
credentials_destroy (credentials_t **self_p)
{
    credentials_t *self = *self_p;
    *self_p = NULL;
    if (!self || atomic_load_explicit (&self->running, memory_order_acquire))
        return;
    for (int i = 0; i < KEYRING_ACCOUNTS_MAX; i++) {
        find_destroy (&self->accounts [i].look);
        found_keys_deinit (&self->accounts [i].keys);
        buffer_deinit (&self->accounts [i].sentence);
        buffer_deinit (&self->accounts [i].trail);
    }
    transfers_destroy (&self->transfers);
    if (self->mailbox)
        reactor_remove_socket (self->reactor, mailbox_socket (self->mailbox));
    mailbox_destroy (&self->mailbox);
    if (self->reactor)
        reactor_destroy (&self->reactor);
    free (self);
}

reactor_t *
credentials_reactor (credentials_t *self)
{
    return self->reactor;
}

//  The place of an account: its own, or a free one, or that of another for which nothing was found (a caller may name accounts that do not exist).
static account_t *
s_account (credentials_t *self, const char *name)
{
    account_t *place = NULL;
    for (int i = 0; i < KEYRING_ACCOUNTS_MAX; i++) {
        account_t *account = &self->accounts [i];
        if (account->used && strcmp (account->account, name) == 0)
            return account;
        if (!account->held && !account->look && (!place || (place->used && !account->used)))
            place = account;
    }
    if (!place)
        return NULL;
    buffer_deinit (&place->sentence);
    buffer_deinit (&place->trail);
    *place = (account_t) { .used = true, .credentials = self };
    status_t status = envelope_set_text (place->account, sizeof place->account, slice_of (name));
    assert (status == STATUS_OK);
    found_keys_init (&place->keys);
    buffer_init (&place->sentence, 4096);
    buffer_init (&place->trail, TRAIL_BYTES_MAX);
    return place;
}

//  Until these keys expire; INT64_MAX: never.
static int64_t
s_left_ms (const credentials_t *self, const found_keys_t *keys)
{
    return keys->expires_ms == 0 ? INT64_MAX : keys->expires_ms - clock_wall_ms (self->config.clock);
}

//  In which of its times is the set?
static set_t
s_set (const credentials_t *self, const account_t *account)
{
    int64_t left_ms = account->held ? s_left_ms (self, &account->keys) : 0;
    if (left_ms <= 0 || account->version == account->refused)
        return SET_NONE;
    return left_ms > account->windows.early_ms ? SET_FRESH : left_ms > account->windows.late_ms ? SET_EARLY : SET_LATE;
}

//  Until another look may be begun behind one that was in vain; 0: now.
static int64_t
s_pause_ms (const credentials_t *self, const account_t *account)
{
    if (account->failure == STATUS_OK)
        return 0;
    bool early = s_set (self, account) == SET_EARLY;
    if (account->failed_early && !early)
        return 0;
    int64_t part_ms = account->windows.early_ms / EARLY_LOOKS;
    int64_t pause_ms = early && part_ms > CREDENTIALS_FAILURE_MS ? part_ms : CREDENTIALS_FAILURE_MS;
    int64_t over_ms = account->failed_ms + pause_ms - reactor_now_us (self->reactor) / 1000;
    return over_ms > 0 ? over_ms : 0;
}

//  For how long an actor may use the set without asking again; -1: for ever.
static int64_t
s_good_ms (const credentials_t *self, const account_t *account)
{
    int64_t left_ms = s_left_ms (self, &account->keys);
    if (left_ms == INT64_MAX)
        return -1;
    int64_t fresh_ms = left_ms - account->windows.early_ms, useful_ms = left_ms - account->windows.late_ms;
    if (fresh_ms > 0)
        return fresh_ms;
    int64_t pause_ms = s_pause_ms (self, account);
    int64_t good_ms = pause_ms > MEANWHILE_MS ? pause_ms : MEANWHILE_MS;
    good_ms = good_ms < useful_ms ? good_ms : useful_ms;
    return good_ms > 1 ? good_ms : 1;
}

static void s_tell (credentials_t *self, account_t *account);

static void
s_log_found (const account_t *account)
{
    char text [CLOCK_TEXT_SIZE];
    const char *until = account->keys.expires_ms ? clock_text_second (account->keys.expires_ms, text) : "never";
    log_info ("credentials found", log_text ("account", account->account), log_text ("source", account->keys.source), log_text ("expires", until));
}

//  Only of the account that calls without one have: others come and go.
static void
s_tell_expiry (const credentials_t *self, const account_t *account)
{
    if (self->config.expiry_ms && !account->account [0])
        atomic_store_explicit (self->config.expiry_ms, account->held ? account->keys.expires_ms : -1, memory_order_relaxed);
}

//  Keeps what a look found.
static void
s_keep (credentials_t *self, account_t *account, found_keys_t *found)
{
    if (account->failure == STATUS_OK && s_left_ms (self, found) <= 0) {
        buffer_printf (&account->sentence, "The AWS credentials of the %s have expired.", found->source);
        account->failure = STATUS_NO_CREDENTIALS;
    }
    if (account->failure == STATUS_OK) {
        found_keys_deinit (&account->keys);
        account->keys = *found;
        found_keys_init (found);
        account->held = true;
        account->version = ++self->versions;
        account->windows = key_windows_of (s_left_ms (self, &account->keys), random_unit (self->config.random));
        s_log_found (account);
        return;
    }
    //  Looking may have taken long: the time is read afresh, or the failure would be forgotten before it is told
    account->failed_ms = reactor_now_us (self->reactor) / 1000;
    account->held = s_set (self, account) != SET_NONE;
    account->failed_early = s_set (self, account) == SET_EARLY;
    if (!account->held)
        found_keys_deinit (&account->keys);
    log_warning (account->held ? "no newer credentials" : "no credentials", log_text ("account", account->account),
                 log_slice ("why", buffer_slice (&account->sentence)));
}

static void
s_found (void *arg, status_t status, found_keys_t *found, slice_t sentence, bool passing)
{
    account_t *account = arg;
    credentials_t *self = account->credentials;
    buffer_clear (&account->sentence);
    buffer_append_slice (&account->sentence, sentence);
    account->failure = status;
    account->passing = passing;
    s_keep (self, account, found);
    s_tell_expiry (self, account);
    if (account->failure == STATUS_OK || !account->held) {
        buffer_clear (&account->trail);
        buffer_append_slice (&account->trail, find_trail (account->look));
    }
    find_destroy (&account->look);
    s_tell (self, account);
}

//  The role that an account has; without an ARN when it has none.
static find_role_t
s_role (const aws_account_t *account)
{
    if (!account || !account->role_arn)
        return (find_role_t) { .duration_s = 0 };
    return (find_role_t) {
        .arn = slice_of (account->role_arn), .session_name = slice_of (account->role_session_name), .external_id = slice_of (account->external_id),
        .duration_s = (int) account->duration_s,
        .region = slice_of (account->region ? account->region : account->regions ? account->regions [0] : NULL),
    };
}

//  Begins a look, unless it is known at once that there is nothing to find.
static void
s_look (credentials_t *self, account_t *account)
{
    const config_t *config = self->config.config;
    account->failed_ms = reactor_now_us (self->reactor) / 1000;
    const aws_account_t *named = accounts_find (config->accounts, config->accounts_count, slice_of (account->account));
    if (account->account [0] && !named) {
        buffer_clear (&account->sentence);
        buffer_printf (&account->sentence, "The account \"%s\" is not configured for this server. Leave account out to ask its own.",
                       account->account);
        account->failure = STATUS_NO_CREDENTIALS;
        account->passing = account->failed_early = false;
        return;
    }
    account->role = s_role (named);
    find_config_t look = {
        .reactor = self->reactor, .transfers = self->transfers, .providers = self->config.providers, .region = config_region (config),
        .context = { .account = account->account, .profile = config_profile (config), .lookup = self->config.lookup,
            .lookup_arg = self->config.lookup_arg },
        .role = account->role.arn.size ? &account->role : NULL,
        .endpoints = aws_settings_endpoints (config), .attempts_max = (int) config->attempts_max, .random = self->config.random,
        .found = s_found, .arg = account,
    };
    if (named && named->profile) {
        look.context.profile = named->profile;
        look.context.of_account = true;
    }
    account->look = find_new (&look);
    if (!account->look)
        account->failure = STATUS_NO_MEMORY;
}

static status_t
s_write_keys (credentials_t *self, const account_t *account, message_t *answer)
{
    int64_t left_ms = s_left_ms (self, &account->keys);
    buffer_t body;
    buffer_init_secret (&body, 32 * 1024 + TRAIL_BYTES_MAX);
    keys_body_write (&body, &(keys_body_t) {
        .key_id = buffer_slice (&account->keys.key_id), .secret = buffer_slice (&account->keys.secret), .version = account->version,
        .token = account->keys.token.size ? buffer_slice (&account->keys.token) : SLICE_ABSENT, .good_ms = s_good_ms (self, account),
        .left_ms = left_ms == INT64_MAX ? -1 : left_ms, .source = slice_of (account->keys.source),
        .trail = buffer_slice (&account->trail) });
    answer->envelope.kind = KIND_RESULT;
    answer->envelope.flags = ENVELOPE_FLAG_SECRET;
    status_t status = message_take_body (answer, &body);
    buffer_deinit (&body);
    return status;
}

static status_t
s_write_failure (status_t failure, slice_t sentence, slice_t trail, bool passing, message_t *answer)
{
    buffer_t body;
    buffer_init (&body, 8192 + TRAIL_BYTES_MAX);
    keys_body_write_fault (&body, &(body_fault_t) { .text = sentence, .retry_ms = passing ? CREDENTIALS_FAILURE_MS : -1 }, trail);
    answer->envelope.kind = KIND_FAULT;
    answer->envelope.status = (uint16_t) failure;
    return message_take_body (answer, &body);
}

static uint64_t
s_refused_version (slice_t body)
{
    reader_t reader;
    reader_init (&reader, argument_value (body, "refused"));
    uint64_t version = 0;
    return reader_u64 (&reader, &version) == STATUS_OK ? version : 0;
}

static void
s_answer (credentials_t *self, const account_t *account, const peer_t *from, uint64_t id)
{
    message_t *answer = message_new (KIND_FAULT);
    if (!answer)
        return;
    answer->envelope.id = id;
    answer->envelope.incarnation = self->incarnation;
    answer->envelope.service = SERVICE_CREDENTIALS;
    status_t status;
    if (!account)
        status = s_write_failure (STATUS_BUSY, SLICE ("Too many accounts at once."), SLICE_ABSENT, true, answer);
    else if (s_set (self, account) >= SET_EARLY)
        status = s_write_keys (self, account, answer);
    else
        status = s_write_failure (account->failure, buffer_slice (&account->sentence), buffer_slice (&account->trail), account->passing, answer);
    if (status == STATUS_OK)
        status = mailbox_send (self->mailbox, from, &answer);
    if (status != STATUS_OK)
        log_warning ("credentials answer not sent", log_text ("status", status_name (status)));
    message_destroy (&answer);
}

//  Answers all who waited for the account's look.
static void
s_tell (credentials_t *self, account_t *account)
{
    int index = 1 + (int) (account - self->accounts);
    for (int i = 0; i < WAITING_MAX; i++)
        if (self->waiting [i].account == index) {
            self->waiting [i].account = 0;
            s_answer (self, account, &self->waiting [i].from, self->waiting [i].id);
        }
}

//  A question that waits already is the same one asked again (keyring.h).
static void
s_wait (credentials_t *self, const account_t *account, const peer_t *from, uint64_t id)
{
    waiting_t *place = NULL, wanted = { 1 + (int) (account - self->accounts), *from, id };
    for (int i = 0; i < WAITING_MAX; i++) {
        waiting_t *waiting = &self->waiting [i];
        if (!waiting->account)
            place = place ? place : waiting;
        else if (waiting->account == wanted.account && waiting->id == id && peer_eq (&waiting->from, from))
            return;
    }
    if (place)
        *place = wanted;
    else
        s_answer (self, NULL, from, id);
}

//  AWS refused the set that is held.
static void
s_refuse (const credentials_t *self, account_t *account)
{
    int64_t now_ms = reactor_now_us (self->reactor) / 1000;
    if (account->refused && now_ms - account->refused_ms < CREDENTIALS_REFUSED_MS)
        return;
    account->refused = account->version;
    account->refused_ms = now_ms;
}

static void
s_asked (credentials_t *self, const peer_t *from, message_t *question)
{
    account_t *account = s_account (self, question->envelope.account);
    uint64_t refused = s_refused_version (message_body (question));
    if (account && account->held && account->version == refused)
        s_refuse (self, account);
    set_t set = account ? s_set (self, account) : SET_NONE;
    if (account && set != SET_FRESH && !account->look && s_pause_ms (self, account) == 0)
        s_look (self, account);
    if (account && account->look && set < SET_EARLY)
        s_wait (self, account, from, question->envelope.id);
    else
        s_answer (self, account, from, question->envelope.id);
}

static void
s_receive (void *arg)
{
    credentials_t *self = arg;
    for (int i = 0; i < MESSAGES_PER_TURN; i++) {
        peer_t from;
        message_t *message;
        status_t status = mailbox_receive (self->mailbox, &from, &message);
        if (status == STATUS_AGAIN)
            break;
        if (status != STATUS_OK)
            continue;
        if (message->envelope.kind == KIND_REQUEST)
            s_asked (self, &from, message);
        message_destroy (&message);
    }
}

static void
s_turned (void *arg)
{
    credentials_t *self = arg;
    if (self->config.pulse)
        atomic_fetch_add_explicit (self->config.pulse, 1, memory_order_relaxed);
}

static void
s_commanded (void *arg)
{
    credentials_t *self = arg;
    if (pipe_command (self->pipe) != PIPE_NOTHING)
        reactor_stop (self->reactor);
}

//  Before anybody asks: what is wrong is in the log from the start, and the first call does not wait.
static void
s_look_first (credentials_t *self)
{
    const char *name = self->config.config->default_account;
    account_t *account = s_account (self, name ? name : "");
    if (account && s_set (self, account) == SET_NONE && !account->look)
        s_look (self, account);
}

status_t
credentials_run (credentials_t *self, zsock_t *pipe)
{
    self->pipe = pipe;
    atomic_store_explicit (&self->running, true, memory_order_relaxed);
    reactor_add_socket (self->reactor, zsock_resolve (pipe), s_commanded, self);
    pipe_started (pipe);
    s_look_first (self);
    status_t status = reactor_run (self->reactor);
    reactor_remove_socket (self->reactor, zsock_resolve (pipe));
    atomic_store_explicit (&self->running, false, memory_order_release);        //  From here on it is theirs who waited for the end
    return status;
}
