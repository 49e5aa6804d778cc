#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "body.h"
#include "contract.h"
#include "json.h"
#include "reader.h"

#include <stdio.h>

static contracts_t *s_contracts;

//  What the embedded contracts do not have: required arguments, objects in lists, numbers, a choice of types.
static const char NESTED [] =
    "{\"name\": \"nested\", \"title\": \"Nested\", \"description\": \"Tests.\", \"service\": \"metrics\", \"version\": 1, \"internal\": true,"
    " \"actions\": [\"cloudwatch:GetMetricData\"], \"idempotent\": true,"
    " \"inputSchema\": {\"type\": \"object\", \"properties\": {"
    "   \"queries\": {\"type\": \"array\", \"minItems\": 1, \"maxItems\": 3, \"items\": {\"type\": \"object\", \"properties\": {"
    "     \"metric\": {\"type\": \"string\", \"minLength\": 3}, \"stat\": {\"type\": \"string\", \"default\": \"Sum\"}},"
    "     \"required\": [\"metric\"], \"additionalProperties\": false}},"
    "   \"threshold\": {\"type\": \"number\", \"minimum\": 0},"
    "   \"since\": {\"type\": [\"string\", \"integer\"], \"minimum\": 0, \"maximum\": 4000000000}},"
    "  \"required\": [\"queries\"], \"additionalProperties\": false},"
    " \"example\": {\"queries\": [{\"metric\": \"Errors\"}]}}";

static int
set_up (void **state)
{
    (void) state;
    contract_file_t files [16] = { { "nested", NESTED, sizeof NESTED - 1 } };
    static const char *const NAMES [] = { "list_metrics", "describe_log_groups", "describe_alarms" };
    size_t count = 1;
    for (const contract_file_t *file = contract_files; file->name; file++)
        for (size_t i = 0; i < 3; i++)
            if (strcmp (file->name, NAMES [i]) == 0)
                files [count++] = *file;
    char reason [CONTRACT_REASON_SIZE];
    if (contracts_new (files, &s_contracts, reason) == STATUS_OK)
        return 0;
    print_error ("%s\n", reason);
    return 1;
}

static int
tear_down (void **state)
{
    (void) state;
    contracts_destroy (&s_contracts);
    return 0;
}

//  Checks the arguments, given as JSON, "" for none. The caller owns both.
static status_t
check (const char *tool, const char *json, contract_arguments_t *checked, buffer_t *sentence)
{
    const contract_t *contract = contracts_find (s_contracts, slice_of (tool));
    assert_non_null (contract);
    yyjson_doc *doc = NULL;
    if (*json)
        assert_int_equal (json_read (slice_of (json), JSON_DEPTH_MAX, &doc, NULL), STATUS_OK);
    buffer_init (sentence, CONTRACT_SENTENCE_SIZE);
    status_t status = contract_check (contract, doc ? yyjson_doc_get_root (doc) : NULL, checked, sentence);
    yyjson_doc_free (doc);
    assert_int_equal (buffer_status (sentence), STATUS_OK);
    return status;
}

static contract_arguments_t
accepted (const char *tool, const char *json)
{
    contract_arguments_t checked;
    buffer_t sentence;
    if (check (tool, json, &checked, &sentence) != STATUS_OK)
        fail_msg ("%s: %.*s", json, (int) sentence.size, sentence.data);
    assert_int_equal (sentence.size, 0);
    buffer_deinit (&sentence);
    return checked;
}

//  The sentences must be these, with nothing behind them but the example, which they may hold too.
static void
expect_sentence (const char *tool, const char *json, const char *expected)
{
    contract_arguments_t checked;
    buffer_t sentence;
    assert_int_equal (check (tool, json, &checked, &sentence), STATUS_INVALID_ARGUMENT);
    if (!slice_starts (buffer_slice (&sentence), expected))
        fail_msg ("%s: expected \"%s\", got \"%.*s\"", json, expected, (int) sentence.size, sentence.data);
    slice_t rest = { sentence.data + strlen (expected), sentence.size - strlen (expected) };
    if (rest.size && !slice_starts (rest, " Example: {"))
        fail_msg ("%s: behind \"%s\" comes \"%.*s\"", json, expected, (int) rest.size, rest.data);
    buffer_deinit (&sentence);
    contract_arguments_deinit (&checked);
}

