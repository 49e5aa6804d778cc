#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "answers.h"

#include <stdio.h>
#include <stdlib.h>

enum { ROOM = 64 * 1024, METRICS_MS = 60000, GROUPS_MS = 10000 };

static const char METRICS [] = "{\"Metrics\":[{\"MetricName\":\"Errors\"}],\"NextToken\":\"t\"}";

static int
begin (void **state)
{
    *state = answers_new (ROOM);
    return *state ? 0 : -1;
}

static int
end (void **state)
{
    answers_t *answers = *state;
    answers_destroy (&answers);
    assert_null (answers);
    answers_destroy (&answers);
    return 0;
}

static question_t
about (aws_service_t service, const char *api, const char *body)
{
    question_t question;
    aws_request_t request = { .service = service, .api = api, .body = slice_of (body) };
    assert_int_equal (question_init (&question, &request, "", "eu-west-1"), STATUS_OK);
    return question;
}

static question_t
metrics (const char *body)
{
    return about (AWS_MONITORING, "ListMetrics", body);
}

static void
keep (answers_t *answers, question_t question, const char *text, int64_t now_ms)
{
    yyjson_doc *doc;
    assert_int_equal (json_read (slice_of (text), JSON_DEPTH_MAX, &doc, NULL), STATUS_OK);
    answers_keep (answers, &question, yyjson_doc_get_root (doc), now_ms);
    yyjson_doc_free (doc);
}

//  Its age, or -1 when there is none.
static int64_t
age_ms (answers_t *answers, question_t question, int64_t now_ms)
{
    int64_t age_ms = -2;
    slice_t text = answers_find (answers, &question, now_ms, &age_ms);
    return text.data ? age_ms : -1;
}

static void
an_answer_is_given_again_until_it_is_too_old (void **state)
{
    answers_t *answers = *state;
    question_t groups = about (AWS_LOGS, "DescribeLogGroups", "{}");
    keep (answers, metrics ("{}"), METRICS, 5000);
    keep (answers, groups, "{\"logGroups\":[1]}", 5000);
    int64_t age;
    question_t asked = metrics ("{}");
    slice_t text = answers_find (answers, &asked, 5000 + METRICS_MS - 1, &age);
    assert_true (slice_is (text, METRICS));
    assert_int_equal (age, METRICS_MS - 1);
    assert_int_equal (age_ms (answers, metrics ("{}"), 5000 + METRICS_MS), -1);
    assert_int_equal (age_ms (answers, groups, 5000), 0);
    assert_int_equal (age_ms (answers, groups, 5000 + GROUPS_MS - 1), GROUPS_MS - 1);
    assert_int_equal (age_ms (answers, groups, 5000 + GROUPS_MS), -1);
}

static void
a_newer_answer_takes_the_place_of_the_older (void **state)
{
    answers_t *answers = *state;
    keep (answers, metrics ("{}"), METRICS, 0);
    size_t bytes = answers_counts (answers).bytes;
    keep (answers, metrics ("{}"), METRICS, 40000);
    assert_int_equal (age_ms (answers, metrics ("{}"), 70000), 30000);
    assert_int_equal (answers_counts (answers).entries, 1);
    assert_int_equal (answers_counts (answers).bytes, bytes);
}

static void
each_page_is_an_answer_of_its_own (void **state)
{
    answers_t *answers = *state;
    keep (answers, metrics ("{}"), METRICS, 0);
    assert_int_equal (age_ms (answers, metrics ("{\"NextToken\":\"t\"}"), 1), -1);
    question_t elsewhere = metrics ("{}");
    elsewhere.region = "eu-west-2";
    assert_int_equal (age_ms (answers, elsewhere, 1), -1);
}

//  States, events, datapoints and histories; and lists in which people look for what has just happened.
static void
only_slow_moving_lists_are_kept (void **state)
{
    answers_t *answers = *state;
    static const struct { aws_service_t service; const char *api; } FRESH [] = {
        { AWS_MONITORING, "DescribeAlarms" }, { AWS_MONITORING, "GetDashboard" },
        { AWS_MONITORING, "DescribeAlarmHistory" }, { AWS_MONITORING, "GetMetricData" },
        { AWS_MONITORING, "GetMetricStatistics" }, { AWS_MONITORING, "DescribeLogGroups" }, { AWS_LOGS, "ListMetrics" },
        { AWS_LOGS, "FilterLogEvents" }, { AWS_LOGS, "DescribeLogStreams" }, { AWS_LOGS, "GetQueryResults" }, { AWS_LOGS, "StartQuery" },
    };
    for (size_t i = 0; i < sizeof FRESH / sizeof FRESH [0]; i++) {
        question_t question = about (FRESH [i].service, FRESH [i].api, "{}");
        keep (answers, question, "{\"Metrics\":[1],\"logGroups\":[1],\"MetricAlarms\":[1],\"events\":[1]}", 0);
        assert_int_equal (age_ms (answers, question, 0), -1);
        assert_false (answers_wanted (answers, &question));
    }
    assert_int_equal (answers_counts (answers).entries, 0);
    question_t wanted = metrics ("{}"), dashboards = about (AWS_MONITORING, "ListDashboards", "{}");
    assert_true (answers_wanted (answers, &wanted));
    keep (answers, dashboards, "{\"DashboardEntries\":[1]}", 0);
    assert_int_equal (age_ms (answers, dashboards, 9999), 9999);
}

