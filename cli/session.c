#include "session.h"

#include "cli.h"
#include "pipeline.h"
#include "terminal.h"

#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

//  Of the calls' arguments: a few MB each at most.
enum { QUEUE_BYTES_MAX = 16 * 1024 * 1024, CREDIT_MAX = 1024 };

struct session {
    const session_config_t *config;
    reactor_t  *reactor;
    dispatch_t *dispatch;
    int         signals;                //  signalfd
    bool        asked;                  //  To end, by a signal
    bool        stopped;
    int         code;
};

dispatch_t *
session_dispatch (session_t *self)
{
    return self->dispatch;
}

reactor_t *
session_reactor (session_t *self)
{
    return self->reactor;
}

void
session_stop (session_t *self, int code)
{
    self->stopped = true;
    self->code = code;
    reactor_stop (self->reactor);
}

static void
s_signalled (void *arg, uint32_t events)
{
    (void) events;
    session_t *self = arg;
    struct signalfd_siginfo info;
    bool whole = read (self->signals, &info, sizeof info) == (ssize_t) sizeof info;
    if (!whole || info.ssi_signo == SIGCHLD)            //  A child that a shell left us with is no reason to cancel
        return;
    if (self->config->ask_to_end && !self->asked) {
        self->asked = true;
        self->config->ask_to_end (self->config->arg, self);
        return;
    }
    self->config->cancel (self->config->arg, self);
    terminal_complain (SLICE ("Cancelled."));
    session_stop (self, 128 + (int) info.ssi_signo);
}

//  The actors could not be kept running.
static void
s_ended (void *arg, status_t status)
{
    fprintf (stderr, "cloudwatch-mcp: The actors ended: %s.\n", status_sentence (status));
    session_stop (arg, EXIT_FAILED);
}

//  Turns from the calls' beginning until it is stopped. Not OK: it could not even begin.
static status_t
s_turn (session_t *self)
{
    const session_config_t *config = self->config;
    pipeline_t *pipeline = NULL;
    pipeline_config_t pipeline_config = {
        .config = config->config, .contracts = config->contracts, .reactor = self->reactor, .ended = s_ended, .arg = self };
    status_t status = pipeline_new (&pipeline_config, &pipeline);
    if (status == STATUS_OK) {
        config->begin (config->arg, self);
        if (!self->stopped)                             //  A call that is refused at once may have been the last
            status = reactor_run (self->reactor);
        if (config->end)
            config->end (config->arg);
    }
    pipeline_destroy (&pipeline);
    return status;
}

int
session_run (const session_config_t *config)
{
    session_t self = { .config = config, .code = EXIT_FAILED, .signals = cli_signal_fd (), .reactor = reactor_new (clock_system ()) };
    reactor_watch_t watch = { .fd = self.signals, .events = EPOLLIN, .ready = s_signalled, .arg = &self };
    dispatch_config_t limits = {
        .endpoint = PIPELINE_GATEWAY, .calls_max = config->calls_max, .queue_calls_max = config->calls_max, .queue_bytes_max = QUEUE_BYTES_MAX,
        .credit_max = CREDIT_MAX };
    status_t status = self.reactor && self.signals >= 0 ? reactor_watch (self.reactor, &watch) : STATUS_SYSTEM;
    bool watched = status == STATUS_OK;
    if (watched) {
        self.dispatch = dispatch_new (self.reactor, config->contracts, random_system (), &limits);
        status = self.dispatch ? s_turn (&self) : STATUS_SYSTEM;
    }
    if (status != STATUS_OK) {
        fprintf (stderr, "cloudwatch-mcp: %s could not be made: %s.\n", config->what, status_sentence (status));
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
