#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "clock.h"
#include "usage.h"

#include <fcntl.h>
#include <unistd.h>

static void
all_of_it_can_be_learnt (void **state)
{
    (void) state;
    usage_t usage = usage_now ();
    assert_true (usage.cpu_us >= 0);
    assert_true (usage.resident_bytes > 0 && usage.resident_bytes < usage.virtual_bytes);
    assert_true (usage.threads >= 1 && usage.threads < 100);
    assert_true (usage.descriptors_max >= usage.descriptors);
    int64_t age_ms = clock_wall_ms (clock_system ()) - usage_started_ms ();
    assert_true (age_ms > -2000 && age_ms < 600000);            //  The machine's start is known to a second
}

static void
a_descriptor_more_is_one_more (void **state)
{
    (void) state;
    int64_t before = usage_now ().descriptors;
    int fd = open ("/dev/null", O_RDONLY | O_CLOEXEC);
    assert_int_equal (usage_now ().descriptors, before + 1);
    close (fd);
    assert_int_equal (usage_now ().descriptors, before);
}

int
main (void)
{
    const struct CMUnitTest tests [] = { cmocka_unit_test (all_of_it_can_be_learnt), cmocka_unit_test (a_descriptor_more_is_one_more) };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
