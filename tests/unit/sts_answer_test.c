#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sts_answer.h"

#include <stdio.h>
#include <stdlib.h>

#define HEAD "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult>"
#define TAIL "</AssumeRoleResult><ResponseMetadata><RequestId>x</RequestId></ResponseMetadata></AssumeRoleResponse>"
#define PART(name, value) "<" name ">" value "</" name ">"
#define ID     PART ("AccessKeyId", "ASIAEXAMPLE")
#define SECRET PART ("SecretAccessKey", "verysecret/+=")
#define TOKEN  PART ("SessionToken", "verysecrettoken&#61;&#x3D;")
#define END    PART ("Expiration", "2026-11-24T17:00:05.250Z")
#define ERROR_OF(code, message) "<ErrorResponse><Error><Type>Sender</Type>" PART ("Code", code) PART ("Message", message) "</Error></ErrorResponse>"

//  2026-11-24T17:00:05.250Z
static const int64_t END_MS = 1795539605250;

typedef struct {
    int http_status;
    const char *body;
    status_t wanted;
    aws_error_class_t class;
    const char *code, *message;
} row_t;

static const row_t ROWS [] = {
    { 200, HEAD "<Credentials>" ID SECRET TOKEN END "</Credentials>" TAIL, STATUS_OK, AWS_NO_ERROR, "", "" },
    //  In another order, with blanks, a declaration, a comment and a prefix
    { 200, "<?xml version='1.0' encoding='UTF-8'?>\n<a:R>\n <a:X>\n <!-- c --> <a:Credentials>\n" END TOKEN SECRET ID "</a:Credentials></a:X></a:R>",
      STATUS_OK, AWS_NO_ERROR, "", "" },
    //  The first one counts
    { 200, HEAD "<Credentials>" ID SECRET TOKEN END PART ("AccessKeyId", "OTHER") "</Credentials>" TAIL, STATUS_OK, AWS_NO_ERROR, "", "" },
    { 200, HEAD "<Credentials>" SECRET TOKEN END "</Credentials>" TAIL, STATUS_MALFORMED, AWS_BROKEN, "HTTP 200", "the answer holds no credentials" },
    { 200, HEAD "<Credentials>" ID TOKEN END "</Credentials>" TAIL, STATUS_MALFORMED, AWS_BROKEN, "HTTP 200", "the answer holds no credentials" },
    { 200, HEAD "<Credentials>" ID SECRET END "</Credentials>" TAIL, STATUS_MALFORMED, AWS_BROKEN, "HTTP 200", "the answer holds no credentials" },
    { 200, HEAD "<Credentials>" ID SECRET TOKEN "</Credentials>" TAIL, STATUS_MALFORMED, AWS_BROKEN, "HTTP 200",
      "the answer does not say when the credentials end" },
    { 200, HEAD "<Credentials>" ID SECRET TOKEN PART ("Expiration", "soon") "</Credentials>" TAIL, STATUS_MALFORMED, AWS_BROKEN, "HTTP 200",
      "the answer does not say when the credentials end" },
    //  Keys that stand elsewhere are not those of the role
    { 200, HEAD ID SECRET TOKEN END TAIL, STATUS_MALFORMED, AWS_BROKEN, "HTTP 200", "the answer holds no credentials" },
    { 200, "", STATUS_MALFORMED, AWS_BROKEN, "HTTP 200", "the answer is not the XML that STS sends" },
    { 200, "{\"Credentials\": {}}", STATUS_MALFORMED, AWS_BROKEN, "HTTP 200", "the answer is not the XML that STS sends" },
    { 200, HEAD "<Credentials>" ID SECRET TOKEN END "</Credentials>", STATUS_MALFORMED, AWS_BROKEN, "HTTP 200",
      "the answer is not the XML that STS sends" },
    //  Whoever brings a document type brings entities
    { 200, "<!DOCTYPE R [<!ENTITY e 'ASIA'>]>" HEAD "<Credentials>" PART ("AccessKeyId", "&e;") SECRET TOKEN END "</Credentials>" TAIL,
      STATUS_MALFORMED, AWS_BROKEN, "HTTP 200", "the answer is not the XML that STS sends" },
    { 403, ERROR_OF ("AccessDenied", "User: arn:aws:iam::1:user/a is not authorized &lt;here&gt;"), STATUS_REFUSED, AWS_DENIED, "AccessDenied",
      "User: arn:aws:iam::1:user/a is not authorized <here>" },
    { 403, ERROR_OF ("ExpiredToken", "gone"), STATUS_NO_CREDENTIALS, AWS_EXPIRED, "ExpiredToken", "gone" },
    { 400, ERROR_OF ("IDPCommunicationError", "not reached"), STATUS_AWS_FAULT, AWS_TRANSIENT, "IDPCommunicationError", "not reached" },
    { 400, ERROR_OF ("Throttling", "slow"), STATUS_THROTTLED, AWS_THROTTLED, "Throttling", "slow" },
    { 503, ERROR_OF ("Throttling", "slow"), STATUS_THROTTLED, AWS_THROTTLED, "Throttling", "slow" },
    { 503, "<html>no", STATUS_AWS_FAULT, AWS_TRANSIENT, "HTTP 503", "" },
    { 400, ERROR_OF ("", "no code"), STATUS_INVALID_ARGUMENT, AWS_INVALID, "HTTP 400", "no code" },
    //  An error is one although keys stand beside it
    { 400, HEAD "<Credentials>" ID SECRET TOKEN END "</Credentials>" TAIL, STATUS_INVALID_ARGUMENT, AWS_INVALID, "HTTP 400", "" },
};

