#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "operation_fixture.h"

//  The lists are asked through the whole actor, with the log groups' operation: what list.c does is the same for all.

static int
begin (void **state)
{
    return begin_with (state, &(fixture_kind_t) { .service = SERVICE_LOGS, .operations = LOGS_OPERATIONS });
}

static void
write_group (buffer_t *out, int row)
{
    buffer_printf (out, "{\"logGroupName\":\"g-%05d", row);
    for (int i = 0; i < row * 7 % 90; i++)              //  Rows of many sizes
        buffer_append_char (out, 'x');
    buffer_append_text (out, "\"}");
}

static void
give_rows (fixture_t *self, int rows)
{
    self->aws.table = (table_t) { .rows = rows, .page_rows = 50, .items = "logGroups", .token = "nextToken", .write = write_group };
}

//  The rows that came so far, which must be the first ones, in order, each once.
typedef struct {
    int  rows, calls;
    char token [4200];          //  Of the last answer; empty at the end
} walk_t;

static void
take (walk_t *walk, yyjson_val *answer)
{
    size_t index, count;
    yyjson_val *row;
    yyjson_arr_foreach (yyjson_obj_get (answer, "log_groups"), index, count, row) {
        char expected [16];
        snprintf (expected, sizeof expected, "g-%05d", walk->rows++);
        assert_memory_equal (yyjson_get_str (yyjson_arr_get (row, 0)), expected, 7);
    }
    walk->calls++;
    const char *token = text_of (answer, "next_token");
    snprintf (walk->token, sizeof walk->token, "%s", token ? token : "");
}

//  One call more, with the token of the one before.
static yyjson_val *
step (fixture_t *self, walk_t *walk, const char *members)
{
    char arguments [8192];
    if (*walk->token)
        snprintf (arguments, sizeof arguments, "{%s%s\"next_token\":\"%s\"}", members, *members ? "," : "", walk->token);
    else
        snprintf (arguments, sizeof arguments, "{%s}", members);
    yyjson_val *answer = ask (self, "describe_log_groups", arguments);
    take (walk, answer);
    return answer;
}

static walk_t
walk_to_the_end (fixture_t *self, const char *members)
{
    walk_t walk = { 0 };
    do {
        step (self, &walk, members);
        assert_true (self->result.cut == (*walk.token != 0));
    } while (*walk.token && walk.calls < 5000);
    return walk;
}

static void
every_row_comes_exactly_once_whatever_the_limit (void **state)
{
    fixture_t *self = *state;
    static const struct {
        int limit, rows;
    } CASES [] = { { 1, 1100 }, { 2, 1151 }, { 7, 1234 }, { 49, 1234 }, { 50, 1200 }, { 50, 1234 }, { 51, 1234 }, { 333, 1234 }, { 999, 1234 },
                   { 1000, 1000 } };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        char members [64];
        give_rows (self, CASES [i].rows);
        snprintf (members, sizeof members, "\"limit\":%d,\"max_bytes\":1048576", CASES [i].limit);
        walk_t walk = walk_to_the_end (self, members);
        assert_int_equal (walk.rows, CASES [i].rows);
        assert_int_equal (walk.calls, (CASES [i].rows + CASES [i].limit - 1) / CASES [i].limit);
    }
}

static void
every_row_comes_exactly_once_whatever_the_bytes (void **state)
{
    fixture_t *self = *state;
    give_rows (self, 1111);
    for (int max_bytes = 1024; max_bytes < 20000; max_bytes = max_bytes * 3 + 1) {
        char members [64];
        snprintf (members, sizeof members, "\"limit\":1000,\"max_bytes\":%d", max_bytes);
        walk_t walk = walk_to_the_end (self, members);
        assert_int_equal (walk.rows, 1111);
        assert_true (walk.calls > 5);
    }
}

static void
limit_and_bytes_may_change_on_the_way (void **state)
{
    fixture_t *self = *state;
    give_rows (self, 400);
    walk_t walk = { 0 };
    static const char *const MEMBERS [] = { "\"limit\":3", "\"limit\":97,\"max_bytes\":2000", "\"limit\":1", "\"max_bytes\":1024", "\"limit\":50" };
    for (int i = 0; i == 0 || *walk.token; i++)
        step (self, &walk, MEMBERS [i % 5]);
    assert_int_equal (walk.rows, 400);
}

