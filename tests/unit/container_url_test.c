#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "container_url.h"

#include <stdlib.h>

typedef struct {
    status_t    status;
    const char *url;
    const char *why;
} made_t;

//  The arena lives as long as the test.
static made_t
made (void **state, const char *relative, const char *full)
{
    made_t made = { 0 };
    made.status = container_url (*state, relative, full, &made.url, &made.why);
    return made;
}

static void
a_relative_uri_is_a_path_at_the_agent_of_ecs (void **state)
{
    assert_string_equal (made (state, "/v2/credentials/11-22", NULL).url, "http://169.254.170.2/v2/credentials/11-22");
    assert_string_equal (made (state, "/", NULL).url, "http://169.254.170.2/");
}

static void
a_relative_uri_goes_before_a_full_one (void **state)
{
    assert_string_equal (made (state, "/v2/credentials/1", "https://example.com/").url, "http://169.254.170.2/v2/credentials/1");
    assert_int_equal (made (state, "v2", "https://example.com/").status, STATUS_INVALID_ARGUMENT);
}

static void
a_relative_uri_cannot_lead_elsewhere (void **state)
{
    static const char *const WRONG [] = {
        "@example.com/", ".example.com/", ":80/", "v2/credentials", "/a b", "/a\r\nHost: b", "/\\example.com", "/\x7f",
    };
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG [0]; i++) {
        made_t it = made (state, WRONG [i], NULL);
        assert_int_equal (it.status, STATUS_INVALID_ARGUMENT);
        assert_string_equal (it.why, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is no path: ECS sets it to something like /v2/credentials/ID. "
                             "Leave it as ECS set it.");
    }
}

static void
any_host_is_asked_over_https (void **state)
{
    static const char *const GOOD [] = {
        "https://example.com", "https://example.com:8443/keys?for=me", "https://192.0.2.7/", "https://[2001:db8::1]:443/keys", "https://10.0.0.1",
    };
    for (size_t i = 0; i < sizeof GOOD / sizeof GOOD [0]; i++) {
        made_t it = made (state, NULL, GOOD [i]);
        assert_int_equal (it.status, STATUS_OK);
        assert_string_equal (it.url, GOOD [i]);
    }
}

static void
http_is_for_this_machine_and_the_agents_of_aws (void **state)
{
    static const char *const GOOD [] = {
        "http://127.0.0.1/keys", "http://127.0.0.1:8080", "http://127.255.3.4/", "http://localhost:1234/keys?a=b", "http://LocalHost/",
        "http://[::1]:80/keys", "http://[0:0:0:0:0:0:0:1]/", "http://169.254.170.2/v2/credentials", "http://169.254.170.23/v1/credentials",
        "http://[fd00:ec2::23]/v1/credentials", "http://[fd00:0ec2:0:0::0023]:80/", "http://127.0.0.1?keys", "http://127.0.0.1:/",
    };
    for (size_t i = 0; i < sizeof GOOD / sizeof GOOD [0]; i++)
        if (made (state, NULL, GOOD [i]).status != STATUS_OK)
            fail_msg ("%s was refused", GOOD [i]);
}

static void
http_to_elsewhere_is_refused_by_the_address_and_not_by_how_it_looks (void **state)
{
    static const char *const ELSEWHERE [] = {
        "http://example.com/", "http://127.0.0.1.example.com/", "http://127.0.0.1x/", "http://localhost.example.com/", "http://a.localhost/",
        "http://localhost./", "http://169.254.170.20/", "http://169.254.170.3/", "http://169.254.170.239/", "http://169.254.169.254/",
        "http://128.0.0.1/", "http://126.0.0.1/", "http://27.0.0.1/", "http://10.0.0.1/", "http://127.1/", "http://2130706433/",
        "http://0x7f000001/", "http://0177.0.0.1/",
        "http://[fd00:ec2::230]/", "http://[fd00:ec2::24]/", "http://[fd00:ec2::254]/", "http://[::2]/", "http://[::1%25lo]/", "http://[127.0.0.1]/",
        "http://[::ffff:192.0.2.1]/", "http://0.0.0.0/", "http://[::]/",
    };
    for (size_t i = 0; i < sizeof ELSEWHERE / sizeof ELSEWHERE [0]; i++) {
        made_t it = made (state, NULL, ELSEWHERE [i]);
        if (it.status != STATUS_REFUSED)
            fail_msg ("%s was not refused", ELSEWHERE [i]);
        assert_non_null (strstr (it.why, "is plain http to another machine"));
    }
    assert_string_equal (made (state, NULL, "http://example.com/").why,
        "AWS_CONTAINER_CREDENTIALS_FULL_URI is plain http to another machine: keys would go through the network for all to read. Use https; http "
        "is for loopback addresses, localhost, 169.254.170.2, 169.254.170.23 and [fd00:ec2::23].");
}

static void
what_is_no_url_is_refused (void **state)
{
    static const char *const WRONG [] = {
        "", "example.com", "/keys", "ftp://127.0.0.1/", "file:///etc/passwd", "http:/127.0.0.1", "http://", "http:///keys", "https://?", "https://#a",
        "http://127.0.0.1@example.com/", "http://user:password@127.0.0.1/", "http://127.0.0.1:80@example.com/", "http://127.0.0.1:8o/",
        "http://127.0.0.1 /", "http://127.0.0.1\\@example.com/", "http://127.0.0.1\n/", "http://[::1]x/", "http://127.0.0.1\xC2\xAD/",
    };
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG [0]; i++) {
        made_t it = made (state, NULL, WRONG [i]);
        if (it.status != STATUS_INVALID_ARGUMENT)
            fail_msg ("%s was taken for a URL", WRONG [i]);
        assert_string_equal (it.why, "AWS_CONTAINER_CREDENTIALS_FULL_URI is no URL: write https://HOST/PATH, or http://127.0.0.1:PORT/PATH.");
    }
}

static int
begin (void **state)
{
    *state = arena_new (64 * 1024);
    return *state ? 0 : -1;
}

static int
end (void **state)
{
    arena_t *arena = *state;
    arena_destroy (&arena);
    return 0;
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_relative_uri_is_a_path_at_the_agent_of_ecs),
        cmocka_unit_test (a_relative_uri_goes_before_a_full_one),
        cmocka_unit_test (a_relative_uri_cannot_lead_elsewhere),
        cmocka_unit_test (any_host_is_asked_over_https),
        cmocka_unit_test (http_is_for_this_machine_and_the_agents_of_aws),
        cmocka_unit_test (http_to_elsewhere_is_refused_by_the_address_and_not_by_how_it_looks),
        cmocka_unit_test (what_is_no_url_is_refused),
    };
    return cmocka_run_group_tests (tests, begin, end);
}
