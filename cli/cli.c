#include "cli.h"

#include "log.h"
#include "profile_accounts.h"
#include "quota.h"
#include "settings.h"
#include "transfer.h"

#include <czmq.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>

//  Neither dumped nor traced by others of our user. The leak checker of a test's build traces us, so there it stays allowed.
static int
s_forbid_dumps (void)
{
#ifdef __SANITIZE_ADDRESS__
    return 0;
#else
    return prctl (PR_SET_DUMPABLE, 0);
#endif
}

void
cli_start (void)
{
    zsys_handler_set (NULL);            //  czmq's would wake every loop of every thread at SIGTERM
    signal (SIGPIPE, SIG_IGN);          //  A peer that went away is an error of its own write, not the end of the process
    transfers_global_start ();
    struct rlimit limit;
    if (getrlimit (RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        if (setrlimit (RLIMIT_NOFILE, &limit) != 0)
            log_debug ("descriptor limit not raised");
    }
    struct rlimit none = { 0, 0 };      //  A core would hold the credentials
    if (setrlimit (RLIMIT_CORE, &none) != 0 || s_forbid_dumps () != 0)
        log_warning ("core dumps could not be switched off");
}

int
cli_signal_fd (void)
{
    sigset_t set;
    sigemptyset (&set);
    sigaddset (&set, SIGTERM);
    sigaddset (&set, SIGINT);
    sigaddset (&set, SIGCHLD);
    pthread_sigmask (SIG_BLOCK, &set, NULL);
    return signalfd (-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

//  Descriptors that are needed beside clients' connections: three actors' connections to AWS, connections that are closing (http.h), the admin
//  port, and the process's own.
enum { DESCRIPTORS_CLOSING = 256, DESCRIPTORS_OWN = 192, CONNECTIONS_MIN = 8, ACTORS = 3 };

void
cli_fit_connections (config_t *config)
{
    struct rlimit limit;
    if (getrlimit (RLIMIT_NOFILE, &limit) != 0)
        return;
    int64_t descriptors = limit.rlim_cur > INT32_MAX ? INT32_MAX : (int64_t) limit.rlim_cur;
    int64_t left = descriptors - ACTORS * config->connections_per_host - DESCRIPTORS_CLOSING - DESCRIPTORS_OWN;
    if (left >= config->connections_max)
        return;
    config->connections_max = left > CONNECTIONS_MIN ? left : CONNECTIONS_MIN;
    log_warning ("fewer connections than configured: the descriptor limit is low", log_int ("descriptors", descriptors),
                 log_int ("connections_max", config->connections_max));
}

//  False for a level that is none.
static bool
s_set_log_level (const config_t *config, buffer_t *sentence)
{
    const char *text = config->log_level ? config->log_level : config->fastmcp_log_level;
    log_level_t level = LOG_LEVEL_INFO;
    if (text && !log_level_parse (text, &level)) {
        buffer_printf (sentence, "\"%s\" is not a log level: %s is error, warning, info or debug.", text,
                       config->log_level ? "--log-level (CLOUDWATCH_MCP_LOG_LEVEL)" : "FASTMCP_LOG_LEVEL");
        return false;
    }
    log_set_level (level);
    return true;
}

//  The profiles as accounts, where that is wanted; and is there the one that is for calls without one?
static status_t
s_complete_accounts (config_t *config, buffer_t *sentence)
{
    status_t status = profile_accounts_complete (config, NULL, NULL, sentence);
    const char *name = config->default_account;
    if (status != STATUS_OK || !name || accounts_find (config->accounts, config->accounts_count, slice_of (name)))
        return status;
    buffer_printf (sentence, "default_account is \"%.64s\", ", name);
    if (config->accounts_count == 0)
        buffer_append_text (sentence, "and no account is configured: the configuration file has none under \"accounts\".");
    else {
        buffer_append_text (sentence, "which is none of the accounts that are configured: ");
        accounts_append_names (sentence, config->accounts, config->accounts_count);
        buffer_append_char (sentence, '.');
    }
    return STATUS_INVALID_ARGUMENT;
}

int
cli_configure (config_t *config, int argc, char *const *argv, int *rest)
{
    buffer_t sentence;
    buffer_init (&sentence, 8192);
    status_t status = config_read (config, argc, argv, NULL, NULL, rest, &sentence);
    if (status == STATUS_OK && !s_set_log_level (config, &sentence))
        status = STATUS_INVALID_ARGUMENT;
    if (status == STATUS_OK)
        status = settings_complete (config, NULL, NULL, &sentence);
    if (status == STATUS_OK)
        status = quota_check (config, &sentence);
    if (status == STATUS_OK)
        status = s_complete_accounts (config, &sentence);
    if (status == STATUS_OK) {
        transfers_global_start ();
        status = settings_find_region (config, NULL, NULL);
    }
    if (status != STATUS_OK) {
        fprintf (stderr, "cloudwatch-mcp: %.*s\n", (int) sentence.size, sentence.data ? sentence.data : "");
        config_deinit (config);
    }
    buffer_deinit (&sentence);
    return status == STATUS_OK ? EXIT_DONE : EXIT_USAGE;
}

contracts_t *
cli_contracts (void)
{
    contracts_t *contracts;
    char reason [CONTRACT_REASON_SIZE] = "";
    if (contracts_new (contract_files, &contracts, reason) != STATUS_OK) {
        fprintf (stderr, "cloudwatch-mcp: this build is broken: %s\n", reason);
        return NULL;
    }
    return contracts;
}
