#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim_ask.h"

#include "shop.h"

#include <stdlib.h>

static size_t
count_own_groups (const shop_t *shop, const char *class)
{
    size_t count = 0;
    for (size_t i = 0; i < shop->log_groups_count; i++)
        count += strcmp (shop->log_groups [i].account, SHOP_ACCOUNT) == 0 && (!class || strcmp (shop->log_groups [i].class, class) == 0);
    return count;
}

static void
there_are_enough_log_groups_of_every_class (void **state)
{
    const shop_t *shop = *state;
    assert_in_range (count_own_groups (shop, NULL), 135, 150);
    assert_in_range (count_own_groups (shop, "INFREQUENT_ACCESS"), 10, 40);
    assert_int_equal (count_own_groups (shop, "DELIVERY"), 3);
    assert_true (shop->log_groups_count > count_own_groups (shop, NULL));
}

static void
log_groups_are_sorted_and_older_than_now (void **state)
{
    const shop_t *shop = *state;
    for (size_t i = 0; i < shop->log_groups_count; i++) {
        const shop_log_group_t *group = &shop->log_groups [i];
        assert_true (group->created_ms < SIM_ASK_NOW_MS && group->created_ms > 0);
        if (i) {
            int order = strcmp (group [-1].name, group->name);
            assert_true (order < 0 || (order == 0 && strcmp (group [-1].account, group->account) < 0));
        }
    }
}

static int
s_compare_texts (const void *left, const void *right)
{
    return strcmp (*(const char *const *) left, *(const char *const *) right);
}

static size_t
count_namespaces (const shop_t *shop)
{
    const char *names [64];
    size_t count = 0;
    for (size_t i = 0; i < shop->metrics_count; i++) {
        size_t at = 0;
        while (at < count && strcmp (names [at], shop->metrics [i].namespace) != 0)
            at++;
        if (at == count && count < 64)
            names [count++] = shop->metrics [i].namespace;
    }
    return count;
}

static void
there_are_enough_metrics_in_enough_namespaces (void **state)
{
    const shop_t *shop = *state;
    size_t own = 0, silent = 0;
    for (size_t i = 0; i < shop->metrics_count; i++) {
        own += strcmp (shop->metrics [i].account, SHOP_ACCOUNT) == 0;
        silent += !shop->metrics [i].recent;
    }
    assert_in_range (own, 1200, 1400);
    assert_true (own < shop->metrics_count);
    assert_in_range (silent, 50, 200);
    assert_true (count_namespaces (shop) >= 12);
}

//  "account|namespace|name|dimensions", to be freed.
static char *
identity_of (const shop_metric_t *metric)
{
    char text [1024];
    int size = snprintf (text, sizeof text, "%s|%s|%s", metric->account, metric->namespace, metric->name);
    for (int i = 0; i < metric->dimensions_count; i++)
        size += snprintf (text + size, sizeof text - (size_t) size, "|%s=%s", metric->dimensions [i].name, metric->dimensions [i].value);
    return strdup (text);
}

static void
no_metric_is_there_twice (void **state)
{
    const shop_t *shop = *state;
    char **texts = calloc (shop->metrics_count, sizeof *texts);
    assert_non_null (texts);
    for (size_t i = 0; i < shop->metrics_count; i++)
        texts [i] = identity_of (&shop->metrics [i]);
    qsort (texts, shop->metrics_count, sizeof *texts, s_compare_texts);
    for (size_t i = 1; i < shop->metrics_count; i++)
        assert_string_not_equal (texts [i - 1], texts [i]);
    for (size_t i = 0; i < shop->metrics_count; i++) {
        assert_null (strchr (texts [i], '@'));
        assert_null (strstr (texts [i], "=-"));
        free (texts [i]);
    }
    free (texts);
}

