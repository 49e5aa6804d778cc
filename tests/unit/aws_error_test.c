#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "aws_error.h"

#include <stdlib.h>

static aws_error_t
read_body (int http_status, const char *body)
{
    aws_error_t error;
    aws_error_read (http_status, SLICE_ABSENT, SLICE_ABSENT, slice_of (body), &error);
    return error;
}

static aws_error_t
read_headers (int http_status, const char *errortype, const char *query_error)
{
    aws_error_t error;
    aws_error_read (http_status, slice_of (errortype), slice_of (query_error), SLICE_ABSENT, &error);
    return error;
}

static void
the_code_comes_from_the_query_header_then_the_body_then_the_type_header (void **state)
{
    (void) state;
    slice_t errortype = SLICE ("FromTheType"), query_error = SLICE ("FromTheQuery;Sender"), body = SLICE ("{\"__type\":\"FromTheBody\"}");
    aws_error_t error;
    aws_error_read (400, errortype, query_error, body, &error);
    assert_string_equal (error.code, "FromTheQuery");
    aws_error_read (400, errortype, SLICE_ABSENT, body, &error);
    assert_string_equal (error.code, "FromTheBody");
    aws_error_read (400, errortype, SLICE_ABSENT, SLICE ("{}"), &error);
    assert_string_equal (error.code, "FromTheType");
    aws_error_read (400, SLICE_ABSENT, SLICE_ABSENT, SLICE ("{}"), &error);
    assert_string_equal (error.code, "HTTP 400");
}

static void
a_code_is_freed_from_its_namespace_and_its_address (void **state)
{
    (void) state;
    static const struct {
        const char *type;
        const char *code;
    } cases [] = {
        { "ThrottlingException", "ThrottlingException" },
        { "com.amazonaws.logs#ThrottlingException", "ThrottlingException" },
        { "ThrottlingException:http://internal.amazon.com/coral/com.amazon.coral.validate/", "ThrottlingException" },
        { "com.amazon.coral.service#ThrottlingException:http://internal.amazon.com/x#y", "ThrottlingException" },
        { " ThrottlingException ", "ThrottlingException" },
        { "ThrottlingException, ThrottlingException", "ThrottlingException" },
        { "#", "HTTP 400" },
        { ":x", "HTTP 400" },
        { "", "HTTP 400" },
    };
    for (size_t index = 0; index < sizeof cases / sizeof *cases; index++)
        assert_string_equal (read_headers (400, cases [index].type, NULL).code, cases [index].code);
    assert_string_equal (read_body (400, "{\"__type\":\"com.amazonaws.logs#LimitExceededException:\"}").code, "LimitExceededException");
}

static void
the_query_header_names_whose_fault_it_is_behind_a_semicolon (void **state)
{
    (void) state;
    assert_string_equal (read_headers (400, NULL, "Throttling;Sender").code, "Throttling");
    assert_string_equal (read_headers (500, NULL, "InternalServiceError ; Receiver").code, "InternalServiceError");
    assert_string_equal (read_headers (400, NULL, "ResourceNotFound").code, "ResourceNotFound");
    assert_string_equal (read_headers (400, "FromTheType", ";Sender").code, "FromTheType");
}

static void
a_message_is_found_in_either_case (void **state)
{
    (void) state;
    assert_string_equal (read_body (400, "{\"__type\":\"X\",\"message\":\"Rate exceeded\"}").message, "Rate exceeded");
    assert_string_equal (read_body (400, "{\"__type\":\"X\",\"Message\":\"Rate exceeded\"}").message, "Rate exceeded");
    assert_string_equal (read_body (400, "{\"__type\":\"X\",\"message\":null,\"Message\":\"Rate exceeded\"}").message, "Rate exceeded");
    assert_string_equal (read_body (400, "{\"__type\":\"X\",\"message\":17}").message, "");
    assert_string_equal (read_body (400, "{\"__type\":\"X\"}").message, "");
}

static void
promql_words_its_errors_in_its_own_members (void **state)
{
    (void) state;
    aws_error_t error = read_body (400, "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"1:5: parse error\"}");
    assert_string_equal (error.code, "bad_data");
    assert_string_equal (error.message, "1:5: parse error");
    assert_int_equal (error.class, AWS_INVALID);
}

