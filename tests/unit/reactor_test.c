#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "reactor_fixture.h"

#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <zmq.h>

static void
tell_letter_and_events (void *arg, uint32_t events)
{
    tell (*(const char *) arg);
    if (events & EPOLLIN)
        tell ('i');
    if (events & EPOLLOUT)
        tell ('o');
    if (events & EPOLLERR)
        tell ('e');
    if (events & EPOLLHUP)
        tell ('h');
}

//  File descriptors

static void
a_watch_tells_what_its_descriptor_is_ready_for (void **state)
{
    fixture_t *self = *state;
    int ends [2];
    assert_int_equal (socketpair (AF_UNIX, SOCK_STREAM, 0, ends), 0);
    reactor_watch_t watch = { .fd = ends [0], .events = EPOLLIN, .ready = tell_letter_and_events, .arg = "w" };
    assert_int_equal (reactor_watch (self->reactor, &watch), STATUS_OK);
    assert_string_equal (turn (self), "");
    assert_int_equal (write (ends [1], "x", 1), 1);
    assert_string_equal (turn (self), "wi");
    assert_string_equal (turn (self), "wi");            //  Level-triggered: nobody read it

    watch.events = EPOLLOUT;
    assert_int_equal (reactor_watch (self->reactor, &watch), STATUS_OK);
    assert_string_equal (turn (self), "wo");
    watch.events = 0;
    assert_int_equal (reactor_watch (self->reactor, &watch), STATUS_OK);
    assert_string_equal (turn (self), "");
    close (ends [1]);
    assert_string_equal (turn (self), "wh");            //  Comes unasked

    reactor_unwatch (self->reactor, &watch);
    reactor_unwatch (self->reactor, &watch);
    assert_string_equal (turn (self), "");
    close (ends [0]);
}

static void
a_descriptor_that_the_kernel_refuses_is_a_status (void **state)
{
    fixture_t *self = *state;
    reactor_watch_t watch = { .fd = -1, .events = EPOLLIN, .ready = tell_letter_and_events, .arg = "w" };
    assert_int_equal (reactor_watch (self->reactor, &watch), STATUS_SYSTEM);
    assert_false (watch.watched);
    FILE *file = tmpfile ();
    watch.fd = fileno (file);
    assert_int_equal (reactor_watch (self->reactor, &watch), STATUS_SYSTEM);
    fclose (file);
}

static void
a_descriptor_closed_before_unwatching_does_no_harm (void **state)
{
    fixture_t *self = *state;
    //  Closed, its number is nobody's (EBADF), another's that could be watched (ENOENT), or one's that could not (EPERM)
    FILE *file = tmpfile ();
    int other = epoll_create1 (0);
    const int reused [] = { -1, other, fileno (file) };
    for (size_t i = 0; i < 3; i++) {
        int ends [2];
        assert_int_equal (socketpair (AF_UNIX, SOCK_STREAM, 0, ends), 0);
        reactor_watch_t watch = { .fd = ends [0], .events = EPOLLOUT, .ready = tell_letter_and_events, .arg = "w" };
        assert_int_equal (reactor_watch (self->reactor, &watch), STATUS_OK);
        close (ends [0]);
        if (reused [i] >= 0)
            assert_int_equal (dup2 (reused [i], ends [0]), ends [0]);
        assert_string_equal (turn (self), "");
        reactor_unwatch (self->reactor, &watch);
        assert_false (watch.watched);
        if (reused [i] >= 0)
            close (ends [0]);
        close (ends [1]);
    }
    close (other);
    fclose (file);
}

static void
a_number_that_became_another_file_is_watched_afresh (void **state)
{
    fixture_t *self = *state;
    int ends [2], others [2];
    assert_int_equal (socketpair (AF_UNIX, SOCK_STREAM, 0, ends), 0);
    assert_int_equal (socketpair (AF_UNIX, SOCK_STREAM, 0, others), 0);
    reactor_watch_t watch = { .fd = ends [0], .events = EPOLLIN, .ready = tell_letter_and_events, .arg = "w" };
    assert_int_equal (reactor_watch (self->reactor, &watch), STATUS_OK);
    assert_int_equal (dup2 (others [0], ends [0]), ends [0]);
    watch.events = EPOLLOUT;
    assert_int_equal (reactor_watch (self->reactor, &watch), STATUS_OK);
    assert_string_equal (turn (self), "wo");
    reactor_unwatch (self->reactor, &watch);
    close (ends [0]);
    close (ends [1]);
    close (others [0]);
    close (others [1]);
}