static void
the_note_says_what_to_raise (void **state)
{
    fixture_t *self = *state;
    give_rows (self, 60);
    assert_string_equal (text_of (ask (self, "describe_log_groups", "{\"limit\":2}"), "note"), "2 log groups; there are more: pass next_token, or "
            "raise limit.");
    assert_string_equal (text_of (ask (self, "describe_log_groups", "{\"limit\":1}"), "note"), "1 log group; there are more: pass next_token, or "
            "raise limit.");
    expect_part (text_of (ask (self, "describe_log_groups", "{\"max_bytes\":1024}"), "note"),
                 " log groups, cut at max_bytes; there are more: pass next_token, or raise max_bytes.");
    assert_null (text_of (ask (self, "describe_log_groups", "{\"limit\":60}"), "note"));
}

static void
a_short_token_is_at_most_128_characters (void **state)
{
    fixture_t *self = *state;
    give_rows (self, 200);
    assert_true (strlen (text_of (ask (self, "describe_log_groups", "{\"limit\":60}"), "next_token")) <= 128);
}

static void
empty_pages_are_followed (void **state)
{
    fixture_t *self = *state;
    give_rows (self, 70);
    self->aws.table.empty_pages = 4;
    walk_t walk = walk_to_the_end (self, "\"limit\":100");
    assert_int_equal (walk.rows, 70);
    assert_int_equal (walk.calls, 1);
    assert_int_equal (self->aws.asked_count, 6);
}

static void
none_at_all_says_where_and_what_to_look_at (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 200, "{\"logGroups\":[]}");
    yyjson_val *answer = ask (self, "describe_log_groups", "{\"prefix\":\"/x\"}");
    expect_part (text_of (answer, "note"), "No log groups in eu-west-1 match. Names are case-sensitive;");
    assert_int_equal (yyjson_arr_size (yyjson_obj_get (answer, "log_groups")), 0);
    assert_false (self->result.cut);
    aws_says (&self->aws, 200, "{}");
    expect_part (text_of (ask (self, "describe_log_groups", "{\"region\":\"us-east-2\"}"), "note"), "No log groups in us-east-2 match.");
}

static void
a_token_to_an_empty_rest_does_not_say_that_there_is_nothing (void **state)
{
    fixture_t *self = *state;
    walk_t walk = { 0 };
    aws_says (&self->aws, 200, "{\"logGroups\":[{\"logGroupName\":\"g-00000\"}],\"nextToken\":\"more\"}");
    aws_says (&self->aws, 200, "{\"logGroups\":[]}");
    step (self, &walk, "\"limit\":1");
    assert_string_equal (text_of (step (self, &walk, "\"limit\":1"), "note"), "There are no further log groups.");
}

static void
a_token_that_repeats_itself_is_found_out (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 200, "{\"logGroups\":[{\"logGroupName\":\"g-00000\"}],\"nextToken\":\"again\"}");
    aws_says (&self->aws, 200, "{\"logGroups\":[{\"logGroupName\":\"g-00001\"}],\"nextToken\":\"again\"}");
    yyjson_val *answer = ask (self, "describe_log_groups", "{}");
    assert_int_equal (yyjson_arr_size (yyjson_obj_get (answer, "log_groups")), 2);
    assert_string_equal (text_of (answer, "note"), "Broken off after 2 log groups: AWS gave the token of the same page again. There may be more: "
                                                   "narrow the request.");
    assert_null (text_of (answer, "next_token"));
    assert_true (self->result.cut);
    assert_int_equal (self->aws.asked_count, 2);
}

static void
a_failure_behind_the_first_page_gives_what_there_is_and_how_to_go_on (void **state)
{
    fixture_t *self = *state;
    char first [8192] = "{\"logGroups\":[";
    for (int row = 0; row < 50; row++) {
        size_t size = strlen (first);
        snprintf (first + size, sizeof first - size, "%s{\"logGroupName\":\"g-%05d\"}", row ? "," : "", row);
    }
    snprintf (first + strlen (first), sizeof first - strlen (first), "],\"nextToken\":\"t-50\"}");
    aws_says (&self->aws, 200, first);
    aws_says (&self->aws, 400, "{\"__type\":\"AccessDeniedException\",\"message\":\"no more of it\"}");
    give_rows (self, 130);
    walk_t walk = { 0 };
    yyjson_val *answer = step (self, &walk, "\"limit\":100");
    assert_string_equal (text_of (answer, "note"),
                         "Broken off after 50 log groups: AccessDeniedException: the role may not call logs:DescribeLogGroups in eu-west-1. "
                         "Add logs:DescribeLogGroups to its policy. AWS says: no more of it. Pass next_token to go on from here.");
    assert_int_equal (walk.rows, 50);
    assert_true (self->result.cut);
    while (*walk.token)
        step (self, &walk, "\"limit\":100");
    assert_int_equal (walk.rows, 130);
    assert_string_equal (text_of (asked (&self->aws, 2), "nextToken"), "t-50");
}

