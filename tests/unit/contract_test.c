#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "contract.h"

#include <stdio.h>
#include <stdlib.h>

//  A contract with a bit of everything. Tests spoil it, one place at a time.
static const char SOUND [] =
    "{\"name\": \"tool_a\", \"title\": \"Tool A\", \"description\": \"Does A.\", \"service\": \"logs\", \"version\": 3, \"slow\": true,\n"
    " \"actions\": [\"logs:StartQuery\", \"logs:GetQueryResults\"], \"idempotent\": false,\n"
    " \"annotations\": {\"readOnlyHint\": true, \"destructiveHint\": false, \"idempotentHint\": false, \"openWorldHint\": true},\n"
    " \"inputSchema\": {\"type\": \"object\", \"properties\": {\n"
    "   \"query\": {\"type\": \"string\", \"minLength\": 1, \"maxLength\": 100},\n"
    "   \"since\": {\"type\": [\"string\", \"integer\"], \"minimum\": 0, \"maximum\": 4000000000},\n"
    "   \"order\": {\"type\": \"string\", \"enum\": [\"newest\", \"oldest\"], \"default\": \"newest\"},\n"
    "   \"tags\": {\"type\": \"object\", \"additionalProperties\": {\"type\": \"string\", \"pattern\": \"^[a-z]+$\"}, \"maxProperties\": 5},\n"
    "   \"groups\": {\"type\": \"array\", \"items\": {\"type\": \"string\"}, \"maxItems\": 10},\n"
    "   \"max_bytes\": {\"type\": \"integer\", \"minimum\": 1024, \"maximum\": 1048576, \"default\": 65536},\n"
    "   \"account\": {\"type\": \"string\", \"maxLength\": 64},\n"
    "   \"region\": {\"type\": \"string\", \"maxLength\": 32}},\n"
    "  \"required\": [\"query\"], \"additionalProperties\": false},\n"
    " \"exclusive\": [[\"groups\", \"tags\"]],\n"
    " \"outputSchema\": {\"type\": \"object\", \"properties\": {\"rows\": {\"type\": \"array\"}}, \"required\": [\"rows\"]},\n"
    " \"example\": {\"query\": \"x\"}}";

static status_t
load (const char *name, const char *json, contracts_t **contracts, char *reason)
{
    contract_file_t files [] = { { name, json, strlen (json) }, { NULL, NULL, 0 } };
    return contracts_new (files, contracts, reason);
}

//  SOUND with one piece of text replaced; the caller frees it.
static char *
spoiled (const char *old, const char *new)
{
    const char *at = strstr (SOUND, old);
    assert_non_null (at);
    size_t size = sizeof SOUND + strlen (new);
    char *json = malloc (size);
    assert_non_null (json);
    snprintf (json, size, "%.*s%s%s", (int) (at - SOUND), SOUND, new, at + strlen (old));
    return json;
}

static void
expect_refusal (const char *old, const char *new, const char *expected)
{
    char reason [CONTRACT_REASON_SIZE];
    char *json = spoiled (old, new);
    contracts_t *contracts;
    assert_int_equal (load ("tool_a", json, &contracts, reason), STATUS_INVALID_ARGUMENT);
    assert_null (contracts);
    if (strncmp (reason, "tool_a.json: ", 13) != 0 || !strstr (reason, expected))
        fail_msg ("%s → %s: expected \"%s\", got \"%s\"", old, new, expected, reason);
    free (json);
}

static contracts_t *
embedded (void)
{
    char reason [CONTRACT_REASON_SIZE];
    contracts_t *contracts;
    status_t status = contracts_new (contract_files, &contracts, reason);
    if (status != STATUS_OK)
        fail_msg ("%s", reason);
    return contracts;
}

