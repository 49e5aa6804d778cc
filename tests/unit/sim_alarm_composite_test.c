#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "alarm_composite.h"

static const int64_t NOW_MS = INT64_C (1795388707000);

//  Times are given in seconds before now.
#define AGO(seconds) (NOW_MS - (seconds) * INT64_C (1000))

static const alarm_change_t A_CHANGES [] = {
    { .time_ms = AGO (2000000), .from = SHOP_ALARM, .to = SHOP_OK },
    { .time_ms = AGO (600), .from = SHOP_OK, .to = SHOP_ALARM },
    { .time_ms = AGO (200), .from = SHOP_ALARM, .to = SHOP_OK },
};
static const alarm_change_t B_CHANGES [] = {
    { .time_ms = AGO (2000000), .from = SHOP_ALARM, .to = SHOP_OK },
    { .time_ms = AGO (500), .from = SHOP_OK, .to = SHOP_INSUFFICIENT_DATA },
    { .time_ms = AGO (400), .from = SHOP_INSUFFICIENT_DATA, .to = SHOP_ALARM },
};
static const alarm_timeline_t A = { A_CHANGES, 3 }, B = { B_CHANGES, 3 };

static const alarm_timeline_t *
s_find (void *context, slice_t name)
{
    (void) context;
    return slice_is (name, "a") ? &A : slice_is (name, "b") ? &B : NULL;
}

//  A rule, and the changes that it makes: seconds before now, the child, the state.
typedef struct {
    const char *rule;
    int count;
    int ago_s [4];
    const char *trigger [4];
} told_t;

static void
a_rule_follows_its_children (void **state)
{
    (void) state;
    static const told_t CASES [] = {
        { "ALARM(a) OR ALARM(b)", 1, { 600 }, { "a" } },
        { "ALARM(a) AND ALARM(\"b\")", 2, { 400, 200 }, { "b", "a" } },
        { "ALARM(a) AND NOT (ALARM(b) OR INSUFFICIENT_DATA(b))", 2, { 600, 500 }, { "a", "b" } },
        { "INSUFFICIENT_DATA(arn:aws:cloudwatch:eu-west-1:1:alarm:b)", 2, { 500, 400 }, { "b", "b" } },
        { "ALARM(a) AND INSUFFICIENT_DATA(nobody)", 2, { 600, 200 }, { "a", "a" } },
        { "ALARM(a) AND FALSE", 0, { 0 }, { NULL } },
    };
    const shop_t shop = { .now_ms = NOW_MS };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        alarm_timeline_t timeline;
        arena_t *arena = arena_new (65536);
        const shop_composite_alarm_t alarm = { .head = { .name = "c", .state = SHOP_OK, .changed_min = 30000 }, .rule = CASES [i].rule };
        assert_true (alarm_composite_timeline (&shop, &alarm, s_find, NULL, arena, &timeline));
        if (timeline.count != (size_t) CASES [i].count + 1)
            fail_msg ("%s changes %zu times", CASES [i].rule, timeline.count - 1);
        assert_int_equal (timeline.changes [0].to, SHOP_OK);
        for (int j = 0; j < CASES [i].count; j++) {
            const alarm_change_t *change = &timeline.changes [j + 1];
            assert_int_equal (change->to, j % 2 ? SHOP_OK : SHOP_ALARM);
            assert_int_equal (change->trigger_ms, AGO (CASES [i].ago_s [j]));
            assert_true (change->time_ms > change->trigger_ms && change->time_ms < change->trigger_ms + 1000);
            assert_string_equal (change->trigger, CASES [i].trigger [j]);
        }
        arena_destroy (&arena);
    }
}

static void
a_rule_without_children_leaves_what_was_set_by_hand (void **state)
{
    (void) state;
    const shop_t shop = { .now_ms = NOW_MS };
    const shop_composite_alarm_t alarm = { .head = { .name = "c", .state = SHOP_ALARM, .changed_min = 41 }, .rule = "FALSE" };
    alarm_timeline_t timeline;
    arena_t *arena = arena_new (65536);
    assert_true (alarm_composite_timeline (&shop, &alarm, s_find, NULL, arena, &timeline));
    assert_int_equal (timeline.count, 1);
    assert_int_equal (timeline.changes [0].to, SHOP_ALARM);
    assert_in_range ((NOW_MS - timeline.changes [0].time_ms) / 60000, 41, 42);
    arena_destroy (&arena);
}

