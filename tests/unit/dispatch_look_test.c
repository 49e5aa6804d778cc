#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "desk.h"

static void
what_waits_and_what_is_out_is_seen (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_ready_worker (desk, 1);
    caller_t callers [3];
    dispatch_service_t look;
    for (int i = 0; i < 3; i++) {
        desk_ask (desk, &callers [i], "brief", 60000);
        desk_pass (desk, 100);
    }
    dispatch_look (desk->dispatch, SERVICE_LOGS, &look);
    assert_true (look.served);
    assert_int_equal (look.queued, 2);
    assert_int_equal (look.oldest_ms, 200);
    assert_int_equal (look.workers, 1);
    assert_int_equal (look.credit, 1);
    assert_int_equal (look.in_flight, 1);
    dispatch_look (desk->dispatch, SERVICE_ALARMS, &look);
    assert_false (look.served);
    assert_int_equal (look.workers, 0);
    for (int i = 0; i < 3; i++)
        worker_answer (worker, callers [i].id, "{}");
    dispatch_look (desk->dispatch, SERVICE_LOGS, &look);
    assert_int_equal (look.queued + (size_t) look.in_flight, 0);
    assert_int_equal (look.oldest_ms, 0);
}

static void
each_worker_is_seen_once_and_with_its_silence (void **state)
{
    desk_t *desk = *state;
    worker_t *worker = desk_ready_worker (desk, 4);
    desk_jump (desk, 300);
    int found = 0;
    for (size_t i = 0; i < DISPATCH_PEERS_MAX + 1; i++) {
        dispatch_worker_t seen;
        if (!dispatch_worker (desk->dispatch, i, &seen))
            continue;
        found++;
        assert_int_equal (seen.service, SERVICE_LOGS);
        assert_int_equal (seen.id, worker->incarnation);
        assert_int_equal (seen.credit, 4);
        assert_int_equal (seen.silent_ms, 300);
        assert_false (seen.draining);
    }
    assert_int_equal (found, 1);
}

int
main (void)
{
    const struct CMUnitTest tests [] = { DESK_TEST (what_waits_and_what_is_out_is_seen), DESK_TEST (each_worker_is_seen_once_and_with_its_silence) };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
