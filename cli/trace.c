#include "call_tree.h"
#include "cli.h"
#include "plain.h"
#include "terminal.h"
#include "tool_page.h"
#include "watch.h"
#include "watch_options.h"

#include <stdio.h>
#include <stdlib.h>

//  `cloudwatch-mcp trace`: the calls of a running server; one of them; or each as it ends.

enum {
    TEXT_BYTES_MAX = 16 * 1024 * 1024, PATH_BYTES_MAX = 1024,
    REMEMBERED = 4096,                  //  Calls told of: a feed may tell of one again within its server's 2,000
};

typedef struct {
    const watch_options_t *options;
    watch_t    *watch;
    terminal_t  terminal;
    bool        headed;                 //  The headings are there
    int64_t     told [REMEMBERED];      //  Numbers, each at its place
} trace_t;

static void
s_complain (trace_t *self, slice_t sentence)
{
    terminal_complain (sentence);
    watch_stop (self->watch, EXIT_FAILED);
}

static const slice_t NOT_RECORDED = SLICE ("This server keeps no traces: it was started with --trace off.");

//  Prints what there is; the loop ends where it cannot be, or where this was all.
static void
s_print (trace_t *self, buffer_t *text, bool all)
{
    int code = terminal_print (text);
    if (all || code != EXIT_DONE)
        watch_stop (self->watch, code);
    buffer_deinit (text);
}

static void
s_append_json (buffer_t *out, slice_t json)
{
    plain_append_json (out, json);
    buffer_append_char (out, '\n');
}

//  --- The last calls, the newest at the end, as a feed would have told them

static void
s_append_calls (trace_t *self, buffer_t *text, yyjson_val *calls)
{
    call_line_append_heading (text, &self->terminal);
    for (size_t i = yyjson_arr_size (calls); i-- > 0;) {
        call_line_t line;
        if (call_line_read (&line, yyjson_arr_get (calls, i)))
            call_line_append (text, &line, &self->terminal);
    }
}

static void
s_got_calls (void *arg, yyjson_val *root, slice_t json)
{
    trace_t *self = arg;
    yyjson_val *calls = yyjson_obj_get (root, "calls");
    if (!self->options->json && !json_bool (root, "recording", true)) {
        s_complain (self, NOT_RECORDED);
        return;
    }
    buffer_t text;
    buffer_init (&text, TEXT_BYTES_MAX);
    if (self->options->json)
        s_append_json (&text, json);
    else if (yyjson_arr_size (calls) > 0)
        s_append_calls (self, &text, calls);
    else
        buffer_append_text (&text, json_int (root, "last", 0) > 0 ? "No call of those that are kept is like that.\n" : "There was no call yet.\n");
    s_print (self, &text, true);
}

//  --- One call

static void
s_got_call (void *arg, yyjson_val *root, slice_t json)
{
    trace_t *self = arg;
    call_tree_t *tree = root ? call_tree_new (root) : NULL;
    if (!tree) {
        s_complain (self, root ? SLICE ("The server's answer is no call.") :
                    SLICE ("There is no such call: the server keeps the last 2,000 since its start, and none with --trace off. cloudwatch-mcp trace "
                           "lists the newest."));
        return;
    }
    buffer_t text;
    buffer_init (&text, TEXT_BYTES_MAX);
    if (self->options->json)
        s_append_json (&text, json);
    else
        call_tree_write (&text, tree, &self->terminal);
    s_print (self, &text, true);
    free (tree);
}

//  --- Each call as it ends

static void
s_event (void *arg, slice_t name, yyjson_val *root, slice_t json)
{
    trace_t *self = arg;
    call_line_t line;
    if (slice_is (name, "state") && !json_bool (root, "recording", true))
        s_complain (self, NOT_RECORDED);
    if (!slice_is (name, "call") || !call_line_read (&line, root) || self->told [line.number % REMEMBERED] == line.number)
        return;
    self->told [line.number % REMEMBERED] = line.number;
    buffer_t text;
    buffer_init (&text, TEXT_BYTES_MAX);
    if (self->options->json) {
        s_append_json (&text, json);
    } else {
        if (!self->headed && self->terminal.width)
            call_line_append_heading (&text, &self->terminal);
        self->headed = true;
        self->terminal = terminal_of (stdout);          //  It may have another width by now
        call_line_append (&text, &line, &self->terminal);
    }
    s_print (self, &text, false);
}

//  A server that comes back counts its calls from 1 again.
static void
s_lost (void *arg, slice_t sentence)
{
    trace_t *self = arg;
    memset (self->told, 0, sizeof self->told);
    terminal_complain (sentence);
}

static void
s_begin (void *arg, watch_t *watch)
{
    trace_t *self = arg;
    const watch_options_t *options = self->options;
    self->watch = watch;
    buffer_t path;
    buffer_init (&path, PATH_BYTES_MAX);
    buffer_append_text (&path, options->follow ? "/trace/feed" : "/trace/calls");
    if (options->id [0])
        buffer_printf (&path, "/%s", options->id);
    else
        watch_options_append_query (&path, options, !options->follow);
    buffer_append_char (&path, '\0');
    if (buffer_status (&path) != STATUS_OK)
        s_complain (self, SLICE ("There is not enough memory."));
    else if (options->follow)
        watch_follow (watch, path.data);
    else
        watch_get (watch, path.data, options->id [0] != '\0', options->id [0] ? s_got_call : s_got_calls);
    buffer_deinit (&path);
}

//  A tool's name that is none would be followed for ever.
static bool
s_is_tool (const char *name)
{
    contracts_t *contracts = cli_contracts ();
    bool found = contracts && tool_page_find (contracts, name);
    contracts_destroy (&contracts);
    return found;
}

int
cli_trace (int argc, char *const *argv)
{
    static trace_t self;
    watch_options_t options;
    if (!watch_options_take (&options, false, argc, argv) || (options.tool [0] && !s_is_tool (options.tool)))
        return EXIT_USAGE;
    self = (trace_t) { .options = &options, .terminal = terminal_of (stdout) };
    return watch_run (&(watch_config_t) {
        .admin = options.admin, .word = "trace", .begin = s_begin, .event = s_event, .lost = s_lost, .arg = &self });
}