static void
a_failure_before_the_first_row_is_a_failure (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 400, "{\"__type\":\"AccessDeniedException\",\"message\":\"User: x is not authorized\"}");
    const char *text = refused (self, "describe_log_groups", "{\"region\":\"eu-central-1\"}", STATUS_REFUSED);
    expect_part (text, "AccessDeniedException");
    expect_part (text, "logs:DescribeLogGroups in eu-central-1");
    expect_part (text, "User: x is not authorized");
    aws_says (&self->aws, 200, "{\"logGroups\":[],\"nextToken\":\"t\"}");
    aws_says (&self->aws, 400, "{\"__type\":\"AccessDeniedException\"}");
    refused (self, "describe_log_groups", "{}", STATUS_REFUSED);
}

static void
an_old_token_that_aws_refuses_says_what_to_leave_out (void **state)
{
    fixture_t *self = *state;
    walk_t walk = { 0 };
    char arguments [8192];
    give_rows (self, 60);
    step (self, &walk, "\"limit\":50");
    aws_says (&self->aws, 400, "{\"__type\":\"InvalidParameterException\",\"message\":\"The specified nextToken is invalid.\"}");
    snprintf (arguments, sizeof arguments, "{\"next_token\":\"%s\"}", walk.token);
    expect_part (refused (self, "describe_log_groups", arguments, STATUS_INVALID_ARGUMENT),
                 "AWS says: The specified nextToken is invalid. If next_token is an old one, leave it out to begin anew.");
}

static void
when_the_time_is_nearly_over_it_gives_what_there_is (void **state)
{
    fixture_t *self = *state;
    give_rows (self, 130);
    walk_t walk = { 0 };
    aws_says (&self->aws, 200, "{\"logGroups\":[{\"logGroupName\":\"g-00000\"},{\"logGroupName\":\"g-00001\"}],\"nextToken\":\"t-2\"}");
    aws_says (&self->aws, 0, NULL);
    uint64_t id = call_within (self, "describe_log_groups", "{\"limit\":100}", 5000);
    WAIT_FOR (self, self->aws.open_count == 1);
    pass_ms (self, 4500);
    wait_for (self, id);
    yyjson_val *answer = read_result (self);
    take (&walk, answer);
    assert_string_equal (text_of (answer, "note"), "Broken off after 2 log groups: the time allowed is nearly over. Pass next_token to go on from "
                                                   "here.");
    WAIT_FOR (self, self->aws.left == 1);           //  The request that was under way is let go
    while (*walk.token)
        step (self, &walk, "\"limit\":100");
    assert_int_equal (walk.rows, 130);
}

static void
when_only_empty_pages_came_in_time_the_token_is_the_answer (void **state)
{
    fixture_t *self = *state;
    give_rows (self, 60);
    self->aws.table.empty_pages = 3;
    aws_says (&self->aws, 200, "{\"logGroups\":[],\"nextToken\":\"t--2\"}");
    aws_says (&self->aws, 0, NULL);
    uint64_t id = call_within (self, "describe_log_groups", "{\"limit\":100}", 5000);
    WAIT_FOR (self, self->aws.open_count == 1);
    pass_ms (self, 4500);
    wait_for (self, id);
    walk_t walk = { 0 };
    yyjson_val *answer = read_result (self);
    take (&walk, answer);
    assert_string_equal (text_of (answer, "note"), "Broken off after 0 log groups: the time allowed is nearly over. Pass next_token to go on from "
                                                   "here.");
    step (self, &walk, "\"limit\":100");
    assert_int_equal (walk.rows, 60);
}

static void
without_a_page_the_deadline_is_a_failure (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 0, NULL);
    uint64_t id = call_within (self, "describe_log_groups", "{}", 5000);
    WAIT_FOR (self, self->aws.open_count == 1);
    pass_ms (self, 4500);
    assert_null (self->answer);
    pass_ms (self, 1000);
    assert_int_equal (wait_for (self, id), KIND_FAULT);
    assert_int_equal (self->answer->envelope.status, STATUS_DEADLINE);
}

