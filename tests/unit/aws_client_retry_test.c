#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "aws_client_fixture.h"
#include "retry.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

//  Chance throws 0.5, so the pauses are half of what they may be: 25 and 50 ms after trouble of theirs, 500 and 1,000 ms after throttling.

static void
a_throttled_request_waits_and_is_made_again (void **state)
{
    stage_t *stage = *state;
    FAILS (stage, 400, "ThrottlingException");
    STEP (stage, .status = 200);
    asked_t asked;
    ask (&asked, stage);
    pass_pause (&asked, 1, 500);
    wait_until_done (&asked);
    assert_int_equal (asked.outcome.status, STATUS_OK);
    assert_int_equal (asked.outcome.attempts, 2);
    assert_int_equal (asked.spent.pause_us, 500000);
    assert_int_equal (asked.outcome.took_ms, 500);
    assert_string_equal (stage->seen [1].attempt, "attempt=2; max=3");
    assert_string_equal (stage->seen [1].date, "20261122T230507Z");
    aws_client_counts_t counts = aws_client_counts (stage->client);
    assert_true (counts.attempts == 2 && counts.retries == 1 && counts.throttled == 1 && counts.failures == 0);
}

static void
three_attempts_are_made_and_then_the_error_is_told (void **state)
{
    stage_t *stage = *state;
    FAILS (stage, 500, "InternalServerError");
    asked_t asked;
    ask (&asked, stage);
    pass_pause (&asked, 1, 25);
    pass_pause (&asked, 2, 50);
    wait_until_done (&asked);
    assert_int_equal (asked.outcome.status, STATUS_AWS_FAULT);
    assert_string_equal (asked.error.code, "InternalServerError");
    assert_string_equal (asked.error.message, "Said by AWS.");
    assert_int_equal (asked.outcome.attempts, 3);
    assert_int_equal (stage->requests, 3);
    for (int i = 0; i < 3; i++) {
        char wanted [32];
        snprintf (wanted, sizeof wanted, "attempt=%d; max=3", i + 1);
        assert_string_equal (stage->seen [i].attempt, wanted);
        assert_string_equal (stage->seen [i].invocation, stage->seen [0].invocation);
    }
    assert_int_equal (aws_client_counts (stage->client).failures, 1);
}

static void
throttled_to_the_end_says_when_to_ask_again (void **state)
{
    stage_t *stage = *state;
    FAILS (stage, 400, "Throttling");
    asked_t asked;
    ask (&asked, stage);
    pass_pause (&asked, 1, 500);
    pass_pause (&asked, 2, 1000);
    wait_until_done (&asked);
    assert_int_equal (asked.outcome.status, STATUS_THROTTLED);
    assert_int_equal (asked.outcome.retry_ms, 5000);
    assert_true (asked.outcome.quota_per_s == 10);
    assert_int_equal (aws_client_counts (stage->client).throttled, 3);
}

static void
a_request_that_is_wrong_is_not_made_again (void **state)
{
    stage_t *stage = *state;
    FAILS (stage, 400, "ValidationException");
    asked_t asked;
    ask (&asked, stage);
    wait_until_done (&asked);
    assert_int_equal (asked.outcome.status, STATUS_INVALID_ARGUMENT);
    assert_string_equal (asked.error.code, "ValidationException");
    assert_int_equal (asked.outcome.attempts, 1);
}

static void
the_content_type_of_an_error_does_not_matter (void **state)
{
    stage_t *stage = *state;
    STEP (stage, .status = 403, .content_type = "text/html", .body = "{\"__type\":\"AccessDeniedException\",\"Message\":\"Not you.\"}");
    asked_t asked;
    ask (&asked, stage);
    wait_until_done (&asked);
    assert_int_equal (asked.outcome.status, STATUS_REFUSED);
    assert_string_equal (asked.error.code, "AccessDeniedException");
    assert_string_equal (asked.error.message, "Not you.");
}

static void
a_503_with_a_throttling_code_is_throttling (void **state)
{
    stage_t *stage = *state;
    FAILS (stage, 503, "SlowDown");
    STEP (stage, .status = 200);
    asked_t asked;
    ask (&asked, stage);
    pass_pause (&asked, 1, 500);
    wait_until_done (&asked);
    assert_int_equal (asked.outcome.status, STATUS_OK);
    assert_int_equal (aws_client_counts (stage->client).throttled, 1);
}

