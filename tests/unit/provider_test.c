#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "provider_fixture.h"

//  Providers that say what the test wants, and count how often they were asked.
static struct {
    status_t status;
    const char *key_id, *secret, *token, *sentence;
    int asked;
} s_first, s_second;

static status_t
find_first (const provider_context_t *context, found_keys_t *found, buffer_t *sentence)
{
    (void) context;
    s_first.asked++;
    if (s_first.sentence)
        buffer_append_text (sentence, s_first.sentence);
    buffer_append_slice (&found->key_id, slice_of (s_first.key_id));
    buffer_append_slice (&found->secret, slice_of (s_first.secret));
    buffer_append_slice (&found->token, slice_of (s_first.token));
    return s_first.status;
}

static status_t
find_second (const provider_context_t *context, found_keys_t *found, buffer_t *sentence)
{
    (void) context;
    (void) sentence;
    s_second.asked++;
    buffer_append_text (&found->key_id, "SECOND");
    buffer_append_text (&found->secret, "second");
    return s_second.status;
}

static const provider_t TWO [] = { { "first place", "one thing", find_first }, { "second place", "another", find_second }, { 0 } };

static int
begin (void **state)
{
    memset (&s_first, 0, sizeof s_first);
    memset (&s_second, 0, sizeof s_second);
    return home_begin (state);
}

static void
the_first_that_is_configured_decides (void **state)
{
    home_t *home = *state;
    s_first.key_id = KEY_ID;
    s_first.secret = SECRET;
    s_first.token = TOKEN;
    assert_int_equal (home_ask_all (home, TWO), STATUS_OK);
    assert_found (home, KEY_ID, SECRET, TOKEN);
    assert_string_equal (home->found.source, "first place");
    assert_int_equal (s_second.asked, 0);
}

static void
one_that_is_not_configured_is_passed_over (void **state)
{
    home_t *home = *state;
    s_first.status = STATUS_NOT_FOUND;
    assert_int_equal (home_ask_all (home, TWO), STATUS_OK);
    assert_found (home, "SECOND", "second", "");
    assert_string_equal (home->found.source, "second place");
}

static void
one_that_is_broken_is_an_error_and_nobody_else_is_asked (void **state)
{
    home_t *home = *state;
    s_first.status = STATUS_NO_CREDENTIALS;
    s_first.sentence = "It is broken.";
    assert_int_equal (home_ask_all (home, TWO), STATUS_NO_CREDENTIALS);
    assert_string_equal (home_sentence (home), "It is broken.");
    assert_int_equal (s_second.asked, 0);
}

static void
when_nothing_is_configured_the_sentence_lists_what_was_looked_at (void **state)
{
    home_t *home = *state;
    s_first.status = s_second.status = STATUS_NOT_FOUND;
    assert_int_equal (home_ask_all (home, TWO), STATUS_NO_CREDENTIALS);
    assert_string_equal (home_sentence (home), "There are no AWS credentials. Looked at: one thing; another. "
                         "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, for the server.");
}

static void
keys_that_are_too_long_are_none (void **state)
{
    home_t *home = *state;
    char *token = malloc (16384 + 2);
    memset (token, 'x', 16384 + 1);
    token [16384 + 1] = 0;
    s_first.key_id = KEY_ID;
    s_first.secret = SECRET;
    s_first.token = token;
    assert_int_equal (home_ask_all (home, TWO), STATUS_NO_CREDENTIALS);
    assert_string_equal (home_sentence (home), "The session token of the first place is longer than any is.");
    token [16384] = 0;
    assert_int_equal (home_ask_all (home, TWO), STATUS_OK);
    free (token);
}

//  A secret that was mounted with its line break would sign wrongly, and AWS would only say that the signature does not match.
static void
keys_with_a_line_break_or_a_blank_are_none (void **state)
{
    home_t *home = *state;
    s_first.key_id = KEY_ID;
    s_first.secret = SECRET "\n";
    assert_int_equal (home_ask_all (home, TWO), STATUS_NO_CREDENTIALS);
    assert_string_equal (home_sentence (home),
                         "The secret access key of the first place holds a blank, a line break or another character that none has.");
    s_first.key_id = KEY_ID " ";
    s_first.secret = SECRET;
    assert_int_equal (home_ask_all (home, TWO), STATUS_NO_CREDENTIALS);
    assert_non_null (strstr (home_sentence (home), "The access key id of the first place"));
    s_first.key_id = KEY_ID;
    s_first.token = "\r\nX-Amz-Injected: 1";
    assert_int_equal (home_ask_all (home, TWO), STATUS_NO_CREDENTIALS);
    assert_non_null (strstr (home_sentence (home), "The session token of the first place"));
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
    home_t *home = *state;
    home_set (home, "SOME", "thing");
    home_set (home, "EMPTY", "");
    assert_string_equal (provider_lookup (&home->context, "SOME"), "thing");
    assert_null (provider_lookup (&home->context, "EMPTY"));
    assert_null (provider_lookup (&home->context, "NONE"));
    provider_context_t process = { .account = "" };
    assert_int_equal (setenv ("CLOUDWATCH_MCP_TEST_VARIABLE", "of the process", 1), 0);
    assert_string_equal (provider_lookup (&process, "CLOUDWATCH_MCP_TEST_VARIABLE"), "of the process");
}

#define TWO_TEST(name) cmocka_unit_test_setup_teardown (name, begin, home_end)

int
main (void)
{
    const struct CMUnitTest tests [] = {
        TWO_TEST (the_first_that_is_configured_decides),
        TWO_TEST (one_that_is_not_configured_is_passed_over),
        TWO_TEST (one_that_is_broken_is_an_error_and_nobody_else_is_asked),
        TWO_TEST (when_nothing_is_configured_the_sentence_lists_what_was_looked_at),
        TWO_TEST (keys_that_are_too_long_are_none),
        TWO_TEST (keys_with_a_line_break_or_a_blank_are_none),
        TWO_TEST (found_keys_are_kept_in_memory_that_is_wiped),
        TWO_TEST (an_empty_variable_is_as_good_as_none),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
