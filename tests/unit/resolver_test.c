#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "resolver.h"

#include <dirent.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { KEEP_MS = 60000, KEEP_FAILURE_MS = 5000 };

//  A name server of the test's: names that begin with "hang" are not answered before the test says so. Each test has one of its own, and it
//  is there to the end: a thread may come back to it when the test is long over.
typedef struct {
    atomic_int  look_ups;
    atomic_int  status;             //  What is answered, a status_t
    atomic_bool signals_open;       //  Some look-up ran with a signal not blocked
    int         release [2];       //  Each byte lets one hanging look-up go on
} names_t;

enum { WORLDS_MAX = 32 };
static names_t s_names [WORLDS_MAX];
static int s_worlds;

//  The reactor's time is the test's.
typedef struct {
    int64_t     now_us;
    clock_source_t clock;
    reactor_t  *reactor;
    resolver_t *resolver;
    names_t    *names;
    int         threads;            //  Of this process, before the test
} world_t;

//  One who asks.
typedef struct {
    resolver_wait_t   wait;
    int               told;
    resolver_answer_t answer;
} asker_t;

static int
threads_of_this_process (void)
{
    DIR *tasks = opendir ("/proc/self/task");
    assert_non_null (tasks);
    int count = 0;
    for (const struct dirent *task; (task = readdir (tasks));)
        count += task->d_name [0] != '.';
    closedir (tasks);
    return count;
}

static int64_t
mono_us (void *self)
{
    return ((world_t *) self)->now_us;
}

static void
look_up (void *self, const char *name, resolver_answer_t *answer)
{
    names_t *names = self;
    sigset_t blocked;
    pthread_sigmask (SIG_SETMASK, NULL, &blocked);
    if (!sigismember (&blocked, SIGTERM) || !sigismember (&blocked, SIGINT))
        atomic_store (&names->signals_open, true);
    atomic_fetch_add (&names->look_ups, 1);
    char byte;
    if (strncmp (name, "hang", 4) == 0 && read (names->release [0], &byte, 1) < 0)
        abort ();
    answer->status = (status_t) atomic_load (&names->status);
    if (answer->status == STATUS_OK) {
        answer->count = 1;
        snprintf (answer->addresses [0], RESOLVER_ADDRESS_SIZE, "192.0.2.%d", (int) strlen (name));
    }
}

static int
set_up (void **state)
{
    world_t *world = calloc (1, sizeof *world);
    assert_non_null (world);
    world->now_us = 1000000;
    world->threads = threads_of_this_process ();
    world->clock = (clock_source_t) { .mono_us = mono_us, .wall_ms = mono_us, .self = world };
    assert_true (s_worlds < WORLDS_MAX);
    world->names = &s_names [s_worlds++];
    assert_int_equal (pipe (world->names->release), 0);
    world->reactor = reactor_new (&world->clock);
    resolver_config_t config = { .keep_ms = KEEP_MS, .keep_failure_ms = KEEP_FAILURE_MS, .look_up = look_up, .look_up_self = world->names };
    world->resolver = resolver_new (world->reactor, &config);
    assert_non_null (world->resolver);
    *state = world;
    return 0;
}

static int
tear_down (void **state)
{
    world_t *world = *state;
    resolver_destroy (&world->resolver);
    reactor_destroy (&world->reactor);
    free (world);
    return 0;
}

static void
told (void *arg, const resolver_answer_t *answer)
{
    asker_t *asker = arg;
    asker->told++;
    asker->answer = *answer;
}

static void
ask (world_t *world, const char *name, asker_t *asker)
{
    *asker = (asker_t) { .wait = { .answered = told, .arg = asker } };
    resolver_ask (world->resolver, slice_of (name), &asker->wait);
}

//  Real time is bounded by the number of turns; a turn that has nothing to do takes at most 10 ms.
static void
turn_until_told (world_t *world, const asker_t *asker)
{
    for (int turns = 0; turns < 500 && !asker->told; turns++)
        assert_int_equal (reactor_turn (world->reactor, 10), STATUS_OK);
    assert_int_equal (asker->told, 1);
}

static void
pass (world_t *world, int64_t ms)
{
    world->now_us += ms * 1000;
    assert_int_equal (reactor_turn (world->reactor, 0), STATUS_OK);
}

static asker_t
asked_to_the_end (world_t *world, const char *name)
{
    asker_t asker;
    ask (world, name, &asker);
    turn_until_told (world, &asker);
    return asker;
}

