#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "endpoint.h"

static const slice_t FRANKFURT = { "eu-central-1", 12 };

static endpoint_t
found (const endpoint_config_t *config, aws_service_t service, const char *region)
{
    endpoint_t endpoint;
    const char *reason = "not touched";
    status_t status = endpoint_find (config, service, slice_of (region), &endpoint, &reason);
    if (status != STATUS_OK)
        fail_msg ("%s: %s", region, reason);
    assert_null (reason);
    return endpoint;
}

static void
assert_host (const endpoint_config_t *config, aws_service_t service, const char *region, const char *host)
{
    endpoint_t endpoint = found (config, service, region);
    assert_string_equal (endpoint.host, host);
    assert_string_equal (endpoint.region, region);
    assert_memory_equal (endpoint.url, "https://", 8);
    assert_string_equal (endpoint.url + 8, host);
    assert_string_equal (endpoint.path, "/");
}

static void
a_region_has_the_form_of_all_regions (void **state)
{
    (void) state;
    static const char *const good [] = { "us-east-1", "eu-central-1", "us-gov-west-1", "us-isob-east-1", "eusc-de-east-1", "ap-southeast-12",
        "cn-north-1", "abcde-east-1",
        "ab-ccccccccccccccccccccccccccc-1" };
    static const char *const bad [] = { "", "us", "us-1", "us-east", "us-east-", "us-east-123", "us--1", "us-east--1", "-us-east-1", "u-east-1",
        "abcdef-east-1", "US-east-1", "us-East-1", "us-east-1a", "us-east-1 ", " us-east-1", "us-east-1\n", "us-east-1.evil.com", "us-east-1/",
        "us_east_1",
        "us-ea1st-1", "us-east-1-2", "ab-cccccccccccccccccccccccccccc-1", "aws-global" };
    for (size_t index = 0; index < sizeof good / sizeof *good; index++)
        if (!endpoint_region_valid (slice_of (good [index])))
            fail_msg ("%s is a region", good [index]);
    for (size_t index = 0; index < sizeof bad / sizeof *bad; index++)
        if (endpoint_region_valid (slice_of (bad [index])))
            fail_msg ("'%s' is no region", bad [index]);
    assert_false (endpoint_region_valid (SLICE_ABSENT));
    assert_false (endpoint_region_valid (SLICE ("us-east-1\0")));
}

static void
a_region_that_is_none_is_refused_with_a_reason (void **state)
{
    (void) state;
    endpoint_t endpoint;
    const char *reason = NULL;
    assert_int_equal (endpoint_find (&(endpoint_config_t) { 0 }, AWS_LOGS, SLICE ("evil.com/#"), &endpoint, &reason), STATUS_INVALID_ARGUMENT);
    assert_non_null (strstr (reason, "AWS_REGION"));
}

static void
each_service_has_its_own_host_and_signing_name (void **state)
{
    (void) state;
    endpoint_config_t plain = { 0 };
    assert_host (&plain, AWS_MONITORING, "eu-central-1", "monitoring.eu-central-1.amazonaws.com");
    assert_host (&plain, AWS_LOGS, "eu-central-1", "logs.eu-central-1.amazonaws.com");
    assert_host (&plain, AWS_STS, "eu-central-1", "sts.eu-central-1.amazonaws.com");
    assert_host (&plain, AWS_SSO, "eu-central-1", "portal.sso.eu-central-1.amazonaws.com");
    assert_host (&plain, AWS_SSO_OIDC, "cn-north-1", "oidc.cn-north-1.amazonaws.com.cn");
    assert_string_equal (found (&plain, AWS_MONITORING, "us-east-1").service, "monitoring");
    assert_string_equal (found (&plain, AWS_LOGS, "us-east-1").service, "logs");
    assert_string_equal (found (&plain, AWS_STS, "us-east-1").service, "sts");
}

