#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http_internal.h"

static void
a_date_is_written_as_http_wants_it (void **state)
{
    (void) state;
    char text [HTTP_DATE_SIZE];
    http_date (784111777, text);
    assert_string_equal (text, "Sun, 06 Nov 1994 08:49:37 GMT");
    http_date (1709251199, text);
    assert_string_equal (text, "Thu, 29 Feb 2024 23:59:59 GMT");
    http_date (INT64_MAX, text);
    assert_string_equal (text, "Thu, 01 Jan 1970 00:00:00 GMT");
}

static void
a_status_has_its_reason (void **state)
{
    (void) state;
    assert_string_equal (http_reason (200), "OK");
    assert_string_equal (http_reason (404), "Not Found");
    assert_string_equal (http_reason (431), "Request Header Fields Too Large");
    assert_string_equal (http_reason (299), "Unknown");
}

static void
head_is (const http_reply_t *reply, const http_answer_t *answer, const char *text)
{
    buffer_t out;
    buffer_init (&out, 1000);
    http_reply_head (&out, reply, answer);
    buffer_append_char (&out, '\0');
    assert_int_equal (buffer_status (&out), STATUS_OK);
    assert_string_equal (out.data, text);
    buffer_deinit (&out);
}

static void
a_head_says_how_the_body_ends (void **state)
{
    (void) state;
    http_reply_t reply = { .status = 200, .content_type = "text/plain" };
    head_is (&reply, &(http_answer_t) { .framing = HTTP_COUNTED, .body_bytes = 1234567, .date = "now" },
             "HTTP/1.1 200 OK\r\nDate: now\r\nContent-Type: text/plain\r\nContent-Length: 1234567\r\n\r\n");
    head_is (&reply, &(http_answer_t) { .framing = HTTP_CHUNKED, .date = "now" },
             "HTTP/1.1 200 OK\r\nDate: now\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n");
    head_is (&reply, &(http_answer_t) { .framing = HTTP_UNTIL_CLOSE, .date = "now", .connection = "close" },
             "HTTP/1.1 200 OK\r\nDate: now\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n");
}

static void
an_accepted_notification_has_a_length_of_zero (void **state)
{
    (void) state;
    head_is (&(http_reply_t) { .status = 202 }, &(http_answer_t) { .framing = HTTP_COUNTED, .date = "now" },
             "HTTP/1.1 202 Accepted\r\nDate: now\r\nContent-Length: 0\r\n\r\n");
}

static void
no_content_has_neither_type_nor_length (void **state)
{
    (void) state;
    http_answer_t answer = { .framing = HTTP_COUNTED, .body_bytes = 5, .date = "now" };
    head_is (&(http_reply_t) { .status = 204, .content_type = "text/plain" }, &answer, "HTTP/1.1 204 No Content\r\nDate: now\r\n\r\n");
    head_is (&(http_reply_t) { .status = 304, .content_type = "text/plain" }, &answer, "HTTP/1.1 304 Not Modified\r\nDate: now\r\n\r\n");
}

static void
further_fields_follow (void **state)
{
    (void) state;
    const http_field_t fields [] = { { "Allow", "POST" }, { "Retry-After", "1" }, { NULL, NULL } };
    head_is (&(http_reply_t) { .status = 405, .fields = fields },
             &(http_answer_t) { .framing = HTTP_COUNTED, .date = "now", .connection = "keep-alive" },
             "HTTP/1.1 405 Method Not Allowed\r\nDate: now\r\nContent-Length: 0\r\nAllow: POST\r\nRetry-After: 1\r\nConnection: keep-alive\r\n\r\n");
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_date_is_written_as_http_wants_it),
        cmocka_unit_test (a_status_has_its_reason),
        cmocka_unit_test (a_head_says_how_the_body_ends),
        cmocka_unit_test (an_accepted_notification_has_a_length_of_zero),
        cmocka_unit_test (no_content_has_neither_type_nor_length),
        cmocka_unit_test (further_fields_follow),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
