#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cell.h"

static void
assert_cell (const char *name, const char *json, const char *shown)
{
    buffer_t out;
    buffer_init (&out, 4096);
    yyjson_doc *doc = yyjson_read (json, strlen (json), 0);
    assert_non_null (doc);
    cell_write (&out, slice_of (name), yyjson_doc_get_root (doc));
    buffer_append_char (&out, 0);
    assert_string_equal (out.data, shown);
    yyjson_doc_free (doc);
    buffer_deinit (&out);
}

static void
assert_heading (const char *name, const char *shown)
{
    buffer_t out;
    buffer_init (&out, 4096);
    cell_heading (&out, slice_of (name));
    buffer_append_char (&out, 0);
    assert_string_equal (out.data, shown);
    buffer_deinit (&out);
}

static void
bytes_are_told_in_the_unit_a_person_would_use (void **state)
{
    (void) state;
    assert_cell ("stored_bytes", "0", "0 B");
    assert_cell ("stored_bytes", "999", "999 B");
    assert_cell ("stored_bytes", "1000", "1.0 kB");
    assert_cell ("stored_bytes", "1234567890", "1.2 GB");
    assert_cell ("stored_bytes", "999949999", "999.9 MB");
    assert_cell ("stored_bytes", "999950000", "1.0 GB");                 //  Never "1000.0 MB"
    assert_cell ("stored_bytes", "18446744073709551615", "18.4 EB");
    assert_cell ("stored_bytes", "-2500", "-2.5 kB");
}

static void
other_units_stand_behind_the_number (void **state)
{
    (void) state;
    assert_cell ("retention_days", "1", "1 day");
    assert_cell ("retention_days", "3653", "3,653 days");
    assert_cell ("took_ms", "1.5", "1.5 ms");
    assert_cell ("retention_days", "\"never\"", "never");
    assert_cell ("_days", "2", "2");                                      //  A name, no unit
}

static void
counts_have_commas_and_fractions_their_digits (void **state)
{
    (void) state;
    assert_cell ("n", "7", "7");
    assert_cell ("n", "999", "999");
    assert_cell ("n", "1000", "1,000");
    assert_cell ("n", "-1234567", "-1,234,567");
    assert_cell ("n", "18446744073709551615", "18,446,744,073,709,551,615");
    assert_cell ("n", "0.1", "0.1");
    assert_cell ("n", "1234.5", "1,234.5");
    assert_cell ("n", "0.30000000000000004", "0.30000000000000004");
    assert_cell ("n", "1e300", "1e+300");
}

static void
objects_and_lists_fit_on_a_line (void **state)
{
    (void) state;
    assert_cell ("d", "{\"FunctionName\":\"checkout\",\"n\":1000}", "FunctionName=checkout, n=1,000");
    assert_cell ("d", "[\"a\",[1,2],{\"b\":true}]", "a, [1, 2], {b=true}");
    assert_cell ("d", "{\"a_bytes\":1500}", "a_bytes=1.5 kB");
    assert_cell ("d", "null", "");
    assert_cell ("d", "{}", "");
    assert_cell ("d", "{\"a\\u001b\":\"\\n\"}", "a\\x1b=\\n");
}

static void
a_heading_is_the_name_without_its_unit (void **state)
{
    (void) state;
    assert_heading ("stored_bytes", "stored");
    assert_heading ("metric_filters", "metric filters");
    assert_heading ("name", "name");
    assert_heading ("", "");
    assert_heading ("a\033_b", "a\\x1b b");
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (bytes_are_told_in_the_unit_a_person_would_use),
        cmocka_unit_test (other_units_stand_behind_the_number),
        cmocka_unit_test (counts_have_commas_and_fractions_their_digits),
        cmocka_unit_test (objects_and_lists_fit_on_a_line),
        cmocka_unit_test (a_heading_is_the_name_without_its_unit),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
