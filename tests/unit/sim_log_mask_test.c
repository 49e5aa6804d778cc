#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "log_mask.h"

static void
addresses_and_card_numbers_become_asterisks (void **state)
{
    (void) state;
    static const struct { const char *text; const char *masked; } CASES [] = {
        { "mail a.b+c@example.com.", "mail *****************." },
        { "\"ines.7@example.org\"", "\"******************\"" },
        { "card 4111 1111 1111 1111 of", "card ******************* of" },
        { "card 4111-1111-1111-1111", "card *******************" },
        { "n=378282246310005", "n=***************" },
        { "4111 1111 1111 1112", "4111 1111 1111 1112" },        //  The check digit is wrong
        { "1795388707000", "1795388707000" },
        { "@example.com a@ a@b", "@example.com a@ a@b" },
        { "", "" },
    };
    buffer_t out;
    buffer_init (&out, 4096);
    for (size_t i = 0; i < sizeof CASES / sizeof CASES [0]; i++) {
        buffer_clear (&out);
        log_mask_append (&out, slice_of (CASES [i].text));
        if (!slice_is (buffer_slice (&out), CASES [i].masked) && *CASES [i].masked)
            fail_msg ("\"%s\" became \"%.*s\"", CASES [i].text, (int) out.size, out.data);
    }
    buffer_deinit (&out);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (addresses_and_card_numbers_become_asterisks),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
