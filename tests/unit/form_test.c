#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "form.h"

static void
parameters_are_encoded_one_behind_the_other (void **state)
{
    (void) state;
    buffer_t out;
    buffer_init (&out, 1024);
    form_append (&out, "Action", SLICE ("AssumeRole"));
    form_append (&out, "RoleArn", SLICE ("arn:aws:iam::123456789012:role/a+b=c,d@e_f-g"));
    form_append (&out, "ExternalId", SLICE_ABSENT);
    form_append (&out, "Empty", SLICE (""));
    form_append (&out, "Token", SLICE ("azAZ09-._~ &=%+/\n\0\xC3\xBF"));
    assert_true (slice_is (buffer_slice (&out), "Action=AssumeRole&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fa%2Bb%3Dc%2Cd%40e_f-g&Empty="
                           "&Token=azAZ09-._~%20%26%3D%25%2B%2F%0A%00%C3%BF"));
    buffer_deinit (&out);
}

static void
a_parameter_that_is_left_out_leaves_no_mark (void **state)
{
    (void) state;
    buffer_t out;
    buffer_init (&out, 1024);
    form_append (&out, "a", SLICE_ABSENT);
    assert_int_equal (out.size, 0);
    form_append (&out, "b", SLICE ("1"));
    assert_true (slice_is (buffer_slice (&out), "b=1"));
    buffer_deinit (&out);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (parameters_are_encoded_one_behind_the_other),
        cmocka_unit_test (a_parameter_that_is_left_out_leaves_no_mark),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
