#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "body.h"

#include "pack.h"

#include <math.h>

enum { LIMIT = 64 * 1024, HEARD_MAX = 8 };

static int
start (void **state)
{
    static buffer_t out;
    buffer_init (&out, LIMIT);
    *state = &out;
    return 0;
}

static int
end (void **state)
{
    buffer_deinit (*state);
    return 0;
}

static slice_t
bytes_of (const buffer_t *out)
{
    assert_int_equal (buffer_status (out), STATUS_OK);
    return buffer_slice (out);
}

//  READY's tools, as the reader told them.
typedef struct {
    char   names [HEARD_MAX] [64];
    int64_t versions [HEARD_MAX];
    size_t count;
} heard_t;

static void
hear (void *arg, slice_t name, int64_t version)
{
    heard_t *heard = arg;
    assert_true (heard->count < HEARD_MAX && name.size < sizeof heard->names [0]);
    memcpy (heard->names [heard->count], name.data, name.size);
    heard->versions [heard->count++] = version;
}

//  --- Round trips

static void
a_fault_comes_back (void **state)
{
    buffer_t *out = *state;
    body_fault_t fault;
    body_write_fault (out, &(body_fault_t) { .text = SLICE ("AWS is busy."), .retry_ms = 5000 });
    assert_int_equal (body_read_fault (bytes_of (out), &fault), STATUS_OK);
    assert_true (slice_is (fault.text, "AWS is busy."));
    assert_int_equal (fault.retry_ms, 5000);
}

static void
a_fault_without_words_comes_back (void **state)
{
    buffer_t *out = *state;
    body_fault_t fault;
    body_write_fault (out, &(body_fault_t) { .text = SLICE_ABSENT, .retry_ms = -1 });
    assert_int_equal (body_read_fault (bytes_of (out), &fault), STATUS_OK);
    assert_null (fault.text.data);
    assert_int_equal (fault.retry_ms, -1);
}

static void
progress_comes_back (void **state)
{
    buffer_t *out = *state;
    body_progress_t progress;
    body_write_progress (out, &(body_progress_t) { .done = 2.5, .total = 7, .text = SLICE ("2 of 7 groups") });
    assert_int_equal (body_read_progress (bytes_of (out), &progress), STATUS_OK);
    assert_true (progress.done == 2.5 && progress.total == 7 && slice_is (progress.text, "2 of 7 groups"));
}

static void
a_result_comes_back_without_a_copy (void **state)
{
    buffer_t *out = *state;
    body_result_t result;
    body_write_result (out, &(body_result_t) { .json = SLICE ("{\"metrics\":[]}"), .cut = true });
    slice_t bytes = bytes_of (out);
    assert_int_equal (body_read_result (bytes, &result), STATUS_OK);
    assert_true (slice_is (result.json, "{\"metrics\":[]}") && result.cut);
    assert_true (result.json.data > bytes.data && result.json.data + result.json.size <= bytes.data + bytes.size);
}

static void
ready_tells_every_tool (void **state)
{
    buffer_t *out = *state;
    heard_t heard = { .count = 0 };
    body_tool_t tools [] = { { "describe_log_groups", 1 }, { "list_metrics", 3 } };
    body_write_ready (out, tools, 2);
    assert_int_equal (body_read_ready (bytes_of (out), hear, &heard), STATUS_OK);
    assert_int_equal (heard.count, 2);
    assert_string_equal (heard.names [0], "describe_log_groups");
    assert_string_equal (heard.names [1], "list_metrics");
    assert_int_equal (heard.versions [0], 1);
    assert_int_equal (heard.versions [1], 3);
}

//  --- What other versions and strangers send

static void
members_that_are_missing_read_as_the_default (void **state)
{
    buffer_t *out = *state;
    pack_map (out, 0);
    body_fault_t fault;
    body_progress_t progress;
    heard_t heard = { .count = 0 };
    assert_int_equal (body_read_fault (bytes_of (out), &fault), STATUS_OK);
    assert_true (!fault.text.data && fault.retry_ms == -1);
    assert_int_equal (body_read_progress (bytes_of (out), &progress), STATUS_OK);
    assert_true (progress.done == 0 && progress.total == 0 && !progress.text.data);
    assert_int_equal (body_read_ready (bytes_of (out), hear, &heard), STATUS_OK);
    assert_int_equal (heard.count, 0);
}

