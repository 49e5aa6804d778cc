#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stub_operation.h"

//  One actor without its loop: its reactor is turned by the test. (The loop itself: actor_loop_test.c.)

static int
begin (void **state)
{
    return begin_with (state, &(fixture_kind_t) { .service = SERVICE_LOGS, .operations = LOGS_OPERATIONS });
}

static int
begin_stub (void **state)
{
    return begin_stub_with (state, (fixture_kind_t) { .credit = 3 });
}

static int
begin_without_region (void **state)
{
    return begin_stub_with (state, (fixture_kind_t) { .no_region = true });
}

static void
a_call_expires_in_every_state (void **state)
{
    fixture_t *self = *state;
    self->no_keys = true;
    uint64_t without_keys = call_within (self, "describe_log_groups", "{}", 1000);
    settle (self);
    pass_ms (self, 1000);
    assert_int_equal (wait_for (self, without_keys), KIND_FAULT);
    assert_int_equal (self->answer->envelope.status, STATUS_DEADLINE);
    self->no_keys = false;
    uint64_t in_flight = call_within (self, "describe_log_groups", "{}", 1400);
    WAIT_FOR (self, self->aws.open_count == 1);
    pass_ms (self, 1400);
    assert_int_equal (wait_for (self, in_flight), KIND_FAULT);
    assert_int_equal (self->answer->envelope.status, STATUS_DEADLINE);
    WAIT_FOR (self, self->aws.left == 1);
    expect_nothing_left (self);
}

static status_t
waits (call_t *call)
{
    (void) call;
    return STATUS_OK;
}

static void
an_expired_call_is_told_how_long_it_took (void **state)
{
    fixture_t *self = *state;
    stub.begin = waits;
    uint64_t id = call_within (self, "stub", "{}", 1500);
    settle (self);
    pass_ms (self, 1499);
    assert_null (self->answer);
    pass_ms (self, 1);
    wait_for (self, id);
    assert_int_equal (self->answer->envelope.status, STATUS_DEADLINE);
    assert_string_equal (read_fault (self), "stub in eu-west-1 did not finish in the 1.5 s that it had. Ask again, or ask "
                                            "for less.");
    assert_int_equal (stub.partials, 0);        //  There was no time for it
    assert_int_equal (stub.stops, 1);
    assert_int_equal (stub.closes, 1);
}

static void
a_call_without_any_time_expires_at_once (void **state)
{
    fixture_t *self = *state;
    stub.begin = waits;
    uint64_t id = call_within (self, "stub", "{}", 0);
    wait_for (self, id);
    assert_int_equal (self->answer->envelope.status, STATUS_DEADLINE);
}

static void
a_call_is_told_once_that_its_time_is_nearly_over (void **state)
{
    fixture_t *self = *state;
    stub.begin = waits;
    uint64_t id = call_within (self, "stub", "{}", 5000);
    settle (self);
    pass_ms (self, 5000 - CALL_PARTIAL_MS - 1);
    assert_int_equal (stub.partials, 0);
    pass_ms (self, 1);
    assert_int_equal (stub.partials, 1);
    pass_ms (self, CALL_PARTIAL_MS - 1);
    assert_int_equal (stub.partials, 1);
    assert_null (self->answer);
    pass_ms (self, 1);
    wait_for (self, id);
    assert_int_equal (self->answer->envelope.status, STATUS_DEADLINE);
}

static void
a_call_may_finish_with_what_it_has (void **state)
{
    fixture_t *self = *state;
    stub.begin = asks_one;
    stub.next = finishes_next;
    stub.partial = finishes;
    uint64_t id = call_within (self, "stub", "{}", 5000);
    WAIT_FOR (self, self->aws.open_count == 1);
    pass_ms (self, 5000 - CALL_PARTIAL_MS);
    assert_int_equal (wait_for (self, id), KIND_RESULT);
    assert_int_equal (self->answer->envelope.flags, 0);         //  All that there is
    WAIT_FOR (self, self->aws.left == 1);
    assert_int_equal (stub.stops, 0);
    expect_nothing_left (self);
}

static status_t
finishes_with_a_part (call_t *call)
{
    buffer_t json;
    buffer_init (&json, 1024);
    buffer_append_text (&json, "{\"done\":false}");
    return call_finish (call, &json, true);
}

