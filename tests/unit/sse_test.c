#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sse.h"

static void
a_message_is_one_event (void **state)
{
    (void) state;
    buffer_t out;
    buffer_init (&out, 1024);
    sse_append_message (&out, SLICE ("{\"a\":\"\\n\"}"));
    assert_int_equal (buffer_status (&out), STATUS_OK);
    assert_true (slice_is (buffer_slice (&out), "event: message\ndata: {\"a\":\"\\n\"}\n\n"));
    assert_true (out.size <= 9 + SSE_FRAME_BYTES);
    buffer_deinit (&out);
}

static void
line_breaks_in_a_message_do_not_end_its_event (void **state)
{
    (void) state;
    buffer_t out;
    buffer_init (&out, 1024);
    buffer_append_text (&out, "\n");            //  What was there before is not looked at
    sse_append_message (&out, SLICE ("{\n\"a\":\r\n1\r}"));
    assert_true (slice_is (buffer_slice (&out), "\nevent: message\ndata: { \"a\":  1 }\n\n"));
    buffer_deinit (&out);
}

static void
a_sign_of_life_is_a_comment (void **state)
{
    (void) state;
    assert_true (slice_is (SSE_KEEP_ALIVE, ":\n\n"));
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_message_is_one_event),
        cmocka_unit_test (line_breaks_in_a_message_do_not_end_its_event),
        cmocka_unit_test (a_sign_of_life_is_a_comment),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