static void
members_that_are_new_are_passed_over (void **state)
{
    buffer_t *out = *state;
    pack_map (out, 6);
    pack_key (out, "new");
    pack_array (out, 2);
    pack_map (out, 1);
    pack_nil (out);
    pack_nil (out);
    pack_int (out, 1);
    pack_key (out, "retry_ms");
    pack_int (out, 9);
    pack_key (out, "done");
    pack_int (out, 4);
    pack_key (out, "cut");
    pack_bool (out, true);
    pack_key (out, "json");
    pack_bytes (out, SLICE ("{}"));
    pack_key (out, "tools");
    pack_map (out, 1);
    pack_key (out, "t");
    pack_int (out, 2);

    body_fault_t fault;
    body_progress_t progress;
    body_result_t result;
    heard_t heard = { .count = 0 };
    assert_int_equal (body_read_fault (bytes_of (out), &fault), STATUS_OK);
    assert_int_equal (fault.retry_ms, 9);
    assert_int_equal (body_read_progress (bytes_of (out), &progress), STATUS_OK);
    assert_true (progress.done == 4);
    assert_int_equal (body_read_result (bytes_of (out), &result), STATUS_OK);
    assert_true (result.cut && slice_is (result.json, "{}"));
    assert_int_equal (body_read_ready (bytes_of (out), hear, &heard), STATUS_OK);
    assert_int_equal (heard.count, 1);
}

//  All readers must refuse these bytes.
static void
assert_malformed (slice_t bytes)
{
    body_fault_t fault;
    body_progress_t progress;
    body_result_t result;
    heard_t heard = { .count = 0 };
    assert_int_equal (body_read_fault (bytes, &fault), STATUS_MALFORMED);
    assert_int_equal (body_read_progress (bytes, &progress), STATUS_MALFORMED);
    assert_int_equal (body_read_result (bytes, &result), STATUS_MALFORMED);
    assert_int_equal (body_read_ready (bytes, hear, &heard), STATUS_MALFORMED);
}

static void
what_is_not_one_map_is_malformed (void **state)
{
    (void) state;
    assert_malformed (SLICE_ABSENT);
    assert_malformed (SLICE (""));
    assert_malformed (SLICE ("\xc0"));
    assert_malformed (SLICE ("\x90"));
    assert_malformed (SLICE ("\x81"));
    assert_malformed (SLICE ("\x81\xa1" "a"));
    assert_malformed (SLICE ("\x81\x01\x02"));                  //  A key that is no text
    assert_malformed (SLICE ("\x80\xc0"));                      //  Something behind it
    assert_malformed (SLICE ("\xdf\xff\xff\xff\xff"));
}

static void
a_member_of_a_wrong_type_is_malformed (void **state)
{
    (void) state;
    body_fault_t fault;
    body_progress_t progress;
    body_result_t result;
    heard_t heard = { .count = 0 };
    assert_int_equal (body_read_fault (SLICE ("\x81\xa4" "text" "\x01"), &fault), STATUS_MALFORMED);
    assert_int_equal (body_read_fault (SLICE ("\x81\xa8" "retry_ms" "\xa1" "1"), &fault), STATUS_MALFORMED);
    assert_int_equal (body_read_progress (SLICE ("\x81\xa4" "done" "\xc0"), &progress), STATUS_MALFORMED);
    assert_int_equal (body_read_progress (SLICE ("\x81\xa5" "total" "\xa1" "7"), &progress), STATUS_MALFORMED);
    assert_int_equal (body_read_result (SLICE ("\x81\xa4" "json" "\xa2" "{}"), &result), STATUS_MALFORMED);
    assert_int_equal (body_read_result (SLICE ("\x82\xa4" "json" "\xc4\x02" "{}" "\xa3" "cut" "\x01"), &result), STATUS_MALFORMED);
    assert_int_equal (body_read_ready (SLICE ("\x81\xa5" "tools" "\x91\xa1" "t"), hear, &heard), STATUS_MALFORMED);
    assert_int_equal (body_read_ready (SLICE ("\x81\xa5" "tools" "\x81\xa1" "t" "\xa1" "1"), hear, &heard), STATUS_MALFORMED);
    assert_int_equal (heard.count, 0);
}

