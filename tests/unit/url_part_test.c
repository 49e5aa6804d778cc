#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "url_part.h"

static void
a_part_is_copied_where_it_fits_with_its_end (void **state)
{
    (void) state;
    char text [8] = "before";
    CURLU *url = curl_url ();
    assert_int_equal (curl_url_set (url, CURLUPART_URL, "https://1234567:443/p", 0), CURLUE_OK);
    assert_true (url_part (url, CURLUPART_SCHEME, 0, text, sizeof text));
    assert_string_equal (text, "https");
    assert_true (url_part (url, CURLUPART_PATH, 0, text, 3));
    assert_string_equal (text, "/p");
    assert_false (url_part (url, CURLUPART_PATH, 0, text, 2));
    assert_string_equal (text, "/p");
    curl_url_cleanup (url);
}

static void
a_part_that_is_not_there_leaves_the_text_alone (void **state)
{
    (void) state;
    char text [8] = "before";
    CURLU *url = curl_url ();
    assert_int_equal (curl_url_set (url, CURLUPART_URL, "https://host/", 0), CURLUE_OK);
    assert_false (url_part (url, CURLUPART_PORT, 0, text, sizeof text));
    assert_false (url_part (url, CURLUPART_USER, 0, text, sizeof text));
    assert_string_equal (text, "before");
    assert_true (url_part (url, CURLUPART_PORT, CURLU_DEFAULT_PORT, text, sizeof text));
    assert_string_equal (text, "443");
    curl_url_cleanup (url);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_part_is_copied_where_it_fits_with_its_end),
        cmocka_unit_test (a_part_that_is_not_there_leaves_the_text_alone),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
