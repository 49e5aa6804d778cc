#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "promql_vectors.h"
#include "sigv4_canonical.h"

static void
assert_text (const char *name, slice_t is, const char *should)
{
    if (!slice_is (is, should))
        fail_msg ("%s: %.*s should be %s", name, (int) is.size, is.data, should);
}

static void
a_path_is_normalised_and_then_encoded_unless_it_is_to_be_kept (void **state)
{
    (void) state;
    static const struct {
        const char *sent;
        const char *normalised;
        const char *kept;
    } cases [] = {
        { "", "/", "/" },
        { "/", "/", "/" },
        { "a", "/a", "/a" },
        { "//a", "/a", "//a" },
        { "/a/b/..", "/a", "/a/b/.." },
        { "/a/b/../", "/a/", "/a/b/../" },
        { "/../../a", "/a", "/../../a" },
        { "/...", "/...", "/..." },
        { "/%2e%2E/a", "/%252e%252E/a", "/%252e%252E/a" },      //  Encoded dots are not dots
        { "/a:b@c+d e", "/a%3Ab%40c%2Bd%20e", "/a%3Ab%40c%2Bd%20e" },
    };
    for (size_t index = 0; index < sizeof cases / sizeof *cases; index++) {
        buffer_t path;
        buffer_init (&path, 256);
        assert_int_equal (sigv4_canonical_path (slice_of (cases [index].sent), false, &path), STATUS_OK);
        assert_text (cases [index].sent, buffer_slice (&path), cases [index].normalised);
        buffer_clear (&path);
        assert_int_equal (sigv4_canonical_path (slice_of (cases [index].sent), true, &path), STATUS_OK);
        assert_text (cases [index].sent, buffer_slice (&path), cases [index].kept);
        buffer_deinit (&path);
    }
}

static void
a_query_is_sorted_by_name_then_value_and_spelled_in_one_way (void **state)
{
    (void) state;
    static const struct {
        const char *sent;
        const char *canonical;
    } cases [] = {
        { "", "" },
        { "b=1&a=2", "a=2&b=1" },
        { "a=2&a=1&a=10", "a=1&a=10&a=2" },
        { "a-b=1&a=1", "a=1&a-b=1" },           //  By name, not by text: '-' is less than '='
        { "a&b=&=c", "=c&a=&b=" },
        { "a=b=c", "a=b%3Dc" },
        { "&&a=1&", "a=1" },
        { "a=%2a%2A*", "a=%2A%2A%2A" },
        { "a=%ff%FF%fg%g0", "a=%FF%FF%25fg%25g0" },
        { "%61=%7e", "a=~" },                   //  Encoded without need
        { "a=+%2B%20", "a=%2B%2B%20" },         //  A plus is a plus
        { "a=%&b=%4&c=%zz", "a=%25&b=%254&c=%25zz" },
        { "A=1&a=2&B=3", "A=1&B=3&a=2" },
    };
    for (size_t index = 0; index < sizeof cases / sizeof *cases; index++) {
        buffer_t query;
        buffer_init (&query, 256);
        assert_int_equal (sigv4_canonical_query (slice_of (cases [index].sent), &query), STATUS_OK);
        assert_text (cases [index].sent, buffer_slice (&query), cases [index].canonical);
        buffer_deinit (&query);
    }
}

static void
a_promql_path_is_encoded_again_and_its_query_is_not (void **state)
{
    (void) state;
    for (size_t index = 0; index < PROMQL_VECTORS_COUNT; index++) {
        const promql_vector_t *vector = &PROMQL_VECTORS [index];
        buffer_t text;
        buffer_init (&text, 1024);
        assert_int_equal (sigv4_canonical_path (slice_of (vector->path), false, &text), STATUS_OK);
        assert_text (vector->name, buffer_slice (&text), vector->canonical_path);
        buffer_clear (&text);
        assert_int_equal (sigv4_canonical_query (slice_of (vector->query), &text), STATUS_OK);
        assert_text (vector->name, buffer_slice (&text), vector->canonical_query);
        buffer_deinit (&text);
    }
}

