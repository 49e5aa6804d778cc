#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "filter_pattern.h"
#include "series.h"
#include "sim_log_lines.h"
#include "utf8.h"

#include <stdlib.h>

static lines_t *
s_lines (const shop_t *shop, const char *group)
{
    lines_t *lines = lines_new (shop, sim_group (shop, group), "eu-west-1");
    assert_non_null (lines);
    return lines;
}

static void
a_minute_is_the_same_every_time_and_in_order (void **state)
{
    static const char *const GROUPS [] = { "/ecs/shop/orders", "/aws/lambda/shop-search-suggest", "/shop/nginx/access", "test-0003" };
    for (size_t g = 0; g < sizeof GROUPS / sizeof GROUPS [0]; g++) {
        lines_t *one = s_lines (*state, GROUPS [g]), *other = s_lines (*state, GROUPS [g]);
        size_t seen = 0;
        for (int ago = 50; ago > 20; ago--) {
            //  The other one has just read another minute.
            assert_true (lines_read (other, sim_minute_ms (ago + 100)));
            assert_true (lines_read (one, sim_minute_ms (ago)) && lines_read (other, sim_minute_ms (ago)));
            assert_int_equal (lines_count (one), lines_count (other));
            for (size_t i = 0; i < lines_count (one); i++, seen++) {
                line_t a = lines_at (one, i), b = lines_at (other, i);
                assert_true (slice_eq (a.message, b.message) && a.time_ms == b.time_ms && a.ingestion_ms == b.ingestion_ms && a.slot == b.slot);
                assert_in_range (a.time_ms, sim_minute_ms (ago), sim_minute_ms (ago) + 59999);
                assert_in_range (a.ingestion_ms - a.time_ms, 1000, LINES_DELAY_MS_MAX);
                assert_true (i == 0 || lines_at (one, i - 1).time_ms <= a.time_ms);
            }
        }
        assert_true (seen > 100);
        lines_destroy (&one);
        lines_destroy (&other);
    }
}

static int
s_compare_ids (const void *left, const void *right)
{
    return strcmp (left, right);
}

static void
ids_have_56_digits_are_unique_and_say_nothing_of_the_order (void **state)
{
    const shop_t *shop = *state;
    enum { IDS_MAX = 20000 };
    char (*ids) [LINES_ID_SIZE] = calloc (IDS_MAX, sizeof *ids);
    size_t count = 0, falls = 0;
    assert_non_null (ids);
    for (size_t g = 0; g < shop->log_groups_count; g++) {
        lines_t *lines = lines_new (shop, &shop->log_groups [g], "eu-west-1");
        assert_true (lines_read (lines, sim_minute_ms (30)));
        for (size_t i = 0; i < lines_count (lines); i++, count++) {
            assert_true (count < IDS_MAX);
            lines_id (lines, i, ids [count]);
            assert_int_equal (strspn (ids [count], "0123456789"), 56);
            assert_int_equal (strlen (ids [count]), 56);
            falls += i > 0 && lines_at (lines, i - 1).time_ms == lines_at (lines, i).time_ms && strcmp (ids [count - 1], ids [count]) > 0;
        }
        lines_destroy (&lines);
    }
    assert_true (count > 2000 && falls > 10);
    qsort (ids, count, sizeof *ids, s_compare_ids);
    for (size_t i = 1; i < count; i++)
        assert_string_not_equal (ids [i - 1], ids [i]);
    free (ids);
}

static int
s_sum (const shop_t *shop, const char *name, const char *function, int64_t minute_ms)
{
    char dimensions [128];
    series_minute_t minute;
    snprintf (dimensions, sizeof dimensions, "FunctionName=%s", function);
    const shop_metric_t *metric = series_find (shop, "AWS/Lambda", name, dimensions);
    assert_non_null (metric);
    return series_minute (shop, metric, "eu-west-1", minute_ms, &minute) ? (int) (minute.sum + 0.5) : 0;
}

