#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "expect.h"
#include "metric_line.h"

#include <stdio.h>

//  What a line came to: "Namespace Name A=b C=d {options}", "expression …", or "wrong".
static const char *
shown (metric_line_t *line, yyjson_val *value)
{
    static char text [16384];
    size_t size = 0;
    switch (metric_line_read (line, value)) {
    case METRIC_LINE_WRONG:
        return "wrong";
    case METRIC_LINE_EXPRESSION:
        snprintf (text, sizeof text, "expression %s", text_of (line->options, "expression"));
        return text;
    case METRIC_LINE_METRIC:
        break;
    }
    for (size_t i = 0; i < line->count; i++) {
        const char *before = i > 2 && i % 2 ? "=" : " ";
        size += (size_t) snprintf (text + size, sizeof text - size, "%s%.*s", i ? before : "", (int) line->values [i].size, line->values [i].data);
    }
    if (line->options)
        snprintf (text + size, sizeof text - size, " %s", as_text (line->options));
    return text;
}

//  The lines of one widget, and what each comes to.
typedef struct {
    const char *lines;
    const char *expected [5];
} case_t;

static const case_t CASES [] = {
    //  Nothing is short
    { "[[\"N\",\"m\"],[\"N\",\"m\",\"A\",\"b\"],[\"N\",\"m\",\"A\",\"b\",\"C\",\"d\"]]", { "N m", "N m A=b", "N m A=b C=d" } },
    //  A dot is what stands above it
    { "[[\"N\",\"m\",\"A\",\"b\"],[\".\",\"n\",\".\",\".\"],[\".\",\".\",\".\",\"c\"],[\"O\",\".\"]]", { "N m A=b", "N n A=b", "N n A=c", "O n" } },
    //  Three dots are as much as leaves the end to the rest
    { "[[\"N\",\"m\",\"A\",\"b\"],[\"...\",\"c\"],[\"...\",\"B\",\"d\"],[\"...\"]]", { "N m A=b", "N m A=c", "N m B=d", "N m B=d" } },
    { "[[\"N\",\"m\",\"A\",\"b\",\"C\",\"d\"],[\"N\",\"n\",\"...\"],[\".\",\"o\",\"...\",\"e\"],[\"...\",\"C\",\".\"]]",
      { "N m A=b C=d", "N n A=b C=d", "N o A=b C=e", "N o A=b C=e" } },
    //  They may stand for nothing at all
    { "[[\"N\",\"m\"],[\"O\",\"n\",\"...\"],[\"...\",\"P\",\"o\"]]", { "N m", "O n", "P o" } },
    //  Options are of their line alone, and no value
    { "[[\"N\",\"m\",\"A\",\"b\",{\"stat\":\"Sum\"}],[\"...\",{\"id\":\"x\"}],[\"...\",\"c\"],[\".\",\".\",{}]]",
      { "N m A=b {\"stat\":\"Sum\"}", "N m A=b {\"id\":\"x\"}", "N m A=c", "N m {}" } },
    //  Expressions and wrong lines leave the line before as it was
    { "[[\"N\",\"m\"],[{\"expression\":\"1 + 1\"}],[\".\",\"n\"],[\"x\"],[\".\",\"o\"]]", { "N m", "expression 1 + 1", "N n", "wrong", "N o" } },
    //  What is above the first line?
    { "[[\".\",\"m\"],[\"...\"],[\"...\",\"N\",\"m\"],[{}],[]]", { "wrong", "wrong", "wrong", "wrong", "wrong" } },
    //  More than there is
    { "[[\"N\",\"m\"],[\".\",\".\",\".\",\"b\"],[\"...\",\"A\",\"b\",\"c\"],[\"N\",\"m\",\"A\",\"b\",\"...\"],[\".\",\".\"]]",
      { "N m", "wrong", "wrong", "wrong", "N m" } },
    //  No metric
    { "[[\"N\"],[\"N\",\"m\",\"A\"],[\"N\",\"m\",\"A\",\"b\",\"A\",\"c\"],[\"N\",\"m\",\"A\",7],[\"\",\"m\"]]",
      { "wrong", "wrong", "wrong", "wrong", "wrong" } },
    { "[7,null,\"N\",{\"a\":1},[{\"expression\":7}]]", { "wrong", "wrong", "wrong", "wrong", "wrong" } },
    { "[[{\"expression\":\"\"}],[\"N\",\"m\",{\"stat\":\"Sum\"},\"A\"],[{\"expression\":\"e\"},{\"expression\":\"f\"}],[[\"N\",\"m\"]]]",
      { "wrong", "wrong", "wrong", "wrong" } },
};

static void
shorthand_is_written_out (void **state)
{
    (void) state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        yyjson_doc *doc;
        metric_line_t line = { .count = 0 };
        size_t index, count;
        yyjson_val *value;
        assert_int_equal (json_read (slice_of (CASES [i].lines), JSON_DEPTH_MAX, &doc, NULL), STATUS_OK);
        yyjson_arr_foreach (yyjson_doc_get_root (doc), index, count, value) {
            assert_true (index < 5 && CASES [i].expected [index]);
            assert_string_equal (shown (&line, value), CASES [i].expected [index]);
        }
        assert_true (count == 5 || !CASES [i].expected [count]);
        yyjson_doc_free (doc);
    }
}

static void
thirty_dimensions_are_read_and_one_more_is_not (void **state)
{
    (void) state;
    for (int dimensions = 30; dimensions < 32; dimensions++) {
        char text [1024];
        int size = snprintf (text, sizeof text, "[\"N\",\"m\"");
        for (int i = 0; i < dimensions; i++)
            size += snprintf (text + size, sizeof text - (size_t) size, ",\"d%d\",\"v\"", i);
        snprintf (text + size, sizeof text - (size_t) size, "]");
        yyjson_doc *doc;
        metric_line_t line = { .count = 0 };
        assert_int_equal (json_read (slice_of (text), JSON_DEPTH_MAX, &doc, NULL), STATUS_OK);
        assert_int_equal (metric_line_read (&line, yyjson_doc_get_root (doc)), dimensions == 30 ? METRIC_LINE_METRIC : METRIC_LINE_WRONG);
        assert_int_equal (line.count, dimensions == 30 ? METRIC_LINE_VALUES_MAX : 0);
        yyjson_doc_free (doc);
    }
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (shorthand_is_written_out),
        cmocka_unit_test (thirty_dimensions_are_read_and_one_more_is_not),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
