#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "buffer.h"

#include <stdlib.h>

static void
assert_holds (const buffer_t *buffer, const char *text)
{
    assert_int_equal (buffer->size, strlen (text));
    assert_memory_equal (buffer_slice (buffer).data, text, strlen (text));
    assert_int_equal (buffer_status (buffer), STATUS_OK);
}

static void
appends_come_out_in_order (void **state)
{
    (void) state;
    buffer_t buffer;
    buffer_init (&buffer, 1000);
    buffer_append (&buffer, "ab", 2);
    buffer_append_slice (&buffer, SLICE ("cd"));
    buffer_append_slice (&buffer, SLICE_ABSENT);
    buffer_append_text (&buffer, "ef");
    buffer_append_char (&buffer, 'g');
    buffer_printf (&buffer, "-%d-%s", 42, "x");
    assert_holds (&buffer, "abcdefg-42-x");
    buffer_append_number (&buffer, 0);
    buffer_append_number (&buffer, INT64_MAX);
    buffer_append_number (&buffer, INT64_MIN);
    assert_holds (&buffer, "abcdefg-42-x09223372036854775807-9223372036854775808");
    buffer_deinit (&buffer);
    assert_null (buffer.data);
    buffer_deinit (&buffer);
}

static void
printf_writes_whole_whatever_room_there_is (void **state)
{
    (void) state;
    for (size_t filled = 250; filled < 260; filled++) {         //  Around the first allocation's end
        buffer_t buffer;
        buffer_init (&buffer, 1000);
        for (size_t i = 0; i < filled; i++)
            buffer_append_char (&buffer, '.');
        buffer_printf (&buffer, "%s", "123456");
        assert_int_equal (buffer_status (&buffer), STATUS_OK);
        assert_int_equal (buffer.size, filled + 6);
        assert_memory_equal (buffer.data + filled, "123456", 6);
        buffer_deinit (&buffer);
    }
}

static void
a_buffer_without_bytes_is_empty_and_not_absent (void **state)
{
    (void) state;
    buffer_t buffer;
    buffer_init (&buffer, 10);
    assert_null (buffer.data);
    assert_non_null (buffer_slice (&buffer).data);
    assert_int_equal (buffer_slice (&buffer).size, 0);
    buffer_append (&buffer, NULL, 0);
    assert_null (buffer.data);
    buffer_deinit (&buffer);
}

static void
memory_doubles_from_256_and_stays_within_the_limit (void **state)
{
    (void) state;
    buffer_t buffer;
    buffer_init (&buffer, 1500);
    buffer_append_char (&buffer, 'a');
    assert_int_equal (buffer.capacity, 256);
    while (buffer.size < 257)
        buffer_append_char (&buffer, 'a');
    assert_int_equal (buffer.capacity, 512);
    while (buffer.size < 1500)
        buffer_append_char (&buffer, 'a');
    assert_int_equal (buffer.capacity, 1500);
    buffer_deinit (&buffer);

    buffer_init (&buffer, 10);
    buffer_append_char (&buffer, 'a');
    assert_int_equal (buffer.capacity, 10);
    buffer_deinit (&buffer);
}

static void
what_exceeds_the_limit_changes_nothing_and_all_later_is_ignored (void **state)
{
    (void) state;
    buffer_t buffer;
    buffer_init (&buffer, 8);
    buffer_append_text (&buffer, "12345");
    buffer_append_text (&buffer, "6789");
    assert_int_equal (buffer_status (&buffer), STATUS_TOO_LARGE);
    buffer_append_text (&buffer, "6");
    buffer_printf (&buffer, "%d", 7);
    assert_null (buffer_reserve (&buffer, 1));
    assert_int_equal (buffer.size, 5);
    buffer_clear (&buffer);
    buffer_append_text (&buffer, "12345678");
    assert_holds (&buffer, "12345678");
    buffer_deinit (&buffer);
}

static void
printf_fills_the_limit_to_the_last_byte (void **state)
{
    (void) state;
    buffer_t buffer;
    buffer_init (&buffer, 6);
    buffer_printf (&buffer, "%s", "123456");
    assert_holds (&buffer, "123456");
    buffer_printf (&buffer, "%s", "");
    assert_holds (&buffer, "123456");
    buffer_printf (&buffer, "%d", 7);
    assert_int_equal (buffer_status (&buffer), STATUS_TOO_LARGE);
    buffer_deinit (&buffer);
}

static void
memory_that_the_system_refuses_is_a_status (void **state)
{
    (void) state;
    buffer_t buffer;
    buffer_init (&buffer, SIZE_MAX);
    buffer_append_text (&buffer, "kept");
    //  More than a pointer can span: no allocator gives that. Sanitizers are told in main to answer like malloc and not to stop.
    assert_null (buffer_reserve (&buffer, (size_t) PTRDIFF_MAX));
    assert_int_equal (buffer_status (&buffer), STATUS_NO_MEMORY);
    assert_int_equal (buffer.size, 4);
    assert_memory_equal (buffer.data, "kept", 4);
    buffer_deinit (&buffer);
}

