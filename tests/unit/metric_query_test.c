#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "catalogue_table.h"
#include "metric_query.h"

static const char *
word_of (query_word_t candidate)
{
    return table_name (((const layout_word_t *) table_part (table_header ()->words)) [candidate.word].text);
}

static float
weight_of (const metric_query_t *query, const char *word)
{
    for (int i = 0; i < query->count; i++)
        for (int w = 0; w < query->slots [i].count; w++)
            if (strcmp (word_of (query->slots [i].words [w]), word) == 0)
                return query->slots [i].words [w].weight;
    return 0;
}

static metric_query_t
read_query (const char *text)
{
    metric_query_t query;
    metric_query_read (&query, slice_of (text));
    return query;
}

static void
a_word_is_itself_and_what_it_means (void **state)
{
    (void) state;
    metric_query_t query = read_query ("slow");
    assert_int_equal (query.count, 1);
    assert_true (weight_of (&query, "slow") > 0.99f);
    assert_true (weight_of (&query, "=latency") > 0.5f);
}

static void
a_phrase_counts_for_more_than_its_words (void **state)
{
    (void) state;
    metric_query_t query = read_query ("response time");
    assert_true (weight_of (&query, "=latency") > weight_of (&query, "respons"));
    assert_true (weight_of (&query, "respons") > 0);
}

static void
slips_compounds_and_beginnings_are_guessed (void **state)
{
    (void) state;
    metric_query_t query = read_query ("throtlte");
    assert_true (weight_of (&query, "throttl") > 0 && weight_of (&query, "throttl") < 1);
    query = read_query ("freespace");
    assert_true (weight_of (&query, "free") > 0 && weight_of (&query, "spac") > 0);
    query = read_query ("throughp");
    assert_true (weight_of (&query, "throughput") > 0);
}

static void
stop_words_and_what_is_like_nothing_have_no_slot (void **state)
{
    (void) state;
    assert_int_equal (read_query ("").count, 0);
    assert_int_equal (read_query ("the of is").count, 0);
    assert_int_equal (read_query ("xqzjwvkq").count, 0);
    assert_true (read_query ("a b c d e f 1 2 3 error cpu memory disk queue topic table bucket age lag slow").count <= QUERY_SLOTS_MAX);
}

//  A phrase takes a slot and its words others: there are more of them than terms.
static void
phrases_without_end_fill_the_slots_and_no_more (void **state)
{
    (void) state;
    static const char *const texts [] = {
        "disk full disk full disk full disk full disk full disk full disk full",
        "load balancer load balancer load balancer load balancer load balancer load balancer load balancer",
        "response time cache hit free space load balancer dead letter cold start health check response time cache hit",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts [0]; i++)
        assert_int_equal (read_query (texts [i]).count, QUERY_SLOTS_MAX);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_word_is_itself_and_what_it_means),
        cmocka_unit_test (a_phrase_counts_for_more_than_its_words),
        cmocka_unit_test (slips_compounds_and_beginnings_are_guessed),
        cmocka_unit_test (stop_words_and_what_is_like_nothing_have_no_slot),
        cmocka_unit_test (phrases_without_end_fill_the_slots_and_no_more),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