typedef struct {
    fixture_t *fixture;
    reactor_watch_t a, b;
} rivals_t;

static void
unwatch_both (void *arg, uint32_t events)
{
    (void) events;
    rivals_t *self = arg;
    tell ('u');
    reactor_unwatch (self->fixture->reactor, &self->a);
    reactor_unwatch (self->fixture->reactor, &self->b);
}

static void
whoever_comes_first_can_silence_the_other_within_the_turn (void **state)
{
    fixture_t *self = *state;
    int ends [2];
    assert_int_equal (socketpair (AF_UNIX, SOCK_STREAM, 0, ends), 0);
    rivals_t rivals = { .fixture = self };
    rivals.a = (reactor_watch_t) { .fd = ends [0], .events = EPOLLOUT, .ready = unwatch_both, .arg = &rivals };
    rivals.b = (reactor_watch_t) { .fd = ends [1], .events = EPOLLOUT, .ready = unwatch_both, .arg = &rivals };
    assert_int_equal (reactor_watch (self->reactor, &rivals.a), STATUS_OK);
    assert_int_equal (reactor_watch (self->reactor, &rivals.b), STATUS_OK);
    assert_string_equal (turn (self), "u");
    assert_string_equal (turn (self), "");
    close (ends [0]);
    close (ends [1]);
}

static void
want_nothing_more (void *arg, uint32_t events)
{
    (void) events;
    rivals_t *self = arg;
    tell ('n');
    self->a.events = self->b.events = 0;
    assert_int_equal (reactor_watch (self->fixture->reactor, &self->a), STATUS_OK);
    assert_int_equal (reactor_watch (self->fixture->reactor, &self->b), STATUS_OK);
}

static void
an_event_that_is_no_longer_wanted_is_not_delivered (void **state)
{
    fixture_t *self = *state;
    int ends [2];
    assert_int_equal (socketpair (AF_UNIX, SOCK_STREAM, 0, ends), 0);
    rivals_t rivals = { .fixture = self };
    rivals.a = (reactor_watch_t) { .fd = ends [0], .events = EPOLLOUT, .ready = want_nothing_more, .arg = &rivals };
    rivals.b = (reactor_watch_t) { .fd = ends [1], .events = EPOLLOUT, .ready = want_nothing_more, .arg = &rivals };
    assert_int_equal (reactor_watch (self->reactor, &rivals.a), STATUS_OK);
    assert_int_equal (reactor_watch (self->reactor, &rivals.b), STATUS_OK);
    assert_string_equal (turn (self), "n");
    reactor_unwatch (self->reactor, &rivals.a);
    reactor_unwatch (self->reactor, &rivals.b);
    close (ends [0]);
    close (ends [1]);
}

static void
count_ready (void *arg, uint32_t events)
{
    (void) events;
    ++*(int *) arg;
}

static void
more_ready_descriptors_than_a_batch_are_all_served_soon (void **state)
{
    fixture_t *self = *state;
    enum { PAIRS = 100 };
    int ends [PAIRS] [2], served [PAIRS] [2] = { { 0 } };
    reactor_watch_t watches [PAIRS] [2];
    for (int i = 0; i < PAIRS; i++) {
        assert_int_equal (socketpair (AF_UNIX, SOCK_STREAM, 0, ends [i]), 0);
        for (int j = 0; j < 2; j++) {
            watches [i] [j] = (reactor_watch_t) { .fd = ends [i] [j], .events = EPOLLOUT, .ready = count_ready, .arg = &served [i] [j] };
            assert_int_equal (reactor_watch (self->reactor, &watches [i] [j]), STATUS_OK);
        }
    }
    for (int i = 0; i < 4; i++)
        turn (self);
    for (int i = 0; i < PAIRS; i++)
        for (int j = 0; j < 2; j++) {
            assert_true (served [i] [j] >= 1);
            reactor_unwatch (self->reactor, &watches [i] [j]);
            close (ends [i] [j]);
        }
}

//  ZeroMQ sockets

typedef struct {
    fixture_t *fixture;
    void *context;
    void *ours [2];
    void *theirs [2];
    const char *letter [2];
} talk_t;

static void
talk_begin (talk_t *self, fixture_t *fixture)
{
    *self = (talk_t) { .fixture = fixture, .context = zmq_ctx_new () };
    static const char *const addresses [] = { "inproc://a", "inproc://b" };
    for (int i = 0; i < 2; i++) {
        self->ours [i] = zmq_socket (self->context, ZMQ_PAIR);
        self->theirs [i] = zmq_socket (self->context, ZMQ_PAIR);
        assert_int_equal (zmq_bind (self->ours [i], addresses [i]), 0);
        assert_int_equal (zmq_connect (self->theirs [i], addresses [i]), 0);
    }
}