static void
functions_write_as_many_lines_as_their_metrics_count (void **state)
{
    const shop_t *shop = *state;
    static const struct { const char *function; int from, to; const char *error; bool fails; } CASES [] = {
        { "shop-payment-capture", 2925, 2885, "TypeError: Cannot read properties of undefined (reading 'currency')", true },
        { "shop-payment-capture", 2800, 2760, "TypeError: Cannot read properties of undefined", false },
        { "shop-coupon-issue", 1495, 1470, "ProvisionedThroughputExceededException: The level of configured provisioned throughput", true },
        { "shop-email-render", 600, 0, "TemplateNotFound: order-confirm/de-AT", true },
        { "shop-image-resize", 8690, 8680, "", false },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        char group [128];
        int told = 0, invocations = 0;
        snprintf (group, sizeof group, "/aws/lambda/%s", CASES [i].function);
        lines_t *lines = s_lines (shop, group);
        for (int ago = CASES [i].from; ago > CASES [i].to; ago--) {
            int64_t minute_ms = sim_minute_ms (ago);
            int count = s_sum (shop, "Invocations", CASES [i].function, minute_ms), errors = s_sum (shop, "Errors", CASES [i].function, minute_ms);
            assert_int_equal (sim_count_lines (lines, minute_ms, "START RequestId: "), count);
            assert_int_equal (sim_count_lines (lines, minute_ms, "END RequestId: "), count);
            assert_int_equal (sim_count_lines (lines, minute_ms, "\tBilled Duration: "), count);
            assert_int_equal (sim_count_lines (lines, minute_ms, "\tINFO\t"), count);
            assert_int_equal (sim_count_lines (lines, minute_ms, "ERROR"), errors);
            if (CASES [i].fails)
                assert_int_equal (sim_count_lines (lines, minute_ms, CASES [i].error), errors);
            told += errors;
            invocations += count;
        }
        assert_true (invocations > 0 && (!CASES [i].fails || told > 0));
        lines_destroy (&lines);
    }
}

static void
every_incident_leaves_its_lines_where_it_is_felt (void **state)
{
    //  Lines with the words in ten minutes from there: at least so many, and none in ten minutes of another time.
    static const struct { const char *group; const char *words; int from, least, none_from; } CASES [] = {
        { "/aws/rds/instance/shop-orders-1/postgresql", "FROM orders WHERE customer_email = ", 20, 200, 60 },
        { "/aws/rds/instance/shop-orders-1/postgresql", "FATAL:  remaining connection slots are reserved", 20, 100, 60 },
        { "/ecs/shop/orders", "timeout acquiring connection", 20, 300, 60 },
        { "/ecs/shop/checkout", "\"level\":\"ERROR\"", 20, 150, 6000000 },
        { "/aws/rds/instance/shop-accounts-1/postgresql", "No space left on device", 5000, 40, 4915 },
        { "/ecs/shop/accounts", "\"status\":500", 5000, 200, 4915 },
        { "/ecs/shop/shipping", "x509: certificate has expired or is not yet valid", 7150, 60, 7065 },
        { "/ecs/shop/recommendations", "OutOfMemoryError: Java heap space", 411, 20, 300 },
        { "/ecs/shop/recommendations", "exited with code 137", 405, 1, 300 },
        { "/ecs/shop/payments", "connect ETIMEDOUT 203.0.113.20:443", 5895, 150, 5860 },
        { "/ecs/shop/catalog", "price crawler started, 4000 workers", 5910, 1, 5800 },
        { "/aws/lambda/shop-catalog-import", "queued 40000 images", 8705, 1, 8600 },
        { "/ecs/shop/auth", "session not found", 3200, 250, 3100 },
        { "/shop/deploy", "deploy service orders 2026.11.2 started", 50, 1, 40 },
        { "/shop/deploy", "deploy shop-payment-capture version 212 started", 2935, 1, 2900 },
        { "/shop/deploy", "rollback shop-payment-capture", 2885, 1, 2870 },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        lines_t *lines = s_lines (*state, CASES [i].group);
        int there = 0, elsewhere = 0;
        for (int minute = 0; minute < 10; minute++) {
            there += sim_count_lines (lines, sim_minute_ms (CASES [i].from - minute), CASES [i].words);
            if (CASES [i].none_from < 10080)
                elsewhere += sim_count_lines (lines, sim_minute_ms (CASES [i].none_from - minute), CASES [i].words);
        }
        if (there < CASES [i].least || elsewhere)
            fail_msg ("%s, %s: %d lines, and %d when there should be none", CASES [i].group, CASES [i].words, there, elsewhere);
        lines_destroy (&lines);
    }
}

