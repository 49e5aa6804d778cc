#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "grid.h"
#include "table.h"

static const terminal_t PIPE = { .width = 0 };
static const terminal_t NARROW = { .width = 40, .screen = true };
static const terminal_t COLOURED = { .width = 80, .screen = true, .colours = true };

static void
assert_table (const terminal_t *terminal, const char *json, const char *shown)
{
    buffer_t out;
    buffer_init (&out, 65536);
    table_write (&out, slice_of (json), terminal);
    buffer_append_char (&out, 0);
    assert_int_equal (buffer_status (&out), STATUS_OK);
    assert_string_equal (out.data, shown);
    buffer_deinit (&out);
}

static void
rows_stand_under_their_columns_and_numbers_to_the_right (void **state)
{
    (void) state;
    assert_table (&PIPE,
        "{\"columns\":[\"name\",\"stored_bytes\",\"other\"],\"groups\":[[\"Größe\",1234567890,{\"a\":1}],[\"b\",null],[\"c\",12]]}",
        "name   stored  other\n"
        "Größe  1.2 GB  a=1\n"
        "b\n"
        "c        12 B\n");
}

static void
a_column_without_values_is_left_out (void **state)
{
    (void) state;
    assert_table (&PIPE, "{\"columns\":[\"a\",\"b\",\"c\"],\"rows\":[[1,null,\"x\"],[2,null,\"y\"]]}", "a  c\n1  x\n2  y\n");
}

static void
a_column_of_numbers_and_texts_stands_to_the_left (void **state)
{
    (void) state;
    assert_table (&PIPE, "{\"columns\":[\"a\"],\"rows\":[[1000],[\"none\"],[7]]}", "a\n1,000\nnone\n7\n");
}

static void
a_row_fits_the_terminal_and_says_that_it_was_cut (void **state)
{
    (void) state;
    const char *json = "{\"columns\":[\"group\",\"words\",\"n\"],"
        "\"rows\":[[\"/aws/lambda/checkout-function-blue\",\"the quick brown fox jumps over it\",12345]]}";
    assert_table (&NARROW, json,
        "group            words                 n\n"
        "/aws/la…on-blue  the quick brow…  12,345\n"
        "\n"
        "… stands for what does not fit the\n"
        "terminal: --json has it all, and so has\n"
        "a pipe (| cat).\n");
}

static void
columns_for_which_there_is_no_place_are_left_out_from_the_end_on (void **state)
{
    (void) state;
    const char *json = "{\"columns\":[\"name\",\"at\",\"stored\",\"other\"],"
        "\"rows\":[[\"/aws/lambda/checkout\",\"2026-11-22T20:00Z\",12345678,\"k=v and more\"]]}";
    assert_table (&NARROW, json,
        "name         at                stored  …\n"
        "/aws/…ckout  2026-1…0:00Z  12,345,678\n"
        "\n"
        "… stands for what does not fit the\n"
        "terminal: --json has it all, and so has\n"
        "a pipe (| cat).\n");
}

static void
a_pipe_gets_everything_on_one_line (void **state)
{
    (void) state;
    assert_table (&PIPE, "{\"columns\":[\"group\",\"text\"],"
        "\"rows\":[[\"/aws/lambda/a-very-long-name-of-a-function-that-nobody-can-read\",\"a\\nb\"]]}",
        "group                                                            text\n"
        "/aws/lambda/a-very-long-name-of-a-function-that-nobody-can-read  a\\nb\n");
}

static void
an_item_begins_with_its_state_and_name (void **state)
{
    (void) state;
    assert_table (&PIPE,
        "{\"alarms\":[{\"name\":\"a\",\"state\":\"ALARM\",\"since\":\"2026\",\"when\":\"x > 1\",\"suppressed_by\":\"b\",\"reason\":\"\",\"n\":null},"
        "{\"title\":\"t\",\"state\":\"OK\",\"actions\":[\"p\",\"q\"],\"metrics\":[{\"id\":\"m1\"},{\"id\":\"m2\"}]}]}",
        "ALARM  a  since 2026\n"
        "    when           x > 1\n"
        "    suppressed by  b\n"
        "\n"
        "OK     t\n"
        "    actions        p, q\n"
        "    metrics        id=m1\n"
        "                   id=m2\n");
}

