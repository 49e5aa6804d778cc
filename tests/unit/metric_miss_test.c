#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "expect.h"
#include "json.h"
#include "metric_miss.h"

static yyjson_doc *s_answer;

//  The members for these names, as an object.
static yyjson_val *
miss (const char *namespace, const char *name)
{
    buffer_t text;
    buffer_init (&text, 65536);
    buffer_append_char (&text, '{');
    assert_int_equal (metric_miss_append (&text, slice_of (namespace), slice_of (name)), STATUS_OK);
    buffer_append_char (&text, '}');
    yyjson_doc_free (s_answer);
    assert_int_equal (json_read (buffer_slice (&text), JSON_DEPTH_MAX, &s_answer, NULL), STATUS_OK);
    buffer_deinit (&text);
    return yyjson_doc_get_root (s_answer);
}

static void
expect_miss (const char *namespace, const char *name, const char *near, const char *words)
{
    yyjson_val *answer = miss (namespace, name), *list = yyjson_obj_get (answer, "near");
    assert_true (yyjson_arr_size (list) <= 5);
    if (near)
        expect_json (yyjson_arr_get_first (list), near);
    expect_part (yyjson_get_str (yyjson_obj_get (answer, "note")), words);
}

static void
what_was_probably_meant_is_named_first (void **state)
{
    (void) state;
    expect_miss ("AWS/Lambda", "Throtles", "{\"namespace\":\"AWS/Lambda\",\"metric_name\":\"Throttles\"}", "did you mean Throttles?");
    expect_miss ("AWS/Lamda", "Throtles", "{\"namespace\":\"AWS/Lambda\",\"metric_name\":\"Throttles\"}",
                 "no namespace \"AWS/Lamda\"; did you mean AWS/Lambda?");
    expect_miss ("lambda", "errors", "{\"namespace\":\"AWS/Lambda\",\"metric_name\":\"Errors\"}", "did you mean AWS/Lambda?");
    expect_miss ("AWS/S3", "ApproximateAgeOfOldestMessage", "{\"namespace\":\"AWS/SQS\",\"metric_name\":\"ApproximateAgeOfOldestMessage\"}",
                 "in AWS/S3.");
}

static void
words_are_searched_for_when_no_name_is_near (void **state)
{
    (void) state;
    yyjson_val *near = yyjson_obj_get (miss ("AWS/SQS", "QueueMessageAge"), "near"), *one;
    size_t index, count, found = 0;
    yyjson_arr_foreach (near, index, count, one)
        found += slice_is (json_text (one, "metric_name"), "ApproximateAgeOfOldestMessage");
    assert_int_equal (found, 1);
}

static void
nothing_near_is_no_list (void **state)
{
    (void) state;
    yyjson_val *answer = miss ("Xqzjwvkq", NULL);
    assert_null (yyjson_obj_get (answer, "near"));
    expect_part (yyjson_get_str (yyjson_obj_get (answer, "note")), "no namespace \"Xqzjwvkq\". It has what AWS publishes by itself; custom metrics");
    expect_part (yyjson_get_str (yyjson_obj_get (miss (NULL, "xqzjwvkq"), "note")), "The catalogue has no metric \"xqzjwvkq\".");
    expect_part (yyjson_get_str (yyjson_obj_get (miss ("AWS/Xqzjwvkq", NULL), "note")), "list_metrics shows what the account has");
}

static void
what_was_asked_is_shown_visible (void **state)
{
    (void) state;
    const char *note = yyjson_get_str (yyjson_obj_get (miss ("a\x1b[2J", "b"), "note"));
    assert_null (strchr (note, '\x1b'));
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (what_was_probably_meant_is_named_first),
        cmocka_unit_test (words_are_searched_for_when_no_name_is_near),
        cmocka_unit_test (nothing_near_is_no_list),
        cmocka_unit_test (what_was_asked_is_shown_visible),
    };
    int failed = cmocka_run_group_tests (tests, NULL, NULL);
    yyjson_doc_free (s_answer);
    return failed;
}