static void
a_query_of_64_parameters_is_signed_and_one_of_65_is_not (void **state)
{
    (void) state;
    buffer_t sent, query;
    buffer_init (&sent, 4096);
    buffer_init (&query, 4096);
    for (int count = 0; count < SIGV4_PARAMETERS_MAX; count++)
        buffer_append_text (&sent, "a&");
    assert_int_equal (sigv4_canonical_query (buffer_slice (&sent), &query), STATUS_OK);
    buffer_append_text (&sent, "a");
    assert_int_equal (sigv4_canonical_query (buffer_slice (&sent), &query), STATUS_INVALID_ARGUMENT);
    buffer_deinit (&sent);
    buffer_deinit (&query);
}

static void
a_path_of_64_segments_is_signed_and_one_of_65_is_not (void **state)
{
    (void) state;
    buffer_t sent, path;
    buffer_init (&sent, 4096);
    buffer_init (&path, 4096);
    for (int count = 0; count < SIGV4_SEGMENTS_MAX; count++)
        buffer_append_text (&sent, "/a");
    assert_int_equal (sigv4_canonical_path (buffer_slice (&sent), false, &path), STATUS_OK);
    buffer_append_text (&sent, "/a");
    assert_int_equal (sigv4_canonical_path (buffer_slice (&sent), false, &path), STATUS_INVALID_ARGUMENT);
    buffer_deinit (&sent);
    buffer_deinit (&path);
}

//  The official vectors, in sigv4_test, show whole requests; this shows where the list of names lies in one, and that blanks of all kinds fold.
static void
the_names_that_are_signed_are_given_back_sorted_and_once_each (void **state)
{
    (void) state;
    sigv4_field_t fields [] = { { "X-b", SLICE (" \t1\r\n 2 ") }, { "host", SLICE ("h") }, { "x-B", SLICE ("") }, { "X-A", SLICE ("") } };
    sigv4_request_t request = { .method = "GET", .path = SLICE ("/"), .fields = fields, .fields_count = 4 };
    buffer_t text;
    buffer_init (&text, 256);
    slice_t names;
    assert_int_equal (sigv4_canonical_write (&request, &(sigv4_stamp_t) { .date = "D", .body_sha256 = "S" }, &text, &names), STATUS_OK);
    assert_text ("names", names, "host;x-a;x-amz-date;x-b");
    assert_text ("text", buffer_slice (&text), "GET\n/\n\nhost:h\nx-a:\nx-amz-date:D\nx-b:1 2,\n\nhost;x-a;x-amz-date;x-b\nS");
    buffer_deinit (&text);
}

static void
a_text_that_does_not_fit_is_said_to_be_too_large (void **state)
{
    (void) state;
    sigv4_request_t request = { .method = "GET", .path = SLICE ("/"), .query = SLICE ("a=1") };
    sigv4_stamp_t stamp = { .date = "D", .body_sha256 = "S" };
    static const char whole [] = "GET\n/\na=1\nx-amz-date:D\n\nx-amz-date\nS";
    for (size_t limit = 0; limit < sizeof whole; limit++) {
        buffer_t text;
        buffer_init (&text, limit);
        slice_t names;
        assert_int_equal (sigv4_canonical_write (&request, &stamp, &text, &names), limit < sizeof whole - 1 ? STATUS_TOO_LARGE : STATUS_OK);
        buffer_deinit (&text);
    }
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_path_is_normalised_and_then_encoded_unless_it_is_to_be_kept),
        cmocka_unit_test (a_query_is_sorted_by_name_then_value_and_spelled_in_one_way),
        cmocka_unit_test (a_promql_path_is_encoded_again_and_its_query_is_not),
        cmocka_unit_test (a_query_of_64_parameters_is_signed_and_one_of_65_is_not),
        cmocka_unit_test (a_path_of_64_segments_is_signed_and_one_of_65_is_not),
        cmocka_unit_test (the_names_that_are_signed_are_given_back_sorted_and_once_each),
        cmocka_unit_test (a_text_that_does_not_fit_is_said_to_be_too_large),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
