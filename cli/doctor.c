#include "call_words.h"
#include "cli.h"
#include "clock.h"
#include "doctor_run.h"
#include "log.h"
#include "settings.h"

#include <stdio.h>
#include <stdlib.h>

enum { REPORT_BYTES_MAX = 1024 * 1024 };

static int
s_print (doctor_report_t *report, bool json)
{
    terminal_t terminal = terminal_of (stdout);
    buffer_t out;
    buffer_init (&out, REPORT_BYTES_MAX);
    if (json)
        doctor_report_write_json (report, &out);
    else
        doctor_report_write (report, &out, &terminal);
    int code = terminal_print (&out);
    buffer_deinit (&out);
    return code != EXIT_DONE || report->wrong ? EXIT_FAILED : EXIT_DONE;
}

static int
s_examine (const config_t *config, const char *region_source, bool json)
{
    contracts_t *contracts = cli_contracts ();
    if (!contracts)
        return EXIT_FAILED;
    doctor_report_t report;
    doctor_report_init (&report);
    const aws_account_t *account = accounts_find (config->accounts, config->accounts_count, slice_of (config->default_account));
    const char *own = config_region (config);
    report.region = account_usual_region (account, own);
    report.region_source = report.region == own ? region_source : "the account that is asked by default";
    report.account = config->default_account;
    int code = EXIT_DONE;
    if (report.region) {
        doctor_run_collect (config, contracts, &report);
        cli_start ();
        code = doctor_run (config, contracts, &report);
    }
    report.now_ms = clock_wall_ms (clock_system ());
    if (code == EXIT_DONE)
        code = s_print (&report, json);
    doctor_report_deinit (&report);
    contracts_destroy (&contracts);
    return code;
}

//  argv is ours to change.
static int
s_configure_and_examine (int argc, char **argv)
{
    bool json = call_words_take_flag (&argc, argv, "--json");
    config_t config;
    int rest;
    int code = cli_configure (&config, argc, argv, &rest);
    if (code != EXIT_DONE)
        return code;
    if (rest < argc) {
        fprintf (stderr, "cloudwatch-mcp: doctor takes no words, only flags: cloudwatch-mcp doctor [--json] [FLAGS].\n");
        code = EXIT_USAGE;
    } else {
        if (!config.log_level && !config.fastmcp_log_level)
            log_set_level (LOG_LEVEL_ERROR);    //  A person wants the report
        code = s_examine (&config, settings_region_source (&config), json);
    }
    config_deinit (&config);
    return code;
}

int
cli_doctor (int argc, char *const *argv)
{
    char **copy = calloc ((size_t) argc + 1, sizeof (char *));
    if (!copy) {
        fprintf (stderr, "cloudwatch-mcp: There is not enough memory.\n");
        return EXIT_FAILED;
    }
    for (int i = 0; i < argc; i++)
        copy [i] = argv [i];
    int code = s_configure_and_examine (argc, copy);
    free (copy);
    return code;
}
