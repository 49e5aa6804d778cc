#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "asks.h"
#include "body.h"
#include "pack.h"

//  How a whole call asks and is answered is in mcp_tools_test.

static void
abilities_are_those_that_a_modern_client_declares (void **state)
{
    (void) state;
    static const struct {
        const char *declared;
        unsigned    abilities;
    } CASES [] = {
        { "{}", 0 }, { "{\"elicitation\":{}}", ASKS_ELICITATION }, { "{\"sampling\":{\"tools\":{}},\"roots\":{}}", ASKS_SAMPLING | ASKS_ROOTS },
        { "{\"elicitation\":true,\"telepathy\":{}}", 0 },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        char text [256];
        snprintf (text, sizeof text, "{\"_meta\":{\"io.modelcontextprotocol/clientCapabilities\":%s}}", CASES [i].declared);
        yyjson_doc *doc = yyjson_read (text, strlen (text), YYJSON_READ_NOFLAG);
        request_t request = { .params = yyjson_doc_get_root (doc), .revision = REVISION_2026_07_28 };
        assert_int_equal (asks_abilities (&request), CASES [i].abilities);
        request.revision = REVISION_2025_11_25;
        assert_int_equal (asks_abilities (&request), 0);
        yyjson_doc_free (doc);
    }
    assert_int_equal (asks_ability (SLICE ("roots")), ASKS_ROOTS);
    assert_int_equal (asks_ability (SLICE ("telepathy")), 0);
}

static void
what_is_demanded_and_missing_is_named (void **state)
{
    (void) state;
    reply_t reply;
    reply_init (&reply);
    assert_true (asks_demand (ASKS_SAMPLING | ASKS_ROOTS, ASKS_SAMPLING, &reply));
    assert_int_equal (reply.code, 0);
    assert_false (asks_demand (ASKS_SAMPLING, ASKS_SAMPLING | ASKS_ELICITATION | ASKS_ROOTS, &reply));
    assert_int_equal (reply.code, JSONRPC_MISSING_CAPABILITY);
    assert_true (slice_is (buffer_slice (&reply.text), "Client capability required: elicitation, roots"));
    assert_true (slice_is (buffer_slice (&reply.data), "{\"requiredCapabilities\":{\"elicitation\":{},\"roots\":{}}}"));
    reply_deinit (&reply);
}

//  With so many arguments that the map's head is of each of its sizes.
static void
answers_and_state_join_the_arguments (void **state)
{
    (void) state;
    static const char TEXT [] = "{\"name\":{\"action\":\"decline\"}}";
    yyjson_doc *doc = yyjson_read (TEXT, sizeof TEXT - 1, YYJSON_READ_NOFLAG);
    for (size_t count = 0; count < 20; count++) {
        buffer_t arguments, out;
        buffer_init (&arguments, 4096);
        buffer_init (&out, 4096);
        pack_map (&arguments, count);
        for (size_t i = 0; i < count; i++) {
            char name [16];
            snprintf (name, sizeof name, "a%zu", i);
            pack_key (&arguments, name);
            pack_int (&arguments, (int64_t) i);
        }
        asks_given_t given = { .responses = yyjson_doc_get_root (doc), .has_state = true };
        buffer_init (&given.state, REQUEST_STATE_BYTES_MAX);
        buffer_append_text (&given.state, "s");
        asks_append_arguments (&given, buffer_slice (&arguments), &out);
        assert_int_equal (buffer_status (&out), STATUS_OK);
        slice_t whole = buffer_slice (&out);
        assert_int_equal (argument_int (whole, "a0", -1), count > 0 ? 0 : -1);
        assert_int_equal (argument_int (whole, "a18", -1), count > 18 ? 18 : -1);
        assert_true (slice_is (argument_text (argument_value (argument_value (whole, BODY_RESPONSES), "name"), "action"), "decline"));
        assert_true (slice_is (argument_text (whole, BODY_STATE), "s"));
        asks_given_deinit (&given);
        buffer_deinit (&arguments);
        buffer_deinit (&out);
    }
    yyjson_doc_free (doc);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (abilities_are_those_that_a_modern_client_declares),
        cmocka_unit_test (what_is_demanded_and_missing_is_named),
        cmocka_unit_test (answers_and_state_join_the_arguments),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
