#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "keys_body.h"
#include "pack.h"

static keys_body_t
some_keys (void)
{
    return (keys_body_t) { .key_id = SLICE ("AKID"), .secret = SLICE ("secret"), .token = SLICE ("token"), .version = UINT64_MAX,
                           .good_ms = 1234, .left_ms = 5678, .source = SLICE ("environment"),
                           .trail = SLICE ("used\tenvironment\t\n") };
}

static void
begin_body (buffer_t *body)
{
    buffer_init_secret (body, 4096);
}

//  Writes the keys, reads them again, and gives the reader's status.
static status_t
carried (const keys_body_t *keys, buffer_t *body, keys_body_t *read)
{
    begin_body (body);
    keys_body_write (body, keys);
    assert_int_equal (buffer_status (body), STATUS_OK);
    return keys_body_read (buffer_slice (body), read);
}

static void
what_is_written_is_read (void **state)
{
    (void) state;
    keys_body_t keys = some_keys (), read;
    buffer_t body;
    assert_int_equal (carried (&keys, &body, &read), STATUS_OK);
    assert_true (slice_eq (read.key_id, keys.key_id) && slice_eq (read.secret, keys.secret) && slice_eq (read.token, keys.token));
    assert_true (read.version == keys.version && read.good_ms == keys.good_ms && read.left_ms == keys.left_ms && slice_eq (read.source, keys.source));
    assert_true (slice_eq (read.trail, keys.trail));
    buffer_deinit (&body);
}

static void
keys_without_a_token_or_an_end_have_none (void **state)
{
    (void) state;
    keys_body_t keys = some_keys (), read;
    keys.token = SLICE_ABSENT;
    keys.good_ms = -1;
    buffer_t body;
    assert_int_equal (carried (&keys, &body, &read), STATUS_OK);
    assert_null (read.token.data);
    assert_int_equal (read.good_ms, -1);
    buffer_deinit (&body);
}

static void
assert_malformed (const keys_body_t *keys)
{
    keys_body_t read;
    buffer_t body;
    assert_int_equal (carried (keys, &body, &read), STATUS_MALFORMED);
    buffer_deinit (&body);
}

static void
half_a_set_of_keys_is_none (void **state)
{
    (void) state;
    keys_body_t keys = some_keys ();
    keys.key_id = SLICE ("");
    assert_malformed (&keys);
    keys = some_keys ();
    keys.secret = SLICE_ABSENT;
    assert_malformed (&keys);
    keys = some_keys ();
    keys.version = 0;
    assert_malformed (&keys);
}

static void
a_fault_with_a_trail_is_a_fault_to_everybody (void **state)
{
    (void) state;
    buffer_t body;
    body_fault_t fault;
    buffer_init (&body, 4096);
    keys_body_write_fault (&body, &(body_fault_t) { .text = SLICE ("None."), .retry_ms = 7 }, SLICE ("skipped\tenvironment\t\n"));
    assert_int_equal (body_read_fault (buffer_slice (&body), &fault), STATUS_OK);
    assert_true (slice_is (fault.text, "None."));
    assert_int_equal (fault.retry_ms, 7);
    assert_true (slice_is (keys_body_trail_of_fault (buffer_slice (&body)), "skipped\tenvironment\t\n"));
    buffer_clear (&body);
    body_write_fault (&body, &fault);
    assert_int_equal (keys_body_trail_of_fault (buffer_slice (&body)).size, 0);
    buffer_deinit (&body);
}

//  They would be asked for again at once, and again.
static void
keys_that_are_not_good_for_a_moment_are_none (void **state)
{
    (void) state;
    keys_body_t keys = some_keys ();
    keys.good_ms = 0;
    assert_malformed (&keys);
    keys.good_ms = -2;
    assert_malformed (&keys);
}

static void
every_cut_is_noticed (void **state)
{
    (void) state;
    keys_body_t keys = some_keys (), read;
    buffer_t body;
    assert_int_equal (carried (&keys, &body, &read), STATUS_OK);
    for (size_t size = 0; size < body.size; size++)
        assert_int_not_equal (keys_body_read ((slice_t) { body.data, size }, &read), STATUS_OK);
    buffer_append_char (&body, 0);
    assert_int_not_equal (keys_body_read (buffer_slice (&body), &read), STATUS_OK);
    buffer_deinit (&body);
}

static void
members_that_are_not_known_are_passed_over_and_wrong_types_are_not (void **state)
{
    (void) state;
    for (int wrong = 0; wrong < 2; wrong++) {
        buffer_t body;
        begin_body (&body);
        pack_map (&body, 5);
        pack_key (&body, "key_id");
        pack_text (&body, SLICE ("AKID"));
        pack_key (&body, "secret");
        pack_text (&body, SLICE ("secret"));
        pack_key (&body, "version");
        pack_u64 (&body, 7);
        pack_key (&body, "newer");
        pack_array (&body, 1);
        pack_int (&body, 1);
        pack_key (&body, "token");
        wrong ? pack_int (&body, 1) : pack_nil (&body);
        keys_body_t read;
        assert_int_equal (keys_body_read (buffer_slice (&body), &read), wrong ? STATUS_MALFORMED : STATUS_OK);
        buffer_deinit (&body);
    }
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (what_is_written_is_read),
        cmocka_unit_test (keys_without_a_token_or_an_end_have_none),
        cmocka_unit_test (half_a_set_of_keys_is_none),
        cmocka_unit_test (a_fault_with_a_trail_is_a_fault_to_everybody),
        cmocka_unit_test (keys_that_are_not_good_for_a_moment_are_none),
        cmocka_unit_test (every_cut_is_noticed),
        cmocka_unit_test (members_that_are_not_known_are_passed_over_and_wrong_types_are_not),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