static void
every_partition_has_its_suffix_with_and_without_dual_stack (void **state)
{
    (void) state;
    static const struct {
        const char *region;
        const char *host;
        const char *dual_stack_host;
    } cases [] = {
        { "us-east-1", "logs.us-east-1.amazonaws.com", "logs.us-east-1.api.aws" },
        { "mx-central-1", "logs.mx-central-1.amazonaws.com", "logs.mx-central-1.api.aws" },
        { "zz-future-1", "logs.zz-future-1.amazonaws.com", "logs.zz-future-1.api.aws" },
        { "cn-north-1", "logs.cn-north-1.amazonaws.com.cn", "logs.cn-north-1.api.amazonwebservices.com.cn" },
        { "us-gov-west-1", "logs.us-gov-west-1.amazonaws.com", "logs.us-gov-west-1.api.aws" },
        { "eusc-de-east-1", "logs.eusc-de-east-1.amazonaws.eu", "logs.eusc-de-east-1.api.amazonwebservices.eu" },
        { "us-iso-east-1", "logs.us-iso-east-1.c2s.ic.gov", "logs.us-iso-east-1.api.aws.ic.gov" },
        { "us-isob-east-1", "logs.us-isob-east-1.sc2s.sgov.gov", "logs.us-isob-east-1.api.aws.scloud" },
        { "eu-isoe-west-1", "logs.eu-isoe-west-1.cloud.adc-e.uk", "logs.eu-isoe-west-1.api.cloud-aws.adc-e.uk" },
        { "us-isof-south-1", "logs.us-isof-south-1.csp.hci.ic.gov", "logs.us-isof-south-1.api.aws.hci.ic.gov" },
    };
    for (size_t index = 0; index < sizeof cases / sizeof *cases; index++) {
        assert_host (&(endpoint_config_t) { 0 }, AWS_LOGS, cases [index].region, cases [index].host);
        assert_host (&(endpoint_config_t) { .dual_stack = true }, AWS_LOGS, cases [index].region, cases [index].dual_stack_host);
    }
}

static void
fips_marks_the_host_except_where_govcloud_hosts_are_fips_by_nature (void **state)
{
    (void) state;
    endpoint_config_t fips = { .fips = true };
    assert_host (&fips, AWS_MONITORING, "us-east-1", "monitoring-fips.us-east-1.amazonaws.com");
    assert_host (&fips, AWS_LOGS, "us-east-1", "logs-fips.us-east-1.amazonaws.com");
    assert_host (&fips, AWS_STS, "us-east-1", "sts-fips.us-east-1.amazonaws.com");
    assert_host (&fips, AWS_MONITORING, "us-gov-west-1", "monitoring.us-gov-west-1.amazonaws.com");
    assert_host (&fips, AWS_LOGS, "us-gov-west-1", "logs.us-gov-west-1.amazonaws.com");
    assert_host (&fips, AWS_LOGS, "us-gov-east-1", "logs.us-gov-east-1.amazonaws.com");
    assert_host (&fips, AWS_LOGS, "us-gov-south-1", "logs-fips.us-gov-south-1.amazonaws.com");
    assert_host (&fips, AWS_STS, "us-gov-east-1", "sts.us-gov-east-1.amazonaws.com");
    assert_host (&fips, AWS_SSO, "us-east-1", "portal.sso-fips.us-east-1.amazonaws.com");
    assert_host (&fips, AWS_SSO, "us-gov-east-1", "portal.sso.us-gov-east-1.amazonaws.com");
    assert_host (&fips, AWS_SSO_OIDC, "us-gov-east-1", "oidc.us-gov-east-1.amazonaws.com");
}

static void
fips_with_dual_stack_keeps_one_exception_only (void **state)
{
    (void) state;
    endpoint_config_t both = { .fips = true, .dual_stack = true };
    assert_host (&both, AWS_MONITORING, "eu-west-1", "monitoring-fips.eu-west-1.api.aws");
    assert_host (&both, AWS_MONITORING, "us-gov-west-1", "monitoring.us-gov-west-1.api.aws");
    assert_host (&both, AWS_LOGS, "us-gov-west-1", "logs-fips.us-gov-west-1.api.aws");
    assert_host (&both, AWS_STS, "us-gov-west-1", "sts-fips.us-gov-west-1.api.aws");
}

static void
the_regions_of_old_may_ask_the_global_sts_which_signs_for_us_east_1 (void **state)
{
    (void) state;
    static const struct {
        endpoint_config_t config;
        aws_service_t service;
        const char *region, *host, *signs_for;
    } rows [] = {
        { { .sts_global = true }, AWS_STS, "eu-central-1", "sts.amazonaws.com", "us-east-1" },
        { { .sts_global = true }, AWS_STS, "us-east-1", "sts.amazonaws.com", "us-east-1" },
        { { .sts_global = true }, AWS_STS, "eu-south-1", "sts.eu-south-1.amazonaws.com", "eu-south-1" },
        { { .sts_global = true }, AWS_STS, "cn-north-1", "sts.cn-north-1.amazonaws.com.cn", "cn-north-1" },
        { { .sts_global = true }, AWS_LOGS, "eu-central-1", "logs.eu-central-1.amazonaws.com", "eu-central-1" },
        { { .sts_global = true, .fips = true }, AWS_STS, "us-east-2", "sts-fips.us-east-2.amazonaws.com", "us-east-2" },
        { { .sts_global = true, .dual_stack = true }, AWS_STS, "us-east-2", "sts.us-east-2.api.aws", "us-east-2" },
        { { .sts_global = true, .url_of [AWS_STS] = "https://own.example.com" }, AWS_STS, "us-east-2", "own.example.com", "us-east-2" },
        { { 0 }, AWS_STS, "eu-central-1", "sts.eu-central-1.amazonaws.com", "eu-central-1" },
    };
    for (size_t index = 0; index < sizeof rows / sizeof *rows; index++) {
        endpoint_t endpoint = found (&rows [index].config, rows [index].service, rows [index].region);
        assert_string_equal (endpoint.host, rows [index].host);
        assert_string_equal (endpoint.region, rows [index].signs_for);
    }
}

