#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "era.h"
#include "mcp_words.h"

typedef struct {
    const char *body;
    const char *version, *method, *name;        //  Headers; NULL: not sent
    revision_t  revision;
    int         code;                           //  0: it is good
} row_t;

static revision_t
find (const row_t *row, bool has_headers, era_error_t *error)
{
    yyjson_doc *doc;
    jsonrpc_t message;
    assert_int_equal (json_read (slice_of (row->body), JSON_DEPTH_MAX, &doc, NULL), STATUS_OK);
    jsonrpc_read (&message, yyjson_doc_get_root (doc));
    assert_true (message.kind == JSONRPC_REQUEST || message.kind == JSONRPC_NOTIFICATION);
    era_headers_t headers = {
        .has_headers = has_headers, .version = slice_of (row->version), .method = slice_of (row->method), .name = slice_of (row->name) };
    revision_t revision = era_find (&message, &headers, error);
    jsonrpc_deinit (&message);
    yyjson_doc_free (doc);
    return revision;
}

static void
check (const row_t *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        era_error_t error;
        revision_t revision = find (&rows [i], true, &error);
        if (error.code != rows [i].code || (!error.code && revision != rows [i].revision))
            fail_msg ("row %zu: code %d, %s: %s", i, error.code, revision_name (revision), error.message);
        assert_int_equal (error.http_status, error.code ? 400 : 200);
        assert_true ((error.message [0] != 0) == (error.code != 0));
    }
}

#define CHECK(rows) check (rows, sizeof rows / sizeof rows [0])

static void
a_body_that_says_its_version_is_modern_and_its_headers_agree (void **state)
{
    (void) state;
    static const row_t ROWS [] = {
        { REQUEST ("tools/list", META (MODERN)), MODERN, "tools/list", NULL, REVISION_2026_07_28, 0 },
        { REQUEST ("tools/list", META (MODERN)), " " MODERN "\t", " tools/list ", NULL, REVISION_2026_07_28, 0 },
        { REQUEST ("tools/call", META (MODERN) ",\"name\":\"a\""), MODERN, "tools/call", " a ", REVISION_2026_07_28, 0 },
        { REQUEST ("tools/list", META (MODERN)), NULL, "tools/list", NULL, 0, JSONRPC_HEADER_MISMATCH },
        { REQUEST ("tools/list", META (MODERN)), "", "tools/list", NULL, 0, JSONRPC_HEADER_MISMATCH },
        { REQUEST ("tools/list", META (MODERN)), "2025-11-25", "tools/list", NULL, 0, JSONRPC_HEADER_MISMATCH },
        { REQUEST ("tools/list", META ("v999.0.0")), MODERN, "tools/list", NULL, 0, JSONRPC_HEADER_MISMATCH },
        { REQUEST ("tools/list", META ("v999.0.0")), "v999.0.0", "tools/list", NULL, 0, JSONRPC_UNSUPPORTED_VERSION },
        { REQUEST ("tools/list", META ("2025-11-25")), "2025-11-25", "tools/list", NULL, 0, JSONRPC_UNSUPPORTED_VERSION },
        { REQUEST ("tools/list", META ("2025-11-25")), NULL, "tools/list", NULL, 0, JSONRPC_HEADER_MISMATCH },
        { REQUEST ("tools/list", META ("")), "", "tools/list", NULL, 0, JSONRPC_UNSUPPORTED_VERSION },
        { REQUEST ("initialize", META (MODERN)), MODERN, "initialize", NULL, REVISION_2026_07_28, 0 },      //  Which then does not exist
        { REQUEST ("tools/list", "\"_meta\":{" VERSION_KEY "\"" MODERN "\"}"), MODERN, "tools/list", NULL, 0, JSONRPC_INVALID_PARAMS },
        { REQUEST ("tools/list", "\"_meta\":{\"io.modelcontextprotocol/clientCapabilities\":[]," VERSION_KEY "\"" MODERN "\"}"), MODERN,
          "tools/list", NULL, 0, JSONRPC_INVALID_PARAMS },
        { REQUEST ("tools/list", META (MODERN)), MODERN, NULL, NULL, 0, JSONRPC_HEADER_MISMATCH },
        { REQUEST ("tools/list", META (MODERN)), MODERN, "TOOLS/LIST", NULL, 0, JSONRPC_HEADER_MISMATCH },
        { REQUEST ("tools/list", META (MODERN)), MODERN, "tools/call", NULL, 0, JSONRPC_HEADER_MISMATCH },
        { REQUEST ("no/such", META (MODERN)), MODERN, "no/such", NULL, REVISION_2026_07_28, 0 },
    };
    CHECK (ROWS);
}

