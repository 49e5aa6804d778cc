#include "cli.h"
#include "server.h"
#include "simulator.h"
#include "stdio_run.h"

#include <stdio.h>
#include <stdlib.h>

//  The example key pair of AWS's own documents: the simulator takes it, AWS does not.
static const char KEY_ID [] = "AKIDEXAMPLE";
static const char SECRET [] = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

//  The environment of a server that talks to the simulator, whatever AWS settings were there: a demo must never reach a real account.
static void
s_point_to (const simulator_t *simulator)
{
    static const char *const OTHERS [] = {
        "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_ENDPOINT_URL_CLOUDWATCH", "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS",
        "AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_SSO_OIDC", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
        "AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT", "AWS_CA_BUNDLE", "HTTPS_PROXY", "https_proxy", "http_proxy",
        "ALL_PROXY", "all_proxy", NULL,
    };
    for (int i = 0; OTHERS [i]; i++)
        unsetenv (OTHERS [i]);
    char url [64];
    snprintf (url, sizeof url, "http://127.0.0.1:%d", simulator->port);
    setenv ("AWS_ENDPOINT_URL", url, 1);
    setenv ("AWS_ACCESS_KEY_ID", KEY_ID, 1);
    setenv ("AWS_SECRET_ACCESS_KEY", SECRET, 1);
    setenv ("AWS_REGION", "us-east-1", 0);
    setenv ("AWS_CONFIG_FILE", "/dev/null", 1);
    setenv ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null", 1);
}

//  How somebody asks the same simulator from another terminal: call and doctor take the environment that we gave ourselves. The line has
//  no end: the banner knows our admin port, and adds it.
static void
s_write_shell (char *text, size_t size, const simulator_t *simulator, const config_t *config)
{
    const char *region = config_region (config);
    snprintf (text, size, "Ask it from a shell, with cloudwatch-mcp call and cloudwatch-mcp doctor:\n"
              "  export AWS_ENDPOINT_URL=http://127.0.0.1:%d AWS_REGION=%s AWS_ACCESS_KEY_ID=%s AWS_SECRET_ACCESS_KEY=%s", simulator->port,
              region ? region : "us-east-1", KEY_ID, SECRET);
}

int
cli_demo (int argc, char *const *argv)
{
    simulator_t simulator;
    buffer_t sentence;
    buffer_init (&sentence, 1024);
    status_t status = simulator_start (&simulator, &sentence);
    if (status != STATUS_OK) {
        fprintf (stderr, "cloudwatch-mcp: %.*s\n", (int) sentence.size, sentence.data);
        buffer_deinit (&sentence);
        return status == STATUS_NOT_FOUND ? EXIT_USAGE : EXIT_FAILED;
    }
    buffer_deinit (&sentence);
    s_point_to (&simulator);
    config_t config;
    int rest;
    int code = cli_configure (&config, argc, argv, &rest);
    if (code == EXIT_DONE && rest < argc) {
        fprintf (stderr, "cloudwatch-mcp: demo takes only flags; \"%s\" is none.\n", argv [rest]);
        code = EXIT_USAGE;
        config_deinit (&config);
    } else if (code == EXIT_DONE) {
        cli_start ();
        cli_fit_connections (&config);
        //  A flag or the file may have set them
        config.endpoint_url_monitoring = config.endpoint_url_logs = config.endpoint_url_sts = NULL;
        config.profile = config.default_profile = NULL;
        config.fips = config.dual_stack = 0;
        char how [96];
        snprintf (how, sizeof how, "the simulator on port %d (no AWS account is used)", simulator.port);
        char shell [512];
        s_write_shell (shell, sizeof shell, &simulator, &config);
        code = config.stdio ? stdio_run (&config, how) : server_run (&config, how, shell, simulator.pid);
        config_deinit (&config);
    }
    simulator_stop (&simulator);
    return code;
}
