#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "aws_wire.h"
#include "fake_clock.h"
#include "transfer_parts.h"

#include <stdlib.h>

//  --- The date

static void
a_date_of_http_is_a_time (void **state)
{
    (void) state;
    static const struct {
        const char *text;
        int64_t wall_ms;
    } dates [] = {
        { "Sun, 22 Nov 2026 23:05:07 GMT", 1795388707000 },
        { "Sat, 01 Jan 2000 00:00:00 GMT", 946684800000 },
        { "Thu, 29 Feb 2024 12:34:56 GMT", 1709210096000 },
        { "Sat, 31 Dec 2016 23:59:60 GMT", 1483228800000 },         //  A leap second
        { "Mon, 31 Dec 2999 23:59:59 GMT", 32503679999000 },
    };
    for (size_t i = 0; i < sizeof dates / sizeof dates [0]; i++) {
        int64_t wall_ms;
        assert_true (aws_wire_date (slice_of (dates [i].text), &wall_ms));
        assert_int_equal (wall_ms, dates [i].wall_ms);
    }
}

static void
anything_else_is_none (void **state)
{
    (void) state;
    static const char *const texts [] = {
        "", "now", "Sun, 22 Nov 2026 23:05:07 UTC", "Sun, 22 Nov 2026 23:05:07 GM", "Sun, 22 Nov 2026 23:05:07 GMT ",
        "Sunday, 22-Nov-26 23:05:07 GMT", "Sun Nov 22 23:05:07 2026 GMT..", "Sun, 22 nov 2026 23:05:07 GMT", "Sun, 22 anF 2026 23:05:07 GMT",
        "Sun, 00 Nov 2026 23:05:07 GMT", "Sun, 32 Nov 2026 23:05:07 GMT", "Sun, -2 Nov 2026 23:05:07 GMT", "Sun,  2 Nov 2026 23:05:07 GMT",
        "Sun, 22 Nov 2026 24:05:07 GMT", "Sun, 22 Nov 2026 23:60:07 GMT", "Sun, 22 Nov 2026 23:05:61 GMT", "Sun, 22 Nov +026 23:05:07 GMT",
        "Sun; 22 Nov 2026 23:05:07 GMT", "Sun, 22 Nov 2026 23-05-07 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT",
    };
    int64_t wall_ms;
    for (size_t i = 0; i < sizeof texts / sizeof texts [0]; i++)
        assert_false (aws_wire_date (slice_of (texts [i]), &wall_ms));
    assert_false (aws_wire_date (SLICE_ABSENT, &wall_ms));
}

//  --- Answers

typedef struct {
    transfer_t transfer;
    transfer_answer_t came;
    aws_wire_answer_t answer;
} read_t;

//  Reads an answer as it would come from the network.
static void
read_answer_of (aws_service_t service, read_t *self, int http_status, const char *head, const char *body)
{
    *self = (read_t) { 0 };
    buffer_init (&self->transfer.answer_head, 4096);
    buffer_append_text (&self->transfer.answer_head, head);
    self->came = (transfer_answer_t) { .http_status = http_status, .body = slice_of (body), .transfer = &self->transfer };
    aws_wire_read (service, &self->came, &self->answer);
    assert_true ((self->answer.error.class == AWS_NO_ERROR) == (self->answer.doc != NULL));
}

static void
read_answer (read_t *self, int http_status, const char *head, const char *body)
{
    read_answer_of (AWS_LOGS, self, http_status, head, body);
}

static void
close_answer (read_t *self)
{
    yyjson_doc_free (self->answer.doc);
    buffer_deinit (&self->transfer.answer_head);
}

static void
a_success_is_a_document (void **state)
{
    (void) state;
    read_t read;
    read_answer (&read, 200, "Date: Sun, 22 Nov 2026 23:05:07 GMT\r\nContent-Type: text/plain\r\n", "{\"logGroups\":[]}");
    assert_int_equal (read.answer.error.class, AWS_NO_ERROR);
    assert_true (yyjson_is_arr (yyjson_obj_get (yyjson_doc_get_root (read.answer.doc), "logGroups")));
    assert_true (read.answer.has_date);
    assert_int_equal (read.answer.date_ms, 1795388707000);
    assert_int_equal (read.answer.retry_after_ms, -1);
    close_answer (&read);
}

