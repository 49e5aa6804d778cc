#include "call_run.h"

#include "cli.h"
#include "local_tools.h"
#include "plain.h"
#include "session.h"
#include "table.h"

#include <stdio.h>

//  An answer of a few MB, with its blanks and escapes.
enum { ANSWER_BYTES_MAX = 64 * 1024 * 1024, SENTENCE_BYTES_MAX = 64 * 1024 };

typedef struct {
    const config_t   *config;
    const contract_t *contract;
    const contract_arguments_t *arguments;
    session_t *session;
    uint64_t   id;                      //  0: answered
    bool       json;                    //  As the tool wrote it
    int        code;                    //  Of a tool that was answered here
} call_run_t;

//  One line that is written over again and again, and never longer than the terminal is wide.
static void
s_draw (void *arg, const body_progress_t *progress)
{
    (void) arg;
    terminal_t terminal = terminal_of (stderr);
    if (!terminal.screen)
        return;
    buffer_t line;
    buffer_init (&line, SENTENCE_BYTES_MAX);
    buffer_printf (&line, "%.0f ", progress->done);
    if (progress->total > 0)
        buffer_printf (&line, "of %.0f ", progress->total);
    plain_append (&line, progress->text);
    slice_t shown = plain_cut (buffer_slice (&line), terminal.width - 1);
    fprintf (stderr, "\r\033[K%.*s", (int) shown.size, shown.data ? shown.data : "");
    buffer_deinit (&line);
}

//  Empties the terminal's line: of progress, or of the "^C" that it shows.
static void
s_wipe (void)
{
    if (terminal_of (stderr).screen)
        fprintf (stderr, "\r\033[K");
}

static int
s_print_answer (slice_t json, bool as_it_is)
{
    terminal_t terminal = terminal_of (stdout);
    buffer_t text;
    buffer_init (&text, ANSWER_BYTES_MAX);
    if (as_it_is) {
        plain_append_json (&text, json);
        buffer_append_char (&text, '\n');
    } else {
        table_write (&text, json, &terminal);
    }
    int code = terminal_print (&text);
    buffer_deinit (&text);
    return code;
}

//  The worker's sentence, or ours where there is none: it was never asked, or it never answered.
static void
s_complain (const call_run_t *self, const dispatch_outcome_t *outcome)
{
    buffer_t sentence;
    buffer_init (&sentence, SENTENCE_BYTES_MAX);
    const char *tool = contract_name (self->contract);
    if (outcome->text.size)
        buffer_append_slice (&sentence, outcome->text);
    else if (outcome->status == STATUS_DEADLINE)
        buffer_printf (&sentence, "%s did not finish within %.0f s. Ask for less, or allow it more: --call-deadline MS.", tool,
                       (double) self->config->call_deadline_ms / 1000.0);
    else
        buffer_printf (&sentence, "%s failed: %s.", tool, status_sentence (outcome->status));
    terminal_complain (buffer_slice (&sentence));
    buffer_deinit (&sentence);
}

//  Prints the answer, or the complaint; the exit code.
static int
s_show (const call_run_t *self, const dispatch_outcome_t *outcome)
{
    if (outcome->status == STATUS_OK)
        return s_print_answer (outcome->json, self->json);
    s_complain (self, outcome);
    return outcome->status == STATUS_INVALID_ARGUMENT ? EXIT_USAGE : EXIT_FAILED;
}

static void
s_done (void *arg, const dispatch_outcome_t *outcome)
{
    call_run_t *self = arg;
    self->id = 0;
    s_wipe ();
    session_stop (self->session, s_show (self, outcome));
}

//  A tool that needs neither session nor AWS.
static void
s_done_here (void *arg, const dispatch_outcome_t *outcome)
{
    call_run_t *self = arg;
    self->code = s_show (self, outcome);
}

static void
s_begin (void *arg, session_t *session)
{
    call_run_t *self = arg;
    self->session = session;
    self->id = dispatch_begin (session_dispatch (session), &(dispatch_call_t) {
        .contract = self->contract, .arguments = buffer_slice (&self->arguments->body), .account = slice_of (self->arguments->account),
        .region = slice_of (self->arguments->region), .budget_ms = self->config->call_deadline_ms, .done = s_done, .progress = s_draw, .arg = self });
}

static void
s_cancel (void *arg, session_t *session)
{
    call_run_t *self = arg;
    dispatch_cancel (session_dispatch (session), self->id);
    self->id = 0;
    s_wipe ();
}

int
call_run (const config_t *config, const contracts_t *contracts, const contract_t *contract, const contract_arguments_t *arguments, bool json)
{
    call_run_t self = { .config = config, .contract = contract, .arguments = arguments, .json = json };
    if (local_tools_serve (contract, buffer_slice (&arguments->body), clock_system (), s_done_here, &self))
        return self.code;
    return session_run (&(session_config_t) {
        .config = config, .contracts = contracts, .what = "The call", .calls_max = 1, .begin = s_begin, .cancel = s_cancel, .arg = &self });
}