static void
a_literal_is_answered_at_once_and_needs_no_thread (void **state)
{
    world_t *world = *state;
    const char *const literals [] [2] = {
        { "192.0.2.7", "192.0.2.7" },
        { "::1", "::1" },
        { "[2001:DB8::0:7]", "2001:db8::7" },
        { "127.0.0.1", "127.0.0.1" },
    };
    for (size_t i = 0; i < sizeof literals / sizeof literals [0]; i++) {
        asker_t asker;
        ask (world, literals [i] [0], &asker);
        assert_int_equal (asker.told, 1);
        assert_int_equal (asker.answer.status, STATUS_OK);
        assert_int_equal (asker.answer.count, 1);
        assert_string_equal (asker.answer.addresses [0], literals [i] [1]);
    }
    assert_int_equal (threads_of_this_process (), world->threads);
    assert_int_equal (atomic_load (&world->names->look_ups), 0);
}

static void
localhost_never_goes_to_a_name_server (void **state)
{
    world_t *world = *state;
    asker_t asker;
    ask (world, "LocalHost", &asker);
    assert_int_equal (asker.answer.count, 2);
    assert_string_equal (asker.answer.addresses [0], "127.0.0.1");
    assert_string_equal (asker.answer.addresses [1], "::1");
    ask (world, "sim.localhost", &asker);
    assert_int_equal (asker.answer.count, 2);
    assert_int_equal (atomic_load (&world->names->look_ups), 0);

    asker = asked_to_the_end (world, "notlocalhost");
    assert_int_equal (asker.answer.count, 1);
    assert_int_equal (atomic_load (&world->names->look_ups), 1);
}

static void
what_cannot_be_a_name_is_not_looked_up (void **state)
{
    world_t *world = *state;
    char long_name [300] = { 0 };
    memset (long_name, 'a', 254);
    const char *const names [] = { "", "two words", "line\nbreak", "caf\xc3\xa9.example", long_name };
    for (size_t i = 0; i < sizeof names / sizeof names [0]; i++) {
        asker_t asker;
        ask (world, names [i], &asker);
        assert_int_equal (asker.told, 1);
        assert_int_equal (asker.answer.status, STATUS_NOT_FOUND);
    }
    assert_int_equal (atomic_load (&world->names->look_ups), 0);
}

static void
all_who_ask_at_the_same_time_share_one_look_up (void **state)
{
    world_t *world = *state;
    asker_t askers [3];
    for (int i = 0; i < 3; i++)
        ask (world, i == 1 ? "HANG.example" : "hang.example", &askers [i]);
    assert_int_equal (write (world->names->release [1], "x", 1), 1);
    for (int i = 0; i < 3; i++) {
        turn_until_told (world, &askers [i]);
        assert_string_equal (askers [i].answer.addresses [0], "192.0.2.12");
    }
    assert_int_equal (atomic_load (&world->names->look_ups), 1);
    assert_false (atomic_load (&world->names->signals_open));
}

static void
an_answer_is_kept_for_a_while_and_then_asked_for_again (void **state)
{
    world_t *world = *state;
    assert_int_equal (asked_to_the_end (world, "a.example").answer.status, STATUS_OK);
    pass (world, KEEP_MS - 1);
    asker_t asker;
    ask (world, "a.example", &asker);
    assert_int_equal (asker.told, 1);
    assert_false (asker.answer.stale);
    assert_int_equal (asker.answer.took_us, 0);
    assert_int_equal (atomic_load (&world->names->look_ups), 1);
    pass (world, 1);
    asked_to_the_end (world, "a.example");
    assert_int_equal (atomic_load (&world->names->look_ups), 2);
}

static void
an_old_answer_serves_when_the_name_server_fails (void **state)
{
    world_t *world = *state;
    asked_to_the_end (world, "a.example");
    atomic_store (&world->names->status, STATUS_UNREACHABLE);
    pass (world, KEEP_MS);
    asker_t asker = asked_to_the_end (world, "a.example");
    assert_int_equal (asker.answer.status, STATUS_OK);
    assert_true (asker.answer.stale);
    assert_string_equal (asker.answer.addresses [0], "192.0.2.9");
    assert_string_equal (asker.answer.reason, "no name server answered");
}

static void
an_old_answer_does_not_serve_when_the_name_is_gone (void **state)
{
    world_t *world = *state;
    asked_to_the_end (world, "a.example");
    atomic_store (&world->names->status, STATUS_NOT_FOUND);
    pass (world, KEEP_MS);
    assert_int_equal (asked_to_the_end (world, "a.example").answer.status, STATUS_NOT_FOUND);
    atomic_store (&world->names->status, STATUS_UNREACHABLE);
    pass (world, KEEP_FAILURE_MS);
    assert_int_equal (asked_to_the_end (world, "a.example").answer.status, STATUS_UNREACHABLE);
}

