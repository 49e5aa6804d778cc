#include "terminal.h"

#include "cli.h"
#include "plain.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

static size_t
s_width (int fd)
{
    struct winsize size = { 0 };
    unsigned long width = ioctl (fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
    const char *columns = getenv ("COLUMNS");
    if (!width && columns)
        width = strtoul (columns, NULL, 10);
    if (!width)
        return TERMINAL_WIDTH;
    return width < TERMINAL_WIDTH_MIN ? TERMINAL_WIDTH_MIN : width > TERMINAL_WIDTH_MAX ? TERMINAL_WIDTH_MAX : width;
}

//  As setlocale would take it, without changing how this program writes numbers.
static bool
s_is_utf8 (void)
{
    static const char *const VARIABLES [] = { "LC_ALL", "LC_CTYPE", "LANG" };
    const char *locale = NULL;
    for (size_t i = 0; i < sizeof VARIABLES / sizeof VARIABLES [0] && !(locale && *locale); i++)
        locale = getenv (VARIABLES [i]);
    return locale && (strcasestr (locale, "utf-8") || strcasestr (locale, "utf8"));
}

static size_t
s_height (int fd)
{
    struct winsize size = { 0 };
    return ioctl (fd, TIOCGWINSZ, &size) == 0 ? size.ws_row : 0;
}

terminal_t
terminal_of (FILE *file)
{
    int fd = fileno (file);
    if (!isatty (fd))
        return (terminal_t) { .width = 0, .utf8 = s_is_utf8 () };
    const char *kind = getenv ("TERM");
    const char *no_colour = getenv ("NO_COLOR");
    bool screen = kind && strcmp (kind, "dumb") != 0;
    return (terminal_t) { .width = s_width (fd), .height = s_height (fd), .screen = screen, .colours = screen && !(no_colour && *no_colour),
                          .utf8 = s_is_utf8 () };
}

const char *
terminal_style (const terminal_t *self, terminal_style_t style)
{
    static const char *const SWITCHES [] = {
        [TERMINAL_PLAIN] = "\033[0m", [TERMINAL_BOLD] = "\033[1m", [TERMINAL_RED] = "\033[1;31m", [TERMINAL_GREEN] = "\033[32m",
        [TERMINAL_YELLOW] = "\033[33m",
    };
    return self->colours ? SWITCHES [style] : "";
}

terminal_style_t
terminal_style_of_state (slice_t state)
{
    if (slice_is (state, "ALARM"))
        return TERMINAL_RED;
    if (slice_is (state, "OK"))
        return TERMINAL_GREEN;
    return slice_is (state, "INSUFFICIENT_DATA") ? TERMINAL_YELLOW : TERMINAL_PLAIN;
}

int
terminal_print (const buffer_t *text)
{
    if (buffer_status (text) != STATUS_OK) {
        terminal_complain (SLICE ("The answer is too large to be shown. Ask for less, or as it is: --json."));
        return EXIT_FAILED;
    }
    errno = 0;
    bool written = !text->size || (fwrite (text->data, 1, text->size, stdout) == text->size && fflush (stdout) == 0);
    if (written || errno == EPIPE)
        return EXIT_DONE;
    fprintf (stderr, "cloudwatch-mcp: Standard output cannot be written: %s.\n", strerror (errno));
    return EXIT_FAILED;
}

void
terminal_complain (slice_t text)
{
    buffer_t line;
    buffer_init (&line, 64 * 1024);
    buffer_append_text (&line, "cloudwatch-mcp: ");
    plain_wrap (&line, text, line.size, 2, terminal_of (stderr).width);
    buffer_append_char (&line, '\n');
    if (buffer_status (&line) == STATUS_OK)
        fwrite (line.data, 1, line.size, stderr);
    else
        fprintf (stderr, "cloudwatch-mcp: what went wrong could not be said: %s.\n", status_sentence (line.status));
    buffer_deinit (&line);
}