static void
a_token_of_other_arguments_is_refused_before_aws_is_asked (void **state)
{
    fixture_t *self = *state;
    walk_t walk = { 0 };
    char arguments [8192];
    give_rows (self, 60);
    step (self, &walk, "\"limit\":5,\"prefix\":\"g\"");
    int before = self->aws.asked_count;
    static const char *const OTHERS [] = { "", "\"prefix\":\"h\",", "\"pattern\":\"g\",", "\"prefix\":\"g\",\"linked_accounts\":true,",
                                           "\"prefix\":\"g\",\"region\":\"us-east-1\"," };
    for (size_t i = 0; i < sizeof OTHERS / sizeof OTHERS [0]; i++) {
        snprintf (arguments, sizeof arguments, "{%s\"next_token\":\"%s\"}", OTHERS [i], walk.token);
        expect_part (refused (self, "describe_log_groups", arguments, STATUS_INVALID_ARGUMENT), "next_token is not one of this list.");
    }
    expect_part (refused (self, "describe_log_groups", "{\"next_token\":\"garbage\"}", STATUS_INVALID_ARGUMENT), "leave it out to begin anew.");
    assert_int_equal (self->aws.asked_count, before);
    snprintf (arguments, sizeof arguments, "{\"prefix\":\"g\",\"region\":\"eu-west-1\",\"next_token\":\"%s\"}", walk.token);
    ask (self, "describe_log_groups", arguments);       //  The server's own region, by its name
}

static void
a_row_that_is_larger_than_max_bytes_says_how_much_it_needs (void **state)
{
    fixture_t *self = *state;
    static char page [8192];
    char arguments [8192];
    snprintf (page, sizeof page, "{\"logGroups\":[{\"logGroupName\":\"g-00000\"},{\"logGroupName\":\"g-00001%*s\"},{\"logGroupName\":\"g-00002\"}]}",
              3000, "");
    for (int i = 0; i < 3; i++)
        aws_says (&self->aws, 200, page);
    walk_t walk = { 0 };
    step (self, &walk, "\"max_bytes\":1024");
    assert_int_equal (walk.rows, 1);
    yyjson_val *answer = step (self, &walk, "\"max_bytes\":1024");
    assert_int_equal (walk.rows, 1);
    int bytes = 0;
    assert_int_equal (sscanf (text_of (answer, "note"), "The next log group takes %d bytes, and max_bytes is 1024: raise it to read on.", &bytes), 1);
    snprintf (arguments, sizeof arguments, "\"max_bytes\":%d", bytes);
    step (self, &walk, arguments);
    assert_int_equal (walk.rows, 2);
}

static void
a_token_of_awss_that_is_too_long_is_told_instead (void **state)
{
    fixture_t *self = *state;
    static char page [6000];
    snprintf (page, sizeof page, "{\"logGroups\":[{\"logGroupName\":\"g-00000\"}],\"nextToken\":\"%04000d\"}", 7);
    aws_says (&self->aws, 200, page);
    yyjson_val *answer = ask (self, "describe_log_groups", "{\"limit\":1}");
    assert_null (text_of (answer, "next_token"));
    expect_part (text_of (answer, "note"), "1 log group; there are more: raise limit, or narrow the request; AWS's own token for the rest is too "
                                           "long");
    assert_true (self->result.cut);
    aws_says (&self->aws, 200, page);
    aws_says (&self->aws, 200, "{\"logGroups\":[{\"logGroupName\":\"g-00001\"}]}");
    answer = ask (self, "describe_log_groups", "{\"limit\":5}");        //  Within one call it can be followed
    assert_int_equal (yyjson_arr_size (yyjson_obj_get (answer, "log_groups")), 2);
}

static void
progress_is_told_between_pages (void **state)
{
    fixture_t *self = *state;
    give_rows (self, 500);
    walk_to_the_end (self, "\"limit\":1000");
    assert_true (self->progresses >= 1);
    assert_true (self->progress.total == 1000 && self->progress.done >= 50);
    assert_string_equal (self->progress_text, "log groups read");
}

static void
a_page_that_makes_no_sense_gives_no_rows_and_no_harm (void **state)
{
    fixture_t *self = *state;
    static const char *const PAGES [] = {
        "{}", "{\"logGroups\":null}", "{\"logGroups\":{}}", "{\"logGroups\":\"x\"}", "{\"logGroups\":[],\"nextToken\":null}",
        "{\"logGroups\":[],\"nextToken\":7}",
        "{\"logGroups\":[],\"nextToken\":\"\"}",
    };
    for (size_t i = 0; i < sizeof PAGES / sizeof PAGES [0]; i++) {
        aws_says (&self->aws, 200, PAGES [i]);
        assert_int_equal (yyjson_arr_size (yyjson_obj_get (ask (self, "describe_log_groups", "{}"), "log_groups")), 0);
        self->aws.scripted = self->aws.told = 0;
    }
}

