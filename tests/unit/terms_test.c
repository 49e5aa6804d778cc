#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "terms.h"

static const char *
cut (const char *text, bool stemmed)
{
    static char out [512];
    slice_t rest = slice_of (text);
    term_t term;
    out [0] = '\0';
    size_t size = 0;
    while (term_next (&rest, &term)) {
        if (stemmed)
            term_stem (&term);
        assert_true (size + term.size + 2 < sizeof out);
        if (size)
            out [size++] = ' ';
        memcpy (out + size, term.text, term.size + 1);
        size += term.size;
    }
    return out;
}

static void
names_are_cut_where_a_person_would (void **state)
{
    (void) state;
    assert_string_equal (cut ("ApproximateAgeOfOldestMessage", false), "approximate age of oldest message");
    assert_string_equal (cut ("HTTPCode_ELB_5XX_Count", false), "http code elb 5xx count");
    assert_string_equal (cut ("GetRecords.IteratorAgeMilliseconds", false), "get records iterator age milliseconds");
    assert_string_equal (cut ("CPUUtilization", false), "cpu utilization");
    assert_string_equal (cut ("TCPv4 Connections Established", false), "tcpv4 connections established");
    assert_string_equal (cut ("BinLogIOPs", false), "bin log iops");
    assert_string_equal (cut ("a 5 % of x", false), "5 of");
    assert_string_equal (cut (" ./%", false), "");
}

static void
forms_of_a_word_have_one_stem (void **state)
{
    (void) state;
    assert_string_equal (cut ("throttle throttled throttles throttling", true), "throttl throttl throttl throttl");
    assert_string_equal (cut ("eviction evicted evictions evicts", true), "evict evict evict evict");
    assert_string_equal (cut ("dropped drops dropping", true), "drop drop drop");
    assert_string_equal (cut ("utilisation utilization", true), "utilizat utilizat");
    assert_string_equal (cut ("queries query", true), "query query");
    assert_string_equal (cut ("status redis access sns", true), "status redis access sns");
}

static void
a_word_without_end_is_cut (void **state)
{
    (void) state;
    char text [200];
    memset (text, 'a', sizeof text);
    slice_t rest = { text, sizeof text };
    term_t term;
    assert_true (term_next (&rest, &term));
    assert_int_equal (term.size, TERM_BYTES_MAX);
    assert_false (term_next (&rest, &term));
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (names_are_cut_where_a_person_would),
        cmocka_unit_test (forms_of_a_word_have_one_stem),
        cmocka_unit_test (a_word_without_end_is_cut),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
