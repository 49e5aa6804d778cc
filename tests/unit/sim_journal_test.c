#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "journal.h"

#include "json.h"

#include <stdlib.h>

static uint64_t
note (journal_t *journal, const char *operation, slice_t body, int64_t now_ms)
{
    return journal_open (journal, &(journal_request_t) { SLICE ("logs"), slice_of (operation), SLICE ("eu-west-1"), SLICE ("AKID"), body }, now_ms);
}

static yyjson_doc *
read_back (const journal_t *journal, uint64_t after)
{
    buffer_t out;
    yyjson_doc *doc = NULL;
    buffer_init (&out, 32 * 1024 * 1024);
    journal_write (journal, after, &out);
    assert_int_equal (buffer_status (&out), STATUS_OK);
    assert_int_equal (json_read (buffer_slice (&out), JSON_DEPTH_MAX, &doc, NULL), STATUS_OK);
    buffer_deinit (&out);
    return doc;
}

static size_t
count_after (const journal_t *journal, uint64_t after)
{
    yyjson_doc *doc = read_back (journal, after);
    size_t count = yyjson_arr_size (yyjson_obj_get (yyjson_doc_get_root (doc), "requests"));
    yyjson_doc_free (doc);
    return count;
}

static void
a_request_is_told_from_its_arrival_to_its_end (void **state)
{
    (void) state;
    journal_t *journal = journal_new ();
    uint64_t first = note (journal, "DescribeLogGroups", SLICE ("{\"limit\":5}"), 100);
    uint64_t second = note (journal, "DescribeLogGroups", SLICE ("not json"), 110);
    journal_mark (journal, second, JOURNAL_HANGING);
    journal_close (journal, first, JOURNAL_ANSWERED, 400, 120);
    yyjson_doc *doc = read_back (journal, 0);
    yyjson_val *requests = yyjson_obj_get (yyjson_doc_get_root (doc), "requests");
    yyjson_val *entry = yyjson_arr_get (requests, 0);
    assert_string_equal (json_text (entry, "outcome").data, "answered");
    assert_string_equal (json_text (entry, "region").data, "eu-west-1");
    assert_int_equal (json_int (entry, "status", 0), 400);
    assert_int_equal (json_int (entry, "started_ms", 0), 100);
    assert_int_equal (json_int (entry, "ended_ms", 0), 120);
    assert_int_equal (json_int (yyjson_obj_get (entry, "body"), "limit", 0), 5);
    entry = yyjson_arr_get (requests, 1);
    assert_string_equal (json_text (entry, "outcome").data, "hanging");
    assert_string_equal (json_text (entry, "body").data, "not json");
    assert_true (yyjson_is_null (yyjson_obj_get (entry, "ended_ms")));
    yyjson_doc_free (doc);
    journal_close (journal, second, JOURNAL_ABORTED, 0, 130);
    doc = read_back (journal, 1);
    entry = yyjson_arr_get_first (yyjson_obj_get (yyjson_doc_get_root (doc), "requests"));
    assert_string_equal (json_text (entry, "outcome").data, "aborted by the client");
    yyjson_val *total = yyjson_obj_get (yyjson_obj_get (yyjson_doc_get_root (doc), "totals"), "DescribeLogGroups");
    assert_int_equal (json_int (total, "requests", 0), 2);
    assert_int_equal (json_int (total, "answered", 0), 1);
    assert_int_equal (json_int (total, "refused", 0), 1);
    assert_int_equal (json_int (total, "aborted", 0), 1);
    yyjson_doc_free (doc);
    journal_destroy (&journal);
}

static void
the_last_thousand_are_kept (void **state)
{
    (void) state;
    journal_t *journal = journal_new ();
    uint64_t oldest = note (journal, "ListMetrics", SLICE ("{}"), 1);
    for (int i = 0; i < JOURNAL_ENTRIES_MAX + 4; i++)
        note (journal, "ListMetrics", SLICE ("{}"), 1);
    journal_close (journal, oldest, JOURNAL_ANSWERED, 200, 2);
    assert_int_equal (count_after (journal, 0), JOURNAL_ENTRIES_MAX);
    assert_int_equal (count_after (journal, 1003), 2);
    assert_int_equal (count_after (journal, 1005), 0);
    assert_int_equal (count_after (journal, UINT64_MAX), 0);
    journal_clear (journal);
    assert_int_equal (count_after (journal, 0), 0);
    assert_int_equal (note (journal, "ListMetrics", SLICE ("{}"), 1), 1006);
    assert_int_equal (count_after (journal, 0), 1);
    journal_destroy (&journal);
}

static void
a_long_body_is_left_out_and_its_size_told (void **state)
{
    (void) state;
    journal_t *journal = journal_new ();
    char *body = calloc (1, JOURNAL_BODY_BYTES_MAX + 1);
    assert_non_null (body);
    note (journal, "ListMetrics", (slice_t) { body, JOURNAL_BODY_BYTES_MAX + 1 }, 1);
    yyjson_doc *doc = read_back (journal, 0);
    yyjson_val *entry = yyjson_arr_get_first (yyjson_obj_get (yyjson_doc_get_root (doc), "requests"));
    assert_true (yyjson_is_null (yyjson_obj_get (entry, "body")));
    assert_int_equal (json_int (entry, "body_bytes", 0), JOURNAL_BODY_BYTES_MAX + 1);
    yyjson_doc_free (doc);
    free (body);
    journal_destroy (&journal);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_request_is_told_from_its_arrival_to_its_end),
        cmocka_unit_test (the_last_thousand_are_kept),
        cmocka_unit_test (a_long_body_is_left_out_and_its_size_told),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