static void
what_was_cut_for_lack_of_time_says_so (void **state)
{
    fixture_t *self = *state;
    stub.begin = waits;
    stub.partial = finishes_with_a_part;
    uint64_t id = call_within (self, "stub", "{}", 5000);
    settle (self);
    pass_ms (self, 5000 - CALL_PARTIAL_MS);
    assert_int_equal (wait_for (self, id), KIND_RESULT);
    assert_int_equal (self->answer->envelope.flags, ENVELOPE_FLAG_HURRIED);
    stub.begin = finishes_with_a_part;          //  For other reasons
    wait_for (self, call (self, "stub", "{}"));
    assert_int_equal (self->answer->envelope.flags, 0);
}

static status_t
gives_up (call_t *call)
{
    (void) call;
    return STATUS_NO_MEMORY;
}

static void
a_status_that_an_operation_returns_is_told (void **state)
{
    fixture_t *self = *state;
    stub.begin = gives_up;
    assert_string_equal (refused (self, "stub", "{}", STATUS_NO_MEMORY), "stub ended: there is not enough memory.");
    assert_int_equal (stub.closes, 1);
    expect_nothing_left (self);
}

static void
more_calls_than_the_credit_are_refused_busy (void **state)
{
    fixture_t *self = *state;
    stub.begin = waits;
    for (int i = 0; i < 3; i++)
        call (self, "stub", "{}");
    expect_part (refused (self, "stub", "{}", STATUS_BUSY), "This worker has as many calls as it can take.");
    assert_int_equal (self->fault.retry_ms, 1000);
    assert_int_equal (self->answers, 1);
    gateway_say (self, KIND_CANCEL, 2);
    stub.begin = finishes;
    ask (self, "stub", "{}");                   //  The place is free again
}

static void
a_call_without_a_region_says_how_to_set_one (void **state)
{
    fixture_t *self = *state;
    stub.begin = finishes;
    assert_string_equal (refused (self, "stub", "{}", STATUS_INVALID_ARGUMENT),
                         "No AWS region is set. Pass region, for example \"us-east-1\", or set AWS_REGION for the server.");
    assert_int_equal (stub.begun, 0);
    ask (self, "stub", "{\"region\":\"us-east-1\"}");
    self->config.region = "";
    expect_part (refused (self, "stub", "{}", STATUS_INVALID_ARGUMENT), "No AWS region is set.");
    self->config.region = "a-region-with-a-name-that-is-longer-than-any-region-has";
    assert_string_equal (refused (self, "stub", "{}", STATUS_INVALID_ARGUMENT),
                         "The server's region, \"a-region-with-a-name-that-is-longer-than…\", is none: set AWS_REGION to one like \"us-east-1\".");
    self->config.region = NULL;
}

//  --- What is said about the worker

typedef struct {
    char text [256];
} tools_t;

static void
note_tool (void *arg, slice_t name, int64_t version)
{
    tools_t *tools = arg;
    size_t size = strlen (tools->text);
    snprintf (tools->text + size, sizeof tools->text - size, "%.*s %lld;", (int) name.size, name.data, (long long) version);
}

static void
who_is_answered_with_the_tools_and_the_credit (void **state)
{
    fixture_t *self = *state;
    gateway_say (self, KIND_WHO, 0);
    message_t *message = NULL;
    peer_t from;
    int64_t until_ms = real_ms () + WAIT_MS;
    while (!message) {
        assert_true (real_ms () < until_ms);
        assert_int_equal (reactor_turn (actor_reactor (self->actor), 0), STATUS_OK);
        status_t status = mailbox_receive (self->gateway, &from, &message);
        assert_true (status == STATUS_OK || status == STATUS_AGAIN);
    }
    assert_int_equal (message->envelope.kind, KIND_READY);
    assert_int_equal (message->envelope.service, SERVICE_LOGS);
    assert_int_equal (message->envelope.credit, 3);
    assert_int_equal (message->envelope.incarnation, self->actor->incarnation);
    assert_true (message->envelope.incarnation != 0);
    tools_t tools = { "" };
    assert_int_equal (body_read_ready (message_body (message), note_tool, &tools), STATUS_OK);
    assert_string_equal (tools.text, "stub 3;");
    message_destroy (&message);
}

