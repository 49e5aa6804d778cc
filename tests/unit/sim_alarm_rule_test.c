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

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (references_come_in_their_order),
        cmocka_unit_test (a_rule_without_references_has_none),
        cmocka_unit_test (names_are_compared_whole),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
