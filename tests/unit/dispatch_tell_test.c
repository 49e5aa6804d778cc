//  Who is told how far a call is, and when.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "desk.h"

//  --- A worker's word

//  Nothing has time to arrive.
static void
say_progress (worker_t *worker, uint64_t id, double done)
{
    buffer_t body;
    buffer_init (&body, 4096);
    body_write_progress (&body, &(body_progress_t) { .done = done, .text = SLICE ("so far") });
    message_t *message = message_new (KIND_PROGRESS);
    assert_non_null (message);
    message->envelope.id = id;
    worker_send (worker, message, &body);
}

static int
heard_of (const caller_t *callers, int count)
{
    int heard = 0;
    for (int i = 0; i < count; i++)
        heard += callers [i].progresses;
    return heard;
}

//  No turn of the reactor has as many tellings as listeners: the others hear it in the next ones.
static void
a_word_with_many_listeners_reaches_them_in_several_turns (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_ready_worker (desk, 4);
    static caller_t callers [50];
    desk_ask_all (desk, callers, 50, 10000);
    say_progress (worker, callers [0].id, 1);
    int heard = 0, turns = 0;
    while (heard < 50 && turns < 50) {
        int before = heard;
        assert_int_equal (reactor_turn (desk->reactor, 0), STATUS_OK);
        heard = heard_of (callers, 50);
        assert_true (heard - before <= 32);
        turns++;
    }
    assert_true (turns > 1);
    for (int i = 0; i < 50; i++)
        assert_int_equal (callers [i].progresses, 1);
    worker_answer (worker, callers [0].id, "{}");
    assert_nothing_left (desk);
}

//  Whoever has not heard the word by then has no use for it any more.
static void
the_answer_ends_what_is_being_told_of_its_call (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_ready_worker (desk, 4);
    static caller_t callers [60];
    desk_ask_all (desk, callers, 60, 10000);
    say_progress (worker, callers [0].id, 7);
    worker_answer (worker, callers [0].id, "{}");
    desk_turn (desk);
    for (int i = 0; i < 60; i++) {
        assert_ended (&callers [i], OK);            //  And none hears of progress after its end
        assert_true (callers [i].progresses <= 1);
    }
    assert_true (callers [0].progresses == 1 && callers [0].done == 7);
    assert_nothing_left (desk);
}

static void
answers_of_others_do_not_wait_until_a_word_was_told (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_ready_worker (desk, 4);
    static caller_t callers [60], other;
    desk_ask_all (desk, callers, 60, 10000);
    desk_ask (desk, &other, "brief", 10000);
    say_progress (worker, callers [0].id, 1);
    assert_int_equal (reactor_turn (desk->reactor, 0), STATUS_OK);
    worker_drop (worker, other.id);
    buffer_t body;
    buffer_init (&body, 4096);
    body_write_result (&body, &(body_result_t) { .json = SLICE ("{}") });
    message_t *message = message_new (KIND_RESULT);
    assert_non_null (message);
    message->envelope.id = other.id;
    worker_send (worker, message, &body);
    assert_int_equal (reactor_turn (desk->reactor, 0), STATUS_OK);
    assert_ended (&other, OK);
    assert_true (heard_of (callers, 60) < 60);
    desk_turn (desk);
    assert_int_equal (heard_of (callers, 60), 60);
}

static void
a_second_word_is_told_after_the_first_to_everybody (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_ready_worker (desk, 4);
    static caller_t callers [40], others [20];
    desk_ask_all (desk, callers, 40, 10000);
    for (int i = 0; i < 20; i++)
        desk_ask_same (desk, &others [i], "slow", 10000);
    for (int i = 1; i <= 3; i++) {
        say_progress (worker, callers [0].id, i);
        say_progress (worker, others [0].id, 10 * i);
    }
    for (int i = 0; i < 10; i++)
        desk_turn (desk);
    assert_int_equal (heard_of (callers, 40), 3 * 40);
    assert_int_equal (heard_of (others, 20), 3 * 20);
    assert_true (callers [39].done == 3 && others [19].done == 30);
}

