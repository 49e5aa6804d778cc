#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sigv4.h"
#include "sigv4_vectors.h"

#include <stdio.h>
#include <stdlib.h>

//  The key pair of the official suite; it opens nothing.
#define KEY_ID "AKIDEXAMPLE"
#define SECRET "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"

enum { VECTORS = sizeof s_vectors / sizeof *s_vectors };

//  2015-08-30T12:36:00Z, when the suite signs, and 2026-11-22T23:05:07Z, when our own vectors do.
static const int64_t SUITE_MS = 1440938160000;
static const int64_t OURS_MS = 1795388707000;

static sigv4_keys_t
keys_with_token (const char *token)
{
    return (sigv4_keys_t) { SLICE (KEY_ID), SLICE (SECRET), slice_of (token) };
}

static sigv4_request_t
request_of (const sigv4_vector_t *vector, sigv4_field_t *fields)
{
    sigv4_request_t request = {
        .method = vector->method,
        .path = slice_of (vector->path),
        .query = slice_of (vector->query),
        .fields = fields,
        .body = slice_of (vector->body),
        .region = "us-east-1",
        .service = "service",
        .wall_ms = SUITE_MS,
        .keep_path = vector->keep_path,
        .sign_body_header = vector->sign_body,
        .token_unsigned = vector->token_unsigned,
    };
    for (; request.fields_count < VECTOR_HEADERS_MAX && vector->headers [request.fields_count].name; request.fields_count++) {
        sigv4_field_t *field = &fields [request.fields_count];
        *field = (sigv4_field_t) { vector->headers [request.fields_count].name, slice_of (vector->headers [request.fields_count].value) };
    }
    return request;
}

//  A plain request for those tests that change one thing of it.
static sigv4_request_t
plain_request (void)
{
    static const sigv4_field_t host = { "Host", { HOST, sizeof HOST - 1 } };
    return (sigv4_request_t) {
        .method = "GET",
        .path = SLICE ("/"),
        .fields = &host,
        .fields_count = 1,
        .region = "us-east-1",
        .service = "service",
        .wall_ms = SUITE_MS,
    };
}

static void
assert_text (const char *name, slice_t is, const char *should)
{
    if (!slice_is (is, should))
        fail_msg ("%s:\n%.*s\nshould be:\n%s", name, (int) is.size, is.data, should);
}

//  The last 64 characters of the header.
static slice_t
signature_in (const sigv4_signature_t *signature)
{
    slice_t text = buffer_slice (&signature->authorization);
    assert_true (text.size > 64);
    return (slice_t) { text.data + text.size - 64, 64 };
}

static void
assert_signs_as (sigv4_t *signer, const sigv4_keys_t *keys, const sigv4_request_t *request, const char *name, const char *should)
{
    sigv4_signature_t signature;
    assert_int_equal (sigv4_sign (signer, keys, request, &signature), STATUS_OK);
    assert_text (name, signature_in (&signature), should);
    sigv4_signature_deinit (&signature);
}

static void
the_whole_official_suite_is_here (void **state)
{
    (void) state;
    assert_int_equal (VECTORS, 38);
}

static void
every_official_canonical_request_is_ours_too (void **state)
{
    (void) state;
    for (size_t index = 0; index < VECTORS; index++) {
        sigv4_field_t fields [VECTOR_HEADERS_MAX];
        sigv4_request_t request = request_of (&s_vectors [index], fields);
        sigv4_keys_t keys = keys_with_token (s_vectors [index].token);
        buffer_t text;
        buffer_init (&text, 4096);
        assert_int_equal (sigv4_canonical_request (&keys, &request, &text), STATUS_OK);
        assert_text (s_vectors [index].name, buffer_slice (&text), s_vectors [index].canonical);
        buffer_deinit (&text);
    }
}

static void
every_official_string_to_sign_is_ours_too (void **state)
{
    (void) state;
    for (size_t index = 0; index < VECTORS; index++) {
        sigv4_field_t fields [VECTOR_HEADERS_MAX];
        sigv4_request_t request = request_of (&s_vectors [index], fields);
        sigv4_keys_t keys = keys_with_token (s_vectors [index].token);
        buffer_t text;
        buffer_init (&text, 4096);
        assert_int_equal (sigv4_string_to_sign (&keys, &request, &text), STATUS_OK);
        assert_text (s_vectors [index].name, buffer_slice (&text), s_vectors [index].to_sign);
        buffer_deinit (&text);
    }
}

