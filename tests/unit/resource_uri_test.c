#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "resource_uri.h"

#include <stdio.h>

static void
a_name_is_decoded_and_slashes_stand_for_themselves (void **state)
{
    (void) state;
    static const struct {
        const char *text, *kind, *name, *region, *account;
    } CASES [] = {
        { "cloudwatch-mcp://alarm/cpu-high", "alarm", "cpu-high", "", "" },
        { "cloudwatch-mcp://alarm/caf%C3%A9%20%231", "alarm", "caf\xc3\xa9 #1", "", "" },
        { "cloudwatch-mcp://log-group/%2Faws%2flambda%2Fa", "log-group", "/aws/lambda/a", "", "" },
        { "cloudwatch-mcp://log-group//aws/lambda/a", "log-group", "/aws/lambda/a", "", "" },
        { "cloudwatch-mcp://alarm/100%25?region=eu-west-1", "alarm", "100%", "eu-west-1", "" },
        { "cloudwatch-mcp://namespace/AWS/EC2?account=prod&region=us-east-1", "namespace", "AWS/EC2", "us-east-1", "prod" },
        { "cloudwatch://metrics/AWS/Lambda", "metrics", "AWS/Lambda", "", "" },
        { "cloudwatch-mcp://alarm/a+b&c=d", "alarm", "a+b&c=d", "", "" },
        { "cloudwatch-mcp://alarm/../../etc", "alarm", "../../etc", "", "" },            //  A name like any other: nothing opens it
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        resource_uri_t uri;
        const char *reason;
        assert_int_equal (resource_uri_read (slice_of (CASES [i].text), &uri, &reason), STATUS_OK);
        assert_true (slice_is (uri.kind, CASES [i].kind));
        assert_string_equal (uri.name, CASES [i].name);
        assert_string_equal (uri.region, CASES [i].region);
        assert_string_equal (uri.account, CASES [i].account);
        assert_null (reason);
    }
}

static void
what_is_not_written_so_is_refused_with_a_reason (void **state)
{
    (void) state;
    static const char *const TEXTS [] = {
        "", "cloudwatch:/alarm/a", "cloudwatch://",
        "cloudwatch-mcp:", "cloudwatch-mcp://", "cloudwatch-mcp://alarm", "cloudwatch-mcp://alarm/", "http://alarm/a", "CLOUDWATCH-MCP://alarm/a",
        "cloudwatch-mcp://alarm/%", "cloudwatch-mcp://alarm/%4", "cloudwatch-mcp://alarm/%4g", "cloudwatch-mcp://alarm/%g4",
        "cloudwatch-mcp://alarm/a b", "cloudwatch-mcp://alarm/a#b", "cloudwatch-mcp://alarm/a\"b", "cloudwatch-mcp://alarm/caf\xc3\xa9",
        "cloudwatch-mcp://alarm/%00", "cloudwatch-mcp://alarm/a%0Ab", "cloudwatch-mcp://alarm/%C3", "cloudwatch-mcp://alarm/%ED%A0%80",
        "cloudwatch-mcp://alarm/a%E2%80%AEb", "cloudwatch-mcp://alarm/a?", "cloudwatch-mcp://alarm/a?region", "cloudwatch-mcp://alarm/a?region=",
        "cloudwatch-mcp://alarm/a?zone=x", "cloudwatch-mcp://alarm/a?region=a&region=b", "cloudwatch-mcp://alarm/a?region=a&",
        "cloudwatch-mcp://alarm/a?region=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "cloudwatch-mcp://alarm/a?region=a?b",
    };
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS [0]; i++) {
        resource_uri_t uri;
        const char *reason;
        if (resource_uri_read (slice_of (TEXTS [i]), &uri, &reason) != STATUS_MALFORMED)
            fail_msg ("%s was taken", TEXTS [i]);
        assert_non_null (reason);
    }
}

static void
a_name_may_be_as_long_as_the_longest_and_no_longer (void **state)
{
    (void) state;
    char text [RESOURCE_URI_NAME_SIZE + 64];
    for (int longer = 0; longer < 2; longer++) {
        int head = snprintf (text, sizeof text, "cloudwatch-mcp://alarm/");
        size_t size = RESOURCE_URI_NAME_SIZE - 1 + (size_t) longer;
        memset (text + head, 'a', size);
        resource_uri_t uri;
        const char *reason;
        assert_int_equal (resource_uri_read ((slice_t) { text, (size_t) head + size }, &uri, &reason), longer ? STATUS_MALFORMED : STATUS_OK);
    }
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_name_is_decoded_and_slashes_stand_for_themselves),
        cmocka_unit_test (what_is_not_written_so_is_refused_with_a_reason),
        cmocka_unit_test (a_name_may_be_as_long_as_the_longest_and_no_longer),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
