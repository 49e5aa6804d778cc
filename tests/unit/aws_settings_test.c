#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "aws_settings.h"

static void
each_service_has_its_own_endpoint (void **state)
{
    (void) state;
    config_t config = {
        .endpoint_url = "all", .endpoint_url_monitoring = "monitoring", .endpoint_url_logs = "logs", .endpoint_url_sts = "sts",
        .endpoint_url_sso = "sso", .endpoint_url_sso_oidc = "oidc", .fips = true,
    };
    endpoint_config_t endpoints = aws_settings_endpoints (&config);
    static const char *const wanted [AWS_SERVICES] = { "monitoring", "logs", "sts", "sso", "oidc" };
    for (int service = 0; service < AWS_SERVICES; service++)
        assert_string_equal (endpoints.url_of [service], wanted [service]);
    assert_string_equal (endpoints.url, "all");
    assert_true (endpoints.fips && !endpoints.dual_stack && !endpoints.insecure && !endpoints.sts_global);
    config = (config_t) { .dual_stack = true, .insecure_endpoint = true, .sts_regional_endpoints = "Legacy" };
    endpoints = aws_settings_endpoints (&config);
    assert_true (!endpoints.fips && endpoints.dual_stack && endpoints.insecure && endpoints.sts_global);
    config.sts_regional_endpoints = "regional";
    assert_false (aws_settings_endpoints (&config).sts_global);
}

static void
each_scheme_has_its_proxy (void **state)
{
    (void) state;
    proxies_config_t proxies = aws_settings_proxies (&(config_t) { .https_proxy = "s", .http_proxy = "h", .all_proxy = "a", .no_proxy = "n" });
    assert_string_equal (proxies.https, "s");
    assert_string_equal (proxies.http, "h");
    assert_string_equal (proxies.all, "a");
    assert_string_equal (proxies.none, "n");
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (each_service_has_its_own_endpoint),
        cmocka_unit_test (each_scheme_has_its_proxy),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
