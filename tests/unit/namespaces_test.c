#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "operation_fixture.h"

#include "namespaces.h"

static int
begin (void **state)
{
    return begin_with (state, &(fixture_kind_t) { .service = SERVICE_METRICS, .operations = METRICS_OPERATIONS });
}

static void
each_argument_reaches_aws (void **state)
{
    fixture_t *self = *state;
    static const char *const CASES [] [2] = {
        { "{}", "{}" },
        { "{\"limit\":7,\"max_bytes\":2000,\"next_token\":\"\",\"dimensions\":{}}", "{}" },
        { "{\"recently_active\":true}", "{\"RecentlyActive\":\"PT3H\"}" },
        { "{\"linked_accounts\":true}", "{\"IncludeLinkedAccounts\":true}" },
        { "{\"owning_account\":\"123456789012\"}", "{\"IncludeLinkedAccounts\":true,\"OwningAccount\":\"123456789012\"}" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        aws_says (&self->aws, 200, "{}");
        ask (self, "list_metrics", CASES [i] [0]);
        assert_string_equal (asked_text (&self->aws, self->aws.asked_count - 1), CASES [i] [1]);
    }
}

static void
namespaces_are_counted_over_all_pages_and_sorted (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 200, "{\"Metrics\":[{\"Namespace\":\"Shop\"},{\"Namespace\":\"AWS/SQS\"},{\"Namespace\":\"Shop\"}],\"NextToken\":\"2\"}");
    aws_says (&self->aws, 200, "{\"Metrics\":[],\"NextToken\":\"3\"}");
    aws_says (&self->aws, 200, "{\"Metrics\":[{\"Namespace\":\"Shop\"},{\"Namespace\":\"AWS\"},{\"Namespace\":\"AWS/EC2\"}]}");
    expect_json (ask (self, "list_metrics", "{}"),
                 "{\"columns\":[\"namespace\",\"metrics\",\"custom\"],\"namespaces\":[[\"AWS\",1,true],[\"AWS/EC2\",1,false],"
                 "[\"AWS/SQS\",1,false],[\"Shop\",3,true]],"
                 "\"note\":\"6 metrics in 4 namespaces of eu-west-1. Pass one as namespace to see its metrics.\"}");
    assert_false (self->result.cut);
    assert_string_equal (asked_text (&self->aws, 1), "{\"NextToken\":\"2\"}");
    assert_string_equal (asked_text (&self->aws, 2), "{\"NextToken\":\"3\"}");
    assert_string_equal (self->progress_text, "metrics counted");
}

static void
one_is_singular_and_none_says_where (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 200, "{\"Metrics\":[{\"Namespace\":\"Shop\"}]}");
    assert_string_equal (text_of (ask (self, "list_metrics", "{}"), "note"), "1 metric in 1 namespace of eu-west-1. Pass one as namespace to see "
            "its metrics.");
    aws_says (&self->aws, 200, "{\"Metrics\":[]}");
    assert_string_equal (text_of (ask (self, "list_metrics", "{}"), "note"), "There are no metrics in eu-west-1. Is it the right region?");
    aws_says (&self->aws, 200, "{\"Metrics\":[]}");
    assert_string_equal (text_of (ask (self, "list_metrics", "{\"recently_active\":true}"), "note"),
                         "There are no metrics with data in the last 3 hours in eu-west-1. Is it the right region?");
}

static void
limit_and_max_bytes_are_kept_and_told (void **state)
{
    fixture_t *self = *state;
    static char page [65536];
    size_t size = (size_t) snprintf (page, sizeof page, "{\"Metrics\":[");
    for (int i = 0; i < 150; i++)
        size += (size_t) snprintf (page + size, sizeof page - size, "%s{\"Namespace\":\"Space/%03d\"}", i ? "," : "", i);
    snprintf (page + size, sizeof page - size, "]}");
    for (int i = 0; i < 3; i++)
        aws_says (&self->aws, 200, page);
    yyjson_val *answer = ask (self, "list_metrics", "{\"limit\":2}");
    expect_json (yyjson_obj_get (answer, "namespaces"), "[[\"Space/000\",1,true],[\"Space/001\",1,true]]");
    expect_part (text_of (answer, "note"), "150 metrics in 150 namespaces of eu-west-1. 148 of the namespaces are not shown: raise limit or "
                                           "max_bytes.");
    assert_true (self->result.cut);
    answer = ask (self, "list_metrics", "{\"limit\":5000,\"max_bytes\":1024}");
    size_t shown = yyjson_arr_size (yyjson_obj_get (answer, "namespaces"));
    assert_true (strlen (as_text (yyjson_obj_get (answer, "namespaces"))) <= 1024 + 2);
    assert_int_equal (shown, (1024 + 1) / 21);
    answer = ask (self, "list_metrics", "{\"limit\":150}");
    assert_int_equal (yyjson_arr_size (yyjson_obj_get (answer, "namespaces")), 150);
    assert_false (self->result.cut);
}

static void
write_metric (buffer_t *out, int row)
{
    buffer_printf (out, "{\"Namespace\":\"n-%05d\"}", row);
}

static void
more_namespaces_than_there_is_room_for_are_counted_together (void **state)
{
    fixture_t *self = *state;
    self->aws.table = (table_t) { .rows = NAMESPACES_MAX + 77, .page_rows = 500, .items = "Metrics", .token = "NextToken", .write = write_metric };
    yyjson_val *answer = ask (self, "list_metrics", "{\"limit\":5000,\"max_bytes\":1048576}");
    assert_int_equal (yyjson_arr_size (yyjson_obj_get (answer, "namespaces")), NAMESPACES_MAX);
    assert_string_equal (text_of (answer, "note"), "2077 metrics in 2000 namespaces of eu-west-1. 77 of the metrics belong to further namespaces. "
                                                   "Pass one as namespace "
                         "to see its metrics.");
}

