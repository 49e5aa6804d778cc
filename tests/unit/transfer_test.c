#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "transfer_fixture.h"

#include <dirent.h>

static int
open_descriptors (void)
{
    DIR *descriptors = opendir ("/proc/self/fd");
    int count = 0;
    while (readdir (descriptors))
        count++;
    closedir (descriptors);
    return count;
}

static void
an_answer_comes_with_status_headers_body_and_timings (void **state)
{
    world_t *world = *state;
    outcome_t outcome = got (world, url_of (world, "server.example"));
    assert_int_equal (outcome.answer.status, STATUS_OK);
    assert_int_equal (outcome.answer.http_status, 200);
    assert_string_equal (outcome.body, "hello");
    assert_string_equal (outcome.request_id, "abc-1");
    assert_true (outcome.has_empty);
    assert_false (outcome.has_missing);
    assert_true (outcome.answer.sent);

    const transfer_timings_t *timings = &outcome.answer.timings;
    assert_false (timings->reused);
    assert_true (timings->dns_us > 0 && timings->connect_us > 0 && timings->first_byte_us > 0);
    assert_int_equal (timings->tls_us, 0);
    assert_true (timings->total_us >= timings->dns_us + timings->connect_us + timings->first_byte_us);
    assert_int_equal (transfers_under_way (world->transfers), 0);
}

static void
a_connection_is_used_again (void **state)
{
    world_t *world = *state;
    assert_false (got_from_server (world).answer.timings.reused);
    outcome_t outcome = got_from_server (world);
    assert_true (outcome.answer.timings.reused);
    assert_int_equal (outcome.answer.timings.connect_us, 0);
    assert_int_equal (outcome.answer.timings.dns_us, 0);
    assert_int_equal (world->server.accepted, 1);
    assert_int_equal (world->server.requests, 2);
}

static void
never_more_connections_than_allowed_go_to_one_host (void **state)
{
    world_t *world = *state;
    enum { TRANSFERS = 40 };
    outcome_t outcomes [TRANSFERS];
    transfer_request_t request = request_for (url_of (world, "server.example"));
    for (int i = 0; i < TRANSFERS; i++)
        start (world, &request, &outcomes [i]);
    assert_int_equal (transfers_under_way (world->transfers), TRANSFERS);
    for (int i = 0; i < TRANSFERS; i++) {
        turn_until (world, &outcomes [i].told, 1);
        assert_int_equal (outcomes [i].answer.status, STATUS_OK);
    }
    assert_true (world->server.accepted <= 8);
    assert_int_equal (world->server.requests, TRANSFERS);
}

static void
a_transfer_that_waits_for_a_connection_has_a_deadline_too (void **state)
{
    world_t *world = *state;
    world->server.answer = SLICE_ABSENT;
    enum { CONNECTIONS = 8 };
    outcome_t holding [CONNECTIONS], waiting;
    transfer_request_t request = request_for (url_of (world, "127.0.0.1"));
    for (int i = 0; i < CONNECTIONS; i++)
        start (world, &request, &holding [i]);
    turn_until (world, &world->server.requests, CONNECTIONS);
    request.total_ms = 100;
    start (world, &request, &waiting);
    turn_until (world, &waiting.told, 1);
    assert_int_equal (waiting.answer.status, STATUS_DEADLINE);
    assert_false (waiting.answer.sent);
    for (int i = 0; i < CONNECTIONS; i++) {
        assert_int_equal (holding [i].told, 0);
        transfer_abort (&holding [i].transfer);
    }
}

static void
a_peer_that_never_answers_meets_the_deadline (void **state)
{
    world_t *world = *state;
    world->server.answer = SLICE_ABSENT;
    transfer_request_t request = request_for (url_of (world, "127.0.0.1"));
    request.total_ms = 150;
    outcome_t outcome = fetched (world, &request);
    assert_int_equal (outcome.answer.status, STATUS_DEADLINE);
    assert_string_equal (outcome.reason, "there was no whole answer within 150 ms");
    assert_true (outcome.answer.sent);
    assert_true (outcome.answer.timings.total_us >= 150000 && outcome.answer.timings.total_us < 5000000);
    turn_until (world, &world->server.left, 1);
}

static void
an_answer_that_has_begun_in_time_may_take_longer (void **state)
{
    world_t *world = *state;
    world->server.answer = SLICE_ABSENT;
    transfer_request_t request = request_for (url_of (world, "127.0.0.1"));
    request.first_byte_ms = 50;
    outcome_t outcome = fetched (world, &request);
    assert_int_equal (outcome.answer.status, STATUS_DEADLINE);
    assert_string_equal (outcome.reason, "no answer began within 50 ms");
    assert_true (outcome.answer.sent);
    world->server.answer = SLICE ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhal");
    request.total_ms = 200;
    outcome = fetched (world, &request);
    assert_int_equal (outcome.answer.status, STATUS_DEADLINE);
    assert_string_equal (outcome.reason, "there was no whole answer within 200 ms");
    assert_string_equal (outcome.body, "hal");
}

