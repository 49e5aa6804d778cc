#include "call_run.h"

#include "cli.h"
#include "dispatch.h"
#include "pipeline.h"
#include "plain.h"
#include "table.h"

#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

//  An answer of a few MB, with its blanks and escapes.
enum { ANSWER_BYTES_MAX = 64 * 1024 * 1024, SENTENCE_BYTES_MAX = 64 * 1024 };

typedef struct {
    const config_t   *config;
    const contract_t *contract;
    reactor_t  *reactor;
    dispatch_t *dispatch;
    int         signals;                //  signalfd
    uint64_t    id;                     //  0: answered
    bool        json;                   //  As the tool wrote it
    int         code;
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

static void
s_done (void *arg, const dispatch_outcome_t *outcome)
{
    call_run_t *self = arg;
    self->id = 0;
    s_wipe ();
    if (outcome->status == STATUS_OK) {
        self->code = s_print_answer (outcome->json, self->json);
    } else {
        s_complain (self, outcome);
        self->code = outcome->status == STATUS_INVALID_ARGUMENT ? EXIT_USAGE : EXIT_FAILED;
    }
    reactor_stop (self->reactor);
}

static void
s_signalled (void *arg, uint32_t events)
{
    (void) events;
    call_run_t *self = arg;
    struct signalfd_siginfo info;
    bool whole = read (self->signals, &info, sizeof info) == (ssize_t) sizeof info;
    if (!whole || info.ssi_signo == SIGCHLD)            //  A child that a shell left us with is no reason to cancel
        return;
    dispatch_cancel (self->dispatch, self->id);
    self->id = 0;
    s_wipe ();
    terminal_complain (SLICE ("Cancelled."));
    self->code = 128 + (int) info.ssi_signo;
    reactor_stop (self->reactor);
}

//  The actors could not be kept running.
static void
s_ended (void *arg, status_t status)
{
    call_run_t *self = arg;
    fprintf (stderr, "cloudwatch-mcp: The actors ended: %s.\n", status_sentence (status));
    self->code = EXIT_FAILED;
    reactor_stop (self->reactor);
}

//  Begins the call and turns until it is answered or cancelled. Not OK: it could not even be begun.
static status_t
s_ask (call_run_t *self, const contracts_t *contracts, const contract_arguments_t *arguments)
{
    pipeline_t *pipeline = NULL;
    pipeline_config_t config = { .config = self->config, .contracts = contracts, .reactor = self->reactor, .ended = s_ended, .arg = self };
    dispatch_call_t call = {
        .contract = self->contract, .arguments = buffer_slice (&arguments->body), .account = slice_of (arguments->account),
        .region = slice_of (arguments->region), .budget_ms = self->config->call_deadline_ms, .done = s_done, .progress = s_draw, .arg = self,
    };
    status_t status = pipeline_new (&config, &pipeline);
    if (status == STATUS_OK) {
        self->id = dispatch_begin (self->dispatch, &call);
        if (self->id)                                   //  Else done has said why
            status = reactor_run (self->reactor);
    }
    pipeline_destroy (&pipeline);
    return status;
}

int
call_run (const config_t *config, const contracts_t *contracts, const contract_t *contract, const contract_arguments_t *arguments, bool json)
{
    call_run_t self = {
        .config = config, .contract = contract, .json = json, .code = EXIT_FAILED, .signals = cli_signal_fd (),
        .reactor = reactor_new (clock_system ()),
    };
    reactor_watch_t watch = { .fd = self.signals, .events = EPOLLIN, .ready = s_signalled, .arg = &self };
    dispatch_config_t limits = {
        .endpoint = PIPELINE_GATEWAY, .calls_max = 16, .queue_calls_max = 16, .queue_bytes_max = 16 * 1024 * 1024, .credit_max = 1024 };
    status_t status = self.reactor && self.signals >= 0 ? reactor_watch (self.reactor, &watch) : STATUS_SYSTEM;
    bool watched = status == STATUS_OK;
    if (watched) {
        self.dispatch = dispatch_new (self.reactor, contracts, random_system (), &limits);
        status = self.dispatch ? s_ask (&self, contracts, arguments) : STATUS_SYSTEM;
    }
    if (status != STATUS_OK) {
        fprintf (stderr, "cloudwatch-mcp: The call could not be made: %s.\n", status_sentence (status));
        self.code = EXIT_FAILED;
    }
    dispatch_destroy (&self.dispatch);
    if (watched)
        reactor_unwatch (self.reactor, &watch);
    if (self.reactor)
        reactor_destroy (&self.reactor);
    if (self.signals >= 0)
        close (self.signals);
    return self.code;
}
