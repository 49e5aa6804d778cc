#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "find_fixture.h"

//  What a provider sees of the place.
static struct {
    char profile [64], region [64];
    bool asked, by_flag, has_region;
    int64_t wall_ms;
    const char *variable;
} s_seen;

static void
see (find_t *find)
{
    const char *region = find_region (find);
    snprintf (s_seen.profile, sizeof s_seen.profile, "%s", find_profile (find));
    snprintf (s_seen.region, sizeof s_seen.region, "%s", region ? region : "");
    s_seen.has_region = region != NULL;
    s_seen.asked = find_profile_asked (find);
    s_seen.by_flag = find_profile_by_flag (find);
    s_seen.wall_ms = find_wall_ms (find);
    s_seen.variable = find_variable (find, "EMPTY");
    assert_string_equal (find_context (find)->account, "");
    assert_false (find_followed (find));
    assert_string_equal (find_endpoints (find)->url, "http://127.0.0.1:1");
    assert_non_null (find_random (find));
    find_not_here (find, "it is a test");
}

static const provider_t SEEING = { "seeing", "what is there", see, NULL, false };
static const provider_t *const SEES [] = { &SEEING, NULL };

static void
look (find_stage_t *stage)
{
    stage->config.endpoints.url = "http://127.0.0.1:1";
    home_set (&stage->home, "EMPTY", "");
    assert_int_equal (find_for (stage, SEES), STATUS_NO_CREDENTIALS);
    assert_null (s_seen.variable);
    assert_true (s_seen.wall_ms > 0 && s_seen.wall_ms <= stage->clock.wall_ms);
}

static void
the_profile_is_the_one_that_was_asked_for_or_default (void **state)
{
    find_stage_t *stage = *state;
    look (stage);
    assert_string_equal (s_seen.profile, "default");
    assert_false (s_seen.asked || s_seen.by_flag);
    stage->config.context.profile = "dev";
    look (stage);
    assert_string_equal (s_seen.profile, "dev");
    assert_true (s_seen.asked && s_seen.by_flag);
    home_set (&stage->home, "AWS_PROFILE", "dev");
    look (stage);
    assert_true (s_seen.asked && !s_seen.by_flag);
    home_set (&stage->home, "AWS_PROFILE", "");
    home_set (&stage->home, "AWS_DEFAULT_PROFILE", "dev");
    look (stage);
    assert_true (s_seen.asked && !s_seen.by_flag);
    home_set (&stage->home, "AWS_PROFILE", "other");
    look (stage);
    assert_true (s_seen.asked && s_seen.by_flag);
}

static void
the_region_is_the_configurations_or_the_profiles (void **state)
{
    find_stage_t *stage = *state;
    look (stage);
    assert_false (s_seen.has_region);
    home_write (&stage->home, ".aws/config", "[default]\nregion = eu-north-1\n[profile dev]\nregion = eu-south-2\n");
    look (stage);
    assert_string_equal (s_seen.region, "eu-north-1");
    stage->config.context.profile = "dev";
    look (stage);
    assert_string_equal (s_seen.region, "eu-south-2");
    stage->config.region = "eu-west-1";
    look (stage);
    assert_string_equal (s_seen.region, "eu-west-1");
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        FIND_TEST (the_profile_is_the_one_that_was_asked_for_or_default),
        FIND_TEST (the_region_is_the_configurations_or_the_profiles),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
