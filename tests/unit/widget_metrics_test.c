#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "widget_fixture.h"

#define CALL(arguments) "{\"tool\":\"get_metric_data\",\"arguments\":{" arguments "}}"
#define HERE "\"region\":\"eu-west-1\""
#define EXPECT(properties, calls) expect_properties ("metric", HERE "," properties, "\"run\":[" calls "]")

static void
one_metric_is_the_arguments_themselves (void **state)
{
    (void) state;
    EXPECT ("\"metrics\":[[\"N\",\"m\"]]", CALL (HERE ",\"namespace\":\"N\",\"metric_name\":\"m\",\"stat\":\"Average\",\"period\":300"));
    EXPECT ("\"stat\":\"Sum\",\"period\":60,\"metrics\":[[\"N\",\"m\",\"A\",\"b\",{\"id\":\"m1\",\"color\":\"#fff\",\"visible\":false}]]",
            CALL (HERE ",\"namespace\":\"N\",\"metric_name\":\"m\",\"dimensions\":{\"A\":\"b\"},\"stat\":\"Sum\",\"period\":60"));
    EXPECT ("\"stat\":\"Sum\",\"period\":60,\"metrics\":[[\"N\",\"m\",{\"stat\":\"p99\",\"period\":3600}]]",
            CALL (HERE ",\"namespace\":\"N\",\"metric_name\":\"m\",\"stat\":\"p99\",\"period\":3600"));
    EXPECT ("\"metrics\":[[{\"expression\":\"SEARCH('x', 'Sum')\",\"id\":\"e1\"}]]", CALL (HERE ",\"expression\":\"SEARCH('x', 'Sum')\","
            "\"period\":300"));
}

static void
a_label_or_an_account_needs_a_query (void **state)
{
    (void) state;
    EXPECT ("\"metrics\":[[\"N\",\"m\",{\"label\":\"L\"}]]",
            CALL (HERE ",\"period\":300,\"queries\":[{\"namespace\":\"N\",\"metric_name\":\"m\",\"stat\":\"Average\",\"label\":\"L\"}]"));
    EXPECT ("\"accountId\":\"1\",\"metrics\":[[\"N\",\"m\"],[\".\",\"n\",{\"accountId\":\"2\"}]]",
            CALL (HERE ",\"period\":300,\"queries\":[{\"namespace\":\"N\",\"metric_name\":\"m\",\"stat\":\"Average\",\"account_id\":\"1\"},"
                  "{\"namespace\":\"N\",\"metric_name\":\"n\",\"stat\":\"Average\",\"account_id\":\"2\"}]"));
}

static void
several_metrics_and_math_are_queries (void **state)
{
    (void) state;
    EXPECT ("\"stat\":\"Sum\",\"metrics\":[[{\"expression\":\"a/b\",\"id\":\"e1\",\"label\":\"Ratio\"}],[\"N\",\"m\",\"A\",\"b\",{\"id\":\"a\","
            "\"visible\":false}],[\".\",\"n\",\".\",\".\",{\"id\":\"b\",\"stat\":\"Average\",\"period\":60,\"visible\":false}]]",
            CALL (HERE ",\"period\":300,\"queries\":[{\"id\":\"e1\",\"expression\":\"a/b\",\"label\":\"Ratio\"},{\"id\":\"a\",\"namespace\":\"N\","
                  "\"metric_name\":\"m\",\"dimensions\":{\"A\":\"b\"},\"stat\":\"Sum\",\"hidden\":true},{\"id\":\"b\",\"namespace\":\"N\","
                  "\"metric_name\":\"n\",\"dimensions\":{\"A\":\"b\"},\"stat\":\"Average\",\"period\":60,\"hidden\":true}]"));
}

static void
where_all_are_hidden_none_is (void **state)
{
    (void) state;
    EXPECT ("\"metrics\":[[\"N\",\"m\",{\"visible\":false}],[\".\",\"n\",{\"visible\":false}]]",
            CALL (HERE ",\"period\":300,\"queries\":[{\"namespace\":\"N\",\"metric_name\":\"m\",\"stat\":\"Average\"},{\"namespace\":\"N\","
                  "\"metric_name\":\"n\",\"stat\":\"Average\"}]"));
}