static void
that_nothing_is_there_is_not_kept (void **state)
{
    answers_t *answers = *state;
    keep (answers, metrics ("{}"), "{\"Metrics\":[]}", 0);
    keep (answers, metrics ("{}"), "{\"Metrics\":[],\"NextToken\":\"t\"}", 0);
    keep (answers, metrics ("{}"), "{}", 0);
    keep (answers, metrics ("{}"), "[]", 0);
    assert_int_equal (answers_counts (answers).entries, 0);
}

//  An answer whose text has so many bytes.
static void
keep_sized (answers_t *answers, question_t question, size_t bytes, int64_t now_ms)
{
    char *text = calloc (1, bytes + 1);
    int head = snprintf (text, bytes + 1, "{\"Metrics\":[\"");
    memset (text + head, 'x', bytes - (size_t) head);
    memcpy (text + bytes - 3, "\"]}", 3);
    keep (answers, question, text, now_ms);
    free (text);
}

static void
what_was_not_used_for_longest_leaves_when_the_room_is_full (void **state)
{
    answers_t *answers = *state;
    static const char *const BODIES [] = { "{\"a\":0}", "{\"a\":1}", "{\"a\":2}", "{\"a\":3}", "{\"a\":4}" };
    for (int i = 0; i < 4; i++)
        keep_sized (answers, metrics (BODIES [i]), ROOM / 4 - 100, i);
    assert_int_equal (answers_counts (answers).entries, 4);
    assert_int_equal (age_ms (answers, metrics (BODIES [0]), 5), 5);           //  Used: now 1 is the idlest
    keep_sized (answers, metrics (BODIES [4]), ROOM / 4 - 100, 6);
    assert_int_equal (answers_counts (answers).entries, 4);
    assert_true (answers_counts (answers).bytes <= ROOM);
    assert_int_equal (age_ms (answers, metrics (BODIES [1]), 6), -1);
    static const int THERE [] = { 0, 2, 3, 4 };
    for (int i = 0; i < 4; i++)
        assert_true (age_ms (answers, metrics (BODIES [THERE [i]]), 6) >= 0);
}

static void
what_is_too_old_leaves_before_what_is_idle (void **state)
{
    answers_t *answers = *state;
    question_t groups = about (AWS_LOGS, "DescribeLogGroups", "{}");
    keep (answers, metrics ("{}"), METRICS, 0);
    keep (answers, groups, "{\"logGroups\":[1]}", 0);
    keep (answers, metrics ("{\"a\":1}"), METRICS, GROUPS_MS);
    assert_int_equal (answers_counts (answers).entries, 2);
    assert_int_equal (age_ms (answers, metrics ("{}"), GROUPS_MS), GROUPS_MS);
}

static void
an_answer_that_would_drive_out_most_others_is_not_kept (void **state)
{
    answers_t *answers = *state;
    keep_sized (answers, metrics ("{}"), ROOM / 4 + 1, 0);
    assert_int_equal (answers_counts (answers).entries, 0);
    assert_int_equal (answers_counts (answers).bytes, 0);
}

static void
there_is_room_for_so_many_entries_and_no_more (void **state)
{
    answers_t *answers = *state;
    char body [32];
    for (int i = 0; i <= ANSWERS_MAX; i++) {
        snprintf (body, sizeof body, "{\"a\":%d}", i);
        keep (answers, metrics (body), METRICS, i);
    }
    assert_int_equal (answers_counts (answers).entries, ANSWERS_MAX);
    assert_int_equal (age_ms (answers, metrics ("{\"a\":0}"), ANSWERS_MAX), -1);
    assert_int_equal (age_ms (answers, metrics ("{\"a\":1}"), ANSWERS_MAX), ANSWERS_MAX - 1);
}

static void
without_room_nothing_is_kept (void **state)
{
    (void) state;
    answers_t *answers = answers_new (0);
    assert_non_null (answers);
    question_t question = metrics ("{}");
    keep (answers, question, METRICS, 0);
    assert_false (answers_wanted (answers, &question));
    assert_int_equal (age_ms (answers, question, 0), -1);
    assert_int_equal (answers_counts (answers).entries, 0);
    answers_destroy (&answers);
}

#define ANSWERS_TEST(name) cmocka_unit_test_setup_teardown (name, begin, end)

int
main (void)
{
    const struct CMUnitTest tests [] = {
        ANSWERS_TEST (an_answer_is_given_again_until_it_is_too_old),
        ANSWERS_TEST (a_newer_answer_takes_the_place_of_the_older),
        ANSWERS_TEST (each_page_is_an_answer_of_its_own),
        ANSWERS_TEST (only_slow_moving_lists_are_kept),
        ANSWERS_TEST (that_nothing_is_there_is_not_kept),
        ANSWERS_TEST (what_was_not_used_for_longest_leaves_when_the_room_is_full),
        ANSWERS_TEST (what_is_too_old_leaves_before_what_is_idle),
        ANSWERS_TEST (an_answer_that_would_drive_out_most_others_is_not_kept),
        ANSWERS_TEST (there_is_room_for_so_many_entries_and_no_more),
        ANSWERS_TEST (without_room_nothing_is_kept),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
