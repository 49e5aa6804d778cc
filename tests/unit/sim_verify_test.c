#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "promql_vectors.h"
#include "verify.h"

#include <stdio.h>

//  The figures are those of AWS's published Signature Version 4 test suite; there the service is called "service".
#define EXAMPLE_KEY "AKIDEXAMPLE:wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
#define SCOPE "AKIDEXAMPLE/20150830/us-east-1/service/aws4_request"
#define AUTHORIZATION(headers, signature) "AWS4-HMAC-SHA256 Credential=" SCOPE ", SignedHeaders=" headers ", Signature=" signature
#define POST_VANILLA "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"
#define TOKEN "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/" \
    "qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0" \
    "iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA=="

//  2015-08-30T12:36:00Z, when the examples were signed.
static const int64_t SIGNED_MS = INT64_C (1440938160000);

typedef struct {
    const char *name;
    const char *value;
} header_t;

typedef struct {
    const char *method;
    const char *query;
    const char *body;
    const char *service;
    header_t headers [8];
    int64_t late_ms;            //  When it arrives, after the moment of signing
} example_t;

static slice_t
s_header (const void *source, const char *name)
{
    for (const header_t *header = source; header->name; header++)
        if (slice_is_nocase (slice_of (header->name), name))
            return slice_of (header->value);
    return SLICE_ABSENT;
}

//  The code of the refusal, or "accepted".
static const char *
verdict_of (const example_t *example, const char *key, verify_verdict_t *verdict)
{
    verify_t *keys = verify_new ();
    assert_int_equal (verify_add_key (keys, slice_of (key)), STATUS_OK);
    verify_request_t request = {
        .method = slice_of (example->method ? example->method : "POST"),
        .path = SLICE ("/"),
        .query = slice_of (example->query),
        .body = slice_of (example->body),
        .header = s_header,
        .source = example->headers,
    };
    int64_t now_ms = SIGNED_MS + example->late_ms;
    verify_check (keys, &request, example->service ? example->service : "service", &(verify_clocks_t) { now_ms, now_ms }, verdict);
    verify_destroy (&keys);
    return verdict->code ? verdict->code : "accepted";
}

static example_t
post_vanilla (void)
{
    return (example_t) { .headers = {
        { "Host", "example.amazonaws.com" },
        { "X-Amz-Date", "20150830T123600Z" },
        { "Authorization", AUTHORIZATION ("host;x-amz-date", POST_VANILLA) },
    } };
}

