#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "imds_place.h"
#include "provider_fixture.h"

enum { VARIABLES_PER_ROW = 3 };

//  Variables and the profile's lines, and what follows: a place, or a sentence.
typedef struct {
    const char *variables [VARIABLES_PER_ROW] [2];
    const char *profile;
    const char *base;
    int         timeout_s, attempts;
    const char *words;
} row_t;

static void
assert_row (home_t *home, const row_t *row)
{
    home->count = 1;
    for (int i = 0; i < VARIABLES_PER_ROW && row->variables [i] [0]; i++)
        home_set (home, row->variables [i] [0], row->variables [i] [1]);
    char config [512];
    snprintf (config, sizeof config, "[default]\nregion = x\n[profile dev]\n%s", row->profile ? row->profile : "");
    home_write (home, ".aws/config", config);
    buffer_clear (&home->sentence);
    profile_files_t files;
    assert_int_equal (profile_files_load (&files, &home->context, &home->sentence), STATUS_OK);
    arena_t *arena = arena_new (4096);
    imds_place_t place;
    status_t status = imds_place_read (&place, &home->context, &files, arena, &home->sentence);
    assert_string_equal (home_sentence (home), row->words ? row->words : "");
    assert_int_equal (status, row->words ? STATUS_INVALID_ARGUMENT : STATUS_OK);
    if (!row->words) {
        assert_int_equal (place.disabled, row->base == NULL);
        assert_int_equal (place.timeout_ms, row->timeout_s * 1000);
        assert_int_equal (place.attempts_max, row->attempts);
    }
    if (row->base)
        assert_string_equal (place.base, row->base);
    arena_destroy (&arena);
    profile_files_deinit (&files);
}

#define V4 "http://169.254.169.254"
#define V6 "http://[fd00:ec2::254]"
#define ENDPOINT "AWS_EC2_METADATA_SERVICE_ENDPOINT"
#define TIMEOUT  "AWS_METADATA_SERVICE_TIMEOUT"
#define ATTEMPTS "AWS_METADATA_SERVICE_NUM_ATTEMPTS"

static void
each_variable_has_its_key_and_goes_before_it (void **state)
{
    static const char all [] = "ec2_metadata_service_endpoint = http://p.example/base//\nec2_metadata_service_endpoint_mode = IPv6\n"
                               "metadata_service_timeout = 5\nmetadata_service_num_attempts = 3\n";
    static const row_t rows [] = {
        { .base = V4, .timeout_s = 1, .attempts = 1 },
        { .profile = all, .base = "http://p.example/base", .timeout_s = 5, .attempts = 3 },
        { { { ENDPOINT, "http://v.example" }, { TIMEOUT, "2" }, { ATTEMPTS, "4" } }, all, "http://v.example", 2, 4, NULL },
        { { { ENDPOINT, "" } }, all, "http://p.example/base", 5, 3, NULL },
        { { { ENDPOINT "_MODE", "ipv6" } }, NULL, V6, 1, 1, NULL },
        { { { ENDPOINT "_MODE", "IPv4" } }, "ec2_metadata_service_endpoint_mode = IPv6\n", V4, 1, 1, NULL },
        { { { ENDPOINT, "http://v.example" }, { ENDPOINT "_MODE", "IPv6" } }, NULL, "http://v.example", 1, 1, NULL },
        { .profile = "ec2_metadata_service_endpoint_mode = IPv6\n", .base = V6, .timeout_s = 1, .attempts = 1 },
        { .profile = "imds_use_ipv6 = true\n", .base = V6, .timeout_s = 1, .attempts = 1 },
        { { { "AWS_IMDS_USE_IPV6", "true" } }, NULL, V6, 1, 1, NULL },
        { { { "AWS_IMDS_USE_IPV6", "true" }, { ENDPOINT "_MODE", "IPv4" } }, NULL, V4, 1, 1, NULL },
        { { { "AWS_IMDS_USE_IPV6", "false" } }, "imds_use_ipv6 = true\n", V4, 1, 1, NULL },
        { { { TIMEOUT, "60" }, { ATTEMPTS, "10" } }, NULL, V4, 60, 10, NULL },
        { { { "AWS_EC2_METADATA_DISABLED", "true" }, { TIMEOUT, "soon" } }, all, NULL, 0, 0, NULL },
        { { { "AWS_EC2_METADATA_DISABLED", "TRUE" } }, NULL, NULL, 0, 0, NULL },
        { { { "AWS_EC2_METADATA_DISABLED", "false" } }, NULL, V4, 1, 1, NULL },
    };
    home_t *home = *state;
    home->context.profile = "dev";
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_row (home, &rows [i]);
}

static void
what_cannot_be_is_named_with_who_set_it (void **state)
{
    static const row_t rows [] = {
        { { { TIMEOUT, "soon" } }, .words = TIMEOUT " must be a whole number of seconds from 1 to 60." },
        { { { TIMEOUT, "0" } }, .words = TIMEOUT " must be a whole number of seconds from 1 to 60." },
        { { { TIMEOUT, "61" } }, .words = TIMEOUT " must be a whole number of seconds from 1 to 60." },
        { { { ATTEMPTS, "-1" } }, .words = ATTEMPTS " must be a whole number from 1 to 10." },
        { { { ATTEMPTS, "2x" } }, .words = ATTEMPTS " must be a whole number from 1 to 10." },
        { { { ATTEMPTS, "99999999999999999999" } }, .words = ATTEMPTS " must be a whole number from 1 to 10." },
        { .profile = "metadata_service_timeout = 0.5\n",
          .words = "metadata_service_timeout of the AWS profile \"dev\" must be a whole number of seconds from 1 to 60." },
        { .profile = "metadata_service_num_attempts = 11\n",
          .words = "metadata_service_num_attempts of the AWS profile \"dev\" must be a whole number from 1 to 10." },
        { { { ENDPOINT, "169.254.169.254" } },
          .words = ENDPOINT " is no URL: write http://HOST or http://HOST:PORT, as in http://169.254.169.254." },
        { { { ENDPOINT, "http://" } }, .words = ENDPOINT " is no URL: write http://HOST or http://HOST:PORT, as in http://169.254.169.254." },
        { .profile = "ec2_metadata_service_endpoint = local\n", .words = "ec2_metadata_service_endpoint of the AWS profile \"dev\" is no URL: write "
          "http://HOST or http://HOST:PORT, as in http://169.254.169.254." },
        { { { ENDPOINT, "http://me:verysecret@127.0.0.1/" } },
          .words = ENDPOINT " holds a user, a query, or a character that no URL has: write http://HOST or http://HOST:PORT." },
        { { { ENDPOINT, "http://127.0.0.1/?a" } },
          .words = ENDPOINT " holds a user, a query, or a character that no URL has: write http://HOST or http://HOST:PORT." },
        { { { ENDPOINT "_MODE", "IPv5" } }, .words = ENDPOINT "_MODE must be IPv4 or IPv6." },
        { .profile = "ec2_metadata_service_endpoint_mode = 6\n",
          .words = "ec2_metadata_service_endpoint_mode of the AWS profile \"dev\" must be IPv4 or IPv6." },
    };
    home_t *home = *state;
    home->context.profile = "dev";
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_row (home, &rows [i]);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        HOME_TEST (each_variable_has_its_key_and_goes_before_it),
        HOME_TEST (what_cannot_be_is_named_with_who_set_it),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
