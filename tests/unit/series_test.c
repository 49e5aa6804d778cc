#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "series.h"
#include "table.h"

static const terminal_t PIPE = { .width = 0, .utf8 = true };
static const terminal_t ASCII_PIPE = { .width = 0 };
static const terminal_t NARROW = { .width = 60, .screen = true, .utf8 = true };
static const terminal_t COLOURED = { .width = 120, .screen = true, .colours = true, .utf8 = true };

static void
expect (const terminal_t *terminal, const char *json, const char *shown)
{
    buffer_t out;
    buffer_init (&out, 65536);
    table_write (&out, slice_of (json), terminal);
    buffer_append_char (&out, 0);
    assert_int_equal (buffer_status (&out), STATUS_OK);
    assert_string_equal (out.data, shown);
    buffer_deinit (&out);
}

static const char TWO [] =
    "{\"window\":[\"2026-11-22T20:00Z\",\"2026-11-22T23:00Z\"],\"period_s\":180,\"series\":["
    "{\"id\":\"m1\",\"label\":\"checkout Errors\",\"stat\":\"Sum\",\"unit\":\"Count\",\"summary\":{\"min\":0,\"avg\":3.2,\"max\":41,"
    "\"max_at\":\"2026-11-22T21:12Z\",\"last\":0},\"values\":[0,1,null,41,0]},"
    "{\"id\":\"m2\",\"label\":\"Duration\",\"stat\":\"p99\",\"unit\":\"Milliseconds\",\"summary\":{\"min\":12,\"avg\":340,\"max\":2300,"
    "\"max_at\":\"2026-11-22T20:03Z\",\"last\":99},\"values\":[12,2300,99]}],\"note\":\"Chosen.\"}";

static void
figures_and_shapes_stand_below_each_other (void **state)
{
    (void) state;
    expect (&PIPE, TWO,
            "2026-11-22T20:00Z to 2026-11-22T23:00Z, a value per 3 min\n"
            "\n"
            "checkout Errors  Sum  min 0      avg 3.2     max 41 at 21:12     last 0      ▁▁ █▁\n"
            "Duration         p99  min 12 ms  avg 340 ms  max 2.3 s at 20:03  last 99 ms  ▁█▁\n"
            "\n"
            "Chosen.\n");
}

static void
without_utf8_the_shape_is_ascii (void **state)
{
    (void) state;
    expect (&ASCII_PIPE, "{\"series\":[{\"id\":\"a\",\"values\":[0,7,3.5]}]}", "a  _#=\n");
}

static void
a_narrow_terminal_gets_the_shape_below (void **state)
{
    (void) state;
    expect (&NARROW, "{\"series\":[{\"label\":\"checkout Errors\",\"stat\":\"Sum\",\"summary\":{\"min\":0,\"avg\":3.2,\"max\":41,\"last\":0},"
                     "\"values\":[0,41,null,1]}]}",
            "checkout Errors  Sum  min 0  avg 3.2  max 41  last 0\n"
            "    ▁█ ▁\n");
}

static void
the_highest_value_is_marked_and_labels_are_bold_where_there_are_colours (void **state)
{
    (void) state;
    expect (&COLOURED, "{\"series\":[{\"label\":\"a\",\"values\":[0,41,1]}]}", "\033[1ma\033[0m  ▁\033[1;31m█\033[0m▁\n");
}

static void
a_series_without_data_says_so (void **state)
{
    (void) state;
    expect (&PIPE, "{\"period_s\":86400,\"series\":[{\"label\":\"a\",\"values\":[]},{\"label\":\"bb\",\"values\":[null]}],\"note\":\"Why.\"}",
            "a value per 1 d\n\na   no data\nbb  no data\n\nWhy.\n");
    expect (&PIPE, "{\"series\":[{\"label\":\"a\",\"stat\":\"Sum\",\"summary\":{\"min\":0,\"max\":41},\"values\":[0,41]},"
                   "{\"label\":\"rate\",\"values\":[]},{\"label\":\"b\",\"stat\":\"p99\",\"values\":[]}]}",
            "a     Sum  min 0  max 41  ▁█\nrate       no data\nb     p99  no data\n");
    expect (&PIPE, "{\"series\":[],\"note\":\"None.\"}", "None.\n");
}