static void
every_official_signature_is_ours_too (void **state)
{
    (void) state;
    sigv4_t *signer = sigv4_new ();
    for (size_t index = 0; index < VECTORS; index++) {
        sigv4_field_t fields [VECTOR_HEADERS_MAX];
        sigv4_request_t request = request_of (&s_vectors [index], fields);
        sigv4_keys_t keys = keys_with_token (s_vectors [index].token);
        assert_signs_as (signer, &keys, &request, s_vectors [index].name, s_vectors [index].signature);
    }
    sigv4_destroy (&signer);
    assert_null (signer);
}

//  PromQL's label values have the label's name in the path. These three were worked out by hand with another program's HMAC, step by step:
//      canonical request -> its SHA-256 -> string to sign (algorithm, date, scope, that SHA-256)
//      kDate = HMAC ("AWS4" secret, day), kRegion = HMAC (kDate, region), kService = HMAC (kRegion, "monitoring"),
//      kSigning = HMAC (kService, "aws4_request"), signature = HMAC (kSigning, string to sign)
static void
assert_promql (const sigv4_request_t *request, const char *token, const char *canonical, const char *signature)
{
    sigv4_keys_t keys = keys_with_token (token);
    buffer_t text;
    buffer_init (&text, 4096);
    assert_int_equal (sigv4_canonical_request (&keys, request, &text), STATUS_OK);
    assert_text ("canonical request", buffer_slice (&text), canonical);
    buffer_deinit (&text);
    sigv4_t *signer = sigv4_new ();
    assert_signs_as (signer, &keys, request, "signature", signature);
    sigv4_destroy (&signer);
}

//  The label "@resource.service.name" goes as %40resource.service.name; its % is encoded again for the signature.
//      SHA-256   90374205d7a69b4711acf6a74a3bd23a3210137b819e1e74f244cc925dacd125
//      kDate     0ca2545c1e4db2e3932d7d58bbb91087a61a62d01fc6fd54ec2fce561c1c5129
//      kRegion   34d061b3e4f8acd35517c55240b193b8f78d3419c311f264b7d6f7775ca64dc8
//      kService  a7e3e2dcb457ac679836e99fad1f1653880ea1fd032aa0559dc547908de4d77d
//      kSigning  a105d03102641c06bc39d4777109b8e7b595b3a0ac20344c761ef1401cc16a4e
static void
an_at_sign_in_a_label_is_encoded_twice (void **state)
{
    (void) state;
    sigv4_field_t host = { "Host", SLICE ("monitoring.eu-central-1.amazonaws.com") };
    sigv4_request_t request = {
        .method = "GET",
        .path = SLICE ("/api/v1/label/%40resource.service.name/values"),
        .fields = &host,
        .fields_count = 1,
        .region = "eu-central-1",
        .service = "monitoring",
        .wall_ms = OURS_MS,
    };
    assert_promql (&request, NULL,
        "GET\n/api/v1/label/%2540resource.service.name/values\n\nhost:monitoring.eu-central-1.amazonaws.com\nx-amz-date:20261122T230507Z\n\n"
        "host;x-amz-date\n" NO_BODY,
        "5cce822ff92b56ab8b399da0f3366dc7b5448cd16ca0bf0b2a05f8621868d42b");
}

