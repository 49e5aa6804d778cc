#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "outlet.h"
#include "reactor_fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LIMIT = 1000000 };

//  An outlet, and its reader's end.
typedef struct {
    outlet_t outlet;
    int ends [2];               //  The reader's, ours
} line_t;

static void
note_move (void *arg)
{
    (void) arg;
    tell ('m');
}

static void
lay (fixture_t *fixture, line_t *self, bool is_socket)
{
    signal (SIGPIPE, SIG_IGN);
    assert_int_equal (is_socket ? socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, self->ends) : pipe2 (self->ends, O_CLOEXEC), 0);
    assert_int_equal (fcntl (self->ends [0], F_SETFL, O_NONBLOCK), 0);
    outlet_init (&self->outlet, fixture->reactor, self->ends [1], LIMIT, note_move, NULL);
}

static void
take_up (line_t *self)
{
    outlet_deinit (&self->outlet);
    close (self->ends [1]);
    if (self->ends [0] >= 0)
        close (self->ends [0]);
}

static void
close_reader (line_t *self)
{
    close (self->ends [0]);
    self->ends [0] = -1;
}

//  Reads what is there, and checks that it is the next of the bytes 0, 1, 2 …
static size_t
read_next (line_t *self, size_t at)
{
    static unsigned char bytes [65536];
    ssize_t size = read (self->ends [0], bytes, sizeof bytes);
    for (ssize_t i = 0; i < size; i++)
        assert_int_equal (bytes [i], (unsigned char) (at + (size_t) i));
    return size > 0 ? (size_t) size : 0;
}

static void
a_slow_reader_gets_every_byte_and_nobody_waits (void **state)
{
    fixture_t *fixture = *state;
    static char bytes [LIMIT];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes [i] = (char) i;
    for (int is_socket = 0; is_socket < 2; is_socket++) {
        line_t line;
        lay (fixture, &line, is_socket);
        assert_int_equal (outlet_write (&line.outlet, (slice_t) { bytes, 100000 }), STATUS_OK);
        assert_int_equal (outlet_write (&line.outlet, (slice_t) { bytes + 100000, 700000 }), STATUS_OK);
        assert_true (outlet_waiting (&line.outlet) > 0);
        assert_string_equal (turn (fixture), "");               //  It is full: nothing to be called for
        size_t got = 0;
        for (size_t more; (more = read_next (&line, got)) > 0; got += more)
            turn (fixture);
        assert_int_equal (got, 800000);
        assert_int_equal (outlet_waiting (&line.outlet), 0);
        assert_string_equal (turn (fixture), "");
        assert_int_equal (fcntl (line.ends [1], F_GETFL) & O_NONBLOCK, 0);
        take_up (&line);
    }
}

static void
what_is_left_unread_has_a_limit (void **state)
{
    fixture_t *fixture = *state;
    static char bytes [LIMIT];
    line_t line;
    lay (fixture, &line, false);
    assert_int_equal (outlet_write (&line.outlet, (slice_t) { bytes, LIMIT }), STATUS_OK);
    size_t waiting = outlet_waiting (&line.outlet);
    assert_int_equal (outlet_write (&line.outlet, (slice_t) { bytes, LIMIT - waiting + 1 }), STATUS_BUSY);
    assert_int_equal (outlet_waiting (&line.outlet), waiting);
    assert_int_equal (outlet_write (&line.outlet, (slice_t) { bytes, LIMIT - waiting }), STATUS_OK);
    assert_false (outlet_broken (&line.outlet));
    take_up (&line);
}

static void
a_reader_that_left_is_noticed (void **state)
{
    fixture_t *fixture = *state;
    static char bytes [LIMIT];
    for (int is_socket = 0; is_socket < 2; is_socket++) {
        line_t line;
        lay (fixture, &line, is_socket);
        assert_int_equal (outlet_write (&line.outlet, (slice_t) { bytes, LIMIT }), STATUS_OK);
        close_reader (&line);
        assert_string_equal (turn (fixture), "m");
        assert_true (outlet_broken (&line.outlet));
        assert_int_equal (outlet_waiting (&line.outlet), 0);
        assert_int_equal (outlet_write (&line.outlet, SLICE ("x")), STATUS_SYSTEM);
        take_up (&line);

        lay (fixture, &line, is_socket);
        close_reader (&line);
        assert_int_equal (outlet_write (&line.outlet, SLICE ("x")), STATUS_SYSTEM);
        take_up (&line);
    }
}

static void
a_file_takes_everything (void **state)
{
    fixture_t *fixture = *state;
    static char bytes [LIMIT];
    FILE *file = tmpfile ();
    assert_non_null (file);
    outlet_t outlet;
    outlet_init (&outlet, fixture->reactor, fileno (file), LIMIT, note_move, NULL);
    assert_int_equal (outlet_write (&outlet, (slice_t) { bytes, LIMIT }), STATUS_OK);
    assert_int_equal (outlet_waiting (&outlet), 0);
    assert_int_equal (lseek (fileno (file), 0, SEEK_END), LIMIT);
    outlet_deinit (&outlet);
    fclose (file);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test_setup_teardown (a_slow_reader_gets_every_byte_and_nobody_waits, begin, end),
        cmocka_unit_test_setup_teardown (what_is_left_unread_has_a_limit, begin, end),
        cmocka_unit_test_setup_teardown (a_reader_that_left_is_noticed, begin, end),
        cmocka_unit_test_setup_teardown (a_file_takes_everything, begin, end),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
