#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "nearest.h"

static const char *const names [] = { "host", NULL, "port", "call-deadline", "region", "profile" };

static const char *
nearest_to (const char *name)
{
    return nearest_name (slice_of (name), names, sizeof names / sizeof names [0]);
}

static void
a_slip_of_the_finger_finds_its_name (void **state)
{
    (void) state;
    assert_string_equal (nearest_to ("prt"), "port");               //  Left out
    assert_string_equal (nearest_to ("poort"), "port");             //  Added
    assert_string_equal (nearest_to ("pont"), "port");              //  Replaced
    assert_string_equal (nearest_to ("porfile"), "profile");        //  Swapped
    assert_string_equal (nearest_to ("call-deadline-ms"), "call-deadline");
    assert_string_equal (nearest_to ("port"), "port");
}

static void
neighbours_that_changed_places_count_once (void **state)
{
    (void) state;
    //  Two letters allow one change: a swap counted as two would not be found
    const char *const two [] = { "ms" };
    assert_string_equal (nearest_name (SLICE ("sm"), two, 1), "ms");
}

static void
capitals_and_dashes_cost_nothing (void **state)
{
    (void) state;
    assert_string_equal (nearest_to ("CALL_DEADLINE"), "call-deadline");
    const char *const pair [] = { "call-deadline", "call_deadlin" };
    assert_string_equal (nearest_name (SLICE ("call_deadline"), pair, 2), "call-deadline");
}

static void
what_is_like_nothing_finds_nothing (void **state)
{
    (void) state;
    assert_null (nearest_to ("xyz"));
    assert_null (nearest_to ("help"));
    assert_null (nearest_to (""));
    assert_null (nearest_to ("p"));
    assert_null (nearest_name (SLICE_ABSENT, names, 1));
    assert_null (nearest_name (SLICE ("port"), names, 0));
}

static void
of_equals_the_first_is_taken_and_of_others_the_nearer (void **state)
{
    (void) state;
    const char *const equals [] = { "pert", "part" };
    assert_string_equal (nearest_name (SLICE ("port"), equals, 2), "pert");
    const char *const nearer [] = { "pent", "part" };
    assert_string_equal (nearest_name (SLICE ("port"), nearer, 2), "part");
}

static void
a_name_of_any_length_is_safe_to_ask (void **state)
{
    (void) state;
    char name [NEAREST_NAME_MAX + 2];
    memset (name, 'a', sizeof name);
    name [NEAREST_NAME_MAX + 1] = '\0';
    const char *const same [] = { name };
    assert_null (nearest_name ((slice_t) { name, NEAREST_NAME_MAX + 1 }, same, 1));
    assert_null (nearest_name ((slice_t) { name, NEAREST_NAME_MAX }, same, 1));      //  The candidate is too long
    name [NEAREST_NAME_MAX] = '\0';
    assert_ptr_equal (nearest_name ((slice_t) { name, NEAREST_NAME_MAX }, same, 1), name);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_slip_of_the_finger_finds_its_name),
        cmocka_unit_test (neighbours_that_changed_places_count_once),
        cmocka_unit_test (capitals_and_dashes_cost_nothing),
        cmocka_unit_test (what_is_like_nothing_finds_nothing),
        cmocka_unit_test (of_equals_the_first_is_taken_and_of_others_the_nearer),
        cmocka_unit_test (a_name_of_any_length_is_safe_to_ask),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
