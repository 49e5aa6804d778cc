#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "peers.h"

enum { TOOL = 3, OTHER_TOOL = 63 };

static peer_t
address_of (uint8_t number)
{
    return (peer_t) { .size = 5, .bytes = { 0, number } };
}

//  A worker for logs that serves TOOL.
static peer_entry_t *
add (peers_t *peers, uint8_t number, int credit)
{
    peer_t address = address_of (number);
    peer_entry_t *peer = peers_insert (peers, &address);
    assert_non_null (peer);
    peer->service = SERVICE_LOGS;
    peer->tools = 1u << TOOL;
    peer->credit = credit;
    return peer;
}

static void
peers_are_found_by_address_until_they_are_removed (void **state)
{
    (void) state;
    peers_t *peers = peers_new (2);
    peer_t first = address_of (1), second = address_of (2), third = address_of (3), shorter = { .size = 4 };
    peer_entry_t *entry = peers_insert (peers, &first);
    peers_insert (peers, &second);
    assert_null (peers_insert (peers, &third));
    assert_int_equal (peers_count (peers), 2);
    assert_ptr_equal (peers_find (peers, &first), entry);
    assert_null (peers_find (peers, &third));
    assert_null (peers_find (peers, &shorter));
    entry->draining = entry->gone = true;
    peers_remove (peers, entry);
    assert_null (peers_find (peers, &first));
    entry = peers_insert (peers, &third);
    assert_false (entry->draining || entry->gone || entry->in_flight || entry->tools);
    peers_destroy (&peers);
    assert_null (peers);
}

static void
the_one_with_the_most_room_in_proportion_is_chosen (void **state)
{
    (void) state;
    peers_t *peers = peers_new (4);
    peer_entry_t *small = add (peers, 1, 2), *large = add (peers, 2, 10);
    call_entry_t calls [12] = { { 0 } };
    for (int i = 0; i < 12; i++) {
        peer_entry_t *chosen = peers_with_room (peers, SERVICE_LOGS, TOOL, false);
        assert_non_null (chosen);
        peer_entry_t *other = chosen == small ? large : small;
        assert_true (chosen->in_flight * other->credit <= other->in_flight * chosen->credit);
        peer_give (chosen, &calls [i]);
    }
    assert_null (peers_with_room (peers, SERVICE_LOGS, TOOL, false));
    assert_int_equal (small->in_flight, 2);
    assert_int_equal (large->in_flight, 10);
    assert_true (peers_serve (peers, SERVICE_LOGS, TOOL));      //  Room or not
    peers_destroy (&peers);
}

static void
only_who_serves_the_tool_and_wants_work_is_chosen (void **state)
{
    (void) state;
    peers_t *peers = peers_new (4);
    peer_entry_t *peer = add (peers, 1, 2);
    peer->tools |= (uint64_t) 1 << OTHER_TOOL;
    assert_non_null (peers_with_room (peers, SERVICE_LOGS, OTHER_TOOL, false));
    assert_null (peers_with_room (peers, SERVICE_LOGS, TOOL + 1, false));
    assert_null (peers_with_room (peers, SERVICE_METRICS, TOOL, false));
    assert_true (peers_room (peers, SERVICE_LOGS, false) == peer->tools && peers_tools (peers) == peer->tools);
    assert_true (peers_room (peers, SERVICE_METRICS, false) == 0);

    peer->draining = true;
    assert_null (peers_with_room (peers, SERVICE_LOGS, TOOL, false));
    assert_false (peers_serve (peers, SERVICE_LOGS, TOOL) || peers_room (peers, SERVICE_LOGS, false) || peers_tools (peers));
    peer->draining = false;
    peer->gone = true;
    assert_null (peers_with_room (peers, SERVICE_LOGS, TOOL, false));
    assert_false (peers_serve (peers, SERVICE_LOGS, TOOL) || peers_room (peers, SERVICE_LOGS, false) || peers_tools (peers));
    peers_destroy (&peers);
}

static void
slow_calls_are_counted_apart (void **state)
{
    (void) state;
    peers_t *peers = peers_new (4);
    peer_entry_t *peer = add (peers, 1, 5);
    call_entry_t slow [2] = { { .slow = true }, { .slow = true } }, brief = { 0 };
    peer_give (peer, &slow [0]);
    assert_non_null (peers_with_room (peers, SERVICE_LOGS, TOOL, true));
    peer_give (peer, &slow [1]);
    assert_null (peers_with_room (peers, SERVICE_LOGS, TOOL, true));
    assert_true (peers_room (peers, SERVICE_LOGS, true) == 0 && peers_room (peers, SERVICE_LOGS, false) == peer->tools);
    peer_give (peer, &brief);
    peers_load_t load = peers_load (peers, SERVICE_LOGS);
    assert_true (load.credit == 5 && load.slow_credit == 2 && load.in_flight == 3 && load.slow_in_flight == 2);
    assert_int_equal (peers_load (peers, SERVICE_METRICS).credit, 0);
    peer_take_back (peer, &slow [0]);
    assert_non_null (peers_with_room (peers, SERVICE_LOGS, TOOL, true));
    peers_destroy (&peers);
}

static void
a_peer_without_credit_has_no_room (void **state)
{
    (void) state;
    peers_t *peers = peers_new (4);
    peer_entry_t *peer = add (peers, 1, 0);
    assert_null (peers_with_room (peers, SERVICE_LOGS, TOOL, false));
    assert_null (peers_with_room (peers, SERVICE_LOGS, TOOL, true));
    peer->credit = 1;
    assert_non_null (peers_with_room (peers, SERVICE_LOGS, TOOL, true));
    peers_destroy (&peers);
}

static void
calls_come_and_go_in_any_order (void **state)
{
    (void) state;
    peers_t *peers = peers_new (1);
    peer_entry_t *peer = add (peers, 1, 5);
    static const int ORDERS [] [3] = { { 0, 1, 2 }, { 2, 1, 0 }, { 1, 0, 2 }, { 1, 2, 0 } };
    for (int order = 0; order < 4; order++) {
        call_entry_t calls [3] = { { 0 } };
        for (int i = 0; i < 3; i++)
            peer_give (peer, &calls [i]);
        for (int i = 0; i < 3; i++) {
            call_entry_t *call = &calls [ORDERS [order] [i]];
            peer_take_back (peer, call);
            assert_null (call->peer);
            int left = 0;
            for (call_entry_t *other = peer->calls; other; other = other->next)
                left += other->peer == peer && other != call;
            assert_int_equal (left, 2 - i);
            assert_int_equal (peer->in_flight, 2 - i);
        }
        assert_null (peer->calls);
    }
    peers_remove (peers, peer);
    peers_destroy (&peers);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (peers_are_found_by_address_until_they_are_removed),
        cmocka_unit_test (the_one_with_the_most_room_in_proportion_is_chosen),
        cmocka_unit_test (only_who_serves_the_tool_and_wants_work_is_chosen),
        cmocka_unit_test (slow_calls_are_counted_apart),
        cmocka_unit_test (a_peer_without_credit_has_no_room),
        cmocka_unit_test (calls_come_and_go_in_any_order),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
