#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "accounts.h"

static const char *const REGIONS [] = { "eu-west-1", "us-east-1", NULL };

static void
an_account_is_found_by_its_whole_name (void **state)
{
    (void) state;
    const aws_account_t accounts [] = { { .name = "prod" }, { .name = "prod-eu" } };
    assert_ptr_equal (accounts_find (accounts, 2, SLICE ("prod")), &accounts [0]);
    assert_ptr_equal (accounts_find (accounts, 2, SLICE ("prod-eu")), &accounts [1]);
    assert_null (accounts_find (accounts, 2, SLICE ("pro")));
    assert_null (accounts_find (accounts, 2, SLICE ("Prod")));
    assert_null (accounts_find (accounts, 2, SLICE ("")));
    assert_null (accounts_find (NULL, 0, SLICE ("prod")));
}

static void
a_name_is_what_a_call_can_carry (void **state)
{
    (void) state;
    static const struct { const char *name; bool valid; } CASES [] = {
        { "a", true }, { "shop prod/eu.1_@+-", true }, { "0123456789012345678901234567890123456789012345678901234567890123", true },
        { "", false }, { " a", false }, { "a ", false }, { "a\"b", false }, { "a\\b", false }, { "a\nb", false }, { "\xc3\xa4", false },
        { "01234567890123456789012345678901234567890123456789012345678901234", false },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++)
        if (account_name_valid (slice_of (CASES [i].name)) != CASES [i].valid)
            fail_msg ("%s", CASES [i].name);
}

static void
only_the_regions_of_the_list_may_be_asked (void **state)
{
    (void) state;
    const aws_account_t fenced = { .name = "a", .regions = REGIONS }, open = { .name = "b" };
    assert_true (account_allows_region (&fenced, SLICE ("us-east-1")));
    assert_false (account_allows_region (&fenced, SLICE ("us-east-2")));
    assert_false (account_allows_region (&fenced, SLICE ("us-east-")));
    assert_true (account_allows_region (&open, SLICE ("us-east-2")));
    assert_true (account_allows_region (NULL, SLICE ("us-east-2")));
}

static void
a_call_without_a_region_goes_where_account_or_server_say (void **state)
{
    (void) state;
    const aws_account_t fenced = { .name = "a", .regions = REGIONS }, there = { .name = "b", .region = "ap-south-1" }, open = { .name = "c" };
    static const char *const OWN [] = { "us-east-1", "sa-east-1", "", NULL };
    static const char *const FENCED [] = { "us-east-1", "eu-west-1", "eu-west-1", "eu-west-1" };
    for (size_t i = 0; i < sizeof OWN / sizeof OWN [0]; i++) {
        assert_string_equal (account_usual_region (&fenced, OWN [i]), FENCED [i]);
        assert_string_equal (account_usual_region (&there, OWN [i]), "ap-south-1");
    }
    assert_string_equal (account_usual_region (&open, "sa-east-1"), "sa-east-1");
    assert_string_equal (account_usual_region (NULL, "sa-east-1"), "sa-east-1");
    assert_null (account_usual_region (NULL, ""));
    assert_null (account_usual_region (&open, NULL));
}

static void
a_star_stands_for_any_text (void **state)
{
    (void) state;
    static const struct { const char *pattern, *name; bool allowed; } CASES [] = {
        { "/ecs/shop/*", "/ecs/shop/orders", true }, { "/ecs/shop/*", "/ecs/shop/", true }, { "/ecs/shop/*", "/ecs/shop", false },
        { "/ecs/shop/*", "x/ecs/shop/orders", false }, { "/a", "/a", true }, { "/a", "/a/b", false }, { "/a", "/", false },
        { "*", "", true }, { "*", "anything", true }, { "*-prod", "a-prod-prod", true }, { "*-prod", "a-prod-dev", false },
        { "/*/b*d", "/a/b/bcd", true }, { "/*/b*d", "/a/c/bcx", false }, { "a**b", "ab", true }, { "a*b*c", "aXbYbZc", true },
        { "a*b*c", "aXbYbZ", false }, { "A", "a", false },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        const char *const patterns [] = { "nothing like it", CASES [i].pattern, NULL };
        const aws_account_t account = { .name = "a", .log_groups = patterns };
        if (account_allows_log_group (&account, slice_of (CASES [i].name)) != CASES [i].allowed)
            fail_msg ("%s %s", CASES [i].pattern, CASES [i].name);
    }
    assert_true (account_allows_log_group (&(aws_account_t) { .name = "a" }, SLICE ("x")));
    assert_true (account_allows_log_group (NULL, SLICE ("x")));
}

static void
of_many_names_the_first_are_told_and_their_number (void **state)
{
    (void) state;
    aws_account_t accounts [ACCOUNTS_MAX];
    static const struct { size_t count; const char *told; } CASES [] = {
        { 1, "a" }, { 2, "a and a" }, { 3, "a, a and a" },
        { 20, "a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a and a" },
        { 23, "a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a and 3 more" },
    };
    for (size_t i = 0; i < ACCOUNTS_MAX; i++)
        accounts [i] = (aws_account_t) { .name = "a" };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        buffer_t out;
        buffer_init (&out, 1024);
        accounts_append_names (&out, accounts, CASES [i].count);
        buffer_append_char (&out, 0);
        assert_string_equal (out.data, CASES [i].told);
        buffer_deinit (&out);
    }
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (an_account_is_found_by_its_whole_name),
        cmocka_unit_test (a_name_is_what_a_call_can_carry),
        cmocka_unit_test (only_the_regions_of_the_list_may_be_asked),
        cmocka_unit_test (a_call_without_a_region_goes_where_account_or_server_say),
        cmocka_unit_test (a_star_stands_for_any_text),
        cmocka_unit_test (of_many_names_the_first_are_told_and_their_number),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