static bool
s_is_utf8 (slice_t text)
{
    while (text.size) {
        uint32_t character;
        size_t size = utf8_read (text, &character);
        if (character == UTF8_NONE)
            return false;
        text = (slice_t) { text.data + size, text.size - size };
    }
    return true;
}

static void
every_line_can_be_sent_and_what_looks_like_json_is (void **state)
{
    const shop_t *shop = *state;
    size_t groups = 0;
    for (size_t g = 0; g < shop->log_groups_count; g++) {
        lines_t *lines = lines_new (shop, &shop->log_groups [g], "eu-west-1");
        size_t seen = 0;
        for (int ago = 1460; ago > 1440; ago--) {
            assert_true (lines_read (lines, sim_minute_ms (ago)));
            for (size_t i = 0; i < lines_count (lines); i++, seen++) {
                slice_t message = lines_at (lines, i).message;
                yyjson_doc *doc = NULL;
                if (!message.size || !s_is_utf8 (message) || memchr (message.data, '~', message.size))
                    fail_msg ("%s: %.*s", shop->log_groups [g].name, (int) message.size, message.data);
                if (*message.data == '{' && json_read (message, JSON_DEPTH_MAX, &doc, NULL) != STATUS_OK)
                    fail_msg ("%s: %.*s", shop->log_groups [g].name, (int) message.size, message.data);
                yyjson_doc_free (doc);
            }
        }
        assert_true (!seen || strcmp (shop->log_groups [g].class, "DELIVERY") != 0);
        groups += seen > 0;
        lines_destroy (&lines);
    }
    assert_true (groups > 100);
}

static void
some_lines_are_hostile_and_stay_in_their_groups (void **state)
{
    static const struct { const char *group; const char *words; int least; } CASES [] = {
        { "/ecs/shop/reviews", "\033[31m", 5 }, { "/ecs/shop/reviews", "\342\200\256", 5 }, { "/ecs/shop/reviews", "\n\tat com.shop", 5 },
        { "/ecs/shop/reviews", "IGNORE PREVIOUS INSTRUCTIONS", 5 }, { "/shop/nginx/access", "IGNORE PREVIOUS INSTRUCTIONS", 5 },
        { "/shop/nginx/access", "\033[2J", 5 }, { "/ecs/shop/orders", "\033", 0 }, { "/ecs/shop/orders", "IGNORE", 0 },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        lines_t *lines = s_lines (*state, CASES [i].group);
        int count = 0;
        size_t longest = 0;
        for (int ago = 300; ago > 0; ago--) {
            count += sim_count_lines (lines, sim_minute_ms (ago), CASES [i].words);
            for (size_t at = 0; at < lines_count (lines); at++)
                longest = lines_at (lines, at).message.size > longest ? lines_at (lines, at).message.size : longest;
        }
        if (CASES [i].least ? count < CASES [i].least : count)
            fail_msg ("%s: %d lines with %s", CASES [i].group, count, CASES [i].words);
        assert_true (strcmp (CASES [i].group, "/ecs/shop/reviews") == 0 ? longest > 20000 : longest < 4000);
        lines_destroy (&lines);
    }
}

static int
s_number (slice_t message)
{
    const char *number = memmem (message.data, message.size, " n=", 3);
    assert_non_null (number);
    return (int) strtol (number + 3, NULL, 10);
}