//  The query's %5b and %5d come out as %5B and %5D, its parameters in order: limit, match[], start. In the query nothing is encoded twice.
//      SHA-256   69d9452290b326a318e1d31c526e49efc7f386cf9082f3b92cc3b18b6e8f3eaa
//      kDate     0ca2545c1e4db2e3932d7d58bbb91087a61a62d01fc6fd54ec2fce561c1c5129
//      kRegion   459ea9b29bfa48814b37344fe5fca3a1d142a31950e07d01e02e0c9c475d901d
//      kService  30428006529ed2ab708a5d519c8f68626482db15287a357c4f51d561595732f5
//      kSigning  6d4642a46de8a35b22abb9d7088a42134a1f676b23fdde06863ce8578c7a59c9
static void
a_selector_in_the_query_is_encoded_once_beside_a_path_encoded_twice (void **state)
{
    (void) state;
    sigv4_field_t host = { "Host", SLICE ("monitoring.us-east-1.amazonaws.com") };
    sigv4_request_t request = {
        .method = "GET",
        .path = SLICE ("/api/v1/label/%40instrumentation.%40name/values"),
        .query =
            SLICE ("start=1763850000&match%5b%5d=%7B%22__name__%22%3D%22http.server.duration%22%2C%22%40resource.service.name%22%3D~%22a%2Bb%22%7D"
                   "&limit=100"),
        .fields = &host,
        .fields_count = 1,
        .region = "us-east-1",
        .service = "monitoring",
        .wall_ms = OURS_MS,
    };
    assert_promql (&request, "FwoGZXIvYXdzEXAMPLE+token/==",
        "GET\n/api/v1/label/%2540instrumentation.%2540name/values\n"
        "limit=100&match%5B%5D=%7B%22__name__%22%3D%22http.server.duration%22%2C%22%40resource.service.name%22%3D~%22a%2Bb%22%7D&start=1763850000\n"
        "host:monitoring.us-east-1.amazonaws.com\nx-amz-date:20261122T230507Z\nx-amz-security-token:FwoGZXIvYXdzEXAMPLE+token/==\n\n"
        "host;x-amz-date;x-amz-security-token\n" NO_BODY,
        "0a78bf9e9219d0582ccf7aae7984a35109a918cf1658fd3204afcdc66055fd99");
}

//  The label "@größe:%": UTF-8, a colon and a percent sign of its own (sent as %25, signed as %2525); and a parameter without a value.
//      SHA-256   d5e49a36403c6c65666026c90069e8e8b1f189b66a5da8640df26dc48b6e2ae8
//      kDate     e224c0f642c346762eeaaf9dab1406425439a09f5ab149cae0ee077c41ccda8b
//      kRegion   71bdd9f18cfb8ab3f46b2e220dc3a7a54d0e09c4ddf5d61d6efb2237e15cf85a
//      kService  d698073ab11cd03b3f080d5e5980701dc7fda10b4a644750739abc4a6d281a35
//      kSigning  89418685f2f9e81d01b085bd42ff996ff057d445051ecb2dbf769d1b44ecaa35
static void
every_percent_of_a_label_in_utf_8_is_encoded_again (void **state)
{
    (void) state;
    sigv4_field_t host = { "Host", SLICE ("monitoring.us-gov-west-1.amazonaws.com") };
    sigv4_request_t request = {
        .method = "GET",
        .path = SLICE ("/api/v1/label/%40gr%C3%B6%C3%9Fe%3A%25/values"),
        .query = SLICE ("limit"),
        .fields = &host,
        .fields_count = 1,
        .region = "us-gov-west-1",
        .service = "monitoring",
        .wall_ms = 1798761600000,
    };
    assert_promql (&request, NULL,
        "GET\n/api/v1/label/%2540gr%25C3%25B6%25C3%259Fe%253A%2525/values\nlimit=\nhost:monitoring.us-gov-west-1.amazonaws.com\n"
        "x-amz-date:20270101T000000Z\n\nhost;x-amz-date\n" NO_BODY,
        "45d5f1dfaaf70f3783795a8269fbd1242569e13a4930954ff03f92ba5aaebe4d");
}

static void
thirty_two_fields_are_signed_and_33_are_not (void **state)
{
    (void) state;
    sigv4_field_t fields [SIGV4_FIELDS_MAX + 1];
    for (size_t index = 0; index < SIGV4_FIELDS_MAX + 1; index++)
        fields [index] = (sigv4_field_t) { "X-Many", SLICE ("1") };
    sigv4_t *signer = sigv4_new ();
    sigv4_keys_t keys = keys_with_token ("token");      //  So that the signer's own fields need their places too
    sigv4_request_t request = plain_request ();
    request.sign_body_header = true;
    request.fields = fields;
    request.fields_count = SIGV4_FIELDS_MAX;
    sigv4_signature_t signature;
    assert_int_equal (sigv4_sign (signer, &keys, &request, &signature), STATUS_OK);
    sigv4_signature_deinit (&signature);
    request.fields_count++;
    assert_int_equal (sigv4_sign (signer, &keys, &request, &signature), STATUS_INVALID_ARGUMENT);
    sigv4_signature_deinit (&signature);
    sigv4_destroy (&signer);
}

