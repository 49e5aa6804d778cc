#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

//  Its memory is private: a test that looks whether it will be wiped has to reach it.
#include "../../actors/credentials/keyring.c"

#include "fake_clock.h"
#include "keys_peer.h"

typedef struct {
    fake_clock_t clock;
    reactor_t   *reactor;
    keys_peer_t  peer;
    keyring_t   *keyring;
} stage_t;

//  One who waits, and what was told.
typedef struct waiter {
    keyring_wait_t wait;
    stage_t *stage;
    int      told;
    status_t status;
    char     sentence [128];
    int      place;                     //  In the order of telling
    const char *asks;                   //  When told: ask for this account
    struct waiter *forgets;             //  When told: this one leaves
} waiter_t;

static int s_told;                      //  In all

static int
begin (void **state)
{
    stage_t *self = calloc (1, sizeof *self);
    assert_non_null (self);
    s_told = 0;
    fake_clock_init (&self->clock);
    self->reactor = reactor_new (&self->clock.source);
    keys_peer_init (&self->peer);
    self->keyring = keyring_new (self->reactor, self->peer.endpoint, random_system ());
    assert_non_null (self->keyring);
    *state = self;
    return 0;
}

//  The reactor asserts that no timer was left.
static int
end (void **state)
{
    stage_t *self = *state;
    keyring_destroy (&self->keyring);
    assert_null (self->keyring);
    keyring_destroy (&self->keyring);
    keys_peer_deinit (&self->peer);
    reactor_destroy (&self->reactor);
    free (self);
    return 0;
}

static void
turn (stage_t *self)
{
    assert_int_equal (reactor_turn (self->reactor, 1), STATUS_OK);
}

static void
after_ms (stage_t *self, int64_t ms)
{
    fake_clock_advance (&self->clock, ms);
    turn (self);
}

static void told (void *arg, status_t status, slice_t sentence);

static waiter_t
waiter (stage_t *stage)
{
    return (waiter_t) { .stage = stage };
}

static void
ask (waiter_t *self, const char *account)
{
    self->wait = (keyring_wait_t) { .told = told, .arg = self };
    int before = self->told;
    assert_int_equal (keyring_ask (self->stage->keyring, account, &self->wait), STATUS_OK);
    assert_int_equal (self->told, before);
}

static void
told (void *arg, status_t status, slice_t sentence)
{
    waiter_t *self = arg;
    self->told++;
    self->place = ++s_told;
    self->status = status;
    snprintf (self->sentence, sizeof self->sentence, "%.*s", (int) sentence.size, sentence.data ? sentence.data : "");
    if (self->forgets)
        keyring_forget (self->stage->keyring, &self->forgets->wait);
    if (self->asks) {
        const char *account = self->asks;
        self->asks = NULL;
        ask (self, account);
    }
}

static void
wait_until_told (waiter_t *self, int times)
{
    int64_t until_ms = clock_mono_ms (clock_system ()) + PEER_WAIT_MS;
    while (self->told < times) {
        assert_true (clock_mono_ms (clock_system ()) < until_ms);
        turn (self->stage);
    }
    assert_int_equal (self->told, times);
}

static bool
has_keys (stage_t *self, const char *account, uint64_t wanted)
{
    sigv4_keys_t keys;
    uint64_t version;
    if (!keyring_keys (self->keyring, account, &keys, &version))
        return false;
    char key_id [32];
    snprintf (key_id, sizeof key_id, "AKID%llu", (unsigned long long) wanted);
    assert_int_equal (version, wanted);
    assert_true (slice_is (keys.key_id, key_id));
    return true;
}

//  An account's keys, asked for and given.
static void
fetch (stage_t *self, const char *account, uint64_t version, int64_t good_ms)
{
    waiter_t one = waiter (self);
    ask (&one, account);
    keys_peer_wait (&self->peer);
    keys_peer_give (&self->peer, version, good_ms);
    wait_until_told (&one, 1);
    assert_int_equal (one.status, STATUS_OK);
}

static void
keys_are_asked_for_and_kept (void **state)
{
    stage_t *stage = *state;
    assert_false (has_keys (stage, "", 1));
    fetch (stage, "", 1, -1);
    assert_true (has_keys (stage, "", 1));
    assert_int_equal (stage->peer.refused, 0);
    assert_string_equal (stage->peer.account, "");
    after_ms (stage, 1000LL * 86400 * 365);
    assert_true (has_keys (stage, "", 1));
    sigv4_keys_t keys;
    uint64_t version;
    assert_true (keyring_keys (stage->keyring, "", &keys, &version));
    assert_true (slice_is (keys.secret, "secret1") && slice_is (keys.token, "token1"));
}

