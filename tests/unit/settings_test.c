#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "settings.h"
#include "settings_fixture.h"

//  The rows' sentences, with "HOME" for the home folder; "" where all is fine.
static void
assert_says (home_t *home, const settings_given_t *given, const char *words)
{
    config_t config;
    buffer_clear (&home->sentence);
    assert_int_equal (settings_read (home, given, &config, &home->sentence), STATUS_OK);
    status_t status = settings_complete (&config, home_lookup, home, &home->sentence);
    const char *at = strstr (words, "HOME");
    char wanted [512];
    if (at)
        snprintf (wanted, sizeof wanted, "%.*s%s%s", (int) (at - words), words, home->home, at + strlen ("HOME"));
    else
        snprintf (wanted, sizeof wanted, "%s", words);
    assert_string_equal (home_sentence (home), wanted);
    assert_int_equal (status == STATUS_OK, words [0] == 0);
    config_deinit (&config);
}

static void
what_cannot_be_is_said_at_the_start_and_who_set_it (void **state)
{
    static const struct {
        settings_given_t given;
        const char *words;
    } rows [] = {
        { { .config = NULL }, "" },
        { { { "AWS_REGION=eu-west-1", "AWS_RETRY_MODE=Adaptive", "AWS_STS_REGIONAL_ENDPOINTS=legacy" } }, "" },
        { { { "AWS_REGION=nowhere" } }, "AWS_REGION is \"nowhere\", which is not a region: regions are written like eu-central-1 or us-gov-west-1." },
        { { .config = "[default]\nregion = nowhere\n" }, "region of the profile default in HOME/.aws/config is \"nowhere\", which is not a region: "
          "regions are written like eu-central-1 or us-gov-west-1." },
        { { { "AWS_REGION=eu-west-1", "CLOUDWATCH_MCP_TRACE=Off" } }, "" },
        { { { "CLOUDWATCH_MCP_TRACE=maybe" } }, "CLOUDWATCH_MCP_TRACE must be on or off; got \"maybe\"." },
        { { { "AWS_RETRY_MODE=eager" } }, "AWS_RETRY_MODE must be standard, adaptive or legacy; got \"eager\"." },
        { { .config = "[default]\nretry_mode = eager\n" },
          "retry_mode of the profile default in HOME/.aws/config must be standard, adaptive or legacy; got \"eager\"." },
        { { .file = "{\"sts_regional_endpoints\": \"global\"}" },
          "sts_regional_endpoints of cloudwatch-mcp.json must be regional or legacy; got \"global\"." },
        { { { "AWS_CA_BUNDLE=/nowhere/ca.pem" } }, "AWS_CA_BUNDLE names /nowhere/ca.pem, which cannot be read: No such file or directory." },
        { { .config = "[default]\nca_bundle = /nowhere/ca.pem\n" },
          "ca_bundle of the profile default in HOME/.aws/config names /nowhere/ca.pem, which cannot be read: No such file or directory." },
        { { { "AWS_ENDPOINT_URL_STS=http://elsewhere.example" } },
          "AWS_ENDPOINT_URL_STS is plain http to another machine: use https, or allow it with --insecure-endpoint." },
        { { .config = "[default]\nendpoint_url = http://elsewhere.example\n" },
          "endpoint_url of the profile default in HOME/.aws/config is plain http to another machine: use https, or allow it with "
          "--insecure-endpoint." },
        { { .config = "[default]\nservices = s\n[services s]\ncloudwatch_logs =\n  endpoint_url = elsewhere\n" },
          "endpoint_url of the services section s in HOME/.aws/config is no URL: write https://HOST or https://HOST:PORT, as in "
          "https://logs.eu-central-1.amazonaws.com." },
        { { { "AWS_ENDPOINT_URL=https://x.example" }, .config = "[default]\nuse_fips_endpoint = true\n" },
          "AWS_ENDPOINT_URL and FIPS endpoints exclude each other: unset one (AWS_USE_FIPS_ENDPOINT)." },
        { { .file = "{\"accounts\": {\"shop\": {\"region\": \"eu-west-1\"}, \"own\": {\"regions\": [\"eu-west-1\", \"us-east-1\"]}}}" }, "" },
        { { .file = "{\"accounts\": {\"shop\": {\"region\": \"eu-west\"}}}" },
          "\"region\" of the account \"shop\" in cloudwatch-mcp.json names \"eu-west\", which is not a region: "
          "regions are written like eu-central-1 or us-gov-west-1." },
        { { .file = "{\"accounts\": {\"own\": {}, \"shop\": {\"regions\": [\"eu-west-1\", \"Ireland\"]}}}" },
          "\"regions\" of the account \"shop\" in cloudwatch-mcp.json names \"Ireland\", which is not a region: "
          "regions are written like eu-central-1 or us-gov-west-1." },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_says (*state, &rows [i].given, rows [i].words);
}

static void
the_regions_source_is_told (void **state)
{
    static const struct {
        settings_given_t given;
        const char *before;
        bool home;
    } rows [] = {
        { { .config = NULL }, "nowhere", false },
        { { { "AWS_REGION=eu-west-1" } }, "AWS_REGION", false },
        { { { "AWS_DEFAULT_REGION=eu-west-1" }, .config = "[default]\nregion = us-east-1\n" }, "AWS_DEFAULT_REGION", false },
        { { .config = "[default]\nregion = us-east-1\n" }, "the profile default in ", true },
        { { .flag = "--region=eu-west-1" }, "--region", false },
        { { .file = "{\"region\": \"eu-west-1\"}" }, "cloudwatch-mcp.json", false },
    };
    home_t *home = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        config_t config;
        assert_int_equal (settings_read (home, &rows [i].given, &config, &home->sentence), STATUS_OK);
        assert_int_equal (settings_complete (&config, home_lookup, home, &home->sentence), STATUS_OK);
        char wanted [96];
        snprintf (wanted, sizeof wanted, "%s%s%s", rows [i].before, rows [i].home ? home->home : "", rows [i].home ? "/.aws/config" : "");
        assert_string_equal (settings_region_source (&config), wanted);
        config_deinit (&config);
    }
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        HOME_TEST (what_cannot_be_is_said_at_the_start_and_who_set_it),
        HOME_TEST (the_regions_source_is_told),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
