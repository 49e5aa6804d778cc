#include "endpoint.h"

#include <arpa/inet.h>
#include <assert.h>
#include <netinet/in.h>
#include <stdio.h>

static const struct {
    const char *title;
    const char *iam;
    const char *prefix;         //  Of the host; and the name to sign with
    const char *variable;       //  Of its own endpoint
} s_services [AWS_SERVICES] = {
    [AWS_MONITORING] = { "CloudWatch", "cloudwatch", "monitoring", "AWS_ENDPOINT_URL_CLOUDWATCH" },
    [AWS_LOGS] = { "CloudWatch Logs", "logs", "logs", "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS" },
    [AWS_STS] = { "STS", "sts", "sts", "AWS_ENDPOINT_URL_STS" },
    [AWS_SSO] = { "IAM Identity Center", "sso", "portal.sso", "AWS_ENDPOINT_URL_SSO" },
    [AWS_SSO_OIDC] = { "IAM Identity Center", "sso", "oidc", "AWS_ENDPOINT_URL_SSO_OIDC" },
};

//  Every partition has FIPS and dual-stack hosts. A region that no prefix claims is one of the first partition, which is also where new ones appear.
typedef struct {
    const char *region_prefix;
    const char *suffix;
    const char *dual_stack_suffix;
} partition_t;

static const partition_t s_partitions [] = {
    { "", "amazonaws.com", "api.aws" },
    { "cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn" },
    { "us-gov-", "amazonaws.com", "api.aws" },
    { "eusc-de-", "amazonaws.eu", "api.amazonwebservices.eu" },
    { "us-iso-", "c2s.ic.gov", "api.aws.ic.gov" },
    { "us-isob-", "sc2s.sgov.gov", "api.aws.scloud" },
    { "eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk" },
    { "us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov" },
};

//  What can be wrong with a configured URL, and the same for each variable that may hold one.
typedef enum {
    FINE,
    NOT_A_URL,
    HAS_CREDENTIALS,
    HAS_QUERY,
    BAD_HOST,
    BAD_PORT,
    BAD_PATH,
    PLAIN_HTTP,
    WITH_FIPS,
    WITH_DUAL_STACK,
    PROBLEMS
} problem_t;

#define PROBLEMS_OF(variable)                                                                                                                 \
    {                                                                                                                                         \
        [NOT_A_URL] = variable " is no URL: write https://HOST or https://HOST:PORT, as in https://logs.eu-central-1.amazonaws.com.",         \
        [HAS_CREDENTIALS] = variable " holds a user name or a password ('@'): take it out, requests are signed with the AWS credentials.",    \
        [HAS_QUERY] = variable " holds a query or a fragment ('?' or '#'): an endpoint is scheme, host, port and at most a path.",            \
        [BAD_HOST] = variable ": its host is neither a name nor an address (four numbers, or IPv6 in brackets).",                             \
        [BAD_PORT] = variable ": its port is not a number from 1 to 65535.",                                                                  \
        [BAD_PATH] = variable ": its path is longer than 126 characters, has an empty, \".\" or \"..\" part, or characters but A-Z a-z 0-9 -._~.", \
        [PLAIN_HTTP] = variable " is plain http to another machine: use https, or allow it with --insecure-endpoint.",                        \
        [WITH_FIPS] = variable " and FIPS endpoints exclude each other: unset one (AWS_USE_FIPS_ENDPOINT).",                                  \
        [WITH_DUAL_STACK] = variable " and dual-stack endpoints exclude each other: unset one (AWS_USE_DUALSTACK_ENDPOINT).",                 \
    }

static const char *const s_problems_of [AWS_SERVICES] [PROBLEMS] = {
    [AWS_MONITORING] = PROBLEMS_OF ("AWS_ENDPOINT_URL_CLOUDWATCH"),
    [AWS_LOGS] = PROBLEMS_OF ("AWS_ENDPOINT_URL_CLOUDWATCH_LOGS"),
    [AWS_STS] = PROBLEMS_OF ("AWS_ENDPOINT_URL_STS"),
    [AWS_SSO] = PROBLEMS_OF ("AWS_ENDPOINT_URL_SSO"),
    [AWS_SSO_OIDC] = PROBLEMS_OF ("AWS_ENDPOINT_URL_SSO_OIDC"),
};