static void
names_are_repeated_in_a_header (void **state)
{
    (void) state;
#define CALL(name) REQUEST ("tools/call", "\"name\":\"" name "\"," META (MODERN))
    static const row_t ROWS [] = {
        { CALL ("a"), MODERN, "tools/call", NULL, 0, JSONRPC_HEADER_MISMATCH },
        { CALL ("a"), MODERN, "tools/call", "b", 0, JSONRPC_HEADER_MISMATCH },
        { CALL ("a"), MODERN, "tools/call", "A", 0, JSONRPC_HEADER_MISMATCH },
        { CALL ("a"), MODERN, "tools/call", "=?base64?YQ==?=", REVISION_2026_07_28, 0 },
        { CALL ("a"), MODERN, "tools/call", "=?base64?YQ=?=", 0, JSONRPC_HEADER_MISMATCH },
        { CALL ("a"), MODERN, "tools/call", "=?base64?Y Q==?=", 0, JSONRPC_HEADER_MISMATCH },
        { CALL ("a"), MODERN, "tools/call", "=?BASE64?YQ==?=", 0, JSONRPC_HEADER_MISMATCH },
        { CALL ("=?base64?YQ=="), MODERN, "tools/call", "=?base64?YQ==", REVISION_2026_07_28, 0 },          //  Half a frame is literal
        { CALL ("\xc3\xa9"), MODERN, "tools/call", "=?base64?w6k=?=", REVISION_2026_07_28, 0 },
        { CALL ("\xc3\xa9"), MODERN, "tools/call", "\xc3\xa9", 0, JSONRPC_HEADER_MISMATCH },
        { CALL (""), MODERN, "tools/call", "", REVISION_2026_07_28, 0 },
        { CALL (""), MODERN, "tools/call", NULL, 0, JSONRPC_HEADER_MISMATCH },
        { REQUEST ("tools/call", META (MODERN)), MODERN, "tools/call", NULL, REVISION_2026_07_28, 0 },
        { REQUEST ("prompts/get", "\"name\":\"a\"," META (MODERN)), MODERN, "prompts/get", "b", 0, JSONRPC_HEADER_MISMATCH },
        { REQUEST ("resources/read", "\"uri\":\"a:b\"," META (MODERN)), MODERN, "resources/read", "a:b", REVISION_2026_07_28, 0 },
        { REQUEST ("resources/read", "\"uri\":\"a:b\"," META (MODERN)), MODERN, "resources/read", NULL, 0, JSONRPC_HEADER_MISMATCH },
        { REQUEST ("tools/list", "\"name\":\"a\"," META (MODERN)), MODERN, "tools/list", NULL, REVISION_2026_07_28, 0 },
    };
    CHECK (ROWS);
}