static void
talk_end (talk_t *self)
{
    for (int i = 0; i < 2; i++) {
        reactor_remove_socket (self->fixture->reactor, self->ours [i]);
        zmq_close (self->ours [i]);
        zmq_close (self->theirs [i]);
    }
    zmq_ctx_term (self->context);
}

static void
receive_one (void *socket)
{
    char c;
    assert_int_equal (zmq_recv (socket, &c, 1, ZMQ_DONTWAIT), 1);
    tell (c);
}

static void
send_one (void *socket, const char *letter)
{
    assert_int_equal (zmq_send (socket, letter, 1, ZMQ_DONTWAIT), 1);
}

static void
a_turn_goes_sockets_descriptors_timers_end (void **state)
{
    fixture_t *self = *state;
    talk_t talk;
    talk_begin (&talk, self);
    int ends [2];
    assert_int_equal (socketpair (AF_UNIX, SOCK_STREAM, 0, ends), 0);
    reactor_timer_t timer = { .due = tell_letter, .arg = "t" };
    reactor_watch_t watch = { .fd = ends [0], .events = EPOLLOUT, .ready = tell_letter_and_events, .arg = "w" };

    reactor_on_turn (self->reactor, tell_letter, "e");
    reactor_set_timer (self->reactor, &timer, 0);
    assert_int_equal (reactor_watch (self->reactor, &watch), STATUS_OK);
    reactor_add_socket (self->reactor, talk.ours [1], receive_one, talk.ours [1]);
    reactor_add_socket (self->reactor, talk.ours [0], receive_one, talk.ours [0]);
    send_one (talk.theirs [0], "2");
    send_one (talk.theirs [1], "1");
    assert_string_equal (turn (self), "12wote");

    reactor_unwatch (self->reactor, &watch);
    reactor_on_turn (self->reactor, NULL, NULL);
    assert_string_equal (turn (self), "");
    close (ends [0]);
    close (ends [1]);
    talk_end (&talk);
}

static void
what_a_socket_leaves_wakes_the_next_turn (void **state)
{
    fixture_t *self = *state;
    talk_t talk;
    talk_begin (&talk, self);
    reactor_add_socket (self->reactor, talk.ours [0], receive_one, talk.ours [0]);
    send_one (talk.theirs [0], "1");
    send_one (talk.theirs [0], "2");
    assert_string_equal (turn (self), "1");
    assert_string_equal (turn (self), "2");
    assert_string_equal (turn (self), "");
    talk_end (&talk);
}

static void
remove_both (void *arg)
{
    talk_t *self = arg;
    tell ('r');
    reactor_remove_socket (self->fixture->reactor, self->ours [0]);
    reactor_remove_socket (self->fixture->reactor, self->ours [1]);
}

static void
a_socket_removed_within_the_turn_is_not_called (void **state)
{
    fixture_t *self = *state;
    talk_t talk;
    talk_begin (&talk, self);
    reactor_add_socket (self->reactor, talk.ours [0], remove_both, &talk);
    reactor_add_socket (self->reactor, talk.ours [1], remove_both, &talk);
    send_one (talk.theirs [0], "1");
    send_one (talk.theirs [1], "2");
    assert_string_equal (turn (self), "r");
    assert_string_equal (turn (self), "");
    talk_end (&talk);
}

static void
a_context_that_ends_is_a_status (void **state)
{
    fixture_t *self = *state;
    talk_t talk;
    talk_begin (&talk, self);
    reactor_add_socket (self->reactor, talk.ours [0], receive_one, talk.ours [0]);
    assert_int_equal (zmq_ctx_shutdown (talk.context), 0);
    assert_int_equal (reactor_turn (self->reactor, 0), STATUS_SYSTEM);
    assert_int_equal (reactor_run (self->reactor), STATUS_SYSTEM);
    talk_end (&talk);
}

//  Running, in real time

static void
stop (void *reactor)
{
    reactor_stop (reactor);
}

static void
count_turn (void *turns)
{
    ++*(int *) turns;
}

