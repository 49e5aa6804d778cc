#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gates_fixture.h"

static void
a_burst_passes_at_once_and_then_the_rate_holds (void **state)
{
    scene_t scene;
    open_scene (state, &scene, 1);
    int64_t wait_ms;
    for (char letter = 'a'; letter < 'a' + PER_S; letter++) {
        assert_int_equal (enter (&scene, letter, &wait_ms), STATUS_OK);
        assert_int_equal (wait_ms, 0);
    }
    for (char letter = 'k'; letter <= 'm'; letter++)
        assert_int_equal (enter (&scene, letter, &wait_ms), STATUS_AGAIN);
    assert_int_equal (wait_ms, 3 * MS);
    assert_string_equal (turn (scene.fixture), "");
    assert_string_equal (after_ms (&scene, MS - 1), "");
    assert_string_equal (after_ms (&scene, 1), "k");
    assert_string_equal (after_ms (&scene, MS), "l");
    assert_string_equal (after_ms (&scene, MS), "m");
    assert_string_equal (after_ms (&scene, 10 * MS), "");
    close_scene (&scene);
}

static void
first_come_is_first_served_also_when_several_turns_come_together (void **state)
{
    scene_t scene;
    open_scene (state, &scene, 1);
    use_up (&scene);
    for (char letter = 'a'; letter <= 'e'; letter++)
        assert_int_equal (enter (&scene, letter, NULL), STATUS_AGAIN);
    assert_string_equal (after_ms (&scene, 3 * MS), "abc");
    assert_string_equal (after_ms (&scene, 2 * MS), "de");
    close_scene (&scene);
}

static void
b_comes (void *arg)
{
    assert_int_equal (enter (arg, 'b', NULL), STATUS_AGAIN);
}

static void
nobody_passes_those_who_wait (void **state)
{
    scene_t scene;
    open_scene (state, &scene, 1);
    use_up (&scene);
    assert_int_equal (enter (&scene, 'a', NULL), STATUS_AGAIN);
    reactor_timer_t timer = { .due = b_comes, .arg = &scene };
    reactor_set_timer (scene.fixture->reactor, &timer, reactor_now_ms (scene.fixture->reactor) + MS - 1);
    assert_string_equal (after_ms (&scene, MS), "a");   //  When b came the token was there already, and it was a's
    assert_string_equal (after_ms (&scene, MS), "b");
    close_scene (&scene);
}

static void
who_leaves_makes_room_for_those_behind (void **state)
{
    scene_t scene;
    open_scene (state, &scene, 1);
    use_up (&scene);
    for (char letter = 'a'; letter <= 'e'; letter++)
        assert_int_equal (enter (&scene, letter, NULL), STATUS_AGAIN);
    leave (&scene, 'c');        //  From the middle
    leave (&scene, 'c');        //  Again: nothing happens
    leave (&scene, 'a');        //  The first
    leave (&scene, 'e');        //  The last
    int64_t wait_ms;
    assert_int_equal (enter (&scene, 'f', &wait_ms), STATUS_AGAIN);
    assert_int_equal (wait_ms, 3 * MS);
    assert_string_equal (after_ms (&scene, MS), "b");
    assert_string_equal (after_ms (&scene, MS), "d");
    assert_string_equal (after_ms (&scene, MS), "f");
    close_scene (&scene);
}

static void
a_gate_that_everybody_left_is_open_again (void **state)
{
    scene_t scene;
    open_scene (state, &scene, 1);
    use_up (&scene);
    assert_int_equal (enter (&scene, 'a', NULL), STATUS_AGAIN);
    leave (&scene, 'a');
    assert_string_equal (after_ms (&scene, MS), "");
    assert_int_equal (enter (&scene, 'b', NULL), STATUS_OK);
    close_scene (&scene);
}