static void
a_peer_that_never_takes_the_connection_is_unreachable (void **state)
{
    world_t *world = *state;
    world->server.answer = SLICE_ABSENT;            //  TLS, to a peer that never says a word
    char url [128];
    snprintf (url, sizeof url, "https://127.0.0.1:%d/", world->server.port);
    transfer_request_t request = request_for (url);
    request.connect_ms = 150;
    outcome_t outcome = fetched (world, &request);
    assert_int_equal (outcome.answer.status, STATUS_UNREACHABLE);
    assert_string_equal (outcome.reason, "no connection was made within 150 ms");
    assert_false (outcome.answer.sent);
}

static void
a_name_that_hangs_is_unreachable_and_holds_up_nobody (void **state)
{
    world_t *world = *state;
    transfer_request_t request = request_for (url_of (world, "hang.example"));
    request.connect_ms = 200;
    outcome_t hanging;
    start (world, &request, &hanging);
    assert_int_equal (got (world, url_of (world, "server.example")).answer.status, STATUS_OK);
    assert_int_equal (hanging.told, 0);
    turn_until (world, &hanging.told, 1);
    assert_int_equal (hanging.answer.status, STATUS_UNREACHABLE);
    assert_string_equal (hanging.reason, "the name hang.example was not looked up within 200 ms");
    assert_true (hanging.answer.timings.total_us >= 200000 && hanging.answer.timings.total_us < 5000000);
    assert_false (hanging.answer.sent);
}

static void
a_name_may_be_written_in_capitals_or_with_its_final_dot (void **state)
{
    world_t *world = *state;
    assert_int_equal (got (world, url_of (world, "Server.EXAMPLE")).answer.status, STATUS_OK);
    assert_int_equal (got (world, url_of (world, "server.example.")).answer.status, STATUS_OK);
}

static void
a_name_without_an_address_is_named (void **state)
{
    world_t *world = *state;
    assert_int_equal (got_from_server (world).answer.status, STATUS_OK);    //  Of whose handle nothing must be left
    outcome_t outcome = got (world, url_of (world, "missing.example"));
    assert_int_equal (outcome.answer.status, STATUS_UNREACHABLE);
    assert_int_equal (outcome.answer.http_status, 0);
    assert_false (outcome.answer.sent);
    assert_false (outcome.answer.timings.reused);
    assert_string_equal (outcome.reason, "the name missing.example does not exist");
    outcome = got (world, url_of (world, "missing.example"));       //  Known at once now, and still told later
    assert_string_equal (outcome.reason, "the name missing.example does not exist");
    outcome = got (world, url_of (world, "down.example"));
    assert_string_equal (outcome.reason, "the name down.example could not be looked up: no name server answered");
}

static void
an_aborted_transfer_closes_its_connection_and_says_nothing (void **state)
{
    world_t *world = *state;
    world->server.answer = SLICE_ABSENT;
    outcome_t outcome;
    transfer_request_t request = request_for (url_of (world, "127.0.0.1"));
    start (world, &request, &outcome);
    turn_until (world, &world->server.requests, 1);
    transfer_abort (&outcome.transfer);
    assert_null (outcome.transfer);
    transfer_abort (&outcome.transfer);
    assert_int_equal (transfers_under_way (world->transfers), 0);
    turn_until (world, &world->server.left, 1);
    assert_int_equal (outcome.told, 0);
}

//  Also of one that takes the place, and perhaps the handle, of a transfer that was answered.
static void
an_answer_is_told_from_silence_while_it_is_still_under_way (void **state)
{
    world_t *world = *state;
    assert_int_equal (got_from_server (world).answer.status, STATUS_OK);
    outcome_t outcome;
    transfer_request_t request = request_for (url_of (world, "127.0.0.1"));
    world->server.answer = SLICE_ABSENT;
    int requests = world->server.requests;
    start (world, &request, &outcome);
    assert_false (transfer_is_answered (outcome.transfer));
    assert_false (transfer_is_sent (outcome.transfer));
    turn_until (world, &world->server.requests, requests + 1);
    assert_false (transfer_is_answered (outcome.transfer));
    assert_true (transfer_is_sent (outcome.transfer));
    transfer_abort (&outcome.transfer);

    world->server.answer = SLICE ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe");
    start (world, &request, &outcome);
    int64_t until_ms = clock_mono_ms (clock_system ()) + PATIENCE_MS;
    while (!transfer_is_answered (outcome.transfer)) {
        assert_true (clock_mono_ms (clock_system ()) < until_ms);
        assert_int_equal (reactor_turn (world->reactor, 10), STATUS_OK);
    }
    assert_int_equal (outcome.told, 0);
    transfer_abort (&outcome.transfer);
}

static void
what_waits_for_a_name_or_has_failed_can_be_aborted (void **state)
{
    world_t *world = *state;
    outcome_t hanging, failed;
    transfer_request_t request = request_for (url_of (world, "hang.example"));
    start (world, &request, &hanging);
    request = request_for ("nonsense");
    start (world, &request, &failed);
    transfer_abort (&hanging.transfer);
    transfer_abort (&failed.transfer);
    assert_int_equal (got_from_server (world).answer.status, STATUS_OK);
    assert_int_equal (hanging.told + failed.told, 0);
}