static const char *const s_problems [PROBLEMS] = PROBLEMS_OF ("AWS_ENDPOINT_URL");

static const char s_bad_region [] =
    "This is not a region: regions are written like eu-central-1 or us-gov-west-1 (it comes from the call, or from AWS_REGION).";

//  Longest host and base path that the fields of endpoint_t were made for.
enum { REGION_SIZE_MAX = 32, HOST_SIZE_MAX = 253, LABEL_SIZE_MAX = 63, PATH_SIZE_MAX = 126 };

static bool
s_lower (char c)
{
    return c >= 'a' && c <= 'z';
}

static bool
s_digit (char c)
{
    return c >= '0' && c <= '9';
}

static bool
s_letter_or_digit (char c)
{
    return s_lower (c) || (c >= 'A' && c <= 'Z') || s_digit (c);
}

static bool
s_all (slice_t text, bool (*is) (char))
{
    for (size_t at = 0; at < text.size; at++)
        if (!is (text.data [at]))
            return false;
    return true;
}

bool
endpoint_region_valid (slice_t region)
{
    if (region.size > REGION_SIZE_MAX)
        return false;

    slice_t rest = region;
    slice_t part = slice_cut (&rest, '-');
    if (part.size < 2 || part.size > 5 || !s_all (part, s_lower))
        return false;
    size_t words = 0;
    for (part = slice_cut (&rest, '-'); rest.data; part = slice_cut (&rest, '-')) {
        if (part.size == 0 || !s_all (part, s_lower))
            return false;
        words++;
    }
    return words > 0 && (part.size == 1 || part.size == 2) && s_all (part, s_digit);
}

static const partition_t *
s_partition (slice_t region)
{
    for (size_t index = 1; index < sizeof s_partitions / sizeof *s_partitions; index++)
        if (slice_starts (region, s_partitions [index].region_prefix))
            return &s_partitions [index];
    return &s_partitions [0];
}

//  In GovCloud some plain hosts are the FIPS hosts, and no other exists. Logs has the exception per region and on IPv4 only.
static bool
s_fips_by_nature (aws_service_t service, slice_t region, bool dual_stack)
{
    if (!slice_starts (region, "us-gov-"))
        return false;
    switch (service) {
    case AWS_MONITORING:
        return true;
    case AWS_LOGS:
        return !dual_stack && (slice_is (region, "us-gov-east-1") || slice_is (region, "us-gov-west-1"));
    default:
        return !dual_stack;
    }
}

//  Had STS before each region had its own, and may still ask it (botocore's list).
static bool
s_asks_global_sts (const endpoint_config_t *config, slice_t region)
{
    static const char *const REGIONS [] = {
        "ap-northeast-1", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "ca-central-1", "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2",
        "eu-west-3", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2",
    };
    if (!config->sts_global || config->fips || config->dual_stack)
        return false;
    for (size_t index = 0; index < sizeof REGIONS / sizeof *REGIONS; index++)
        if (slice_is (region, REGIONS [index]))
            return true;
    return false;
}

static void
s_find_own (const endpoint_config_t *config, aws_service_t service, slice_t region, endpoint_t *endpoint)
{
    if (service == AWS_STS && s_asks_global_sts (config, region)) {
        snprintf (endpoint->host, sizeof endpoint->host, "sts.amazonaws.com");
        snprintf (endpoint->url, sizeof endpoint->url, "https://sts.amazonaws.com");
        snprintf (endpoint->path, sizeof endpoint->path, "/");
        snprintf (endpoint->region, sizeof endpoint->region, "us-east-1");
        return;
    }
    const partition_t *partition = s_partition (region);
    bool marked = config->fips && !s_fips_by_nature (service, region, config->dual_stack);
    int size = snprintf (endpoint->host, sizeof endpoint->host, "%s%s.%.*s.%s", s_services [service].prefix, marked ? "-fips" : "", (int) region.size,
        region.data, config->dual_stack ? partition->dual_stack_suffix : partition->suffix);
    assert (size > 0 && (size_t) size < sizeof endpoint->host);
    snprintf (endpoint->url, sizeof endpoint->url, "https://%s", endpoint->host);
    snprintf (endpoint->path, sizeof endpoint->path, "/");
}