static void
a_modern_header_needs_a_modern_body (void **state)
{
    (void) state;
    static const row_t ROWS [] = {
        { REQUEST ("tools/list", ""), MODERN, "tools/list", NULL, 0, JSONRPC_INVALID_PARAMS },
        { "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"server/discover\"}", MODERN, "server/discover", NULL, 0, JSONRPC_INVALID_PARAMS },
        { REQUEST ("tools/list", "\"_meta\":{}"), MODERN, NULL, NULL, 0, JSONRPC_INVALID_PARAMS },
        { REQUEST ("tools/list", "\"_meta\":{" VERSION_KEY "7}"), MODERN, NULL, NULL, 0, JSONRPC_INVALID_PARAMS },
        { REQUEST ("tools/list", "\"_meta\":[]"), MODERN, NULL, NULL, 0, JSONRPC_INVALID_PARAMS },
        { REQUEST ("tools/list", ""), "2027-01-01", NULL, NULL, 0, JSONRPC_INVALID_PARAMS },                //  Later than all we know
        { REQUEST ("initialize", "\"protocolVersion\":\"2025-11-25\""), MODERN, NULL, NULL, 0, JSONRPC_HEADER_MISMATCH },
        { REQUEST ("initialize", "\"protocolVersion\":\"2025-11-25\""), "2027-01-01", NULL, NULL, 0, JSONRPC_HEADER_MISMATCH },
    };
    CHECK (ROWS);
}

static void
initialize_chooses_among_the_legacy_revisions (void **state)
{
    (void) state;
    static const row_t ROWS [] = {
        { INITIALIZE ("2025-11-25"), NULL, NULL, NULL, REVISION_2025_11_25, 0 },
        { INITIALIZE ("2025-06-18"), NULL, NULL, NULL, REVISION_2025_06_18, 0 },
        { INITIALIZE ("2025-03-26"), NULL, NULL, NULL, REVISION_2025_03_26, 0 },
        { INITIALIZE ("2024-11-05"), NULL, NULL, NULL, REVISION_2025_11_25, 0 },
        { INITIALIZE ("2026-07-28"), NULL, NULL, NULL, REVISION_2025_11_25, 0 },
        { INITIALIZE ("1.0"), NULL, NULL, NULL, REVISION_2025_11_25, 0 },
        { INITIALIZE ("2025-06-18"), "2025-11-25", NULL, NULL, REVISION_2025_06_18, 0 },        //  The body decides
        { INITIALIZE ("2025-06-18"), "what", NULL, NULL, REVISION_2025_06_18, 0 },
        { REQUEST ("initialize", ""), NULL, NULL, NULL, REVISION_2025_11_25, 0 },
        { "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\"}", NULL, NULL, NULL, REVISION_2025_11_25, 0 },
    };
    CHECK (ROWS);
}

static void
everything_else_is_legacy_as_its_header_says (void **state)
{
    (void) state;
    static const row_t ROWS [] = {
        { REQUEST ("tools/list", ""), NULL, NULL, NULL, REVISION_2025_03_26, 0 },
        { REQUEST ("server/discover", ""), NULL, NULL, NULL, REVISION_2025_03_26, 0 },
        { REQUEST ("tools/list", ""), "2025-03-26", NULL, NULL, REVISION_2025_03_26, 0 },
        { REQUEST ("tools/list", ""), "2025-06-18", NULL, NULL, REVISION_2025_06_18, 0 },
        { REQUEST ("tools/list", ""), " 2025-11-25 ", NULL, NULL, REVISION_2025_11_25, 0 },
        { REQUEST ("tools/list", ""), "2025-11-25", "other", "other", REVISION_2025_11_25, 0 }, //  These headers are not of that time
        { REQUEST ("tools/list", ""), "2024-11-05", NULL, NULL, 0, JSONRPC_BAD_HEADER_VERSION },
        { REQUEST ("tools/list", ""), "2025-11-26", NULL, NULL, 0, JSONRPC_BAD_HEADER_VERSION },
        { REQUEST ("tools/list", ""), "", NULL, NULL, 0, JSONRPC_BAD_HEADER_VERSION },
        { REQUEST ("tools/list", ""), "9999", NULL, NULL, 0, JSONRPC_BAD_HEADER_VERSION },
        { REQUEST ("tools/list", ""), "2026-07-2x", NULL, NULL, 0, JSONRPC_BAD_HEADER_VERSION },
        { REQUEST ("tools/list", ""), "2026x07-29", NULL, NULL, 0, JSONRPC_BAD_HEADER_VERSION },
        { REQUEST ("tools/list", ""), "2025-11-25, 2025-11-25", NULL, NULL, 0, JSONRPC_BAD_HEADER_VERSION },
    };
    CHECK (ROWS);
}

