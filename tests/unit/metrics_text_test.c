#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "expect.h"
#include "field_values.h"
#include "metrics_text.h"
#include "statistic.h"
#include "unit.h"

#define SPACE "namespace   AWS/X\ntitle       X Service\nabout       A service that does what it does.\n"
#define METRIC "metric      A\nunit        Count\nstatistic   Sum\ndimensions  Id\n"
#define TELLS "tells       Something that is told in more than forty characters here.\n"

//  What the compiler says about a text; the next call takes it back.
static const char *
said (const char *text, int *count)
{
    static char words [65536];
    complaints_t complaints;
    complaints_init (&complaints);
    arena_t *arena = arena_new (1 << 20);
    draft_t draft;
    draft_init (&draft, arena, &complaints);
    metrics_text_read (&draft, "x/AWS_X.metrics", slice_of (text));
    draft_sort (&draft);
    draft_check (&draft);
    slice_t told = buffer_slice (&complaints.text);
    assert_true (told.size < sizeof words);
    memcpy (words, told.size ? told.data : "", told.size);
    words [told.size] = '\0';
    *count = complaints.count;
    arena_destroy (&arena);
    complaints_deinit (&complaints);
    return words;
}

static void
a_right_text_has_no_complaints (void **state)
{
    (void) state;
    int count;
    const char *words = said ("#  comment\n" SPACE "keywords    one, two words\n\n" METRIC TELLS
        "keywords    slow\nbeside      B, AWS/X B\nevery       86400\nnote        The source says Bytes, which is wrong.\n"
        "alarm       Sum > 0, 3 of 3 x 60 s, missing notBreaching, by Id: it never should\n"
        "alarm       p99 >= [80 % of the limit, or so], 1 of 5 x 300 s, missing missing, by -: near the limit\n\n"
        "metric      B\nunit        ~ Bytes/Second\nstatistic   ~ p99.9, tm90, Average\ndimensions  ~ VPC Id | VPC Id, Az\n" TELLS, &count);
    assert_string_equal (words, "");
    assert_int_equal (count, 0);
}

static void
what_is_wrong_is_told_with_its_line_and_what_is_allowed (void **state)
{
    (void) state;
    static const struct { const char *text, *said; } WRONG [] = {
        { "", "AWS_X.metrics:1: there is no namespace" },
        { SPACE, "there is no metric" },
        { "namespace   AWS/Y\n", "must be called AWS_Y.metrics" },
        { "namespace   AWS/X\nnamespace   AWS/X\n", ":2: the namespace has namespace twice" },
        { SPACE "unit        Count\n", ":4: the field of a namespace \"unit\" is none of the known" },
        { SPACE "metric      A\ntells       Something that is told in more than forty characters here.\n", ":4: A has no unit" },
        { SPACE "metric      A\nunits       Count\n", ":5: the field of a metric \"units\" is none of the known (did you mean unit?)" },
        { SPACE "metric      A\nunit        Percents\n", ":5: the unit \"Percents\" is none of the known (did you mean Percent?): Seconds, " },
        { SPACE "metric      A\nunit        count\n", "the unit \"count\"" },
        { SPACE "metric      A\nunit        ~\n", "the unit \"\"" },
        { SPACE "metric      A\nstatistic   Sum, Mean\n", "the statistic \"Mean\"" },
        { SPACE "metric      A\nstatistic   p101\n", "the statistic \"p101\"" },
        { SPACE "metric      A\nstatistic   Sum, Sum\n", "\"Sum\" is there twice" },
        { SPACE "metric      A\nstatistic   Sum,\n", "an empty place between commas" },
        { SPACE "metric      A\ndimensions  B | C, B | B, C\n", "the set \"C, B\" is there twice" },
        { SPACE "metric      A\ndimensions  B, B\n", "\"B\" is there twice" },
        { SPACE "metric      A\ndimensions  B+C\n", "is no name of a dimension" },
        { SPACE "metric      A\ndimensions  ~ ?\n", "unknown is written ?" },
        { SPACE "metric      A\nevery       90\n", "is no period" },
        { SPACE "metric      A\ntells       Short.\n", "tells: 6 characters; 40 to 360 are allowed" },
        { SPACE "metric      A\nunit        Count\nunit        Count\n", ":6: A has unit twice: in lines 5 and 6" },
        { SPACE METRIC TELLS METRIC TELLS, ":9: A is there twice: in lines 4 and 9" },
        { SPACE METRIC TELLS "beside      Aa\n", "there is no metric \"Aa\". Allowed: a metric of this namespace" },
        { SPACE METRIC TELLS "beside      A\n", "names itself" },
        { SPACE METRIC "alarm       Sum 0\n", "is not written as one" },
        { SPACE METRIC "alarm       Sum > x, 3 of 3 x 60 s, missing missing, by Id: why\n", "is not written as one" },
        { SPACE METRIC "alarm       Sum > 1, 4 of 3 x 60 s, missing missing, by Id: why\n", "M is 1 to N" },
        { SPACE METRIC "alarm       Sum = 1, 3 of 3 x 60 s, missing missing, by Id: why\n", "the operation \"=\"" },
        { SPACE METRIC "alarm       Sum > 1, 3 of 3 x 60 s, missing nothing, by Id: why\n", "missing data is \"nothing\"" },
        { SPACE METRIC "alarm       Total > 1, 3 of 3 x 60 s, missing missing, by Id: why\n", "the statistic \"Total\"" },
        { SPACE "metric      A|B\n", "is no name of a metric" },
        { SPACE "tells\n", "a line is a field's name" },
        { SPACE " unit       Count\n", "a line is a field's name" },
        { SPACE "keywords    a\tb\n", "tabs, control characters" },
        { SPACE "keywords    \xff\n", "tabs, control characters" },
    };
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG [0]; i++) {
        int count;
        expect_part (said (WRONG [i].text, &count), WRONG [i].said);
        assert_true (count > 0);
    }
}

static void
one_run_tells_all_that_is_wrong (void **state)
{
    (void) state;
    int count;
    const char *words = said (SPACE "metric      A\nunit        X\nstatistic   Y\ndimensions  Z, Z\n", &count);
    expect_part (words, ":5: the unit");
    expect_part (words, ":6: besides percentiles");
    expect_part (words, ":7: dimensions");
    expect_part (words, ":4: A has no tells");
}

static void
units_and_statistics_are_those_that_the_tools_take (void **state)
{
    (void) state;
    static const char *const STATISTICS [] = { "Average", "Sum", "Minimum", "Maximum", "SampleCount", "IQM", "p99", "p99.9", "tm90" };
    int units = 0;
    for (; field_units [units]; units++)
        assert_string_equal (unit_read (slice_of (field_units [units])), field_units [units]);
    assert_int_equal (units, 27);
    for (size_t i = 0; i < sizeof STATISTICS / sizeof STATISTICS [0]; i++) {
        char name [STATISTIC_BYTES_MAX];
        assert_true (statistic_read (slice_of (STATISTICS [i]), name));
        assert_string_equal (name, STATISTICS [i]);
    }
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_right_text_has_no_complaints),
        cmocka_unit_test (what_is_wrong_is_told_with_its_line_and_what_is_allowed),
        cmocka_unit_test (one_run_tells_all_that_is_wrong),
        cmocka_unit_test (units_and_statistics_are_those_that_the_tools_take),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