static void
a_services_own_variable_goes_before_the_one_for_all (void **state)
{
    (void) state;
    endpoint_config_t config = { .url = "https://all.example.com", .url_of [AWS_LOGS] = "https://logs.example.com" };
    assert_string_equal (found (&config, AWS_LOGS, "eu-central-1").host, "logs.example.com");
    assert_string_equal (found (&config, AWS_STS, "eu-central-1").host, "all.example.com");
    config.url_of [AWS_LOGS] = "";
    assert_string_equal (found (&config, AWS_LOGS, "eu-central-1").host, "all.example.com");
    config.url = "";
    assert_string_equal (found (&config, AWS_LOGS, "eu-central-1").host, "logs.eu-central-1.amazonaws.com");
}

static void
a_configured_url_is_taken_apart_and_spelled_in_one_way (void **state)
{
    (void) state;
    static const struct {
        const char *url;
        const char *as_url;
        const char *host;
        const char *path;
    } cases [] = {
        { "https://vpce-1.logs.eu-central-1.vpce.amazonaws.com", "https://vpce-1.logs.eu-central-1.vpce.amazonaws.com",
            "vpce-1.logs.eu-central-1.vpce.amazonaws.com", "/" },
        { "HTTPS://Example.COM:443/", "https://example.com", "example.com", "/" },
        { "https://example.com:8443", "https://example.com:8443", "example.com:8443", "/" },
        { "https://example.com:80/aws/Base/", "https://example.com:80/aws/Base", "example.com:80", "/aws/Base/" },
        { "https://under_score.example-1.com/a", "https://under_score.example-1.com/a", "under_score.example-1.com", "/a/" },
        { "http://127.0.0.1:4566", "http://127.0.0.1:4566", "127.0.0.1:4566", "/" },
        { "http://localhost:80", "http://localhost", "localhost", "/" },
        { "http://[::1]:443", "http://[::1]:443", "[::1]:443", "/" },
        { "https://[FD00:ec2::23]/x", "https://[fd00:ec2::23]/x", "[fd00:ec2::23]", "/x/" },
        { "https://10.0.0.1:65535", "https://10.0.0.1:65535", "10.0.0.1:65535", "/" },
    };
    for (size_t index = 0; index < sizeof cases / sizeof *cases; index++) {
        endpoint_t endpoint = found (&(endpoint_config_t) { .url = cases [index].url }, AWS_LOGS, "eu-central-1");
        assert_string_equal (endpoint.url, cases [index].as_url);
        assert_string_equal (endpoint.host, cases [index].host);
        assert_string_equal (endpoint.path, cases [index].path);
        assert_string_equal (endpoint.region, "eu-central-1");
        assert_string_equal (endpoint.service, "logs");
    }
}

static void
assert_refused (const endpoint_config_t *config, aws_service_t service, status_t status, const char *variable, const char *words)
{
    endpoint_t endpoint;
    const char *reason = NULL, *url = config->url_of [service] ? config->url_of [service] : config->url;
    if (endpoint_find (config, service, FRANKFURT, &endpoint, &reason) != status)
        fail_msg ("'%s' should have been refused as %s, but: %s", url, words, reason ? reason : "it was taken");
    size_t size = strlen (variable);
    if (strncmp (reason, variable, size) != 0 || (reason [size] != ' ' && reason [size] != ':') || !strstr (reason, words))
        fail_msg ("'%s' should name %s and %s, but says: %s", url, variable, words, reason);
}

