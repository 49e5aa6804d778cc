#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "flow.h"

#include <stdio.h>

static void
the_page_is_at_flow_and_its_files_below (void **state)
{
    (void) state;
    assert_string_equal (flow_find (SLICE ("/flow"))->name, "flow.html");
    for (const flow_file_t *file = flow_files; file->name; file++) {
        char path [64];
        snprintf (path, sizeof path, "/flow/%s", file->name);
        const flow_file_t *found = flow_find (slice_of (path));
        if (strcmp (file->name, "flow.html") == 0)
            assert_null (found);
        else
            assert_ptr_equal (found, file);
    }
}

static void
other_paths_are_no_files (void **state)
{
    (void) state;
    static const char *const OTHERS [] = {
        "", "/", "/flo", "/flow/", "/flowing", "/flow/flow", "/flow/../flow.c", "/flow/flow.css/", "/flow//flow.css" };
    for (size_t i = 0; i < sizeof OTHERS / sizeof OTHERS [0]; i++)
        assert_null (flow_find (slice_of (OTHERS [i])));
    assert_null (flow_find (SLICE_ABSENT));
}

static void
each_file_has_a_type_that_a_browser_takes (void **state)
{
    (void) state;
    for (const flow_file_t *file = flow_files; file->name; file++)
        assert_string_not_equal (flow_type (file), "application/octet-stream");
    assert_string_equal (flow_type (&(flow_file_t) { .name = "a.js" }), "text/javascript; charset=utf-8");
    assert_string_equal (flow_type (&(flow_file_t) { .name = "js" }), "application/octet-stream");
}

//  The page's own part of the policy: nothing of it is in an attribute, and nothing is fetched from elsewhere.
static void
no_file_needs_more_than_its_policy_allows (void **state)
{
    (void) state;
    static const char *const FORBIDDEN [] = {
        "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval", " style=\"", " onclick=", "https://" };
    for (const flow_file_t *file = flow_files; file->name; file++)
        for (size_t i = 0; i < sizeof FORBIDDEN / sizeof FORBIDDEN [0]; i++)
            if (strstr (file->text, FORBIDDEN [i]))
                fail_msg ("%s has %s", file->name, FORBIDDEN [i]);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (the_page_is_at_flow_and_its_files_below),
        cmocka_unit_test (other_paths_are_no_files),
        cmocka_unit_test (each_file_has_a_type_that_a_browser_takes),
        cmocka_unit_test (no_file_needs_more_than_its_policy_allows),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