static void
whose_keys_are_held_and_how_long_they_last_can_be_told (void **state)
{
    stage_t *stage = *state;
    keyring_about_t about;
    assert_false (keyring_about (stage->keyring, "", &about));
    fetch (stage, "", 7, 10000);
    after_ms (stage, 4000);
    assert_true (keyring_about (stage->keyring, "", &about));
    assert_true (slice_is (about.key_id, "AKID7"));
    assert_string_equal (about.source, "test");
    assert_int_equal (about.left_ms, 6000);
    assert_int_equal (about.newer_ms, 6000);
    assert_true (slice_is (about.trail, "used\ttest\t\n"));
    fetch (stage, "other", 8, -1);
    assert_true (keyring_about (stage->keyring, "other", &about));
    assert_int_equal (about.left_ms, -1);
    assert_int_equal (about.newer_ms, -1);
    after_ms (stage, 6000);
    assert_false (keyring_about (stage->keyring, "", &about));
    assert_true (slice_is (about.trail, "used\ttest\t\n"));         //  Where they were found is known all the same
}

static void
everybody_who_waits_for_an_account_shares_one_question (void **state)
{
    stage_t *stage = *state;
    waiter_t waiters [3];
    for (int i = 0; i < 3; i++) {
        waiters [i] = waiter (stage);
        ask (&waiters [i], "");
        turn (stage);
    }
    keys_peer_wait (&stage->peer);
    assert_false (keys_peer_hears (&stage->peer));
    keys_peer_give (&stage->peer, 1, -1);
    wait_until_told (&waiters [2], 1);
    for (int i = 0; i < 3; i++) {
        assert_int_equal (waiters [i].told, 1);
        assert_int_equal (waiters [i].place, i + 1);
        assert_int_equal (waiters [i].status, STATUS_OK);
    }
}

static void
accounts_have_keys_of_their_own (void **state)
{
    stage_t *stage = *state;
    fetch (stage, "prod", 1, -1);
    assert_string_equal (stage->peer.account, "prod");
    assert_false (has_keys (stage, "", 1));
    fetch (stage, "", 2, -1);
    assert_true (has_keys (stage, "prod", 1));
    assert_true (has_keys (stage, "", 2));
}

static void
who_forgets_is_not_told (void **state)
{
    stage_t *stage = *state;
    waiter_t waiters [4];
    for (int i = 0; i < 4; i++) {
        waiters [i] = waiter (stage);
        ask (&waiters [i], "");
    }
    keyring_forget (stage->keyring, &waiters [1].wait);
    keyring_forget (stage->keyring, &waiters [1].wait);
    waiters [0].forgets = &waiters [2];                 //  From inside
    keys_peer_wait (&stage->peer);
    keys_peer_give (&stage->peer, 1, -1);
    wait_until_told (&waiters [3], 1);
    assert_int_equal (waiters [0].told, 1);
    assert_int_equal (waiters [1].told, 0);
    assert_int_equal (waiters [2].told, 0);
}

static void
who_asks_again_when_told_waits_for_the_next_answer (void **state)
{
    stage_t *stage = *state;
    waiter_t first = waiter (stage), second = waiter (stage);
    ask (&first, "");
    ask (&second, "");
    first.asks = "";
    first.forgets = &second;            //  So that fewer are told than waited, and nobody who came later in their place
    keys_peer_wait (&stage->peer);
    keys_peer_refuse (&stage->peer, STATUS_NO_CREDENTIALS, "None.");
    wait_until_told (&first, 1);
    first.forgets = NULL;
    turn (stage);
    assert_int_equal (first.told, 1);
    keys_peer_wait (&stage->peer);
    assert_int_equal (stage->peer.questions, 2);
    keys_peer_give (&stage->peer, 1, -1);
    wait_until_told (&first, 2);
    assert_int_equal (first.status, STATUS_OK);
    assert_int_equal (second.told, 0);
}

static void
keys_are_used_until_their_time_is_over (void **state)
{
    stage_t *stage = *state;
    fetch (stage, "", 1, 1000);
    after_ms (stage, 999);
    assert_true (has_keys (stage, "", 1));
    after_ms (stage, 1);
    assert_false (has_keys (stage, "", 1));
    fetch (stage, "", 2, INT64_MAX);
    assert_int_equal (stage->peer.refused, 0);
    assert_true (has_keys (stage, "", 2));
}

static void
refused_keys_are_given_up_and_the_question_says_so (void **state)
{
    stage_t *stage = *state;
    fetch (stage, "", 7, -1);
    keyring_refused (stage->keyring, "", 7);
    assert_false (has_keys (stage, "", 7));
    fetch (stage, "", 8, -1);
    assert_int_equal (stage->peer.refused, 7);
    keyring_refused (stage->keyring, "", 7);            //  Who signed with the old ones comes late: the new ones are fine
    assert_true (has_keys (stage, "", 8));
    keyring_refused (stage->keyring, "nobody", 8);
    assert_true (has_keys (stage, "", 8));
}

