#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "terminal.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

//  A terminal of our own, whose width is what the test says; 0: it does not know.
typedef struct {
    int   master;
    FILE *file;
} screen_t;

static screen_t
screen_of (unsigned short width)
{
    screen_t screen = { .master = posix_openpt (O_RDWR | O_NOCTTY) };
    if (screen.master < 0 || grantpt (screen.master) != 0 || unlockpt (screen.master) != 0) {
        print_message ("there are no pseudo-terminals here (/dev/pts)\n");
        skip ();
    }
    struct winsize size = { .ws_row = 24, .ws_col = width };
    assert_int_equal (ioctl (screen.master, TIOCSWINSZ, &size), 0);
    screen.file = fopen (ptsname (screen.master), "we");
    assert_non_null (screen.file);
    return screen;
}

static void
screen_close (screen_t *screen)
{
    fclose (screen->file);
    close (screen->master);
}

static int
with_a_known_environment (void **state)
{
    (void) state;
    return setenv ("TERM", "xterm", 1) || unsetenv ("NO_COLOR") || unsetenv ("COLUMNS");
}

static void
a_terminal_has_its_width_and_colours (void **state)
{
    (void) state;
    screen_t screen = screen_of (120);
    terminal_t terminal = terminal_of (screen.file);
    assert_int_equal (terminal.width, 120);
    assert_int_equal (terminal.height, 24);
    assert_true (terminal.screen && terminal.colours);
    screen_close (&screen);
}

static void
one_that_does_not_know_its_width_asks_columns (void **state)
{
    (void) state;
    screen_t screen = screen_of (0);
    assert_int_equal (terminal_of (screen.file).width, TERMINAL_WIDTH);
    setenv ("COLUMNS", "99", 1);
    assert_int_equal (terminal_of (screen.file).width, 99);
    setenv ("COLUMNS", "-1", 1);
    assert_int_equal (terminal_of (screen.file).width, TERMINAL_WIDTH_MAX);
    setenv ("COLUMNS", "3", 1);
    assert_int_equal (terminal_of (screen.file).width, TERMINAL_WIDTH_MIN);
    screen_close (&screen);
}

static void
no_color_and_dumb_terminals_are_respected (void **state)
{
    (void) state;
    screen_t screen = screen_of (80);
    setenv ("NO_COLOR", "", 1);
    assert_true (terminal_of (screen.file).colours);
    setenv ("NO_COLOR", "1", 1);
    terminal_t terminal = terminal_of (screen.file);
    assert_true (terminal.screen && !terminal.colours);
    assert_string_equal (terminal_style (&terminal, TERMINAL_RED), "");
    unsetenv ("NO_COLOR");
    setenv ("TERM", "dumb", 1);
    assert_false (terminal_of (screen.file).colours || terminal_of (screen.file).screen);
    unsetenv ("TERM");
    assert_false (terminal_of (screen.file).colours);
    screen_close (&screen);
}

static void
a_pipe_is_as_wide_as_it_likes_and_plain (void **state)
{
    (void) state;
    FILE *file = tmpfile ();
    assert_non_null (file);
    setenv ("COLUMNS", "80", 1);
    terminal_t terminal = terminal_of (file);
    assert_true (terminal.width == 0 && !terminal.screen && !terminal.colours);
    fclose (file);
}

static void
the_locale_says_whether_other_letters_can_be_shown (void **state)
{
    (void) state;
    static const struct {
        const char *all, *ctype, *lang;
        bool utf8;
    } CASES [] = {
        { "C", "de_AT.UTF-8", "de_AT.UTF-8", false }, { "", "de_AT.utf8", "C", true }, { NULL, NULL, "C.UTF-8", true }, { NULL, NULL, NULL, false },
        { NULL, NULL, "de_AT.ISO-8859-1", false },
    };
    FILE *file = fopen ("/dev/null", "we");
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        const char *const values [] = { CASES [i].all, CASES [i].ctype, CASES [i].lang };
        static const char *const NAMES [] = { "LC_ALL", "LC_CTYPE", "LANG" };
        for (int at = 0; at < 3; at++)
            assert_int_equal (values [at] ? setenv (NAMES [at], values [at], 1) : unsetenv (NAMES [at]), 0);
        assert_true (terminal_of (file).utf8 == CASES [i].utf8);
    }
    fclose (file);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (the_locale_says_whether_other_letters_can_be_shown),
        cmocka_unit_test_setup (a_terminal_has_its_width_and_colours, with_a_known_environment),
        cmocka_unit_test_setup (one_that_does_not_know_its_width_asks_columns, with_a_known_environment),
        cmocka_unit_test_setup (no_color_and_dumb_terminals_are_respected, with_a_known_environment),
        cmocka_unit_test_setup (a_pipe_is_as_wide_as_it_likes_and_plain, with_a_known_environment),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
