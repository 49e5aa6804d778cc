#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "profile_settings.h"
#include "settings_fixture.h"

#include <inttypes.h>

//  One setting: what is given, and what it must be then, in words, and by whom. "HOME" in a source stands for the home folder.
typedef struct {
    int at;
    settings_given_t given;
    const char *value, *source;
} row_t;

#define PROFILE "the profile default in HOME/.aws/config"
#define LOCAL   "the services section local in HOME/.aws/config"
#define ALL_SERVICES "[services local]\ncloudwatch =\n  endpoint_url = https://c\ncloudwatch_logs =\n  endpoint_url = https://l\n" \
                     "sts =\n  endpoint_url = https://s\nsso =\n  endpoint_url = https://o\nsso_oidc =\n  endpoint_url = https://d\n"
#define SERVICES "[default]\nservices = local\nendpoint_url = https://p\n" ALL_SERVICES

static void
assert_row (home_t *home, const row_t *row)
{
    config_t config;
    buffer_t sentence;
    buffer_init (&sentence, 4096);
    assert_int_equal (settings_read (home, &row->given, &config, &sentence), STATUS_OK);
    status_t status = profile_settings_complete (&config, home_lookup, home, &sentence);
    if (status != STATUS_OK)
        fail_msg ("%s: %.*s", config_settings [row->at].name, (int) sentence.size, sentence.data);
    const config_setting_t *setting = &config_settings [row->at];
    char value [128], wanted [256];
    if (setting->kind == CONFIG_TEXT)
        snprintf (value, sizeof value, "%s", config_text (&config, setting) ? config_text (&config, setting) : "none");
    else
        snprintf (value, sizeof value, "%" PRId64, config_number (&config, setting));
    const char *source = config_source (&config, setting), *at = row->source ? strstr (row->source, "HOME") : NULL;
    if (at)
        snprintf (wanted, sizeof wanted, "%.*s%s%s", (int) (at - row->source), row->source, home->home, at + strlen ("HOME"));
    else
        snprintf (wanted, sizeof wanted, "%s", row->source ? row->source : "nobody");
    if (strcmp (value, row->value) != 0 || strcmp (source ? source : "nobody", wanted) != 0)
        fail_msg ("%s is %s, by %s; wanted %s, by %s", setting->name, value, source ? source : "nobody", row->value, wanted);
    config_deinit (&config);
    buffer_deinit (&sentence);
}

static void
assert_rows (home_t *home, const row_t *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_row (home, &rows [i]);
}

#define ASSERT_ROWS(rows) assert_rows (*state, rows, sizeof rows / sizeof *rows)

static void
a_region_comes_from_whoever_is_nearest (void **state)
{
    static const char config [] = "[default]\nregion = p-one-1\n[profile dev]\nregion = p-two-2\n";
    static const row_t rows [] = {
        { CONFIG_AT_region, { .config = NULL }, "none", NULL },
        { CONFIG_AT_region, { .config = config }, "p-one-1", PROFILE },
        { CONFIG_AT_region, { { "AWS_PROFILE=dev" }, .config = config }, "p-two-2", "the profile dev in HOME/.aws/config" },
        { CONFIG_AT_region, { { "AWS_DEFAULT_PROFILE=dev" }, .config = config }, "p-two-2", "the profile dev in HOME/.aws/config" },
        { CONFIG_AT_region, { { "AWS_PROFILE=dev" }, .config = config, .flag = "--profile=default" }, "p-one-1", PROFILE },
        { CONFIG_AT_region, { { "AWS_PROFILE=none" }, .config = config }, "none", NULL },
        { CONFIG_AT_region, { .config = config, .credentials = "[default]\nregion = c-one-1\n" }, "c-one-1",
          "the profile default in HOME/.aws/credentials" },
        { CONFIG_AT_region, { .config = config, .file = "{\"region\": \"f-one-1\"}" }, "f-one-1", "cloudwatch-mcp.json" },
        { CONFIG_AT_region, { { "AWS_REGION=e-one-1" }, .config = config, .file = "{\"region\": \"f-one-1\"}" }, "e-one-1", "AWS_REGION" },
        { CONFIG_AT_region, { { "AWS_REGION=e-one-1" }, .config = config, .flag = "--region=a-one-1" }, "a-one-1", "--region" },
        { CONFIG_AT_region, { { "AWS_REGION=" }, .config = config }, "p-one-1", PROFILE },
        { CONFIG_AT_region, { { "AWS_DEFAULT_REGION=d-one-1" }, .config = config }, "none", NULL },
        { CONFIG_AT_default_region, { { "AWS_DEFAULT_REGION=d-one-1" }, .config = config }, "d-one-1", "AWS_DEFAULT_REGION" },
    };
    ASSERT_ROWS (rows);
}

