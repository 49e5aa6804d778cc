#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "resolver_thread.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

//  The two ends; the far one is only there to be duplicated.
typedef struct {
    int near, far;
} pair_t;

//  Answers as its name says.
static void
look_up (void *self, const char *name, resolver_answer_t *answer)
{
    (void) self;
    answer->status = STATUS_OK;
    if (strcmp (name, "refuses.example") == 0) {
        answer->status = STATUS_UNREACHABLE;
        answer->count = 1;
    } else if (strcmp (name, "empty.example") != 0) {
        answer->count = 1;
        memcpy (answer->addresses [0], "192.0.2.1", sizeof "192.0.2.1");
    }
}

static pair_t
started (int threads, bool by_system)
{
    int ends [2];
    assert_int_equal (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
    const resolver_config_t config = { .look_up = by_system ? NULL : look_up };
    for (int i = 0; i < threads; i++)
        assert_int_equal (resolver_thread_start (ends [1], &config), STATUS_OK);
    return (pair_t) { ends [0], ends [1] };
}

static void
ask (pair_t pair, uint32_t slot, const char *name)
{
    resolver_question_t question = { .slot = slot };
    memcpy (question.name, name, strlen (name));
    assert_int_equal (send (pair.near, &question, sizeof question, MSG_NOSIGNAL), sizeof question);
}

static resolver_report_t
report (pair_t pair)
{
    resolver_report_t report;
    struct pollfd ready = { .fd = pair.near, .events = POLLIN };
    assert_int_equal (poll (&ready, 1, 10000), 1);
    assert_int_equal (recv (pair.near, &report, sizeof report, 0), sizeof report);
    return report;
}

static void
let_go (pair_t pair)
{
    close (pair.near);
    close (pair.far);
}

static void
each_question_is_answered_once_under_its_slot (void **state)
{
    (void) state;
    pair_t pair = started (2, false);
    enum { QUESTIONS = 20 };
    bool seen [QUESTIONS] = { false };
    for (uint32_t i = 0; i < QUESTIONS; i++)
        ask (pair, i, "a.example");
    for (int i = 0; i < QUESTIONS; i++) {
        resolver_report_t answer = report (pair);
        assert_true (answer.slot < QUESTIONS && !seen [answer.slot]);
        seen [answer.slot] = true;
        assert_int_equal (answer.status, STATUS_OK);
        assert_string_equal (answer.addresses [0], "192.0.2.1");
        assert_true (answer.took_us >= 0);
    }
    let_go (pair);
}

static void
no_address_is_the_same_as_no_name (void **state)
{
    (void) state;
    pair_t pair = started (1, false);
    ask (pair, 1, "empty.example");
    resolver_report_t answer = report (pair);
    assert_int_equal (answer.status, STATUS_NOT_FOUND);
    assert_string_equal (resolver_reason (answer.reason), "the name has no address");
    let_go (pair);
}

static void
a_failure_carries_no_address (void **state)
{
    (void) state;
    pair_t pair = started (1, false);
    ask (pair, 1, "refuses.example");
    resolver_report_t answer = report (pair);
    assert_int_equal (answer.status, STATUS_UNREACHABLE);
    assert_int_equal (answer.count, 0);
    assert_string_equal (resolver_reason (answer.reason), "no name server answered");
    let_go (pair);
}

static void
the_system_is_asked_when_nothing_is_injected (void **state)
{
    (void) state;
    pair_t pair = started (1, true);
    ask (pair, 1, "127.1");                 //  An old way to write an address, which getaddrinfo knows without a name server
    resolver_report_t answer = report (pair);
    assert_int_equal (answer.status, STATUS_OK);
    assert_int_equal (answer.count, 1);
    assert_string_equal (answer.addresses [0], "127.0.0.1");
    let_go (pair);
}

static void
a_thread_ends_when_the_resolver_has_gone (void **state)
{
    (void) state;
    pair_t pair = started (2, false);
    ask (pair, 1, "a.example");
    report (pair);
    //  What closes last is the threads' own end: ours then reads as closed
    int watched = dup (pair.near);
    close (pair.near);
    close (pair.far);
    assert_int_equal (shutdown (watched, SHUT_WR), 0);
    struct pollfd ready = { .fd = watched, .events = POLLIN };
    assert_int_equal (poll (&ready, 1, 10000), 1);
    resolver_report_t answer;
    assert_int_equal (recv (watched, &answer, sizeof answer, 0), 0);
    close (watched);
}

static void
a_number_that_is_none_has_a_phrase_too (void **state)
{
    (void) state;
    assert_string_equal (resolver_reason (UINT32_MAX), resolver_reason (0));
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (each_question_is_answered_once_under_its_slot),
        cmocka_unit_test (no_address_is_the_same_as_no_name),
        cmocka_unit_test (a_failure_carries_no_address),
        cmocka_unit_test (the_system_is_asked_when_nothing_is_injected),
        cmocka_unit_test (a_thread_ends_when_the_resolver_has_gone),
        cmocka_unit_test (a_number_that_is_none_has_a_phrase_too),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