static void
the_embedded_contracts_are_sound_and_in_order (void **state)
{
    (void) state;
    contracts_t *contracts = embedded ();
    assert_true (contracts_count (contracts) >= 3);
    for (size_t i = 0; i < contracts_count (contracts); i++) {
        const contract_t *contract = contracts_at (contracts, i);
        assert_int_equal (contract_index (contract), i);
        assert_string_equal (contract_name (contract), contract_files [i].name);
        assert_true (i == 0 || strcmp (contract_files [i - 1].name, contract_files [i].name) < 0);
        assert_ptr_equal (contracts_find (contracts, slice_of (contract_name (contract))), contract);
    }
    assert_null (contract_files [contracts_count (contracts)].name);
    assert_null (contracts_find (contracts, SLICE ("list_metric")));
    contracts_destroy (&contracts);
    assert_null (contracts);
    contracts_destroy (&contracts);
}

//  A model reads all of them in every conversation.
static void
tools_as_they_are_listed_take_few_bytes_each_and_together (void **state)
{
    (void) state;
    contracts_t *contracts = embedded ();
    size_t together = 0, shown = 0;
    for (size_t i = 0; i < contracts_count (contracts); i++) {
        const contract_t *contract = contracts_at (contracts, i);
        size_t size = strlen ("{\"name\":\"\",\"title\":\"\",\"description\":\"\",\"inputSchema\":,\"outputSchema\":,\"annotations\":}");
        size += strlen (contract_name (contract)) + strlen (contract_title (contract)) + contract_description (contract).size;
        size += contract_json (contract, "inputSchema").size + contract_json (contract, "outputSchema").size;
        size += contract_json (contract, "annotations").size;
        if (contract_internal (contract))
            continue;
        if (size > 2600)
            fail_msg ("%s takes %zu bytes in tools/list", contract_name (contract), size);
        together += size;
        shown++;
    }
    if (together > shown * 1750 || together > 56000)
        fail_msg ("all tools take %zu bytes in tools/list", together);
    contracts_destroy (&contracts);
}

static bool
takes (const contract_t *contract, const char *arguments)
{
    yyjson_doc *doc = yyjson_read (arguments, strlen (arguments), 0);
    assert_non_null (doc);
    contract_arguments_t checked;
    buffer_t sentence;
    buffer_init (&sentence, CONTRACT_SENTENCE_SIZE);
    bool taken = contract_check (contract, yyjson_doc_get_root (doc), &checked, &sentence) == STATUS_OK;
    contract_arguments_deinit (&checked);
    buffer_deinit (&sentence);
    yyjson_doc_free (doc);
    return taken;
}

static void
a_timezone_is_one_that_there_can_be (void **state)
{
    (void) state;
    contracts_t *contracts = embedded ();
    static const struct {
        const char *zone;
        bool right;
    } CASES [] = {
        { "+0000", true }, { "-0330", true }, { "+0959", true }, { "+1245", true }, { "+1400", true }, { "+1500", false }, { "+2000", false },
        { "+9999", false }, { "+0960", false }, { "0100", false }, { "+100", false }, { "+01:00", false }, { "+01000", false },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        char arguments [64];
        snprintf (arguments, sizeof arguments, "{\"timezone\":\"%s\"}", CASES [i].zone);
        if (takes (contracts_find (contracts, SLICE ("get_metric_data")), arguments) != CASES [i].right)
            fail_msg ("%s", CASES [i].zone);
    }
    contracts_destroy (&contracts);
}

static void
a_contract_tells_what_its_file_says (void **state)
{
    (void) state;
    char reason [CONTRACT_REASON_SIZE];
    contracts_t *contracts;
    assert_int_equal (load ("tool_a", SOUND, &contracts, reason), STATUS_OK);
    const contract_t *contract = contracts_at (contracts, 0);
    assert_string_equal (contract_name (contract), "tool_a");
    assert_string_equal (contract_title (contract), "Tool A");
    assert_true (slice_is (contract_description (contract), "Does A."));
    assert_int_equal (contract_service (contract), SERVICE_LOGS);
    assert_int_equal (contract_version (contract), 3);
    assert_true (contract_slow (contract));
    assert_false (contract_idempotent (contract));
    assert_false (contract_internal (contract));
    assert_string_equal (contract_action (contract, 0), "logs:StartQuery");
    assert_string_equal (contract_action (contract, 1), "logs:GetQueryResults");
    assert_null (contract_action (contract, 2));
    assert_true (slice_is (contract_json (contract, "example"), "{\"query\":\"x\"}"));
    assert_null (contract_json (contract, "version").data);
    assert_true (slice_starts (contract_json (contract, "inputSchema"), "{\"type\":\"object\",\"properties\":{\"query\":{"));
    yyjson_val *schema = (yyjson_val *) (uintptr_t) contract_input_schema (contract);
    assert_int_equal (yyjson_obj_size (yyjson_obj_get (schema, "properties")), 8);
    contracts_destroy (&contracts);
}

