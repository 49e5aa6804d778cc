#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "trace_context.h"

//  Counts up, so that every id it makes is another one; the first is all zeros, which an id must not be.
static uint64_t
next (void *self)
{
    return (*(uint64_t *) self)++;
}

static uint64_t s_count;
static const random_source_t RANDOM = { .next = next, .self = &s_count };

static trace_context_t
begun (const char *traceparent)
{
    trace_context_t context;
    s_count = 0;
    trace_context_begin (&context, slice_of (traceparent), &RANDOM);
    return context;
}

static const uint8_t NOTHING [TRACE_CONTEXT_BYTES];

static bool
is_own (const trace_context_t *context)
{
    return memcmp (context->parent, NOTHING, sizeof context->parent) == 0 && memcmp (context->bytes, NOTHING, 16) != 0
        && memcmp (context->bytes + 16, NOTHING, 8) != 0 && context->bytes [24] == 1;
}

static void
a_clients_trace_is_continued_with_a_span_of_ours (void **state)
{
    (void) state;
    char id [TRACE_ID_TEXT_SIZE];
    trace_context_t context = begun ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00");
    assert_string_equal (trace_context_id (&context, id), "4bf92f3577b34da6a3ce929d0e0e4736");
    assert_memory_equal (context.parent, "\x00\xf0\x67\xaa\x0b\xa9\x02\xb7", 8);
    assert_memory_not_equal (context.bytes + 16, context.parent, 8);
    assert_memory_not_equal (context.bytes + 16, NOTHING, 8);
    assert_int_equal (context.bytes [24], 0);       //  Not sampled there, so not here
}

static void
without_one_a_trace_begins (void **state)
{
    (void) state;
    trace_context_t context = begun (NULL);
    assert_true (is_own (&context));
    char id [TRACE_ID_TEXT_SIZE];
    assert_int_equal (strlen (trace_context_id (&context, id)), 32);
}

static void
a_later_version_is_read_as_far_as_we_know_it (void **state)
{
    (void) state;
    trace_context_t context = begun ("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    assert_false (is_own (&context));
    context = begun ("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-comes-then");
    assert_false (is_own (&context));
}

static void
what_is_malformed_is_as_if_it_were_not_there (void **state)
{
    (void) state;
    static const char *const WRONG [] = {
        "", "00", "00-", "x",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0",                   //  Short
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",             //  More than version 00 has
        "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.more",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",                  //  No version
        "0g-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",                  //  Capitals
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",                  //  Ids that are none
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0x",
        "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7_01",
        " 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    };
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG [0]; i++) {
        trace_context_t context = begun (WRONG [i]);
        if (!is_own (&context))
            fail_msg ("\"%s\" was taken", WRONG [i]);
    }
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (a_clients_trace_is_continued_with_a_span_of_ours),
        cmocka_unit_test (without_one_a_trace_begins),
        cmocka_unit_test (a_later_version_is_read_as_far_as_we_know_it),
        cmocka_unit_test (what_is_malformed_is_as_if_it_were_not_there),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
