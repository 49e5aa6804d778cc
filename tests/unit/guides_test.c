#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "guides.h"

#include "json.h"

#include <stdio.h>

static const guide_file_t FILES [] = {
    { "one", "# One \"1\"\n\nSays what.\n\nAnd more.\n", 33 }, { "two", "no title", 8 }, { NULL, NULL, 0 } };

static void
a_guide_is_found_by_its_name (void **state)
{
    (void) state;
    assert_ptr_equal (guides_find (FILES, SLICE ("two")), &FILES [1]);
    assert_null (guides_find (FILES, SLICE ("tw")));
    assert_null (guides_find (FILES, SLICE_ABSENT));
}

static void
its_first_lines_are_title_and_description (void **state)
{
    (void) state;
    assert_true (slice_is (guide_title (&FILES [0]), "One \"1\""));
    assert_true (slice_is (guide_description (&FILES [0]), "Says what."));
    assert_true (slice_is (guide_title (&FILES [1]), "no title"));
    assert_int_equal (guide_description (&FILES [1]).size, 0);
}

static void
its_contents_are_json_with_every_byte (void **state)
{
    (void) state;
    buffer_t out;
    buffer_init (&out, 4096);
    guide_write_contents (&out, &FILES [0]);
    yyjson_doc *doc;
    assert_int_equal (json_read (buffer_slice (&out), 4, &doc, NULL), STATUS_OK);
    yyjson_val *root = yyjson_doc_get_root (doc);
    assert_true (slice_is (json_text (root, "uri"), "cloudwatch-mcp://guide/one"));
    assert_true (slice_is (json_text (root, "mimeType"), "text/markdown"));
    assert_true (slice_is (json_text (root, "text"), FILES [0].text));
    yyjson_doc_free (doc);
    buffer_deinit (&out);
}

//  One page, with a title and a sentence that a list can show.
static void
those_that_are_served_are_in_form (void **state)
{
    (void) state;
    size_t count = 0;
    for (const guide_file_t *guide = guide_files; guide->name; guide++, count++) {
        slice_t title = guide_title (guide), description = guide_description (guide);
        if (!slice_starts ((slice_t) { guide->text, guide->size }, "# ") || title.size == 0 || title.size > 60)
            fail_msg ("%s has no title that fits", guide->name);
        if (description.size < 20 || description.size > 200 || description.data [description.size - 1] != '.')
            fail_msg ("%s has no description that fits", guide->name);
        if (guide->size > 8192)
            fail_msg ("%s is longer than a page", guide->name);
    }
    assert_int_equal (count, 6);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_guide_is_found_by_its_name),
        cmocka_unit_test (its_first_lines_are_title_and_description),
        cmocka_unit_test (its_contents_are_json_with_every_byte),
        cmocka_unit_test (those_that_are_served_are_in_form),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
