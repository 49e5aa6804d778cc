#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "reactor_fixture.h"

static void
a_timer_fires_once_and_not_a_millisecond_early (void **state)
{
    fixture_t *self = *state;
    reactor_timer_t timer = { .due = tell_letter, .arg = "t" };
    reactor_set_timer (self->reactor, &timer, reactor_now_ms (self->reactor) + 100);
    fake_clock_advance (&self->clock, 99);
    self->clock.mono_us += 999;
    assert_string_equal (turn (self), "");
    assert_int_not_equal (timer.place, 0);
    self->clock.mono_us += 1;
    assert_string_equal (turn (self), "t");
    assert_int_equal (timer.place, 0);
    fake_clock_advance (&self->clock, 1000);
    assert_string_equal (turn (self), "");
}

static void
setting_a_timer_again_moves_it_in_both_directions (void **state)
{
    fixture_t *self = *state;
    int64_t now_ms = reactor_now_ms (self->reactor);
    reactor_timer_t a = { .due = tell_letter, .arg = "a" };
    reactor_timer_t b = { .due = tell_letter, .arg = "b" };
    reactor_set_timer (self->reactor, &a, now_ms + 10);
    reactor_set_timer (self->reactor, &b, now_ms + 20);
    reactor_set_timer (self->reactor, &a, now_ms + 30);
    reactor_set_timer (self->reactor, &b, now_ms + 5);
    fake_clock_advance (&self->clock, 10);
    assert_string_equal (turn (self), "b");
    fake_clock_advance (&self->clock, 20);
    assert_string_equal (turn (self), "a");
}

static void
timers_of_one_moment_fire_in_the_order_of_setting (void **state)
{
    fixture_t *self = *state;
    reactor_timer_t timers [5];
    static char letters [] = "abcde";
    for (size_t i = 0; i < 5; i++) {
        timers [i] = (reactor_timer_t) { .due = tell_letter, .arg = letters + i };
        reactor_set_timer (self->reactor, &timers [i], 7);
    }
    assert_string_equal (turn (self), "abcde");
}

static void
a_cancelled_timer_is_silent_and_cancelling_is_idempotent (void **state)
{
    fixture_t *self = *state;
    reactor_timer_t timer = { .due = tell_letter, .arg = "t" };
    reactor_cancel_timer (self->reactor, &timer);
    reactor_set_timer (self->reactor, &timer, 0);
    reactor_cancel_timer (self->reactor, &timer);
    reactor_cancel_timer (self->reactor, &timer);
    assert_string_equal (turn (self), "");
}

typedef struct {
    reactor_timer_t timer;
    int64_t *last_ms;
    int     *fired;
} ordered_t;

static void
check_order (void *arg)
{
    ordered_t *self = arg;
    assert_true (self->timer.due_ms >= *self->last_ms);
    *self->last_ms = self->timer.due_ms;
    ++*self->fired;
}

//  Repeatable, and random enough.
static unsigned
next_chance (unsigned *chance)
{
    *chance = *chance * 1103515245u + 12345u;
    return *chance >> 16;
}

