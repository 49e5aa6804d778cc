#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base64.h"

//  Of RFC 4648, section 10, and some bytes that only differ in the alphabets.
static const struct {
    slice_t bytes;
    const char *standard, *url;
} PAIRS [] = {
    { { "", 0 }, "", "" },
    { { "f", 1 }, "Zg==", "Zg" },
    { { "fo", 2 }, "Zm8=", "Zm8" },
    { { "foo", 3 }, "Zm9v", "Zm9v" },
    { { "foob", 4 }, "Zm9vYg==", "Zm9vYg" },
    { { "fooba", 5 }, "Zm9vYmE=", "Zm9vYmE" },
    { { "foobar", 6 }, "Zm9vYmFy", "Zm9vYmFy" },
    { { "\xfb\xff\xbf", 3 }, "+/+/", "-_-_" },
    { { "\0\0\0\0", 4 }, "AAAAAA==", "AAAAAA" },
};

enum { PAIR_COUNT = sizeof PAIRS / sizeof PAIRS [0] };

static void
both_alphabets_there_and_back (void **state)
{
    (void) state;
    for (size_t i = 0; i < PAIR_COUNT; i++) {
        buffer_t text, bytes;
        buffer_init (&text, 100);
        buffer_init (&bytes, 100);
        base64_encode (PAIRS [i].bytes, &text);
        assert_true (slice_is (buffer_slice (&text), PAIRS [i].standard));
        assert_int_equal (base64_decode (buffer_slice (&text), &bytes), STATUS_OK);
        assert_true (slice_eq (buffer_slice (&bytes), PAIRS [i].bytes));

        buffer_clear (&text);
        buffer_clear (&bytes);
        base64_url_encode (PAIRS [i].bytes, &text);
        assert_true (slice_is (buffer_slice (&text), PAIRS [i].url));
        assert_int_equal (base64_url_decode (buffer_slice (&text), &bytes), STATUS_OK);
        assert_true (slice_eq (buffer_slice (&bytes), PAIRS [i].bytes));
        buffer_deinit (&text);
        buffer_deinit (&bytes);
    }
}

static void
what_encoding_would_not_write_is_refused (void **state)
{
    (void) state;
    static const char *const WRONG [] = {
        "Z", "Zg", "Zg=", "Zg===", "Zm9", "=", "==", "====", "Z===", "Zg==Zg==", "Zm=v", " Zm9v", "Zm9v\n", "Zm9v ", "Zm 9v", "Zm9v====",
        "Zh==", "Zm9=", "Zm8-", "Z_8v", "Zm9\xc3", "Zg==\n",
    };
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG [0]; i++) {
        buffer_t out;
        buffer_init (&out, 100);
        if (base64_decode (slice_of (WRONG [i]), &out) != STATUS_MALFORMED)
            fail_msg ("\"%s\" was taken", WRONG [i]);
        assert_int_equal (out.size, 0);
        buffer_deinit (&out);
    }
    static const char *const WRONG_URL [] = { "Zg==", "Zm8=", "Z", "Zm9vY", "Zh", "Zm9", "+/+/", "Zm9v=", "Zm9 ", "Z g" };
    for (size_t i = 0; i < sizeof WRONG_URL / sizeof WRONG_URL [0]; i++) {
        buffer_t out;
        buffer_init (&out, 100);
        if (base64_url_decode (slice_of (WRONG_URL [i]), &out) != STATUS_MALFORMED)
            fail_msg ("\"%s\" was taken", WRONG_URL [i]);
        buffer_deinit (&out);
    }
}

static void
it_appends_to_what_is_there (void **state)
{
    (void) state;
    buffer_t out;
    buffer_init (&out, 100);
    buffer_append_text (&out, "a=+/");
    base64_url_encode (SLICE ("\xfb\xff"), &out);           //  Its padding goes, what stood before stays
    assert_true (slice_is (buffer_slice (&out), "a=+/-_8"));
    assert_int_equal (base64_decode (SLICE ("Zg=="), &out), STATUS_OK);
    assert_true (slice_is (buffer_slice (&out), "a=+/-_8f"));
    buffer_deinit (&out);
}

static void
what_does_not_fit_is_told (void **state)
{
    (void) state;
    buffer_t out;
    buffer_init (&out, 3);
    base64_encode (SLICE ("f"), &out);
    assert_int_equal (buffer_status (&out), STATUS_TOO_LARGE);
    buffer_clear (&out);
    assert_int_equal (base64_decode (SLICE ("Zm9vYmFy"), &out), STATUS_TOO_LARGE);
    buffer_deinit (&out);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (both_alphabets_there_and_back),
        cmocka_unit_test (what_encoding_would_not_write_is_refused),
        cmocka_unit_test (it_appends_to_what_is_there),
        cmocka_unit_test (what_does_not_fit_is_told),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
