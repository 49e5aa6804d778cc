#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "progress.h"

#include <stdio.h>

static progress_t
asked_with (const char *meta)
{
    yyjson_doc *doc;
    progress_t progress;
    assert_int_equal (json_read (slice_of (meta), JSON_DEPTH_MAX, &doc, NULL), STATUS_OK);
    progress_init (&progress, yyjson_doc_get_root (doc));
    yyjson_doc_free (doc);
    return progress;
}

//  What is written of this; "" for nothing.
static const char *
told (progress_t *progress, double done, double total, const char *text)
{
    static char written [4096];
    buffer_t out;
    buffer_init (&out, sizeof written - 1);
    bool is_news = progress_write (progress, &(body_progress_t) { .done = done, .total = total, .text = slice_of (text) }, &out);
    size_t size = is_news ? out.size : 0;
    memcpy (written, out.data ? out.data : "", size);
    written [size] = '\0';
    buffer_deinit (&out);
    return written;
}

#define HEAD(token) "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":" token ",\"progress\":"

static void
a_token_comes_back_as_it_was_sent (void **state)
{
    (void) state;
    static const char *const TOKENS [] = { "0", "7", "9223372036854775807", "-1", "\"7\"", "\"a\\\"b\"" };
    for (size_t i = 0; i < sizeof TOKENS / sizeof TOKENS [0]; i++) {
        char meta [64], begin [128];
        snprintf (meta, sizeof meta, "{\"progressToken\":%s}", TOKENS [i]);
        snprintf (begin, sizeof begin, "\"progressToken\":%s,", TOKENS [i]);
        progress_t progress = asked_with (meta);
        assert_true (progress_wanted (&progress));
        assert_non_null (strstr (told (&progress, 1, 0, NULL), begin));
        progress_deinit (&progress);
    }
}

static void
what_is_no_token_asks_for_nothing (void **state)
{
    (void) state;
    static const char *const METAS [] = {
        "{}", "{\"progressToken\":null}", "{\"progressToken\":1.5}", "{\"progressToken\":{}}", "{\"progressToken\":true}", "[]" };
    for (size_t i = 0; i < sizeof METAS / sizeof METAS [0]; i++) {
        progress_t progress = asked_with (METAS [i]);
        assert_false (progress_wanted (&progress));
        assert_string_equal (told (&progress, 1, 0, NULL), "");
        progress_deinit (&progress);
    }
    progress_t progress;
    progress_init (&progress, NULL);
    assert_false (progress_wanted (&progress));
}

static void
a_notification_has_what_is_known (void **state)
{
    (void) state;
    progress_t progress = asked_with ("{\"progressToken\":\"t\"}");
    assert_string_equal (told (&progress, 0, 0, NULL), HEAD ("\"t\"") "0}}");
    assert_string_equal (told (&progress, 2, 10, "pages\nread"), HEAD ("\"t\"") "2,\"total\":10,\"message\":\"pages\\nread\"}}");
    assert_string_equal (told (&progress, 2.5, 2, NULL), HEAD ("\"t\"") "2.5}}");
    assert_string_equal (told (&progress, 123456789012, 0, NULL), HEAD ("\"t\"") "123456789012}}");
    progress_deinit (&progress);
}

static void
the_number_rises_or_nothing_is_said (void **state)
{
    (void) state;
    progress_t progress = asked_with ("{\"progressToken\":1}");
    assert_string_equal (told (&progress, 5, 0, NULL), HEAD ("1") "5}}");
    assert_string_equal (told (&progress, 5, 0, NULL), "");
    assert_string_equal (told (&progress, 1, 0, NULL), "");            //  Another worker began anew
    assert_string_equal (told (&progress, 6, 0, NULL), HEAD ("1") "6}}");
    progress_deinit (&progress);
}

static void
what_does_not_fit_was_not_said (void **state)
{
    (void) state;
    progress_t progress = asked_with ("{\"progressToken\":1}");
    char text [5000];
    memset (text, 'x', sizeof text - 1);
    text [sizeof text - 1] = '\0';
    assert_string_equal (told (&progress, 5, 0, text), "");
    assert_string_equal (told (&progress, 5, 0, NULL), HEAD ("1") "5}}");
    progress_deinit (&progress);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_token_comes_back_as_it_was_sent),
        cmocka_unit_test (what_is_no_token_asks_for_nothing),
        cmocka_unit_test (a_notification_has_what_is_known),
        cmocka_unit_test (the_number_rises_or_nothing_is_said),
        cmocka_unit_test (what_does_not_fit_was_not_said),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
