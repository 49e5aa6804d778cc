#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "keys_json.h"

#include <stdio.h>
#include <stdlib.h>

#define KEYS "\"AccessKeyId\":\"ASIAEXAMPLE\",\"SecretAccessKey\":\"verysecretkey\""

typedef struct {
    found_keys_t keys;
    buffer_t why;
    status_t status;
} read_t;

//  The words as a text, in which no secret may be.
static const char *
words_of (buffer_t *why)
{
    buffer_append_char (why, 0);
    why->size--;
    assert_int_equal (buffer_status (why), STATUS_OK);
    assert_null (strstr (why->data, "verysecret"));
    return why->data;
}

static void
read_it (read_t *read, const char *text, keys_json_kind_t kind)
{
    found_keys_init (&read->keys);
    buffer_init (&read->why, 4096);
    read->status = keys_json_read (slice_of (text), kind, &read->keys, &read->why);
}

static void
let_go (read_t *read)
{
    found_keys_deinit (&read->keys);
    buffer_deinit (&read->why);
}

static void
expect_keys (const char *text, keys_json_kind_t kind, const char *token, int64_t expires_ms)
{
    read_t read;
    read_it (&read, text, kind);
    if (read.status != STATUS_OK)
        fail_msg ("%s: %s", text, words_of (&read.why));
    assert_true (slice_is (buffer_slice (&read.keys.key_id), "ASIAEXAMPLE"));
    assert_true (slice_is (buffer_slice (&read.keys.secret), "verysecretkey"));
    assert_true (slice_is (buffer_slice (&read.keys.token), token));
    assert_int_equal (read.keys.expires_ms, expires_ms);
    assert_int_equal (read.why.size, 0);
    let_go (&read);
}

static void
expect_why (const char *text, keys_json_kind_t kind, status_t status, const char *why)
{
    read_t read;
    read_it (&read, text, kind);
    assert_string_equal (words_of (&read.why), why);
    assert_int_equal (read.status, status);
    assert_int_equal (read.keys.key_id.size + read.keys.secret.size + read.keys.token.size, 0);
    let_go (&read);
}

static void
each_kind_has_its_own_name_for_the_token (void **state)
{
    (void) state;
    expect_keys ("{" KEYS ",\"Token\":\"verysecrettoken\",\"Expiration\":\"2026-11-22T23:05:07Z\"}", KEYS_JSON_CONTAINER, "verysecrettoken",
                 INT64_C (1795388707000));
    expect_keys ("{\"Code\":\"Success\",\"Type\":\"AWS-HMAC\"," KEYS ",\"Token\":\"verysecrettoken\",\"Expiration\":\"2026-11-22T23:05:07Z\"}",
                 KEYS_JSON_EC2, "verysecrettoken", INT64_C (1795388707000));
    expect_keys ("{\"Version\":1," KEYS ",\"SessionToken\":\"verysecrettoken\",\"Token\":\"other\",\"Expiration\":\"2026-11-23T00:05:07+01:00\"}",
                 KEYS_JSON_PROCESS, "verysecrettoken", INT64_C (1795388707000));
}

static void
keys_without_token_and_end_are_good_for_ever (void **state)
{
    (void) state;
    expect_keys ("{" KEYS "}", KEYS_JSON_CONTAINER, "", 0);
    expect_keys ("{" KEYS ",\"Expiration\":null,\"Token\":null}", KEYS_JSON_EC2, "", 0);
    expect_keys ("{\"Version\":1," KEYS ",\"Token\":\"not this one\"}", KEYS_JSON_PROCESS, "", 0);
}

