#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "doctor_probe.h"

#include <string.h>

static void
make (doctor_probe_t *self, const char *answer)
{
    doctor_probe_init (self, "logs:FilterLogEvents");
    if (answer)
        assert_int_equal (json_read (slice_of (answer), JSON_DEPTH_MAX, &self->answer, NULL), STATUS_OK);
}

static void
what_the_answer_says_is_there_and_nothing_else_is (void **state)
{
    (void) state;
    doctor_probe_t probe;
    make (&probe, "{\"verdict\":\"denied\",\"text\":\"Add it.\",\"skew_s\":3,\"source\":null}");
    assert_true (doctor_probe_is (&probe, "denied"));
    assert_false (doctor_probe_is (&probe, "allowed"));
    assert_string_equal (doctor_probe_text (&probe, "text"), "Add it.");
    assert_int_equal (yyjson_get_sint (doctor_probe_member (&probe, "skew_s")), 3);
    assert_null (doctor_probe_text (&probe, "skew_s"));
    assert_null (doctor_probe_member (&probe, "source"));
    assert_null (doctor_probe_member (&probe, "arn"));
    assert_true (slice_is (doctor_probe_why (&probe), "Add it."));
    doctor_probe_deinit (&probe);
    doctor_probe_deinit (&probe);
}

static void
without_an_answer_the_trouble_says_why (void **state)
{
    (void) state;
    doctor_probe_t probe;
    make (&probe, NULL);
    assert_string_equal (doctor_probe_verdict (&probe), "unknown");
    assert_null (doctor_probe_member (&probe, "text"));
    assert_int_equal (doctor_probe_why (&probe).size, 0);
    buffer_append_text (&probe.trouble, "It was late.");
    assert_true (slice_is (doctor_probe_why (&probe), "It was late."));
    doctor_probe_deinit (&probe);
}

static void
tools_are_listed_as_long_as_there_is_room (void **state)
{
    (void) state;
    doctor_probe_t probe;
    char long_name [DOCTOR_TOOLS_SIZE];
    make (&probe, NULL);
    doctor_probe_add_tool (&probe, "tail");
    doctor_probe_add_tool (&probe, "search");
    assert_string_equal (probe.tools, "tail, search");
    size_t room = sizeof probe.tools - strlen ("tail, search, ") - 1;
    memset (long_name, 'x', sizeof long_name);
    long_name [room + 1] = 0;
    doctor_probe_add_tool (&probe, long_name);
    assert_string_equal (probe.tools, "tail, search");
    long_name [room] = 0;
    doctor_probe_add_tool (&probe, long_name);
    assert_int_equal (strlen (probe.tools), sizeof probe.tools - 1);
    doctor_probe_deinit (&probe);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (what_the_answer_says_is_there_and_nothing_else_is),
        cmocka_unit_test (without_an_answer_the_trouble_says_why),
        cmocka_unit_test (tools_are_listed_as_long_as_there_is_room),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