static void
notifications_are_taken_leniently (void **state)
{
    (void) state;
    static const row_t ROWS [] = {
        { NOTIFICATION ("notifications/cancelled", META (MODERN)), MODERN, "notifications/cancelled", NULL, REVISION_2026_07_28, 0 },
        { NOTIFICATION ("notifications/cancelled", META (MODERN)), NULL, NULL, NULL, REVISION_2026_07_28, 0 },
        { NOTIFICATION ("notifications/cancelled", META ("v999.0.0")), "v999.0.0", NULL, NULL, REVISION_2026_07_28, 0 },
        { NOTIFICATION ("notifications/cancelled", ""), MODERN, NULL, NULL, REVISION_2026_07_28, 0 },
        { NOTIFICATION ("notifications/cancelled", ""), NULL, NULL, NULL, REVISION_2025_03_26, 0 },
        { NOTIFICATION ("notifications/cancelled", ""), "2025-11-25", NULL, NULL, REVISION_2025_11_25, 0 },
        { NOTIFICATION ("notifications/cancelled", ""), "what", NULL, NULL, 0, JSONRPC_BAD_HEADER_VERSION },    //  The transport's header is wrong
    };
    CHECK (ROWS);
}

static void
without_a_transport_s_headers_none_are_missed (void **state)
{
    (void) state;
    static const row_t ROWS [] = {
        { REQUEST ("tools/call", "\"name\":\"a\"," META (MODERN)), NULL, NULL, NULL, REVISION_2026_07_28, 0 },
        { REQUEST ("tools/list", META ("1900-01-01")), NULL, NULL, NULL, 0, JSONRPC_UNSUPPORTED_VERSION },
        { REQUEST ("tools/list", "\"_meta\":{" VERSION_KEY "\"" MODERN "\"}"), NULL, NULL, NULL, 0, JSONRPC_INVALID_PARAMS },
        { REQUEST ("tools/list", ""), NULL, NULL, NULL, REVISION_2025_03_26, 0 },
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS [0]; i++) {
        era_error_t error;
        revision_t revision = find (&ROWS [i], false, &error);
        assert_int_equal (error.code, ROWS [i].code);
        assert_true (error.code || revision == ROWS [i].revision);
    }
}

static void
an_unsupported_version_is_told_what_is_supported (void **state)
{
    (void) state;
    era_error_t error;
    find (&(row_t) { REQUEST ("tools/list", META ("1900-01-01")), "1900-01-01", "tools/list", NULL, 0, 0 }, true, &error);
    assert_int_equal (error.code, JSONRPC_UNSUPPORTED_VERSION);
    assert_string_equal (error.data, "{\"supported\":[\"2026-07-28\",\"2025-11-25\",\"2025-06-18\",\"2025-03-26\"],\"requested\":\"1900-01-01\"}");
}