static void
each_key_has_its_setting_and_the_variable_goes_before_it (void **state)
{
    static const char config [] = "[default]\nUSE_FIPS_ENDPOINT = True\nuse_dualstack_endpoint = true\nca_bundle = /p/bundle # mine\n"
                                  "max_attempts = 5\nretry_mode = adaptive\nsts_regional_endpoints = legacy\n";
    static const row_t rows [] = {
        { CONFIG_AT_fips, { .config = NULL }, "0", NULL },
        { CONFIG_AT_fips, { .config = config }, "1", PROFILE },
        { CONFIG_AT_fips, { { "AWS_USE_FIPS_ENDPOINT=false" }, .config = config }, "0", "AWS_USE_FIPS_ENDPOINT" },
        { CONFIG_AT_fips, { .config = config, .file = "{\"fips\": false}" }, "0", "cloudwatch-mcp.json" },
        { CONFIG_AT_dual_stack, { .config = NULL }, "0", NULL },
        { CONFIG_AT_dual_stack, { .config = config }, "1", PROFILE },
        { CONFIG_AT_dual_stack, { { "AWS_USE_DUALSTACK_ENDPOINT=false" }, .config = config }, "0", "AWS_USE_DUALSTACK_ENDPOINT" },
        { CONFIG_AT_ca_bundle, { .config = NULL }, "none", NULL },
        { CONFIG_AT_ca_bundle, { .config = config }, "/p/bundle", PROFILE },
        { CONFIG_AT_ca_bundle, { { "AWS_CA_BUNDLE=/e/bundle" }, .config = config }, "/e/bundle", "AWS_CA_BUNDLE" },
        { CONFIG_AT_attempts_max, { .config = NULL }, "3", NULL },
        { CONFIG_AT_attempts_max, { .config = config }, "5", PROFILE },
        { CONFIG_AT_attempts_max, { { "AWS_MAX_ATTEMPTS=3" }, .config = config }, "3", "AWS_MAX_ATTEMPTS" },
        { CONFIG_AT_retry_mode, { .config = NULL }, "none", NULL },
        { CONFIG_AT_retry_mode, { .config = config }, "adaptive", PROFILE },
        { CONFIG_AT_retry_mode, { { "AWS_RETRY_MODE=standard" }, .config = config }, "standard", "AWS_RETRY_MODE" },
        { CONFIG_AT_sts_regional_endpoints, { .config = NULL }, "none", NULL },
        { CONFIG_AT_sts_regional_endpoints, { .config = config }, "legacy", PROFILE },
        { CONFIG_AT_sts_regional_endpoints, { { "AWS_STS_REGIONAL_ENDPOINTS=regional" }, .config = config }, "regional",
          "AWS_STS_REGIONAL_ENDPOINTS" },
    };
    ASSERT_ROWS (rows);
}

