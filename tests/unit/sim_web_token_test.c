#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base64.h"
#include "web_token.h"

static const int64_t NOW_MS = 1000 * 1000;

#define CLAIMS(rest) "{\"iss\":\"https://oidc.example\",\"sub\":\"system:serviceaccount:shop:mcp\"," rest "}"

//  The code for a token with these parts, or "accepted"; the message goes to the test's own text.
static const char *
code_of (const char *head, const char *claims, const char *end, web_token_t *token, char message [256])
{
    buffer_t text, words;
    buffer_init (&text, 4096);
    buffer_init (&words, 255);
    base64_url_encode (slice_of (head), &text);
    buffer_append_char (&text, '.');
    base64_url_encode (slice_of (claims), &text);
    buffer_append_text (&text, end);
    const char *code = web_token_read (buffer_slice (&text), NOW_MS, token, &words);
    if (words.size)
        memcpy (message, words.data, words.size);
    message [words.size] = 0;
    buffer_deinit (&text);
    buffer_deinit (&words);
    return code ? code : "accepted";
}

static void
a_good_token_says_who_vouches_for_whom (void **state)
{
    (void) state;
    web_token_t token;
    char message [256];
    assert_string_equal (code_of ("{\"alg\":\"RS256\"}", CLAIMS ("\"aud\":\"sts.amazonaws.com\",\"exp\":1001"), ".c2ln", &token, message),
                         "accepted");
    assert_string_equal (token.issuer, "https://oidc.example");
    assert_string_equal (token.subject, "system:serviceaccount:shop:mcp");
    assert_string_equal (code_of ("{}", CLAIMS ("\"aud\":[\"x\",\"sts.amazonaws.com\"],\"exp\":1001"), ".c2ln", &token, message), "accepted");
}

static void
a_token_ends_with_the_second_that_it_names (void **state)
{
    (void) state;
    web_token_t token;
    char message [256];
    assert_string_equal (code_of ("{}", CLAIMS ("\"aud\":\"sts.amazonaws.com\",\"exp\":1000"), ".c2ln", &token, message), "ExpiredIdentityToken");
    assert_string_equal (message, "Token expired: current date/time 1000 must be before the expiration date/time 1000");
}

static void
what_is_no_token_for_the_sts_is_refused (void **state)
{
    (void) state;
    static const struct { const char *head, *claims, *end, *words; } ROWS [] = {
        { "{}", CLAIMS ("\"aud\":\"sts.amazonaws.com\",\"exp\":1001"), "", "not a valid JWT" },
        { "{}", CLAIMS ("\"aud\":\"sts.amazonaws.com\",\"exp\":1001"), ".", "not a valid JWT" },
        { "{}", CLAIMS ("\"aud\":\"sts.amazonaws.com\",\"exp\":1001"), ".a.b", "not a valid JWT" },
        { "", CLAIMS ("\"aud\":\"sts.amazonaws.com\",\"exp\":1001"), ".a", "not a valid JWT" },
        { "{}", "[]", ".a", "not a valid JWT" },
        { "{}", CLAIMS ("\"aud\":\"another\",\"exp\":1001"), ".a", "Incorrect token audience" },
        { "{}", CLAIMS ("\"aud\":[\"another\"],\"exp\":1001"), ".a", "Incorrect token audience" },
        { "{}", CLAIMS ("\"aud\":\"sts.amazonaws.com\""), ".a", "Missing a required claim: exp" },
        { "{}", "{\"aud\":\"sts.amazonaws.com\",\"exp\":1001}", ".a", "Missing a required claim: iss and sub" },
    };
    web_token_t token;
    char message [256];
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS [0]; i++) {
        assert_string_equal (code_of (ROWS [i].head, ROWS [i].claims, ROWS [i].end, &token, message), "InvalidIdentityToken");
        if (!strstr (message, ROWS [i].words))
            fail_msg ("row %zu says \"%s\", not \"%s\"", i, message, ROWS [i].words);
    }
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_good_token_says_who_vouches_for_whom),
        cmocka_unit_test (a_token_ends_with_the_second_that_it_names),
        cmocka_unit_test (what_is_no_token_for_the_sts_is_refused),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