static void
a_url_that_is_none_is_refused_with_the_reason (void **state)
{
    (void) state;
    static const struct {
        const char *url;
        const char *words;
    } cases [] = {
        { "example.com", "is no URL" },
        { "ftp://example.com", "is no URL" },
        { "https:/example.com", "is no URL" },
        { "https//example.com", "is no URL" },
        { " https://example.com", "is no URL" },
        { "https://example.com ", "is no URL" },
        { "https://exam\tple.com", "is no URL" },
        { "https://example.com\r\nX: y", "is no URL" },
        { "https://example.com\\@evil.com", "is no URL" },
        { "https://ex\xc3\xa4mple.com", "is no URL" },
        { "https://user:password@example.com", "a password" },
        { "https://user@example.com", "a user name" },
        { "https://example.com?x=1", "query" },
        { "https://example.com/a#b", "fragment" },
        { "https://", "its host" },
        { "https:///path", "its host" },
        { "https://:443", "its host" },
        { "https://.example.com", "its host" },
        { "https://example.com.", "its host" },
        { "https://exa..mple.com", "its host" },
        { "https://-example.com", "its host" },
        { "https://example-.com", "its host" },
        { "https://exa*mple.com", "its host" },
        { "https://exa%6dple.com", "its host" },
        { "https://::1", "its host" },
        { "https://[::1", "its host" },
        { "https://[]", "its host" },
        { "https://[127.0.0.1]", "its host" },
        { "https://[::1%25lo]", "its host" },
        { "https://[example.com]", "its host" },
        { "https://256.0.0.1", "its host" },
        { "https://127.1", "its host" },
        { "https://2130706433", "its host" },
        { "https://0x7f000001", "its host" },
        { "https://127.0.0.0x1", "its host" },
        { "https://127.0.0.01", "its host" },
        { "https://example.com:", "its port" },
        { "https://example.com:0", "its port" },
        { "https://example.com:65536", "its port" },
        { "https://example.com:+443", "its port" },
        { "https://example.com:000443", "its port" },
        { "https://[::1]:x", "its port" },
        { "https://example.com//", "its path" },
        { "https://example.com/a//b", "its path" },
        { "https://example.com/./a", "its path" },
        { "https://example.com/a/..", "its path" },
        { "https://example.com/%2e%2e", "its path" },
        { "https://example.com/a;b", "its path" },
    };
    for (size_t index = 0; index < sizeof cases / sizeof *cases; index++)
        assert_refused (
            &(endpoint_config_t) { .url = cases [index].url }, AWS_LOGS, STATUS_INVALID_ARGUMENT, "AWS_ENDPOINT_URL", cases [index].words);
}

static void
the_reason_names_the_variable_that_held_the_url (void **state)
{
    (void) state;
    static const char *const variables [AWS_SERVICES] = { "AWS_ENDPOINT_URL_CLOUDWATCH", "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS", "AWS_ENDPOINT_URL_STS",
        "AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_SSO_OIDC" };
    for (aws_service_t service = 0; service < AWS_SERVICES; service++) {
        endpoint_config_t config = { .url = "https://good.example.com" };
        config.url_of [service] = "bad";
        assert_refused (&config, service, STATUS_INVALID_ARGUMENT, variables [service], "is no URL");
    }
}

static void
an_own_endpoint_excludes_fips_and_dual_stack (void **state)
{
    (void) state;
    endpoint_config_t config = { .url = "https://example.com", .fips = true };
    assert_refused (&config, AWS_LOGS, STATUS_INVALID_ARGUMENT, "AWS_ENDPOINT_URL", "AWS_USE_FIPS_ENDPOINT");
    config = (endpoint_config_t) { .url = "https://example.com", .dual_stack = true };
    assert_refused (&config, AWS_LOGS, STATUS_INVALID_ARGUMENT, "AWS_ENDPOINT_URL", "AWS_USE_DUALSTACK_ENDPOINT");
    //  Another service's URL is nobody else's trouble
    config = (endpoint_config_t) { .url_of [AWS_STS] = "https://example.com", .fips = true };
    assert_host (&config, AWS_LOGS, "us-east-1", "logs-fips.us-east-1.amazonaws.com");
}

static void
plain_http_stays_on_the_machine_unless_it_is_allowed_to_leave (void **state)
{
    (void) state;
    static const char *const loopback [] = { "http://127.0.0.1", "http://127.255.255.254:4566", "http://[::1]", "http://[::ffff:127.0.0.1]",
        "http://[0:0:0:0:0:0:0:1]:80", "http://localhost:4566", "http://LOCALHOST" };
    static const char *const elsewhere [] = { "http://example.com", "http://128.0.0.1", "http://126.255.255.255", "http://0.0.0.0", "http://[::2]",
        "http://[::]", "http://[::ffff:128.0.0.1]", "http://localhost.example.com", "http://127.0.0.1.example.com", "http://my-localhost",
        "http://169.254.169.254" };
    for (size_t index = 0; index < sizeof loopback / sizeof *loopback; index++)
        found (&(endpoint_config_t) { .url = loopback [index] }, AWS_LOGS, "eu-central-1");
    for (size_t index = 0; index < sizeof elsewhere / sizeof *elsewhere; index++) {
        endpoint_config_t config = { .url = elsewhere [index] };
        assert_refused (&config, AWS_LOGS, STATUS_REFUSED, "AWS_ENDPOINT_URL", "--insecure-endpoint");
        config.insecure = true;
        assert_string_equal (found (&config, AWS_LOGS, "eu-central-1").url, elsewhere [index]);
    }
}

