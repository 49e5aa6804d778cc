#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "operation_fixture.h"

#include "config_accounts.h"

static const char *const REGIONS [] = { "us-east-1", "eu-west-1", NULL };
static const char *const OTHER_REGIONS [] = { "us-east-2", "us-west-2", NULL };
static const char *const GROUPS [] = { "/shop/*", "/deploy", NULL };

static void
have (fixture_t *self, const aws_account_t *account)
{
    assert_int_equal (config_accounts_add (&self->config, account), STATUS_OK);
}

//  The fixture's own keys are those of all: what an account changes here is where a call goes, and what it may see.
static int
begin (void **state)
{
    begin_with (state, &(fixture_kind_t) { .service = SERVICE_LOGS, .operations = LOGS_OPERATIONS });
    fixture_t *self = *state;
    have (self, &(aws_account_t) { .name = "near", .regions = REGIONS });
    have (self, &(aws_account_t) { .name = "far", .regions = OTHER_REGIONS });
    have (self, &(aws_account_t) { .name = "there", .region = "ap-south-1" });
    have (self, &(aws_account_t) { .name = "fenced", .log_groups = GROUPS });
    return 0;
}

static void
a_call_that_names_no_region_goes_where_its_account_says (void **state)
{
    fixture_t *self = *state;
    static const struct { const char *arguments, *region; } CASES [] = {
        { "{}", "eu-west-1" },                                          //  The server's
        { "{\"account\":\"near\"}", "eu-west-1" },                      //  The server's, which the account allows
        { "{\"account\":\"far\"}", "us-east-2" },                       //  The first that the account allows
        { "{\"account\":\"there\"}", "ap-south-1" },                    //  The account's
        { "{\"account\":\"far\",\"region\":\"us-west-2\"}", "us-west-2" },
        { "{\"account\":\"there\",\"region\":\"eu-west-3\"}", "eu-west-3" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        self->aws.scripted = self->aws.told = 0;
        aws_says (&self->aws, 200, "{}");
        char expected [64];
        snprintf (expected, sizeof expected, "No log groups in %s match", CASES [i].region);
        expect_part (text_of (ask (self, "describe_log_groups", CASES [i].arguments), "note"), expected);
    }
}

//  It comes from a profile: that of the configuration file is looked at when the server starts.
static void
a_region_of_the_account_that_is_none_is_said_to_be_the_accounts (void **state)
{
    fixture_t *self = *state;
    have (self, &(aws_account_t) { .name = "astray", .region = "nowhere" });
    assert_string_equal (refused (self, "describe_log_groups", "{\"account\":\"astray\"}", STATUS_INVALID_ARGUMENT),
                         "The region of the account \"astray\" is \"nowhere\", which is none: set it in this server's configuration, or in the "
                         "account's AWS profile. Until then, pass region.");
    aws_says (&self->aws, 200, "{}");
    expect_part (text_of (ask (self, "describe_log_groups", "{\"account\":\"astray\",\"region\":\"eu-west-3\"}"), "note"), "in eu-west-3");
}

static void
a_region_that_the_account_does_not_allow_is_refused_with_those_it_does (void **state)
{
    fixture_t *self = *state;
    assert_string_equal (refused (self, "describe_log_groups", "{\"account\":\"far\",\"region\":\"eu-west-1\"}", STATUS_REFUSED),
                         "The account \"far\" is not to be asked in eu-west-1: this server's configuration allows us-east-2 and us-west-2. Pass one "
                         "of these, or leave region out.");
    assert_int_equal (self->aws.asked_count, 0);
}

static void
an_account_that_is_not_there_is_refused_with_those_that_are (void **state)
{
    fixture_t *self = *state;
    assert_string_equal (refused (self, "describe_log_groups", "{\"account\":\"prod\"}", STATUS_INVALID_ARGUMENT),
                         "There is no account \"prod\" here: an account is called by the name that this server's configuration gives it. It has "
                         "near, far, there and fenced; leave account out to ask the server's own.");
    self->config.accounts_count = 0;
    expect_part (refused (self, "describe_log_groups", "{\"account\":\"near\"}", STATUS_INVALID_ARGUMENT),
                 "It has none: leave account out to ask the server's own.");
    assert_int_equal (self->aws.asked_count, 0);
}

static void
a_call_that_names_no_account_goes_to_the_default_one (void **state)
{
    fixture_t *self = *state;
    self->config.default_account = "far";
    aws_says (&self->aws, 200, "{}");
    expect_part (text_of (ask (self, "describe_log_groups", "{}"), "note"), "in us-east-2");
    expect_part (refused (self, "describe_log_groups", "{\"account\":\"x\"}", STATUS_INVALID_ARGUMENT), "It has near, far, there and fenced.");
}

static void
only_the_log_groups_that_the_account_allows_are_listed (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 200, "{\"logGroups\":[{\"logGroupName\":\"/shop/a\"},{\"logGroupName\":\"/secret\"},{\"logGroupName\":\"/deploy\"},"
              "{\"logGroupName\":\"/deploy/2\"}]}");
    yyjson_val *answer = ask (self, "describe_log_groups", "{\"account\":\"fenced\"}");
    yyjson_val *rows = yyjson_obj_get (answer, "log_groups");
    assert_int_equal (yyjson_arr_size (rows), 2);
    assert_true (slice_is (json_value_text (yyjson_arr_get_first (yyjson_arr_get (rows, 0))), "/shop/a"));
    assert_true (slice_is (json_value_text (yyjson_arr_get_first (yyjson_arr_get (rows, 1))), "/deploy"));
    assert_string_equal (text_of (answer, "note"), "Only those are shown that this server's configuration allows for the account \"fenced\".");
}

