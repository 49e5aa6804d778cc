#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "desk.h"
#include "mcp_words.h"
#include "tools.h"

static contracts_t *
contracts_of (const contract_file_t *files)
{
    char reason [CONTRACT_REASON_SIZE];
    contracts_t *contracts;
    if (contracts_new (files, &contracts, reason) != STATUS_OK)
        fail_msg ("%s", reason);
    return contracts;
}

static bool
is_json (slice_t text)
{
    yyjson_doc *doc;
    bool json = json_read (text, JSON_DEPTH_MAX, &doc, NULL) == STATUS_OK;
    yyjson_doc_free (doc);
    return json;
}

static void
each_revision_lists_what_it_knows (void **state)
{
    (void) state;
    contracts_t *contracts = contracts_of (DESK_CONTRACTS);
    tools_t *tools = tools_new (contracts, NULL);
    assert_non_null (tools);
    for (revision_t revision = 0; revision < REVISIONS; revision++) {
        yyjson_doc *doc;
        assert_int_equal (json_read (tools_list (tools, revision), JSON_DEPTH_MAX, &doc, NULL), STATUS_OK);
        yyjson_val *root = yyjson_doc_get_root (doc), *list = yyjson_obj_get (root, "tools");
        assert_int_equal (yyjson_arr_size (list), 5);
        assert_int_equal (json_int (root, "ttlMs", 0), revision_modern (revision) ? TOOLS_LIST_TTL_MS : 0);
        assert_true (slice_is (json_text (root, "cacheScope"), revision_modern (revision) ? "public" : ""));
        assert_int_equal (yyjson_obj_size (root), revision_modern (revision) ? 5 : 1);
        yyjson_val *tool = yyjson_arr_get_first (list);
        assert_true (slice_is (json_text (tool, "name"), "brief"));
        assert_true (slice_is (json_text (tool, "description"), "Does what is \"brief\"."));
        assert_true (slice_is (json_text (yyjson_obj_get (tool, "inputSchema"), "type"), "object"));
        assert_true (json_bool (yyjson_obj_get (tool, "annotations"), "readOnlyHint", false));
        bool oldest = revision == REVISION_2025_03_26;
        assert_true (json_text (tool, "title").size == (oldest ? 0 : strlen ("The brief one")));
        assert_true (yyjson_is_obj (yyjson_obj_get (tool, "outputSchema")) == !oldest);
        assert_int_equal (yyjson_obj_size (tool), oldest ? 4 : 6);
        yyjson_doc_free (doc);
    }
    tools_destroy (&tools);
    assert_null (tools);
    contracts_destroy (&contracts);
}

static void
the_tools_that_we_ship_can_be_listed (void **state)
{
    (void) state;
    contracts_t *contracts = contracts_of (contract_files);
    tools_t *tools = tools_new (contracts, NULL);
    for (revision_t revision = 0; revision < REVISIONS; revision++)
        assert_true (is_json (tools_list (tools, revision)));
    tools_destroy (&tools);
    contracts_destroy (&contracts);
}

static void
the_accounts_that_are_configured_are_in_the_list_and_in_the_instructions (void **state)
{
    (void) state;
    contracts_t *contracts = contracts_of (contract_files);
    aws_account_t account = { .name = "prod", .description = "the shop" };
    config_t config = { .accounts = &account, .accounts_count = 1 };
    tools_t *tools = tools_new (contracts, &config);
    slice_t instructions = tools_instructions (tools);
    assert_true (is_json (instructions));
    assert_non_null (memmem (instructions.data, instructions.size, "prod (the shop)", 15));
    assert_non_null (memmem (instructions.data, instructions.size, "Resources have guides to the query languages, prompts the steps", 63));
    for (revision_t revision = 0; revision < REVISIONS; revision++) {
        slice_t list = tools_list (tools, revision);
        assert_true (is_json (list));
        assert_non_null (memmem (list.data, list.size, "\"enum\":[\"prod\"]", 15));
    }
    tools_destroy (&tools);
    config.accounts_count = 0;
    tools = tools_new (contracts, &config);
    slice_t list = tools_list (tools, REVISION_2025_11_25);
    assert_null (memmem (list.data, list.size, "\"account\":{", 11));
    tools_destroy (&tools);
    contracts_destroy (&contracts);
}

