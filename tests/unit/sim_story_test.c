#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "story.h"

#include <stdio.h>
#include <string.h>

#define NOW_MS INT64_C (1795388707000)
#define MINUTE_MS INT64_C (60000)

static double
force_ago (story_id_t id, int minutes)
{
    return story_force (id, NOW_MS, NOW_MS - minutes * MINUTE_MS);
}

static void
every_incident_has_a_name_of_its_own_a_cause_and_a_time_within_the_week (void **state)
{
    (void) state;
    for (int i = 0; i < STORY_COUNT; i++) {
        const story_incident_t *incident = story_incident ((story_id_t) i);
        assert_true (strlen (incident->name) > 0 && strlen (incident->cause) > 0);
        assert_in_range (incident->from_min, 1, 7 * 24 * 60);
        assert_true (incident->to_min >= 0 && incident->to_min < incident->from_min);
        for (int j = 0; j < i; j++)
            assert_string_not_equal (incident->name, story_incident ((story_id_t) j)->name);
    }
}

static void
nothing_is_felt_before_an_incident_and_after_it (void **state)
{
    (void) state;
    for (int i = 0; i < STORY_COUNT; i++) {
        const story_incident_t *incident = story_incident ((story_id_t) i);
        assert_true (force_ago ((story_id_t) i, incident->from_min + 1) == 0);
        if (incident->to_min > 0) {
            assert_true (force_ago ((story_id_t) i, incident->to_min) == 0);
            assert_true (force_ago ((story_id_t) i, incident->to_min + 1) > 0);
            assert_true (force_ago ((story_id_t) i, 0) == 0);
        }
    }
}

static void
it_rises_within_a_few_minutes_and_stays_at_its_worst (void **state)
{
    (void) state;
    assert_true (force_ago (STORY_DISK_FULL, 5100) == 0);
    assert_true (force_ago (STORY_DISK_FULL, 5098) == 0.5);
    assert_true (force_ago (STORY_DISK_FULL, 5096) == 1);
    assert_true (force_ago (STORY_DISK_FULL, 5000) == 1);
    assert_true (force_ago (STORY_DISK_FULL, 4924) == 1);
    assert_true (force_ago (STORY_DISK_FULL, 4922) == 0.5);
    //  25 minutes in all: two and a half to rise
    assert_true (force_ago (STORY_NAT_PORTS, 5898) == 0.8);
    assert_true (force_ago (STORY_NAT_PORTS, 5897) == 1);
}

static void
what_goes_on_is_felt_now_and_later (void **state)
{
    (void) state;
    assert_true (force_ago (STORY_ORDERS_DB, 0) == 1);
    assert_true (force_ago (STORY_ORDERS_DB, -600) == 1);
    assert_true (force_ago (STORY_DLQ, 0) == 1);
}

static void
the_leak_climbs_for_twenty_hours_and_falls_back_at_once (void **state)
{
    (void) state;
    double last = 0;
    int falls = 0;
    for (int ago = 10080; ago >= -2000; ago--) {
        double force = force_ago (STORY_MEMORY_LEAK, ago);
        assert_true (force >= 0 && force <= 1);
        if (force < last) {
            assert_true (last > 0.999 && force < 0.001);
            falls++;
        }
        last = force;
    }
    assert_int_equal (falls, 11);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (every_incident_has_a_name_of_its_own_a_cause_and_a_time_within_the_week),
        cmocka_unit_test (nothing_is_felt_before_an_incident_and_after_it),
        cmocka_unit_test (it_rises_within_a_few_minutes_and_stays_at_its_worst),
        cmocka_unit_test (what_goes_on_is_felt_now_and_later),
        cmocka_unit_test (the_leak_climbs_for_twenty_hours_and_falls_back_at_once),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