static void
streams_of_another_log_group_are_refused_however_it_is_named (void **state)
{
    fixture_t *self = *state;
    static const char *const NAMES [] = { "/secret", "arn:aws:logs:eu-west-1:123456789012:log-group:/secret:*" };
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES [0]; i++) {
        char arguments [256];
        snprintf (arguments, sizeof arguments, "{\"account\":\"fenced\",\"log_group\":\"%s\"}", NAMES [i]);
        assert_string_equal (refused (self, "filter_log_streams", arguments, STATUS_REFUSED),
                             "The log group \"/secret\" is not among those that this server's configuration allows for the account \"fenced\". "
                             "describe_log_groups shows those that are.");
    }
    assert_int_equal (self->aws.asked_count, 0);
    aws_says (&self->aws, 200, "{}");
    ask (self, "filter_log_streams", "{\"account\":\"fenced\",\"log_group\":\"arn:aws:logs:eu-west-1:123456789012:log-group:/shop/a\"}");
}

static void
a_search_leaves_out_named_groups_that_are_not_allowed (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 200, "{\"events\":[]}");
    expect_part (text_of (ask (self, "search_log_events", "{\"account\":\"fenced\",\"log_groups\":[\"/secret\",\"/shop/a\"]}"), "note"),
                 "Left out: /secret: The log group \"/secret\" is not among those");
    assert_int_equal (self->aws.asked_count, 1);
    expect_part (asked_text (&self->aws, 0), "\"/shop/a\"");
    expect_part (refused (self, "search_log_events", "{\"account\":\"fenced\",\"log_groups\":[\"/secret\"]}", STATUS_REFUSED), "\"/secret\" is not");
    assert_int_equal (self->aws.asked_count, 1);
}

static void
a_search_by_prefix_passes_over_what_is_not_allowed_and_counts_it (void **state)
{
    fixture_t *self = *state;
    aws_says (&self->aws, 200, "{\"logGroups\":[{\"logGroupName\":\"/secret\"},{\"logGroupName\":\"/shop/a\"}]}");
    aws_says (&self->aws, 200, "{\"events\":[]}");
    expect_part (text_of (ask (self, "search_log_events", "{\"account\":\"fenced\",\"prefix\":\"/s\"}"), "note"),
                 "1 log group with this prefix is not among those that this server's configuration allows for the account \"fenced\".");
    assert_int_equal (self->aws.asked_count, 2);
    expect_part (asked_text (&self->aws, 1), "\"/shop/a\"");
    self->aws.scripted = self->aws.told = 0;
    aws_says (&self->aws, 200, "{\"logGroups\":[{\"logGroupName\":\"/secret\"}]}");
    expect_part (text_of (ask (self, "search_log_events", "{\"account\":\"fenced\",\"prefix\":\"/se\"}"), "note"),
                 "1 log group with this prefix is not");
    assert_int_equal (self->aws.asked_count, 3);
}

#define PLACE_TEST(name) cmocka_unit_test_setup_teardown (name, begin, end)

int
main (void)
{
    const struct CMUnitTest tests [] = {
        PLACE_TEST (a_call_that_names_no_region_goes_where_its_account_says),
        PLACE_TEST (a_region_of_the_account_that_is_none_is_said_to_be_the_accounts),
        PLACE_TEST (a_region_that_the_account_does_not_allow_is_refused_with_those_it_does),
        PLACE_TEST (an_account_that_is_not_there_is_refused_with_those_that_are),
        PLACE_TEST (a_call_that_names_no_account_goes_to_the_default_one),
        PLACE_TEST (only_the_log_groups_that_the_account_allows_are_listed),
        PLACE_TEST (streams_of_another_log_group_are_refused_however_it_is_named),
        PLACE_TEST (a_search_leaves_out_named_groups_that_are_not_allowed),
        PLACE_TEST (a_search_by_prefix_passes_over_what_is_not_allowed_and_counts_it),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
