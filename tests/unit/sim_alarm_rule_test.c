#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "alarm_rule.h"

static void
assert_next (slice_t *rest, const char *expected)
{
    slice_t name;
    assert_true (alarm_rule_next (rest, &name));
    assert_true (slice_is (name, expected));
}

static void
references_come_in_their_order (void **state)
{
    (void) state;
    slice_t name;
    slice_t rest = SLICE ("ALARM(\"a b\") AND (OK( plain ) OR NOT INSUFFICIENT_DATA(arn:aws:cloudwatch:eu-west-1:123456789012:alarm:c-d))");
    assert_next (&rest, "a b");
    assert_next (&rest, "plain");
    assert_next (&rest, "c-d");
    assert_false (alarm_rule_next (&rest, &name));
}

static void
a_rule_without_references_has_none (void **state)
{
    (void) state;
    assert_false (alarm_rule_refers ("FALSE", "FALSE"));
    assert_false (alarm_rule_refers ("", "a"));
    assert_false (alarm_rule_refers ("ALARM", "a"));
    assert_false (alarm_rule_refers ("MYALARM(a)", "a"));
}

static void
names_are_compared_whole (void **state)
{
    (void) state;
    assert_true (alarm_rule_refers ("ALARM(shop-a)", "shop-a"));
    assert_false (alarm_rule_refers ("ALARM(shop-ab)", "shop-a"));
    assert_true (alarm_rule_refers ("ALARM(\"odd ) name\")", "odd ) name"));
}

//  a is in ALARM, b is OK, everything else has no data.
static shop_state_t
s_state_of (void *context, slice_t name)
{
    ++*(int *) context;
    return slice_is (name, "a") ? SHOP_ALARM : slice_is (name, "b") ? SHOP_OK : SHOP_INSUFFICIENT_DATA;
}

typedef struct {
    const char *rule;
    bool holds;
} held_t;

static void
a_rule_holds_by_the_states_of_its_alarms (void **state)
{
    (void) state;
    static const held_t CASES [] = {
        { "ALARM(a)", true }, { "ALARM(b)", false }, { "OK(\"b\")", true }, { "INSUFFICIENT_DATA(c)", true }, { "INSUFFICIENT_DATA(a)", false },
        { "ALARM(arn:aws:cloudwatch:eu-west-1:123456789012:alarm:a)", true }, { "NOT ALARM(a)", false }, { "NOT NOT ALARM(a)", true },
        { "ALARM(a) AND OK(a)", false }, { "ALARM(a) OR OK(a)", true }, { "TRUE", true }, { "FALSE", false }, { "TRUE AND NOT FALSE", true },
        //  AND before OR
        { "ALARM(a) OR ALARM(a) AND FALSE", true }, { "(ALARM(a) OR ALARM(a)) AND FALSE", false }, { "FALSE AND ALARM(b) OR OK(b)", true },
        { "  ( ALARM( a ) AND ( OK(b) ) )  ", true }, { "NOT (ALARM(a) AND OK(b)) OR ALARM(b)", false },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        int asked = 0;
        if (alarm_rule_holds (CASES [i].rule, s_state_of, &asked) != CASES [i].holds)
            fail_msg ("%s", CASES [i].rule);
    }
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (references_come_in_their_order),
        cmocka_unit_test (a_rule_without_references_has_none),
        cmocka_unit_test (names_are_compared_whole),
        cmocka_unit_test (a_rule_holds_by_the_states_of_its_alarms),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