static void
what_we_say_of_ourselves_is_json (void **state)
{
    (void) state;
    assert_true (is_json (slice_of (TOOLS_SERVER_INFO)));
    assert_string_equal (TOOLS_SERVER_INFO, SERVER_INFO);
}

static void
the_instructions_name_every_tool_that_a_client_sees (void **state)
{
    (void) state;
    contracts_t *contracts = contracts_of (contract_files);
    tools_t *tools = tools_new (contracts, NULL);
    slice_t instructions = tools_instructions (tools);
    assert_true (is_json (instructions));
    for (size_t i = 0; i < contracts_count (contracts); i++) {
        const contract_t *contract = contracts_at (contracts, i);
        const char *name = contract_name (contract);
        bool named = memmem (instructions.data, instructions.size, name, strlen (name)) != NULL;
        if (named == contract_internal (contract))
            fail_msg ("%s", name);
    }
    tools_destroy (&tools);
    contracts_destroy (&contracts);
}

static void
an_error_is_text_alone (void **state)
{
    (void) state;
    buffer_t out;
    buffer_init (&out, 4096);
    tools_write_error (&out, REVISION_2025_11_25, SLICE ("No \"such\"\nthing \xff."));
    assert_true (slice_is (buffer_slice (&out),
                 "{\"content\":[{\"type\":\"text\",\"text\":\"No \\\"such\\\"\\nthing \xef\xbf\xbd.\"}],\"isError\":true}"));
    buffer_clear (&out);
    tools_write_error (&out, REVISION_2026_07_28, SLICE ("x"));
    assert_true (slice_is (buffer_slice (&out),
                 "{\"resultType\":\"complete\"," SERVER_META ",\"content\":[{\"type\":\"text\",\"text\":\"x\"}],\"isError\":true}"));
    buffer_deinit (&out);
}

static void
expect_content (revision_t revision, const char *json, const char *expected)
{
    buffer_t out;
    buffer_init (&out, 4096);
    tools_write_content (&out, revision, slice_of (json));
    buffer_append_char (&out, '\0');
    assert_string_equal (out.data, expected);
    buffer_deinit (&out);
}

static void
content_is_what_the_tool_wrote_and_its_meta_stands_beside_ours (void **state)
{
    (void) state;
    static const char BLOCKS [] = "{ \"content\": [ {\"type\": \"image\", \"data\": \"AA==\", \"mimeType\": \"image/png\"} ] }";
#define WRITTEN "\"content\":[{\"type\":\"image\",\"data\":\"AA==\",\"mimeType\":\"image/png\"}],\"isError\":false}"
    expect_content (REVISION_2025_11_25, BLOCKS, "{" WRITTEN);
    expect_content (REVISION_2026_07_28, BLOCKS, "{\"resultType\":\"complete\"," SERVER_META "," WRITTEN);
    expect_content (REVISION_2025_06_18, "{\"_meta\":{\"a/b\":1,\"c\":[]},\"content\":[]}",
                    "{\"_meta\":{\"a/b\":1,\"c\":[]},\"content\":[],\"isError\":false}");
    expect_content (REVISION_2026_07_28, "{\"_meta\":{\"a/b\":1},\"content\":[]}",
                    "{\"resultType\":\"complete\",\"_meta\":{\"io.modelcontextprotocol/serverInfo\":" SERVER_INFO ",\"a/b\":1},"
                    "\"content\":[],\"isError\":false}");
}