//  The service's variable, the variable for all, the service's in the services section, the profile's for all.
static void
an_endpoint_comes_from_whoever_is_nearest (void **state)
{
    static const struct {
        int at;
        const char *variable, *in_services;
    } services [] = {
        { CONFIG_AT_endpoint_url_monitoring, "AWS_ENDPOINT_URL_CLOUDWATCH", "https://c" },
        { CONFIG_AT_endpoint_url_logs, "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS", "https://l" },
        { CONFIG_AT_endpoint_url_sts, "AWS_ENDPOINT_URL_STS", "https://s" },
        { CONFIG_AT_endpoint_url_sso, "AWS_ENDPOINT_URL_SSO", "https://o" },
        { CONFIG_AT_endpoint_url_sso_oidc, "AWS_ENDPOINT_URL_SSO_OIDC", "https://d" },
    };
    for (size_t i = 0; i < sizeof services / sizeof *services; i++) {
        int at = services [i].at;
        const char *variable = services [i].variable;
        char own [64];
        snprintf (own, sizeof own, "%s=https://own", variable);
        const row_t rows [] = {
            { at, { .config = NULL }, "none", NULL },
            { at, { .config = SERVICES }, services [i].in_services, LOCAL },
            { at, { { own }, .config = SERVICES }, "https://own", variable },
            { at, { { own, "AWS_ENDPOINT_URL=https://e" }, .config = SERVICES }, "https://own", variable },
            { at, { { "AWS_ENDPOINT_URL=https://e" }, .config = SERVICES }, "none", NULL },         //  The one for all holds
            { at, { .config = SERVICES, .file = "{\"endpoint_url\": \"https://f\"}" }, "none", NULL },
            { at, { .config = "[default]\nendpoint_url = https://p\n" }, "none", NULL },
            { at, { { "AWS_PROFILE=dev" }, .config = SERVICES "[profile dev]\nregion = x-y-1\n" }, "none", NULL },
            { at, { { own, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true" }, .config = SERVICES }, "none", NULL },
            { at, { { own, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=false" }, .config = SERVICES }, "https://own", variable },
        };
        ASSERT_ROWS (rows);
    }
    static const row_t for_all [] = {
        { CONFIG_AT_endpoint_url, { .config = NULL }, "none", NULL },
        { CONFIG_AT_endpoint_url, { .config = SERVICES }, "https://p", PROFILE },
        { CONFIG_AT_endpoint_url, { .config = "[default]\nendpoint_url =\n" }, "none", NULL },
        { CONFIG_AT_endpoint_url, { .config = "[default]\nendpoint_url = https://p\n" }, "https://p", PROFILE },
        { CONFIG_AT_endpoint_url, { { "AWS_ENDPOINT_URL=https://e" }, .config = SERVICES }, "https://e", "AWS_ENDPOINT_URL" },
        { CONFIG_AT_endpoint_url, { .config = SERVICES, .file = "{\"endpoint_url\": \"https://f\"}" }, "https://f", "cloudwatch-mcp.json" },
    };
    ASSERT_ROWS (for_all);
}

#define IGNORES "[default]\nignore_configured_endpoint_urls = True\nservices = local\nendpoint_url = https://p\n" ALL_SERVICES

static void
configured_endpoints_can_be_ignored_but_for_those_of_our_own_file (void **state)
{
    static const row_t rows [] = {
        { CONFIG_AT_endpoint_url, { .config = IGNORES }, "none", NULL },
        { CONFIG_AT_endpoint_url_logs, { .config = IGNORES }, "none", NULL },
        { CONFIG_AT_endpoint_url, { { "AWS_ENDPOINT_URL=https://e" }, .config = IGNORES }, "none", NULL },
        { CONFIG_AT_endpoint_url, { { "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=false" }, .config = IGNORES }, "https://p", PROFILE },
        { CONFIG_AT_endpoint_url, { { "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=TRUE" }, .config = SERVICES }, "none", NULL },
        { CONFIG_AT_endpoint_url, { { "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=1" }, .config = SERVICES }, "https://p", PROFILE },
        { CONFIG_AT_endpoint_url, { .config = IGNORES, .file = "{\"endpoint_url\": \"https://f\"}" }, "https://f", "cloudwatch-mcp.json" },
    };
    ASSERT_ROWS (rows);
}

static void
what_cannot_be_is_refused_with_file_profile_and_key (void **state)
{
    static const struct {
        settings_given_t given;
        const char *before, *behind;            //  Around the home folder
    } rows [] = {
        { { .config = "[default]\nmax_attempts = many\n" }, "max_attempts of the profile default in ",
          "/.aws/config must be a whole number from 1 to 100; got \"many\"." },
        { { { "AWS_PROFILE=dev" }, .config = "[profile dev]\nuse_fips_endpoint = maybe\n" }, "use_fips_endpoint of the profile dev in ",
          "/.aws/config must be true or false; got \"maybe\"." },
        { { .config = "[default]\nservices = lost\n" },
          "services of the profile default in ", "/.aws/config is lost, but there is no section [services lost] in " },
    };
    home_t *home = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        config_t config;
        buffer_clear (&home->sentence);
        assert_int_equal (settings_read (home, &rows [i].given, &config, &home->sentence), STATUS_OK);
        assert_int_equal (profile_settings_complete (&config, home_lookup, home, &home->sentence), STATUS_INVALID_ARGUMENT);
        char wanted [256];
        snprintf (wanted, sizeof wanted, "%s%s%s", rows [i].before, home->home, rows [i].behind);
        assert_memory_equal (home_sentence (home), wanted, strlen (wanted));
        config_deinit (&config);
    }
}

static void
a_file_that_cannot_be_read_is_named (void **state)
{
    home_t *home = *state;
    config_t config;
    buffer_clear (&home->sentence);
    assert_int_equal (settings_read (home, &(settings_given_t) { .config = NULL }, &config, &home->sentence), STATUS_OK);
    assert_int_equal (unlink (home_path (home, ".aws/config")), 0);
    assert_int_equal (mkdir (home_path (home, ".aws/config"), 0700), 0);
    assert_int_equal (profile_settings_complete (&config, home_lookup, home, &home->sentence), STATUS_SYSTEM);
    assert_non_null (strstr (home_sentence (home), ".aws/config cannot be read: Is a directory."));
    config_deinit (&config);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        HOME_TEST (a_region_comes_from_whoever_is_nearest),
        HOME_TEST (each_key_has_its_setting_and_the_variable_goes_before_it),
        HOME_TEST (an_endpoint_comes_from_whoever_is_nearest),
        HOME_TEST (configured_endpoints_can_be_ignored_but_for_those_of_our_own_file),
        HOME_TEST (what_cannot_be_is_refused_with_file_profile_and_key),
        HOME_TEST (a_file_that_cannot_be_read_is_named),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