//  "https://" + a host of the given size + "/" + a path of the given size behind its slash.
static const char *
long_url (size_t host_size, size_t path_size)
{
    static char url [1024];
    memset (url, 'a', sizeof url);
    memcpy (url, "https://", 8);
    for (size_t at = 8 + 63; at < 8 + host_size; at += 64)
        url [at] = '.';
    url [8 + host_size] = '/';
    url [9 + host_size + path_size] = 0;
    return url;
}

static void
the_longest_host_and_path_fit_and_one_byte_more_is_refused (void **state)
{
    (void) state;
    endpoint_config_t config = { .url = long_url (253, 125) };
    endpoint_t endpoint = found (&config, AWS_LOGS, "eu-central-1");
    assert_int_equal (strlen (endpoint.url), 8 + 253 + 126);
    assert_int_equal (strlen (endpoint.path), 127);
    config.url = long_url (254, 1);
    assert_refused (&config, AWS_LOGS, STATUS_INVALID_ARGUMENT, "AWS_ENDPOINT_URL", "its host");
    config.url = "https://a234567890123456789012345678901234567890123456789012345678901234.com";
    assert_refused (&config, AWS_LOGS, STATUS_INVALID_ARGUMENT, "AWS_ENDPOINT_URL", "its host");
    config.url = long_url (253, 126);
    assert_refused (&config, AWS_LOGS, STATUS_INVALID_ARGUMENT, "AWS_ENDPOINT_URL", "its path");
}

static void
a_service_is_called_as_people_and_as_iam_call_it (void **state)
{
    (void) state;
    assert_string_equal (aws_service_title (AWS_MONITORING), "CloudWatch");
    assert_string_equal (aws_service_title (AWS_LOGS), "CloudWatch Logs");
    assert_string_equal (aws_service_title (AWS_STS), "STS");
    assert_string_equal (aws_service_iam (AWS_MONITORING), "cloudwatch");
    assert_string_equal (aws_service_iam (AWS_LOGS), "logs");
    assert_string_equal (aws_service_iam (AWS_STS), "sts");
    assert_string_equal (aws_service_title (AWS_SSO), "IAM Identity Center");
    assert_string_equal (aws_service_title (AWS_SSO_OIDC), "IAM Identity Center");
    assert_string_equal (aws_service_iam (AWS_SSO), "sso");
    assert_string_equal (endpoint_variable (AWS_MONITORING), "AWS_ENDPOINT_URL_CLOUDWATCH");
    assert_string_equal (endpoint_variable (AWS_LOGS), "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS");
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_region_has_the_form_of_all_regions),
        cmocka_unit_test (a_region_that_is_none_is_refused_with_a_reason),
        cmocka_unit_test (each_service_has_its_own_host_and_signing_name),
        cmocka_unit_test (every_partition_has_its_suffix_with_and_without_dual_stack),
        cmocka_unit_test (fips_marks_the_host_except_where_govcloud_hosts_are_fips_by_nature),
        cmocka_unit_test (fips_with_dual_stack_keeps_one_exception_only),
        cmocka_unit_test (the_regions_of_old_may_ask_the_global_sts_which_signs_for_us_east_1),
        cmocka_unit_test (a_services_own_variable_goes_before_the_one_for_all),
        cmocka_unit_test (a_configured_url_is_taken_apart_and_spelled_in_one_way),
        cmocka_unit_test (a_url_that_is_none_is_refused_with_the_reason),
        cmocka_unit_test (the_reason_names_the_variable_that_held_the_url),
        cmocka_unit_test (an_own_endpoint_excludes_fips_and_dual_stack),
        cmocka_unit_test (plain_http_stays_on_the_machine_unless_it_is_allowed_to_leave),
        cmocka_unit_test (the_longest_host_and_path_fit_and_one_byte_more_is_refused),
        cmocka_unit_test (a_service_is_called_as_people_and_as_iam_call_it),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
