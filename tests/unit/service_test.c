#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "service.h"

static void
every_service_is_found_by_its_name (void **state)
{
    (void) state;
    for (service_t service = SERVICE_NONE + 1; service < SERVICES_END; service++)
        assert_int_equal (service_find (slice_of (service_name (service))), service);
    assert_string_equal (service_name (SERVICE_LOGS), "logs");
    assert_int_equal (service_find (SLICE ("credentials")), SERVICE_CREDENTIALS);
}

static void
what_is_no_service_has_no_number (void **state)
{
    (void) state;
    assert_int_equal (service_find (SLICE ("log")), SERVICE_NONE);
    assert_int_equal (service_find (SLICE ("logs ")), SERVICE_NONE);
    assert_int_equal (service_find (SLICE ("unknown")), SERVICE_NONE);
    assert_int_equal (service_find (SLICE ("")), SERVICE_NONE);
    assert_int_equal (service_find (SLICE_ABSENT), SERVICE_NONE);
}

static void
what_is_no_service_has_a_name_all_the_same (void **state)
{
    (void) state;
    assert_string_equal (service_name (SERVICE_NONE), "unknown");
    assert_string_equal (service_name (SERVICES_END), "unknown");
    assert_string_equal (service_name ((service_t) 200), "unknown");
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (every_service_is_found_by_its_name),
        cmocka_unit_test (what_is_no_service_has_no_number),
        cmocka_unit_test (what_is_no_service_has_a_name_all_the_same),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