//  A configured URL, taken apart.
typedef struct {
    bool    tls;
    bool    loopback;
    slice_t host;               //  With its brackets, if it is an IPv6 address
    long    port;
    slice_t path;               //  Begins with '/' unless empty; no '/' at the end
} parts_t;

static bool
s_visible (char c)
{
    return c > ' ' && c <= '~' && c != '\\';
}

//  A name of labels. One that ends in a number is no name but a way to write an address (127.1, 0x7f000001), which readers disagree about.
static bool
s_host_name_valid (slice_t host)
{
    if (host.size == 0 || host.size > HOST_SIZE_MAX)
        return false;
    slice_t label = SLICE_ABSENT;
    for (slice_t rest = host; rest.data;) {
        label = slice_cut (&rest, '.');
        if (label.size == 0 || label.size > LABEL_SIZE_MAX || label.data [0] == '-' || label.data [label.size - 1] == '-')
            return false;
        for (size_t at = 0; at < label.size; at++)
            if (!s_letter_or_digit (label.data [at]) && label.data [at] != '-' && label.data [at] != '_')
                return false;
    }
    return !s_all (label, s_digit) && !slice_starts (label, "0x") && !slice_starts (label, "0X");
}

//  Decides by the address itself; "localhost" is one by RFC 6761.
static bool
s_read_host (parts_t *parts)
{
    char text [INET6_ADDRSTRLEN];
    bool bracketed = parts->host.size > 2 && parts->host.data [0] == '[' && parts->host.data [parts->host.size - 1] == ']';
    slice_t address = bracketed ? (slice_t) { parts->host.data + 1, parts->host.size - 2 } : parts->host;
    if (address.size < sizeof text) {
        snprintf (text, sizeof text, "%.*s", (int) address.size, address.data);
        struct in_addr v4;
        struct in6_addr v6;
        if (bracketed && inet_pton (AF_INET6, text, &v6) == 1) {
            parts->loopback = IN6_IS_ADDR_LOOPBACK (&v6) || (IN6_IS_ADDR_V4MAPPED (&v6) && v6.s6_addr [12] == IN_LOOPBACKNET);
            return true;
        }
        if (!bracketed && inet_pton (AF_INET, text, &v4) == 1) {
            parts->loopback = ntohl (v4.s_addr) >> 24 == IN_LOOPBACKNET;
            return true;
        }
    }
    parts->loopback = slice_is_nocase (parts->host, "localhost");
    return !bracketed && s_host_name_valid (parts->host);
}

static bool
s_read_port (slice_t text, long *port)
{
    if (text.size == 0 || text.size > 5 || !s_all (text, s_digit))
        return false;
    *port = 0;
    for (size_t at = 0; at < text.size; at++)
        *port = *port * 10 + (text.data [at] - '0');
    return *port >= 1 && *port <= 65535;
}

//  Nothing that the signer's rules or a server would read as another path.
static bool
s_base_path_valid (slice_t path)
{
    if (path.size == 0)
        return true;
    if (path.size > PATH_SIZE_MAX)
        return false;
    slice_t rest = { path.data + 1, path.size - 1 };
    while (rest.data) {
        slice_t part = slice_cut (&rest, '/');
        if (part.size == 0 || slice_is (part, ".") || slice_is (part, ".."))
            return false;
        for (size_t at = 0; at < part.size; at++)
            if (!s_letter_or_digit (part.data [at]) && !strchr ("-._~", part.data [at]))
                return false;
    }
    return true;
}

static size_t
s_scheme_size (slice_t url)
{
    if (url.size >= 8 && slice_is_nocase ((slice_t) { url.data, 8 }, "https://"))
        return 8;
    if (url.size >= 7 && slice_is_nocase ((slice_t) { url.data, 7 }, "http://"))
        return 7;
    return 0;
}

