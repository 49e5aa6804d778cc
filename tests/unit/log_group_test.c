#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "expect.h"
#include "log_group.h"

static void
expect_text (slice_t slice, const char *expected)
{
    if (!expected) {
        assert_null (slice.data);
        return;
    }
    assert_non_null (slice.data);
    if (slice.size != strlen (expected) || memcmp (slice.data, expected, slice.size) != 0)
        fail_msg ("expected \"%s\", got \"%.*s\"", expected, (int) slice.size, slice.data);
}

static void
an_arn_has_its_parts_and_a_name_has_none (void **state)
{
    (void) state;
    static const struct {
        const char *group, *trimmed, *region, *account, *name;
    } CASES [] = {
        { "/aws/lambda/a", "/aws/lambda/a", NULL, NULL, "/aws/lambda/a" },
        { "arn:aws:logs:eu-west-1:123456789012:log-group:/a", "arn:aws:logs:eu-west-1:123456789012:log-group:/a", "eu-west-1", "123456789012", "/a" },
        { "arn:aws-cn:logs:cn-north-1:1:log-group:/a:*", "arn:aws-cn:logs:cn-north-1:1:log-group:/a", "cn-north-1", "1", "/a" },
        { "arn:aws:logs:eu-west-1:123456789012", "arn:aws:logs:eu-west-1:123456789012", "eu-west-1", "123456789012", NULL },
        { "arn:", "arn:", NULL, NULL, NULL },
        { "arn:::::", "arn:::::", "", "", NULL },
        { ":*", ":*", NULL, NULL, ":*" },
        { "no arn", "no arn", NULL, NULL, "no arn" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        slice_t group = slice_of (CASES [i].group);
        expect_text (log_group_trim (group), CASES [i].trimmed);
        expect_text (log_group_region (group), CASES [i].region);
        expect_text (log_group_account (group), CASES [i].account);
        expect_text (log_group_name (group), CASES [i].name);
    }
    assert_null (log_group_account (SLICE_ABSENT).data);
}

static void
aws_is_told_a_name_as_a_name_and_an_arn_as_an_identifier (void **state)
{
    (void) state;
    static const char *const CASES [] [2] = {
        { "/a", "{\"logGroupName\":\"/a\"}" }, { "arn:aws:logs:r:1:log-group:/a", "{\"logGroupIdentifier\":\"arn:aws:logs:r:1:log-group:/a\"}" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        yyjson_mut_doc *doc = yyjson_mut_doc_new (NULL);
        yyjson_mut_val *input = yyjson_mut_obj (doc);
        assert_true (log_group_add (doc, input, slice_of (CASES [i] [0])));
        char *text = yyjson_mut_val_write (input, 0, NULL);
        assert_string_equal (text, CASES [i] [1]);
        free (text);
        yyjson_mut_doc_free (doc);
    }
}

static void
a_group_is_unknown_only_when_aws_speaks_of_the_group (void **state)
{
    (void) state;
    static const struct {
        const char *code, *message;
        bool unknown;
    } CASES [] = {
        { "ResourceNotFoundException", "The specified log group does not exist.", true }, { "ResourceNotFoundException", "", true },
        { "ResourceNotFoundException", "The specified log stream does not exist.", false }, { "AccessDeniedException", "no", false },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        aws_error_t error = { .class = AWS_INVALID };
        snprintf (error.code, sizeof error.code, "%s", CASES [i].code);
        snprintf (error.message, sizeof error.message, "%s", CASES [i].message);
        assert_true (log_group_is_unknown (&(outcome_t) { .status = STATUS_INVALID_ARGUMENT, .error = &error }) == CASES [i].unknown);
    }
    assert_false (log_group_is_unknown (&(outcome_t) { .status = STATUS_UNREACHABLE }));
}

static void
the_explanation_says_where_to_look (void **state)
{
    (void) state;
    static const char *const CASES [] [2] = {
        { "/a\x1b", "There is no log group \"/a\\u001b\" in eu-west-1. Names are case-sensitive: describe_log_groups with a pattern finds a text "
                    "anywhere in a name. Or is it another region or account?" },
        { "arn:aws:logs:us-east-1:1:log-group:/a", "There is no log group \"arn:aws:logs:us-east-1:1:log-group:/a\" in eu-west-1. The ARN is one of "
                                                   "us-east-1: pass that region." },
        { "arn:aws:logs:eu-west-1:1:log-group:/a", "There is no log group \"arn:aws:logs:eu-west-1:1:log-group:/a\" in eu-west-1. Names are "
                                                   "case-sensitive: describe_log_groups with a pattern finds a text anywhere in a name. Or is it "
                                                   "another region or account?" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        buffer_t out;
        buffer_init (&out, 4096);
        log_group_explain (&out, slice_of (CASES [i] [0]), "eu-west-1");
        expect_text (buffer_slice (&out), CASES [i] [1]);
        buffer_deinit (&out);
    }
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (an_arn_has_its_parts_and_a_name_has_none),
        cmocka_unit_test (aws_is_told_a_name_as_a_name_and_an_arn_as_an_identifier),
        cmocka_unit_test (a_group_is_unknown_only_when_aws_speaks_of_the_group),
        cmocka_unit_test (the_explanation_says_where_to_look),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
