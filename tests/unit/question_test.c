#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "question.h"

static question_t
question (aws_service_t service, const char *api, const char *body, const char *account, const char *region)
{
    question_t self;
    aws_request_t request = { .service = service, .api = api, .body = slice_of (body) };
    assert_int_equal (question_init (&self, &request, account, region), STATUS_OK);
    return self;
}

static void
the_same_question_is_the_same_wherever_its_texts_lie (void **state)
{
    (void) state;
    char body [] = "{\"limit\":5}", account [] = "prod";
    question_t one = question (AWS_LOGS, "DescribeLogGroups", "{\"limit\":5}", "prod", "eu-west-1");
    question_t other = question (AWS_LOGS, "DescribeLogGroups", body, account, "eu-west-1");
    assert_true (question_same (&one, &other));
    assert_memory_equal (one.digest, other.digest, sizeof one.digest);
    question_t empty = question (AWS_LOGS, "X", NULL, "", ""), also_empty = question (AWS_LOGS, "X", "", "", "");
    assert_true (question_same (&empty, &also_empty));
}

static void
whatever_differs_makes_another_question (void **state)
{
    (void) state;
    question_t one = question (AWS_LOGS, "DescribeLogGroups", "{\"limit\":5}", "prod", "eu-west-1");
    const question_t OTHERS [] = {
        question (AWS_MONITORING, "DescribeLogGroups", "{\"limit\":5}", "prod", "eu-west-1"),
        question (AWS_LOGS, "DescribeLogStreams", "{\"limit\":5}", "prod", "eu-west-1"),
        question (AWS_LOGS, "DescribeLogGroups", "{\"limit\":6}", "prod", "eu-west-1"),
        question (AWS_LOGS, "DescribeLogGroups", "{\"limit\":5} ", "prod", "eu-west-1"),
        question (AWS_LOGS, "DescribeLogGroups", "{\"limit\":5}", "", "eu-west-1"),
        question (AWS_LOGS, "DescribeLogGroups", "{\"limit\":5}", "prod", "eu-west-2"),
        question (AWS_LOGS, "DescribeLogGroups", "{\"limit\":5}", "prodeu", "-west-1"),     //  The same bytes, parted elsewhere
    };
    for (size_t i = 0; i < sizeof OTHERS / sizeof OTHERS [0]; i++) {
        assert_false (question_same (&one, &OTHERS [i]));
        assert_memory_not_equal (one.digest, OTHERS [i].digest, sizeof one.digest);
    }
}

//  As if two digests had met.
static void
the_bytes_decide_and_not_the_digest (void **state)
{
    (void) state;
    question_t one = question (AWS_LOGS, "DescribeLogGroups", "{\"limit\":5}", "prod", "eu-west-1");
    question_t other = question (AWS_LOGS, "DescribeLogGroups", "{\"limit\":6}", "prod", "eu-west-1");
    memcpy (other.digest, one.digest, sizeof one.digest);
    assert_false (question_same (&one, &other));
}

static void
one_that_is_kept_outlives_what_it_was_made_of (void **state)
{
    (void) state;
    char body [] = "{\"limit\":5}", account [] = "prod", region [] = "eu-west-1";
    question_t kept, lent = question (AWS_LOGS, "DescribeLogGroups", body, account, region), empty = question (AWS_LOGS, "X", NULL, "", "");
    assert_int_equal (question_keep (&lent, &kept), STATUS_OK);
    assert_int_equal (question_bytes (&kept), sizeof account + sizeof region + sizeof body - 1);
    memset (body, 'x', sizeof body);
    memset (account, 'x', sizeof account);
    memset (region, 'x', sizeof region);
    question_t same = question (AWS_LOGS, "DescribeLogGroups", "{\"limit\":5}", "prod", "eu-west-1");
    assert_true (question_same (&kept, &same));
    question_deinit (&kept);
    question_deinit (&kept);
    assert_int_equal (question_keep (&empty, &kept), STATUS_OK);
    assert_true (question_same (&kept, &empty));
    question_deinit (&kept);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (the_same_question_is_the_same_wherever_its_texts_lie),
        cmocka_unit_test (whatever_differs_makes_another_question),
        cmocka_unit_test (the_bytes_decide_and_not_the_digest),
        cmocka_unit_test (one_that_is_kept_outlives_what_it_was_made_of),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
