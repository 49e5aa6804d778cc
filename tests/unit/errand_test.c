#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "desk.h"
#include "errand.h"

enum { BUDGET_MS = 3000 };

typedef struct {
    desk_t   *desk;
    errand_t *errand;
    int       ends;
} fixture_t;

static void
finished (const errand_t *errand, reply_t *reply)
{
    (void) errand;
    (void) reply;
}

static int
begin (void **state)
{
    fixture_t *self = calloc (1, sizeof *self);
    assert_non_null (self);
    self->desk = desk_new ();
    errand_config_t config = { .contracts = self->desk->contracts, .dispatch = self->desk->dispatch, .random = &self->desk->random,
                               .budget_ms = BUDGET_MS };
    char subject [] = "what";
    self->errand = errand_new (&config, &(errand_purpose_t) { .name = "test", .subject = slice_of (subject), .finish = finished });
    assert_non_null (self->errand);
    memset (subject, 0, sizeof subject);                //  It was copied
    *state = self;
    return 0;
}

static int
end (void **state)
{
    fixture_t *self = *state;
    errand_destroy (&self->errand);
    assert_null (self->errand);
    errand_destroy (&self->errand);
    desk_turn (self->desk);
    assert_int_equal (dispatch_waiting (self->desk->dispatch), 0);
    desk_destroy (&self->desk);
    free (self);
    return 0;
}

static void
ended (void *arg)
{
    fixture_t *self = arg;
    self->ends++;
}

static const errand_part_t *
part (const fixture_t *self, size_t index)
{
    const errand_part_t *found = errand_part (self->errand, index);
    assert_non_null (found);
    return found;
}

static void
the_last_answer_ends_it (void **state)
{
    fixture_t *self = *state;
    worker_t *worker = desk_ready_worker (self->desk, 4);
    errand_ask (self->errand, "brief", SLICE ("{\"word\":\"a\"}"));
    errand_ask (self->errand, "slow", SLICE ("{}"));
    assert_true (errand_begin (self->errand, ended, self));
    desk_turn (self->desk);
    assert_int_equal (worker->has_count, 2);
    worker_answer (worker, worker->has [0]->envelope.id, "{\"n\":1}");
    assert_int_equal (self->ends, 0);
    worker_fault (worker, worker->has [0]->envelope.id, STATUS_THROTTLED, "Too often.");
    assert_int_equal (self->ends, 1);
    assert_int_equal (part (self, 0)->status, STATUS_OK);
    assert_true (slice_is (buffer_slice (&part (self, 0)->json), "{\"n\":1}"));
    assert_string_equal (part (self, 0)->tool, "brief");
    assert_int_equal (part (self, 1)->status, STATUS_THROTTLED);
    assert_true (slice_starts (buffer_slice (&part (self, 1)->text), "Too often. trace "));
    assert_null (errand_part (self->errand, 2));
    assert_true (slice_is (errand_purpose (self->errand)->subject, "what"));
    assert_null (errand_purpose (self->errand)->detail.data);
}

static void
what_a_contract_refuses_is_not_asked (void **state)
{
    fixture_t *self = *state;
    worker_t *worker = desk_ready_worker (self->desk, 4);
    errand_ask (self->errand, "brief", SLICE ("{\"wrod\":1}"));
    errand_ask (self->errand, "nobody's", SLICE ("{}"));
    errand_ask (self->errand, "brief", SLICE ("{"));
    assert_false (errand_begin (self->errand, ended, self));
    desk_turn (self->desk);
    assert_int_equal (worker->has_count, 0);
    assert_int_equal (self->ends, 0);                   //  It had ended before it could be said
    assert_int_equal (part (self, 0)->status, STATUS_INVALID_ARGUMENT);
    assert_true (part (self, 0)->text.size > 0);
    assert_int_equal (part (self, 1)->status, STATUS_NO_WORKER);
    assert_int_equal (part (self, 2)->status, STATUS_MALFORMED);
}

static void
the_budget_ends_a_call_that_nobody_answers (void **state)
{
    fixture_t *self = *state;
    worker_t *worker = desk_ready_worker (self->desk, 4);
    errand_ask (self->errand, "brief", SLICE ("{}"));
    assert_true (errand_begin (self->errand, ended, self));
    desk_turn (self->desk);
    assert_int_equal (worker->has_count, 1);
    desk_pass (self->desk, BUDGET_MS - 500);
    assert_int_equal (self->ends, 0);
    desk_pass (self->desk, 1000);
    assert_int_equal (self->ends, 1);
    assert_int_equal (part (self, 0)->status, STATUS_DEADLINE);
}

static void
destroying_it_cancels_what_is_under_way (void **state)
{
    fixture_t *self = *state;
    worker_t *worker = desk_ready_worker (self->desk, 4);
    errand_ask (self->errand, "brief", SLICE ("{\"word\":\"a\"}"));
    errand_ask (self->errand, "brief", SLICE ("{\"word\":\"b\"}"));
    assert_true (errand_begin (self->errand, ended, self));
    desk_turn (self->desk);
    worker_answer (worker, worker->has [0]->envelope.id, "{}");
    uint64_t left = worker->has [0]->envelope.id;
    errand_destroy (&self->errand);
    desk_turn (self->desk);
    assert_int_equal (worker->heard [KIND_CANCEL], 1);
    assert_true (worker->cancelled == left);
    assert_int_equal (self->ends, 0);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (the_last_answer_ends_it, begin, end),
        cmocka_unit_test_setup_teardown (what_a_contract_refuses_is_not_asked, begin, end),
        cmocka_unit_test_setup_teardown (the_budget_ends_a_call_that_nobody_answers, begin, end),
        cmocka_unit_test_setup_teardown (destroying_it_cancels_what_is_under_way, begin, end),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
