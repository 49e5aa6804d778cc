#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "reply.h"

#include <stdio.h>

static slice_t
written (const reply_t *reply, buffer_t *json)
{
    buffer_init (json, 1 << 20);
    reply_write (reply, SLICE ("7"), json);
    assert_int_equal (buffer_status (json), STATUS_OK);
    return buffer_slice (json);
}

#define assert_written(reply, text)                                             \
    do {                                                                        \
        buffer_t json_;                                                         \
        slice_t got_ = written (reply, &json_);                                 \
        char copy_ [1024];                                                      \
        snprintf (copy_, sizeof copy_, "%.*s", (int) got_.size, got_.data);     \
        assert_string_equal (copy_, text);                                      \
        buffer_deinit (&json_);                                                 \
    } while (0)

#define INFO "{\"name\":\"cloudwatch-mcp\",\"title\":\"CloudWatch\",\"version\":\"" CLOUDWATCH_MCP_VERSION "\"}"
#define RESULT "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":"
#define MODERN_HEAD RESULT "{\"resultType\":\"complete\",\"_meta\":{\"io.modelcontextprotocol/serverInfo\":" INFO "},"

static void
each_revision_gets_the_members_that_it_wants (void **state)
{
    (void) state;
    static const struct {
        revision_t revision;
        reply_scope_t scope;
        const char *text;
    } CASES [] = {
        { REVISION_2025_03_26, REPLY_PUBLIC, RESULT "{\"a\":1}}" },
        { REVISION_2025_11_25, REPLY_NOT_KEPT, RESULT "{\"a\":1}}" },
        { REVISION_2026_07_28, REPLY_NOT_KEPT, MODERN_HEAD "\"a\":1}}" },
        { REVISION_2026_07_28, REPLY_PUBLIC, MODERN_HEAD "\"ttlMs\":5,\"cacheScope\":\"public\",\"a\":1}}" },
        { REVISION_2026_07_28, REPLY_PRIVATE, MODERN_HEAD "\"ttlMs\":5,\"cacheScope\":\"private\",\"a\":1}}" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        reply_t reply;
        reply_init (&reply);
        reply_begin (&reply, CASES [i].revision, CASES [i].scope, 5);
        buffer_append_text (&reply.text, "\"a\":1}");
        assert_written (&reply, CASES [i].text);
        reply_deinit (&reply);
    }
}

static void
a_refusal_forgets_what_was_written_and_is_one_sentence (void **state)
{
    (void) state;
    reply_t reply;
    reply_init (&reply);
    reply_begin (&reply, REVISION_2025_11_25, REPLY_PUBLIC, 5);
    reply_refuse (&reply, JSONRPC_INVALID_PARAMS, "no %s", "\"x\"");
    assert_written (&reply, "{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":{\"code\":-32602,\"message\":\"no \\\"x\\\"\"}}");
    reply_deinit (&reply);
}

static void
a_resource_that_is_not_there_has_the_code_of_its_revision (void **state)
{
    (void) state;
    for (revision_t revision = 0; revision < REVISIONS; revision++) {
        reply_t reply;
        reply_init (&reply);
        reply_no_resource (&reply, revision, SLICE ("a:\"b"), "gone.");
        assert_int_equal (reply.code, revision_modern (revision) ? -32602 : -32002);
        assert_true (slice_is (buffer_slice (&reply.data), "{\"uri\":\"a:\\\"b\"}"));
        reply_deinit (&reply);
    }
}

static void
a_result_that_does_not_fit_is_an_error_and_not_half_of_it (void **state)
{
    (void) state;
    reply_t reply;
    reply_init (&reply);
    reply_begin (&reply, REVISION_2025_11_25, REPLY_PUBLIC, 5);
    assert_null (buffer_reserve (&reply.text, reply.text.limit));
    assert_written (&reply, "{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":{\"code\":-32603,\"message\":\"The answer does not fit.\"}}");
    reply_deinit (&reply);
}

static void
any_cursor_is_refused_and_none_or_null_is_not (void **state)
{
    (void) state;
    static const struct {
        const char *params;
        bool refused;
    } CASES [] = { { "{}", false }, { "{\"cursor\":null}", false }, { "{\"cursor\":\"\"}", true }, { "{\"cursor\":\"abc\"}", true },
                   { "{\"cursor\":7}", true } };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        yyjson_doc *doc;
        assert_int_equal (json_read (slice_of (CASES [i].params), 4, &doc, NULL), STATUS_OK);
        reply_t reply;
        reply_init (&reply);
        request_t request = { yyjson_doc_get_root (doc), REVISION_2025_11_25 };
        assert_int_equal (reply_refuses_cursor (&reply, &request), CASES [i].refused);
        assert_int_equal (reply.code, CASES [i].refused ? -32602 : 0);
        reply_deinit (&reply);
        yyjson_doc_free (doc);
    }
    reply_t reply;
    reply_init (&reply);
    assert_false (reply_refuses_cursor (&reply, &(request_t) { NULL, REVISION_2025_11_25 }));
    reply_deinit (&reply);
}

static void
what_is_shown_of_a_text_is_short_and_printable (void **state)
{
    (void) state;
    assert_string_equal (reply_shown (SLICE ("a\nb\xc3\xa9")).text, "a?b??");
    assert_string_equal (reply_shown (SLICE_ABSENT).text, "");
    char long_one [200];
    memset (long_one, 'x', sizeof long_one);
    assert_int_equal (strlen (reply_shown ((slice_t) { long_one, sizeof long_one }).text), 95);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (each_revision_gets_the_members_that_it_wants),
        cmocka_unit_test (a_refusal_forgets_what_was_written_and_is_one_sentence),
        cmocka_unit_test (a_resource_that_is_not_there_has_the_code_of_its_revision),
        cmocka_unit_test (a_result_that_does_not_fit_is_an_error_and_not_half_of_it),
        cmocka_unit_test (any_cursor_is_refused_and_none_or_null_is_not),
        cmocka_unit_test (what_is_shown_of_a_text_is_short_and_printable),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
