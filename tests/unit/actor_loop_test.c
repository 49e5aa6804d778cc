#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stub_operation.h"

//  actor_run: the loop, with the pipe by which the main thread ends it. It runs in the test's own thread: a timer on the actor's reactor drives
//  everything around it, looks at what has come about, and gives the next command.

typedef struct loop {
    fixture_t *around;
    zsock_t   *front, *back;            //  The pipe
    reactor_timer_t timer;
    void     (*look) (struct loop *loop);
    int64_t    began_ms, until_ms;
    int        step;
    uint64_t   id;
} loop_t;

static int
begin (void **state)
{
    return begin_stub_with (state, (fixture_kind_t) { .credit = 3, .real_clock = true });
}

static void
drive (void *arg)
{
    loop_t *loop = arg;
    fixture_t *self = loop->around;
    assert_true (real_ms () < loop->until_ms);
    assert_int_equal (reactor_turn (credentials_reactor (self->credentials), 0), STATUS_OK);
    assert_int_equal (reactor_turn (self->aws.reactor, 0), STATUS_OK);
    gateway_receive (self);
    loop->look (loop);
    reactor_set_timer (actor_reactor (self->actor), &loop->timer, clock_mono_ms (clock_system ()) + 1);
}

//  Runs the loop until look has ended it, and reads what it said at last.
static void
run (fixture_t *self, void (*look) (loop_t *loop))
{
    loop_t loop = { .around = self, .look = look, .began_ms = real_ms (), .until_ms = real_ms () + WAIT_MS, .timer = { .due = drive, .arg = &loop } };
    loop.front = zsys_create_pipe (&loop.back);
    assert_non_null (loop.front);
    reactor_set_timer (actor_reactor (self->actor), &loop.timer, clock_mono_ms (clock_system ()));
    assert_int_equal (actor_run (self->actor, loop.back), STATUS_OK);
    reactor_cancel_timer (actor_reactor (self->actor), &loop.timer);
    gateway_receive (self);
    zsock_destroy (&loop.front);
    zsock_destroy (&loop.back);
}

static void
say (const loop_t *loop, const char *word)
{
    assert_int_equal (zstr_send (loop->front, word), 0);
}

static void
end_after_two_heartbeats (loop_t *loop)
{
    if (loop->around->heartbeats >= 2 && loop->step++ == 0)
        say (loop, "$TERM");
}

static void
it_begins_with_ready_goes_on_with_heartbeats_and_ends_with_bye (void **state)
{
    fixture_t *self = *state;
    int64_t began_ms = real_ms ();
    run (self, end_after_two_heartbeats);
    assert_int_equal (self->readies, 1);
    assert_int_equal (self->byes, 1);
    assert_int_equal (self->drains, 0);
    assert_true (self->heartbeats >= 2 && self->heartbeats <= (real_ms () - began_ms) / ACTOR_HEARTBEAT_MS);
}

//  A call is under way; the drain comes; then AWS answers.
static void
drain_with_a_call (loop_t *loop)
{
    fixture_t *self = loop->around;
    if (loop->step == 0 && self->known) {
        loop->id = call (self, "stub", "{}");
        loop->step = 1;
    } else if (loop->step == 1 && self->aws.open_count == 1) {
        say (loop, "DRAIN");
        loop->step = 2;
    } else if (loop->step == 2 && self->drains == 1) {
        assert_null (self->answer);
        aws_reply (self->aws.open [--self->aws.open_count], 200, SLICE ("{}"));
        loop->step = 3;
    }
}

static void
a_drain_lets_the_call_end_and_then_the_loop (void **state)
{
    fixture_t *self = *state;
    stub.begin = asks_one;
    stub.next = finishes_next;
    run (self, drain_with_a_call);
    assert_non_null (self->answer);
    read_result (self);
    assert_int_equal (self->drains, 1);
    assert_int_equal (self->byes, 1);
    assert_int_equal (self->actor->calls_under_way, 0);
}

static void
finish_at_once (loop_t *loop)
{
    if (loop->around->known && loop->step++ == 0)
        say (loop, "FINISH");
}

static void
a_drain_without_calls_ends_the_loop_at_once (void **state)
{
    fixture_t *self = *state;
    run (self, finish_at_once);
    assert_int_equal (self->drains, 1);
    assert_int_equal (self->byes, 1);
}

static void
end_with_a_call (loop_t *loop)
{
    fixture_t *self = loop->around;
    if (loop->step == 0 && self->known) {
        loop->id = call (self, "stub", "{}");
        loop->step = 1;
    } else if (loop->step == 1 && self->aws.open_count == 1) {
        say (loop, "$TERM");
        loop->step = 2;
    }
}

static void
the_end_waits_for_no_call_and_leaves_nothing_of_it (void **state)
{
    fixture_t *self = *state;
    stub.begin = asks_one;
    stub.next = finishes_next;
    run (self, end_with_a_call);
    assert_int_equal (self->byes, 1);
    assert_null (self->answer);
    actor_destroy (&self->actor);
    int64_t until_ms = real_ms () + WAIT_MS;
    while (self->aws.left == 0) {
        assert_true (real_ms () < until_ms);
        assert_int_equal (reactor_turn (self->aws.reactor, 1), STATUS_OK);
    }
    assert_int_equal (stub.closes, 1);
}

static void
a_pulse_rises_with_each_turn (void **state)
{
    fixture_t *self = *state;
    atomic_ullong pulse = 0;
    self->actor->config.pulse = &pulse;
    run (self, end_after_two_heartbeats);
    assert_true (atomic_load (&pulse) > 10);
    self->actor->config.pulse = NULL;
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (it_begins_with_ready_goes_on_with_heartbeats_and_ends_with_bye, begin, end),
        cmocka_unit_test_setup_teardown (a_drain_lets_the_call_end_and_then_the_loop, begin, end),
        cmocka_unit_test_setup_teardown (a_drain_without_calls_ends_the_loop_at_once, begin, end),
        cmocka_unit_test_setup_teardown (the_end_waits_for_no_call_and_leaves_nothing_of_it, begin, end),
        cmocka_unit_test_setup_teardown (a_pulse_rises_with_each_turn, begin, end),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