static void
what_was_requested_is_cut_and_stays_json (void **state)
{
    (void) state;
    char body [512] = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{\"_meta\":{" VERSION_KEY "\"";
    for (size_t size = strlen (body), end = size + 300; size < end; size += 2)
        memcpy (body + size, "\\\"", 3);              //  Quotes, which take two bytes each
    memcpy (body + strlen (body), "\"}}}", 5);
    era_error_t error;
    find (&(row_t) { .body = body }, false, &error);
    assert_int_equal (error.code, JSONRPC_UNSUPPORTED_VERSION);
    yyjson_doc *doc;
    assert_int_equal (json_read (slice_of (error.data), JSON_DEPTH_MAX, &doc, NULL), STATUS_OK);
    slice_t requested = json_text (yyjson_doc_get_root (doc), "requested");
    assert_true (requested.size > 50 && slice_starts (requested, "\"\"\"") && requested.data [requested.size - 1] == '.');
    yyjson_doc_free (doc);
}

static void
header_values_are_decoded_strictly (void **state)
{
    (void) state;
    static const struct {
        const char *header, *value;             //  NULL: malformed
    } VALUES [] = {
        { "", "" }, { "plain", "plain" }, { " \tplain value\t ", "plain value" }, { "a\tb", "a\tb" }, { "=?base64?YWJj?=", "abc" },
        { " =?base64?YWJj?= ", "abc" }, { "=?base64?" "?=", "" }, { "=?base64?=", "=?base64?=" }, { "=?base64?YWJj", "=?base64?YWJj" },
        { "YWJj?=", "YWJj?=" }, { "=?Base64?YWJj?=", "=?Base64?YWJj?=" }, { "=?base64?YWI?=", NULL }, { "=?base64?YWJj\n?=", NULL },
        { "=?base64?YW-_?=", NULL }, { "=?base64?YWJj=?=", NULL }, { "a\x01z", NULL }, { "a\x7fz", NULL }, { "\xc3\xa9", NULL }, { "a\nb", NULL },
    };
    for (size_t i = 0; i < sizeof VALUES / sizeof VALUES [0]; i++) {
        buffer_t out;
        buffer_init (&out, 100);
        status_t status = era_header_value (slice_of (VALUES [i].header), &out);
        if ((status == STATUS_OK) != (VALUES [i].value != NULL) || (VALUES [i].value && !slice_is (buffer_slice (&out), VALUES [i].value)))
            fail_msg ("\"%s\": %s, \"%.*s\"", VALUES [i].header, status_name (status), (int) out.size, out.data);
        buffer_deinit (&out);
    }
}

static void
a_log_level_is_one_that_exists (void **state)
{
    (void) state;
#define LEVEL(level) REQUEST ("ping", "\"_meta\":{" CAPABILITIES "," VERSION_KEY "\"" MODERN "\",\"io.modelcontextprotocol/logLevel\":" level "}")
    static const char *const GOOD [] = { LEVEL ("\"debug\""), LEVEL ("\"emergency\"") };
    static const char *const BAD [] = { LEVEL ("\"loud\""), LEVEL ("\"\""), LEVEL ("7"), LEVEL ("null") };
    era_error_t error;
    for (size_t i = 0; i < 2; i++)
        assert_int_equal ((find (&(row_t) { .body = GOOD [i], .version = MODERN, .method = "ping" }, true, &error), error.code), 0);
    for (size_t i = 0; i < 4; i++) {
        find (&(row_t) { .body = BAD [i], .version = MODERN, .method = "ping" }, true, &error);
        assert_int_equal (error.code, JSONRPC_INVALID_PARAMS);
        assert_int_equal (error.http_status, 200);
        find (&(row_t) { .body = BAD [i], .version = MODERN, .method = "other" }, true, &error);
        assert_int_equal (error.code, JSONRPC_HEADER_MISMATCH);         //  What is wrong with the headers comes first
    }
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_body_that_says_its_version_is_modern_and_its_headers_agree),
        cmocka_unit_test (names_are_repeated_in_a_header),
        cmocka_unit_test (a_modern_header_needs_a_modern_body),
        cmocka_unit_test (initialize_chooses_among_the_legacy_revisions),
        cmocka_unit_test (everything_else_is_legacy_as_its_header_says),
        cmocka_unit_test (notifications_are_taken_leniently),
        cmocka_unit_test (without_a_transport_s_headers_none_are_missed),
        cmocka_unit_test (an_unsupported_version_is_told_what_is_supported),
        cmocka_unit_test (what_was_requested_is_cut_and_stays_json),
        cmocka_unit_test (header_values_are_decoded_strictly),
        cmocka_unit_test (a_log_level_is_one_that_exists),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
