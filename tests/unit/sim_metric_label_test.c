#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "metric_label.h"

#include <math.h>

enum { ARENA_BYTES = 64 * 1024 };

//  Made of "Name=Value" pairs of JSON; each is freed with the test's documents.
static yyjson_doc *
dimensions (const char *json)
{
    yyjson_doc *doc = yyjson_read (json, strlen (json), 0);
    assert_non_null (doc);
    return doc;
}

static void
a_plain_label_is_what_sets_metrics_apart (void **state)
{
    (void) state;
    arena_t *arena = arena_new (ARENA_BYTES);
    yyjson_doc *one = dimensions ("[{\"Name\":\"Cluster\",\"Value\":\"shop\"},{\"Name\":\"Service\",\"Value\":\"cart\"}]");
    yyjson_doc *two = dimensions ("[{\"Name\":\"Service\",\"Value\":\"search\"},{\"Name\":\"Cluster\",\"Value\":\"shop\"}]");
    metric_label_t metrics [2] = {
        { .name = SLICE ("CPU"), .stat = SLICE ("Sum"), .dimensions = yyjson_doc_get_root (one) },
        { .name = SLICE ("CPU"), .stat = SLICE ("Sum"), .dimensions = yyjson_doc_get_root (two) },
    };
    assert_string_equal (metric_label_plain (arena, metrics, 1, 0), "CPU");
    assert_string_equal (metric_label_plain (arena, metrics, 2, 0), "cart");
    assert_string_equal (metric_label_plain (arena, metrics, 2, 1), "search");
    metrics [1].name = SLICE ("Memory");
    assert_string_equal (metric_label_plain (arena, metrics, 2, 0), "cart CPU");
    metrics [1].dimensions = metrics [0].dimensions;
    assert_string_equal (metric_label_plain (arena, metrics, 2, 1), "Memory");
    metrics [1].name = SLICE ("CPU");
    assert_string_equal (metric_label_plain (arena, metrics, 2, 1), "CPU");
    metrics [1].stat = SLICE ("p99");
    assert_string_equal (metric_label_plain (arena, metrics, 2, 1), "p99");
    yyjson_doc_free (one);
    yyjson_doc_free (two);
    arena_destroy (&arena);
}

static void
names_in_braces_stand_for_values (void **state)
{
    (void) state;
    arena_t *arena = arena_new (ARENA_BYTES);
    yyjson_doc *doc = dimensions ("[{\"Name\":\"Service\",\"Value\":\"cart\"}]");
    const metric_label_t metric = { SLICE ("AWS/ECS"), SLICE ("CPU"), SLICE ("p99"), SLICE ("123456789012"), 300, "eu-west-1",
                                    yyjson_doc_get_root (doc) };
    const grid_t grid = { 0, 60000, 4 };
    double values [] = { NAN, 2, 1.5, 4 }, nothing [] = { NAN, NAN, NAN, NAN };
    static const struct {
        const char *label;
        const char *text;
    } CASES [] = {
        { "plain", "plain" }, { "", "" }, { "${LABEL}!", "CPU!" },
        { "min ${MIN} max ${MAX} avg ${AVG} sum ${SUM}", "min 1.5 max 4 avg 2.5 sum 7.5" },
        { "${FIRST}..${LAST} of ${DATAPOINT_COUNT}", "2..4 of 3" },
        { "${PROP('Dim.Service')} ${PROP('MetricName')} ${PROP('Namespace')}", "cart CPU AWS/ECS" },
        { "${PROP('Stat')} ${PROP('Period')} ${PROP('Region')} ${PROP('AccountId')}", "p99 300 eu-west-1 123456789012" },
        { "${PROP('Dim.Other')}|", "|" },
        { "${NOTHING} ${ $ ${PROP('}", "${NOTHING} ${ $ ${PROP('}" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++)
        assert_string_equal (metric_label_filled (arena, slice_of (CASES [i].label), "CPU", &metric, &grid, (vector_t) { values }),
                             CASES [i].text);
    assert_string_equal (metric_label_filled (arena, SLICE ("${MAX} ${DATAPOINT_COUNT}"), "CPU", NULL, &grid, (vector_t) { nothing }), "-- 0");
    assert_string_equal (metric_label_filled (arena, SLICE ("${PROP('Stat')}"), "e1", NULL, &grid, (vector_t) { values }), "${PROP('Stat')}");
    yyjson_doc_free (doc);
    arena_destroy (&arena);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_plain_label_is_what_sets_metrics_apart),
        cmocka_unit_test (names_in_braces_stand_for_values),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