static void
each_answer_is_keys_or_an_error (void **state)
{
    (void) state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS [0]; i++) {
        found_keys_t keys;
        aws_error_t error;
        found_keys_init (&keys);
        status_t status = sts_answer_read (ROWS [i].http_status, slice_of (ROWS [i].body), &keys, &error);
        if (status != ROWS [i].wanted || error.class != ROWS [i].class || strcmp (error.code, ROWS [i].code) != 0
            || strcmp (error.message, ROWS [i].message) != 0)
            fail_msg ("row %d: %s, %s: %s", (int) i, status_name (status), error.code, error.message);
        assert_true (slice_is (buffer_slice (&keys.key_id), status == STATUS_OK ? "ASIAEXAMPLE" : ""));
        assert_true (slice_is (buffer_slice (&keys.secret), status == STATUS_OK ? "verysecret/+=" : ""));
        assert_true (slice_is (buffer_slice (&keys.token), status == STATUS_OK ? "verysecrettoken==" : ""));
        assert_int_equal (keys.expires_ms, status == STATUS_OK ? END_MS : 0);
        assert_true (keys.secret.secret);
        found_keys_deinit (&keys);
    }
}

static void
nesting_has_a_limit (void **state)
{
    (void) state;
    for (int depth = STS_DEPTH_MAX - 1; depth <= STS_DEPTH_MAX + 1; depth++) {
        buffer_t body;
        buffer_init (&body, 65536);
        for (int i = 0; i < depth - 2; i++)
            buffer_append_text (&body, "<a>");
        buffer_append_text (&body, "<Credentials>" ID SECRET TOKEN END "</Credentials>");
        for (int i = 0; i < depth - 2; i++)
            buffer_append_text (&body, "</a>");
        found_keys_t keys;
        aws_error_t error;
        found_keys_init (&keys);
        assert_int_equal (sts_answer_read (200, buffer_slice (&body), &keys, &error), depth <= STS_DEPTH_MAX ? STATUS_OK : STATUS_MALFORMED);
        found_keys_deinit (&keys);
        buffer_deinit (&body);
    }
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (each_answer_is_keys_or_an_error),
        cmocka_unit_test (nesting_has_a_limit),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