//  The composite alarm goes to ALARM 1000 s before now, and waits 120 s; an extension takes 300 s. When is the suppressor in ALARM?
static void
a_suppressor_holds_actions_back (void **state)
{
    (void) state;
    static const alarm_change_t OURS [] = {
        { .time_ms = AGO (900000), .to = SHOP_OK },
        { .time_ms = AGO (1000), .from = SHOP_OK, .to = SHOP_ALARM },
    };
    static const alarm_timeline_t TIMELINE = { OURS, 2 };
    const shop_composite_alarm_t alarm = { .wait_s = 120, .extension_s = 300 };
    //  Seconds before now at which the suppressor begins and ends; when the actions are taken (-1: not), and what holds them at 890 s
    static const struct { int begins, ends, acted; alarm_composite_hold_t held; } CASES [] = {
        { 2000, 1500, 880, ALARM_COMPOSITE_WAIT },          //  Long over: only the wait
        { 2000, 1179, 879, ALARM_COMPOSITE_EXTENSION },     //  Its extension lasts a second longer than the wait
        { 2000, 1181, 880, ALARM_COMPOSITE_EXTENSION },
        { 2000, 950, 650, ALARM_COMPOSITE_EXTENSION },
        { 881, 700, 400, ALARM_COMPOSITE_WAIT },            //  It comes in the wait's last second
        { 879, 700, 880, ALARM_COMPOSITE_WAIT },            //  It comes too late
        { 2000, 200, -1, ALARM_COMPOSITE_ALARM },           //  Its extension is not over yet
        { 2000, 301, 1, ALARM_COMPOSITE_ALARM },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        const alarm_change_t theirs [] = {
            { .time_ms = AGO (900000), .from = SHOP_OK, .to = SHOP_OK },
            { .time_ms = AGO (CASES [i].begins), .from = SHOP_OK, .to = SHOP_ALARM },
            { .time_ms = AGO (CASES [i].ends), .from = SHOP_ALARM, .to = SHOP_OK },
        };
        const alarm_timeline_t suppressor = { theirs, 3 };
        int64_t acted_ms = alarm_composite_acted_ms (&alarm, &TIMELINE, 1, &suppressor, NOW_MS);
        if (acted_ms != (CASES [i].acted < 0 ? -1 : AGO (CASES [i].acted)))
            fail_msg ("case %zu: actions were taken %lld s before now", i, (long long) (NOW_MS - acted_ms) / 1000);
        if (alarm_composite_hold (&alarm, &OURS [1], &suppressor, AGO (890)) != CASES [i].held)
            fail_msg ("case %zu: held by another", i);
    }
    assert_int_equal (alarm_composite_acted_ms (&alarm, &TIMELINE, 1, NULL, NOW_MS), AGO (1000));
    assert_int_equal (alarm_composite_hold (&alarm, &OURS [1], NULL, AGO (999)), ALARM_COMPOSITE_FREE);
}

static void
actions_are_dropped_when_the_state_changes_while_they_wait (void **state)
{
    (void) state;
    static const alarm_change_t OURS [] = {
        { .time_ms = AGO (900000), .to = SHOP_OK },
        { .time_ms = AGO (1000), .from = SHOP_OK, .to = SHOP_ALARM },
        { .time_ms = AGO (880), .from = SHOP_ALARM, .to = SHOP_OK },
    };
    static const alarm_change_t NEVER [] = { { .time_ms = AGO (900000), .from = SHOP_OK, .to = SHOP_OK } };
    const alarm_timeline_t timeline = { OURS, 3 }, suppressor = { NEVER, 1 };
    shop_composite_alarm_t alarm = { .wait_s = 120, .extension_s = 300 };
    assert_int_equal (alarm_composite_acted_ms (&alarm, &timeline, 1, &suppressor, NOW_MS), -1);
    alarm.wait_s = 119;
    assert_int_equal (alarm_composite_acted_ms (&alarm, &timeline, 1, &suppressor, NOW_MS), AGO (881));
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_rule_follows_its_children),
        cmocka_unit_test (a_rule_without_children_leaves_what_was_set_by_hand),
        cmocka_unit_test (a_suppressor_holds_actions_back),
        cmocka_unit_test (actions_are_dropped_when_the_state_changes_while_they_wait),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
