#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "desk.h"

static size_t
peers (const desk_t *desk)
{
    return dispatch_counts (desk->dispatch).peers;
}

//  --- READY

static void
a_service_is_served_from_the_first_worker_to_the_last (void **state)
{
    desk_t *desk = *state;
    assert_false (dispatch_served (desk->dispatch, SERVICE_LOGS));
    worker_t *worker = desk_ready_worker (desk, 1);
    assert_true (dispatch_serves (desk->dispatch, SERVICE_LOGS) && dispatch_served (desk->dispatch, SERVICE_LOGS));
    assert_false (dispatch_serves (desk->dispatch, SERVICE_METRICS) || dispatch_served (desk->dispatch, SERVICE_METRICS));
    worker_say (worker, KIND_BYE, 0);
    desk_turn (desk);
    assert_false (dispatch_serves (desk->dispatch, SERVICE_LOGS));
    assert_true (dispatch_served (desk->dispatch, SERVICE_LOGS));
    assert_int_equal (peers (desk), 0);
}

static void
a_tool_is_offered_in_our_version_and_of_its_own_service_only (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_worker (desk, SERVICE_LOGS);
    worker_ready_with (worker, 4, (body_tool_t []) { { "brief", 2 }, { "metric", 1 }, { "unheard_of", 1 } }, 3);
    assert_int_equal (peers (desk), 1);
    assert_false (dispatch_serves (desk->dispatch, SERVICE_LOGS) || dispatch_served (desk->dispatch, SERVICE_LOGS));
    assert_false (dispatch_serves (desk->dispatch, SERVICE_METRICS));
    desk_pass (desk, 3000);
    caller_t caller;
    desk_ask (desk, &caller, "brief", 5000);
    assert_ended (&caller, NO_WORKER);

    worker_ready_with (worker, 4, (body_tool_t []) { { "once", 1 } }, 1);
    desk_ask (desk, &caller, "brief", 5000);
    assert_ended (&caller, NO_WORKER);
    desk_ask (desk, &caller, "once", 5000);
    assert_int_equal (worker->has_count, 1);
}

static void
a_ready_that_makes_no_sense_is_refused (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_worker (desk, SERVICE_LOGS);
    worker_say (worker, KIND_READY, 0);             //  No credit, no body
    worker_ready_with (worker, 0, NULL, 0);
    worker->service = SERVICE_NONE;
    worker_ready_with (worker, 1, NULL, 0);
    worker->service = SERVICES_END;
    worker_ready_with (worker, 1, NULL, 0);
    message_t *message = message_new (KIND_READY);
    message->envelope.credit = 1;
    worker->service = SERVICE_LOGS;
    worker_send (worker, message, NULL);
    desk_turn (desk);
    assert_int_equal (peers (desk), 0);
    assert_int_equal (dispatch_counts (desk->dispatch).strays, 5);
}

static void
more_credit_than_the_limit_is_not_believed (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_ready_worker (desk, 1000);
    caller_t callers [DESK_CREDIT_MAX + 1];
    for (int i = 0; i <= DESK_CREDIT_MAX; i++)
        desk_ask (desk, &callers [i], "brief", 5000);
    assert_int_equal (worker->has_count, DESK_CREDIT_MAX);
}

static void
say_credit (worker_t *worker, int credit)
{
    message_t *message = message_new (KIND_CREDIT);
    assert_non_null (message);
    message->envelope.credit = (uint32_t) credit;
    worker->credit = credit;
    worker_send (worker, message, NULL);
    desk_turn (worker->desk);
}

static void
a_worker_may_change_its_credit (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_ready_worker (desk, 1);
    caller_t callers [6];
    for (int i = 0; i < 6; i++)
        desk_ask (desk, &callers [i], "brief", 5000);
    say_credit (worker, 3);
    assert_int_equal (worker->has_count, 3);
    say_credit (worker, 1);
    worker_answer (worker, callers [0].id, "{}");
    worker_answer (worker, callers [1].id, "{}");
    assert_int_equal (worker->has_count, 1);        //  Nothing came in their place
    say_credit (worker, 0);
    worker_answer (worker, callers [2].id, "{}");
    assert_int_equal (worker->has_count, 0);
    say_credit (worker, 9);
    assert_int_equal (worker->has_count, 3);
}

