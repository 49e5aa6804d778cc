#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "promql_vectors.h"
#include "sigv4.h"
#include "sigv4_vectors.h"

#include <stdio.h>
#include <stdlib.h>

//  The key pair of the official suite; it opens nothing.
#define KEY_ID "AKIDEXAMPLE"
#define SECRET "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"

enum { VECTORS = sizeof s_vectors / sizeof *s_vectors };

//  2015-08-30T12:36:00Z, when the suite signs.
static const int64_t SUITE_MS = 1440938160000;

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

static void
every_promql_request_is_signed_with_its_path_encoded_twice_and_its_query_once (void **state)
{
    (void) state;
    sigv4_t *signer = sigv4_new ();
    for (size_t index = 0; index < PROMQL_VECTORS_COUNT; index++) {
        const promql_vector_t *vector = &PROMQL_VECTORS [index];
        sigv4_field_t fields [] = { { "Host", slice_of (vector->host) }, { "Content-Type", slice_of (vector->content_type) } };
        sigv4_request_t request = {
            .method = vector->method, .path = slice_of (vector->path), .query = slice_of (vector->query), .fields = fields,
            .fields_count = vector->content_type ? 2 : 1, .body = slice_of (vector->body), .region = vector->region, .service = "monitoring",
            .wall_ms = vector->wall_ms,
        };
        sigv4_keys_t keys = keys_with_token (vector->token);
        char canonical [4096];
        snprintf (canonical, sizeof canonical, "%s\n%s\n%s\n%s", vector->method, vector->canonical_path, vector->canonical_query,
                  vector->canonical_rest);
        buffer_t text;
        buffer_init (&text, sizeof canonical);
        assert_int_equal (sigv4_canonical_request (&keys, &request, &text), STATUS_OK);
        assert_text (vector->name, buffer_slice (&text), canonical);
        buffer_deinit (&text);
        assert_signs_as (signer, &keys, &request, vector->name, vector->signature);
    }
    sigv4_destroy (&signer);
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
        cmocka_unit_test (every_promql_request_is_signed_with_its_path_encoded_twice_and_its_query_once),
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
