//  A client whose AWS cannot be reached for a while.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "aws_client_fixture.h"
#include "breaker.h"
#include "log.h"

//  Chance is 0.5 here: a first pause of three quarters of its longest. An attempt that hangs is given up after this.
enum { PAUSE_MS = BREAKER_PAUSE_MS_MIN * 3 / 4, ATTEMPT_MS = 25000 };

static void
ask_region (asked_t *self, stage_t *stage, const char *region)
{
    assert_int_equal (asked_start (self, stage, &LOG_GROUPS, region, BUDGET_MS), STATUS_OK);
}

//  As many requests as it takes hang, and are given up; what AWS does with those that come then is written down next.
static void
let_it_hang (stage_t *stage)
{
    asked_t asked [BREAKER_FAILURES];
    log_set_level (LOG_LEVEL_ERROR);
    STEP (stage, .status = 0);
    for (int i = 0; i < BREAKER_FAILURES; i++)
        ask (&asked [i], stage);
    UNTIL (stage, stage->requests == BREAKER_FAILURES);
    stage_after_ms (stage, ATTEMPT_MS);
    stage_after_ms (stage, 50);                 //  The pause before their second attempts, which are not made
    for (int i = 0; i < BREAKER_FAILURES; i++) {
        assert_int_equal (asked [i].done, 1);
        assert_int_equal (asked [i].outcome.status, STATUS_UNREACHABLE);
        assert_true (asked [i].outcome.barred);
        assert_int_equal (asked [i].outcome.attempts, 1);
    }
    assert_int_equal (stage->requests, BREAKER_FAILURES);
    stage_go_on (stage);
}

static void
a_region_that_hangs_is_not_asked_for_a_while (void **state)
{
    stage_t *stage = *state;
    let_it_hang (stage);
    asked_t asked;
    ask (&asked, stage);
    stage_turns (stage);
    assert_int_equal (asked.done, 1);           //  And no time has passed
    assert_true (asked.outcome.barred);
    assert_int_equal (asked.outcome.attempts, 0);
    assert_int_equal (asked.outcome.dead_ms, 50);
    assert_int_equal (asked.outcome.retry_ms, PAUSE_MS - 50);
    assert_string_equal (asked.reason, "no answer began within 25000 ms");
    assert_int_equal (stage->requests, BREAKER_FAILURES);
}

static void
other_regions_and_services_are_asked_as_ever (void **state)
{
    stage_t *stage = *state;
    let_it_hang (stage);
    STEP (stage, .status = 200);
    static const aws_request_t METRICS = { .service = AWS_MONITORING, .api = "ListMetrics", .body = { "{}", 2 } };
    asked_t elsewhere, metrics, barred;
    ask_region (&elsewhere, stage, "eu-west-2");
    ask_for (&metrics, stage, &METRICS);
    ask (&barred, stage);
    wait_until_done (&elsewhere);
    wait_until_done (&metrics);
    wait_until_done (&barred);
    assert_int_equal (elsewhere.outcome.status, STATUS_OK);
    assert_int_equal (metrics.outcome.status, STATUS_OK);
    assert_true (barred.outcome.barred);
}

static void
it_heals_by_itself_when_one_request_is_answered (void **state)
{
    stage_t *stage = *state;
    let_it_hang (stage);
    FAILS (stage, 400, "InvalidParameterException");    //  An error is an answer
    STEP (stage, .status = 200);
    asked_t asked [3];
    fake_clock_advance (&stage->clock, PAUSE_MS - 50);
    for (int i = 0; i < 2; i++)
        ask (&asked [i], stage);
    wait_until_done (&asked [0]);
    wait_until_done (&asked [1]);
    assert_int_equal (asked [0].outcome.status, STATUS_INVALID_ARGUMENT);
    assert_true (asked [1].outcome.barred);             //  One probes, the others do not wait for it
    assert_int_equal (asked [1].outcome.retry_ms, 0);
    ask (&asked [2], stage);
    wait_until_done (&asked [2]);
    assert_int_equal (asked [2].outcome.status, STATUS_OK);
}