static void
there_is_a_limit_to_the_number_of_workers (void **state)
{
    desk_t *desk = *state;
    mailbox_t *mailboxes [DISPATCH_PEERS_MAX + 1];
    for (int i = 0; i <= DISPATCH_PEERS_MAX; i++) {
        worker_t worker = { .desk = desk, .service = SERVICE_LOGS, .incarnation = (uint64_t) i, .mailbox = mailbox_connect (desk->endpoint, 16) };
        worker_ready (&worker, 1);
        mailboxes [i] = worker.mailbox;
    }
    assert_int_equal (peers (desk), DISPATCH_PEERS_MAX);
    for (int i = 0; i <= DISPATCH_PEERS_MAX; i++)
        mailbox_destroy (&mailboxes [i]);
}

//  --- Workers that go

static void
what_a_silent_worker_had_goes_to_another_one_once (void **state)
{
    desk_t *desk = *state;
    worker_t *first = desk_ready_worker (desk, 2);
    caller_t caller, once;
    desk_ask (desk, &caller, "brief", 20000);
    desk_ask (desk, &once, "once", 20000);
    worker_t *second = desk_ready_worker (desk, 2), *third = desk_ready_worker (desk, 2);
    first->silent = true;
    desk_pass (desk, 1500);
    assert_waits (&once);
    desk_pass (desk, 750);
    assert_ended (&once, WORKER_LOST);              //  It may have been done, and must not be done twice
    assert_waits (&caller);
    worker_t *now = second->has_count ? second : third;
    assert_int_equal (now->has [0]->envelope.id, caller.id);
    assert_int_equal (now->has [0]->envelope.attempt, 2);
    worker_answer (first, caller.id, "{\"late\":1}");           //  It was only slow: nobody takes its word now
    assert_waits (&caller);
    now->silent = true;
    desk_pass (desk, 2500);
    assert_ended (&caller, WORKER_LOST);
    assert_int_equal (second->has_count + third->has_count, 1); //  No third attempt
    assert_int_equal (dispatch_counts (desk->dispatch).repeated, 1);
    assert_int_equal (dispatch_counts (desk->dispatch).lost, 2);
    assert_nothing_left (desk);
}

static void
a_call_with_little_time_left_is_not_repeated (void **state)
{
    desk_t *desk = *state;
    worker_t *first = desk_ready_worker (desk, 1);
    caller_t caller;
    desk_ask (desk, &caller, "brief", 10000);
    desk_ready_worker (desk, 1);
    desk_pass (desk, 7250);
    worker_say (first, KIND_BYE, 0);
    desk_turn (desk);
    assert_ended (&caller, WORKER_LOST);
}

static void
goodbye_hands_the_calls_over_at_once (void **state)
{
    desk_t *desk = *state;
    worker_t *first = desk_ready_worker (desk, 1);
    caller_t caller, abandoned;
    desk_ask (desk, &caller, "brief", 10000);
    worker_t *second = desk_ready_worker (desk, 2);
    worker_say (first, KIND_BYE, 0);
    desk_turn (desk);
    assert_int_equal (second->has [0]->envelope.id, caller.id);

    desk_ask (desk, &abandoned, "brief", 10000);
    dispatch_cancel (desk->dispatch, abandoned.id);
    worker_say (second, KIND_BYE, 0);               //  With one that nobody waits for, and one at its second attempt
    desk_turn (desk);
    assert_waits (&abandoned);
    assert_ended (&caller, WORKER_LOST);
    assert_nothing_left (desk);
}

static void
a_repeated_call_waits_a_moment_for_a_new_worker (void **state)
{
    desk_t *desk = *state;
    worker_t *first = desk_ready_worker (desk, 1);
    caller_t caller;
    desk_ask (desk, &caller, "brief", 20000);
    desk_pass (desk, 3000);
    worker_say (first, KIND_BYE, 0);
    desk_pass (desk, 1000);
    worker_t *second = desk_ready_worker (desk, 1);
    assert_int_equal (second->has [0]->envelope.attempt, 2);
    worker_answer (second, caller.id, "{}");
    assert_ended (&caller, OK);

    desk_ask (desk, &caller, "brief", 20000);
    worker_say (second, KIND_BYE, 0);
    desk_pass (desk, 1250);
    assert_waits (&caller);
    desk_pass (desk, 1500);
    assert_ended (&caller, WORKER_LOST);            //  Not only when its twenty seconds are over
    assert_nothing_left (desk);
}

