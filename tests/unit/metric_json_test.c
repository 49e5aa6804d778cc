#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "expect.h"
#include "json.h"
#include "metric_json.h"

static yyjson_doc *s_doc;

//  What was written, read again; the buffer is given back.
static yyjson_val *
read_back (buffer_t *text)
{
    yyjson_doc_free (s_doc);
    if (json_read (buffer_slice (text), JSON_DEPTH_MAX, &s_doc, NULL) != STATUS_OK)
        fail_msg ("%.*s", (int) text->size, text->data);
    buffer_deinit (text);
    return yyjson_doc_get_root (s_doc);
}

static yyjson_val *
whole (int id)
{
    buffer_t text;
    buffer_init (&text, 1 << 20);
    metric_json_append (&text, id);
    return read_back (&text);
}

static int
id_of (const char *namespace, const char *name)
{
    return catalogue_find (slice_of (namespace), slice_of (name));
}

static void
a_list_is_split_and_trimmed (void **state)
{
    (void) state;
    static const char *const CASES [] [2] = { { "A, B b,C", "[\"A\",\"B b\",\"C\"]" }, { "", "[]" }, { "One", "[\"One\"]" } };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        buffer_t text;
        buffer_init (&text, 4096);
        metric_json_list (&text, slice_of (CASES [i] [0]));
        expect_json (read_back (&text), CASES [i] [1]);
    }
}

static void
every_metric_says_what_is_inferred_and_what_is_not_known (void **state)
{
    (void) state;
    int unknown = 0, without = 0;
    for (int id = 0; id < catalogue_count (); id++) {
        catalogue_metric_t metric = catalogue_metric (id);
        yyjson_val *object = whole (id), *sets = yyjson_obj_get (object, "dimensions"), *name;
        size_t index, count, inferred = 0;
        yyjson_arr_foreach (yyjson_obj_get (object, "inferred"), index, count, name)
            inferred += yyjson_equals_str (name, "unit") && metric.unit_origin == LAYOUT_INFERRED;
        assert_int_equal (inferred, metric.unit_origin == LAYOUT_INFERRED);
        assert_int_equal (sets == NULL, metric.dimensions_origin == LAYOUT_UNKNOWN);
        assert_true (!sets || yyjson_arr_size (sets) > 0);
        unknown += sets == NULL;
        without += sets && yyjson_arr_size (yyjson_arr_get_first (sets)) == 0;
    }
    assert_true (unknown > 0 && without > 0);
}

static void
what_one_looks_at_beside_it_can_be_of_another_namespace (void **state)
{
    (void) state;
    yyjson_val *beside = yyjson_obj_get (whole (id_of ("AWS/EC2", "CPUUtilization")), "beside"), *one;
    size_t index, count, here = 0, elsewhere = 0;
    yyjson_arr_foreach (beside, index, count, one) {
        here += yyjson_is_str (one);
        elsewhere += slice_is (json_text (one, "namespace"), "CWAgent");
    }
    assert_true (here > 0 && elsewhere > 0);
}

static void
a_namespace_has_all_of_its_metrics_short_or_whole (void **state)
{
    (void) state;
    int space = catalogue_find_namespace (SLICE ("AWS/S3"));
    for (int all = 0; all < 2; all++) {
        buffer_t text;
        buffer_init (&text, 1 << 20);
        buffer_append_char (&text, '{');
        metric_json_namespace (&text, space, all);
        buffer_append_char (&text, '}');
        yyjson_val *object = read_back (&text), *rows = yyjson_obj_get (object, "rows");
        assert_int_equal (yyjson_arr_size (rows), catalogue_namespace (space).count);
        assert_int_equal (yyjson_arr_size (yyjson_arr_get_first (rows)), all ? 6 : 3);
        assert_int_equal (yyjson_arr_size (yyjson_obj_get (object, "columns")), all ? 6 : 3);
        assert_int_equal (yyjson_is_arr (yyjson_arr_get (yyjson_arr_get_first (rows), 2)), all);
    }
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_list_is_split_and_trimmed),
        cmocka_unit_test (every_metric_says_what_is_inferred_and_what_is_not_known),
        cmocka_unit_test (what_one_looks_at_beside_it_can_be_of_another_namespace),
        cmocka_unit_test (a_namespace_has_all_of_its_metrics_short_or_whole),
    };
    int failed = cmocka_run_group_tests (tests, NULL, NULL);
    yyjson_doc_free (s_doc);
    return failed;
}