static void
a_failure_behind_the_first_page_gives_the_counts_so_far (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 200, "{\"Metrics\":[{\"Namespace\":\"Shop\"}],\"NextToken\":\"2\"}");
    aws_says (&self->aws, 400, "{\"__type\":\"AccessDenied\",\"message\":\"no\"}");
    yyjson_val *answer = ask (self, "list_metrics", "{}");
    expect_json (yyjson_obj_get (answer, "namespaces"), "[[\"Shop\",1,true]]");
    expect_part (text_of (answer, "note"), "1 metric in 1 namespace of eu-west-1. Counted in part: AccessDenied: the role may not call "
                                           "cloudwatch:ListMetrics");
    assert_true (self->result.cut);
}

static void
a_failure_before_the_first_metric_is_a_failure (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 400, "{\"__type\":\"AccessDenied\",\"message\":\"no\"}");
    expect_part (refused (self, "list_metrics", "{}", STATUS_REFUSED), "cloudwatch:ListMetrics in eu-west-1");
}

static void
a_token_that_repeats_itself_is_found_out (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 200, "{\"Metrics\":[{\"Namespace\":\"Shop\"}],\"NextToken\":\"2\"}");
    aws_says (&self->aws, 200, "{\"Metrics\":[{\"Namespace\":\"Shop\"}],\"NextToken\":\"2\"}");
    expect_part (text_of (ask (self, "list_metrics", "{}"), "note"), "Counted in part: AWS gave the token of the same page again.");
    assert_int_equal (self->aws.asked_count, 2);
}

static void
when_the_time_is_nearly_over_it_gives_the_counts_so_far (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 200, "{\"Metrics\":[{\"Namespace\":\"Shop\"}],\"NextToken\":\"2\"}");
    aws_says (&self->aws, 0, NULL);
    uint64_t id = call_within (self, "list_metrics", "{}", 5000);
    WAIT_FOR (self, self->aws.open_count == 1);
    pass_ms (self, 4500);
    wait_for (self, id);
    expect_part (text_of (read_result (self), "note"), "Counted in part: the time allowed is nearly over.");
    WAIT_FOR (self, self->aws.left == 1);
}

static void
without_a_metric_the_deadline_is_a_failure (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 0, NULL);
    uint64_t id = call_within (self, "list_metrics", "{}", 5000);
    WAIT_FOR (self, self->aws.open_count == 1);
    pass_ms (self, 4500);
    assert_null (self->answer);
    pass_ms (self, 1000);
    assert_int_equal (wait_for (self, id), KIND_FAULT);
    assert_int_equal (self->answer->envelope.status, STATUS_DEADLINE);
}

static void
strange_and_hostile_items_do_no_harm (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 200, "{\"Metrics\":[{},null,7,{\"Namespace\":\"\"},{\"Namespace\":\"\\u202e\\u0000\"}]}");
    yyjson_val *answer = ask (self, "list_metrics", "{}");
    expect_json (yyjson_obj_get (answer, "namespaces"), "[[\"\\\\u202e\\\\u0000\",1,true]]");
    expect_part (text_of (answer, "note"), "5 metrics in 1 namespace of eu-west-1. 4 of the metrics belong to further namespaces.");
}

static int
begin_keeping (void **state)
{
    return begin_with (state, &(fixture_kind_t) { .service = SERVICE_METRICS, .operations = METRICS_OPERATIONS, .kept_bytes_max = 1024 * 1024 });
}

static void
pages_that_were_kept_are_counted_again_and_told_with_their_age (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 200, "{\"Metrics\":[{\"Namespace\":\"A\"}],\"NextToken\":\"t\"}");
    aws_says (&self->aws, 200, "{\"Metrics\":[{\"Namespace\":\"B\"}]}");
    expect_no_part (text_of (ask (self, "list_metrics", "{}"), "note"), "old");
    pass_ms (self, 20000);
    yyjson_val *answer = ask (self, "list_metrics", "{}");
    expect_json (yyjson_obj_get (answer, "namespaces"), "[[\"A\",1,true],[\"B\",1,true]]");
    expect_part (text_of (answer, "note"), "Pass one as namespace to see its metrics. This list is 20 s old.");
    assert_int_equal (self->aws.asked_count, 2);
    assert_int_equal (self->answer->envelope.cached, 2);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (each_argument_reaches_aws, begin, end),
        cmocka_unit_test_setup_teardown (namespaces_are_counted_over_all_pages_and_sorted, begin, end),
        cmocka_unit_test_setup_teardown (one_is_singular_and_none_says_where, begin, end),
        cmocka_unit_test_setup_teardown (limit_and_max_bytes_are_kept_and_told, begin, end),
        cmocka_unit_test_setup_teardown (more_namespaces_than_there_is_room_for_are_counted_together, begin, end),
        cmocka_unit_test_setup_teardown (a_failure_behind_the_first_page_gives_the_counts_so_far, begin, end),
        cmocka_unit_test_setup_teardown (a_failure_before_the_first_metric_is_a_failure, begin, end),
        cmocka_unit_test_setup_teardown (a_token_that_repeats_itself_is_found_out, begin, end),
        cmocka_unit_test_setup_teardown (when_the_time_is_nearly_over_it_gives_the_counts_so_far, begin, end),
        cmocka_unit_test_setup_teardown (without_a_metric_the_deadline_is_a_failure, begin, end),
        cmocka_unit_test_setup_teardown (pages_that_were_kept_are_counted_again_and_told_with_their_age, begin_keeping, end),
        cmocka_unit_test_setup_teardown (strange_and_hostile_items_do_no_harm, begin, end),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
