#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "desk.h"
#include "expect.h"
#include "feed_state.h"

//  The state as text; the next call of this function takes it back.
static const char *
written (const feed_sources_t *sources)
{
    static buffer_t json;
    buffer_deinit (&json);
    buffer_init (&json, 64 * 1024);
    feed_state_write (sources, 3, &json);
    buffer_append_char (&json, 0);
    return json.data;
}

static void
it_says_who_is_there_and_what_waits (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_ready_worker (desk, 1);
    caller_t callers [2];
    feed_sources_t sources = { .dispatch = desk->dispatch, .clock = &desk->clock.source };
    desk_ask (desk, &callers [0], "brief", 60000);
    desk_ask (desk, &callers [1], "brief", 60000);
    desk_jump (desk, 250);
    const char *json = written (&sources);
    expect_part (json, "\"recording\":false,\"window_s\":10,\"clients\":{\"connections\":0,\"exchanges\":0,\"followers\":3},");
    expect_part (json, "\"gateway\":{\"calls\":2,\"in_flight\":2,\"queued\":1,\"per_s\":0.00,\"errors_per_s\":0.00,\"results\":0,\"faults\":0,");
    expect_part (json, "\"services\":[{\"name\":\"logs\",\"queued\":1,\"oldest_ms\":250,\"in_flight\":1,\"credit\":1,\"workers\":1,\"per_s\":0.00,");
    expect_part (json, "\"workers\":[{\"service\":\"logs\",\"id\":\"");
    expect_part (json, "\"credit\":1,\"in_flight\":1,\"draining\":false,\"silent_ms\":250}]");
    expect_part (json, "\"aws\":[]}");
    worker_answer (worker, callers [0].id, "{}");
    worker_answer (worker, callers [1].id, "{}");
    expect_part (written (&sources), "\"results\":2");
}

static void
rates_are_those_of_the_tracer (void **state)
{
    desk_t *desk = *state;
    desk_ready_worker (desk, 1);
    tracer_t *tracer = tracer_new (&desk->clock.source);
    feed_sources_t sources = { .dispatch = desk->dispatch, .tracer = tracer, .clock = &desk->clock.source };
    trace_context_t context;
    trace_context_begin (&context, SLICE_ABSENT, &desk->random);
    tracer_moments_t moments = { .contract = contracts_find (desk->contracts, SLICE ("brief")), .context = &context, .written_us = 500 };
    for (int i = 0; i < 100; i++)
        tracer_tell (tracer, &moments, &(dispatch_outcome_t) { .status = i % 2 ? STATUS_BUSY : STATUS_OK, .queue_us = 7 });
    const char *json = written (&sources);
    expect_part (json, "\"recording\":true");
    expect_no_part (json, "\"per_s\":0.00");
    expect_part (json, "\"mean_us\":500,\"queue_us\":7}");
    tracer_destroy (&tracer);
}

int
main (void)
{
    const struct CMUnitTest tests [] = { DESK_TEST (it_says_who_is_there_and_what_waits), DESK_TEST (rates_are_those_of_the_tracer) };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
