#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "desk.h"
#include "sharing.h"

enum { CAPACITY = 4 };

typedef struct {
    contracts_t  *contracts;
    sharing_t    *sharing;
    inflight_t   *inflight;
} scene_t;

static int
begin (void **state)
{
    char reason [CONTRACT_REASON_SIZE];
    scene_t *scene = calloc (1, sizeof *scene);
    assert_int_equal (contracts_new (DESK_CONTRACTS, &scene->contracts, reason), STATUS_OK);
    scene->sharing = sharing_new (CAPACITY);
    scene->inflight = inflight_new (64);
    *state = scene;
    return 0;
}

static int
end (void **state)
{
    scene_t *scene = *state;
    inflight_destroy (&scene->inflight);
    sharing_destroy (&scene->sharing);
    assert_null (scene->sharing);
    contracts_destroy (&scene->contracts);
    free (scene);
    return 0;
}

static dispatch_call_t
call_of (const scene_t *scene, const char *tool, slice_t arguments, const char *account, const char *region)
{
    return (dispatch_call_t) { .contract = contracts_find (scene->contracts, slice_of (tool)), .arguments = arguments,
                               .account = slice_of (account), .region = slice_of (region) };
}

static call_digest_t
digest_of (const scene_t *scene, const dispatch_call_t *call)
{
    call_digest_t digest;
    assert_true (sharing_digest (scene->sharing, call, &digest));
    return digest;
}

static call_entry_t *
find (const scene_t *scene, const dispatch_call_t *call)
{
    call_digest_t digest = digest_of (scene, call);
    return sharing_find (scene->sharing, call, &digest);
}

//  An entry as dispatch makes it, that leads under this digest.
static call_entry_t *
lead_as (const scene_t *scene, const dispatch_call_t *call, call_digest_t digest)
{
    call_entry_t *entry = inflight_take (scene->inflight);
    buffer_t body;
    buffer_init (&body, 4096);
    buffer_append_slice (&body, call->arguments);
    entry->tool = contract_index (call->contract);
    entry->message = message_new (KIND_REQUEST);
    assert_int_equal (message_take_body (entry->message, &body), STATUS_OK);
    assert_int_equal (ENVELOPE_SET (&entry->message->envelope, account, call->account), STATUS_OK);
    assert_int_equal (ENVELOPE_SET (&entry->message->envelope, region, call->region), STATUS_OK);
    sharing_lead (scene->sharing, entry, &digest);
    return entry;
}

static call_entry_t *
lead (const scene_t *scene, const dispatch_call_t *call)
{
    return lead_as (scene, call, digest_of (scene, call));
}

static call_entry_t *
follow (const scene_t *scene, call_entry_t *leader, int64_t deadline_ms)
{
    call_entry_t *entry = inflight_take (scene->inflight);
    entry->deadline_ms = deadline_ms;
    sharing_follow (leader, entry);
    return entry;
}

//  Out of everything, as dispatch forgets them.
static void
forget (const scene_t *scene, call_entry_t *entry)
{
    sharing_close (scene->sharing, entry);
    sharing_leave (entry);
    inflight_give_back (scene->inflight, entry);
}

static const slice_t EMPTY = SLICE ("\x80");

//  --- What is the same

