#include "aws_settings.h"

endpoint_config_t
aws_settings_endpoints (const config_t *settings)
{
    return (endpoint_config_t) {
        .url = settings->endpoint_url,
        .url_of = { [AWS_MONITORING] = settings->endpoint_url_monitoring, [AWS_LOGS] = settings->endpoint_url_logs,
                    [AWS_STS] = settings->endpoint_url_sts, [AWS_SSO] = settings->endpoint_url_sso,
                    [AWS_SSO_OIDC] = settings->endpoint_url_sso_oidc },
        .sts_global = slice_is_nocase (slice_of (settings->sts_regional_endpoints), "legacy"),
        .fips = settings->fips, .dual_stack = settings->dual_stack, .insecure = settings->insecure_endpoint,
    };
}

proxies_config_t
aws_settings_proxies (const config_t *settings)
{
    return (proxies_config_t) {
        .https = settings->https_proxy, .http = settings->http_proxy, .all = settings->all_proxy, .none = settings->no_proxy };
}