static void
a_wait_beyond_ones_patience_is_refused_at_once (void **state)
{
    scene_t scene;
    open_scene (state, &scene, 1);
    use_up (&scene);
    int64_t wait_ms;
    assert_int_equal (gate_enter (scene.gates, scene.gate, &scene.waits [0], MS - 1, &wait_ms), STATUS_BUSY);
    assert_int_equal (wait_ms, MS);
    assert_int_equal (gate_enter (scene.gates, scene.gate, &scene.waits [0], MS, &wait_ms), STATUS_AGAIN);

    //  Those before count: with one who waits, the next one's turn is two tokens away, half of the first having passed already
    fake_clock_advance (&scene.fixture->clock, MS / 2);
    turn (scene.fixture);
    assert_int_equal (gate_enter (scene.gates, scene.gate, &scene.waits [1], MS + MS / 2 - 1, &wait_ms), STATUS_BUSY);
    assert_int_equal (wait_ms, MS + MS / 2);
    assert_null (scene.waits [1].gate);
    assert_int_equal (gate_enter (scene.gates, scene.gate, &scene.waits [1], MS + MS / 2, &wait_ms), STATUS_AGAIN);
    assert_string_equal (after_ms (&scene, MS / 2), "a");
    assert_string_equal (after_ms (&scene, MS), "b");
    close_scene (&scene);
}

static void
a_share_is_a_part_of_the_rate_and_one_request_is_always_possible (void **state)
{
    scene_t scene;
    open_scene (state, &scene, 0.05);                   //  Half a request per second
    assert_true (gate_quota_per_s (scene.gate) == (double) PER_S);
    assert_int_equal (enter (&scene, 'a', NULL), STATUS_OK);
    int64_t wait_ms;
    assert_int_equal (enter (&scene, 'b', &wait_ms), STATUS_AGAIN);
    assert_int_equal (wait_ms, 2000);
    assert_string_equal (after_ms (&scene, 2000), "b");
    close_scene (&scene);
}

static void
another_quota_than_the_published_one_holds_for_the_gates_that_are_made_from_then_on (void **state)
{
    scene_t scene;
    open_scene (state, &scene, 1);
    gates_set_quota (scene.gates, 2);
    gate_t *other = gates_use (scene.gates, "", "eu-west-1", AWS_MONITORING, "GetMetricData");
    assert_true (gate_quota_per_s (other) == 2);
    assert_true (gate_quota_per_s (scene.gate) == (double) PER_S);
    gates_release (scene.gates, other);
    gates_set_quota (scene.gates, 0);
    other = gates_use (scene.gates, "", "eu-west-1", AWS_MONITORING, "ListMetrics");
    assert_true (gate_quota_per_s (other) == 25);
    gates_release (scene.gates, other);
    close_scene (&scene);
}

static void
the_quota_of_one_api_goes_before_that_of_all (void **state)
{
    scene_t scene;
    static const config_quota_t QUOTAS [] = { { "logs:ListMetrics", 7 }, { "cloudwatch:ListMetrics", 40 } };
    open_scene (state, &scene, 1);
    gates_set_quota (scene.gates, 2);
    gates_set_quotas (scene.gates, QUOTAS, 2);
    gate_t *own = gates_use (scene.gates, "", "eu-west-1", AWS_MONITORING, "ListMetrics");
    gate_t *other = gates_use (scene.gates, "", "eu-west-1", AWS_MONITORING, "GetMetricData");
    assert_true (gate_quota_per_s (own) == 40);
    assert_true (gate_quota_per_s (other) == 2);
    gates_release (scene.gates, own);
    gates_release (scene.gates, other);
    close_scene (&scene);
}

static void
a_gate_that_was_slowed_down_lets_fewer_pass (void **state)
{
    scene_t scene;
    open_scene (state, &scene, 1);
    gate_slow_down (scene.gates, scene.gate);
    assert_int_equal (enter (&scene, 'a', NULL), STATUS_OK);
    int64_t wait_ms;
    assert_int_equal (enter (&scene, 'b', &wait_ms), STATUS_AGAIN);
    assert_int_equal (wait_ms, 5 * MS / 4);
    assert_string_equal (after_ms (&scene, 5 * MS / 4 - 1), "");
    assert_string_equal (after_ms (&scene, 1), "b");
    close_scene (&scene);
}

//  --- What those who pass do from inside

static scene_t *s_scene;

static void
pass_and_make_b_leave (void *arg)
{
    tell_letter (arg);
    leave (s_scene, 'b');
}

static void
who_passes_may_make_others_leave (void **state)
{
    scene_t scene;
    open_scene (state, &scene, 1);
    s_scene = &scene;
    use_up (&scene);
    scene.waits [0].pass = pass_and_make_b_leave;
    for (char letter = 'a'; letter <= 'c'; letter++)
        assert_int_equal (enter (&scene, letter, NULL), STATUS_AGAIN);
    assert_string_equal (after_ms (&scene, 3 * MS), "ac");
    close_scene (&scene);
}