static void
content_that_is_none_is_an_error_and_not_half_a_result (void **state)
{
    (void) state;
    static const char *const TEXTS [] = { "", "{", "[]", "{\"content\":{}}", "{\"rows\":[]}" };
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS [0]; i++)
        expect_content (REVISION_2025_11_25, TEXTS [i], "{\"content\":[{\"type\":\"text\",\"text\":\"The tool has answered, but its answer cannot be "
                        "read: this is a defect.\"}],\"isError\":true}");
}

static void
expect_sentence (const contract_t *contract, const dispatch_outcome_t *outcome, const char *expected)
{
    buffer_t out;
    buffer_init (&out, 4096);
    tools_write_failure (&out, contract, outcome, 55000, "abc");
    buffer_append_char (&out, '\0');
    assert_string_equal (out.data, expected);
    buffer_deinit (&out);
}

static void
a_failure_is_a_sentence_that_says_what_to_do (void **state)
{
    (void) state;
    contracts_t *contracts = contracts_of (DESK_CONTRACTS);
    const contract_t *contract = contracts_find (contracts, SLICE ("brief"));
    expect_sentence (contract, &(dispatch_outcome_t) { .status = STATUS_REFUSED, .text = SLICE ("AWS said no.") }, "AWS said no. trace abc");
    expect_sentence (contract, &(dispatch_outcome_t) { .status = STATUS_BUSY, .retry_ms = 1001 },
                     "brief was not begun: too many calls wait for the logs service. Ask again in about 2 s. trace abc");
    expect_sentence (contract, &(dispatch_outcome_t) { .status = STATUS_BUSY, .retry_ms = -1 },
                     "brief was not begun: too many calls wait for the logs service. Ask again in about 1 s. trace abc");
    expect_sentence (contract, &(dispatch_outcome_t) { .status = STATUS_BUSY, .retry_ms = 70200, .wait_ms = 70200, .ahead = 12 },
                     "brief was not begun: the logs service has as many calls as it can work on, and 12 more wait before this one. Its turn would "
                     "come in about 71 s, too late to end within the 55 s that a call may take. Ask again in about 71 s. trace abc");
    expect_sentence (contract, &(dispatch_outcome_t) { .status = STATUS_BUSY, .retry_ms = 1000, .wait_ms = 900, .ahead = 1 },
                     "brief was not begun: the logs service has as many calls as it can work on, and 1 more waits before this one. Its turn would "
                     "come in about 1 s, too late to end within the 55 s that a call may take. Ask again in about 1 s. trace abc");
    expect_sentence (contract, &(dispatch_outcome_t) { .status = STATUS_NO_WORKER },
                     "brief cannot be done now: no logs worker is running. The other tools still work; ask again in a few seconds. trace abc");
    expect_sentence (contract, &(dispatch_outcome_t) { .status = STATUS_WORKER_LOST },
                     "The logs worker that had this call of brief is gone. Ask again. trace abc");
    expect_sentence (contract, &(dispatch_outcome_t) { .status = STATUS_DEADLINE },
                     "brief did not finish within 55 s. Ask for less, or narrow the request. trace abc");
    expect_sentence (contract, &(dispatch_outcome_t) { .status = STATUS_NO_CREDENTIALS }, "brief failed: there are no AWS credentials. trace abc");
    expect_sentence (contract, &(dispatch_outcome_t) { .status = (status_t) 999 },
                     "brief failed: an outcome that this version does not know. trace abc");
    contracts_destroy (&contracts);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (each_revision_lists_what_it_knows),
        cmocka_unit_test (the_tools_that_we_ship_can_be_listed),
        cmocka_unit_test (the_accounts_that_are_configured_are_in_the_list_and_in_the_instructions),
        cmocka_unit_test (what_we_say_of_ourselves_is_json),
        cmocka_unit_test (the_instructions_name_every_tool_that_a_client_sees),
        cmocka_unit_test (an_error_is_text_alone),
        cmocka_unit_test (content_is_what_the_tool_wrote_and_its_meta_stands_beside_ours),
        cmocka_unit_test (content_that_is_none_is_an_error_and_not_half_a_result),
        cmocka_unit_test (a_failure_is_a_sentence_that_says_what_to_do),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
