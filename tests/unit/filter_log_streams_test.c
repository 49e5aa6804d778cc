#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "operation_fixture.h"

//  The clock says 2026-11-22T23:05:07.042Z, which is 1795388707042.
static const int64_t NOW_MS = 1795388707042;

static int
begin (void **state)
{
    return begin_with (state, &(fixture_kind_t) { .service = SERVICE_LOGS, .operations = LOGS_OPERATIONS });
}

static void
each_argument_reaches_aws (void **state)
{
    fixture_t *self = *state;
    static const char *const CASES [] [2] = {
        { "{\"log_group\":\"/a\"}", "{\"limit\":50,\"logGroupName\":\"/a\",\"orderBy\":\"LastEventTime\",\"descending\":true}" },
        { "{\"log_group\":\"/a\",\"limit\":3,\"max_bytes\":2048,\"pattern\":\"x\",\"start_time\":\"-3h\",\"end_time\":\"-1h\"}",
          "{\"limit\":50,\"logGroupName\":\"/a\",\"orderBy\":\"LastEventTime\",\"descending\":true}" },
        { "{\"log_group\":\"arn:aws:logs:eu-west-1:123456789012:log-group:/a:*\"}",
          "{\"limit\":50,\"logGroupIdentifier\":\"arn:aws:logs:eu-west-1:123456789012:log-group:/a\",\"orderBy\":\"LastEventTime\","
          "\"descending\":true}" },
        { "{\"log_group\":\"/a\",\"descending\":false}", "{\"limit\":50,\"logGroupName\":\"/a\",\"orderBy\":\"LastEventTime\","
                                                         "\"descending\":false}" },
        { "{\"log_group\":\"/a\",\"order_by\":\"name\"}", "{\"limit\":50,\"logGroupName\":\"/a\",\"orderBy\":\"LogStreamName\","
                                                          "\"descending\":false}" },
        { "{\"log_group\":\"/a\",\"order_by\":\"name\",\"descending\":true}", "{\"limit\":50,\"logGroupName\":\"/a\",\"orderBy\":\"LogStreamName\","
                                                                              "\"descending\":true}" },
        { "{\"log_group\":\"/a\",\"order_by\":\"last_event\"}", "{\"limit\":50,\"logGroupName\":\"/a\",\"orderBy\":\"LastEventTime\","
                                                                "\"descending\":true}" },
        { "{\"log_group\":\"/a\",\"prefix\":\"ecs/\"}", "{\"limit\":50,\"logGroupName\":\"/a\",\"logStreamNamePrefix\":\"ecs/\","
                                                        "\"orderBy\":\"LogStreamName\",\"descending\":false}" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        self->aws.scripted = self->aws.told = 0;
        aws_says (&self->aws, 200, "{}");
        ask (self, "filter_log_streams", CASES [i] [0]);
        assert_string_equal (asked_text (&self->aws, self->aws.asked_count - 1), CASES [i] [1]);
        assert_string_equal (self->aws.asked [(self->aws.asked_count - 1) % REQUESTS_KEPT].target, "Logs_20140328.DescribeLogStreams");
    }
}

static void
a_stream_is_a_row_of_columns (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 200,
              "{\"logStreams\":[{\"logStreamName\":\"web/1\",\"creationTime\":1795388707042,\"firstEventTimestamp\":1795388700000,"
              "\"lastEventTimestamp\":1795388706999,\"storedBytes\":0},{},null,7]}");
    expect_json (ask (self, "filter_log_streams", "{\"log_group\":\"/a\"}"),
                 "{\"columns\":[\"name\",\"last_event\",\"first_event\",\"created\"],\"log_streams\":["
                 "[\"web/1\",\"2026-11-22T23:05:06Z\",\"2026-11-22T23:05:00Z\",\"2026-11-22T23:05Z\"],[null,null,null,null],[null,null,null,null],"
                 "[null,null,null,null]]}");
    assert_false (self->result.cut);
}

//  A stream whose last event is so many minutes and a half before now, and whose first one two minutes earlier.
static void
write_stream (buffer_t *out, int row)
{
    int64_t last_ms = NOW_MS - row * 60000LL - 30000;
    buffer_printf (out, "{\"logStreamName\":\"%s-%04d\",\"firstEventTimestamp\":%lld,\"lastEventTimestamp\":%lld}", row % 3 ? "odd" : "web", row,
                   (long long) (last_ms - 120000), (long long) last_ms);
}

static void
give_streams (fixture_t *self, int rows)
{
    self->aws.table = (table_t) { .rows = rows, .page_rows = 50, .items = "logStreams", .token = "nextToken", .write = write_stream };
}