static void
texts_of_items_are_broken_at_words (void **state)
{
    (void) state;
    assert_table (&NARROW, "{\"alarms\":[{\"name\":\"a\",\"reason\":\"Threshold crossed: 3 out of the last 5 datapoints\"}]}",
        "a\n"
        "    reason  Threshold crossed: 3 out of\n"
        "            the last 5 datapoints\n");
}

static void
states_have_their_colours_on_a_terminal_that_has_some (void **state)
{
    (void) state;
    assert_table (&COLOURED, "{\"a\":[{\"name\":\"x\",\"state\":\"ALARM\"},{\"name\":\"y\",\"state\":\"OK\"},"
        "{\"name\":\"z\",\"state\":\"INSUFFICIENT_DATA\"}]}",
        "\033[1;31mALARM\033[0m              \033[1mx\033[0m\n"
        "\033[32mOK\033[0m                 \033[1my\033[0m\n"
        "\033[33mINSUFFICIENT_DATA\033[0m  \033[1mz\033[0m\n");
    assert_table (&COLOURED, "{\"columns\":[\"state\"],\"r\":[[\"OK\"],[\"odd\"]]}", "\033[1mstate\033[0m\n\033[32mOK\033[0m\nodd\n");
}

static void
below_stand_how_to_get_the_rest_and_the_note (void **state)
{
    (void) state;
    assert_table (&PIPE, "{\"columns\":[\"a\"],\"next_token\":\"tok\",\"rows\":[[\"x\"]],\"note\":\"There is more.\",\"took_ms\":5}",
        "a\nx\n\ntook  5 ms\nmore: call again with next_token=tok\nThere is more.\n");
    assert_table (&PIPE, "{\"alarms\":[],\"note\":\"No alarms.\"}", "No alarms.\n");
    assert_table (&PIPE, "{\"alarms\":[]}", "Nothing.\n");
}

static void
a_history_has_its_window_and_its_summary_below (void **state)
{
    (void) state;
    assert_table (&COLOURED, "{\"window\":[\"a\",\"b\"],\"columns\":[\"time\",\"from\",\"to\"],\"rows\":[[\"t\",\"OK\",\"ALARM\"]],"
                  "\"summary\":{\"to_alarm\":8,\"in_alarm_min\":41,\"state\":\"OK\"}}",
        "\033[1mtime\033[0m  \033[1mfrom\033[0m  \033[1mto\033[0m\n"
        "t     \033[32mOK\033[0m    \033[1;31mALARM\033[0m\n"
        "\n"
        "window  a to b\n"
        "summary  to_alarm=8, in_alarm_min=41, state=OK\n");
    assert_table (&PIPE, "{\"columns\":[\"time\",\"to\"],\"rows\":[[\"t\",\"OK\"]],"
                  "\"summary\":{\"columns\":[\"alarm\",\"to_alarm\"],\"rows\":[[\"x\",1],[\"y\",22]]}}",
        "time  to\nt     OK\n\nsummary:\nalarm  to alarm\nx             1\ny            22\n");
}

static void
a_second_list_stands_below_with_a_line_for_each_item (void **state)
{
    (void) state;
    assert_table (&PIPE, "{\"widgets\":[{\"type\":\"text\",\"run\":[{\"a\":{\"b\":1}}]}],"
                  "\"variables\":[{\"type\":\"property\",\"label\":\"F\"},{\"type\":\"pattern\"}],\"note\":\"n\"}",
        "text\n    run  a={b=1}\n\nvariables  type=property, label=F\n  type=pattern\nn\n");
}

static void
a_text_of_several_lines_can_be_pasted (void **state)
{
    (void) state;
    assert_table (&NARROW, "{\"alarms\":[{\"name\":\"a\"}],\"unit\":\"Count\",\"yaml\":\"A:\\n  B: \\\"one two three four five six seven\\\"\\n\","
                  "\"hcl_text\":\"x {\\n  \\u001b\\n}\",\"note\":\"n\"}",
        "a\n\nunit  Count\n"
        "\n# yaml\nA:\n  B: \"one two three four five six seven\"\n# end of yaml\n"
        "\n# hcl text\nx {\n  \\x1b\n}\n# end of hcl text\nn\n");
}

