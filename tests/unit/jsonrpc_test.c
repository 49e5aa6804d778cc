#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "jsonrpc.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct {
    yyjson_doc *doc;
    jsonrpc_t   message;
} read_t;

static read_t
read_text (const char *text)
{
    read_t read = { 0 };
    assert_int_equal (json_read (slice_of (text), JSON_DEPTH_MAX, &read.doc, NULL), STATUS_OK);
    jsonrpc_read (&read.message, yyjson_doc_get_root (read.doc));
    return read;
}

static void
read_end (read_t *read)
{
    jsonrpc_deinit (&read->message);
    yyjson_doc_free (read->doc);
}

static void
ids_are_echoed_as_they_came (void **state)
{
    (void) state;
    static const char *const IDS [] = {
        "0", "1", "-1", "9007199254740993", "-9007199254740993", "9223372036854775807", "9223372036854775808", "18446744073709551615",
        "-9223372036854775808", "\"\"", "\"c-7\"", "\"0\"", "\"a\\\"b\\\\c\"", "\"\\n\\t\\u0001\"", "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"",
    };
    for (size_t i = 0; i < sizeof IDS / sizeof IDS [0]; i++) {
        char text [256];
        snprintf (text, sizeof text, "{\"method\":\"ping\",\"id\":%s,\"jsonrpc\":\"2.0\"}", IDS [i]);
        read_t read = read_text (text);
        assert_int_equal (read.message.kind, JSONRPC_REQUEST);
        if (!slice_is (buffer_slice (&read.message.id), IDS [i]))
            fail_msg ("%s came back as %.*s", IDS [i], (int) read.message.id.size, read.message.id.data);
        read_end (&read);
    }
    //  The same string, however it was written
    read_t read = read_text ("{\"jsonrpc\":\"2.0\",\"id\":\"\\u00e9\\/\\ud83d\\ude00\",\"method\":\"ping\"}");
    assert_true (slice_is (buffer_slice (&read.message.id), "\"\xc3\xa9/\xf0\x9f\x98\x80\""));
    read_end (&read);
}

static void
other_ids_are_none (void **state)
{
    (void) state;
    static const char *const IDS [] = { "null", "true", "false", "1.5", "1e3", "18446744073709551616", "[]", "[1]", "{}" };
    for (size_t i = 0; i < sizeof IDS / sizeof IDS [0]; i++) {
        char text [256];
        snprintf (text, sizeof text, "{\"jsonrpc\":\"2.0\",\"id\":%s,\"method\":\"ping\"}", IDS [i]);
        read_t read = read_text (text);
        if (read.message.kind != JSONRPC_INVALID || read.message.id.size)
            fail_msg ("%s was taken", IDS [i]);
        assert_non_null (read.message.problem);
        read_end (&read);
    }
}

static void
an_id_has_a_limit (void **state)
{
    (void) state;
    char text [JSONRPC_ID_BYTES_MAX + 100];
    for (int over = 0; over < 2; over++) {
        int size = JSONRPC_ID_BYTES_MAX - 2 + over;             //  With its quotes
        snprintf (text, sizeof text, "{\"jsonrpc\":\"2.0\",\"method\":\"ping\",\"id\":\"%0*d\"}", size, 7);
        read_t read = read_text (text);
        assert_int_equal (read.message.kind, over ? JSONRPC_INVALID : JSONRPC_REQUEST);
        assert_int_equal (read.message.id.size, over ? 0 : JSONRPC_ID_BYTES_MAX);
        read_end (&read);
    }
}