static void
an_internal_contract_needs_no_more_than_it_uses (void **state)
{
    (void) state;
    static const char INTERNAL [] =
        "{\"name\": \"stop_query\", \"title\": \"Stop\", \"description\": \"Stops.\", \"service\": \"logs\", \"version\": 1, \"internal\": true,"
        " \"actions\": [\"logs:StopQuery\"], \"idempotent\": true, \"example\": {\"id\": \"x\"},"
        " \"inputSchema\": {\"type\": \"object\", \"properties\": {\"id\": {\"type\": \"string\"}}, \"additionalProperties\": false}}";
    char reason [CONTRACT_REASON_SIZE];
    contracts_t *contracts;
    assert_int_equal (load ("stop_query", INTERNAL, &contracts, reason), STATUS_OK);
    assert_true (contract_internal (contracts_at (contracts, 0)));
    assert_null (contract_json (contracts_at (contracts, 0), "outputSchema").data);
    assert_null (contracts_suggest (contracts, SLICE ("stop_querry")));
    contracts_destroy (&contracts);
}

static void
a_member_that_is_unknown_missing_doubled_or_of_a_wrong_type_is_refused (void **state)
{
    (void) state;
    expect_refusal ("\"slow\": true", "\"slwo\": true", "slwo is not a member of a contract");
    expect_refusal ("\"title\": \"Tool A\",", "", "title is missing");
    expect_refusal ("\"title\": \"Tool A\"", "\"title\": \"\"", "title is empty");
    expect_refusal ("\"slow\": true", "\"slow\": 1", "slow is empty or of the wrong type");
    expect_refusal ("\"slow\": true", "\"slow\": true, \"slow\": false", "slow is there twice");
    expect_refusal ("\"version\": 3", "\"version\": 0", "version must be");
    expect_refusal ("\"version\": 3", "\"version\": 1.5", "version must be");
    expect_refusal ("\"name\": \"tool_a\"", "\"name\": \"tool_b\"", "name must be the file's");
    expect_refusal ("\"service\": \"logs\"", "\"service\": \"lgos\"", "service is none");
    expect_refusal ("\"service\": \"logs\"", "\"service\": \"credentials\"", "service is none");
    expect_refusal ("{\"name\"", "[\"name\"", "is not JSON, from byte ");
}

static void
actions_and_annotations_are_checked (void **state)
{
    (void) state;
    expect_refusal ("\"logs:StartQuery\"", "\"logs:startQuery\"", "IAM actions");
    expect_refusal ("\"logs:StartQuery\"", "\"StartQuery\"", "IAM actions");
    expect_refusal ("\"logs:StartQuery\"", "\"logs:*\"", "IAM actions");
    expect_refusal ("\"logs:StartQuery\"", "7", "IAM actions");
    expect_refusal ("[\"logs:StartQuery\", \"logs:GetQueryResults\"]", "[]", "actions is empty");
    expect_refusal ("\"openWorldHint\": true", "\"openWorld\": true", "annotations needs openWorldHint");
    expect_refusal ("\"openWorldHint\": true", "\"openWorldHint\": true, \"x\": 1", "annotations has more members");
    expect_refusal ("\"idempotentHint\": false", "\"idempotentHint\": true", "contradicts");
}

