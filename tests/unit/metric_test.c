#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "expect.h"
#include "metric.h"
#include "pack.h"

//  A metric whose dimensions are this JSON object; NULL: none. bytes owns them.
static metric_t
metric (const char *namespace, const char *name, const char *dimensions, buffer_t *bytes)
{
    buffer_init (bytes, 65536);
    if (dimensions) {
        yyjson_doc *doc = yyjson_read (dimensions, strlen (dimensions), 0);
        assert_non_null (doc);
        pack_json (bytes, yyjson_doc_get_root (doc));
        yyjson_doc_free (doc);
    }
    return (metric_t) { slice_of (namespace), slice_of (name), buffer_slice (bytes) };
}

static void
expect_label (const char *dimensions, const char *aws, bool callers, const char *expected)
{
    buffer_t bytes, label;
    metric_t errors = metric ("AWS/Lambda", "Errors", dimensions, &bytes);
    buffer_init (&label, 4096);
    metric_append_label (&label, &errors, slice_of (aws), callers);
    buffer_append_char (&label, 0);
    assert_string_equal (label.data, expected);
    buffer_deinit (&label);
    buffer_deinit (&bytes);
}

static void
a_label_says_more_than_the_name_where_something_does (void **state)
{
    (void) state;
    expect_label ("{\"FunctionName\":\"checkout\"}", "Errors", false, "checkout Errors");
    expect_label ("{\"FunctionName\":\"checkout\",\"Resource\":\"live\"}", "Errors", false, "checkout live Errors");
    expect_label ("{\"FunctionName\":\"checkout\"}", NULL, false, "checkout Errors");
    expect_label ("{\"FunctionName\":\"checkout\"}", "AWS/Lambda checkout", false, "AWS/Lambda checkout");
    expect_label ("{\"FunctionName\":\"checkout\"}", "Errors", true, "Errors");
    expect_label ("{}", "Errors", false, "Errors");
    expect_label (NULL, NULL, false, "Errors");
}

static void
a_label_is_visible_and_not_too_long (void **state)
{
    (void) state;
    expect_label (NULL, "a\x1b[2J\xe2\x80\xae", true, "a\\u001b[2J\\u202e");
    expect_label ("{\"a\":\"\\u001b\"}", NULL, false, "\\u001b Errors");
    buffer_t bytes, label, text;
    buffer_init (&text, 65536);
    buffer_append_text (&text, "{\"d0\":\"x\"");
    for (int i = 1; i < 30; i++)
        buffer_printf (&text, ",\"d%d\":\"%0500d\"", i, i);
    buffer_append_text (&text, "}");
    buffer_append_char (&text, 0);
    metric_t long_one = metric ("N", "m", text.data, &bytes);
    buffer_init (&label, 4096);
    metric_append_label (&label, &long_one, SLICE_ABSENT, false);
    assert_true (label.size < 400);
    buffer_deinit (&label);
    buffer_deinit (&bytes);
    buffer_deinit (&text);
}

static void
a_request_names_it_with_its_dimensions (void **state)
{
    (void) state;
    buffer_t bytes, text;
    metric_t errors = metric ("AWS/Lambda", "Errors", "{\"b\":\"2\",\"a\":\"1\"}", &bytes);
    yyjson_mut_doc *doc = yyjson_mut_doc_new (NULL);
    yyjson_mut_doc_set_root (doc, yyjson_mut_obj (doc));
    metric_add (&errors, doc, yyjson_mut_doc_get_root (doc));
    buffer_init (&text, 4096);
    assert_int_equal (json_write (doc, &text), STATUS_OK);
    buffer_append_char (&text, 0);
    assert_string_equal (text.data, "{\"Namespace\":\"AWS/Lambda\",\"MetricName\":\"Errors\",\"Dimensions\":[{\"Name\":\"b\",\"Value\":\"2\"},"
                         "{\"Name\":\"a\",\"Value\":\"1\"}]}");
    yyjson_mut_doc_free (doc);
    buffer_deinit (&text);
    buffer_deinit (&bytes);
}

static void
metrics_are_the_same_by_all_three_parts (void **state)
{
    (void) state;
    buffer_t one, other;
    metric_t a = metric ("N", "m", "{\"d\":\"1\"}", &one), b = metric ("N", "m", "{\"d\":\"1\"}", &other);
    assert_true (metric_same (&a, &b));
    b.name = SLICE ("M");
    assert_false (metric_same (&a, &b));
    b = (metric_t) { SLICE ("n"), a.name, a.dimensions };
    assert_false (metric_same (&a, &b));
    b = (metric_t) { a.namespace, a.name, SLICE_ABSENT };
    assert_false (metric_same (&a, &b));
    buffer_deinit (&one);
    buffer_deinit (&other);
}

static void
a_dimension_without_a_value_is_wrong (void **state)
{
    (void) state;
    static const char *const RIGHT [] = { NULL, "{}", "{\"d\":\"v\"}" };
    buffer_t bytes, sentence;
    buffer_init (&sentence, 4096);
    for (size_t i = 0; i < sizeof RIGHT / sizeof RIGHT [0]; i++) {
        metric_t right = metric ("N", "m", RIGHT [i], &bytes);
        assert_false (metric_append_wrong (&sentence, &right, "dimensions"));
        assert_int_equal (sentence.size, 0);
        buffer_deinit (&bytes);
    }
    metric_t wrong = metric ("N", "m", "{\"d\":\"v\",\"e\\u001b\":\"\"}", &bytes);
    assert_true (metric_append_wrong (&sentence, &wrong, "queries[2].dimensions"));
    buffer_append_char (&sentence, 0);
    expect_part (sentence.data, "queries[2].dimensions.e\\u001b is empty, and a metric is named by whole values. list_metrics");
    buffer_deinit (&sentence);
    buffer_deinit (&bytes);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_label_says_more_than_the_name_where_something_does),
        cmocka_unit_test (a_label_is_visible_and_not_too_long),
        cmocka_unit_test (a_request_names_it_with_its_dimensions),
        cmocka_unit_test (metrics_are_the_same_by_all_three_parts),
        cmocka_unit_test (a_dimension_without_a_value_is_wrong),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