static void
an_answer_that_is_no_json_is_a_fault_of_awss (void **state)
{
    fixture_t *self = *state;
    static const char *const ANSWERS [] = { "", "[]", "<html>", "{\"logGroups\":", "{\"logGroups\":[{\"logGroupName\":\"\xff\"}]}" };
    for (size_t i = 0; i < sizeof ANSWERS / sizeof ANSWERS [0]; i++) {
        for (int attempt = 0; attempt < 3; attempt++)
            aws_says (&self->aws, 200, ANSWERS [i]);
        expect_part (refused (self, "describe_log_groups", "{}", STATUS_AWS_FAULT), "CloudWatch Logs failed to answer DescribeLogGroups in "
                "eu-west-1");
        self->aws.scripted = self->aws.told = 0;
    }
}

static int
begin_keeping (void **state)
{
    return begin_with (state, &(fixture_kind_t) { .service = SERVICE_LOGS, .operations = LOGS_OPERATIONS, .kept_bytes_max = 1024 * 1024 });
}

static void
pages_that_were_kept_are_told_with_their_age (void **state)
{
    fixture_t *self = *state;
    give_rows (self, 70);
    expect_no_part (text_of (ask (self, "describe_log_groups", "{\"limit\":50}"), "note"), "old");
    pass_ms (self, 3000);
    //  One page is old, the other new
    expect_part (text_of (ask (self, "describe_log_groups", "{\"limit\":70}"), "note"), "This list is 3 s old.");
    assert_int_equal (self->aws.asked_count, 2);
    assert_int_equal (self->answer->envelope.requests, 1);
    assert_int_equal (self->answer->envelope.cached, 1);
    pass_ms (self, 8000);
    expect_no_part (text_of (ask (self, "describe_log_groups", "{\"limit\":50}"), "note"), "old");
    assert_int_equal (self->aws.asked_count, 3);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (every_row_comes_exactly_once_whatever_the_limit, begin, end),
        cmocka_unit_test_setup_teardown (every_row_comes_exactly_once_whatever_the_bytes, begin, end),
        cmocka_unit_test_setup_teardown (limit_and_bytes_may_change_on_the_way, begin, end),
        cmocka_unit_test_setup_teardown (the_note_says_what_to_raise, begin, end),
        cmocka_unit_test_setup_teardown (a_short_token_is_at_most_128_characters, begin, end),
        cmocka_unit_test_setup_teardown (empty_pages_are_followed, begin, end),
        cmocka_unit_test_setup_teardown (none_at_all_says_where_and_what_to_look_at, begin, end),
        cmocka_unit_test_setup_teardown (a_token_to_an_empty_rest_does_not_say_that_there_is_nothing, begin, end),
        cmocka_unit_test_setup_teardown (a_token_that_repeats_itself_is_found_out, begin, end),
        cmocka_unit_test_setup_teardown (a_failure_behind_the_first_page_gives_what_there_is_and_how_to_go_on, begin, end),
        cmocka_unit_test_setup_teardown (a_failure_before_the_first_row_is_a_failure, begin, end),
        cmocka_unit_test_setup_teardown (an_old_token_that_aws_refuses_says_what_to_leave_out, begin, end),
        cmocka_unit_test_setup_teardown (when_the_time_is_nearly_over_it_gives_what_there_is, begin, end),
        cmocka_unit_test_setup_teardown (when_only_empty_pages_came_in_time_the_token_is_the_answer, begin, end),
        cmocka_unit_test_setup_teardown (without_a_page_the_deadline_is_a_failure, begin, end),
        cmocka_unit_test_setup_teardown (a_token_of_other_arguments_is_refused_before_aws_is_asked, begin, end),
        cmocka_unit_test_setup_teardown (a_row_that_is_larger_than_max_bytes_says_how_much_it_needs, begin, end),
        cmocka_unit_test_setup_teardown (a_token_of_awss_that_is_too_long_is_told_instead, begin, end),
        cmocka_unit_test_setup_teardown (progress_is_told_between_pages, begin, end),
        cmocka_unit_test_setup_teardown (a_page_that_makes_no_sense_gives_no_rows_and_no_harm, begin, end),
        cmocka_unit_test_setup_teardown (pages_that_were_kept_are_told_with_their_age, begin_keeping, end),
        cmocka_unit_test_setup_teardown (an_answer_that_is_no_json_is_a_fault_of_awss, begin, end),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