static void
what_is_being_told_ends_with_its_call (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_ready_worker (desk, 4);
    static caller_t callers [60];
    desk_ask_all (desk, callers, 60, 10000);
    say_progress (worker, callers [0].id, 1);
    assert_int_equal (reactor_turn (desk->reactor, 0), STATUS_OK);
    for (int i = 0; i < 60; i++)
        dispatch_cancel (desk->dispatch, callers [i].id);
    desk_turn (desk);
    for (int i = 0; i < 60; i++)
        assert_true (callers [i].progresses <= 1);
    caller_t next;
    desk_ask (desk, &next, "brief", 10000);
    worker_progress (worker, next.id, 1);
    assert_int_equal (next.progresses, 1);
    worker_answer (worker, next.id, "{}");
    worker_fault (worker, callers [0].id, STATUS_CANCELLED, NULL);
    assert_nothing_left (desk);
}

//  --- Those that wait for their turn

static void
who_waits_for_its_turn_hears_once_a_second_how_many_are_ahead (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_ready_worker (desk, 1);
    caller_t first, second, third;
    desk_ask (desk, &first, "brief", 20000);
    desk_ask (desk, &second, "brief", 20000);
    desk_ask (desk, &third, "brief", 20000);
    desk_pass (desk, 500);
    assert_int_equal (third.progresses, 0);
    desk_pass (desk, 4500);
    assert_int_equal (first.progresses, 0);         //  Its worker may speak for itself
    assert_true (third.progresses >= 3 && third.progresses <= 5);
    assert_string_equal (third.said, "waiting for its turn, 1 call ahead");
    assert_string_equal (second.said, "waiting for its turn, the next one");
    assert_true (third.done > 0 && third.done < 0.1);

    double before = third.done;
    worker_answer (worker, first.id, "{}");
    desk_pass (desk, 1000);
    assert_string_equal (third.said, "waiting for its turn, the next one");
    assert_true (third.done > before);
    int heard = second.progresses;
    desk_pass (desk, 2000);
    assert_int_equal (second.progresses, heard);
}

static void
who_follows_one_that_waits_hears_the_same (void **state)
{
    desk_t *desk = *state;
    desk_ready_worker (desk, 1);
    caller_t first, callers [3];
    desk_ask (desk, &first, "brief", 20000);
    desk_ask_all (desk, callers, 3, 20000);
    dispatch_cancel (desk->dispatch, callers [2].id);
    desk_pass (desk, 2500);
    for (int i = 0; i < 2; i++) {
        assert_true (callers [i].progresses >= 1);
        assert_string_equal (callers [i].said, "waiting for its turn, the next one");
    }
    assert_int_equal (callers [2].progresses, 0);
}

static void
who_waits_for_a_worker_hears_which (void **state)
{
    desk_t *desk = *state;
    caller_t caller;
    desk_ask (desk, &caller, "brief", 20000);
    desk_pass (desk, 1500);
    assert_int_equal (caller.progresses, 1);
    assert_string_equal (caller.said, "waiting for the logs service, which is being started");
}

static void
all_that_wait_are_told_however_many_they_are (void **state)
{
    desk_t *desk = *state;
    desk_ready_worker (desk, 1);
    static caller_t callers [DESK_QUEUE_MAX + 1];
    for (int i = 0; i <= DESK_QUEUE_MAX; i++)
        desk_ask (desk, &callers [i], "brief", 20000);
    desk_pass (desk, 2000);
    for (int i = 1; i <= DESK_QUEUE_MAX; i++) {
        char said [64];
        snprintf (said, sizeof said, "waiting for its turn, %d call%s ahead", i - 1, i == 2 ? "" : "s");
        assert_string_equal (callers [i].said, i == 1 ? "waiting for its turn, the next one" : said);
    }
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        DESK_TEST (a_word_with_many_listeners_reaches_them_in_several_turns),
        DESK_TEST (the_answer_ends_what_is_being_told_of_its_call),
        DESK_TEST (answers_of_others_do_not_wait_until_a_word_was_told),
        DESK_TEST (a_second_word_is_told_after_the_first_to_everybody),
        DESK_TEST (what_is_being_told_ends_with_its_call),
        DESK_TEST (who_waits_for_its_turn_hears_once_a_second_how_many_are_ahead),
        DESK_TEST (who_follows_one_that_waits_hears_the_same),
        DESK_TEST (who_waits_for_a_worker_hears_which),
        DESK_TEST (all_that_wait_are_told_however_many_they_are),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