static void
the_same_tool_arguments_account_and_region_are_the_same_call (void **state)
{
    scene_t *scene = *state;
    dispatch_call_t call = call_of (scene, "brief", SLICE ("\x81\xa1n\x01"), "prod", "eu-west-1");
    call_entry_t *entry = lead (scene, &call);
    const dispatch_call_t others [] = {
        call_of (scene, "slow", SLICE ("\x81\xa1n\x01"), "prod", "eu-west-1"),
        call_of (scene, "brief", SLICE ("\x81\xa1n\x02"), "prod", "eu-west-1"),
        call_of (scene, "brief", SLICE ("\x81\xa1n\x01\x01"), "prod", "eu-west-1"),
        call_of (scene, "brief", SLICE ("\x81\xa1n\x01"), "", "eu-west-1"),
        call_of (scene, "brief", SLICE ("\x81\xa1n\x01"), "prod", "eu-west-2"),
        call_of (scene, "brief", SLICE ("\x81\xa1n\x01"), "prod", NULL),
        call_of (scene, "brief", SLICE ("\x81\xa1n\x01"), "prode", "u-west-1"),
    };
    dispatch_call_t twin = call_of (scene, "brief", SLICE ("\x81\xa1n\x01"), "prod", "eu-west-1");
    assert_ptr_equal (find (scene, &twin), entry);
    for (size_t i = 0; i < sizeof others / sizeof others [0]; i++) {
        call_digest_t digest = digest_of (scene, &others [i]);
        assert_memory_not_equal (&digest, &entry->digest, sizeof digest);
        assert_null (find (scene, &others [i]));
    }
    forget (scene, entry);
    assert_null (find (scene, &twin));
}

static void
no_account_is_the_same_as_an_empty_one (void **state)
{
    scene_t *scene = *state;
    dispatch_call_t empty = call_of (scene, "brief", EMPTY, "", ""), absent = call_of (scene, "brief", EMPTY, NULL, NULL);
    call_entry_t *entry = lead (scene, &empty);
    assert_ptr_equal (find (scene, &absent), entry);
    forget (scene, entry);
}

//  As if somebody had found two calls with one digest.
static void
an_equal_digest_is_not_enough (void **state)
{
    scene_t *scene = *state;
    dispatch_call_t call = call_of (scene, "brief", EMPTY, "prod", "eu-west-1");
    const dispatch_call_t others [] = {
        call_of (scene, "slow", EMPTY, "prod", "eu-west-1"), call_of (scene, "brief", SLICE ("\x81\xa1n\x01"), "prod", "eu-west-1"),
        call_of (scene, "brief", EMPTY, "test", "eu-west-1"), call_of (scene, "brief", EMPTY, "prod", "eu-west-2"),
    };
    call_digest_t digest = digest_of (scene, &call);
    for (size_t i = 0; i < sizeof others / sizeof others [0]; i++) {
        call_entry_t *entry = lead_as (scene, &others [i], digest);
        assert_null (sharing_find (scene->sharing, &call, &digest));
        assert_ptr_equal (sharing_find (scene->sharing, &others [i], &digest), entry);
        forget (scene, entry);
    }
}

static void
what_may_not_be_done_twice_and_what_looks_whether_things_work_is_not_shared (void **state)
{
    scene_t *scene = *state;
    static const struct { const char *tool; bool shared; } TOOLS [] = { { "brief", true }, { "slow", true }, { "once", false }, { "hidden", false } };
    call_digest_t digest;
    for (size_t i = 0; i < sizeof TOOLS / sizeof TOOLS [0]; i++) {
        dispatch_call_t call = call_of (scene, TOOLS [i].tool, EMPTY, "", "");
        assert_int_equal (sharing_digest (scene->sharing, &call, &digest), TOOLS [i].shared);
    }
}

static void
many_leaders_share_a_bucket_and_leave_in_any_order (void **state)
{
    scene_t *scene = *state;
    enum { CALLS = 8 * CAPACITY };
    char arguments [CALLS] [5];
    dispatch_call_t calls [CALLS];
    call_entry_t *entries [CALLS];
    for (int i = 0; i < CALLS; i++) {
        memcpy (arguments [i], "\x81\xa1n", 3);
        arguments [i] [3] = (char) i;
        calls [i] = call_of (scene, "brief", (slice_t) { arguments [i], 4 }, "", "");
        entries [i] = lead (scene, &calls [i]);
    }
    for (int gone = 0; gone < CALLS; gone++) {
        int which = (gone * 13 + 5) % CALLS;            //  13 and 32 have no common divisor: each comes once
        sharing_close (scene->sharing, entries [which]);
        forget (scene, entries [which]);                //  Closes once more, which does nothing
        entries [which] = NULL;
        for (int i = 0; i < CALLS; i++)
            assert_ptr_equal (find (scene, &calls [i]), entries [i]);
    }
}

