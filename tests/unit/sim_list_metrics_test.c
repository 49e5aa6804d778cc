#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim_ask.h"

#include <stdlib.h>

#define ASKED (&OPERATION_LIST_METRICS)

static int
s_open (void **state)
{
    return sim_ask_open_with (state, (shop_config_t) { .metrics_extra = 500 });
}

static size_t
own_metrics (const shop_t *shop)
{
    size_t count = 0;
    for (size_t i = 0; i < shop->metrics_count; i++)
        count += strcmp (shop->metrics [i].account, SHOP_ACCOUNT) == 0;
    return count;
}

//  The metrics that came, as text, in their order.
typedef struct {
    char **texts;
    size_t count;
} seen_t;

static void
s_collect (void *arg, yyjson_val *metric)
{
    seen_t *seen = arg;
    seen->texts [seen->count++] = yyjson_val_write (metric, 0, NULL);
}

static int
s_compare_texts (const void *left, const void *right)
{
    return strcmp (*(const char *const *) left, *(const char *const *) right);
}

static void
pages_of_five_hundred_hold_every_metric_once (void **state)
{
    const shop_t *shop = *state;
    seen_t seen = { .texts = calloc (shop->metrics_count, sizeof (char *)) };
    assert_non_null (seen.texts);
    int pages = sim_ask_pages (shop, ASKED, "\"IncludeLinkedAccounts\":false", "NextToken", "Metrics", s_collect, &seen);
    assert_int_equal (seen.count, own_metrics (shop));
    assert_int_equal (pages, (own_metrics (shop) + 499) / 500);
    qsort (seen.texts, seen.count, sizeof (char *), s_compare_texts);
    for (size_t i = 1; i < seen.count; i++)
        assert_string_not_equal (seen.texts [i - 1], seen.texts [i]);
    for (size_t i = 0; i < seen.count; i++)
        free (seen.texts [i]);
    free (seen.texts);
    assert_int_equal (sim_ask_count (shop, ASKED, "{}", "Metrics"), 500);
}

static void
namespace_name_and_dimensions_narrow_the_list (void **state)
{
    assert_int_equal (sim_ask_count (*state, ASKED, "{\"Namespace\":\"AWS/CertificateManager\"}", "Metrics"), 3);
    assert_int_equal (sim_ask_count (*state, ASKED, "{\"Namespace\":\"AWS/Certificate\"}", "Metrics"), 0);
    assert_int_equal (sim_ask_count (*state, ASKED, "{\"Namespace\":\"AWS/RDS\",\"MetricName\":\"CPUUtilization\"}", "Metrics"), 5);
    assert_int_equal (sim_ask_count (*state, ASKED, "{\"MetricName\":\"ReplicaLag\"}", "Metrics"), 1);
    assert_int_equal (sim_ask_count (*state, ASKED, "{\"Namespace\":\"AWS/SQS\",\"Dimensions\":[{\"Name\":\"QueueName\","
                                                    "\"Value\":\"orders-new\"}]}", "Metrics"), 9);
    assert_int_equal (sim_ask_count (*state, ASKED, "{\"MetricName\":\"HealthyHostCount\",\"Dimensions\":[{\"Name\":\"AvailabilityZone\"},"
                                                    "{\"Name\":\"TargetGroup\"}]}", "Metrics"), 18);
    assert_int_equal (sim_ask_count (*state, ASKED, "{\"Namespace\":\"AWS/S3\",\"Dimensions\":[{\"Name\":\"BucketName\","
                                                    "\"Value\":\"shop-invoices-eu-west-1\"}]}", "Metrics"), 2);
}

