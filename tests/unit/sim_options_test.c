#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "options.h"

enum { SENTENCE_BYTES_MAX = 4096 };

//  Reads the flags; a refusal must hold the words (NULL: none is expected).
static options_wish_t
wish_of (options_t *options, int count, char *const *texts, const char *environment, const char *words)
{
    buffer_t sentence;
    verify_t *keys = verify_new ();
    buffer_init (&sentence, SENTENCE_BYTES_MAX);
    options_wish_t wish = options_read (options, count, texts, environment, keys, &sentence);
    buffer_append_char (&sentence, 0);
    if (words && !strstr (sentence.data, words))
        fail_msg ("\"%s\" does not say \"%s\"", sentence.data, words);
    assert_true (words || sentence.size == 1);
    buffer_deinit (&sentence);
    verify_destroy (&keys);
    return wish;
}

#define FLAGS(...) (int) (sizeof (char *const []) { __VA_ARGS__ } / sizeof (char *)), (char *const []) { __VA_ARGS__ }

static void
flags_are_read_in_both_spellings (void **state)
{
    (void) state;
    options_t options;
    assert_int_equal (wish_of (&options, FLAGS ("--port", "0", "--now=2026-11-22T23:05:07Z", "--seed", "9", "--latency=15", "--key", "a:b:c",
                                                "--log-groups", "200", "--log-events", "5000", "--metrics", "3000", "--host", "::1",
                                                "--key-life", "20", "--clock-offset=-600"),
                              "x:y,z:w", NULL), OPTIONS_RUN);
    assert_int_equal (options.port, 0);
    assert_true (options.now_fixed);
    assert_int_equal (options.now_ms, INT64_C (1795388707000));
    assert_int_equal (options.seed, 9);
    assert_int_equal (options.latency_ms, 15);
    assert_int_equal (options.log_groups, 200);
    assert_int_equal (options.log_events, 5000);
    assert_int_equal (options.metrics, 3000);
    assert_string_equal (options.host, "::1");
    assert_int_equal (options.knobs.key_life_s, 20);
    assert_int_equal (options.knobs.clock_offset_s, -600);
}

static void
defaults_are_a_local_port_and_the_real_clock (void **state)
{
    (void) state;
    options_t options;
    assert_int_equal (wish_of (&options, 0, NULL, NULL, NULL), OPTIONS_RUN);
    assert_int_equal (options.port, 8000);
    assert_string_equal (options.host, "127.0.0.1");
    assert_false (options.now_fixed);
    assert_int_equal (options.knobs.key_life_s, 0);
    assert_int_equal (options.knobs.clock_offset_s, 0);
    assert_int_equal (wish_of (&options, FLAGS ("--help"), NULL, NULL), OPTIONS_HELP);
    assert_int_equal (wish_of (&options, FLAGS ("--version"), NULL, NULL), OPTIONS_VERSION);
}

static void
what_is_wrong_is_said_in_a_sentence (void **state)
{
    (void) state;
    options_t options;
    assert_int_equal (wish_of (&options, FLAGS ("--prot", "1"), NULL, "There is no flag --prot"), OPTIONS_WRONG);
    assert_int_equal (wish_of (&options, FLAGS ("8000"), NULL, "There is no flag 8000"), OPTIONS_WRONG);
    assert_int_equal (wish_of (&options, FLAGS ("--port"), NULL, "--port needs a value."), OPTIONS_WRONG);
    assert_int_equal (wish_of (&options, FLAGS ("--port", "65536"), NULL, "--port must be a port from 0 to 65535, not \"65536\"."), OPTIONS_WRONG);
    assert_int_equal (wish_of (&options, FLAGS ("--port", "80x"), NULL, "--port must be"), OPTIONS_WRONG);
    assert_int_equal (wish_of (&options, FLAGS ("--now", "yesterday"), NULL, "--now must be a time"), OPTIONS_WRONG);
    assert_int_equal (wish_of (&options, FLAGS ("--now", "0"), NULL, "--now must be a time from the year 2000 on"), OPTIONS_WRONG);
    assert_int_equal (wish_of (&options, FLAGS ("--now", "1999-12-31T23:59:59Z"), NULL, "--now must be a time"), OPTIONS_WRONG);
    assert_int_equal (wish_of (&options, FLAGS ("--now", "2000-01-01T00:00Z"), NULL, NULL), OPTIONS_RUN);
    assert_int_equal (wish_of (&options, FLAGS ("--metrics", "-1"), NULL, "--metrics must be"), OPTIONS_WRONG);
    assert_int_equal (wish_of (&options, FLAGS ("--log-groups", "1", "--log-events", "1000001"), NULL, "--log-events must be"), OPTIONS_WRONG);
    assert_int_equal (wish_of (&options, FLAGS ("--log-events", "1"), NULL, "--log-events needs --log-groups"), OPTIONS_WRONG);
    assert_int_equal (wish_of (&options, FLAGS ("--key-life", "0"), NULL, "--key-life must be seconds from 1 to 43200"), OPTIONS_WRONG);
    assert_int_equal (wish_of (&options, FLAGS ("--clock-offset", "86401"), NULL, "--clock-offset must be seconds from -86400"), OPTIONS_WRONG);
    assert_int_equal (wish_of (&options, FLAGS ("--key", "id"), NULL, "--key must be ID:SECRET"), OPTIONS_WRONG);
    assert_int_equal (wish_of (&options, 0, NULL, "id", "CLOUDWATCH_SIM_KEYS must be"), OPTIONS_WRONG);
}

static void
a_time_may_be_written_in_several_ways (void **state)
{
    (void) state;
    int64_t time_ms;
    assert_true (options_read_time ("2026-11-22T23:05Z", &time_ms));
    assert_int_equal (time_ms, INT64_C (1795388700000));
    assert_true (options_read_time ("1795388707", &time_ms));
    assert_int_equal (time_ms, INT64_C (1795388707000));
    assert_true (options_read_time ("1795388707042", &time_ms));
    assert_int_equal (time_ms, INT64_C (1795388707042));
    assert_false (options_read_time ("", &time_ms));
    assert_false (options_read_time ("2026-11-22", &time_ms));
    assert_false (options_read_time ("-5", &time_ms));
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (flags_are_read_in_both_spellings),
        cmocka_unit_test (defaults_are_a_local_port_and_the_real_clock),
        cmocka_unit_test (what_is_wrong_is_said_in_a_sentence),
        cmocka_unit_test (a_time_may_be_written_in_several_ways),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