static void
the_official_examples_are_accepted (void **state)
{
    (void) state;
    verify_verdict_t verdict;
    example_t vanilla = post_vanilla ();
    assert_string_equal (verdict_of (&vanilla, EXAMPLE_KEY, &verdict), "accepted");
    assert_string_equal (verdict.region, "us-east-1");
    assert_string_equal (verdict.key_id, "AKIDEXAMPLE");

    example_t sorted = { .headers = { { "Host", "example.amazonaws.com" }, { "My-Header1", "value1" }, { "X-Amz-Date", "20150830T123600Z" },
        { "Authorization", AUTHORIZATION ("host;my-header1;x-amz-date", "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c") } } };
    assert_string_equal (verdict_of (&sorted, EXAMPLE_KEY, &verdict), "accepted");

    example_t query = { .method = "GET", .query = "Param2=value2&Param1=value1",
        .headers = { { "Host", "example.amazonaws.com" }, { "X-Amz-Date", "20150830T123600Z" },
        { "Authorization", AUTHORIZATION ("host;x-amz-date", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500") } } };
    assert_string_equal (verdict_of (&query, EXAMPLE_KEY, &verdict), "accepted");

    example_t token = { .headers = { { "Host", "example.amazonaws.com" }, { "X-Amz-Date", "20150830T123600Z" }, { "X-Amz-Security-Token", TOKEN },
        { "Authorization", AUTHORIZATION ("host;x-amz-date;x-amz-security-token",
                                          "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead") } } };
    assert_string_equal (verdict_of (&token, EXAMPLE_KEY ":" TOKEN, &verdict), "accepted");
}

//  Is the vector's signature accepted for what is sent with this path?
static bool
promql_accepted (const promql_vector_t *vector, const char *path)
{
    char authorization [512], key [256];
    snprintf (authorization, sizeof authorization, "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/%.8s/%s/monitoring/aws4_request, SignedHeaders=%s, "
              "Signature=%s", vector->date, vector->region, vector->signed_names, vector->signature);
    snprintf (key, sizeof key, EXAMPLE_KEY "%s%s", vector->token ? ":" : "", vector->token ? vector->token : "");
    header_t headers [6] = { { "Host", vector->host }, { "X-Amz-Date", vector->date }, { "Authorization", authorization } };
    int count = 3;
    if (vector->token)
        headers [count++] = (header_t) { "X-Amz-Security-Token", vector->token };
    if (vector->content_type)
        headers [count++] = (header_t) { "Content-Type", vector->content_type };
    verify_request_t request = {
        .method = slice_of (vector->method), .path = slice_of (path), .query = slice_of (vector->query), .body = slice_of (vector->body),
        .header = s_header, .source = headers,
    };
    verify_verdict_t verdict;
    verify_t *keys = verify_new ();
    assert_int_equal (verify_add_key (keys, slice_of (key)), STATUS_OK);
    verify_check (keys, &request, "monitoring", &(verify_clocks_t) { vector->wall_ms, vector->wall_ms }, &verdict);
    verify_destroy (&keys);
    return !verdict.code;
}

static void
promql_requests_are_accepted_and_not_with_a_path_that_is_decoded_or_encoded_already (void **state)
{
    (void) state;
    for (size_t i = 0; i < PROMQL_VECTORS_COUNT; i++) {
        const promql_vector_t *vector = &PROMQL_VECTORS [i];
        if (!promql_accepted (vector, vector->path))
            fail_msg ("%s is refused", vector->name);
        assert_false (promql_accepted (vector, "/api/v1/labels"));
        if (strchr (vector->path, '%'))
            assert_false (promql_accepted (vector, vector->canonical_path));
    }
    assert_false (promql_accepted (&PROMQL_VECTORS [0], "/api/v1/label/@resource.service.name/values"));
}

static void
anything_changed_on_the_way_breaks_the_signature (void **state)
{
    (void) state;
    verify_verdict_t verdict;
    example_t example = post_vanilla ();
    example.body = "{}";
    assert_string_equal (verdict_of (&example, EXAMPLE_KEY, &verdict), "InvalidSignatureException");
    assert_memory_equal (verdict.message, "The request signature we calculated does not match the signature you provided.", 78);
    example = post_vanilla ();
    example.method = "GET";
    assert_string_equal (verdict_of (&example, EXAMPLE_KEY, &verdict), "InvalidSignatureException");
    example = post_vanilla ();
    example.query = "a=b";
    assert_string_equal (verdict_of (&example, EXAMPLE_KEY, &verdict), "InvalidSignatureException");
    example = post_vanilla ();
    example.headers [0].value = "other.amazonaws.example";
    assert_string_equal (verdict_of (&example, EXAMPLE_KEY, &verdict), "InvalidSignatureException");
    example = post_vanilla ();
    assert_string_equal (verdict_of (&example, "AKIDEXAMPLE:another", &verdict), "InvalidSignatureException");
}

static void
a_refusal_shows_what_should_have_been_signed (void **state)
{
    (void) state;
    verify_verdict_t verdict;
    example_t example = post_vanilla ();
    verdict_of (&example, "AKIDEXAMPLE:another", &verdict);
    assert_non_null (strstr (verdict.message, "'POST\n/\n\nhost:example.amazonaws.com\nx-amz-date:20150830T123600Z\n\nhost;x-amz-date\n"));
    assert_non_null (strstr (verdict.message, "20150830/us-east-1/service/aws4_request\n"
                                              "553f88c9e4d10fc9e109e2aeb65f030801b70c2f6468faca261d401ae622fc87"));
}

static void
five_minutes_late_is_in_time_and_a_second_more_is_not (void **state)
{
    (void) state;
    verify_verdict_t verdict;
    example_t example = post_vanilla ();
    example.late_ms = 300000;
    assert_string_equal (verdict_of (&example, EXAMPLE_KEY, &verdict), "accepted");
    example.late_ms = 301000;
    assert_string_equal (verdict_of (&example, EXAMPLE_KEY, &verdict), "InvalidSignatureException");
    assert_string_equal (verdict.message, "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T124101Z - 5 min.)");
    example.late_ms = -301000;
    assert_string_equal (verdict_of (&example, EXAMPLE_KEY, &verdict), "InvalidSignatureException");
    assert_string_equal (verdict.message, "Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z "
                                          "(20150830T123059Z + 5 min.)");
}

static void
without_authorization_the_token_is_missing (void **state)
{
    (void) state;
    verify_verdict_t verdict;
    example_t example = post_vanilla ();
    example.headers [2] = (header_t) { NULL, NULL };
    assert_string_equal (verdict_of (&example, EXAMPLE_KEY, &verdict), "MissingAuthenticationTokenException");
}

static void
an_unknown_key_and_a_wrong_token_are_not_recognized (void **state)
{
    (void) state;
    verify_verdict_t verdict;
    example_t example = post_vanilla ();
    assert_string_equal (verdict_of (&example, "AKIDOTHER:secret", &verdict), "UnrecognizedClientException");
    assert_string_equal (verdict.key_id, "AKIDEXAMPLE");
    assert_string_equal (verdict_of (&example, EXAMPLE_KEY ":token", &verdict), "UnrecognizedClientException");
    example.headers [3] = (header_t) { "X-Amz-Security-Token", "unexpected" };
    assert_string_equal (verdict_of (&example, EXAMPLE_KEY, &verdict), "UnrecognizedClientException");
}

//  What is said of a request with an issued key and this token, at this time after it was signed. That its signature is looked at at all, and found
//  wrong, says that the key is taken.
static const char *
verdict_of_issued (const issued_keys_t *issued, const issued_key_t *key, const char *token, int64_t late_ms, verify_verdict_t *verdict)
{
    char authorization [512];
    snprintf (authorization, sizeof authorization,
              "AWS4-HMAC-SHA256 Credential=%s/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=" POST_VANILLA,
              key->id);
    const header_t headers [] = { { "Host", "example.amazonaws.com" }, { "X-Amz-Date", "20150830T123600Z" }, { "Authorization", authorization },
                                  { "X-Amz-Security-Token", token }, { NULL, NULL } };
    verify_t *keys = verify_new ();
    verify_trust (keys, issued);
    verify_request_t request = { .method = SLICE ("POST"), .path = SLICE ("/"), .header = s_header, .source = headers };
    verify_check (keys, &request, "service", &(verify_clocks_t) { SIGNED_MS, SIGNED_MS + late_ms }, verdict);
    verify_destroy (&keys);
    return verdict->code;
}

static void
issued_keys_are_good_with_their_token_until_they_end_or_are_revoked (void **state)
{
    (void) state;
    verify_verdict_t verdict;
    issued_keys_t *issued = issued_keys_new (random_system ());
    const issued_key_t *key = issued_keys_make (issued, &(role_t) { .name = "reader" }, SLICE ("pod"), SIGNED_MS + 20000);
    assert_string_equal (verdict_of_issued (issued, key, key->token, 19999, &verdict), "InvalidSignatureException");
    assert_string_equal (verdict_of_issued (issued, key, key->token, 20000, &verdict), "ExpiredTokenException");
    assert_string_equal (verdict.message, "The security token included in the request is expired");
    assert_string_equal (verdict_of_issued (issued, key, "another", 20000, &verdict), "UnrecognizedClientException");
    assert_string_equal (verdict_of_issued (issued, key, NULL, 0, &verdict), "UnrecognizedClientException");
    assert_string_equal (verdict_of_issued (NULL, key, key->token, 0, &verdict), "UnrecognizedClientException");
    issued_keys_revoke (issued);
    assert_string_equal (verdict_of_issued (issued, key, key->token, 0, &verdict), "UnrecognizedClientException");
    issued_keys_destroy (&issued);
}

static void
host_date_and_content_type_must_be_signed (void **state)
{
    (void) state;
    verify_verdict_t verdict;
    example_t example = post_vanilla ();
    example.headers [2].value = AUTHORIZATION ("x-amz-date", POST_VANILLA);
    verdict_of (&example, EXAMPLE_KEY, &verdict);
    assert_string_equal (verdict.message, "'Host' must be a 'SignedHeader' in the AWS Authorization.");
    example.headers [2].value = AUTHORIZATION ("host", POST_VANILLA);
    verdict_of (&example, EXAMPLE_KEY, &verdict);
    assert_string_equal (verdict.message, "'X-Amz-Date' must be a 'SignedHeader' in the AWS Authorization.");
    example = post_vanilla ();
    example.headers [3] = (header_t) { "Content-Type", "application/x-amz-json-1.1" };
    verdict_of (&example, EXAMPLE_KEY, &verdict);
    assert_string_equal (verdict.message, "'Content-Type' must be a 'SignedHeader' in the AWS Authorization.");
}

static void
the_scope_must_fit_service_region_and_day (void **state)
{
    (void) state;
    verify_verdict_t verdict;
    example_t example = post_vanilla ();
    example.service = "logs";
    assert_string_equal (verdict_of (&example, EXAMPLE_KEY, &verdict), "InvalidSignatureException");
    assert_string_equal (verdict.message, "Credential should be scoped to correct service: 'logs'. ");
    example = post_vanilla ();
    example.headers [0].value = "service.eu-west-1.amazonaws.com";
    verdict_of (&example, EXAMPLE_KEY, &verdict);
    assert_string_equal (verdict.message, "Credential should be scoped to a valid region. ");
    example = post_vanilla ();
    example.headers [1].value = "20150831T123600Z";
    verdict_of (&example, EXAMPLE_KEY, &verdict);
    assert_memory_equal (verdict.message, "Date in Credential scope does not match", 39);
}

static void
a_malformed_authorization_is_incomplete (void **state)
{
    (void) state;
    static const char *const HEADERS [] = {
        "Basic QUtJRA==", "AWS4-HMAC-SHA256 ", "AWS4-HMAC-SHA256 nonsense", "AWS4-HMAC-SHA256 Credential=" SCOPE ", SignedHeaders=host",
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830, SignedHeaders=host;x-amz-date, Signature=00",
        "AWS4-HMAC-SHA256 Credential=" SCOPE "/more, SignedHeaders=host;x-amz-date, Signature=00",
    };
    for (size_t i = 0; i < sizeof HEADERS / sizeof HEADERS [0]; i++) {
        verify_verdict_t verdict;
        example_t example = post_vanilla ();
        example.headers [2].value = HEADERS [i];
        assert_string_equal (verdict_of (&example, EXAMPLE_KEY, &verdict), "IncompleteSignatureException");
    }
}

static void
keys_are_checked_and_limited (void **state)
{
    (void) state;
    verify_t *keys = verify_new ();
    assert_int_equal (verify_add_key (keys, SLICE ("")), STATUS_INVALID_ARGUMENT);
    assert_int_equal (verify_add_key (keys, SLICE ("ID")), STATUS_INVALID_ARGUMENT);
    assert_int_equal (verify_add_key (keys, SLICE ("ID:")), STATUS_INVALID_ARGUMENT);
    assert_int_equal (verify_add_key (keys, SLICE ("ID:secret:")), STATUS_INVALID_ARGUMENT);
    for (int i = 0; i < VERIFY_KEYS_MAX; i++) {
        char text [32];
        snprintf (text, sizeof text, "ID%d:secret", i);
        assert_int_equal (verify_add_key (keys, slice_of (text)), STATUS_OK);
    }
    assert_int_equal (verify_add_key (keys, SLICE ("ID0:another")), STATUS_OK);
    assert_int_equal (verify_add_key (keys, SLICE ("one:more")), STATUS_TOO_LARGE);
    verify_destroy (&keys);
    assert_null (keys);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (the_official_examples_are_accepted),
        cmocka_unit_test (promql_requests_are_accepted_and_not_with_a_path_that_is_decoded_or_encoded_already),
        cmocka_unit_test (anything_changed_on_the_way_breaks_the_signature),
        cmocka_unit_test (a_refusal_shows_what_should_have_been_signed),
        cmocka_unit_test (five_minutes_late_is_in_time_and_a_second_more_is_not),
        cmocka_unit_test (without_authorization_the_token_is_missing),
        cmocka_unit_test (an_unknown_key_and_a_wrong_token_are_not_recognized),
        cmocka_unit_test (issued_keys_are_good_with_their_token_until_they_end_or_are_revoked),
        cmocka_unit_test (host_date_and_content_type_must_be_signed),
        cmocka_unit_test (the_scope_must_fit_service_region_and_day),
        cmocka_unit_test (a_malformed_authorization_is_incomplete),
        cmocka_unit_test (keys_are_checked_and_limited),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