static void
silent_metrics_are_not_recently_active (void **state)
{
    assert_int_equal (sim_ask_count (*state, ASKED, "{\"Namespace\":\"AWS/CertificateManager\",\"RecentlyActive\":\"PT3H\"}", "Metrics"), 0);
    assert_int_equal (sim_ask_count (*state, ASKED, "{\"Namespace\":\"AWS/SQS\",\"MetricName\":\"SentMessageSize\"}", "Metrics"), 11);
    assert_int_equal (sim_ask_count (*state, ASKED, "{\"Namespace\":\"AWS/SQS\",\"MetricName\":\"SentMessageSize\","
                                                    "\"RecentlyActive\":\"PT3H\"}", "Metrics"), 9);
}

static void
owners_stand_beside_metrics_when_linked_accounts_are_asked_for (void **state)
{
    int status;
    yyjson_doc *doc = sim_ask (*state, ASKED, "{\"MetricName\":\"CheckoutStarted\",\"IncludeLinkedAccounts\":true}", &status);
    yyjson_val *root = yyjson_doc_get_root (doc);
    yyjson_val *metrics = yyjson_obj_get (root, "Metrics");
    yyjson_val *owners = yyjson_obj_get (root, "OwningAccounts");
    assert_int_equal (yyjson_arr_size (metrics), 3);
    assert_int_equal (yyjson_arr_size (owners), 3);
    assert_string_equal (yyjson_get_str (yyjson_arr_get (owners, 0)), SHOP_ACCOUNT);
    assert_string_equal (yyjson_get_str (yyjson_arr_get (owners, 2)), SHOP_ACCOUNT_STAGING);
    yyjson_doc_free (doc);
    doc = sim_ask (*state, ASKED, "{\"MetricName\":\"CheckoutStarted\"}", &status);
    assert_null (yyjson_obj_get (yyjson_doc_get_root (doc), "OwningAccounts"));
    yyjson_doc_free (doc);
    assert_int_equal (sim_ask_count (*state, ASKED, "{\"MetricName\":\"CheckoutStarted\",\"IncludeLinkedAccounts\":true,\"OwningAccount\":\""
                                                    SHOP_ACCOUNT_STAGING "\"}", "Metrics"), 1);
}

static void
broken_constraints_are_worded_as_aws_words_them (void **state)
{
    sim_ask_refused (*state, ASKED, "{\"RecentlyActive\":\"PT4H\"}", "ValidationError",
        "1 validation error detected: Value 'PT4H' at 'recentlyActive' failed to satisfy constraint: Member must satisfy enum value set: [PT3H]");
    sim_ask_refused (*state, ASKED, "{\"Dimensions\":[{\"Name\":\"a\"},{\"Value\":\"b\"}]}", "ValidationError",
        "1 validation error detected: Value null at 'dimensions.2.member.name' failed to satisfy constraint: Member must not be null");
    sim_ask_refused (*state, ASKED, "{\"Namespace\":\":x\"}", "ValidationError",
        "1 validation error detected: Value ':x' at 'namespace' failed to satisfy constraint: Member must satisfy regular expression "
        "pattern: [^:].*");
    sim_ask_refused (*state, ASKED, "{\"Dimensions\":[{},{},{},{},{},{},{},{},{},{},{}]}", "ValidationError", NULL);
    sim_ask_refused (*state, ASKED, "{\"Dimensions\":[1]}", "SerializationException", NULL);
    sim_ask_refused (*state, ASKED, "{\"OwningAccount\":\"" SHOP_ACCOUNT_STAGING "\"}", "InvalidParameterValueException", NULL);
    sim_ask_refused (*state, ASKED, "{\"NextToken\":\"nonsense\"}", "InvalidParameterValueException", "The specified nextToken is invalid.");
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (pages_of_five_hundred_hold_every_metric_once),
        cmocka_unit_test (namespace_name_and_dimensions_narrow_the_list),
        cmocka_unit_test (silent_metrics_are_not_recently_active),
        cmocka_unit_test (owners_stand_beside_metrics_when_linked_accounts_are_asked_for),
        cmocka_unit_test (broken_constraints_are_worded_as_aws_words_them),
    };
    return cmocka_run_group_tests (tests, s_open, sim_ask_close);
}
