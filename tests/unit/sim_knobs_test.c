#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "knobs.h"

static void
only_what_is_named_is_turned (void **state)
{
    (void) state;
    knobs_t knobs = { .key_life_s = 7, .clock_offset_s = 0 };
    buffer_t out;
    buffer_init (&out, 1024);
    assert_int_equal (knobs_set (&knobs, SLICE ("{\"clock_offset_s\":-600}"), &out), STATUS_OK);
    assert_int_equal (knobs.key_life_s, 7);
    assert_int_equal (knobs.clock_offset_s, -600);
    assert_int_equal (knobs_set (&knobs, SLICE ("{\"key_life_s\":0,\"clock_offset_s\":86400}"), &out), STATUS_OK);
    assert_int_equal (out.size, 0);
    knobs_write (&knobs, &out);
    assert_true (slice_is (buffer_slice (&out), "{\"key_life_s\":0,\"clock_offset_s\":86400}"));
    buffer_deinit (&out);
}

static void
what_is_wrong_turns_nothing (void **state)
{
    (void) state;
    static const struct { const char *json, *words; } ROWS [] = {
        { "", "Knobs are a JSON object" },
        { "[]", "Knobs are a JSON object" },
        { "{\"clock_offset_s\":5,\"speed\":1}", "There is no knob \"speed\"" },
        { "{\"clock_offset_s\":5,\"key_life_s\":-1}", "key_life_s must be a whole number from 0 to 43200." },
        { "{\"clock_offset_s\":86401}", "clock_offset_s must be a whole number from -86400 to 86400." },
        { "{\"clock_offset_s\":18446744073709551615}", "clock_offset_s must be" },
        { "{\"clock_offset_s\":1.5}", "clock_offset_s must be" },
        { "{\"key_life_s\":\"20\"}", "key_life_s must be" },
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS [0]; i++) {
        knobs_t knobs = { .key_life_s = 7, .clock_offset_s = 3 };
        buffer_t sentence;
        buffer_init (&sentence, 1024);
        assert_int_equal (knobs_set (&knobs, slice_of (ROWS [i].json), &sentence), STATUS_INVALID_ARGUMENT);
        buffer_append_char (&sentence, 0);
        if (!strstr (sentence.data, ROWS [i].words))
            fail_msg ("%s is refused with \"%s\"", ROWS [i].json, sentence.data);
        assert_int_equal (knobs.clock_offset_s, 3);
        assert_int_equal (knobs.key_life_s, 7);
        buffer_deinit (&sentence);
    }
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (only_what_is_named_is_turned),
        cmocka_unit_test (what_is_wrong_turns_nothing),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