static void
a_worker_that_cannot_be_reached_is_lost_soon (void **state)
{
    desk_t *desk = *state;
    worker_t *first = desk_ready_worker (desk, 4);
    caller_t caller;
    desk_ask (desk, &caller, "brief", 10000);
    worker_die (first);
    worker_t *second = desk_ready_worker (desk, 1);
    desk_pass (desk, 2250);                         //  By its silence at the latest
    assert_int_equal (peers (desk), 1);
    worker_answer (second, caller.id, "{}");
    assert_ended (&caller, OK);
}

static void
a_draining_worker_finishes_what_it_has (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_ready_worker (desk, 2);
    caller_t first, second;
    desk_ask (desk, &first, "brief", 10000);
    worker_say (worker, KIND_DRAIN, 0);
    desk_turn (desk);
    desk_ask (desk, &second, "brief", 10000);
    assert_ended (&second, NO_WORKER);
    worker_answer (worker, first.id, "{}");
    assert_ended (&first, OK);
    assert_int_equal (worker->heard [KIND_REQUEST], 1);
    assert_false (dispatch_serves (desk->dispatch, SERVICE_LOGS));
}

static void
sleeping_ourselves_loses_nobody (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_ready_worker (desk, 1);
    caller_t caller;
    desk_ask (desk, &caller, "once", 55000);
    desk_jump (desk, 20000);
    assert_waits (&caller);
    assert_int_equal (peers (desk), 1);
    desk_jump (desk, 1000);                         //  Its silence counts from our waking on
    desk_pass (desk, 3000);
    worker_answer (worker, caller.id, "{}");
    assert_ended (&caller, OK);
}

//  --- Words that do not fit

static void
a_stranger_is_asked_who_it_is_and_taken_in (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_worker (desk, SERVICE_LOGS);
    worker_say (worker, KIND_HEARTBEAT, 0);
    desk_turn (desk);
    assert_int_equal (worker->heard [KIND_WHO], 1);
    worker_say (worker, KIND_RESULT, 1);
    worker_say (worker, KIND_BYE, 0);               //  Whoever leaves is not asked
    desk_turn (desk);
    assert_int_equal (worker->heard [KIND_WHO], 2);
    worker_ready (worker, 1);

    worker->silent = true;
    desk_pass (desk, 2500);
    assert_int_equal (peers (desk), 0);
    worker->silent = false;
    desk_pass (desk, 250);
    assert_int_equal (worker->heard [KIND_WHO], 3);
    worker_ready (worker, 1);
    assert_int_equal (peers (desk), 1);
}

static void
another_incarnation_on_the_same_connection_is_another_worker (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_ready_worker (desk, 2);
    caller_t caller, once;
    desk_ask (desk, &caller, "brief", 10000);
    desk_ask (desk, &once, "once", 10000);
    uint64_t old = worker->incarnation++;
    worker_answer (worker, caller.id, "{}");        //  Not from the one that was asked
    assert_waits (&caller);
    assert_int_equal (worker->heard [KIND_WHO], 1);
    worker_drop (worker, once.id);
    worker_ready (worker, 2);
    assert_ended (&once, WORKER_LOST);
    assert_int_equal (peers (desk), 1);
    assert_int_equal (worker->has [0]->envelope.attempt, 2);
    worker->incarnation = old;
    worker_answer (worker, caller.id, "{\"old\":1}");
    assert_waits (&caller);
}

static void
saying_ready_again_changes_nothing_for_the_calls (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_ready_worker (desk, 1);
    caller_t caller;
    desk_ask (desk, &caller, "once", 10000);
    worker_ready (worker, 2);
    worker_answer (worker, caller.id, "{}");
    assert_ended (&caller, OK);
}

