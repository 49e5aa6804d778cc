#include "cli.h"
#include "config_unknown.h"
#include "log.h"
#include "server.h"
#include "settings.h"
#include "stdio_run.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

//  Behind it, by which proxy; never with the user and password of the proxy's URL.
static void
s_append_proxy (const config_t *config, char *text, size_t size)
{
    proxies_t proxies;
    const proxy_t *proxy = settings_proxy (config, &proxies);
    size_t used = strlen (text);
    if (proxy)
        snprintf (text + used, size - used, ", by the proxy %s:%s (%s)", proxy->host, proxy->port, proxy->variable);
}

//  "AWS, region eu-west-1", or the endpoint that is used instead.
static void
s_where (const config_t *config, char *text, size_t size)
{
    const char *region = config_region (config);
    char url [256];
    if (config->endpoint_url)
        snprintf (text, size, "%s (AWS_ENDPOINT_URL), region %s", config_without_password (config->endpoint_url, url, sizeof url),
                  region ? region : "as each call says");
    else if (region)
        snprintf (text, size, "AWS, region %s (%s)", region, settings_region_source (config));
    else
        snprintf (text, size, "AWS; no region is set, so each call must name one (set AWS_REGION)");
    s_append_proxy (config, text, size);
}

//  Each by its name alone: a value may be a secret that was meant for another one.
static void
s_warn_unknown (void)
{
    for (char **entry = environ; *entry; entry++) {
        slice_t name;
        const char *nearest;
        if (!config_unknown (*entry, &name, &nearest))
            continue;
        if (nearest)
            log_warning ("unknown variable", log_slice ("name", name), log_text ("nearest", nearest));
        else
            log_warning ("unknown variable", log_slice ("name", name));
    }
}

int
cli_serve (int argc, char *const *argv)
{
    config_t config;
    int rest;
    int code = cli_configure (&config, argc, argv, &rest);
    if (code != EXIT_DONE)
        return code;
    if (rest < argc) {
        fprintf (stderr, "cloudwatch-mcp: serve takes only flags; \"%s\" is none. cloudwatch-mcp --help lists them.\n", argv [rest]);
        config_deinit (&config);
        return EXIT_USAGE;
    }
    cli_start ();
    cli_fit_connections (&config);
    s_warn_unknown ();
    char where [1024];
    s_where (&config, where, sizeof where);
    code = config.stdio ? stdio_run (&config, where) : server_run (&config, where, config.banner || isatty (STDOUT_FILENO) ? "" : NULL, 0);
    config_deinit (&config);
    return code;
}
