#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "absence.h"
#include "expect.h"
#include "pack.h"

//  What is said of a metric with these dimensions (a JSON object; NULL: none) in a window of so many hours.
static void
expect_with (const char *namespace, const char *name, const char *dimensions, int64_t hours, int64_t period_s, const char *region,
             const char *expected, const char *unexpected)
{
    buffer_t bytes, note;
    buffer_init (&bytes, 65536);
    buffer_init (&note, 16384);
    if (dimensions) {
        yyjson_doc *doc = yyjson_read (dimensions, strlen (dimensions), 0);
        assert_non_null (doc);
        pack_json (&bytes, yyjson_doc_get_root (doc));
        yyjson_doc_free (doc);
    }
    metric_t asked = { slice_of (namespace), slice_of (name), buffer_slice (&bytes) };
    timegrid_t grid = { .start_ms = 0, .end_ms = hours * 3600000, .period_s = period_s };
    absence_append (&note, &asked, SLICE_ABSENT, &grid, period_s, region);
    buffer_append_char (&note, 0);
    expect_part (note.data, expected);
    if (unexpected)
        expect_no_part (note.data, unexpected);
    buffer_deinit (&note);
    buffer_deinit (&bytes);
}

static void
expect_absence (const char *namespace, const char *name, int64_t hours, int64_t period_s, const char *region, const char *expected)
{
    expect_with (namespace, name, NULL, hours, period_s, region, expected, NULL);
}

static void
what_is_published_seldom_wants_a_longer_window_and_period (void **state)
{
    (void) state;
    static const char BUCKET [] = "{\"BucketName\":\"b\",\"StorageType\":\"StandardStorage\"}";
    expect_absence ("AWS/S3", "BucketSizeBytes", 3, 180, "eu-west-1",
                    "AWS/S3 BucketSizeBytes is published once a day: ask for -2d with period 86400, with dimensions BucketName and StorageType");
    expect_absence ("AWS/S3", "BucketSizeBytes", 48, 3600, "eu-west-1", "is published once a day: ask for -2d with period 86400");
    expect_with ("AWS/S3", "BucketSizeBytes", BUCKET, 3, 180, "eu-west-1", "ask for -2d with period 86400. list_metrics", "you gave");
    expect_with ("AWS/S3", "BucketSizeBytes", BUCKET, 48, 86400, "eu-west-1", "Is it the right region", "published once");
    expect_absence ("AWS/Billing", "EstimatedCharges", 3, 180, "us-east-1", "is published every 6 hours: ask for -2d with period 21600");
}

static void
dimensions_that_it_has_not_are_compared_with_those_it_has (void **state)
{
    (void) state;
    expect_with ("AWS/S3", "BucketSizeBytes", "{\"BucketName\":\"b\"}", 48, 86400, "eu-west-1",
                 "AWS/S3 BucketSizeBytes is known with the dimensions BucketName and StorageType; you gave BucketName. list_metrics", NULL);
    expect_with ("AWS/Lambda", "Errors", "{\"functionname\":\"f\",\"x\":\"y\"}", 3, 180, "eu-west-1",
                 "is known with the dimensions FunctionName; or FunctionName and Resource; or ExecutedVersion, FunctionName and Resource; you gave "
                 "functionname and x.", NULL);
    expect_with ("AWS/Lambda", "Errors", NULL, 3, 180, "eu-west-1", "; you gave none. ", NULL);
    expect_with ("AWS/Lambda", "Errors", "{\"Resource\":\"f\",\"FunctionName\":\"f\"}", 3, 180, "eu-west-1",
                 "exactly the dimensions that it is published with", "you gave");
    expect_with ("AWS/Lambda", "Errors", "{\"\\u001b\":\"f\"}", 3, 180, "eu-west-1", "you gave \\u001b.", NULL);
}

static void
a_name_that_is_not_there_or_is_spelt_otherwise_is_said (void **state)
{
    (void) state;
    expect_absence ("AWS/Lambda", "Erors", 3, 180, "eu-west-1",
                    "The catalogue has no AWS/Lambda Erors; nearest is Errors. search_metric_metadata finds metrics by what they mean.");
    expect_absence ("AWS/Lamda", "Errors", 3, 180, "eu-west-1", "The catalogue has no namespace AWS/Lamda; nearest is AWS/Lambda. ");
    expect_with ("aws/lambda", "errors", "{\"FunctionName\":\"f\"}", 3, 180, "eu-west-1",
                 "Names are case-sensitive: it is AWS/Lambda Errors. list_metrics", NULL);
    expect_with ("Shop", "Orders", NULL, 3, 180, "eu-west-1", "Is it the right region", "catalogue");
}

static void
a_service_that_publishes_elsewhere_says_where (void **state)
{
    (void) state;
    expect_absence ("AWS/Billing", "EstimatedCharges", 3, 180, "eu-west-1", "AWS/Billing is published in us-east-1 only: ask with that region. ");
    expect_absence ("AWS/CloudFront", "None", 3, 180, "eu-west-1", "AWS/CloudFront is published in us-east-1 only");
    expect_with ("AWS/CloudFront", "Requests", NULL, 3, 180, "us-east-1", "is known with the dimensions", "published in us-east-1");
}

static void
a_unit_that_was_named_may_be_the_reason (void **state)
{
    (void) state;
    buffer_t note;
    buffer_init (&note, 16384);
    metric_t asked = { SLICE ("Shop"), SLICE ("Orders"), SLICE_ABSENT };
    timegrid_t grid = { .end_ms = 3600000, .period_s = 60 };
    absence_append (&note, &asked, SLICE ("Seconds"), &grid, 60, "eu-west-1");
    buffer_append_char (&note, 0);
    expect_part (note.data, "Only datapoints in Seconds were asked for: leave unit out to have all. A metric is named by");
    buffer_deinit (&note);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (what_is_published_seldom_wants_a_longer_window_and_period),
        cmocka_unit_test (dimensions_that_it_has_not_are_compared_with_those_it_has),
        cmocka_unit_test (a_name_that_is_not_there_or_is_spelt_otherwise_is_said),
        cmocka_unit_test (a_service_that_publishes_elsewhere_says_where),
        cmocka_unit_test (a_unit_that_was_named_may_be_the_reason),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