static void
a_failure_is_remembered_for_a_short_time (void **state)
{
    world_t *world = *state;
    atomic_store (&world->names->status, STATUS_NOT_FOUND);
    asker_t asker = asked_to_the_end (world, "a.example");
    assert_int_equal (asker.answer.status, STATUS_NOT_FOUND);
    assert_string_equal (asker.answer.reason, "the name does not exist");
    pass (world, KEEP_FAILURE_MS - 1);
    ask (world, "a.example", &asker);
    assert_int_equal (asker.told, 1);
    assert_int_equal (atomic_load (&world->names->look_ups), 1);
    atomic_store (&world->names->status, STATUS_OK);
    pass (world, 1);
    assert_int_equal (asked_to_the_end (world, "a.example").answer.status, STATUS_OK);
}

static void
a_look_up_that_hangs_holds_up_neither_another_name_nor_the_end (void **state)
{
    world_t *world = *state;
    asker_t hanging;
    ask (world, "hang.example", &hanging);
    assert_int_equal (asked_to_the_end (world, "b.example").answer.status, STATUS_OK);
    assert_int_equal (asked_to_the_end (world, "c.example").answer.status, STATUS_OK);
    assert_int_equal (hanging.told, 0);
    resolver_destroy (&world->resolver);    //  The test would hang here
    assert_null (world->resolver);
    assert_int_equal (hanging.told, 0);

    //  And the thread that comes back finds nobody and ends
    assert_int_equal (write (world->names->release [1], "x", 1), 1);
    int64_t give_up_us = clock_mono_us (clock_system ()) + 10 * 1000000;
    while (threads_of_this_process () > world->threads) {
        assert_true (clock_mono_us (clock_system ()) < give_up_us);
        sched_yield ();
    }
}

static void
an_old_answer_serves_when_a_look_up_takes_too_long (void **state)
{
    world_t *world = *state;
    assert_int_equal (write (world->names->release [1], "x", 1), 1);
    asked_to_the_end (world, "hang.example");
    pass (world, KEEP_MS);
    asker_t asker;
    ask (world, "hang.example", &asker);
    pass (world, 999);
    assert_int_equal (asker.told, 0);
    pass (world, 1);
    assert_int_equal (asker.told, 1);
    assert_int_equal (asker.answer.status, STATUS_OK);
    assert_true (asker.answer.stale);

    asker_t next;                           //  Who asks now need not wait to learn that
    ask (world, "hang.example", &next);
    assert_int_equal (next.told, 1);
    assert_true (next.answer.stale);
}

static void
who_waits_for_a_hanging_look_up_is_told_in_the_end (void **state)
{
    world_t *world = *state;
    asker_t asker;
    ask (world, "hang.example", &asker);
    pass (world, 14999);
    assert_int_equal (asker.told, 0);
    pass (world, 1);
    assert_int_equal (asker.told, 1);
    assert_int_equal (asker.answer.status, STATUS_DEADLINE);

    ask (world, "hang.example", &asker);    //  The answer that comes late serves whoever asks then
    assert_int_equal (write (world->names->release [1], "x", 1), 1);
    turn_until_told (world, &asker);
    assert_int_equal (asker.answer.status, STATUS_OK);
    assert_int_equal (atomic_load (&world->names->look_ups), 1);
}

static void
nobody_who_was_forgotten_is_told (void **state)
{
    world_t *world = *state;
    asker_t gone, stays;
    ask (world, "hang.example", &gone);
    ask (world, "hang.example", &stays);
    resolver_forget (world->resolver, &gone.wait);
    resolver_forget (world->resolver, &gone.wait);
    assert_int_equal (write (world->names->release [1], "x", 1), 1);
    turn_until_told (world, &stays);
    assert_int_equal (gone.told, 0);
    resolver_forget (world->resolver, &stays.wait);
}

//  One whose answer makes it forget another and ask again.
typedef struct {
    asker_t  asker;
    world_t *world;
    asker_t *victim;
    asker_t  again;
} meddler_t;

static void
told_and_meddles (void *arg, const resolver_answer_t *answer)
{
    meddler_t *meddler = arg;
    told (&meddler->asker, answer);
    resolver_forget (meddler->world->resolver, &meddler->victim->wait);
    ask (meddler->world, "hang.example", &meddler->again);
}

static void
who_is_told_may_forget_another_and_ask_again (void **state)
{
    world_t *world = *state;
    asker_t victim;
    meddler_t meddler = { .world = world, .victim = &victim };
    meddler.asker.wait = (resolver_wait_t) { .answered = told_and_meddles, .arg = &meddler };
    resolver_ask (world->resolver, SLICE ("hang.example"), &meddler.asker.wait);
    ask (world, "hang.example", &victim);
    assert_int_equal (write (world->names->release [1], "x", 1), 1);
    turn_until_told (world, &meddler.asker);
    assert_int_equal (victim.told, 0);
    assert_int_equal (meddler.again.told, 1);
    assert_int_equal (meddler.again.answer.status, STATUS_OK);
}

