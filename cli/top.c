#include "cli.h"
#include "plain.h"
#include "terminal.h"
#include "top_page.h"
#include "watch.h"
#include "watch_options.h"

#include <stdio.h>

//  `cloudwatch-mcp top`: what a running server is doing, drawn anew with each state that its feed tells; once, where that is no terminal.

enum { TEXT_BYTES_MAX = 4 * 1024 * 1024 };

//  The terminal's other screen, without its cursor, and without lines that go on in the next one; and back. What stood there is written over, so
//  that nothing flickers.
static const char *const ENTER = "\033[?1049h\033[?25l\033[?7l",
                  *const LEAVE = "\033[?7h\033[?25h\033[?1049l", *const HOME = "\033[H", *const TO_END = "\033[K",
                  *const BELOW = "\033[J";

typedef struct {
    const watch_options_t *options;
    watch_t    *watch;
    top_page_t  page;
    bool        live;                   //  On a terminal, until somebody leaves
    bool        entered;
} top_t;

//  As many lines as the terminal has, each to the end of its line.
static void
s_append_screen (buffer_t *out, slice_t page, const terminal_t *terminal)
{
    size_t lines = 0, total = 0;
    for (size_t i = 0; i < page.size; i++)
        total += page.data [i] == '\n';
    size_t most = terminal->height > 1 && total >= terminal->height ? terminal->height - 1 : total;
    buffer_append_text (out, HOME);
    while (page.size && lines++ < most) {
        buffer_append_slice (out, slice_cut (&page, '\n'));
        buffer_printf (out, "%s\n", TO_END);
    }
    if (most < total)
        buffer_printf (out, "%zu more lines: make the window higher, or leave by q and see --once%s", total - most, TO_END);
    buffer_append_text (out, BELOW);
}

static void
s_draw (top_t *self, yyjson_val *state)
{
    terminal_t terminal = terminal_of (stdout);
    buffer_t page, screen;
    buffer_init (&page, TEXT_BYTES_MAX);
    buffer_init (&screen, TEXT_BYTES_MAX);
    top_page_write (&page, &self->page, state, &terminal);
    int code;
    if (self->live) {
        if (!self->entered)
            buffer_append_text (&screen, ENTER);
        self->entered = true;
        s_append_screen (&screen, buffer_slice (&page), &terminal);
        code = terminal_print (&screen);
    } else {
        code = terminal_print (&page);
    }
    if (!self->live || code != EXIT_DONE)
        watch_stop (self->watch, code);
    buffer_deinit (&screen);
    buffer_deinit (&page);
}

static void
s_event (void *arg, slice_t name, yyjson_val *root, slice_t json)
{
    (void) json;
    top_t *self = arg;
    call_line_t line;
    if (slice_is (name, "call") && call_line_read (&line, root))
        top_page_add (&self->page, &line);
    else if (slice_is (name, "state"))
        s_draw (self, root);
}

//  Below what was known last.
static void
s_lost (void *arg, slice_t sentence)
{
    top_t *self = arg;
    top_page_forget (&self->page);
    buffer_t text;
    buffer_init (&text, 8192);
    buffer_append_char (&text, '\n');
    plain_wrap (&text, sentence, 0, 0, terminal_of (stdout).width);
    buffer_append_char (&text, '\n');
    if (terminal_print (&text) != EXIT_DONE)
        watch_stop (self->watch, EXIT_FAILED);
    buffer_deinit (&text);
}

static void
s_key (void *arg, char key)
{
    top_t *self = arg;
    if (key == 'q' || key == 'Q')
        watch_stop (self->watch, EXIT_DONE);
}

//  The calls from before, then the feed.
static void
s_got_calls (void *arg, yyjson_val *root, slice_t json)
{
    (void) json;
    top_t *self = arg;
    size_t at, count;
    yyjson_val *call;
    call_line_t line;
    yyjson_arr_foreach (yyjson_obj_get (root, "calls"), at, count, call)
        if (call_line_read (&line, call))
            top_page_add (&self->page, &line);
    watch_follow (self->watch, "/trace/feed");
}

static void
s_begin (void *arg, watch_t *watch)
{
    top_t *self = arg;
    self->watch = watch;
    char path [64];
    snprintf (path, sizeof path, "/trace/calls?limit=%d", TOP_CALLS);
    watch_get (watch, path, false, s_got_calls);
}

int
cli_top (int argc, char *const *argv)
{
    static top_t self;
    watch_options_t options;
    if (!watch_options_take (&options, true, argc, argv))
        return EXIT_USAGE;
    self = (top_t) { .options = &options, .page = { .admin = options.admin }, .live = !options.once && terminal_of (stdout).screen };
    int code = watch_run (&(watch_config_t) {
        .admin = options.admin, .word = "top", .begin = s_begin, .event = s_event, .lost = s_lost, .key = s_key, .keys = self.live, .arg = &self });
    if (self.entered) {
        fputs (LEAVE, stdout);
        fflush (stdout);
    }
    return code;
}
