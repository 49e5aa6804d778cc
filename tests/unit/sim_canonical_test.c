#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "canonical.h"
#include "promql_vectors.h"

enum { TEXT_BYTES_MAX = 4096 };

static void
assert_path (const char *path, const char *expected)
{
    buffer_t out;
    buffer_init (&out, TEXT_BYTES_MAX);
    canonical_path (slice_of (path), &out);
    buffer_append_char (&out, 0);
    assert_string_equal (out.data, expected);
    buffer_deinit (&out);
}

static void
assert_query (const char *query, const char *expected)
{
    buffer_t out;
    buffer_init (&out, TEXT_BYTES_MAX);
    assert_true (canonical_query (slice_of (query), &out));
    buffer_append_char (&out, 0);
    assert_string_equal (out.data, expected);
    buffer_deinit (&out);
}

static void
a_path_loses_its_detours (void **state)
{
    (void) state;
    assert_path ("", "/");
    assert_path ("/", "/");
    assert_path ("/./", "/");
    assert_path ("/./example", "/example");
    assert_path ("/example/..", "/");
    assert_path ("/example1/example2/../..", "/");
    assert_path ("//example//", "/example/");
    assert_path ("/../../a", "/a");
}

static void
a_path_is_encoded_once_more (void **state)
{
    (void) state;
    assert_path ("/api/v1/label/%40resource/values", "/api/v1/label/%2540resource/values");
    assert_path ("/-._~aZ9:@", "/-._~aZ9%3A%40");
}

static void
a_query_is_sorted_and_spelled_in_one_way (void **state)
{
    (void) state;
    assert_query (NULL, "");
    assert_query ("Param2=value2&Param1=value1", "Param1=value1&Param2=value2");
    assert_query ("b=2&a=2&a=1&", "a=1&a=2&b=2");
    assert_query ("empty&%7e=%2b%2F", "empty=&~=%2B%2F");
    assert_query ("Param-3=Value3&Param=Value2&%E1%88%B4=Value1", "%E1%88%B4=Value1&Param=Value2&Param-3=Value3");
}

static void
a_promql_path_is_encoded_again_and_its_query_is_not (void **state)
{
    (void) state;
    for (size_t i = 0; i < PROMQL_VECTORS_COUNT; i++) {
        assert_path (PROMQL_VECTORS [i].path, PROMQL_VECTORS [i].canonical_path);
        assert_query (PROMQL_VECTORS [i].query, PROMQL_VECTORS [i].canonical_query);
    }
}

static void
a_query_of_too_many_parameters_is_refused (void **state)
{
    (void) state;
    char query [2 * (CANONICAL_PARAMETERS_MAX + 1) + 1] = "";
    buffer_t out;
    buffer_init (&out, TEXT_BYTES_MAX);
    for (int i = 0; i < CANONICAL_PARAMETERS_MAX; i++)
        memcpy (query + 2 * i, "a&", 3);
    assert_true (canonical_query (slice_of (query), &out));
    memcpy (query + 2 * CANONICAL_PARAMETERS_MAX, "b", 2);
    assert_false (canonical_query (slice_of (query), &out));
    buffer_deinit (&out);
}

static void
a_value_loses_spaces_at_its_ends_and_in_runs (void **state)
{
    (void) state;
    buffer_t out;
    buffer_init (&out, TEXT_BYTES_MAX);
    canonical_value (SLICE ("  a   b c  "), &out);
    assert_true (slice_is (buffer_slice (&out), "a b c"));
    buffer_deinit (&out);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_path_loses_its_detours),
        cmocka_unit_test (a_path_is_encoded_once_more),
        cmocka_unit_test (a_query_is_sorted_and_spelled_in_one_way),
        cmocka_unit_test (a_promql_path_is_encoded_again_and_its_query_is_not),
        cmocka_unit_test (a_query_of_too_many_parameters_is_refused),
        cmocka_unit_test (a_value_loses_spaces_at_its_ends_and_in_runs),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
