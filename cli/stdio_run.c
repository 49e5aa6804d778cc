#include "stdio_run.h"

#include "batch.h"
#include "cli.h"
#include "log.h"
#include "mcp_stdio.h"
#include "session.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

typedef struct {
    const config_t    *config;
    const contracts_t *contracts;
    const char        *how;
    int                out;             //  Standard output, as we were given it
    mcp_t             *mcp;
    mcp_stdio_t       *stdio;
    session_t         *session;
} run_t;

static void
s_ended (void *arg, status_t status)
{
    run_t *self = arg;
    session_stop (self->session, status == STATUS_OK ? EXIT_DONE : EXIT_FAILED);
}

static void
s_begin (void *arg, session_t *session)
{
    run_t *self = arg;
    self->session = session;
    self->mcp = mcp_new (&(mcp_config_t) {
        .contracts = self->contracts, .config = self->config, .dispatch = session_dispatch (session), .reactor = session_reactor (session),
        .random = random_system (), .call_deadline_ms = self->config->call_deadline_ms, .one_client = true });
    mcp_stdio_config_t config = {
        .mcp = self->mcp, .reactor = session_reactor (session), .in = STDIN_FILENO, .out = self->out, .ended = s_ended, .arg = self };
    self->stdio = self->mcp ? mcp_stdio_new (&config) : NULL;
    if (self->stdio)
        log_info ("serving", log_text ("on", "standard input and output"), log_text ("answers", self->how));
    else
        s_ended (self, STATUS_NO_MEMORY);
}

static void
s_ask_to_end (void *arg, session_t *session)
{
    (void) session;
    run_t *self = arg;
    mcp_stdio_end (self->stdio);
}

static void
s_cancel (void *arg, session_t *session)
{
    (void) session;
    run_t *self = arg;
    mcp_stdio_destroy (&self->stdio);
}

static void
s_end (void *arg)
{
    run_t *self = arg;
    mcp_stdio_destroy (&self->stdio);
    mcp_destroy (&self->mcp);
}

//  Keeps standard output for MCP, and gives everybody else standard error instead. -1 without descriptors.
static int
s_take_output (void)
{
    int out = fcntl (STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    if (out >= 0 && dup2 (STDERR_FILENO, STDOUT_FILENO) < 0) {
        close (out);
        return -1;
    }
    return out;
}

int
stdio_run (const config_t *config, const char *how)
{
    run_t self = { .config = config, .contracts = cli_contracts (), .how = how };
    contracts_t *contracts = (contracts_t *) self.contracts;
    if (!contracts)
        return EXIT_FAILED;
    int code = EXIT_FAILED;
    self.out = s_take_output ();
    //  The log has a thread of its own: a client that does not read it must not hold us up
    if (self.out >= 0 && log_start (log_level (), STDERR_FILENO) == STATUS_OK) {
        config_log (config);
        code = session_run (&(session_config_t) {
            .config = config, .contracts = contracts, .what = "The session", .calls_max = MCP_STDIO_CALLS_MAX + BATCH_MESSAGES_MAX,
            .begin = s_begin, .cancel = s_cancel, .ask_to_end = s_ask_to_end, .end = s_end, .arg = &self });
        log_info ("stopped", log_int ("exit_code", code));
        log_stop ();
    } else {
        fprintf (stderr, "cloudwatch-mcp: Cannot start: there are no descriptors or threads to be had.\n");
    }
    if (self.out >= 0)
        close (self.out);
    contracts_destroy (&contracts);
    return code;
}