static void
no_arguments_are_all_the_defaults (void **state)
{
    (void) state;
    static const char *const NOTHING [] = { "", "{}", "null", "{\"limit\": null, \"region\": null, \"prefix\": null}" };
    for (size_t i = 0; i < sizeof NOTHING / sizeof *NOTHING; i++) {
        contract_arguments_t checked = accepted ("describe_log_groups", NOTHING [i]);
        slice_t body = buffer_slice (&checked.body);
        assert_int_equal (argument_int (body, "limit", -1), 50);
        assert_int_equal (argument_int (body, "max_bytes", -1), 65536);
        assert_null (argument_text (body, "prefix").data);
        assert_non_null (argument_value (body, "linked_accounts").data);
        assert_false (argument_bool (body, "linked_accounts"));
        assert_string_equal (checked.account, "");
        assert_string_equal (checked.region, "");
        contract_arguments_deinit (&checked);
    }
}

static void
what_is_given_is_written_and_account_and_region_stand_apart (void **state)
{
    (void) state;
    contract_arguments_t checked = accepted ("describe_log_groups",
        "{\"region\": \"eu-west-1\", \"prefix\": \"/aws/lambda/\", \"account\": \"production\", \"linked_accounts\": true,"
        " \"account_ids\": [\"123456789012\", \"210987654321\"], \"limit\": 1000, \"log_group_class\": \"DELIVERY\"}");
    assert_string_equal (checked.account, "production");
    assert_string_equal (checked.region, "eu-west-1");
    slice_t body = buffer_slice (&checked.body);
    assert_true (slice_is (argument_text (body, "prefix"), "/aws/lambda/"));
    assert_true (slice_is (argument_text (body, "log_group_class"), "DELIVERY"));
    assert_true (argument_bool (body, "linked_accounts"));
    assert_int_equal (argument_int (body, "limit", -1), 1000);
    assert_null (argument_value (body, "account").data);
    assert_null (argument_value (body, "region").data);

    reader_t reader;
    size_t count;
    slice_t id;
    reader_init (&reader, argument_value (body, "account_ids"));
    assert_int_equal (reader_array (&reader, &count), STATUS_OK);
    assert_int_equal (count, 2);
    assert_int_equal (reader_text (&reader, &id), STATUS_OK);
    assert_true (slice_is (id, "123456789012"));
    reader_init (&reader, body);
    assert_int_equal (reader_skip (&reader), STATUS_OK);
    assert_int_equal (reader_finish (&reader), STATUS_OK);
    contract_arguments_deinit (&checked);
}

static void
a_map_and_a_default_list_are_written_as_they_are (void **state)
{
    (void) state;
    contract_arguments_t checked = accepted ("list_metrics", "{\"dimensions\": {\"FunctionName\": \"\", \"Größe\": \"x\"}}");
    reader_t reader;
    size_t count;
    slice_t text;
    reader_init (&reader, argument_value (buffer_slice (&checked.body), "dimensions"));
    assert_int_equal (reader_map (&reader, &count), STATUS_OK);
    assert_int_equal (count, 2);
    assert_int_equal (reader_text (&reader, &text), STATUS_OK);
    assert_true (slice_is (text, "FunctionName"));
    assert_int_equal (reader_text (&reader, &text), STATUS_OK);
    assert_true (text.data && text.size == 0);
    contract_arguments_deinit (&checked);

    checked = accepted ("describe_alarms", "{\"state\": \"ALARM\"}");
    reader_init (&reader, argument_value (buffer_slice (&checked.body), "types"));
    assert_int_equal (reader_array (&reader, &count), STATUS_OK);
    assert_int_equal (count, 3);
    contract_arguments_deinit (&checked);
}

static void
a_whole_number_may_be_written_with_a_point (void **state)
{
    (void) state;
    contract_arguments_t checked = accepted ("list_metrics", "{\"limit\": 10.0}");
    assert_int_equal (argument_int (buffer_slice (&checked.body), "limit", -1), 10);
    contract_arguments_deinit (&checked);
    expect_sentence ("list_metrics", "{\"limit\": 10.5}", "limit must be a whole number from 1 to 5000; got 10.5.");
    expect_sentence ("list_metrics", "{\"limit\": 1e300}", "limit must be a whole number from 1 to 5000; got 1e+300.");
    expect_sentence ("list_metrics", "{\"limit\": 18446744073709551615}", "limit must be a whole number from 1 to 5000; got 18446744073709551615.");
}

