#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "param_headers.h"

#include <stdio.h>

//  A text, a whole number and a switch that headers repeat, and one that none does.
#define HEADER(type, name) "{\"type\": \"" type "\", \"x-mcp-header\": \"" name "\"}"

static const char TOOL [] =
    "{\"name\": \"tool\", \"title\": \"T\", \"description\": \"D\", \"service\": \"local\", \"version\": 1, \"actions\": [], \"idempotent\": false,"
    "\"annotations\": {\"readOnlyHint\": true, \"destructiveHint\": false, \"idempotentHint\": false, \"openWorldHint\": false},"
    "\"unchecked\": true, \"example\": {},"
    "\"inputSchema\": {\"type\": \"object\", \"properties\": {\"word\": " HEADER ("string", "Word") ", \"count\": " HEADER ("integer", "Count") ","
    "\"flag\": " HEADER ("boolean", "Flag") ", \"other\": {\"type\": \"string\"}}}}";

//  The headers of one request, by their names.
typedef struct {
    const char *word, *count, *flag;
} sent_t;

static slice_t
find (void *arg, const char *name)
{
    const sent_t *sent = arg;
    const char *value = strcmp (name, "Mcp-Param-Word") == 0 ? sent->word : strcmp (name, "Mcp-Param-Count") == 0 ? sent->count : sent->flag;
    return value ? slice_of (value) : SLICE_ABSENT;
}

//  The sentence of the error; "" for none.
static void
expect (const char *arguments, sent_t sent, const char *expected)
{
    char reason [CONTRACT_REASON_SIZE];
    contracts_t *contracts;
    if (contracts_new ((contract_file_t []) { { "tool", TOOL, strlen (TOOL) }, { NULL } }, &contracts, reason) != STATUS_OK)
        fail_msg ("%s", reason);
    yyjson_doc *doc = yyjson_read (arguments, strlen (arguments), YYJSON_READ_NOFLAG);
    era_headers_t headers = { .has_headers = true, .find = find, .arg = &sent };
    era_error_t error;
    param_headers_check (contracts_at (contracts, 0), yyjson_doc_get_root (doc), &headers, &error);
    assert_string_equal (error.message, expected);
    assert_int_equal (error.code, expected [0] ? JSONRPC_HEADER_MISMATCH : 0);
    assert_int_equal (error.http_status, expected [0] ? 400 : 200);
    yyjson_doc_free (doc);
    contracts_destroy (&contracts);
}

static void
headers_that_say_what_the_arguments_say_are_right (void **state)
{
    (void) state;
    expect ("{}", (sent_t) { 0 }, "");
    expect ("{\"word\": null, \"other\": \"x\"}", (sent_t) { 0 }, "");
    expect ("{\"word\": \"Hello\", \"count\": 42, \"flag\": false}", (sent_t) { " Hello ", "42", "false" }, "");
    expect ("{\"word\": \"Hello\", \"count\": 42.0, \"flag\": true}", (sent_t) { "=?base64?SGVsbG8=?=", "42.0", "true" }, "");
    expect ("{\"word\": \"SGVsbG8=\"}", (sent_t) { .word = "SGVsbG8=" }, "");
    expect ("{\"word\": \"=?base64?SGVsbG8=\"}", (sent_t) { .word = "=?base64?SGVsbG8=" }, "");
}

static void
a_header_that_is_missing_or_says_otherwise_is_refused (void **state)
{
    (void) state;
    expect ("{\"word\": \"Hello\"}", (sent_t) { 0 }, "Header mismatch: Mcp-Param-Word is missing.");
    expect ("{\"count\": 0}", (sent_t) { 0 }, "Header mismatch: Mcp-Param-Count is missing.");
    expect ("{\"word\": \"Hello\"}", (sent_t) { .word = "hello" }, "Header mismatch: Mcp-Param-Word does not say what the argument says.");
    expect ("{}", (sent_t) { .word = "Hello" }, "Header mismatch: Mcp-Param-Word does not say what the argument says.");
    expect ("{\"count\": 42}", (sent_t) { .count = "43" }, "Header mismatch: Mcp-Param-Count does not say what the argument says.");
    expect ("{\"count\": 16}", (sent_t) { .count = "0x10" }, "Header mismatch: Mcp-Param-Count does not say what the argument says.");
    expect ("{\"count\": 0}", (sent_t) { .count = "" }, "Header mismatch: Mcp-Param-Count does not say what the argument says.");
    expect ("{\"flag\": true}", (sent_t) { .flag = "True" }, "Header mismatch: Mcp-Param-Flag does not say what the argument says.");
}

static void
a_header_that_cannot_be_decoded_is_refused (void **state)
{
    (void) state;
    expect ("{\"word\": \"Hello\"}", (sent_t) { .word = "=?base64?SGVsbG8?=" }, "Header mismatch: Mcp-Param-Word cannot be decoded.");
    expect ("{\"word\": \"Hello\"}", (sent_t) { .word = "=?base64?SGVs!!!bG8=?=" }, "Header mismatch: Mcp-Param-Word cannot be decoded.");
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (headers_that_say_what_the_arguments_say_are_right),
        cmocka_unit_test (a_header_that_is_missing_or_says_otherwise_is_refused),
        cmocka_unit_test (a_header_that_cannot_be_decoded_is_refused),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