static void
a_body_that_is_no_json_object_leaves_the_status_as_the_code (void **state)
{
    (void) state;
    static const char *const bodies [] = { NULL, "", "   ", "<html><body>503 Service Temporarily Unavailable</body></html>", "[]", "\"x\"", "null",
        "{\"__type\":\"X\"", "{\"__type\":{}}", "\xbf\x66__type" };
    for (size_t index = 0; index < sizeof bodies / sizeof *bodies; index++) {
        aws_error_t error = read_body (503, bodies [index]);
        assert_string_equal (error.code, "HTTP 503");
        assert_string_equal (error.message, "");
        assert_int_equal (error.class, AWS_TRANSIENT);
    }
}

static void
a_body_nested_or_sized_to_harm_is_not_parsed (void **state)
{
    (void) state;
    for (size_t depth = 64; depth <= 65; depth++) {     //  The object is one level
        char deep [256] = "{\"__type\":\"X\",\"a\":";
        size_t at = strlen (deep);
        memset (deep + at, '[', depth - 1);
        memset (deep + at + depth - 1, ']', depth - 1);
        deep [at + 2 * (depth - 1)] = '}';
        assert_string_equal (read_body (400, deep).code, depth == 64 ? "X" : "HTTP 400");
    }

    size_t size = 256 * 1024;
    char *large = malloc (size + 2);
    assert_non_null (large);
    memset (large, ' ', size + 2);
    memcpy (large, "{\"__type\":\"X\"}", 14);
    aws_error_t error;
    aws_error_read (400, SLICE_ABSENT, SLICE_ABSENT, (slice_t) { large, size }, &error);
    assert_string_equal (error.code, "X");
    aws_error_read (400, SLICE_ABSENT, SLICE_ABSENT, (slice_t) { large, size + 1 }, &error);
    assert_string_equal (error.code, "HTTP 400");
    free (large);
}

static void
control_characters_become_spaces (void **state)
{
    (void) state;
    assert_string_equal (
        read_body (400, "{\"message\":\"a\\nb\\tc\\u0000d\\u001be\\u007ff\\u0080g\\u009fh\\u00a0i\"}").message, "a b c d e f g h\u00a0i");
    assert_string_equal (read_headers (400, "X\x1b[31m", NULL).code, "X [31m");
}

static void
bytes_that_are_no_utf_8_are_replaced_and_cost_nothing_else (void **state)
{
    (void) state;
    aws_error_t error = read_body (400, "{\"__type\":\"ThrottlingException\",\"message\":\"caf\xe9 \xc3\xa9 \xf0\x9f\x98\x80\"}");
    assert_string_equal (error.message, "caf\uFFFD \u00e9 \U0001F600");
    assert_int_equal (error.class, AWS_THROTTLED);

    static const struct {
        const char *bytes;
        const char *shown;
    } cases [] = {
        { "\x80", "\uFFFD" },                           //  A tail without a head
        { "\xc1\xbf", "\uFFFD\uFFFD" },                 //  Overlong
        { "\xc2\xa0", "\u00a0" },
        { "\xe0\x9f\xbf", "\uFFFD\uFFFD\uFFFD" },       //  Overlong
        { "\xe0\xa0\x80", "\u0800" },
        { "\xed\x9f\xbf", "\ud7ff" },
        { "\xed\xa0\x80", "\uFFFD\uFFFD\uFFFD" },       //  A surrogate
        { "\xf0\x8f\xbf\xbf", "\uFFFD\uFFFD\uFFFD\uFFFD" },
        { "\xf0\x90\x80\x80", "\U00010000" },
        { "\xf4\x8f\xbf\xbf", "\U0010ffff" },
        { "\xf4\x90\x80\x80", "\uFFFD\uFFFD\uFFFD\uFFFD" },
        { "\xf5\x80", "\uFFFD\uFFFD" },
        { "\xe2\x82", "\uFFFD" },                       //  Cut off
        { "\xe2\x82x", "\uFFFDx" },
    };
    for (size_t index = 0; index < sizeof cases / sizeof *cases; index++)
        assert_string_equal (read_headers (400, cases [index].bytes, NULL).code, cases [index].shown);
}

//  A body whose message is that many times the letter, then the tail.
static aws_error_t
read_long_message (size_t letters, const char *tail)
{
    char body [1024] = "{\"message\":\"";
    size_t at = strlen (body);
    memset (body + at, 'm', letters);
    memcpy (body + at + letters, tail, strlen (tail));
    memcpy (body + at + letters + strlen (tail), "\"}", 3);
    return read_body (400, body);
}