static void
a_result_without_json_is_malformed (void **state)
{
    buffer_t *out = *state;
    body_result_t result;
    body_write_result (out, &(body_result_t) { .json = SLICE (""), .cut = false });
    assert_int_equal (body_read_result (bytes_of (out), &result), STATUS_MALFORMED);
    assert_int_equal (body_read_result (SLICE ("\x80"), &result), STATUS_MALFORMED);
}

static void
progress_that_json_could_not_say_is_malformed (void **state)
{
    buffer_t *out = *state;
    static const double bad [] = { NAN, INFINITY, -INFINITY };
    for (size_t i = 0; i < sizeof bad / sizeof bad [0]; i++) {
        body_progress_t progress;
        buffer_clear (out);
        body_write_progress (out, &(body_progress_t) { .done = bad [i] });
        assert_int_equal (body_read_progress (bytes_of (out), &progress), STATUS_MALFORMED);
        buffer_clear (out);
        body_write_progress (out, &(body_progress_t) { .total = bad [i] });
        assert_int_equal (body_read_progress (bytes_of (out), &progress), STATUS_MALFORMED);
    }
}

//  --- Arguments

static void
write_arguments (buffer_t *out)
{
    pack_map (out, 5);
    pack_key (out, "names");
    pack_array (out, 2);
    pack_text (out, SLICE ("a"));
    pack_text (out, SLICE ("b"));
    pack_key (out, "prefix");
    pack_text (out, SLICE ("/aws/"));
    pack_key (out, "limit");
    pack_int (out, -20);
    pack_key (out, "recent");
    pack_bool (out, true);
    pack_key (out, "limit");
    pack_int (out, 99);
}

static void
arguments_are_found_by_name (void **state)
{
    buffer_t *out = *state;
    write_arguments (out);
    slice_t arguments = bytes_of (out);
    assert_true (slice_is (argument_text (arguments, "prefix"), "/aws/"));
    assert_int_equal (argument_int (arguments, "limit", 5), -20);           //  The first of two
    assert_true (argument_bool (arguments, "recent"));
    assert_true (slice_eq (argument_value (arguments, "names"), SLICE ("\x92\xa1" "a" "\xa1" "b")));
}

static void
arguments_that_are_not_there_or_of_another_type_read_as_the_default (void **state)
{
    buffer_t *out = *state;
    write_arguments (out);
    slice_t arguments = bytes_of (out);
    assert_null (argument_text (arguments, "pre").data);
    assert_null (argument_text (arguments, "limit").data);
    assert_int_equal (argument_int (arguments, "absent", 5), 5);
    assert_int_equal (argument_int (arguments, "prefix", 5), 5);
    assert_false (argument_bool (arguments, "absent"));
    assert_false (argument_bool (arguments, "limit"));
    assert_null (argument_value (arguments, "absent").data);
}

static void
arguments_that_are_no_map_hold_nothing (void **state)
{
    (void) state;
    assert_null (argument_value (SLICE_ABSENT, "a").data);
    assert_null (argument_value (SLICE ("\x91\xa1" "a"), "a").data);
    assert_null (argument_value (SLICE ("\x81\xa1" "a" "\xa5" "cut"), "a").data);
    assert_int_equal (argument_int (SLICE ("\x82\x01\x02\xa1" "a" "\x03"), "a", 5), 5);
}

#define TEST(name) cmocka_unit_test_setup_teardown (name, start, end)

int
main (void)
{
    const struct CMUnitTest tests [] = {
        TEST (a_fault_comes_back),
        TEST (a_fault_without_words_comes_back),
        TEST (progress_comes_back),
        TEST (a_result_comes_back_without_a_copy),
        TEST (ready_tells_every_tool),
        TEST (members_that_are_missing_read_as_the_default),
        TEST (members_that_are_new_are_passed_over),
        TEST (what_is_not_one_map_is_malformed),
        TEST (a_member_of_a_wrong_type_is_malformed),
        TEST (a_result_without_json_is_malformed),
        TEST (progress_that_json_could_not_say_is_malformed),
        TEST (arguments_are_found_by_name),
        TEST (arguments_that_are_not_there_or_of_another_type_read_as_the_default),
        TEST (arguments_that_are_no_map_hold_nothing),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