static void
aws_may_say_how_long_to_wait_within_reason (void **state)
{
    stage_t *stage = *state;
    STEP (stage, .status = 503, .body = "", .fields = { { "x-amz-retry-after", "2000" } });
    STEP (stage, .status = 503, .body = "", .fields = { { "x-amz-retry-after", "60000" } });
    STEP (stage, .status = 200);
    asked_t asked;
    ask (&asked, stage);
    pass_pause (&asked, 1, 2000);
    pass_pause (&asked, 2, 5050);
    wait_until_done (&asked);
    assert_int_equal (asked.outcome.status, STATUS_OK);
}

static void
one_attempt_is_one_attempt (void **state)
{
    stage_t *stage = *state;
    stage->config.attempts_max = 1;
    stage_new_client (stage);
    FAILS (stage, 503, "ServiceUnavailable");
    asked_t asked;
    ask (&asked, stage);
    wait_until_done (&asked);
    assert_int_equal (asked.outcome.status, STATUS_AWS_FAULT);
    assert_int_equal (stage->requests, 1);
}

//  --- Clocks that differ

static void
a_clock_that_is_ten_minutes_off_is_learnt_from_aws (void **state)
{
    stage_t *stage = *state;
    fake_clock_advance (&stage->aws_clock, 10 * 60000);
    FAILS (stage, 403, "RequestTimeTooSkewed");
    STEP (stage, .status = 200);
    asked_t asked;
    ask (&asked, stage);
    pass_pause (&asked, 1, 25);
    wait_until_done (&asked);
    assert_int_equal (asked.outcome.status, STATUS_OK);
    assert_int_equal (asked.outcome.attempts, 2);
    assert_string_equal (stage->seen [0].date, "20261122T230507Z");
    assert_string_equal (stage->seen [1].date, "20261122T231507Z");

    ask (&asked, stage);                //  Known now
    wait_until_done (&asked);
    assert_string_equal (stage->seen [2].date, "20261122T231507Z");
    stage->clock.wall_ms = stage->aws_clock.wall_ms;    //  Somebody sets our clock: what was learnt is wrong now
    stage_go_on (stage);
    FAILS (stage, 403, "InvalidSignatureException");
    STEP (stage, .status = 200);
    ask (&asked, stage);
    UNTIL (stage, aws_client_counts (stage->client).retries == 2);
    fake_clock_advance (&stage->clock, 25);
    wait_until_done (&asked);
    assert_int_equal (asked.outcome.status, STATUS_OK);
    assert_string_equal (stage->seen [3].date, "20261122T232506Z");      //  Date knows whole seconds only
    assert_string_equal (stage->seen [4].date, "20261122T231507Z");
}

static void
a_signature_that_is_refused_while_the_clocks_agree_is_a_failure (void **state)
{
    stage_t *stage = *state;
    fake_clock_advance (&stage->aws_clock, 3 * 60000);  //  AWS accepts that much
    FAILS (stage, 403, "SignatureDoesNotMatch");
    asked_t asked;
    ask (&asked, stage);
    wait_until_done (&asked);
    assert_int_equal (asked.outcome.status, STATUS_REFUSED);
    assert_string_equal (asked.error.code, "SignatureDoesNotMatch");
    assert_int_equal (asked.outcome.attempts, 1);
    ask (&asked, stage);
    wait_until_done (&asked);
    assert_string_equal (stage->seen [1].date, "20261122T230507Z");
}

//  --- The network

//  A port of this machine at which nobody listens; the socket keeps it from being anybody's.
static int
closed_port (int *port)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
    socklen_t size = sizeof address;
    int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal (bind (fd, (struct sockaddr *) &address, size), 0);
    assert_int_equal (getsockname (fd, (struct sockaddr *) &address, &size), 0);
    *port = ntohs (address.sin_port);
    return fd;
}

