//  What is told of a call that waits.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stub_operation.h"

static int
begin (void **state)
{
    return begin_stub_with (state, (fixture_kind_t) { .credit = 4, .quota_per_s = 1 });
}

//  As the actor does with each heartbeat.
static void
beat (fixture_t *self)
{
    for (int i = 0; i < self->actor->credit; i++)
        if (self->actor->calls [i].used)
            call_tell_wait (&self->actor->calls [i]);
    settle (self);
}

//  So much time passes, with all heartbeats of it.
static void
pass_with_beats_ms (fixture_t *self, int64_t ms)
{
    for (; ms > 0; ms -= ACTOR_HEARTBEAT_MS) {
        pass_ms (self, ACTOR_HEARTBEAT_MS);
        beat (self);
    }
}

static void
who_waits_for_credentials_hears_so (void **state)
{
    fixture_t *self = *state;
    self->no_keys = true;
    stub.begin = asks_one;
    stub.next = finishes_next;
    uint64_t id = call (self, "stub", "{}");
    settle (self);
    pass_with_beats_ms (self, 500);
    assert_int_equal (self->progresses, 0);         //  Not worth a word yet
    pass_with_beats_ms (self, 500);
    assert_int_equal (self->progresses, 1);
    assert_string_equal (self->progress_text, "waiting for credentials");
    double first = self->progress.done;
    assert_true (first > 0.1 && first < 1);
    pass_with_beats_ms (self, 3000);
    assert_int_equal (self->progresses, 4);         //  Once a second
    assert_true (self->progress.done > first && self->progress.done < 1);
    gateway_say (self, KIND_CANCEL, id);
    wait_for (self, id);
    self->no_keys = false;
}

static void
who_waits_for_the_quota_hears_which (void **state)
{
    fixture_t *self = *state;
    stub.begin = asks_one;
    stub.next = finishes_next;
    call (self, "stub", "{}");                      //  This one has its turn at once
    WAIT_FOR (self, self->aws.open_count == 1);
    for (int i = 0; i < 3; i++)
        call (self, "stub", "{}");
    settle (self);
    beat (self);
    assert_int_equal (self->progresses, 0);
    fake_clock_advance (&self->clock, 999);
    beat (self);
    assert_int_equal (self->progresses, 0);
    fake_clock_advance (&self->clock, 1);
    beat (self);
    assert_int_equal (self->progresses, 2);         //  Of the others, one has its turn now, or is at AWS
    assert_string_equal (self->progress_text, "waiting for AWS's quota of 1 requests/s to One");
    gateway_say (self, KIND_BYE, 0);
    settle (self);
}

static void
who_waits_for_aws_hears_nothing_of_waits (void **state)
{
    fixture_t *self = *state;
    stub.begin = asks_one;
    stub.next = finishes_next;
    uint64_t id = call (self, "stub", "{}");
    WAIT_FOR (self, self->aws.open_count == 1);
    pass_with_beats_ms (self, 5000);
    assert_int_equal (self->progresses, 0);
    gateway_say (self, KIND_CANCEL, id);
    wait_for (self, id);
}

static status_t
counts_and_asks (call_t *call)
{
    call_progress (call, 5, 10, "things counted");
    return asks_one (call);
}

static void
what_an_operation_has_counted_goes_on_from_where_it_was (void **state)
{
    fixture_t *self = *state;
    self->no_keys = true;
    stub.begin = counts_and_asks;
    stub.next = finishes_next;
    uint64_t id = call (self, "stub", "{}");
    settle (self);
    assert_true (self->progress.done == 5);
    pass_with_beats_ms (self, 3000);
    assert_true (self->progress.done > 5 && self->progress.done < 6 && self->progress.total == 0);
    gateway_say (self, KIND_CANCEL, id);
    wait_for (self, id);
    self->no_keys = false;
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (who_waits_for_credentials_hears_so, begin, end),
        cmocka_unit_test_setup_teardown (who_waits_for_the_quota_hears_which, begin, end),
        cmocka_unit_test_setup_teardown (who_waits_for_aws_hears_nothing_of_waits, begin, end),
        cmocka_unit_test_setup_teardown (what_an_operation_has_counted_goes_on_from_where_it_was, begin, end),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
