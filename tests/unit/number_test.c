#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "number.h"

#include <string.h>

static void
expect_text (int64_t number, const char *noun, const char *expected)
{
    buffer_t out;
    buffer_init (&out, 64);
    if (noun)
        number_append_of (&out, number, noun);
    else
        number_append (&out, number);
    buffer_append_char (&out, 0);
    assert_string_equal (out.data, expected);
    buffer_deinit (&out);
}

static void
thousands_are_set_apart (void **state)
{
    (void) state;
    static const struct {
        int64_t number;
        const char *text;
    } CASES [] = { { 0, "0" }, { 7, "7" }, { 999, "999" }, { 1000, "1,000" }, { 12345, "12,345" }, { 100000, "100,000" }, { 1234567, "1,234,567" },
                   { -1, "-1" }, { -999, "-999" }, { -1000, "-1,000" }, { -100000, "-100,000" },
                   { INT64_MAX, "9,223,372,036,854,775,807" }, { INT64_MIN, "-9,223,372,036,854,775,808" } };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++)
        expect_text (CASES [i].number, NULL, CASES [i].text);
}

static void
only_one_is_singular (void **state)
{
    (void) state;
    expect_text (0, "event", "0 events");
    expect_text (1, "event", "1 event");
    expect_text (1204, "event", "1,204 events");
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (thousands_are_set_apart),
        cmocka_unit_test (only_one_is_singular),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