static void
a_connection_that_is_refused_is_tried_three_times_also_what_must_not_happen_twice (void **state)
{
    stage_t *stage = *state;
    int port, fd = closed_port (&port);
    snprintf (stage->url, sizeof stage->url, "http://127.0.0.1:%d", port);
    stage_new_client (stage);
    asked_t asked;
    ask_for (&asked, stage, &START_QUERY);
    pass_pause (&asked, 1, 25);
    pass_pause (&asked, 2, 50);
    wait_until_done (&asked);
    assert_int_equal (asked.outcome.status, STATUS_UNREACHABLE);
    assert_non_null (strstr (asked.reason, "refused"));
    assert_false (asked.has_error);
    assert_int_equal (asked.outcome.attempts, 3);
    close (fd);
}

static void
an_answer_that_breaks_off_is_not_believed (void **state)
{
    stage_t *stage = *state;
    STEP (stage, .status = -1, .body = "{\"text\":\"whole to look at\"}");
    STEP (stage, .status = 200);
    asked_t asked;
    ask (&asked, stage);
    pass_pause (&asked, 1, 25);
    wait_until_done (&asked);
    assert_int_equal (asked.outcome.status, STATUS_OK);
    assert_string_equal (asked.text, "fine");
}

static void
a_success_that_is_garbage_is_asked_for_again (void **state)
{
    stage_t *stage = *state;
    STEP (stage, .status = 200, .body = "<html>Please log in to this hotel</html>");
    asked_t asked;
    ask (&asked, stage);
    pass_pause (&asked, 1, 25);
    pass_pause (&asked, 2, 50);
    wait_until_done (&asked);
    assert_int_equal (asked.outcome.status, STATUS_AWS_FAULT);
    assert_string_equal (asked.error.code, "HTTP 200");
    assert_int_equal (asked.error.class, AWS_BROKEN);
    assert_int_equal (asked.outcome.attempts, 3);
}

static void
a_redirect_is_neither_followed_nor_asked_for_again (void **state)
{
    stage_t *stage = *state;
    STEP (stage, .status = 301, .body = "", .fields = { { "Location", "/elsewhere" } });
    asked_t asked;
    ask (&asked, stage);
    wait_until_done (&asked);
    assert_int_equal (asked.outcome.status, STATUS_AWS_FAULT);
    assert_string_equal (asked.error.code, "HTTP 301");
    assert_int_equal (stage->requests, 1);
}

static void
an_answer_that_is_too_large_is_not_asked_for_again (void **state)
{
    stage_t *stage = *state;
    stage->config.answer_bytes_max = 8;
    stage_new_client (stage);
    STEP (stage, .status = 200);
    asked_t asked;
    ask (&asked, stage);
    wait_until_done (&asked);
    assert_int_equal (asked.outcome.status, STATUS_TOO_LARGE);
    assert_false (asked.has_error);
    assert_int_equal (stage->requests, 1);
}

//  --- What must not happen twice

static void
assert_not_repeated (stage_t *stage, step_t step, status_t wanted)
{
    int requests = stage->requests;
    stage_go_on (stage);
    stage_step (stage, step);
    asked_t asked;
    ask_for (&asked, stage, &START_QUERY);
    wait_until_done (&asked);
    assert_int_equal (asked.outcome.status, wanted);
    assert_int_equal (asked.outcome.attempts, 1);
    stage_after_ms (stage, 30000);
    assert_int_equal (stage->requests, requests + 1);
}

static void
what_may_have_happened_is_not_repeated (void **state)
{
    stage_t *stage = *state;
    assert_not_repeated (stage, (step_t) { .status = 500 }, STATUS_AWS_FAULT);
    assert_not_repeated (stage, (step_t) { .status = 503, .body = "" }, STATUS_AWS_FAULT);
    assert_not_repeated (stage, (step_t) { .status = 200, .body = "{\"queryId\":" }, STATUS_AWS_FAULT);
    assert_not_repeated (stage, (step_t) { .status = -1, .body = "{\"queryId\":" }, STATUS_UNREACHABLE);
}

static void
a_query_that_hangs_is_not_started_twice (void **state)
{
    stage_t *stage = *state;
    STEP (stage, .status = 0);
    asked_t asked;
    ask_for (&asked, stage, &START_QUERY);
    UNTIL (stage, stage->requests == 1);
    fake_clock_advance (&stage->clock, 25000);
    wait_until_done (&asked);
    assert_int_equal (asked.outcome.status, STATUS_DEADLINE);
    assert_int_equal (stage->requests, 1);
}