static void
a_tool_that_it_has_not_is_refused (void **state)
{
    fixture_t *self = *state;
    message_t *message = gateway_word (KIND_REQUEST, 5);
    assert_int_equal (ENVELOPE_SET (&message->envelope, tool, SLICE ("fly_to_the_moon")), STATUS_OK);
    gateway_send (self, &message);
    wait_for (self, 5);
    assert_int_equal (self->answer->envelope.status, STATUS_UNSUPPORTED);
    assert_string_equal (read_fault (self), "This worker does not have that tool.");
    message = gateway_word (KIND_REQUEST, 6);
    gateway_send (self, &message);
    wait_for (self, 6);
    assert_int_equal (self->answer->envelope.status, STATUS_UNSUPPORTED);
}

static void
a_kind_that_it_does_not_know_is_refused_and_others_are_not_answered (void **state)
{
    fixture_t *self = *state;
    static const uint8_t REFUSED [] = { 13, 99, 255, KIND_READY, KIND_RESULT, KIND_PROGRESS, KIND_CREDIT, KIND_DRAIN, KIND_CALL };
    for (size_t i = 0; i < sizeof REFUSED; i++) {
        message_t *message = gateway_word (KIND_HEARTBEAT, 100 + i);
        message->envelope.kind = REFUSED [i];
        gateway_send (self, &message);
        wait_for (self, 100 + i);
        assert_int_equal (self->answer->envelope.status, STATUS_UNSUPPORTED);
    }
    int before = self->answers;
    gateway_say (self, KIND_HEARTBEAT, 0);
    gateway_say (self, KIND_FAULT, 7);
    gateway_say (self, KIND_BYE, 0);
    settle (self);
    assert_int_equal (self->answers, before);
}

//  Frames that no gateway of ours would send; they are sent past the mailbox.
static void
send_raw (fixture_t *self, const slice_t *frames, size_t count)
{
    void *socket = mailbox_socket (self->gateway);
    assert_true (zmq_send (socket, self->worker.bytes, self->worker.size, ZMQ_SNDMORE) >= 0);
    for (size_t i = 0; i < count; i++)
        assert_true (zmq_send (socket, frames [i].data, frames [i].size, i + 1 < count ? ZMQ_SNDMORE : 0) >= 0);
}

static void
malformed_frames_do_no_harm (void **state)
{
    fixture_t *self = *state;
    stub.begin = finishes;
    ask (self, "stub", "{}");
    static const slice_t FRAMES [] [4] = {
        { { "", 0 } }, { { "", 0 }, { "", 0 }, { "", 0 } }, { { "\xc1", 1 }, { "", 0 }, { "", 0 } }, { { "\xdd\xff\xff\xff\xff", 5 }, { "", 0 }, { "",
                0 } },
        { { "x", 1 }, { "y", 1 }, { "z", 1 }, { "more", 4 } }, { { "\x94\x01\x07\x01\x01", 5 } }, { { "\x90", 1 }, { "", 0 }, { "", 0 } },
    };
    static const size_t COUNTS [] = { 1, 3, 3, 3, 4, 1, 3 };
    for (size_t i = 0; i < sizeof COUNTS / sizeof COUNTS [0]; i++)
        send_raw (self, FRAMES [i], COUNTS [i]);
    int before = self->answers;
    settle (self);
    assert_int_equal (self->answers, before);
    assert_int_equal (mailbox_counts (self->actor->mailbox).malformed, sizeof COUNTS / sizeof COUNTS [0]);
    ask (self, "stub", "{}");
}

static void
arguments_that_are_none_do_no_harm (void **state)
{
    fixture_t *self = *state;
    static const slice_t BODIES [] = { { "", 0 }, { "\xc1", 1 }, { "\xdf\xff\xff\xff\xff", 5 }, { "\x81\xa5limit", 7 }, { "\x81\xa5limit\xa1x", 9 },
                                       { "\x93\x01\x02\x03", 4 } };
    self->aws.instead = answer_empty;
    for (size_t i = 0; i < sizeof BODIES / sizeof BODIES [0]; i++) {
        buffer_t body;
        buffer_init (&body, 64);
        buffer_append_slice (&body, BODIES [i]);
        message_t *message = gateway_word (KIND_REQUEST, 300 + i);
        message->envelope.budget_ms = BUDGET_MS;
        assert_int_equal (ENVELOPE_SET (&message->envelope, tool, SLICE ("describe_log_groups")), STATUS_OK);
        assert_int_equal (message_take_body (message, &body), STATUS_OK);
        gateway_send (self, &message);
        assert_int_equal (wait_for (self, 300 + i), KIND_RESULT);       //  As if nothing had been asked for: whoever sent this checks nothing
    }
}