static void
a_request_too_large_to_be_ours_is_not_signed (void **state)
{
    (void) state;
    size_t size = 256 * 1024;
    char *path = malloc (size);
    assert_non_null (path);
    memset (path, 'a', size);
    sigv4_t *signer = sigv4_new ();
    sigv4_keys_t keys = keys_with_token (NULL);
    sigv4_request_t request = plain_request ();
    request.path = (slice_t) { path, size };
    sigv4_signature_t signature;
    assert_int_equal (sigv4_sign (signer, &keys, &request, &signature), STATUS_TOO_LARGE);
    sigv4_signature_deinit (&signature);
    sigv4_destroy (&signer);
    free (path);
}

static void
the_caller_gets_the_headers_to_add (void **state)
{
    (void) state;
    sigv4_t *signer = sigv4_new ();
    sigv4_keys_t keys = keys_with_token (NULL);
    sigv4_request_t request = plain_request ();
    sigv4_signature_t signature;
    assert_int_equal (sigv4_sign (signer, &keys, &request, &signature), STATUS_OK);
    assert_string_equal (signature.date, "20150830T123600Z");
    assert_string_equal (signature.content_sha256, "");
    assert_text ("Authorization", buffer_slice (&signature.authorization),
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, "
        "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
    sigv4_signature_deinit (&signature);

    request.sign_body_header = true;
    assert_int_equal (sigv4_sign (signer, &keys, &request, &signature), STATUS_OK);
    assert_string_equal (signature.content_sha256, NO_BODY);
    sigv4_signature_deinit (&signature);
    sigv4_destroy (&signer);
}

static void
an_empty_token_is_none (void **state)
{
    (void) state;
    sigv4_t *signer = sigv4_new ();
    sigv4_keys_t keys = keys_with_token ("");
    sigv4_request_t request = plain_request ();
    assert_signs_as (signer, &keys, &request, "get-vanilla", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
    sigv4_destroy (&signer);
}

static void
a_signer_that_has_forgotten_a_key_derives_it_again (void **state)
{
    (void) state;
    char regions [20] [16], should [20] [65];
    sigv4_keys_t keys = keys_with_token (NULL);
    sigv4_request_t request = plain_request ();
    sigv4_t *old = sigv4_new ();
    for (size_t round = 0; round < 2; round++)
        for (size_t index = 0; index < 20; index++) {
            snprintf (regions [index], sizeof regions [index], "eu-north-%zu", index);
            request.region = regions [index];
            if (round == 0) {
                sigv4_t *fresh = sigv4_new ();
                sigv4_signature_t signature;
                assert_int_equal (sigv4_sign (fresh, &keys, &request, &signature), STATUS_OK);
                slice_t text = signature_in (&signature);
                snprintf (should [index], sizeof should [index], "%.*s", (int) text.size, text.data);
                sigv4_signature_deinit (&signature);
                sigv4_destroy (&fresh);
            }
            assert_signs_as (old, &keys, &request, regions [index], should [index]);
        }
    sigv4_destroy (&old);
}

//  Everything that a key is derived from is part of how it is found: a cached key is not taken for a similar one.
static void
a_cached_key_serves_its_own_day_region_service_and_secret_only (void **state)
{
    (void) state;
    sigv4_keys_t keys = keys_with_token (NULL), rotated = keys;
    rotated.secret = SLICE ("another secret of the same key id");
    sigv4_request_t request = plain_request (), tomorrow = request, elsewhere = request, other = request;
    tomorrow.wall_ms += 86400000;
    elsewhere.region = "us-east-2";
    other.service = "logs";
    const struct {
        const sigv4_keys_t *keys;
        const sigv4_request_t *request;
    } cases [] = { { &rotated, &request }, { &keys, &tomorrow }, { &keys, &elsewhere }, { &keys, &other } };
    for (size_t index = 0; index < sizeof cases / sizeof *cases; index++) {
        sigv4_t *warm = sigv4_new (), *fresh = sigv4_new ();
        assert_signs_as (warm, &keys, &request, "get-vanilla", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
        sigv4_signature_t signature, expected;
        assert_int_equal (sigv4_sign (warm, cases [index].keys, cases [index].request, &signature), STATUS_OK);
        assert_int_equal (sigv4_sign (fresh, cases [index].keys, cases [index].request, &expected), STATUS_OK);
        assert_true (slice_eq (signature_in (&signature), signature_in (&expected)));
        sigv4_signature_deinit (&signature);
        sigv4_signature_deinit (&expected);
        sigv4_destroy (&warm);
        sigv4_destroy (&fresh);
    }
}

static status_t
status_of_signing (slice_t key_id, slice_t secret, int64_t wall_ms)
{
    sigv4_t *signer = sigv4_new ();
    sigv4_keys_t keys = { key_id, secret, SLICE_ABSENT };
    sigv4_request_t request = plain_request ();
    request.wall_ms = wall_ms;
    sigv4_signature_t signature;
    status_t status = sigv4_sign (signer, &keys, &request, &signature);
    assert_int_equal (status == STATUS_OK, signature.authorization.size > 0);
    sigv4_signature_deinit (&signature);
    sigv4_destroy (&signer);
    return status;
}

static void
a_key_id_that_would_break_the_header_is_refused (void **state)
{
    (void) state;
    assert_int_equal (status_of_signing (SLICE ("AKID"), SLICE (SECRET), 0), STATUS_OK);
    assert_int_equal (status_of_signing (SLICE ("AKID\r\nX: y"), SLICE (SECRET), 0), STATUS_INVALID_ARGUMENT);
    assert_int_equal (status_of_signing (SLICE ("AKID x"), SLICE (SECRET), 0), STATUS_INVALID_ARGUMENT);
    assert_int_equal (status_of_signing (SLICE ("AKID\xc3\xa9"), SLICE (SECRET), 0), STATUS_INVALID_ARGUMENT);
    assert_int_equal (status_of_signing (SLICE (""), SLICE (SECRET), 0), STATUS_INVALID_ARGUMENT);
    assert_int_equal (status_of_signing (SLICE ("AKID"), SLICE (""), 0), STATUS_INVALID_ARGUMENT);
}

static void
a_time_that_the_date_header_cannot_name_is_refused (void **state)
{
    (void) state;
    assert_int_equal (status_of_signing (SLICE (KEY_ID), SLICE (SECRET), -1), STATUS_INVALID_ARGUMENT);
    assert_int_equal (status_of_signing (SLICE (KEY_ID), SLICE (SECRET), 0), STATUS_OK);
    assert_int_equal (status_of_signing (SLICE (KEY_ID), SLICE (SECRET), 253402300799999), STATUS_OK);
    assert_int_equal (status_of_signing (SLICE (KEY_ID), SLICE (SECRET), 253402300800000), STATUS_INVALID_ARGUMENT);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (the_whole_official_suite_is_here),
        cmocka_unit_test (every_official_canonical_request_is_ours_too),
        cmocka_unit_test (every_official_string_to_sign_is_ours_too),
        cmocka_unit_test (every_official_signature_is_ours_too),
        cmocka_unit_test (an_at_sign_in_a_label_is_encoded_twice),
        cmocka_unit_test (a_selector_in_the_query_is_encoded_once_beside_a_path_encoded_twice),
        cmocka_unit_test (every_percent_of_a_label_in_utf_8_is_encoded_again),
        cmocka_unit_test (thirty_two_fields_are_signed_and_33_are_not),
        cmocka_unit_test (a_request_too_large_to_be_ours_is_not_signed),
        cmocka_unit_test (the_caller_gets_the_headers_to_add),
        cmocka_unit_test (an_empty_token_is_none),
        cmocka_unit_test (a_signer_that_has_forgotten_a_key_derives_it_again),
        cmocka_unit_test (a_cached_key_serves_its_own_day_region_service_and_secret_only),
        cmocka_unit_test (a_key_id_that_would_break_the_header_is_refused),
        cmocka_unit_test (a_time_that_the_date_header_cannot_name_is_refused),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
