#include "doctor_run.h"

#include "cli.h"
#include "dispatch.h"
#include "pack.h"
#include "pipeline.h"

#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

typedef struct run run_t;

//  One probe under way.
typedef struct {
    run_t          *run;
    doctor_probe_t *probe;
    uint64_t        id;                 //  0: answered
} asked_t;

struct run {
    const config_t    *config;
    const contracts_t *contracts;
    doctor_report_t   *report;
    reactor_t  *reactor;
    dispatch_t *dispatch;
    int         signals;                //  signalfd
    asked_t     asked [DOCTOR_PROBES_MAX];
    size_t      open;                   //  Not answered yet
    int         code;
};

void
doctor_run_collect (const contracts_t *contracts, doctor_report_t *report)
{
    for (size_t i = 0; i < contracts_count (contracts); i++) {
        const contract_t *contract = contracts_at (contracts, i);
        for (size_t a = 0; !contract_internal (contract) && contract_action (contract, a); a++) {
            const doctor_probe_t *place = doctor_report_add (report, contract_action (contract, a), contract_name (contract));
            assert (place);             //  The contracts are ours
        }
    }
}

//  The internal operation that has a probe for this action: one whose contract names it.
static const contract_t *
s_prober (const contracts_t *contracts, const char *action)
{
    for (size_t i = 0; i < contracts_count (contracts); i++) {
        const contract_t *contract = contracts_at (contracts, i);
        bool probes = contract_internal (contract) && slice_starts (slice_of (contract_name (contract)), "probe_");
        for (size_t a = 0; probes && contract_action (contract, a); a++)
            if (strcmp (contract_action (contract, a), action) == 0)
                return contract;
    }
    return NULL;
}

static void
s_done (void *arg, const dispatch_outcome_t *outcome)
{
    asked_t *asked = arg;
    asked->id = 0;
    if (outcome->status != STATUS_OK || json_read (outcome->json, JSON_DEPTH_MAX, &asked->probe->answer, NULL) != STATUS_OK) {
        buffer_append_slice (&asked->probe->trouble, outcome->text);
        if (!asked->probe->trouble.size)
            buffer_printf (&asked->probe->trouble, "It could not be tried: %s.", status_sentence (outcome->status));
    }
    if (--asked->run->open == 0)
        reactor_stop (asked->run->reactor);
}

static void
s_ask (run_t *self, asked_t *asked)
{
    const contract_t *contract = s_prober (self->contracts, asked->probe->action);
    if (!contract) {
        buffer_append_text (&asked->probe->trouble, "There is no probe for it.");
        return;
    }
    buffer_t arguments;
    buffer_init (&arguments, 1024);
    pack_map (&arguments, 1);
    pack_key (&arguments, "action");
    pack_text (&arguments, slice_of (asked->probe->action));
    self->open++;
    int64_t budget_ms = self->config->call_deadline_ms < DOCTOR_DEADLINE_MS ? self->config->call_deadline_ms : DOCTOR_DEADLINE_MS;
    asked->id = dispatch_begin (self->dispatch, &(dispatch_call_t) {
        .contract = contract, .arguments = buffer_slice (&arguments), .account = SLICE (""), .region = SLICE (""), .budget_ms = budget_ms,
        .done = s_done, .arg = asked });
    buffer_deinit (&arguments);
}

static void
s_signalled (void *arg, uint32_t events)
{
    (void) events;
    run_t *self = arg;
    struct signalfd_siginfo info;
    if (read (self->signals, &info, sizeof info) != (ssize_t) sizeof info || info.ssi_signo == SIGCHLD)
        return;
    for (size_t i = 0; i < self->report->count; i++)
        dispatch_cancel (self->dispatch, self->asked [i].id);
    terminal_complain (SLICE ("Cancelled."));
    self->code = 128 + (int) info.ssi_signo;
    reactor_stop (self->reactor);
}

//  The actors could not be kept running.
static void
s_ended (void *arg, status_t status)
{
    run_t *self = arg;
    fprintf (stderr, "cloudwatch-mcp: The actors ended: %s.\n", status_sentence (status));
    self->code = EXIT_FAILED;
    reactor_stop (self->reactor);
}

static status_t
s_ask_all (run_t *self)
{
    pipeline_t *pipeline = NULL;
    pipeline_config_t config = { .config = self->config, .contracts = self->contracts, .reactor = self->reactor, .ended = s_ended, .arg = self };
    status_t status = pipeline_new (&config, &pipeline);
    if (status == STATUS_OK) {
        for (size_t i = 0; i < self->report->count; i++) {
            self->asked [i] = (asked_t) { .run = self, .probe = &self->report->probes [i] };
            s_ask (self, &self->asked [i]);
        }
        if (self->open)
            status = reactor_run (self->reactor);
    }
    pipeline_destroy (&pipeline);
    return status;
}

int
doctor_run (const config_t *config, const contracts_t *contracts, doctor_report_t *report)
{
    run_t self = {
        .config = config, .contracts = contracts, .report = report, .code = EXIT_DONE, .signals = cli_signal_fd (),
        .reactor = reactor_new (clock_system ()),
    };
    reactor_watch_t watch = { .fd = self.signals, .events = EPOLLIN, .ready = s_signalled, .arg = &self };
    dispatch_config_t limits = {
        .endpoint = PIPELINE_GATEWAY, .calls_max = 2 * DOCTOR_PROBES_MAX, .queue_calls_max = DOCTOR_PROBES_MAX,
        .queue_bytes_max = 1024 * 1024, .credit_max = 1024 };
    status_t status = self.reactor && self.signals >= 0 ? reactor_watch (self.reactor, &watch) : STATUS_SYSTEM;
    bool watched = status == STATUS_OK;
    if (watched) {
        self.dispatch = dispatch_new (self.reactor, contracts, random_system (), &limits);
        status = self.dispatch ? s_ask_all (&self) : STATUS_SYSTEM;
    }
    if (status != STATUS_OK) {
        fprintf (stderr, "cloudwatch-mcp: The probes could not be made: %s.\n", status_sentence (status));
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