static void
any_other_shape_is_indented_json (void **state)
{
    (void) state;
    assert_table (&PIPE, "{\"a\":{\"b\":1}}", "{\n  \"a\": {\n    \"b\": 1\n  }\n}\n");
    assert_table (&PIPE, "{\"a\":[{}],\"b\":[[{}]]}", "{\n  \"a\": [\n    {}\n  ],\n  \"b\": [\n    [\n      {}\n    ]\n  ]\n}\n");
    assert_table (&PIPE, "{\"columns\":[\"a\"],\"rows\":[[1,2]]}",
        "{\n  \"columns\": [\n    \"a\"\n  ],\n  \"rows\": [\n    [\n      1,\n      2\n    ]\n  ]\n}\n");
    assert_table (&PIPE, "[\"\xE2\x80\xAE\"]", "[\n  \"\\u202e\"\n]\n");
    assert_table (&PIPE, "no json \033", "no json \\u001b\n");
}

static void
no_text_drives_the_terminal (void **state)
{
    (void) state;
    assert_table (&NARROW, "{\"columns\":[\"a\\u001b\"],\"r\":[[\"\\u001b[2J\"],[\"\xE2\x80\xAE\"]],\"note\":\"\\u0007\",\"next_token\":\"\\u001b\"}",
        "a\\x1b\n\\x1b[2J\n\\u202e\n\nmore: call again with next_token=\\x1b\n\\x07\n");
    assert_table (&NARROW, "{\"r\":[{\"name\":\"\\u001b\",\"state\":\"\\u001b\",\"since\":\"\\u001b\",\"k\\u001b\":\"v\\u001b\\r\\nw\"}]}",
        "\\x1b  \\x1b  since \\x1b\n    k\\x1b  v\\x1b\\r\n           w\n");
}

static void
what_does_not_fit_the_buffer_is_a_failure_and_no_half_answer (void **state)
{
    (void) state;
    buffer_t out;
    buffer_init (&out, 8);
    table_write (&out, SLICE ("{\"columns\":[\"name\"],\"r\":[[\"more than eight\"]]}"), &PIPE);
    assert_int_equal (buffer_status (&out), STATUS_TOO_LARGE);
    buffer_deinit (&out);
}

static void
a_wide_cell_does_not_blow_up_a_long_table (void **state)
{
    (void) state;
    buffer_t json, out;
    buffer_init (&json, 1024 * 1024);
    buffer_init (&out, 1024 * 1024);
    buffer_append_text (&json, "{\"columns\":[\"a\",\"b\"],\"rows\":[[\"");
    for (int i = 0; i < 100000; i++)
        buffer_append_char (&json, 'x');
    buffer_append_text (&json, "\",1]");
    for (int i = 0; i < 1000; i++)
        buffer_append_text (&json, ",[\"y\",2]");
    buffer_append_text (&json, "]}");
    table_write (&out, buffer_slice (&json), &PIPE);
    assert_int_equal (buffer_status (&out), STATUS_OK);
    assert_in_range (out.size, 100000 + 1000 * GRID_PAD_MAX, 110000 + 1000 * (GRID_PAD_MAX + 10));
    buffer_deinit (&json);
    buffer_deinit (&out);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (rows_stand_under_their_columns_and_numbers_to_the_right),
        cmocka_unit_test (a_column_without_values_is_left_out),
        cmocka_unit_test (a_column_of_numbers_and_texts_stands_to_the_left),
        cmocka_unit_test (a_row_fits_the_terminal_and_says_that_it_was_cut),
        cmocka_unit_test (columns_for_which_there_is_no_place_are_left_out_from_the_end_on),
        cmocka_unit_test (a_pipe_gets_everything_on_one_line),
        cmocka_unit_test (an_item_begins_with_its_state_and_name),
        cmocka_unit_test (texts_of_items_are_broken_at_words),
        cmocka_unit_test (states_have_their_colours_on_a_terminal_that_has_some),
        cmocka_unit_test (below_stand_how_to_get_the_rest_and_the_note),
        cmocka_unit_test (a_history_has_its_window_and_its_summary_below),
        cmocka_unit_test (a_second_list_stands_below_with_a_line_for_each_item),
        cmocka_unit_test (a_text_of_several_lines_can_be_pasted),
        cmocka_unit_test (any_other_shape_is_indented_json),
        cmocka_unit_test (no_text_drives_the_terminal),
        cmocka_unit_test (what_does_not_fit_the_buffer_is_a_failure_and_no_half_answer),
        cmocka_unit_test (a_wide_cell_does_not_blow_up_a_long_table),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