static void
only_the_worker_that_has_a_call_may_end_it (void **state)
{
    desk_t *desk = *state;
    worker_t *first = desk_ready_worker (desk, 1);
    caller_t caller;
    desk_ask (desk, &caller, "brief", 10000);
    worker_t *other = desk_ready_worker (desk, 1);
    worker_answer (other, caller.id, "{\"not\":\"mine\"}");
    worker_fault (other, caller.id, STATUS_INTERNAL, "nor this");
    worker_progress (other, caller.id, 5);
    worker_answer (first, caller.id ^ 1, "{}");     //  An id that was never given
    worker_answer (first, caller.id + (1u << 12), "{}");        //  The next use of the same place
    assert_waits (&caller);
    assert_int_equal (caller.progresses, 0);
    worker_answer (first, caller.id, "{}");
    worker_answer (first, caller.id, "{}");         //  Once only
    assert_ended (&caller, OK);
    assert_int_equal (dispatch_counts (desk->dispatch).strays, 6);
}

static void
an_unknown_kind_is_answered_and_does_no_harm (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_ready_worker (desk, 1);
    worker_say (worker, (envelope_kind_t) 99, 4711);
    worker_say (worker, KIND_CALL, 4712);
    worker_say (worker, KIND_REQUEST, 4713);
    desk_turn (desk);
    assert_int_equal (worker->heard [KIND_FAULT], 3);
    assert_int_equal (worker->fault.status, STATUS_UNSUPPORTED);
    assert_int_equal (worker->fault.id, 4713);
    assert_int_equal (peers (desk), 1);
}

static void
malformed_frames_are_dropped (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_ready_worker (desk, 1);
    zsock_t *wild = zsock_new (ZMQ_DEALER);
    assert_non_null (wild);
    assert_int_equal (zsock_connect (wild, "%s", desk->endpoint), 0);
    assert_int_equal (zstr_send (wild, "one frame"), 0);
    assert_int_equal (zstr_sendx (wild, "\x94\x01\x03", "not an", "envelope", NULL), 0);
    assert_int_equal (zstr_sendx (wild, "\x94\x01\x01\x01\x01", "", "", "four frames", NULL), 0);
    assert_int_equal (zstr_sendx (wild, "", "", "", "", "", "", NULL), 0);
    desk_turn (desk);
    assert_int_equal (dispatch_counts (desk->dispatch).malformed, 4);
    caller_t caller;
    desk_ask (desk, &caller, "brief", 5000);
    worker_answer (worker, caller.id, "{}");
    assert_ended (&caller, OK);
    zsock_destroy (&wild);
}

//  --- What workers hear from us

static void
workers_hear_heartbeats_and_our_leaving (void **state)
{
    desk_t *desk = *state;
    worker_t *first = desk_ready_worker (desk, 1), *second = desk_ready_worker (desk, 1);
    desk_pass (desk, 2000);
    assert_int_equal (first->heard [KIND_HEARTBEAT], 4);
    assert_int_equal (second->heard [KIND_HEARTBEAT], 4);
    dispatch_leave (desk->dispatch);
    desk_turn (desk);
    assert_int_equal (first->heard [KIND_BYE], 1);
    assert_int_equal (second->heard [KIND_BYE], 1);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        DESK_TEST (a_service_is_served_from_the_first_worker_to_the_last),
        DESK_TEST (a_tool_is_offered_in_our_version_and_of_its_own_service_only),
        DESK_TEST (a_ready_that_makes_no_sense_is_refused),
        DESK_TEST (more_credit_than_the_limit_is_not_believed),
        DESK_TEST (a_worker_may_change_its_credit),
        DESK_TEST (there_is_a_limit_to_the_number_of_workers),
        DESK_TEST (what_a_silent_worker_had_goes_to_another_one_once),
        DESK_TEST (a_call_with_little_time_left_is_not_repeated),
        DESK_TEST (goodbye_hands_the_calls_over_at_once),
        DESK_TEST (a_repeated_call_waits_a_moment_for_a_new_worker),
        DESK_TEST (a_worker_that_cannot_be_reached_is_lost_soon),
        DESK_TEST (a_draining_worker_finishes_what_it_has),
        DESK_TEST (sleeping_ourselves_loses_nobody),
        DESK_TEST (a_stranger_is_asked_who_it_is_and_taken_in),
        DESK_TEST (another_incarnation_on_the_same_connection_is_another_worker),
        DESK_TEST (saying_ready_again_changes_nothing_for_the_calls),
        DESK_TEST (only_the_worker_that_has_a_call_may_end_it),
        DESK_TEST (an_unknown_kind_is_answered_and_does_no_harm),
        DESK_TEST (malformed_frames_are_dropped),
        DESK_TEST (workers_hear_heartbeats_and_our_leaving),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