static void
a_long_message_is_cut_between_two_characters_with_an_ellipsis (void **state)
{
    (void) state;
    aws_error_t error = read_long_message (511, "");
    assert_int_equal (strlen (error.message), 511);
    assert_null (strstr (error.message, "\u2026"));

    error = read_long_message (512, "");
    assert_int_equal (strlen (error.message), 511);
    assert_string_equal (error.message + 508, "\u2026");

    error = read_long_message (507, "\u00e9xyz");       //  It would end behind where the ellipsis begins
    assert_int_equal (strlen (error.message), 507 + 3);
    assert_string_equal (error.message + 506, "m\u2026");

    error = read_long_message (506, "\u00e9xyzw");
    assert_string_equal (error.message + 506, "\u00e9\u2026");

    error = read_long_message (508, "\u20ac");                  //  Fits to the byte
    assert_string_equal (error.message + 508, "\u20ac");
}

static void
what_should_have_been_signed_is_not_repeated (void **state)
{
    (void) state;
    static const char *const MESSAGES [] = {
        "It does not match.\n\nThe Canonical String for this request should have been\n'POST\n/\n\nx-amz-security-token:verysecret\n'",
        "It does not match.\n\nThe String-to-Sign should have been\n'verysecret'\n\nThe Canonical String for this request should have been\n''",
        "It does not match. x-amz-security-token:verysecret",
        "It does not match.",
    };
    for (size_t index = 0; index < sizeof MESSAGES / sizeof *MESSAGES; index++) {
        aws_error_t error;
        aws_error_say (403, SLICE ("SignatureDoesNotMatch"), slice_of (MESSAGES [index]), &error);
        assert_string_equal (error.message, "It does not match.");
    }
}

static void
a_long_code_is_cut_likewise (void **state)
{
    (void) state;
    char code [128];
    memset (code, 'C', sizeof code);
    code [95] = 0;
    assert_string_equal (read_headers (400, code, NULL).code, code);
    code [95] = 'C';
    code [96] = 0;
    aws_error_t error = read_headers (400, code, NULL);
    assert_int_equal (strlen (error.code), 95);
    assert_string_equal (error.code + 92, "\u2026");
}

static void
assert_class (const char *code, int http_status, aws_error_class_t class)
{
    aws_error_class_t is = aws_error_classify (slice_of (code), http_status);
    if (is != class)
        fail_msg ("%s with %d is of class %d and should be of %d", code ? code : "no code", http_status, (int) is, (int) class);
}

static void
every_known_code_has_its_class_whatever_the_status (void **state)
{
    (void) state;
    static const struct {
        aws_error_class_t class;
        const char *codes [16];
    } cases [] = {
        { AWS_THROTTLED,
            { "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException", "TooManyRequestsException",
                "ProvisionedThroughputExceededException", "TransactionInProgressException", "RequestLimitExceeded", "BandwidthLimitExceeded",
                "LimitExceededException", "RequestThrottled", "SlowDown", "PriorRequestNotComplete", "EC2ThrottledException" } },
        { AWS_TRANSIENT, { "RequestTimeout", "RequestTimeoutException", "InternalError", "IDPCommunicationError" } },
        { AWS_EXPIRED, { "ExpiredToken", "ExpiredTokenException", "UnrecognizedClientException", "InvalidClientTokenId" } },
        { AWS_SKEWED,
            { "AuthFailure", "InvalidSignatureException", "RequestExpired", "RequestInTheFuture", "RequestTimeTooSkewed", "SignatureDoesNotMatch" } },
        { AWS_DENIED, { "AccessDenied", "AccessDeniedException", "UnauthorizedOperation" } },
    };
    static const int statuses [] = { 400, 403, 422, 429, 500, 501, 503 };
    for (size_t group = 0; group < sizeof cases / sizeof *cases; group++)
        for (size_t index = 0; cases [group].codes [index]; index++)
            for (size_t status = 0; status < sizeof statuses / sizeof *statuses; status++)
                assert_class (cases [group].codes [index], statuses [status], cases [group].class);
}