static void
what_aws_refused_before_it_did_anything_is_repeated (void **state)
{
    stage_t *stage = *state;
    fake_clock_advance (&stage->aws_clock, 10 * 60000);
    FAILS (stage, 400, "ExpiredTokenException");
    FAILS (stage, 400, "LimitExceededException");
    STEP (stage, .status = 200);
    asked_t asked;
    ask_for (&asked, stage, &START_QUERY);
    UNTIL (stage, aws_client_counts (stage->client).retries == 1);
    stage_after_ms (stage, 1000);
    wait_until_done (&asked);
    assert_int_equal (asked.outcome.status, STATUS_OK);
    assert_int_equal (stage->requests, 3);

    fake_clock_advance (&stage->aws_clock, 10 * 60000);
    stage_go_on (stage);
    FAILS (stage, 403, "RequestExpired");
    STEP (stage, .status = 200);
    ask_for (&asked, stage, &START_QUERY);
    UNTIL (stage, aws_client_counts (stage->client).retries == 2);
    stage_after_ms (stage, 25);
    wait_until_done (&asked);
    assert_int_equal (asked.outcome.status, STATUS_OK);
    assert_int_equal (stage->requests, 5);
}

//  How often an ask was tried whose answers are all the same; time passes as it is needed.
static int
attempts_of (stage_t *stage, const char *region)
{
    asked_t asked;
    assert_int_equal (asked_start (&asked, stage, &LOG_GROUPS, region, BUDGET_MS), STATUS_OK);
    stage->requests = 0;
    for (int i = 0; i < 10 && !asked.done; i++)
        stage_after_ms (stage, 1000);
    wait_until_done (&asked);
    assert_int_equal (asked.outcome.status, STATUS_AWS_FAULT);
    return asked.outcome.attempts;
}

//  The quota of retries is one region's own.
static void
a_region_in_trouble_uses_up_its_own_retries_and_no_others (void **state)
{
    stage_t *stage = *state;
    STEP (stage, .status = 503, .body = "");
    int asks = 0;
    while (attempts_of (stage, "eu-west-1") > 1)
        assert_true (++asks < RETRY_QUOTA);
    assert_int_equal (attempts_of (stage, "eu-west-2"), RETRY_ATTEMPTS_MAX);
    assert_int_equal (attempts_of (stage, "eu-west-1"), 1);
}

int
main (void)
{
    zsys_handler_set (NULL);
    transfers_global_start ();
    const struct CMUnitTest tests [] = {
        STAGE_TEST (a_throttled_request_waits_and_is_made_again),
        STAGE_TEST (three_attempts_are_made_and_then_the_error_is_told),
        STAGE_TEST (throttled_to_the_end_says_when_to_ask_again),
        STAGE_TEST (a_request_that_is_wrong_is_not_made_again),
        STAGE_TEST (the_content_type_of_an_error_does_not_matter),
        STAGE_TEST (a_503_with_a_throttling_code_is_throttling),
        STAGE_TEST (aws_may_say_how_long_to_wait_within_reason),
        STAGE_TEST (one_attempt_is_one_attempt),
        STAGE_TEST (a_clock_that_is_ten_minutes_off_is_learnt_from_aws),
        STAGE_TEST (a_signature_that_is_refused_while_the_clocks_agree_is_a_failure),
        STAGE_TEST (a_connection_that_is_refused_is_tried_three_times_also_what_must_not_happen_twice),
        STAGE_TEST (an_answer_that_breaks_off_is_not_believed),
        STAGE_TEST (a_success_that_is_garbage_is_asked_for_again),
        STAGE_TEST (a_redirect_is_neither_followed_nor_asked_for_again),
        STAGE_TEST (an_answer_that_is_too_large_is_not_asked_for_again),
        STAGE_TEST (what_may_have_happened_is_not_repeated),
        STAGE_TEST (a_query_that_hangs_is_not_started_twice),
        STAGE_TEST (what_aws_refused_before_it_did_anything_is_repeated),
        STAGE_TEST (a_region_in_trouble_uses_up_its_own_retries_and_no_others),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