static void
a_period_of_its_own_and_days_are_told (void **state)
{
    (void) state;
    expect (&PIPE, "{\"window\":[\"2026-11-21T20:00Z\",\"2026-11-22T23:00Z\"],\"period_s\":60,\"series\":[{\"label\":\"a\",\"period_s\":7200,"
                   "\"summary\":{\"max\":1,\"max_at\":\"2026-11-22T01:00Z\"},\"values\":[1,0]}]}",
            "2026-11-21T20:00Z to 2026-11-22T23:00Z, a value per 1 min\n\na  max 1 at 11-22 01:00  █▁  (per 2 h)\n");
}

static void
a_long_label_is_cut_on_a_terminal_only (void **state)
{
    (void) state;
    static const char LONG [] = "{\"series\":[{\"label\":\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxyy\",\"values\":[1,0]}]}";
    expect (&PIPE, LONG, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxyy  █▁\n");
    expect (&(terminal_t) { .width = 100, .screen = true, .utf8 = true }, LONG,
            "xxxxxxxxxxxxxxxxxxxxxx…xxxxxxxxxxxxxxxxxxxyy  █▁\n\n"
            "… stands for what does not fit the terminal: --json has it all, and so has a pipe (| cat).\n");
}

static void
a_label_leaves_the_figures_the_terminals_width (void **state)
{
    (void) state;
    expect (&NARROW, "{\"series\":[{\"label\":\"123456789012 shop-checkout-validate Errors\",\"summary\":{\"min\":0,\"avg\":0.383,\"max\":2,"
                     "\"last\":0},\"values\":[0,2]}]}",
            "123456789012 …lidate Errors  min 0  avg 0.383  max 2  last 0\n    ▁█\n\n"
            "… stands for what does not fit the terminal: --json has it\nall, and so has a pipe (| cat).\n");
}

static void
a_last_period_that_is_not_over_is_told_above (void **state)
{
    (void) state;
    expect (&PIPE, "{\"period_s\":60,\"last_period\":\"incomplete\",\"series\":[{\"label\":\"a\",\"values\":[1,0]}]}",
            "a value per 1 min, the last one not over yet\n\na  █▁\n");
}

static void
hostile_texts_come_out_escaped (void **state)
{
    (void) state;
    expect (&COLOURED, "{\"window\":[\"\\u001b[2J\",\"\\u202e\"],\"series\":[{\"label\":\"a\\u001b[2Jb\",\"stat\":\"\\n\",\"unit\":\"\\u001b\","
                       "\"summary\":{\"max\":1,\"max_at\":\"\\u001b[2J\"},\"values\":[1]}]}",
            "\\x1b[2J to \\u202e\n\n\033[1ma\\x1b[2Jb\033[0m  \\n  max 1 at \\x1b[2J  ▁\n");
}

static void
another_series_is_no_series (void **state)
{
    (void) state;
    static const char *const OTHERS [] = { "{}", "7", "[7]", "[{}]", "[{\"values\":7}]", "[{\"values\":[\"x\"]}]", "[{\"values\":[[]]}]" };
    for (size_t i = 0; i < sizeof OTHERS / sizeof OTHERS [0]; i++) {
        yyjson_doc *doc = yyjson_read (OTHERS [i], strlen (OTHERS [i]), 0);
        assert_false (series_fit (yyjson_doc_get_root (doc)));
        yyjson_doc_free (doc);
    }
    assert_false (series_fit (NULL));
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (figures_and_shapes_stand_below_each_other),
        cmocka_unit_test (without_utf8_the_shape_is_ascii),
        cmocka_unit_test (a_narrow_terminal_gets_the_shape_below),
        cmocka_unit_test (the_highest_value_is_marked_and_labels_are_bold_where_there_are_colours),
        cmocka_unit_test (a_series_without_data_says_so),
        cmocka_unit_test (a_period_of_its_own_and_days_are_told),
        cmocka_unit_test (a_long_label_is_cut_on_a_terminal_only),
        cmocka_unit_test (a_label_leaves_the_figures_the_terminals_width),
        cmocka_unit_test (a_last_period_that_is_not_over_is_told_above),
        cmocka_unit_test (hostile_texts_come_out_escaped),
        cmocka_unit_test (another_series_is_no_series),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