static void
reserved_room_counts_only_when_advanced (void **state)
{
    (void) state;
    buffer_t buffer;
    buffer_init (&buffer, 1000);
    buffer_append_text (&buffer, "head ");
    char *room = buffer_reserve (&buffer, 300);
    assert_non_null (room);
    memcpy (room, "body", 4);
    assert_holds (&buffer, "head ");
    buffer_advance (&buffer, 4);
    assert_holds (&buffer, "head body");
    buffer_deinit (&buffer);

    buffer_init (&buffer, 0);
    assert_non_null (buffer_reserve (&buffer, 0));
    assert_null (buffer_reserve (&buffer, 1));
    buffer_deinit (&buffer);
}

static void
consumed_bytes_leave_at_the_front (void **state)
{
    (void) state;
    buffer_t buffer;
    buffer_init (&buffer, 100);
    buffer_consume (&buffer, 0);
    buffer_append_text (&buffer, "GET /");
    buffer_consume (&buffer, 4);
    assert_holds (&buffer, "/");
    buffer_consume (&buffer, 1);
    assert_holds (&buffer, "");
    buffer_deinit (&buffer);
}

static void
released_memory_is_the_callers (void **state)
{
    (void) state;
    buffer_t buffer;
    buffer_init (&buffer, 100);
    size_t size = 1;
    assert_null (buffer_release (&buffer, &size));
    assert_int_equal (size, 0);

    buffer_append_text (&buffer, "mine");
    char *bytes = buffer_release (&buffer, &size);
    assert_int_equal (size, 4);
    assert_memory_equal (bytes, "mine", 4);
    assert_null (buffer.data);
    buffer_append_text (&buffer, "again");
    assert_holds (&buffer, "again");
    free (bytes);
    buffer_deinit (&buffer);
}

static void
a_move_leaves_the_source_empty_and_the_limit_in_place (void **state)
{
    (void) state;
    buffer_t from, to;
    buffer_init (&from, 100);
    buffer_init (&to, 4);
    buffer_append_text (&from, "four");
    const char *bytes = from.data;
    buffer_move (&to, &from);
    assert_holds (&to, "four");
    assert_ptr_equal (to.data, bytes);
    assert_null (from.data);
    assert_int_equal (to.limit, 4);

    buffer_clear (&to);
    buffer_append_text (&from, "fives");
    buffer_move (&to, &from);
    assert_int_equal (buffer_status (&to), STATUS_TOO_LARGE);
    assert_int_equal (to.size, 0);
    assert_int_equal (from.size, 0);
    buffer_deinit (&from);
    buffer_deinit (&to);
}

static void
a_secret_is_wiped_when_cleared_or_consumed (void **state)
{
    (void) state;
    static const char zeros [16] = { 0 };
    buffer_t secret;
    buffer_init_secret (&secret, 100);
    buffer_append_text (&secret, "wJalrXUtnFEMI");
    buffer_consume (&secret, 4);
    assert_memory_equal (secret.data + secret.size, zeros, 4);
    buffer_clear (&secret);
    assert_memory_equal (secret.data, zeros, 13);
    buffer_deinit (&secret);
}

static void
a_secret_stays_one_when_it_grows_and_moves (void **state)
{
    (void) state;
    buffer_t secret, to;
    buffer_init_secret (&secret, 1000);
    buffer_init (&to, 1000);
    for (int i = 0; i < 600; i++)
        buffer_append_char (&secret, (char) ('a' + i % 26));
    for (int i = 0; i < 600; i++)
        assert_int_equal (secret.data [i], 'a' + i % 26);
    buffer_move (&to, &secret);
    assert_true (to.secret);
    assert_int_equal (to.size, 600);
    buffer_deinit (&to);
    assert_true (to.secret);
    buffer_deinit (&secret);
}

//  AddressSanitizer asks for its options here; without it nobody calls this.
const char *__asan_default_options (void);
const char *
__asan_default_options (void)
{
    return "allocator_may_return_null=1";
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (appends_come_out_in_order),
        cmocka_unit_test (printf_writes_whole_whatever_room_there_is),
        cmocka_unit_test (a_buffer_without_bytes_is_empty_and_not_absent),
        cmocka_unit_test (memory_doubles_from_256_and_stays_within_the_limit),
        cmocka_unit_test (what_exceeds_the_limit_changes_nothing_and_all_later_is_ignored),
        cmocka_unit_test (printf_fills_the_limit_to_the_last_byte),
        cmocka_unit_test (memory_that_the_system_refuses_is_a_status),
        cmocka_unit_test (reserved_room_counts_only_when_advanced),
        cmocka_unit_test (consumed_bytes_leave_at_the_front),
        cmocka_unit_test (released_memory_is_the_callers),
        cmocka_unit_test (a_move_leaves_the_source_empty_and_the_limit_in_place),
        cmocka_unit_test (a_secret_is_wiped_when_cleared_or_consumed),
        cmocka_unit_test (a_secret_stays_one_when_it_grows_and_moves),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
