#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "statistic.h"

static void
names_are_read_as_people_write_them (void **state)
{
    (void) state;
    static const char *const CASES [] [2] = {
        { "Average", "Average" }, { "avg", "Average" }, { "AVERAGE", "Average" }, { "mean", "Average" }, { "min", "Minimum" },
        { "Minimum", "Minimum" },
        { "MAX", "Maximum" }, { "maximum", "Maximum" }, { "sum", "Sum" }, { "total", "Sum" }, { "count", "SampleCount" }, { "n", "SampleCount" },
        { "sample_count", "SampleCount" }, { "samplecount", "SampleCount" }, { "median", "p50" }, { "iqm", "IQM" }, { " Sum ", "Sum" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        char name [STATISTIC_BYTES_MAX] = "";
        assert_true (statistic_read (slice_of (CASES [i] [0]), name));
        assert_string_equal (name, CASES [i] [1]);
    }
}

static void
bounds_are_read_in_each_form (void **state)
{
    (void) state;
    static const char *const CASES [] [2] = {
        { "p99", "p99" }, { "P99", "p99" }, { "p(99)", "p99" }, { "p99.9", "p99.9" }, { "p0", "p0" }, { "p100", "p100" },
        { "p99.12345678", "p99.12345678" },
        { "tm99", "tm99" }, { "TM99", "tm99" }, { "wm90.5", "wm90.5" }, { "tc10", "tc10" }, { "ts1", "ts1" },
        { "TM(10%:90%)", "TM(10%:90%)" }, { "tm(10%:90%)", "TM(10%:90%)" }, { "TM(:95%)", "TM(:95%)" }, { "TM(150:1000)", "TM(150:1000)" },
        { "WM(2%:)", "WM(2%:)" }, { "tc(0.005:0.030)", "TC(0.005:0.030)" }, { "TS(80%:)", "TS(80%:)" }, { "pr(100:2000)", "PR(100:2000)" },
        { "PR(:300)", "PR(:300)" }, { "TM ( 10% : 90% )", "TM(10%:90%)" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        char name [STATISTIC_BYTES_MAX] = "";
        if (!statistic_read (slice_of (CASES [i] [0]), name))
            fail_msg ("%s is refused", CASES [i] [0]);
        assert_string_equal (name, CASES [i] [1]);
    }
}

static void
what_is_no_statistic_is_refused (void **state)
{
    (void) state;
    static const char *const CASES [] = {
        "", "Averge", "p", "p101", "p-1", "p99.", "p9 9x", "p1.2.3", "p(99", "p()", "p99%", "tm", "tm101", "TM()", "TM(:)", "TM(1)", "TM(10%:90)",
        "TM(10%:101%)",
        "PR(10%:90%)", "PR(5)", "PR", "pr99", "TM(1:2:3)", "TM(a:b)", "TM(1e3:2)", "TM(-1:2)", "p12345678901234567",
        "TM(000000000000000000000000000000000000000000000000000000000000000000000:1)",
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        char name [STATISTIC_BYTES_MAX] = "";
        if (statistic_read (slice_of (CASES [i]), name))
            fail_msg ("%s is taken for %s", CASES [i], name);
    }
}

static void
the_five_standard_ones_are_known (void **state)
{
    (void) state;
    assert_true (statistic_standard ("Average"));
    assert_true (statistic_standard ("SampleCount"));
    assert_false (statistic_standard ("p50"));
    assert_false (statistic_standard ("IQM"));
}

static void
expect_sentence (const char *text, const char *expected)
{
    buffer_t out;
    buffer_init (&out, 1024);
    statistic_append_wrong (&out, "stat", slice_of (text));
    buffer_append_char (&out, 0);
    assert_int_equal (buffer_status (&out), STATUS_OK);
    if (!strstr (out.data, expected))
        fail_msg ("expected \"%s\" in \"%s\"", expected, out.data);
    buffer_deinit (&out);
}

static void
the_sentence_suggests_the_nearest_and_lists_them_all (void **state)
{
    (void) state;
    expect_sentence ("Averge", "stat \"Averge\" is not a statistic; did you mean Average? Statistics: SampleCount, Average, Sum, Minimum, Maximum, "
                               "p0 to p100");
    expect_sentence ("Maxmum", "did you mean Maximum?");
    expect_sentence ("nothing like it", "\" is not a statistic. Statistics: ");
    expect_sentence ("x\x1b[2J", "\"x\\u001b[2J\"");
}

static void
what_counts_datapoints_is_not_in_the_metrics_unit (void **state)
{
    (void) state;
    static const char *const COUNTS [] = { "SampleCount", "tc99", "TC(10%:90%)", "PR(100:2000)" };
    static const char *const OTHERS [] = { "Average", "Sum", "Minimum", "Maximum", "p99", "tm99", "TM(10%:90%)", "ts99", "TS(:10)", "wm5", "IQM" };
    for (size_t i = 0; i < sizeof COUNTS / sizeof COUNTS [0]; i++)
        assert_false (statistic_in_unit (COUNTS [i]));
    for (size_t i = 0; i < sizeof OTHERS / sizeof OTHERS [0]; i++)
        assert_true (statistic_in_unit (OTHERS [i]));
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (names_are_read_as_people_write_them),
        cmocka_unit_test (bounds_are_read_in_each_form),
        cmocka_unit_test (what_is_no_statistic_is_refused),
        cmocka_unit_test (the_five_standard_ones_are_known),
        cmocka_unit_test (the_sentence_suggests_the_nearest_and_lists_them_all),
        cmocka_unit_test (what_counts_datapoints_is_not_in_the_metrics_unit),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