static problem_t
s_read_url (slice_t url, parts_t *parts)
{
    size_t scheme_size = s_scheme_size (url);
    if (scheme_size == 0 || !s_all (url, s_visible))
        return NOT_A_URL;
    if (memchr (url.data, '?', url.size) || memchr (url.data, '#', url.size))
        return HAS_QUERY;

    *parts = (parts_t) { .tls = scheme_size == 8, .port = scheme_size == 8 ? 443 : 80 };
    slice_t path = { url.data + scheme_size, url.size - scheme_size };
    slice_t authority = slice_cut (&path, '/');
    if (path.data)
        parts->path = (slice_t) { path.data - 1, path.size + 1 };
    if (parts->path.size && parts->path.data [parts->path.size - 1] == '/')
        parts->path.size--;
    if (authority.size && memchr (authority.data, '@', authority.size))
        return HAS_CREDENTIALS;

    //  The colons of an IPv6 address are not the port's
    const char *colon = authority.size ? memrchr (authority.data, ':', authority.size) : NULL;
    const char *bracket = authority.size ? memrchr (authority.data, ']', authority.size) : NULL;
    parts->host = authority;
    if (colon && (!bracket || colon > bracket)) {
        parts->host.size = (size_t) (colon - authority.data);
        if (!s_read_port ((slice_t) { colon + 1, authority.size - parts->host.size - 1 }, &parts->port))
            return BAD_PORT;
    }
    if (!s_read_host (parts))
        return BAD_HOST;
    return s_base_path_valid (parts->path) ? FINE : BAD_PATH;
}

static problem_t
s_find_configured (const endpoint_config_t *config, slice_t url, endpoint_t *endpoint)
{
    parts_t parts;
    problem_t problem = s_read_url (url, &parts);
    if (problem != FINE)
        return problem;
    if (config->fips)
        return WITH_FIPS;
    if (config->dual_stack)
        return WITH_DUAL_STACK;
    if (!parts.tls && !parts.loopback && !config->insecure)
        return PLAIN_HTTP;

    char port [8] = "";
    if (parts.port != (parts.tls ? 443 : 80))
        snprintf (port, sizeof port, ":%ld", parts.port);
    snprintf (endpoint->host, sizeof endpoint->host, "%.*s%s", (int) parts.host.size, parts.host.data, port);
    for (char *c = endpoint->host; *c; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char) (*c | 0x20);
    int path_size = (int) parts.path.size;
    snprintf (endpoint->path, sizeof endpoint->path, "%.*s/", path_size, path_size ? parts.path.data : "");
    int size = snprintf (endpoint->url, sizeof endpoint->url, "%s://%s%.*s", parts.tls ? "https" : "http", endpoint->host, path_size, endpoint->path);
    assert (size > 0 && (size_t) size < sizeof endpoint->url);
    return FINE;
}

status_t
endpoint_find (const endpoint_config_t *config, aws_service_t service, slice_t region, endpoint_t *endpoint, const char **reason)
{
    *reason = s_bad_region;
    if (!endpoint_region_valid (region))
        return STATUS_INVALID_ARGUMENT;

    *endpoint = (endpoint_t) { .service = s_services [service].prefix };
    memcpy (endpoint->region, region.data, region.size);

    //  An empty variable is as good as none
    slice_t own = slice_of (config->url_of [service]);
    slice_t shared = slice_of (config->url);
    *reason = NULL;
    if (own.size == 0 && shared.size == 0) {
        s_find_own (config, service, region, endpoint);
        return STATUS_OK;
    }
    problem_t problem = s_find_configured (config, own.size ? own : shared, endpoint);
    if (problem == FINE)
        return STATUS_OK;
    *reason = own.size ? s_problems_of [service] [problem] : s_problems [problem];
    return problem == PLAIN_HTTP ? STATUS_REFUSED : STATUS_INVALID_ARGUMENT;
}

const char *
aws_service_title (aws_service_t service)
{
    return s_services [service].title;
}

const char *
aws_service_iam (aws_service_t service)
{
    return s_services [service].iam;
}

const char *
endpoint_variable (aws_service_t service)
{
    return s_services [service].variable;
}