static void
bulk_events_are_complete_numbered_in_order_and_crowded (void **state)
{
    const shop_t *shop = *state;
    unsigned char *seen = calloc (SIM_BULK_EVENTS + 1, 1);
    int count = 0, most = 0, groups_at_once = 0;
    int64_t crowded_ms = 0;
    assert_non_null (seen);
    for (int pass = 0; pass < 2; pass++)
        for (int g = 1; g <= SIM_BULK_GROUPS; g++) {
            char name [32];
            snprintf (name, sizeof name, "test-%04d", g);
            lines_t *lines = s_lines (shop, name);
            int last = 0, together = 0;
            bool here = false;
            for (int ago = 65; ago >= 0; ago--) {
                assert_true (lines_read (lines, sim_minute_ms (ago)));
                for (size_t i = 0; i < lines_count (lines); i++) {
                    line_t line = lines_at (lines, i);
                    here = here || line.time_ms == crowded_ms;
                    if (pass)
                        continue;
                    char wanted [128];
                    int number = s_number (line.message);
                    snprintf (wanted, sizeof wanted, "bulk group=%s n=%d of %d", name, number, SIM_BULK_EVENTS);
                    assert_true (slice_is (line.message, wanted));
                    assert_in_range (number, last + 1, SIM_BULK_EVENTS);
                    assert_in_range (line.time_ms, SIM_ASK_NOW_MS - 3600000, SIM_ASK_NOW_MS);
                    assert_true (line.ingestion_ms <= SIM_ASK_NOW_MS);
                    assert_false (seen [number]++);
                    together = i > 0 && lines_at (lines, i - 1).time_ms == line.time_ms ? together + 1 : 1;
                    if (together > most) {
                        most = together;
                        crowded_ms = line.time_ms;
                    }
                    last = number;
                    count++;
                }
            }
            groups_at_once += pass && here;
            lines_destroy (&lines);
        }
    assert_int_equal (count, SIM_BULK_EVENTS);
    assert_true (most > 40 && groups_at_once > 10);
    free (seen);
}

//  As sim/shop_alarms.c has it: 40 or more in 15 minutes raise the alarm, which went back to OK 8,600 minutes ago.
static void
reviews_of_orders_are_as_the_log_alarm_counts_them (void **state)
{
    static const struct { int from, least, most; } WINDOWS [] = {
        { 17, 1, 20 }, { 1217, 1, 20 }, { 8645, 40, 150 }, { 8630, 40, 150 }, { 8615, 1, 30 },
    };
    buffer_t sentence;
    buffer_init (&sentence, 256);
    filter_pattern_t *pattern = filter_pattern_new (SLICE ("{ $.decision = \"REVIEW\" }"), &sentence);
    lines_t *lines = s_lines (*state, "/aws/lambda/shop-fraud-score");
    assert_non_null (pattern);
    for (size_t i = 0; i < sizeof WINDOWS / sizeof WINDOWS [0]; i++) {
        int count = 0;
        for (int minute = 0; minute < 15; minute++) {
            assert_true (lines_read (lines, sim_minute_ms (WINDOWS [i].from - minute)));
            for (size_t line = 0; line < lines_count (lines); line++)
                count += filter_pattern_matches (pattern, lines_at (lines, line).message);
        }
        assert_in_range (count, WINDOWS [i].least, WINDOWS [i].most);
    }
    lines_destroy (&lines);
    filter_pattern_destroy (&pattern);
    buffer_deinit (&sentence);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_minute_is_the_same_every_time_and_in_order),
        cmocka_unit_test (ids_have_56_digits_are_unique_and_say_nothing_of_the_order),
        cmocka_unit_test (functions_write_as_many_lines_as_their_metrics_count),
        cmocka_unit_test (every_incident_leaves_its_lines_where_it_is_felt),
        cmocka_unit_test (every_line_can_be_sent_and_what_looks_like_json_is),
        cmocka_unit_test (some_lines_are_hostile_and_stay_in_their_groups),
        cmocka_unit_test (reviews_of_orders_are_as_the_log_alarm_counts_them),
        cmocka_unit_test (bulk_events_are_complete_numbered_in_order_and_crowded),
    };
    return cmocka_run_group_tests (tests, sim_lines_open, sim_ask_close);
}
