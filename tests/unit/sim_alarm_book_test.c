#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "alarm_book.h"
#include "sim_ask.h"

#include <string.h>

//  A shop with two alarms that are given and two composite ones that name each other: a book of it takes no time.
static const shop_composite_alarm_t COMPOSITES [] = {
    { { "circle", "", SHOP_OK, 30000, 60, "" }, "ALARM(round) OR ALARM(log)", NULL, 0, 0 },
    { { "round", "", SHOP_OK, 30000, 60, "" }, "ALARM(circle)", NULL, 0, 0 },
};
static const shop_log_alarm_t LOGS [] = { { { "log", "", SHOP_ALARM, 30, 60, "" }, "", "", "", "", 300, 1, 1, ">", 1, 2, NULL, 0 } };
static const shop_metric_alarm_t METRICS [] = { { .head = { "metric", "", SHOP_ALARM, 20, 60, "" }, .promql = "up" } };

static int
s_set_up (void **state)
{
    static shop_t shop = {
        .now_ms = SIM_ASK_NOW_MS, .metric_alarms = METRICS, .metric_alarms_count = 1, .composite_alarms = COMPOSITES, .composite_alarms_count = 2,
        .log_alarms = LOGS, .log_alarms_count = 1,
    };
    shop.alarms = alarm_shelf_new ();
    *state = &shop;
    return shop.alarms ? 0 : -1;
}

static int
s_tear_down (void **state)
{
    shop_t *shop = *state;
    alarm_shelf_destroy (&shop->alarms);
    return shop->alarms ? -1 : 0;
}

static void
alarms_of_every_kind_are_found_by_name (void **state)
{
    const shop_t *shop = *state;
    const alarm_book_t *book = alarm_book (shop, "eu-west-1");
    const alarm_timeline_t *timeline = NULL;
    assert_ptr_equal (alarm_book_find (shop, book, SLICE ("metric"), &timeline), &METRICS [0].head);
    assert_ptr_equal (timeline, &book->metric [0]);
    assert_ptr_equal (alarm_book_find (shop, book, SLICE ("round"), &timeline), &COMPOSITES [1].head);
    assert_ptr_equal (timeline, &book->composite [1]);
    assert_ptr_equal (alarm_book_find (shop, book, SLICE ("log"), &timeline), &LOGS [0].head);
    assert_ptr_equal (timeline, &book->log [0]);
    assert_null (alarm_book_find (shop, book, SLICE ("nobody"), &timeline));
    assert_null (alarm_book_find (shop, book, SLICE_ABSENT, &timeline));
}

static void
a_circle_of_rules_ends (void **state)
{
    const alarm_book_t *book = alarm_book (*state, "eu-west-1");
    assert_int_equal (alarm_timeline_last (&book->composite [0])->to, SHOP_ALARM);
    assert_string_equal (alarm_timeline_last (&book->composite [0])->trigger, "log");
    assert_true (book->composite [1].count > 0);
}

static void
the_region_asked_for_longest_ago_makes_room (void **state)
{
    const shop_t *shop = *state;
    char region [32];
    const alarm_book_t *first = alarm_book (shop, "region-0");
    const alarm_timeline_t *kept = first->metric;
    for (int i = 1; i < ALARM_BOOK_REGIONS_KEPT; i++) {
        snprintf (region, sizeof region, "region-%d", i);
        assert_ptr_not_equal (alarm_book (shop, region), first);
        assert_ptr_equal (alarm_book (shop, "region-0"), first);
    }
    const alarm_book_t *second = alarm_book (shop, "another");      //  In place of region-1
    assert_ptr_not_equal (second, first);
    assert_ptr_equal (alarm_book (shop, "region-0"), first);
    assert_ptr_equal (first->metric, kept);
    assert_ptr_not_equal (alarm_book (shop, "region-1"), second);
}

static int64_t
s_wall_ms (void *self)
{
    return *(int64_t *) self;
}

static void
a_book_is_written_again_when_a_minute_has_passed (void **state)
{
    shop_t *shop = *state;
    int64_t wall_ms = SIM_ASK_NOW_MS;
    const clock_source_t clock = { NULL, s_wall_ms, &wall_ms };
    shop->clock = &clock;
    assert_int_equal (alarm_book (shop, "eu-west-1")->until_ms, SIM_ASK_NOW_MS);
    wall_ms += 59999;
    assert_int_equal (alarm_book (shop, "eu-west-1")->until_ms, SIM_ASK_NOW_MS);
    wall_ms++;
    assert_int_equal (alarm_book (shop, "eu-west-1")->until_ms, SIM_ASK_NOW_MS + 60000);
    shop->clock = NULL;
}

static void
a_region_has_a_longest_name (void **state)
{
    char region [ALARM_BOOK_REGION_SIZE + 1];
    memset (region, 'x', sizeof region);
    region [ALARM_BOOK_REGION_SIZE] = 0;
    assert_null (alarm_book (*state, region));
    region [ALARM_BOOK_REGION_SIZE - 1] = 0;
    assert_non_null (alarm_book (*state, region));
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (alarms_of_every_kind_are_found_by_name, s_set_up, s_tear_down),
        cmocka_unit_test_setup_teardown (a_circle_of_rules_ends, s_set_up, s_tear_down),
        cmocka_unit_test_setup_teardown (the_region_asked_for_longest_ago_makes_room, s_set_up, s_tear_down),
        cmocka_unit_test_setup_teardown (a_book_is_written_again_when_a_minute_has_passed, s_set_up, s_tear_down),
        cmocka_unit_test_setup_teardown (a_region_has_a_longest_name, s_set_up, s_tear_down),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
