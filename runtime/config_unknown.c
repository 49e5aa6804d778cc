#include "config_unknown.h"

#include "config.h"
#include "nearest.h"

static const char PREFIX [] = "CLOUDWATCH_MCP_";

//  Not with the prefix: what all have in common makes everything look alike.
static const char *
s_rest (const char *name)
{
    return name && strncmp (name, PREFIX, sizeof PREFIX - 1) == 0 ? name + sizeof PREFIX - 1 : NULL;
}

//  Not a setting of the server: the subcommands that ask one read it (cli/watch_options.c).
static const char ADMIN [] = "CLOUDWATCH_MCP_ADMIN";

//  Source: Kubernetes, "Services", environment variables.
static bool
s_is_of_kubernetes (slice_t name, const char *value)
{
    static const char *const PARTS [] = {
        "SERVICE_HOST", "SERVICE_PORT", "_TCP_PROTO", "_TCP_PORT", "_TCP_ADDR", "_UDP_PROTO", "_UDP_PORT", "_UDP_ADDR" };
    if (strncmp (value, "tcp://", 6) == 0 || strncmp (value, "udp://", 6) == 0)
        return true;
    for (size_t i = 0; i < sizeof PARTS / sizeof PARTS [0]; i++)
        if (memmem (name.data, name.size, PARTS [i], strlen (PARTS [i])))
            return true;
    return false;
}

bool
config_unknown (const char *entry, slice_t *name_p, const char **nearest_p)
{
    const char *rest = s_rest (entry), *equals = strchr (entry, '=');
    if (!rest || !equals || equals < rest)
        return false;
    slice_t name = { entry, (size_t) (equals - entry) };
    const char *names [CONFIG_SETTINGS + 1];
    names [CONFIG_SETTINGS] = s_rest (ADMIN);
    if (slice_is (name, ADMIN))
        return false;
    for (size_t i = 0; i < CONFIG_SETTINGS; i++) {
        names [i] = s_rest (config_settings [i].environment);
        if (names [i] && slice_is (name, config_settings [i].environment))
            return false;
    }
    if (s_is_of_kubernetes (name, equals + 1))
        return false;
    const char *nearest = nearest_name ((slice_t) { rest, (size_t) (equals - rest) }, names, CONFIG_SETTINGS + 1);
    *name_p = name;
    *nearest_p = nearest ? nearest - (sizeof PREFIX - 1) : NULL;
    return true;
}
