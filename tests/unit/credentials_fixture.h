/*  credentials_fixture - the credentials actor, turned by hand, one who asks it, and a provider that does what the test wants

    Include it behind cmocka.h. Owner: the test. */

#ifndef CREDENTIALS_FIXTURE_H
#define CREDENTIALS_FIXTURE_H

#include "body.h"
#include "credentials.h"
#include "fake_clock.h"
#include "find.h"
#include "keys_body.h"
#include "log.h"
#include "pack.h"
#include "provider_fixture.h"

enum { WAIT_MS = 10000, MINUTE_MS = 60000 };

//  The actor, turned by hand, and one who asks it.
typedef struct {
    home_t       home;
    fake_clock_t clock;
    config_t     config;
    char         endpoint [48];
    credentials_t *credentials;
    mailbox_t   *asker;
    message_t   *answer;                //  The last one
    keys_body_t  keys;                  //  In it, when it has some
    char         sentence [1024];       //  In it, when it has none
} stage_t;

//  A provider that does what the test wants.
static struct {
    status_t status;
    int64_t  expires_ms;
    int64_t  lives_ms;                  //  Instead of expires_ms, from the moment of asking; 0: not
    int64_t  takes_ms;                  //  So long it takes
    int      asked;
    void   (*meanwhile) (void);
} s_provider;

static inline void
end_place (find_t *find, const find_answer_t *answer)
{
    (void) answer;
    if (s_provider.status != STATUS_OK) {
        find_broken (find, true, "The place is broken.");
        return;
    }
    found_keys_t *found = find_keys (find);
    buffer_printf (&found->key_id, KEY_ID "%d", s_provider.asked);
    buffer_append_text (&found->secret, SECRET);
    buffer_append_text (&found->token, TOKEN);
    found->expires_ms = s_provider.lives_ms ? find_wall_ms (find) + s_provider.lives_ms : s_provider.expires_ms;
    find_has (find, "the test");
}

static inline void
begin_place (find_t *find)
{
    assert_string_equal (find_context (find)->account, "");
    s_provider.asked++;
    if (s_provider.meanwhile)
        s_provider.meanwhile ();
    if (s_provider.takes_ms)
        find_wait (find, s_provider.takes_ms);
    else
        end_place (find, NULL);
}

static const provider_t PLACE = { .name = "place", .looked_at = "the place", .begin = begin_place, .went_on = end_place };
static const provider_t *const OWN [] = { &PLACE, NULL };

//  Chance that throws next to nothing, and never the same: versions differ, and a set is looked for again as late as it may be.
static inline uint64_t
throw (void *arg)
{
    (void) arg;
    static uint64_t thrown;
    return ++thrown << 4;
}

static const random_source_t CHANCE = { .next = throw };

static inline void
start (stage_t *self, const provider_t *const *providers)
{
    credentials_config_t config = {
        .endpoint = self->endpoint, .config = &self->config, .providers = providers, .lookup = home_lookup, .lookup_arg = &self->home,
        .clock = &self->clock.source, .random = &CHANCE,
    };
    self->credentials = credentials_new (&config);
    assert_non_null (self->credentials);
    self->asker = mailbox_connect (self->endpoint, 100);
    assert_non_null (self->asker);
}

static inline void
stop (stage_t *self)
{
    message_destroy (&self->answer);
    mailbox_destroy (&self->asker);
    credentials_destroy (&self->credentials);
    assert_null (self->credentials);
}

static inline int
begin_with (void **state, const provider_t *const *providers)
{
    static int count;
    stage_t *self = calloc (1, sizeof *self);
    assert_non_null (self);
    memset (&s_provider, 0, sizeof s_provider);
    home_init (&self->home);
    fake_clock_init (&self->clock);
    transfers_global_start ();
    snprintf (self->endpoint, sizeof self->endpoint, "inproc://credentials-test-%d", ++count);
    start (self, providers);
    *state = self;
    return 0;
}

static inline int
begin (void **state)
{
    return begin_with (state, OWN);
}

static inline int
begin_real (void **state)
{
    int result = begin_with (state, PROVIDERS);
    home_set (&((stage_t *) *state)->home, "AWS_EC2_METADATA_DISABLED", "true");
    return result;
}

static inline int
end (void **state)
{
    stage_t *self = *state;
    stop (self);
    home_deinit (&self->home);
    free (self);
    return 0;
}

static inline void
send_question (stage_t *self, envelope_kind_t kind, const char *account, uint64_t refused)
{
    message_t *question = message_new (kind);
    question->envelope.id = 77;
    assert_int_equal (ENVELOPE_SET (&question->envelope, account, slice_of (account)), STATUS_OK);
    buffer_t body;
    buffer_init (&body, 256);
    pack_map (&body, 1);
    pack_key (&body, "refused");
    pack_u64 (&body, refused);
    assert_int_equal (message_take_body (question, &body), STATUS_OK);
    assert_int_equal (mailbox_send (self->asker, NULL, &question), STATUS_OK);
}

//  Asks, lets the actor turn until it answers, and looks at the answer: keys, or a sentence. No sentence holds a secret.
static inline status_t
ask_for (stage_t *self, const char *account, uint64_t refused)
{
    message_destroy (&self->answer);
    send_question (self, KIND_REQUEST, account, refused);
    int64_t until_ms = clock_mono_ms (clock_system ()) + WAIT_MS;
    while (mailbox_receive (self->asker, NULL, &self->answer) != STATUS_OK) {
        assert_true (clock_mono_ms (clock_system ()) < until_ms);
        assert_int_equal (reactor_turn (credentials_reactor (self->credentials), s_provider.takes_ms ? 0 : 1), STATUS_OK);
        fake_clock_advance (&self->clock, s_provider.takes_ms > 0);
    }
    const envelope_t *envelope = &self->answer->envelope;
    assert_int_equal (envelope->id, 77);
    assert_int_equal (envelope->service, SERVICE_CREDENTIALS);
    self->sentence [0] = 0;
    if (envelope->kind == KIND_RESULT) {
        assert_int_equal (envelope->flags, ENVELOPE_FLAG_SECRET);
        assert_int_equal (keys_body_read (message_body (self->answer), &self->keys), STATUS_OK);
        return STATUS_OK;
    }
    assert_int_equal (envelope->kind, KIND_FAULT);
    body_fault_t fault;
    assert_int_equal (body_read_fault (message_body (self->answer), &fault), STATUS_OK);
    snprintf (self->sentence, sizeof self->sentence, "%.*s", (int) fault.text.size, fault.text.data ? fault.text.data : "");
    assert_null (strstr (self->sentence, "verysecret"));
    return (status_t) envelope->status;
}

static inline status_t
ask (stage_t *self)
{
    return ask_for (self, "", 0);
}

static inline bool
answered (const stage_t *self, const char *key_id)
{
    return slice_is (self->keys.key_id, key_id) && slice_is (self->keys.secret, SECRET) && slice_is (self->keys.token, TOKEN);
}

#define STAGE_TEST(name) cmocka_unit_test_setup_teardown (name, begin, end)
#define REAL_TEST(name)  cmocka_unit_test_setup_teardown (name, begin_real, end)

#endif