static void
an_idle_reactor_turns_and_a_timer_wakes_it_on_time (void **state)
{
    (void) state;
    reactor_t *reactor = reactor_new (clock_system ());
    reactor_timer_t timer = { .due = stop, .arg = reactor };
    int turns = 0;
    reactor_on_turn (reactor, count_turn, &turns);
    int64_t before_ms = reactor_now_ms (reactor);
    reactor_set_timer (reactor, &timer, before_ms + 1100);
    assert_int_equal (reactor_run (reactor), STATUS_OK);
    assert_true (reactor_now_ms (reactor) >= before_ms + 1100);
    //  One turn for the longest sleep and one for the timer, or another where the kernel wakes a moment early
    assert_in_range (turns, 2, 3);
    reactor_destroy (&reactor);
    assert_null (reactor);
}

static void
less_than_a_millisecond_is_slept_as_a_whole_one (void **state)
{
    fixture_t *self = *state;
    reactor_timer_t timer = { .due = tell_letter, .arg = "t" };
    reactor_set_timer (self->reactor, &timer, reactor_now_ms (self->reactor) + 1);
    self->clock.mono_us += 500;
    int64_t before_us = clock_mono_us (clock_system ());
    assert_int_equal (reactor_turn (self->reactor, 10000), STATUS_OK);
    int64_t slept_us = clock_mono_us (clock_system ()) - before_us;
    assert_true (slept_us >= 1000 && slept_us < 5000000);
    reactor_cancel_timer (self->reactor, &timer);
}

static void
a_stop_asked_for_before_running_counts (void **state)
{
    fixture_t *self = *state;
    int turns = 0;
    reactor_on_turn (self->reactor, count_turn, &turns);
    reactor_stop (self->reactor);
    assert_int_equal (reactor_run (self->reactor), STATUS_OK);
    assert_int_equal (turns, 0);
}

static volatile sig_atomic_t s_signals;

static void
count_signal (int number)
{
    (void) number;
    s_signals++;
}

static void
signals_end_a_sleep_but_not_the_run (void **state)
{
    (void) state;
    struct sigaction before, action = { .sa_handler = count_signal };
    sigaction (SIGALRM, &action, &before);
    struct itimerval every_ms = { .it_interval = { 0, 1000 }, .it_value = { 0, 1000 } }, never = { { 0, 0 }, { 0, 0 } };
    s_signals = 0;
    setitimer (ITIMER_REAL, &every_ms, NULL);

    reactor_t *reactor = reactor_new (clock_system ());
    reactor_timer_t timer = { .due = stop, .arg = reactor };
    reactor_set_timer (reactor, &timer, reactor_now_ms (reactor) + 100);
    int turns = 0;
    reactor_on_turn (reactor, count_turn, &turns);
    status_t status = reactor_run (reactor);
    setitimer (ITIMER_REAL, &never, NULL);
    sigaction (SIGALRM, &before, NULL);

    assert_int_equal (status, STATUS_OK);
    assert_true (s_signals >= 2);
    assert_true (turns >= 3);
    reactor_destroy (&reactor);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (a_watch_tells_what_its_descriptor_is_ready_for, begin, end),
        cmocka_unit_test_setup_teardown (a_descriptor_that_the_kernel_refuses_is_a_status, begin, end),
        cmocka_unit_test_setup_teardown (a_descriptor_closed_before_unwatching_does_no_harm, begin, end),
        cmocka_unit_test_setup_teardown (a_number_that_became_another_file_is_watched_afresh, begin, end),
        cmocka_unit_test_setup_teardown (whoever_comes_first_can_silence_the_other_within_the_turn, begin, end),
        cmocka_unit_test_setup_teardown (an_event_that_is_no_longer_wanted_is_not_delivered, begin, end),
        cmocka_unit_test_setup_teardown (more_ready_descriptors_than_a_batch_are_all_served_soon, begin, end),
        cmocka_unit_test_setup_teardown (a_turn_goes_sockets_descriptors_timers_end, begin, end),
        cmocka_unit_test_setup_teardown (what_a_socket_leaves_wakes_the_next_turn, begin, end),
        cmocka_unit_test_setup_teardown (a_socket_removed_within_the_turn_is_not_called, begin, end),
        cmocka_unit_test_setup_teardown (a_context_that_ends_is_a_status, begin, end),
        cmocka_unit_test (an_idle_reactor_turns_and_a_timer_wakes_it_on_time),
        cmocka_unit_test_setup_teardown (less_than_a_millisecond_is_slept_as_a_whole_one, begin, end),
        cmocka_unit_test_setup_teardown (a_stop_asked_for_before_running_counts, begin, end),
        cmocka_unit_test (signals_end_a_sleep_but_not_the_run),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