static void
a_code_that_nobody_knows_is_judged_by_the_status (void **state)
{
    (void) state;
    static const struct {
        int http_status;
        aws_error_class_t class;
    } cases [] = {
        { 301, AWS_BROKEN },
        { 399, AWS_BROKEN },
        { 400, AWS_INVALID },
        { 403, AWS_INVALID },
        { 404, AWS_INVALID },
        { 408, AWS_INVALID },
        { 422, AWS_INVALID },
        { 428, AWS_INVALID },
        { 429, AWS_THROTTLED },
        { 430, AWS_INVALID },
        { 499, AWS_INVALID },
        { 500, AWS_TRANSIENT },
        { 501, AWS_BROKEN },
        { 502, AWS_TRANSIENT },
        { 503, AWS_TRANSIENT },
        { 504, AWS_TRANSIENT },
        { 505, AWS_BROKEN },
        { 599, AWS_BROKEN },
    };
    for (size_t index = 0; index < sizeof cases / sizeof *cases; index++) {
        assert_class ("ResourceNotFoundException", cases [index].http_status, cases [index].class);
        assert_class (NULL, cases [index].http_status, cases [index].class);
    }
}

static void
a_code_that_only_resembles_a_known_one_is_not_it (void **state)
{
    (void) state;
    assert_class ("throttling", 400, AWS_INVALID);
    assert_class ("Throttling ", 400, AWS_INVALID);
    assert_class ("ThrottlingExceptio", 400, AWS_INVALID);
    assert_class ("NotAccessDenied", 403, AWS_INVALID);
}

static void
throttling_on_the_wire_is_a_400_and_still_throttling (void **state)
{
    (void) state;
    aws_error_t error = read_body (400, "{\"__type\":\"ThrottlingException\",\"message\":\"Rate exceeded\"}");
    assert_int_equal (error.class, AWS_THROTTLED);
    assert_int_equal (read_headers (400, "ThrottlingException", "Throttling;Sender").class, AWS_THROTTLED);
    assert_int_equal (read_body (503, "{\"__type\":\"SlowDown\"}").class, AWS_THROTTLED);
}

static void
each_class_has_the_programs_name_for_it (void **state)
{
    (void) state;
    assert_int_equal (aws_error_status (AWS_NO_ERROR), STATUS_OK);
    assert_int_equal (aws_error_status (AWS_THROTTLED), STATUS_THROTTLED);
    assert_int_equal (aws_error_status (AWS_TRANSIENT), STATUS_AWS_FAULT);
    assert_int_equal (aws_error_status (AWS_EXPIRED), STATUS_NO_CREDENTIALS);
    assert_int_equal (aws_error_status (AWS_SKEWED), STATUS_REFUSED);
    assert_int_equal (aws_error_status (AWS_DENIED), STATUS_REFUSED);
    assert_int_equal (aws_error_status (AWS_INVALID), STATUS_INVALID_ARGUMENT);
    assert_int_equal (aws_error_status (AWS_BROKEN), STATUS_AWS_FAULT);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (the_code_comes_from_the_query_header_then_the_body_then_the_type_header),
        cmocka_unit_test (a_code_is_freed_from_its_namespace_and_its_address),
        cmocka_unit_test (the_query_header_names_whose_fault_it_is_behind_a_semicolon),
        cmocka_unit_test (a_message_is_found_in_either_case),
        cmocka_unit_test (promql_words_its_errors_in_its_own_members),
        cmocka_unit_test (a_body_that_is_no_json_object_leaves_the_status_as_the_code),
        cmocka_unit_test (a_body_nested_or_sized_to_harm_is_not_parsed),
        cmocka_unit_test (control_characters_become_spaces),
        cmocka_unit_test (bytes_that_are_no_utf_8_are_replaced_and_cost_nothing_else),
        cmocka_unit_test (a_long_message_is_cut_between_two_characters_with_an_ellipsis),
        cmocka_unit_test (what_should_have_been_signed_is_not_repeated),
        cmocka_unit_test (a_long_code_is_cut_likewise),
        cmocka_unit_test (every_known_code_has_its_class_whatever_the_status),
        cmocka_unit_test (a_code_that_nobody_knows_is_judged_by_the_status),
        cmocka_unit_test (a_code_that_only_resembles_a_known_one_is_not_it),
        cmocka_unit_test (throttling_on_the_wire_is_a_400_and_still_throttling),
        cmocka_unit_test (each_class_has_the_programs_name_for_it),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
