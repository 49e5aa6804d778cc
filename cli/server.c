#include "server.h"

#include "banner.h"
#include "cli.h"
#include "log.h"
#include "pipeline.h"
#include "settings.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct {
    reactor_t  *reactor;
    pipeline_t *pipeline;
    int         signals;                //  signalfd
    int         received;               //  How many
    pid_t       needed;                 //  A child whose end is ours; 0: none
    status_t    status;
} server_t;

static void
s_ended (void *arg, status_t status)
{
    server_t *self = arg;
    self->status = status;
    reactor_stop (self->reactor);
}

//  Buries dead children: demo's simulator, and as a container's first process whatever others have orphaned. Those of other threads (a
//  profile's credential_process) are waited for there.
static void
s_reap (server_t *self)
{
    pid_t pid;
    while ((pid = waitpid (-1, NULL, WNOHANG | __WNOTHREAD)) > 0)
        if (pid == self->needed) {
            log_error ("the simulator has ended, and so does this demo");
            s_ended (self, STATUS_UNREACHABLE);
        }
}

//  The first signal drains: SIGTERM with the grace that load balancers need, SIGINT without. The second one ends at once.
static void
s_signalled (void *arg, uint32_t events)
{
    (void) events;
    server_t *self = arg;
    struct signalfd_siginfo info;
    if (read (self->signals, &info, sizeof info) != (ssize_t) sizeof info)
        return;
    if (info.ssi_signo == SIGCHLD) {
        s_reap (self);
        return;
    }
    if (self->received++ > 0) {
        log_warning ("second signal: ending at once");
        log_stop ();
        _exit (128 + (int) info.ssi_signo);
    }
    log_info ("signal", log_text ("name", info.ssi_signo == SIGTERM ? "SIGTERM" : "SIGINT"));
    pipeline_drain (self->pipeline, info.ssi_signo == SIGTERM);
}

//  For a person who has just typed the command. demo: the child that we need is its simulator.
static void
s_print_banner (const config_t *config, const gateway_t *gateway, const char *how, const char *exports, bool demo)
{
    bool everywhere = strcmp (config->host, "0.0.0.0") == 0 || strcmp (config->host, "::") == 0;
    const char *host = everywhere ? "127.0.0.1" : config->host;
    char authority [256], program [PATH_MAX];
    snprintf (authority, sizeof authority, strchr (host, ':') ? "[%s]:%d" : "%s:%d", host, gateway_port (gateway));
    ssize_t length = readlink ("/proc/self/exe", program, sizeof program - 1);
    program [length > 0 ? length : 0] = '\0';
    banner_t banner = {
        .authority = authority, .how = how, .program = length > 0 ? program : "cloudwatch-mcp", .demo = demo, .exports = exports,
        .admin_host = config->admin_host, .admin_port = gateway_admin_port (gateway),
    };
    buffer_t text;
    buffer_init (&text, 64 * 1024);
    banner_write (&banner, &text);
    fwrite (text.data, 1, text.size, stdout);
    fflush (stdout);
    buffer_deinit (&text);
}

static void
s_log_addresses (const config_t *config, const gateway_t *gateway, const char *how)
{
    log_info ("listening", log_text ("address", config->host), log_int ("port", gateway_port (gateway)), log_text ("path", "/mcp"),
              log_text ("answers", how));
    log_info ("admin listening", log_text ("address", config->admin_host), log_int ("port", gateway_admin_port (gateway)));
}

//  Where traces go, and the way there. OK without one when nothing is to be exported.
static status_t
s_make_export (const config_t *config, otlp_settings_t *otlp, export_link_t **link, buffer_t *sentence)
{
    status_t status = otlp_settings_read (otlp, config, sentence);
    if (status != STATUS_OK || !otlp->on)
        return status;
    *link = export_link_new ();
    slice_t url = slice_of (otlp->url);                  //  A query may hold a key
    log_info ("exporting traces", log_slice ("to", slice_cut (&url, '?')));
    return *link ? STATUS_OK : STATUS_NO_MEMORY;
}

//  Everything that was made is given back in the order of need: the threads first.
static int
s_run (server_t *self, const config_t *config, const contracts_t *contracts, const char *how, const char *banner)
{
    atomic_ullong pulse = 0;
    atomic_llong expiry_ms = -1;
    gateway_t *gateway = NULL;
    export_link_t *link = NULL;
    otlp_settings_t otlp;
    buffer_t sentence;
    buffer_init (&sentence, 4096);
    self->status = s_make_export (config, &otlp, &link, &sentence);
    gateway_config_t gateway_config = {
        .config = config, .contracts = contracts, .clock = clock_system (), .random = random_system (),
        .endpoint = PIPELINE_GATEWAY, .pulse = &pulse, .otlp = &otlp, .link = link, .expiry_ms = &expiry_ms,
    };
    pipeline_config_t pipeline_config = {
        .config = config, .contracts = contracts, .reactor = self->reactor, .otlp = &otlp, .link = link, .gateway_pulse = &pulse,
        .expiry_ms = &expiry_ms, .ended = s_ended, .arg = self };
    if (self->status == STATUS_OK)
        self->status = gateway_new (&gateway_config, &gateway, &sentence);
    int failed = self->status == STATUS_INVALID_ARGUMENT ? EXIT_USAGE : EXIT_FAILED;        //  An address or a list that cannot be
    if (self->status == STATUS_OK) {
        pipeline_config.gateway = gateway;
        self->status = pipeline_new (&pipeline_config, &self->pipeline);
        if (self->status != STATUS_OK)
            buffer_printf (&sentence, "The threads cannot be started: %s.", status_sentence (self->status));
    }
    if (self->status == STATUS_OK) {
        if (banner)
            s_print_banner (config, gateway, how, banner, self->needed > 0);
        s_log_addresses (config, gateway, how);
        self->status = reactor_run (self->reactor) == STATUS_OK ? self->status : STATUS_SYSTEM;
    } else {
        fprintf (stderr, "cloudwatch-mcp: %.*s\n", (int) sentence.size, sentence.data ? sentence.data : "");
    }
    pipeline_destroy (&self->pipeline);
    gateway_destroy (&gateway);
    export_link_destroy (&link);
    otlp_settings_deinit (&otlp);
    buffer_deinit (&sentence);
    return self->status == STATUS_OK ? EXIT_DONE : failed;
}

int
server_run (const config_t *config, const char *how, const char *banner, pid_t needed)
{
    server_t self = { .signals = cli_signal_fd (), .needed = needed };
    contracts_t *contracts = cli_contracts ();
    self.reactor = reactor_new (clock_system ());
    reactor_watch_t watch = { .fd = self.signals, .events = EPOLLIN, .ready = s_signalled, .arg = &self };
    int code = EXIT_FAILED;
    bool ready = contracts && self.reactor && self.signals >= 0 && log_start (log_level (), STDERR_FILENO) == STATUS_OK;
    if (ready && reactor_watch (self.reactor, &watch) == STATUS_OK) {
        config_log (config);
        settings_log_pace (config);
        code = s_run (&self, config, contracts, how, banner);
        reactor_unwatch (self.reactor, &watch);
        log_info ("stopped", log_int ("exit_code", code));
        log_stop ();
    } else if (contracts) {
        fprintf (stderr, "cloudwatch-mcp: Cannot start: there are no descriptors or threads to be had.\n");
    }
    if (self.reactor)
        reactor_destroy (&self.reactor);
    contracts_destroy (&contracts);
    if (self.signals >= 0)
        close (self.signals);
    return code;
}