static void
an_unknown_or_misplaced_schema_keyword_is_refused (void **state)
{
    (void) state;
    expect_refusal ("\"minLength\": 1", "\"minLenght\": 1", "query: minLenght is not a keyword");
    expect_refusal ("\"minLength\": 1", "\"minimum\": 1", "query: minimum is not a keyword that we know for this type");
    expect_refusal ("\"minLength\": 1", "\"minLength\": -1", "query: a limit");
    expect_refusal ("\"minLength\": 1", "\"minLength\": 101", "query: a minimum is above its maximum");
    expect_refusal ("\"minLength\": 1", "\"maxLength\": 1", "query: maxLength is there twice");
    expect_refusal ("\"minimum\": 0, ", "", "since: an integer needs a minimum and a maximum");
    expect_refusal ("\"minimum\": 0", "\"minimum\": -1e300", "since: minimum and maximum must be numbers");
    expect_refusal ("[\"string\", \"integer\"]", "[\"string\", \"string\"]", "since: type must be one");
    expect_refusal ("[\"string\", \"integer\"]", "\"date\"", "since: type must be one");
    expect_refusal ("\"newest\", \"oldest\"", "\"newest\", \"newest\"", "order: enum has newest twice");
    expect_refusal ("\"newest\", \"oldest\"", "", "order: enum must be a list");
    expect_refusal ("\"^[a-z]+$\"", "\"^[a-z+$\"", "tags: pattern ^[a-z+$ is not a regular expression");
    expect_refusal ("\"^[a-z]+$\"", "\"^\\\\d+$\"", "tags: pattern must be a text without backslashes");
    expect_refusal (", \"maxProperties\": 5", "", "tags: a map needs maxProperties");
    expect_refusal (", \"maxItems\": 10", "", "groups: an array needs items and maxItems");
    expect_refusal ("\"items\": {\"type\": \"string\"}, ", "", "groups: an array needs items and maxItems");
}

static void
the_shape_of_the_arguments_is_checked (void **state)
{
    (void) state;
    expect_refusal ("\"query\": {", "\"Query\": {", "property Query is not in snake_case");
    expect_refusal ("\"since\": {", "\"query\": {", "property query is there twice");
    expect_refusal ("\"required\": [\"query\"]", "\"required\": [\"qeury\"]", "required must name properties");
    expect_refusal ("\"required\": [\"query\"]", "\"required\": [\"order\"]", "required must name properties, each once, that have no default");
    expect_refusal (", \"additionalProperties\": false", "", "an object with properties needs additionalProperties: false");
    expect_refusal ("\"additionalProperties\": false", "\"additionalProperties\": true", "a schema must be an object");
    expect_refusal ("\"max_bytes\": {", "\"max_byte\": {", "the argument max_bytes, which every tool has, is missing");
    expect_refusal ("\"account\": {", "\"acount\": {", "the argument account, which every tool has, is missing");
    expect_refusal ("\"region\": {\"type\": \"string\", \"maxLength\": 32}", "\"region\": {\"type\": \"string\"}", "region may have at most 32");
    expect_refusal ("[\"groups\", \"tags\"]", "[\"groups\", \"tgas\"]", "exclusive must name different arguments");
    expect_refusal ("[\"groups\", \"tags\"]", "[\"groups\", \"query\"]", "exclusive must name different arguments, none of them required");
    expect_refusal ("[\"groups\", \"tags\"]", "[\"groups\"]", "exclusive must be a list of lists");
}

static void
an_output_schema_says_little_and_says_it_rightly (void **state)
{
    (void) state;
    expect_refusal ("{\"rows\": {\"type\": \"array\"}}", "{\"rows\": {\"type\": \"array\", \"maxItems\": 3}}", "no more of rows than its type");
    expect_refusal ("\"required\": [\"rows\"]", "\"required\": [\"row\"]", "names what is not in properties");
    expect_refusal ("\"required\": [\"rows\"]", "\"title\": \"x\"", "outputSchema");
    expect_refusal ("{\"type\": \"object\", \"properties\": {\"rows\"", "{\"type\": \"array\", \"properties\": {\"rows\"", "outputSchema needs type");
}

