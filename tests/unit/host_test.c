#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "host.h"

#define FOR_EACH(hosts) for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++)

static void
this_machine_is_told_by_its_writing_alone (void **state)
{
    (void) state;
    static const char *const near [] = { "127.0.0.1", "127.255.255.254", "[::1]", "[0:0:0:0:0:0:0:1]", "localhost", "LOCALHOST", "sim.localhost" };
    static const char *const far [] = { "128.0.0.1", "10.0.0.1", "[::2]", "[::1", "::1", "localhost.example", ".localhost", "127.0.0.1.example",
                                        "mylocalhost", "", "[]" };
    FOR_EACH (near)
        assert_true (host_is_loopback (near [i]));
    FOR_EACH (far)
        assert_false (host_is_loopback (far [i]));
}

static void
the_own_link_is_where_aws_has_its_metadata (void **state)
{
    (void) state;
    static const char *const near [] = { "169.254.169.254", "169.254.170.2", "[fd00:ec2::254]", "[FD00:0EC2:0::23]" };
    static const char *const far [] = { "169.253.169.254", "169.255.0.1", "[fd00:ec3::254]", "[fe80::1]", "fd00:ec2::254",
                                        "169.254.169.254.example" };
    FOR_EACH (near)
        assert_true (host_is_link_local (near [i]));
    FOR_EACH (far)
        assert_false (host_is_link_local (far [i]));
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (this_machine_is_told_by_its_writing_alone),
        cmocka_unit_test (the_own_link_is_where_aws_has_its_metadata),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