//  Over all pages; the numbers of the streams, one after the other.
static int
walk (fixture_t *self, const char *members, int *numbers, int numbers_max)
{
    char arguments [8192], token [4200] = "";
    int count = 0;
    do {
        if (*token)
            snprintf (arguments, sizeof arguments, "{\"log_group\":\"/a\"%s,\"next_token\":\"%s\"}", members, token);
        else
            snprintf (arguments, sizeof arguments, "{\"log_group\":\"/a\"%s}", members);
        yyjson_val *answer = ask (self, "filter_log_streams", arguments), *row;
        size_t index, rows;
        yyjson_arr_foreach (yyjson_obj_get (answer, "log_streams"), index, rows, row) {
            assert_true (count < numbers_max);
            numbers [count++] = (int) strtol (yyjson_get_str (yyjson_arr_get (row, 0)) + 4, NULL, 10);
        }
        const char *next = text_of (answer, "next_token");
        snprintf (token, sizeof token, "%s", next ? next : "");
        assert_true (self->result.cut == (*token != 0));
    } while (*token);
    return count;
}

static void
a_pattern_finds_a_text_anywhere_in_the_name_over_all_pages_and_says_what_it_cost (void **state)
{
    fixture_t *self = *state;
    int numbers [200];
    give_streams (self, 400);
    for (int limit = 1; limit < 200; limit = limit * 5 + 2) {
        char members [64];
        snprintf (members, sizeof members, ",\"pattern\":\"eb-\",\"limit\":%d", limit);
        assert_int_equal (walk (self, members, numbers, 200), 134);
        for (int i = 0; i < 134; i++)
            assert_int_equal (numbers [i], 3 * i);
    }
    assert_int_equal (walk (self, ",\"pattern\":\"EB-\"", numbers, 200), 0);
    assert_int_equal (walk (self, ",\"pattern\":\"odd-0001 and much more than a name has\"", numbers, 200), 0);
    assert_int_equal (walk (self, ",\"pattern\":\"odd-0001\"", numbers, 200), 1);
    yyjson_val *answer = ask (self, "filter_log_streams", "{\"log_group\":\"/a\",\"pattern\":\"eb-\",\"limit\":200}");
    assert_string_equal (text_of (answer, "note"), "400 streams looked at for this; a prefix, where it will do, costs less than a pattern.");
}

static void
a_window_takes_the_streams_with_events_in_it (void **state)
{
    fixture_t *self = *state;
    int numbers [400];
    give_streams (self, 400);
    //  Row r has events from r + 2.5 to r + 0.5 minutes before now.
    assert_int_equal (walk (self, ",\"start_time\":\"-10m\"", numbers, 400), 10);
    assert_int_equal (numbers [9], 9);
    assert_int_equal (walk (self, ",\"start_time\":\"-20m\",\"end_time\":\"-10m\"", numbers, 400), 12);
    assert_int_equal (numbers [0], 8);
    assert_int_equal (numbers [11], 19);
    assert_int_equal (walk (self, ",\"end_time\":\"-390m\"", numbers, 400), 12);
    assert_int_equal (numbers [0], 388);
    assert_int_equal (walk (self, ",\"start_time\":\"-20m\",\"end_time\":\"-10m\",\"order_by\":\"name\",\"limit\":5", numbers, 400), 12);
    assert_int_equal (walk (self, ",\"start_time\":\"-20m\",\"pattern\":\"web\"", numbers, 400), 7);
}

static void
newest_first_ends_with_the_first_stream_before_the_window (void **state)
{
    fixture_t *self = *state;
    give_streams (self, 400);
    yyjson_val *answer = ask (self, "filter_log_streams", "{\"log_group\":\"/a\",\"start_time\":\"-60m\",\"limit\":100}");
    assert_int_equal (yyjson_arr_size (yyjson_obj_get (answer, "log_streams")), 60);
    assert_int_equal (self->aws.asked_count, 2);
    assert_null (text_of (answer, "next_token"));
    assert_string_equal (text_of (answer, "note"), "61 streams looked at for this. AWS brings a stream's times up to date within about an hour: one "
                                                   "that began to write only now may be missing, and search_log_events sees it.");
    ask (self, "filter_log_streams", "{\"log_group\":\"/a\",\"start_time\":\"-60m\",\"limit\":100,\"order_by\":\"name\"}");
    assert_int_equal (self->aws.asked_count, 2 + 8);                //  By name, any page may have one
    ask (self, "filter_log_streams", "{\"log_group\":\"/a\",\"start_time\":\"-60m\",\"limit\":60}");
    assert_false (self->result.cut);                                //  The limit and the end at once
}

