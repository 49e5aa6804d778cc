#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "provider_fixture.h"

typedef struct {
    const char *key_id, *secret, *token;
    status_t wanted;
    const char *sentence;
} row_t;

static const row_t ROWS [] = {
    { KEY_ID, SECRET, TOKEN, STATUS_OK, "" },
    { KEY_ID, SECRET, "", STATUS_OK, "" },
    { "", SECRET, "", STATUS_NO_CREDENTIALS, "The access key id of the place is empty." },
    { KEY_ID, "", TOKEN, STATUS_NO_CREDENTIALS, "The secret access key of the place is empty." },
    //  A secret that was mounted with its line break would sign wrongly, and AWS would only say that the signature does not match
    { KEY_ID, SECRET "\n", "", STATUS_NO_CREDENTIALS,
      "The secret access key of the place holds a blank, a line break or another character that none has." },
    { KEY_ID " ", SECRET, "", STATUS_NO_CREDENTIALS,
      "The access key id of the place holds a blank, a line break or another character that none has." },
    { KEY_ID, SECRET, "\r\nX-Amz-Injected: 1", STATUS_NO_CREDENTIALS,
      "The session token of the place holds a blank, a line break or another character that none has." },
};

static void
keys_that_can_be_none_are_told_by_a_sentence_without_them (void **state)
{
    (void) state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS [0]; i++) {
        found_keys_t found;
        buffer_t sentence;
        found_keys_init (&found);
        buffer_init (&sentence, 4096);
        buffer_append_text (&found.key_id, ROWS [i].key_id);
        buffer_append_text (&found.secret, ROWS [i].secret);
        buffer_append_text (&found.token, ROWS [i].token);
        assert_int_equal (found_keys_check (&found, "place", &sentence), ROWS [i].wanted);
        assert_true (slice_is (buffer_slice (&sentence), ROWS [i].sentence));
        found_keys_deinit (&found);
        buffer_deinit (&sentence);
    }
}

static void
keys_that_are_too_long_are_none (void **state)
{
    (void) state;
    found_keys_t found;
    buffer_t sentence;
    found_keys_init (&found);
    buffer_init (&sentence, 4096);
    buffer_append_text (&found.key_id, KEY_ID);
    buffer_append_text (&found.secret, SECRET);
    for (int i = 0; i < 16384; i++)
        buffer_append_char (&found.token, 'x');
    assert_int_equal (found_keys_check (&found, "place", &sentence), STATUS_OK);
    buffer_append_char (&found.token, 'x');
    assert_int_equal (found_keys_check (&found, "place", &sentence), STATUS_NO_CREDENTIALS);
    assert_true (slice_is (buffer_slice (&sentence), "The session token of the place is longer than any is."));
    found_keys_deinit (&found);
    buffer_deinit (&sentence);
}

static void
found_keys_are_kept_in_memory_that_is_wiped (void **state)
{
    (void) state;
    found_keys_t found;
    found_keys_init (&found);
    buffer_append_text (&found.secret, SECRET);
    assert_true (found.key_id.secret && found.secret.secret && found.token.secret);
    found_keys_deinit (&found);
    assert_null (found.secret.data);
    assert_true (found.secret.secret);
    found_keys_deinit (&found);
}

static void
an_empty_variable_is_as_good_as_none (void **state)
{
    (void) state;
    home_t home;
    home_init (&home);
    provider_context_t context = { .account = "", .lookup = home_lookup, .lookup_arg = &home };
    home_set (&home, "SOME", "thing");
    home_set (&home, "EMPTY", "");
    assert_string_equal (provider_lookup (&context, "SOME"), "thing");
    assert_null (provider_lookup (&context, "EMPTY"));
    assert_null (provider_lookup (&context, "NONE"));
    provider_context_t process = { .account = "" };
    assert_int_equal (setenv ("CLOUDWATCH_MCP_TEST_VARIABLE", "of the process", 1), 0);
    assert_string_equal (provider_lookup (&process, "CLOUDWATCH_MCP_TEST_VARIABLE"), "of the process");
    home_deinit (&home);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (keys_that_can_be_none_are_told_by_a_sentence_without_them),
        cmocka_unit_test (keys_that_are_too_long_are_none),
        cmocka_unit_test (found_keys_are_kept_in_memory_that_is_wiped),
        cmocka_unit_test (an_empty_variable_is_as_good_as_none),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