static void
pass_and_enter_again (void *arg)
{
    tell_letter (arg);
    assert_int_equal (enter (s_scene, 'z', NULL), STATUS_AGAIN);
}

static void
who_passes_may_come_again_and_stands_behind_the_others (void **state)
{
    scene_t scene;
    open_scene (state, &scene, 1);
    s_scene = &scene;
    use_up (&scene);
    scene.waits [0].pass = pass_and_enter_again;
    assert_int_equal (enter (&scene, 'a', NULL), STATUS_AGAIN);
    assert_int_equal (enter (&scene, 'b', NULL), STATUS_AGAIN);
    assert_string_equal (after_ms (&scene, MS), "a");
    assert_string_equal (after_ms (&scene, MS), "b");
    assert_string_equal (after_ms (&scene, MS), "z");
    close_scene (&scene);
}

//  --- The table

//  A gate of the numbered (account, region) pair.
static gate_t *
use (gates_t *gates, int pair, const char *api)
{
    char account [16];
    snprintf (account, sizeof account, "account%d", pair);
    return gates_use (gates, account, "eu-west-1", AWS_LOGS, api);
}

static void
pass_and_take_its_place (void *arg)
{
    tell_letter (arg);
    gates_release (s_scene->gates, s_scene->gate);
    s_scene->gate = use (s_scene->gates, GATES_REGIONS_MAX, API);
    assert_non_null (s_scene->gate);
}

static void
who_passes_may_bring_about_the_end_of_the_gate (void **state)
{
    scene_t scene;
    open_scene (state, &scene, 1);
    s_scene = &scene;
    use_up (&scene);
    gate_t *others [GATES_REGIONS_MAX];
    for (int i = 1; i < GATES_REGIONS_MAX; i++)
        assert_non_null (others [i] = use (scene.gates, i, API));
    scene.waits [0].pass = pass_and_take_its_place;
    assert_int_equal (enter (&scene, 'a', NULL), STATUS_AGAIN);
    const gate_t *place = scene.gate;
    assert_string_equal (after_ms (&scene, MS), "a");
    assert_ptr_equal (scene.gate, place);               //  The only idle one
    for (char letter = 'a'; letter < 'a' + PER_S; letter++)
        assert_int_equal (enter (&scene, letter, NULL), STATUS_OK);     //  It is a new gate, with a bucket of its own
    for (int i = 1; i < GATES_REGIONS_MAX; i++)
        gates_release (scene.gates, others [i]);
    close_scene (&scene);
}

static void
the_same_account_region_and_api_share_a_gate (void **state)
{
    scene_t scene;
    open_scene (state, &scene, 1);
    assert_ptr_equal (gates_use (scene.gates, "", "eu-west-1", AWS_LOGS, API), scene.gate);
    gates_release (scene.gates, scene.gate);
    gate_t *others [] = {
        gates_use (scene.gates, "prod", "eu-west-1", AWS_LOGS, API), gates_use (scene.gates, "", "eu-west-2", AWS_LOGS, API),
        gates_use (scene.gates, "", "eu-west-1", AWS_MONITORING, API), gates_use (scene.gates, "", "eu-west-1", AWS_LOGS, "StartQuery"),
    };
    for (size_t i = 0; i < 4; i++) {
        assert_ptr_not_equal (others [i], scene.gate);
        for (size_t j = 0; j < i; j++)
            assert_ptr_not_equal (others [i], others [j]);
        gates_release (scene.gates, others [i]);
    }
    close_scene (&scene);
}

static void
an_idle_gate_is_found_again_as_it_was (void **state)
{
    scene_t scene;
    open_scene (state, &scene, 1);
    use_up (&scene);
    gates_release (scene.gates, scene.gate);
    assert_ptr_equal (gates_use (scene.gates, "", "eu-west-1", AWS_LOGS, API), scene.gate);
    assert_int_equal (enter (&scene, 'a', NULL), STATUS_AGAIN);
    leave (&scene, 'a');
    close_scene (&scene);
}