static void
streams_without_events_have_none_in_any_window (void **state)
{
    fixture_t *self = *state;
    const char *page = "{\"logStreams\":[{\"logStreamName\":\"empty\"},"
                       "{\"logStreamName\":\"old\",\"firstEventTimestamp\":1,\"lastEventTimestamp\":2},"
                       "{\"logStreamName\":\"new\",\"lastEventTimestamp\":1795388706999}]}";
    aws_says (&self->aws, 200, page);
    aws_says (&self->aws, 200, page);
    yyjson_val *answer = ask (self, "filter_log_streams", "{\"log_group\":\"/a\",\"start_time\":\"-1h\",\"order_by\":\"name\"}");
    expect_json (yyjson_obj_get (answer, "log_streams"), "[[\"new\",\"2026-11-22T23:05:06Z\",null,null]]");
    answer = ask (self, "filter_log_streams", "{\"log_group\":\"/a\"}");
    assert_int_equal (yyjson_arr_size (yyjson_obj_get (answer, "log_streams")), 3);
}

static void
what_cannot_be_is_refused_before_aws_is_asked (void **state)
{
    fixture_t *self = *state;
    expect_part (refused (self, "filter_log_streams", "{\"log_group\":\"/a\",\"prefix\":\"p\",\"order_by\":\"last_event\"}", STATUS_INVALID_ARGUMENT),
                 "order_by last_event is not possible with prefix");
    expect_part (refused (self, "filter_log_streams", "{\"log_group\":\"/a\",\"start_time\":\"soon\"}", STATUS_INVALID_ARGUMENT),
                 "start_time \"soon\" is not a time.");
    expect_part (refused (self, "filter_log_streams", "{\"log_group\":\"/a\",\"start_time\":\"-1h\",\"end_time\":\"-2h\"}", STATUS_INVALID_ARGUMENT),
                 "The window must begin before it ends");
    assert_int_equal (self->aws.asked_count, 0);
    expect_nothing_left (self);
}

static void
a_group_that_does_not_exist_says_how_to_find_one (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 400, "{\"__type\":\"ResourceNotFoundException\",\"message\":\"The specified log group does not exist.\"}");
    const char *text = refused (self, "filter_log_streams", "{\"log_group\":\"/aws/lamda/x\"}", STATUS_INVALID_ARGUMENT);
    expect_part (text, "There is no log group \"/aws/lamda/x\" in eu-west-1.");
    expect_part (text, "describe_log_groups with a pattern");
    aws_says (&self->aws, 400, "{\"__type\":\"AccessDeniedException\",\"message\":\"no\"}");
    expect_part (refused (self, "filter_log_streams", "{\"log_group\":\"/a\"}", STATUS_REFUSED), "the role may not call logs:DescribeLogStreams");
}

static void
nothing_that_matches_says_what_to_look_at (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 200, "{\"logStreams\":[]}");
    yyjson_val *answer = ask (self, "filter_log_streams", "{\"log_group\":\"/a\",\"prefix\":\"x\"}");
    assert_string_equal (text_of (answer, "note"), "No log streams in eu-west-1 match. Names are case-sensitive; without start_time, end_time, "
                                                   "prefix and pattern all streams of the group are shown.");
}

static void
progress_rises_also_where_nothing_matches (void **state)
{
    fixture_t *self = *state;
    give_streams (self, 2000);
    ask (self, "filter_log_streams", "{\"log_group\":\"/a\",\"pattern\":\"none\"}");
    assert_true (self->progresses >= 3);
    assert_true (self->progress.done > 10);
    expect_part (self->progress_text, "pages read, 0 log streams match");
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (each_argument_reaches_aws, begin, end),
        cmocka_unit_test_setup_teardown (a_stream_is_a_row_of_columns, begin, end),
        cmocka_unit_test_setup_teardown (a_pattern_finds_a_text_anywhere_in_the_name_over_all_pages_and_says_what_it_cost, begin, end),
        cmocka_unit_test_setup_teardown (a_window_takes_the_streams_with_events_in_it, begin, end),
        cmocka_unit_test_setup_teardown (newest_first_ends_with_the_first_stream_before_the_window, begin, end),
        cmocka_unit_test_setup_teardown (streams_without_events_have_none_in_any_window, begin, end),
        cmocka_unit_test_setup_teardown (what_cannot_be_is_refused_before_aws_is_asked, begin, end),
        cmocka_unit_test_setup_teardown (a_group_that_does_not_exist_says_how_to_find_one, begin, end),
        cmocka_unit_test_setup_teardown (nothing_that_matches_says_what_to_look_at, begin, end),
        cmocka_unit_test_setup_teardown (progress_rises_also_where_nothing_matches, begin, end),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