static void
a_question_without_an_answer_is_asked_again (void **state)
{
    stage_t *stage = *state;
    waiter_t one = waiter (stage);
    ask (&one, "");
    keys_peer_wait (&stage->peer);
    uint64_t id = stage->peer.id;
    after_ms (stage, 4999);
    assert_false (keys_peer_hears (&stage->peer));
    after_ms (stage, 1);
    keys_peer_wait (&stage->peer);
    assert_int_equal (stage->peer.id, id);
    keys_peer_give (&stage->peer, 1, -1);               //  The answer to the first: as good as one to the second
    wait_until_told (&one, 1);
    keys_peer_give (&stage->peer, 2, -1);               //  And this one comes too late to count
    turn (stage);
    after_ms (stage, 60000);
    assert_true (has_keys (stage, "", 1));
    assert_false (keys_peer_hears (&stage->peer));
}

static void
when_nobody_waits_any_more_the_question_is_dropped (void **state)
{
    stage_t *stage = *state;
    waiter_t one = waiter (stage);
    ask (&one, "");
    keyring_forget (stage->keyring, &one.wait);
    keys_peer_wait (&stage->peer);
    after_ms (stage, 5000);
    after_ms (stage, 5000);
    assert_false (keys_peer_hears (&stage->peer));
    fetch (stage, "", 1, -1);
    assert_int_equal (stage->peer.questions, 2);
}

static void
a_credentials_actor_that_was_started_anew_is_found_again (void **state)
{
    stage_t *stage = *state;
    fetch (stage, "", 1, -1);
    keys_peer_deinit (&stage->peer);
    keys_peer_bind (&stage->peer);
    keyring_refused (stage->keyring, "", 1);
    waiter_t one = waiter (stage);
    ask (&one, "");
    int64_t until_ms = clock_mono_ms (clock_system ()) + PEER_WAIT_MS;
    while (!keys_peer_hears (&stage->peer)) {           //  The old pipe swallows questions until libzmq has noticed its end
        assert_true (clock_mono_ms (clock_system ()) < until_ms);
        after_ms (stage, 5000);
    }
    keys_peer_give (&stage->peer, 2, -1);
    wait_until_told (&one, 1);
    assert_true (has_keys (stage, "", 2));
}

static void
a_failure_is_told_with_its_sentence (void **state)
{
    stage_t *stage = *state;
    waiter_t one = waiter (stage);
    ask (&one, "");
    keys_peer_wait (&stage->peer);
    keys_peer_refuse (&stage->peer, STATUS_NO_CREDENTIALS, "There are none.");
    wait_until_told (&one, 1);
    assert_int_equal (one.status, STATUS_NO_CREDENTIALS);
    assert_string_equal (one.sentence, "There are none.");
    assert_false (has_keys (stage, "", 1));
    after_ms (stage, 60000);
    assert_false (keys_peer_hears (&stage->peer));      //  Whether to ask again is theirs to say
}

//  Anything that is told as OK without keys would make its hearers ask again and again.
static void
a_failure_is_never_taken_for_a_success (void **state)
{
    stage_t *stage = *state;
    waiter_t one = waiter (stage);
    ask (&one, "");
    keys_peer_wait (&stage->peer);
    keys_peer_refuse (&stage->peer, STATUS_OK, NULL);
    wait_until_told (&one, 1);
    assert_int_equal (one.status, STATUS_INTERNAL);
    assert_string_equal (one.sentence, "");

    buffer_t body;
    buffer_init (&body, 16);
    buffer_append_text (&body, "garbage");
    ask (&one, "");
    keys_peer_wait (&stage->peer);
    keys_peer_send (&stage->peer, KIND_RESULT, stage->peer.id, STATUS_OK, &body);
    wait_until_told (&one, 2);
    assert_int_equal (one.status, STATUS_MALFORMED);
    assert_string_equal (one.sentence, "The credentials could not be read.");
    assert_false (has_keys (stage, "", 1));
}

static void
answers_to_questions_that_were_not_asked_are_dropped (void **state)
{
    stage_t *stage = *state;
    waiter_t one = waiter (stage);
    ask (&one, "");
    keys_peer_wait (&stage->peer);
    uint64_t id = stage->peer.id;
    stage->peer.id = id + 1;
    keys_peer_give (&stage->peer, 1, -1);
    stage->peer.id = 0;
    keys_peer_give (&stage->peer, 2, -1);
    stage->peer.id = id;
    keys_peer_give (&stage->peer, 3, -1);
    wait_until_told (&one, 1);
    assert_true (has_keys (stage, "", 3));
}

