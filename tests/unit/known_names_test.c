#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "known_names.h"

#include "catalogue.h"

//  How often a name is told, and how many there are.
typedef struct {
    const char *name;
    int count, of_name;
} told_t;

static void
take (void *arg, slice_t name)
{
    told_t *told = arg;
    told->count++;
    told->of_name += slice_is (name, told->name);
    assert_true (name.size > 0);
}

static told_t
names_of (completes_t completes, const char *namespace, const char *metric_name, const char *name)
{
    told_t told = { .name = name };
    known_names_t asked = { completes, SLICE (""), slice_of (namespace), slice_of (metric_name) };
    known_names_each (&asked, take, &told);
    return told;
}

static void
names_are_those_of_what_is_filled_in (void **state)
{
    (void) state;
    static const struct { completes_t completes; const char *namespace, *metric_name, *name; bool some; int count; } CASES [] = {
        { COMPLETES_NAMESPACE, NULL, NULL, "AWS/Lambda", true, 0 }, { COMPLETES_KNOWN_NAMESPACE, NULL, NULL, "CWAgent", true, 0 },
        { COMPLETES_METRIC_NAME, "aws/lambda", NULL, "Throttles", true, 0 }, { COMPLETES_METRIC_NAME, "AWS/SQS", NULL, "Throttles", false, 11 },
        { COMPLETES_METRIC_NAME, NULL, NULL, "ApproximateAgeOfOldestMessage", true, 0 },
        { COMPLETES_METRIC_NAME, "Shop", NULL, "Throttles", false, 0 },
        { COMPLETES_DIMENSION_NAME, "AWS/SQS", NULL, "QueueName", true, 0 },
        { COMPLETES_DIMENSION_NAME, "AWS/SQS", "NumberOfMessagesSent", "QueueName", true, 1 },
        { COMPLETES_DIMENSION_NAME, "AWS/SQS", "Nope", "QueueName", false, 0 }, { COMPLETES_DIMENSION_NAME, NULL, NULL, "QueueName", false, 0 },
        { COMPLETES_ALARM_NAME, NULL, NULL, "AWS/Lambda", false, 0 }, { COMPLETES_DIMENSION_VALUE, "AWS/SQS", NULL, "QueueName", false, 0 },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        told_t told = names_of (CASES [i].completes, CASES [i].namespace, CASES [i].metric_name, CASES [i].name);
        if ((told.of_name > 0) != CASES [i].some || (CASES [i].count && told.count != CASES [i].count) || (!told.of_name && CASES [i].some))
            fail_msg ("case %zu: %d of %d", i, told.of_name, told.count);
    }
    assert_int_equal (names_of (COMPLETES_NAMESPACE, NULL, NULL, "").count, catalogue_namespaces_count ());
}

static void
only_awss_own_namespaces_are_known_whole (void **state)
{
    (void) state;
    static const struct { completes_t completes; const char *typed, *namespace; bool suffices; } CASES [] = {
        { COMPLETES_NAMESPACE, "aws/", NULL, true }, { COMPLETES_NAMESPACE, "AWS", NULL, false }, { COMPLETES_NAMESPACE, "lambda", NULL, false },
        { COMPLETES_METRIC_NAME, "", "AWS/Lambda", true }, { COMPLETES_METRIC_NAME, "AWS/", "CWAgent", false },
        { COMPLETES_METRIC_NAME, "AWS/", NULL, false }, { COMPLETES_DIMENSION_NAME, "", "AWS/Lambda", true },
        { COMPLETES_DIMENSION_VALUE, "", "AWS/Lambda", false }, { COMPLETES_KNOWN_NAMESPACE, "", NULL, true },
        { COMPLETES_ALARM_NAME, "AWS/", "AWS/Lambda", false },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        known_names_t asked = { CASES [i].completes, slice_of (CASES [i].typed), slice_of (CASES [i].namespace), SLICE_ABSENT };
        if (known_names_suffice (&asked) != CASES [i].suffices)
            fail_msg ("case %zu", i);
    }
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (names_are_those_of_what_is_filled_in),
        cmocka_unit_test (only_awss_own_namespaces_are_known_whole),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