static void
a_probe_that_hangs_too_makes_the_pause_longer (void **state)
{
    stage_t *stage = *state;
    let_it_hang (stage);
    STEP (stage, .status = 0);
    asked_t probe, other;
    fake_clock_advance (&stage->clock, PAUSE_MS - 50);
    ask (&probe, stage);
    UNTIL (stage, stage->requests == BREAKER_FAILURES + 1);
    stage_after_ms (stage, ATTEMPT_MS - 1);
    ask (&other, stage);
    wait_until_done (&other);
    assert_true (other.outcome.barred);
    stage_after_ms (stage, 1);
    stage_after_ms (stage, 50);
    wait_until_done (&probe);
    assert_true (probe.outcome.barred);
    assert_int_equal (probe.outcome.attempts, 1);
    ask (&other, stage);
    wait_until_done (&other);
    assert_int_equal (other.outcome.retry_ms, 2 * PAUSE_MS - 50);
}

static void
a_probe_whose_caller_left_makes_way_for_another (void **state)
{
    stage_t *stage = *state;
    let_it_hang (stage);
    STEP (stage, .status = 0);
    STEP (stage, .status = 200);
    asked_t probe, next;
    fake_clock_advance (&stage->clock, PAUSE_MS - 50);
    ask (&probe, stage);
    UNTIL (stage, stage->requests == BREAKER_FAILURES + 1);
    aws_client_abort (stage->client, &probe.ask);
    ask (&next, stage);
    wait_until_done (&next);
    assert_int_equal (next.outcome.status, STATUS_OK);
}

static void
what_aws_says_never_bars_the_way (void **state)
{
    stage_t *stage = *state;
    FAILS (stage, 503, "ServiceUnavailable");
    asked_t asked;
    stage->config.attempts_max = 1;
    stage_new_client (stage);
    for (int i = 1; i <= 2 * BREAKER_FAILURES; i++) {
        ask (&asked, stage);
        wait_until_done (&asked);
        assert_int_equal (asked.outcome.status, STATUS_AWS_FAULT);
        assert_int_equal (stage->requests, i);
    }
}

//  A port where nobody listens, until somebody does.
static void
refused_connections_bar_the_way_until_somebody_listens (void **state)
{
    stage_t *stage = *state;
    log_set_level (LOG_LEVEL_ERROR);
    stage->config.attempts_max = 1;
    stage_new_client (stage);
    http_server_destroy (&stage->aws);
    asked_t asked;
    for (int i = 0; i <= BREAKER_FAILURES; i++) {
        ask (&asked, stage);
        wait_until_done (&asked);
        assert_int_equal (asked.outcome.status, STATUS_UNREACHABLE);
        assert_int_equal (asked.outcome.barred, i == BREAKER_FAILURES);
        assert_string_equal (asked.reason, "connection refused");
    }
    static const http_limits_t limits = {
        .connections_max = 64, .head_bytes_max = 32768, .head_lines_max = 64, .body_bytes_max = 1 << 20, .stream_bytes_max = 1 << 20,
        .head_ms = 10000, .body_ms = 10000, .idle_ms = 75000, .write_ms = 10000,
    };
    STEP (stage, .status = 200);
    stage->aws = http_server_new (stage->aws_reactor, &limits, &(http_handler_t) { .request = stage_request, .gone = stage_gone, .self = stage });
    assert_int_equal (http_server_listen (stage->aws, "127.0.0.1", stage->port, &stage->port), STATUS_OK);
    ask (&asked, stage);
    wait_until_done (&asked);
    assert_true (asked.outcome.barred);
    fake_clock_advance (&stage->clock, PAUSE_MS);
    ask (&asked, stage);
    wait_until_done (&asked);
    assert_int_equal (asked.outcome.status, STATUS_OK);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        STAGE_TEST (a_region_that_hangs_is_not_asked_for_a_while),
        STAGE_TEST (other_regions_and_services_are_asked_as_ever),
        STAGE_TEST (it_heals_by_itself_when_one_request_is_answered),
        STAGE_TEST (a_probe_that_hangs_too_makes_the_pause_longer),
        STAGE_TEST (a_probe_whose_caller_left_makes_way_for_another),
        STAGE_TEST (what_aws_says_never_bars_the_way),
        STAGE_TEST (refused_connections_bar_the_way_until_somebody_listens),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