//  Is there a metric for the alarm to watch?
static bool
is_listed (const shop_t *shop, const char *namespace, const char *name, const char *dimensions)
{
    for (size_t i = 0; i < shop->metrics_count; i++) {
        const shop_metric_t *metric = &shop->metrics [i];
        char text [1024] = "";
        size_t size = 0;
        if (strcmp (metric->namespace, namespace) != 0 || strcmp (metric->name, name) != 0)
            continue;
        for (int d = 0; d < metric->dimensions_count; d++)
            size += (size_t) snprintf (text + size, sizeof text - size, "%s%s=%s", d ? ";" : "", metric->dimensions [d].name,
                                        metric->dimensions [d].value);
        if (strcmp (text, dimensions) == 0)
            return true;
    }
    return false;
}

static void
alarms_watch_metrics_that_exist (void **state)
{
    const shop_t *shop = *state;
    for (size_t i = 0; i < shop->metric_alarms_count; i++) {
        const shop_metric_alarm_t *alarm = &shop->metric_alarms [i];
        if (alarm->namespace && !is_listed (shop, alarm->namespace, alarm->metric, alarm->dimensions))
            fail_msg ("%s watches a metric that is not there", alarm->head.name);
        for (int q = 0; q < SHOP_QUERIES_MAX && alarm->queries [q].id; q++) {
            const shop_query_t *query = &alarm->queries [q];
            if (!query->expression && !is_listed (shop, query->namespace, query->metric, query->dimensions))
                fail_msg ("%s queries a metric that is not there: %s", alarm->head.name, query->metric);
        }
    }
}

static void
alarms_are_sorted_by_name_and_of_every_state (void **state)
{
    const shop_t *shop = *state;
    size_t states [3] = { 0 };
    assert_in_range (shop->metric_alarms_count, 40, 50);
    assert_int_equal (shop->composite_alarms_count, 4);
    assert_int_equal (shop->log_alarms_count, 3);
    for (size_t i = 0; i < shop->metric_alarms_count; i++) {
        states [shop->metric_alarms [i].head.state]++;
        if (i && strcmp (shop->metric_alarms [i - 1].head.name, shop->metric_alarms [i].head.name) >= 0)
            fail_msg ("%s is out of order", shop->metric_alarms [i].head.name);
    }
    assert_true (states [SHOP_OK] > 20 && states [SHOP_ALARM] > 5 && states [SHOP_INSUFFICIENT_DATA] > 1);
}

static void
extras_are_added_behind_the_shops_own (void **state)
{
    const shop_t *plain = *state;
    shop_t *shop = shop_new (&(shop_config_t) { .now_ms = SIM_ASK_NOW_MS, .log_groups_extra = 120, .metrics_extra = 2000 });
    assert_int_equal (shop->log_groups_count, plain->log_groups_count + 120);
    assert_int_equal (shop->metrics_count, plain->metrics_count + 2000);
    assert_string_equal (shop->metrics [shop->metrics_count - 1].name, "test-2000");
    shop_destroy (&shop);
}

static void
a_region_takes_its_place_in_a_text (void **state)
{
    (void) state;
    char text [SHOP_TEXT_SIZE];
    assert_string_equal (shop_text_in_region ("a-{region}b/{region}", "eu-west-1", text), "a-eu-west-1b/eu-west-1");
    assert_string_equal (shop_text_in_region ("plain", "eu-west-1", text), "plain");
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (there_are_enough_log_groups_of_every_class),
        cmocka_unit_test (log_groups_are_sorted_and_older_than_now),
        cmocka_unit_test (there_are_enough_metrics_in_enough_namespaces),
        cmocka_unit_test (no_metric_is_there_twice),
        cmocka_unit_test (alarms_watch_metrics_that_exist),
        cmocka_unit_test (alarms_are_sorted_by_name_and_of_every_state),
        cmocka_unit_test (extras_are_added_behind_the_shops_own),
        cmocka_unit_test (a_region_takes_its_place_in_a_text),
    };
    return cmocka_run_group_tests (tests, sim_ask_open, sim_ask_close);
}