static void
a_whole_number_is_taken_as_a_text_where_one_is_wanted (void **state)
{
    (void) state;
    static const struct {
        const char *number, *text;
    } CASES [] = {
        { "1795388707", "1795388707" }, { "1795388707042", "1795388707042" }, { "-3", "-3" }, { "0", "0" }, { "1e3", "1000" }, { "7.0", "7" },
        { "18446744073709551615", "18446744073709551615" }, { "-9223372036854775808", "-9223372036854775808" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        char json [100];
        snprintf (json, sizeof json, "{\"prefix\": %s, \"account\": %s}", CASES [i].number, CASES [i].number);
        contract_arguments_t checked = accepted ("describe_log_groups", json);
        slice_t text = argument_text (buffer_slice (&checked.body), "prefix");
        assert_int_equal (text.size, strlen (CASES [i].text));
        assert_memory_equal (text.data, CASES [i].text, text.size);
        assert_string_equal (checked.account, CASES [i].text);
        contract_arguments_deinit (&checked);
    }
    contract_arguments_t checked = accepted ("nested", "{\"queries\": [{\"metric\": 404}], \"since\": 5}");
    assert_int_equal (argument_int (buffer_slice (&checked.body), "since", 0), 5);        //  It may be a number: it is one
    contract_arguments_deinit (&checked);
    expect_sentence ("nested", "{\"queries\": [{\"metric\": 42}]}", "queries[0].metric must have at least 3 characters; got 2.");
    expect_sentence ("describe_alarms", "{\"state\": 1}", "state must be one of OK, ALARM, INSUFFICIENT_DATA; got 1.");
    expect_sentence ("describe_log_groups", "{\"prefix\": 1.5}", "prefix must be a text; got 1.5.");
    expect_sentence ("describe_log_groups", "{\"prefix\": 1e300}", "prefix must be a text; got 1e+300.");
}

static void
a_wrong_type_or_range_is_named_with_what_is_allowed (void **state)
{
    (void) state;
    expect_sentence ("describe_log_groups", "{\"limit\": \"ten\"}", "limit must be a whole number from 1 to 1000; got \"ten\".");
    expect_sentence ("describe_log_groups", "{\"limit\": \"10\"}", "limit must be a whole number from 1 to 1000; got the text \"10\".");
    expect_sentence ("describe_log_groups", "{\"limit\": 0}", "limit must be a whole number from 1 to 1000; got 0.");
    expect_sentence ("describe_log_groups", "{\"limit\": -5}", "limit must be a whole number from 1 to 1000; got -5.");
    expect_sentence ("describe_log_groups", "{\"limit\": 1001}", "limit must be a whole number from 1 to 1000; got 1001.");
    expect_sentence ("describe_log_groups", "{\"limit\": [1]}", "limit must be a whole number from 1 to 1000; got a list.");
    expect_sentence ("describe_log_groups", "{\"linked_accounts\": \"true\"}", "linked_accounts must be true or false; got the text \"true\".");
    expect_sentence ("describe_log_groups", "{\"prefix\": 7.5}", "prefix must be a text; got 7.5.");
    expect_sentence ("describe_log_groups", "{\"log_groups\": \"a\"}", "log_groups must be a list of texts; got \"a\".");
    expect_sentence ("describe_log_groups", "{\"log_groups\": \"[a]\"}", "log_groups must be a list of texts; got the text \"[a]\".");
    expect_sentence ("describe_log_groups", "{\"log_groups\": [\"a\", null]}", "log_groups[1] must be a text; got null.");
    expect_sentence ("list_metrics", "{\"dimensions\": {\"A\": false}}", "dimensions.A must be a text; got false.");
    expect_sentence ("list_metrics", "{\"dimensions\": [{\"Name\": \"A\"}]}", "dimensions must be an object; got a list.");
    expect_sentence ("list_metrics", "[1]", "arguments must be an object; got a list.");
    expect_sentence ("nested", "{\"queries\": [{\"metric\": \"abc\"}], \"threshold\": -0.5}", "threshold must be a number of at least 0; got -0.5.");
    expect_sentence ("nested", "{\"queries\": [{\"metric\": \"abc\"}], \"since\": true}",
        "since must be a text or a whole number from 0 to 4000000000; got true.");
}

static void
an_unknown_name_is_answered_with_the_nearest_and_with_all (void **state)
{
    (void) state;
    contract_arguments_t checked;
    buffer_t sentence;
    assert_int_equal (check ("describe_log_groups", "{\"limt\": 20}", &checked, &sentence), STATUS_INVALID_ARGUMENT);
    assert_true (slice_is (buffer_slice (&sentence),
        "`limt` is not an argument of describe_log_groups; did you mean `limit`? Arguments: prefix, pattern, log_group_class, log_groups, "
        "linked_accounts, account_ids, limit, max_bytes, next_token, account, region. Example: {\"prefix\": \"/aws/lambda/\", \"limit\": 20}."));
    buffer_deinit (&sentence);
    contract_arguments_deinit (&checked);
}

static void
names_from_elsewhere_find_ours (void **state)
{
    (void) state;
    static const struct {
        const char *tool;
        const char *given;
        const char *meant;
    } CASES [] = {
        { "describe_log_groups", "nextToken",             "did you mean `next_token`?" },
        { "describe_log_groups", "next-token",            "did you mean `next_token`?" },
        { "describe_log_groups", "log-group-name-prefix", "did you mean `prefix`?" },
        { "describe_log_groups", "logGroupNamePrefix",    "did you mean `prefix`?" },
        { "describe_log_groups", "log_group_name_pattern", "did you mean `pattern`?" },
        { "describe_log_groups", "includeLinkedAccounts", "did you mean `linked_accounts`?" },
        { "describe_log_groups", "logGroupClass",         "did you mean `log_group_class`?" },
        { "describe_log_groups", "LIMIT",                 "did you mean `limit`?" },
        { "describe_log_groups", "limti",                 "did you mean `limit`?" },
        { "describe_alarms",     "alarm_names",           "did you mean `names`?" },
        { "describe_alarms",     "ActionPrefix",          "did you mean `action_prefix`?" },
        { "list_metrics",        "OwningAccount",         "did you mean `owning_account`?" },
        { "list_metrics",        "owning",                "did you mean `owning_account`?" },
        { "list_metrics",        "name",                  "did you mean `metric_name`?" },
        { "list_metrics",        "colour",                "is not an argument of list_metrics. Arguments:" },
        { "list_metrics",        "",                      "is not an argument of list_metrics. Arguments:" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char json [80];
        contract_arguments_t checked;
        buffer_t sentence;
        snprintf (json, sizeof json, "{\"%s\": 1}", CASES [i].given);
        assert_int_equal (check (CASES [i].tool, json, &checked, &sentence), STATUS_INVALID_ARGUMENT);
        buffer_append_char (&sentence, 0);
        if (!strstr (sentence.data, CASES [i].meant))
            fail_msg ("%s: %s", json, sentence.data);
        buffer_deinit (&sentence);
        contract_arguments_deinit (&checked);
    }
}

static void
a_choice_is_answered_with_the_choices (void **state)
{
    (void) state;
    expect_sentence ("describe_alarms", "{\"state\": \"alarm\"}",
        "state must be one of OK, ALARM, INSUFFICIENT_DATA; got \"alarm\"; did you mean `ALARM`?");
    expect_sentence ("describe_alarms", "{\"state\": \"broken\"}", "state must be one of OK, ALARM, INSUFFICIENT_DATA; got \"broken\".");
    expect_sentence ("describe_alarms", "{\"state\": 1}", "state must be one of OK, ALARM, INSUFFICIENT_DATA; got 1.");
    expect_sentence ("describe_alarms", "{\"types\": [\"LogAlarm\", \"metric\"]}",
        "types[1] must be one of MetricAlarm, CompositeAlarm, LogAlarm; got \"metric\".");
}

static void
lengths_and_sizes_are_told_with_both_figures (void **state)
{
    (void) state;
    char json [2048];
    snprintf (json, sizeof json, "{\"prefix\": \"%0600d\"}", 0);
    expect_sentence ("describe_log_groups", json, "prefix may have at most 512 characters; got 600.");
    expect_sentence ("describe_log_groups", "{\"prefix\": \"\"}", "prefix must not be empty.");
    expect_sentence ("describe_log_groups", "{\"log_groups\": []}", "log_groups must not be empty.");
    expect_sentence ("describe_alarms", "{\"types\": [\"LogAlarm\", \"LogAlarm\", \"LogAlarm\", \"LogAlarm\"]}",
        "types may have at most 3 items; got 4.");
    expect_sentence ("nested", "{\"queries\": [{\"metric\": \"ab\"}]}", "queries[0].metric must have at least 3 characters; got 2.");
    expect_sentence ("list_metrics",
        "{\"dimensions\": {\"a\":\"\",\"b\":\"\",\"c\":\"\",\"d\":\"\",\"e\":\"\",\"f\":\"\",\"g\":\"\","
        "\"h\":\"\",\"i\":\"\",\"j\":\"\",\"k\":\"\"}}",
        "dimensions may have at most 10 members; got 11.");
}

static void
characters_are_counted_not_bytes (void **state)
{
    (void) state;
    contract_arguments_t checked = accepted ("nested", "{\"queries\": [{\"metric\": \"äöü\"}]}");
    contract_arguments_deinit (&checked);
    expect_sentence ("nested", "{\"queries\": [{\"metric\": \"äö\"}]}", "queries[0].metric must have at least 3 characters; got 2.");
    //  An account of 40 characters that takes 120 bytes
    char json [256] = "{\"account\": \"";
    for (int i = 0; i < 40; i++)
        strncat (json, "€", sizeof json - strlen (json) - 1);
    strncat (json, "\"}", sizeof json - strlen (json) - 1);
    expect_sentence ("list_metrics", json, "account may take at most 64 bytes; got 120.");
}

static void
a_pattern_is_shown_with_the_words_of_the_contract (void **state)
{
    (void) state;
    expect_sentence ("list_metrics", "{\"region\": \"Ireland\"}",
                     "region \"Ireland\" does not match ^[a-z]{2,5}(-[a-z]+)+-[0-9]{1,2}$ (e.g. eu-west-1).");
    expect_sentence ("list_metrics", "{\"region\": \"eu-west-1.evil.example/\"}",
        "region \"eu-west-1.evil.example/\" does not match ^[a-z]{2,5}(-[a-z]+)+-[0-9]{1,2}$ (e.g. eu-west-1).");
    expect_sentence ("list_metrics", "{\"region\": \"eu-west-1\\n\"}",
                     "region \"eu-west-1?\" does not match ^[a-z]{2,5}(-[a-z]+)+-[0-9]{1,2}$ (e.g. eu-west-1).");
    expect_sentence ("describe_log_groups", "{\"prefix\": \"/aws/*\"}",
        "prefix \"/aws/*\" does not match ^[.A-Za-z0-9_/#-]+$ (Names that begin so. Not with pattern).");
    expect_sentence ("describe_log_groups", "{\"account_ids\": [\"123\"]}", "account_ids[0] \"123\" does not match ^[0-9]{12}$.");
    expect_sentence ("list_metrics", "{\"region\": \"eu-west-1\\u0000\"}", "region must not contain a zero byte.");
}

static void
what_is_required_and_missing_is_named (void **state)
{
    (void) state;
    expect_sentence ("nested", "", "queries is required: a list. Example: {\"queries\": [{\"metric\": \"Errors\"}]}.");
    expect_sentence ("nested", "{\"queries\": null}", "queries is required: a list.");
    expect_sentence ("nested", "{\"queries\": [{\"stat\": \"Sum\"}]}", "queries[0].metric is required: a text.");
    expect_sentence ("nested", "{\"queries\": [{\"metric\": \"abc\", \"Stat\": \"Sum\"}]}",
        "`Stat` is not a member of queries[0] (metric, stat); did you mean `stat`?");
}

static void
a_default_inside_of_a_list_is_filled_in (void **state)
{
    (void) state;
    contract_arguments_t checked = accepted ("nested", "{\"queries\": [{\"metric\": \"abc\"}], \"threshold\": 5}");
    reader_t reader;
    size_t count;
    slice_t text;
    reader_init (&reader, argument_value (buffer_slice (&checked.body), "queries"));
    assert_int_equal (reader_array (&reader, &count), STATUS_OK);
    assert_int_equal (reader_map (&reader, &count), STATUS_OK);
    assert_int_equal (count, 2);
    assert_int_equal (reader_skip (&reader), STATUS_OK);
    assert_int_equal (reader_skip (&reader), STATUS_OK);
    assert_int_equal (reader_text (&reader, &text), STATUS_OK);
    assert_true (slice_is (text, "stat"));
    assert_int_equal (reader_text (&reader, &text), STATUS_OK);
    assert_true (slice_is (text, "Sum"));
    contract_arguments_deinit (&checked);
}

static void
the_same_name_twice_is_refused (void **state)
{
    (void) state;
    expect_sentence ("list_metrics", "{\"limit\": 1, \"limit\": 2}", "limit is given twice.");
    expect_sentence ("list_metrics", "{\"region\": \"eu-west-1\", \"region\": \"us-east-1\"}", "region is given twice.");
    expect_sentence ("list_metrics", "{\"dimensions\": {\"A\": \"\", \"A\": \"x\"}}", "dimensions.A is given twice.");
    expect_sentence ("list_metrics", "{\"dimensions\": {\"\": \"x\"}}", "dimensions has a name that is empty.");
    expect_sentence ("list_metrics", "{\"dimensions\": {\"A\\u0000\": \"x\"}}", "dimensions has a name with a zero byte.");
}

static void
arguments_that_exclude_each_other_are_refused (void **state)
{
    (void) state;
    expect_sentence ("describe_log_groups", "{\"prefix\": \"a\", \"pattern\": \"b\"}", "prefix and pattern cannot be given together.");
    expect_sentence ("describe_alarms", "{\"children_of\": \"a\", \"state\": \"OK\"}", "children_of and state cannot be given together.");
    contract_arguments_t checked = accepted ("describe_alarms", "{\"children_of\": \"a\", \"state\": null, \"limit\": 5}");
    contract_arguments_deinit (&checked);
    checked = accepted ("describe_log_groups", "{\"log_groups\": [\"a\"], \"linked_accounts\": true}");
    contract_arguments_deinit (&checked);
}

static void
four_mistakes_are_told_and_the_others_counted (void **state)
{
    (void) state;
    expect_sentence ("describe_alarms", "{\"limit\": 0, \"detail\": 1, \"state\": 2, \"prefix\": 3.5, \"max_bytes\": 4, \"names\": 5}",
        "names must be a list of texts; got 5. prefix must be a text; got 3.5. state must be one of OK, ALARM, INSUFFICIENT_DATA; got 2. "
        "detail must be true or false; got 1. 3 more are wrong.");
    expect_sentence ("describe_alarms", "{\"limit\": 0, \"detail\": 1, \"state\": 2, \"prefix\": 3.5, \"max_bytes\": 4}",
        "prefix must be a text; got 3.5. state must be one of OK, ALARM, INSUFFICIENT_DATA; got 2. "
        "detail must be true or false; got 1. limit must be a whole number from 1 to 1000; got 0. 1 more is wrong.");
}

static void
what_is_quoted_is_short_and_printable (void **state)
{
    (void) state;
    char json [512];
    snprintf (json, sizeof json, "{\"limit\": \"x%0100d\"}", 0);
    expect_sentence ("list_metrics", json,
        "limit must be a whole number from 1 to 5000; got \"x00000000000000000000000000000000000000000000000000000000000…\".");
    expect_sentence ("list_metrics", "{\"limit\": \"a\\n\\u001bb\\u007f\\u0085\\u202e\\u200bä\\ud83d\\ude00\"}",
        "limit must be a whole number from 1 to 5000; got \"a??b????ä😀\".");
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (no_arguments_are_all_the_defaults),
        cmocka_unit_test (what_is_given_is_written_and_account_and_region_stand_apart),
        cmocka_unit_test (a_map_and_a_default_list_are_written_as_they_are),
        cmocka_unit_test (a_whole_number_may_be_written_with_a_point),
        cmocka_unit_test (a_whole_number_is_taken_as_a_text_where_one_is_wanted),
        cmocka_unit_test (a_wrong_type_or_range_is_named_with_what_is_allowed),
        cmocka_unit_test (an_unknown_name_is_answered_with_the_nearest_and_with_all),
        cmocka_unit_test (names_from_elsewhere_find_ours),
        cmocka_unit_test (a_choice_is_answered_with_the_choices),
        cmocka_unit_test (lengths_and_sizes_are_told_with_both_figures),
        cmocka_unit_test (characters_are_counted_not_bytes),
        cmocka_unit_test (a_pattern_is_shown_with_the_words_of_the_contract),
        cmocka_unit_test (what_is_required_and_missing_is_named),
        cmocka_unit_test (a_default_inside_of_a_list_is_filled_in),
        cmocka_unit_test (the_same_name_twice_is_refused),
        cmocka_unit_test (arguments_that_exclude_each_other_are_refused),
        cmocka_unit_test (four_mistakes_are_told_and_the_others_counted),
        cmocka_unit_test (what_is_quoted_is_short_and_printable),
    };
    return cmocka_run_group_tests (tests, set_up, tear_down);
}