static void
a_full_table_says_busy_and_has_room_again (void **state)
{
    world_t *world = *state;
    asker_t *askers = calloc (RESOLVER_NAMES_MAX + 1, sizeof *askers);
    char name [32];
    for (int i = 0; i <= RESOLVER_NAMES_MAX; i++) {
        snprintf (name, sizeof name, "hang-%d.example", i);
        ask (world, name, &askers [i]);
    }
    assert_int_equal (askers [RESOLVER_NAMES_MAX - 1].told, 0);
    assert_int_equal (askers [RESOLVER_NAMES_MAX].told, 1);
    assert_int_equal (askers [RESOLVER_NAMES_MAX].answer.status, STATUS_BUSY);

    resolver_forget (world->resolver, &askers [RESOLVER_NAMES_MAX - 1].wait);    //  The last in the queue, one in the middle, the first
    resolver_forget (world->resolver, &askers [100].wait);
    resolver_forget (world->resolver, &askers [RESOLVER_THREADS_MAX].wait);
    for (int i = 0; i < 3; i++) {
        snprintf (name, sizeof name, "room-%d.example", i);
        ask (world, name, &askers [RESOLVER_NAMES_MAX]);
        assert_int_equal (askers [RESOLVER_NAMES_MAX].told, 0);
        resolver_forget (world->resolver, &askers [RESOLVER_NAMES_MAX].wait);
    }
    for (int i = 0; i < RESOLVER_NAMES_MAX; i++)
        resolver_forget (world->resolver, &askers [i].wait);
    free (askers);
}

static void
a_table_full_of_names_that_hang_has_room_when_patience_ends (void **state)
{
    world_t *world = *state;
    asker_t *askers = calloc (RESOLVER_NAMES_MAX + 1, sizeof *askers);
    for (int i = 0; i <= RESOLVER_NAMES_MAX; i++) {
        char name [32];
        snprintf (name, sizeof name, "hang-%d.example", i);
        if (i == RESOLVER_NAMES_MAX)
            pass (world, 15000);
        ask (world, name, &askers [i]);
    }
    for (int i = 0; i < RESOLVER_NAMES_MAX; i++)
        assert_int_equal (askers [i].answer.status, STATUS_DEADLINE);
    assert_int_equal (askers [RESOLVER_NAMES_MAX].told, 0);
    resolver_forget (world->resolver, &askers [RESOLVER_NAMES_MAX].wait);
    free (askers);
}

static void
many_names_are_answered_by_few_threads (void **state)
{
    world_t *world = *state;
    enum { NAMES = 3 * RESOLVER_NAMES_MAX };
    for (int i = 0; i < NAMES; i++) {
        char name [32];
        snprintf (name, sizeof name, "%d.example", i);
        pass (world, 1);                    //  So that the oldest is another each time
        assert_int_equal (asked_to_the_end (world, name).answer.status, STATUS_OK);
    }
    assert_int_equal (atomic_load (&world->names->look_ups), NAMES);
    assert_true (threads_of_this_process () <= world->threads + RESOLVER_THREADS_MAX);
    asked_to_the_end (world, "767.example");
    assert_int_equal (atomic_load (&world->names->look_ups), NAMES);
    asked_to_the_end (world, "0.example");  //  The table has no room to remember it
    assert_int_equal (atomic_load (&world->names->look_ups), NAMES + 1);
}

int
main (void)
{
#define WORLD_TEST(name) cmocka_unit_test_setup_teardown (name, set_up, tear_down)
    const struct CMUnitTest tests [] = {
        WORLD_TEST (a_literal_is_answered_at_once_and_needs_no_thread),
        WORLD_TEST (localhost_never_goes_to_a_name_server),
        WORLD_TEST (what_cannot_be_a_name_is_not_looked_up),
        WORLD_TEST (all_who_ask_at_the_same_time_share_one_look_up),
        WORLD_TEST (an_answer_is_kept_for_a_while_and_then_asked_for_again),
        WORLD_TEST (an_old_answer_serves_when_the_name_server_fails),
        WORLD_TEST (an_old_answer_does_not_serve_when_the_name_is_gone),
        WORLD_TEST (a_failure_is_remembered_for_a_short_time),
        WORLD_TEST (a_look_up_that_hangs_holds_up_neither_another_name_nor_the_end),
        WORLD_TEST (an_old_answer_serves_when_a_look_up_takes_too_long),
        WORLD_TEST (who_waits_for_a_hanging_look_up_is_told_in_the_end),
        WORLD_TEST (nobody_who_was_forgotten_is_told),
        WORLD_TEST (who_is_told_may_forget_another_and_ask_again),
        WORLD_TEST (a_full_table_says_busy_and_has_room_again),
        WORLD_TEST (a_table_full_of_names_that_hang_has_room_when_patience_ends),
        WORLD_TEST (many_names_are_answered_by_few_threads),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