static void
each_message_is_what_it_is (void **state)
{
    (void) state;
    static const struct {
        const char *text;
        jsonrpc_kind_t kind;
        const char *id;
    } MESSAGES [] = {
        { "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\"}", JSONRPC_REQUEST, "1" },
        { "{\"method\":\"m\",\"params\":{},\"jsonrpc\":\"2.0\",\"id\":0}", JSONRPC_REQUEST, "0" },
        { "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"extra\":[1]}", JSONRPC_REQUEST, "1" },
        { "{\"jsonrpc\":\"2.0\",\"method\":\"m\"}", JSONRPC_NOTIFICATION, "" },
        { "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}", JSONRPC_RESPONSE, "1" },
        { "{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"error\":{\"code\":1}}", JSONRPC_RESPONSE, "\"x\"" },
        { "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":1}}", JSONRPC_RESPONSE, "" },
        { "{\"jsonrpc\":\"2.0\",\"id\":1}", JSONRPC_INVALID, "1" },
        { "{\"jsonrpc\":\"2.0\"}", JSONRPC_INVALID, "" },
        { "{}", JSONRPC_INVALID, "" },
        { "{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"m\"}", JSONRPC_INVALID, "1" },
        { "{\"jsonrpc\":2.0,\"id\":1,\"method\":\"m\"}", JSONRPC_INVALID, "1" },
        { "{\"id\":1,\"method\":\"m\"}", JSONRPC_INVALID, "1" },
        { "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":7}", JSONRPC_INVALID, "1" },
        { "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":null}", JSONRPC_INVALID, "1" },
        { "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":[]}", JSONRPC_INVALID, "1" },
        { "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":null}", JSONRPC_INVALID, "1" },
        { "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\"}]", JSONRPC_INVALID, "" },
        { "\"text\"", JSONRPC_INVALID, "" },
        { "17", JSONRPC_INVALID, "" },
        { "null", JSONRPC_INVALID, "" },
    };
    for (size_t i = 0; i < sizeof MESSAGES / sizeof MESSAGES [0]; i++) {
        read_t read = read_text (MESSAGES [i].text);
        if (read.message.kind != MESSAGES [i].kind || !slice_is (buffer_slice (&read.message.id), MESSAGES [i].id))
            fail_msg ("%s: kind %d, id \"%.*s\"", MESSAGES [i].text, read.message.kind, (int) read.message.id.size, read.message.id.data);
        assert_true ((read.message.problem != NULL) == (read.message.kind == JSONRPC_INVALID));
        read_end (&read);
    }
}

static void
nothing_at_all_is_no_message (void **state)
{
    (void) state;
    jsonrpc_t message;
    jsonrpc_read (&message, NULL);
    assert_int_equal (message.kind, JSONRPC_INVALID);
    jsonrpc_deinit (&message);
}

static void
answers_are_written_to_the_letter (void **state)
{
    (void) state;
    buffer_t out;
    buffer_init (&out, 1000);
    jsonrpc_write_result (&out, SLICE ("\"a\""), SLICE ("{\"x\":1}"));
    assert_true (slice_is (buffer_slice (&out), "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"result\":{\"x\":1}}"));
    buffer_clear (&out);
    jsonrpc_write_error (&out, SLICE ("0"), -32601, SLICE ("say \"no\""), SLICE_ABSENT);
    assert_true (slice_is (buffer_slice (&out), "{\"jsonrpc\":\"2.0\",\"id\":0,\"error\":{\"code\":-32601,\"message\":\"say \\\"no\\\"\"}}"));
    buffer_clear (&out);
    jsonrpc_write_error (&out, SLICE_ABSENT, -32700, SLICE ("no"), SLICE ("{\"a\":[]}"));
    assert_true (slice_is (buffer_slice (&out), "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32700,\"message\":\"no\",\"data\":{\"a\":[]}}}"));
    buffer_deinit (&out);
}

static void
a_message_fits_on_a_line (void **state)
{
    (void) state;
    buffer_t out;
    buffer_init (&out, 64);
    buffer_append_char (&out, '\n');
    jsonrpc_append_line (&out, SLICE ("{\n\"a\": \"\\n\"\r\n}\n"));
    assert_true (slice_is (buffer_slice (&out), "\n{ \"a\": \"\\n\"  } "));
    jsonrpc_append_line (&out, SLICE_ABSENT);
    assert_int_equal (buffer_status (&out), STATUS_OK);
    buffer_deinit (&out);
    jsonrpc_append_line (&out, SLICE_ABSENT);           //  Nothing behind nothing
    assert_int_equal (out.size, 0);
    buffer_deinit (&out);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (ids_are_echoed_as_they_came),
        cmocka_unit_test (other_ids_are_none),
        cmocka_unit_test (an_id_has_a_limit),
        cmocka_unit_test (each_message_is_what_it_is),
        cmocka_unit_test (nothing_at_all_is_no_message),
        cmocka_unit_test (answers_are_written_to_the_letter),
        cmocka_unit_test (a_message_fits_on_a_line),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
