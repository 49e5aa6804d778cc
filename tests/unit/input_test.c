#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "input.h"
#include "stub_operation.h"

static status_t
asks_with_an_input (call_t *call)
{
    yyjson_mut_doc *doc = input_new ();
    assert_non_null (doc);
    yyjson_mut_obj_add_int (doc, yyjson_mut_doc_get_root (doc), "limit", 7);
    status_t status = input_ask (&doc, call, 0, &(aws_request_t) { .service = AWS_LOGS, .api = "DescribeLogGroups" });
    assert_null (doc);
    return status;
}

static status_t
asks_with_too_much (call_t *call)
{
    static char text [1024 * 1024];
    memset (text, 'x', sizeof text);
    yyjson_mut_doc *doc = input_new ();
    assert_non_null (doc);
    yyjson_mut_obj_add_strn (doc, yyjson_mut_doc_get_root (doc), "text", text, sizeof text);
    status_t status = input_ask (&doc, call, 0, &(aws_request_t) { .service = AWS_LOGS, .api = "DescribeLogGroups" });
    assert_null (doc);
    assert_int_equal (status, STATUS_TOO_LARGE);
    return status;
}

static int
begin (void **state)
{
    return begin_stub_with (state, (fixture_kind_t) { .credit = 4 });
}

static void
what_is_written_is_what_aws_is_asked (void **state)
{
    fixture_t *self = *state;
    stub.begin = asks_with_an_input;
    stub.next = finishes_next;
    aws_says (&self->aws, 200, "{}");
    (void) ask (self, "stub", "{}");
    expect_json (asked (&self->aws, 0), "{\"limit\":7}");
}

static void
more_than_aws_takes_is_not_asked (void **state)
{
    fixture_t *self = *state;
    stub.begin = asks_with_too_much;
    (void) refused (self, "stub", "{}", STATUS_TOO_LARGE);
    assert_int_equal (self->aws.asked_count, 0);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (what_is_written_is_what_aws_is_asked, begin, end),
        cmocka_unit_test_setup_teardown (more_than_aws_takes_is_not_asked, begin, end),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