static void
each_region_is_a_call_and_shorthand_goes_across (void **state)
{
    (void) state;
    EXPECT ("\"metrics\":[[\"N\",\"m\",\"A\",\"b\"],[\"...\",\"c\",{\"region\":\"us-east-1\"}]]",
            CALL (HERE ",\"namespace\":\"N\",\"metric_name\":\"m\",\"dimensions\":{\"A\":\"b\"},\"stat\":\"Average\",\"period\":300") ","
            CALL ("\"region\":\"us-east-1\",\"namespace\":\"N\",\"metric_name\":\"m\",\"dimensions\":{\"A\":\"c\"},\"stat\":\"Average\","
                  "\"period\":300"));
    expect_properties ("metric", HERE ",\"metrics\":[[\"N\",\"m\"],[{\"expression\":\"m1\",\"region\":\"us-east-1\"}]]",
                       "\"run\":[" CALL (HERE ",\"namespace\":\"N\",\"metric_name\":\"m\",\"stat\":\"Average\",\"period\":300") ","
                       CALL ("\"region\":\"us-east-1\",\"expression\":\"m1\",\"period\":300") "],\"note\":\"Its metrics are of several regions, "
                             "each a call of its own: math over ids of another region is left to the reader.\"");
}

static void
alarms_beside_the_metrics_are_a_call_too (void **state)
{
    (void) state;
    EXPECT ("\"annotations\":{\"alarms\":[\"arn:aws:cloudwatch:eu-west-1:123456789012:alarm:cpu\"]}",
            "{\"tool\":\"describe_alarms\",\"arguments\":{" HERE ",\"names\":[\"cpu\"]}}");
}

static void
what_cannot_be_read_is_left_out_and_said (void **state)
{
    (void) state;
    expect_properties ("metric", HERE ",\"period\":\"x\",\"stat\":7,\"metrics\":[[\"N\",\"m\"],[\"x\"],[\".\",\".\",\"A\"]]",
                       "\"run\":[" CALL (HERE ",\"namespace\":\"N\",\"metric_name\":\"m\",\"stat\":\"Average\",\"period\":300") "],\"note\":\"2 "
                       "of its 3 metrics cannot be read, and are left out; the first is number 2.\"");
    expect_properties ("metric", "\"metrics\":7", "\"note\":\"It names no metrics.\"");
}

//  A line of a kilobyte, and many that repeat it in six bytes.
static void
shorthand_that_grows_without_end_is_cut_and_said (void **state)
{
    (void) state;
    buffer_t text;
    buffer_init (&text, WIDGET_BYTES_MAX);
    buffer_append_text (&text, "{\"type\":\"metric\",\"properties\":{\"metrics\":[[\"N\",\"m\",\"A\",\"");
    for (int i = 0; i < 1000; i++)
        buffer_append_char (&text, 'x');
    buffer_append_text (&text, "\"]");
    for (int i = 0; i < 4999; i++)
        buffer_append_text (&text, ",[\"...\"]");
    buffer_append (&text, "]}}", sizeof "]}}");
    yyjson_doc *doc = widget_read (text.data);
    yyjson_val *row = yyjson_doc_get_root (doc);
    yyjson_val *arguments = yyjson_obj_get (yyjson_arr_get_first (yyjson_obj_get (row, "run")), "arguments");
    assert_int_equal (yyjson_arr_size (yyjson_obj_get (arguments, "queries")), 64);
    assert_string_equal (text_of (row, "note"), "64 of its metrics are here, and 4936 more did not fit.");
    yyjson_doc_free (doc);
    buffer_deinit (&text);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (one_metric_is_the_arguments_themselves),
        cmocka_unit_test (a_label_or_an_account_needs_a_query),
        cmocka_unit_test (several_metrics_and_math_are_queries),
        cmocka_unit_test (where_all_are_hidden_none_is),
        cmocka_unit_test (each_region_is_a_call_and_shorthand_goes_across),
        cmocka_unit_test (alarms_beside_the_metrics_are_a_call_too),
        cmocka_unit_test (what_cannot_be_read_is_left_out_and_said),
        cmocka_unit_test (shorthand_that_grows_without_end_is_cut_and_said),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