static void
a_document_without_keys_is_told_what_is_missing (void **state)
{
    (void) state;
    static const struct {
        const char *text;
        keys_json_kind_t kind;
        const char *why;
    } CASES [] = {
        { "verysecretkey", KEYS_JSON_CONTAINER, "is not JSON" },
        { "", KEYS_JSON_CONTAINER, "is not JSON" },
        { "[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]", KEYS_JSON_CONTAINER, "is not JSON" },
        { "[\"verysecretkey\"]", KEYS_JSON_CONTAINER, "is no JSON object" },
        { "{\"SecretAccessKey\":\"verysecretkey\"}", KEYS_JSON_CONTAINER, "has no AccessKeyId" },
        { "{\"AccessKeyId\":7,\"SecretAccessKey\":\"verysecretkey\"}", KEYS_JSON_EC2, "has no AccessKeyId" },
        { "{\"AccessKeyId\":\"ASIAEXAMPLE\",\"SecretAccessKey\":\"\"}", KEYS_JSON_EC2, "has no SecretAccessKey" },
        { "{" KEYS "}", KEYS_JSON_PROCESS, "has not \"Version\": 1" },
        { "{\"Version\":2," KEYS "}", KEYS_JSON_PROCESS, "has not \"Version\": 1" },
        { "{\"Version\":\"1\"," KEYS "}", KEYS_JSON_PROCESS, "has not \"Version\": 1" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++)
        expect_why (CASES [i].text, CASES [i].kind, STATUS_MALFORMED, CASES [i].why);
}

static void
an_expiration_is_a_time_of_a_day_or_an_error (void **state)
{
    (void) state;
    static const char *const WRONG [] = {
        "\"now\"", "\"-3h\"", "\"2026-11-22\"", "\"2026-13-22T23:05:07Z\"", "\"1795388707000\"", "1795388707", "\"\"", "\"tomorrow morning\"", "true",
    };
    char text [256];
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG [0]; i++) {
        snprintf (text, sizeof text, "{" KEYS ",\"Expiration\":%s}", WRONG [i]);
        expect_why (text, KEYS_JSON_CONTAINER, STATUS_MALFORMED, "has an Expiration that is no time like 2026-11-22T20:00:00Z");
    }
}

static void
what_the_service_says_instead_of_keys_is_passed_on (void **state)
{
    (void) state;
    expect_why ("{\"Code\":\"AssumeRoleUnauthorizedAccess\",\"Message\":\"EC2 cannot assume the role shop.\"}", KEYS_JSON_EC2, STATUS_REFUSED,
                "says AssumeRoleUnauthorizedAccess: EC2 cannot assume the role shop.");
    expect_why ("{\"Code\":\"Failed\\u001b[2J\"}", KEYS_JSON_EC2, STATUS_REFUSED, "says Failed\\u001b[2J");
    expect_keys ("{\"Version\":1,\"Code\":\"Failed\"," KEYS "}", KEYS_JSON_PROCESS, "", 0);
}

static void
a_document_beyond_the_limit_is_not_read (void **state)
{
    (void) state;
    char *text = calloc (1, KEYS_JSON_BYTES_MAX + 2);
    int size = snprintf (text, KEYS_JSON_BYTES_MAX, "{" KEYS ",\"Token\":\"\"}");
    memset (text + size, ' ', (size_t) (KEYS_JSON_BYTES_MAX - size));
    expect_keys (text, KEYS_JSON_CONTAINER, "", 0);
    text [KEYS_JSON_BYTES_MAX] = ' ';
    expect_why (text, KEYS_JSON_CONTAINER, STATUS_MALFORMED, "is longer than 10000 bytes");
    free (text);
}

static void
an_error_is_quoted_when_it_says_something (void **state)
{
    (void) state;
    static const struct {
        const char *text;
        const char *says;
    } CASES [] = {
        { "{\"code\":\"CredentialsNotFound\",\"message\":\"no role\"}", "it and says CredentialsNotFound: no role" },
        { "{\"Message\":\"no role\"}", "it and says no role" }, { "{\"Code\":\"Gone\"}", "it and says Gone" },
        { "{\"code\":\"Bad\",\"message\":\"bad token verysecrettoken!\"}", "it" },
        { "{}", "it" }, { "404 page not found", "it" }, { "[1]", "it" }, { "", "it" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        buffer_t out;
        buffer_init (&out, 1024);
        buffer_append_text (&out, "it");
        keys_json_append_error (slice_of (CASES [i].text), SLICE ("verysecrettoken"), &out);
        assert_string_equal (words_of (&out), CASES [i].says);
        buffer_deinit (&out);
    }
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (each_kind_has_its_own_name_for_the_token),
        cmocka_unit_test (keys_without_token_and_end_are_good_for_ever),
        cmocka_unit_test (a_document_without_keys_is_told_what_is_missing),
        cmocka_unit_test (an_expiration_is_a_time_of_a_day_or_an_error),
        cmocka_unit_test (what_the_service_says_instead_of_keys_is_passed_on),
        cmocka_unit_test (a_document_beyond_the_limit_is_not_read),
        cmocka_unit_test (an_error_is_quoted_when_it_says_something),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