//  A tool that does not ask AWS: neither account nor region nor a schema of what it answers.
#define LOCAL(members, schema, example) \
    "{\"name\": \"tool_l\", \"title\": \"Tool L\", \"description\": \"Does L.\", \"service\": \"local\", \"version\": 1, \"actions\": []," \
    "\"idempotent\": false, " members "\"annotations\": {\"readOnlyHint\": true, \"destructiveHint\": false, \"idempotentHint\": false," \
    "\"openWorldHint\": false}, \"inputSchema\": " schema ", \"example\": " example "}"

#define NO_ARGUMENTS "{\"type\": \"object\", \"properties\": {}, \"additionalProperties\": false}"

static void
a_local_tool_may_do_without_what_is_for_aws (void **state)
{
    (void) state;
    char reason [CONTRACT_REASON_SIZE];
    contracts_t *contracts;
    if (load ("tool_l", LOCAL ("", NO_ARGUMENTS, "{}"), &contracts, reason) != STATUS_OK)
        fail_msg ("%s", reason);
    const contract_t *contract = contracts_at (contracts, 0);
    assert_false (contract_internal (contract));
    assert_null (contract_json (contract, "outputSchema").data);
    assert_null (contract_capability (contract, 0));
    contracts_destroy (&contracts);
    expect_refusal ("\"outputSchema\": {\"type\": \"object\", \"properties\": {\"rows\": {\"type\": \"array\"}}, \"required\": [\"rows\"]},", "",
                    "outputSchema is missing");
}

static void
a_contract_says_what_its_client_must_be_able_to_do (void **state)
{
    (void) state;
    char reason [CONTRACT_REASON_SIZE];
    contracts_t *contracts;
    assert_int_equal (load ("tool_l", LOCAL ("\"capabilities\": [\"sampling\", \"roots\"], ", NO_ARGUMENTS, "{}"), &contracts, reason), STATUS_OK);
    assert_string_equal (contract_capability (contracts_at (contracts, 0), 0), "sampling");
    assert_string_equal (contract_capability (contracts_at (contracts, 0), 1), "roots");
    assert_null (contract_capability (contracts_at (contracts, 0), 2));
    assert_false (contract_asks (contracts_at (contracts, 0)));
    contracts_destroy (&contracts);
    assert_int_equal (load ("tool_l", LOCAL ("\"asks\": true, ", NO_ARGUMENTS, "{}"), &contracts, reason), STATUS_OK);
    assert_true (contract_asks (contracts_at (contracts, 0)));
    contracts_destroy (&contracts);
    expect_refusal ("\"slow\": true", "\"capabilities\": [\"telepathy\"]", "capabilities may be elicitation, sampling and roots");
}

static void
an_unchecked_schema_may_say_anything_of_an_object (void **state)
{
    (void) state;
    char reason [CONTRACT_REASON_SIZE];
    contracts_t *contracts;
    assert_int_equal (load ("tool_l", LOCAL ("\"unchecked\": true, ", "{\"type\": \"object\", \"$defs\": {}, \"if\": {}}", "{\"any\": [1]}"),
                            &contracts, reason), STATUS_OK);
    assert_true (slice_is (contract_json (contracts_at (contracts, 0), "inputSchema"), "{\"type\":\"object\",\"$defs\":{},\"if\":{}}"));
    contracts_destroy (&contracts);
    assert_int_equal (load ("tool_l", LOCAL ("\"unchecked\": true, ", "{\"type\": \"array\"}", "{}"), &contracts, reason), STATUS_INVALID_ARGUMENT);
    assert_non_null (strstr (reason, "inputSchema must be that of an object"));
    assert_int_equal (load ("tool_l", LOCAL ("\"unchecked\": true, \"exclusive\": [[\"a\", \"b\"]], ", "{\"type\": \"object\"}", "{}"), &contracts,
                            reason), STATUS_INVALID_ARGUMENT);
    assert_non_null (strstr (reason, "exclusive must name different arguments"));
}

