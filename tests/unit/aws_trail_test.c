#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "aws_trail.h"

static void
an_attempt_takes_what_landed_and_one_without_was_given_up (void **state)
{
    (void) state;
    static aws_trail_t trail;
    aws_wire_answer_t answer = { .error = { .class = AWS_THROTTLED, .code = "ThrottlingException" } };
    transfer_answer_t transfer = { .status = STATUS_OK };
    aws_trail_init (&trail, AWS_LOGS, "FilterLogEvents", (uint8_t [SPAN_TRACE_BYTES + SPAN_ID_BYTES]) { 1 });
    aws_trail_land (&trail, &transfer, &answer);
    aws_trail_add (&trail, AWS_STAGE_ATTEMPT, 10, 20, 1);
    aws_trail_add (&trail, AWS_STAGE_BACKOFF, 20, 30, 1);
    aws_trail_add (&trail, AWS_STAGE_ATTEMPT, 30, 40, 2);
    assert_int_equal (trail.stages [0].status, STATUS_THROTTLED);
    assert_string_equal (trail.stages [0].error, "ThrottlingException");
    assert_int_equal (trail.stages [1].status, STATUS_OK);
    assert_int_equal (trail.stages [2].status, STATUS_CANCELLED);
    assert_memory_not_equal (trail.stages [0].span, trail.stages [2].span, SPAN_ID_BYTES);
}

static void
more_stages_than_there_is_room_for_are_counted (void **state)
{
    (void) state;
    static aws_trail_t trail;
    aws_trail_init (&trail, AWS_LOGS, "FilterLogEvents", (uint8_t [SPAN_TRACE_BYTES + SPAN_ID_BYTES]) { 1 });
    for (int i = 0; i < AWS_TRAIL_STAGES_MAX + 3; i++)
        aws_trail_add (&trail, AWS_STAGE_BACKOFF, i, i + 1, 1);
    assert_int_equal (trail.count, AWS_TRAIL_STAGES_MAX);
    assert_int_equal (trail.dropped, 3);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (an_attempt_takes_what_landed_and_one_without_was_given_up),
        cmocka_unit_test (more_stages_than_there_is_room_for_are_counted),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
