#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "alarm_judge.h"

#include <math.h>
#include <string.h>

static const int64_t LAST_MS = 600000;

//  A range as the user guide draws it: X beyond the threshold, 0 not, - missing; the newest stands last.
typedef struct {
    const char *range;
    const char *missing;
    shop_state_t before;
    shop_state_t after;
} drawn_t;

static shop_state_t
s_judge (const shop_metric_alarm_t *alarm, const char *drawn, shop_state_t before, alarm_evidence_t *evidence)
{
    alarm_point_t range [ALARM_RANGE_MAX];
    assert_int_equal (strlen (drawn), alarm_judge_range (alarm));
    for (size_t i = 0; drawn [i]; i++)
        range [i] = (alarm_point_t) { .value = drawn [i] == '-' ? (double) NAN : drawn [i] == 'X' ? 11 : 1, .samples = 1 };
    return alarm_judge (alarm, range, LAST_MS, before, evidence);
}

static void
s_judge_all (int periods, int datapoints, const drawn_t *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        alarm_evidence_t evidence;
        shop_metric_alarm_t alarm = { .periods = periods, .datapoints = datapoints, .period_s = 60, .operator = ">", .threshold = 10 };
        alarm.missing = cases [i].missing;
        shop_state_t state = s_judge (&alarm, cases [i].range, cases [i].before, &evidence);
        if (state != cases [i].after)
            fail_msg ("\"%s\" with %s missing: %d instead of %d", cases [i].range, alarm.missing ? alarm.missing : "the default of", state,
                      cases [i].after);
    }
}

static void
three_of_three_follow_the_user_guide (void **state)
{
    (void) state;
    static const drawn_t CASES [] = {
        { "00XXX", NULL, SHOP_OK, SHOP_ALARM },
        { "XXXX0", NULL, SHOP_ALARM, SHOP_OK },
        { "0-X-X", "breaching", SHOP_OK, SHOP_OK },
        { "0XX-X", "notBreaching", SHOP_OK, SHOP_ALARM },
        { "----0", NULL, SHOP_ALARM, SHOP_OK },
        { "----0", "breaching", SHOP_ALARM, SHOP_OK },
        { "--X--", "missing", SHOP_OK, SHOP_ALARM },
        { "---X-", "missing", SHOP_OK, SHOP_OK },
        { "--X--", "ignore", SHOP_ALARM, SHOP_ALARM },
        { "--X--", "ignore", SHOP_OK, SHOP_OK },
        { "--X--", "breaching", SHOP_OK, SHOP_ALARM },
        { "--X--", "notBreaching", SHOP_ALARM, SHOP_OK },
        { "-----", NULL, SHOP_OK, SHOP_INSUFFICIENT_DATA },
        { "-----", "ignore", SHOP_ALARM, SHOP_ALARM },
        { "-----", "breaching", SHOP_OK, SHOP_ALARM },
        { "-----", "notBreaching", SHOP_ALARM, SHOP_OK },
    };
    s_judge_all (3, 0, CASES, sizeof CASES / sizeof CASES [0]);
}

static void
two_of_three_follow_the_user_guide (void **state)
{
    (void) state;
    static const drawn_t CASES [] = {
        { "0-X-X", "missing", SHOP_OK, SHOP_ALARM },
        { "00X0X", "notBreaching", SHOP_OK, SHOP_ALARM },
        { "000X0", NULL, SHOP_ALARM, SHOP_OK },
        { "0-X--", "breaching", SHOP_OK, SHOP_ALARM },
        { "0-X--", "notBreaching", SHOP_OK, SHOP_OK },
        { "----0", "breaching", SHOP_OK, SHOP_ALARM },
        { "---X-", "missing", SHOP_OK, SHOP_ALARM },
        { "----X", "missing", SHOP_OK, SHOP_OK },
    };
    s_judge_all (3, 2, CASES, sizeof CASES / sizeof CASES [0]);
}

//  An operator, a value, and whether that is on the bad side of 10, or outside of 5 to 10.
typedef struct {
    const char *operator;
    double value;
    bool beyond;
} side_t;

static void
each_operator_has_its_bad_side (void **state)
{
    (void) state;
    static const side_t CASES [] = {
        { ">", 10, false }, { ">", 10.5, true }, { ">=", 10, true }, { ">=", 9.5, false }, { "<", 10, false }, { "<", 9.5, true },
        { "<=", 10, true }, { "<=", 10.5, false }, { ">band", 10, false }, { ">band", 10.5, true }, { ">band", 1, false },
        { "<>band", 5, false }, { "<>band", 4.5, true }, { "<>band", 10, false }, { "<>band", 10.5, true },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        shop_metric_alarm_t alarm = { .operator = CASES [i].operator, .threshold = 10 };
        alarm_point_t point = { .value = CASES [i].value, .lower = 5, .upper = 10 };
        if (alarm_judge_beyond (&alarm, &point) != CASES [i].beyond)
            fail_msg ("%g %s", CASES [i].value, CASES [i].operator);
        point.lower = point.upper = NAN;
        if (strstr (alarm.operator, "band") && alarm_judge_beyond (&alarm, &point))
            fail_msg ("%s without a band", CASES [i].operator);
    }
}

static void
the_evidence_is_what_decided_newest_first (void **state)
{
    (void) state;
    alarm_evidence_t evidence;
    shop_metric_alarm_t alarm = { .periods = 3, .period_s = 60, .operator = ">", .threshold = 10, .missing = "notBreaching" };
    assert_int_equal (s_judge (&alarm, "XX0-X", SHOP_OK, &evidence), SHOP_OK);
    assert_int_equal (evidence.count, 3);
    assert_int_equal (evidence.beyond, 2);
    assert_int_equal (evidence.filled, 0);
    assert_int_equal (evidence.sightings [0].begins_ms, LAST_MS);
    assert_int_equal (evidence.sightings [1].begins_ms, LAST_MS - 120000);
    assert_false (evidence.sightings [1].beyond);
    assert_true (evidence.sightings [2].beyond);
    assert_int_equal (s_judge (&alarm, "---X-", SHOP_OK, &evidence), SHOP_OK);
    assert_int_equal (evidence.count, 1);
    assert_int_equal (evidence.filled, 2);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (three_of_three_follow_the_user_guide),
        cmocka_unit_test (two_of_three_follow_the_user_guide),
        cmocka_unit_test (each_operator_has_its_bad_side),
        cmocka_unit_test (the_evidence_is_what_decided_newest_first),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
