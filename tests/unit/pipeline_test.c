#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

//  The threads are private: a test that makes one come back early has to reach them.
#include "../../cli/pipeline.c"

#include "dispatch.h"

static const char *
no_environment (void *arg, const char *name)
{
    (void) arg;
    (void) name;
    return NULL;
}

typedef struct {
    config_t     config;
    contracts_t *contracts;
    reactor_t   *reactor;
    dispatch_t  *dispatch;
    pipeline_t  *pipeline;
    bool         ended;
    status_t     status;
} fixture_t;

static void
remember_the_end (void *arg, status_t status)
{
    fixture_t *fixture = arg;
    fixture->ended = true;
    fixture->status = status;
}

static void
start (fixture_t *self)
{
    *self = (fixture_t) { 0 };
    buffer_t sentence;
    buffer_init (&sentence, 1024);
    char reason [CONTRACT_REASON_SIZE];
    int rest;
    assert_int_equal (config_read (&self->config, 0, NULL, no_environment, NULL, &rest, &sentence), STATUS_OK);
    assert_int_equal (contracts_new (contract_files, &self->contracts, reason), STATUS_OK);
    self->reactor = reactor_new (clock_system ());
    dispatch_config_t dispatch = { .endpoint = PIPELINE_GATEWAY, .calls_max = 16, .queue_calls_max = 16, .queue_bytes_max = 65536, .credit_max = 64 };
    self->dispatch = dispatch_new (self->reactor, self->contracts, random_system (), &dispatch);
    assert_non_null (self->dispatch);
    pipeline_config_t pipeline = {
        .config = &self->config, .contracts = self->contracts, .reactor = self->reactor, .ended = remember_the_end, .arg = self };
    assert_int_equal (pipeline_new (&pipeline, &self->pipeline), STATUS_OK);
    buffer_deinit (&sentence);
}

static void
stop (fixture_t *self)
{
    pipeline_destroy (&self->pipeline);
    dispatch_destroy (&self->dispatch);
    reactor_destroy (&self->reactor);
    contracts_destroy (&self->contracts);
    config_deinit (&self->config);
}

static bool
all_serve (const fixture_t *fixture)
{
    return dispatch_serves (fixture->dispatch, SERVICE_LOGS) && dispatch_serves (fixture->dispatch, SERVICE_METRICS)
        && dispatch_serves (fixture->dispatch, SERVICE_ALARMS);
}

//  Turns until the condition holds; a condition that never holds fails the test, half a minute later.
#define WAIT_FOR(fixture, condition)                                                    \
    do {                                                                                \
        int64_t until_ms = clock_mono_ms (clock_system ()) + 30000;                     \
        while (!(condition)) {                                                          \
            assert_int_equal (reactor_turn ((fixture)->reactor, 50), STATUS_OK);        \
            assert_true (clock_mono_ms (clock_system ()) < until_ms);                   \
        }                                                                               \
    } while (0)

static void
every_service_says_ready (void **state)
{
    (void) state;
    fixture_t fixture;
    start (&fixture);
    WAIT_FOR (&fixture, all_serve (&fixture));
    assert_false (fixture.ended);
    stop (&fixture);
    assert_null (fixture.pipeline);
}

static void
an_actor_that_comes_back_early_is_started_anew (void **state)
{
    (void) state;
    fixture_t fixture;
    start (&fixture);
    WAIT_FOR (&fixture, all_serve (&fixture));
    thread_t *logs = &fixture.pipeline->threads [THREAD_LOGS];
    for (int i = 1; i <= PIPELINE_RESTARTS; i++) {
        pipe_drain (logs->zactor, false);       //  It has no calls: its loop ends at once, and nobody had asked the pipeline for that
        WAIT_FOR (&fixture, logs->restarts == i);
        WAIT_FOR (&fixture, all_serve (&fixture));
    }
    assert_false (fixture.ended);
    stop (&fixture);
}

static void
an_actor_that_keeps_coming_back_ends_the_process (void **state)
{
    (void) state;
    fixture_t fixture;
    start (&fixture);
    thread_t *alarms = &fixture.pipeline->threads [THREAD_ALARMS];
    for (int i = 1; i <= PIPELINE_RESTARTS + 1; i++) {
        pipe_drain (alarms->zactor, false);
        WAIT_FOR (&fixture, alarms->restarts == i);
    }
    assert_true (fixture.ended);
    assert_int_equal (fixture.status, STATUS_INTERNAL);
    stop (&fixture);
}

static void
the_credentials_actor_too_is_started_anew (void **state)
{
    (void) state;
    fixture_t fixture;
    start (&fixture);
    thread_t *credentials = &fixture.pipeline->threads [THREAD_CREDENTIALS];
    pipe_drain (credentials->zactor, false);
    WAIT_FOR (&fixture, credentials->restarts == 1);
    assert_non_null (credentials->zactor);
    assert_false (fixture.ended);
    stop (&fixture);
}

static void
a_watched_loop_that_turns_is_left_alone (void **state)
{
    (void) state;
    fixture_t fixture;
    start (&fixture);
    WAIT_FOR (&fixture, all_serve (&fixture));
    WAIT_FOR (&fixture, fixture.pipeline->threads [THREAD_LOGS].pulse_seen > 0);
    for (int i = 0; i < THREADS; i++)
        assert_true (fixture.pipeline->threads [i].looks_without_pulse <= 1);
    stop (&fixture);
}

int
main (void)
{
    zsys_handler_set (NULL);
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (every_service_says_ready),
        cmocka_unit_test (an_actor_that_comes_back_early_is_started_anew),
        cmocka_unit_test (an_actor_that_keeps_coming_back_ends_the_process),
        cmocka_unit_test (the_credentials_actor_too_is_started_anew),
        cmocka_unit_test (a_watched_loop_that_turns_is_left_alone),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
