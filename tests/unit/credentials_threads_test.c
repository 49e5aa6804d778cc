//  The credentials actor in a thread of its own, and two others that ask it. For ThreadSanitizer; it must also simply work.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "credentials.h"
#include "keyring.h"
#include "log.h"
#include "transfer.h"

#include <stdio.h>
#include <stdlib.h>

enum { ASKS = 1000, REFUSE_EVERY = 100, WAIT_MS = 30000 };

static const char ENDPOINT [] = "inproc://credentials-threads-test";

static const char *
look_up (void *arg, const char *name)
{
    (void) arg;
    if (strcmp (name, "AWS_ACCESS_KEY_ID") == 0)
        return "AKID";
    return strcmp (name, "AWS_SECRET_ACCESS_KEY") == 0 ? "secret" : NULL;
}

static void
s_answer (zsock_t *pipe, void *arg)
{
    status_t status = credentials_run (arg, pipe);
    (void) status;
}

//  One who asks, sees that the keys are right, now and then says that they are not, and asks again.
typedef struct {
    reactor_t *reactor;
    keyring_t *keyring;
    keyring_wait_t wait;
    int        told;
    bool       wrong;                   //  Something was
    atomic_bool ended;                  //  From then on the rest is main's
} asker_t;

static void s_ask (asker_t *self);

static void
s_told (void *arg, status_t status, slice_t sentence)
{
    asker_t *self = arg;
    sigv4_keys_t keys;
    uint64_t version = 0;
    self->told++;
    bool right = status == STATUS_OK && sentence.size == 0 && keyring_keys (self->keyring, "", &keys, &version);
    right = right && version != 0 && slice_is (keys.key_id, "AKID") && slice_is (keys.secret, "secret") && !keys.token.data;
    self->wrong = self->wrong || !right;
    if (right && self->told % REFUSE_EVERY == 0)
        keyring_refused (self->keyring, "", version);
    if (right && self->told < ASKS)
        s_ask (self);
    else
        reactor_stop (self->reactor);
}

static void
s_ask (asker_t *self)
{
    self->wait = (keyring_wait_t) { .told = s_told, .arg = self };
    self->wrong = keyring_ask (self->keyring, "", &self->wait) != STATUS_OK || self->wrong;
}

static void
s_too_late (void *arg)
{
    asker_t *self = arg;
    self->wrong = true;
    reactor_stop (self->reactor);
}

//  The thread's whole life: it comes back by itself, and tells it through the pipe by ending.
static void
s_asker (zsock_t *pipe, void *arg)
{
    asker_t *self = arg;
    reactor_timer_t limit = { .due = s_too_late, .arg = self };
    self->reactor = reactor_new (clock_system ());
    self->keyring = keyring_new (self->reactor, ENDPOINT, random_system ());
    pipe_started (pipe);
    reactor_set_timer (self->reactor, &limit, clock_mono_ms (clock_system ()) + WAIT_MS);
    s_ask (self);
    self->wrong = reactor_run (self->reactor) != STATUS_OK || self->wrong;
    reactor_cancel_timer (self->reactor, &limit);
    keyring_forget (self->keyring, &self->wait);
    keyring_destroy (&self->keyring);
    reactor_destroy (&self->reactor);
    atomic_store_explicit (&self->ended, true, memory_order_release);
}

static void
two_threads_ask_a_third_a_thousand_times_each (void **state)
{
    (void) state;
    config_t config = { 0 };
    atomic_ullong pulse = 0;
    credentials_config_t credentials_config = {
        .endpoint = ENDPOINT, .config = &config, .providers = PROVIDERS, .lookup = look_up, .clock = clock_system (), .random = random_system (),
        .pulse = &pulse,
    };
    credentials_t *credentials = credentials_new (&credentials_config);
    assert_non_null (credentials);
    zactor_t *actor = zactor_new (s_answer, credentials);
    assert_non_null (actor);

    asker_t askers [2] = { 0 };
    zactor_t *threads [2];
    for (int i = 0; i < 2; i++)
        threads [i] = zactor_new (s_asker, &askers [i]);
    for (int i = 0; i < 2; i++) {
        zactor_destroy (&threads [i]);                  //  Waits for its end
        assert_true (atomic_load_explicit (&askers [i].ended, memory_order_acquire));
        assert_int_equal (askers [i].told, ASKS);
        assert_false (askers [i].wrong);
    }
    zactor_destroy (&actor);
    credentials_destroy (&credentials);
    assert_true (pulse > 0);
}

int
main (void)
{
    zsys_handler_set (NULL);
    transfers_global_start ();
    log_set_level (LOG_LEVEL_ERROR);
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (two_threads_ask_a_third_a_thousand_times_each),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