//  --- Rings

static void
followers_come_in_order_and_leave_from_anywhere (void **state)
{
    scene_t *scene = *state;
    dispatch_call_t call = call_of (scene, "brief", EMPTY, "", "");
    call_entry_t *leader = lead (scene, &call);
    assert_null (sharing_first (leader));
    assert_null (sharing_latest (leader));
    call_entry_t *first = follow (scene, leader, 10), *second = follow (scene, leader, 30), *third = follow (scene, leader, 20);
    assert_ptr_equal (sharing_first (leader), first);
    assert_ptr_equal (sharing_latest (leader), second);
    sharing_leave (second);
    sharing_leave (second);
    assert_null (second->leader);
    assert_ptr_equal (sharing_latest (leader), third);
    sharing_leave (first);
    assert_ptr_equal (sharing_first (leader), third);
    sharing_leave (third);
    assert_null (sharing_first (leader));
    call_entry_t *all [] = { leader, first, second, third };
    for (int i = 0; i < 4; i++)
        forget (scene, all [i]);
}

static void
a_follower_takes_the_lead_over_the_others (void **state)
{
    scene_t *scene = *state;
    dispatch_call_t call = call_of (scene, "brief", EMPTY, "", "");
    call_entry_t *leader = lead (scene, &call);
    call_entry_t *first = follow (scene, leader, 10), *second = follow (scene, leader, 20), *third = follow (scene, leader, 30);
    second->message = leader->message;
    leader->message = NULL;
    sharing_hand_over (scene->sharing, leader, second);
    assert_ptr_equal (find (scene, &call), second);
    assert_null (second->leader);
    assert_null (sharing_first (leader));
    assert_ptr_equal (first->leader, second);
    assert_ptr_equal (third->leader, second);
    assert_ptr_equal (sharing_first (second), first);
    assert_ptr_equal (sharing_latest (second), third);
    call_entry_t *all [] = { third, leader, second, first };
    for (int i = 0; i < 4; i++)
        forget (scene, all [i]);
}

static void
released_followers_wait_for_nobody_and_are_still_in_order (void **state)
{
    scene_t *scene = *state;
    dispatch_call_t call = call_of (scene, "brief", EMPTY, "", "");
    call_entry_t *leader = lead (scene, &call);
    call_entry_t *first = follow (scene, leader, 10), *second = follow (scene, leader, 20), head;
    sharing_release (scene->sharing, leader, &head);
    assert_null (find (scene, &call));
    assert_null (first->leader);
    forget (scene, leader);
    assert_ptr_equal (sharing_first (&head), first);
    forget (scene, first);
    assert_ptr_equal (sharing_first (&head), second);
    forget (scene, second);
    assert_null (sharing_first (&head));
}

#define SCENE_TEST(name) cmocka_unit_test_setup_teardown (name, begin, end)

int
main (void)
{
    const struct CMUnitTest tests [] = {
        SCENE_TEST (the_same_tool_arguments_account_and_region_are_the_same_call),
        SCENE_TEST (no_account_is_the_same_as_an_empty_one),
        SCENE_TEST (an_equal_digest_is_not_enough),
        SCENE_TEST (what_may_not_be_done_twice_and_what_looks_whether_things_work_is_not_shared),
        SCENE_TEST (many_leaders_share_a_bucket_and_leave_in_any_order),
        SCENE_TEST (followers_come_in_order_and_leave_from_anywhere),
        SCENE_TEST (a_follower_takes_the_lead_over_the_others),
        SCENE_TEST (released_followers_wait_for_nobody_and_are_still_in_order),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