static void
a_success_that_is_not_a_json_object_is_broken (void **state)
{
    (void) state;
    static const char *const bodies [] = { "", "<html>", "{\"a\":1", "{} {}", "[]", "\"text\"", "{\"a\":\"\xff\"}" };
    for (size_t i = 0; i < sizeof bodies / sizeof bodies [0]; i++) {
        read_t read;
        read_answer (&read, 200, "", bodies [i]);
        assert_int_equal (read.answer.error.class, AWS_BROKEN);
        assert_string_equal (read.answer.error.code, "HTTP 200");
        assert_string_equal (read.answer.error.message, "The answer is not JSON.");
        assert_false (read.answer.has_date);
        close_answer (&read);
    }
    char deep [200];
    memset (deep, '[', sizeof deep - 1);
    deep [sizeof deep - 1] = 0;
    read_t read;
    read_answer (&read, 200, "", deep);
    assert_int_equal (read.answer.error.class, AWS_BROKEN);
    close_answer (&read);
}

static void
an_error_is_read_whatever_its_content_type_says (void **state)
{
    (void) state;
    read_t read;
    read_answer (&read, 400, "Content-Type: text/html\r\nX-Amz-Retry-After: 1500\r\n",
                 "{\"__type\":\"x#ThrottlingException\",\"message\":\"Rate exceeded\"}");
    assert_int_equal (read.answer.error.class, AWS_THROTTLED);
    assert_string_equal (read.answer.error.code, "ThrottlingException");
    assert_string_equal (read.answer.error.message, "Rate exceeded");
    assert_int_equal (read.answer.retry_after_ms, 1500);
    close_answer (&read);
}

static void
an_answer_of_sts_is_xml_and_becomes_json (void **state)
{
    (void) state;
    read_t read;
    read_answer_of (AWS_STS, &read, 200, "Date: Sun, 22 Nov 2026 23:05:07 GMT\r\n", "<R><Result><Arn>arn</Arn></Result></R>");
    assert_true (slice_is (json_text (yyjson_obj_get (yyjson_doc_get_root (read.answer.doc), "Result"), "Arn"), "arn"));
    assert_true (read.answer.has_date);
    close_answer (&read);
    read_answer_of (AWS_STS, &read, 400, "X-Amz-Retry-After: 1500\r\n",
                    "<ErrorResponse><Error><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>");
    assert_int_equal (read.answer.error.class, AWS_THROTTLED);
    assert_string_equal (read.answer.error.code, "Throttling");
    assert_string_equal (read.answer.error.message, "Rate exceeded");
    assert_int_equal (read.answer.retry_after_ms, 1500);
    close_answer (&read);
    read_answer_of (AWS_STS, &read, 503, "", "<html>busy");
    assert_int_equal (read.answer.error.class, AWS_TRANSIENT);
    assert_string_equal (read.answer.error.code, "HTTP 503");
    close_answer (&read);
    read_answer_of (AWS_STS, &read, 200, "", "{}");
    assert_int_equal (read.answer.error.class, AWS_BROKEN);
    assert_string_equal (read.answer.error.message, "The answer is not XML.");
    close_answer (&read);
}

static void
the_old_code_in_the_header_goes_before_the_one_in_the_body (void **state)
{
    (void) state;
    read_t read;
    read_answer (&read, 400, "x-amzn-query-error: Throttling;Sender\r\n", "{\"__type\":\"ThrottlingException\"}");
    assert_string_equal (read.answer.error.code, "Throttling");
    close_answer (&read);
    read_answer (&read, 403, "x-amzn-errortype: AccessDeniedException:http://x/\r\n", "");
    assert_string_equal (read.answer.error.code, "AccessDeniedException");
    assert_int_equal (read.answer.error.class, AWS_DENIED);
    close_answer (&read);
}

static void
an_answer_out_of_a_cache_says_nothing_of_the_clock (void **state)
{
    (void) state;
    read_t read;
    read_answer (&read, 200, "Date: Sun, 22 Nov 2026 23:05:07 GMT\r\nAge: 900\r\n", "{}");
    assert_false (read.answer.has_date);
    close_answer (&read);
}