static void
a_table_full_of_gates_in_use_takes_no_other (void **state)
{
    fixture_t *fixture = *state;
    gates_t *gates = gates_new (fixture->reactor, 1);
    enum { APIS = GATES_MAX / GATES_REGIONS_MAX };
    gate_t *all [GATES_REGIONS_MAX] [APIS];
    for (int pair = 0; pair < GATES_REGIONS_MAX; pair++)
        for (int api = 0; api < APIS; api++) {
            char name [16];
            snprintf (name, sizeof name, "Api%d", api);
            assert_non_null (all [pair] [api] = use (gates, pair, name));
        }
    assert_null (use (gates, 0, "OneMore"));

    gates_release (gates, all [7] [3]);
    fake_clock_advance (&fixture->clock, 5);
    turn (fixture);
    gates_release (gates, all [5] [2]);
    assert_ptr_equal (use (gates, 0, "OneMore"), all [7] [3]);          //  The place of the one that was idle longest
    all [5] [2] = use (gates, 0, "AndOneMore");
    assert_non_null (all [5] [2]);
    assert_null (use (gates, 0, "Api2More"));
    gates_destroy (&gates);
}

static void
one_pair_more_takes_the_place_of_the_pair_that_was_idle_longest (void **state)
{
    fixture_t *fixture = *state;
    gates_t *gates = gates_new (fixture->reactor, 1);
    gate_t *all [GATES_REGIONS_MAX];
    for (int pair = 0; pair < GATES_REGIONS_MAX; pair++)
        all [pair] = use (gates, pair, API);

    //  Pair 10 has a gate that has been idle since long ago, and another that was busy until just now; pair 20 rests in between
    gate_t *second = use (gates, 10, "StartQuery");
    gates_release (gates, all [10]);
    after_ms (&(scene_t) { .fixture = fixture }, 100);
    gates_release (gates, all [20]);
    after_ms (&(scene_t) { .fixture = fixture }, 100);
    gates_release (gates, second);
    assert_ptr_equal (use (gates, 64, API), all [20]);
    assert_ptr_equal (use (gates, 10, API), all [10]);
    gates_release (gates, all [10]);

    //  Now pair 10 is the only idle one, and leaves with both its gates
    gate_t *next = use (gates, 65, API);
    assert_true (next == all [10] || next == second);
    assert_null (use (gates, 66, API));
    gates_destroy (&gates);
}

static void
one_pair_more_is_refused_when_all_are_in_use (void **state)
{
    fixture_t *fixture = *state;
    gates_t *gates = gates_new (fixture->reactor, 1);
    gate_t *first = use (gates, 0, API);
    gate_t *half_idle = use (gates, 0, "StartQuery");
    for (int pair = 1; pair < GATES_REGIONS_MAX; pair++)
        assert_non_null (use (gates, pair, API));
    gates_release (gates, half_idle);                   //  Its pair is in use all the same
    assert_null (use (gates, 64, API));
    assert_non_null (use (gates, 63, "StartQuery"));    //  A pair that is there may have more gates
    gates_release (gates, first);
    assert_non_null (use (gates, 64, API));
    gates_destroy (&gates);
}

#define SCENE_TEST(name) cmocka_unit_test_setup_teardown (name, begin, end)

int
main (void)
{
    const struct CMUnitTest tests [] = {
        SCENE_TEST (a_burst_passes_at_once_and_then_the_rate_holds),
        SCENE_TEST (first_come_is_first_served_also_when_several_turns_come_together),
        SCENE_TEST (nobody_passes_those_who_wait),
        SCENE_TEST (who_leaves_makes_room_for_those_behind),
        SCENE_TEST (a_gate_that_everybody_left_is_open_again),
        SCENE_TEST (a_wait_beyond_ones_patience_is_refused_at_once),
        SCENE_TEST (a_share_is_a_part_of_the_rate_and_one_request_is_always_possible),
        SCENE_TEST (another_quota_than_the_published_one_holds_for_the_gates_that_are_made_from_then_on),
        SCENE_TEST (the_quota_of_one_api_goes_before_that_of_all),
        SCENE_TEST (a_gate_that_was_slowed_down_lets_fewer_pass),
        SCENE_TEST (who_passes_may_make_others_leave),
        SCENE_TEST (who_passes_may_come_again_and_stands_behind_the_others),
        SCENE_TEST (who_passes_may_bring_about_the_end_of_the_gate),
        SCENE_TEST (the_same_account_region_and_api_share_a_gate),
        SCENE_TEST (an_idle_gate_is_found_again_as_it_was),
        SCENE_TEST (a_table_full_of_gates_in_use_takes_no_other),
        SCENE_TEST (one_pair_more_takes_the_place_of_the_pair_that_was_idle_longest),
        SCENE_TEST (one_pair_more_is_refused_when_all_are_in_use),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
