#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "meter.h"

#include "desk.h"
#include "ended_call.h"

static void
a_call_counts_for_its_tool_its_service_and_the_apis_that_it_asked (void **state)
{
    desk_t *desk = *state;
    meter_t *meter = meter_new (desk->contracts);
    ended_call_t ended;
    ended_call_init (&ended, "brief", STATUS_OK);
    ended.call.joined = 2;
    ended.call.cached = 1;
    span_t attempt = ended_call_span (&ended, SPAN_CLIENT, "CloudWatchLogs.DescribeLogGroups");
    attempt.status = STATUS_THROTTLED;
    spans_add (&ended.spans, &attempt);
    attempt.status = STATUS_OK;
    span_set_number (&attempt, SPAN_KEY_RESEND_COUNT, 1);
    spans_add (&ended.spans, &attempt);
    span_t wait = ended_call_span (&ended, SPAN_INTERNAL, "backoff");
    spans_add (&ended.spans, &wait);
    assert_int_equal (meter_take (meter, &ended.call, ended_call_frame (&ended, SLICE_ABSENT)), 4);

    const meter_tool_t *tool = &meter->tools [contract_index (contracts_find (desk->contracts, SLICE ("brief")))];
    assert_int_equal (tool->calls [STATUS_OK], 1);
    assert_int_equal (tool->durations [METER_OK].sum_us, 2000);
    assert_int_equal (meter->services [SERVICE_LOGS].queue.sum_us, 30);
    assert_int_equal (meter->services [SERVICE_LOGS].worker.sum_us, 1500);
    assert_int_equal (meter->services [SERVICE_LOGS].shared, 2);
    assert_int_equal (meter->services [SERVICE_LOGS].cached, 1);
    assert_string_equal (meter->apis [0].name, "CloudWatchLogs.DescribeLogGroups");
    assert_int_equal (meter->apis [0].attempts [METER_AWS_THROTTLED], 1);
    assert_int_equal (meter->apis [0].attempts [METER_AWS_OK], 1);
    assert_int_equal (meter->apis [0].retries, 1);
    assert_int_equal (meter->apis [0].durations.sum_us, 1000);
    assert_int_equal (meter->waits [METER_BACKOFF].count, 1);
    assert_int_equal (meter->waits [METER_BACKOFF].took_us, 500);

    ended.call.taken = 4;                                       //  And then one that comes late
    spans_add (&ended.spans, &attempt);
    assert_int_equal (meter_take (meter, &ended.call, ended_call_frame (&ended, SLICE_ABSENT)), 5);
    assert_int_equal (tool->calls [STATUS_OK], 1);
    assert_int_equal (meter->apis [0].attempts [METER_AWS_OK], 2);
    assert_int_equal (meter->waits [METER_BACKOFF].count, 1);
    ended_call_deinit (&ended);
    meter_destroy (&meter);
}

static void
an_attempt_ends_in_one_of_six_ways (void **state)
{
    desk_t *desk = *state;
    static const struct { status_t status; int http; meter_aws_end_t end; } ROWS [] = {
        { STATUS_OK, 200, METER_AWS_OK }, { STATUS_THROTTLED, 400, METER_AWS_THROTTLED }, { STATUS_THROTTLED, 503, METER_AWS_THROTTLED },
        { STATUS_REFUSED, 403, METER_AWS_CLIENT_ERROR }, { STATUS_AWS_FAULT, 500, METER_AWS_SERVER_ERROR },
        { STATUS_UNREACHABLE, 0, METER_AWS_NO_ANSWER }, { STATUS_CANCELLED, 0, METER_AWS_CANCELLED } };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS [0]; i++) {
        meter_t *meter = meter_new (desk->contracts);
        ended_call_t ended;
        ended_call_init (&ended, "brief", ROWS [i].status);
        span_t attempt = ended_call_span (&ended, SPAN_CLIENT, "CloudWatchLogs.DescribeLogGroups");
        attempt.status = ROWS [i].status;
        if (ROWS [i].http)
            span_set_number (&attempt, SPAN_KEY_HTTP_STATUS, ROWS [i].http);
        spans_add (&ended.spans, &attempt);
        meter_take (meter, &ended.call, ended_call_frame (&ended, SLICE_ABSENT));
        assert_int_equal (meter->apis [0].attempts [ROWS [i].end], 1);
        ended_call_deinit (&ended);
        meter_destroy (&meter);
    }
}

static void
names_from_outside_take_no_place (void **state)
{
    desk_t *desk = *state;
    meter_t *meter = meter_new (desk->contracts);
    int apis = meter->apis_count;
    ended_call_t ended;
    ended_call_init (&ended, "brief", STATUS_OK);
    for (int i = 0; i < 20; i++) {
        char name [32];
        snprintf (name, sizeof name, "Made.Up%d", i);
        span_t attempt = ended_call_span (&ended, SPAN_CLIENT, name);
        spans_add (&ended.spans, &attempt);
    }
    meter_take (meter, &ended.call, ended_call_frame (&ended, SLICE_ABSENT));
    assert_int_equal (meter->apis_count, apis);
    assert_string_equal (meter->apis [apis - 1].name, "other");
    assert_int_equal (meter->apis [apis - 1].attempts [METER_AWS_OK], 20);
    snprintf (ended.call.tool, sizeof ended.call.tool, "made_up");
    assert_int_equal (meter_take (meter, &ended.call, SLICE_ABSENT), 1);
    assert_int_equal (meter->services [SERVICE_LOGS].queue.sum_us, 30);
    ended.call.status = (status_t) 4000;                         //  A newer worker's
    snprintf (ended.call.tool, sizeof ended.call.tool, "brief");
    meter_take (meter, &ended.call, SLICE_ABSENT);
    assert_int_equal (meter->tools [contract_index (contracts_find (desk->contracts, SLICE ("brief")))].calls [METER_STATUSES], 1);
    ended_call_deinit (&ended);
    meter_destroy (&meter);
    assert_null (meter);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        DESK_TEST (a_call_counts_for_its_tool_its_service_and_the_apis_that_it_asked), DESK_TEST (an_attempt_ends_in_one_of_six_ways),
        DESK_TEST (names_from_outside_take_no_place),
    };
    int failed = cmocka_run_group_tests (tests, NULL, NULL);
    return failed;
}
