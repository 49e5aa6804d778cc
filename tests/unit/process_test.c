#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "process.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WAIT_MS = 20000, LIMIT_MS = 15000, OUTPUT_BYTES_MAX = 8192 };

typedef struct {
    reactor_t *reactor;
    process_t *process;
    int        ended;
    status_t   status;
    int        exit_code;
    char       output [OUTPUT_BYTES_MAX + 1];
} world_t;

static void
ended (void *arg, const process_end_t *end)
{
    world_t *world = arg;
    world->ended++;
    world->process = NULL;
    world->status = end->status;
    world->exit_code = end->exit_code;
    snprintf (world->output, sizeof world->output, "%.*s", (int) end->output.size, end->output.data ? end->output.data : "");
}

static void
start (world_t *world, const char *const *argv, int64_t limit_ms)
{
    world->ended = 0;
    world->process = process_start (world->reactor, (char *const *) (uintptr_t) argv, limit_ms, OUTPUT_BYTES_MAX, ended, world);
    assert_non_null (world->process);
    assert_int_equal (world->ended, 0);
}

static void
run_argv (world_t *world, const char *const *argv, int64_t limit_ms)
{
    int64_t until_ms = clock_mono_ms (clock_system ()) + WAIT_MS;
    start (world, argv, limit_ms);
    while (!world->ended) {
        assert_true (clock_mono_ms (clock_system ()) < until_ms);
        assert_int_equal (reactor_turn (world->reactor, 100), STATUS_OK);
    }
    assert_int_equal (world->ended, 1);
}

static void
run (world_t *world, const char *script, int64_t limit_ms)
{
    run_argv (world, (const char *const []) { "sh", "-c", script, NULL }, limit_ms);
}

static int
begin (void **state)
{
    world_t *world = calloc (1, sizeof *world);
    assert_non_null (world);
    world->reactor = reactor_new (clock_system ());
    *state = world;
    return 0;
}

static int
end (void **state)
{
    world_t *world = *state;
    process_abort (&world->process);
    reactor_destroy (&world->reactor);
    free (world);
    return 0;
}

static void
what_it_prints_and_how_it_ends_is_told (void **state)
{
    run (*state, "printf hello; printf hidden >&2; exit 7", LIMIT_MS);
    world_t *world = *state;
    assert_int_equal (world->status, STATUS_OK);
    assert_int_equal (world->exit_code, 7);
    assert_string_equal (world->output, "hello");
    run (*state, "kill -TERM $$", LIMIT_MS);
    assert_int_equal (world->status, STATUS_OK);
    assert_int_equal (world->exit_code, 128 + SIGTERM);
    assert_string_equal (world->output, "");
}

static void
words_are_given_as_they_are_without_a_shell (void **state)
{
    world_t *world = *state;
    run_argv (world, (const char *const []) { "printf", "%s|%s", "$HOME; echo x", "a  b", NULL }, LIMIT_MS);
    assert_string_equal (world->output, "$HOME; echo x|a  b");
    assert_int_equal (world->exit_code, 0);
}

static void
a_program_that_does_not_exist_is_told_later (void **state)
{
    world_t *world = *state;
    run_argv (world, (const char *const []) { "no-such-program-of-ours", NULL }, LIMIT_MS);
    assert_int_equal (world->status, STATUS_SYSTEM);
}

static void
its_input_is_empty_and_no_signal_is_blocked_or_ignored (void **state)
{
    world_t *world = *state;
    sigset_t set, before;
    sigemptyset (&set);
    sigaddset (&set, SIGTERM);
    sigprocmask (SIG_BLOCK, &set, &before);
    signal (SIGPIPE, SIG_IGN);
    //  Only the first 28: two behind them are the C library's own
    run (world, "cat; sed -n -E 's/^(Sig(Blk|Ign)):\\s*.{9}(.*)/\\1:\\3/p' /proc/self/status | tr -d '\\n'", LIMIT_MS);
    signal (SIGPIPE, SIG_DFL);
    sigprocmask (SIG_SETMASK, &before, NULL);
    assert_string_equal (world->output, "SigBlk:0000000SigIgn:0000000");
}

static void
output_without_end_is_cut_off_by_killing_it (void **state)
{
    world_t *world = *state;
    run (world, "exec yes", LIMIT_MS);
    assert_int_equal (world->status, STATUS_TOO_LARGE);
    run (world, "head -c 8192 /dev/zero | tr '\\0' x", LIMIT_MS);
    assert_int_equal (world->status, STATUS_OK);
    assert_int_equal (strlen (world->output), 8192);
}

//  Is it running? A dead one that nobody has buried yet is not.
static bool
runs (long pid)
{
    char path [64], text [256] = "";
    snprintf (path, sizeof path, "/proc/%ld/stat", pid);
    FILE *file = fopen (path, "r");
    if (!file)
        return false;
    size_t size = fread (text, 1, sizeof text - 1, file);
    fclose (file);
    const char *state = size ? strrchr (text, ')') : NULL;
    return state && state [2] != 'Z' && state [2] != 'X';
}

static void
one_that_hangs_is_killed_with_all_that_it_started (void **state)
{
    world_t *world = *state;
    run (world, "sleep 300 & echo $!; sleep 300", 300);
    assert_int_equal (world->status, STATUS_DEADLINE);
    long grandchild = strtol (world->output, NULL, 10);
    assert_true (grandchild > 1);
    int64_t until_ms = clock_mono_ms (clock_system ()) + WAIT_MS;
    while (runs (grandchild))
        assert_true (clock_mono_ms (clock_system ()) < until_ms);
}

static void
a_program_that_closes_its_output_is_waited_for (void **state)
{
    world_t *world = *state;
    run (world, "printf early; exec >&-; read -t 0 x; exit 3", LIMIT_MS);
    assert_int_equal (world->status, STATUS_OK);
    assert_string_equal (world->output, "early");
    assert_int_not_equal (world->exit_code, 0);
}

static void
an_aborted_one_is_gone_and_nobody_is_told (void **state)
{
    world_t *world = *state;
    start (world, (const char *const []) { "sleep", "300", NULL }, LIMIT_MS);
    process_abort (&world->process);
    assert_null (world->process);
    process_abort (&world->process);
    assert_int_equal (reactor_turn (world->reactor, 0), STATUS_OK);
    assert_int_equal (world->ended, 0);
}

#define WORLD_TEST(name) cmocka_unit_test_setup_teardown (name, begin, end)

int
main (void)
{
    const struct CMUnitTest tests [] = {
        WORLD_TEST (what_it_prints_and_how_it_ends_is_told),
        WORLD_TEST (words_are_given_as_they_are_without_a_shell),
        WORLD_TEST (a_program_that_does_not_exist_is_told_later),
        WORLD_TEST (its_input_is_empty_and_no_signal_is_blocked_or_ignored),
        WORLD_TEST (output_without_end_is_cut_off_by_killing_it),
        WORLD_TEST (one_that_hangs_is_killed_with_all_that_it_started),
        WORLD_TEST (a_program_that_closes_its_output_is_waited_for),
        WORLD_TEST (an_aborted_one_is_gone_and_nobody_is_told),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
