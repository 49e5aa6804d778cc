#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "log_lines.h"
#include "table.h"

static const terminal_t PIPE = { .width = 0 };
static const terminal_t SCREEN = { .width = 80, .screen = true };
static const terminal_t COLOURED = { .width = 120, .screen = true, .colours = true };

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
    "{\"columns\":[\"time\",\"group\",\"stream\",\"message\"],\"rows\":["
    "[\"2026-11-22T21:12:05Z\",\"/aws/lambda/shop-checkout-payment-capture\",\"2026/11/22/[$LATEST]3f2a91d0c4\",\"START\\n\"],"
    "[\"2026-11-22T21:12:06Z\",\"/ecs/shop/auth\",\"s1\",\"ERROR payment failed: this is a line that goes on and on and on\\n  at b\"]],"
    "\"note\":\"Two.\"}";

static void
a_pipe_gets_all_of_it_an_event_on_each_line (void **state)
{
    (void) state;
    expect (&PIPE, TWO,
            "2026-11-22T21:12:05Z  /aws/lambda/shop-checkout-payment-capture  2026/11/22/[$LATEST]3f2a91d0c4  START\n"
            "2026-11-22T21:12:06Z  /ecs/shop/auth  s1  ERROR payment failed: this is a line that goes on and on and on\\n  at b\n"
            "\n"
            "Two.\n");
}

static void
a_terminal_gets_the_ends_of_names_and_the_beginning_of_messages (void **state)
{
    (void) state;
    expect (&SCREEN, TWO,
            "2026-11-22T21:12:05Z  …out-payment-capture:…f2a91d0c4  START\n"
            "2026-11-22T21:12:06Z  /ecs/shop/auth:s1                ERROR payment failed: th…\n"
            "\n"
            "… stands for what does not fit the terminal: --json has it all, and so has a\n"
            "pipe (| cat).\n"
            "Two.\n");
    expect (&(terminal_t) { .width = 150, .screen = true }, TWO,
            "2026-11-22T21:12:05Z  …shop-checkout-payment-capture:…]3f2a91d0c4  START\n"
            "2026-11-22T21:12:06Z  /ecs/shop/auth:s1                            ERROR payment failed: this is a line that goes on and on and on\\n"
            "  at b\n"
            "\n"
            "… stands for what does not fit the terminal: --json has it all, and so has a pipe (| cat).\n"
            "Two.\n");
    expect (&(terminal_t) { .width = 50, .screen = true }, TWO,
            "2026-11-22T21:12:05Z  START\n"
            "2026-11-22T21:12:06Z  ERROR payment failed: this …\n"
            "\n"
            "… stands for what does not fit the terminal:\n"
            "--json has it all, and so has a pipe (| cat).\n"
            "Two.\n");
}

static void
errors_are_red_and_warnings_yellow_on_a_terminal_only (void **state)
{
    (void) state;
    static const char ROWS [] =
        "{\"columns\":[\"time\",\"message\"],\"rows\":[[\"t\",\"FATAL:  no slots\"],[\"t\",\"[WARN] slow\"],[\"t\",\"fine\"]]}";
    expect (&COLOURED, ROWS, "t  \033[1;31mFATAL:  no slots\033[0m\nt  \033[33m[WARN] slow\033[0m\nt  fine\n");
    expect (&PIPE, ROWS, "t  FATAL:  no slots\nt  [WARN] slow\nt  fine\n");
}

static void
a_level_is_a_word_of_its_own_at_the_beginning (void **state)
{
    (void) state;
    static const struct {
        const char *message;
        terminal_style_t style;
    } CASES [] = {
        { "ERROR x", TERMINAL_RED }, { "2026-11-22 12:00 [ERROR] x", TERMINAL_RED }, { "{\"level\":\"error\",\"msg\":1}", TERMINAL_RED },
        { "time=1 level=warn x", TERMINAL_YELLOW }, { "WARNING: x", TERMINAL_YELLOW }, { "PANIC:  could not write", TERMINAL_RED },
        { "TERRORS", TERMINAL_PLAIN }, { "ERRORS_TOTAL 5", TERMINAL_PLAIN }, { "no error", TERMINAL_PLAIN }, { "", TERMINAL_PLAIN },
        { "WARN then ERROR", TERMINAL_RED },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++)
        if (log_lines_style (slice_of (CASES [i].message)) != CASES [i].style)
            fail_msg ("%s", CASES [i].message);
    static char late [400];
    memset (late, ' ', sizeof late - 1);
    memcpy (late + 300, "ERROR", 5);
    assert_int_equal (log_lines_style (slice_of (late)), TERMINAL_PLAIN);
}

static void
hostile_texts_come_out_escaped (void **state)
{
    (void) state;
    expect (&COLOURED, "{\"columns\":[\"time\",\"group\",\"message\"],\"rows\":[[\"\\u001b[2J\",\"a\\u202e\",\"b\\u001b]0;x\\u0007\\r\\nc\"]]}",
            "\\x1b[2J  a\\u202e  b\\x1b]0;x\\x07\\r\\nc\n");
}

static void
what_is_missing_or_no_text_is_left_out (void **state)
{
    (void) state;
    expect (&PIPE, "{\"columns\":[\"time\",\"stream\",\"message\"],\"rows\":[[null,7,null],[\"t\"],[\"t\",\"s\",\"m\"]]}",
            "    \nt    \nt  s  m\n");
}

static void
other_columns_are_a_grid (void **state)
{
    (void) state;
    static const char *const OTHERS [] = { "[\"time\",\"message\",\"level\"]", "[\"message\"]", "[\"time\"]", "[\"time\",\"message\",\"time\"]",
                                           "[7,\"time\",\"message\"]", "[]", "7" };
    for (size_t i = 0; i < sizeof OTHERS / sizeof OTHERS [0]; i++) {
        yyjson_doc *doc = yyjson_read (OTHERS [i], strlen (OTHERS [i]), 0);
        assert_false (log_lines_fit (yyjson_doc_get_root (doc)));
        yyjson_doc_free (doc);
    }
    assert_false (log_lines_fit (NULL));
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_pipe_gets_all_of_it_an_event_on_each_line),
        cmocka_unit_test (a_terminal_gets_the_ends_of_names_and_the_beginning_of_messages),
        cmocka_unit_test (errors_are_red_and_warnings_yellow_on_a_terminal_only),
        cmocka_unit_test (a_level_is_a_word_of_its_own_at_the_beginning),
        cmocka_unit_test (hostile_texts_come_out_escaped),
        cmocka_unit_test (what_is_missing_or_no_text_is_left_out),
        cmocka_unit_test (other_columns_are_a_grid),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