static void
a_header_that_repeats_an_argument_has_a_headers_name (void **state)
{
    (void) state;
    char reason [CONTRACT_REASON_SIZE];
    contracts_t *contracts;
    char *json = spoiled ("\"minLength\": 1", "\"x-mcp-header\": \"Query-1\"");
    assert_int_equal (load ("tool_a", json, &contracts, reason), STATUS_OK);
    contracts_destroy (&contracts);
    free (json);
    expect_refusal ("\"minLength\": 1", "\"x-mcp-header\": \"a b\"", "query: x-mcp-header has a character");
    expect_refusal ("\"minLength\": 1", "\"x-mcp-header\": 1", "query: x-mcp-header must be a text");
    expect_refusal ("\"maxItems\": 10", "\"maxItems\": 10, \"x-mcp-header\": \"a\"", "groups: x-mcp-header is not a keyword");
}

static void
a_default_or_an_example_that_breaks_the_schema_is_refused (void **state)
{
    (void) state;
    expect_refusal ("\"default\": 65536", "\"default\": 1000",
        "a default is wrong: max_bytes must be a whole number from 1024 to 1048576; got 1000.");
    expect_refusal ("\"default\": \"newest\"", "\"default\": \"latest\"", "a default is wrong: order must be one of newest, oldest");
    expect_refusal ("{\"query\": \"x\"}", "{\"querry\": \"x\"}", "the example is wrong: `querry` is not an argument of tool_a");
    expect_refusal ("{\"query\": \"x\"}", "{}", "the example is wrong: query is required");
}

static void
the_same_tool_twice_is_refused (void **state)
{
    (void) state;
    contract_file_t files [] = { { "tool_a", SOUND, strlen (SOUND) }, { "tool_a", SOUND, strlen (SOUND) }, { NULL, NULL, 0 } };
    char reason [CONTRACT_REASON_SIZE];
    contracts_t *contracts;
    assert_int_equal (contracts_new (files, &contracts, reason), STATUS_INVALID_ARGUMENT);
    assert_true (slice_starts (slice_of (reason), "tool_a.json: is there twice"));
}

static void
a_mistyped_tool_name_is_answered_with_the_nearest (void **state)
{
    (void) state;
    contracts_t *contracts = embedded ();
    assert_string_equal (contracts_suggest (contracts, SLICE ("list_metric")), "list_metrics");
    assert_string_equal (contracts_suggest (contracts, SLICE ("DescribeAlarms")), "describe_alarms");
    assert_string_equal (contracts_suggest (contracts, SLICE ("describe-log-groups")), "describe_log_groups");
    assert_string_equal (contracts_suggest (contracts, SLICE ("aws_describe_alarms")), "describe_alarms");
    assert_null (contracts_suggest (contracts, SLICE ("delete_everything")));
    assert_null (contracts_suggest (contracts, SLICE ("")));
    contracts_destroy (&contracts);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (the_embedded_contracts_are_sound_and_in_order),
        cmocka_unit_test (tools_as_they_are_listed_take_few_bytes_each_and_together),
        cmocka_unit_test (a_timezone_is_one_that_there_can_be),
        cmocka_unit_test (a_contract_tells_what_its_file_says),
        cmocka_unit_test (an_internal_contract_needs_no_more_than_it_uses),
        cmocka_unit_test (a_member_that_is_unknown_missing_doubled_or_of_a_wrong_type_is_refused),
        cmocka_unit_test (actions_and_annotations_are_checked),
        cmocka_unit_test (an_unknown_or_misplaced_schema_keyword_is_refused),
        cmocka_unit_test (the_shape_of_the_arguments_is_checked),
        cmocka_unit_test (a_local_tool_may_do_without_what_is_for_aws),
        cmocka_unit_test (a_contract_says_what_its_client_must_be_able_to_do),
        cmocka_unit_test (an_unchecked_schema_may_say_anything_of_an_object),
        cmocka_unit_test (a_header_that_repeats_an_argument_has_a_headers_name),
        cmocka_unit_test (an_output_schema_says_little_and_says_it_rightly),
        cmocka_unit_test (a_default_or_an_example_that_breaks_the_schema_is_refused),
        cmocka_unit_test (the_same_tool_twice_is_refused),
        cmocka_unit_test (a_mistyped_tool_name_is_answered_with_the_nearest),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