static void
keys_that_are_longer_than_keys_are_not_kept (void **state)
{
    stage_t *stage = *state;
    char secret [1025];
    memset (secret, 's', sizeof secret);
    for (size_t size = 1024; size <= 1025; size++) {
        buffer_t body;
        buffer_init_secret (&body, 4096);
        keys_body_write (&body, &(keys_body_t) { .key_id = SLICE ("AKID1"), .secret = { secret, size }, .version = 1, .good_ms = -1 });
        waiter_t one = waiter (stage);
        ask (&one, "");
        keys_peer_wait (&stage->peer);
        keys_peer_send (&stage->peer, KIND_RESULT, stage->peer.id, STATUS_OK, &body);
        wait_until_told (&one, 1);
        assert_int_equal (one.status, size == 1024 ? STATUS_OK : STATUS_TOO_LARGE);
        assert_int_equal (has_keys (stage, "", 1), size == 1024);
    }
}

static void
accounts_without_keys_make_room_for_others (void **state)
{
    stage_t *stage = *state;
    char account [16];
    for (int i = 0; i < 3 * KEYRING_ACCOUNTS_MAX; i++) {                //  Somebody tries names
        waiter_t one = waiter (stage);
        snprintf (account, sizeof account, "nobody%d", i);
        ask (&one, account);
        keys_peer_wait (&stage->peer);
        keys_peer_refuse (&stage->peer, STATUS_NO_CREDENTIALS, "Not configured.");
        wait_until_told (&one, 1);
    }
    for (int i = 0; i < KEYRING_ACCOUNTS_MAX; i++) {
        snprintf (account, sizeof account, "account%d", i);
        fetch (stage, account, (uint64_t) i + 1, i ? -1 : 5000);
    }
    waiter_t one = waiter (stage);
    one.wait = (keyring_wait_t) { .told = told, .arg = &one };
    assert_int_equal (keyring_ask (stage->keyring, "one more", &one.wait), STATUS_BUSY);
    keyring_forget (stage->keyring, &one.wait);         //  It does not wait
    after_ms (stage, 5000);                             //  The first one's keys have run out
    fetch (stage, "one more", 99, -1);
    assert_true (has_keys (stage, "one more", 99));
    assert_false (has_keys (stage, "account0", 1));
    assert_true (has_keys (stage, "account1", 2));
}

static void
keys_are_kept_in_memory_that_is_wiped (void **state)
{
    stage_t *stage = *state;
    fetch (stage, "", 1, -1);
    const entry_t *entry = &stage->keyring->entries [0];
    assert_true (entry->key_id.secret && entry->secret.secret && entry->token.secret);
    assert_non_null (entry->secret.data);
    keyring_refused (stage->keyring, "", 1);
    assert_true (!entry->key_id.data && !entry->secret.data && !entry->token.data);
    fetch (stage, "", 2, 1000);
    assert_true (entry->key_id.secret && entry->secret.secret && entry->token.secret);
    after_ms (stage, 1000);
    assert_false (has_keys (stage, "", 2));
    assert_true (!entry->key_id.data && !entry->secret.data && !entry->token.data);
}

#define STAGE_TEST(name) cmocka_unit_test_setup_teardown (name, begin, end)

int
main (void)
{
    zsys_handler_set (NULL);
    const struct CMUnitTest tests [] = {
        STAGE_TEST (keys_are_asked_for_and_kept),
        STAGE_TEST (whose_keys_are_held_and_how_long_they_last_can_be_told),
        STAGE_TEST (everybody_who_waits_for_an_account_shares_one_question),
        STAGE_TEST (accounts_have_keys_of_their_own),
        STAGE_TEST (who_forgets_is_not_told),
        STAGE_TEST (who_asks_again_when_told_waits_for_the_next_answer),
        STAGE_TEST (keys_are_used_until_their_time_is_over),
        STAGE_TEST (refused_keys_are_given_up_and_the_question_says_so),
        STAGE_TEST (a_question_without_an_answer_is_asked_again),
        STAGE_TEST (when_nobody_waits_any_more_the_question_is_dropped),
        STAGE_TEST (a_credentials_actor_that_was_started_anew_is_found_again),
        STAGE_TEST (a_failure_is_told_with_its_sentence),
        STAGE_TEST (a_failure_is_never_taken_for_a_success),
        STAGE_TEST (answers_to_questions_that_were_not_asked_are_dropped),
        STAGE_TEST (keys_that_are_longer_than_keys_are_not_kept),
        STAGE_TEST (accounts_without_keys_make_room_for_others),
        STAGE_TEST (keys_are_kept_in_memory_that_is_wiped),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
