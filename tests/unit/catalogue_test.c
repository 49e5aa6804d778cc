#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "catalogue.h"
#include "expect.h"
#include "terms.h"

enum { NAMESPACES_MAX = 64, WORDS_MAX = 128 };

static void
every_metric_is_found_by_its_name_in_any_capitals (void **state)
{
    (void) state;
    for (int id = 0; id < catalogue_count (); id++) {
        catalogue_metric_t metric = catalogue_metric (id);
        assert_int_equal (catalogue_find (slice_of (metric.namespace), slice_of (metric.name)), id);
        char shouted [256];
        size_t size = strlen (metric.name);
        for (size_t i = 0; i <= size; i++)
            shouted [i] = (char) (metric.name [i] >= 'a' && metric.name [i] <= 'z' ? metric.name [i] - 32 : metric.name [i]);
        int found = catalogue_find (slice_of (metric.namespace), slice_of (shouted));
        assert_true (found >= 0 && strcasecmp (catalogue_metric (found).name, metric.name) == 0);
    }
    assert_true (catalogue_count () > 1000);
}

static void
what_is_not_there_is_not_found_but_something_near_is (void **state)
{
    (void) state;
    assert_int_equal (catalogue_find (SLICE ("AWS/Lambda"), SLICE ("Error")), CATALOGUE_NONE);
    assert_int_equal (catalogue_find (SLICE ("AWS/Lambda"), SLICE ("Errors2")), CATALOGUE_NONE);
    assert_int_equal (catalogue_find (SLICE ("AWS/Lamda"), SLICE ("Errors")), CATALOGUE_NONE);
    assert_int_equal (catalogue_find (SLICE (""), SLICE ("")), CATALOGUE_NONE);
    assert_int_equal (catalogue_find (SLICE ("AWS/Lambda\0x"), SLICE ("Errors")), CATALOGUE_NONE);
    int space = catalogue_near_namespace (SLICE ("AWS/Lamda"));
    assert_string_equal (catalogue_namespace (space).name, "AWS/Lambda");
    assert_int_equal (catalogue_near_namespace (SLICE ("lambda")), space);
    assert_string_equal (catalogue_metric (catalogue_near (space, SLICE ("Eror"))).name, "Errors");
    assert_int_equal (catalogue_near (space, SLICE ("Zzzzzzzzzzzz")), CATALOGUE_NONE);
}

static void
a_name_is_found_in_every_namespace_that_has_it (void **state)
{
    (void) state;
    int ids [64], count = catalogue_find_name (SLICE ("cpuutilization"), ids, 64), expected = 0;
    for (int id = 0; id < catalogue_count (); id++)
        expected += strcasecmp (catalogue_metric (id).name, "CPUUtilization") == 0;
    assert_int_equal (count, expected);
    assert_true (count > 3);
    for (int i = 0; i < count; i++)
        assert_int_equal (strcasecmp (catalogue_metric (ids [i]).name, "CPUUtilization"), 0);
    assert_int_equal (catalogue_find_name (SLICE ("CPUUtilizatio"), ids, 64), 0);
    assert_int_equal (catalogue_find_name (SLICE ("CPUUtilization"), ids, 0), count);
}

static void
a_dimension_tells_its_namespaces (void **state)
{
    (void) state;
    int spaces [NAMESPACES_MAX], count = catalogue_find_dimension (SLICE ("functionname"), spaces, NAMESPACES_MAX), lambda = 0;
    for (int i = 0; i < count && i < NAMESPACES_MAX; i++)
        lambda += strcmp (catalogue_namespace (spaces [i]).name, "AWS/Lambda") == 0;
    assert_int_equal (lambda, 1);
    assert_int_equal (catalogue_find_dimension (SLICE ("NoSuchDimension"), spaces, NAMESPACES_MAX), 0);
}

static void
what_the_file_says_is_what_the_table_says (void **state)
{
    (void) state;
    char room [CATALOGUE_TEXT_BYTES_MAX];
    int id = catalogue_find (SLICE ("AWS/SQS"), SLICE ("ApproximateAgeOfOldestMessage")), beside [8];
    catalogue_metric_t metric = catalogue_metric (id);
    assert_string_equal (metric.unit, "Seconds");
    assert_string_equal (metric.dimensions, "QueueName");
    assert_true (slice_is (catalogue_best (metric.statistics), "Maximum"));
    slice_t tells = catalogue_text (metric.tells, room);
    assert_true (tells.size > 40 && tells.data [tells.size - 1] == '.');
    int count = catalogue_beside (id, beside, 8);
    for (int i = 0; i < count; i++)
        assert_true (beside [i] >= 0 && beside [i] < catalogue_count () && beside [i] != id);
    int daily = catalogue_find (SLICE ("AWS/S3"), SLICE ("BucketSizeBytes"));
    assert_int_equal (catalogue_metric (daily).every_s, 86400);
}

//  The words of two sentences: how many are in both, of all that are in one.
static double
s_alike (const char (*a) [TERM_BYTES_MAX + 1], int a_count, const char (*b) [TERM_BYTES_MAX + 1], int b_count)
{
    int both = 0;
    for (int i = 0; i < a_count; i++)
        for (int j = 0; j < b_count; j++)
            both += strcmp (a [i], b [j]) == 0;
    return (double) both / (a_count + b_count - both);
}

static int
s_words (int id, char (*words) [TERM_BYTES_MAX + 1])
{
    char room [CATALOGUE_TEXT_BYTES_MAX];
    slice_t rest = catalogue_text (catalogue_metric (id).tells, room);
    term_t term;
    int count = 0;
    while (count < WORDS_MAX && term_next (&rest, &term)) {
        bool there = false;
        for (int i = 0; i < count; i++)
            there = there || strcmp (words [i], term.text) == 0;
        if (!there)
            memcpy (words [count++], term.text, term.size + 1);
    }
    return count;
}

static void
no_two_metrics_of_a_namespace_tell_the_same (void **state)
{
    (void) state;
    static char words [LAYOUT_NAMESPACE_METRICS_MAX] [WORDS_MAX] [TERM_BYTES_MAX + 1];
    static int counts [LAYOUT_NAMESPACE_METRICS_MAX];
    for (int s = 0; s < catalogue_namespaces_count (); s++) {
        catalogue_namespace_t space = catalogue_namespace (s);
        for (int i = 0; i < space.count; i++) {
            counts [i] = s_words (space.first + i, words [i]);
            for (int j = 0; j < i; j++) {
                int most = counts [i] > counts [j] ? counts [i] : counts [j], least = counts [i] + counts [j] - most;
                if (least > 0.75 * most && s_alike (words [i], counts [i], words [j], counts [j]) > 0.75)
                    fail_msg ("%s: %s and %s tell the same", space.name, catalogue_metric (space.first + j).name,
                              catalogue_metric (space.first + i).name);
            }
        }
    }
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (every_metric_is_found_by_its_name_in_any_capitals),
        cmocka_unit_test (what_is_not_there_is_not_found_but_something_near_is),
        cmocka_unit_test (a_name_is_found_in_every_namespace_that_has_it),
        cmocka_unit_test (a_dimension_tells_its_namespaces),
        cmocka_unit_test (what_the_file_says_is_what_the_table_says),
        cmocka_unit_test (no_two_metrics_of_a_namespace_tell_the_same),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