static void
what_the_network_did_decides_whether_asking_again_may_help (void **state)
{
    (void) state;
    static const struct {
        status_t status;
        aws_error_class_t class;
    } failures [] = {
        { STATUS_UNREACHABLE, AWS_TRANSIENT }, { STATUS_DEADLINE, AWS_TRANSIENT }, { STATUS_MALFORMED, AWS_TRANSIENT },
        { STATUS_TOO_LARGE, AWS_INVALID }, { STATUS_REFUSED, AWS_INVALID }, { STATUS_INVALID_ARGUMENT, AWS_INVALID },
        { STATUS_NO_MEMORY, AWS_INVALID },
    };
    for (size_t i = 0; i < sizeof failures / sizeof failures [0]; i++) {
        transfer_answer_t came = { .status = failures [i].status, .http_status = 200, .body = SLICE ("{}") };
        aws_wire_answer_t answer;
        aws_wire_read (AWS_LOGS, &came, &answer);
        assert_int_equal (answer.error.class, failures [i].class);
        assert_string_equal (answer.error.code, "");
        assert_null (answer.doc);
        assert_false (answer.has_date);
    }
}

//  --- Requests that cannot be made; those that can are seen by aws_client_test

typedef struct {
    fake_clock_t clock;
    reactor_t *reactor;
    transfers_t *transfers;
    sigv4_t *signer;
} maker_t;

static int
begin (void **state)
{
    maker_t *self = calloc (1, sizeof *self);
    assert_non_null (self);
    fake_clock_init (&self->clock);
    self->reactor = reactor_new (&self->clock.source);
    self->transfers = transfers_new (self->reactor, &(transfers_config_t) { .connections_per_host = 1 });
    self->signer = sigv4_new ();
    *state = self;
    return 0;
}

static int
end (void **state)
{
    maker_t *self = *state;
    assert_int_equal (transfers_under_way (self->transfers), 0);
    transfers_destroy (&self->transfers);
    sigv4_destroy (&self->signer);
    reactor_destroy (&self->reactor);
    free (self);
    return 0;
}

static void
never (void *arg, const transfer_answer_t *answer)
{
    (void) arg;
    (void) answer;
    fail ();
}

static transfer_t *
make (maker_t *maker, slice_t key_id, slice_t token, status_t *status)
{
    static const endpoint_t endpoint = { .url = "http://127.0.0.1:1", .host = "127.0.0.1:1", .path = "/", .region = "eu-west-1", .service = "logs" };
    aws_wire_request_t request = {
        .service = AWS_LOGS, .api = "DescribeLogGroups", .body = SLICE ("{}"), .endpoint = &endpoint, .wall_ms = maker->clock.wall_ms,
        .keys = &(sigv4_keys_t) { .key_id = key_id, .secret = SLICE ("secret"), .token = token }, .attempt = 1, .attempts_max = 3,
    };
    return aws_wire_start (&request, maker->signer, maker->transfers, 1000, 1000, 4096, never, NULL, status);
}

static void
keys_that_no_header_can_carry_make_no_request (void **state)
{
    status_t status;
    assert_null (make (*state, SLICE ("AK\r\nID"), SLICE_ABSENT, &status));
    assert_int_equal (status, STATUS_INVALID_ARGUMENT);
}

static void
a_token_fits_up_to_its_limit (void **state)
{
    status_t status;
    char token [16384 + 1];
    memset (token, 'x', sizeof token);
    transfer_t *transfer = make (*state, SLICE ("AKID"), (slice_t) { token, sizeof token - 1 }, &status);
    assert_non_null (transfer);
    assert_int_equal (status, STATUS_OK);
    transfer_abort (&transfer);
    assert_null (make (*state, SLICE ("AKID"), (slice_t) { token, sizeof token }, &status));
    assert_int_equal (status, STATUS_TOO_LARGE);
}

#define MAKER_TEST(name) cmocka_unit_test_setup_teardown (name, begin, end)

int
main (void)
{
    transfers_global_start ();
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_date_of_http_is_a_time),
        cmocka_unit_test (anything_else_is_none),
        cmocka_unit_test (a_success_is_a_document),
        cmocka_unit_test (a_success_that_is_not_a_json_object_is_broken),
        cmocka_unit_test (an_error_is_read_whatever_its_content_type_says),
        cmocka_unit_test (an_answer_of_sts_is_xml_and_becomes_json),
        cmocka_unit_test (the_old_code_in_the_header_goes_before_the_one_in_the_body),
        cmocka_unit_test (an_answer_out_of_a_cache_says_nothing_of_the_clock),
        cmocka_unit_test (what_the_network_did_decides_whether_asking_again_may_help),
        MAKER_TEST (keys_that_no_header_can_carry_make_no_request),
        MAKER_TEST (a_token_fits_up_to_its_limit),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