static void
a_thousand_random_timers_fire_in_order_whoever_else_is_cancelled_or_moved (void **state)
{
    fixture_t *self = *state;
    enum { TIMERS = 1000 };
    static ordered_t timers [TIMERS];
    memset (timers, 0, sizeof timers);
    int64_t base_ms = reactor_now_ms (self->reactor), last_ms = 0;
    int fired = 0, cancelled = 0;
    unsigned chance = 1;
    for (size_t i = 0; i < TIMERS; i++) {
        timers [i] = (ordered_t) { .timer = { .due = check_order, .arg = &timers [i] }, .last_ms = &last_ms, .fired = &fired };
        reactor_set_timer (self->reactor, &timers [i].timer, base_ms + next_chance (&chance) % 5000);
    }
    for (int i = 0; i < 300; i++) {
        //  Before any turn the heap is one long list: leaves leave it at its ends and in the middle
        reactor_timer_t *victim = &timers [next_chance (&chance) % TIMERS].timer;
        cancelled += victim->place != 0;
        reactor_cancel_timer (self->reactor, victim);
    }
    for (int elapsed_ms = 0; elapsed_ms <= 5000; elapsed_ms += 50) {
        //  Each turn moves one timer to the end and cancels another, wherever in the heap they are
        reactor_timer_t *moved = &timers [next_chance (&chance) % TIMERS].timer;
        if (moved->place)
            reactor_set_timer (self->reactor, moved, base_ms + 5000);
        reactor_timer_t *victim = &timers [next_chance (&chance) % TIMERS].timer;
        cancelled += victim->place != 0;
        reactor_cancel_timer (self->reactor, victim);
        turn (self);
        for (size_t i = 0; i < TIMERS; i++)
            assert_true (timers [i].timer.place == 0 || timers [i].timer.due_ms > reactor_now_ms (self->reactor));
        fake_clock_advance (&self->clock, 50);
    }
    assert_true (cancelled > 200);
    assert_int_equal (fired + cancelled, TIMERS);
}

typedef struct {
    fixture_t *fixture;
    reactor_timer_t timer;
    reactor_timer_t *other;
} chained_t;

static void
set_both_again_for_now (void *arg)
{
    chained_t *self = arg;
    tell ('s');
    reactor_set_timer (self->fixture->reactor, &self->timer, 0);
    if (!self->other->place)
        reactor_set_timer (self->fixture->reactor, self->other, 0);
}

static void
a_timer_that_sets_itself_for_now_fires_once_per_turn_and_starves_nobody (void **state)
{
    fixture_t *self = *state;
    reactor_timer_t other = { .due = tell_letter, .arg = "o" };
    reactor_timer_t last = { .due = tell_letter, .arg = "l" };
    chained_t chained = { .fixture = self, .timer = { .due = set_both_again_for_now, .arg = &chained }, .other = &other };
    reactor_set_timer (self->reactor, &chained.timer, 1);
    reactor_set_timer (self->reactor, &last, 2);
    assert_string_equal (turn (self), "sl");
    assert_string_equal (turn (self), "so");
    reactor_cancel_timer (self->reactor, &chained.timer);
    reactor_cancel_timer (self->reactor, &other);
    assert_string_equal (turn (self), "");
}

static void
cancel_other (void *arg)
{
    chained_t *self = arg;
    tell ('c');
    reactor_cancel_timer (self->fixture->reactor, self->other);
}

static void
a_timer_cancelled_by_another_that_fires_before_it_is_silent (void **state)
{
    fixture_t *self = *state;
    reactor_timer_t other = { .due = tell_letter, .arg = "o" };
    chained_t chained = { .fixture = self, .timer = { .due = cancel_other, .arg = &chained }, .other = &other };
    reactor_set_timer (self->reactor, &chained.timer, 1);
    reactor_set_timer (self->reactor, &other, 1);
    assert_string_equal (turn (self), "c");
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (a_timer_fires_once_and_not_a_millisecond_early, begin, end),
        cmocka_unit_test_setup_teardown (setting_a_timer_again_moves_it_in_both_directions, begin, end),
        cmocka_unit_test_setup_teardown (timers_of_one_moment_fire_in_the_order_of_setting, begin, end),
        cmocka_unit_test_setup_teardown (a_cancelled_timer_is_silent_and_cancelling_is_idempotent, begin, end),
        cmocka_unit_test_setup_teardown (a_thousand_random_timers_fire_in_order_whoever_else_is_cancelled_or_moved, begin, end),
        cmocka_unit_test_setup_teardown (a_timer_that_sets_itself_for_now_fires_once_per_turn_and_starves_nobody, begin, end),
        cmocka_unit_test_setup_teardown (a_timer_cancelled_by_another_that_fires_before_it_is_silent, begin, end),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