//  --- Many

//  Half of them have two pages; some are refused, some throttled once, some never answered.
static void
answer_variously (scripted_aws_t *self, http_exchange_t *exchange, const asked_t *asked_now)
{
    bool first = !json_text (yyjson_doc_get_root (asked_now->doc), "nextToken").data;
    switch (self->asked_count % 8) {
    case 0:
        aws_reply (exchange, 400, SLICE ("{\"__type\":\"AccessDeniedException\",\"message\":\"no\"}"));
        break;
    case 1:
        self->open [self->open_count++] = exchange;
        break;
    case 2:
        aws_reply (exchange, 200, SLICE ("not JSON"));
        break;
    case 3:
    case 4:
        if (first) {
            aws_reply (exchange, 200, SLICE ("{\"logGroups\":[{\"logGroupName\":\"a\"}],\"nextToken\":\"2\"}"));
            break;
        }
        /* fallthrough */
    default:
        aws_reply (exchange, 200, SLICE ("{\"logGroups\":[{\"logGroupName\":\"a\"}]}"));
    }
}

static void
ten_thousand_calls_leave_nothing_behind (void **state)
{
    fixture_t *self = *state;
    enum { CALLS = 10000, AT_ONCE = 50 };
    self->aws.instead = answer_variously;
    int sent = 0, descriptors = 0;
    while (self->answers < CALLS) {
        for (; sent < CALLS && sent - self->answers < AT_ONCE; sent++) {
            char arguments [64];                //  In many regions, so that the throttles do not make it long
            snprintf (arguments, sizeof arguments, "{\"limit\":%d,\"region\":\"us-test-%d\"}", 1 + sent % 3, 1 + sent % 60);
            call_within (self, "describe_log_groups", arguments, 400 + (uint32_t) (sent % 5) * 700);
        }
        turn (self);
        fake_clock_advance (&self->clock, STEP_MS);
        if (sent % 7 == 0)
            gateway_say (self, KIND_CANCEL, (uint64_t) (sent - sent % 11));
        if (sent > 1000 && !descriptors)
            descriptors = open_descriptors ();
    }
    expect_nothing_left (self);
    assert_int_equal (self->answers, CALLS);
    assert_true (open_descriptors () <= descriptors + AT_ONCE);
    assert_int_equal (mailbox_counts (self->actor->mailbox).refused, 0);
    WAIT_FOR (self, self->aws.open_count == 0);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (a_call_expires_in_every_state, begin, end),
        cmocka_unit_test_setup_teardown (an_expired_call_is_told_how_long_it_took, begin_stub, end),
        cmocka_unit_test_setup_teardown (a_call_without_any_time_expires_at_once, begin_stub, end),
        cmocka_unit_test_setup_teardown (a_call_is_told_once_that_its_time_is_nearly_over, begin_stub, end),
        cmocka_unit_test_setup_teardown (a_call_may_finish_with_what_it_has, begin_stub, end),
        cmocka_unit_test_setup_teardown (what_was_cut_for_lack_of_time_says_so, begin_stub, end),
        cmocka_unit_test_setup_teardown (a_status_that_an_operation_returns_is_told, begin_stub, end),
        cmocka_unit_test_setup_teardown (more_calls_than_the_credit_are_refused_busy, begin_stub, end),
        cmocka_unit_test_setup_teardown (a_call_without_a_region_says_how_to_set_one, begin_without_region, end),
        cmocka_unit_test_setup_teardown (who_is_answered_with_the_tools_and_the_credit, begin_stub, end),
        cmocka_unit_test_setup_teardown (a_tool_that_it_has_not_is_refused, begin, end),
        cmocka_unit_test_setup_teardown (a_kind_that_it_does_not_know_is_refused_and_others_are_not_answered, begin, end),
        cmocka_unit_test_setup_teardown (malformed_frames_do_no_harm, begin_stub, end),
        cmocka_unit_test_setup_teardown (arguments_that_are_none_do_no_harm, begin, end),
        cmocka_unit_test_setup_teardown (ten_thousand_calls_leave_nothing_behind, begin, end),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