static void
all_that_is_under_way_ends_with_its_owner (void **state)
{
    world_t *world = *state;
    world->server.answer = SLICE_ABSENT;
    outcome_t outcomes [3];
    const char *const hosts [] = { "hang.example", "127.0.0.1", "server.example" };
    for (int i = 0; i < 3; i++) {
        transfer_request_t request = request_for (url_of (world, hosts [i]));
        start (world, &request, &outcomes [i]);
    }
    turn_until (world, &world->server.requests, 2);
    transfers_destroy (&world->transfers);
    turn_until (world, &world->server.left, 2);
    assert_int_equal (outcomes [0].told + outcomes [1].told + outcomes [2].told, 0);
}

//  One whose function starts the next, and aborts another.
typedef struct {
    world_t   *world;
    int        left;
    int        ended;
    outcome_t *victim;
    transfer_t *own;
} chain_t;

static void
done_starts_the_next (void *arg, const transfer_answer_t *answer)
{
    chain_t *chain = arg;
    assert_int_equal (answer->status, STATUS_OK);
    transfer_abort (&chain->own);           //  Only clears the pointer
    assert_null (chain->own);
    assert_int_equal (answer->body.size, 5);
    if (chain->victim)
        transfer_abort (&chain->victim->transfer);
    chain->victim = NULL;
    if (--chain->left == 0) {
        chain->ended = 1;
        return;
    }
    transfer_request_t request = request_for (url_of (chain->world, chain->left % 2 ? "127.0.0.1" : "server.example"));
    chain->own = transfer_start (chain->world->transfers, &request, done_starts_the_next, chain);
    assert_non_null (chain->own);
}

static void
a_function_may_start_the_next_transfer_and_abort_another (void **state)
{
    world_t *world = *state;
    outcome_t victim;
    chain_t chain = { .world = world, .left = 20, .victim = &victim };
    transfer_request_t request = request_for (url_of (world, "127.0.0.1"));
    chain.own = transfer_start (world->transfers, &request, done_starts_the_next, &chain);
    request = request_for (url_of (world, "hang.example"));
    start (world, &request, &victim);
    turn_until (world, &chain.ended, 1);
    assert_int_equal (world->server.requests, 20);
    assert_int_equal (victim.told, 0);
    assert_int_equal (transfers_under_way (world->transfers), 0);
}

static void
five_hundred_transfers_leave_no_descriptor_behind (void **state)
{
    world_t *world = *state;
    int before = open_descriptors ();
    for (int round = 0; round < 10; round++) {
        enum { TRANSFERS = 50 };
        outcome_t outcomes [TRANSFERS];
        world->server.close_after = round % 2;
        for (int i = 0; i < TRANSFERS; i++) {
            transfer_request_t request = request_for (i % 10 == 9 ? "http://127.0.0.1:1/" : url_of (world, i % 2 ? "127.0.0.1" : "server.example"));
            start (world, &request, &outcomes [i]);
        }
        for (int i = 0; i < TRANSFERS; i++) {
            if (i % 10 == 8)
                transfer_abort (&outcomes [i].transfer);
            else
                turn_until (world, &outcomes [i].told, 1);
        }
    }
    transfers_destroy (&world->transfers);
    for (int turns = 0; turns < 100 && open_descriptors () > before; turns++)
        assert_int_equal (reactor_turn (world->reactor, 10), STATUS_OK);
    assert_true (open_descriptors () <= before);
}

int
main (void)
{
    transfers_global_start ();
    const struct CMUnitTest tests [] = {
        WORLD_TEST (an_answer_comes_with_status_headers_body_and_timings),
        WORLD_TEST (a_connection_is_used_again),
        WORLD_TEST (never_more_connections_than_allowed_go_to_one_host),
        WORLD_TEST (a_transfer_that_waits_for_a_connection_has_a_deadline_too),
        WORLD_TEST (a_peer_that_never_answers_meets_the_deadline),
        WORLD_TEST (an_answer_that_has_begun_in_time_may_take_longer),
        WORLD_TEST (a_peer_that_never_takes_the_connection_is_unreachable),
        WORLD_TEST (a_name_that_hangs_is_unreachable_and_holds_up_nobody),
        WORLD_TEST (a_name_may_be_written_in_capitals_or_with_its_final_dot),
        WORLD_TEST (a_name_without_an_address_is_named),
        WORLD_TEST (an_aborted_transfer_closes_its_connection_and_says_nothing),
        WORLD_TEST (an_answer_is_told_from_silence_while_it_is_still_under_way),
        WORLD_TEST (what_waits_for_a_name_or_has_failed_can_be_aborted),
        WORLD_TEST (all_that_is_under_way_ends_with_its_owner),
        WORLD_TEST (a_function_may_start_the_next_transfer_and_abort_another),
        WORLD_TEST (five_hundred_transfers_leave_no_descriptor_behind),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
