#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "catalogue.h"
#include "expect.h"
#include "metric_search.h"

enum { HITS_MAX = 5, LINE_BYTES_MAX = 512 };

static metric_search_t scratch;

//  The place of the wanted metric, "NAMESPACE NAME", among the hits; -1: it is not there.
static int
place_of (const char *question, const char *wanted)
{
    metric_hit_t hits [HITS_MAX];
    int count = metric_search (&scratch, slice_of (question), hits, HITS_MAX);
    for (int i = 0; i < count; i++) {
        char name [LINE_BYTES_MAX];
        catalogue_metric_t metric = catalogue_metric (hits [i].id);
        snprintf (name, sizeof name, "%s %s", metric.namespace, metric.name);
        if (strcmp (name, wanted) == 0)
            return i;
    }
    return -1;
}

static void
questions_of_people_on_call_find_what_they_mean (void **state)
{
    (void) state;
    FILE *file = fopen (TEST_DATA "/metric_questions.tsv", "r");
    assert_non_null (file);
    char line [LINE_BYTES_MAX];
    int all = 0, first = 0, among_five = 0;
    while (fgets (line, sizeof line, file)) {
        line [strcspn (line, "\n")] = '\0';
        char *wanted = strchr (line, '\t');
        assert_non_null (wanted);
        *wanted++ = '\0';
        int place = place_of (line, wanted);
        if (place != 0)
            print_message ("%s: %s is at %d\n", line, wanted, place);
        all++;
        first += place == 0;
        among_five += place >= 0;
    }
    fclose (file);
    print_message ("%d questions: %d first, %d among five\n", all, first, among_five);
    assert_true (all >= 150);
    assert_true (first * 100 >= all * 85);
    assert_true (among_five * 100 >= all * 97);
}

static void
slips_of_the_finger_and_other_words_are_understood (void **state)
{
    (void) state;
    assert_int_equal (place_of ("latency of load balancer", "AWS/ApplicationELB TargetResponseTime"), 0);
    assert_int_equal (place_of ("lamda throtled", "AWS/Lambda Throttles"), 0);
    assert_int_equal (place_of ("sqs oldset mesage age", "AWS/SQS ApproximateAgeOfOldestMessage"), 0);
    assert_int_equal (place_of ("rds freestoragespace", "AWS/RDS FreeStorageSpace"), 0);
    assert_true (place_of ("dynamo throttl", "AWS/DynamoDB ThrottledRequests") >= 0);
}

static void
what_somebody_on_call_types_in_a_hurry_is_understood (void **state)
{
    (void) state;
    assert_true (place_of ("lambda timing out", "AWS/Lambda Duration") >= 0);
    assert_int_equal (place_of ("lambda times out", "AWS/Lambda Duration"), 0);
    assert_int_equal (place_of ("why is my queue backing up", "AWS/SQS ApproximateNumberOfMessagesVisible"), 0);
    assert_int_equal (place_of ("what is it that does this and why does it do so and how many of them lambda throttled", "AWS/Lambda Throttles"), 0);
}

static void
the_same_question_has_the_same_answer (void **state)
{
    (void) state;
    metric_hit_t one [HITS_MAX], other [HITS_MAX];
    memset (&scratch, 0xA5, sizeof scratch);
    int count = metric_search (&scratch, SLICE ("errors"), one, HITS_MAX);
    metric_search (&scratch, SLICE ("something else altogether, of queues"), other, HITS_MAX);
    assert_int_equal (metric_search (&scratch, SLICE ("ERRORS"), other, HITS_MAX), count);
    for (int i = 0; i < count; i++) {
        assert_int_equal (one [i].id, other [i].id);
        assert_true (i == 0 || one [i - 1].score >= one [i].score);
    }
}

static void
what_says_nothing_finds_nothing (void **state)
{
    (void) state;
    metric_hit_t hits [1];
    assert_int_equal (metric_search (&scratch, SLICE (""), hits, 1), 0);
    assert_int_equal (metric_search (&scratch, SLICE ("the of and"), hits, 1), 0);
    assert_int_equal (metric_search (&scratch, SLICE ("xqzjwvkq"), hits, 1), 0);
    assert_int_equal (metric_search (&scratch, SLICE ("errors"), hits, 0), 0);
}

static void
a_question_of_any_length_is_safe_to_ask (void **state)
{
    (void) state;
    static char text [100000];
    metric_hit_t hits [HITS_MAX];
    for (size_t i = 0; i < sizeof text; i++)
        text [i] = i % 7 == 6 ? ' ' : (char) ('a' + i % 23);
    metric_search (&scratch, (slice_t) { text, sizeof text }, hits, HITS_MAX);
    memset (text, 'e', sizeof text);
    assert_int_equal (metric_search (&scratch, (slice_t) { text, sizeof text }, hits, HITS_MAX), 0);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (questions_of_people_on_call_find_what_they_mean),
        cmocka_unit_test (slips_of_the_finger_and_other_words_are_understood),
        cmocka_unit_test (what_somebody_on_call_types_in_a_hurry_is_understood),
        cmocka_unit_test (the_same_question_has_the_same_answer),
        cmocka_unit_test (what_says_nothing_finds_nothing),
        cmocka_unit_test (a_question_of_any_length_is_safe_to_ask),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
