/*  config - everything that can be set, in one struct, from one table

    A setting comes from its flag, else from its environment variable, else from the configuration file, else from somebody who knows more (the
    AWS profile: config_complete), else from the table's default; and it is known from which. The table is the only list there is: the reader
    of flags, of the environment and of the file, --help, and the lines printed at start are made from it. A flag that does not exist, or a
    value that cannot be, is an error with a sentence: a server that guessed would be worse than one that did not start.

        --port 3334, --port=3334    both forms; a flag that is given twice counts as it was given last; "--" ends the flags
        CLOUDWATCH_MCP_PORT=3334    a variable that is set but empty counts as not set; those of proxies may be in small letters, which go first
        {"port": 3334}              a file is JSON with comments and trailing commas: one object of settings by their names, at most 1 MB; and
                                    of accounts (accounts.h) and of quotas (config_quotas.h), which no flag can set

    The file that --config or CLOUDWATCH_MCP_CONFIG names must be there; cloudwatch-mcp.json in the working directory is read if it is there.

    Owner:   main; read-only once read, and then readable from any thread.
    Never:   depends on the locale. */

#ifndef CONFIG_H
#define CONFIG_H

#include "accounts.h"
#include "arena.h"
#include "buffer.h"

//  Kinds: TEXT (may be NULL), NUMBER (with its bounds), SWITCH (a flag without a value; "1", "true", "yes", "on" in the environment, or their
//  opposites; true and false in a file).
//  Shown: OPEN in the lines printed at start, MASKED where only "set" or "not set" is printed.
//         kind    name                     flag                   environment                         default      min    max         shown
//         meaning
#define CONFIG_TABLE(X)                                                                                                                             \
        X (TEXT,   host,                    "--host",              "CLOUDWATCH_MCP_SERVER_HOST",       "127.0.0.1", 0,     0,          OPEN,        \
           "address to serve MCP on")                                                                                                               \
        X (NUMBER, port,                    "--port",              "CLOUDWATCH_MCP_PORT",              3334,        0,     65535,      OPEN,        \
           "port to serve MCP on; 0 takes a free one")                                                                                              \
        X (TEXT,   admin_host,              "--admin-host",        "CLOUDWATCH_MCP_ADMIN_HOST",        "127.0.0.1", 0,     0,          OPEN,        \
           "address of the admin port")                                                                                                             \
        X (TEXT,   trace,                   "--trace",             "CLOUDWATCH_MCP_TRACE",             NULL,        0,     0,          OPEN,        \
           "on or off: keep where the time of the last 2,000 calls went (default on)")                                                              \
        X (NUMBER, admin_port,              "--admin-port",        "CLOUDWATCH_MCP_ADMIN_PORT",        9334,        0,     65535,      OPEN,        \
           "admin port, of the server's flow, health checks, metrics and traces; 0 takes a free one")                                               \
        X (SWITCH, banner,                  "--banner",            NULL,                               0,           0,     1,          OPEN,        \
           "say at start how to connect a client, also where no terminal is there to show it")                                                      \
        X (SWITCH, stdio,                   "--stdio",             NULL,                               0,           0,     1,          OPEN,        \
           "speak MCP on standard input and output, to the client that started this program")                                                       \
        X (TEXT,   log_level,               "--log-level",         "CLOUDWATCH_MCP_LOG_LEVEL",         NULL,        0,     0,          OPEN,        \
           "error, warning, info or debug (default info)")                                                                                          \
        X (TEXT,   fastmcp_log_level,       NULL,                  "FASTMCP_LOG_LEVEL",                NULL,        0,     0,          OPEN,        \
           "the same, by the Python server's name")                                                                                                 \
        X (TEXT,   allowed_hosts,           "--allowed-hosts",     "CLOUDWATCH_MCP_ALLOWED_HOSTS",     NULL,        0,     0,          OPEN,        \
           "further names, with commas, by which clients may call this server (Host)")                                                              \
        X (TEXT,   allowed_origins,         "--allowed-origins",   "CLOUDWATCH_MCP_ALLOWED_ORIGINS",   NULL,        0,     0,          OPEN,        \
           "further origins, with commas, of browsers that may call it (Origin)")                                                                   \
        X (TEXT,   config,                  "--config",            "CLOUDWATCH_MCP_CONFIG",            NULL,        0,     0,          OPEN,        \
           "configuration file (default cloudwatch-mcp.json, if there is one)")                                                                     \
        X (TEXT,   region,                  "--region",            "AWS_REGION",                       NULL,        0,     0,          OPEN,        \
           "AWS region, unless a call names one")                                                                                                   \
        X (TEXT,   default_region,          NULL,                  "AWS_DEFAULT_REGION",               NULL,        0,     0,          OPEN,        \
           "the same, after AWS_REGION")                                                                                                            \
        X (TEXT,   profile,                 "--profile",           "AWS_PROFILE",                      NULL,        0,     0,          OPEN,        \
           "profile of the AWS configuration files")                                                                                                \
        X (TEXT,   default_profile,         NULL,                  "AWS_DEFAULT_PROFILE",              NULL,        0,     0,          OPEN,        \
           "the same, after AWS_PROFILE")                                                                                                           \
        X (SWITCH, profiles,                "--profiles",          "CLOUDWATCH_MCP_PROFILES",          0,           0,     1,          OPEN,        \
           "every profile of these files is an account that a call may name: for a developer's machine")                                            \
        X (TEXT,   default_account,         "--default-account",   "CLOUDWATCH_MCP_DEFAULT_ACCOUNT",   NULL,        0,     0,          OPEN,        \
           "account of the configuration file, unless a call names one")                                                                            \
        X (TEXT,   endpoint_url,            NULL,                  "AWS_ENDPOINT_URL",                 NULL,        0,     0,          OPEN,        \
           "where to reach AWS instead of its own endpoints")                                                                                       \
        X (TEXT,   endpoint_url_monitoring, NULL,                  "AWS_ENDPOINT_URL_CLOUDWATCH",      NULL,        0,     0,          OPEN,        \
           "the same, for metrics and alarms")                                                                                                      \
        X (TEXT,   endpoint_url_logs,       NULL,                  "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS", NULL,        0,     0,          OPEN,        \
           "the same, for logs")                                                                                                                    \
        X (TEXT,   endpoint_url_sts,        NULL,                  "AWS_ENDPOINT_URL_STS",             NULL,        0,     0,          OPEN,        \
           "the same, for the keys of roles")                                                                                                       \
        X (TEXT,   endpoint_url_sso,        NULL,                  "AWS_ENDPOINT_URL_SSO",             NULL,        0,     0,          OPEN,        \
           "the same, for the keys of those who signed in")                                                                                         \
        X (TEXT,   endpoint_url_sso_oidc,   NULL,                  "AWS_ENDPOINT_URL_SSO_OIDC",        NULL,        0,     0,          OPEN,        \
           "the same, for what renews their tokens")                                                                                                \
        X (TEXT,   sts_regional_endpoints,  NULL,                  "AWS_STS_REGIONAL_ENDPOINTS",       NULL,        0,     0,          OPEN,        \
           "regional, or legacy: sts.amazonaws.com for the regions of old (default regional)")                                                      \
        X (SWITCH, fips,                    NULL,                  "AWS_USE_FIPS_ENDPOINT",            0,           0,     1,          OPEN,        \
           "use FIPS endpoints")                                                                                                                    \
        X (SWITCH, dual_stack,              NULL,                  "AWS_USE_DUALSTACK_ENDPOINT",       0,           0,     1,          OPEN,        \
           "use dual-stack endpoints")                                                                                                              \
        X (SWITCH, insecure_endpoint,       "--insecure-endpoint", NULL,                               0,           0,     1,          OPEN,        \
           "allow http:// endpoints beyond this machine")                                                                                           \
        X (TEXT,   ca_bundle,               NULL,                  "AWS_CA_BUNDLE",                    NULL,        0,     0,          OPEN,        \
           "certificates to trust instead of the system's")                                                                                         \
        X (TEXT,   https_proxy,             NULL,                  "HTTPS_PROXY",                      NULL,        0,     0,          OPEN,        \
           "proxy for https:// requests, as http://HOST:PORT or http://USER:PASSWORD@HOST:PORT")                                                    \
        X (TEXT,   http_proxy,              NULL,                  "http_proxy",                       NULL,        0,     0,          OPEN,        \
           "the same, for http:// (the variable in small letters only)")                                                                            \
        X (TEXT,   all_proxy,               NULL,                  "ALL_PROXY",                        NULL,        0,     0,          OPEN,        \
           "the same, for both, after these")                                                                                                       \
        X (TEXT,   no_proxy,                NULL,                  "NO_PROXY",                         NULL,        0,     0,          OPEN,        \
           "hosts and networks, with commas, that are reached without a proxy")                                                                     \
        X (NUMBER, attempts_max,            NULL,                  "AWS_MAX_ATTEMPTS",                 3,           1,     100,        OPEN,        \
           "attempts per AWS request, the first included")                                                                                          \
        X (TEXT,   retry_mode,              NULL,                  "AWS_RETRY_MODE",                   NULL,        0,     0,          OPEN,        \
           "standard, adaptive or legacy (default standard); the throttle is adaptive in each")                                                     \
        X (NUMBER, quota_share_percent,     "--quota-share",       "CLOUDWATCH_MCP_QUOTA_SHARE",       100,         1,     100,        OPEN,        \
           "percent of the account's AWS quotas that this server may use")                                                                          \
        X (NUMBER, quota_per_s,             "--quota-per-s",       "CLOUDWATCH_MCP_QUOTA_PER_S",       0,           0,     100000,     OPEN,        \
           "requests per second to each AWS API; 0: as AWS publishes, 1,000 to http:// endpoints")                                                  \
        X (NUMBER, drain_grace_ms,          "--drain-grace",       "CLOUDWATCH_MCP_DRAIN_GRACE_MS",    0,           0,     600000,     OPEN,        \
           "ms between failing readiness and refusing connections at SIGTERM")                                                                      \
        X (NUMBER, call_deadline_ms,        "--call-deadline",     "CLOUDWATCH_MCP_CALL_DEADLINE_MS",  55000,       1000,  900000,     OPEN,        \
           "ms that a call may take in all")                                                                                                        \
        X (NUMBER, connections_max,         "--connections-max",   NULL,                               2048,        8,     65536,      OPEN,        \
           "client connections at once")                                                                                                            \
        X (NUMBER, head_bytes_max,          NULL,                  NULL,                               16384,       1024,  1048576,    OPEN,        \
           "bytes of a request's line and headers")                                                                                                 \
        X (NUMBER, head_lines_max,          NULL,                  NULL,                               64,          8,     1024,       OPEN,        \
           "header lines of a request")                                                                                                             \
        X (NUMBER, body_bytes_max,          NULL,                  NULL,                               1048576,     1024,  16777216,   OPEN,        \
           "bytes of a request's body")                                                                                                             \
        X (NUMBER, head_ms,                 NULL,                  NULL,                               10000,       100,   600000,     OPEN,        \
           "ms for a request's headers")                                                                                                            \
        X (NUMBER, body_ms,                 NULL,                  NULL,                               15000,       100,   600000,     OPEN,        \
           "ms for a request's body")                                                                                                               \
        X (NUMBER, idle_ms,                 NULL,                  NULL,                               75000,       1000,  3600000,    OPEN,        \
           "ms that a connection may be idle")                                                                                                      \
        X (NUMBER, write_ms,                NULL,                  NULL,                               30000,       1000,  600000,     OPEN,        \
           "ms that a client may leave an answer unread")                                                                                           \
        X (NUMBER, calls_max,               NULL,                  NULL,                               2048,        8,     4096,       OPEN,        \
           "calls in flight")                                                                                                                       \
        X (NUMBER, queue_calls_max,         NULL,                  NULL,                               1024,        1,     4096,       OPEN,        \
           "calls waiting per service")                                                                                                             \
        X (NUMBER, queue_bytes_max,         NULL,                  NULL,                               8388608,     65536, 1073741824, OPEN,        \
           "bytes of calls waiting per service")                                                                                                    \
        X (NUMBER, credit,                  NULL,                  NULL,                               64,          1,     512,        OPEN,        \
           "calls that an actor works on at once")                                                                                                  \
        X (NUMBER, connect_ms,              NULL,                  NULL,                               2000,        100,   60000,      OPEN,        \
           "ms to connect to AWS")                                                                                                                  \
        X (NUMBER, connections_per_host,    NULL,                  NULL,                               64,          1,     512,        OPEN,        \
           "connections to one AWS endpoint: with fewer than the credit, calls wait for one")                                                       \
        X (NUMBER, answer_bytes_max,        NULL,                  NULL,                               16777216,    65536, 67108864,   OPEN,        \
           "bytes of one AWS answer")                                                                                                               \
        X (TEXT,   sdk_disabled, NULL, "OTEL_SDK_DISABLED", NULL, 0, 0, OPEN,                                                                       \
           "true: no traces are exported")                                                                                                          \
        X (TEXT,   traces_exporter, NULL, "OTEL_TRACES_EXPORTER", NULL, 0, 0, OPEN,                                                                 \
           "otlp, or none (default otlp where an endpoint is set)")                                                                                 \
        X (TEXT,   otlp_endpoint, NULL, "OTEL_EXPORTER_OTLP_ENDPOINT", NULL, 0, 0, MASKED,                                                          \
           "collector for traces, as http(s)://HOST:PORT; /v1/traces is added")                                                                     \
        X (TEXT,   otlp_traces_endpoint, NULL, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", NULL, 0, 0, MASKED,                                            \
           "the same with its whole path, before that one")                                                                                         \
        X (TEXT,   otlp_headers, NULL, "OTEL_EXPORTER_OTLP_HEADERS", NULL, 0, 0, MASKED,                                                            \
           "headers for the collector, as NAME=VALUE with commas between")                                                                          \
        X (TEXT,   otlp_traces_headers, NULL, "OTEL_EXPORTER_OTLP_TRACES_HEADERS", NULL, 0, 0, MASKED,                                              \
           "the same, before those")                                                                                                                \
        X (TEXT,   otlp_timeout, NULL, "OTEL_EXPORTER_OTLP_TIMEOUT", NULL, 0, 0, OPEN,                                                              \
           "ms that one request to the collector may take (default 10000)")                                                                         \
        X (TEXT,   otlp_traces_timeout, NULL, "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", NULL, 0, 0, OPEN,                                                \
           "the same, before that one")                                                                                                             \
        X (TEXT,   otlp_certificate, NULL, "OTEL_EXPORTER_OTLP_CERTIFICATE", NULL, 0, 0, OPEN,                                                      \
           "certificates to trust for the collector instead of the system's")                                                                       \
        X (TEXT,   otlp_traces_certificate, NULL, "OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE", NULL, 0, 0, OPEN,                                        \
           "the same, before that one")                                                                                                             \
        X (TEXT,   otlp_protocol, NULL, "OTEL_EXPORTER_OTLP_PROTOCOL", NULL, 0, 0, OPEN,                                                            \
           "http/json is what is sent")                                                                                                             \
        X (TEXT,   otlp_traces_protocol, NULL, "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", NULL, 0, 0, OPEN,                                              \
           "the same, before that one")                                                                                                             \
        X (TEXT,   otel_service_name, NULL, "OTEL_SERVICE_NAME", NULL, 0, 0, OPEN,                                                                  \
           "service.name of the traces (default cloudwatch-mcp)")                                                                                   \
        X (TEXT,   otel_resource_attributes, NULL, "OTEL_RESOURCE_ATTRIBUTES", NULL, 0, 0, OPEN,                                                    \
           "further attributes of this server, as NAME=VALUE with commas between")                                                                  \
        X (TEXT,   traces_sampler, NULL, "OTEL_TRACES_SAMPLER", NULL, 0, 0, OPEN,                                                                   \
           "which traces are exported (default parentbased_always_on)")                                                                             \
        X (TEXT,   traces_sampler_arg, NULL, "OTEL_TRACES_SAMPLER_ARG", NULL, 0, 0, OPEN,                                                           \
           "of traceidratio: from 0 to 1 (default 1)")                                                                                              \
        X (TEXT,   bsp_schedule_delay, NULL, "OTEL_BSP_SCHEDULE_DELAY", NULL, 0, 0, OPEN,                                                           \
           "ms that spans wait for more of them (default 5000)")                                                                                    \
        X (TEXT,   bsp_max_queue_size, NULL, "OTEL_BSP_MAX_QUEUE_SIZE", NULL, 0, 0, OPEN,                                                           \
           "spans that wait at most (default 2048)")                                                                                                \
        X (TEXT,   bsp_max_export_batch_size, NULL, "OTEL_BSP_MAX_EXPORT_BATCH_SIZE", NULL, 0, 0, OPEN,                                             \
           "spans in one request, at most but for a call that has more (default 512)")                                                              \
        X (TEXT,   bsp_export_timeout, NULL, "OTEL_BSP_EXPORT_TIMEOUT", NULL, 0, 0, OPEN,                                                           \
           "ms after which spans that were not taken are given up (default 30000)")                                                                 \
        X (NUMBER, kept_bytes_max,          "--kept-bytes-max",    "CLOUDWATCH_MCP_KEPT_BYTES_MAX",    8388608,     0,     1073741824, OPEN,        \
           "bytes of AWS answers to slow-moving lists that an actor keeps for a moment; 0: none")

//  CONFIG_AT_port, …: where a setting stands in config_settings.
#define X(kind, name, flag, environment, or_else, min, max, shown, meaning) CONFIG_AT_##name,
enum { CONFIG_TABLE (X) CONFIG_SETTINGS };
#undef X

#define CONFIG_MEMBER_TEXT(name)   const char *name;
#define CONFIG_MEMBER_NUMBER(name) int64_t name;
#define CONFIG_MEMBER_SWITCH(name) int64_t name;

//  How often AWS lets the account ask one API (config_quotas.h).
typedef struct {
    const char *action;         //  "logs:FilterLogEvents"
    double per_s;
} config_quota_t;

typedef struct {
#define X(kind, name, flag, environment, or_else, min, max, shown, meaning) CONFIG_MEMBER_##kind (name)
    CONFIG_TABLE (X)
#undef X
    config_quota_t *quotas;     //  Of single APIs; NULL: none
    size_t quotas_count;
    aws_account_t *accounts;          //  That a call may name; NULL: none
    size_t accounts_count;
    arena_t *texts;             //  Private: owns the texts
    const char *sources [CONFIG_SETTINGS];      //  Private: see config_source
} config_t;

//  The table as something to walk over: a row, and how many there are.
typedef enum { CONFIG_TEXT, CONFIG_NUMBER, CONFIG_SWITCH } config_kind_t;
typedef enum { CONFIG_OPEN, CONFIG_MASKED } config_shown_t;

typedef struct {
    config_kind_t kind;
    const char *name;           //  In the file and in config_t
    const char *flag;           //  NULL: none
    const char *environment;    //  NULL: none
    const char *text;           //  Default of a TEXT; may be NULL
    int64_t number;             //  Default of a NUMBER or a SWITCH
    int64_t min;
    int64_t max;
    config_shown_t shown;
    const char *meaning;
    size_t offset;              //  Of its member in config_t
} config_setting_t;

extern const config_setting_t config_settings [CONFIG_SETTINGS];

//  Where the environment is read: getenv, or a test's own.
typedef const char *(config_lookup_fn) (void *arg, const char *name);

//  Reads flags from argv (argc of them; the program's and the subcommand's names are not among them), the environment and the file. What is not
//  a flag (no leading "--") is left: *rest_p is the index of the first such argument, argc if none. INVALID_ARGUMENT with a sentence
//  in *sentence; NO_MEMORY. Then there is nothing to release, and *rest_p is not set. lookup NULL: getenv. --help and --version are main's.
MUST_CHECK status_t config_read (config_t *self, int argc, char *const *argv, config_lookup_fn *lookup, void *arg, int *rest_p, buffer_t *sentence);

//  Idempotent.
void config_deinit (config_t *self);

//  The value of one setting: of a TEXT (NULL when it is not set), and of a NUMBER or a SWITCH.
const char *config_text (const config_t *self, const config_setting_t *setting);
int64_t     config_number (const config_t *self, const config_setting_t *setting);

//  Who set it: "--port", "CLOUDWATCH_MCP_PORT", the path of the configuration file, or what config_complete was told; NULL: nobody.
const char *config_source (const config_t *self, const config_setting_t *setting);

//  Sets what nobody has set, and leaves what somebody has. source is copied; called is how the words' writer called it, for the sentence.
//  INVALID_ARGUMENT with a sentence in *sentence; NO_MEMORY.
MUST_CHECK status_t config_complete (config_t *self, const config_setting_t *setting, slice_t words, const char *source, const char *called,
                                     buffer_t *sentence);

//  Back to the default, as if nobody had set it.
void config_forget (config_t *self, const config_setting_t *setting);

//  The region that holds when a call names none: region, else default_region, wherever each was set; NULL without both.
const char *config_region (const config_t *self);

//  The profile that was asked for: profile, else default_profile; NULL without both.
const char *config_profile (const config_t *self);

//  For --help: flags and variables with their defaults, and what only a file can set.
void config_print_flags (buffer_t *out);

//  All that have a value, as one JSON log line; user and password of a URL are masked too.
void config_log (const config_t *self);

//  A text as it may be shown to anybody: with "***" for the user and password of a URL ("http://***@host", "***@host:port"). The text itself, or room
//  (size bytes).
const char *config_without_password (const char *text, char *room, size_t size);

#endif
